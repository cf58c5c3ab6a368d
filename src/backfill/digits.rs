//! Times as four digits, as radio logs and shift books have them: `1403: pool is full`. One such number may be anything, so it takes
//! several of them, each a time of day and none before the one above it.

use chrono::NaiveTime;

use crate::incident::time::written::{Clock, Written};

use super::draft::{Draft, Line};
use super::lines::{each, said, timed};
use super::marks::{Stamp, When, bare, parted};

/// How many lines it takes where a mark stands behind the digits, and where only a blank does.
const MARKED: usize = 2;
const BARE: usize = 3;

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    let four = |line: &Line<'_>| {
        let found = digits(bare(line.text))?;
        let clock = Clock {
            time: found.begin,
            end: false,
            half: false,
            short: false,
        };
        let when = When::Written(Written {
            clock: Some(clock),
            ..Written::default()
        });
        let stamp = Stamp {
            until: found.until.map(|end| end.format("%H:%M").to_string()),
            ..Stamp::of(when)
        };
        Some(said(line, stamp, parted(found.words)))
    };
    let found: Vec<Found<'_>> = lines.iter().filter_map(|line| digits(bare(line.text))).collect();
    let marked = found.iter().all(|one| one.marked);
    // Once past midnight at most.
    let falls = found.windows(2).filter(|two| two[1].begin < two[0].begin).count();
    let wraps = found
        .first()
        .zip(found.last())
        .is_some_and(|(first, last)| last.begin < first.begin);
    if found.len() < if marked { MARKED } else { BARE } || falls > usize::from(wraps) {
        return Draft::default();
    }
    each(lines, &|line: &Line<'_>| timed(line).or_else(|| four(line)))
}

/// Four digits that may be a time of day.
struct Found<'a> {
    begin: NaiveTime,
    /// The end of a range.
    until: Option<NaiveTime>,
    /// Whether a mark stands around or behind them rather than a blank.
    marked: bool,
    /// What follows.
    words: &'a str,
}

/// What a text begins with: `1403:`, `[1403]`, `1403-1410:`.
fn digits(text: &str) -> Option<Found<'_>> {
    let (begin, rest) = four(text.trim_start_matches(['[', '(', '*', '`']))?;
    let range = rest.strip_prefix(['-', '–']).and_then(four);
    let (until, rest) = range.map_or((None, rest), |(end, rest)| (Some(end), rest));
    let words = rest.trim_start_matches([']', ')', '*', '`']);
    let enclosed = words.len() < rest.len();
    let marked = enclosed
        || words.starts_with([':', '|', '–', '—'])
        || [" - ", " – ", " — ", ", "].iter().any(|mark| words.starts_with(mark));
    // `1403 500s` is two numbers, and `1403:22` something else.
    let after = if marked {
        words.trim_start_matches(':')
    } else {
        words.trim_start_matches([' ', '\t'])
    };
    let parted = marked || after.len() < words.len();
    (parted && !after.is_empty() && !after.starts_with(|c: char| c.is_ascii_digit())).then_some(Found {
        begin,
        until,
        marked,
        words,
    })
}

fn four(text: &str) -> Option<(NaiveTime, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits != 4 {
        return None;
    }
    let (hour, minute) = (text[..2].parse().ok()?, text[2..4].parse().ok()?);
    Some((NaiveTime::from_hms_opt(hour, minute, 0)?, &text[4..]))
}
