//! Many lines at once: a chat paste, a shell history, notes with times. Reads the shapes that chats copy as, and takes
//! every line it does not understand as text.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::apply::words::{past, person, text};
use super::change::Refusal;
use super::line::{kind_prefix, names_its_zone, utc_prefix as time_prefix, without_dash};
use super::model::{Event, Incident};
use super::people::{folded, same};
use super::time::Time;
use super::words::EventKind;

/// What `ref` of an imported event begins with; the nonce of the request that brought it follows.
const MARK: &str = "import.";

/// One entry of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Its first line in what was given, from 1.
    pub line: usize,
    /// When it happened, if that was said.
    pub at: Option<Time>,
    /// Who said it, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The kind that was named; a note otherwise.
    pub kind: EventKind,
    /// The words; of several lines where lines without a time followed.
    pub text: String,
}

/// Takes lines apart. `[14:03] kim: text`, `14:03 kim: text`, `14:03 <kim> text`, `kim [14:03]: text`, `2026-11-20 14:03 kim
/// text`, `[20/11/2026, 14:03] kim: text`, ISO instants, and the two-line shape `kim  2:03 PM` with the words below. A line that is only a day (`2026-11-20`)
/// dates those below it. Where any line has a time, lines without one belong to the entry above. `known` are people whose
/// name before a colon is surely theirs; others are taken for people where most timed lines have one.
pub fn import(text: &str, known: &[&str], now: Time) -> Vec<Imported> {
    import_from(text, known, now, now)
}

/// How many lines are read.
pub struct Reading<'a> {
    /// People whose names are known.
    pub known: &'a [&'a str],
    /// Now.
    pub now: Time,
    /// The day of times of day, where it was said; else today, or the day before.
    pub day: Option<chrono::NaiveDate>,
    /// Seconds that the zone of the times is ahead of UTC, at a moment.
    pub offset: &'a dyn Fn(Time) -> i32,
}

/// The same where times that do not name their zone are those of some zone, and of some day.
pub fn import_in(text: &str, reading: &Reading<'_>) -> Vec<Imported> {
    let text = &*crate::text::printed(text);
    let ahead = |at: Time| i64::from((reading.offset)(at)) * 1000;
    let there = Time::from_millis(reading.now.millis() + ahead(reading.now));
    let end = |day: chrono::NaiveDate| Time::parse_rfc3339(&format!("{day}T23:59:59.999Z"));
    let day = reading.day.and_then(end).unwrap_or(there);
    let mut entries = import_from(text, reading.known, there, day);
    for entry in &mut entries {
        let line = text.lines().nth(entry.line - 1).unwrap_or_default();
        let mut words = line.split_whitespace().take(2);
        // The zone of a time stands in its word; only where that is a day, the time is the next.
        let first = words.next().unwrap_or_default();
        let time = if only_day(first.trim_start_matches('[')).is_some() {
            words.next().unwrap_or_default()
        } else {
            first
        };
        if !names_its_zone(time) {
            entry.at = entry.at.map(|at| {
                // Around a change of the clocks the offset is that of the moment itself.
                let near = Time::from_millis(at.millis() - ahead(at));
                Time::from_millis(at.millis() - ahead(near))
            });
        }
    }
    entries
}

fn import_from(text: &str, known: &[&str], now: Time, mut day: Time) -> Vec<Imported> {
    let mut read: Vec<(usize, Read)> = Vec::new();
    let order = order(text, now);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if let Some(date) = only_day(line) {
            day = date;
            continue;
        }
        let dated = dated(line).and_then(|written| written.iso(line, order));
        read.push((index + 1, read_line(dated.as_deref().unwrap_or(line), day, now)));
    }
    let timed = read.iter().filter(|(_, line)| line.at.is_some()).count();
    let named = read
        .iter()
        .filter(|(_, line)| line.at.is_some() && line.name.is_some())
        .count();
    let chat = timed > 0 && named * 2 > timed;
    let mut entries: Vec<Imported> = Vec::new();
    for (line, read) in read {
        if read.at.is_none() && timed > 0 && !entries.is_empty() {
            let last = entries.len() - 1;
            let text = &mut entries[last].text;
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&read.whole);
            continue;
        }
        let sure =
            |name: &str| read.certain || known.iter().any(|known| same(known, name)) || (chat && read.at.is_some());
        let (who, text) = match read.name {
            Some(name) if sure(&name) => (Some(name), read.text),
            _ => (None, read.full),
        };
        entries.push(entry(line, read.at, who, &text));
    }
    for entry in &mut entries {
        entry.text.truncate(entry.text.trim_end().len());
    }
    entries.retain(|entry| !entry.text.trim().is_empty());
    entries
}

