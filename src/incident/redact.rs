//! Redaction: the one way in which words leave a file that otherwise only grows. A redaction is an entry of its own, written
//! once and never undone; it names the fields whose words were taken out and what stands there instead. [`settle`] is a
//! function of the state alone, so every clone that holds the redaction holds the same bytes, whatever an old buffer or a
//! concurrent edit brings back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::apply::registers;
use super::apply::words::brief;
use super::entry::{Entry, in_section};
use super::model::{Event, Incident, Redaction, Spot};
use super::time::Time;
use super::words::EventKind;

/// Keys whose values are ids, instants or words of a list: no secret, and the incident could not be read without them.
const STRUCTURE: [&str; 34] = [
    "id",
    "uid",
    "warroom",
    "rev",
    "at",
    "by",
    "kind",
    "state",
    "recorded",
    "since",
    "until",
    "ref",
    "role",
    "who",
    "list",
    "due",
    "duration",
    "option",
    "category",
    "horizon",
    "how",
    "hypothesis",
    "severity",
    "status",
    "framework",
    "audience",
    "pinned",
    "drill",
    "likelihood",
    "takes",
    "owner",
    "time",
    "accepted",
    "clock",
];

/// Fewest characters of words that can be looked for: shorter ones stand in half of all sentences.
const SHORTEST: usize = 4;

/// What stands where words were taken out.
pub fn mark(by: &str) -> String {
    format!("[redacted by {by}]")
}

/// Whether a text holds such a mark.
pub fn is_marked(text: &str) -> bool {
    text.contains("[redacted by ")
}

/// A field: its list (empty for the top level), its entry's id, its name.
type Place<'a> = (&'a str, &'a str, &'a str);

/// What stands in each redacted field. Where two redactions of one field differ, neither knows the other's secret: nothing
/// of the field is left, and the earlier one signs.
fn fixed(incident: &Incident) -> BTreeMap<Place<'_>, Value> {
    let mut all: Vec<&Arc<Redaction>> = incident.redactions.iter().collect();
    all.sort_by(|one, other| (one.at, &one.by, &one.id).cmp(&(other.at, &other.by, &other.id)));
    let mut found: BTreeMap<Place<'_>, (Value, &str)> = BTreeMap::new();
    for one in all {
        for spot in &one.what {
            let place = (spot.list.as_str(), spot.entry.as_str(), spot.field.as_str());
            match found.get_mut(&place) {
                Some((value, _)) if *value == spot.now => {}
                Some((value, by)) => *value = Value::from(mark(by)),
                None => {
                    found.insert(place, (spot.now.clone(), &one.by));
                }
            }
        }
    }
    found.into_iter().map(|(place, (value, _))| (place, value)).collect()
}

/// Who took the words out of a field, where somebody did.
pub fn redacted_by<'a>(incident: &'a Incident, list: &str, entry: &str, field: &str) -> Option<&'a str> {
    let names = |spot: &Spot| spot.list == list && spot.entry == entry && spot.field == field;
    let mut all = incident.redactions.iter().filter(|one| one.what.iter().any(names));
    all.next().map(|one| one.by.as_str())
}

/// Puts the marks in. Events that refer to a redacted entry quote it, and whoever wrote them elsewhere did not know: they lose
/// their words too, unless the redaction has gone through them or they quote the mark.
pub fn settle(incident: &mut Incident) {
    if incident.redactions.is_empty() {
        return;
    }
    let before = Incident {
        redactions: incident.redactions.clone(),
        ..Incident::default()
    };
    let fixed = fixed(&before);
    let mut head: Option<Map<String, Value>> = None;
    let mut entries: BTreeMap<(&str, &str), Vec<(&str, &Value)>> = BTreeMap::new();
    for ((list, entry, field), value) in &fixed {
        if list.is_empty() {
            let head = head.get_or_insert_with(|| registers::map(&incident.bare()));
            put(head, field, value);
        } else {
            entries.entry((list, entry)).or_default().push((field, value));
        }
    }
    if let Some(read) = head.and_then(|head| serde_json::from_value::<Incident>(Value::Object(head)).ok()) {
        let whole = std::mem::replace(incident, read);
        for section in super::SECTIONS {
            in_section!(*section, T => *T::list_mut(incident) = T::list(&whole).clone());
        }
    }
    for ((list, entry), fields) in &entries {
        in_section!(*list, T => {
            if let Some(place) = T::list(incident).iter().rposition(|one| one.id() == *entry) {
                change::<T>(&mut T::list_mut(incident)[place], |map| {
                    for (field, value) in fields {
                        put(map, field, value);
                    }
                });
            }
        });
    }
    quoting(incident, &fixed, &before.redactions);
}

