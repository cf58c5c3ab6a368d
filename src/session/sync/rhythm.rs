//! When the sync thread goes round, and what the end of a round means for the state that a screen shows: a pure machine. The thread
//! carries out what it asks for and says what came of it. It reads no clock: every input comes with its time.

#[cfg(test)]
mod laws;

use std::time::{Duration, Instant};

use super::round::{Done, Halt};
use super::state::{Phase, SyncState, Trouble};
use crate::git::{Class, Pause};
use crate::incident::Time;

/// How long after a save the commit waits for more, and at most.
const BATCH: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// The same for the first save after a quiet moment, which the others should see at once.
const FIRST: Duration = Duration::from_millis(20);
/// How often the remote is asked: just after a change, while the incident is alive, when it is quiet, and where it is
/// watched.
const RHYTHM: [Duration; 4] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(30),
];
/// Until when after the last change which pace holds.
const LIVELY: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(600));
/// Waits between attempts while the remote cannot be reached: the first, and the longest.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// The longest for a remote on this machine, where a look costs nearly nothing.
const NEAR: Duration = Duration::from_secs(2);
/// How soon to look again where another console was at it, or another git.
const AGAIN: Duration = Duration::from_millis(250);
/// How soon to look again at something that stands in the way.
const PAUSED: Duration = Duration::from_secs(2);
/// The same for what a person has to change first.
const SETTLED: Duration = Duration::from_secs(30);

/// What happened.
#[derive(Clone, Debug)]
pub(super) enum Input {
    /// The thread begins.
    Begin,
    /// Something was saved, or came in from another console.
    Changed,
    /// A person wants it now.
    Now,
    /// The remote's branches changed.
    Remote,
    /// The network may be used, or not.
    Online(bool),
    /// The time that was waited for has come.
    Due,
    /// A round has ended.
    Ended(Ended),
    /// The session ends.
    Stop,
}

/// How a round ended, and what is known after it.
#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub how: Result<Done, Halt>,
    /// Commits that the remote has not, where that was counted (see [`Rhythm::counts`]) and git said it.
    pub unsent: Option<usize>,
    /// The remote's name, once it is known.
    pub remote: Option<String>,
    /// Whether the remote is a folder of this machine.
    pub near: bool,
    /// Whether its branches are watched.
    pub watched: bool,
    /// When it ended, as it is shown.
    pub at: Time,
    /// Waits are longer or shorter by this, so that many clones do not ask together.
    pub spread: f64,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Wait for something to happen, at most until then.
    Wait(Option<Instant>),
    /// Go round; its end is the next input.
    Round(Going),
    /// Commit what is left, and send it if that is likely to work; then end.
    Farewell {
        /// Whether to send it.
        online: bool,
    },
}

/// A round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Going {
    /// Whether the network is used.
    pub online: bool,
    /// Whether the remote is asked for news.
    pub fetch: bool,
    /// Whether something was saved here, so that all of it is looked at.
    pub changed: bool,
    /// Whether a person asked: the remote is looked up anew.
    pub asked: bool,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Rhythm {
    /// As a screen shows it.
    pub state: SyncState,
    online: bool,
    near: bool,
    watched: bool,
    backoff: Duration,
    /// When the first change of a batch came, and the last.
    changed: Option<(Instant, Instant)>,
    last_change: Instant,
    /// When the last round for a change ended.
    last_round: Instant,
    /// When the remote is due.
    next: Option<Instant>,
    /// What the remote refused for, until a person asks again: whatever else comes up meanwhile, it is not asked by itself.
    refusal: Option<Trouble>,
    /// The round under way, and whether the network was kept from it.
    going: Option<(Going, bool)>,
}

impl Rhythm {
    pub(super) fn new(online: bool, now: Instant) -> Self {
        Self {
            state: SyncState::default(),
            online,
            near: false,
            watched: false,
            backoff: BACKOFF.0,
            changed: None,
            last_change: now,
            last_round: now,
            next: None,
            refusal: None,
            going: None,
        }
    }

    /// What happened at a time; what is to be done next.
    pub(super) fn step(&mut self, input: Input, now: Instant) -> Output {
        debug_assert_eq!(
            self.going.is_some(),
            matches!(input, Input::Ended(_)),
            "a round is under way until it has ended"
        );
        match input {
            Input::Begin => self.go(true, false),
            Input::Changed => {
                let first = self.changed.map_or(now, |(first, _)| first);
                self.changed = Some((first, now));
                self.last_change = now;
                self.wait()
            }
            Input::Now => {
                self.backoff = BACKOFF.0;
                self.refusal = None;
                self.go(true, true)
            }
            Input::Online(online) => {
                self.online = online;
                self.next = None;
                if online {
                    self.refusal = None;
                }
                self.go(online, false)
            }
            // A refusal waits for the person, and what failed for its time: what it left there must not wake it.
            Input::Remote => match self.state.phase {
                Phase::Refused(_) | Phase::Offline(_) => self.wait(),
                Phase::Off | Phase::Alone | Phase::Good | Phase::Paused(_) | Phase::Elsewhere => self.go(true, false),
            },
            Input::Due => self.go(self.next.is_some_and(|next| next <= now), false),
            Input::Ended(ended) => {
                self.end(ended, now);
                self.wait()
            }
            Input::Stop => Output::Farewell {
                online: self.online && matches!(self.state.phase, Phase::Good | Phase::Elsewhere),
            },
        }
    }

    /// Whether commits that are not sent are to be counted after the round under way: that costs a call of git.
    pub(super) fn counts(&self, how: &Result<Done, Halt>) -> bool {
        let withheld = self.going.is_some_and(|(_, withheld)| withheld);
        match how {
            Ok(Done::Synced) => withheld || !self.online,
            Ok(Done::Alone | Done::Elsewhere) => false,
            Err(_) => true,
        }
    }

