//! One open incident for one person: applies changes at once in memory, saves them behind, takes in what others write,
//! publishes snapshots. Both faces talk only to this.

use std::sync::Arc;
use std::time::Duration;

mod clock;

pub use clock::{Clock, FixedClock, RunningClock, SystemClock};

use crate::document::{Invalid, Quarantined};
use crate::framework::Framework;
use crate::incident::{Applied, Change, Declaration, Incident, Refusal, Time};
use crate::store::{Place, Repository, StoreError};

/// What the screen shows: one consistent state. Cheap to clone and to compare by `revision`.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Grows with every published state.
    pub revision: u64,
    /// The incident with all own changes, saved or not.
    pub incident: Arc<Incident>,
    /// Its framework.
    pub framework: Arc<Framework>,
    /// Whether own changes are on disk.
    pub saving: Saving,
    /// Whether the file is in order.
    pub file: FileState,
    /// What others brought lately, for the mark "new": (section, entry id, when it arrived here). Bounded.
    pub arrivals: Arc<[Arrival]>,
    /// Unreadable entries, kept in the file.
    pub quarantined: Arc<[Quarantined]>,
    /// Sentences to show once, oldest first, each with its number; bounded.
    pub notices: Arc<[Notice]>,
    /// Own changes that can be undone and redone now.
    pub undoable: usize,
    /// See `undoable`.
    pub redoable: usize,
    /// How changes of others are seen: file events or polling.
    pub watching: Watching,
}

/// Whether own changes are on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// Everything is on disk.
    Saved,
    /// So many changes are on their way.
    Pending(usize),
    /// So many changes could not be written and are kept in the journal; why, in a sentence.
    Failed(usize, String),
}

/// Whether the file is in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is.
    Good,
    /// It cannot be read; the last good state is shown and changes go to the journal.
    Invalid(Invalid),
    /// It is gone; the same.
    Missing,
    /// It may be read, not written; why.
    ReadOnly(String),
}

/// How changes of others are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    /// File events.
    Events,
    /// Polling, since the system gives no events.
    Polling,
    /// Not at all (one-shot commands).
    Off,
}

/// An entry that somebody else brought or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Section, or a top-level field's name.
    pub section: String,
    /// Entry id; empty for a top-level field.
    pub id: String,
    /// When it arrived here.
    pub at: Time,
}

/// A sentence for the person, shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Grows.
    pub number: u64,
    /// The sentence.
    pub text: String,
    /// Whether it is a worry rather than news.
    pub warning: bool,
}

/// Why a change could not be made durable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Not on disk in the incident file, but in the journal.
    #[error("{0}")]
    Journaled(String),
    /// Nowhere but in memory.
    #[error("{0}")]
    Lost(String),
    /// The file is invalid.
    #[error("{0}")]
    Invalid(Invalid),
}

/// What a session is opened with.
pub struct Open<'a> {
    /// Where the incident is.
    pub repository: &'a Repository,
    /// Which one (see [`Repository::find`]).
    pub place: Place,
    /// Who acts.
    pub by: String,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Whether to watch the file (consoles) or not (one-shot commands).
    pub watch: bool,
}

/// One open incident for one person. Dropping it saves what can be saved at once and keeps the rest in the journal.
pub struct Session {}

impl Session {
    /// Opens an incident; replays what an earlier session could not save. An unreadable file is an error here: there is
    /// no good state to show.
    pub fn open(open: Open<'_>) -> Result<Self, StoreError> {
        let _ = open;
        todo!()
    }

    /// The present state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        todo!()
    }

    /// Tells when there is a newer snapshot.
    pub fn subscribe(&self) -> tokio::sync::watch::Receiver<Arc<Snapshot>> {
        todo!()
    }

    /// The incident and its file.
    pub fn place(&self) -> &Place {
        todo!()
    }

    /// Who acts.
    pub fn by(&self) -> &str {
        todo!()
    }

    /// Applies a change in memory at once, or refuses it; saving goes on behind. Never waits for disk.
    pub fn apply(&self, change: Change) -> Result<Applied, Refusal> {
        let _ = change;
        todo!()
    }

    /// Undoes the newest of one's own changes that can be undone. One that the incident has outgrown is refused, and the
    /// next call takes the one before it.
    pub fn undo(&self) -> Result<Applied, Refusal> {
        todo!()
    }

    /// Does again what was undone last.
    pub fn redo(&self) -> Result<Applied, Refusal> {
        todo!()
    }

    /// Waits until everything is on disk, at most `limit`.
    pub fn flush(&self, limit: Duration) -> Result<(), SaveError> {
        let _ = limit;
        todo!()
    }

    /// Looks at the file now (after a suspend, or when the window got the focus).
    pub fn refresh(&self) {
        todo!()
    }

    /// Puts the last good state back where the file is missing or cannot be read; what is there is kept as a rescue copy.
    pub fn restore(&self) {
        todo!()
    }

    /// Keeps a half-typed line in the person's state folder (off the caller's thread); empty removes it.
    pub fn keep_draft(&self, line: &str) {
        let _ = line;
    }

    /// The half-typed line of an earlier session, if any.
    pub fn draft(&self) -> Option<String> {
        None
    }
}

/// Declares a new incident: draws its id, writes its file. `declaration.id` is filled in here.
pub fn declare(
    repository: &Repository,
    declaration: Declaration,
    by: &str,
    clock: &dyn Clock,
) -> Result<Place, DeclareError> {
    let _ = (repository, declaration, by, clock);
    todo!()
}

/// Why an incident could not be declared.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The words are wrong.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}
