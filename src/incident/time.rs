//! Instants, stamps and durations: their exact form in the file, and how people type them. No clock is read here.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC, in milliseconds since the Unix epoch. In the file: RFC 3339 with milliseconds and `Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// Earliest and latest instants that are accepted from a file or a person: years 1970 and 9999.
const BOUNDS: (i64, i64) = (0, 253_402_300_799_999);

impl Time {
    /// From milliseconds since the Unix epoch, clamped to the years 1970 to 9999.
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(BOUNDS.0, BOUNDS.1))
    }

    /// Whether there is no later instant.
    pub fn is_last(self) -> bool {
        self.0 == BOUNDS.1
    }

    /// From a chrono instant.
    pub fn from_chrono(at: DateTime<Utc>) -> Self {
        Self::from_millis(at.timestamp_millis())
    }

    /// Milliseconds since the Unix epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// As a chrono instant.
    pub fn chrono(self) -> DateTime<Utc> {
        Utc.timestamp_millis_opt(self.0).single().unwrap_or_default()
    }

    /// Reads any RFC 3339 instant between the years 1970 and 9999; seconds may be left out.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        if let Some(fast) = parse_canonical(text.as_bytes()) {
            return Some(fast);
        }
        let parsed = DateTime::parse_from_rfc3339(text)
            .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
            .map(|at| at.timestamp_millis())
            .or_else(|error| {
                let naive = text.strip_suffix('Z').or_else(|| text.strip_suffix('z')).ok_or(error)?;
                NaiveDateTime::parse_from_str(naive, "%Y-%m-%dT%H:%M").map(|at| at.and_utc().timestamp_millis())
            })
            .ok()?;
        (BOUNDS.0..=BOUNDS.1).contains(&parsed).then_some(Self(parsed))
    }

    /// This instant plus `by`, within the bounds.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// This instant minus `by`, within the bounds.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_sub(millis))
    }

    /// Signed seconds from `earlier` to this instant, rounded down.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(1000)
    }

    /// `14:05`, in UTC.
    pub fn hm(self) -> String {
        self.chrono().format("%H:%M").to_string()
    }

    /// The hour to the second, in UTC (`14:05:30`).
    pub fn hms(self) -> String {
        self.chrono().format("%H:%M:%S").to_string()
    }

    /// The calendar day in UTC.
    pub fn date(self) -> NaiveDate {
        self.chrono().date_naive()
    }

    /// The calendar year in UTC.
    pub fn year(self) -> i32 {
        self.chrono().year()
    }
}

/// `2026-11-20T14:05:02.117Z`, the only form this program writes, without the cost of a general parser.
fn parse_canonical(b: &[u8]) -> Option<Time> {
    if b.len() != 24
        || b[4] != b'-'
        || b[7] != b'-'
        || b[10] != b'T'
        || b[13] != b':'
        || b[16] != b':'
        || b[19] != b'.'
        || b[23] != b'Z'
    {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        b[range].iter().try_fold(0i64, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second, milli) = (number(11..13)?, number(14..16)?, number(17..19)?, number(20..23)?);
    if !(1..=12).contains(&month)
        || day < 1
        || day > days_in(year, month)
        || hour > 23
        || minute > 59
        || second > 59
        || year < 1970
    {
        return None;
    }
    // Days since the epoch by counting in years that begin in March.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(Time(
        ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + milli,
    ))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.chrono().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a time such as 2026-11-20T14:05:00Z")))
    }
}

/// Why a typed time or duration was refused, with what works instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {what}; try {example}")]
pub struct Nonsense {
    /// What was typed.
    pub given: String,
    /// `time` or `duration`.
    pub what: &'static str,
    /// Forms that work.
    pub example: &'static str,
}

/// A TIME that was read, and whether it was taken for the day before because it would lie ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The instant.
    pub at: Time,
    /// A time of day that is still to come today.
    pub day_before: bool,
}

/// Reads a TIME as people type it, in UTC, relative to `now`; see [`read_time`].
pub fn parse_time(text: &str, now: Time) -> Result<Time, Nonsense> {
    read_time(text, now, &|_| 0).map(|taken| taken.at)
}

