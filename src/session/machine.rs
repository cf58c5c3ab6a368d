//! Why the file is to be written, and what a save does next: a pure machine. It knows no file, lock, thread or clock. The saver (`save/`)
//! carries out what it asks for, one thing at a time, and says what came of it.

#[cfg(test)]
mod laws;
#[cfg(test)]
mod world;

use std::time::Duration;

/// How often a save is begun anew because somebody wrote in between.
const ATTEMPTS: u32 = 20;
/// Waits between attempts to save: the first, and the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Why the file is to be looked at and written under the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Own changes are not in the file.
    Change,
    /// What is known is not what the file holds, or several versions stand in it.
    Repair,
    /// A content was seen that is taken in under the lock only.
    Seen,
    /// Git brought another state.
    Side,
    /// Words are to be forgotten, or redacted again.
    Words,
    /// Somebody wrote to a file after it had been replaced.
    Late,
    /// Nobody has looked under the lock yet.
    Look,
}

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Reasons(u8);

impl Reasons {
    fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u8;
    }

    fn remove(&mut self, reason: Reason) {
        self.0 &= !(1 << reason as u8);
    }

    /// All of both; the other set is empty then.
    fn take(&mut self, other: &mut Self) {
        self.0 |= std::mem::take(other).0;
    }

    fn has(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What came of what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A save is to be made if there is a reason; so many own changes are pending. Also where a save before this one broke off.
    Begin {
        /// Own changes that are not in the file.
        pending: usize,
    },
    /// The journal was written, or could not be: then the save may still succeed.
    Journaled,
    /// The lock is held, or nobody can have it.
    Locked,
    /// Another holds it, and the session ends.
    Closing,
    /// A newer program has written the file: it is not written here.
    Newer,
    /// The file was read, what others wrote was taken in, and own changes were put on it.
    Composed {
        /// The new text beside what the file holds.
        text: Compared,
        /// How many own changes are in it.
        own: usize,
    },
    /// There is no file, or it cannot be read as this incident.
    Unreadable,
    /// A copy of several versions in one file is kept.
    Rescued,
    /// The file may be written.
    Allowed,
    /// It may be read only.
    Denied,
    /// Another file was put in its place just now, or its content changed.
    Changed,
    /// The new text stands in the file's place; what came out by the exchange.
    Written(CameOut),
    /// The folder's change of names is on the disk.
    Synced,
    /// The state is kept beside the file, or that will be tried again.
    Kept,
    /// What was saved is known in memory; so many own changes are pending still.
    Settled {
        /// Those that were made meanwhile.
        pending: usize,
    },
    /// Who brought something knows that it is in the file.
    Answered,
    /// What helped to save is taken away.
    Tidied,
    /// Whether the words of changes that no longer apply are kept.
    RefusedKept(bool),
    /// The journals are empty.
    Cleared,
    /// A moment has passed.
    Paused,
    /// The system refused, at any step.
    Failed,
    /// What went wrong is told, and whoever brought something knows that it is not in the file.
    Told,
}

/// A new text beside what the file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The file holds it.
    Same,
    /// It holds another.
    Differs,
    /// It holds several versions in one.
    Several,
}

/// What came out of the file's place by an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameOut {
    /// What had been read.
    Read,
    /// What somebody wrote in between; it is taken in.
    Another,
    /// What somebody has written half of; who has the file open goes on, and it is looked at again.
    Half,
}

/// What is to be done next. Each is answered by one input; the first row of them may also fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Keep own changes in the journal.
    Journal,
    /// Take the lock beside the file, and look over what dead sessions left.
    Lock,
    /// Read the file, take in what others wrote, put own changes on it.
    Compose,
    /// Keep a copy of a file that holds several versions.
    Rescue,
    /// See whether the file may be written.
    Ask,
    /// Put the new text in the file's place.
    Write,
    /// Bring the folder's change of names to the disk.
    Sync,
    /// Keep the state beside the file for others.
    Keep,
    /// Say that it is saved.
    Settle,
    /// Tell who brought something that it is in the file.
    Answer,
    /// Take away what helped to save.
    Tidy,
    /// Keep the words of changes that no longer apply.
    KeepRefused,
    /// Empty the journals.
    Clear,
    /// Wait a moment, since others write; the attempt that has ended.
    Pause(u32),
    /// Tell why nothing is saved.
    Tell(Why),
    /// Nothing; the save has ended.
    Rest(Rest),
}

