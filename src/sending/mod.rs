//! Sending what is in the outbox: each hook's messages in their order, one at a time, by whoever holds that hook's lock; tried again on
//! a schedule, whatever becomes of the console.

pub mod curl;
mod deliver;
pub mod observe;
mod page;
mod secret;
pub mod timer;

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use deliver::{Came, Prepared, deliver, prepare};

use crate::hook::schedule::{self, Verdict};
use crate::incident::Time;
use crate::session::Clock;
use crate::store::Repository;
use crate::store::allowed::Permission;
use crate::store::hooks::{Described, described};
use crate::store::outbox::{self, Message, Outbox, State};

/// How often a sender with nothing to do looks whether another program left something.
const SLOW: Duration = Duration::from_secs(60);
/// How soon it looks again where something has to happen first: a save, another console.
const SOON: Duration = Duration::from_secs(2);
/// The same where a person has to do something.
const SELDOM: Duration = Duration::from_secs(20);
/// Hooks that are sent for at once.
const AT_ONCE: usize = 128;
/// Tries of a message that its receiver refuses.
const REFUSED: u32 = 3;

/// Who sends. Dropping it stops what is under way.
pub struct Sender {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    outbox: Outbox,
    clock: Arc<dyn Clock>,
    stop: AtomicBool,
    /// Hooks that are being sent for, and when it is worth looking at them again.
    busy: Mutex<HashMap<String, Option<Time>>>,
    /// How many messages arrived.
    sent: Mutex<usize>,
    /// Whether a program's answer was written into an incident.
    answered: AtomicBool,
}

impl Sender {
    /// One that sends when it is asked to.
    pub fn new(clock: Arc<dyn Clock>) -> io::Result<Self> {
        Ok(Self {
            shared: Arc::new(Shared {
                outbox: Outbox::here()?,
                clock,
                stop: AtomicBool::new(false),
                busy: Mutex::default(),
                sent: Mutex::default(),
                answered: AtomicBool::new(false),
            }),
            thread: None,
        })
    }

    /// The same, on a thread of its own, until it is dropped.
    pub fn start(clock: Arc<dyn Clock>) -> io::Result<Self> {
        let mut sender = Self::new(clock)?;
        let shared = Arc::clone(&sender.shared);
        let thread = std::thread::Builder::new().name("warroom-outbox".into());
        sender.thread = Some(thread.spawn(move || shared.go_on())?);
        Ok(sender)
    }

    /// Sends what is due, until nothing is, for so long at most; when the next message is due, and how many arrived. Where it waits, what
    /// becomes due meanwhile is sent, too.
    pub fn send(&self, limit: Duration, wait: bool) -> (Option<Time>, usize) {
        let until = Instant::now() + limit;
        let mut seen = outbox::wait(u64::MAX, Duration::ZERO);
        loop {
            let next = self.shared.turn();
            let idle = self.shared.idle();
            let over = Instant::now() >= until;
            if over || idle && (next.is_none() || !wait) {
                return (next, *self.shared.sent.lock().unwrap_or_else(PoisonError::into_inner));
            }
            let pause = self
                .shared
                .pause(next)
                .min(until.saturating_duration_since(Instant::now()));
            seen = outbox::wait(seen, pause.max(Duration::from_millis(5)));
        }
    }

