//! Back-fill: what people paste into a timeline or hand over as a file, whatever it was copied from. Each shape has a file and a line
//! in [`SHAPES`]; the one that understands most lines is taken, and what it did not understand is said.

mod credit;
mod csv;
mod cues;
mod decode;
mod digits;
mod draft;
mod headed;
mod json;
mod kinds;
mod lines;
mod mail;
mod marks;
mod rows;
mod said;
mod settle;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::NaiveDate;

pub use csv::records_of as records;
pub use decode::{Decoded, decode};
use draft::{Draft, Item, Line};

use crate::incident::import::Imported;
use crate::incident::line::kind_prefix;
use crate::incident::people::same;
use crate::incident::{EventKind, Time};

/// Seconds that a zone is ahead of UTC, at a moment.
pub type ZoneOf = Box<dyn Fn(Time) -> i32>;

/// What a text is read by.
pub struct Reading<'a> {
    /// People whose names are known.
    pub known: &'a [&'a str],
    /// Now.
    pub now: Time,
    /// The day of times that name none, where it was said; else what the text says, else today or the day before.
    pub day: Option<NaiveDate>,
    /// Seconds that the zone of times that name none is ahead of UTC.
    pub ahead: &'a dyn Fn(Time) -> i32,
    /// Whether that zone was named by the person: it counts more than what stands in the text.
    pub zone_given: bool,
    /// Finds a zone by its name, where that is possible.
    pub zones: &'a dyn Fn(&str) -> Option<ZoneOf>,
    /// How many readings further on a word is taken that several zones use (`CST`).
    pub turned: usize,
    /// When the incident began, for `T+5m`.
    pub start: Option<Time>,
}

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Exports as JSON.
    Json,
    /// What was said on a call, with how far into the recording.
    Cues,
    /// Lines that end with their time and who says them, as notes do.
    Credited,
    /// Fields with commas, semicolons or tabs.
    Csv,
    /// A table with bars.
    Table,
    /// Mail with its head, or with the line above what is answered.
    Mail,
    /// A chat whose names and times stand on lines of their own.
    Chat,
    /// Lines that begin with their times.
    Lines,
    /// Lines that begin with their times in four digits.
    Digits,
    /// Lines that begin with their ages.
    Ages,
    /// Lines that end with their times.
    Trailing,
    /// Words with their time on a line below.
    Below,
    /// Lines without times.
    Plain,
}

