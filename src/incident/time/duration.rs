//! Durations: as people type them, and as they are shown.

use std::time::Duration;

use super::Nonsense;

/// Longest duration that is accepted: ten years.
const LONGEST: u64 = 3653 * 86_400;

/// A unit by its name, in seconds.
fn unit(name: &str) -> Option<u64> {
    Some(match name {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        "w" | "wk" | "week" | "weeks" => 604_800,
        _ => return None,
    })
}

/// Reads a DURATION: `90s`, `15m`, `15 min`, `1h30`, `1h30m`, `1.5h`, `2d`, `1w`, `an hour`, `half an hour`; at most ten years,
/// more than zero. A number alone has no unit and is refused.
pub fn parse_duration(text: &str) -> Result<Duration, Nonsense> {
    let lower = text.trim().to_ascii_lowercase();
    let bare = !lower.is_empty() && lower.bytes().all(|byte| byte.is_ascii_digit());
    let nonsense = || Nonsense {
        given: text.chars().take(60).collect(),
        what: "duration",
        example: if bare {
            "a unit with it: 90s, 15m or 2h"
        } else {
            "90s, 15m, 1h30m or 2d"
        },
    };
    let seconds = worded(&lower).or_else(|| parts(&lower)).ok_or_else(nonsense)?;
    if seconds == 0 || seconds > LONGEST {
        Err(nonsense())
    } else {
        Ok(Duration::from_secs(seconds))
    }
}

/// `an hour`, `half an hour`, `a minute`.
fn worded(text: &str) -> Option<u64> {
    let (half, rest) = match text.strip_prefix("half ") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let name = rest.strip_prefix("an ").or_else(|| rest.strip_prefix("a "))?;
    let whole = unit(name.trim())?;
    Some(if half { whole / 2 } else { whole })
}

/// Numbers with their units, the larger ones first.
fn parts(text: &str) -> Option<u64> {
    let mut seconds = 0u64;
    let mut rest = text;
    let mut last_unit = None;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().ok()?;
        let (fraction, after) = fraction(&rest[digits..]);
        let after = after.trim_start();
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let size = match (&after[..letters], last_unit) {
            // `1h30`: the next smaller unit, where it fits into the one before and ends the duration.
            ("", Some(3600)) if after.is_empty() && number < 60 => 60,
            ("", Some(60)) if after.is_empty() && number < 60 => 1,
            (name, _) => unit(name)?,
        };
        let last = after[letters..].trim_start();
        // Only the last may have a fraction, and a fraction of a second is none.
        if last_unit.is_some_and(|last| size >= last) || fraction > 0 && (!last.is_empty() || letters == 0) {
            return None;
        }
        last_unit = Some(size);
        let more = number.checked_mul(size)?.checked_add(fraction * size / 1000)?;
        seconds = seconds.checked_add(more)?;
        rest = last;
    }
    Some(seconds)
}

/// `.5` and what follows, in thousandths.
fn fraction(text: &str) -> (u64, &str) {
    let Some(rest) = text.strip_prefix(['.', ',']) else {
        return (0, text);
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 {
        return (0, text);
    }
    let thousandths: String = rest[..digits].chars().chain("000".chars()).take(3).collect();
    (thousandths.parse().unwrap_or(0), &rest[digits..])
}

/// A duration as people read it: `45s`, `15m`, `1h30m`, `2d`. Two units at most.
pub fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, name) in units {
        if rest >= size && parts.len() < 2 {
            parts.push(format!("{}{name}", rest / size));
            rest %= size;
        } else if !parts.is_empty() {
            break;
        }
    }
    if parts.is_empty() { "0s".into() } else { parts.concat() }
}

/// A running clock: `04:12`, `1:02:11`, `2d 03:11:09`. Always the absolute value; the sign is the caller's to show.
pub fn format_clock(seconds: i64) -> String {
    let total = seconds.unsigned_abs();
    let (days, hours, minutes, secs) = (total / 86_400, total / 3600 % 24, total / 60 % 60, total % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes:02}:{secs:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{secs:02}"),
        _ => format!("{days}d {hours:02}:{minutes:02}:{secs:02}"),
    }
}
