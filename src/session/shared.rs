//! What the threads of a session share: the state in memory, the state of the file, and the looking at the file that both
//! the watcher's thread and the worker do.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};

use super::arrivals;
use super::clock::Clock;
use super::core::Core;
use super::disk::{Disk, Sighted, told};
use super::forget::Forgotten;
use super::machine::Reason;
use super::sightings::Sightings;
use super::snapshot::FileState;
use super::sync::Bell;
use crate::document::Document;
use crate::incident::{Refusal, Time};
use crate::merge::Report;
use crate::store::read::{Contents, Stat};
use crate::store::site::Site;
use crate::store::watch::Heard;
use crate::store::{Place, Repository};

/// See the module.
pub struct Shared {
    /// The incident and its file.
    pub place: Place,
    /// Where it is.
    pub repository: Repository,
    /// Who acts.
    pub by: String,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
    /// Wakes the worker.
    pub wake: Sender<Wake>,
    /// Set when the session is being dropped.
    pub stopping: AtomicBool,
    /// Set where a test ends the session as by a kill.
    #[cfg(test)]
    pub dying: AtomicBool,
    /// How many file events were heard.
    pub heard: AtomicU64,
    /// Signalled when saving comes to an end, good or bad.
    pub settled: Condvar,
    /// Wakes the sync thread, where there is one.
    pub bell: Bell,
    /// What was seen in the file and is not taken in yet.
    pub sightings: Sightings,
    /// What came of cleaning up after redactions.
    pub forgotten: Mutex<Forgotten>,
    /// Whether words that are redacted came with what was read.
    pub words_back: AtomicBool,
    site: Site,
    /// Words that the person wants to be forgotten, with who redacted them.
    words: Mutex<Vec<(String, String)>>,
    /// What git brought, to be merged into the file.
    sides: Mutex<Vec<Side>>,
    core: Mutex<Core>,
    disk: Mutex<Disk>,
}

/// Another state of the incident, with the one that it comes from, where that is known.
pub struct Side {
    /// What both come from.
    pub base: Option<Document>,
    /// The other state.
    pub theirs: Document,
    /// Told what became of it.
    pub answer: Sender<Written>,
}

/// What became of a state that was to be merged into the file: it is in the file on the disk, or a clause why it is not.
pub(super) type Written = Result<(), String>;

/// What the worker is woken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// There is something to save or to mend.
    Save,
    /// Look at the file, whatever its times say.
    Look,
    /// Look again in a moment: its times prove nothing yet.
    LookAgain,
    /// The state known is to be kept beside the file.
    Base,
    /// Trouble with the file began or goes on.
    Trouble,
    /// Events were heard again after they had failed to come.
    Heard,
    /// The watched folder went, or events were lost.
    Lost,
    /// The person wants the last good state back in the file.
    Restore,
    /// The session ends.
    Stop,
}

impl Shared {
    /// Joins the parts.
    pub fn new(
        place: Place,
        repository: Repository,
        by: String,
        clock: Arc<dyn Clock>,
        wake: Sender<Wake>,
        state: (Core, Disk),
    ) -> Self {
        Self {
            place,
            repository,
            by,
            clock,
            wake,
            stopping: AtomicBool::new(false),
            #[cfg(test)]
            dying: AtomicBool::new(false),
            heard: AtomicU64::new(0),
            settled: Condvar::new(),
            bell: Bell::default(),
            sightings: Sightings::default(),
            forgotten: Mutex::default(),
            words_back: AtomicBool::new(false),
            words: Mutex::default(),
            site: state.1.site.clone(),
            sides: Mutex::default(),
            core: Mutex::new(state.0),
            disk: Mutex::new(state.1),
        }
    }

    /// The state in memory. A panic elsewhere is no reason to stop: every change of it is complete or not begun.
    pub fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of the file. Always taken before [`Self::core`], never while holding it.
    pub fn disk(&self) -> MutexGuard<'_, Disk> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this session watches the file.
    pub fn is_watching(&self) -> bool {
        self.core().watching != super::Watching::Off
    }

    /// Has another state merged into the file soon; [`super::Session::flush`] waits for it. What became of this very state comes by
    /// the receiver, and from nobody but the one who has written the file or has seen that it holds it already.
    pub fn merge_in(&self, base: Option<Document>, theirs: Document) -> Receiver<Written> {
        let (answer, written) = mpsc::channel();
        let side = Side { base, theirs, answer };
        self.sides.lock().unwrap_or_else(PoisonError::into_inner).push(side);
        self.want(Reason::Side);
        written
    }

    /// Has words taken out of comments and of what is kept here soon, and known again from then on.
    pub fn forget(&self, words: impl IntoIterator<Item = (String, String)>) {
        let mut all = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(words);
        drop(all);
        self.want(Reason::Words);
    }

