//! Puts the marks in: what stands in each redacted field, and in the events that quote it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::kinds::{is_name, is_settable, is_structural};
use super::plan::refers;
use super::{Place, is_mark, is_marked, mark};
use crate::incident::apply::registers;
use crate::incident::entry::{Entry, in_section};
use crate::incident::model::{Event, Incident, Redaction, Spot};
use crate::incident::stamp::Stamp;
use crate::incident::time::Time;
use crate::incident::words::EventKind;

/// What stands in a redacted field, and since when.
struct Fixed<'a> {
    value: Value,
    by: &'a str,
    /// When it was redacted, last.
    at: Time,
    /// The redactions that name it.
    of: Vec<&'a str>,
}

/// What stands in each redacted field. Where two redactions of one field differ, neither knows the other's secret: nothing
/// of the field is left, and the earlier one signs.
fn fixed(redactions: &[Arc<Redaction>]) -> BTreeMap<Place<'_>, Fixed<'_>> {
    let mut all: Vec<&Arc<Redaction>> = redactions.iter().collect();
    all.sort_by(|one, other| (one.at, &one.by, &one.id).cmp(&(other.at, &other.by, &other.id)));
    let mut found: BTreeMap<Place<'_>, Fixed<'_>> = BTreeMap::new();
    for one in all {
        for spot in &one.what {
            let place = (spot.list.as_str(), spot.entry.as_str(), spot.field.as_str());
            let fixed = found.entry(place).or_insert_with(|| Fixed {
                value: spot.now.clone(),
                by: &one.by,
                at: one.at,
                of: Vec::new(),
            });
            if fixed.value != spot.now {
                fixed.value = Value::from(mark(fixed.by));
            }
            fixed.at = fixed.at.max(one.at);
            fixed.of.push(&one.id);
        }
    }
    found
}

/// The redacted fields that somebody has set anew, who knew of all redactions of them: an event tells of it.
fn set_anew<'a>(
    timeline: &[Arc<Event>],
    fixed: &BTreeMap<Place<'a>, Fixed<'a>>,
    stamp: impl Fn(&Place<'a>) -> Option<Time>,
) -> BTreeSet<Place<'a>> {
    let settable = fixed.iter().filter(|(place, _)| is_settable(place));
    let subjects: BTreeMap<String, (&Place<'a>, &Fixed<'a>)> = settable
        .map(|(place, fixed)| {
            let (_, entry, field) = place;
            let subject = if entry.is_empty() {
                (*field).to_owned()
            } else {
                format!("{entry}.{field}")
            };
            (subject, (place, fixed))
        })
        .collect();
    let mut found = BTreeSet::new();
    if subjects.is_empty() {
        return found;
    }
    for event in timeline {
        let (Some(knows), Some(subject)) = (&event.knows, &event.subject) else {
            continue;
        };
        let Some((place, fixed)) = subjects.get(&**subject) else {
            continue;
        };
        let knew = fixed.of.iter().all(|id| knows.split(' ').any(|known| known == *id));
        let written = event.recorded.unwrap_or(event.at);
        if knew && stamp(place).is_some_and(|stamp| stamp >= written) {
            found.insert(**place);
        }
    }
    found
}

/// The redactions of what a change is about, which its event names: who wrote it knew of them.
pub(in crate::incident) fn known_of(incident: &Incident, subject: &str) -> Option<Box<str>> {
    let about = |spot: &Spot| is_about(spot, subject);
    let named = incident.redactions.iter().filter(|one| one.what.iter().any(about));
    let mut ids: Vec<&str> = named.map(|one| one.id.as_str()).collect();
    ids.sort_unstable();
    (!ids.is_empty()).then(|| ids.join(" ").into())
}

/// Who took the words out of a field, where somebody did. With `anew`, of those only that nobody sets anew.
pub fn redacted_by<'a>(incident: &'a Incident, place: Place<'_>, anew: bool) -> Option<&'a str> {
    let (list, entry, field) = place;
    let names = |spot: &Spot| spot.list == list && spot.entry == entry && spot.field == field;
    if anew && is_settable(&place) {
        return None;
    }
    let mut all = incident.redactions.iter().filter(|one| one.what.iter().any(names));
    all.next().map(|one| one.by.as_str())
}

