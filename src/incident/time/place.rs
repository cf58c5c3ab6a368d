//! Which instant a written time is: by now, by the zone that is meant, and by where the text it stands in has got to.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime};

use super::Time;
use super::written::{Clock, Day, Written};

/// What a time is read by.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// Now.
    pub now: Time,
    /// Seconds that the zone of times without one is ahead of UTC, at a moment.
    pub ahead: &'a dyn Fn(Time) -> i32,
    /// The day of times of day that name none; else today, or the day before where that would lie ahead.
    pub day: Option<NaiveDate>,
    /// Whether months come first in `11/12/2026`.
    pub month_first: bool,
    /// Whether what is meant lies ahead, as an end does, rather than behind.
    pub ahead_of_now: bool,
}

/// Something about an instant that was taken which is worth saying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// It was taken for the day before: today that time is still to come.
    DayBefore,
    /// Its zone was named by a word that several zones use: which was taken.
    Zone(&'static str),
    /// The clocks went forward over it.
    Skipped,
    /// The clocks went back, and showed it twice; which was taken.
    Twice {
        /// The second rather than the first.
        second: bool,
    },
}

impl Odd {
    /// As it stands behind the instant that was taken.
    pub fn said(self) -> &'static str {
        match self {
            Self::DayBefore => "the day before: today it is still to come",
            Self::Zone(said) => said,
            Self::Skipped => "the clocks went forward over the time given",
            Self::Twice { second: false } => {
                "the clocks showed it twice: the first was taken; add the zone for the other"
            }
            Self::Twice { second: true } => {
                "the clocks showed it twice: the second was taken; add the zone for the other"
            }
        }
    }
}

impl Odd {
    /// The same in a few words, for where there is no room.
    pub fn short(self) -> &'static str {
        match self {
            Self::DayBefore => "the day before",
            Self::Zone(said) => said,
            Self::Skipped => "no such time: clocks went forward",
            Self::Twice { second: false } => "shown twice: the first",
            Self::Twice { second: true } => "shown twice: the second",
        }
    }
}

/// An instant, and what is odd about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The instant.
    pub at: Time,
    /// What is to be said of it.
    pub odd: Option<Odd>,
}

/// Longest that a time of day may lie ahead and still be taken for today's: clocks differ.
const SOON: i64 = 60_000;

/// Where a written time lies; `None` where no time of day was said, or the day is none.
pub fn place(written: &Written, frame: &Frame<'_>) -> Option<Placed> {
    let Some(shared) = written.shared else {
        return placed(written, frame);
    };
    let here = (frame.ahead)(frame.now);
    let found = placed(&written.settled(here, 0), frame)?;
    Some(Placed {
        odd: Some(Odd::Zone(shared.taken(here, 0).1)),
        ..found
    })
}

fn placed(written: &Written, frame: &Frame<'_>) -> Option<Placed> {
    if let Some(at) = written.instant {
        return Some(Placed { at, odd: None });
    }
    let clock = written.clock?;
    let fixed = written.zone.map(|zone| move |_: Time| zone);
    let ahead: &dyn Fn(Time) -> i32 = match &fixed {
        Some(fixed) => fixed,
        None => frame.ahead,
    };
    let today = there(frame.now, ahead).date();
    let on = |day: NaiveDate| instant(day, clock, ahead, frame.now);
    let Some(day) = written.day else {
        if let Some(day) = frame.day {
            return on(day);
        }
        let placed = on(today)?;
        let late = placed.at.millis() - frame.now.millis();
        if frame.ahead_of_now && late <= 0 {
            return on(today.succ_opt()?);
        }
        if !frame.ahead_of_now && late > SOON {
            let before = on(today.pred_opt()?)?;
            return Some(Placed {
                at: before.at,
                odd: before.odd.or(Some(Odd::DayBefore)),
            });
        }
        return Some(placed);
    };
    let date = date(day, today, frame)?;
    let placed = on(date)?;
    // A day of the week is the one before now, or the one after.
    if matches!(day, Day::Week(_)) {
        let late = placed.at.millis() - frame.now.millis();
        if !frame.ahead_of_now && late > SOON {
            return on(date.checked_sub_days(Days::new(7))?);
        }
        if frame.ahead_of_now && late <= 0 {
            return on(date.checked_add_days(Days::new(7))?);
        }
    }
    Some(placed)
}

