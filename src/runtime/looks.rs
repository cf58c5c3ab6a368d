//! What the terminal can show, and what it looks like: how many colours, by its name; whether it is light, by asking it.

use crate::app::{Code, Key};
use crate::ui::theme::{self, Ink, Theme};

/// Whether a theme is called so.
pub fn knows_theme(name: &str) -> bool {
    theme::is_known(name)
}

/// What is wrong with a colour of a person's own, and whether it is its name.
///
/// # Errors
///
/// Nothing is called so, or the words are no colour.
pub fn check_colour(name: &str, words: &str) -> Result<(), (String, bool)> {
    let known = Ink::ALL.iter().any(|ink| ink.name() == name);
    let mut theme = Theme::clone(Theme::named("dark", false));
    theme.set(name, words).map_err(|said| (said, !known))
}

/// What has a colour.
pub fn colour_names() -> Vec<&'static str> {
    Ink::ALL.iter().map(|ink| ink.name()).collect()
}

/// Whether the terminal has no more than 16 colours, by its name; one that is not known is taken for one of today.
pub fn has_sixteen_colours() -> bool {
    let value = |name| std::env::var(name).unwrap_or_default();
    is_of_sixteen(&value("TERM"), &value("COLORTERM"))
}

fn is_of_sixteen(term: &str, more: &str) -> bool {
    const FEW: [&str; 9] = [
        "linux", "xterm", "screen", "vt100", "vt220", "ansi", "rxvt", "cygwin", "cons25",
    ];
    let many = term.contains("256color") || term.contains("direct") || !more.is_empty();
    !many && (FEW.contains(&term) || term.ends_with("-16color"))
}

/// Whether the background is light, as some terminals say in `COLORFGBG`.
pub fn background_by_environment() -> Option<bool> {
    by_colours(&std::env::var("COLORFGBG").ok()?)
}

/// `15;0` or `0;default;15`: the last number is the background.
fn by_colours(value: &str) -> Option<bool> {
    match value.rsplit(';').next()?.parse::<u8>().ok()? {
        7 | 15 => Some(true),
        0..=14 => Some(false),
        _ => None,
    }
}

/// What asks a terminal for its background: OSC 11. One that does not know it says nothing.
pub(super) const QUESTION: &str = "\x1b]11;?\x1b\\";

/// Whether this terminal may be asked: the console of Linux would take the question for something else.
pub(super) fn may_be_asked() -> bool {
    !std::env::var("TERM").is_ok_and(|term| term == "linux" || term == "dumb" || term.is_empty())
}

/// Longest answer, in keys: `]11;rgb:ffff/ffff/ffff` and its end.
const LONGEST: usize = 40;

/// Finds a terminal's answer among the keys. It comes as they do, whenever it comes, so nothing ever waits for it.
#[derive(Debug, Default)]
pub(super) struct Answer {
    keys: Vec<Key>,
}

/// What a key is, as far as the answer goes.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// It may be part of the answer: it is held until that is clear.
    Maybe,
    /// With it the answer is whole: whether the background is light.
    Light(bool),
    /// These are keys, as they were typed.
    Keys(Vec<Key>),
}

impl Answer {
    /// A key came.
    pub(super) fn push(&mut self, key: Key) -> Heard {
        let begins = key == alt(']');
        if self.keys.is_empty() && !begins {
            return Heard::Keys(vec![key]);
        }
        self.keys.push(key);
        // BEL comes as Ctrl-G, ST as Alt-\.
        if key == ctrl('g') || key == alt('\\') {
            let text: String = self.keys[1..self.keys.len() - 1]
                .iter()
                .filter_map(|key| key.typed())
                .collect();
            if let Some(light) = text.strip_prefix("11;").and_then(is_light) {
                self.keys.clear();
                return Heard::Light(light);
            }
            return Heard::Keys(self.give_up());
        }
        let fits = |(at, key): (usize, &Key)| match (at, key.typed()) {
            (0, _) => true,
            (_, Some(c)) => !key.alt && (c.is_ascii_hexdigit() || ";:/rgba".contains(c)),
            (_, None) => false,
        };
        if self.keys.len() > LONGEST || !self.keys.iter().enumerate().all(fits) {
            return Heard::Keys(self.give_up());
        }
        Heard::Maybe
    }

