//! What a session shows of itself: one consistent state at a time.

use std::sync::Arc;

use super::sync::SyncState;
use crate::document::{Invalid, Quarantined};
use crate::framework::{Framework, MajorIncident};
use crate::incident::fingerprints::Fingerprints;
use crate::incident::{Incident, Time};

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
    /// How this clone stands with the others.
    pub sync: SyncState,
    /// Others whose console is open on this incident.
    pub here: Arc<[super::Here]>,
    /// The major incident that the repository's open incidents make.
    pub major: Option<Arc<MajorIncident>>,
    /// The words that were redacted, as far as this machine knows them: what is remembered of them is dropped.
    pub redacted: Arc<Fingerprints>,
}

impl Snapshot {
    /// Whether no incident is open: the board of a repository in which none has been declared.
    pub fn is_nowhere(&self) -> bool {
        self.incident.id.is_empty()
    }
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

/// Why a change could not be made durable in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaveError {
    /// Not on disk in the incident file, but in the journal.
    #[error("{0}")]
    Journaled(String),
    /// Nowhere but in memory.
    #[error("{0}")]
    Lost(String),
    /// The file is invalid; the change is kept in the journal.
    #[error("{0}")]
    Invalid(Invalid),
}
