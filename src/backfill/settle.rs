//! From what was written to instants: the day that goes on from line to line, the zone that was said at the top, the half of the day
//! that a bare time goes on with, `T+5m`, and the order of `11/12/2026`.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use super::draft::{Draft, Item, Said, ZoneSaid};
use super::marks::When;
use super::{Reading, ZoneOf};
use crate::incident::Time;
use crate::incident::time::Shared;
use crate::incident::time::place::{Frame, date, place};
use crate::incident::time::written::{Day, Written};

/// A time that goes back by more than this has passed midnight; by less, it was written down late.
const HALF_A_DAY: i64 = 12 * 3_600_000;
/// How far a time may lie ahead: clocks differ.
const SOON: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// What settling came to.
#[derive(Debug, Default)]
pub(super) struct Settled {
    /// When each thing was said, in their order.
    pub times: Vec<Option<Time>>,
    /// Zones that stand in the text for all its times, and which of them are not known.
    pub zones: Vec<String>,
    pub unknown_zones: Vec<String>,
    /// What `T` was taken for, where `T+5m` stands.
    pub start: Option<Time>,
    /// Whether a day was said.
    pub has_day: bool,
    /// Whether hours that went from twelve back to one were taken for the afternoon.
    pub noon: bool,
    /// What words of zones were taken for that several zones use.
    pub shared_zones: Vec<&'static str>,
}

/// Settles all times of a draft.
pub(super) fn settle(draft: &Draft, reading: &Reading<'_>) -> Settled {
    let month_first = month_first(draft, reading.now);
    let afternoon = afternoon(draft);
    let mut walk = Walk {
        reading,
        month_first,
        zone: None,
        day: reading.day,
        last: None,
        half: None,
        waiting: Vec::new(),
        afternoon,
        found: Settled {
            noon: afternoon.is_some(),
            ..Settled::default()
        },
    };
    for item in &draft.items {
        match item {
            Item::Day(day) => walk.day(*day),
            Item::Zone(zone) => walk.zone(zone),
            Item::Said(said) => walk.said(said),
        }
    }
    walk.anchor(reading.now);
    let mut found = walk.found;
    from_start(draft, reading, &mut found);
    found
}

/// Whether months come first: one day beyond the twelfth tells for all; else the reading whose last day is nearer to now, since
/// people paste what was just said.
fn month_first(draft: &Draft, now: Time) -> bool {
    let mut days = Vec::new();
    for item in &draft.items {
        let day = match item {
            Item::Day(day) => Some(*day),
            Item::Said(said) => match said.stamp.as_ref().map(|stamp| stamp.when) {
                Some(When::Written(written)) => written.day,
                Some(When::FromStart(..) | When::Ago(_)) | None => None,
            },
            Item::Zone(_) => None,
        };
        if let Some(Day::Numbers { first, second, year }) = day {
            days.push((first, second, year));
        }
    }
    let today = now.date();
    let read = |month: u32, day: u32, year: Option<i32>| {
        NaiveDate::from_ymd_opt(year.unwrap_or(chrono::Datelike::year(&today)), month, day)
    };
    let possible = |month_first: bool| {
        days.iter().all(|(first, second, year)| {
            let (month, day) = if month_first {
                (*first, *second)
            } else {
                (*second, *first)
            };
            read(month, day, *year).is_some()
        })
    };
    let away = |month_first: bool| {
        let last = days.last().and_then(|(first, second, year)| {
            let (month, day) = if month_first {
                (*first, *second)
            } else {
                (*second, *first)
            };
            read(month, day, *year)
        });
        last.map_or(0, |last| (last - today).num_days().abs())
    };
    match (possible(false), possible(true)) {
        (false, true) => true,
        (true, true) => away(true) < away(false),
        (_, false) => false,
    }
}

/// From which thing said on bare times are of the afternoon: where no half of the day and no hour after twelve is written, and hours
/// written with one digit follow eleven or twelve.
fn afternoon(draft: &Draft) -> Option<usize> {
    let said = draft.items.iter().filter_map(|item| match item {
        Item::Said(said) => Some(said.stamp.as_ref().map(|stamp| stamp.when)),
        Item::Day(_) | Item::Zone(_) => None,
    });
    let mut last: Option<u32> = None;
    let mut from = None;
    for (place, when) in said.enumerate() {
        let Some(When::Written(written)) = when else { continue };
        let clock = written.clock?;
        let hour = clock.time.hour();
        if clock.half || clock.end || !(1..=12).contains(&hour) || written.day.is_some() {
            return None;
        }
        let wraps = clock.short && hour < 7 && last.is_some_and(|last| (10..=12).contains(&last));
        match from {
            None if wraps => from = Some(place),
            // Once round is the afternoon; more is something else.
            Some(_) if wraps || last.is_some_and(|last| hour < last) => return None,
            Some(_) | None => {}
        }
        last = Some(hour);
    }
    from
}

