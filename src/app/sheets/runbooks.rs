//! The runbooks that ship with the program, those that fit this incident first, each with why.

use std::sync::LazyLock;

use super::{Action, Look, Mark, Model, PaneSpec, TextRow, text};
use crate::runbook::matching::{Facts, rank};
use crate::runbook::{Runbook, attach, shipped::SHIPPED};

pub const PANE: PaneSpec = text(
    ("Runbooks", "Books"),
    Action::AttachRunbook,
    ("There is no runbook", "attaches one"),
    rows,
);

/// Those that ship, read once.
static BOOKS: LazyLock<Vec<Runbook>> =
    LazyLock::new(|| SHIPPED.iter().map(|(name, text)| Runbook::read(name, text)).collect());

/// Every runbook that the console knows.
pub fn books() -> &'static [Runbook] {
    &BOOKS
}

/// One by its name.
pub fn book(name: &str) -> Option<&'static Runbook> {
    BOOKS.iter().find(|book| book.name == name)
}

/// Those that fit, best first, then the others; each with the strongest reason.
pub fn ranked(model: &Model) -> Vec<(&'static Runbook, String)> {
    let fitting = rank(&Facts::of(model.incident()), books());
    let first = fitting.iter().filter_map(|found| {
        let reason = found.reasons.first().cloned().unwrap_or_default();
        Some((book(&found.name)?, reason))
    });
    let rest = books()
        .iter()
        .filter(|book| !fitting.iter().any(|found| found.name == book.name))
        .map(|book| (book, String::new()));
    first.chain(rest).collect()
}

fn rows(model: &Model) -> Vec<TextRow> {
    ranked(model)
        .into_iter()
        .map(|(book, reason)| {
            let attached = attach::is_attached(model.incident(), &book.steps(None, None).list);
            let row = TextRow::of(book.name.clone());
            let row = if attached {
                row.mark(Mark::Box, Look::Accent)
            } else {
                row
            };
            row.put(book.title.clone(), Look::Text)
                .tail(if attached { "attached".to_owned() } else { reason }, Look::Dim)
                .does(Action::AttachRunbook, book.name.clone())
        })
        .collect()
}
