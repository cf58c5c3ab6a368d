//! Promises of a next update: read from the words that were sent, and kept or missed.

use std::time::Duration;

use chrono::{Datelike as _, Days, NaiveDate};

use super::data::Class;
use super::history::{TimerOutcome, TimerRecord};
use super::remedy::Word;
use super::{Calendar, Framework, Remedy, TimerPhase, TimerView};
use crate::incident::time::written::read_zone;
use crate::incident::{Communication, Incident, Time, live};

/// An update that comes this many seconds after its promise still kept it: nobody sends to the second.
pub const GRACE_S: i64 = 60;
/// How far behind the words of the promise its time may stand, in characters.
const NEAR: usize = 60;

/// A promise that a sent update made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Id of the update that made it.
    pub update: String,
    /// To whom.
    pub audience: String,
    /// By when.
    pub due: Time,
    /// When the next update to the same audience came, if one did.
    pub next: Option<Time>,
}

impl Promise {
    /// Whether it was kept; `None` while it can still be.
    pub fn kept(&self, now: Time) -> Option<bool> {
        match self.next {
            Some(next) => Some(next.seconds_since(self.due) <= GRACE_S),
            None if now.seconds_since(self.due) > GRACE_S => Some(false),
            None => None,
        }
    }
}

/// By when a text promises the next update: `Next update by 14:45 UTC`, `next update: 15:30 CET`, `tomorrow 09:00`, `in 30 minutes`. A
/// time without a zone is the team's. A time of day alone that is earlier than the moment it was sent is of the next day; one that had
/// just passed promises nothing, see [`called_past`].
pub fn promised(text: &str, sent: Time, calendar: &Calendar) -> Option<Time> {
    said(text, sent, calendar)
        .filter(|said| !said.passed)
        .map(|said| said.due)
}

/// The time of a next update that had passed already when it was said: a slip, or an old text sent again.
pub fn called_past(text: &str, sent: Time, calendar: &Calendar) -> Option<Time> {
    said(text, sent, calendar)
        .filter(|said| said.passed)
        .map(|said| said.due)
}

/// A time of a next update, as it was said.
struct Said {
    due: Time,
    /// It had passed.
    passed: bool,
}

/// A time of day that is this long gone is a slip; one that is gone longer is meant for the next day.
const JUST_PASSED: Duration = Duration::from_secs(4 * 3600);

fn said(text: &str, sent: Time, calendar: &Calendar) -> Option<Said> {
    const LEADS: [&str; 17] = [
        "another update",
        "further update",
        "next news",
        "more news",
        "expect more",
        "hear from us",
        "report back",
        "be back with",
        "post an update",
        "provide an update",
        "next update",
        "next word",
        "next message",
        "update again",
        "updates again",
        "will update",
        "update you",
    ];
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<usize> = LEADS
        .iter()
        .filter_map(|lead| lower.rfind(lead).map(|at| at + lead.len()))
        .collect();
    found.sort_unstable();
    found.into_iter().rev().find_map(|at| due(&text[at..], sent, calendar))
}

/// The first time that stands near the begin of a text.
fn due(after: &str, sent: Time, calendar: &Calendar) -> Option<Said> {
    let line = after.lines().next().unwrap_or_default();
    let near: String = line.chars().take(NEAR).collect();
    let words: Vec<&str> = near
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '.'))
        .filter(|word| !word.is_empty())
        .collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    for (place, word) in lower.iter().enumerate() {
        if matches!(*word, "in" | "within")
            && let Some(span) = span(&lower[place + 1..])
        {
            return Some(Said {
                due: sent.plus(span),
                passed: false,
            });
        }
        let next = lower.get(place + 1).copied().unwrap_or_default();
        if let Some((hour, minute)) = of_day(word.trim_start_matches(':'), next) {
            let behind = place + 1 + usize::from(matches!(next, "am" | "pm"));
            let zone = if word.ends_with('z') {
                Some(0)
            } else {
                words.get(behind).and_then(|word| zone(word))
            };
            let today = calendar.day(sent, zone);
            return match day(&lower, today) {
                Some(day) => {
                    let due = calendar.at(day, hour, minute, zone)?;
                    Some(Said {
                        due,
                        passed: due.seconds_since(sent) < -60,
                    })
                }
                None => of_today(calendar, sent, today, (hour, minute), zone),
            };
        }
    }
    None
}