    /// Whether something was written into an incident meanwhile.
    pub fn has_answered(&self) -> bool {
        self.shared.answered.load(Ordering::Relaxed)
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        outbox::ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        // What runs is asked to end; it is tried again by the next console.
        let until = Instant::now() + Duration::from_secs(3);
        while !self.shared.idle() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Shared {
    fn busy(&self) -> std::sync::MutexGuard<'_, HashMap<String, Option<Time>>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle(&self) -> bool {
        !self.busy().values().any(Option::is_none)
    }

    fn go_on(self: Arc<Self>) {
        let mut seen = 0;
        while !self.stop.load(Ordering::Relaxed) {
            let next = self.turn();
            seen = outbox::wait(seen, self.pause(next));
        }
    }

    fn pause(&self, next: Option<Time>) -> Duration {
        let now = self.clock.now();
        let until = next.map(|next| u64::try_from(next.millis() - now.millis()).unwrap_or_default());
        until.map_or(SLOW, |wait| Duration::from_millis(wait.max(20)).min(SLOW))
    }

    /// Starts a thread for every hook with something due; when the next is.
    fn turn(self: &Arc<Self>) -> Option<Time> {
        let now = self.clock.now();
        let mut next: Option<Time> = None;
        let mut soonest = |at: Time| next = Some(next.map_or(at, |known| known.min(at)));
        let mut heads: Vec<Message> = Vec::new();
        for message in self.outbox.list() {
            let waits = message.state == State::Waiting;
            if waits && !heads.iter().any(|head| head.key == message.key) {
                heads.push(message);
            }
        }
        let mut busy = self.busy();
        busy.retain(|key, since| since.is_none() || heads.iter().any(|head| head.key == *key));
        for head in heads {
            if self.outbox.stopped(&head.key).is_some() {
                continue;
            }
            let later = match busy.get(&head.key) {
                // Under way: it rings when it is done.
                Some(None) => continue,
                Some(Some(later)) => (*later).max(head.next),
                None => head.next,
            };
            if later > now || busy.values().filter(|since| since.is_none()).count() >= AT_ONCE {
                soonest(later.max(now));
                continue;
            }
            busy.insert(head.key.clone(), None);
            let (shared, key) = (Arc::clone(self), head.key.clone());
            let started = std::thread::Builder::new().name("warroom-hook".into()).spawn(move || {
                let later = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shared.queue(&key)));
                let later = later.unwrap_or_else(|_| Some(shared.clock.now().plus(SOON)));
                match later {
                    Some(later) => _ = shared.busy().insert(key, Some(later)),
                    None => _ = shared.busy().remove(&key),
                }
                outbox::ring();
            });
            if started.is_err() {
                busy.remove(&head.key);
                soonest(now.plus(SOON));
            }
        }
        next
    }

    /// Sends what a hook has, in order, until one does not arrive. Where something else has to happen first: when to look again.
    fn queue(&self, key: &str) -> Option<Time> {
        let Some(_held) = self.outbox.lock(key) else {
            return Some(self.clock.now().plus(SOON));
        };
        let mine = |message: &Message| message.key == key && message.state == State::Waiting;
        for message in self.outbox.list().into_iter().filter(mine) {
            let now = self.clock.now();
            if self.stop.load(Ordering::Relaxed) || message.next > now || self.outbox.stopped(key).is_some() {
                return None;
            }
            let repository = Repository::at(&message.root);
            let hook = match waits_for(&repository, &message) {
                Ok(hook) => hook,
                Err((why, wait)) => {
                    let failed = is_old(&message, now);
                    if failed || message.last.as_ref() != Some(&why) {
                        self.keep(Message {
                            state: if failed { State::Failed } else { State::Waiting },
                            last: Some(why),
                            ..message
                        });
                    }
                    if failed {
                        continue;
                    }
                    return Some(now.plus(wait));
                }
            };
            let came = deliver(&hook, &repository, &message, &self.clock, &self.stop);
            log::info!(
                "{}: {} by {}: {}",
                message.incident,
                message.id,
                message.hook,
                came.log()
            );
            if self.took(message, came) {
                continue;
            }
            return None;
        }
        None
    }

    /// Keeps what came of a try; whether the next message may go.
    fn took(&self, message: Message, came: Came) -> bool {
        let now = self.clock.now();
        let tries = message.tries + 1;
        #[expect(clippy::cast_possible_truncation, reason = "any of its bits will do")]
        let spread = crate::store::read::hash(message.id.as_bytes()) as u64;
        let again = |message: Message, why: String, asked: Option<u64>| Message {
            tries,
            next: now.plus(schedule::wait(tries, asked, spread)),
            state: if is_old(&message, now) {
                State::Failed
            } else {
                State::Waiting
            },
            last: Some(why),
            ..message
        };
        match came.verdict {
            Verdict::Delivered => {
                self.answered.fetch_or(came.answered, Ordering::Relaxed);
                *self.sent.lock().unwrap_or_else(PoisonError::into_inner) += 1;
                if let Err(error) = self.outbox.remove(&message) {
                    log::warn!(
                        "{} arrived and cannot be taken out of the outbox: {}",
                        message.id,
                        error.kind()
                    );
                    self.keep(again(
                        message,
                        "it arrived, and the outbox cannot be written".into(),
                        None,
                    ));
                    return false;
                }
                true
            }
            Verdict::Again if self.stop.load(Ordering::Relaxed) => false,
            Verdict::Again => {
                let missing = came.status == 404;
                let after = again(Message { missing, ..message }, came.why, came.retry_after);
                let failed = after.state == State::Failed;
                self.keep(after);
                failed
            }
            Verdict::Refused => {
                let mut after = again(message, came.why, None);
                if tries >= REFUSED {
                    after.state = State::Failed;
                }
                let failed = after.state == State::Failed;
                self.keep(after);
                failed
            }
            Verdict::Gone => {
                let _ = self.outbox.stop(&message.key, &came.why);
                self.keep(again(message, came.why, None));
                false
            }
        }
    }

    fn keep(&self, message: Message) {
        if let Err(error) = self.outbox.update(&message) {
            log::warn!("{}: the outbox cannot be written: {}", message.id, error.kind());
        }
    }
}

/// Whether a message was tried for long enough.
fn is_old(message: &Message, now: Time) -> bool {
    now.seconds_since(message.made) > i64::try_from(schedule::GIVE_UP.as_secs()).unwrap_or(i64::MAX)
}

/// The hook that a message goes by, where nothing has to happen first; else what, and when to look again.
fn waits_for(repository: &Repository, message: &Message) -> Result<Described, (String, Duration)> {
    if !message.event.is_empty() && !repository.holds_event(&message.incident, &message.event) {
        return Err(("the change is not in the incident's file yet".into(), SOON));
    }
    let (hooks, _) = described(repository.root());
    let hook = hooks.into_iter().find(|hook| hook.key() == message.key);
    let hook = hook.ok_or_else(|| (format!("there is no hook `{}` any more", message.hook), SELDOM))?;
    match hook.permission() {
        Permission::Allowed => Ok(hook),
        Permission::Changed(_) => Err((format!("`{}` has changed since it was allowed", message.hook), SELDOM)),
        Permission::Never => Err((format!("`{}` is not allowed", message.hook), SELDOM)),
    }
}
