//! Keeping a working tree and its remote in step while a session is open: a thread of its own, never in the way of a key.
//! It sleeps until something was saved, the remote is due, or it is asked.

mod arrive;
mod commit_message;
mod files;
mod remote_watch;
mod renumber;
mod round;
mod state;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use files::Tree;
pub use round::{Done, Files, Halt, Round};
pub use state::{Phase, SyncState, Trouble};

use crate::git::{Class, Driver, Pause, Remote};
use crate::session::shared::Shared;
use remote_watch::RemoteWatch;

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
/// How long the farewell may take on the network.
const FAREWELL: Duration = Duration::from_secs(2);

/// What the thread is woken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    /// Something was saved, or came in from another console.
    Changed,
    /// A person wants it now.
    Now,
    /// The remote's branches changed.
    Remote,
    /// The network may be used, or not.
    Online(bool),
    /// The session ends.
    Stop,
}

/// How the session speaks to its sync thread; silent where there is none.
#[derive(Default)]
pub struct Bell(OnceLock<Sender<Ask>>);

impl Bell {
    /// Something was saved, or came in.
    pub fn changed(&self) {
        self.ring(Ask::Changed);
    }

    /// A person wants it now.
    pub fn now(&self) {
        self.ring(Ask::Now);
    }

    /// The network may be used, or not.
    pub fn online(&self, online: bool) {
        self.ring(Ask::Online(online));
    }

    fn ring(&self, ask: Ask) {
        if let Some(sender) = self.0.get() {
            // A thread that has ended needs no waking.
            let _ = sender.send(ask);
        }
    }
}

/// The sync thread of a session.
pub struct Syncing {
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    asks: Sender<Ask>,
}

impl Syncing {
    /// Starts it; `online` says whether the network may be used.
    pub fn start(shared: &Arc<Shared>, driver: Driver, online: bool) -> Option<Self> {
        let (asks, inbox) = channel();
        shared.bell.0.set(asks.clone()).ok()?;
        let stop = Arc::new(AtomicBool::new(false));
        let keeper = Keeper {
            shared: Arc::clone(shared),
            inbox,
            asks: asks.clone(),
            stop: Arc::clone(&stop),
            driver,
            online,
            round: None,
            watch: None,
            state: SyncState::default(),
            backoff: BACKOFF.0,
            changed: None,
            last_change: Instant::now(),
            last_round: Instant::now(),
        };
        let thread = std::thread::Builder::new()
            .name("warroom-sync".into())
            .spawn(move || keeper.run())
            .ok()?;
        Some(Self {
            thread: Some(thread),
            stop,
            asks,
        })
    }

    /// Ends it: what is on disk is committed, and sent if that takes no longer than a moment.
    pub fn end(&mut self) {
        let _ = self.asks.send(Ask::Stop);
        let Some(thread) = self.thread.take() else { return };
        let until = Instant::now() + FAREWELL;
        while !thread.is_finished() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.stop.store(true, Ordering::Relaxed);
        let _ = thread.join();
    }
}

/// How a round ended, for the log: its kind, since its words may quote a file.
fn outcome(ended: &Result<Done, Halt>) -> &'static str {
    match ended {
        Ok(Done::Synced) => "done",
        Ok(Done::Alone) => "committed, no remote",
        Ok(Done::Elsewhere) => "left to another console",
        Err(Halt::Paused(pause)) => pause.kind(),
        Err(Halt::Remote(class, _)) => class.kind(),
    }
}

struct Keeper {
    shared: Arc<Shared>,
    inbox: Receiver<Ask>,
    asks: Sender<Ask>,
    stop: Arc<AtomicBool>,
    driver: Driver,
    online: bool,
    round: Option<Round>,
    watch: Option<RemoteWatch>,
    state: SyncState,
    backoff: Duration,
    /// When the first change of a batch came, and the last.
    changed: Option<(Instant, Instant)>,
    last_change: Instant,
    /// When the last round for a change ended.
    last_round: Instant,
}

