//! Rows as plain words, for copying and searching.

use std::borrow::Cow;

use super::rows::BoardRow;
use super::words::has;
use super::{Model, Pane};
use crate::incident::Event;

impl Model {
    /// What an event says: of a conflict over an entry, with the entry's words in place of its id.
    pub fn words_of<'e>(&self, event: &'e Event) -> Cow<'e, str> {
        super::conflicts::event_words(self, event)
    }
}

/// A row as one line of text; empty for headings.
pub(super) fn row_text(model: &Model, pane: Pane, row: usize) -> String {
    let incident = model.incident();
    match pane {
        Pane::Timeline => model.event_at(row).map(|event| event_text(model, event)),
        Pane::Timers => model.rows.timers.get(row).map(|index| {
            let timer = &model.derived.timers[*index];
            let due = timer.due.map(|due| format!(", due {}", model.date_time(due)));
            format!("{}{}", timer.label, due.unwrap_or_default())
        }),
        Pane::Roles => model.rows.roles.get(row).map(|row| {
            let who = row
                .holder
                .map_or("no one", |holder| incident.roles[holder].who.as_str());
            format!("{}: {who}", row.title)
        }),
        Pane::Hypotheses => match model.rows.hypotheses.get(row) {
            Some(BoardRow::Hypothesis(index)) => {
                let hypothesis = &incident.hypotheses[*index];
                Some(format!("{} ({})", hypothesis.statement, hypothesis.state))
            }
            Some(BoardRow::Mitigation(index)) => {
                let mitigation = &incident.mitigations[*index];
                Some(format!("{} ({})", mitigation.text, mitigation.state))
            }
            Some(BoardRow::Mitigations) | None => None,
        },
        Pane::Checklists => model.item_at(row).map(|item| {
            let mark = if item.state == crate::incident::ItemState::Open {
                " "
            } else {
                "x"
            };
            let owner = item
                .owner
                .as_ref()
                .map(|owner| format!(" @{owner}"))
                .unwrap_or_default();
            format!("[{mark}] {}{owner}", item.text)
        }),
        pane => model.rows.text(pane).get(row).map(super::TextRow::text),
    }
    .unwrap_or_default()
}

fn event_text(model: &Model, event: &Event) -> String {
    format!(
        "{}  {}  {}  {}",
        model.date_time(event.at),
        event.kind,
        event.by,
        model.words_of(event)
    )
}

/// Whether a row has the words; ASCII case does not matter.
pub(super) fn row_has(model: &Model, pane: Pane, row: usize, pattern: &str) -> bool {
    match pane {
        Pane::Timeline => {
            let found = |event: &Event| {
                has(&event.text, pattern)
                    || has(&model.words_of(event), pattern)
                    || has(&event.by, pattern)
                    || has(event.kind.as_str(), pattern)
            };
            model.event_at(row).is_some_and(found) || model.folded_at(row).iter().any(|event| found(event))
        }
        _ => has(&row_text(model, pane, row), pattern),
    }
}