    /// The words that are to be forgotten, taken out.
    pub fn take_words(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.words.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is to be merged in, taken out.
    pub fn take_sides(&self) -> Vec<Side> {
        std::mem::take(&mut *self.sides.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Has the file looked at and written soon, under the lock, so that of several consoles one does it.
    pub fn want(&self, reason: Reason) {
        self.core().machine.raise(reason);
        self.wake(Wake::Save);
    }

    /// Wakes the worker. Where there is none any more there is nothing to do either.
    pub fn wake(&self, wake: Wake) {
        let _ = self.wake.send(wake);
    }

    /// Called on the watcher's thread. The first event of a burst is acted on here and at once.
    pub fn hear(&self, heard: Heard) {
        if self.stopping.load(Ordering::Relaxed) {
            return;
        }
        match heard {
            Heard::Lost => self.wake(Wake::Lost),
            Heard::File => {
                self.heard.fetch_add(1, Ordering::Relaxed);
                if self.core().watching == super::Watching::Polling {
                    self.wake(Wake::Heard);
                }
                // Before anything is waited for: the next save of an editor may be only moments away.
                self.sight();
                match self.disk.try_lock() {
                    Ok(mut disk) => self.look_at(&mut disk, false),
                    Err(TryLockError::Poisoned(disk)) => self.look_at(&mut disk.into_inner(), false),
                    Err(TryLockError::WouldBlock) => self.wake(Wake::Look),
                }
            }
        }
    }

    /// When what a file holds was written, for what nobody dated: everybody who notices it gives it the same time. Now, where
    /// the file's own time says nothing.
    pub fn written(&self, stat: &Stat) -> Time {
        const RECENT: i64 = 60_000;
        let (now, modified) = (self.clock.now(), stat.modified());
        if (0..RECENT).contains(&(now.millis() - modified)) {
            Time::from_millis(modified)
        } else {
            now
        }
    }

    /// Keeps what is in the file now until it is taken in, whatever becomes of the file. Waits for nobody.
    pub fn sight(&self) {
        self.sightings.look(&self.site);
    }

    /// Reads what was seen and is not taken in yet, in the order it was written: that is not the one it was seen in where
    /// somebody put a file in place that he had made before. Whether something came.
    pub fn gather(&self, disk: &mut Disk) -> bool {
        let before = disk.waiting.len();
        for sighting in self.sightings.take() {
            if disk.includes(sighting.hash) || disk.waiting.iter().any(|other| other.hash == sighting.hash) {
                continue;
            }
            // Torn, of another incident or in need of repair: looked at if it stays there.
            let Ok((document, false)) = disk.judge(&sighting.bytes) else {
                continue;
            };
            if document.newer_schema().is_none() {
                disk.waiting.push(Sighted {
                    document,
                    hash: sighting.hash,
                    stat: sighting.stat,
                    ours: false,
                });
            }
        }
        disk.waiting.sort_by_key(|seen| seen.stat.order());
        disk.waiting.len() > before
    }

    /// Takes in what was seen as far as nothing is to be mended; that waits for the saver.
    fn catch_up(&self, disk: &mut Disk) {
        if !self.gather(disk) {
            return;
        }
        while let Some(seen) = disk.waiting.first() {
            if seen.ours {
                self.want(Reason::Seen);
                return;
            }
            let (adopted, report) = disk.adopt(&seen.document, self.written(&seen.stat), &self.by);
            if adopted.text() != seen.document.text() {
                self.want(Reason::Seen);
                return;
            }
            let seen = disk.waiting.remove(0);
            let before = disk.base.clone();
            disk.take_in_seen(adopted, seen.hash, seen.stat);
            self.bell.changed();
            self.show(&before, &disk.base, &report);
            self.wake(Wake::Base);
        }
    }

    /// Looks at the file and takes in what is new. With `thorough` equal times are not believed.
    pub fn look(&self, thorough: bool) {
        self.sight();
        self.look_at(&mut self.disk(), thorough);
    }

    fn look_at(&self, disk: &mut Disk, thorough: bool) {
        self.look_at_file(disk, thorough);
        if disk.trouble.is_none() && disk.consult() {
            self.want(Reason::Seen);
        }
    }

    fn look_at_file(&self, disk: &mut Disk, thorough: bool) {
        self.catch_up(disk);
        if !thorough {
            let (same, proven) = disk.unchanged();
            if proven {
                return;
            }
            if same || disk.trouble.is_some() && disk.read_just_now() {
                self.wake(Wake::LookAgain);
                return;
            }
        }
        let had_trouble = disk.trouble.is_some();
        match disk.look() {
            Ok(found) => {
                let tried = disk.waiting.iter().any(|seen| seen.hash == found.contents.hash);
                // What was seen since then may have been there before this.
                self.gather(disk);
                if let Some(fresh) = &found.fresh {
                    let alone = disk.waiting.iter().all(|seen| seen.hash == found.contents.hash);
                    let written = self.written(&Stat::of(&found.contents.meta));
                    let pure = (alone && !tried && !found.mended)
                        .then(|| disk.adopt(fresh, written, &self.by))
                        .filter(|(adopted, _)| adopted.text() == fresh.text());
                    if let Some((adopted, report)) = pure {
                        disk.waiting.clear();
                        self.take_in(disk, adopted, &found.contents, &report);
                    } else {
                        // It is kept, too, until then: whoever wrote it may write over it before the saver's turn comes.
                        let known = |seen: &Sighted| seen.hash == found.contents.hash;
                        if !found.mended && fresh.newer_schema().is_none() && !disk.waiting.iter().any(known) {
                            disk.waiting.push(Sighted {
                                document: fresh.clone(),
                                hash: found.contents.hash,
                                stat: Stat::of(&found.contents.meta),
                                ours: false,
                            });
                        }
                        self.want(Reason::Seen);
                    }
                } else if !disk.waiting.is_empty() {
                    self.want(Reason::Seen);
                }
                if had_trouble {
                    self.recovered(disk);
                }
            }
            Err(()) => self.wake(Wake::Trouble),
        }
    }

    /// Makes what was read the state known, and shows it.
    pub fn take_in(&self, disk: &mut Disk, adopted: Document, contents: &Contents, report: &Report) {
        let before = disk.base.clone();
        disk.take_in(adopted, contents);
        self.bell.changed();
        self.show(&before, &disk.base, report);
        self.wake(Wake::Base);
    }

    /// Shows a new state of the file.
    pub fn show(&self, before: &Document, after: &Document, report: &Report) {
        let now = self.clock.now();
        let (fresh, newest) = arrivals::between(before.incident(), after.incident(), now);
        let framework =
            super::disk::framework_changed(before, after).map(|name| self.repository.framework_or_other(&name));
        let mut core = self.core();
        match framework {
            None => {}
            Some(Ok(framework)) => {
                if let Some(why) = &framework.stands_in {
                    core.notice(true, format!("The {why}."));
                }
                core.framework = framework;
            }
            Some(Err(error)) => core.notice(true, format!("The framework stays as it was: {error}")),
        }
        core.rebase(after.clone(), newest, fresh, now);
        if let Some((warning, said)) = told(report) {
            core.notice(warning, said);
        }
        if report.redacted {
            self.words_back.store(true, Ordering::Relaxed);
            core.notice(
                true,
                "An older copy of the file brought redacted words back; they stay redacted.",
            );
        }
        core.publish();
    }

    /// The first `count` pending changes are in the file, which holds `document`.
    pub fn saved(&self, disk: &mut Disk, document: Document, count: usize) {
        let mut core = self.core();
        let news = count > 0 || core.failure.is_some() || core.machine.is_news() || core.file != FileState::Good;
        core.saved(document, count);
        if core.failure.take().is_some() {
            core.notice(false, "Saving works again; everything is on disk.");
        }
        if disk.trouble.is_none() {
            core.file = FileState::Good;
        }
        if news {
            core.publish();
        }
        drop(core);
        if news {
            self.bell.changed();
        }
    }

    /// The file may be read only, and there is nothing of one's own to save.
    pub fn read_only(&self, said: &str) {
        let mut core = self.core();
        core.file = FileState::ReadOnly(said.to_owned());
        core.publish();
    }

    /// Refuses changes to a file of a newer program.
    pub fn writable(&self) -> Result<(), Refusal> {
        if self.place.id.is_empty() {
            return Err(Refusal::Invalid("No incident is open here; declare one first".into()));
        }
        let schema = self.core().base.newer_schema();
        schema.map_or(Ok(()), |schema| {
            Err(Refusal::Rules {
                said: super::disk::newer(schema),
                missing: Vec::new(),
            })
        })
    }

    /// The file is in order again.
    pub fn recovered(&self, disk: &mut Disk) {
        let Some(trouble) = disk.trouble.take() else { return };
        let mut core = self.core();
        if trouble.told.is_some() {
            core.file = FileState::Good;
            core.failure = None;
            core.notice(false, "The file is in order again; everything is merged.");
            core.publish();
        }
        let pending = !core.pending.is_empty() || core.machine.is_busy();
        drop(core);
        if pending {
            self.wake(Wake::Save);
        }
        // It may have been due meanwhile, and is not kept while nobody knows what the file is.
        self.wake(Wake::Base);
    }
}
