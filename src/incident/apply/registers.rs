//! What changed between two states of an entry, field by field: the source of both `rev` stamps and undo.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::incident::change::{Refusal, Register};
use crate::incident::entry::Entry;
use crate::incident::stamp::Stamp;
use crate::incident::time::Time;

/// Fields without a register: the identity, the stamps themselves, an event's own stamp, and its former words, which
/// only grow.
const UNSTAMPED: [&str; 4] = ["id", "rev", "recorded", "was"];

/// Why an entry that was undone is marked.
pub(crate) const UNDONE: &str = "undone";

/// An entry as a map. What cannot be one (it never happens for the types of this crate) is an empty map.
pub(crate) fn map(entry: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The registers in which two states differ; `then` is the old value, `now` the new one.
pub(crate) fn changed(section: &str, id: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<Register> {
    let mut found = Vec::new();
    differ(old, new, &mut |field, then, now| {
        found.push(Register {
            section: section.into(),
            id: id.into(),
            field,
            then,
            now,
        });
    });
    found
}

fn differ(old: &Map<String, Value>, new: &Map<String, Value>, found: &mut dyn FnMut(String, Value, Value)) {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    for field in gone
        .chain(new.keys())
        .filter(|field| !UNSTAMPED.contains(&field.as_str()))
    {
        let (then, now) = (
            old.get(field).unwrap_or(&Value::Null),
            new.get(field).unwrap_or(&Value::Null),
        );
        if then == now {
            continue;
        }
        let Some(members) = members(now).or_else(|| members(then)) else {
            found(field.clone(), then.clone(), now.clone());
            continue;
        };
        // A list of remarks: what is new in it is undone by marking it, the rest is compared remark by remark.
        for (id, member) in members {
            match member_of(then, id) {
                None => found(format!("{field}.{id}.retracted"), Value::from(UNDONE), Value::Null),
                Some(before) => differ(before, member, &mut |inner, then, now| {
                    found(format!("{field}.{id}.{inner}"), then, now);
                }),
            }
        }
    }
}

/// The members of a list of entries, each with its id; `None` for any other value.
fn members(value: &Value) -> Option<Vec<(&str, &Map<String, Value>)>> {
    let list = value.as_array().filter(|list| !list.is_empty())?;
    list.iter()
        .map(|member| {
            let map = member.as_object()?;
            Some((map.get("id")?.as_str()?, map))
        })
        .collect()
}

fn member_of<'a>(value: &'a Value, id: &str) -> Option<&'a Map<String, Value>> {
    value
        .as_array()?
        .iter()
        .filter_map(Value::as_object)
        .find(|member| member.get("id").and_then(Value::as_str) == Some(id))
}

/// Sets the stamps of the registers that changed in an entry: in its own `rev`, or in that of its remark. Remarks that
/// are new have none: their own time and author are their stamp.
///
/// `made` is the stamp of fields that have none of their own; each gets one that is later than the one it had.
pub(crate) fn stamp(entry: &mut Map<String, Value>, old: &Map<String, Value>, stamp: &Stamp, made: &Stamp) {
    let mut fields = Vec::new();
    differ(old, entry, &mut |field, _, now| fields.push((field, now)));
    for (field, _) in fields {
        match nested(&field) {
            None => set_stamp(entry, &field, &stamp.over(&former(old, &field, made))),
            Some((list, id, inner)) => {
                let Some(was) = member_of(old.get(list).unwrap_or(&Value::Null), id) else {
                    continue;
                };
                let at = was.get("at").and_then(Value::as_str).and_then(Time::parse_rfc3339);
                let own = at.map(|at| Stamp::new(at, was.get("by").and_then(Value::as_str).unwrap_or_default()));
                let stamp = stamp.over(&former(was, inner, own.as_ref().unwrap_or(made)));
                if let Some(member) = member_mut(entry, list, id) {
                    set_stamp(member, inner, &stamp);
                }
            }
        }
    }
}

/// Stamps a register whose value stays: someone who knew of all of its writes says that this is it.
pub(crate) fn confirm(entry: &mut Map<String, Value>, field: &str, stamp: &Stamp, made: &Stamp) {
    match nested(field) {
        None => {
            let stamp = stamp.over(&former(entry, field, made));
            set_stamp(entry, field, &stamp);
        }
        Some((list, id, inner)) => {
            if let Some(member) = member_mut(entry, list, id) {
                let stamp = stamp.over(&former(member, inner, made));
                set_stamp(member, inner, &stamp);
            }
        }
    }
}

