//! Saving: own changes are put on what is in the file now, the file is replaced, and what came out is looked at. Whatever
//! fails leaves the old file intact and the changes in the journal.

mod beside_file;
mod displaced;
mod failing;
mod rescue;
mod takeover;
mod taking_in;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::disk::{Disk, Found};
use super::forget::Forgetting;
use super::outgoing::Outgoing;
use super::shared::{Shared, Wake, Written};
use crate::document::Document;
use crate::incident::Request;
use crate::store::failpoint::failpoint;
use crate::store::journal::{Journal, Left, keep_refused};
use crate::store::leftovers::{Late, Leftover, OwnCopy};
use crate::store::lock::{Held, Lock, Without};
use crate::store::read::{Stat, Unreadable, hash};
use crate::store::write::{NotReplaced, Replacer, sync_folder};
use displaced::Replaced;
use failing::{denied, denied_at, not_writable, said, starved};
use rescue::{keep_rescue, rescue};
use taking_in::{merge_sides, take_in_seen};

/// How often a save is begun anew because somebody wrote in between.
const ATTEMPTS: u32 = 20;
/// How long the lock is still waited for once the session is being dropped.
const FAREWELL: Duration = Duration::from_millis(30);

/// Saves for one session. Owned by its worker.
pub struct Saver {
    lock: Lock,
    replacer: Replacer,
    journal: Journal,
    /// What dead sessions left; taken away once all of it is in the file.
    left: Option<Left>,
    replaced: Vec<Replaced>,
    /// Whether the file was looked over once under the lock.
    looked_over: bool,
    retry: bool,
    /// What was last said about the lock.
    without: Option<Without>,
    /// Temporary files of dead sessions whose content goes into the next save.
    leftovers: Vec<Leftover>,
    /// Files that were replaced by anybody and written to after that, whose content goes into the next save.
    written_late: Vec<Late>,
    /// Those that only a look at their content betrayed.
    swept: Vec<Late>,
    /// The folder's change of names is not known to be durable.
    unsynced: bool,
    /// Who waits to hear what became of the states that are merged in.
    answers: Vec<Sender<Written>>,
    forget: Forgetting,
    /// What was read last, until it is kept beside the file for all.
    read: Option<OwnCopy>,
    outgoing: Outgoing,
}

/// How writing the journal ended, for the log.
fn outcome<T>(result: &std::io::Result<T>) -> String {
    result
        .as_ref()
        .map_or_else(|error| error.kind().to_string(), |_| "written".into())
}

/// How one attempt ended.
enum Attempt {
    /// The file on the disk holds what is known; whether it had to be written for that.
    Done { wrote: bool },
    /// The file may only be read, and there is nothing of one's own to save: a clause.
    OnlyRead(String),
    /// Somebody wrote in between: once more.
    Again,
    /// The file is in trouble.
    Trouble,
    /// The system refused: at what, why.
    Failed(&'static str, std::io::Error),
}

impl Saver {
    /// A saver with this lock and journal; `left` is what was taken up from dead sessions.
    pub fn new(lock: Lock, journal: Journal, left: Left) -> Self {
        Self {
            lock,
            replacer: Replacer::default(),
            journal,
            left: (!left.is_empty()).then_some(left),
            replaced: Vec::new(),
            looked_over: false,
            retry: false,
            without: None,
            leftovers: Vec::new(),
            written_late: Vec::new(),
            swept: Vec::new(),
            unsynced: false,
            answers: Vec::new(),
            forget: Forgetting::default(),
            read: None,
            outgoing: Outgoing::default(),
        }
    }

    /// Tells those who wait what became of what they brought.
    fn answer(&mut self, written: &Written) {
        for answer in self.answers.drain(..) {
            // Who has stopped waiting brings it again.
            let _ = answer.send(written.clone());
        }
    }

    /// Nothing is written now: what was brought is not taken, so that nobody takes it for written.
    fn refuse(&mut self, shared: &Shared, why: &str) {
        self.answers
            .extend(shared.take_sides().into_iter().map(|side| side.answer));
        self.answer(&Err(why.to_owned()));
    }