    /// Nothing more comes: what was held are keys.
    pub(super) fn give_up(&mut self) -> Vec<Key> {
        std::mem::take(&mut self.keys)
    }
}

fn alt(c: char) -> Key {
    Key {
        alt: true,
        ..Key::plain(Code::Char(c))
    }
}

fn ctrl(c: char) -> Key {
    Key {
        ctrl: true,
        ..Key::plain(Code::Char(c))
    }
}

/// Whether a colour is light: `rgb:ffff/ffff/dddd`, `rgba:…`, each part of one to four digits.
fn is_light(colour: &str) -> Option<bool> {
    let parts = colour.strip_prefix("rgba:").or_else(|| colour.strip_prefix("rgb:"))?;
    let share = |part: &str| {
        let whole = 16f32.powi(i32::try_from(part.len()).ok()?) - 1.0;
        let value = u16::from_str_radix(part, 16).ok()?;
        (part.len() <= 4).then(|| f32::from(value) / whole)
    };
    let shares: Vec<f32> = parts.split('/').map(share).collect::<Option<_>>()?;
    match shares[..] {
        [r, g, b] | [r, g, b, _] => Some(0.299 * r + 0.587 * g + 0.114 * b > 0.5),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of bytes as crossterm gives them: `\e]` is Alt-], BEL Ctrl-G, `\e\\` Alt-\.
    fn heard(text: &str) -> (Option<bool>, String) {
        let mut answer = Answer::default();
        let (mut light, mut typed) = (None, Vec::new());
        let mut escaped = false;
        for c in text.chars() {
            let key = match c {
                '\x1b' => {
                    escaped = true;
                    continue;
                }
                '\x07' => ctrl('g'),
                c if std::mem::take(&mut escaped) => alt(c),
                c => Key::plain(Code::Char(c)),
            };
            match answer.push(key) {
                Heard::Maybe => {}
                Heard::Light(is_light) => light = Some(is_light),
                Heard::Keys(keys) => typed.extend(keys),
            }
        }
        typed.extend(answer.give_up());
        (light, typed.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_answer_is_heard_among_keys_and_none_of_it_is_typed() {
        for (text, light, typed) in [
            ("\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", Some(false), ""),
            ("j\x1b]11;rgb:ffff/ffff/dddd\x07k", Some(true), "jk"),
            ("\x1b]11;rgba:ff/ff/ff/ff\x07", Some(true), ""),
            ("\x1b]11;rgb:0/0/0\x07", Some(false), ""),
            // Somebody's own keys, and answers to other questions.
            ("\x1b]", None, "Alt-]"),
            ("\x1b]11x", None, "Alt-]11x"),
            (
                "\x1b]10;rgb:ffff/ffff/ffff\x07",
                None,
                "Alt-]10;rgb:ffff/ffff/ffffCtrl-G",
            ),
            ("]11;rgb:ffff/ffff/ffff", None, "]11;rgb:ffff/ffff/ffff"),
            ("\x1b]11;rgb:fffff/0/0\x07", None, "Alt-]11;rgb:fffff/0/0Ctrl-G"),
        ] {
            assert_eq!(heard(text), (light, typed.to_owned()), "{text:?}");
        }
        let endless = format!("\x1b]11;rgb:{}", "f".repeat(500));
        assert_eq!(
            heard(&endless).1.len(),
            "Alt-]11;rgb:".len() + 500,
            "nothing is lost, nothing is held for ever"
        );
    }

    #[test]
    fn terminals_are_known_by_their_names() {
        for (term, more, few) in [
            ("xterm-256color", "", false),
            ("xterm", "truecolor", false),
            ("xterm-kitty", "", false),
            ("alacritty", "", false),
            ("tmux-256color", "", false),
            ("linux", "", true),
            ("xterm", "", true),
            ("screen", "", true),
            ("xterm-16color", "", true),
        ] {
            assert_eq!(is_of_sixteen(term, more), few, "{term} {more}");
        }
        assert_eq!(by_colours("15;0"), Some(false));
        assert_eq!(by_colours("0;default;15"), Some(true));
        assert_eq!(by_colours("default"), None);
    }
}
