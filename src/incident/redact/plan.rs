//! What a redaction would take out, and what would stand there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::kinds::{is_name, is_own_text, is_structural, structural};
use super::settle::speaks_of_any;
use super::{SHORTEST, is_mark, is_marked, mark, texts};
use crate::incident::apply::registers;
use crate::incident::apply::words::brief;
use crate::incident::entry::Entry;
use crate::incident::entry::in_section;
use crate::incident::model::{Event, Incident, Redaction, Spot};
use crate::incident::words::EventKind;

/// A text without the words, also where it quotes no more than their beginning.
pub(super) fn taken_out(text: &str, secrets: &[String], mark: &str) -> String {
    let mut clean = text.to_owned();
    for secret in secrets {
        clean = clean.replace(secret.as_str(), mark);
    }
    if !clean.contains('…') {
        return clean;
    }
    let mut whole = String::new();
    let mut pieces = clean.split('…').peekable();
    while let Some(piece) = pieces.next() {
        let cut = pieces.peek().is_some().then(|| beginning(piece, secrets)).flatten();
        match cut {
            Some(at) => whole.extend([&piece[..at], mark]),
            None => whole.push_str(piece),
        }
        if pieces.peek().is_some() {
            whole.push('…');
        }
    }
    whole
}

/// Where the beginning of one of the words stands at a text's end.
fn beginning(text: &str, secrets: &[String]) -> Option<usize> {
    let starts = text.char_indices().map(|(at, _)| at);
    starts
        .take_while(|at| text[*at..].chars().nth(SHORTEST - 1).is_some())
        .find(|at| {
            let tail = &text[*at..];
            let enough = |secret: &str| !secret.contains(char::is_whitespace) || tail.chars().nth(11).is_some();
            secrets.iter().any(|secret| secret.starts_with(tail) && enough(secret))
        })
}

/// A value without the words; `None` where it does not hold them.
fn without(value: &Value, secrets: &[String], mark: &str) -> Option<Value> {
    match value {
        Value::String(text) => {
            let clean = taken_out(text, secrets, mark);
            (clean != *text).then_some(Value::String(clean))
        }
        Value::Array(list) => {
            let clean: Vec<_> = list.iter().map(|one| without(one, secrets, mark)).collect();
            clean.iter().any(Option::is_some).then(|| {
                let pairs = clean.into_iter().zip(list);
                pairs.map(|(clean, was)| clean.unwrap_or_else(|| was.clone())).collect()
            })
        }
        Value::Object(map) => {
            let clean: Vec<_> = map
                .iter()
                .map(|(key, one)| (key, one, without(one, secrets, mark)))
                .collect();
            clean.iter().any(|(_, _, clean)| clean.is_some()).then(|| {
                let all = clean.into_iter();
                Value::Object(
                    all.map(|(key, was, clean)| (key.clone(), clean.unwrap_or_else(|| was.clone())))
                        .collect(),
                )
            })
        }
        _ => None,
    }
}

/// What a redaction would take out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The fields and what will stand there.
    pub what: Vec<Spot>,
    /// The words that go, for the traces outside of the file. Never written anywhere.
    pub secrets: Vec<String>,
}

/// The entry of an id: its list.
pub fn list_of(incident: &Incident, id: &str) -> Option<&'static str> {
    crate::incident::SECTIONS.iter().copied().find(|section| {
        in_section!(*section, T => *section != Redaction::SECTION && T::list(incident).iter().any(|one| one.id() == id))
            .unwrap_or_default()
    })
}

/// What taking out these words comes to, wherever they stand.
pub fn words(incident: &Incident, secret: &str, by: &str) -> Result<Plan, String> {
    let secret = secret.trim();
    if secret.chars().count() < SHORTEST {
        return Err(format!(
            "words to redact have at least {SHORTEST} characters; shorter ones would go from every sentence"
        ));
    }
    if mark(by).contains(secret) {
        return Err("these words are part of the mark that would stand for them; redact the event instead".into());
    }
    Ok(sweep(incident, Vec::new(), vec![secret.to_owned()], by))
}

