//! One line each, the time first: chats on one line, terminal and system logs, lists with times, and what begins with a name and
//! has its time in brackets.

use super::credit;
use super::draft::{Draft, Item, Line, Said};
use super::kinds;
use super::marks::{self, Stamp, When, bare, called, is_name, parted, span_at, speaker, stamp};

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    each(lines, &timed)
}

/// The same where lines begin with how long ago they were: `17m  Warning  BackOff`.
pub(super) fn ages(lines: &[Line<'_>]) -> Draft {
    each(lines, &aged)
}

/// The same where the time ends the line: `restarted (14:05)`.
pub(super) fn trailing(lines: &[Line<'_>]) -> Draft {
    each(lines, &ended)
}

/// The same where the time stands on a line of its own below the words, as on status pages.
pub(super) fn below(lines: &[Line<'_>]) -> Draft {
    let mut draft = Draft::default();
    let mut words: Vec<&Line<'_>> = Vec::new();
    for line in lines.iter().filter(|line| !line.is_blank()) {
        match stamp(bare(line.text)) {
            Some((stamp, rest)) if rest.trim_matches(['.', ' ']).is_empty() && !words.is_empty() => {
                draft.understood += words.len() + 1;
                let text: Vec<&str> = words.iter().map(|line| line.text.trim()).collect();
                draft.items.push(Item::Said(said(words[0], stamp, &text.join("\n"))));
                words.clear();
            }
            _ if words.is_empty() && draft.note(line) => {}
            _ => words.push(line),
        }
    }
    draft.strange.extend(words.iter().map(|line| line.number));
    draft
}

/// Lines that are something themselves, and lines that go on with the one above.
pub(super) fn each(lines: &[Line<'_>], take: &dyn Fn(&Line<'_>) -> Option<Said>) -> Draft {
    let mut draft = Draft::default();
    // Whether the words of a time alone on its line are awaited; whether the last one was a heading, with words below it.
    let (mut fenced, mut waits, mut heads) = (false, false, false);
    for line in lines {
        let trimmed = line.text.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            draft.understood += 1;
            continue;
        }
        if line.is_blank() {
            draft.go_on("");
            continue;
        }
        if !fenced && let Some(said) = take(line) {
            waits = said.text.is_empty();
            heads = trimmed.starts_with('#');
            draft.understood += 1;
            draft.items.push(Item::Said(said));
            continue;
        }
        if !fenced && !waits && (draft.note(line) || marks::is_furniture(line.text)) {
            continue;
        }
        let follows = draft.last().is_some();
        if follows && (fenced || waits || heads || line.is_indented()) {
            draft.understood += 1;
        } else {
            draft.strange.push(line.number);
        }
        waits = false;
        if follows {
            draft.go_on(line.text.trim_end());
        }
    }
    draft
}

/// What a time and the words behind it say.
pub(super) fn said(line: &Line<'_>, stamp: Stamp, words: &str) -> Said {
    let (who, text) = match speaker(words) {
        Some((who, text)) => (Some(who), text),
        None => (None, words),
    };
    Said {
        line: line.number,
        stamp: Some(stamp),
        who,
        text: text.to_owned(),
        full: words.to_owned(),
    }
}

/// A line that begins with its time, or with a name and its time.
pub(super) fn timed(line: &Line<'_>) -> Option<Said> {
    let text = bare(line.text);
    let text = if text.starts_with('#') {
        text.trim_start_matches('#').trim_start()
    } else {
        text
    };
    if let Some((stamp, rest)) = stamp(text) {
        // Fields with commas whose rows are too unlike for a table.
        let rest = rest.strip_prefix([',', ';']).unwrap_or(rest);
        let mut said = said(line, stamp, parted(history(rest)));
        if said.who.is_none()
            && let Some((who, words)) = marks::dashed(rest)
        {
            (said.who, said.text) = (Some(who), words.to_owned());
        }
        return Some(said);
    }
    if let Some(found) = name_first(line, text) {
        return Some(found);
    }
    // A shell's history: `  501  2026-11-24 15:20:30 kubectl …`.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=6).contains(&digits) && text[digits..].starts_with("  ") {
        let (stamp, rest) = stamp(text[digits..].trim_start())?;
        return Some(said(line, stamp, parted(rest)));
    }
    None
}

/// `Kim Lee at 14:03: text`, `kim (DBA) 14:03: text`, `web_1  | 2026-11-24 14:03:22 text`: whether it is a person, the other lines say.
fn name_then_time(line: &Line<'_>, text: &str) -> Option<Said> {
    if let Some((program, logged)) = text.split_once("| ")
        && !program.trim().contains(' ')
        && let Some((stamp, words)) = stamp(logged)
    {
        let words = format!("{}: {}", program.trim(), words.trim_start());
        return Some(Said {
            line: line.number,
            stamp: Some(stamp),
            who: None,
            text: words.clone(),
            full: words,
        });
    }
    text.match_indices(' ').take(4).find_map(|(at, _)| {
        let name = text[..at].trim_end_matches(',').trim_end_matches(" at");
        let (stamp, rest) = stamp(&text[at + 1..])?;
        let words = rest.strip_prefix(':')?.trim_start();
        let fits = !words.is_empty() && is_name(name, 3) && !marks::is_no_one(name) && !kinds::is_deed(name);
        fits.then(|| Said {
            line: line.number,
            stamp: Some(stamp),
            who: Some(marks::Speaker {
                name: called(name),
                sure: false,
                dashed: false,
            }),
            text: words.to_owned(),
            full: format!("{name}: {words}"),
        })
    })
}

/// Without what a shell's history has behind its time: how long the command ran.
fn history(rest: &str) -> &str {
    let ran = rest.strip_prefix(':').and_then(|rest| rest.split_once(';'));
    let digits = |text: &str| text.len() < 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    ran.filter(|(ran, _)| digits(ran)).map_or(rest, |(_, command)| command)
}

/// `kim [14:03]: text`, `kim, [20/11/2026 14:03]: text`, `kim (2:03 PM): text`; `10.0.0.1 - - [24/Nov/2026:15:20:30 +0200] "GET /"`.
fn name_first(line: &Line<'_>, text: &str) -> Option<Said> {
    if let Some(found) = name_then_time(line, text) {
        return Some(found);
    }
    let open = text.find(['[', '(']).filter(|at| *at > 0 && *at < 100)?;
    let before = text[..open].trim_end().trim_end_matches(',');
    let close = if text[open..].starts_with('[') { ']' } else { ')' };
    let inside = text.get(open + 1..)?.split_once(close)?;
    let (stamp, rest) = stamp(inside.0)?;
    if !rest.trim().is_empty() {
        return None;
    }
    let words = inside.1.trim_start();
    // With nothing behind it, it ends the line, or heads what stands below.
    if words.is_empty() {
        return None;
    }
    if is_name(before, 4) && !before.contains(" - ") && !marks::is_no_one(before) {
        let words = parted(words);
        return Some(Said {
            line: line.number,
            stamp: Some(stamp),
            who: Some(marks::Speaker::surely(before)),
            text: words.to_owned(),
            full: words.to_owned(),
        });
    }
    // Only what logs have stands before a time in square brackets.
    (close == ']').then(|| Said {
        line: line.number,
        stamp: Some(stamp),
        who: None,
        text: text.to_owned(),
        full: text.to_owned(),
    })
}

/// A line that begins with an age.
fn aged(line: &Line<'_>) -> Option<Said> {
    let text = bare(line.text);
    let (age, rest) = span_at(text)?;
    let mut rest = rest.trim_start();
    // `17m (x5 over 30m)`.
    if let Some((_, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
        rest = after.trim_start();
    }
    let rest = parted(rest.strip_prefix("ago").unwrap_or(rest));
    (!rest.is_empty()).then(|| said(line, Stamp::of(When::Ago(age)), rest))
}

/// A line that ends with its time.
fn ended(line: &Line<'_>) -> Option<Said> {
    if let Some(credited) = credit::said(line) {
        return Some(credited);
    }
    let text = bare(line.text).trim_end();
    let from = text.char_indices().rev().take(40).last().map_or(0, |(at, _)| at);
    let tail = &text[from..];
    let seps = [" (", " [", " — ", " – ", " - ", "\t", " at ", " @ ", ", ", " "];
    seps.iter().find_map(|sep| {
        let at = from + tail.rfind(sep)?;
        let (stamp, rest) = stamp(text[at + sep.len()..].trim_start())?;
        let words = text[..at].trim_end();
        let ends = rest.trim_matches([')', ']', '.', ' ']).is_empty() && !words.is_empty();
        // `full (since 14:03)`: words stand in the brackets, too.
        let is_open = |open: char, close: char| words.matches(open).count() > words.matches(close).count();
        let words = if is_open('(', ')') || is_open('[', ']') {
            text
        } else {
            words
        };
        ends.then(|| said(line, stamp, words))
    })
}
