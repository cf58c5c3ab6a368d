//! Commit messages: the log of an incident's file reads like the incident. The words of events stay in the file, where they can
//! be redacted, unless the team wants them in commits (`commit-words`).

use crate::document::Document;
use crate::incident::{Event, EventKind, Incident};

/// Most lines of a message's body.
const LINES: usize = 40;

/// What changed from one state of an incident to another, as a commit message's first line and body. `id` is that of its
/// folder, whatever the file says; `words` whether events are quoted.
pub(super) fn of(id: &str, old: Option<&Document>, new: &Incident, words: bool) -> (String, String) {
    let known: std::collections::HashSet<&str> = old
        .iter()
        .flat_map(|old| &old.incident().timeline)
        .map(|event| event.id.as_str())
        .collect();
    let mut fresh: Vec<&Event> = new
        .timeline
        .iter()
        .map(AsRef::as_ref)
        .filter(|event| !known.contains(event.id.as_str()))
        .collect();
    fresh.sort_by_key(|event| event.recorded.unwrap_or(event.at));
    let first = match fresh.as_slice() {
        [] => "manual edit".to_owned(),
        [only] => told(only, 60, words),
        [first, rest @ ..] => format!("{} (+{} more)", told(first, 50, words), rest.len()),
    };
    let lines = if fresh.len() > 1 {
        fresh.iter().take(LINES).map(|event| line(event, words)).collect()
    } else {
        Vec::new()
    };
    let more = fresh.len().saturating_sub(LINES);
    let mut body = lines.join("\n");
    if more > 0 && !body.is_empty() {
        body.push_str(&format!("\n… and {more} more"));
    }
    (format!("{}: {first}", crate::text::one_line(id)), body)
}

fn told(event: &Event, width: usize, words: bool) -> String {
    let by = crate::text::one_line(&event.by);
    if !words {
        let did = did(&event.kind);
        return if by.is_empty() {
            did.to_owned()
        } else {
            format!("{by} {did}")
        };
    }
    let text = crate::text::one_line(event.text.lines().next().unwrap_or_default());
    let text = crate::text::fit(&text, width, "…");
    if by.is_empty() {
        text.into_owned()
    } else {
        format!("{by}: {text}")
    }
}

/// What somebody did, without a word of theirs.
fn did(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Alert => "logged an alert",
        EventKind::Observation => "logged an observation",
        EventKind::Action => "logged an action",
        EventKind::Decision => "logged a decision",
        EventKind::Finding => "logged a finding",
        EventKind::Impact => "logged an impact",
        EventKind::Comms => "sent an update",
        EventKind::Note => "logged a note",
        EventKind::Declared => "declared the incident",
        EventKind::Acknowledged => "acknowledged the incident",
        EventKind::Status => "changed the status",
        EventKind::Severity => "changed the severity",
        EventKind::Field => "changed a field",
        EventKind::Role => "changed a role",
        EventKind::Hypothesis => "changed a hypothesis",
        EventKind::Mitigation => "changed a mitigation",
        EventKind::Checklist => "changed a checklist item",
        EventKind::Timer => "changed a timer",
        EventKind::Milestone => "changed a milestone",
        EventKind::Analysis => "changed the analysis",
        EventKind::Request => "changed a request",
        EventKind::ActionItem => "changed an action item",
        EventKind::Link => "added a link",
        EventKind::Resolved => "resolved the incident",
        EventKind::Closed => "closed the incident",
        EventKind::Reopened => "reopened the incident",
        EventKind::Cancelled => "cancelled the incident",
        EventKind::Escalation => "escalated the incident",
        EventKind::Procedure => "started a procedure",
        EventKind::HandEdit => "edited the file",
        EventKind::Conflict => "changed a field at the same time as someone",
        EventKind::Redaction => "redacted words",
        EventKind::Other(_) => "changed the incident",
    }
}

fn line(event: &Event, words: bool) -> String {
    let kind = if words {
        crate::text::one_line(event.kind.as_str())
    } else {
        "".into()
    };
    format!(
        "{}  {kind}{}{}",
        event.at,
        if words { "  " } else { "" },
        told(event, 160, words)
    )
}

/// One message for what changed in several files at once.
pub(super) fn message(stories: &[(String, String)], others: usize) -> String {
    let files = |count: usize| {
        if count == 1 {
            "1 file".to_owned()
        } else {
            format!("{count} files")
        }
    };
    let (mut subject, body) = match stories {
        [] => (format!("incidents: {}", files(others)), String::new()),
        [(subject, body)] => (subject.clone(), body.clone()),
        several => {
            let body = several
                .iter()
                .map(|(subject, body)| format!("{subject}\n{body}").trim().to_owned());
            (
                format!("{} incidents", several.len()),
                body.collect::<Vec<_>>().join("\n\n"),
            )
        }
    };
    if others > 0 && !stories.is_empty() {
        subject.push_str(&format!(", {}", files(others)));
    }
    if body.is_empty() {
        subject
    } else {
        format!("{subject}\n\n{body}")
    }
}
