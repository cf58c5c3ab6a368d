//! The top level of an incident as one entry: everything but its lists.

use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use crate::incident::{Entry, EventKind, Incident, SECTIONS, Stamp};

/// The incident without its lists.
pub(super) fn head(incident: &Incident) -> Fields {
    // Written out, so that no list is copied, and a new field is not forgotten.
    let Incident {
        warroom,
        id,
        uid,
        title,
        summary,
        framework,
        severity,
        status,
        drill,
        started,
        detected,
        acknowledged,
        declared,
        mitigated,
        resolved,
        closed,
        impact,
        fields,
        cause,
        rev,
        roles: _,
        hypotheses: _,
        mitigations: _,
        checklist: _,
        timers: _,
        communications: _,
        whys: _,
        factors: _,
        actions: _,
        links: _,
        timeline: _,
        extra,
    } = incident;
    to_fields(&Incident {
        warroom: *warroom,
        id: id.clone(),
        uid: uid.clone(),
        title: title.clone(),
        summary: summary.clone(),
        framework: framework.clone(),
        severity: severity.clone(),
        status: status.clone(),
        drill: *drill,
        started: started.clone(),
        detected: detected.clone(),
        acknowledged: acknowledged.clone(),
        declared: declared.clone(),
        mitigated: mitigated.clone(),
        resolved: resolved.clone(),
        closed: closed.clone(),
        impact: impact.clone(),
        fields: fields.clone(),
        cause: cause.clone(),
        rev: rev.clone(),
        extra: extra.clone(),
        ..Incident::default()
    })
}

/// An incident of this top level, with no lists yet. `None` where it is none; its parts come from incidents, so it is one.
pub(super) fn from_head(mut head: Fields) -> Option<Incident> {
    for section in SECTIONS {
        head.remove(*section);
    }
    serde_json::from_value(Value::Object(head)).ok()
}

/// The stamp of what was there from the beginning: that of the declaration, which no correction moves.
pub(super) fn origin(incident: &Incident) -> Option<Stamp> {
    let mut events = incident.timeline.iter();
    let declared = events.find(|event| event.kind == EventKind::Declared)?;
    let (at, by) = declared.made();
    Some(Stamp::new(at, by))
}
