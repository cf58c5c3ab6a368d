//! The incidents of the repository: open ones first, the gravest and the newest first; those that are over below them, never hidden.

use super::{Action, Look, Mark, Model, PaneSpec, TextRow, text};
use crate::app::board_entry::BoardEntry;
use crate::incident::time::format_duration;

pub const PANE: PaneSpec = text(
    ("Incidents", "All"),
    Action::DeclareIncident,
    ("No incident has been declared here", "declares one"),
    rows,
);

fn rows(model: &Model) -> Vec<TextRow> {
    let (open, over): (Vec<&BoardEntry>, Vec<&BoardEntry>) = model.board.iter().partition(|one| !one.over);
    let mut rows = Vec::with_capacity(model.board.len() + 4);
    if let Some(major) = &model.snapshot.major {
        rows.push(
            TextRow::default()
                .mark(Mark::Alarm, Look::Bad)
                .put("Major incident: ", Look::Bad)
                .put(&major.because, Look::Strong),
        );
    }
    rows.push(TextRow::heading(format!("Open {}", open.len())));
    if open.is_empty() {
        rows.push(TextRow::note("No incident is open"));
    }
    rows.extend(open.iter().map(|one| row(model, one)));
    if !over.is_empty() {
        rows.push(TextRow::heading(format!("Over {}", over.len())));
        rows.extend(over.iter().map(|one| row(model, one)));
    }
    rows
}

fn row(model: &Model, one: &BoardEntry) -> TextRow {
    let here = one.id == model.incident().id;
    let age = one
        .declared
        .map_or(0, |at| model.now.seconds_since(at).max(0))
        .unsigned_abs();
    let age = match age {
        0..86_400 => age / 60 * 60,
        _ => age / 3_600 * 3_600,
    };
    let age = if age == 0 {
        String::new()
    } else {
        format!(" {}", format_duration(std::time::Duration::from_secs(age)))
    };
    let severity = if one.severity.is_empty() {
        "?"
    } else {
        one.severity.as_str()
    };
    let mut row = TextRow::of(&one.id)
        .mark(if here { Mark::Started } else { Mark::Blank }, Look::Accent)
        .put(format!("{severity:<5}"), if one.over { Look::Dim } else { Look::Bad })
        .put(format!("{:<14} ", one.status.replace('_', " ")), Look::Dim)
        .label()
        .put(&one.title, if one.over { Look::Dim } else { Look::Strong });
    if one.drill {
        row = row.put(" drill", Look::Warn);
    }
    let leads = match (&one.commander, one.over) {
        (Some(who), _) => who.clone(),
        (None, false) => "no IC".to_owned(),
        (None, true) => String::new(),
    };
    let look = if one.commander.is_none() && !one.over {
        Look::Warn
    } else {
        Look::Dim
    };
    row.tail(format!("{leads}{age}"), look)
        .does(Action::OpenIncident, &one.id)
}
