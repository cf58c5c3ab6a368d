//! The timeline as a review shows it: in one list or in five groups, each row with the event that it comes from.

use std::fmt::Write as _;

use crate::escape::markdown;
use crate::incident::{Event, EventKind, Incident, Milestone, Time, clock, live};

/// A part of the timeline (S0:516-521).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// When and how it was noticed.
    Detection,
    /// What was found, and which hypotheses were tested.
    Investigation,
    /// What was done against the impact.
    Mitigation,
    /// How it ended.
    Resolution,
    /// Who was told.
    Communication,
}

const GROUPS: [(&str, Group); 5] = [
    ("detection", Group::Detection),
    ("investigation", Group::Investigation),
    ("mitigation", Group::Mitigation),
    ("resolution", Group::Resolution),
    ("communication", Group::Communication),
];

impl Group {
    /// The group of this name.
    pub(super) fn parse(word: &str) -> Result<Self, String> {
        let found = GROUPS.iter().find(|(name, _)| *name == word).map(|(_, group)| *group);
        found.ok_or_else(|| {
            let known: Vec<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
            format!("there is no group `{word}` of the timeline; use {}", known.join(", "))
        })
    }

    /// Where events of a kind belong; `None` for the bookkeeping of the console, which a review leaves out unless it is pinned.
    fn of(kind: &EventKind) -> Option<Self> {
        match kind {
            EventKind::Alert | EventKind::Declared | EventKind::Acknowledged | EventKind::Impact => {
                Some(Self::Detection)
            }
            EventKind::Observation
            | EventKind::Finding
            | EventKind::Hypothesis
            | EventKind::Request
            | EventKind::Severity
            | EventKind::Role
            | EventKind::Note => Some(Self::Investigation),
            EventKind::Action | EventKind::Decision | EventKind::Mitigation | EventKind::Procedure => {
                Some(Self::Mitigation)
            }
            EventKind::Milestone
            | EventKind::Status
            | EventKind::Resolved
            | EventKind::Closed
            | EventKind::Reopened
            | EventKind::Cancelled => Some(Self::Resolution),
            EventKind::Comms | EventKind::Escalation => Some(Self::Communication),
            EventKind::Field
            | EventKind::Checklist
            | EventKind::Timer
            | EventKind::Analysis
            | EventKind::ActionItem
            | EventKind::Link
            | EventKind::HandEdit
            | EventKind::Conflict
            | EventKind::Redaction
            | EventKind::Other(_) => None,
        }
    }
}

/// The events of a review, in time: all, or those of a group.
pub(super) fn events(incident: &Incident, group: Option<Group>) -> Vec<&Event> {
    let wanted = |event: &&Event| match (group, Group::of(&event.kind)) {
        (None, of) => of.is_some() || event.pinned,
        (Some(wanted), Some(of)) => of == wanted,
        (Some(wanted), None) => event.pinned && wanted == Group::Investigation,
    };
    let mut all: Vec<&Event> = live(&incident.timeline).filter(wanted).collect();
    all.sort_by(|a, b| a.in_time(b));
    all
}

/// How instants are shown in the rows of one incident.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instants {
    /// Whether the incident lies within one day of UTC, so that the hour is enough.
    one_day: bool,
}

impl Instants {
    /// Of this incident: made once, since it looks at all of the timeline.
    pub(super) fn of(incident: &Incident) -> Self {
        let mut days = live(&incident.timeline).map(|event| event.at.date());
        let first = days.next();
        Self {
            one_day: days.all(|day| Some(day) == first),
        }
    }