impl Keeper {
    fn run(mut self) {
        let mut next = self.round(true);
        loop {
            let batch = self.changed.map(|(first, last)| {
                let quiet = first.saturating_duration_since(self.last_round) > BATCH.1;
                (last + if quiet { FIRST } else { BATCH.0 }).min(first + BATCH.1)
            });
            let due = [batch, next].into_iter().flatten().min();
            let asked = match due {
                None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => self.inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match asked {
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => return self.farewell(),
                Ok(Ask::Changed) => {
                    let now = Instant::now();
                    let first = self.changed.map_or(now, |(first, _)| first);
                    self.changed = Some((first, now));
                    self.last_change = now;
                }
                Ok(Ask::Now) => {
                    if let Some(round) = &mut self.round {
                        round.forget_remote();
                        round.note_change();
                    }
                    self.backoff = BACKOFF.0;
                    next = self.round(true);
                }
                Ok(Ask::Online(online)) => {
                    self.online = online;
                    next = self.round(online);
                }
                Ok(Ask::Remote) => {
                    // A refusal waits for the person, and what failed for its time: what it left there must not wake it.
                    if !matches!(self.state.phase, Phase::Refused(_) | Phase::Offline(_)) {
                        next = self.round(true);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let fetch = next.is_some_and(|next| next <= Instant::now());
                    let due = self.round(fetch);
                    next = if fetch {
                        due
                    } else {
                        earliest(next, due.filter(|_| self.state.is_stuck()))
                    };
                }
            }
        }
    }

    /// One round; when the next is due.
    fn round(&mut self, fetch: bool) -> Option<Instant> {
        let for_change = self.changed.take().is_some();
        if let Some(round) = self.round.as_mut().filter(|_| for_change) {
            round.note_change();
        }
        // A refusal is not repeated by itself: it may lock the person out. Commits go on.
        // Nor does a save ask a folder that failed a moment ago.
        let withheld = match self.state.phase {
            Phase::Refused(_) => !fetch,
            Phase::Offline(_) => !fetch && self.is_near(),
            Phase::Off | Phase::Alone | Phase::Good | Phase::Paused(_) | Phase::Elsewhere => false,
        };
        let ended = self.attempt(self.online && !withheld, fetch);
        if withheld && self.online && ended == Ok(Done::Synced) {
            // Committed, and as far from the remote as before.
            self.last_round = Instant::now();
            self.state.unsent = self.unsent();
            self.tell();
            return None;
        }
        if for_change {
            self.last_round = Instant::now();
        }
        let (done, unsent) = match ended {
            Ok(done) => (Ok(done), 0),
            Err(halt) => (Err(halt), self.unsent()),
        };
        self.watch_remote();
        let pause = self.judge(done, unsent);
        self.tell();
        pause.map(|pause| Instant::now() + spread(pause))
    }

    fn attempt(&mut self, online: bool, fetch: bool) -> Result<Done, Halt> {
        if self.round.is_none() {
            let round = Round::new(&self.shared.repository, &self.driver, Some(Arc::clone(&self.stop)))?;
            self.round = Some(round);
        }
        let Some(round) = &mut self.round else {
            return Ok(Done::Alone);
        };
        let shared = Arc::clone(&self.shared);
        let tree = Tree {
            repository: &shared.repository,
            by: &shared.by,
            clock: &shared.clock,
            own: Some(&shared),
        };
        let began = Instant::now();
        // An error of the program must not end the syncing.
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| round.run(&tree, online, fetch)));
        let how = ended.as_ref().map_or("panicked", |ended| outcome(ended));
        let took = began.elapsed().as_millis();
        log::info!(
            "{}: sync {how}, online {online}, fetch {fetch}, {took} ms",
            shared.place.id
        );
        ended.unwrap_or_else(|_| {
            let said = "an internal error stopped this sync".to_owned();
            Err(Halt::Paused(Pause::Others(said)))
        })
    }

