//! What an incident is and every way it can change. Pure: time and randomness are arguments, nothing is read or written.

pub mod apply;
pub mod attached;
pub mod change;
pub mod clock;
pub(crate) mod conflicts;
pub mod declare;
pub mod duplicate;
pub mod entry;
pub mod field;
pub mod fingerprints;
pub mod history;
pub mod ids;
pub mod import;
pub mod line;
pub mod model;
mod past;
pub mod people;
pub mod redact;
mod requested;
pub mod stamp;
pub mod statuses;
pub mod time;
pub mod words;

#[cfg(test)]
pub use apply::apply;
pub use apply::apply_under;
pub use apply::correct::correctable;
pub use change::{
    ActionPlan, Applied, AttachedStep, Attachment, Change, Declaration, Proposal, Question, Refusal, Register, Request,
    Resolved, Undo, Verdict,
};
pub use clock::{Misordered, between, elapsed, end, milestone, misordered, newest, start};
pub use conflicts::{OpenConflict, effective, given_at_once, in_words, is_over, open_conflicts, over_role, value};
pub use declare::declare;
pub use entry::{Entry, SECTIONS, live};
pub use history::{Present, Spell, present, since_status};
pub use model::*;
pub use past::as_of;
pub use stamp::Stamp;
pub use statuses::{Class, Statuses};
pub use time::Time;
pub use words::*;
