//! One open incident for one person: applies changes at once in memory, saves them behind, takes in what others write,
//! publishes snapshots. Both faces talk only to this.

mod all;
mod arrivals;
mod clock;
mod core;
mod declare;
mod disk;
mod duplicate;
mod forget;
pub mod here;
mod learning;
mod library;
mod machine;
mod major;
mod nowhere;
mod open;
pub mod outgoing;
mod save;
mod shared;
mod sightings;
mod snapshot;
pub mod sync;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use crate::store::may_run::{MayRun, Standing, What};
pub use all::{Listed, Listing, Looked};
pub use clock::{Clock, ClockKind, FixedClock, LookClock, ONLY_LOOKS, RunningClock, SystemClock, TestClock};
pub use declare::{DeclareError, declare};
pub use forget::Forgotten;
pub use here::Here;
pub use open::Open;
pub use snapshot::{Arrival, FileState, Notice, SaveError, Saving, Snapshot, Watching};

use crate::git::Driver;
use crate::incident::{Applied, Change, Refusal, ids};
use crate::store::draft::Drafts;
use crate::store::site::random_bytes;
use crate::store::{Place, StoreError};
use shared::{Shared, Wake};
use sync::Syncing;

/// One open incident for one person. Dropping it saves what can be saved at once and keeps the rest in the journal.
pub struct Session {
    shared: Arc<Shared>,
    worker: Option<JoinHandle<()>>,
    drafts: Drafts,
    draft: Option<String>,
    syncing: Option<Syncing>,
    lookout: Option<major::Lookout>,
    presence: Option<here::Presence>,
}

#[cfg(test)]
impl Session {
    /// Ends as by a kill: nothing is saved, and what is in memory only is gone.
    fn kill(mut self) {
        use std::sync::atomic::Ordering;
        self.lookout = None;
        self.shared.dying.store(true, Ordering::Relaxed);
        open::close(&self.shared, self.worker.take());
    }
}

impl Session {
    /// Opens an incident; replays what an earlier session could not save. An unreadable file is an error, except for a
    /// console (`watch`) where an earlier session left its last known state.
    pub fn open(open: Open<'_>) -> Result<Self, StoreError> {
        let watch = open.watch;
        let parts = open::open(open)?;
        let lookout = watch.then(|| major::Lookout::start(&parts.shared)).flatten();
        Ok(Self {
            shared: parts.shared,
            worker: Some(parts.worker),
            drafts: parts.drafts,
            draft: parts.draft,
            syncing: None,
            lookout,
            presence: None,
        })
    }

    /// Starts to keep the working tree and its remote in step, until the session ends. `online` says whether the network
    /// may be used; commits are made either way. `driver` is the program that git calls to merge incident files.
    pub fn start_sync(&mut self, driver: Driver, online: bool) {
        self.syncing = Syncing::start(&self.shared, driver, online);
        if self.shared.core().is_console() {
            self.presence = here::Presence::start(&self.shared, online);
        }
    }

    /// Lets the network be used from now on, or not.
    pub fn set_online(&self, online: bool) {
        self.shared.bell.online(online);
    }

    /// Syncs now, whatever was refused before.
    pub fn sync_now(&self) {
        self.shared.bell.now();
    }

