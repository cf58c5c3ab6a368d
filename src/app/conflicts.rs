//! Conflicts in words: two people set one value without knowing of each other.

use std::borrow::Cow;

use super::Model;
use super::form::{Choice, Form, choice};
use super::words::short;
use crate::incident::{Change, Event, EventKind, OpenConflict, Role, given_at_once};

/// Whoever keeps the role, all of them: no name that a person can have.
const ALL: &str = "\tall";

/// What a conflict is about, and between whom.
pub(super) fn said(model: &Model, conflict: &OpenConflict) -> String {
    let Some(role) = conflict.role() else {
        let about = about(model, &conflict.subject);
        return if about.starts_with("the ") {
            about
        } else {
            format!("the {about}")
        };
    };
    let names: Vec<&str> = given_at_once(model.incident(), role)
        .iter()
        .map(|entry| entry.who.as_str())
        .collect();
    let names = names.join(" or ");
    if model.framework().commands(role) {
        format!("who leads: {names}")
    } else {
        format!("who is {}: {names}", model.role_title(role))
    }
}

/// Whose end in a role a register is.
fn former<'m>(model: &'m Model, subject: &str) -> Option<&'m Role> {
    let id = subject.strip_suffix(".until")?;
    let role = model.incident().roles.iter().find(|role| role.id == id)?;
    Some(role)
}

fn about(model: &Model, subject: &str) -> String {
    model.framework().conflict_in_words(model.incident(), subject)
}

/// What a conflict's event says, by the names of today: the record itself names no entry.
pub(super) fn event_words<'e>(model: &Model, event: &'e Event) -> Cow<'e, str> {
    let subject = event.subject.as_deref().filter(|_| event.kind == EventKind::Conflict);
    let Some(subject) = subject.filter(|subject| subject.contains('.')) else {
        return Cow::Borrowed(&event.text);
    };
    let whose = if event.by.is_empty() { "someone" } else { &event.by };
    let about = about(model, subject);
    if let Some(role) = former(model, subject) {
        let title = model.role_title(&role.role);
        let who = &role.who;
        return Cow::Owned(format!(
            "{whose} and someone else replaced {who} as {title} at the same time"
        ));
    }
    let value = shown(model, event.from.as_deref());
    Cow::Owned(format!("{about} was changed by two at once; {whose} wrote: {value}"))
}

/// The conflicts that are open: who leads before all others, then the newest first.
pub(super) fn open(model: &Model) -> Vec<Choice> {
    let one = |one: &OpenConflict| {
        choice(
            &one.event,
            said(model, one),
            format!("{} {}", model.clock(one.at, false), one.by),
        )
    };
    let mut all: Vec<&OpenConflict> = model.derived.conflicts.iter().rev().collect();
    all.sort_by_key(|one| !one.role().is_some_and(|role| model.framework().commands(role)));
    all.into_iter().map(one).collect()
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
    if let Some(role) = one.role() {
        return holders(model, role);
    }
    let in_force = model.framework().in_force(model.incident(), one);
    let mark = |value: Option<&str>| {
        if value == in_force.as_deref() {
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

/// Those who hold a role that was given twice, then all of them together.
fn holders(model: &Model, role: &str) -> Vec<Choice> {
    let held = given_at_once(model.incident(), role);
    let one = |entry: &&Role| {
        let by = if entry.by.is_empty() { &entry.who } else { &entry.by };
        let named = if *by == entry.who { "took it" } else { "named by" };
        let by = if *by == entry.who {
            String::new()
        } else {
            format!(" {by}")
        };
        choice(
            &entry.who,
            &entry.who,
            format!("{named}{by} at {}", model.day_clock(entry.since)),
        )
    };
    let mut all: Vec<Choice> = held.iter().map(one).collect();
    all.push(choice(
        ALL,
        if held.len() == 2 { "both" } else { "all of them" },
        "beside one another",
    ));
    all
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Change {
    let (event, take) = (form.answer("conflict"), form.answer("take"));
    let open = model.derived.conflicts.iter().find(|one| one.event == event);
    let Some(role) = open.and_then(OpenConflict::role) else {
        return Change::SettleConflict {
            event: event.to_owned(),
            take: take == "take",
        };
    };
    let newest = given_at_once(model.incident(), role)
        .first()
        .map(|entry| entry.who.clone());
    Change::AssignRole {
        role: role.to_owned(),
        who: if take == ALL {
            newest.unwrap_or_default()
        } else {
            take.to_owned()
        },
        alongside: take == ALL,
    }
}
