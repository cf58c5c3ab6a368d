//! What a shape makes of a text, before days and zones are settled: who said what, and the days and zones that stand between.

use crate::incident::time::written::{Care, Day, read, read_day, read_zone};

use super::marks::{Speaker, Stamp};

/// One line of the text, with its number from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub number: usize,
    pub text: &'a str,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it stands in from the margin, as what belongs to the line above does.
    pub(super) fn is_indented(&self) -> bool {
        self.text.starts_with([' ', '\t'])
    }
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Said {
    pub line: usize,
    pub stamp: Option<Stamp>,
    pub who: Option<Speaker>,
    /// The words behind the name.
    pub text: String,
    /// The words with the name before them, where it may be none.
    pub full: String,
}

/// What stands in a text, in its order.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// From here on times are of this day.
    Day(Day),
    /// From here on they are of this zone.
    Zone(ZoneSaid),
    /// Something that was said.
    Said(Said),
}

/// A zone that stands in a text once for all its times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ZoneSaid {
    /// Seconds ahead of UTC, and the word that stood there.
    Ahead(i32, String),
    /// `Europe/Berlin`.
    Named(String),
}

/// What a shape makes of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub items: Vec<Item>,
    /// How many lines that are not blank were understood.
    pub understood: usize,
    /// Those that were not, by their number.
    pub strange: Vec<usize>,
    /// Headings that say nothing of days and zones, by their number.
    pub headings: Vec<usize>,
    /// Tasks with a box before them: whether they are done, and the words.
    pub tasks: Vec<(bool, String)>,
}

impl Draft {
    /// The last thing that was said.
    pub(super) fn last(&mut self) -> Option<&mut Said> {
        self.items.iter_mut().rev().find_map(|item| match item {
            Item::Said(said) => Some(said),
            Item::Day(_) | Item::Zone(_) => None,
        })
    }

    /// How many things have a time of their own.
    pub(super) fn timed(&self) -> usize {
        let timed = |item: &&Item| matches!(item, Item::Said(said) if said.stamp.is_some());
        self.items.iter().filter(timed).count()
    }

    /// A line goes on with what the last one said.
    pub(super) fn go_on(&mut self, line: &str) {
        let Some(last) = self.last() else { return };
        for words in [&mut last.text, &mut last.full] {
            if words.is_empty() {
                words.push_str(line.trim_start());
            } else {
                words.push('\n');
                words.push_str(line);
            }
        }
    }

    /// A heading, a day, a rule, a zone: taken in where the line is one.
    pub(super) fn note(&mut self, line: &Line<'_>) -> bool {
        let Some(found) = heading(line.text) else {
            return false;
        };
        if found.is_empty() && line.text.chars().any(char::is_alphanumeric) {
            self.headings.push(line.number);
        }
        self.items.extend(found);
        self.understood += 1;
        true
    }
}

/// Words that stand before the day in the lines by which programs tell of a new one.
const NEW_DAY: [&str; 6] = [
    "day changed to",
    "day changed",
    "log opened",
    "log closed",
    "beginning of",
    "date:",
];

/// What a heading says of days and zones; `None` where the line is no heading.
fn heading(line: &str) -> Option<Vec<Item>> {
    let trimmed = line.trim();
    let bare = trimmed.trim_matches(|c: char| c.is_whitespace() || "#-=*_:~─━—–[]".contains(c));
    if bare.is_empty() {
        return Some(Vec::new());
    }
    if trimmed.len() > 160 {
        return None;
    }
    if let Some(day) = day_alone(bare) {
        return Some(vec![Item::Day(day)]);
    }
    let zone = zone_in(bare);
    let marked = trimmed.starts_with('#')
        || trimmed.ends_with(':')
        || trimmed.starts_with("===")
        || trimmed.starts_with("---")
        || trimmed.starts_with("**") && trimmed.ends_with("**");
    let about_times = bare.to_ascii_lowercase().contains("time") && zone.is_some();
    let alone = zone.is_some() && bare.split_whitespace().count() <= 2;
    if !(marked || about_times || alone) {
        return None;
    }
    let day = day_in(bare).map(Item::Day);
    Some(day.into_iter().chain(zone.map(Item::Zone)).collect())
}

/// A line that is a day and nothing else.
fn day_alone(text: &str) -> Option<Day> {
    let lower = text.to_ascii_lowercase();
    let told = NEW_DAY.iter().find(|words| lower.starts_with(**words));
    let text = told.map_or(text, |words| text[words.len()..].trim());
    if told.is_some()
        && let Some((written, _)) = read(text, Care::Typed)
    {
        return written.day;
    }
    let (day, length) = read_day(text)?;
    // A number with a dot is a list's, and a name of a day may be a person's.
    text[length..]
        .trim_matches([' ', ',', '.', ':'])
        .is_empty()
        .then_some(day)
}

/// A whole date somewhere in a heading.
fn day_in(text: &str) -> Option<Day> {
    words(text).find_map(|rest| match read_day(rest)? {
        (day @ (Day::On(_) | Day::OfYear(..) | Day::Numbers { year: Some(_), .. }), _) => Some(day),
        _ => None,
    })
}

/// A zone somewhere in a heading: `(UTC)`, `all times CET`, `times in Europe/Berlin`, `UTC+2`.
pub(super) fn zone_in(text: &str) -> Option<ZoneSaid> {
    words(text).find_map(|rest| {
        let rest = rest.trim_start_matches(['(', '[']);
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | ',' | '.' | ';'))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let area = word.split_once('/').is_some_and(|(area, city)| {
            let named = |part: &str| part.len() > 2 && part.starts_with(|c: char| c.is_ascii_uppercase());
            named(area)
                && named(city)
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || b"/_-".contains(&byte))
        });
        if area {
            return Some(ZoneSaid::Named(word.to_owned()));
        }
        // A German heading in capitals has this word, too.
        let of_times = word != "IST" || text.to_ascii_lowercase().contains("time");
        let capital = word.len() > 1 && word.bytes().take(3).all(|byte| byte.is_ascii_uppercase()) && of_times;
        let offset = word.starts_with('+') && word.len() > 4;
        let (ahead, length) = read_zone(word).filter(|_| capital || offset)?;
        (length == word.len()).then(|| ZoneSaid::Ahead(ahead, word.to_owned()))
    })
}

/// The rest of a text from each of its first words on.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let starts = std::iter::once(0).chain(text.match_indices([' ', '\t', '(']).map(|(at, found)| at + found.len()));
    starts.take(24).map(|at| &text[at..]).filter(|rest| !rest.is_empty())
}