    fn wait(&self) -> Output {
        let batch = self.changed.map(|(first, last)| {
            let quiet = first.saturating_duration_since(self.last_round) > BATCH.1;
            (last + if quiet { FIRST } else { BATCH.0 }).min(first + BATCH.1)
        });
        Output::Wait(earliest(batch, self.next))
    }

    fn go(&mut self, fetch: bool, asked: bool) -> Output {
        // A refusal is not repeated by itself: it may lock the person out. Commits go on.
        // Nor does a save ask a folder that failed a moment ago.
        let withheld = match self.state.phase {
            Phase::Refused(_) => !fetch,
            Phase::Offline(_) => !fetch && self.near,
            Phase::Off | Phase::Alone | Phase::Good | Phase::Paused(_) | Phase::Elsewhere => false,
        };
        let withheld = withheld || self.refusal.is_some();
        let going = Going {
            online: self.online && !withheld,
            fetch,
            changed: self.changed.take().is_some(),
            asked,
        };
        self.going = Some((going, withheld));
        Output::Round(going)
    }

    /// What a round's end means.
    fn end(&mut self, ended: Ended, now: Instant) {
        let Some((going, withheld)) = self.going.take() else {
            return;
        };
        (self.near, self.watched) = (ended.near, ended.watched);
        if going.changed {
            self.last_round = now;
        }
        if withheld && self.online && ended.how == Ok(Done::Synced) {
            // Committed, and as far from the remote as before.
            self.last_round = now;
            self.state.unsent = ended.unsent.unwrap_or(self.state.unsent);
            if let Some(refusal) = &self.refusal {
                self.state.phase = Phase::Refused(refusal.clone());
            }
            if going.fetch {
                self.next = None;
            }
            return;
        }
        let spread = ended.spread;
        let pause = self.judge(ended, now);
        let due = pause.map(|pause| now + pause.mul_f64(spread));
        self.next = if going.fetch || going.asked {
            due
        } else {
            earliest(self.next, due.filter(|_| self.state.is_stuck()))
        };
    }

    /// The state after a round; how long to wait for the next.
    fn judge(&mut self, ended: Ended, now: Instant) -> Option<Duration> {
        if let Some(remote) = ended.remote {
            self.state.remote = remote;
        }
        let unsent = ended.unsent.unwrap_or(self.state.unsent);
        let (phase, pause, unsent) = match ended.how {
            Ok(Done::Elsewhere) => {
                if self.state.phase == Phase::Off {
                    self.state.phase = Phase::Elsewhere;
                }
                return Some(AGAIN);
            }
            Ok(Done::Alone) => (Phase::Alone, None, 0),
            Ok(Done::Synced) if !self.online => (Phase::Off, None, unsent),
            Ok(Done::Synced) => {
                self.state.at = Some(ended.at);
                (Phase::Good, Some(self.pace(now)), 0)
            }
            Err(Halt::Paused(Pause::None)) => (Phase::Off, None, self.state.unsent),
            Err(Halt::Paused(pause)) => {
                let wait = match pause {
                    Pause::Locked(..) => AGAIN,
                    // A look at some names; the others cost a call of git.
                    Pause::Busy(_) | Pause::Held(..) => PAUSED,
                    // All else goes on at its pace.
                    Pause::Left(_) => self.pace(now),
                    Pause::None
                    | Pause::Bare
                    | Pause::Detached
                    | Pause::Nobody
                    | Pause::Others(_)
                    | Pause::Unreadable(_)
                    | Pause::Undriven(_)
                    | Pause::Unmerged(_)
                    | Pause::Elsewhere(_)
                    | Pause::Linked(_)
                    | Pause::Trouble(_) => SETTLED,
                };
                let why = crate::text::one_line(&pause.to_string()).into_owned();
                let remedy = pause.remedy();
                (Phase::Paused(Trouble { why, remedy }), Some(wait), unsent)
            }
            Err(Halt::Remote(class, trouble)) => {
                let why = crate::text::one_line(&trouble.to_string()).into_owned();
                let trouble = Trouble {
                    why: why.trim_start_matches("git says: ").to_owned(),
                    remedy: class.remedy(&trouble),
                };
                let wait = self.backoff;
                self.backoff = (self.backoff * 2).min(if self.near { NEAR } else { BACKOFF.1 });
                let (phase, pause) = match class {
                    Class::Auth | Class::Refused => {
                        self.refusal = Some(trouble.clone());
                        (Phase::Refused(trouble), None)
                    }
                    // It may come back; asking again locks nobody out.
                    Class::Gone => (Phase::Refused(trouble), Some(wait)),
                    Class::Network
                    | Class::Behind
                    | Class::Locked
                    | Class::Disk
                    | Class::Denied
                    | Class::Unsafe
                    | Class::Git
                    | Class::Stopped
                    | Class::Other => (Phase::Offline(trouble), Some(wait)),
                };
                (phase, pause, unsent)
            }
        };
        if matches!(phase, Phase::Good | Phase::Alone | Phase::Off) {
            self.backoff = BACKOFF.0;
            self.state.since = None;
        } else {
            self.state.since.get_or_insert(ended.at);
        }
        self.state.unsent = unsent;
        self.state.phase = phase;
        pause
    }

    fn pace(&self, now: Instant) -> Duration {
        let quiet = now.saturating_duration_since(self.last_change);
        if self.watched {
            RHYTHM[3]
        } else if quiet < LIVELY.0 {
            RHYTHM[0]
        } else if quiet < LIVELY.1 {
            RHYTHM[1]
        } else {
            RHYTHM[2]
        }
    }
}

fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
