//! Saving: own changes are put on what is in the file now, the file is replaced, and what came out is looked at. Whatever
//! fails leaves the old file intact and the changes in the journal. What comes after what is said by the machine (`machine.rs`); here it
//! is carried out.

mod beside_file;
mod displaced;
mod failing;
mod rescue;
mod takeover;
mod taking_in;
mod turn;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::forget::Forgetting;
use super::machine::{CameOut, Compared, Input, Output, Reason, Rest};
use super::outgoing::Outgoing;
use super::shared::{Shared, Side, Written};
use crate::incident::Request;
use crate::store::failpoint::failpoint;
use crate::store::journal::{Journal, Left, keep_refused};
use crate::store::leftovers::{Late, Leftover, OwnCopy};
use crate::store::lock::{Held, Lock, Without};
use crate::store::read::{Stat, Unreadable, hash, open};
use crate::store::write::{NotReplaced, Replacer};
use displaced::Replaced;
use failing::starved;
use rescue::rescue;
use taking_in::{has_all, merge_sides, take_in_seen};
use turn::{Composed, Turn};

/// How long the lock is still waited for once the session is being dropped.
const FAREWELL: Duration = Duration::from_millis(30);

/// Saves for one session. Owned by its worker.
pub(super) struct Saver {
    lock: Lock,
    replacer: Replacer,
    journal: Journal,
    /// What dead sessions left; taken away once all of it is in the file.
    left: Option<Left>,
    replaced: Vec<Replaced>,
    /// Whether the file was looked over once under the lock.
    looked_over: bool,
    /// What was last said about the lock.
    without: Option<Without>,
    /// Temporary files of dead sessions whose content goes into the next save.
    leftovers: Vec<Leftover>,
    /// Files that were replaced by anybody and written to after that, whose content goes into the next save.
    written_late: Vec<Late>,
    /// Those that only a look at their content betrayed.
    swept: Vec<Late>,
    /// States that are merged in, whose bringers wait to hear what became of them.
    brought: Vec<Side>,
    forget: Forgetting,
    /// What was read last, until it is kept beside the file for all.
    read: Option<OwnCopy>,
    outgoing: Outgoing,
}

impl Saver {
    /// A saver with this lock and journal; `left` is what was taken up from dead sessions.
    pub(super) fn new(lock: Lock, journal: Journal, left: Left) -> Self {
        Self {
            lock,
            replacer: Replacer::default(),
            journal,
            left: (!left.is_empty()).then_some(left),
            replaced: Vec::new(),
            looked_over: false,
            without: None,
            leftovers: Vec::new(),
            written_late: Vec::new(),
            swept: Vec::new(),
            brought: Vec::new(),
            forget: Forgetting::default(),
            read: None,
            outgoing: Outgoing::default(),
        }
    }

    /// Tells those who wait what became of what they brought.
    fn answer(&mut self, written: &Written) {
        for side in self.brought.drain(..) {
            // Who has stopped waiting brings it again.
            let _ = side.answer.send(written.clone());
        }
    }

    /// Nothing is written now: what was brought is not taken, so that nobody takes it for written.
    fn refuse(&mut self, shared: &Shared, why: &str) {
        self.brought.extend(shared.take_sides());
        self.answer(&Err(why.to_owned()));
    }

    /// Saves what there is a reason to save.
    pub(super) fn save(&mut self, shared: &Shared) -> Rest {
        // Asked before the state in memory is held: somebody may just be reading the file into that queue.
        if shared.sightings.any() {
            shared.core().machine.raise(Reason::Seen);
        }
        let pending = shared.core().pending.clone();
        let begin = Input::Begin { pending: pending.len() };
        self.run(&mut Turn::new(shared, pending), begin)
    }

    /// Carries out what the machine asks for until it asks for nothing.
    fn run(&mut self, turn: &mut Turn<'_>, begin: Input) -> Rest {
        let shared = turn.shared;
        let mut output = shared.core().machine.step(begin);
        loop {
            if let Output::Rest(rest) = output {
                shared.settled.notify_all();
                return rest;
            }
            let input = self.carry_out(output, turn);
            // Where a test has the process killed.
            let _ = failpoint(after(output), &shared.place.path);
            output = shared.core().machine.step(input);
        }
    }