/// What taking out all words of one entry, or of one field of the top level, comes to.
pub fn entry(incident: &Incident, id: &str, by: &str) -> Option<Plan> {
    let mut spots = Vec::new();
    let mut secrets = Vec::new();
    let mut note = |list: &str, entry: &str, field: String, value: &Value| {
        // Why it was taken back says little of it, and others say the same of other things.
        if field != "retracted" {
            collect(value, &mut secrets);
        }
        spots.push(Spot {
            list: list.into(),
            entry: entry.into(),
            field,
            now: Value::from(mark(by)),
        });
    };
    if let Some(list) = list_of(incident, id) {
        in_section!(list, T => {
            if let Some(one) = T::list(incident).iter().rfind(|one| one.id() == id) {
                let map = registers::map(&**one);
                let keep = Event::SECTION == list && structural(&map);
                texts(list, &map, "", &mut |field, value| {
                    let kept = keep && ["from", "to"].contains(&field.as_str());
                    if !kept && !is_name(&field) {
                        note(list, id, field, value);
                    }
                });
            }
        });
    } else {
        let own = is_own_text(id);
        texts("", &registers::map(&incident.bare()), "", &mut |field, value| {
            if own && field == id {
                note("", "", field, value);
            }
        });
    }
    if spots.is_empty() {
        return None;
    }
    Some(sweep(incident, spots, secrets, by))
}

/// Whether a whole text can be looked for elsewhere: `done` or `undone` stand in what has nothing to do with it.
pub(super) fn is_telling(text: &str) -> bool {
    let count = text.chars().count();
    count >= 8 || count >= SHORTEST && text.chars().any(|c| !c.is_alphabetic() && !c.is_whitespace())
}

pub(super) fn collect(value: &Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) if !is_marked(text) => {
            // As events quote it: whole, or its beginning.
            let cut = brief(text);
            let start = cut.trim_end_matches('…').trim_end();
            for text in [
                text.as_str(),
                cut.as_str(),
                start,
                &start.chars().take(57).collect::<String>(),
            ] {
                if is_telling(text) && !secrets.iter().any(|known| known == text) {
                    secrets.push(text.to_owned());
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|one| collect(one, secrets)),
        Value::Object(map) => map.values().for_each(|one| collect(one, secrets)),
        _ => {}
    }
}

/// The words that a `ref` names: list, entry, field and what stands there.
fn register(incident: &Incident, subject: &str) -> Option<(&'static str, String, String, Value)> {
    if is_structural(Some(subject)) {
        return None;
    }
    if let Some(value) = incident.head().get(subject) {
        return value
            .is_string()
            .then(|| ("", String::new(), subject.to_owned(), value.clone()));
    }
    subject.match_indices('.').find_map(|(at, _)| {
        let (id, field) = (&subject[..at], &subject[at + 1..]);
        let list = list_of(incident, id)?;
        let value = in_section!(list, T => {
            let one = crate::incident::ids::find::<T>(incident, id)?;
            registers::get(&registers::map(&**one), field).clone()
        })?;
        value
            .is_string()
            .then(|| (list, id.to_owned(), field.to_owned(), value))
    })
}

/// Whether an event speaks of one of these entries, or of one of these fields of the top level.
pub(super) fn refers(event: &Event, entries: &BTreeSet<String>, fields: &BTreeSet<&str>) -> bool {
    match event.subject.as_deref() {
        Some(subject) => fields.contains(subject) || speaks_of_any(subject, entries),
        // Many edits told at once are named in the words only.
        None if event.kind == EventKind::HandEdit => {
            let former = event.was.iter().filter_map(|former| former.text.as_deref());
            let texts: Vec<&str> = former.chain([event.text.as_str()]).collect();
            let named = |name: &str, sign: char| {
                let name = format!("{name}{sign}");
                texts.iter().any(|text| text.contains(&name))
            };
            // One whose words went names nothing any more, and is still spoken of.
            texts.iter().any(|text| is_mark(text))
                || fields.iter().any(|field| named(field, ':'))
                || entries.iter().any(|id| named(id, '.'))
        }
        None => false,
    }
}

/// The events that speak of these entries and fields, and those that speak of them.
fn referring<'a>(incident: &'a Incident, entries: &BTreeSet<String>, fields: &BTreeSet<&str>) -> Vec<&'a Event> {
    let mut about = entries.clone();
    let mut found: BTreeMap<&str, &Event> = BTreeMap::new();
    loop {
        let before = found.len();
        for event in &incident.timeline {
            if !entries.contains(&event.id) && refers(event, &about, fields) {
                found.insert(&event.id, event);
                about.insert(event.id.clone());
            }
        }
        if found.len() == before {
            return found.into_values().collect();
        }
    }
}

