//! A person's configuration as the console takes it: settings, keys, and what is wrong in either.

use std::path::{Path, PathBuf};

use super::context::Context;
use super::paint::Paint;
use crate::app::{Configured, Keymap, NotifyWith, Settings, THEMES, keymap};
use crate::config::{Problem, UserConfig, nearest};
use crate::document::yaml::{self, Step};
use crate::runtime;
use crate::store::remembered::Remembered;

/// A configuration that was read and checked.
pub(super) struct Chosen {
    /// What it says.
    pub user: UserConfig,
    /// The key table in force.
    pub keymap: Keymap,
    /// What is wrong in it, in the order of its lines.
    pub problems: Vec<Problem>,
}

impl Chosen {
    /// This person's.
    pub(super) fn load() -> Self {
        Self::of(UserConfig::load())
    }

    /// The one in this file.
    pub(super) fn load_from(path: &Path) -> Self {
        Self::of(UserConfig::load_from(path))
    }

    fn of((user, mut problems): (UserConfig, Vec<Problem>)) -> Self {
        // A file that is no YAML has one problem, and no places for others.
        let sound = yaml::value(&user.text).is_ok();
        let (keymap, slips) = keys(&user, sound);
        problems.extend(slips);
        if sound {
            problems.extend(looks(&user));
        }
        problems.sort_by_key(|problem| (problem.line, problem.column));
        Self { user, keymap, problems }
    }

    /// What the console takes of it, for this person and this call.
    pub(super) fn configured(self, context: &Look) -> Configured {
        let user = self.user;
        let kept = Remembered::of(&context.me);
        // What was chosen in the console counts until the configuration says something else than it did then.
        let theme = kept.theme.filter(|_| kept.instead_of == user.theme).or(user.theme);
        let usual = Settings::default();
        let settings = Settings {
            theme: theme.unwrap_or(usual.theme),
            light: runtime::background_by_environment(),
            sixteen: runtime::has_sixteen_colours(),
            colors: user.colors,
            color: context.color,
            ascii: context.ascii || user.ascii.unwrap_or_else(is_ascii_by_locale),
            local_time: user.local_time,
            offset: runtime::local_offset,
            bell: user.bell,
            notify: user.notifications,
            notify_with: if user.osc777 {
                NotifyWith::Osc777
            } else {
                NotifyWith::Osc9
            },
            mute: user.mute,
            quiet_hours: user.quiet_hours,
            read_only: false,
            quiet: user.quiet,
        };
        Configured {
            settings,
            keymap: self.keymap,
        }
    }
}

/// What of a call decides how a console looks, beside the configuration.
#[derive(Clone, Debug)]
pub(super) struct Look {
    /// Who sits there.
    pub me: String,
    /// Whether there is colour.
    pub color: bool,
    /// Whether only ASCII was asked for.
    pub ascii: bool,
}

impl Look {
    /// Of this call.
    pub(super) fn of(context: &Context, me: &str, ascii: bool) -> Self {
        Self {
            me: me.to_owned(),
            color: Paint::choose(context.options.color).0,
            ascii,
        }
    }

    /// The configuration as it is now, for a console that is open; what is wrong where it is not sound.
    pub(super) fn again(&self) -> Result<Box<Configured>, Vec<String>> {
        let chosen = Chosen::load();
        if chosen.problems.is_empty() {
            return Ok(Box::new(chosen.configured(self)));
        }
        Err(chosen.problems.iter().map(ToString::to_string).collect())
    }
}

/// The key table in force, and what is wrong with this person's lines in it. In whatever style they are written: they are
/// read as YAML, and only a file that is none is read line by line.
fn keys(user: &UserConfig, sound: bool) -> (Keymap, Vec<Problem>) {
    let (entries, mut slips) = if sound {
        (keymap::entries(&user.text, &user.keys), Vec::new())
    } else {
        keymap::parse(&user.text, Some("keys"))
    };
    let (keymap, conflicts) = Keymap::with(&entries);
    slips.extend(conflicts);
    let named = |slip: keymap::Problem| {
        let (line, column) = match slip.action.as_str() {
            action if sound && !action.is_empty() => yaml::place(&user.text, &["keys".into(), action.into()], true),
            _ => (slip.line.max(1), 1),
        };
        Problem {
            file: file(user),
            line,
            column,
            said: slip.said,
        }
    };
    (keymap, slips.into_iter().map(named).collect())
}

/// What is wrong with the theme and with colours.
fn looks(user: &UserConfig) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |path: &[Step], key: bool, said: String| {
        let (line, column) = yaml::place(&user.text, path, key);
        problems.push(Problem {
            file: file(user),
            line,
            column,
            said,
        });
    };
    if let Some(theme) = user.theme.as_deref().filter(|theme| !runtime::knows_theme(theme)) {
        let known = THEMES.map(|(name, _)| name);
        let hint = match nearest(theme, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the themes are {}", known.join(", ")),
        };
        let clean = crate::text::one_line(theme);
        wrong(&["theme".into()], false, format!("there is no theme `{clean}`, {hint}"));
    }
    for (name, words) in &user.colors {
        if let Err((said, is_name)) = runtime::check_colour(name, words) {
            wrong(&["colors".into(), name.into()], is_name, said);
        }
    }
    problems
}

fn file(user: &UserConfig) -> PathBuf {
    user.path.clone().unwrap_or_default()
}

/// Whether the locale knows nothing but ASCII: what counts is the first of these that is set, as for any program. Where none is set
/// nothing is known, and what a terminal shows today is taken for granted.
fn is_ascii_by_locale() -> bool {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set);
    locale.is_some_and(|locale| is_ascii(&locale))
}

fn is_ascii(locale: &str) -> bool {
    let plain: String = locale
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    !plain.contains("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_without_utf_8_has_ascii() {
        for (locale, ascii) in [
            ("en_GB.UTF-8", false),
            ("C.utf8", false),
            ("C.UTF8", false),
            ("C", true),
            ("POSIX", true),
            ("de_DE.ISO-8859-1", true),
            ("de_DE@euro", true),
        ] {
            assert_eq!(is_ascii(locale), ascii, "{locale}");
        }
    }
}
