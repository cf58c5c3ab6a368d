//! The span that a report is about: a week, a month, a quarter, or from one time to another, in a zone that is said.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::Serialize;

use crate::incident::Time;

/// Seconds that a zone is ahead of UTC at an instant.
pub type Offset<'a> = &'a dyn Fn(Time) -> i32;

/// A span of time with its name; `to` does not belong to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Period {
    /// What it is called: `2026-W47`, `2026-11`, `2026-Q4`, or both days.
    pub name: String,
    /// Its first instant.
    pub from: Time,
    /// The first instant after it.
    pub to: Time,
}

/// The kinds of period that have a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// ISO weeks, from Monday.
    Week,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar quarters.
    Quarter,
}

impl Period {
    /// The period of a kind that `given` names, or that holds `now` where it names none. `last` is the one before.
    pub fn named(kind: Kind, given: Option<&str>, now: Time, offset: Offset<'_>) -> Result<Self, String> {
        let today = local(now, offset).ok_or("this day is out of bounds")?;
        let first = match given.map(str::trim).filter(|given| !given.is_empty()) {
            None | Some("this") => start_of(kind, today),
            Some("last") => start_of(kind, today).and_then(|first| start_of(kind, first.pred_opt()?)),
            Some(given) => read(kind, given),
        };
        let first = first.ok_or_else(|| {
            let example = match kind {
                Kind::Week => "2026-W47",
                Kind::Month => "2026-11",
                Kind::Quarter => "2026-Q4",
            };
            format!(
                "`{}` is no such period; try {example}, this or last",
                given.unwrap_or_default()
            )
        })?;
        Self::from_day(kind, first, offset).ok_or_else(|| "that period is out of bounds".to_owned())
    }

    /// The one before it, of the same kind or length.
    #[must_use]
    pub fn before(&self, kind: Option<Kind>, offset: Offset<'_>) -> Self {
        let named = kind.and_then(|kind| {
            let day = local(self.from, offset)?.pred_opt()?;
            Self::from_day(kind, start_of(kind, day)?, offset)
        });
        named.unwrap_or_else(|| {
            let length = self.to.millis() - self.from.millis();
            Self::between(Time::from_millis(self.from.millis() - length), self.from)
        })
    }

    /// From one instant to another.
    pub fn between(from: Time, to: Time) -> Self {
        let day = |at: Time| at.chrono().format("%Y-%m-%d %H:%M").to_string();
        Self {
            name: format!("{} to {}", day(from), day(to)),
            from,
            to,
        }
    }

    /// Whether an instant lies in it.
    pub fn holds(&self, at: Time) -> bool {
        self.from <= at && at < self.to
    }

    fn from_day(kind: Kind, first: NaiveDate, offset: Offset<'_>) -> Option<Self> {
        let (name, after) = match kind {
            Kind::Week => {
                let week = first.iso_week();
                (
                    format!("{:04}-W{:02}", week.year(), week.week()),
                    first.checked_add_days(Days::new(7))?,
                )
            }
            Kind::Month => (
                first.format("%Y-%m").to_string(),
                first.checked_add_months(Months::new(1))?,
            ),
            Kind::Quarter => (
                format!("{:04}-Q{}", first.year(), first.month0() / 3 + 1),
                first.checked_add_months(Months::new(3))?,
            ),
        };
        Some(Self {
            name,
            from: midnight(first, offset)?,
            to: midnight(after, offset)?,
        })
    }
}

/// The calendar day of an instant in a zone.
pub fn local(at: Time, offset: Offset<'_>) -> Option<NaiveDate> {
    let there = at
        .chrono()
        .checked_add_signed(chrono::Duration::seconds(i64::from(offset(at))))?;
    Some(there.date_naive())
}

/// The instant at which a day begins in a zone.
fn midnight(day: NaiveDate, offset: Offset<'_>) -> Option<Time> {
    let there = day.and_hms_opt(0, 0, 0)?.and_utc();
    let utc = Time::from_chrono(there);
    // Asked twice, since the zone may change between UTC's midnight and its own.
    let first = Time::from_millis(utc.millis() - i64::from(offset(utc)) * 1000);
    Some(Time::from_millis(utc.millis() - i64::from(offset(first)) * 1000))
}

