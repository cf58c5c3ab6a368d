//! What the TUI knows and does: model, action table, keymap, update. Pure: messages in, effects out; no I/O, no clock, no drawing.

pub mod action;
pub mod form;
pub mod geometry;
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
mod board_entry;
mod checklist;
mod choices;
mod conflicts;
mod detail;
mod drafts;
mod enabled;
mod gate;
mod layouts;
mod lifecycle;
mod log;
mod memory;
mod mouse;
mod next;
mod outcome;
mod palette;
mod pane;
mod panes;
mod paste;
mod remedy;
mod requests;
mod screen;
mod search;
mod sheets;
mod team;
mod text_row;
mod tick;
mod timers;
mod typing;
mod update;
mod words;

pub use action::{Action, Context, Group};
pub use board_entry::BoardEntry;
pub use enabled::enabled;
pub use form::{Answer, Choice, Choices, Form, Step, Want};
pub use geometry::Geometry;
pub use key::{Code, Key};
pub use keymap::Keymap;
pub use line::Line;
pub use log::Preview;
pub use message::{Effect, Message, Mouse, MouseAct, Outcome};
pub use model::*;
pub use next::{Importance, NextStep};
pub use page::HelpLine;
pub use pane::Pane;
pub use rows::{BoardRow, ChecklistRow, RoleRow, Rows, TimelineRow};
pub use screen::{Column, Screen};
pub use text_row::{Look, Mark, TextRow};
pub use update::update;

#[cfg(test)]
pub(crate) mod tests;
