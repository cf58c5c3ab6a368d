//! Panes of text: one file each, with what the pane is called, what it adds and what its rows say.

use super::action::{Action, Context};
use super::pane::PaneSpec;
use super::text_row::{Look, Mark, TextRow};
use super::{Model, Pane};

pub(super) mod action_items;
pub(super) mod audiences;
pub(super) mod decisions;
pub(super) mod draft;
pub(super) mod entry;
pub(super) mod fishbone;
pub(super) mod followups;
pub(super) mod incidents;
pub(super) mod matrix;
pub(super) mod missed;
pub(super) mod preview;
pub(super) mod questions;
pub(super) mod runbook;
pub(super) mod runbooks;
pub(super) mod sent;
pub(super) mod summary;
pub(super) mod trend;
pub(super) mod whys;

/// A pane of text that has a name, adds something and says what its rows are.
const fn text(
    (title, short): (&'static str, &'static str),
    adds: Action,
    empty: (&'static str, &'static str),
    rows: fn(&Model) -> Vec<TextRow>,
) -> PaneSpec {
    PaneSpec {
        title,
        short,
        adds,
        empty,
        context: Context::Sheet,
        rows: Some(rows),
        follows: None,
    }
}

/// The same, going by what is selected in another pane.
const fn following(pane: Pane, spec: PaneSpec) -> PaneSpec {
    PaneSpec {
        follows: Some(pane),
        ..spec
    }
}