fn start_of(kind: Kind, day: NaiveDate) -> Option<NaiveDate> {
    match kind {
        Kind::Week => Some(day.week(Weekday::Mon).first_day()),
        Kind::Month => day.with_day(1),
        Kind::Quarter => day.with_day(1)?.with_month(day.month0() / 3 * 3 + 1),
    }
}

/// `2026-W47` (also `2026W47`), `2026-11`, `2026-Q4`; a day stands for the period that it lies in.
fn read(kind: Kind, given: &str) -> Option<NaiveDate> {
    if let Ok(day) = NaiveDate::parse_from_str(given, "%Y-%m-%d") {
        return start_of(kind, day);
    }
    let (year, rest) = given.split_at_checked(4)?;
    let year: i32 = year.parse().ok().filter(|year| (1970..=9998).contains(year))?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let number = |prefix: &str| {
        let digits = rest
            .strip_prefix(prefix)
            .or_else(|| rest.strip_prefix(&prefix.to_lowercase()))?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<u32>().ok())?
    };
    match kind {
        Kind::Week => NaiveDate::from_isoywd_opt(year, number("W")?, Weekday::Mon),
        Kind::Month => NaiveDate::from_ymd_opt(year, number("")?, 1),
        Kind::Quarter => match number("Q")? {
            quarter @ 1..=4 => NaiveDate::from_ymd_opt(year, (quarter - 1) * 3 + 1, 1),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(kind: Kind, given: Option<&str>) -> Result<(String, String, String), String> {
        let now = Time::parse_rfc3339("2026-11-20T14:05:00Z").unwrap();
        Period::named(kind, given, now, &|_| 0).map(|period| {
            let day = |at: Time| at.date().to_string();
            (period.name.clone(), day(period.from), day(period.to))
        })
    }

    fn is(kind: Kind, given: Option<&str>, name: &str, from: &str, to: &str) {
        assert_eq!(
            named(kind, given),
            Ok((name.into(), from.into(), to.into())),
            "{given:?}"
        );
    }

    #[test]
    fn weeks_months_and_quarters_are_those_of_the_calendar() {
        is(Kind::Week, None, "2026-W47", "2026-11-16", "2026-11-23");
        is(Kind::Week, Some("last"), "2026-W46", "2026-11-09", "2026-11-16");
        is(Kind::Week, Some("2026-W01"), "2026-W01", "2025-12-29", "2026-01-05");
        is(Kind::Week, Some("2026-W53"), "2026-W53", "2026-12-28", "2027-01-04");
        is(Kind::Month, None, "2026-11", "2026-11-01", "2026-12-01");
        is(Kind::Month, Some("2026-02"), "2026-02", "2026-02-01", "2026-03-01");
        is(Kind::Month, Some("2026-02-17"), "2026-02", "2026-02-01", "2026-03-01");
        is(Kind::Quarter, Some("2026-q1"), "2026-Q1", "2026-01-01", "2026-04-01");
        is(Kind::Quarter, Some("last"), "2026-Q3", "2026-07-01", "2026-10-01");
        for (kind, nonsense) in [
            (Kind::Week, "2026-W54"),
            (Kind::Week, "47"),
            (Kind::Month, "2026-13"),
            (Kind::Month, "2026-00"),
            (Kind::Quarter, "2026-Q5"),
            (Kind::Quarter, "Q1"),
            (Kind::Month, "9999999-01"),
            (Kind::Month, "é026-01"),
        ] {
            assert!(named(kind, Some(nonsense)).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_month_begins_at_midnight_of_its_zone_and_the_one_before_ends_there() {
        // An hour ahead in winter, two in summer.
        let berlin = |at: Time| {
            let summer = Time::parse_rfc3339("2026-03-29T01:00:00Z").unwrap();
            if at < summer { 3600 } else { 7200 }
        };
        let now = Time::parse_rfc3339("2026-04-10T00:00:00Z").unwrap();
        let april = Period::named(Kind::Month, None, now, &berlin).unwrap();
        assert_eq!(april.from.to_string(), "2026-03-31T22:00:00.000Z");
        let march = april.before(Some(Kind::Month), &berlin);
        assert_eq!((march.name.as_str(), march.to), ("2026-03", april.from));
        assert_eq!(march.from.to_string(), "2026-02-28T23:00:00.000Z");
        let free = Period::between(march.from, april.from).before(None, &berlin);
        assert_eq!(free.to, march.from);
    }
}
