//! Business time: clocks that count working days or working hours rest outside of them. Pure.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use tz::TimeZone;

use crate::incident::Time;
use crate::incident::time::{format_duration, parse_duration};

/// A time of a framework: `15m` on the clock, `5bd` in business days, `8bh` in business hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// On the clock, day and night.
    Elapsed(Duration),
    /// So many business days: the same hour of a later one.
    Days(u16),
    /// So many hours of business.
    Hours(u16),
}

impl Span {
    /// Reads one; `0s` is at once.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |unit| text.strip_suffix(unit)?.trim_end().parse::<u16>().ok();
        if let Some(days) = number("bd") {
            return Some(Self::Days(days));
        }
        if let Some(hours) = number("bh") {
            return Some(Self::Hours(hours));
        }
        if text == "0s" {
            return Some(Self::Elapsed(Duration::ZERO));
        }
        parse_duration(text).ok().map(Self::Elapsed)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Elapsed(duration) => f.write_str(&format_duration(*duration)),
            Self::Days(days) => write!(f, "{days} business days"),
            Self::Hours(hours) => write!(f, "{hours} business hours"),
        }
    }
}

/// A time zone of this system's tables (`Europe/Berlin`), or one that is written out (`CET-1CEST,M3.5.0,M10.5.0/3`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// One with its rules.
    pub fn new(name: &str, rules: TimeZone) -> Self {
        Self {
            name: name.to_owned(),
            rules,
        }
    }

    /// What the zone is called at a moment (`CEST`), given in seconds since the Unix epoch; `None` where it is UTC itself.
    pub fn called(&self, at: i64) -> Option<&str> {
        let known = self.rules.find_local_time_type(at).ok()?;
        let called = known.time_zone_designation();
        (!called.is_empty() && !matches!(called, "UTC" | "GMT")).then_some(called)
    }

    /// Seconds ahead of UTC at a moment, given in seconds since the Unix epoch.
    pub fn ahead(&self, at: i64) -> i64 {
        let known = self.rules.find_local_time_type(at);
        known.map_or(0, |kind| i64::from(kind.ut_offset()))
    }
}

/// When a team works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Whose noon it is.
    pub zone: Zone,
    /// Working days, Monday first.
    pub days: [bool; 7],
    /// Begin of a working day.
    pub from: NaiveTime,
    /// Its end, later than the begin.
    pub to: NaiveTime,
    /// Days on which nobody works.
    pub holidays: BTreeSet<NaiveDate>,
    /// The zone that is meant, where this machine knows none of that name and UTC stands in for it.
    pub lacking: Option<String>,
}

impl Default for Calendar {
    /// Monday to Friday, nine to five, UTC.
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            zone: Zone::new("UTC", TimeZone::utc()),
            days: [true, true, true, true, true, false, false],
            from: hour(9),
            to: hour(17),
            holidays: BTreeSet::new(),
            lacking: None,
        }
    }
}

/// Days that are looked through for a working one.
const FAR: usize = 4_000;

impl Calendar {
    /// The moment that is `span` after `start`.
    pub fn after(&self, start: Time, span: Span) -> Time {
        match span {
            Span::Elapsed(duration) => start.plus(duration),
            Span::Days(days) => self.days_after(start, days).unwrap_or(start),
            Span::Hours(hours) => self.hours_after(start, hours).unwrap_or(start),
        }
    }

    /// That the team's zone is not known here, and what to do: a sentence without its end.
    pub fn lacks(&self) -> Option<String> {
        let zone = self.lacking.as_ref()?;
        Some(format!(
            "zone {zone} of the business hours is not known on this machine, so UTC counts here and timers may differ from those of others; \
             install the system's zone tables (tzdata), or write its rules out, such as CET-1CEST,M3.5.0,M10.5.0/3"
        ))
    }

    /// Whether the team works at a moment.
    pub fn is_open(&self, at: Time) -> bool {
        let local = self.local(at);
        self.works(local.date()) && local.time() >= self.from && local.time() < self.to
    }

    /// The time of day in the team's zone, with what the zone is called (`15:45 CET`); `None` where that is UTC.
    pub fn clock(&self, at: Time) -> Option<String> {
        let called = self.zone.called(at.millis().div_euclid(1000))?;
        let offset = if called.starts_with(['+', '-']) { "UTC" } else { "" };
        Some(format!("{} {offset}{called}", self.local(at).format("%H:%M")))
    }

