//! Redaction: the one way in which words leave a file that otherwise only grows. A redaction is an entry of its own, written
//! once and never undone; it names the fields whose words were taken out and what stands there instead. [`settle`] is a
//! function of the state alone, so every clone that holds the redaction holds the same bytes, whatever an old buffer or a
//! concurrent edit brings back.

mod kinds;
mod lost;
mod plan;
mod settle;

use serde_json::{Map, Value};

use self::kinds::is_structure;
pub use self::lost::{fresh_texts, lost, under, united};
pub use self::plan::{Plan, again, entry, list_of, words};
pub(in crate::incident) use self::settle::known_of;
pub use self::settle::{redacted_by, settle};
use crate::incident::time::Time;

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

/// Whether a text is a mark and nothing else.
pub fn is_mark(text: &str) -> bool {
    text.starts_with(MARK) && text.find(']') == Some(text.len() - 1)
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

#[cfg(test)]
mod tests;