/// The `ref` of what a request imports.
pub fn mark(nonce: &str) -> String {
    format!("{MARK}{nonce}")
}

/// The events that came with one import, as the timeline has them.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// Which import: the nonce of its request.
    pub id: &'a str,
    /// When it was made.
    pub at: Time,
    /// What it brought.
    pub events: Vec<&'a Event>,
}

impl Batch<'_> {
    /// Whether all of it was taken back.
    pub fn is_retracted(&self) -> bool {
        self.events.iter().all(|event| event.retracted.is_some())
    }
}

/// The import that an event came with.
pub fn of(event: &Event) -> Option<&str> {
    let id = event.subject.as_deref()?.strip_prefix(MARK)?;
    (!id.contains('.')).then_some(id)
}

/// All imports, the last one last.
pub fn batches(incident: &Incident) -> Vec<Batch<'_>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<Batch<'_>> = Vec::new();
    for event in &incident.timeline {
        let Some(id) = of(event) else { continue };
        let written = event.recorded.unwrap_or(event.at);
        let place = *places.entry(id).or_insert(found.len());
        match found.get_mut(place) {
            Some(batch) => {
                batch.at = batch.at.max(written);
                batch.events.push(event);
            }
            None => found.push(Batch {
                id,
                at: written,
                events: vec![event],
            }),
        }
    }
    found.sort_by(|one, other| (one.at, one.id).cmp(&(other.at, other.id)));
    found
}

/// The import that is meant: by its id or the beginning of it, or by that of an event that came with it.
pub fn find<'a>(incident: &'a Incident, wanted: &str) -> Result<Batch<'a>, Refusal> {
    let all = batches(incident);
    let wanted = wanted.trim().to_ascii_lowercase();
    let wanted = wanted.strip_prefix(MARK).unwrap_or(&wanted);
    let named = |batch: &&Batch<'a>| {
        !wanted.is_empty()
            && (batch.id.starts_with(wanted) || batch.events.iter().any(|event| event.id.starts_with(wanted)))
    };
    let found: Vec<&Batch<'a>> = all.iter().filter(named).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Refusal::NotFound {
            said: format!("there is no import `{}`", super::apply::words::brief(wanted)),
            candidates: candidates(all.iter()),
        }),
        several => Err(Refusal::NotFound {
            said: format!(
                "`{wanted}` is the beginning of {} imports; type more of it",
                several.len()
            ),
            candidates: candidates(several.iter().copied()),
        }),
    }
}

/// `id  what it is`, the last one first.
fn candidates<'b, 'a: 'b>(batches: impl DoubleEndedIterator<Item = &'b Batch<'a>>) -> Vec<String> {
    let line = |batch: &Batch<'a>| {
        let first = batch.events.first().map_or("", |event| event.text.as_str());
        format!(
            "{}  {} lines: {}",
            batch.id,
            batch.events.len(),
            super::apply::words::brief(first)
        )
    };
    batches.rev().take(12).map(line).collect()
}

/// What an import comes to.
#[derive(Clone, Debug, Default)]
pub struct Sifted {
    /// What is new, its words tidied and its author named.
    pub fresh: Vec<Imported>,
    /// How many are there already.
    pub already: usize,
    /// What cannot be logged, by its line.
    pub refused: Vec<(usize, Refusal)>,
}