/// How a text is read as a shape.
type Reader = fn(&str, &[Line<'_>]) -> Draft;

/// All shapes, the more particular ones first: of two that understand as much, the first is taken.
const SHAPES: [(Shape, &str, Reader); 13] = [
    (Shape::Json, "JSON records", |text, _| json::read(text)),
    (Shape::Cues, "what was said on a call", |_, lines| cues::read(lines)),
    (Shape::Credited, "lines with time and name last", |_, lines| {
        credit::read(lines)
    }),
    (Shape::Csv, "fields of a table", |text, _| csv::read(text)),
    (Shape::Table, "a table", |_, lines| table::read(lines)),
    (Shape::Mail, "mail", |_, lines| mail::read(lines)),
    (Shape::Chat, "a chat", |_, lines| headed::read(lines)),
    (Shape::Lines, "lines with their times first", |_, lines| {
        lines::read(lines)
    }),
    (Shape::Digits, "lines with four digits as their times", |_, lines| {
        digits::read(lines)
    }),
    (Shape::Ages, "lines with their ages first", |_, lines| {
        lines::ages(lines)
    }),
    (Shape::Trailing, "lines with their times last", |_, lines| {
        lines::trailing(lines)
    }),
    (Shape::Below, "words with their times below", |_, lines| {
        lines::below(lines)
    }),
    (Shape::Plain, "lines without times", |_, lines| plain(lines)),
];

impl Shape {
    /// In words.
    pub fn title(self) -> &'static str {
        SHAPES
            .iter()
            .find(|(shape, ..)| *shape == self)
            .map_or("", |(_, title, _)| title)
    }
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// What it looks like.
    pub shape: Shape,
    /// What there is to log, in the order of the text.
    pub entries: Vec<Imported>,
    /// How many lines are not blank, and how many of them were understood.
    pub lines: usize,
    /// See `lines`.
    pub understood: usize,
    /// Lines that were not understood, by their number from 1.
    pub strange: Vec<usize>,
    /// Headings that are left out, by their number.
    pub headings: Vec<usize>,
    /// Whether hours that went from twelve back to one were taken for the afternoon.
    pub noon: bool,
    /// Lines whose time has no words, by their number: there is nothing to log.
    pub wordless: Vec<usize>,
    /// Zones that the text named once for all its times.
    pub zones: Vec<String>,
    /// Zones that it named and nobody here knows.
    pub unknown_zones: Vec<String>,
    /// What words of zones were taken for that several zones use, a sentence each.
    pub shared_zones: Vec<&'static str>,
    /// Who is named and was not known before.
    pub new_people: Vec<String>,
    /// What `T+5m` counts from.
    pub start: Option<Time>,
    /// Whether days were said; else they were found by now.
    pub has_day: bool,
    /// Tasks with a box before them: whether each is done, and its words.
    pub tasks: Vec<(bool, String)>,
}

impl Read {
    /// Whether less than half of the lines were understood.
    pub fn is_doubtful(&self) -> bool {
        self.understood * 2 < self.lines
    }

    /// Whether most of it is a list of tasks.
    pub fn is_tasks(&self) -> bool {
        !self.tasks.is_empty() && self.tasks.len() * 2 > self.lines
    }
}

/// Reads a text.
pub fn read(text: &str, reading: &Reading<'_>) -> Read {
    let text = &*crate::text::handed_over(text);
    let text = text.trim_start_matches('\u{feff}');
    let quoted = text.lines().all(|line| line.trim().is_empty() || line.starts_with('>'));
    let bare = |line: &'_ str| -> usize {
        let mark = if line.starts_with("> ") {
            2
        } else {
            usize::from(line.starts_with('>'))
        };
        if quoted { mark } else { 0 }
    };
    let lines: Vec<Line<'_>> = text
        .lines()
        .enumerate()
        .map(|(at, text)| Line {
            number: at + 1,
            text: text[bare(text)..].trim_end(),
        })
        .collect();
    let filled = lines.iter().filter(|line| !line.is_blank()).count();
    let mut best: Option<(Shape, Draft)> = None;
    for (shape, _, reader) in SHAPES {
        let draft = reader(text, &lines);
        let fits = shape == Shape::Plain || draft.timed() > 0;
        let better = best.as_ref().is_none_or(|(_, best)| draft.understood > best.understood);
        if fits && better {
            best = Some((shape, draft));
        }
    }
    let (shape, draft) = best.unwrap_or((Shape::Plain, Draft::default()));
    finish(shape, &draft, filled, &lines, reading)
}