/// The calendar day that was named.
pub fn date(day: Day, today: NaiveDate, frame: &Frame<'_>) -> Option<NaiveDate> {
    match day {
        Day::On(date) => Some(date),
        Day::Near(days) => days_from(today, days),
        Day::Week(weekday) => {
            let back = (today.weekday().num_days_from_monday() + 7 - weekday.num_days_from_monday()) % 7;
            if frame.ahead_of_now && back > 0 {
                today.checked_add_days(Days::new(u64::from(7 - back)))
            } else {
                today.checked_sub_days(Days::new(u64::from(back)))
            }
        }
        Day::OfYear(month, of_month) => of_year(today, month, of_month, frame.ahead_of_now),
        Day::Numbers { first, second, year } => {
            let (month, of_month) = if frame.month_first {
                (first, second)
            } else {
                (second, first)
            };
            let read = |month, of_month| match year {
                Some(year) => NaiveDate::from_ymd_opt(year, month, of_month),
                None => of_year(today, month, of_month, frame.ahead_of_now),
            };
            read(month, of_month).or_else(|| read(of_month, month))
        }
    }
}

/// A day without its year: the last one that there was, or the next where an end is meant.
fn of_year(today: NaiveDate, month: u32, day: u32, ahead: bool) -> Option<NaiveDate> {
    let tomorrow = today.succ_opt()?;
    let fits = |date: &NaiveDate| if ahead { *date >= today } else { *date <= tomorrow };
    // The 29th of February is looked for in the years that have one.
    let years = (0..9).map(|back| {
        if ahead {
            today.year() + back
        } else {
            today.year() + 1 - back
        }
    });
    years
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .find(fits)
}

fn days_from(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(chrono::TimeDelta::try_days(days)?)
}

fn there(at: Time, ahead: &dyn Fn(Time) -> i32) -> NaiveDateTime {
    at.chrono().naive_utc() + chrono::TimeDelta::seconds(i64::from(ahead(at)))
}

/// The instant at which clocks of a zone show this; where they never do, as if they had not been put forward; where they do
/// twice, the later one that is not ahead.
fn instant(day: NaiveDate, clock: Clock, ahead: &dyn Fn(Time) -> i32, now: Time) -> Option<Placed> {
    let day = if clock.end { day.succ_opt()? } else { day };
    let shown = day.and_time(clock.time).and_utc().timestamp_millis();
    let bounded = |millis: i64| super::BOUNDS.0 <= millis && millis <= super::BOUNDS.1;
    if !bounded(shown) {
        return None;
    }
    let day_long = 86_400_000;
    let (before, after) = (
        ahead(Time::from_millis(shown - day_long)),
        ahead(Time::from_millis(shown + day_long)),
    );
    let with = |offset: i32| shown - i64::from(offset) * 1000;
    let shows = |offset: i32| ahead(Time::from_millis(with(offset))) == offset;
    let (millis, odd) = match (shows(before), before != after && shows(after)) {
        (true, true) => {
            let (first, second) = (with(before).min(with(after)), with(before).max(with(after)));
            let second_taken = second <= now.millis() + SOON;
            let at = if second_taken { second } else { first };
            (at, Some(Odd::Twice { second: second_taken }))
        }
        (true, false) => (with(before), None),
        (false, true) => (with(after), None),
        (false, false) => (with(before), Some(Odd::Skipped)),
    };
    let at = bounded(millis).then_some(Time::from_millis(millis))?;
    Some(Placed { at, odd })
}
