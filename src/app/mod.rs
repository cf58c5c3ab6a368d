//! What the TUI knows and does: model, action table, keymap, update. Pure: messages in, effects out; no I/O, no clock, no drawing.

pub mod action;
pub mod form;
pub mod key;
pub mod keymap;
pub mod line;
mod memory;
pub mod model;
pub mod rows;

pub use action::{Action, Context, Group};
pub use form::{Answer, Choice, Choices, Form, Step, Want};
pub use key::{Code, Key};
pub use keymap::Keymap;
pub use line::Line;
pub use model::*;
pub use rows::{BoardRow, ChecklistRow, RoleRow, Rows, TimelineRow};
