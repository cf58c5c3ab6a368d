//! What the timeline tells about the past: spells of status and severity, and who is here.

use super::model::{Event, Incident};
use super::people::Persons;
use super::statuses::{Class, Statuses};
use super::time::Time;
use super::words::EventKind;

/// A stretch of time in which a field had one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// The value.
    pub value: String,
    /// From when.
    pub from: Time,
    /// Until when; `None` for the present one.
    pub until: Option<Time>,
    /// Who set it.
    pub by: String,
}

/// Somebody who is at work on the incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Who.
    pub name: String,
    /// Roles they hold now.
    pub roles: Vec<String>,
    /// When they last did something.
    pub last: Time,
}

fn changes<'a>(incident: &'a Incident, field: &'a str) -> impl DoubleEndedIterator<Item = &'a Event> {
    let events = incident.timeline.iter().map(AsRef::as_ref);
    events.filter(move |event: &&Event| event.subject.as_deref() == Some(field) && event.retracted.is_none())
}

fn spells(incident: &Incident, field: &str) -> Vec<Spell> {
    let mut spells: Vec<Spell> = Vec::new();
    for event in changes(incident, field) {
        let value = event.to.as_deref().unwrap_or_default();
        if let Some(last) = spells.last_mut() {
            if last.value == value {
                continue;
            }
            last.until = Some(event.at);
        }
        spells.push(Spell {
            value: value.to_owned(),
            from: event.at,
            until: None,
            by: event.by.clone(),
        });
    }
    spells
}

/// Every status the incident was in, in order.
pub fn statuses(incident: &Incident) -> Vec<Spell> {
    spells(incident, "status")
}

/// Every severity it had.
pub fn severities(incident: &Incident) -> Vec<Spell> {
    spells(incident, "severity")
}

/// Since when it is in its present status; from the stamp where the timeline does not tell.
pub fn since_status(incident: &Incident) -> Option<Time> {
    since(incident, "status", &incident.status)
}

/// When it first had a severity: when it was first set, or from the declaration on.
pub fn first_severity(incident: &Incident) -> Option<Time> {
    first_set(incident, "severity", &incident.severity)
}

/// When the root cause was first named.
pub fn first_cause(incident: &Incident) -> Option<Time> {
    first_set(incident, "cause", incident.cause.as_deref()?)
}

/// When a field that holds `value` was first filled; from the declaration on where the timeline knows of no time without it.
fn first_set(incident: &Incident, field: &str, value: &str) -> Option<Time> {
    if value.is_empty() {
        return None;
    }
    // Also where its line was retracted since: the value was set all the same.
    let mut events = incident.timeline.iter().map(AsRef::as_ref);
    let first =
        events.find(|event: &&Event| event.subject.as_deref() == Some(field) && event.kind != EventKind::Conflict);
    let set = first
        .filter(|event| event.from.as_deref().is_none_or(str::is_empty))
        .map(|event| event.at);
    let stamp = || {
        incident
            .rev
            .get(field)
            .map(|stamp| stamp.at)
            .filter(|_| first.is_none())
    };
    set.or_else(stamp)
        .or_else(|| incident.declared.as_ref().map(|moment| moment.at))
}

fn since(incident: &Incident, field: &str, value: &str) -> Option<Time> {
    let told = changes(incident, field)
        .next_back()
        .filter(|event| event.to.as_deref() == Some(value));
    told.map(|event| event.at)
        .or_else(|| incident.rev.get(field).map(|stamp| stamp.at))
        .or_else(|| incident.declared.as_ref().map(|moment| moment.at))
}

/// When it first reached a status.
pub fn first_in(incident: &Incident, status: &str) -> Option<Time> {
    changes(incident, "status")
        .find(|event| event.to.as_deref() == Some(status))
        .map(|event| event.at)
}

/// The status to return to when an ended incident is opened again: the last in which it was worked on.
pub fn last_open_status(incident: &Incident, statuses: &Statuses) -> String {
    let told = changes(incident, "status")
        .rev()
        .flat_map(|event| [event.to.as_deref(), event.from.as_deref()]);
    // What comes back is not watched any more: it is worked on again.
    let open = told.flatten().find(|status| statuses.class(status) == Class::Open);
    open.unwrap_or(statuses.of(Class::Open)).to_owned()
}

/// Who did something since `since`, latest first. What was written down later than that of an earlier time is back-fill, and what was
/// taken back is not there: neither says that anyone is here.
pub fn present(incident: &Incident, since: Time) -> Vec<Present> {
    let mut people: Vec<Present> = Vec::new();
    let mut names = Persons::default();
    let recent = incident.timeline.partition_point(|event| event.at < since);
    for event in &incident.timeline[recent..] {
        let last = event.recorded.unwrap_or(event.at);
        // An alert is a machine's.
        if event.by.is_empty() || event.kind == EventKind::Alert || event.retracted.is_some() {
            continue;
        }
        if let Some(place) = names.find(&event.by) {
            names.spell(&event.by, place);
            people[place].last = people[place].last.max(last);
        } else {
            names.add(&event.by, people.len());
            people.push(Present {
                name: event.by.clone(),
                roles: Vec::new(),
                last,
            });
        }
    }
    for role in super::entry::live(&incident.roles).filter(|role| role.until.is_none()) {
        if let Some(place) = names.find(&role.who) {
            people[place].roles.push(role.role.clone());
        }
    }
    people.sort_by(|one, other| other.last.cmp(&one.last).then_with(|| one.name.cmp(&other.name)));
    people
}
