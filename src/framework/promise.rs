//! Promises of a next update: read from the words that were sent, and kept or missed.

use std::time::Duration;

use super::data::Class;
use super::history::{TimerOutcome, TimerRecord};
use super::remedy::Word;
use super::{Calendar, Framework, Remedy, TimerPhase, TimerView};
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

/// By when a text promises the next update: `Next update by 14:45 UTC`, `next update: 15:30`, `in 30 minutes`. A time without a zone
/// is the team's. A time of day that is earlier than the moment it was sent is of the next day.
pub fn promised(text: &str, sent: Time, calendar: &Calendar) -> Option<Time> {
    const LEADS: [&str; 6] = [
        "next update",
        "next word",
        "next message",
        "update again",
        "updates again",
        "will update",
    ];
    let lower = text.to_lowercase();
    let mut found: Vec<usize> = LEADS
        .iter()
        .filter_map(|lead| lower.rfind(lead).map(|at| at + lead.len()))
        .collect();
    found.sort_unstable();
    found.into_iter().rev().find_map(|at| due(&lower[at..], sent, calendar))
}

/// The first time that stands near the begin of a text.
fn due(after: &str, sent: Time, calendar: &Calendar) -> Option<Time> {
    let line = after.lines().next().unwrap_or_default();
    let near: String = line.chars().take(NEAR).collect();
    let words: Vec<&str> = near
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '.'))
        .filter(|word| !word.is_empty())
        .collect();
    for (place, word) in words.iter().enumerate() {
        let next = words.get(place + 1).copied().unwrap_or_default();
        if *word == "in"
            && let Some(span) = span(&words[place + 1..])
        {
            return Some(sent.plus(span));
        }
        if let Some((hour, minute)) = of_day(word.trim_start_matches(':'), next) {
            let utc = word.ends_with('z') || matches!(next, "utc" | "gmt" | "z");
            return calendar.next_at(sent, hour, minute, utc);
        }
    }
    None
}

/// `30 minutes`, `1 hour`, `15m`, `30 min`.
fn span(words: &[&str]) -> Option<Duration> {
    let first = words.first()?;
    if let Ok(whole) = crate::incident::time::parse_duration(first) {
        return Some(whole);
    }
    let number: u32 = first.parse().ok()?;
    let unit = match *words.get(1)? {
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
