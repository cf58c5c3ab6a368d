//! What an editor, a bot or a stale buffer wrote, taken into the state that a session knows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use super::stamps::{HAND, Heads, canonical, id};
use super::states::{insert, origin, unite};
use super::work::{Edits, Work};
use super::{Report, lists, told};
use crate::incident::{Entry, Event, Incident, Time, entry::in_section, redact};

/// `theirs` as it should be: nothing of `base` gone, values that are older than the base's and were replaced knowingly
/// (`stale`) left out, everything else that was written by hand stamped and told.
pub(super) fn adopt(
    base: &Incident,
    theirs: &Incident,
    later: &[&Incident],
    stale: &dyn Fn(&str, &Heads, Option<&Value>) -> bool,
    now: Time,
) -> (Incident, Report) {
    // What was redacted is so in what an old buffer brings, before anything of it is compared or told.
    let redactions = redact::united([base, theirs]);
    let (settled, clean) = (redact::under(base, &redactions), redact::under(theirs, &redactions));
    let redacted = clean.is_some();
    let mut named = clean.unwrap_or_else(|| theirs.clone());
    let base = settled.as_ref().unwrap_or(base);
    if named.uid.is_empty() {
        named.uid.clone_from(&base.uid);
    }
    let mut added = Vec::new();
    for section in crate::incident::SECTIONS {
        in_section!(*section, T => name::<T>(base, later, &mut named, now, &mut added));
    }
    let mut work = Work {
        origin: origin(Some(base), base, &named),
        stale,
        adopting: Some(now),
        heard: None,
        dead: HashMap::new(),
        lost: Vec::new(),
        by_hand: Edits::default(),
    };
    let (mut whole, mut report) = unite(&mut work, Some(base), base, &named);
    let mut by_hand = work.by_hand.into_all();
    by_hand.retain(|edit| edit.stands);
    report.hand_edits = by_hand.iter().map(|edit| edit.subject.clone()).collect();
    if let Some(event) = told::hand_edit(&by_hand, &added, now)
        && ![&&whole]
            .into_iter()
            .chain(later)
            .any(|state| state.timeline.iter().any(|other| other.id == event.id))
    {
        insert(&mut whole, Event::clone(&event));
    }
    redact::settle(&mut whole);
    report.redacted = redacted;
    lists::sort(&mut whole.timeline);
    (whole, report)
}

/// What `theirs` has more than `base`, if it has nothing less and nothing otherwise; told by address, so that it costs
/// next to nothing however long the lists are.
pub(super) fn additions(base: &Incident, theirs: &Incident) -> Option<Vec<(String, String)>> {
    if base.bare() != theirs.bare() || !theirs.redactions.is_empty() {
        return None;
    }
    let mut arrived = Vec::new();
    for section in crate::incident::SECTIONS {
        let added = in_section!(*section, T => added::<T>(T::list(base), T::list(theirs))).flatten()?;
        arrived.extend(added.into_iter().map(|id| ((*section).to_owned(), id)));
    }
    Some(arrived)
}

/// The ids of entries that one stretch of `new` has more than `old`.
fn added<T: Entry>(old: &[Arc<T>], new: &[Arc<T>]) -> Option<Vec<String>> {
    let same = |(a, b): &(&Arc<T>, &Arc<T>)| Arc::ptr_eq(a, b);
    let front = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    if back < old.len() {
        return None;
    }
    let ids = new[..new.len() - back].iter();
    ids.map(|entry| (!entry.id().is_empty()).then(|| entry.id().to_owned()))
        .collect()
}

/// Whether every entry has an id.
pub fn is_named(incident: &Incident) -> bool {
    let named = |section: &str| in_section!(section, T => T::list(incident).iter().all(|entry| !entry.id().is_empty()));
    crate::incident::SECTIONS
        .iter()
        .all(|section| named(section) != Some(false))
}

/// The state with every entry named, as a session that reads it would name them: what somebody wrote by hand and committed without a
/// console has no ids yet, and entries are told apart by them. Times that nobody gave are the newest that the state has, so that
/// everybody who merges writes the same. `None` where every entry has one.
pub(super) fn named(incident: &Incident) -> Option<Incident> {
    if is_named(incident) {
        return None;
    }
    let mut whole = incident.clone();
    let now = crate::incident::newest(incident);
    for section in crate::incident::SECTIONS {
        in_section!(*section, T => name::<T>(incident, &[], &mut whole, now, &mut Vec::new()));
    }
    lists::sort(&mut whole.timeline);
    Some(whole)
}

