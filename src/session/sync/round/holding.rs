//! Of several consoles on one working tree one syncs at a time.

use std::time::{Duration, Instant};

use super::{Done, Halt, Round, shown};
use crate::git::{self, Pause};
use crate::store::lock::{Held, Lock, Without, is_stopped};

/// How long a holder of the syncing may be stopped before it is said.
const STILL: Duration = Duration::from_secs(5);

impl Round {
    /// Of several consoles on one working tree one syncs at a time. Where there can be no lock it goes on without: every step is
    /// whole by itself, and a branch that moved meanwhile is noticed.
    pub(super) fn hold(&mut self, by: &str) -> Held {
        let path = self.side.join("sync.lock");
        let mut lock = Lock::new(path.clone(), by)
            .patient_for(self.patience)
            .shared(self.sharing());
        let held = lock.take(&|| true);
        let why = match &held.without {
            Some(Without::NoFile(why)) => Some(why.as_str()),
            Some(Without::Unsupported) => Some("the file system has no locks"),
            Some(Without::Stuck(_) | Without::Stopped) | None => None,
        };
        if let Some(why) = why.filter(|_| !self.unlocked) {
            self.unlocked = true;
            self.notices.push(format!(
                "{} cannot be locked: {why}. Syncing goes on without the lock.",
                shown(&path)
            ));
        }
        held
    }

    /// Another holds the syncing. It takes along what is here, unless it is stopped; a verb does not say that all is well before
    /// its change is committed.
    pub(super) fn elsewhere(&mut self, who: &str, holder: Option<u32>) -> Result<Done, Halt> {
        let since = *self.waiting.get_or_insert_with(Instant::now);
        let is_verb = !self.patience.is_zero();
        let stopped = holder.is_some_and(is_stopped);
        if stopped && (is_verb || since.elapsed() >= STILL) {
            return Err(Pause::Held(who.to_owned(), true).into());
        }
        if is_verb {
            let ours = self.ours();
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            let standing = git::standing(&self.git, &self.git_dir, &ours)?;
            if !standing.paths.is_empty() {
                return Err(Pause::Held(who.to_owned(), false).into());
            }
        }
        Ok(Done::Elsewhere)
    }
}
