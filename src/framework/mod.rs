//! The incident-response frameworks: data in `assets/frameworks/`, and the engine that derives deadlines, gates and
//! checklists from (incident, framework, now). Pure.

pub mod data;
mod derive;
pub mod derived;
mod facts;
mod load;
pub mod major;
mod nudges;
mod permit;
mod specialists;
mod suggest;

pub use derived::*;
pub use major::MajorIncident;
pub use nudges::NudgeView;
pub use specialists::SpecialistView;
pub use suggest::Suggestion;

/// A framework as loaded from its data file.
#[derive(Clone, Debug)]
pub struct Framework {
    /// The data file.
    pub data: data::Data,
}