    /// An instant as this incident's rows show it.
    pub(super) fn shown(self, at: Time) -> String {
        let form = if self.one_day { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
        at.chrono().format(form).to_string()
    }
}

/// An instant with its day.
pub(super) fn dated(at: Time) -> String {
    at.chrono().format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Words of an event, with when it was written down where that was much later.
fn words(event: &Event) -> String {
    let mut text = markdown(&event.text);
    if let Some(recorded) = event.recorded.filter(|recorded| recorded.seconds_since(event.at) >= 60) {
        let _ = write!(text, " (written {})", recorded.hm());
    }
    text
}

/// As a list.
pub(super) fn list(incident: &Incident, group: Option<Group>) -> String {
    let instants = Instants::of(incident);
    let rows = events(incident, group).into_iter().map(|event| {
        format!(
            "- {} {} {}: {} `{}`",
            instants.shown(event.at),
            event.kind,
            markdown(&event.by),
            words(event),
            code(&event.id)
        )
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return "Nothing was recorded.".into();
    }
    rows.join("\n")
}

/// An id as code: nothing in it ends the code.
pub(super) fn code(id: &str) -> String {
    id.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect()
}

/// As a table of time and event, with the source of each row.
pub(super) fn table(incident: &Incident) -> String {
    let mut out = "| Time (UTC) | Event | Source |\n|------|-------|-------|\n".to_owned();
    let instants = Instants::of(incident);
    for event in events(incident, None) {
        let (time, words) = (instants.shown(event.at), words(event));
        let _ = writeln!(
            out,
            "| {time} | {words} | {} `{}` |",
            markdown(&event.by),
            code(&event.id)
        );
    }
    out
}

/// As a table of time, event, actor and notes.
pub(super) fn actors(incident: &Incident) -> String {
    let mut out = "| Time | Event | Actor | Notes |\n|------|-------|-------|-------|\n".to_owned();
    let instants = Instants::of(incident);
    for event in events(incident, None) {
        let (time, words) = (instants.shown(event.at), words(event));
        let _ = writeln!(
            out,
            "| {time} | {words} | {} | {} `{}` |",
            markdown(&event.by),
            event.kind,
            code(&event.id)
        );
    }
    out
}

/// The ten rows that the ITIL review has in every case (S2:968-977); what is not known is said to be.
#[allow(clippy::too_many_lines, reason = "one match over the closed list of kinds")]
pub(super) fn standard(incident: &Incident, severity: &str, duration: &str, public: &[&str]) -> String {
    let first = |wanted: &dyn Fn(&Event) -> bool| {
        live(&incident.timeline)
            .filter(|event| wanted(event))
            .min_by(|a, b| a.in_time(b))
    };
    let last = |wanted: &dyn Fn(&Event) -> bool| {
        live(&incident.timeline)
            .filter(|event| wanted(event))
            .max_by(|a, b| a.in_time(b))
    };
    let moment = |name: Milestone| clock::moment(incident, &name).map(|moment| (moment.at, moment.by.clone()));
    let by_event = |event: Option<&Event>| event.map(|event| (event.at, event.by.clone()));
    let to = |event: &Event, word: &str| event.to.as_deref() == Some(word);
    let detected = incident.detected.as_ref();
    let how = detected.and_then(|moment| moment.how.as_ref()).map(ToString::to_string);
    let response = clock::milestone(incident, &Milestone::Acknowledged)
        .zip(clock::milestone(incident, &Milestone::Detected).or(clock::milestone(incident, &Milestone::Declared)))
        .map(|(acknowledged, noticed)| {
            format!(
                "Response time: {} minutes",
                acknowledged.seconds_since(noticed).max(0) / 60
            )
        });
    let started = live(&incident.mitigations)
        .filter_map(|one| one.started.map(|at| (at, one)))
        .min_by_key(|(at, _)| *at);
    let deployed = live(&incident.mitigations)
        .filter_map(|one| one.done.map(|at| (at, one)))
        .max_by_key(|(at, _)| *at);
    let checked = live(&incident.mitigations)
        .filter_map(|one| one.settled.map(|at| (at, one)))
        .max_by_key(|(at, _)| *at);
    let cause = first(&|event| {
        event.subject.as_deref() == Some("cause") || event.kind == EventKind::Hypothesis && to(event, "confirmed")
    });
    let page = live(&incident.communications)
        .filter(|sent| public.contains(&sent.audience.as_str()))
        .max_by_key(|sent| sent.at);
    let rows = [
        ("Incident detected", moment(Milestone::Detected), how),
        ("Engineer acknowledged", moment(Milestone::Acknowledged), response),
        (
            "Triage complete, severity assigned",
            by_event(
                first(&|event| event.kind == EventKind::Severity)
                    .or_else(|| first(&|event| event.kind == EventKind::Declared)),
            ),
            Some(format!("Priority: {severity}")),
        ),
        (
            "Investigation started",
            by_event(first(&|event| {
                matches!(
                    event.kind,
                    EventKind::Hypothesis | EventKind::Finding | EventKind::Observation
                )
            })),
            None,
        ),
        ("Root cause identified", by_event(cause), incident.cause.clone()),
        (
            "Mitigation started",
            started.map(|(at, one)| (at, one.owner.clone().unwrap_or_else(|| one.by.clone()))),
            started.map(|(_, one)| one.text.clone()),
        ),
        (
            "Mitigation deployed",
            deployed.map(|(at, one)| (at, one.owner.clone().unwrap_or_else(|| one.by.clone()))),
            deployed.and_then(|(_, one)| one.option.clone()),
        ),
        (
            "Validation testing passed",
            checked.map(|(at, one)| (at, one.by.clone())),
            checked.and_then(|(_, one)| one.result.clone()),
        ),
        (
            "Incident resolved",
            moment(Milestone::Resolved).or_else(|| by_event(last(&|event| event.kind == EventKind::Resolved))),
            Some(format!("Total duration: {duration}")),
        ),
        (
            "Status page updated",
            page.map(|sent| (sent.at, sent.by.clone())),
            page.and_then(|sent| sent.status.clone()),
        ),
    ];
    let mut out = "| Time | Event | Actor | Notes |\n|------|-------|-------|-------|\n".to_owned();
    let instants = Instants::of(incident);
    for (event, known, notes) in rows {
        let (time, actor) = match known {
            Some((at, by)) => (instants.shown(at), markdown(&by)),
            None => ("unknown".into(), String::new()),
        };
        let notes = notes.map(|text| markdown(&text)).unwrap_or_default();
        let _ = writeln!(out, "| {time} | {event} | {actor} | {notes} |");
    }
    out
}
