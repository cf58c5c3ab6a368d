//! Redactions of several states, and the words that they took out of an older one.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::plan::is_telling;
use super::settle::settle;
use super::{MARK, Place, SHORTEST, is_mark, is_marked, parts, texts};
use crate::incident::apply::registers;
use crate::incident::entry::Entry;
use crate::incident::entry::in_section;
use crate::incident::model::{Incident, Redaction};
use crate::incident::words::EventKind;

/// The redactions of all states, each as it was written first: nobody edits one.
pub fn united<'a>(states: impl IntoIterator<Item = &'a Incident>) -> Vec<Arc<Redaction>> {
    let mut all: BTreeMap<&str, &Arc<Redaction>> = BTreeMap::new();
    for state in states {
        for one in &state.redactions {
            let known = all.entry(&one.id).or_insert(one);
            if *known != one && registers::map(&**one).len() < registers::map(&***known).len() {
                *known = one;
            }
        }
    }
    let mut all: Vec<_> = all.into_values().cloned().collect();
    all.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    all
}

/// The state with these redactions in force; `None` where it is so already.
pub fn under(incident: &Incident, redactions: &[Arc<Redaction>]) -> Option<Incident> {
    if redactions.is_empty() {
        return None;
    }
    let mut settled = incident.clone();
    settled.redactions = redactions.to_vec();
    settle(&mut settled);
    (settled != *incident).then_some(settled)
}

/// Calls `found` for every text that `now` has and `before` had not, with the values by address first: what nobody touched costs a
/// comparison of addresses.
pub fn fresh_texts(before: Option<&Incident>, now: &Incident, found: &mut dyn FnMut(&str)) {
    let mut each = |list: &str, map: &Map<String, Value>| {
        texts(list, map, "", &mut |name, value| {
            found(&name);
            strings(value, found);
        });
    };
    if before.is_none_or(|before| before.bare() != now.bare()) {
        each("", &registers::map(&now.bare()));
    }
    for section in crate::incident::SECTIONS
        .iter()
        .filter(|section| **section != Redaction::SECTION)
    {
        in_section!(*section, T => {
            let old: &[Arc<T>] = before.map_or(&[], |before| T::list(before));
            for entry in touched(old, T::list(now)) {
                each(section, &registers::map(&**entry));
            }
        });
    }
}

/// The entries of `new` that `old` has not, told by address.
fn touched<'a, T>(old: &[Arc<T>], new: &'a [Arc<T>]) -> Vec<&'a Arc<T>> {
    let same = |(a, b): &(&Arc<T>, &Arc<T>)| Arc::ptr_eq(a, b);
    let front = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    let known: std::collections::HashSet<*const T> = old.iter().map(Arc::as_ptr).collect();
    new.iter()
        .filter(|entry| !known.contains(&Arc::as_ptr(entry)))
        .collect()
}

fn strings(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => found(text),
        Value::Array(list) => list.iter().for_each(|one| strings(one, found)),
        Value::Object(map) => map.values().for_each(|one| strings(one, found)),
        _ => {}
    }
}

/// The words that the redactions of `present` take out of a state from before them, and who redacted them. Only fields that a redaction
/// names tell of them, and those that have been set anew since that state held another value than the one that was redacted: what is
/// learned here goes wherever it stands.
pub fn lost(state: &Incident, present: &Incident) -> Vec<(String, String)> {
    let Some(settled) = under(state, &present.redactions) else {
        return Vec::new();
    };
    let known: HashSet<&str> = state.timeline.iter().map(|event| event.id.as_str()).collect();
    let newer = present
        .timeline
        .iter()
        .filter(|event| event.kind != EventKind::Redaction && !known.contains(event.id.as_str()));
    let set_since: HashSet<&str> = newer.filter_map(|event| event.subject.as_deref()).collect();
    let spots = present.redactions.iter().flat_map(|one| &one.what);
    let named: HashSet<Place<'_>> = spots
        .map(|spot| (spot.list.as_str(), spot.entry.as_str(), spot.field.as_str()))
        .collect();
    let mut found: Vec<(String, String)> = Vec::new();
    let mut look = |list: &str, id: &str, old: &Map<String, Value>, new: &Map<String, Value>| {
        let register = |name: &str| match id {
            "" => name.to_owned(),
            id => format!("{id}.{name}"),
        };
        let mut now: BTreeMap<String, Value> = BTreeMap::new();
        texts(list, new, "", &mut |name, value| _ = now.insert(name, value.clone()));
        texts(list, old, "", &mut |name, value| {
            let is_same = |now: &&Value| *now == value || name == "retracted";
            let tells = named.contains(&(list, id, name.as_str())) && !set_since.contains(register(&name).as_str());
            if let Some(now) = now.get(&name).filter(|now| tells && !is_same(now)) {
                apart(value, now, &mut found);
            }
        });
    };
    look("", "", &registers::map(&state.bare()), &registers::map(&settled.bare()));
    for section in crate::incident::SECTIONS {
        in_section!(*section, T => {
            // Settling takes nothing away and moves nothing.
            let pairs = T::list(state).iter().zip(T::list(&settled));
            for (old, new) in pairs.filter(|(old, new)| !Arc::ptr_eq(old, new)) {
                look(section, old.id(), &registers::map(&**old), &registers::map(&**new));
            }
        });
    }
    found
}

/// What stood where marks stand now.
fn apart(old: &Value, now: &Value, found: &mut Vec<(String, String)>) {
    match (old, now) {
        (Value::Array(old), Value::Array(now)) => old.iter().zip(now).for_each(|(old, now)| apart(old, now, found)),
        (Value::Object(old), Value::Object(now)) => {
            for (key, old) in old {
                if let Some(now) = now.get(key) {
                    apart(old, now, found);
                }
            }
        }
        (Value::String(old), Value::String(now)) if old != now && is_marked(now) && !is_mark(old) => {
            let by = signer(now).unwrap_or_default();
            let whole = is_mark(now);
            let mut note = |words: &str| {
                let known = is_telling(words) || !whole && words.chars().count() >= SHORTEST;
                if known && !is_marked(words) {
                    found.push((words.to_owned(), by.to_owned()));
                }
            };
            match between(old, now) {
                Some(words) => words.into_iter().for_each(&mut note),
                // Both were changed: whatever stood there.
                None => note(old),
            }
        }
        (old, Value::String(now)) if is_mark(now) => {
            let by = signer(now).unwrap_or_default().to_owned();
            strings(old, &mut |words| {
                if is_telling(words) && !is_marked(words) {
                    found.push((words.to_owned(), by.clone()));
                }
            });
        }
        _ => {}
    }
}

/// Who signed the first mark of a text.
fn signer(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(MARK)?;
    rest.split_once(']').map(|(by, _)| by)
}

/// What stands in `old` where `now` has marks, where all else is the same.
pub(super) fn between<'a>(old: &'a str, now: &str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut rest = old;
    let mut open = false;
    for (part, is_mark) in parts(now) {
        if is_mark {
            open = true;
        } else if open {
            let at = rest.find(part)?;
            found.push(&rest[..at]);
            rest = &rest[at + part.len()..];
            open = false;
        } else {
            rest = rest.strip_prefix(part)?;
        }
    }
    if open {
        // A mark at the end stands for all that is left.
        found.push(rest);
    } else if !rest.is_empty() {
        return None;
    }
    Some(found)
}