/// Sorts an import by what the timeline holds already. As many of a line, at its time and by its person, as are there are
/// left out, so that importing twice adds nothing and what was said twice is kept twice. What was corrected counts as it
/// was imported; what came with an import that was taken back does not count. Lines without a time are of now, and new;
/// but not before a paste all of whose other lines are there.
pub fn sift(incident: &Incident, lines: &[Imported], by: &str, now: Time) -> Sifted {
    type Key = (Option<Time>, String, String);
    let batches = batches(incident);
    let gone: Vec<&str> = batches
        .iter()
        .filter(|batch| batch.is_retracted())
        .map(|batch| batch.id)
        .collect();
    let mut held: HashMap<Key, usize> = HashMap::new();
    for event in &incident.timeline {
        let batch = of(event);
        if batch.is_some_and(|id| gone.contains(&id)) {
            continue;
        }
        let at = event.was.iter().find_map(|former| former.time).unwrap_or(event.at);
        let words = event.was.iter().find_map(|former| former.text.as_ref());
        let words = words.unwrap_or(&event.text);
        *held.entry((Some(at), folded(&event.by), words.clone())).or_default() += 1;
        if batch.is_some() && event.recorded.is_none() {
            *held.entry((None, folded(&event.by), words.clone())).or_default() += 1;
        }
    }
    let mut sifted = Sifted::default();
    let mut untimed = Vec::new();
    for line in lines {
        let tidied = tidy(line, by, now);
        let line = match tidied {
            Ok(line) => line,
            Err(refusal) => {
                sifted.refused.push((line.line, refusal));
                continue;
            }
        };
        let who = line.who.as_deref().unwrap_or(by);
        let key = (line.at, folded(who), line.text.clone());
        let there = held.get_mut(&key).filter(|left| **left > 0);
        match there {
            Some(left) if line.at.is_some() => {
                *left -= 1;
                sifted.already += 1;
                continue;
            }
            Some(left) => {
                *left -= 1;
                untimed.push(sifted.fresh.len());
            }
            None => {}
        }
        sifted.fresh.push(line);
    }
    // Only its lines without a time are left: the paste is one that was imported before.
    if sifted.already > 0 && sifted.fresh.iter().all(|line| line.at.is_none()) {
        sifted.already += untimed.len();
        for place in untimed.into_iter().rev() {
            sifted.fresh.remove(place);
        }
    }
    sifted
}

fn tidy(line: &Imported, by: &str, now: Time) -> Result<Imported, Refusal> {
    let known = EventKind::LOGGABLE.contains(&line.kind);
    Ok(Imported {
        line: line.line,
        at: line.at.map(|at| past(at, now)).transpose()?,
        who: Some(person(line.who.as_deref().unwrap_or(by))?),
        kind: if known { line.kind.clone() } else { EventKind::Note },
        text: text(&line.text, "line")?,
    })
}

fn entry(line: usize, at: Option<Time>, who: Option<String>, text: &str) -> Imported {
    let (kind, text) = kind_prefix(text).unwrap_or((EventKind::Note, text));
    Imported {
        line,
        at,
        who,
        kind,
        text: text.to_owned(),
    }
}

/// A line as far as it can be read by itself.
struct Read {
    at: Option<Time>,
    /// What may be a person.
    name: Option<String>,
    /// Whether it surely is one.
    certain: bool,
    /// What follows the name.
    text: String,
    /// What follows the time.
    full: String,
    /// The line as it was.
    whole: String,
}

fn read_line(line: &str, day: Time, now: Time) -> Read {
    let whole = line.to_owned();
    let trimmed = line.trim_start();
    if let Some((name, at)) = header(trimmed, day, now) {
        return Read {
            at: Some(at),
            name: Some(name),
            certain: true,
            text: String::new(),
            full: String::new(),
            whole,
        };
    }
    if let Some((name, at, text)) = name_first(trimmed, day, now) {
        return Read {
            at: Some(at),
            name: Some(name),
            certain: true,
            text: text.to_owned(),
            full: text.to_owned(),
            whole,
        };
    }
    let (at, rest) = match any_time(trimmed, day, now) {
        Some((at, rest)) => (Some(at), rest),
        None => (None, trimmed),
    };
    let (name, certain, text) = name(rest).unwrap_or((None, false, rest));
    Read {
        at,
        name,
        certain,
        text: text.to_owned(),
        full: rest.to_owned(),
        whole,
    }
}

