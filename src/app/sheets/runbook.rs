//! The selected runbook, to be read; Enter on a step adds it to the checklists.

use super::runbooks::BOOKS;
use super::{Action, Look, Mark, Model, Pane, PaneSpec, TextRow, following, text};

pub const PANE: PaneSpec = following(
    Pane::Runbooks,
    text(
        ("Runbook", "Text"),
        Action::AddItem,
        ("No runbook is selected", "adds an item by hand"),
        rows,
    ),
);

fn rows(model: &Model) -> Vec<TextRow> {
    let selected = model.row_id(Pane::Runbooks, model.cursor(Pane::Runbooks).selected);
    let Some(book) = selected.and_then(|name| BOOKS.iter().find(|book| book.name == name)) else {
        return Vec::new();
    };
    let lines = book
        .text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| row(number, line)).collect()
}

fn row(number: usize, line: &str) -> TextRow {
    let id = format!("line{number}");
    let indent = line.len() - line.trim_start().len();
    let text = line.trim();
    let heading = text.trim_start_matches('#');
    if heading.len() < text.len() && heading.starts_with(' ') {
        return TextRow::heading(heading.trim());
    }
    if let Some(step) = text.strip_prefix("- [ ] ") {
        return TextRow::of(id)
            .indent(indent)
            .mark(Mark::Box, Look::Accent)
            .put(step, Look::Text)
            .does(Action::AddItem, step);
    }
    match text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
        Some(item) => TextRow::of(id)
            .indent(indent)
            .mark(Mark::Dot, Look::Dim)
            .put(item, Look::Text),
        None => TextRow::of(id).indent(indent).put(text, Look::Text),
    }
}
