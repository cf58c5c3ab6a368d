//! What a person chooses for themselves: `config.yaml` in their configuration folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveTime;

use super::read::Reader;
use super::{Problem, home, text_of};

/// One person's choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserConfig {
    /// Where it was read from, or would be.
    pub path: Option<PathBuf>,
    /// The whole text, for readers that want the lines (the key table).
    pub text: String,
    /// Keys by action's id; an empty list takes the action's keys away.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Name of a theme.
    pub theme: Option<String>,
    /// Colours over those of the theme: role of the colour, colour (`red`, `#ff8800`, `208`).
    pub colors: BTreeMap<String, String>,
    /// Whether only ASCII is shown; by the locale where there is none.
    pub ascii: Option<bool>,
    /// Times in the local zone rather than UTC.
    pub local_time: bool,
    /// Ring the bell when a timer runs out or something names this person.
    pub bell: bool,
    /// Send a terminal notification for the same.
    pub notifications: bool,
    /// Others see that a console of this person is open.
    pub presence: bool,
    /// Hooks of the clone run in our calls of git.
    pub git_hooks: bool,
    /// Our commits are signed as git is set up to.
    pub git_signing: bool,
    /// Notifications are sent by OSC 777 rather than OSC 9: `notify-with: osc777`.
    pub osc777: bool,
    /// Calls that make no sound: `timer`, `role`, `task`, `approval`, `item`, `mention`; `all` for none at all.
    pub mute: Vec<String>,
    /// Minutes of the local day between which nothing makes a sound: `quiet-hours: 22:00-07:00`.
    pub quiet_hours: Option<(u16, u16)>,
    /// Reminders that are not wanted, by their kind (`top-overused`); `all` for none at all.
    pub quiet: Vec<String>,
    /// Program and arguments that are run when a timer runs out, once that is allowed; empty for none.
    pub hook: Vec<String>,
    /// The incidents repository to use outside of any.
    pub repository: Option<PathBuf>,
}

impl Default for UserConfig {
    fn default() -> Self {
        Self {
            path: None,
            text: String::new(),
            keys: BTreeMap::new(),
            theme: None,
            colors: BTreeMap::new(),
            ascii: None,
            local_time: false,
            bell: true,
            notifications: true,
            presence: true,
            git_hooks: false,
            git_signing: false,
            osc777: false,
            mute: Vec::new(),
            quiet_hours: None,
            quiet: Vec::new(),
            hook: Vec::new(),
            repository: None,
        }
    }
}

/// A setting that may stand in a person's file.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it does: a sentence, and what it may be.
    pub about: &'static str,
    /// How a line of it looks; the usual value where it has one.
    pub line: &'static str,
}

const fn setting(name: &'static str, about: &'static str, line: &'static str) -> Setting {
    Setting { name, about, line }
}

impl UserConfig {
    /// Settings that may stand in the file, in the order in which a new file has them.
    pub const SETTINGS: [Setting; 16] = [
        setting(
            "theme",
            "Colours: auto (light or dark, as the terminal says), dark, light, high-contrast, colour-blind, 16-colours.",
            "theme: auto",
        ),
        setting(
            "colors",
            "Colours of your own over those of the theme: a name like red, a number from 0 to 255, or '#ff8800'.",
            "colors: {warn: bold yellow, alarm: bold white on red}",
        ),
        setting(
            "ascii",
            "Show only ASCII; without this line the locale decides (LC_ALL, LC_CTYPE, LANG).",
            "ascii: false",
        ),
        setting(
            "local-time",
            "Show and read times in your own zone, not in UTC.",
            "local-time: false",
        ),
        setting(
            "bell",
            "Ring the bell when a timer runs out or something names you.",
            "bell: true",
        ),
        setting(
            "notifications",
            "Send a terminal notification for the same.",
            "notifications: true",
        ),
        setting(
            "notify-with",
            "How a notification is sent: osc9 or osc777.",
            "notify-with: osc9",
        ),
        setting(
            "mute",
            "Kinds that make no sound: timer, role, task, approval, item, mention; all for none at all.",
            "mute: []",
        ),
        setting(
            "quiet-hours",
            "Hours of your local day in which nothing makes a sound.",
            "quiet-hours: 22:00-07:00",
        ),
        setting(
            "quiet",
            "Reminders that you do not want, by their kind; all for none at all.",
            "quiet: []",
        ),
        setting(
            "presence",
            "Let others see that your console is open.",
            "presence: true",
        ),
        setting(
            "hook",
            "A program to run when a timer runs out, its label as the last argument; allow it: warroom hook allow on-timer.",
            "hook: [notify-send, war room]",
        ),
        setting(
            "repository",
            "The incidents repository to use where you are in none.",
            "repository: ~/incidents",
        ),
        setting(
            "git-hooks",
            "Run the hooks of the clone in warroom's own commits and pushes.",
            "git-hooks: false",
        ),
        setting(
            "git-signing",
            "Sign warroom's own commits as your git is set up to.",
            "git-signing: false",
        ),
        setting(
            "keys",
            "Keys by action; what you name here replaces the keys of that action.",
            "keys: {}",
        ),
    ];