    /// The calendar day at a moment: in the team's zone, or in one that is so many seconds ahead of UTC.
    pub fn day(&self, at: Time, zone: Option<i32>) -> NaiveDate {
        match zone {
            Some(ahead) => (at.chrono().naive_utc() + TimeDelta::seconds(ahead.into())).date(),
            None => self.local(at).date(),
        }
    }

    /// The moment at which it is this time of day, in the same sense.
    pub fn at(&self, day: NaiveDate, hour: u32, minute: u32, zone: Option<i32>) -> Option<Time> {
        let local = day.and_hms_opt(hour, minute, 0)?;
        Some(match zone {
            Some(ahead) => Time::from_chrono((local - TimeDelta::seconds(ahead.into())).and_utc()),
            None => self.time(local),
        })
    }

    fn works(&self, day: NaiveDate) -> bool {
        self.days[day.weekday().num_days_from_monday() as usize] && !self.holidays.contains(&day)
    }

    fn local(&self, at: Time) -> NaiveDateTime {
        let seconds = at.millis().div_euclid(1000);
        at.chrono().naive_utc() + TimeDelta::seconds(self.zone.ahead(seconds))
    }

    /// An hour that summer time skips is taken as the one after it.
    fn time(&self, local: NaiveDateTime) -> Time {
        let as_utc = local.and_utc().timestamp();
        // What the zone is ahead by on the days around; the one that fits is right, of two the one that comes first.
        let around = [-86_400, 86_400].map(|away| self.zone.ahead(as_utc + away));
        let fitting = around
            .iter()
            .map(|ahead| as_utc - ahead)
            .filter(|at| at + self.zone.ahead(*at) == as_utc)
            .min();
        let seconds = fitting.unwrap_or(as_utc - around[0]);
        let utc = DateTime::from_timestamp(seconds, local.and_utc().timestamp_subsec_nanos());
        utc.map_or_else(Time::default, Time::from_chrono)
    }

    /// The first working day from this one on.
    fn next_day(&self, from: NaiveDate) -> Option<NaiveDate> {
        from.iter_days().take(FAR).find(|day| self.works(*day))
    }

    /// The moment itself where it is within business, else the next opening.
    fn opening(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let today = local.date();
        if self.works(today) && local.time() < self.to {
            return Some(local.max(today.and_time(self.from)));
        }
        Some(self.next_day(today.succ_opt()?)?.and_time(self.from))
    }

    fn days_after(&self, start: Time, days: u16) -> Option<Time> {
        let mut local = self.opening(self.local(start))?;
        for _ in 0..days {
            local = self
                .next_day(local.date().checked_add_days(Days::new(1))?)?
                .and_time(local.time());
        }
        Some(self.time(local))
    }

    fn hours_after(&self, start: Time, hours: u16) -> Option<Time> {
        let mut left = TimeDelta::hours(i64::from(hours));
        let mut local = self.opening(self.local(start))?;
        loop {
            let today = local.date().and_time(self.to) - local;
            if left <= today {
                return Some(self.time(local + left));
            }
            left -= today;
            local = self.next_day(local.date().succ_opt()?)?.and_time(self.from);
        }
    }

