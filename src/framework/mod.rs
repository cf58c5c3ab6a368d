//! The incident-response frameworks: data in `assets/frameworks/`, checked once into a [`Framework`], and the engine that derives deadlines, gates and
//! checklists from (incident, framework, now). Pure.

mod approvals;
mod audience_table;
pub mod by_hand;
pub mod calendar;
mod channel;
mod check;
mod checklists;
pub mod contacts;
mod correct;
mod course;
pub mod data;
mod derive;
pub mod derived;
mod describe;
mod facts;
mod gate;
mod history;
mod horizons;
#[cfg(test)]
mod laws;
mod load;
pub mod major;
pub mod meeting;
pub mod model;
mod moved;
mod names;
mod nature;
mod permit;
mod procedures;
pub mod promise;
pub mod ratings;
mod record;
mod relief;
pub mod remedy;
pub mod reminders;
#[cfg(test)]
mod renamed;
mod resolve;
pub mod review;
mod shape;
mod signs;
mod specialists;
mod spelling;
mod suggest;
pub mod template;
mod timer_rules;
mod told;
mod waits;
mod who;
mod within;

pub use calendar::{Calendar, Span};
pub use course::{Condition, Meant};
pub use derived::*;
pub use history::{TimerOutcome, TimerRecord};
pub use major::{MajorIncident, MajorState};
pub use model::Framework;
pub use moved::{Moved, MovedTimer, Tell};
pub use procedures::ProcedureView;
pub use promise::Promise;
pub use remedy::Remedy;
pub use reminders::ReminderView;
pub use review::ReviewPart;
pub use specialists::SpecialistView;
pub use suggest::{Suggestion, Verdict, figure};
pub use told::ToldState;
