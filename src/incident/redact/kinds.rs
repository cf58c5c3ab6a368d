//! Which fields hold words that people wrote, read from the table of fields.

use serde_json::{Map, Value};

use super::Place;
use crate::incident::entry::Entry;
use crate::incident::entry::fields_of;
use crate::incident::field;
use crate::incident::field::{Field, Nature};
use crate::incident::model::{Event, Incident};

/// The fields of a list's entries; of the top level, where there is no list.
pub(super) fn fields(list: &str) -> &'static [Field] {
    if list.is_empty() {
        Incident::FIELDS
    } else {
        fields_of(list)
    }
}

/// Whether a field holds an id, an instant or a word of a list: no secret, and the incident could not be read without it. By
/// list (empty for the top level) and dotted name, so that what a team calls `status` in its own fields is a text like any other.
pub(super) fn is_structure(list: &str, name: &str) -> bool {
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
    let tables = [""]
        .into_iter()
        .chain(crate::incident::SECTIONS.iter().copied())
        .map(fields);
    tables.flatten().flat_map(|field| {
        let inner = field.records().unwrap_or_default();
        [field].into_iter().chain(inner)
    })
}

/// Whether a field says who, when, or of which list: it goes where it holds words that are looked for, and stays where an entry
/// is redacted as a whole.
pub(super) fn is_name(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    all_fields().any(|field| field.name == last && field.nature == Nature::Name)
}

/// The same of what an event refers to: its values are kept then, the past is worked out from them.
pub(super) fn is_structural(subject: Option<&str>) -> bool {
    let Some(subject) = subject else { return false };
    let field = subject.rsplit('.').next().unwrap_or(subject);
    let head = subject.starts_with("impact.") || subject.starts_with("fields.");
    let anywhere = crate::incident::SECTIONS.iter().any(|list| is_structure(list, field));
    !head && (is_structure("", subject) || (subject.contains('.') && anywhere) || is_no_text(field))
}

/// What else is written into `from` and `to`, and is no text: instants, flags, numbers.
fn is_no_text(name: &str) -> bool {
    let plain = |field: &Field| matches!(field.nature, Nature::Time | Nature::Flag | Nature::Number);
    all_fields().any(|field| field.name == name && plain(field))
}

/// Whether a field of the top level holds words that people wrote.
pub(super) fn is_own_text(name: &str) -> bool {
    let nature = |name: &str| field::find(Incident::FIELDS, name).map(|field| field.nature);
    match name.split_once('.') {
        Some((group, _)) => nature(group) == Some(Nature::Group),
        None => nature(name) == Some(Nature::Text),
    }
}

/// Whether people set such a field anew once its words are gone: all but what was said in the timeline and what only grows.
pub(super) fn is_settable((list, _, field): &Place<'_>) -> bool {
    match *list {
        "" => is_own_text(field),
        Event::SECTION => false,
        _ => !field.contains('.') && *field != "by",
    }
}

pub(super) fn structural(map: &Map<String, Value>) -> bool {
    is_structural(map.get("ref").and_then(Value::as_str))
}