/// Reads a TIME as people type it, relative to `now` and in the zone whose seconds ahead of UTC `offset` gives: `14:05`,
/// `14:05:30`, `2pm` (today, or the day before where that would lie more than a minute ahead), `yesterday 14:05`, `-5m`,
/// `-1h30m`, `now`, `2026-11-20 14:05`, and instants that name their zone, `14:05Z`, `2026-11-20T14:05+0100`.
pub fn read_time(text: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Result<Taken, Nonsense> {
    let nonsense = || Nonsense {
        given: text.chars().take(60).collect(),
        what: "time",
        example: "14:05, 2pm, yesterday 14:05, -5m, -1h30m or 2026-11-20T14:05Z",
    };
    let sure = |at| Taken { at, day_before: false };
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("now") {
        return Ok(sure(now));
    }
    if let Some(ago) = trimmed.strip_prefix('-') {
        let ago = parse_duration(ago).map_err(|_| nonsense())?;
        return Ok(sure(now.minus(ago)));
    }
    if let Some(at) = Time::parse_rfc3339(trimmed) {
        return Ok(sure(at));
    }
    let lower = trimmed.to_ascii_lowercase();
    let day_of = |ahead: i32| {
        let there = now.chrono() + chrono::TimeDelta::seconds(i64::from(ahead));
        there.date_naive()
    };
    let (day, rest) = match lower.split_once([' ', 't']) {
        Some((word, rest)) => match NaiveDate::parse_from_str(word, "%Y-%m-%d") {
            Ok(day) => (Some(Day::On(day)), rest.trim()),
            Err(_) => (None, lower.as_str()),
        },
        None => (None, lower.as_str()),
    };
    let (day, rest) = match (day, rest.strip_prefix("yesterday "), rest.strip_prefix("today ")) {
        (None, Some(rest), _) => (Some(Day::Before), rest),
        (None, None, Some(rest)) => (Some(Day::Same), rest),
        (day, ..) => (day, rest),
    };
    let (clock, zone) = zone_after(rest.trim());
    let clock = clock_time(clock).ok_or_else(nonsense)?;
    let there = |at: Time| zone.unwrap_or_else(|| offset(at));
    let today = day_of(there(now));
    let given = day;
    let day = match given {
        Some(Day::On(day)) => day,
        Some(Day::Before) => today.pred_opt().ok_or_else(nonsense)?,
        Some(Day::Same) | None => today,
    };
    let instant = |day: NaiveDate| {
        let naive = day.and_time(clock).and_utc().timestamp_millis();
        // The zone's offset is that of the instant itself, which two steps find.
        let near = naive.checked_sub(i64::from(there(now)) * 1000)?;
        let at = naive.checked_sub(i64::from(there(Time::from_millis(near))) * 1000)?;
        (BOUNDS.0..=BOUNDS.1).contains(&at).then_some(Time(at))
    };
    let at = instant(day).ok_or_else(nonsense)?;
    if given.is_none() && at.millis() - now.millis() > 60_000 {
        let before = day.pred_opt().and_then(instant).ok_or_else(nonsense)?;
        return Ok(Taken {
            at: before,
            day_before: true,
        });
    }
    Ok(sure(at))
}

/// The day that was named.
#[derive(Clone, Copy)]
enum Day {
    Same,
    Before,
    On(NaiveDate),
}

/// `14:05+01:00`, `14:05 utc`, `14:05z`: the time of day, and seconds ahead of UTC where a zone is named.
fn zone_after(text: &str) -> (&str, Option<i32>) {
    for name in ["utc", "gmt", "z"] {
        if let Some(clock) = text.strip_suffix(name) {
            return (clock.trim_end(), Some(0));
        }
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return (text, None);
    };
    let (clock, sign) = (text[..at].trim_end(), if text[at..].starts_with('-') { -1 } else { 1 });
    let digits = text[at + 1..].replacen(':', "", 1);
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i32>().ok();
    let proper = digits.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes) = match digits.len() {
        2 => (number(0..2), Some(0)),
        4 => (number(0..2), number(2..4)),
        _ => (None, None),
    };
    match (hours, minutes) {
        (Some(hours), Some(minutes)) if proper && hours <= 14 && minutes < 60 => {
            (clock, Some(sign * (hours * 3600 + minutes * 60)))
        }
        _ => (text, None),
    }
}

