//! Redaction: the one way in which words leave a file that otherwise only grows. A redaction is an entry of its own, written
//! once and never undone; it names the fields whose words were taken out and what stands there instead. [`settle`] is a
//! function of the state alone, so every clone that holds the redaction holds the same bytes, whatever an old buffer or a
//! concurrent edit brings back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::apply::registers;
use super::apply::words::brief;
use super::entry::{Entry, fields_of, in_section};
use super::field::{self, Field, Nature};
use super::model::{Event, Incident, Redaction, Spot};
use super::stamp::Stamp;
use super::time::Time;
use super::words::EventKind;

/// The fields of a list's entries; of the top level, where there is no list.
fn fields(list: &str) -> &'static [Field] {
    if list.is_empty() {
        Incident::FIELDS
    } else {
        fields_of(list)
    }
}

/// Whether a field holds an id, an instant or a word of a list: no secret, and the incident could not be read without it. By
/// list (empty for the top level) and dotted name, so that what a team calls `status` in its own fields is a text like any other.
fn is_structure(list: &str, name: &str) -> bool {
    let (first, last) = match name.split_once('.') {
        Some((first, rest)) => (first, rest.rsplit('.').next()),
        None => (name, None),
    };
    let Some(field) = field::find(fields(list), first) else {
        return false;
    };
    match (field.nature, last) {
        (Nature::Identity | Nature::Stamps | Nature::Reference | Nature::Word(_), None) => true,
        (Nature::Moment, Some(last)) => ["at", "how"].contains(&last),
        (Nature::Records(_), Some(last)) => ["id", "rev"].contains(&last),
        _ => false,
    }
}

/// The fields of the incident, of all lists and of the records inside them.
fn all_fields() -> impl Iterator<Item = &'static Field> {
    let tables = [""].into_iter().chain(super::SECTIONS.iter().copied()).map(fields);
    tables.flatten().flat_map(|field| {
        let inner = field.records().unwrap_or_default();
        [field].into_iter().chain(inner)
    })
}

/// Whether a field says who, when, or of which list: it goes where it holds words that are looked for, and stays where an entry
/// is redacted as a whole.
fn is_name(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    all_fields().any(|field| field.name == last && field.nature == Nature::Name)
}

/// The same of what an event refers to: its values are kept then, the past is worked out from them.
fn is_structural(subject: Option<&str>) -> bool {
    let Some(subject) = subject else { return false };
    let field = subject.rsplit('.').next().unwrap_or(subject);
    let head = subject.starts_with("impact.") || subject.starts_with("fields.");
    let anywhere = super::SECTIONS.iter().any(|list| is_structure(list, field));
    !head && (is_structure("", subject) || (subject.contains('.') && anywhere) || is_no_text(field))
}

/// What else is written into `from` and `to`, and is no text: instants, flags, numbers.
fn is_no_text(name: &str) -> bool {
    let plain = |field: &Field| matches!(field.nature, Nature::Time | Nature::Flag | Nature::Number);
    all_fields().any(|field| field.name == name && plain(field))
}

/// Fewest characters of words that can be looked for: shorter ones stand in half of all sentences.
const SHORTEST: usize = 4;

/// How every mark begins.
pub(super) const MARK: &str = "[redacted by ";

/// What stands where words were taken out.
pub fn mark(by: &str) -> String {
    format!("{MARK}{by}]")
}

/// Whether a text holds such a mark.
pub fn is_marked(text: &str) -> bool {
    text.contains(MARK)
}

/// A text cut into what people wrote and the marks between (`true`).
pub fn parts(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(MARK).unwrap_or(rest.len());
        let end = if start == 0 {
            rest.find(']').map_or(rest.len(), |end| end + 1)
        } else {
            start
        };
        let (part, after) = rest.split_at(end);
        rest = after;
        (!part.is_empty()).then_some((part, start == 0))
    })
}

/// A field: its list (empty for the top level), its entry's id, its name.
pub type Place<'a> = (&'a str, &'a str, &'a str);

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

/// Whether a field of the top level holds words that people wrote.
fn is_own_text(name: &str) -> bool {
    let nature = |name: &str| field::find(Incident::FIELDS, name).map(|field| field.nature);
    match name.split_once('.') {
        Some((group, _)) => nature(group) == Some(Nature::Group),
        None => nature(name) == Some(Nature::Text),
    }
}

