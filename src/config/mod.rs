//! What a person and a team may choose: the user's `config.yaml` and the repository's `.warroom/config.yaml`. Reading
//! never fails as a whole for one wrong line: what is wrong is reported by name and line, the rest counts.

mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveTime;
use read::Reader;
use tz::TimeZone;

use crate::bounds;
use crate::framework::Calendar;
use crate::framework::calendar::{Zone, parse_days};
use crate::incident::people::Directory;
use crate::store::read::{Unreadable, read_named, read_within};

/// Something wrong in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// Line in it, from 1.
    pub line: usize,
    /// The sentence.
    pub said: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.said)
    }
}

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
    /// Only ASCII on the screen.
    pub ascii: bool,
    /// Times in the local zone rather than UTC.
    pub local_time: bool,
    /// Ring the bell when a timer runs out.
    pub bell: bool,
    /// Send a terminal notification when a timer runs out.
    pub notifications: bool,
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
    /// Program and arguments that are run when a timer runs out; empty for none.
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
            ascii: false,
            local_time: false,
            bell: true,
            notifications: true,
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

impl UserConfig {
    /// Settings that may stand in the file.
    pub const SETTINGS: [&str; 15] = [
        "ascii",
        "bell",
        "colors",
        "git-hooks",
        "git-signing",
        "hook",
        "keys",
        "local-time",
        "mute",
        "notifications",
        "notify-with",
        "quiet",
        "quiet-hours",
        "repository",
        "theme",
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
        let (text, problems) = text_of(&path, None);
        let (mut config, more) = Self::parse(&text, &path);
        config.path = Some(path);
        (config, [problems, more].concat())
    }

    /// Reads a text; `file` is for the problems.
    pub fn parse(text: &str, file: &Path) -> (Self, Vec<Problem>) {
        let mut config = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        let mut reader = Reader::new(text, file, &Self::SETTINGS);
        reader.flag("ascii", &mut config.ascii);
        reader.flag("local-time", &mut config.local_time);
        reader.flag("bell", &mut config.bell);
        reader.flag("notifications", &mut config.notifications);
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
        Some(other) => reader.wrong(&["notify-with"], &format!("`{other}` is none of osc9, osc777")),
    }
    for kind in reader.list("mute").unwrap_or_default() {
        if KINDS.contains(&kind.as_str()) {
            config.mute.push(kind);
        } else {
            reader.wrong(&["mute"], &format!("`{kind}` is none of {}", KINDS.join(", ")));
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
            reader.wrong(&["quiet-hours"], &format!("`{text}` is no span like 22:00-07:00"));
        }
    }
}

/// A team's choices, the same for everybody who works in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamConfig {
    /// Framework of new incidents.
    pub framework: String,
    /// Form of new incidents' ids; see [`incident_id`]. The framework's where the team chose none.
    pub id_format: Option<String>,
    /// When the team works: `business-hours` and `holidays`.
    pub calendar: Calendar,
    /// Who is who: names that one person has, the one to use first (`aliases: {kim: [kim.lee, klee@corp.example]}`).
    pub people: Directory,
    /// Queries that have a name: `filters: {mine: 'is:open by:kim'}` is asked for as `filter:mine`.
    pub filters: std::collections::BTreeMap<String, String>,
    /// Commit messages quote the words of events. Off, since what a commit says can never be taken back.
    pub commit_words: bool,
}

impl Default for TeamConfig {
    fn default() -> Self {
        Self {
            framework: "war-room".into(),
            id_format: None,
            calendar: Calendar::default(),
            people: Directory::default(),
            filters: std::collections::BTreeMap::new(),
            commit_words: false,
        }
    }
}

impl TeamConfig {
    /// Where the file is, within the repository.
    pub const PLACE: &str = ".warroom/config.yaml";

    /// Settings that may stand in the file.
    pub const SETTINGS: [&str; 7] = [
        "aliases",
        "business-hours",
        "commit-words",
        "filters",
        "framework",
        "holidays",
        "id-format",
    ];

    /// Reads the file of the repository at `root`; the defaults where there is none.
    pub fn load(root: &Path) -> (Self, Vec<Problem>) {
        let path = root.join(Self::PLACE);
        let (text, problems) = text_of(&path, Some(root));
        let (config, more) = Self::parse(&text, &path);
        (config, [problems, more].concat())
    }

    /// Reads a text; `file` is for the problems.
    pub fn parse(text: &str, file: &Path) -> (Self, Vec<Problem>) {
        let mut config = Self::default();
        let mut reader = Reader::new(text, file, &Self::SETTINGS);
        if let Some(framework) = reader.word("framework") {
            config.framework = framework;
        }
        if let Some(format) = reader.word("id-format") {
            if incident_id(&format, crate::incident::Time::default(), 1).is_some() {
                config.id_format = Some(format);
            } else {
                reader.wrong(
                    &["id-format"],
                    "`id-format` is made of letters, digits and dashes with one run of N for the number, \
                     such as INC-YYYY-NNNN or INC-YYYYMMDD-NNN",
                );
            }
        }
        reader.flag("commit-words", &mut config.commit_words);
        config.filters = reader.words_by_name("filters");
        config.calendar = calendar(&mut reader);
        let aliases = reader.lists_by_name("aliases");
        let persons = aliases.into_iter().map(|(name, others)| [vec![name], others].concat());
        let (people, twice) = Directory::new(persons);
        config.people = people;
        for said in twice {
            reader.wrong(&["aliases"], &format!("{said}; one name is one person's"));
        }
        (config, reader.problems())
    }
}

