//! The team's runbooks and those that ship, those that fit this incident first: each with why, whether it is attached, how fresh it is.

use crate::app::books::about;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::runbook::attach;
use crate::runbook::library::Shelved;

/// How fresh it is and what it was good for, where there is something to say.
fn freshness(one: &Shelved) -> Option<TextRow> {
    let fresh = &one.fresh;
    let used = fresh.said().unwrap_or_default();
    match &fresh.stale {
        Some(stale) => {
            let before = if used.is_empty() { used } else { format!("{used}; ") };
            let row = TextRow::default().put(before, Look::Dim);
            Some(row.put(format!("stale: {stale}"), Look::Warn).indent(2))
        }
        None if used.is_empty() => None,
        None => Some(TextRow::note(used).indent(2)),
    }
}

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for one in &model.library.shelf {
        let attached = attach::is_attached(model.incident(), &one.volume.name);
        let row = TextRow::of(one.volume.name.clone());
        let row = if attached {
            row.mark(Mark::Box, Look::Accent)
        } else {
            row
        };
        let row = row
            .put(one.volume.title.clone(), Look::Text)
            .does(Action::AttachRunbook, one.volume.name.clone());
        // The title has its row to itself; why it fits stands below.
        if attached || one.reason.is_empty() {
            rows.push(row.tail(about(model, one), Look::Dim));
        } else {
            rows.push(row);
            rows.push(TextRow::note(one.reason.clone()).indent(2));
        }
        rows.extend(freshness(one));
    }
    for (name, why) in &model.library.broken {
        rows.push(TextRow::note(format!("{name} cannot be read: {why}")).mark(Mark::Alarm, Look::Warn));
    }
    rows
}
