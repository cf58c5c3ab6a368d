//! Chats whose name and time stand on lines of their own, the words below: on one line (`Kim Lee  14:03`), on two (`Kim Lee`, then
//! `9:01 AM`) or the other way round; a bare time goes on with the person who spoke last.

use std::collections::HashMap;

use super::draft::{Draft, Item, Line, Said};
use super::marks::{self, Speaker, Stamp, called, is_person, is_titled, stamp};

/// What a line is by itself.
enum Head<'a> {
    /// A name and a time.
    Both(&'a str, Stamp),
    /// A time.
    Time(Stamp),
    /// Neither.
    Words,
}

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    let heads: Vec<Head<'_>> = lines.iter().map(head).collect();
    let mut draft = Draft::default();
    let names = names(lines, &heads);
    // Whose words those that follow are.
    let mut speaker: Option<Speaker> = None;
    let mut skip: Option<usize> = None;
    let mut awaits = false;
    for (place, line) in lines.iter().enumerate() {
        if line.is_blank() {
            draft.go_on("");
            continue;
        }
        if names.before.contains_key(&place) || skip == Some(place) {
            draft.understood += 1;
            continue;
        }
        let stamp = match &heads[place] {
            Head::Both(name, stamp) => {
                speaker = Some(Speaker::surely(name));
                stamp.clone()
            }
            Head::Time(stamp) => {
                if let Some(name) = names.of.get(&place) {
                    speaker = Some(Speaker::surely(name.1));
                    skip = Some(name.0);
                }
                stamp.clone()
            }
            Head::Words => {
                words(&mut draft, line, &mut awaits);
                continue;
            }
        };
        awaits = true;
        // Without words below it heads nothing: it is a line of another shape.
        let next = (place + 1..lines.len()).find(|one| !lines[*one].is_blank() && skip != Some(*one));
        if next.is_some_and(|next| matches!(heads[next], Head::Words) && !names.before.contains_key(&next)) {
            draft.understood += 1;
        } else {
            draft.strange.push(line.number);
        }
        draft.items.push(Item::Said(Said {
            line: line.number,
            stamp: Some(stamp),
            who: speaker.clone(),
            text: String::new(),
            full: String::new(),
        }));
    }
    let named = draft
        .items
        .iter()
        .any(|item| matches!(item, Item::Said(said) if said.who.is_some()));
    // Times alone on their lines, and nobody named, are notes.
    if named { draft } else { Draft::default() }
}

/// A line of words: what is said, or furniture.
fn words(draft: &mut Draft, line: &Line<'_>, awaits: &mut bool) {
    if marks::is_furniture(line.text) {
        draft.understood += 1;
        return;
    }
    if !*awaits && draft.note(line) {
        return;
    }
    if draft.last().is_none() {
        draft.strange.push(line.number);
        return;
    }
    // The first line of what is said is words, whatever it looks like; what begins with a time of its own is a line of
    // another shape.
    let timed = !*awaits && stamp(marks::bare(line.text)).is_some();
    *awaits = false;
    if timed {
        draft.strange.push(line.number);
    } else {
        draft.understood += 1;
    }
    let text = line.text.trim().trim_end_matches("(edited)").trim_end();
    draft.go_on(text);
}

