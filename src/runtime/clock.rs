//! Seconds and zones: when the next second begins, and how far local time is ahead.

use std::time::Duration;

use crate::incident::Time;

/// The second after `now`, and how long until it begins; a little more, so that it is not asked too soon.
pub(super) fn next_second(now: Time) -> (i64, Duration) {
    let into = now.millis().rem_euclid(1000) as u64;
    (now.millis().div_euclid(1000) + 1, Duration::from_millis(1001 - into))
}

/// Seconds that local time is ahead of UTC at an instant.
pub fn local_offset(at: Time) -> i32 {
    use chrono::{Local, Offset, TimeZone};
    let there = Local.offset_from_utc_datetime(&at.chrono().naive_utc());
    there.fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_met_just_after_they_begin() {
        for (millis, wait) in [(1_000_000, 1001), (1_000_400, 601), (1_000_999, 2)] {
            assert_eq!(
                next_second(Time::from_millis(millis)),
                (1001, Duration::from_millis(wait))
            );
        }
    }
}