/// What stands below each other without times: each line by itself. Nothing of it was understood but its words.
fn plain(lines: &[Line<'_>]) -> Draft {
    let mut draft = Draft::default();
    for line in lines.iter().filter(|line| !line.is_blank()) {
        draft.strange.push(line.number);
        let text = line.text.trim();
        let (who, words) = match marks::speaker(marks::bare(text)) {
            Some((who, words)) => (Some(who), words),
            None => (None, text),
        };
        draft.items.push(Item::Said(draft::Said {
            line: line.number,
            stamp: None,
            who,
            text: words.to_owned(),
            full: text.to_owned(),
        }));
    }
    draft
}

/// The kind that the words say, or that they speak for where they have a time, and the words without it.
fn kind_of(words: &str, timed: bool) -> (EventKind, String) {
    let guess = || timed.then(|| kinds::guess(words)).flatten().unwrap_or(EventKind::Note);
    kind_prefix(words).map_or_else(|| (guess(), words.to_owned()), |(kind, text)| (kind, text.to_owned()))
}

fn finish(shape: Shape, draft: &Draft, filled: usize, lines: &[Line<'_>], reading: &Reading<'_>) -> Read {
    let settled = settle::settle(draft, reading);
    let said: Vec<&draft::Said> = draft
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Said(said) => Some(said),
            Item::Day(_) | Item::Zone(_) => None,
        })
        .collect();
    let timed = said.iter().filter(|said| said.stamp.is_some()).count();
    // Where most lines have a name before a colon, or between dashes, they are people; in others only those who are known.
    let mostly = |dashed: bool| {
        let named = said.iter().filter(|said| said.stamp.is_some());
        let named = named.filter(|said| said.who.as_ref().is_some_and(|who| who.dashed == dashed));
        named.count() * 2 > timed
    };
    let (by_colon, by_dash) = (mostly(false), mostly(true));
    let mut entries = Vec::with_capacity(said.len());
    let mut new_people = BTreeSet::new();
    let mut wordless = Vec::new();
    for (said, at) in said.iter().zip(&settled.times) {
        let known = |name: &str| reading.known.iter().find(|known| same(known, name));
        let speaker = said.who.as_ref().filter(|who| {
            let people = if who.dashed { by_dash } else { by_colon };
            !who.name.is_empty() && (who.sure || known(&who.name).is_some() || (people && said.stamp.is_some()))
        });
        let words = if speaker.is_some() { &said.text } else { &said.full };
        let words = with_rest(said, words);
        if words.trim().is_empty() {
            wordless.push(said.line);
            continue;
        }
        // Chats call the person who copies them so.
        let mine = |name: &str| ["you", "me"].iter().any(|word| name.eq_ignore_ascii_case(word));
        let other = speaker.filter(|who| !mine(&who.name));
        let who = other.map(|who| known(&who.name).map_or_else(|| who.name.clone(), |known| (*known).to_owned()));
        if let Some(who) = &who
            && known(who).is_none()
        {
            new_people.insert(who.clone());
        }
        let (kind, text) = kind_of(&words, said.stamp.is_some());
        if text.trim().is_empty() {
            wordless.push(said.line);
            continue;
        }
        entries.push(Imported {
            line: said.line,
            at: *at,
            who,
            kind,
            text,
        });
    }
    Read {
        shape,
        entries,
        lines: if shape == Shape::Json {
            draft.understood + draft.strange.len()
        } else {
            filled
        },
        understood: draft.understood - wordless.iter().filter(|line| !draft.strange.contains(line)).count(),
        strange: draft
            .strange
            .iter()
            .copied()
            .filter(|line| !wordless.contains(line))
            .collect(),
        noon: settled.noon,
        headings: draft.headings.clone(),
        wordless,
        zones: settled.zones,
        unknown_zones: settled.unknown_zones,
        shared_zones: settled.shared_zones,
        new_people: new_people.into_iter().collect(),
        start: settled.start,
        has_day: settled.has_day || reading.day.is_some(),
        tasks: lines.iter().filter_map(|line| task(line.text)).collect(),
    }
}

/// The tasks with a box before them in a text: whether each is done, and its words.
pub fn tasks(text: &str) -> Vec<(bool, String)> {
    crate::text::handed_over(text).lines().filter_map(task).collect()
}

/// The words with what the time said beside the moment: until when it lasted, and that it is about then.
fn with_rest(said: &draft::Said, words: &str) -> String {
    let mut words = words.trim_end().to_owned();
    let Some(stamp) = &said.stamp else {
        return words;
    };
    if words.trim().is_empty() {
        return words;
    }
    // Behind its own line: what stands below may be something else.
    let end = words.find('\n').unwrap_or(words.len());
    let mut rest = String::new();
    if let Some(until) = &stamp.until {
        rest.push_str(&format!(" (until {until})"));
    }
    if stamp.about {
        rest.push_str(" (time is approximate)");
    }
    words.insert_str(end, &rest);
    words
}

/// A task of a list: whether it is done, and its words.
fn task(line: &str) -> Option<(bool, String)> {
    let line = line.trim();
    let rest = ["- ", "* ", "+ "]
        .iter()
        .find_map(|bullet| line.strip_prefix(bullet))
        .unwrap_or(line);
    let boxes = [
        ("[ ] ", false),
        ("[x] ", true),
        ("[X] ", true),
        ("☐ ", false),
        ("☑ ", true),
        ("✅ ", true),
    ];
    let (done, words) = boxes
        .iter()
        .find_map(|(mark, done)| Some((*done, rest.strip_prefix(mark)?.trim())))?;
    (!words.is_empty()).then(|| (done, words.to_owned()))
}