/// The stamp that a field has now.
fn former(fields: &Map<String, Value>, field: &str, made: &Stamp) -> Stamp {
    let own = fields.get("rev").and_then(|rev| rev.get(field)).and_then(Value::as_str);
    own.and_then(|own| own.parse().ok()).unwrap_or_else(|| made.clone())
}

fn set_stamp(entry: &mut Map<String, Value>, field: &str, stamp: &Stamp) {
    let rev = entry.entry("rev").or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(rev) = rev {
        rev.insert(field.into(), serde_json::to_value(stamp).unwrap_or_default());
    }
}

/// `evidence.x7k3m9qx.retracted` taken apart.
fn nested(field: &str) -> Option<(&str, &str, &str)> {
    let (list, rest) = field.split_once('.')?;
    let (id, inner) = rest.split_once('.')?;
    Some((list, id, inner))
}

/// An entry's own time and author are the stamp of every field that has none. Where they are corrected, those fields get it
/// written out before it goes, so that nobody takes them for changed.
pub(crate) fn keep_made(entry: &mut Map<String, Value>, old: &Map<String, Value>, made: &Stamp) {
    let mut own = Vec::new();
    differ(old, entry, &mut |field, _, _| {
        let name = field.rsplit('.').next().unwrap_or_default();
        // A line of the timeline has its own time in `recorded`.
        if ["at", "since", "by"].contains(&name) && !(name == "at" && entry.contains_key("recorded")) {
            own.push(field);
        }
    });
    for field in own {
        match nested(&field) {
            None => write_made(entry, old, made),
            Some((list, id, _)) => {
                let Some(was) = member_of(old.get(list).unwrap_or(&Value::Null), id) else {
                    continue;
                };
                let at = was.get("at").and_then(Value::as_str).and_then(Time::parse_rfc3339);
                let by = was.get("by").and_then(Value::as_str).unwrap_or_default();
                if let (Some(at), Some(member)) = (at, member_mut(entry, list, id)) {
                    write_made(member, was, &Stamp::new(at, by));
                }
            }
        }
    }
}

fn write_made(entry: &mut Map<String, Value>, old: &Map<String, Value>, made: &Stamp) {
    let bare = |field: &&String| !UNSTAMPED.contains(&field.as_str());
    let fields: Vec<&String> = old.keys().filter(bare).collect();
    for field in fields {
        let known = old.get("rev").and_then(|rev| rev.get(field)).is_some();
        if !known && members(&old[field]).is_none() {
            set_stamp(entry, field, made);
        }
    }
}

fn member_mut<'a>(entry: &'a mut Map<String, Value>, list: &str, id: &str) -> Option<&'a mut Map<String, Value>> {
    entry
        .get_mut(list)?
        .as_array_mut()?
        .iter_mut()
        .filter_map(Value::as_object_mut)
        .find(|member| member.get("id").and_then(Value::as_str) == Some(id))
}

/// The value of a register; null where there is none.
pub(crate) fn get<'a>(entry: &'a Map<String, Value>, field: &str) -> &'a Value {
    let direct = entry.get(field);
    let value = direct.or_else(|| {
        let (list, id, inner) = nested(field)?;
        member_of(entry.get(list)?, id)?.get(inner)
    });
    value.unwrap_or(&Value::Null)
}

/// Sets a register; null removes the field.
pub(crate) fn set(entry: &mut Map<String, Value>, field: &str, value: &Value) {
    let (target, field) = match nested(field) {
        Some((list, id, inner)) => (member_mut(entry, list, id), inner),
        None => (Some(entry), field),
    };
    match target {
        Some(target) if value.is_null() => {
            target.remove(field);
        }
        Some(target) => {
            target.insert(field.into(), value.clone());
        }
        None => {}
    }
}

/// An entry from its map.
pub(crate) fn entry<T: Entry>(map: Map<String, Value>) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(map))
        .map_err(|problem| Refusal::Invalid(format!("that would leave a {} no one can read ({problem})", T::NOUN)))
}