/// A time of day without a day: today's, or tomorrow's where that is long gone.
fn of_today(calendar: &Calendar, sent: Time, today: NaiveDate, at: (u32, u32), zone: Option<i32>) -> Option<Said> {
    let on = |day| calendar.at(day, at.0, at.1, zone);
    let due = on(today)?;
    // Of the minute in which it was sent it is the time.
    if due.plus(Duration::from_secs(60)) > sent {
        return Some(Said { due, passed: false });
    }
    if due.plus(JUST_PASSED) > sent {
        return Some(Said { due, passed: true });
    }
    let due = on(today.succ_opt()?)?;
    Some(Said { due, passed: false })
}

/// What a word says of the zone: seconds ahead of UTC. Words of zones are written in capitals (`EST`, not `est`), `utc` as one likes.
fn zone(word: &str) -> Option<i32> {
    let word = if word.eq_ignore_ascii_case("utc") || word.eq_ignore_ascii_case("gmt") || word == "z" {
        word.to_ascii_uppercase()
    } else {
        word.to_owned()
    };
    let capital = word.starts_with(|c: char| c.is_ascii_uppercase() || matches!(c, '+' | '-'));
    let (ahead, length) = read_zone(&word).filter(|_| capital)?;
    (length == word.len()).then_some(ahead)
}

/// The day that stands with a time: `tomorrow`, `Monday`, `2026-11-21`.
fn day(words: &[&str], today: NaiveDate) -> Option<NaiveDate> {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    words.iter().find_map(|word| match *word {
        "tomorrow" => today.succ_opt(),
        "today" | "tonight" => Some(today),
        word => {
            let weekday = DAYS.iter().position(|known| *known == word);
            let until = weekday.map(|weekday| {
                let now = today.weekday().num_days_from_monday() as usize;
                // On a Monday, Monday is today or in a week; the time of day tells, and the next one is the safer reading.
                (weekday + 7 - now) % 7
            });
            match until {
                Some(days) => today.checked_add_days(Days::new(u64::try_from(days).ok()?)),
                None => NaiveDate::parse_from_str(word, "%Y-%m-%d").ok(),
            }
        }
    })
}

/// `30 minutes`, `1 hour`, `15m`, `30 min`, `an hour`, `the next 20 minutes`, `half an hour`.
fn span(words: &[&str]) -> Option<Duration> {
    let filler = words
        .iter()
        .take_while(|word| matches!(**word, "the" | "next" | "about" | "another"))
        .count();
    let words = &words[filler..];
    let first = words.first()?;
    if let Ok(whole) = crate::incident::time::parse_duration(first) {
        return Some(whole);
    }
    if words.starts_with(&["half", "an", "hour"]) {
        return Some(Duration::from_secs(1800));
    }
    let (number, unit) = match *first {
        "hour" if filler > 0 => (1, "hour"),
        "an" | "one" => (1, *words.get(1)?),
        number => (number.parse::<u32>().ok()?, *words.get(1)?),
    };
    let unit = match unit {
        "minute" | "minutes" | "min" | "mins" | "m" => 60,
        "hour" | "hours" | "h" | "hr" | "hrs" => 3600,
        _ => return None,
    };
    Some(Duration::from_secs(u64::from(number) * unit))
}

/// `14:45`, `2:45pm`, `2:45 pm`, `2pm`.
fn of_day(word: &str, next: &str) -> Option<(u32, u32)> {
    let word = word.strip_suffix('z').unwrap_or(word);
    let (digits, half) = match word.strip_suffix("pm").or_else(|| word.strip_suffix("am")) {
        Some(digits) => (digits, Some(&word[digits.len()..])),
        None if matches!(next, "am" | "pm") => (word, Some(next)),
        None => (word, None),
    };
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        None if half.is_some() => (digits, "00"),
        Some(_) | None => return None,
    };
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        Some(_) if hour == 0 || hour > 12 => return None,
        Some("pm") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// What an audience was told last.
pub fn last_sent<'a>(incident: &'a Incident, audience: &str, now: Time) -> Option<&'a Communication> {
    live(&incident.communications)
        .filter(|sent| sent.audience == audience && sent.at <= now)
        .max_by_key(|sent| sent.at)
}