/// A day alone on its line, as the last millisecond of it: times of day below are of that day.
fn only_day(line: &str) -> Option<Time> {
    let bare = line.trim().trim_matches(['-', '=', '#', ' ', ':']);
    (bare.len() == 10).then(|| Time::parse_rfc3339(&format!("{bare}T23:59:59.999Z")))?
}

/// Marks of writing direction that messengers put before a line.
const MARKS: [char; 2] = ['\u{200e}', '\u{200f}'];

/// A day written with slashes or dots, as chats copy it: `20/11/2026`, `11/20/26`, `20.11.2026`.
struct Written {
    /// Where it stands in its line.
    place: std::ops::Range<usize>,
    first: u32,
    second: u32,
    year: i32,
    slashes: bool,
}

/// What the first number of such a day is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Day,
    Month,
}

impl Written {
    fn date(&self, order: Order) -> Option<chrono::NaiveDate> {
        let (day, month) = if order == Order::Day || !self.slashes {
            (self.first, self.second)
        } else {
            (self.second, self.first)
        };
        chrono::NaiveDate::from_ymd_opt(self.year, month, day)
    }

    /// The line with this day in the form that is read everywhere else.
    fn iso(&self, line: &str, order: Order) -> Option<String> {
        let before = line[..self.place.start].trim_start_matches(MARKS);
        let after = &line[self.place.end..];
        let date = self.date(order)?.format("%Y-%m-%d");
        Some(format!("{before}{date} {}", after.trim_start_matches([',', ' '])))
    }
}

/// The day at the beginning of a line, or behind its first bracket, where a time follows it.
fn dated(line: &str) -> Option<Written> {
    let bare = line.trim_start_matches(MARKS).trim_start();
    let at = line.len() - bare.len();
    let start = match bare.find('[') {
        Some(bracket) if !bare.starts_with(|c: char| c.is_ascii_digit()) => at + bracket + 1,
        _ => at,
    };
    let length = line[start..].find([',', ' '])?;
    let place = start..start + length;
    let numbers = &line[place.clone()];
    let mark = numbers.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = numbers.split(mark).collect();
    let [first, second, year] = parts[..] else { return None };
    let digits = |text: &str, most: usize| {
        let fine = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fine.then(|| text.parse::<u32>().ok())?
    };
    let year = digits(year, 4).filter(|_| year.len() % 2 == 0)?;
    let follows = line[place.end..].trim_start_matches([',', ' ']);
    let timed = matches!(mark, '/' | '.') && follows.starts_with(|c: char| c.is_ascii_digit());
    timed.then_some(Written {
        first: digits(first, 2)?,
        second: digits(second, 2)?,
        year: if year < 100 { 2000 + year as i32 } else { year as i32 },
        slashes: mark == '/',
        place,
    })
}

/// Whether days come first in all of the text: one day beyond the twelfth tells; else the reading whose last day is nearer
/// to now, since people paste what was just said.
fn order(text: &str, now: Time) -> Order {
    let days: Vec<Written> = text.lines().filter_map(dated).filter(|day| day.slashes).collect();
    let possible = |order| days.iter().all(|day| day.date(order).is_some());
    let today = now.chrono().date_naive();
    let away = |order| {
        let last = days.last().and_then(|day| day.date(order));
        last.map_or(0, |last| (last - today).num_days().abs())
    };
    match (possible(Order::Day), possible(Order::Month)) {
        (false, true) => Order::Month,
        (true, true) if away(Order::Month) < away(Order::Day) => Order::Month,
        _ => Order::Day,
    }
}

/// A time at the beginning, also with a day before it and a blank between, in brackets or not, and `2:03 PM`.
fn any_time(text: &str, day: Time, now: Time) -> Option<(Time, &str)> {
    let open = text.strip_prefix('[').map(|inner| inner.split_once(']'));
    if let Some(Some((inside, rest))) = open
        && let Some((at, "")) = plain_time(inside.trim(), day, now)
    {
        return Some((at, without_dash(rest.strip_prefix(':').unwrap_or(rest))));
    }
    plain_time(text, day, now)
}

