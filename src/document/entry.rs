//! One block as an entry: fast in the form this program writes, patient with what a person wrote.

use serde_json::{Map, Value};

use super::fast;
use super::once;
use super::own_form;
use super::value::Any;
use crate::incident::field::{self, Field};
use crate::incident::{Entry, Event, Time};

/// Why a block is no entry.
pub(crate) enum Trouble {
    /// YAML, but not an entry.
    Shape(String),
    /// Not YAML, or a key stands twice.
    Yaml(serde_yaml::Error),
}

#[cfg(test)]
thread_local! {
    /// How many blocks this thread has read: work that must not grow faster than the file.
    pub static READS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Reads a block whose dash stands at `indent`.
pub(crate) fn read<T: Entry>(block: &str, indent: usize) -> Result<T, Trouble> {
    #[cfg(test)]
    READS.set(READS.get() + 1);
    if T::SECTION == Event::SECTION
        && let mut event = fast::event(block, indent)
        && let Some(entry) = (&mut event as &mut dyn std::any::Any)
            .downcast_mut::<Option<T>>()
            .and_then(Option::take)
    {
        return Ok(entry);
    }
    if let Some(entry) = own_form::entry(block, indent) {
        return Ok(entry);
    }
    match once::from_str::<Vec<T>>(block) {
        Ok(mut list) if list.len() == 1 => list.pop().ok_or_else(|| Trouble::Shape("empty".into())),
        // Not as this program writes it: the whole block is read again, as any value.
        Ok(_) | Err(_) => {
            let mut values = serde_yaml::from_str::<Vec<Any>>(block).map_err(Trouble::Yaml)?;
            let last = values.pop().map(|Any(value)| value);
            typed(last.unwrap_or_default()).map_err(Trouble::Shape)
        }
    }
}

/// An entry as a person may have written it: without id, time or author, or as a bare line.
pub(crate) fn typed<T: Entry>(value: Value) -> Result<T, String> {
    let first = match serde_json::from_value::<T>(value.clone()) {
        Ok(entry) => return Ok(entry),
        Err(error) => error.to_string(),
    };
    let mut map = match value {
        Value::Object(map) => map,
        Value::String(line) if T::SECTION == Event::SECTION => {
            Map::from_iter([("text".to_owned(), Value::String(line))])
        }
        _ => return Err(first),
    };
    for (key, value) in &mut map {
        if (value.is_number() || value.is_boolean()) && !matches!(key.as_str(), "pinned" | "supports" | "id") {
            *value = Value::String(value.to_string());
        }
    }
    let epoch = Time::default().to_string();
    let states = field::find(T::FIELDS, "state").and_then(Field::words);
    let first_state = states.and_then(|states| states.first()).copied().unwrap_or("open");
    for (key, default) in [
        ("id", ""),
        ("at", epoch.as_str()),
        ("since", epoch.as_str()),
        ("kind", "note"),
        ("state", first_state),
    ] {
        map.entry(key).or_insert_with(|| default.into());
    }
    let mut entry = serde_json::from_value::<T>(Value::Object(map.clone())).map_err(|_| first.clone());
    if entry.is_ok() {
        // Keys that the kind of entry does not have were only offered.
        let kept = serde_json::to_value(entry.as_ref().map_err(Clone::clone)?).unwrap_or_default();
        for (key, default) in [
            ("since", epoch.as_str()),
            ("kind", "note"),
            ("state", first_state),
            ("at", epoch.as_str()),
        ] {
            if map.get(key).and_then(Value::as_str) == Some(default) {
                let mut without = map.clone();
                without.shift_remove(key);
                if let Ok(smaller) = serde_json::from_value::<T>(Value::Object(without.clone()))
                    && serde_json::to_value(&smaller).ok().as_ref() != Some(&kept)
                {
                    map = without;
                    entry = Ok(smaller);
                }
            }
        }
    }
    entry
}