/// Whether people set such a field anew once its words are gone: all but what was said in the timeline and what only grows.
fn is_settable((list, _, field): &Place<'_>) -> bool {
    match *list {
        "" => is_own_text(field),
        Event::SECTION => false,
        _ => !field.contains('.') && *field != "by",
    }
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
pub(super) fn known_of(incident: &Incident, subject: &str) -> Option<Box<str>> {
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
    let mut entries: BTreeMap<(&str, &str), Vec<(&str, &Fixed<'_>)>> = BTreeMap::new();
    for (place, value) in &fixed {
        let (list, entry, field) = *place;
        if list.is_empty() {
            let head = head.get_or_insert_with(|| registers::map(&incident.bare()));
            stand(head, place, value);
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
                        stand(map, &(list, entry, field), value);
                    }
                });
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
        let one = super::ids::find::<T>(incident, entry)?;
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
fn speaks_of_any(subject: &str, ids: &BTreeSet<String>) -> bool {
    let cuts = subject.match_indices('.').map(|(at, _)| at).chain([subject.len()]);
    cuts.into_iter().any(|at| ids.contains(&subject[..at]))
}

/// Whether a text is a mark and nothing else.
pub fn is_mark(text: &str) -> bool {
    text.starts_with(MARK) && text.find(']') == Some(text.len() - 1)
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
fn texts(list: &str, map: &Map<String, Value>, prefix: &str, found: &mut dyn FnMut(String, &Value)) {
    for (key, value) in map {
        let name = format!("{prefix}{key}");
        if is_structure(list, &name) {
            continue;
        }
        match value {
            Value::String(text) if Time::parse_rfc3339(text).is_none() => found(name, value),
            Value::Object(inner) => texts(list, inner, &format!("{name}."), found),
            Value::Array(members) => {
                let id = |member: &Value| member.get("id").and_then(Value::as_str).map(str::to_owned);
                if members.iter().all(|member| id(member).is_some()) {
                    for member in members {
                        if let (Some(id), Value::Object(inner)) = (id(member), member) {
                            texts(list, inner, &format!("{name}.{id}."), found);
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

/// A text without the words, also where it quotes no more than their beginning.
fn taken_out(text: &str, secrets: &[String], mark: &str) -> String {
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

fn structural(map: &Map<String, Value>) -> bool {
    is_structural(map.get("ref").and_then(Value::as_str))
}

/// Whether a whole text can be looked for elsewhere: `done` or `undone` stand in what has nothing to do with it.
fn is_telling(text: &str) -> bool {
    let count = text.chars().count();
    count >= 8 || count >= SHORTEST && text.chars().any(|c| !c.is_alphabetic() && !c.is_whitespace())
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
    for section in super::SECTIONS.iter().filter(|section| **section != Redaction::SECTION) {
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

/// The words that these redactions take out of a state from before them, and who redacted them.
pub fn lost(state: &Incident, redactions: &[Arc<Redaction>]) -> Vec<(String, String)> {
    let Some(settled) = under(state, redactions) else {
        return Vec::new();
    };
    let mut found: Vec<(String, String)> = Vec::new();
    let mut look = |list: &str, old: &Map<String, Value>, new: &Map<String, Value>| {
        let mut now: BTreeMap<String, Value> = BTreeMap::new();
        texts(list, new, "", &mut |name, value| _ = now.insert(name, value.clone()));
        texts(list, old, "", &mut |name, value| {
            if let Some(now) = now.get(&name).filter(|now| *now != value && name != "retracted") {
                apart(value, now, &mut found);
            }
        });
    };
    look("", &registers::map(&state.bare()), &registers::map(&settled.bare()));
    for section in super::SECTIONS {
        in_section!(*section, T => {
            // Settling takes nothing away and moves nothing.
            let pairs = T::list(state).iter().zip(T::list(&settled));
            for (old, new) in pairs.filter(|(old, new)| !Arc::ptr_eq(old, new)) {
                look(section, &registers::map(&**old), &registers::map(&**new));
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
fn between<'a>(old: &'a str, now: &str) -> Option<Vec<&'a str>> {
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

/// What taking out words comes to that came back.
pub fn again(incident: &Incident, secrets: Vec<String>, by: &str) -> Plan {
    sweep(incident, Vec::new(), secrets, by)
}

#[cfg(test)]
mod tests;
