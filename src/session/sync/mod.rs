//! Keeping a working tree and its remote in step while a session is open: a thread of its own, never in the way of a key.
//! It sleeps until something was saved, the remote is due, or it is asked.

mod arrive;
mod commit_message;
mod files;
mod remote_watch;
mod renumber;
mod rhythm;
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

use crate::git::{Driver, Pause, Remote};
use crate::session::shared::Shared;
use remote_watch::RemoteWatch;
use rhythm::{Ended, Going, Input, Output, Rhythm};

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
            rhythm: Rhythm::new(online, Instant::now()),
            round: None,
            watch: None,
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
    rhythm: Rhythm,
    round: Option<Round>,
    watch: Option<RemoteWatch>,
}

impl Keeper {
    fn run(mut self) {
        let mut output = self.rhythm.step(Input::Begin, Instant::now());
        loop {
            let input = match output {
                Output::Wait(until) => self.wait(until),
                Output::Round(going) => Input::Ended(self.go_round(going)),
                Output::Farewell { online } => {
                    let _ = self.attempt(online, false);
                    return;
                }
            };
            let is_end = matches!(input, Input::Ended(_));
            output = self.rhythm.step(input, Instant::now());
            if is_end {
                self.tell();
            }
        }
    }

    fn wait(&self, until: Option<Instant>) -> Input {
        let asked = match until {
            None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => self.inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
        };
        match asked {
            Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => Input::Stop,
            Ok(Ask::Changed) => Input::Changed,
            Ok(Ask::Now) => Input::Now,
            Ok(Ask::Online(online)) => Input::Online(online),
            Ok(Ask::Remote) => Input::Remote,
            Err(RecvTimeoutError::Timeout) => Input::Due,
        }
    }

    /// One round, and what is known after it.
    fn go_round(&mut self, going: Going) -> Ended {
        if let Some(round) = &mut self.round {
            if going.asked {
                round.forget_remote();
            }
            if going.asked || going.changed {
                round.note_change();
            }
        }
        let how = self.attempt(going.online, going.fetch);
        let unsent = match &self.round {
            _ if !self.rhythm.counts(&how) => None,
            None => Some(0),
            Some(round) => round.unsent(),
        };
        self.watch_remote(going.online);
        if matches!(how, Err(Halt::Remote(..))) {
            // What was watched may be another folder when it is back.
            self.watch = None;
        }
        let remote = self.round.as_ref().and_then(Round::remote);
        Ended {
            how,
            unsent,
            remote: remote.map(|remote| crate::text::one_line(&remote.name).into_owned()),
            near: remote.is_some_and(Remote::is_local),
            watched: self.watch.is_some(),
            at: self.shared.clock.now(),
            spread: spread(),
        }
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

    fn tell(&mut self) {
        let notices = self
            .round
            .as_mut()
            .map(|round| std::mem::take(&mut round.notices))
            .unwrap_or_default();
        let mut core = self.shared.core();
        if core.sync == self.rhythm.state && notices.is_empty() {
            return;
        }
        core.sync = self.rhythm.state.clone();
        for said in notices {
            core.notice(true, said);
        }
        core.publish();
    }

    /// A remote on this machine is watched, not asked in a rhythm.
    fn watch_remote(&mut self, online: bool) {
        if self.watch.is_some() || !online {
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
}

/// A little longer or shorter, so that many clones do not ask in step.
fn spread() -> f64 {
    let [byte] = crate::store::site::random_bytes::<1>();
    0.8 + f64::from(byte) / 255.0 * 0.4
}