/// `business-hours: {zone: Europe/Berlin, days: Mon-Fri, from: 09:00, to: 17:00}` and `holidays: [2026-12-25]`.
fn calendar(reader: &mut Reader<'_>) -> Calendar {
    const HOURS: &str = "business-hours";
    let mut calendar = Calendar::default();
    let usual = (calendar.from, calendar.to);
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    for (name, value) in reader.words_by_name(HOURS) {
        let taken = match name.as_str() {
            "zone" => zone(&value).map(|zone| calendar.zone = zone),
            "days" => parse_days(&value).map(|days| calendar.days = days),
            "from" => time(&value).map(|from| calendar.from = from),
            "to" => time(&value).map(|to| calendar.to = to),
            _ => None,
        };
        if taken.is_none() {
            reader.wrong(
                &[HOURS, &name],
                &format!("`{name}: {value}` is none of zone: Europe/Berlin, days: Mon-Fri, from: 09:00, to: 17:00"),
            );
        }
    }
    if calendar.from >= calendar.to {
        reader.wrong(&[HOURS], "business ends before it begins; 09:00 to 17:00 is used");
        (calendar.from, calendar.to) = usual;
    }
    for day in reader.list("holidays").unwrap_or_default() {
        match day.parse() {
            Ok(day) => _ = calendar.holidays.insert(day),
            Err(_) => reader.wrong(&["holidays"], &format!("`{day}` is no day like 2026-12-25")),
        }
    }
    calendar
}

/// A zone of this system's tables (`Europe/Berlin`), or one that is written out (`CET-1CEST,M3.5.0,M10.5.0/3`); `None` where
/// the system knows none of that name. Only what stands among its zones is looked at: a name from a shared file opens no other.
pub fn zone(name: &str) -> Option<Zone> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_+-/,.<>:".contains(c);
    if name.is_empty() || name.starts_with(['/', ':', '.']) || name.contains("..") || !name.chars().all(plain) {
        return None;
    }
    let rules = match name {
        "UTC" => TimeZone::utc(),
        name => TimeZone::from_posix_tz(name).ok()?,
    };
    Some(Zone::new(name, rules))
}

/// An incident's id after a format: `YYYY`, `MM` and `DD` stand for the day of `at` (UTC), one run of `N` for `number`
/// with at least as many digits. `None` where the format cannot name a folder or has no such run.
pub fn incident_id(format: &str, at: crate::incident::Time, number: u64) -> Option<String> {
    let (start, width) = number_in(format).filter(|(_, width)| *width <= bounds::DIGITS)?;
    let day = at.date();
    let dated = |part: &str| {
        part.replace("YYYY", &day.format("%Y").to_string())
            .replace("MM", &day.format("%m").to_string())
            .replace("DD", &day.format("%d").to_string())
    };
    let id = format!(
        "{}{number:0width$}{}",
        dated(&format[..start]),
        dated(&format[start + width..])
    );
    let sound = id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id.len() <= bounds::ID
        && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    sound.then_some(id)
}

/// Where the number stands: the last run of two or more `N`.
fn number_in(format: &str) -> Option<(usize, usize)> {
    if !format.is_ascii() {
        return None;
    }
    let end = format.rfind("NN")? + 2;
    let width = end - format[..end].trim_end_matches('N').len();
    Some((end - width, width))
}

/// The text of a file; empty where there is none. One of the repository at `root` is not read through a link out of there; a
/// person's own may well be a link.
fn text_of(path: &Path, root: Option<&Path>) -> (String, Vec<Problem>) {
    let wrong = |said: String| {
        let problem = Problem {
            file: path.to_owned(),
            line: 1,
            said,
        };
        (String::new(), vec![problem])
    };
    let read = match root {
        Some(root) => read_within(root, path, bounds::CONFIG),
        None => read_named(path, bounds::CONFIG),
    };
    match read.map(String::from_utf8) {
        Ok(Ok(text)) => (text, Vec::new()),
        Ok(Err(_)) => wrong("is not UTF-8 text; the defaults are used".into()),
        Err(Unreadable::Missing) => (String::new(), Vec::new()),
        Err(Unreadable::Odd("a folder")) => wrong("is not a file; the defaults are used".into()),
        Err(why) => wrong(format!("cannot be read: {why}; the defaults are used")),
    }
}

/// A path with `~` as the home folder.
fn home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}