struct Walk<'a> {
    reading: &'a Reading<'a>,
    month_first: bool,
    /// The zone that the text said last.
    zone: Option<ZoneOf>,
    /// The day that times are of.
    day: Option<NaiveDate>,
    /// The last time that was placed on that day.
    last: Option<Time>,
    /// The last time of day that said its half.
    half: Option<NaiveTime>,
    /// From which thing said on bare times are of the afternoon.
    afternoon: Option<usize>,
    /// Times of day before any day is known, by their place.
    waiting: Vec<(usize, Written)>,
    found: Settled,
}

impl Walk<'_> {
    fn ahead(&self, at: Time) -> i32 {
        match &self.zone {
            Some(zone) => zone(at),
            None => (self.reading.ahead)(at),
        }
    }

    fn today(&self) -> NaiveDate {
        there(self.reading.now, self.ahead(self.reading.now))
    }

    fn frame_day(&self, written: &Written, day: Option<NaiveDate>) -> Option<Time> {
        let ahead = |at: Time| self.ahead(at);
        let frame = Frame {
            now: self.reading.now,
            ahead: &ahead,
            day,
            month_first: self.month_first,
            ahead_of_now: false,
        };
        place(written, &frame).map(|placed| placed.at)
    }

    fn day(&mut self, day: Day) {
        let ahead = |at: Time| self.ahead(at);
        let frame = Frame {
            now: self.reading.now,
            ahead: &ahead,
            day: None,
            month_first: self.month_first,
            ahead_of_now: false,
        };
        let Some(date) = date(day, self.today(), &frame) else {
            return;
        };
        // What stood before the first day was of that day, or of the one before.
        if let Some(end) = midnight(date) {
            self.anchor(Time::from_millis(end.millis() + DAY - SOON - 1));
        }
        (self.day, self.last) = (Some(date), None);
        self.found.has_day = true;
    }

    fn zone(&mut self, zone: &ZoneSaid) {
        if self.reading.zone_given {
            return;
        }
        match zone {
            ZoneSaid::Ahead(ahead, word) => {
                let ahead = Shared::of(word).map_or(*ahead, |shared| self.shared(shared));
                self.zone = Some(Box::new(move |_| ahead));
                self.found.zones.push(word.clone());
            }
            ZoneSaid::Named(name) => match (self.reading.zones)(name) {
                Some(zone) => {
                    self.zone = Some(zone);
                    self.found.zones.push(name.clone());
                }
                None => self.found.unknown_zones.push(name.clone()),
            },
        }
    }

    fn said(&mut self, said: &Said) {
        let place = self.found.times.len();
        let when = said.stamp.as_ref().map(|stamp| stamp.when);
        let at = match when {
            None | Some(When::FromStart(..)) => None,
            Some(When::Ago(span)) => Some(self.reading.now.minus(span)),
            Some(When::Written(written)) => self.written(place, written),
        };
        self.found.times.push(at);
    }

    /// What a word is taken for that several zones use; it is told once.
    fn shared(&mut self, shared: Shared) -> i32 {
        let here = (self.reading.ahead)(self.reading.now);
        let (ahead, said) = shared.taken(here, self.reading.turned);
        if !self.found.shared_zones.contains(&said) {
            self.found.shared_zones.push(said);
        }
        ahead
    }

    fn written(&mut self, place: usize, written: Written) -> Option<Time> {
        let mut written = self.halved(written);
        if self.afternoon.is_some_and(|from| place >= from)
            && let Some(clock) = &mut written.clock
            && let Some(time) = clock.time.with_hour(clock.time.hour() % 12 + 12)
        {
            clock.time = time;
        }
        if let Some(shared) = written.shared.take() {
            written.zone = Some(self.shared(shared));
        }
        if written.instant.is_some() {
            self.found.has_day = true;
            return self.frame_day(&written, None);
        }
        if written.day.is_some() {
            let at = self.frame_day(&written, None)?;
            self.anchor(at);
            let ahead = written.zone.unwrap_or_else(|| self.ahead(at));
            (self.day, self.last) = (Some(there(at, ahead)), Some(at));
            self.found.has_day = true;
            return Some(at);
        }
        let Some(day) = self.day else {
            self.waiting.push((place, written));
            return None;
        };
        let mut at = self.frame_day(&written, Some(day))?;
        let passed = self.last.is_some_and(|last| last.millis() - at.millis() > HALF_A_DAY);
        if passed
            && let Some(next) = day.succ_opt()
            && let Some(later) = self.frame_day(&written, Some(next))
            && later.millis() <= self.reading.now.millis() + SOON
        {
            (at, self.day) = (later, Some(next));
        }
        self.last = Some(at);
        Some(at)
    }

    /// A bare `9:04` behind `9:03 PM` is of the evening, too.
    fn halved(&mut self, mut written: Written) -> Written {
        let Some(clock) = &mut written.clock else {
            return written;
        };
        if clock.half {
            self.half = Some(clock.time);
            return written;
        }
        let hour = clock.time.hour();
        let Some(last) = self.half.filter(|_| (1..=12).contains(&hour) && !clock.end) else {
            return written;
        };
        let minutes = |time: NaiveTime| i64::from(time.num_seconds_from_midnight());
        let of = |add: u32| clock.time.with_hour(hour % 12 + add);
        let after = |time: &NaiveTime| (minutes(*time) - minutes(last)).rem_euclid(86_400);
        if let Some(time) = [of(0), of(12)].into_iter().flatten().min_by_key(after) {
            clock.time = time;
            self.half = Some(time);
        }
        written
    }

    /// Places the times of day that wait for a day: one after another, the last of them not after `limit`.
    fn anchor(&mut self, limit: Time) {
        let waiting = std::mem::take(&mut self.waiting);
        let mut day = self.today();
        let mut placed: Vec<(usize, Written, NaiveDate, Time)> = Vec::with_capacity(waiting.len());
        for (place, written) in waiting {
            let Some(mut at) = self.frame_day(&written, Some(day)) else {
                continue;
            };
            let passed = placed
                .last()
                .is_some_and(|(.., last)| last.millis() - at.millis() > HALF_A_DAY);
            if passed && let Some(next) = day.succ_opt() {
                day = next;
                at = self.frame_day(&written, Some(day)).unwrap_or(at);
            }
            placed.push((place, written, day, at));
        }
        let Some(latest) = placed.iter().map(|(.., at)| at.millis()).max() else {
            return;
        };
        let over = latest - limit.millis() - SOON;
        let back = if over > 0 { (over + DAY - 1) / DAY } else { 0 };
        // The day that the limit is of may lie long ago.
        let days = TimeDelta::try_days(back).unwrap_or_default();
        for (place, written, day, at) in placed {
            let shifted = day
                .checked_sub_signed(days)
                .and_then(|day| self.frame_day(&written, Some(day)));
            if let Some(time) = self.found.times.get_mut(place) {
                *time = Some(if back == 0 { at } else { shifted.unwrap_or(at) });
            }
        }
    }
}

