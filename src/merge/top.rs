//! The top level of an incident as one entry: everything but its lists.

use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use crate::incident::{Incident, SECTIONS, Stamp};

/// The incident without its lists.
pub(super) fn head(incident: &Incident) -> Fields {
    // Written out, so that no list is copied, and a new field is not forgotten.
    to_fields(&incident.bare())
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
    crate::incident::clock::origin(incident)
}
