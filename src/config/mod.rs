//! What a person and a team may choose: the user's `config.yaml` and the repository's `.warroom/config.yaml`. Reading
//! never fails as a whole for one wrong line: what is wrong is reported by name, line and column, the rest counts.

mod read;
mod team;
mod user;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use tz::TimeZone;

pub use read::nearest;
pub use team::TeamConfig;
pub use user::{Setting, UserConfig};

use crate::bounds;
use crate::framework::calendar::Zone;
use crate::store::read::{Unreadable, read_named, read_within};

/// Something wrong in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// Line in it, from 1.
    pub line: usize,
    /// Column in the line, from 1.
    pub column: usize,
    /// The sentence.
    pub said: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file.display(),
            self.line,
            self.column,
            self.said
        )
    }
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

/// What is in a configuration's file, bounded as its readers bound it; nothing where it cannot be read.
pub fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    crate::store::read::read_named(path, crate::bounds::CONFIG).ok()
}

/// The text of a file; empty where there is none. One of the repository at `root` is not read through a link out of there; a
/// person's own may well be a link.
fn text_of(path: &Path, root: Option<&Path>) -> (String, Vec<Problem>) {
    let wrong = |said: String| {
        let problem = Problem {
            file: path.to_owned(),
            line: 1,
            column: 1,
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
