//! Folding an incident into the one that it is a duplicate of: what is written in each of the two.

use super::import::Imported;
use super::{Change, EventKind, Incident, live};

/// The label of the link from a duplicate to the incident that goes on.
const GOES_ON: &str = "duplicate-of";

/// The incident that goes on, where this one was cancelled as its duplicate.
pub fn parent(incident: &Incident) -> Option<&str> {
    let mut cancelled = live(&incident.timeline).rev();
    let cancelled = cancelled.find(|event| event.kind == EventKind::Cancelled)?;
    let mut links = live(&incident.links).filter(|link| link.label.as_deref() == Some(GOES_ON));
    links
        .find(|link| cancelled.text.contains(&duplicate_of(&link.target)))
        .map(|link| link.target.as_str())
}

/// Whether a reason to cancel says that the incident is a duplicate of one it is linked to.
pub fn is_why(incident: &Incident, reason: &str) -> bool {
    let mut links = live(&incident.links).filter(|link| link.label.as_deref() == Some(GOES_ON));
    links.any(|link| reason.starts_with(&duplicate_of(&link.target)))
}

/// What the reason of the cancellation begins with.
pub(super) fn duplicate_of(parent: &str) -> String {
    format!("duplicate of {parent}")
}

/// What is written in the incident that goes on: a link, what people wrote down in the other, and that it was folded in. With the number
/// of those lines.
pub fn folded_in(child: &Incident) -> (Vec<Change>, usize) {
    let lines = lines_of(child);
    let folded = lines.len();
    let declared = child.declared.as_ref();
    let declared = declared.map(|moment| format!(", declared at {} by {}", moment.at.hm(), moment.by));
    let mut changes = vec![Change::AddLink {
        target: child.id.clone(),
        label: Some("duplicate".into()),
    }];
    if !lines.is_empty() {
        changes.push(Change::ImportLines { lines });
    }
    changes.push(Change::Log {
        kind: EventKind::Note,
        text: format!(
            "{} is a duplicate and was folded in: {}{}",
            child.id,
            child.title,
            declared.unwrap_or_default()
        ),
        at: None,
        pin: false,
    });
    (changes, folded)
}

/// What is written in the incident that ends: a link to the one that goes on, and why it is cancelled.
pub fn folded_away(parent: &str, reason: Option<&str>) -> Vec<Change> {
    let because = reason.map_or_else(String::new, |reason| format!(": {}", reason.trim()));
    vec![
        Change::AddLink {
            target: parent.to_owned(),
            label: Some(GOES_ON.into()),
        },
        Change::Cancel {
            reason: format!("{}{because}", duplicate_of(parent)),
        },
    ]
}

/// So many lines, in words.
pub fn lines(count: usize) -> String {
    format!("{count} line{}", if count == 1 { "" } else { "s" })
}

/// What people wrote down in an incident, as lines that say where they come from.
fn lines_of(incident: &Incident) -> Vec<Imported> {
    let said = live(&incident.timeline)
        .filter(|event| event.retracted.is_none() && EventKind::LOGGABLE.contains(&event.kind))
        .filter(|event| event.subject.is_none());
    said.enumerate()
        .map(|(number, event)| Imported {
            line: number + 1,
            at: Some(event.at),
            who: (!event.by.is_empty()).then(|| event.by.clone()),
            kind: event.kind.clone(),
            text: format!("[{}] {}", incident.id, event.text),
        })
        .collect()
}
