//! Where time comes from.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::incident::Time;

/// Where time comes from. Tests set it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Time;

    /// What it may be used for.
    fn kind(&self) -> ClockKind {
        ClockKind::Real
    }
}

/// What a clock may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// Whatever there is to do.
    Real,
    /// Set for a test: what is changed by it says so.
    Test,
    /// Set to look at another moment: nothing is changed by it.
    Look,
}

/// A clock that was set for a test.
pub struct TestClock<C>(pub C);

/// A clock that was set to look at another moment.
pub struct LookClock<C>(pub C);

impl<C: Clock> Clock for TestClock<C> {
    fn now(&self) -> Time {
        self.0.now()
    }

    fn kind(&self) -> ClockKind {
        ClockKind::Test
    }
}

impl<C: Clock> Clock for LookClock<C> {
    fn now(&self) -> Time {
        self.0.now()
    }

    fn kind(&self) -> ClockKind {
        ClockKind::Look
    }
}

/// What is said where something would be changed by a clock that only looks.
pub const ONLY_LOOKS: &str = "--now (and WARROOM_NOW) only look at another moment, so nothing was changed; leave it out, and say with --at when it happened";

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// A clock that stands still: `--now` on the command line.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub Time);

/// A clock that starts at a given instant and runs: `--now` in the console.
#[derive(Clone, Copy, Debug)]
pub struct RunningClock {
    start: Time,
    since: Instant,
}

impl RunningClock {
    /// It is `start` now.
    pub fn starting(start: Time) -> Self {
        Self {
            start,
            since: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Time {
        self.0
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Time {
        self.start.plus(self.since.elapsed())
    }
}
