//! When a message that did not arrive is tried again: soon at first, since an incident goes on, then ever more seldom for a day.

use std::time::Duration;

/// Waits before the second try, the third, and so on; the last one repeats.
const WAITS_S: [u64; 7] = [2, 10, 30, 120, 600, 1800, 3600];
/// How long a message is tried for.
pub const GIVE_UP: Duration = Duration::from_secs(24 * 3600);
/// The longest wait that a receiver can ask for.
const LONGEST_S: u64 = 3600;

/// How long to wait after so many tries (at least one). A receiver that says how long is believed, within bounds. `spread` (any
/// number, of the message's id) moves it by a tenth at most, so that a hundred messages do not come back at one instant.
pub fn wait(tries: u32, asked: Option<u64>, spread: u64) -> Duration {
    let place = (tries.max(1) as usize - 1).min(WAITS_S.len() - 1);
    let base = WAITS_S[place] * 1000;
    let own = base + base / 10 * (spread % 1000) / 1000;
    let asked = asked.unwrap_or_default().min(LONGEST_S) * 1000;
    Duration::from_millis(own.max(asked))
}

/// What an answer of a receiver means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It has it.
    Delivered,
    /// Try again.
    Again,
    /// It will never take this message.
    Refused,
    /// It is not there any more.
    Gone,
}

/// What a status of HTTP means: only 2xx is success, and nothing that points elsewhere is followed. 404 is believed the second time.
pub fn verdict(status: u16, not_found_before: bool) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        410 => Verdict::Gone,
        404 if not_found_before => Verdict::Gone,
        400 | 413 | 415 | 422 => Verdict::Refused,
        _ => Verdict::Again,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_soon_at_first_then_hourly_and_a_receiver_can_ask_for_more() {
        let waits: Vec<u64> = (1..=9).map(|tries| wait(tries, None, 0).as_secs()).collect();
        assert_eq!(waits, [2, 10, 30, 120, 600, 1800, 3600, 3600, 3600]);
        assert_eq!(wait(1, Some(45), 0).as_secs(), 45);
        assert_eq!(wait(4, Some(5), 0).as_secs(), 120, "never sooner than our own");
        assert_eq!(wait(1, Some(1_000_000), 0).as_secs(), 3600);
        for spread in [0, 7, 999, u64::MAX] {
            let wait = wait(4, None, spread).as_millis();
            assert!((120_000..132_000).contains(&wait), "{wait}");
        }
    }

    #[test]
    fn each_status_has_its_meaning() {
        for (status, before, wanted) in [
            (200, false, Verdict::Delivered),
            (204, false, Verdict::Delivered),
            (301, false, Verdict::Again),
            (400, false, Verdict::Refused),
            (401, false, Verdict::Again),
            (404, false, Verdict::Again),
            (404, true, Verdict::Gone),
            (410, false, Verdict::Gone),
            (429, false, Verdict::Again),
            (500, false, Verdict::Again),
            (0, false, Verdict::Again),
        ] {
            assert_eq!(verdict(status, before), wanted, "{status}");
        }
    }
}