    /// What a round's end means for the state; how long to wait for the next.
    fn judge(&mut self, ended: Result<Done, Halt>, unsent: usize) -> Option<Duration> {
        let now = self.shared.clock.now();
        if let Some(remote) = self.round.as_ref().and_then(Round::remote) {
            self.state.remote = crate::text::one_line(&remote.name).into_owned();
        }
        let (phase, pause) = match ended {
            Ok(Done::Elsewhere) => {
                let phase = if self.state.phase == Phase::Off {
                    Phase::Elsewhere
                } else {
                    self.state.phase.clone()
                };
                self.state.phase = phase;
                return Some(AGAIN);
            }
            Ok(Done::Alone) => (Phase::Alone, None),
            Ok(Done::Synced) if !self.online => {
                self.state.unsent = self.unsent();
                (Phase::Off, None)
            }
            Ok(Done::Synced) => {
                self.state.at = Some(now);
                (Phase::Good, Some(self.pace()))
            }
            Err(Halt::Paused(pause)) => {
                let wait = match pause {
                    Pause::Locked(..) => AGAIN,
                    // A look at some names; the others cost a call of git.
                    Pause::Busy(_) | Pause::Held(..) => PAUSED,
                    // All else goes on at its pace.
                    Pause::Left(_) => self.pace(),
                    _ => SETTLED,
                };
                if pause == Pause::None {
                    (Phase::Off, None)
                } else {
                    let why = crate::text::one_line(&pause.to_string()).into_owned();
                    let remedy = pause.remedy();
                    (Phase::Paused(Trouble { why, remedy }), Some(wait))
                }
            }
            Err(Halt::Remote(class, trouble)) => {
                let why = crate::text::one_line(&trouble.to_string()).into_owned();
                let trouble = Trouble {
                    why: why.trim_start_matches("git says: ").to_owned(),
                    remedy: class.remedy(&trouble),
                };
                // What was watched may be another folder when it is back.
                self.watch = None;
                let here = self.is_near();
                let wait = self.backoff;
                self.backoff = (self.backoff * 2).min(if here { NEAR } else { BACKOFF.1 });
                match class {
                    Class::Auth | Class::Refused => (Phase::Refused(trouble), None),
                    // It may come back; asking again locks nobody out.
                    Class::Gone => (Phase::Refused(trouble), Some(wait)),
                    _ => (Phase::Offline(trouble), Some(wait)),
                }
            }
        };
        if matches!(phase, Phase::Good | Phase::Alone | Phase::Off) {
            self.backoff = BACKOFF.0;
            self.state.since = None;
        } else {
            self.state.since.get_or_insert(now);
        }
        if phase != Phase::Off {
            self.state.unsent = unsent;
        }
        self.state.phase = phase;
        pause
    }

    fn tell(&mut self) {
        let notices = self
            .round
            .as_mut()
            .map(|round| std::mem::take(&mut round.notices))
            .unwrap_or_default();
        let mut core = self.shared.core();
        if core.sync == self.state && notices.is_empty() {
            return;
        }
        core.sync = self.state.clone();
        for said in notices {
            core.notice(true, said);
        }
        core.publish();
    }

    /// Whether the remote is a folder of this machine.
    fn is_near(&self) -> bool {
        let remote = self.round.as_ref().and_then(Round::remote);
        remote.is_some_and(Remote::is_local)
    }

    /// Commits that the remote has not; as many as before where git does not say.
    fn unsent(&self) -> usize {
        let unsent = self.round.as_ref().map_or(Some(0), Round::unsent);
        unsent.unwrap_or(self.state.unsent)
    }

    fn pace(&self) -> Duration {
        let quiet = self.last_change.elapsed();
        if self.watch.is_some() {
            RHYTHM[3]
        } else if quiet < LIVELY.0 {
            RHYTHM[0]
        } else if quiet < LIVELY.1 {
            RHYTHM[1]
        } else {
            RHYTHM[2]
        }
    }

    /// A remote on this machine is watched, not asked in a rhythm.
    fn watch_remote(&mut self) {
        if self.watch.is_some() || !self.online {
            return;
        }
        let Some(round) = &self.round else { return };
        let Some(folder) = round.remote().and_then(|remote| remote.folder(round.top())) else {
            return;
        };
        let asks = self.asks.clone();
        self.watch = RemoteWatch::watch(&folder, move || {
            let _ = asks.send(Ask::Remote);
        });
        if self.watch.is_some() {
            // What came between the fetch and the watch.
            let _ = self.asks.send(Ask::Remote);
        }
    }

    /// Commits what is left, and sends it where that is likely to work.
    fn farewell(mut self) {
        let online = self.online && matches!(self.state.phase, Phase::Good | Phase::Elsewhere);
        let _ = self.attempt(online, false);
    }
}

fn earliest(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// A pause a little longer or shorter, so that many clones do not ask in step.
fn spread(pause: Duration) -> Duration {
    let [byte] = crate::store::site::random_bytes::<1>();
    pause.mul_f64(0.8 + f64::from(byte) / 255.0 * 0.4)
}
