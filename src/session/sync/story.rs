//! Commit messages: the log of an incident's file reads like the incident.

use crate::document::Document;
use crate::incident::{Event, Incident};

/// Most lines of a message's body.
const LINES: usize = 40;

/// What changed from one state of an incident to another, as a commit message's first line and body.
pub fn of(old: Option<&Document>, new: &Incident) -> (String, String) {
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
        [] => "edited by hand".to_owned(),
        [only] => told(only, 60),
        [first, rest @ ..] => format!("{} (+{} more)", told(first, 50), rest.len()),
    };
    let lines = if fresh.len() > 1 {
        fresh.iter().take(LINES).map(|event| line(event)).collect()
    } else {
        Vec::new()
    };
    let more = fresh.len().saturating_sub(LINES);
    let mut body = lines.join("\n");
    if more > 0 && !body.is_empty() {
        body.push_str(&format!("\n… and {more} more"));
    }
    (format!("{}: {first}", crate::text::one_line(&new.id)), body)
}

fn told(event: &Event, width: usize) -> String {
    let text = crate::text::one_line(event.text.lines().next().unwrap_or_default());
    let text = crate::text::fit(&text, width, "…");
    match event.by.as_str() {
        "" => text.into_owned(),
        by => format!("{}: {text}", crate::text::one_line(by)),
    }
}

fn line(event: &Event) -> String {
    format!("{}  {}  {}", event.at, event.kind.as_str(), told(event, 160))
}

/// One message for what changed in several files at once.
pub fn message(stories: &[(String, String)], others: usize) -> String {
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
