//! How this clone stands with the others, as a screen shows it.

use crate::incident::Time;

/// How this clone stands with the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// What is going on.
    pub phase: Phase,
    /// Commits that the remote has not yet.
    pub unsent: usize,
    /// When all was last known to be there.
    pub at: Option<Time>,
    /// Since when it is not.
    pub since: Option<Time>,
    /// The remote, for people.
    pub remote: String,
}

/// What is going on between this clone and the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Not looked yet, or switched off.
    #[default]
    Off,
    /// Commits are made; there is no remote to sync with.
    Alone,
    /// All is well.
    Good,
    /// The remote cannot be reached or takes nothing; it is tried again by itself.
    Offline(Trouble),
    /// The remote does not let us in, or refuses; a person has to do something, then ask.
    Refused(Trouble),
    /// Something in this clone stands in the way; it goes on by itself when that is gone.
    Paused(Trouble),
    /// Another console of this working tree does it.
    Elsewhere,
}

/// Why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// A clause.
    pub why: String,
    /// A sentence; empty where waiting does.
    pub remedy: String,
}

impl SyncState {
    /// Whether something is here that others cannot see yet and nothing is being done about it just now.
    pub fn is_stuck(&self) -> bool {
        matches!(self.phase, Phase::Offline(_) | Phase::Refused(_) | Phase::Paused(_))
    }

    /// What stands in the way, if anything.
    pub fn trouble(&self) -> Option<&Trouble> {
        match &self.phase {
            Phase::Offline(trouble) | Phase::Refused(trouble) | Phase::Paused(trouble) => Some(trouble),
            _ => None,
        }
    }
}
