//! A TIME and a span of time as people type them.

use std::time::Duration;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::duration::parse_duration;
use super::place::{Frame, Odd, date, place};
use super::written::{Care, Day, read, read_day};
use super::{Nonsense, Time};

/// A TIME that was read, and what is odd about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The instant.
    pub at: Time,
    /// That it is of the day before, or was shown twice by the clocks, or never.
    pub odd: Option<Odd>,
}

/// What to type where a time was not understood.
const TIMES: &str = "14:05, 2pm, yesterday 14:05, -5m, -1h30m or 2026-11-20T14:05Z";

/// Reads a TIME as people type it, in UTC, relative to `now`; see [`read_time`].
pub fn parse_time(text: &str, now: Time) -> Result<Time, Nonsense> {
    read_time(text, now, &|_| 0).map(|taken| taken.at)
}

/// Reads a TIME as people type it, relative to `now` and in the zone whose seconds ahead of UTC `offset` gives: `14:05`,
/// `14:05:30`, `14h05`, `2pm`, `noon` (today, or the day before where that would lie more than a minute ahead), `yesterday
/// 14:05`, `monday 14:05`, `Nov 20 14:05`, `-5m`, `5m ago`, `now`, `2026-11-20 14:05`, and instants that name their zone,
/// `14:05Z`, `14:05 CET`, `2026-11-20T14:05+0100`.
pub fn read_time(text: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Result<Taken, Nonsense> {
    let nonsense = || Nonsense {
        given: text.chars().take(60).collect(),
        what: "time",
        example: TIMES,
    };
    let sure = |at| Ok(Taken { at, odd: None });
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("now") {
        return sure(now);
    }
    if let Some(ago) = ago(trimmed) {
        let ago = parse_duration(ago).map_err(|_| nonsense())?;
        return sure(now.minus(ago));
    }
    if let Some(at) = Time::parse_rfc3339(trimmed) {
        return sure(at);
    }
    moment(trimmed, now, offset, false).ok_or_else(nonsense)
}

/// `-5m`, `5m ago`: the span.
fn ago(text: &str) -> Option<&str> {
    let minus = text.strip_prefix(['-', '−']);
    minus.or_else(|| {
        let cut = text.len().checked_sub(" ago".len())?;
        let tail = text.get(cut..)?;
        tail.eq_ignore_ascii_case(" ago").then(|| text[..cut].trim_end())
    })
}

/// All of the text as one time, of a day that lies behind or ahead.
fn moment(text: &str, now: Time, offset: &dyn Fn(Time) -> i32, ahead_of_now: bool) -> Option<Taken> {
    let lower = text.to_ascii_lowercase();
    let text = ["at ", "since ", "from ", "@"]
        .iter()
        .find(|word| lower.starts_with(**word))
        .map_or(text, |word| text[word.len()..].trim_start());
    let (written, length) = read(text, Care::Typed)?;
    if !text[length..].trim().is_empty() || written.instant.is_some() {
        return None;
    }
    if !ahead_of_now && matches!(written.day, Some(Day::Near(1))) {
        return None;
    }
    let placed = place(&written, &frame(now, offset, ahead_of_now))?;
    Some(Taken {
        at: placed.at,
        odd: placed.odd,
    })
}

fn frame(now: Time, offset: &dyn Fn(Time) -> i32, ahead_of_now: bool) -> Frame<'_> {
    Frame {
        now,
        ahead: offset,
        day: None,
        month_first: false,
        ahead_of_now,
    }
}

/// The time that a person's line begins with, and its length: what surely is one, with a blank or the end behind it.
pub fn prefix(text: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Option<(Taken, usize)> {
    let (written, length) = read(text, Care::Text)?;
    if written.instant.is_some() || matches!(written.day, Some(Day::Near(1))) {
        return None;
    }
    let placed = place(&written, &frame(now, offset, false))?;
    let taken = Taken {
        at: placed.at,
        odd: placed.odd,
    };
    Some((taken, length))
}

/// How long something is to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// So long.
    pub length: Duration,
    /// The end, where that was what was said, rather than the length.
    pub until: Option<Taken>,
}

