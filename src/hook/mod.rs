//! What goes out by itself: the hooks that a repository or a person describes, the named events they fire on, what is sent, how it is
//! signed and when it is tried again. Pure; files are in `store::outbox`, programs and curl in `sending`.

mod event;
mod model;
mod parse;
mod payload;
pub mod program;
pub mod schedule;
mod schema;
pub mod sign;

pub use event::{Named, named};
pub use model::{Hook, Run, Source, Way, host};
pub use parse::{Slip, parse, safe};
pub use payload::{Overdue, Payload, overdue, payload, sample};
pub use schema::schema;