    fn carry_out(&mut self, output: Output, turn: &mut Turn<'_>) -> Input {
        match output {
            Output::Journal => self.keep_pending(turn),
            Output::Lock => self.lock(turn),
            Output::Compose => self.compose(turn),
            Output::Rescue => turn.rescue(),
            Output::Ask => turn.ask(),
            Output::Write => self.write(turn),
            Output::Sync => turn.sync(),
            Output::Keep => {
                if let Some(composed) = &turn.composed {
                    let new = composed.new.clone();
                    turn.disk().know(new);
                }
                // Before the journal goes: what was written is in two places until every session has read it.
                self.keep_beside(turn.disk());
                Input::Kept
            }
            Output::Settle => self.settle(turn),
            Output::Answer => {
                let known = turn.disk().base.incident().clone();
                let in_it = |side: &Side| has_all(&known, side.theirs.incident());
                debug_assert!(self.brought.iter().all(in_it), "the head would move past the file");
                turn.disk = None;
                turn.shared.settled.notify_all();
                self.answer(&Ok(()));
                Input::Answered
            }
            Output::Tidy => {
                self.tidy(turn.shared);
                turn.held = None;
                Input::Tidied
            }
            Output::KeepRefused => Input::RefusedKept(self.keep_refused(turn.shared)),
            Output::Clear => {
                self.clear(turn.shared);
                Input::Cleared
            }
            Output::Pause(attempt) => {
                log::debug!("{}: someone wrote in between, attempt {attempt}", turn.shared.place.id);
                std::thread::sleep(jitter(attempt));
                Input::Paused
            }
            Output::Tell(why) => {
                self.tell(turn, why);
                Input::Told
            }
            // Nothing to carry out: there the run ends.
            Output::Rest(_) => Input::Told,
        }
    }

    fn keep_pending(&mut self, turn: &mut Turn<'_>) -> Input {
        // From here on a kill loses nothing. A journal that cannot be written shows when saving fails, too.
        let journaled = self.journal.keep(&turn.pending);
        let said = journaled
            .as_ref()
            .map_or_else(|error| error.kind().to_string(), |()| "written".into());
        let (id, count) = (&turn.shared.place.id, turn.pending.len());
        log::debug!("{id}: save begins, {count} pending, journal {said}");
        turn.journaled = journaled.is_ok();
        Input::Journaled
    }

    fn lock(&mut self, turn: &mut Turn<'_>) -> Input {
        let held = self.take_lock(turn.shared);
        if held.without == Some(Without::Stopped) {
            return Input::Closing;
        }
        let shared = turn.shared;
        let mut disk = shared.disk();
        if disk.base.newer_schema().is_some() {
            return Input::Newer;
        }
        if !self.looked_over {
            self.look_over(shared, &mut disk, &held);
        }
        self.look_for_late(shared, &mut disk);
        (turn.held, turn.disk) = (Some(held), Some(disk));
        Input::Locked
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

    /// Reads what is there now, takes in what others wrote, and puts the own changes on it.
    fn compose(&mut self, turn: &mut Turn<'_>) -> Input {
        let shared = turn.shared;
        if shared.is_watching() {
            shared.sight();
        }
        let disk = turn.disk();
        let Ok(found) = disk.look() else {
            // Nothing may be wrong with the file: this process may have no room for one more beside the lock.
            if let Err(Unreadable::Io(error)) = open(&disk.site.path)
                && starved(&error)
            {
                disk.trouble = None;
                return turn.fail("reading it", error);
            }
            return Input::Unreadable;
        };
        // Only now: nothing that was there before this may be left for later.
        shared.gather(disk);
        disk.consult();
        let place = Stat::of(&found.contents.meta);
        take_in_seen(shared, disk, found.contents.hash, Some(place), found.fresh.as_ref());
        if let Some(fresh) = &found.fresh {
            let written = shared.written(&place);
            let (adopted, report) = disk.adopt(fresh, written, &shared.by);
            shared.take_in(disk, adopted, &found.contents, &report);
        }
        take_in_seen(shared, disk, found.contents.hash, None, None);
        merge_sides(shared, disk, &mut self.brought);
        self.forget.respect(shared, disk);
        let before = disk.base.clone();
        let (incident, pending) = {
            let core = shared.core();
            (core.incident.clone(), core.pending.clone())
        };
        // Of the very changes that are written now: more may have come since the save began.
        self.keep_outgoing(shared, &pending);
        let new = self.forget.strike(shared, before.with(incident), &disk.base);
        let hash = hash(new.text().as_bytes());
        let text = if found.mended {
            Compared::Several
        } else if hash == found.contents.hash {
            Compared::Same
        } else {
            Compared::Differs
        };
        let own = pending.len();
        turn.composed = Some(Composed {
            found,
            before,
            new,
            hash,
            own,
        });
        Input::Composed { text, own }
    }

    /// Puts the new text in the file's place, and looks at what came out.
    fn write(&mut self, turn: &mut Turn<'_>) -> Input {
        let shared = turn.shared;
        let Some(composed) = turn.composed.take() else {
            return Input::Changed;
        };
        let (found, disk) = (&composed.found, turn.disk());
        let text = composed.new.text().as_bytes();
        let replaced = match self.replacer.replace(&disk.site, &found.real, &found.contents, text) {
            Ok(replaced) => replaced,
            Err(NotReplaced::Unreadable(Unreadable::Io(error))) => return turn.fail("reading it", error),
            // The next look says what it is by now.
            Err(NotReplaced::Changed | NotReplaced::Unreadable(_)) => return Input::Changed,
            Err(NotReplaced::Failed(step, error)) => return turn.fail(step, error),
        };
        disk.note_written(composed.hash, replaced.stat);
        shared.sightings.wrote(composed.hash);
        let mut came_out = 0;
        let raced = replaced.raced.map(|bytes| {
            came_out = hash(&bytes);
            let judged = disk.judge(&bytes);
            if matches!(judged, Ok((_, true))) {
                let _ = rescue(shared, disk, &bytes);
            }
            judged
        });
        let out = match raced {
            None => CameOut::Read,
            // What an editor wrote in between: merged in and written again. Own changes stay pending till then.
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
                shared.show(&composed.before, &disk.base, &report);
                CameOut::Another
            }
            // Half-written by somebody who is still at it, in the file that we hold: looked at again soon.
            Some(Err(_)) => CameOut::Half,
        };
        if out != CameOut::Another {
            disk.advance(composed.new.clone());
            shared.core().base = composed.new.clone();
            turn.composed = Some(composed);
        }
        self.keep_replaced(replaced.old);
        turn.wrote = true;
        Input::Written(out)
    }

