//! Panes of text: one file each, with what the rows of the pane say. The rest there is to know of it is its block in `pane.rs`.

use super::text_row::TextRow;
use super::{Model, Pane};

mod action_items;
pub(super) mod audiences;
mod decisions;
pub(super) mod draft;
mod entry;
mod fishbone;
mod followups;
mod incidents;
mod matrix;
mod missed;
mod preview;
mod questions;
pub(super) mod runbook;
pub(super) mod runbooks;
mod sent;
pub(super) mod summary;
mod trend;
mod whys;

/// The rows of a pane of text; none for those that set their rows in columns of their own.
pub(super) fn rows(model: &Model, pane: Pane) -> Option<Vec<TextRow>> {
    Some(match pane {
        Pane::Timeline | Pane::Timers | Pane::Roles | Pane::Hypotheses | Pane::Checklists => return None,
        Pane::ActionItems => action_items::rows(model),
        Pane::Audiences => audiences::rows(model),
        Pane::Decisions => decisions::rows(model),
        Pane::Draft => draft::rows(model),
        Pane::Entry => entry::rows(model),
        Pane::Fishbone => fishbone::rows(model),
        Pane::Followups => followups::rows(model),
        Pane::Incidents => incidents::rows(model),
        Pane::Matrix => matrix::rows(model),
        Pane::Missed => missed::rows(model),
        Pane::Preview => preview::rows(model),
        Pane::Questions => questions::rows(model),
        Pane::Runbook => runbook::rows(model),
        Pane::Runbooks => runbooks::rows(model),
        Pane::Sent => sent::rows(model),
        Pane::Summary => summary::rows(model),
        Pane::Trend => trend::rows(model),
        Pane::Whys => whys::rows(model),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::App;

    #[test]
    fn the_panes_of_text_and_no_others_have_rows_of_words() {
        let app = App::new();
        for pane in Pane::ALL.iter().copied() {
            assert_eq!(rows(&app.model, pane).is_some(), pane.is_text(), "{}", pane.title());
        }
    }
}
