//! What was sent: every update with its full text, the newest first.

use super::{Action, Look, Model, PaneSpec, TextRow, text};
use crate::incident::live;

/// Most updates that are shown.
const MOST: usize = 200;

pub const PANE: PaneSpec = text(
    ("Sent", "Sent"),
    Action::SendUpdate,
    ("No update has been sent yet", "logs one as sent"),
    rows,
);

fn rows(model: &Model) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for sent in live(&model.incident().communications).rev().take(MOST) {
        let known = model.framework().audiences.iter().find(|one| one.id == sent.audience);
        let title = known.map_or(sent.audience.as_str(), |one| one.title.as_str());
        let status = sent
            .status
            .as_deref()
            .map(|status| format!(" {status}"))
            .unwrap_or_default();
        let eta = sent
            .eta
            .as_deref()
            .map(|eta| format!(", end expected in {eta}"))
            .unwrap_or_default();
        rows.push(
            TextRow::heading(title)
                .put(format!(" {}{status}{eta}", sent.by), Look::Dim)
                .tail(model.clock(sent.at, false), Look::Dim),
        );
        rows.push(TextRow::of(&sent.id).put(&sent.text, Look::Text));
    }
    rows
}