    /// Saves and mends what there is to; whether it wrote.
    #[allow(clippy::too_many_lines, reason = "the order of the steps is what it says")]
    pub fn save(&mut self, shared: &Shared) -> bool {
        self.retry = false;
        let pending = shared.core().pending.clone();
        if pending.is_empty()
            && self.answers.is_empty()
            && !shared.disk().wants_saver()
            && !shared.has_sides()
            && !shared.has_words()
            && !shared.sightings.any()
        {
            self.all_in(shared);
            return false;
        }
        let began = Instant::now();
        // From here on a kill loses nothing. A journal that cannot be written shows when saving fails, too.
        let journaled = self.journal.keep(&pending);
        let id = &shared.place.id;
        log::debug!(
            "{id}: save begins, {} pending, journal {}",
            pending.len(),
            outcome(&journaled)
        );
        let _ = failpoint("save.journaled", &shared.place.path);
        let held = self.take_lock(shared);
        if held.without == Some(Without::Stopped) {
            let _ = self.journal.sync();
            self.refuse(shared, "the console is being closed");
            return false;
        }
        let mut disk = shared.disk();
        if let Some(schema) = disk.base.newer_schema() {
            disk.heal = false;
            drop(disk);
            self.refuse(shared, &super::disk::newer(schema));
            return false;
        }
        if !self.looked_over {
            self.look_over(shared, &mut disk, &held);
        }
        self.look_for_late(shared, &mut disk);
        let mut wrote = false;
        for attempt in 0..ATTEMPTS {
            match self.attempt(shared, &mut disk, pending.is_empty()) {
                Attempt::Done { wrote: now } => {
                    wrote |= now;
                    if disk.trouble.is_some() {
                        shared.recovered(&mut disk);
                    }
                    self.retry = !disk.waiting.is_empty();
                    // Before the journal goes: what was written is in two places until every session has read it.
                    self.keep_beside(&mut disk);
                    self.forget.is_written(&disk);
                    drop(disk);
                    self.answer(&Ok(()));
                    self.succeeded(shared);
                    let took = began.elapsed().as_millis();
                    let what = if wrote { "written" } else { "as known already" };
                    log::info!(
                        "{id}: file {what}, {} pending before, attempt {attempt}, {took} ms",
                        pending.len()
                    );
                    return wrote;
                }
                Attempt::OnlyRead(why) => {
                    if disk.trouble.is_some() {
                        shared.recovered(&mut disk);
                    }
                    drop(disk);
                    log::warn!("{id}: file read-only, nothing of ours pending");
                    self.answer(&Err(why));
                    return wrote;
                }
                Attempt::Again => {
                    log::debug!("{id}: someone wrote in between, attempt {attempt}");
                    wrote = true;
                    std::thread::sleep(jitter(attempt));
                }
                Attempt::Trouble => {
                    // It is told already; what was made since then is in the journal now, too.
                    let journaled = journaled.is_ok() && self.journal.sync().is_ok();
                    let mut core = shared.core();
                    if let Some(failure) = core.failure.as_mut() {
                        failure.journaled = journaled;
                        failure.covers = pending.len();
                    }
                    drop(core);
                    shared.settled.notify_all();
                    let why = disk.trouble.as_ref().map(|trouble| said(shared, &trouble.what));
                    drop(disk);
                    log::warn!("{id}: the file cannot be read now, {} pending", pending.len());
                    self.refuse(shared, &why.unwrap_or_default());
                    shared.wake(Wake::Trouble);
                    return wrote;
                }
                Attempt::Failed(step, error) => {
                    drop(disk);
                    log::warn!("{id}: save failed at {step}: {}", error.kind());
                    let why = self.failed(shared, step, &error);
                    self.refuse(shared, &why);
                    return wrote;
                }
            }
        }
        // Somebody writes faster than we do: let others have the lock and try again.
        self.retry = true;
        wrote
    }

    /// Keeps what these changes let go out, before they are in the file: what is lost by a kill is neither.
    fn keep_outgoing(&mut self, shared: &Shared, pending: &[Request]) {
        if pending.is_empty() {
            return;
        }
        let (incident, framework) = {
            let core = shared.core();
            (core.incident.called(&shared.place.id), Arc::clone(&core.framework))
        };
        let root = shared.repository.root();
        match self.outgoing.keep(root, &framework, &incident, pending) {
            Ok(0) => {}
            Ok(several) => log::info!("{}: {several} messages go out", shared.place.id),
            Err(error) => {
                log::warn!("{}: the outbox cannot be written: {}", shared.place.id, error.kind());
                let mut core = shared.core();
                let why = crate::store::reason(&error);
                core.notice(
                    true,
                    format!("Hooks were not fired: the outbox cannot be written ({why}); the change itself is safe."),
                );
                core.publish();
            }
        }
    }

