//! Reading files that hold several versions at once: conflict markers that somebody committed, and what a union merge left
//! double. The versions are read and joined; a rescue copy is kept by who writes the result.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::fields::Fields;
use super::known::Standing;
use super::lists::{same, to_fields};
use super::stamps::{HAND, canonical, id};
use super::work::Lost;
use super::{join, merge, states, told, top};
use crate::document::{Document, Invalid, doubles, markers};
use crate::incident::{Entry, Incident, SECTIONS, Stamp, Timer, entry::in_section, redact};

/// Reads a text as an incident; `known` is a state to go by. The flag says that versions were joined.
///
/// # Errors
///
/// Where it cannot be read, and is not two readable versions in one.
pub fn read(text: &str, known: Option<&Document>) -> Result<(Document, bool), Invalid> {
    let parsed = match known {
        Some(known) => known.reparse(text),
        None => Document::parse(text),
    };
    let (document, joined) = match parsed {
        // Markers inside a block may be read as text of it, or as an entry nobody can read.
        Ok(document) if document.quarantined().is_empty() => (document, false),
        Ok(document) => sides(text)
            .or_else(|| readings(text))
            .map_or((document, false), |merged| (merged, true)),
        Err(invalid) => sides(text)
            .or_else(|| readings(text))
            .map(|merged| (merged, true))
            .ok_or(invalid)?,
    };
    // What the file itself says is redacted is so before anybody sees it.
    let settled = redact::under(document.incident(), &document.incident().redactions);
    Ok(settled.map_or((document.clone(), joined), |settled| {
        (document.with(Arc::new(settled)), joined)
    }))
}

fn sides(text: &str) -> Option<Document> {
    if !text.contains("<<<<<<<") {
        return None;
    }
    let (ours, base, theirs) = markers::split(text)?;
    let side = |text: &str| Document::parse(text).ok().or_else(|| readings(text));
    let (ours, theirs) = (side(&ours)?, side(&theirs)?);
    let base = base.and_then(|base| side(&base));
    // Without a common state both sides count as new: nothing of either is dropped.
    Some(match base {
        Some(base) => merge(&base, &ours, &theirs).0,
        None => join(&ours, &theirs).0,
    })
}

fn readings(text: &str) -> Option<Document> {
    let mut readings = doubles::split(text)?.into_iter();
    let first = Document::parse(&readings.next()?).ok()?;
    readings.try_fold(first, |joined, reading| {
        let reading = joined.reparse(&reading).ok()?;
        let mut lost = Vec::new();
        let reading = set_apart(&joined, reading, &mut lost);
        let whole = join(&joined, &reading).0;
        Some(with_lost(whole, lost))
    })
}

/// What stands twice without a stamp that tells the one from the other was made by hand: an entry copied to write another,
/// its id left as it was, becomes an entry of its own; of a key with two values both go into `lost`, where the one that
/// stands in the end is left out.
fn set_apart(joined: &Document, reading: Document, lost: &mut Vec<Lost>) -> Document {
    let (one, other) = (joined.incident(), reading.incident());
    let mut apart = Incident::clone(other);
    let mut changed = false;
    // Whose hand it was is not known.
    let stamp = Stamp::new(states::origin(None, one, one).at, HAND);
    note(lost, "", "", &stamp, &top::head(one), &top::head(other));
    for section in SECTIONS {
        in_section!(*section, T => {
            let known: HashMap<&str, &Arc<T>> = T::list(one).iter().map(|entry| (entry.id(), entry)).collect();
            for entry in T::list_mut(&mut apart) {
                let Some(before) = known.get(entry.id()).filter(|before| !same(before, entry)) else {
                    continue;
                };
                let (before, mut fields) = (to_fields(&**before), to_fields(&**entry));
                if !is_drawn::<T>(entry) {
                    note(lost, section, entry.id(), &stamp, &before, &fields);
                } else if !unstamped(&before, &fields).is_empty() {
                    let letter = entry.id().chars().next().unwrap_or('e');
                    let own = id(letter, &[section, &canonical(Some(&Value::Object(fields.clone())))]);
                    fields.insert("id".into(), own.into());
                    if let Ok(own) = serde_json::from_value::<T>(Value::Object(fields)) {
                        *entry = Arc::new(own);
                        changed = true;
                    }
                }
            }
        });
    }
    if changed {
        reading.with(Arc::new(apart))
    } else {
        reading
    }
}