/// Gives entries that have no id one that everybody who reads the same file makes alike, and those without time or
/// author what is known: now, and that it was written by hand.
fn name<T: Entry>(
    base: &Incident,
    later: &[&Incident],
    incident: &mut Incident,
    now: Time,
    added: &mut Vec<(String, String)>,
) {
    if T::list(incident).iter().all(|entry| !entry.id().is_empty()) {
        return;
    }
    let mut taken: HashSet<String> = T::list(incident).iter().map(|entry| entry.id().to_owned()).collect();
    let known: HashSet<String> = T::list(base).iter().map(|entry| entry.id().to_owned()).collect();
    let mut earlier: HashMap<&str, &Arc<T>> = HashMap::new();
    for entry in [&base].into_iter().chain(later).flat_map(|state| T::list(state).iter()) {
        earlier.entry(entry.id()).or_insert(entry);
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    // When the last of the lines of one time was written down: they keep the order in which they stand in the file.
    let mut written: HashMap<Time, Time> = HashMap::new();
    for place in 0..T::list(incident).len() {
        let entry = &T::list(incident)[place];
        if !entry.id().is_empty() {
            continue;
        }
        let mut fields = to_fields(&**entry);
        clear(&mut fields);
        let content = canonical(Some(&Value::Object(fields.clone())));
        // Lines that say the same are counted; those before this one have the counts up to here.
        let from = counts.get(&content).copied().unwrap_or(0);
        let mut free = (from..).map(|count: usize| (count, id(T::LETTER, &[T::SECTION, &content, &count.to_string()])));
        let Some((count, id)) = free.find(|(_, id)| !taken.contains(id)) else {
            continue;
        };
        taken.insert(id.clone());
        counts.insert(content, count + 1);
        let before = earlier.get(id.as_str()).map(|entry| to_fields(&***entry));
        let old = |key: &str| before.as_ref().and_then(|before| before.get(key)).cloned();
        if !fields.contains_key(T::TIME) {
            let at = old(T::TIME).unwrap_or_else(|| serde_json::to_value(now).unwrap_or_default());
            fields.insert(T::TIME.into(), at);
        }
        if !fields.contains_key("by") {
            fields.insert("by".into(), old("by").unwrap_or_else(|| HAND.into()));
        }
        fields.insert("id".into(), id.clone().into());
        if T::SECTION == Event::SECTION {
            let at = instant(&fields, "at").unwrap_or_default();
            if let Some(recorded) = old("recorded") {
                fields.insert("recorded".into(), recorded);
            } else if let Some(last) = written
                .get(&at)
                .filter(|_| before.is_none() && !fields.contains_key("recorded"))
            {
                let next = Time::from_millis(last.millis() + 1);
                fields.insert("recorded".into(), serde_json::to_value(next).unwrap_or_default());
            }
            let recorded = instant(&fields, "recorded").unwrap_or(at);
            let last = written.entry(at).or_insert(recorded);
            *last = recorded.max(*last);
        }
        if let Ok(entry) = serde_json::from_value::<T>(Value::Object(fields)) {
            T::list_mut(incident)[place] = Arc::new(entry);
            if T::SECTION != Event::SECTION && !known.contains(&id) {
                added.push((T::SECTION.to_owned(), id));
            }
        }
    }
}

fn instant(fields: &Fields, key: &str) -> Option<Time> {
    serde_json::from_value(fields.get(key)?.clone()).ok()
}

/// Takes away what stands for nothing: the id, and a time or author that nobody gave.
fn clear(fields: &mut Fields) {
    fields.remove("id");
    let none = serde_json::to_value(Time::default()).unwrap_or_default();
    for key in ["at", "since"] {
        if fields.get(key) == Some(&none) {
            fields.remove(key);
        }
    }
    if fields.get("by").and_then(Value::as_str) == Some("") {
        fields.remove("by");
    }
}
