//! The second step of a round: push, and where others were first fetch, join and push again.

use std::time::Duration;

use super::{Done, Files, Halt, Round};
use crate::git::{self, Class, Fetched, Pushed, Remote, Standing, Trouble};

/// How often to merge and push again when others are first.
const TRIES: u32 = 12;

impl Round {
    /// Asks the remote, in one call of git, whether it has something new.
    pub(super) fn nothing_new(&mut self) -> Result<bool, Halt> {
        let Some(remote) = self.remote.clone() else {
            return Ok(false);
        };
        match git::fetch(&self.git, &remote).map_err(on_remote)? {
            Fetched::Same => Ok(true),
            Fetched::NoBranch => Ok(false),
            Fetched::New { now, rewritten } => {
                self.there = Some(now);
                self.tell_rewritten(&remote, rewritten);
                Ok(false)
            }
        }
    }

    pub(super) fn exchange(
        &mut self,
        standing: &mut Standing,
        remote: &Remote,
        files: &dyn Files,
        mut fetch: bool,
    ) -> Result<Done, Halt> {
        // What stands in the way may be mended at the remote by now: it is asked before anything is given up.
        if !fetch && self.take_in(standing, remote, files).is_err() {
            fetch = true;
        }
        for attempt in 0..TRIES {
            if fetch || standing.head.is_none() {
                match git::fetch(&self.git, remote).map_err(on_remote)? {
                    Fetched::Same => {}
                    Fetched::New { now, rewritten } => {
                        log::info!("fetched {}, rewritten {}", git::short(&now), rewritten.is_some());
                        self.there = Some(now);
                        self.tell_rewritten(remote, rewritten);
                    }
                    Fetched::NoBranch => self.no_branch(remote)?,
                }
                self.take_in(standing, remote, files)?;
            }
            self.put_back(standing, remote, files)?;
            let Some(head) = standing.head.clone() else {
                // Nothing here, nothing there.
                return Ok(Done::Synced);
            };
            if self.there.as_deref() == Some(head.as_str()) {
                return Ok(Done::Synced);
            }
            match git::push(&self.git, remote, self.there.as_deref(), &head).map_err(on_remote)? {
                Pushed::Done => {
                    log::info!("pushed {}", git::short(&head));
                    self.there = Some(head);
                    self.follow(remote);
                    return Ok(Done::Synced);
                }
                Pushed::Behind => {
                    log::info!("push refused, others were first, attempt {attempt}");
                    fetch = true;
                    // Another of us may have fetched it already.
                    self.there = self.tracked(remote);
                    std::thread::sleep(jitter(attempt));
                }
            }
        }
        let trouble = Trouble::NotStarted(format!("others were first {TRIES} times"));
        Err(Halt::Remote(Class::Behind, trouble))
    }

    pub(super) fn tell_rewritten(&mut self, remote: &Remote, rewritten: Option<String>) {
        if let Some(old) = rewritten {
            self.notices.push(format!(
                "Someone rewrote {} at {}; what it held before ({}) is merged back, and nothing of yours is lost.",
                remote.branch,
                remote.name,
                &old[..old.len().min(10)]
            ));
        }
    }

    /// The branch is not at the remote. A first push makes it; one that was there and is gone is a person's decision.
    pub(super) fn no_branch(&mut self, remote: &Remote) -> Result<(), Halt> {
        if self.there.is_none() || self.recreate {
            self.there = None;
            return Ok(());
        }
        let trouble = Trouble::Said {
            code: 1,
            said: format!(
                "fatal: the branch {} does not exist at {} any more",
                remote.branch, remote.name
            ),
        };
        Err(Halt::Remote(Class::Gone, trouble))
    }

    /// After a first push the branch here follows the one there, so that a plain `git pull` works.
    pub(super) fn follow(&mut self, remote: &Remote) {
        if remote.followed {
            return;
        }
        let set = |key: &str, value: &str| {
            let key = format!("branch.{}.{key}", self.branch);
            self.git.run(["config", "--local", &key, value])
        };
        // A convenience: without it syncing works just the same.
        let _ = set("remote", &remote.name).and_then(|_| set("merge", &format!("refs/heads/{}", remote.branch)));
        if let Some(remote) = &mut self.remote {
            remote.followed = true;
        }
    }
}

pub(super) fn on_remote(trouble: Trouble) -> Halt {
    Halt::Remote(Class::of(&trouble), trouble)
}

/// A random pause before the next try, longer with each.
pub(super) fn jitter(attempt: u32) -> Duration {
    let most = 50_u64.saturating_mul(1 << attempt.min(6)).min(2_000);
    let random = u64::from_le_bytes(crate::store::site::random_bytes());
    Duration::from_millis(random % most.max(1))
}