    fn take_lock(&mut self, shared: &Shared) -> Held {
        let mut stop_at = None;
        let go_on = std::cell::RefCell::new(&mut stop_at);
        let held = self.lock.take(&|| {
            let mut stop_at = go_on.borrow_mut();
            if stop_at.is_none() && shared.stopping.load(Ordering::Relaxed) {
                **stop_at = Some(Instant::now() + FAREWELL);
            }
            stop_at.is_none_or(|at| Instant::now() < at)
        });
        if held.without != self.without {
            self.without.clone_from(&held.without);
            let said = match &held.without {
                Some(Without::Stuck(holder)) => Some(format!(
                    "The lock has been held for two seconds by {holder}; saving goes on without it, and merges."
                )),
                _ => None,
            };
            if let Some(said) = said {
                let mut core = shared.core();
                core.notice(true, said);
                core.publish();
            }
        }
        held
    }

    /// Reads what is there now, puts the own changes on it, and puts that in its place.
    fn attempt(&mut self, shared: &Shared, disk: &mut Disk, only_mending: bool) -> Attempt {
        if shared.is_watching() {
            shared.sight();
        }
        let Ok(found) = disk.look() else {
            // Nothing may be wrong with the file: this process may have no room for one more beside the lock.
            if let Err(Unreadable::Io(error)) = crate::store::read::open(&disk.site.path)
                && starved(&error)
            {
                disk.trouble = None;
                return Attempt::Failed("reading it", error);
            }
            return Attempt::Trouble;
        };
        // Only now: nothing that was there before this may be left for later.
        shared.gather(disk);
        disk.consult();
        let place = Stat::of(&found.contents.meta);
        take_in_seen(shared, disk, found.contents.hash, Some(place), found.fresh.as_ref());
        if let Some(fresh) = &found.fresh {
            let written = shared.written(&Stat::of(&found.contents.meta));
            let (adopted, report) = disk.adopt(fresh, written, &shared.by);
            shared.take_in(disk, adopted, &found.contents, &report);
        }
        take_in_seen(shared, disk, found.contents.hash, None, None);
        merge_sides(shared, disk, &mut self.answers);
        self.forget.respect(shared, disk);
        let before = disk.base.clone();
        let (incident, pending) = {
            let core = shared.core();
            (core.incident.clone(), core.pending.clone())
        };
        let count = pending.len();
        // Of the very changes that are written now: more may have come since the save began.
        self.keep_outgoing(shared, &pending);
        let new = self.forget.strike(shared, before.with(incident), &disk.base);
        let hash = hash(new.text().as_bytes());
        if found.mended {
            if let Err(error) = keep_rescue(shared, disk, &found) {
                return Attempt::Failed("keeping a rescue copy of it", error);
            }
        } else if hash == found.contents.hash {
            if std::mem::take(&mut self.unsynced)
                && let Err(error) = sync_folder(&found.real)
            {
                self.unsynced = true;
                return Attempt::Failed("bringing its folder to the disk", error);
            }
            disk.heal = false;
            shared.saved(disk, new, count);
            return Attempt::Done { wrote: false };
        }
        if let Some(why) = not_writable(&found.real) {
            // Somebody is just putting another in its place: the next look says what it is by now.
            if why.kind() == std::io::ErrorKind::NotFound {
                return Attempt::Again;
            }
            // Nothing of one's own to save: a file that is only read is no failure.
            if only_mending && count == 0 {
                disk.heal = false;
                shared.read_only(&denied(&found.real, &why));
                return Attempt::OnlyRead(denied_at(&found.real, &why));
            }
            return Attempt::Failed("opening it for writing", why);
        }
        self.put(shared, disk, &found, &before, (new, hash, count))
    }