/// Why nothing is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The session ends while another holds the lock.
    Closing,
    /// A newer program has written the file.
    Newer,
    /// The file cannot be read.
    Trouble,
    /// It may be read only, and there is nothing of one's own to save.
    ReadOnly,
    /// The system refused.
    Failed,
}

/// How a save ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Whether the file was replaced.
    pub wrote: bool,
    /// When to try again without being asked.
    pub again: Option<Duration>,
}

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine {
    /// Reasons that no save has taken up.
    wanted: Reasons,
    /// Those that the save under way has taken up.
    taken: Reasons,
    /// What was asked for last.
    asked: Option<Output>,
    attempt: u32,
    /// Whether there was something of one's own to save.
    own: bool,
    /// Own changes that are not in the file as far as is known.
    pending: usize,
    wrote: bool,
    /// A change of names is not known to be on the disk.
    unsynced: bool,
    /// Ends in a row that want another try.
    tries: u32,
    /// Whether the last save ended without saving.
    stuck: bool,
}

impl Machine {
    /// There is a reason to save.
    pub fn raise(&mut self, reason: Reason) {
        self.wanted.add(reason);
    }

    /// A dead session has left something: what it wrote may stand in the file by a change of names that is not on the disk.
    pub fn distrust(&mut self) {
        self.unsynced = true;
        self.raise(Reason::Look);
    }

    /// Whether something is to be saved, or is being saved.
    pub fn is_busy(&self) -> bool {
        !self.wanted.is_empty() || !self.taken.is_empty()
    }

    /// Whether waiting for the save of what is not one's own is in vain: nothing could be saved just now.
    pub fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Whether the save under way is for more than a first look.
    pub fn is_news(&self) -> bool {
        let mut taken = self.taken;
        taken.remove(Reason::Look);
        !taken.is_empty()
    }

    /// What came of what was asked for last; what is to be done next.
    pub fn step(&mut self, input: Input) -> Output {
        debug_assert!(
            matches!(input, Input::Begin { .. } | Input::Failed)
                || self.asked.is_some_and(|asked| answers(asked, input)),
            "{input:?} answers {:?}",
            self.asked
        );
        let output = self.next(input);
        self.asked = Some(output);
        output
    }

    fn next(&mut self, input: Input) -> Output {
        match input {
            Input::Begin { pending } => self.begin(pending),
            Input::Journaled => Output::Lock,
            Input::Locked | Input::Paused => self.compose(),
            Input::Closing => self.give_up(Why::Closing),
            Input::Newer => self.give_up(Why::Newer),
            Input::Unreadable => self.give_up(Why::Trouble),
            Input::Failed => self.give_up(Why::Failed),
            Input::Composed { text, own } => {
                self.own |= own > 0;
                match text {
                    Compared::Same if self.unsynced => Output::Sync,
                    Compared::Same => Output::Keep,
                    Compared::Differs => Output::Ask,
                    Compared::Several => Output::Rescue,
                }
            }
            Input::Rescued => Output::Ask,
            Input::Allowed => Output::Write,
            // A file that is only read is no failure.
            Input::Denied => self.give_up(if self.own { Why::Failed } else { Why::ReadOnly }),
            Input::Changed => self.once_more(),
            Input::Written(out) => {
                (self.wrote, self.unsynced) = (true, true);
                match out {
                    CameOut::Read | CameOut::Half => Output::Sync,
                    CameOut::Another => self.once_more(),
                }
            }
            Input::Synced => {
                self.unsynced = false;
                Output::Keep
            }
            // In two places before it is said: an old buffer may be saved over it at once.
            Input::Kept => {
                debug_assert!(!self.unsynced, "it is said to be saved before it is on the disk");
                Output::Settle
            }
            Input::Settled { pending } => {
                self.taken = Reasons::default();
                self.pending = pending;
                Output::Answer
            }
            Input::Answered => Output::Tidy,
            Input::Tidied => Output::KeepRefused,
            Input::RefusedKept(true) if self.pending == 0 && !self.unsynced => Output::Clear,
            Input::RefusedKept(_) | Input::Cleared => self.rest(!self.wanted.is_empty()),
            // What is wrong with a file is looked at in times of its own; the others wait for no time.
            Input::Told => self.rest(self.asked == Some(Output::Tell(Why::Failed))),
        }
    }