    /// Where this person's file is: in `WARROOM_CONFIG_DIR`, else in the platform's configuration folder.
    pub fn place() -> Option<PathBuf> {
        let folder = match std::env::var_os("WARROOM_CONFIG_DIR") {
            Some(folder) if !folder.is_empty() => PathBuf::from(folder),
            _ => directories::ProjectDirs::from("", "", "warroom")?
                .config_dir()
                .to_owned(),
        };
        Some(folder.join("config.yaml"))
    }

    /// Reads this person's file; the defaults where there is none.
    pub fn load() -> (Self, Vec<Problem>) {
        let Some(path) = Self::place() else {
            return (Self::default(), Vec::new());
        };
        Self::load_from(&path)
    }

    /// Reads this file as a person's; the defaults where there is none.
    pub fn load_from(path: &Path) -> (Self, Vec<Problem>) {
        let (text, problems) = text_of(path, None);
        let (mut config, more) = Self::parse(&text, path);
        config.path = Some(path.to_owned());
        (config, [problems, more].concat())
    }

    /// Reads a text; `file` is for the problems.
    pub fn parse(text: &str, file: &Path) -> (Self, Vec<Problem>) {
        let mut config = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        let mut reader = Reader::new(text, file, &Self::SETTINGS.map(|setting| setting.name));
        let mut ascii = false;
        if reader.flag("ascii", &mut ascii) {
            config.ascii = Some(ascii);
        }
        reader.flag("local-time", &mut config.local_time);
        reader.flag("bell", &mut config.bell);
        reader.flag("notifications", &mut config.notifications);
        reader.flag("presence", &mut config.presence);
        reader.flag("git-hooks", &mut config.git_hooks);
        reader.flag("git-signing", &mut config.git_signing);
        config.theme = reader.word("theme");
        config.colors = reader.words_by_name("colors");
        config.keys = reader.lists_by_name("keys");
        config.quiet = reader.list("quiet").unwrap_or_default();
        notifying(&mut reader, &mut config);
        config.hook = reader.list("hook").unwrap_or_default();
        config.repository = reader.word("repository").map(|path| home(&path));
        (config, reader.problems())
    }
}

/// How and when a person is called: `notify-with`, `mute`, `quiet-hours`.
fn notifying(reader: &mut Reader<'_>, config: &mut UserConfig) {
    const KINDS: [&str; 7] = ["timer", "role", "task", "approval", "item", "mention", "all"];
    match reader.word("notify-with").as_deref() {
        None | Some("osc9") => {}
        Some("osc777") => config.osc777 = true,
        Some(other) => reader.wrong_value("notify-with", &format!("`{other}` is none of osc9, osc777")),
    }
    for (at, kind) in reader.list("mute").unwrap_or_default().into_iter().enumerate() {
        if KINDS.contains(&kind.as_str()) {
            config.mute.push(kind);
        } else {
            reader.wrong_item("mute", at, &format!("`{kind}` is none of {}", KINDS.join(", ")));
        }
    }
    if let Some(text) = reader.word("quiet-hours") {
        let minute = |text: &str| {
            let time = NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()?;
            u16::try_from(time.signed_duration_since(NaiveTime::MIN).num_minutes()).ok()
        };
        let hours = text.split_once('-');
        config.quiet_hours = hours.and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        if config.quiet_hours.is_none() {
            reader.wrong_value("quiet-hours", &format!("`{text}` is no span like 22:00-07:00"));
        }
    }
}
