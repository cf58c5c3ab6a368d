//! The session's own thread: saves, mends, retries, and looks at the file now and then. It sleeps until it is woken or the
//! next alarm is due; an idle session wakes for the slow poll only.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

use super::machine::{Reason, Rest};
use super::save::Saver;
use super::shared::{Shared, Wake};
use super::snapshot::Watching;
use crate::store::review_file::own_template;
use crate::store::watch::{Watch, is_remote};

/// Slow poll behind working events, and where there are none.
const POLLS: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(1));
/// How soon to look again at a file whose times prove nothing yet.
const AGAIN: Duration = Duration::from_millis(30);
/// How long to wait for the event of an own save.
const EVENT: Duration = Duration::from_secs(1);
/// How long after something was read it is kept beside the file, if whoever wrote it has not done that by then.
const BASE: Duration = Duration::from_millis(100);
/// How long to wait after an error of the program.
const PANICKED: Duration = Duration::from_secs(5);

/// What the worker waits for.
#[derive(Clone, Copy)]
enum Alarm {
    /// A file whose times proved nothing.
    Again,
    /// A file in trouble.
    Trouble,
    /// A save that failed.
    Retry,
    /// A replaced file that an editor may still write to.
    Late,
    /// The event of an own save.
    Event,
    /// The slow poll.
    Poll,
    /// The last known state.
    Base,
}

const ALARMS: usize = 7;

/// How the files that the rules come from were found at the last look.
#[derive(PartialEq)]
struct Seen {
    name: String,
    framework: Option<(SystemTime, u64)>,
    config: Option<(SystemTime, u64)>,
    template: Option<(SystemTime, u64)>,
}

/// See the module.
pub(super) struct Worker {
    shared: Arc<Shared>,
    inbox: Receiver<Wake>,
    saver: Saver,
    alarms: [Option<Instant>; ALARMS],
    watching: bool,
    watch: Option<Watch>,
    /// Own saves were followed by no event.
    silent: bool,
    remote: bool,
    heard_at_save: u64,
    polls: u64,
    /// Where the framework and the calendar that are in force come from.
    framework: Option<Seen>,
}

impl Worker {
    /// The worker of a session; `watching` says whether it watches the file.
    pub(super) fn new(shared: Arc<Shared>, inbox: Receiver<Wake>, saver: Saver, watching: bool) -> Self {
        Self {
            shared,
            inbox,
            saver,
            alarms: [None; ALARMS],
            watching,
            watch: None,
            silent: false,
            remote: false,
            heard_at_save: 0,
            polls: 0,
            framework: None,
        }
    }