    fn begin(&mut self, pending: usize) -> Output {
        self.wanted.take(&mut self.taken);
        (self.attempt, self.own, self.wrote, self.pending) = (0, pending > 0, false, pending);
        if pending > 0 {
            self.raise(Reason::Change);
        }
        if self.wanted.is_empty() {
            return Output::KeepRefused;
        }
        Output::Journal
    }

    /// What is wanted by now is taken up; what comes later is for the next save.
    fn compose(&mut self) -> Output {
        self.taken.take(&mut self.wanted);
        Output::Compose
    }

    /// Somebody wrote in between. Who writes faster than we do for so long gets the lock.
    fn once_more(&mut self) -> Output {
        self.attempt += 1;
        if self.attempt < ATTEMPTS {
            return Output::Pause(self.attempt - 1);
        }
        self.wanted.take(&mut self.taken);
        self.rest(true)
    }

    /// Nothing is saved now. What git brought is not taken, and that is said: whoever brought it comes again.
    fn give_up(&mut self, why: Why) -> Output {
        if self.taken.has(Reason::Side) {
            // What was brought may be known here by now: it is written as soon as that works.
            self.taken.add(Reason::Repair);
        }
        match why {
            // Nothing of that will be done as long as the file is what it is; who changes that gives a new reason.
            Why::Newer => self.wanted = Reasons::default(),
            Why::ReadOnly => self.taken = Reasons::default(),
            Why::Closing | Why::Trouble | Why::Failed => {}
        }
        self.wanted.take(&mut self.taken);
        self.wanted.remove(Reason::Side);
        Output::Tell(why)
    }

    fn rest(&mut self, again: bool) -> Output {
        self.stuck = matches!(self.asked, Some(Output::Tell(_)));
        let wait = BACKOFF.0.saturating_mul(1 << self.tries.min(6)).min(BACKOFF.1);
        self.tries = if again { self.tries.saturating_add(1) } else { 0 };
        Output::Rest(Rest {
            wrote: self.wrote,
            again: again.then_some(wait),
        })
    }
}

/// Whether an input says what came of an output.
fn answers(asked: Output, input: Input) -> bool {
    match asked {
        Output::Journal => input == Input::Journaled,
        Output::Lock => matches!(input, Input::Locked | Input::Closing | Input::Newer),
        Output::Compose => matches!(input, Input::Composed { .. } | Input::Unreadable),
        Output::Rescue => input == Input::Rescued,
        Output::Ask => matches!(input, Input::Allowed | Input::Denied | Input::Changed),
        Output::Write => matches!(input, Input::Written(_) | Input::Changed),
        Output::Sync => input == Input::Synced,
        Output::Settle => matches!(input, Input::Settled { .. }),
        Output::Keep => input == Input::Kept,
        Output::Answer => input == Input::Answered,
        Output::Tidy => input == Input::Tidied,
        Output::KeepRefused => matches!(input, Input::RefusedKept(_)),
        Output::Clear => input == Input::Cleared,
        Output::Pause(_) => input == Input::Paused,
        Output::Tell(_) => input == Input::Told,
        Output::Rest(_) => false,
    }
}