/// The promise that the last message to an audience made.
pub fn last_promise(framework: &Framework, incident: &Incident, audience: &str, now: Time) -> Option<Promise> {
    of(framework, last_sent(incident, audience, now)?, None)
}

/// What the ids of the timers of promises begin with.
pub(super) const TIMER: &str = "promise.";

impl Framework {
    /// Every promise of a next update that was made, in the order in which they were sent.
    pub fn promises(&self, incident: &Incident) -> Vec<Promise> {
        let mut sent: Vec<&Communication> = live(&incident.communications).collect();
        sent.sort_by_key(|one| one.at);
        let next = |place: usize| {
            let one = sent[place];
            let mut later = sent[place + 1..].iter();
            later.find(|later| later.audience == one.audience).map(|later| later.at)
        };
        let all = (0..sent.len()).filter_map(|place| of(self, sent[place], next(place)));
        all.collect()
    }

    /// A timer for each promise that is still to be kept, beside the cadence of the framework.
    pub(super) fn promise_timers(&self, incident: &Incident, now: Time) -> Vec<TimerView> {
        let over = matches!(self.class(&incident.status), Class::Closed | Class::Cancelled);
        if over || incident.backfilled {
            return Vec::new();
        }
        let timer = |audience: &super::data::Audience| {
            let sent = last_sent(incident, &audience.id, now)?;
            let due = of(self, sent, None)?.due;
            let late = now.seconds_since(due) > GRACE_S;
            let fifth = Duration::from_millis(u64::try_from(due.millis() - sent.at.millis()).unwrap_or(0) / 5);
            let state = if late {
                TimerPhase::Overdue
            } else if now >= due.minus(fifth) {
                TimerPhase::Due
            } else {
                TimerPhase::Running
            };
            Some(TimerView {
                id: format!("{TIMER}{}", audience.id),
                label: promised_to(&audience.title),
                due: Some(due),
                overdue_at: None,
                state,
                remaining_s: due.seconds_since(now),
                derived: true,
                snoozed: false,
                remedy: Some(Remedy::Update {
                    audience: Word::plain(&audience.id),
                    status: None,
                }),
                borrowed: false,
            })
        };
        self.audiences.iter().filter_map(timer).collect()
    }

    /// What came of every promise whose time has come, or that was kept before.
    pub(super) fn promise_records(&self, incident: &Incident, now: Time) -> Vec<TimerRecord> {
        let over = matches!(self.class(&incident.status), Class::Closed | Class::Cancelled);
        let record = |promise: Promise| {
            let kept = promise.kept(now)?;
            let sent = live(&incident.communications).find(|sent| sent.id == promise.update)?;
            let late_s = promise.next.unwrap_or(now).seconds_since(promise.due);
            let outcome = match (kept, promise.next) {
                (true, _) => TimerOutcome::Met,
                (false, Some(_)) => TimerOutcome::MetLate,
                (false, None) if over => TimerOutcome::NeverMet,
                (false, None) => TimerOutcome::Overdue,
            };
            let audience = self.audiences.iter().find(|known| known.id == promise.audience);
            Some(TimerRecord {
                id: format!("{TIMER}{}", promise.audience),
                label: promised_to(audience.map_or(promise.audience.as_str(), |known| &known.title)),
                severity: self.severity_at(incident, promise.due),
                since: sent.at,
                due: promise.due,
                overdue_at: None,
                met: promise.next,
                outcome,
                late_s: if kept { 0 } else { late_s },
                repeats: false,
            })
        };
        let known = self.promises(incident).into_iter();
        known
            .filter(|promise| promise.due <= now || promise.next.is_some_and(|next| next <= now))
            .filter_map(record)
            .collect()
    }

    /// The severity in force at a moment, by the timeline.
    fn severity_at(&self, incident: &Incident, at: Time) -> String {
        let stretches = self.stretches(incident, at);
        stretches
            .last()
            .map_or_else(|| incident.severity.clone(), |last| last.severity.clone())
    }
}

fn promised_to(audience: &str) -> String {
    format!("promised update to {audience}")
}

fn of(framework: &Framework, sent: &Communication, next: Option<Time>) -> Option<Promise> {
    Some(Promise {
        update: sent.id.clone(),
        audience: sent.audience.clone(),
        due: promised(&sent.text, sent.at, &framework.calendar)?,
        next,
    })
}