    /// `Mon-Fri 09:00-17:00 Europe/Berlin`.
    pub fn describe(&self) -> String {
        let names: Vec<String> = WEEK
            .iter()
            .zip(self.days)
            .filter(|(_, works)| *works)
            .map(|(day, _)| day.to_string())
            .collect();
        let days = match names.as_slice() {
            [first, .., last]
                if names.len() > 2 && self.days.iter().skip_while(|d| !**d).take(names.len()).all(|d| *d) =>
            {
                format!("{first}-{last}")
            }
            names => names.join(", "),
        };
        let (from, to) = (self.from.format("%H:%M"), self.to.format("%H:%M"));
        let holidays = match self.holidays.len() {
            0 => String::new(),
            1 => ", 1 holiday".to_owned(),
            more => format!(", {more} holidays"),
        };
        format!("{days} {from}-{to} {}{holidays}", self.zone.name)
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Reads working days: `Mon-Fri`, `Sun, Tue-Thu`; Monday first.
pub fn parse_days(text: &str) -> Option<[bool; 7]> {
    let mut days = [false; 7];
    let number = |word: &str| Some(word.trim().parse::<Weekday>().ok()?.num_days_from_monday() as usize);
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (number(first)?, number(last)?);
        loop {
            days[day] = true;
            if day == last {
                break;
            }
            day = (day + 1) % 7;
        }
    }
    Some(days)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A zone that is written out: the same on every machine.
    fn written(rules: &str) -> Zone {
        Zone::new(rules, TimeZone::from_posix_tz(rules).unwrap())
    }

    fn at(text: &str) -> Time {
        Time::parse_rfc3339(text).unwrap()
    }

    fn after(calendar: &Calendar, start: &str, span: &str) -> String {
        let end = calendar.after(at(start), Span::parse(span).unwrap());
        end.chrono().format("%a %Y-%m-%d %H:%M").to_string()
    }

    #[test]
    fn business_days_rest_at_night_and_on_weekends() {
        let utc = Calendar::default();
        // 2026-11-20 is a Friday.
        assert_eq!(after(&utc, "2026-11-20T14:05Z", "1bd"), "Mon 2026-11-23 14:05");
        assert_eq!(after(&utc, "2026-11-20T14:05Z", "5bd"), "Fri 2026-11-27 14:05");
        assert_eq!(
            after(&utc, "2026-11-21T03:00Z", "1bd"),
            "Tue 2026-11-24 09:00",
            "a Saturday counts from Monday"
        );
        assert_eq!(
            after(&utc, "2026-11-20T17:00Z", "1bd"),
            "Tue 2026-11-24 09:00",
            "after hours, too"
        );
        assert_eq!(after(&utc, "2026-11-20T06:00Z", "0bd"), "Fri 2026-11-20 09:00");
        assert_eq!(after(&utc, "2026-11-20T16:00Z", "2bh"), "Mon 2026-11-23 10:00");
        assert_eq!(after(&utc, "2026-11-20T16:00Z", "8bh"), "Mon 2026-11-23 16:00");
        assert_eq!(
            after(&utc, "2026-11-20T16:00Z", "90m"),
            "Fri 2026-11-20 17:30",
            "the clock does not rest"
        );
    }

    #[test]
    fn a_zone_its_summer_time_and_holidays() {
        let mut berlin = Calendar {
            zone: written("CET-1CEST,M3.5.0,M10.5.0/3"),
            ..Calendar::default()
        };
        assert_eq!(
            after(&berlin, "2026-11-20T16:30Z", "1bd"),
            "Tue 2026-11-24 08:00",
            "half past five there"
        );
        // Over the change of the clocks on 2026-10-25 the local hour stays.
        assert_eq!(after(&berlin, "2026-10-23T10:00Z", "1bd"), "Mon 2026-10-26 11:00");
        berlin.holidays.insert(NaiveDate::from_ymd_opt(2026, 12, 25).unwrap());
        assert_eq!(after(&berlin, "2026-12-24T10:00Z", "1bd"), "Mon 2026-12-28 10:00");
        assert!(berlin.is_open(at("2026-11-20T15:59Z")) && !berlin.is_open(at("2026-11-20T16:00Z")));
        assert_eq!(
            berlin.describe(),
            "Mon-Fri 09:00-17:00 CET-1CEST,M3.5.0,M10.5.0/3, 1 holiday"
        );
    }

    #[test]
    fn days_as_people_write_them() {
        assert_eq!(parse_days("Mon-Fri"), Some(Calendar::default().days));
        assert_eq!(
            parse_days("sun-thu").map(|d| d[4] || d[5]),
            Some(false),
            "around the week's end"
        );
        assert_eq!(
            parse_days("tue, thursday").map(|d| d.iter().filter(|d| **d).count()),
            Some(2)
        );
        for bad in ["", "monfri", "Mon-", "1-5"] {
            assert_eq!(parse_days(bad), None, "{bad}");
        }
        for bad in ["bd", "1xd", "-1bd", "70000bd"] {
            assert_eq!(Span::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn more_is_never_sooner_and_ends_in_business(start in 1_700_000_000_000i64..1_900_000_000_000, days in 0u16..40, hours in 0u16..200) {
            let calendar = Calendar { zone: written("EST5EDT,M3.2.0,M11.1.0"), ..Calendar::default() };
            let start = Time::from_millis(start);
            let (one, two) = (calendar.after(start, Span::Days(days)), calendar.after(start, Span::Days(days + 1)));
            prop_assert!(start <= one && one < two);
            prop_assert!(calendar.is_open(one));
            let (one, two) = (calendar.after(start, Span::Hours(hours)), calendar.after(start, Span::Hours(hours + 1)));
            prop_assert!(start <= one && one < two);
        }
    }
}
