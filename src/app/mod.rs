//! What the TUI knows and does: model, action table, keymap, update. Pure: messages in, effects out; no I/O, no clock, no drawing.

pub mod action;
pub mod form;
pub mod key;
pub mod keymap;
pub mod line;
pub mod message;
pub mod model;
pub mod page;
pub mod rows;

mod analysis;
mod ask;
mod board;
mod checklist;
mod choices;
mod detail;
mod drafts;
mod enabled;
mod lifecycle;
mod log;
mod memory;
mod mouse;
mod outcome;
mod palette;
mod panes;
mod paste;
pub mod remedy;
mod requests;
mod search;
mod team;
mod tick;
mod timers;
mod typing;
mod update;
mod words;

pub use action::{Action, Context, Group};
pub use enabled::enabled;
pub use form::{Answer, Choice, Choices, Form, Step, Want};
pub use key::{Code, Key};
pub use keymap::Keymap;
pub use line::Line;
pub use log::Preview;
pub use message::{Effect, Message, Mouse, MouseAct, Outcome};
pub use model::*;
pub use page::HelpLine;
pub use rows::{BoardRow, ChecklistRow, RoleRow, Rows, TimelineRow};
pub use update::update;

#[cfg(test)]
pub(crate) mod tests;
