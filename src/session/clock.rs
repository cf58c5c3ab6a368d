//! Where time comes from.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::incident::Time;

/// Where time comes from. Tests set it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Time;
}

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
