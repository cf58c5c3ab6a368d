//! What a merge tells the timeline: the value that lost, and what was changed by hand.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::register::Dead;
use super::stamps::{HAND, author, canonical, id};
use super::work::{ByHand, Lost};
use crate::incident::conflicts::{STAMP, lost_stamp};
use crate::incident::{Entry, Event, EventKind, Role, SECTIONS, Time};

/// Longest value that is quoted in an event's text, in characters; `from` and `to` hold it whole.
const QUOTED: usize = 60;

/// A value as people read it: `SEV1`, the instant of a milestone, anything else as JSON; nothing where it is absent.
pub(super) fn plain(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Object(map) if map.contains_key("at") => map.get("at").and_then(Value::as_str).map(str::to_owned),
        other => Some(other.to_string()),
    }
}

fn quoted(value: Option<&Value>) -> String {
    let Some(text) = plain(value) else {
        return "nothing".into();
    };
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(QUOTED).collect();
    if cut.len() < text.len() {
        format!("{cut}…")
    } else {
        cut
    }
}

/// A conflict in words that everybody who merges chooses alike: of an entry only its list, since its words may differ between them.
fn in_words(lost: &Lost, whose: &str) -> String {
    let (entry, field) = lost.subject.rsplit_once('.').unwrap_or(("", &lost.subject));
    let in_list = SECTIONS.contains(&lost.section.as_str()) && !entry.is_empty();
    if (lost.section.as_str(), field) == (Role::SECTION, "until") {
        return format!("someone's role was given away by two at once, {whose} among them");
    }
    let about = if in_list {
        format!("{} in {}", field.replace('_', " "), lost.section.replace('_', " "))
    } else {
        lost.subject.replace(['.', '_'], " ")
    };
    let value = match plain(lost.value.as_ref()).as_deref().and_then(Time::parse_rfc3339) {
        Some(at) => format!("{} UTC", at.chrono().format("%Y-%m-%d %H:%M:%S")),
        None => quoted(lost.value.as_ref()),
    };
    format!("{about} was changed by two at once; {whose} wrote: {value}")
}

/// The event that keeps a value that lost. It says nothing of the value that won, which may lose itself before long, so
/// that everybody who merges writes the same bytes, in whatever order they merge.
pub(super) fn conflict(lost: &Lost) -> Event {
    let stamp = lost.stamp.to_string();
    let by = author(&lost.stamp).to_owned();
    let whose = if by.is_empty() { "someone" } else { &by };
    Event {
        id: id(
            'x',
            &[&lost.section, &lost.subject, &stamp, &canonical(lost.value.as_ref())],
        ),
        at: lost.stamp.at,
        by: by.clone(),
        kind: EventKind::Conflict,
        text: in_words(lost, whose),
        subject: Some(lost.subject.as_str().into()),
        from: plain(lost.value.as_ref()).map(Into::into),
        // What was written by hand has a stamp that its author's name does not tell.
        extra: if by == lost.stamp.actor {
            Map::new()
        } else {
            Map::from_iter([(STAMP.to_owned(), Value::from(stamp))])
        },
        ..Event::default()
    }
}

/// The writes that conflict events keep, by register.
pub(super) fn dead<'a>(events: impl Iterator<Item = &'a Arc<Event>>) -> HashMap<String, Vec<Dead>> {
    let mut found: HashMap<String, Vec<Dead>> = HashMap::new();
    let mut seen = HashSet::new();
    for event in events.filter(|event| event.kind == EventKind::Conflict) {
        let Some(subject) = &event.subject else { continue };
        let one = (lost_stamp(event), event.from.as_deref().map(str::to_owned));
        if seen.insert((subject.clone(), one.clone())) {
            found.entry(subject.to_string()).or_default().push(one);
        }
    }
    found
}

/// What was said as one text of an event, which has its bound: of very many the first, and how many more.
fn shortened(said: &[String]) -> String {
    const ROOM: usize = crate::bounds::TEXT - 128;
    let mut length = 0;
    let fits = said
        .iter()
        .take_while(|one| {
            length += one.len() + 2;
            length <= ROOM
        })
        .count();
    let first = said[..fits].join("; ");
    match said.len() - fits {
        0 => first,
        more => format!("{first}; and {more} more"),
    }
}

/// The event that tells of edits made by hand, all that were found at once.
pub(super) fn hand_edit(edits: &[ByHand], added: &[(String, String)], now: Time) -> Option<Arc<Event>> {
    if edits.is_empty() && added.is_empty() {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    let mut said: Vec<String> = Vec::new();
    for edit in edits {
        let (from, to) = (edit.from.as_ref(), edit.to.as_ref());
        parts.extend([
            edit.section.clone(),
            edit.subject.clone(),
            canonical(from),
            canonical(to),
        ]);
        said.push(format!("{}: {} (was: {})", edit.subject, quoted(to), quoted(from)));
    }
    for (section, entry) in added {
        parts.extend([section.clone(), entry.clone()]);
        said.push(format!("added {entry} to {section}"));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let mut event = Event {
        id: id('y', &parts),
        at: now,
        by: HAND.into(),
        kind: EventKind::HandEdit,
        text: format!("manual edit: {}", shortened(&said)),
        ..Event::default()
    };
    if let ([edit], []) = (edits, added) {
        event.subject = Some(edit.subject.as_str().into());
        event.from = plain(edit.from.as_ref()).map(Into::into);
        event.to = plain(edit.to.as_ref()).map(Into::into);
    }
    Some(Arc::new(event))
}