/// `14:05`, `14:05:30`, `14:05:30.250`, `2pm`, `2:05 p.m.`, in lower case.
fn clock_time(text: &str) -> Option<NaiveTime> {
    let half = [("a.m.", 0), ("p.m.", 12), ("am", 0), ("pm", 12)]
        .into_iter()
        .find_map(|(word, add)| Some((text.strip_suffix(word)?.trim_end(), add)));
    let Some((clock, add)) = half else {
        return NaiveTime::parse_from_str(text, "%H:%M:%S%.f")
            .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M"))
            .ok();
    };
    let mut parts = clock.split(':');
    let number = |part: Option<&str>| {
        let part = part.unwrap_or("0");
        ((1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    let hour = number(parts.next()).filter(|hour| (1..=12).contains(hour))?;
    let (minute, second) = (number(parts.next())?, number(parts.next())?);
    if parts.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_opt(hour % 12 + add, minute, second)
}

/// Longest duration that is accepted: ten years.
const LONGEST: u64 = 3653 * 86_400;

/// Reads a DURATION: `90s`, `15m`, `15min`, `1h30`, `1h30m`, `2d`, `1w`; at most ten years, more than zero. A number alone
/// has no unit and is refused.
pub fn parse_duration(text: &str) -> Result<Duration, Nonsense> {
    let nonsense = || Nonsense {
        given: text.chars().take(60).collect(),
        what: "duration",
        example: "90s, 15m, 1h30m or 2d",
    };
    let lower = text.trim().to_ascii_lowercase();
    let mut seconds = 0u64;
    let mut rest = lower.as_str();
    let mut last_unit = None;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| nonsense())?;
        let after = rest[digits..].trim_start();
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let unit = match (&after[..letters], last_unit) {
            ("s" | "sec" | "secs" | "second" | "seconds", _) => 1,
            ("m" | "min" | "mins" | "minute" | "minutes", _) => 60,
            ("h" | "hr" | "hrs" | "hour" | "hours", _) => 3600,
            ("d" | "day" | "days", _) => 86_400,
            ("w" | "week" | "weeks", _) => 604_800,
            // `1h30`: the next smaller unit, where it fits into the one before and ends the duration.
            ("", Some(3600)) if after.is_empty() && number < 60 => 60,
            ("", Some(60)) if after.is_empty() && number < 60 => 1,
            _ => return Err(nonsense()),
        };
        if last_unit.is_some_and(|last| unit >= last) {
            return Err(nonsense());
        }
        last_unit = Some(unit);
        seconds = number
            .checked_mul(unit)
            .and_then(|more| seconds.checked_add(more))
            .ok_or_else(nonsense)?;
        rest = after[letters..].trim_start();
    }
    if seconds == 0 || seconds > LONGEST {
        Err(nonsense())
    } else {
        Ok(Duration::from_secs(seconds))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn canonical_form_is_read_and_written_alike() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "2026-02-28T23:59:59.999Z",
            "2024-02-29T12:00:00.001Z",
            "9999-12-31T23:59:59.999Z",
        ] {
            assert_eq!(at(text).to_string(), text);
            let slow = DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
            assert_eq!(at(text).millis(), slow);
        }
    }

    #[test]
    fn other_zones_and_short_forms() {
        assert_eq!(at("2026-11-20T14:05Z"), at("2026-11-20T14:05:00.000Z"));
        assert_eq!(at("2026-11-20T16:05:00+02:00"), at("2026-11-20T14:05:00Z"));
        for bad in [
            "2026-02-30T00:00:00.000Z",
            "0000-01-01T00:00:00.000Z",
            "2026-11-20",
            "yesterday",
            "",
        ] {
            assert_eq!(Time::parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn typed_times() {
        let now = at("2026-11-20T14:05:30Z");
        assert_eq!(parse_time("14:05", now).unwrap(), at("2026-11-20T14:05:00Z"));
        assert_eq!(parse_time("23:50", now).unwrap(), at("2026-11-19T23:50:00Z"));
        assert_eq!(parse_time("-1h30m", now).unwrap(), at("2026-11-20T12:35:30Z"));
        assert_eq!(parse_time("now", now).unwrap(), now);
        for bad in ["25:00", "-", "-5", "soon", "14.05", "--5m"] {
            assert!(parse_time(bad, now).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_read_in_the_zone_that_is_shown() {
        // Berlin's winter, and its summer before the last Sunday of October at 01:00 UTC.
        let turn = at("2026-10-25T01:00:00Z");
        let berlin = |at: Time| if at < turn { 7200 } else { 3600 };
        let now = at("2026-11-25T02:51:00Z");
        for (text, wanted, before) in [
            ("03:48", "2026-11-25T02:48:00Z", false),
            ("3:48am", "2026-11-25T02:48:00Z", false),
            ("3:48 a.m.", "2026-11-25T02:48:00Z", false),
            ("2pm", "2026-11-24T13:00:00Z", true),
            ("12am", "2026-11-24T23:00:00Z", false),
            ("04:30", "2026-11-24T03:30:00Z", true),
            ("02:48Z", "2026-11-25T02:48:00Z", false),
            ("02:48 UTC", "2026-11-25T02:48:00Z", false),
            ("yesterday 14:05", "2026-11-24T13:05:00Z", false),
            ("Yesterday 2pm", "2026-11-24T13:00:00Z", false),
            ("today 03:00", "2026-11-25T02:00:00Z", false),
            ("2026-10-20 14:05", "2026-10-20T12:05:00Z", false),
            ("2026-11-20 14:05", "2026-11-20T13:05:00Z", false),
            ("2026-11-20T14:05", "2026-11-20T13:05:00Z", false),
            ("2026-11-20 14:05+0200", "2026-11-20T12:05:00Z", false),
            ("2026-11-20T14:05:30+0100", "2026-11-20T13:05:30Z", false),
            ("2026-11-20T14:05:30-05", "2026-11-20T19:05:30Z", false),
            ("2026-11-20 14:05Z", "2026-11-20T14:05:00Z", false),
        ] {
            let taken = read_time(text, now, &berlin);
            assert_eq!(
                taken,
                Ok(Taken {
                    at: at(wanted),
                    day_before: before
                }),
                "{text}"
            );
        }
        for bad in [
            "yesterday",
            "13pm",
            "0am",
            "2026-11-20",
            "14:05+99",
            "2026-13-01 10:00",
            "tomorrow 10:00",
            "pm",
        ] {
            assert!(read_time(bad, now, &berlin).is_err(), "{bad}");
        }
    }

    #[test]
    fn typed_durations() {
        assert_eq!(parse_duration("1h30m").unwrap(), Duration::from_secs(5400));
        assert_eq!(parse_duration("2d").unwrap(), Duration::from_secs(172_800));
        for bad in [
            "",
            "0s",
            "5",
            "m",
            "30m1h",
            "99999999999999999999d",
            "999999d",
            "1.5h",
            "90",
            "1h90",
            "1d12",
            "15:30",
        ] {
            assert!(parse_duration(bad).is_err(), "{bad}");
        }
        for (text, seconds) in [
            ("15min", 900),
            ("15 min", 900),
            ("1h30", 5400),
            ("2 hours", 7200),
            ("1H30M", 5400),
            ("1m30", 90),
        ] {
            assert_eq!(parse_duration(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        for text in ["45s", "15m", "1h30m", "2d", "1m30s"] {
            assert_eq!(format_duration(parse_duration(text).unwrap()), text);
        }
    }

    #[test]
    fn clocks() {
        assert_eq!(format_clock(252), "04:12");
        assert_eq!(format_clock(-131), "02:11");
        assert_eq!(format_clock(3_731), "1:02:11");
        assert_eq!(format_clock(2 * 86_400 + 11_469), "2d 03:11:09");
    }
}