    /// Runs until the session ends.
    pub(super) fn run(mut self) {
        self.guard(Self::begin);
        loop {
            let next = self.alarms.iter().flatten().min().copied();
            let woken = match next {
                None => self.inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => self.inbox.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            let mut wakes = match woken {
                Ok(wake) => vec![wake],
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => vec![Wake::Stop],
            };
            wakes.extend(self.inbox.try_iter());
            if wakes.contains(&Wake::Stop) {
                #[cfg(test)]
                if self.shared.dying.load(Ordering::Relaxed) {
                    return;
                }
                self.guard(Self::end);
                return;
            }
            wakes.dedup();
            if !wakes.is_empty() {
                log::debug!("{}: woken for {wakes:?}", self.shared.place.id);
            }
            self.guard(|worker| {
                // What waits longest for: own changes.
                if wakes.contains(&Wake::Save) {
                    worker.save();
                }
                for wake in &wakes {
                    worker.woken(*wake);
                }
                worker.ring();
                worker.saver.keep_refused(&worker.shared);
                worker.saver.look_for_words(&worker.shared);
            });
        }
    }

    /// A panic in here must not end saving: what is pending stays pending and is tried again.
    fn guard(&mut self, step: impl FnOnce(&mut Self)) {
        if std::panic::catch_unwind(AssertUnwindSafe(|| step(self))).is_err() {
            let mut core = self.shared.core();
            core.notice(true, "Internal error while saving; retrying, and nothing is lost.");
            core.publish();
            drop(core);
            log::error!(
                "{}: a panic stopped a step of saving; it is tried again",
                self.shared.place.id
            );
            self.saver.keep_safe();
            self.set(Alarm::Retry, Instant::now() + PANICKED);
        }
    }

    fn begin(&mut self) {
        if self.watching {
            let shared = Arc::clone(&self.shared);
            let file = self.shared.disk().site.path.clone();
            self.remote = is_remote(file.parent().unwrap_or(&file));
            self.watch = Some(Watch::new(&file, move |heard| {
                // A panic on the watcher's thread would end the watching.
                if std::panic::catch_unwind(AssertUnwindSafe(|| shared.hear(heard))).is_err() {
                    shared.wake(Wake::Look);
                }
            }));
            self.tell_watching();
            self.set_poll();
            // The first look, also for what happened between opening and watching.
            self.shared.core().machine.raise(Reason::Look);
            self.save();
            self.shared.look(false);
        }
    }

    fn end(&mut self) {
        self.watch = None;
        self.saver.save(&self.shared);
        if self.saver.late(&self.shared) {
            self.saver.save(&self.shared);
        }
        self.saver.keep_refused(&self.shared);
        self.saver.look_for_words(&self.shared);
        if self.shared.core().machine.is_busy() {
            // Words that came back with the last look, or somebody who wrote to a file that had been replaced.
            self.saver.save(&self.shared);
            self.saver.look_for_words(&self.shared);
        }
        self.saver.end(&self.shared);
    }

    fn woken(&mut self, wake: Wake) {
        match wake {
            Wake::Save | Wake::Stop => {}
            Wake::Look => self.shared.look(true),
            Wake::LookAgain => {
                if self.alarms[Alarm::Again as usize].is_none() {
                    self.set(Alarm::Again, Instant::now() + AGAIN);
                }
            }
            Wake::Base => {
                self.saver.keep_read(&self.shared);
                if self.alarms[Alarm::Base as usize].is_none() {
                    self.set(Alarm::Base, Instant::now() + BASE);
                }
            }
            Wake::Trouble => self.trouble(),
            Wake::Heard => {
                self.silent = false;
                self.tell_watching();
            }
            Wake::Lost => self.arm(),
            Wake::Restore => {
                let rest = self.saver.restore(&self.shared);
                self.after_save(rest);
            }
        }
    }

    /// Acts on every alarm that is due.
    fn ring(&mut self) {
        let now = Instant::now();
        let mut due = [false; ALARMS];
        for (alarm, due) in self.alarms.iter_mut().zip(&mut due) {
            if alarm.is_some_and(|at| at <= now) {
                *alarm = None;
                *due = true;
            }
        }
        let rang = |alarm: Alarm| due[alarm as usize];
        if rang(Alarm::Again) {
            self.shared.look(true);
        }
        if rang(Alarm::Trouble) {
            self.shared.look(true);
            self.trouble();
        }
        if rang(Alarm::Retry) {
            self.save();
        }
        if rang(Alarm::Late) {
            if self.saver.late(&self.shared) {
                self.save();
            }
            self.set_at(Alarm::Late, self.saver.next_late());
        }
        if rang(Alarm::Event) && self.shared.heard.load(Ordering::Relaxed) == self.heard_at_save {
            self.silent = true;
            self.tell_watching();
        }
        if rang(Alarm::Poll) {
            self.poll();
            self.look_at_framework();
        }
        if rang(Alarm::Base) && !self.saver.write_base(&self.shared) {
            self.set(Alarm::Base, Instant::now() + BASE);
        }
    }

    /// Takes in a framework of the team's own that was edited, as soon as it is sound; until then the last sound one stays.
    fn look_at_framework(&mut self) {
        let name = self.shared.core().incident.framework.clone();
        let stamp = |file: PathBuf| {
            let meta = std::fs::metadata(file).ok()?;
            Some((meta.modified().ok()?, meta.len()))
        };
        let repository = &self.shared.repository;
        let now = Seen {
            framework: repository.framework_file(&name).and_then(stamp),
            config: stamp(repository.config_file()),
            template: stamp(own_template(repository, &name)),
            name: name.clone(),
        };
        if self.framework.as_ref() == Some(&now) {
            return;
        }
        self.framework = Some(now);
        // The first look, or another framework, which is loaded with the incident that names it.
        let loaded = self.shared.repository.framework(&name);
        let mut core = self.shared.core();
        match loaded {
            Ok(framework) if core.framework == framework => return,
            Ok(framework) => {
                core.framework = framework;
                core.notice(
                    false,
                    format!("The framework {name} or the calendar was changed; its timers and rules are in force now."),
                );
            }
            Err(error) => core.notice(true, format!("The framework stays as it was: {error}")),
        }
        core.publish();
    }

    fn save(&mut self) {
        let heard = self.shared.heard.load(Ordering::Relaxed);
        let rest = self.saver.save(&self.shared);
        if rest.wrote {
            self.heard_at_save = heard;
            if self.watch.as_ref().is_some_and(Watch::is_armed) && self.alarms[Alarm::Event as usize].is_none() {
                self.set(Alarm::Event, Instant::now() + EVENT);
            }
        }
        self.after_save(rest);
    }

    fn after_save(&mut self, rest: Rest) {
        self.set_at(Alarm::Late, self.saver.next_late());
        self.set_at(Alarm::Retry, rest.again.map(|wait| Instant::now() + wait));
        if self.shared.disk().trouble.is_some() {
            self.trouble();
        }
    }

    /// The file is in trouble: tells it once it has lasted, and looks again.
    fn trouble(&mut self) {
        let mut disk = self.shared.disk();
        if let Some(wrong) = disk.untold() {
            drop(disk);
            self.saver.tell_trouble(&self.shared, &wrong);
            disk = self.shared.disk();
        }
        let next = disk.next_retry();
        drop(disk);
        self.set_at(Alarm::Trouble, next);
    }

    fn poll(&mut self) {
        self.polls += 1;
        if self.watch.as_ref().is_some_and(|watch| !watch.is_current()) {
            self.arm();
        }
        // Times of a remote file system are its own: now and then they are not believed.
        let thorough = self.is_polling() && self.polls.is_multiple_of(5);
        self.shared.disk().beside.doubt();
        self.shared.look(thorough);
        if self.shared.disk().is_copy_behind() {
            log::info!(
                "{}: the copy beside the file lacks what is known; it is written anew",
                self.shared.place.id
            );
            self.set(Alarm::Base, Instant::now());
        }
        if self.saver.sweep(&self.shared) {
            self.save();
        }
        self.set_poll();
    }

    fn arm(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.arm();
        }
        self.tell_watching();
        self.shared.look(true);
    }

    fn is_polling(&self) -> bool {
        self.remote || self.silent || !self.watch.as_ref().is_some_and(Watch::is_armed)
    }

    fn tell_watching(&mut self) {
        let watching = if self.is_polling() {
            Watching::Polling
        } else {
            Watching::Events
        };
        let mut core = self.shared.core();
        if core.watching != watching {
            core.watching = watching;
            core.publish();
            drop(core);
            log::info!("{}: the file is watched by {watching:?}", self.shared.place.id);
            self.set_poll();
        }
    }

    fn set_poll(&mut self) {
        let often = self.is_polling() || self.shared.disk().trouble.is_some();
        let pace = if often { POLLS.1 } else { POLLS.0 };
        self.set(Alarm::Poll, Instant::now() + pace);
    }

    fn set(&mut self, alarm: Alarm, at: Instant) {
        self.alarms[alarm as usize] = Some(at);
    }

    fn set_at(&mut self, alarm: Alarm, at: Option<Instant>) {
        self.alarms[alarm as usize] = at;
    }
}
