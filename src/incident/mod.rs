//! What an incident is and every way it can change. Pure: time and randomness are arguments, nothing is read or written.

pub mod change;
pub mod model;
pub mod time;
pub mod words;

pub use change::{Applied, Change, Declaration, Proposal, Refusal, Request};
pub use model::*;
pub use time::{Stamp, Time};
pub use words::*;