fn head<'a>(line: &Line<'a>) -> Head<'a> {
    let text = line.text.trim().trim_start_matches(['\u{200e}', '\u{200f}']);
    // `:fire: 9:01 AM`: the mood stands by the time where the name is above.
    let mood = text
        .strip_prefix(':')
        .and_then(|rest| rest.split_once(": "))
        .filter(|(word, _)| !word.contains(' '));
    let text = mood.map_or(text, |(_, time)| time.trim_start());
    if text.is_empty() || text.len() > 140 {
        return Head::Words;
    }
    if let Some((stamp, rest)) = stamp(text) {
        let rest = rest.trim();
        if is_over(rest) {
            return Head::Time(stamp);
        }
        // `[9:01 AM] Dana Reyes`: only in brackets, since what follows a time is words elsewhere.
        if text.starts_with(['[', '(']) && is_person(rest, 3) && is_titled(rest) {
            return Head::Both(rest, stamp);
        }
        return Head::Words;
    }
    let seps = [
        "  ", "\t", " — ", " – ", " - ", ", ", " (", " [", " at ", " • ", " · ", " | ", " ",
    ];
    for sep in seps {
        let Some(at) = text.find(sep) else { continue };
        let mut places = vec![at];
        // A name may have blanks and a comma of its own.
        if matches!(sep, " " | ", ") {
            places = text.match_indices(sep).take(5).map(|(at, _)| at).collect();
        }
        for at in places {
            let (name, time) = (
                marks::without_mood(&text[..at]).trim_matches(['*', '_', '`']),
                text[at + sep.len()..].trim_start_matches(['[', '(', ' ', '•', '·', '*']),
            );
            let Some((stamp, rest)) = stamp(time) else { continue };
            let ends = is_over(rest);
            let parted = sep != " " || name.contains('@') || is_titled(name) || called(name).len() < name.trim().len();
            if ends && parted && is_person(name, 5) && !marks::is_no_one(name) {
                // `APP  9:05 AM`: the name stands above.
                return if called(name).is_empty() {
                    Head::Time(stamp)
                } else {
                    Head::Both(name, stamp)
                };
            }
        }
    }
    Head::Words
}

/// Whether nothing stands behind a time but what chats put there.
fn is_over(rest: &str) -> bool {
    let rest = rest.trim_matches([']', ')', '(', ' ', ':', ',', '•', '·']);
    rest.is_empty() || rest.eq_ignore_ascii_case("edited")
}

/// Names that stand on lines of their own.
#[derive(Default)]
struct Names<'a> {
    /// Lines that are a name with its time below, by their place.
    before: HashMap<usize, ()>,
    /// The place of the name, and the name, by the place of its time.
    of: HashMap<usize, (usize, &'a str)>,
}

fn names<'a>(lines: &[Line<'a>], heads: &[Head<'a>]) -> Names<'a> {
    let times: Vec<usize> = (0..lines.len())
        .filter(|place| matches!(heads[*place], Head::Time(_)))
        .collect();
    let word = |place: usize| matches!(heads[place], Head::Words) && !lines[place].is_blank();
    let above = |place: usize| {
        (0..place)
            .rev()
            .find(|one| !lines[*one].is_blank())
            .filter(|one| word(*one))
    };
    let below = |place: usize| {
        (place + 1..lines.len())
            .find(|one| !lines[*one].is_blank())
            .filter(|one| word(*one))
    };
    let name =
        |place: usize| Some(lines[place].text.trim()).filter(|text| is_person(text, 5) && !marks::is_furniture(text));
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for place in &times {
        for text in above(*place)
            .and_then(name)
            .into_iter()
            .chain(below(*place).and_then(name))
        {
            *seen.entry(text).or_default() += 1;
        }
    }
    let mut found = Names::default();
    let first_above = times.first().and_then(|place| above(*place)).and_then(name);
    for (nth, place) in times.iter().enumerate() {
        let after_last = nth.checked_sub(1).map(|last| times[last]);
        if first_above.is_some() {
            let Some(at) = above(*place) else { continue };
            let Some(text) = name(at) else { continue };
            // What was said last keeps words of its own.
            let alone = after_last.is_some_and(|last| (last + 1..at).all(|one| lines[one].is_blank()));
            let stands = at == 0
                || lines[at - 1].is_blank()
                || is_titled(text)
                || text.starts_with('@')
                || seen.get(text).is_some_and(|count| *count > 1);
            if !alone && stands {
                found.before.insert(at, ());
                found.of.insert(*place, (at, text));
            }
        } else if let Some(at) = below(*place)
            && let Some(text) = name(at)
        {
            // The time above, the name below it, then words.
            let next = times.get(nth + 1).copied().unwrap_or(lines.len());
            let words = (at + 1..next).any(|one| !lines[one].is_blank());
            if words && (is_titled(text) || seen.get(text).is_some_and(|count| *count > 1)) {
                found.of.insert(*place, (at, text));
            }
        }
    }
    found
}