/// The events that refer to what was redacted, and those that refer to them.
fn quoting(incident: &mut Incident, fixed: &BTreeMap<Place<'_>, Value>, redactions: &[Arc<Redaction>]) {
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
            if known.contains(event.id.as_str()) || !refers(event, &about, &heads) {
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

/// Whether a `ref` is one of these entries' ids or one of their fields; ids may hold dots themselves.
fn speaks_of_any(subject: &str, ids: &BTreeSet<String>) -> bool {
    let cuts = subject.match_indices('.').map(|(at, _)| at).chain([subject.len()]);
    cuts.into_iter().any(|at| ids.contains(&subject[..at]))
}

/// Whether a text is a mark and nothing else.
fn is_bare(text: &str) -> bool {
    text.starts_with("[redacted by ") && text.find(']') == Some(text.len() - 1)
}

/// Whether a text is to be the mark: it does not quote one, or is one of another's that came first.
fn is_to_go(text: &str, mark: &str) -> bool {
    text != mark && (is_bare(text) || !is_marked(text))
}

/// Takes the words out of an event that quotes what was redacted.
fn blot(event: &mut Arc<Event>, mark: &str) {
    let structural = is_structural(event);
    let lost = |text: &Option<Box<str>>| text.as_deref().is_some_and(|text| is_to_go(text, mark));
    let words = is_to_go(&event.text, mark) || (event.kind == EventKind::HandEdit && event.text != mark);
    let values = !structural && (lost(&event.from) || lost(&event.to));
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
fn forget(event: &mut Arc<Event>, fixed: &BTreeMap<Place<'_>, Value>, mark: &str) {
    let id = event.id.clone();
    let unknown = |former: &super::model::Former| {
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

/// Whether what an event tells of is a state or the like: its values are kept, the past is worked out from them.
fn is_structural(event: &Event) -> bool {
    let field = event
        .subject
        .as_deref()
        .map(|subject| subject.rsplit('.').next().unwrap_or(subject));
    field.is_some_and(|field| STRUCTURE.contains(&field))
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

/// Calls `found` for everything in an entry that a person wrote: its dotted name and its value.
fn texts(map: &Map<String, Value>, prefix: &str, found: &mut dyn FnMut(String, &Value)) {
    for (key, value) in map {
        if STRUCTURE.contains(&key.as_str()) {
            continue;
        }
        let name = format!("{prefix}{key}");
        match value {
            Value::String(text) if Time::parse_rfc3339(text).is_none() => found(name, value),
            Value::Object(inner) => texts(inner, &format!("{name}."), found),
            Value::Array(list) => {
                let id = |member: &Value| member.get("id").and_then(Value::as_str).map(str::to_owned);
                if list.iter().all(|member| id(member).is_some()) {
                    for member in list {
                        if let (Some(id), Value::Object(inner)) = (id(member), member) {
                            texts(inner, &format!("{name}.{id}."), found);
                        }
                    }
                } else {
                    found(name, value);
                }
            }
            _ => {}
        }
    }
}

/// A value without the words; `None` where it does not hold them.
fn without(value: &Value, secrets: &[String], mark: &str) -> Option<Value> {
    match value {
        Value::String(text) => {
            let mut clean = text.clone();
            for secret in secrets {
                clean = clean.replace(secret.as_str(), mark);
            }
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
    super::SECTIONS.iter().copied().find(|section| {
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
        collect(value, &mut secrets);
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
                texts(&map, "", &mut |field, value| {
                    if !(keep && ["from", "to"].contains(&field.as_str())) {
                        note(list, id, field, value);
                    }
                });
            }
        });
    } else {
        let own = ["title", "summary", "cause"].contains(&id) || id.starts_with("impact.") || id.starts_with("fields.");
        texts(&registers::map(&incident.bare()), "", &mut |field, value| {
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

fn structural(map: &Map<String, Value>) -> bool {
    let subject = map.get("ref").and_then(Value::as_str).unwrap_or_default();
    STRUCTURE.contains(&subject.rsplit('.').next().unwrap_or(subject))
}

fn collect(value: &Value, secrets: &mut Vec<String>) {
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
                if text.chars().count() >= SHORTEST && !secrets.iter().any(|known| known == text) {
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
    if STRUCTURE.contains(&subject.rsplit('.').next().unwrap_or(subject)) {
        return None;
    }
    if let Some(value) = registers::head(incident).get(subject) {
        return value
            .is_string()
            .then(|| ("", String::new(), subject.to_owned(), value.clone()));
    }
    subject.match_indices('.').find_map(|(at, _)| {
        let (id, field) = (&subject[..at], &subject[at + 1..]);
        let list = list_of(incident, id)?;
        let value = in_section!(list, T => {
            let one = super::ids::find::<T>(incident, id)?;
            registers::get(&registers::map(&**one), field).clone()
        })?;
        value
            .is_string()
            .then(|| (list, id.to_owned(), field.to_owned(), value))
    })
}

/// Whether an event speaks of one of these entries, or of one of these fields of the top level.
fn refers(event: &Event, entries: &BTreeSet<String>, fields: &BTreeSet<&str>) -> bool {
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
            texts.iter().any(|text| is_bare(text))
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
        texts(map, "", &mut |field, value| {
            if keep && ["from", "to"].contains(&field.as_str()) {
                return;
            }
            if let Some(clean) = without(value, &secrets, &mark) {
                spots.entry((list.to_owned(), entry.to_owned(), field)).or_insert(clean);
            }
        });
    };
    look("", "", &registers::map(&incident.bare()));
    for section in super::SECTIONS {
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
            if value.is_some() && !is_structural(event) {
                gone(field.into());
            }
        }
    }
    // What a field said before is in old buffers: it stays as it is now, or the next of them would bring that back.
    let mut frozen: Vec<((String, String, String), Value)> = Vec::new();
    for (list, entry, field) in spots.keys().filter(|(list, ..)| list == Event::SECTION) {
        let Some(event) = super::ids::find::<Event>(incident, entry) else {
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