/// The redacted fields of each of a list's entries.
type Named<'a> = HashMap<&'a str, Vec<(&'a str, &'a Fixed<'a>)>>;

/// Puts the marks in. Events that refer to a redacted entry quote it, and whoever wrote them elsewhere did not know: they lose
/// their words too, unless the redaction has gone through them or they quote the mark.
pub fn settle(incident: &mut Incident) {
    if incident.redactions.is_empty() {
        return;
    }
    let redactions = incident.redactions.clone();
    let mut fixed = fixed(&redactions);
    let anew = set_anew(&incident.timeline, &fixed, |place| stamp(incident, place));
    fixed.retain(|place, _| !anew.contains(place));
    let mut head: Option<Map<String, Value>> = None;
    let mut lists: BTreeMap<&str, Named<'_>> = BTreeMap::new();
    for (place, value) in &fixed {
        let (list, entry, field) = *place;
        if list.is_empty() {
            let head = head.get_or_insert_with(|| registers::map(&incident.bare()));
            stand(head, place, value);
        } else {
            let entries = lists.entry(list).or_default();
            entries.entry(entry).or_default().push((field, value));
        }
    }
    if let Some(read) = head.and_then(|head| serde_json::from_value::<Incident>(Value::Object(head)).ok()) {
        let whole = std::mem::replace(incident, read);
        for section in crate::incident::SECTIONS {
            in_section!(*section, T => *T::list_mut(incident) = T::list(&whole).clone());
        }
    }
    for (list, entries) in &mut lists {
        in_section!(*list, T => {
            // One way through the list, however much of it is redacted. Of two with one id it is the last.
            for place in T::list_mut(incident).iter_mut().rev() {
                let Some((entry, fields)) = entries.remove_entry(place.id()) else {
                    continue;
                };
                change::<T>(place, |map| {
                    for (field, value) in fields {
                        stand(map, &(list, entry, field), value);
                    }
                });
                if entries.is_empty() {
                    break;
                }
            }
        });
    }
    quoting(incident, &fixed, &redactions);
}

/// When a field was changed last, where it was.
fn stamp(incident: &Incident, (list, entry, field): &Place<'_>) -> Option<Time> {
    if list.is_empty() {
        return incident.rev.get(*field).map(|stamp| stamp.at);
    }
    in_section!(*list, T => {
        let one = crate::incident::ids::find::<T>(incident, entry)?;
        one.rev().get(*field).map(|stamp| stamp.at)
    })?
}

/// Puts in what stands in a redacted field. What may be set anew has the redaction's stamp, whenever others wrote it who did not
/// know of it: whoever sets it knowing is later.
fn stand(map: &mut Map<String, Value>, place: &Place<'_>, fixed: &Fixed<'_>) {
    let (_, _, field) = place;
    if put(map, field, &fixed.value) && is_settable(place) {
        let rev = map.entry("rev").or_insert_with(|| Value::Object(Map::new()));
        if let (Some(rev), Ok(stamp)) = (
            rev.as_object_mut(),
            serde_json::to_value(Stamp::new(fixed.at, fixed.by)),
        ) {
            rev.insert((*field).to_owned(), stamp);
        }
    }
}

/// The events that refer to what was redacted, and those that refer to them.
fn quoting(incident: &mut Incident, fixed: &BTreeMap<Place<'_>, Fixed<'_>>, redactions: &[Arc<Redaction>]) {
    let Some(first) = redactions
        .iter()
        .min_by(|one, other| (one.at, &one.by, &one.id).cmp(&(other.at, &other.by, &other.id)))
    else {
        return;
    };
    let mark = mark(&first.by);
    let known: BTreeSet<&str> = fixed
        .keys()
        .filter(|(list, _, field)| *list == Event::SECTION && *field == "text")
        .map(|(_, entry, _)| *entry)
        .collect();
    let roots = fixed.keys().filter(|(list, entry, _)| {
        // What only quoted the words is no thing that others speak of, unless it was redacted itself.
        !list.is_empty() && !entry.is_empty()
    });
    let mut about: BTreeSet<String> = roots.map(|(_, entry, _)| (*entry).to_owned()).collect();
    let heads: BTreeSet<&str> = fixed
        .keys()
        .filter(|(list, _, _)| list.is_empty())
        .map(|(_, _, field)| *field)
        .collect();
    for place in 0..incident.timeline.len() {
        let event = &incident.timeline[place];
        if known.contains(event.id.as_str()) && !event.was.is_empty() {
            forget(&mut incident.timeline[place], fixed, &mark);
        }
    }
    loop {
        let mut more = false;
        for place in 0..incident.timeline.len() {
            let event = &incident.timeline[place];
            if known.contains(event.id.as_str()) || !refers(event, &about, &heads) || knows(event, redactions) {
                continue;
            }
            more |= about.insert(event.id.clone());
            blot(&mut incident.timeline[place], &mark);
        }
        if !more {
            return;
        }
    }
}

/// Whether an event was written by one who knew that what it is about is redacted: its words are later ones.
fn knows(event: &Event, redactions: &[Arc<Redaction>]) -> bool {
    let (Some(knows), Some(subject)) = (&event.knows, &event.subject) else {
        return false;
    };
    redactions
        .iter()
        .filter(|one| one.what.iter().any(|spot| is_about(spot, subject)))
        .all(|one| knows.split(' ').any(|known| known == one.id))
}

/// Whether a subject is a redacted field's, or of the entry that the field belongs to.
fn is_about(spot: &Spot, subject: &str) -> bool {
    if spot.list.is_empty() {
        return spot.field == subject;
    }
    let rest = subject.strip_prefix(spot.entry.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a `ref` is one of these entries' ids or one of their fields; ids may hold dots themselves.
pub(super) fn speaks_of_any(subject: &str, ids: &BTreeSet<String>) -> bool {
    let cuts = subject.match_indices('.').map(|(at, _)| at).chain([subject.len()]);
    cuts.into_iter().any(|at| ids.contains(&subject[..at]))
}

/// Whether a text is to be the mark: it does not quote one, or is one of another's that came first.
fn is_to_go(text: &str, mark: &str) -> bool {
    text != mark && (is_mark(text) || !is_marked(text))
}

/// Takes the words out of an event that quotes what was redacted.
fn blot(event: &mut Arc<Event>, mark: &str) {
    let structural = is_structural(event.subject.as_deref());
    let lost = |text: &Option<Box<str>>| text.as_deref().is_some_and(|text| is_to_go(text, mark));
    let words = is_to_go(&event.text, mark) || (event.kind == EventKind::HandEdit && event.text != mark);
    let named = event.subject.as_deref().is_some_and(is_name);
    let values = !structural && !named && (lost(&event.from) || lost(&event.to));
    let former = event
        .was
        .iter()
        .any(|one| one.text.as_deref().is_some_and(|text| is_to_go(text, mark)));
    if !words && !values && !former {
        return;
    }
    let event = Arc::make_mut(event);
    if words {
        mark.clone_into(&mut event.text);
    }
    if values {
        for value in [&mut event.from, &mut event.to] {
            if lost(value) {
                *value = Some(mark.into());
            }
        }
    }
    for text in event.was.iter_mut().filter_map(|one| one.text.as_mut()) {
        if is_to_go(text, mark) {
            mark.clone_into(text);
        }
    }
}

/// Former words of a redacted event that the redaction did not know.
fn forget(event: &mut Arc<Event>, fixed: &BTreeMap<Place<'_>, Fixed<'_>>, mark: &str) {
    let id = event.id.clone();
    let unknown = |former: &crate::incident::model::Former| {
        let field = format!("was.{}.text", former.id);
        former.text.as_deref().is_some_and(|text| is_to_go(text, mark))
            && !fixed.contains_key(&(Event::SECTION, id.as_str(), field.as_str()))
    };
    if !event.was.iter().any(unknown) {
        return;
    }
    for former in &mut Arc::make_mut(event).was {
        if unknown(former) {
            former.text = Some(mark.to_owned());
        }
    }
}

fn change<T: Entry>(entry: &mut Arc<T>, with: impl FnOnce(&mut Map<String, Value>)) {
    let before = registers::map(&**entry);
    let mut after = before.clone();
    with(&mut after);
    if before != after
        && let Ok(read) = registers::entry::<T>(after)
    {
        *entry = Arc::new(read);
    }
}

/// Sets what is there under a dotted name; nothing is added. Keys may hold dots themselves, so every way to cut is tried.
fn put(map: &mut Map<String, Value>, path: &str, value: &Value) -> bool {
    if let Some(there) = map.get_mut(path) {
        *there = value.clone();
        return true;
    }
    let cuts: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
    cuts.into_iter().any(|at| match map.get_mut(&path[..at]) {
        Some(Value::Object(inner)) => put(inner, &path[at + 1..], value),
        Some(Value::Array(list)) => list.iter_mut().filter_map(Value::as_object_mut).any(|member| {
            let id = member.get("id").and_then(Value::as_str).unwrap_or_default();
            match path[at + 1..].strip_prefix(id).and_then(|rest| rest.strip_prefix('.')) {
                Some(rest) if !id.is_empty() => {
                    let rest = rest.to_owned();
                    put(member, &rest, value)
                }
                _ => false,
            }
        }),
        _ => false,
    })
}