fn plain_time(text: &str, day: Time, now: Time) -> Option<(Time, &str)> {
    if let Some((first, rest)) = text.split_once([' ', ',', '\t'])
        && let Some(date) = only_day(first)
    {
        return plain_time(rest.trim_start(), date, date.max(now)).filter(|(at, _)| at.date() == date.date());
    }
    if let Some(found) = half_day(text, day) {
        return Some(found);
    }
    // Of a day that was named, the time of day is of that day, whatever now is.
    time_prefix(text, if text.starts_with('-') { now } else { day })
}

/// `2:03 PM`, `11:59am`.
fn half_day(text: &str, day: Time) -> Option<(Time, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':')?;
    let (clock, rest) = text.split_at(end);
    let rest = rest.strip_prefix([' ', '\u{a0}', '\u{202f}']).unwrap_or(rest);
    let half = rest.get(..2)?.to_ascii_lowercase();
    let after = &rest[2..];
    if after.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let (hour, minutes) = clock.split_once(':')?;
    let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let hour = match half.as_str() {
        "am" => hour % 12,
        "pm" => hour % 12 + 12,
        _ => return None,
    };
    let at = time_prefix(&format!("{hour}:{minutes}"), day)?.0;
    Some((at, without_dash(after.trim_start_matches(']'))))
}

/// `kim  2:03 PM` or `Kim Lee  14:03`, the words following below.
fn header(line: &str, day: Time, now: Time) -> Option<(String, Time)> {
    let (name, time) = line.split_once("  ").or_else(|| line.split_once('\t'))?;
    let (at, rest) = any_time(time.trim(), day, now)?;
    (rest.is_empty() && is_name(name.trim(), 3)).then(|| (name.trim().to_owned(), at))
}

/// `kim [14:03]: text`, `kim, [20/11/2026 14:03]: text`.
fn name_first(line: &str, day: Time, now: Time) -> Option<(String, Time, &str)> {
    let (name, rest) = line.split_once('[')?;
    let (inside, text) = rest.split_once(']')?;
    let name = name.trim().trim_end_matches(',');
    let (at, rest) = any_time(inside.trim(), day, now)?;
    if !rest.is_empty() || !is_name(name, 3) {
        return None;
    }
    Some((
        name.to_owned(),
        at,
        without_dash(text.strip_prefix(':').unwrap_or(text)),
    ))
}

/// `kim: text`, `<kim> text`, `@kim text`.
fn name(text: &str) -> Option<(Option<String>, bool, &str)> {
    if let Some((name, rest)) = text.strip_prefix('<').and_then(|inner| inner.split_once("> ")) {
        return is_name(name, 3).then(|| (Some(name.to_owned()), true, rest.trim_start()));
    }
    let (name, rest) = text.split_once(": ")?;
    if kind_prefix(text).is_some() || !is_name(name, 2) {
        return None;
    }
    Some((Some(name.trim_start_matches('@').to_owned()), false, rest.trim_start()))
}

