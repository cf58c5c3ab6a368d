//! The incident-response frameworks: data in `assets/frameworks/`, and the engine that derives deadlines, gates and
//! checklists from (incident, framework, now). Pure.

pub mod data;
pub mod derived;
mod load;

pub use derived::*;

use crate::incident::{Change, Incident, Refusal, Time};

/// A framework as loaded from its data file.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The data file.
    pub data: data::Data,
}

impl Framework {
    /// Everything derived, for one moment.
    pub fn derive(&self, incident: &Incident, now: Time) -> Derived {
        let _ = (incident, now);
        todo!()
    }

    /// Resolves names (id prefixes, role aliases, severities and statuses in any case) and checks the change against the
    /// incident and this framework's rules. What it returns can be applied by `incident::apply`.
    pub fn permit(&self, incident: &Incident, change: Change, by: &str, now: Time) -> Result<Change, Refusal> {
        let _ = (incident, by, now);
        Ok(change)
    }
}
