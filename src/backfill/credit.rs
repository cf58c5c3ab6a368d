//! Notes that end with who said it and when: `pool is full (14:03, Dana)`, `… [Dana, 14:03]`, `… — Dana, 14:03`.

use super::draft::{Draft, Line, Said};
use super::kinds::is_deed;
use super::lines::{each, timed};
use super::marks::{Speaker, Stamp, bare, called, is_name, is_no_one, is_titled, stamp};

/// What parts a name and its time.
const BETWEEN: [&str; 9] = [", ", "; ", " at ", " @ ", " - ", " – ", " — ", " | ", " "];

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    each(lines, &said)
}

/// A line that ends with a name and a time, and does not begin with a time.
pub(super) fn said(line: &Line<'_>) -> Option<Said> {
    let text = bare(line.text).trim_end().trim_end_matches('.');
    let (words, tail) = parts(text)?;
    let (name, stamp) = named(tail)?;
    if timed(line).is_some() {
        return None;
    }
    let full = format!("{words} ({name})");
    Some(Said {
        line: line.number,
        stamp: Some(stamp),
        who: Some(Speaker {
            sure: name.starts_with('@'),
            name: called(name),
            dashed: false,
        }),
        text: words.to_owned(),
        full,
    })
}

/// The words, and what stands in brackets or behind a dash at the end.
fn parts(text: &str) -> Option<(&str, &str)> {
    let brackets = [('(', ')'), ('[', ']')];
    let enclosed = brackets.iter().find_map(|(open, close)| {
        let inner = text.strip_suffix(*close)?;
        let at = inner.rfind(*open)?;
        Some((inner[..at].trim_end(), inner[at + 1..].trim()))
    });
    let dashed = || {
        let marks = [" — ", " – ", " -- ", " - "];
        let found = marks.iter().filter_map(|mark| Some((text.rfind(mark)?, mark.len())));
        let (at, length) = found.max()?;
        let tail = &text[at + length..];
        // A dash parts much else: a person's name begins as names do.
        let person = named(tail).is_some_and(|(name, _)| name.starts_with('@') || is_titled(name));
        person.then(|| (text[..at].trim_end(), tail))
    };
    let (words, tail) = enclosed.or_else(dashed)?;
    (!words.is_empty() && tail.len() < 100).then_some((words, tail))
}

/// A name and its time, in either order, and nothing else.
fn named(tail: &str) -> Option<(&str, Stamp)> {
    let fits = |name: &str, titled: bool| {
        let person = is_name(name, 3) && !is_no_one(name) && !is_deed(name);
        person && (!titled || name.starts_with('@') || is_titled(name))
    };
    if let Some((stamp, rest)) = stamp(tail) {
        let name = rest.trim_start_matches([',', ';', '-', '–', '—', '|', '/', ' ']);
        let parted = !rest.starts_with(' ') || name.len() + 1 < rest.len();
        let name = name.strip_prefix("by ").unwrap_or(name).trim();
        return fits(name, !parted).then_some((name, stamp));
    }
    BETWEEN.iter().find_map(|mark| {
        tail.match_indices(mark).take(4).find_map(|(at, _)| {
            let name = tail[..at].trim().trim_start_matches("by ");
            let (stamp, rest) = stamp(&tail[at + mark.len()..])?;
            (rest.trim().is_empty() && fits(name, *mark == " ")).then_some((name, stamp))
        })
    })
}
