//! Correcting, removing and restoring entries of any list, by the same table as the verbs.

use super::Model;
use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::typed::typed_time;
use super::words::short;
use crate::incident::entry::{Entry, SECTIONS, in_section};
use crate::incident::{Change, Incident, Time, correctable, ids};

/// How many of the newest entries of one list are offered; an older one is selected in its pane.
const MOST: usize = 200;

/// The section by which the fields of a test or a piece of evidence are known.
const REMARKS: &str = "remarks";

/// Fields that are instants: what is typed for them is a TIME.
const TIMES: [&str; 7] = ["at", "since", "until", "started", "done", "settled", "ended"];

/// The entries of all lists, those that count or those that were taken out; each list's newest first.
pub(super) fn all(model: &Model, removed: bool) -> Vec<Choice> {
    fn of<T: Entry>(incident: &Incident, removed: bool) -> Vec<Choice> {
        let fits = T::list(incident).iter().rev();
        fits.filter(|entry| entry.retracted().is_some() == removed)
            .take(MOST)
            .map(|entry| {
                let who = match entry.made().1 {
                    "" => T::NOUN.to_owned(),
                    by => format!("{}, {by}", T::NOUN),
                };
                choice(entry.id(), short(entry.title(), 60), who)
            })
            .collect()
    }
    let incident = model.incident();
    let mut all = Vec::new();
    for section in SECTIONS.iter().filter(|section| !correctable(section).is_empty()) {
        all.extend(in_section!(*section, T => of::<T>(incident, removed)).unwrap_or_default());
    }
    let remarks = incident.hypotheses.iter().filter(|one| one.retracted.is_none());
    let remarks = remarks.flat_map(|one| one.tests.iter().chain(&one.evidence));
    all.extend(
        remarks
            .filter(|one| one.retracted.is_some() == removed)
            .map(|one| choice(&one.id, short(&one.text, 60), format!("evidence or test, {}", one.by))),
    );
    all
}

/// The list of an entry, as its fields are known by.
fn section(model: &Model, entry: &str, removed: bool) -> Option<&'static str> {
    let incident = model.incident();
    let found = if removed {
        ids::find_removed(incident, entry)
    } else {
        ids::find_anywhere(incident, entry)
    };
    found.ok().map(|(section, _)| section)
}

/// The fields of an entry that can be corrected, with what they say.
pub(super) fn fields(model: &Model, entry: &str) -> Vec<Choice> {
    let Some(section) = section(model, entry, false) else {
        return Vec::new();
    };
    let map = ids::as_map(model.incident(), section, entry);
    let known = if section == "hypotheses" && !map.contains_key("statement") {
        REMARKS
    } else {
        section
    };
    let names = correctable(known).into_iter();
    names
        .map(|name| {
            let value = value(model, entry, name).unwrap_or_else(|| "not set".into());
            choice(name, field_title(name), short(&in_zone(model, value), 60))
        })
        .collect()
}

/// What people read for a field.
fn field_title(name: &str) -> &str {
    match name {
        "at" | "since" => "time",
        "by" => "author",
        "who" => "who",
        "read_back" => "read back",
        other => other,
    }
}

/// What a field says now.
fn value(model: &Model, entry: &str, field: &str) -> Option<String> {
    let section = section(model, entry, false)?;
    let map = ids::as_map(model.incident(), section, entry);
    Some(match map.get(field)? {
        serde_json::Value::Null => return None,
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// The same as it stands in the line at first, to be changed.
pub(super) fn prefilled(model: &Model, form: &Form) -> Option<String> {
    value(model, form.answer("entry"), form.answer("entry-field")).map(|value| in_zone(model, value))
}

/// An instant as people read and type it; other values as they are.
fn in_zone(model: &Model, value: String) -> String {
    Time::parse_rfc3339(&value).map_or(value, |at| model.date_time(at))
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let gone = || "that entry is there no more; Esc leaves".to_owned();
    Ok(match form.action {
        Action::CorrectEntry => {
            let (entry, field) = (form.answer("entry").to_owned(), form.answer("entry-field").to_owned());
            let section = section(model, &entry, false).ok_or_else(gone)?;
            let typed = form.answer("correction");
            let due = field == "due" && section != "actions";
            // What stood there is what stood there, to the millisecond.
            let before = value(model, &entry, &field).filter(|value| in_zone(model, value.clone()) == typed);
            let value = if let Some(before) = before {
                before
            } else if (TIMES.contains(&field.as_str()) || due) && !typed.is_empty() {
                typed_time(model, typed)?.at.to_string()
            } else {
                typed.to_owned()
            };
            Change::Correct {
                section: section.to_owned(),
                entry,
                field,
                value,
            }
        }
        Action::RemoveEntry => {
            let entry = form.answer("entry").to_owned();
            let section = section(model, &entry, false).ok_or_else(gone)?;
            Change::Remove {
                section: section.to_owned(),
                entry,
                reason: form.maybe("reason").unwrap_or_else(|| "recorded by mistake".to_owned()),
            }
        }
        Action::RestoreEntry => {
            let entry = form.answer("removed").to_owned();
            let section = section(model, &entry, true).ok_or_else(gone)?;
            Change::Restore {
                section: section.to_owned(),
                entry,
            }
        }
        _ => return Err(nothing(form)),
    })
}
