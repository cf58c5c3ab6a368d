//! A world of sets for the laws of saving: file, disk, journal and memory hold numbers, and a saver carries out what the machine asks for
//! on them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

pub(super) type Set = BTreeSet<u32>;

/// What happens between two steps of the machine.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// The person changes something.
    Asked,
    /// Git brings something.
    Side,
    /// Somebody adds something to the file, in a buffer that holds what is there or nothing of ours.
    Other { old_buffer: bool },
    /// A content was seen, or another reason came up.
    Raise(Reason),
    /// What others do makes the oldest own change impossible.
    Outgrown,
    /// The file or its disk is so from now on.
    Becomes(State),
    /// The journal can be written, or not.
    Journal(bool),
    /// The lock can be had, or another holds it while the session ends.
    Lock(bool),
    /// The machine goes on by so many steps.
    Go(u8),
    /// The process is killed; another one begins.
    Kill,
    /// The power is cut: what was not brought to the disk is gone.
    PowerCut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Good,
    ReadOnly,
    Full,
    Gone,
    Torn,
    Several,
    Starved,
    Moving,
    NoSync,
    Newer,
}

const STATES: [State; 10] = [
    State::Good,
    State::ReadOnly,
    State::Full,
    State::Gone,
    State::Torn,
    State::Several,
    State::Starved,
    State::Moving,
    State::NoSync,
    State::Newer,
];

const REASONS: [Reason; 5] = [Reason::Repair, Reason::Seen, Reason::Words, Reason::Late, Reason::Look];

pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        4 => Just(Event::Asked),
        3 => Just(Event::Side),
        3 => any::<bool>().prop_map(|old_buffer| Event::Other { old_buffer }),
        1 => proptest::sample::select(&REASONS[..]).prop_map(Event::Raise),
        1 => Just(Event::Outgrown),
        3 => proptest::sample::select(&STATES[..]).prop_map(Event::Becomes),
        1 => any::<bool>().prop_map(Event::Journal),
        1 => any::<bool>().prop_map(Event::Lock),
        14 => (1..20_u8).prop_map(Event::Go),
        2 => Just(Event::Kill),
        1 => Just(Event::PowerCut),
    ];
    proptest::collection::vec(event, 1..60)
}