/// Adds every other place that holds the words, and the events that speak of what is redacted, as they will stand.
#[allow(clippy::too_many_lines, reason = "each step adds to what the ones before have found")]
fn sweep(incident: &Incident, own: Vec<Spot>, mut secrets: Vec<String>, by: &str) -> Plan {
    let mark = mark(by);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let (fields, entries): (Vec<_>, Vec<_>) = own.iter().partition(|spot| spot.list.is_empty());
    let own_entries: BTreeSet<String> = entries.into_iter().map(|spot| spot.entry.clone()).collect();
    let own_fields: BTreeSet<&str> = fields.into_iter().map(|spot| spot.field.as_str()).collect();
    let mut spots: BTreeMap<(String, String, String), Value> = own
        .iter()
        .cloned()
        .map(|spot| ((spot.list, spot.entry, spot.field), spot.now))
        .collect();
    let mut look = |list: &str, entry: &str, map: &Map<String, Value>| {
        let keep = list == Event::SECTION && structural(map);
        texts(list, map, "", &mut |field, value| {
            if keep && ["from", "to"].contains(&field.as_str()) {
                return;
            }
            if let Some(clean) = without(value, &secrets, &mark) {
                spots.entry((list.to_owned(), entry.to_owned(), field)).or_insert(clean);
            }
        });
    };
    look("", "", &registers::map(&incident.bare()));
    for section in crate::incident::SECTIONS {
        if *section == Redaction::SECTION {
            continue;
        }
        in_section!(*section, T => for one in T::list(incident) {
            look(section, one.id(), &registers::map(&**one));
        });
    }
    if spots.is_empty() {
        return Plan::default();
    }
    // What speaks of an entry that goes may quote what it said before, or elsewhere: nothing of that stays.
    for event in referring(incident, &own_entries, &own_fields) {
        let mut gone = |field: String| {
            let key = (Event::SECTION.to_owned(), event.id.clone(), field);
            spots.insert(key, Value::from(mark.as_str()));
        };
        gone("text".into());
        for former in event.was.iter().filter(|former| former.text.is_some()) {
            gone(format!("was.{}.text", former.id));
        }
        for (field, value) in [("from", &event.from), ("to", &event.to)] {
            if value.is_some()
                && !is_structural(event.subject.as_deref())
                && !event.subject.as_deref().is_some_and(is_name)
            {
                gone(field.into());
            }
        }
    }
    // What a field said before is in old buffers: it stays as it is now, or the next of them would bring that back.
    let mut frozen: Vec<((String, String, String), Value)> = Vec::new();
    for (list, entry, field) in spots.keys().filter(|(list, ..)| list == Event::SECTION) {
        let Some(event) = crate::incident::ids::find::<Event>(incident, entry) else {
            continue;
        };
        if field.starts_with("was.") {
            let key = (list.clone(), entry.clone(), "text".to_owned());
            frozen.push((key, Value::from(event.text.as_str())));
        } else if ["from", "to"].contains(&field.as_str())
            && let Some((list, entry, field, value)) = event.subject.as_deref().and_then(|of| register(incident, of))
        {
            frozen.push(((list.to_owned(), entry, field), value));
        }
    }
    for (key, value) in frozen {
        spots.entry(key).or_insert(value);
    }
    // What others have said of these entries without quoting them stays as it is.
    let about: BTreeSet<String> = spots
        .keys()
        .map(|(list, entry, field)| if list.is_empty() { field } else { entry })
        .cloned()
        .collect();
    for event in &incident.timeline {
        let Some(subject) = event.subject.as_deref() else {
            continue;
        };
        if speaks_of_any(subject, &about) {
            let key = (Event::SECTION.to_owned(), event.id.clone(), "text".to_owned());
            spots.entry(key).or_insert_with(|| Value::from(event.text.as_str()));
        }
    }
    let what = spots.into_iter().map(|((list, entry, field), now)| Spot {
        list,
        entry,
        field,
        now,
    });
    Plan {
        what: what.collect(),
        secrets,
    }
}

/// What taking out words comes to that came back.
pub fn again(incident: &Incident, secrets: Vec<String>, by: &str) -> Plan {
    sweep(incident, Vec::new(), secrets, by)
}