/// Reads how long something is to last: a DURATION, or an end, `until 15:30`, `15:30`, `until tomorrow 9am`: the next time that
/// the clock shows it.
pub fn read_span(text: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Result<Span, Nonsense> {
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    let named = ["until ", "till ", "til ", "by ", "to ", "at "]
        .iter()
        .find(|word| lower.starts_with(**word));
    let end = named.map_or(trimmed, |word| trimmed[word.len()..].trim());
    if named.is_none() {
        let plain = ["for ", "in "]
            .iter()
            .find(|word| lower.starts_with(**word))
            .map_or(trimmed, |word| trimmed[word.len()..].trim());
        match parse_duration(plain) {
            Ok(length) => return Ok(Span { length, until: None }),
            // A clock alone is an end; anything else was meant for a duration.
            Err(nonsense) if moment(end, now, offset, true).is_none() => return Err(nonsense),
            Err(_) => {}
        }
    }
    let nonsense = |example| Nonsense {
        given: trimmed.chars().take(60).collect(),
        what: "duration",
        example,
    };
    let instant = Time::parse_rfc3339(end).map(|at| Taken { at, odd: None });
    let taken = instant.or_else(|| moment(end, now, offset, true));
    let taken = taken.ok_or_else(|| nonsense("90s, 15m, 1h30m, 2d or until 15:30"))?;
    // Up to the whole second, so that it never ends a moment before the minute that was named.
    let left = u64::try_from(taken.at.millis() - now.millis()).ok();
    let seconds = left.map(|millis| millis.div_ceil(1000)).filter(|left| *left > 0);
    let seconds = seconds.ok_or_else(|| nonsense("an end that is still to come, such as until 15:30"))?;
    Ok(Span {
        length: Duration::from_secs(seconds),
        until: Some(taken),
    })
}

/// Reads the day by which something is due: `2026-12-01`, `tomorrow`, `friday`, `Dec 1`, or in so many days, `14d`.
pub fn read_due(text: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Result<NaiveDate, Nonsense> {
    day(text, now, offset, true).ok_or_else(|| Nonsense {
        given: text.trim().chars().take(60).collect(),
        what: "day",
        example: "2026-12-01, friday or 14d",
    })
}

/// Reads a day that lies behind: `2026-11-20`, `yesterday`, `monday`, `Nov 20`, `3d ago`.
pub fn read_past_day(text: &str, now: Time, offset: &dyn Fn(Time) -> i32) -> Result<NaiveDate, Nonsense> {
    day(text, now, offset, false).ok_or_else(|| Nonsense {
        given: text.trim().chars().take(60).collect(),
        what: "date",
        example: "2026-11-20, today or yesterday",
    })
}

fn day(text: &str, now: Time, offset: &dyn Fn(Time) -> i32, ahead_of_now: bool) -> Option<NaiveDate> {
    let text = text.trim();
    let there = |at: Time| Time::from_millis(at.millis() + i64::from(offset(at)) * 1000).date();
    let whole_days = |span: &str| parse_duration(span).ok().filter(|span| span.as_secs() >= 86_400);
    let lower = text.to_ascii_lowercase();
    if ahead_of_now {
        let span = lower
            .strip_prefix("in ")
            .or(lower.strip_prefix('+'))
            .unwrap_or(&lower)
            .trim();
        if let Some(span) = whole_days(span) {
            return Some(there(now.plus(span)));
        }
        if let Some(day) = calendar_day(span, there(now)) {
            return Some(day);
        }
    } else if let Some(span) = ago(&lower).and_then(whole_days) {
        return Some(there(now.minus(span)));
    }
    let (day, length) = read_day(text)?;
    let frame = frame(now, offset, ahead_of_now);
    text[length..]
        .trim()
        .is_empty()
        .then(|| date(day, there(now), &frame))
        .flatten()
}

/// Days as plans name them: `next friday` is that of next week, `end of week` its last working day, `2 months` the same day of a later
/// month.
fn calendar_day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let monday = today.week(Weekday::Mon).first_day();
    let first_of = |months: u32| today.with_day(1)?.checked_add_months(Months::new(months));
    match words.as_slice() {
        ["next" | "a", "week"] => today.checked_add_days(Days::new(7)),
        ["next" | "a" | "one", "month"] => today.checked_add_months(Months::new(1)),
        ["eow"] | ["end", "of", "week"] | ["end", "of", "the" | "this", "week"] => {
            let friday = monday.checked_add_days(Days::new(4))?;
            friday.checked_add_days(Days::new(if today > friday { 7 } else { 0 }))
        }
        ["eom"] | ["end", "of", "month"] | ["end", "of", "the" | "this", "month"] => first_of(1)?.pred_opt(),
        ["eoq"] | ["end", "of", "quarter"] | ["end", "of", "the" | "this", "quarter"] => {
            first_of(3 - today.month0() % 3)?.pred_opt()
        }
        ["next", day] => {
            let day: Weekday = day.parse().ok()?;
            monday.checked_add_days(Days::new(7 + u64::from(day.num_days_from_monday())))
        }
        [count, "month" | "months"] => today.checked_add_months(Months::new(count.parse().ok()?)),
        [count, "week" | "weeks"] => today.checked_add_days(Days::new(7 * u64::from(number(count)?))),
        _ => None,
    }
}

/// A small number in words.
fn number(word: &str) -> Option<u8> {
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    let at = words.iter().position(|known| *known == word)?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_day_is_read_as_plans_name_it() {
        // A Tuesday.
        let now = Time::parse_rfc3339("2026-12-01T12:00:00Z").unwrap();
        for (typed, day) in [
            ("+7d", "2026-12-08"),
            ("in 7 days", "2026-12-08"),
            ("two weeks", "2026-12-15"),
            ("in two weeks", "2026-12-15"),
            ("next week", "2026-12-08"),
            ("friday", "2026-12-04"),
            ("next friday", "2026-12-11"),
            ("Next Fri", "2026-12-11"),
            ("end of week", "2026-12-04"),
            ("EOW", "2026-12-04"),
            ("1 month", "2027-01-01"),
            ("in 3 months", "2027-03-01"),
            ("end of the month", "2026-12-31"),
            ("eoq", "2026-12-31"),
        ] {
            assert_eq!(read_due(typed, now, &|_| 0).unwrap().to_string(), day, "{typed}");
        }
        let saturday = Time::parse_rfc3339("2026-12-05T12:00:00Z").unwrap();
        assert_eq!(read_due("eow", saturday, &|_| 0).unwrap().to_string(), "2026-12-11");
        for typed in ["next", "end of time", "99999999 months", "+", "next blue day"] {
            assert!(read_due(typed, now, &|_| 0).is_err(), "{typed}");
        }
    }
}