pub(super) struct World {
    pub(super) machine: Machine,
    next: u32,
    state: State,
    journal_works: bool,
    lock_works: bool,
    /// What stands in the file, and what would after a power cut.
    pub(super) file: Set,
    on_disk: Set,
    pub(super) journal: Set,
    synced_journal: Set,
    pub(super) beside: Set,
    pub(super) refused_file: Set,
    /// What came out of the file's place unread has a name there.
    displaced: Set,
    // In memory:
    pub(super) base: Set,
    pending: Vec<u32>,
    pub(super) refused: Set,
    pub(super) queued: Vec<u32>,
    pub(super) waiting: Vec<u32>,
    read: Set,
    composed: (Set, usize),
    pub(super) output: Output,
    // What was said:
    pub(super) promised: Set,
    pub(super) others: Set,
    outgrown: usize,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            machine: Machine::default(),
            next: 0,
            state: State::Good,
            journal_works: true,
            lock_works: true,
            file: Set::new(),
            on_disk: Set::new(),
            journal: Set::new(),
            synced_journal: Set::new(),
            beside: Set::new(),
            refused_file: Set::new(),
            displaced: Set::new(),
            base: Set::new(),
            pending: Vec::new(),
            refused: Set::new(),
            queued: Vec::new(),
            waiting: Vec::new(),
            read: Set::new(),
            composed: (Set::new(), 0),
            output: Output::Rest(Rest::default()),
            promised: Set::new(),
            others: Set::new(),
            outgrown: 0,
        }
    }

    fn id(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    pub(super) fn happens(&mut self, event: Event) {
        match event {
            Event::Asked => {
                let id = self.id();
                self.pending.push(id);
                self.machine.raise(Reason::Change);
            }
            Event::Side => {
                let id = self.id();
                self.queued.push(id);
                self.machine.raise(Reason::Side);
            }
            Event::Other { old_buffer } => {
                let id = self.id();
                self.others.insert(id);
                if old_buffer {
                    self.file.clone_from(&self.others);
                } else {
                    self.file.insert(id);
                }
                self.on_disk.clone_from(&self.file);
                self.machine.raise(Reason::Seen);
            }
            Event::Raise(reason) => self.machine.raise(reason),
            Event::Outgrown => self.outgrown += 1,
            Event::Becomes(state) => self.state = state,
            Event::Journal(works) => self.journal_works = works,
            Event::Lock(works) => self.lock_works = works,
            Event::Go(steps) => (0..steps).for_each(|_| self.go()),
            Event::Kill => self.die(),
            // An old buffer saved over what was written in the same moment would be one accident too many.
            Event::PowerCut if self.on_disk == self.others => self.die(),
            Event::PowerCut => {
                self.file.clone_from(&self.on_disk);
                self.journal.clone_from(&self.synced_journal);
                self.die();
            }
        }
    }

    /// The next process knows what is on the disk.
    pub(super) fn die(&mut self) {
        let kept: Set = [&self.file, &self.journal, &self.beside, &self.refused_file]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let lost: Vec<_> = self.promised.difference(&kept).collect();
        assert!(lost.is_empty(), "promised and lost: {lost:?}");
        self.machine = Machine::default();
        if !self.journal.is_empty() {
            self.machine.distrust();
        }
        self.base = self.file.union(&self.beside).chain(&self.displaced).copied().collect();
        self.pending = self.journal.difference(&self.base).copied().collect();
        self.pending.retain(|id| !self.refused_file.contains(id));
        self.refused.clear();
        self.queued.clear();
        self.waiting.clear();
        self.composed = (Set::new(), 0);
        self.output = Output::Rest(Rest::default());
    }

    pub(super) fn go(&mut self) {
        let input = self.carry_out(self.output);
        self.output = self.machine.step(input);
    }

    fn carry_out(&mut self, output: Output) -> Input {
        match output {
            Output::Rest(_) => Input::Begin {
                pending: self.pending.len(),
            },
            Output::Journal => {
                if self.journal_works {
                    self.journal.extend(&self.pending);
                }
                Input::Journaled
            }
            Output::Lock if self.state == State::Newer => Input::Newer,
            Output::Lock if !self.lock_works => Input::Closing,
            Output::Lock => Input::Locked,
            Output::Compose => self.compose(),
            Output::Rescue => Input::Rescued,
            Output::Ask => match self.state {
                State::ReadOnly => Input::Denied,
                State::Moving | State::Gone => Input::Changed,
                State::Good
                | State::Full
                | State::Torn
                | State::Several
                | State::Starved
                | State::NoSync
                | State::Newer => Input::Allowed,
            },
            Output::Write => self.write(),
            Output::Sync if self.state == State::NoSync => Input::Failed,
            Output::Sync => {
                self.on_disk.clone_from(&self.file);
                Input::Synced
            }
            Output::Settle => self.settle(),
            Output::Keep => {
                self.base.extend(&self.composed.0);
                self.beside.extend(&self.base);
                Input::Kept
            }
            Output::Answer => {
                for side in self.waiting.drain(..) {
                    assert!(self.beside.contains(&side), "{side} is said to be in the file");
                    self.promised.insert(side);
                }
                Input::Answered
            }
            Output::Tidy => Input::Tidied,
            Output::KeepRefused => {
                if self.journal_works {
                    self.refused_file.append(&mut self.refused);
                }
                Input::RefusedKept(self.refused.is_empty())
            }
            Output::Clear => {
                assert!(self.pending.is_empty() || self.machine.is_busy());
                self.clear();
                Input::Cleared
            }
            Output::Pause(_) => Input::Paused,
            Output::Tell(why) => self.tell(why),
        }
    }

    /// As the saver does: only where nothing is pending by now.
    fn clear(&mut self) {
        if self.pending.is_empty() {
            let mut kept: Set = self.on_disk.union(&self.refused_file).copied().collect();
            if self.file == self.others {
                // An old buffer was saved over it just now; who looks next puts it back from there.
                kept.extend(&self.beside);
            }
            let lost: Vec<_> = self.journal.difference(&kept).collect();
            assert!(lost.is_empty(), "only the journal has {lost:?}");
            self.journal.clear();
            self.synced_journal.clear();
        }
    }

    fn compose(&mut self) -> Input {
        match self.state {
            State::Gone | State::Torn => return Input::Unreadable,
            State::Starved => return Input::Failed,
            State::Good
            | State::ReadOnly
            | State::Full
            | State::Several
            | State::Moving
            | State::NoSync
            | State::Newer => {}
        }
        self.read.clone_from(&self.file);
        self.base.extend(&self.file);
        self.base.extend(&self.queued);
        self.waiting.append(&mut self.queued);
        for _ in 0..std::mem::take(&mut self.outgrown).min(self.pending.len()) {
            self.refused.insert(self.pending.remove(0));
        }
        let mut all = self.base.clone();
        all.extend(&self.pending);
        let text = if self.state == State::Several {
            Compared::Several
        } else if all == self.file {
            Compared::Same
        } else {
            Compared::Differs
        };
        self.composed = (all, self.pending.len());
        Input::Composed {
            text,
            own: self.pending.len(),
        }
    }

    fn write(&mut self) -> Input {
        match self.state {
            State::Full => return Input::Failed,
            State::Gone | State::Moving => return Input::Changed,
            State::Good
            | State::ReadOnly
            | State::Torn
            | State::Several
            | State::Starved
            | State::NoSync
            | State::Newer => {}
        }
        let out = std::mem::replace(&mut self.file, self.composed.0.clone());
        if out != self.read {
            self.displaced.extend(out.difference(&self.read));
            self.base.extend(out);
            return Input::Written(CameOut::Another);
        }
        if self.state == State::Several {
            self.state = State::Good;
        }
        self.base.clone_from(&self.composed.0);
        Input::Written(CameOut::Read)
    }

    fn settle(&mut self) -> Input {
        let (all, own) = self.composed.clone();
        // An editor may have saved an old buffer since: what is known puts it back.
        let known: Set = self.on_disk.union(&self.others).copied().collect();
        let stale = self.file == self.others;
        for id in self.pending.drain(..own) {
            assert!(
                all.contains(&id) && (stale || known.contains(&id)),
                "{id} is said to be saved"
            );
            self.promised.insert(id);
        }
        self.base = all;
        Input::Settled {
            pending: self.pending.len(),
        }
    }

    fn tell(&mut self, why: Why) -> Input {
        self.waiting.append(&mut self.queued);
        self.waiting.clear();
        if matches!(why, Why::Trouble | Why::Failed) && self.journal_works {
            self.journal.extend(&self.pending);
            self.synced_journal.clone_from(&self.journal);
            self.promised.extend(&self.pending);
        }
        Input::Told
    }

    /// All is well again; what is to be done is done.
    pub(super) fn comes_to_rest(&mut self) {
        (self.state, self.journal_works, self.lock_works, self.outgrown) = (State::Good, true, true, 0);
        // Somebody sees that the file is another one now.
        self.machine.raise(Reason::Look);
        // A save that is under way, and then those that are wanted.
        for _ in 0..400 {
            self.go();
            if let Output::Rest(rest) = self.output
                && rest.again.is_none()
                && !self.machine.is_busy()
                && self.pending.is_empty()
            {
                return;
            }
        }
        panic!("no rest: {:?} {:?}", self.machine, self.output);
    }
}