/// Whether this could be what a person is called: a few words, of letters and what names are made with.
fn is_name(name: &str, words: usize) -> bool {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '\'' | '@' | ' ' | '(' | ')');
    (1..=40).contains(&name.len())
        && name.split_whitespace().count() <= words
        && name.chars().any(char::is_alphabetic)
        && name.chars().all(fine)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Time {
        Time::parse_rfc3339("2026-11-20T14:45:00Z").unwrap()
    }

    fn rows(text: &str) -> Vec<String> {
        let known = ["lee"];
        import(text, &known, now())
            .into_iter()
            .map(|entry| {
                let at = entry
                    .at
                    .map_or("-".into(), |at| at.chrono().format("%dT%H:%M:%S").to_string());
                let who = entry.who.unwrap_or_else(|| "-".into());
                format!(
                    "{} {at} {who} {} {}",
                    entry.line,
                    entry.kind,
                    entry.text.replace('\n', "|")
                )
            })
            .collect()
    }

    #[test]
    fn chats() {
        let chat = "[14:03] kim: 5xx on checkout\n14:05 sam: declaring\n14:05:30 <lee> action: rolling back\n\n  with the usual script\n";
        assert_eq!(
            rows(chat),
            [
                "1 20T14:03:00 kim note 5xx on checkout",
                "2 20T14:05:00 sam note declaring",
                "3 20T14:05:30 lee action rolling back||  with the usual script",
            ]
        );
        assert_eq!(
            rows("Kim Lee  2:03 PM\npool is full\nagain\nsam  2:04 PM\nlooking"),
            [
                "1 20T14:03:00 Kim Lee note pool is full|again",
                "4 20T14:04:00 sam note looking"
            ]
        );
        assert_eq!(rows("kim [14:03]: hello"), ["1 20T14:03:00 kim note hello"]);
    }

    #[test]
    fn instants_and_days() {
        assert_eq!(
            rows("2026-11-19T23:59:30Z deploy started\n2026-11-20 00:03 kim: errors\n[2026-11-20 00:04:05] sam: on it"),
            [
                "1 19T23:59:30 - note deploy started",
                "2 20T00:03:00 kim note errors",
                "3 20T00:04:05 sam note on it",
            ]
        );
        assert_eq!(
            rows("--- 2026-11-18 ---\n22:00 first\n# 2026-11-19\n08:00 second"),
            ["2 18T22:00:00 - note first", "4 19T08:00:00 - note second"]
        );
        assert_eq!(
            rows("23:50 late\n00:10 later"),
            ["1 19T23:50:00 - note late", "2 20T00:10:00 - note later"]
        );
    }

    #[test]
    fn days_as_messengers_copy_them() {
        assert_eq!(
            rows("[20/11/2026, 14:05] Kim Lee: pool is full\n\u{200e}[20/11/2026, 14:06:30] sam: looking\nstill"),
            [
                "1 20T14:05:00 Kim Lee note pool is full",
                "2 20T14:06:30 sam note looking|still",
            ]
        );
        assert_eq!(rows("20/11/26, 14:05 - sam: on it"), ["1 20T14:05:00 sam note on it"]);
        assert_eq!(rows("20.11.2026, 14:05 - sam: on it"), ["1 20T14:05:00 sam note on it"]);
        assert_eq!(
            rows("11/20/26, 2:05\u{202f}PM - sam: on it"),
            ["1 20T14:05:00 sam note on it"]
        );
        assert_eq!(rows("kim, [20/11/2026 14:05]: hello"), ["1 20T14:05:00 kim note hello"]);
        // One day beyond the twelfth tells for all; with none, the reading nearer to now.
        assert_eq!(
            rows("10/12/2026, 08:00 - sam: a\n10/13/2026, 09:00 - sam: b"),
            ["1 12T08:00:00 sam note a", "2 13T09:00:00 sam note b"]
        );
        assert_eq!(rows("12/11/2026, 08:00 - sam: a"), ["1 12T08:00:00 sam note a"]);
        assert_eq!(rows("11/12/2026, 08:00 - sam: a"), ["1 12T08:00:00 sam note a"]);
        // What is no day is text.
        assert_eq!(rows("[40/40/2026, 14:05] x"), ["1 - - note [40/40/2026, 14:05] x"]);
        assert_eq!(rows("1/2 of the pods, 3 left"), ["1 - - note 1/2 of the pods, 3 left"]);
    }

    #[test]
    fn a_colon_makes_no_person() {
        assert_eq!(
            rows("14:01 pool: 100 of 100\n14:02 restarted\n14:03 quiet"),
            [
                "1 20T14:01:00 - note pool: 100 of 100",
                "2 20T14:02:00 - note restarted",
                "3 20T14:03:00 - note quiet",
            ]
        );
        assert_eq!(
            rows("14:01 lee: 100 of 100\n14:02 a\n14:03 b")[0],
            "1 20T14:01:00 lee note 100 of 100"
        );
    }

    #[test]
    fn without_times_each_line_stands_alone() {
        assert_eq!(
            rows("rolled back\n\naction: restarted"),
            ["1 - - note rolled back", "3 - - action restarted"]
        );
        assert!(rows("\n \n").is_empty());
    }

    proptest! {
        #[test]
        fn anything_can_be_pasted(text in "(\\PC{0,20}|[\\[\\]<>:0-9 APMapm-]{0,12}|\n){0,12}") {
            for entry in import(&text, &[], now()) {
                prop_assert!(!entry.text.trim().is_empty());
            }
        }
    }
}
