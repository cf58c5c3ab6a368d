//! The incidents of the repository: open ones first, the gravest and the newest first; those that are over below them, never hidden.

use super::{Action, Look, Mark, Model, PaneSpec, TextRow, text};
use crate::app::board_entry::BoardEntry;
use crate::incident::time::format_duration;
use crate::recall::lines::Found;

pub const PANE: PaneSpec = text(
    ("Incidents", "All"),
    Action::DeclareIncident,
    ("No incident has been declared here", "declares one"),
    rows,
);

fn rows(model: &Model) -> Vec<TextRow> {
    let (mut open, over): (Vec<&BoardEntry>, Vec<&BoardEntry>) = model.board.iter().partition(|one| !one.over);
    // They come newest first.
    open.sort_by_key(|one| one.rank);
    let mut rows = Vec::with_capacity(model.board.len() + 4);
    if let Some(major) = &model.snapshot.major {
        rows.push(
            TextRow::default()
                .mark(Mark::Alarm, Look::Bad)
                .put("Major incident: ", Look::Bad)
                .put(&major.because, Look::Strong),
        );
    }
    if let Some((words, found)) = &model.found {
        rows.extend(found_rows(words, found));
        return rows;
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

/// What was found in all incidents, below the title of each.
fn found_rows(words: &str, found: &[Found]) -> Vec<TextRow> {
    let mut rows = vec![TextRow::heading(format!(
        "Found `{words}`: {} lines; Esc shows all incidents",
        found.len()
    ))];
    let mut last = "";
    for (place, one) in found.iter().enumerate() {
        if one.incident != last {
            last = &one.incident;
            rows.push(TextRow::note(format!("{} {}", one.incident, one.title)));
        }
        rows.push(
            TextRow::of(format!("{}#{place}", one.incident))
                .put(format!("{:<16}  ", one.when), Look::Dim)
                .label()
                .put(&one.text, Look::Text)
                .does(Action::OpenIncident, one.incident.as_str()),
        );
    }
    if found.is_empty() {
        rows.push(TextRow::note("No line of any incident has these words"));
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
    if one.unread > 0 && !here {
        row = row.put(format!("  {} new", one.unread), Look::Good);
    }
    if let Some((label, due)) = &one.next {
        let late = *due < model.now;
        let when = if late {
            "late".to_owned()
        } else {
            format!("due {}", model.day_clock(*due))
        };
        row = row.put(format!("  {when}: {label}"), if late { Look::Bad } else { Look::Dim });
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
