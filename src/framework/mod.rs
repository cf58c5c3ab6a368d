//! The incident-response frameworks: data in `assets/frameworks/`, and the engine that derives deadlines, gates and
//! checklists from (incident, framework, now). Pure.

mod approvals;
pub mod calendar;
mod checklists;
mod clocks;
pub mod data;
mod derive;
pub mod derived;
mod describe;
mod drafts;
mod facts;
mod gate;
mod lint;
mod load;
pub mod major;
mod names;
pub mod nudges;
mod permit;
mod procedures;
mod specialists;
mod spelling;
mod suggest;

pub use calendar::{Calendar, Span};
pub use derived::*;
pub use drafts::Wanted;
pub use major::MajorIncident;
pub use nudges::NudgeView;
pub use procedures::ProcedureView;
pub use specialists::SpecialistView;
pub use suggest::{Suggestion, figure};

/// A framework as loaded from its data file.
#[derive(Clone, Debug, PartialEq)]
pub struct Framework {
    /// The data file.
    pub data: data::Data,
    /// When the team works, for clocks in business days and hours.
    pub calendar: Calendar,
    /// Where it stands in for one that cannot be read: which, and why, as a sentence. What only that one's rules could allow is
    /// then refused.
    pub stands_in: Option<std::sync::Arc<str>>,
}
