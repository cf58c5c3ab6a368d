//! The selected runbook, to be read beside the checklists.

use super::runbooks::book;
use super::{Action, Look, Mark, Model, Pane, PaneSpec, TextRow, following, text};
use crate::runbook::lines::{Line, Look as Kind};
use crate::text::one_line;

pub const PANE: PaneSpec = following(
    Pane::Runbooks,
    text(
        ("Runbook", "Text"),
        Action::AttachRunbook,
        ("No runbook is selected", "attaches one"),
        rows,
    ),
);

fn rows(model: &Model) -> Vec<TextRow> {
    let selected = model.row_id(Pane::Runbooks, model.cursor(Pane::Runbooks).selected);
    let Some(book) = selected.and_then(|name| book(&name)) else {
        return Vec::new();
    };
    let lines = book.lines(None);
    let filled = lines.iter().filter(|line| line.look != Kind::Blank);
    filled.enumerate().map(|(number, line)| row(number, line)).collect()
}

fn row(number: usize, line: &Line) -> TextRow {
    let text = one_line(&line.text).into_owned();
    let row = TextRow::of(format!("line{number}")).indent(line.indent);
    match line.look {
        Kind::Heading(_) => TextRow::heading(text),
        Kind::Caution => row.mark(Mark::Dot, Look::Accent).put(text, Look::Strong),
        Kind::Code => row.indent(line.indent + 2).put(text, Look::Accent),
        Kind::Text | Kind::Item | Kind::Table | Kind::Blank => row.put(text, Look::Text),
    }
}
