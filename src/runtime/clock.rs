//! The console's clock: the machine's, or one that starts at a given instant and runs.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::incident::Time;
use crate::session::Clock;

/// A clock that runs.
#[derive(Clone, Copy, Debug)]
pub enum RunningClock {
    /// The machine's.
    System,
    /// `--now T`: it said `at` when the machine's monotonic clock said `then`.
    From {
        /// What it said.
        at: Time,
        /// When.
        then: Instant,
    },
}

impl RunningClock {
    /// Starts at `at`, or is the machine's.
    pub fn start(at: Option<Time>) -> Self {
        at.map_or(Self::System, |at| Self::From {
            at,
            then: Instant::now(),
        })
    }

    /// How long until it shows the next second; a little more, so that it is not asked too soon.
    pub fn until_next_second(&self) -> Duration {
        let into = self.now().millis().rem_euclid(1000) as u64;
        Duration::from_millis(1001 - into)
    }
}

impl Clock for RunningClock {
    fn now(&self) -> Time {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Time::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::From { at, then } => at.plus(then.elapsed()),
        }
    }
}

/// Seconds that local time is ahead of UTC at an instant.
pub fn local_offset(at: Time) -> i32 {
    use chrono::{Local, Offset, TimeZone};
    Local
        .offset_from_utc_datetime(&at.chrono().naive_utc())
        .fix()
        .local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_instant_runs_on() {
        let start = Time::from_millis(1_000_400);
        let clock = RunningClock::start(Some(start));
        let later = clock.now();
        assert!(later >= start && later.millis() < start.millis() + 60_000);
        let wait = clock.until_next_second().as_millis() as i64;
        assert!((1..=1001).contains(&wait));
    }
}