/// Whether an entry's id was drawn for it alone. One that comes from a template, or names what it is, may be made by two
/// people, and is one and the same.
fn is_drawn<T: Entry>(entry: &T) -> bool {
    let plain = |id: &str| id.len() > 4 && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    T::SECTION != Timer::SECTION && plain(entry.id())
}

/// Keys that have two values and no stamp.
fn unstamped<'a>(one: &'a Fields, other: &'a Fields) -> Vec<&'a str> {
    let stamped = |fields: &Fields, key: &str| {
        let rev = fields.get("rev").and_then(Value::as_object);
        rev.is_some_and(|rev| {
            rev.keys()
                .any(|name| name == key || name.split('.').next() == Some(key))
        })
    };
    let is_entries = |value: &Value| {
        value
            .as_array()
            .is_some_and(|list| list.iter().all(|one| one.get("id").is_some()))
    };
    let differs = |(key, value): &(&'a String, &Value)| {
        let twin = other
            .get(*key)
            .filter(|twin| twin != value && !twin.is_null() && !value.is_null());
        twin.is_some() && *key != "rev" && !is_entries(value) && !stamped(one, key) && !stamped(other, key)
    };
    one.iter().filter(differs).map(|(key, _)| key.as_str()).collect()
}

fn note(lost: &mut Vec<Lost>, section: &str, entry: &str, stamp: &Stamp, one: &Fields, other: &Fields) {
    for key in unstamped(one, other) {
        let subject = if entry.is_empty() {
            key.to_owned()
        } else {
            format!("{entry}.{key}")
        };
        lost.extend([one, other].map(|fields| Lost {
            section: section.to_owned(),
            subject: subject.clone(),
            stamp: stamp.clone(),
            value: fields.get(key).cloned(),
        }));
    }
}

/// The document with those values told in its timeline that do not stand in it.
fn with_lost(whole: Document, mut lost: Vec<Lost>) -> Document {
    let incident = whole.incident();
    let standing = Standing::of(incident);
    lost.retain(|lost| standing.value(&lost.section, &lost.subject).as_ref() != lost.value.as_ref());
    if lost.is_empty() {
        return whole;
    }
    let mut told = Incident::clone(incident);
    states::insert_new(&mut told, lost.iter().map(told::conflict));
    whole.with(Arc::new(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(title: &str, entries: &str) -> String {
        format!(
            "warroom: 1\nid: INC-2026-0042\nuid: abcdefg\n{title}framework: war-room\nseverity: P1\nstatus: declared\n\
             timeline:\n{entries}# end of INC-2026-0042\n"
        )
    }

    fn event(words: &str) -> String {
        format!("- id: ebotaaa2\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: {words}\n")
    }

    fn texts(text: &str) -> Vec<String> {
        let (document, joined) = read(text, None).unwrap();
        assert!(joined);
        let again = read(document.text(), None).unwrap();
        assert!(!again.1 && again.0.incident() == document.incident(), "it is settled");
        document
            .incident()
            .timeline
            .iter()
            .map(|event| event.text.clone())
            .collect()
    }

    #[test]
    fn an_entry_copied_by_hand_is_an_entry_of_its_own() {
        let text = file(
            "title: x\n",
            &(event("one") + &event("two") + &event("one") + &event("three")),
        );
        let mut found = texts(&text);
        found.sort();
        assert_eq!(found, ["one", "three", "two"]);
        assert_eq!(read(&text, None).unwrap().0.text(), read(&text, None).unwrap().0.text());
    }

    #[test]
    fn the_same_entry_twice_is_one() {
        assert_eq!(texts(&file("title: x\n", &(event("one") + &event("one")))), ["one"]);
    }

    #[test]
    fn of_a_key_with_two_values_the_lost_one_is_told() {
        let found = texts(&file("title: one\ntitle: two\n", &event("x")));
        assert!(
            found
                .iter()
                .any(|text| text.starts_with("title was changed by two at once")),
            "{found:?}"
        );
        let document = read(&file("title: one\ntitle: two\n", &event("x")), None).unwrap().0;
        let lost = document
            .incident()
            .timeline
            .iter()
            .find_map(|event| event.from.as_deref());
        let mut both = [document.incident().title.as_str(), lost.unwrap()];
        both.sort_unstable();
        assert_eq!(both, ["one", "two"]);
    }

    #[test]
    fn a_text_with_two_values_is_two_entries() {
        let doubled = event("one").replace("  text: one\n", "  text: one\n  text: two\n");
        let mut found = texts(&file("title: x\n", &doubled));
        found.sort();
        assert_eq!(found, ["one", "two"]);
    }
}
