//! Conflicts in words: two people set one value without knowing of each other.

use super::Model;
use super::choices::choice;
use super::form::Choice;
use super::words::short;
use crate::incident::{OpenConflict, live};

/// What a conflict is about, and between whom.
pub(super) fn said(model: &Model, conflict: &OpenConflict) -> String {
    let subject = &conflict.subject;
    let (entry, field) = subject.split_once('.').unwrap_or(("", subject));
    let incident = model.incident();
    if let Some(role) = incident.roles.iter().find(|role| role.id == entry) {
        let title = model.role_title(&role.role);
        let holders: Vec<&str> = live(&incident.roles)
            .filter(|known| known.role == role.role && known.until.is_none())
            .map(|known| known.who.as_str())
            .collect();
        return match (field, holders.as_slice()) {
            ("until", [_, _, ..]) => format!("two at once as {title}: {}", holders.join(", ")),
            ("until", _) => format!("when {} stopped being {title}", role.who),
            _ => format!("{title}: {field}"),
        };
    }
    let named = incident
        .hypotheses
        .iter()
        .find(|known| known.id == entry)
        .map(|known| &known.statement)
        .or_else(|| {
            incident
                .mitigations
                .iter()
                .find(|known| known.id == entry)
                .map(|known| &known.text)
        })
        .or_else(|| {
            incident
                .checklist
                .iter()
                .find(|known| known.id == entry)
                .map(|known| &known.text)
        });
    match named {
        Some(text) => format!("the {field} of \"{}\"", short(text, 40)),
        None => format!("the {}", subject.replace(['.', '_'], " ")),
    }
}

/// The conflicts that are open, the newest first.
pub(super) fn open(model: &Model) -> Vec<Choice> {
    let one = |one: &OpenConflict| {
        choice(
            &one.event,
            said(model, one),
            format!("{} {}", model.clock(one.at, false), one.by),
        )
    };
    model.derived.conflicts.iter().rev().map(one).collect()
}

/// A value as people read it: an instant with its day, an empty one in words.
fn shown(model: &Model, value: Option<&str>) -> String {
    let Some(value) = value else {
        return "(empty)".to_owned();
    };
    match crate::incident::Time::parse_rfc3339(value) {
        Some(at) => model.date_time(at),
        None => short(value, 40),
    }
}

/// The two values of a conflict: which one is in force, and who wrote the other.
pub(super) fn values(model: &Model, event: &str) -> Vec<Choice> {
    let Some(one) = model.derived.conflicts.iter().find(|one| one.event == event) else {
        return Vec::new();
    };
    let in_force = match one.subject.as_str() {
        // While it is open the safer of the two counts.
        "severity" => Some(model.derived.severity.as_str()),
        "status" => Some(model.derived.status.as_str()),
        _ => one.kept.as_deref(),
    };
    let mark = |value: Option<&str>| {
        if value == in_force {
            ", in force until you choose"
        } else {
            ""
        }
    };
    let (kept, lost) = (one.kept.as_deref(), one.lost.as_deref());
    vec![
        choice("keep", shown(model, kept), format!("written later{}", mark(kept))),
        choice("take", shown(model, lost), format!("by {}{}", one.by, mark(lost))),
    ]
}