    fn put(
        &mut self,
        shared: &Shared,
        disk: &mut Disk,
        found: &Found,
        before: &Document,
        (new, hash, count): (Document, u128, usize),
    ) -> Attempt {
        let text = new.text().as_bytes();
        let replaced = match self.replacer.replace(&disk.site, &found.real, &found.contents, text) {
            Ok(replaced) => replaced,
            Err(NotReplaced::Unreadable(Unreadable::Io(error))) => return Attempt::Failed("reading it", error),
            // The next look says what it is by now.
            Err(NotReplaced::Changed | NotReplaced::Unreadable(_)) => return Attempt::Again,
            Err(NotReplaced::Failed(step, error)) => return Attempt::Failed(step, error),
        };
        disk.note_written(hash, replaced.stat);
        shared.sightings.wrote(hash);
        let mut came_out = 0;
        let raced = replaced.raced.map(|bytes| {
            came_out = crate::store::read::hash(&bytes);
            let judged = disk.judge(&bytes);
            if matches!(judged, Ok((_, true))) {
                let _ = rescue(shared, disk, &bytes);
            }
            judged
        });
        let clean = raced.is_none();
        match raced {
            None => {
                let synced = sync_folder(&found.real);
                disk.advance(new.clone());
                disk.heal = false;
                if let Err(error) = synced {
                    self.keep_replaced(replaced.old);
                    self.unsynced = true;
                    shared.core().base = new;
                    return Attempt::Failed("bringing its folder to the disk", error);
                }
                shared.saved(disk, new, count);
            }
            // What an editor wrote in between came out: merge it in and write again. Own changes stay pending till then.
            Some(Ok((theirs, _))) => {
                shared.gather(disk);
                take_in_seen(shared, disk, came_out, replaced.old.stat(), Some(&theirs));
                disk.include(came_out);
                let written = replaced
                    .old
                    .stat()
                    .map_or_else(|| shared.clock.now(), |stat| shared.written(&stat));
                let (adopted, report) = disk.adopt(&theirs, written, &shared.by);
                disk.advance(adopted);
                disk.heal = true;
                shared.show(before, &disk.base, &report);
            }
            // Half-written by somebody who is still at it, in the file that we hold: looked at again soon.
            Some(Err(_)) => {
                disk.advance(new.clone());
                disk.heal = false;
                shared.saved(disk, new, count);
            }
        }
        self.keep_replaced(replaced.old);
        if clean || !disk.heal {
            Attempt::Done { wrote: true }
        } else {
            Attempt::Again
        }
    }

    fn succeeded(&mut self, shared: &Shared) {
        for replaced in &mut self.replaced {
            replaced.old.forget();
        }
        for leftover in self.leftovers.drain(..) {
            leftover.remove();
        }
        let site = shared.disk().site.clone();
        for late in self.written_late.drain(..) {
            late.done(&site);
        }
        // Only now: nobody waits for this.
        self.retry |= self.sweep(shared);
        self.all_in(shared);
    }

    /// Empties the journals if nothing is pending any more.
    fn all_in(&mut self, shared: &Shared) {
        if shared.core().pending.is_empty() {
            self.journal.clear();
            if let Some(left) = self.left.take() {
                left.done();
            }
        }
    }

    /// Keeps changes that no longer apply, and says where. They are kept in memory until that worked.
    pub fn keep_refused(&self, shared: &Shared) {
        let refused = shared.core().refused.clone();
        if refused.is_empty() {
            return;
        }
        if let Ok(path) = keep_refused(self.journal.folder(), &refused) {
            let mut core = shared.core();
            core.refused.drain(..refused.len());
            core.notice(
                false,
                format!("What no longer applies is kept whole in {}.", path.display()),
            );
            core.publish();
        }
    }

    /// Acts on redactions that came, and on redacted words that came back, where nothing was to be saved; then cleans up after them.
    pub fn look_for_words(&mut self, shared: &Shared) {
        if self.looked_over {
            self.forget.look(shared);
            self.forget.clean_up(shared, self.journal.folder());
        }
    }

    /// Brings the journal to the disk, for whatever may come.
    pub fn keep_safe(&mut self) {
        let _ = self.journal.sync();
    }

    /// Whether to try again without being asked.
    pub fn wants_retry(&self) -> bool {
        self.retry
    }

    /// The end of the session: the journal goes if it is empty, and stays for the next session otherwise.
    pub fn end(&mut self, shared: &Shared) {
        self.write_base(shared);
        let _ = self.journal.sync();
        self.journal.close();
    }
}

fn jitter(attempt: u32) -> Duration {
    let most = 200_u64 << attempt.min(6);
    Duration::from_micros(u64::from_le_bytes(crate::store::site::random_bytes()) % most)
}
