//! The checklists: the present phase's first, with what the gate asks for marked.

use super::View;
use crate::app::{ChecklistRow, Pane};
use crate::framework::{Checklist, ItemView};
use crate::incident::ItemState;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Rich, rich};

/// What a row says.
pub(crate) fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
    let lists = &view.model.derived.checklists;
    match view.model.rows.checklists.get(row) {
        Some(ChecklistRow::List(list)) => {
            if let Some(list) = lists.get(*list) {
                out.push(heading(list, columns));
            }
        }
        Some(ChecklistRow::Item(list, item)) => {
            let Some(list) = lists.get(*list) else { return };
            if let Some(item) = list.items.get(*item) {
                out.push(line(view, row, item, list.current, columns));
            }
        }
        None => {}
    }
}

fn heading(list: &Checklist, columns: usize) -> Rich {
    let mut rich = Rich::new();
    rich.blanks(1)
        .put(&list.title, if list.current { Ink::Strong } else { Ink::Dim });
    let done = list.done >= list.items.len();
    rich.put(
        &format!(" {}/{}", list.done, list.items.len()),
        if done { Ink::Good } else { Ink::Dim },
    );
    if let Some(lead) = list.lead.as_ref().filter(|_| list.current && columns >= 50) {
        rich.put(&format!(" {lead}"), Ink::Dim);
    }
    rich.fill(Ink::Faint);
    rich
}

/// Columns of a row within which a click ticks its box.
pub(crate) const BOX: std::ops::Range<u16> = 1..4;

fn line(view: &View, row: usize, item: &ItemView, current: bool, columns: usize) -> Rich {
    let mut line = Rich::new();
    let model = view.model;
    view.gutter(
        &mut line,
        Pane::Checklists,
        row,
        model.is_new("checklist", &item.id),
        None,
    );
    let (mark, ink) = match item.state {
        ItemState::Done => ("[x]", Ink::Good),
        ItemState::Skipped => ("[-]", Ink::Dim),
        ItemState::Open | ItemState::Other(_) => ("[ ]", if current { Ink::Strong } else { Ink::Text }),
    };
    line.put(mark, ink).blanks(1).wraps(view.most());
    let open = !matches!(item.state, ItemState::Done | ItemState::Skipped);
    line.put(&item.text, if open { Ink::Text } else { Ink::Dim });
    if item.state == ItemState::Skipped {
        line.put(" (skipped)", Ink::Dim);
    }
    if let Some(seen) = &item.seen {
        line.put(&format!(" {} {seen}", view.glyphs.dot), Ink::Dim);
    }
    tail(&mut line, view, item, open, columns);
    line
}

fn tail(line: &mut Rich, view: &View, item: &ItemView, open: bool, columns: usize) {
    let model = view.model;
    let late = item.due.filter(|due| open && *due <= model.now);
    let person = if open { item.owner.as_ref() } else { item.who.as_ref() };
    let mut parts: Vec<(String, Ink)> = Vec::new();
    if let Some(due) = late {
        parts.push((format!("LATE {}", model.clock(due, false)), Ink::Bad));
    } else if let Some(due) = item.due.filter(|_| open) {
        parts.push((format!("by {}", model.clock(due, false)), Ink::Dim));
    }
    if item.gate && open {
        parts.push(("gate".into(), Ink::Warn));
    }
    if let Some(person) = person {
        let clean = rich::one_line(person).into_owned();
        let short = crate::text::fit(&clean, (columns / 4).min(12), view.glyphs.ellipsis).into_owned();
        let ink = if open && crate::incident::people::same(person, &model.me) {
            Ink::Accent
        } else {
            Ink::Dim
        };
        parts.push((if open { format!("@{short}") } else { short }, ink));
    }
    if let Some(at) = item.at.filter(|_| !open && columns >= 44) {
        parts.push((model.clock(at, false), Ink::Dim));
    }
    for (index, (part, ink)) in parts.iter().enumerate() {
        line.tail(if index > 0 { " " } else { "" }, *ink).tail(part, *ink);
    }
}

/// Progress of the list that stands in the title: the present phase's.
fn current<'a>(view: &View<'a>) -> Option<&'a Checklist> {
    let lists = &view.model.derived.checklists;
    let present = &view.model.derived.phase.id;
    lists
        .iter()
        .find(|list| list.id == *present)
        .or_else(|| lists.iter().find(|list| list.current))
}

/// What stands behind the name: progress of the present phase, and how the gate stands.
pub(crate) fn note(view: &View) -> Vec<Rich> {
    let Some(list) = current(view) else { return Vec::new() };
    let progress = format!("{}/{}", list.done, list.items.len());
    let mut notes = Vec::new();
    if let Some((gate, soak, ink)) = gate(view) {
        for gate in [format!("{gate}{soak}"), gate] {
            let mut note = Rich::of(&progress, Ink::Dim);
            note.put(&format!(" {} ", view.glyphs.dot), Ink::Faint).put(&gate, ink);
            notes.push(note);
        }
    }
    notes.push(Rich::of(&progress, Ink::Dim));
    notes
}

/// How the gate stands: what is met, and how long the soak still runs.
fn gate(view: &View) -> Option<(String, String, Ink)> {
    let model = view.model;
    let gate = &model.derived.gate;
    if gate.items.is_empty() || model.incident().resolved.is_some() {
        return None;
    }
    if gate.ok {
        return Some(("gate open".into(), String::new(), Ink::Good));
    }
    let met = gate.items.iter().filter(|item| item.met).count();
    let soak = gate
        .items
        .iter()
        .filter(|item| !item.met)
        .filter_map(|item| item.met_at)
        .max();
    let soak = soak.map(|at| at.seconds_since(model.now)).filter(|left| *left > 0);
    let soak = soak
        .map(|left| format!(", soak {}", super::timers::clock(left)))
        .unwrap_or_default();
    Some((format!("gate {met}/{}", gate.items.len()), soak, Ink::Text))
}

/// The row that has to be seen while the pane has not the keys: the first thing to do.
pub(crate) fn urgent(view: &View) -> Option<usize> {
    let rows = view.model.rows.checklists.iter();
    let open = |row: &ChecklistRow| match row {
        ChecklistRow::Item(list, item) => {
            let item = view
                .model
                .derived
                .checklists
                .get(*list)
                .and_then(|list| list.items.get(*item));
            item.is_some_and(|item| item.state == ItemState::Open)
        }
        ChecklistRow::List(_) => false,
    };
    rows.enumerate().find(|(_, row)| open(row)).map(|(index, _)| index)
}

/// The count of the tab.
pub(crate) fn count(view: &View) -> (String, Ink) {
    current(view).map_or((String::new(), Ink::Dim), |list| {
        (format!("{}/{}", list.done, list.items.len()), Ink::Dim)
    })
}
