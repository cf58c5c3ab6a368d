//! Saving: own changes are put on what is in the file now, the file is replaced, and what came out is looked at. Whatever
//! fails leaves the old file intact and the changes in the journal.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::core::Failure;
use super::disk::{Disk, Found, Sighted, Wrong};
use super::forget::Forgetting;
use super::outgoing::Outgoing;
use super::shared::{Shared, Written};
use super::snapshot::FileState;
use crate::document::Document;
use crate::incident::{Request, Time};
use crate::merge;
use crate::store::journal::{Journal, Left, keep_refused};
use crate::store::leftovers::{self, Late, Leftover, OwnCopy};
use crate::store::lock::{Held, Lock, Without};
use crate::store::read::{Stat, Unreadable, hash};
use crate::store::write::{NotReplaced, Old, Replacer, sync_folder};
use crate::store::{failpoint::failpoint, reason};

/// How often a save is begun anew because somebody wrote in between.
const ATTEMPTS: u32 = 20;
/// When to look at a file that was replaced: an editor may have had it open.
const LATE: [Duration; 4] = [
    Duration::from_millis(10),
    Duration::from_millis(60),
    Duration::from_millis(400),
    Duration::from_secs(2),
];
/// Most replaced files that are kept open though nobody seemed to write to them.
const REPLACED: usize = 24;
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

/// A file that was replaced.
struct Replaced {
    old: Old,
    at: Instant,
    looks: usize,
    /// Nobody was writing to it when it was replaced.
    whole: bool,
}

