//! What was sent: every update with its full text, the newest first, and what became of its promise.

use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model, comms};
use crate::incident::live;

/// Most updates that are shown.
const MOST: usize = 200;

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut rows = Vec::new();
    let promises = model.framework().promises(model.incident());
    for sent in live(&model.incident().communications).rev().take(MOST) {
        let status = sent
            .status
            .as_deref()
            .map(|status| format!(", as {status}"))
            .unwrap_or_default();
        let eta = sent
            .eta
            .as_deref()
            .map(|eta| format!(", end expected by {}", model.in_zone(eta)))
            .unwrap_or_default();
        let approved = sent
            .approved_by
            .as_deref()
            .map(|who| format!(", approved by {who}"))
            .unwrap_or_default();
        rows.push(
            TextRow::heading(comms::title(model, &sent.audience))
                .put(format!(" {}{approved}{status}{eta}", sent.by), Look::Dim)
                .tail(model.clock(sent.at, false), Look::Dim),
        );
        rows.push(
            TextRow::of(&sent.id)
                .put(&sent.text, Look::Text)
                .does(Action::CorrectUpdate, sent.id.as_str()),
        );
        if let Some(promise) = promises.iter().find(|promise| promise.update == sent.id) {
            let (mark, look, came) = match promise.kept(model.now) {
                Some(true) => (Mark::Yes, Look::Good, "kept"),
                Some(false) => (Mark::No, Look::Bad, "not kept"),
                None => (Mark::Open, Look::Dim, "to be kept"),
            };
            let said = format!("next update promised by {}: {came}", model.clock(promise.due, false));
            rows.push(TextRow::default().mark(mark, look).put(said, look));
        }
    }
    rows
}