    /// The present state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.shared.core().sender().borrow())
    }

    /// Tells when there is a newer snapshot.
    pub fn subscribe(&self) -> tokio::sync::watch::Receiver<Arc<Snapshot>> {
        self.shared.core().sender().subscribe()
    }

    /// The incident and its file.
    pub fn place(&self) -> &Place {
        &self.shared.place
    }

    /// The folder of the repository.
    pub fn root(&self) -> &std::path::Path {
        self.shared.repository.root()
    }

    /// Who acts.
    pub fn by(&self) -> &str {
        &self.shared.by
    }

    /// Applies a change in memory at once, or refuses it; saving goes on behind. Never waits for disk.
    pub fn apply(&self, change: Change) -> Result<Applied, Refusal> {
        let now = self.shared.clock.now();
        self.shared.writable()?;
        self.looks()?;
        let applied = self.shared.core().change(nonce(), change, &self.shared.by, now)?;
        self.shared.wake(Wake::Save);
        Ok(applied)
    }

    /// The same with a nonce of the caller's: however often it is applied, it is applied once.
    pub fn apply_as(&self, nonce: &str, change: Change) -> Result<Applied, Refusal> {
        let now = self.shared.clock.now();
        self.shared.writable()?;
        self.looks()?;
        let applied = self
            .shared
            .core()
            .change(nonce.to_owned(), change, &self.shared.by, now)?;
        self.shared.wake(Wake::Save);
        Ok(applied)
    }

    /// Takes words out of the file's comments and of all copies that are kept here, and knows them again from then on.
    pub fn forget(&self, words: impl IntoIterator<Item = String>) {
        self.shared
            .forget(words.into_iter().map(|words| (words, self.shared.by.clone())));
    }

    /// Ends the session as dropping it does; what came of the cleaning up after redactions.
    pub fn close(self) -> Forgotten {
        let shared = Arc::clone(&self.shared);
        drop(self);
        std::mem::take(&mut *shared.forgotten.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Undoes the newest of one's own changes that can be undone. One that the incident has outgrown is refused, and the
    /// next call takes the one before it.
    pub fn undo(&self) -> Result<Applied, Refusal> {
        self.step(true)
    }

    /// Does again what was undone last.
    pub fn redo(&self) -> Result<Applied, Refusal> {
        self.step(false)
    }

    /// Refuses to change anything by a clock that only looks.
    fn looks(&self) -> Result<(), Refusal> {
        match self.shared.clock.kind() {
            ClockKind::Real | ClockKind::Test => Ok(()),
            ClockKind::Look => Err(Refusal::Invalid(ONLY_LOOKS.into())),
        }
    }

    fn step(&self, back: bool) -> Result<Applied, Refusal> {
        self.shared.writable()?;
        self.looks()?;
        let now = self.shared.clock.now();
        let applied = self.shared.core().step(back, nonce(), &self.shared.by, now)?;
        self.shared.wake(Wake::Save);
        Ok(applied)
    }

    /// Why a change that was taken could not be saved after all, by the id of its event: what others wrote first forbids it.
    pub fn denied(&self, event: &str) -> Option<Refusal> {
        let core = self.shared.core();
        let denied = core.denied.iter().find(|(id, _)| id == event);
        denied.map(|(_, refusal)| refusal.clone())
    }

    /// Waits until everything is on disk (a draft included), at most `limit`.
    pub fn flush(&self, limit: Duration) -> Result<(), SaveError> {
        let until = Instant::now() + limit;
        self.drafts.flush(until);
        let mut core = self.shared.core();
        loop {
            if core.pending.is_empty() && (!core.machine.is_busy() || core.machine.is_stuck()) {
                return Ok(());
            }
            if let Some(failure) = &core.failure
                && (1..=failure.covers).contains(&core.pending.len())
            {
                return Err(match &core.file {
                    FileState::Invalid(invalid) if failure.journaled => {
                        let mut invalid = invalid.clone();
                        let kept = match core.pending.len() {
                            1 => "your change is".to_owned(),
                            several => format!("your {several} changes are"),
                        };
                        invalid.remedy = format!(
                            "{}; {kept} in the journal and saved once it can be read",
                            invalid.remedy
                        );
                        SaveError::Invalid(invalid)
                    }
                    _ if failure.journaled => SaveError::Journaled(failure.said.clone()),
                    _ => SaveError::Lost(failure.said.clone()),
                });
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return match core.pending.len() {
                    0 => Ok(()),
                    several => Err(SaveError::Journaled(format!(
                        "{several} of your changes are not in {} yet; they are kept in the journal and saved next time.",
                        self.shared.place.path.display()
                    ))),
                };
            }
            let waited = self.shared.settled.wait_timeout(core, left);
            core = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Declares the major incident that the repository's open incidents make, coordinated by this person; a notice says what
    /// came of it.
    pub fn declare_major(&self, coordinator: &str) {
        if let Some(lookout) = &self.lookout {
            lookout.declare(coordinator);
        }
    }

    /// Folds this incident into another one of the repository, which goes on; a notice says what came of it.
    pub fn fold_into(&self, parent: &str, reason: Option<String>) {
        if let Some(lookout) = &self.lookout {
            lookout.fold_into(parent, reason);
        }
    }

    /// Writes the document of the incident's review, or brings it up to date; a notice says what came of it.
    pub fn write_review(&self) {
        if let Some(lookout) = &self.lookout {
            lookout.write_review();
        }
    }

    /// Merges a copy of the incident file into it, as syncing does, and waits until it is on disk.
    pub fn bring(&self, text: &str) -> Result<(), String> {
        self.shared.writable().map_err(|refusal| refusal.to_string())?;
        self.shared.bring(None, text)
    }

    /// Looks at the file soon (after a suspend, or when the window got the focus).
    pub fn refresh(&self) {
        self.shared.wake(Wake::Look);
    }

    /// Puts the last good state back where the file is missing or cannot be read; what is there is kept as a rescue copy.
    pub fn restore(&self) {
        self.shared.wake(Wake::Restore);
    }

    /// Keeps a half-typed line in the person's state folder (off the caller's thread); empty removes it.
    pub fn keep_draft(&self, line: &str) {
        self.drafts.keep(line, self.shared.clock.now());
    }

    /// The half-typed line that an earlier session of this person left, if any.
    pub fn draft(&self) -> Option<String> {
        self.draft.clone()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.lookout = None;
        if let Some(presence) = &mut self.presence {
            presence.end();
        }
        open::close(&self.shared, self.worker.take());
        // The worker has written what there was; now it is committed.
        if let Some(syncing) = &mut self.syncing {
            syncing.end();
        }
    }
}

fn nonce() -> String {
    ids::from_bytes(random_bytes())
}