/// Merges in what git brought. It is part of the state known from here on, and written with it.
fn merge_sides(shared: &Shared, disk: &mut Disk, answers: &mut Vec<Sender<Written>>) {
    for side in shared.take_sides() {
        answers.push(side.answer);
        let before = disk.base.clone();
        let (state, report) = match &side.base {
            Some(base) => merge::merge(base, &before, &side.theirs),
            None => merge::join(&before, &side.theirs),
        };
        if state.text() != before.text() {
            disk.advance(state);
            disk.heal = true;
            shared.show(&before, &disk.base, &report);
        }
    }
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
                    shared.wake(super::shared::Wake::Trouble);
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

    fn keep_replaced(&mut self, old: Old) {
        // Those that somebody was writing to when they were replaced are kept for their whole time.
        let whole = self.replaced.iter().filter(|replaced| replaced.whole).count();
        if let Some(oldest) = self
            .replaced
            .iter_mut()
            .find(|replaced| replaced.whole && whole >= REPLACED)
        {
            // The oldest is looked at a last time now rather than later.
            oldest.looks = LATE.len() - 1;
            oldest.at = oldest.at.checked_sub(LATE[LATE.len() - 1]).unwrap_or(oldest.at);
        }
        self.replaced.push(Replaced {
            whole: old.was_whole(),
            old,
            at: Instant::now(),
            looks: 0,
        });
    }

    /// When to look again at files that were replaced.
    pub fn next_late(&self) -> Option<Instant> {
        self.replaced
            .iter()
            .map(|replaced| replaced.at + LATE[replaced.looks])
            .min()
    }

    /// Takes in what somebody wrote to a file after it was replaced; whether there is something to save then.
    pub fn late(&mut self, shared: &Shared) -> bool {
        let stopping = shared.stopping.load(Ordering::Relaxed);
        let mut found = false;
        let mut rest = Vec::new();
        for mut replaced in std::mem::take(&mut self.replaced) {
            let due = stopping || replaced.at.elapsed() >= LATE[replaced.looks];
            if !due {
                rest.push(replaced);
                continue;
            }
            replaced.looks += 1;
            if let Some(bytes) = replaced.old.late() {
                let stat = replaced.old.stat();
                found |= take_in_late(shared, &bytes, stat);
            }
            if replaced.looks < LATE.len() && !stopping {
                rest.push(replaced);
            } else {
                replaced.old.forget();
            }
        }
        self.replaced = rest;
        found
    }

    /// Takes away replaced files whose time is over; whether there is something to save, since somebody had written to one.
    pub fn sweep(&mut self, shared: &Shared) -> bool {
        let site = shared.disk().site.clone();
        self.swept = leftovers::sweep(&site);
        if self.swept.is_empty() {
            return false;
        }
        shared.disk().heal = true;
        true
    }

    /// Takes up what was written to files after they had been replaced, by whomever.
    fn look_for_late(&mut self, shared: &Shared, disk: &mut Disk) {
        self.written_late.clear();
        let mut all = std::mem::take(&mut self.swept);
        all.retain(Late::stands);
        for late in leftovers::late(&disk.site) {
            if !all.iter().any(|swept| swept.is_same(&late)) {
                all.push(late);
            }
        }
        for late in all {
            if !disk.includes(late.hash) {
                match disk.judge(&late.bytes) {
                    Ok((document, _)) => {
                        shared.gather(disk);
                        disk.waiting.push(Sighted {
                            document,
                            hash: late.hash,
                            stat: late.stat,
                            ours: false,
                        });
                        disk.heal = true;
                    }
                    // Somebody is still at it.
                    Err(_) if !late.due => continue,
                    Err(_) => {
                        if disk.site.rescue(&late.bytes, &stamp(shared.clock.now())).is_err() {
                            continue;
                        }
                    }
                }
            }
            self.written_late.push(late);
        }
    }

    /// The first look under the lock: what dead sessions left in temporary files, and what changed while nobody looked.
    fn look_over(&mut self, shared: &Shared, disk: &mut Disk, held: &Held) {
        let Ok(found) = disk.look() else { return };
        shared.gather(disk);
        let place = Stat::of(&found.contents.meta);
        take_in_seen(shared, disk, found.contents.hash, Some(place), found.fresh.as_ref());
        self.looked_over = true;
        let now = shared.clock.now();
        let before = disk.base.clone();
        let known = Self::known_state(disk, &before);
        self.forget.begin(&disk.site, known.as_ref().unwrap_or(&before));
        let known = if held.is_held() {
            self.take_up_leftovers(disk, &found.real, known)
        } else {
            known
        };
        // What changed before this session opened the file, then what changed since.
        let (mut state, mut report) = (before.clone(), merge::Report::default());
        if let Some(known) = known {
            (state, report) = merge::adopt(&known, &before, &disk.seen, now, &shared.by);
        } else if found.fresh.is_none() {
            (state, report) = merge::adopt(&before, &before, &disk.seen, now, &shared.by);
        }
        if let Some(fresh) = &found.fresh {
            let (adopted, more) = merge::adopt(&state, fresh, &disk.seen, now, &shared.by);
            state = adopted;
            report.restored.extend(more.restored);
            report.hand_edits.extend(more.hand_edits);
            report.redacted |= more.redacted;
            report.conflicts.extend(more.conflicts);
        }
        if held.is_held() {
            for copy in leftovers::copies(&found.real) {
                let Ok((document, _)) = disk.judge(&copy.bytes) else {
                    continue;
                };
                // One of another incident stays where it is; doctor names it.
                if document.incident().uid != state.incident().uid {
                    continue;
                }
                let Ok(kept) = disk.site.rescue(&copy.bytes, &stamp(now)) else {
                    continue;
                };
                state = merge::join(&state, &document).0;
                shared.core().notice(
                    true,
                    format!(
                        "{} lay beside the file, left by a file synchroniser: it is merged in and kept in {}.",
                        crate::text::one_line(&copy.name()),
                        kept.display()
                    ),
                );
                self.leftovers.push(copy);
            }
        }
        let there = found.fresh.as_ref().unwrap_or(&before);
        disk.heal = state.text() != there.text() || found.mended;
        if disk.heal || found.fresh.is_some() {
            disk.take_in(state, &found.contents);
            shared.show(&before, &disk.base, &report);
        }
    }

    /// `known` with what sessions left that died in the middle of a save, or with what they had read in their memory: states of this
    /// program, from before what the file holds now, so that an edit by hand since then is one.
    fn take_up_leftovers(&mut self, disk: &Disk, real: &Path, known: Option<Document>) -> Option<Document> {
        let mut all = known;
        for leftover in leftovers::find(&disk.site, real) {
            if let Ok((document, _)) = disk.judge(&leftover.bytes) {
                all = Some(match all {
                    Some(known) => merge::take_back(&known, &document),
                    None => document,
                });
            }
            self.leftovers.push(leftover);
        }
        all
    }

    /// The last state that a session of this program knew, where that is not what the file held when it was opened.
    fn known_state(disk: &mut Disk, opened: &Document) -> Option<Document> {
        let kept = disk.beside.news(&disk.site)?;
        if kept.bytes == opened.text().as_bytes() {
            return None;
        }
        let (document, _) = disk.judge(&kept.bytes).ok()?;
        disk.include(kept.hash);
        Some(document)
    }

    /// Keeps the state known beside the file, where it came from an editor and nothing was to be written: what an old buffer leaves
    /// out while no session is open is put back from there. Whether it could; another may be at it.
    pub fn write_base(&mut self, shared: &Shared) -> bool {
        let held = self.lock.take(&|| false);
        if held.without == Some(Without::Stopped) {
            return false;
        }
        let mut disk = shared.disk();
        if disk.trouble.is_some() || disk.base.newer_schema().is_some() {
            return true;
        }
        if disk.consult() {
            disk.heal = true;
            shared.wake(super::shared::Wake::Save);
        } else if disk.waiting.is_empty() {
            self.keep_beside(&mut disk);
        }
        true
    }

    fn keep_beside(&mut self, disk: &mut Disk) {
        if disk.keep_beside() {
            self.read = None;
        }
    }

    /// Keeps what was read from an editor just now in a copy of our own, at once and without the lock: whoever comes after a kill
    /// takes it up as what a save has left. In a moment it is kept beside the file for all; who wrote it may do that sooner.
    pub fn keep_read(&mut self, shared: &Shared) {
        let (site, text) = {
            let disk = shared.disk();
            if disk.is_kept() || disk.base.newer_schema().is_some() {
                return;
            }
            (disk.site.clone(), disk.base.clone())
        };
        // Where it cannot be written the console itself has it.
        if let Ok(copy) = OwnCopy::of(&site, text.text()) {
            self.read = Some(copy);
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

    /// Tells it; the cause, as a clause.
    fn failed(&mut self, shared: &Shared, step: &str, error: &std::io::Error) -> String {
        self.retry = true;
        let pending = shared.core().pending.clone();
        let journaled = self.journal.keep(&pending).and_then(|()| self.journal.sync());
        let path = shared.place.path.display();
        let denied = matches!(
            error.kind(),
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem
        );
        let cause = if denied {
            denied_at(&shared.place.path, error)
        } else {
            format!(
                "Saving {path} failed at {step}: {}. The file is as it was",
                reason(error)
            )
        };
        let kept = match &journaled {
            Ok(()) => "your changes are kept in the journal and saved as soon as it works again".to_owned(),
            Err(error) if shared.core().is_console() => format!(
                "the journal cannot be written either ({}): keep this console open",
                reason(error)
            ),
            // Of a verb nothing stays.
            Err(error) => format!(
                "the journal cannot be written either ({}), so this change is kept nowhere: make room and say it again",
                reason(error)
            ),
        };
        let failure = Failure {
            said: format!("{cause}; {kept}."),
            journaled: journaled.is_ok(),
            covers: pending.len(),
        };
        let mut core = shared.core();
        if denied {
            core.file = FileState::ReadOnly(cause.clone());
        }
        let same = |known: &Failure| known.said == failure.said && known.journaled == failure.journaled;
        if !core.failure.as_ref().is_some_and(same) {
            core.notice(true, failure.said.clone());
        }
        core.failure = Some(failure);
        core.publish();
        drop(core);
        shared.settled.notify_all();
        cause
    }

    /// Trouble with the file has lasted: says so, and keeps what is pending in the journal.
    pub fn tell_trouble(&mut self, shared: &Shared, wrong: &Wrong) {
        let pending = shared.core().pending.clone();
        let journaled = self.journal.keep(&pending).and_then(|()| self.journal.sync()).is_ok();
        let said = said(shared, wrong);
        let mut core = shared.core();
        core.file = wrong.state();
        core.notice(true, said.clone());
        core.failure = Some(Failure {
            said,
            journaled,
            covers: pending.len(),
        });
        core.publish();
        drop(core);
        shared.settled.notify_all();
    }

    /// Puts the last good state back where the file is missing or cannot be read.
    pub fn restore(&mut self, shared: &Shared) {
        let _held = self.take_lock(shared);
        let mut disk = shared.disk();
        if disk.look().is_ok() {
            shared.recovered(&mut disk);
            return;
        }
        let incident = shared.core().incident.clone();
        let text = disk.base.with(incident);
        match put_back(&disk, text.text(), shared.clock.now()) {
            Ok(rescued) => {
                let _ = disk.look();
                if disk.trouble.as_ref().is_some_and(|trouble| trouble.told.is_some()) {
                    disk.heal = true;
                }
                shared.recovered(&mut disk);
                drop(disk);
                if let Some(copy) = rescued {
                    let mut core = shared.core();
                    core.notice(false, format!("What stood there is kept in {}.", copy.display()));
                    core.publish();
                }
                shared.wake(super::shared::Wake::Save);
            }
            Err(error) => {
                drop(disk);
                self.failed(shared, "putting it back", &error);
            }
        }
    }

    /// The end of the session: the journal goes if it is empty, and stays for the next session otherwise.
    pub fn end(&mut self, shared: &Shared) {
        self.write_base(shared);
        let _ = self.journal.sync();
        self.journal.close();
    }
}

/// What is wrong with the file, and what is safe.
fn said(shared: &Shared, wrong: &Wrong) -> String {
    let path = shared.place.path.display();
    match wrong {
        Wrong::Missing => format!("{path} is gone. Everything is kept here and can be put back."),
        Wrong::Invalid(invalid) => format!("{path} cannot be read, {invalid}. The last good state is kept here."),
        Wrong::Odd(said) => said.clone(),
    }
}

/// Puts `text` where a file is missing or unreadable; a copy of what was there is kept, and where it is returned.
fn put_back(disk: &Disk, text: &str, now: Time) -> std::io::Result<Option<PathBuf>> {
    disk.site.check_folder()?;
    let real = disk.site.real().unwrap_or_else(|_| disk.site.path.clone());
    let stamp = stamp(now);
    let mut bytes = Vec::new();
    let mut rescued = None;
    match crate::store::read::read(&real, &mut bytes) {
        Err(Unreadable::Missing) => {}
        Ok(_) => {
            rescued = Some(disk.site.rescue(&bytes, &stamp)?);
            std::fs::remove_file(&real)?;
        }
        // A folder, a pipe, a link: moved aside as it is.
        Err(_) => {
            let aside = real.with_file_name(format!("incident.yaml.{stamp}"));
            std::fs::rename(&real, &aside)?;
            rescued = Some(aside);
        }
    }
    match crate::store::write::create(&disk.site, &real, text.as_bytes()) {
        Ok(_) => Ok(rescued),
        Err(NotReplaced::Failed(_, error)) => Err(error),
        Err(_) => Err(std::io::ErrorKind::AlreadyExists.into()),
    }
}

/// Takes in what was seen and written before the content with the hash `there`, which says `then`, was (all, where `place` is absent):
/// nobody else may have it any more.
fn take_in_seen(shared: &Shared, disk: &mut Disk, there: u128, place: Option<Stat>, then: Option<&Document>) {
    if disk.waiting.is_empty() {
        return;
    }
    let mut waiting = std::mem::take(&mut disk.waiting);
    waiting.retain(|seen| seen.hash != there);
    waiting.sort_by_key(|seen| seen.stat.order());
    let after = waiting.partition_point(|seen| place.is_none_or(|place| seen.stat.order() <= place.order()));
    disk.waiting = waiting.split_off(after);
    for (place, seen) in waiting.iter().enumerate() {
        if disk.includes(seen.hash) {
            continue;
        }
        let before = disk.base.clone();
        if seen.ours {
            let whole = merge::take_back(&before, &seen.document);
            disk.include(seen.hash);
            if whole.text() != before.text() {
                disk.advance(whole);
                disk.heal = true;
                shared.show(&before, &disk.base, &merge::Report::default());
            }
            continue;
        }
        let later: Vec<&Document> = waiting[place + 1..]
            .iter()
            .map(|later| &later.document)
            .chain(then)
            .collect();
        let (adopted, report) = disk.adopt_before(&seen.document, &later, shared.written(&seen.stat), &shared.by);
        disk.include(seen.hash);
        disk.advance(adopted);
        disk.heal = true;
        shared.show(&before, &disk.base, &report);
    }
}

/// Takes in what somebody wrote to a file that had been replaced while they had it open.
fn take_in_late(shared: &Shared, bytes: &[u8], stat: Option<Stat>) -> bool {
    let Some(stat) = stat else { return false };
    let mut disk = shared.disk();
    let Ok((theirs, mended)) = disk.judge(bytes) else {
        return false;
    };
    if mended {
        // The bytes are in a file of ours still, and what they say is merged: a copy is for looking only.
        let _ = rescue(shared, &disk, bytes);
    }
    // What was seen before comes before it.
    shared.gather(&mut disk);
    disk.waiting.push(Sighted {
        document: theirs,
        hash: crate::store::read::hash(bytes),
        stat,
        ours: false,
    });
    disk.heal = true;
    true
}

/// Keeps a copy of a file with conflict markers before it is written over with what they say merged.
fn keep_rescue(shared: &Shared, disk: &Disk, found: &Found) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    crate::store::read::read_open(&found.contents.file, &mut bytes)?;
    rescue(shared, disk, &bytes)
}

fn rescue(shared: &Shared, disk: &Disk, bytes: &[u8]) -> std::io::Result<()> {
    let copy = disk.site.rescue(bytes, &stamp(shared.clock.now()))?;
    shared.core().notice(
        true,
        format!(
            "Several versions in the file were merged into one; it is kept as it was in {}.",
            copy.display()
        ),
    );
    Ok(())
}

/// A time for a file's name.
fn stamp(now: Time) -> String {
    now.to_string().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn jitter(attempt: u32) -> Duration {
    let most = 200_u64 << attempt.min(6);
    Duration::from_micros(u64::from_le_bytes(crate::store::site::random_bytes()) % most)
}

/// Why we may not write to a file. Replacing it would be possible, but that is not what its mode says.
fn not_writable(real: &Path) -> Option<std::io::Error> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    failpoint("write.access", real).err().or_else(|| {
        accessat(CWD, real, Access::WRITE_OK, AtFlags::EACCESS)
            .err()
            .filter(|error| *error != rustix::io::Errno::NOSYS && *error != rustix::io::Errno::INVAL)
            .map(Into::into)
    })
}

/// Whether something is short: files, or memory.
fn starved(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let short = [Errno::MFILE, Errno::NFILE, Errno::NOMEM];
    error
        .raw_os_error()
        .is_some_and(|raw| short.iter().any(|errno| errno.raw_os_error() == raw))
}

fn denied(path: &Path, error: &std::io::Error) -> String {
    format!("{}.", denied_at(path, error))
}

/// A clause that says what would help.
fn denied_at(path: &Path, error: &std::io::Error) -> String {
    let shown = path.display();
    if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem {
        return format!("{shown} is on a file system that is mounted read-only");
    }
    let folder = path.parent().unwrap_or(path);
    format!(
        "You may not write to {shown}; its owner allows it with `chmod g+w {shown} {}`",
        folder.display()
    )
}
