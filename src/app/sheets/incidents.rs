//! The incidents of the repository: open ones first, the gravest and the newest first; those that are over below them, never hidden.

use crate::app::board_entry::BoardEntry;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::incident::time::format_duration;
use crate::recall::lines::Found;

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
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
    if let (Some((words, found)), Some(overview)) = (&model.found, &model.overview) {
        open.extend(over);
        rows.extend(found_rows(model, words, found, &overview.met, &open));
        return rows;
    }
    rows.push(TextRow::heading(format!("Open {}", open.len())));
    if open.is_empty() {
        let key = model.key_here(Action::DeclareIncident);
        rows.push(TextRow::note(format!("No incident is open; {key} declares one")));
    }
    rows.extend(open.iter().flat_map(|one| row(model, one)));
    if !over.is_empty() {
        rows.push(TextRow::heading(format!("Over {}", over.len())));
        rows.extend(over.iter().flat_map(|one| row(model, one)));
    }
    rows
}

/// The incidents that a query means, each with the lines of it that were found.
fn found_rows(model: &Model, words: &str, found: &[Found], met: &[String], board: &[&BoardEntry]) -> Vec<TextRow> {
    let lines = match found.len() {
        0 => String::new(),
        1 => ", 1 line".to_owned(),
        count => format!(", {count} lines"),
    };
    let all = board.len().max(met.len());
    let key = |action| model.keymap.key_of(action);
    let mut rows = vec![
        TextRow::heading(format!("`{words}`: {} of {all}{lines}", met.len())),
        TextRow::note(format!(
            "{} changes the query, {} shows all incidents",
            key(Action::Search),
            key(Action::Back)
        )),
    ];
    let meant = board.iter().filter(|one| met.contains(&one.id));
    let mut listed: Vec<&str> = Vec::new();
    for one in meant {
        listed.push(&one.id);
        rows.extend(row(model, one));
        rows.extend(lines_of(&one.id, found));
    }
    // Declared since the incidents were listed.
    for id in met.iter().filter(|id| !listed.contains(&id.as_str())) {
        rows.push(TextRow::of(id).put(id, Look::Strong).does(Action::OpenIncident, id));
        rows.extend(lines_of(id, found));
    }
    if met.is_empty() {
        rows.push(TextRow::note("No incident meets it"));
    }
    rows
}

/// The lines of an incident that were found.
fn lines_of<'f>(id: &'f str, found: &'f [Found]) -> impl Iterator<Item = TextRow> + 'f {
    let own = found.iter().enumerate().filter(move |(_, one)| one.incident == id);
    own.map(move |(place, one)| {
        TextRow::of(format!("{id}#{place}"))
            .indent(2)
            .put(format!("{:<16}  ", one.when), Look::Dim)
            .label()
            .put(&one.text, Look::Text)
            .does(Action::OpenIncident, id)
    })
}

/// How far the next timer of an incident stands in below it: under the status.
const BELOW: usize = 7;

/// An incident, and its next timer.
fn row(model: &Model, one: &BoardEntry) -> Vec<TextRow> {
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
    let row = row
        .tail(format!("{leads}{age}"), look)
        .does(Action::OpenIncident, &one.id);
    // Below it: behind the title its words would be taken for the title's.
    let next = one.next.as_ref().map(|(label, due)| {
        let late = *due < model.now;
        let when = if late {
            "late".to_owned()
        } else {
            format!("due {}", model.day_clock(*due))
        };
        TextRow::default()
            .indent(BELOW)
            .put(format!("{when}: {label}"), if late { Look::Bad } else { Look::Dim })
    });
    std::iter::once(row).chain(next).collect()
}
