//! The selected incident of the board in short.

use crate::app::text_row::{Look, TextRow};
use crate::app::{Model, Pane};

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let selected = model.row_id(Pane::Incidents, model.cursor(Pane::Incidents).selected);
    // A line that was found is named by its incident and its place.
    let selected = selected.map(|id| id.split('#').next().unwrap_or_default().to_owned());
    let Some(one) = selected.and_then(|id| model.board.iter().find(|one| one.id == id)) else {
        return Vec::new();
    };
    let fact = |label: &str, value: String| {
        TextRow::of(label)
            .put(format!("{label:<11}"), Look::Dim)
            .label()
            .put(value, Look::Text)
    };
    let mut rows = vec![
        TextRow::of("title").put(&one.title, Look::Strong),
        fact("id", one.id.clone()),
        fact("severity", one.severity.clone()),
        fact("status", one.status.replace('_', " ")),
        fact("commander", one.commander.clone().unwrap_or_else(|| "no one".into())),
    ];
    if let Some(at) = one.declared {
        rows.push(fact("declared", model.date_time(at)));
    }
    if let Some((label, due)) = &one.next {
        rows.push(fact("next timer", format!("{label}, {}", model.day_clock(*due))));
    }
    let unread = match one.unread {
        0 => String::new(),
        count => format!(", {count} new to you"),
    };
    rows.push(fact("events", format!("{}{unread}", one.events)));
    if let Some(newest) = &one.newest {
        rows.push(TextRow::heading("Newest"));
        rows.push(TextRow::of("newest").put(newest, Look::Text));
    }
    rows.push(TextRow::blank());
    let opens = if one.id == model.incident().id {
        "This one is open here."
    } else {
        "Enter opens it."
    };
    rows.push(TextRow::note(opens));
    rows
}