fn there(at: Time, ahead: i32) -> NaiveDate {
    Time::from_millis(at.millis() + i64::from(ahead) * 1000).date()
}

fn midnight(day: NaiveDate) -> Option<Time> {
    Time::parse_rfc3339(&format!("{day}T00:00:00.000Z"))
}

/// Places what is counted from the beginning: the one that the incident has, unless that would lie ahead, else the first time here.
fn from_start(draft: &Draft, reading: &Reading<'_>, found: &mut Settled) {
    let all: Vec<&Said> = draft
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Said(said) => Some(said),
            Item::Day(_) | Item::Zone(_) => None,
        })
        .collect();
    let spans: Vec<(usize, bool, i64)> = all
        .iter()
        .enumerate()
        .filter_map(|(place, said)| match said.stamp.as_ref()?.when {
            When::FromStart(later, span) => Some((place, later, i64::try_from(span.as_millis()).ok()?)),
            When::Written(_) | When::Ago(_) => None,
        })
        .collect();
    let Some(longest) = spans
        .iter()
        .map(|(_, later, span)| if *later { *span } else { 0 })
        .max()
    else {
        return;
    };
    let first = found.times.iter().flatten().next().copied();
    let own = reading
        .start
        .filter(|start| start.millis() + longest <= reading.now.millis() + SOON);
    let Some(start) = own.or(first).or(reading.start) else {
        return;
    };
    found.start = Some(start);
    for (place, later, span) in spans {
        let millis = if later {
            start.millis() + span
        } else {
            start.millis() - span
        };
        found.times[place] = Some(Time::from_millis(millis));
    }
}
