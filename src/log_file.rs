//! The log of what a running warroom does: one line a step of session, sync and git, in the person's state folder. Off unless
//! `-v` or `WARROOM_LOG` asks for it.
//!
//! A line names steps, ids, counts and times, never a text of the incident: a log is passed on with less care than an incident.
//! Lines are written where the step happens, so only threads that may wait for the disk log: the saver's, the sync thread's, a
//! verb's. Nothing on the way of a key does.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use log::{LevelFilter, Log, Metadata, Record};

use crate::bounds::LOG_FILE;
use crate::incident::Time;

/// Names the level, where `-v` is not given.
pub const VARIABLE: &str = "WARROOM_LOG";

/// What is written: everything from a level up, or nothing.
///
/// # Errors
///
/// A sentence, where the variable holds a word that names no level.
pub fn level(verbose: bool, variable: Option<&OsStr>) -> Result<LevelFilter, String> {
    let word = variable.map(|word| word.to_string_lossy().trim().to_ascii_lowercase());
    let level = match word.as_deref() {
        None | Some("" | "0" | "off" | "false" | "no") => LevelFilter::Off,
        Some("1" | "on" | "true" | "yes") => LevelFilter::Debug,
        Some(word) => word.parse().map_err(|_| {
            let word = crate::text::fit(&crate::text::one_line(word), 40, "…").into_owned();
            format!("`{word}` in {VARIABLE} is not a log level; use error, warn, info, debug or off")
        })?,
    };
    Ok(if verbose { level.max(LevelFilter::Debug) } else { level })
}

/// The log in a state folder.
pub fn path(state: &Path) -> PathBuf {
    state.join("warroom.log")
}

/// Writes to the log in `state` from here on, once a process.
///
/// # Errors
///
/// The file cannot be opened for writing.
pub fn start(state: &Path, level: LevelFilter) -> io::Result<()> {
    if level == LevelFilter::Off {
        return Ok(());
    }
    let writer = Writer::open(path(state))?;
    let logger = Box::new(FileLog(Mutex::new(writer)));
    if log::set_boxed_logger(logger).is_ok() {
        log::set_max_level(level);
    }
    Ok(())
}

struct FileLog(Mutex<Writer>);

impl Log for FileLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Libraries may log what they read.
        let target = metadata.target();
        target == "warroom" || target.starts_with("warroom::")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let now = Time::from_millis(chrono::Utc::now().timestamp_millis());
        let line = line(now, record);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).append(&line);
    }

    fn flush(&self) {}
}

/// A record as a line: when, which process and thread, how grave, which room, what.
fn line(now: Time, record: &Record<'_>) -> String {
    let thread = std::thread::current();
    let room = record.target().strip_prefix("warroom::").unwrap_or("main");
    let what = record.args().to_string();
    let mut line = format!(
        "{now} {} {} {} {room}: ",
        std::process::id(),
        thread.name().unwrap_or("?"),
        record.level().as_str().to_ascii_lowercase(),
    );
    line.push_str(&crate::text::fit(&crate::text::one_line(&what), 500, "…"));
    line.push('\n');
    line
}

/// The file, and how much is in it. Of several processes each appends whole lines.
struct Writer {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl Writer {
    fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        if path.symlink_metadata().is_ok_and(|meta| meta.len() >= LOG_FILE) {
            set_aside(&path);
        }
        let file = append_to(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, file, bytes })
    }

    /// A line that cannot be written is lost: the log is never the reason that something else fails.
    fn append(&mut self, line: &str) {
        if self.bytes >= LOG_FILE {
            set_aside(&self.path);
            let Ok(file) = append_to(&self.path) else { return };
            self.file = file;
            self.bytes = 0;
        }
        if self.file.write_all(line.as_bytes()).is_ok() {
            self.bytes += line.len() as u64;
        }
    }
}

/// The log so far becomes the one before; the one before that goes.
fn set_aside(path: &Path) {
    let _ = fs::rename(path, path.with_extension("log.1"));
}

fn append_to(path: &Path) -> io::Result<File> {
    if path.symlink_metadata().is_ok_and(|meta| !meta.is_file()) {
        return Err(io::Error::other("it is not a file"));
    }
    File::options().append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(word: &str) -> Result<LevelFilter, String> {
        level(false, Some(OsStr::new(word)))
    }

    #[test]
    fn nothing_is_logged_unless_it_is_asked_for() {
        assert_eq!(level(false, None), Ok(LevelFilter::Off));
        for word in ["", "0", "off", "OFF", " no "] {
            assert_eq!(of(word), Ok(LevelFilter::Off), "{word:?}");
        }
        assert_eq!(of("1"), Ok(LevelFilter::Debug));
        assert_eq!(of("Info"), Ok(LevelFilter::Info));
        assert_eq!(level(true, None), Ok(LevelFilter::Debug));
        assert_eq!(level(true, Some(OsStr::new("trace"))), Ok(LevelFilter::Trace));
        let said = of("\u{1b}[2Jloud").unwrap_err();
        assert!(
            said.contains("is not a log level") && !said.contains('\u{1b}'),
            "{said}"
        );
    }

    #[test]
    fn a_log_that_is_full_is_set_aside_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path());
        let mut writer = Writer::open(path.clone()).unwrap();
        writer.append("first\n");
        writer.bytes = LOG_FILE;
        writer.append("second\n");
        assert_eq!(fs::read_to_string(&path).unwrap(), "second\n");
        assert_eq!(fs::read_to_string(dir.path().join("warroom.log.1")).unwrap(), "first\n");
        fs::File::create(&path).unwrap().set_len(LOG_FILE).unwrap();
        drop(Writer::open(path.clone()).unwrap());
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
    }

    #[test]
    fn a_record_is_one_line_that_no_terminal_acts_on() {
        let args = format_args!("one\ntwo\u{1b}[2J");
        let record = Record::builder()
            .args(args)
            .target("warroom::git::command")
            .level(log::Level::Info)
            .build();
        let line = line(Time::from_millis(1_000), &record);
        assert_eq!(line.lines().count(), 1, "{line}");
        assert!(line.starts_with("1970-01-01T00:00:01"), "{line}");
        assert!(line.contains(" info git::command: one"), "{line}");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}
