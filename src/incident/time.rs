//! Instants and durations: their exact form in the file; how people type and write them is read in the files below. No clock is
//! read here.

mod duration;
pub mod place;
mod tables;
mod typed;
pub mod written;
mod zones;

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use duration::{format_clock, format_duration, parse_duration};
pub use place::Odd;
pub use typed::{Span, Taken, parse_time, prefix, read_due, read_past_day, read_span, read_time};
pub use zones::Shared;

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

    /// The day and the hour as they stand in a sentence, in UTC (`2026-11-20 14:05:30 UTC`).
    pub fn said(self) -> String {
        self.chrono().format("%Y-%m-%d %H:%M:%S UTC").to_string()
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
            ("at 03:48", "2026-11-25T02:48:00Z", false),
            ("14h05", "2026-11-24T13:05:00Z", true),
            ("noon", "2026-11-24T11:00:00Z", true),
            ("midnight", "2026-11-24T23:00:00Z", false),
            ("yesterday noon", "2026-11-24T11:00:00Z", false),
            ("yesterday at 2:05 PM", "2026-11-24T13:05:00Z", false),
            ("14:05 yesterday", "2026-11-24T13:05:00Z", false),
            ("5m ago", "2026-11-25T02:46:00Z", false),
            ("half an hour ago", "2026-11-25T02:21:00Z", false),
            ("\u{2212}5m", "2026-11-25T02:46:00Z", false),
            // The 25th is a Wednesday.
            ("monday 14:05", "2026-11-23T13:05:00Z", false),
            ("Wed 2pm", "2026-11-18T13:00:00Z", false),
            ("wed 03:00", "2026-11-25T02:00:00Z", false),
            ("last tuesday at 14:05", "2026-11-24T13:05:00Z", false),
            ("Nov 20 14:05", "2026-11-20T13:05:00Z", false),
            ("20 Nov 14:05", "2026-11-20T13:05:00Z", false),
            ("November 20th, 2026 at 2:05 p.m.", "2026-11-20T13:05:00Z", false),
            ("dec 31 23:00", "2025-12-31T21:00:00Z", false),
            ("20.11.2026 14:05", "2026-11-20T13:05:00Z", false),
            ("20/11/2026 14:05", "2026-11-20T13:05:00Z", false),
            ("11/20/2026 14:05", "2026-11-20T13:05:00Z", false),
            ("14:05 20.11.2026", "2026-11-20T13:05:00Z", false),
            ("20261120T140530Z", "2026-11-20T14:05:30Z", false),
            ("14:05 CET", "2026-11-24T13:05:00Z", true),
            ("2026-11-20 14:05 PST", "2026-11-20T22:05:00Z", false),
            ("2026-11-20 14:05 UTC+2", "2026-11-20T12:05:00Z", false),
            ("0205Z", "2026-11-25T02:05:00Z", false),
        ] {
            let odd = before.then_some(Odd::DayBefore);
            let taken = read_time(text, now, &berlin);
            assert_eq!(taken, Ok(Taken { at: at(wanted), odd }), "{text}");
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
            "14",
            "1405",
            "2026",
            "1763990430",
            "20.11.",
            "14:05 or so",
            "25:00",
            "14:60",
            "ago",
            "-",
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
            "1.5",
            "1.5h30",
            "1.h",
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
            ("1.5h", 5400),
            ("1,5h", 5400),
            ("0.5 h", 1800),
            ("15 m", 900),
            ("an hour", 3600),
            ("half an hour", 1800),
        ] {
            assert_eq!(parse_duration(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        for text in ["45s", "15m", "1h30m", "2d", "1m30s"] {
            assert_eq!(format_duration(parse_duration(text).unwrap()), text);
        }
    }

    #[test]
    fn an_end_is_not_missed_by_a_part_of_a_second() {
        let now = Time::from_millis(at("2026-11-25T14:00:00Z").millis() + 362);
        let span = read_span("until 15:30Z", now, &|_| 0).unwrap();
        let past = now.plus(span.length).millis() - at("2026-11-25T15:30:00Z").millis();
        assert!((0..1000).contains(&past), "{past} ms past the minute that was named");
    }

    #[test]
    fn spans_have_a_length_or_an_end() {
        let now = at("2026-11-25T14:00:00Z");
        let ends = |text: &str| {
            let span = read_span(text, now, &|_| 3600).map_err(|error| error.to_string())?;
            assert!(
                span.until.is_none_or(|taken| taken.at == now.plus(span.length)),
                "{text}"
            );
            Ok::<_, String>(now.plus(span.length).to_string()[..16].to_owned())
        };
        for (text, end) in [
            ("15min", "2026-11-25T14:15"),
            ("for 15 m", "2026-11-25T14:15"),
            ("in 1h30", "2026-11-25T15:30"),
            ("15:30", "2026-11-25T14:30"),
            ("until 15:30", "2026-11-25T14:30"),
            ("at 15:30", "2026-11-25T14:30"),
            ("until 14:30", "2026-11-26T13:30"),
            ("until 14:30Z", "2026-11-25T14:30"),
            ("until tomorrow 9am", "2026-11-26T08:00"),
            ("until noon", "2026-11-26T11:00"),
            ("until friday 09:00", "2026-11-27T08:00"),
            ("till Nov 28 10:00", "2026-11-28T09:00"),
            ("until 2026-11-25T18:00Z", "2026-11-25T18:00"),
        ] {
            assert_eq!(ends(text).as_deref(), Ok(end), "{text}");
        }
        for bad in [
            "",
            "until",
            "until yesterday 10:00",
            "until 2026-11-20 10:00",
            "later",
            "until later",
            "15",
        ] {
            assert!(ends(bad).is_err(), "{bad}");
        }
        assert!(ends("90").unwrap_err().contains("a unit"));
    }

    #[test]
    fn what_clocks_show_twice_or_never_is_said() {
        let (forward, back) = (at("2026-03-29T01:00:00Z"), at("2026-10-25T01:00:00Z"));
        let berlin = |at: Time| if at >= forward && at < back { 7200 } else { 3600 };
        let read = |text: &str, now: &str| {
            let taken = read_time(text, at(now), &berlin).unwrap();
            (taken.at.to_string()[..16].to_owned(), taken.odd)
        };
        let skipped = read("2026-03-29 02:30", "2026-03-29T12:00:00Z");
        assert_eq!(skipped, ("2026-03-29T01:30".into(), Some(Odd::Skipped)));
        let twice = |second| Some(Odd::Twice { second });
        assert_eq!(
            read("02:30", "2026-10-25T12:00:00Z"),
            ("2026-10-25T01:30".into(), twice(true))
        );
        // The second one is still to come.
        assert_eq!(
            read("02:30", "2026-10-25T00:40:00Z"),
            ("2026-10-25T00:30".into(), twice(false))
        );
        assert_eq!(
            read("02:30+02:00", "2026-10-25T12:00:00Z"),
            ("2026-10-25T00:30".into(), None)
        );
        assert_eq!(read("03:30", "2026-10-25T12:00:00Z"), ("2026-10-25T02:30".into(), None));
        assert_eq!(read("01:30", "2026-10-25T12:00:00Z").0, "2026-10-24T23:30");
    }

    #[test]
    fn clocks() {
        assert_eq!(format_clock(252), "04:12");
        assert_eq!(format_clock(-131), "02:11");
        assert_eq!(format_clock(3_731), "1:02:11");
        assert_eq!(format_clock(2 * 86_400 + 11_469), "2d 03:11:09");
    }
}