    /// What was composed is in the file.
    fn settle(&mut self, turn: &mut Turn<'_>) -> Input {
        let shared = turn.shared;
        let composed = turn.composed.take();
        let disk = turn.disk();
        if let Some(composed) = composed {
            shared.saved(disk, composed.new, composed.own);
        }
        if disk.trouble.is_some() {
            shared.recovered(disk);
        }
        self.forget.is_written(disk);
        let what = if turn.wrote { "written" } else { "as known already" };
        let (id, took) = (&shared.place.id, turn.began.elapsed().as_millis());
        log::info!("{id}: file {what}, {} pending before, {took} ms", turn.pending.len());
        Input::Settled {
            pending: shared.core().pending.len(),
        }
    }

    /// What helped to save is taken away.
    fn tidy(&mut self, shared: &Shared) {
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
        self.sweep(shared);
    }

    /// Empties the journals if nothing is pending.
    fn clear(&mut self, shared: &Shared) {
        // What is made from here on is not in the journal yet.
        if shared.core().pending.is_empty() {
            self.journal.clear();
            if let Some(left) = self.left.take() {
                left.done();
            }
        }
    }

    /// Keeps changes that no longer apply, and says where. They are kept in memory until that worked; whether it did.
    pub(super) fn keep_refused(&self, shared: &Shared) -> bool {
        let refused = shared.core().refused.clone();
        if refused.is_empty() {
            return true;
        }
        let Ok(path) = keep_refused(self.journal.folder(), &refused) else {
            return false;
        };
        let mut core = shared.core();
        core.refused.drain(..refused.len());
        core.notice(
            false,
            format!("What no longer applies is kept whole in {}.", path.display()),
        );
        core.publish();
        true
    }

    /// Acts on redactions that came, and on redacted words that came back, where nothing was to be saved; then cleans up after them.
    pub(super) fn look_for_words(&mut self, shared: &Shared) {
        if self.looked_over {
            self.forget.look(shared);
            self.forget.clean_up(shared, self.journal.folder());
        }
    }

    /// Brings the journal to the disk, for whatever may come.
    pub(super) fn keep_safe(&mut self) {
        let _ = self.journal.sync();
    }

    /// The end of the session: the journal goes if it is empty, and stays for the next session otherwise.
    pub(super) fn end(&mut self, shared: &Shared) {
        self.write_base(shared);
        let _ = self.journal.sync();
        self.journal.close();
    }
}

/// The name of the moment after a step, for tests that have the process killed there.
fn after(output: Output) -> &'static str {
    match output {
        Output::Journal => "save.journaled",
        Output::Lock => "save.locked",
        Output::Compose => "save.composed",
        Output::Rescue => "save.rescued",
        Output::Ask => "save.asked",
        Output::Write => "save.written",
        Output::Sync => "save.synced",
        Output::Keep => "save.kept",
        Output::Settle => "save.settled",
        Output::Answer => "save.answered",
        Output::Tidy => "save.tidied",
        Output::KeepRefused => "save.refused",
        Output::Clear => "save.cleared",
        Output::Pause(_) => "save.paused",
        Output::Tell(_) => "save.told",
        Output::Rest(_) => "save.rested",
    }
}

fn jitter(attempt: u32) -> Duration {
    let most = 200_u64 << attempt.min(6);
    Duration::from_micros(u64::from_le_bytes(crate::store::site::random_bytes()) % most)
}
