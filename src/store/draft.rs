//! The half-typed line: kept in the person's state folder moments after each key by a thread of its own, offered again by
//! the next session if this one dies.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::slot::Slot;
use crate::incident::Time;

/// Shortest time between two writes; well under what a person would miss.
const PACE: Duration = Duration::from_millis(30);

#[derive(Serialize, Deserialize)]
struct Kept {
    path: PathBuf,
    by: String,
    line: String,
    /// When it was handed over; an older version did not say.
    #[serde(default = "unknown")]
    typed: Time,
}

/// Later than anything that was said since.
fn unknown() -> Time {
    Time::from_millis(i64::MAX)
}

/// A half-typed line that a dead session left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// The line.
    pub line: String,
    /// When it was handed over: before anything that came of it.
    pub typed: Time,
}

/// Keeps the half-typed line of one session.
#[derive(Debug)]
pub(crate) struct Drafts {
    desk: Arc<Desk>,
    writer: Mutex<Option<JoinHandle<()>>>,
    place: Place,
}

#[derive(Clone, Debug)]
struct Place {
    folder: PathBuf,
    path: PathBuf,
    by: String,
}

#[derive(Debug, Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    line: String,
    typed: Time,
    asked: u64,
    written: u64,
    closed: bool,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drafts {
    /// For lines typed by `by` about the incident file `path`, in the state folder `folder`. Nothing is made yet.
    pub(crate) fn new(folder: PathBuf, path: PathBuf, by: String) -> Self {
        Self {
            desk: Arc::default(),
            writer: Mutex::default(),
            place: Place { folder, path, by },
        }
    }

    /// Hands a line over that was typed at `now`; returns at once. Empty forgets it.
    pub(crate) fn keep(&self, line: &str, now: Time) {
        let mut state = self.desk.lock();
        if state.line == line && state.asked > 0 {
            return;
        }
        line.clone_into(&mut state.line);
        state.typed = now;
        state.asked += 1;
        drop(state);
        self.desk.changed.notify_all();
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.is_none() {
            let (desk, place) = (Arc::clone(&self.desk), self.place.clone());
            *writer = std::thread::Builder::new()
                .name("warroom-draft".into())
                .spawn(move || write(&desk, &place))
                .ok();
        }
    }

    /// Waits until the last line handed over is kept, at most until `until`.
    pub(crate) fn flush(&self, until: Instant) {
        let mut state = self.desk.lock();
        while state.written < state.asked {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self
                .desk
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        self.desk.lock().closed = true;
        self.desk.changed.notify_all();
        if let Ok(Some(writer)) = self.writer.get_mut().map(Option::take) {
            let _ = writer.join();
        }
    }
}

/// The writer thread: sleeps until there is a line, writes the newest, paces itself.
fn write(desk: &Desk, place: &Place) {
    let mut slot: Option<Slot> = None;
    loop {
        let mut state = desk.lock();
        while state.written == state.asked && !state.closed {
            state = desk.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let (line, typed) = (state.line.clone(), state.typed);
        let (asked, closed) = (state.asked, state.closed);
        drop(state);
        if line.is_empty() {
            if let Some(slot) = slot.take() {
                slot.remove();
            }
        } else {
            let kept = Kept {
                path: place.path.clone(),
                by: place.by.clone(),
                line,
                typed,
            };
            if slot.is_none() {
                slot = Slot::create(&place.folder, "draft").ok();
            }
            // A draft that cannot be kept is no reason to disturb anybody: the line is still on the screen.
            if let (Some(slot), Ok(text)) = (&slot, serde_json::to_string(&kept)) {
                let _ = slot.replace(&(text + "\n"));
            }
        }
        let mut state = desk.lock();
        state.written = asked;
        desk.changed.notify_all();
        if closed && state.written == state.asked {
            return;
        }
        drop(state);
        std::thread::sleep(PACE);
    }
}

/// The half-typed line that a dead session of `by` left for this incident file, if any: the newest; it is taken away
/// from there, so hand it to [`Drafts::keep`].
pub(crate) fn left(folder: &Path, path: &Path, by: &str) -> Option<Left> {
    let mut newest = None;
    for slot in Slot::orphans(folder, "draft") {
        let kept = slot
            .read()
            .ok()
            .and_then(|text| serde_json::from_str::<Kept>(text.lines().next()?).ok());
        match kept {
            Some(kept) if kept.by == by && (kept.path == path || !kept.path.exists()) => {
                newest = Some(Left {
                    line: kept.line,
                    typed: kept.typed,
                });
                slot.remove();
            }
            Some(_) => {}
            None => slot.remove(),
        }
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    #[test]
    fn the_newest_line_is_offered_again_to_the_same_person() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, path) = (dir.path().join("s"), dir.path().join("incident.yaml"));
        std::fs::write(&path, "x").unwrap();
        let drafts = Drafts::new(folder.clone(), path.clone(), "kim".into());
        let at = Time::from_millis;
        drafts.keep("rol", at(1));
        drafts.keep("rolled \"back\" \u{1f525}", at(2));
        drafts.flush(soon());
        assert_eq!(left(&folder, &path, "kim"), None, "the session lives");
        drop(drafts);
        assert_eq!(left(&folder, &path, "lee"), None);
        assert_eq!(
            left(&folder, &path, "kim"),
            Some(Left {
                line: "rolled \"back\" \u{1f525}".into(),
                typed: at(2)
            })
        );
        assert_eq!(left(&folder, &path, "kim"), None);
    }

    #[test]
    fn a_sent_line_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("s");
        let drafts = Drafts::new(folder.clone(), dir.path().join("x"), "kim".into());
        drafts.keep("half", Time::default());
        drafts.flush(soon());
        drafts.keep("", Time::default());
        drop(drafts);
        assert!(!folder.exists());
    }
}
