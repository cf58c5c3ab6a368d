//! The action items of all incidents: what came back first, then what is overdue; or by owner, or by horizon.

use std::collections::BTreeMap;

use crate::app::memory::By;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::incident::Horizon;
use crate::report::overview::Item;
use crate::report::wording::share;

/// What stands behind items that no one has, or that have no horizon.
const LAST: &str = "\u{10ffff}";

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let Some(overview) = &model.overview else {
        return vec![TextRow::note("Reading the incidents")];
    };
    if overview.items.is_empty() {
        return Vec::new();
    }
    let open = overview.items.iter().filter(|item| !item.done);
    let mut groups: BTreeMap<(usize, String), (String, Vec<&Item>)> = BTreeMap::new();
    for item in open {
        let (key, title) = group(item, model.memory.board.by);
        groups.entry(key).or_insert((title, Vec::new())).1.push(item);
    }
    let mut rows = Vec::new();
    if groups.is_empty() {
        rows.push(TextRow::note("No action item is open"));
    }
    for (title, items) in groups.into_values() {
        let late = items.iter().filter(|item| item.overdue).count();
        let late = match (late, model.memory.board.by) {
            (0, _) | (_, By::Urgency) => String::new(),
            (late, By::Owner | By::Horizon) => format!(", {late} overdue"),
        };
        rows.push(TextRow::heading(format!("{title} {}{late}", items.len())));
        rows.extend(items.into_iter().map(|item| row(model, item)));
    }
    let shares = overview.shares;
    rows.push(TextRow::blank());
    rows.push(TextRow::note(format!("done {}", share(shares.done, shares.all))));
    // Where no item had a day there is nothing to be in time for.
    if shares.with_day > 0 {
        rows.push(TextRow::note(format!(
            "on time {}",
            share(shares.on_time, shares.with_day)
        )));
    }
    rows
}

/// Where an item stands, and under which heading.
fn group(item: &Item, by: By) -> ((usize, String), String) {
    let named = |place: usize, name: &str| ((place, name.to_lowercase()), name.to_owned());
    match by {
        By::Urgency => match (&item.came_back, item.overdue) {
            (Some(_), _) => named(0, "Cause came back"),
            (None, true) => named(1, "Overdue"),
            (None, false) => named(2, "Open"),
        },
        By::Owner => match &item.owner {
            Some(owner) => named(0, owner),
            None => ((1, LAST.to_owned()), "No owner".to_owned()),
        },
        By::Horizon => match &item.horizon {
            Some(horizon) => {
                let place = Horizon::KNOWN.iter().position(|known| known == horizon);
                named(place.unwrap_or(Horizon::KNOWN.len()), &horizon.replace('_', " "))
            }
            None => ((usize::MAX, LAST.to_owned()), "No horizon".to_owned()),
        },
    }
}

fn row(model: &Model, item: &Item) -> TextRow {
    let mark = match (&item.came_back, item.overdue) {
        (Some(_), _) => (Mark::Alarm, Look::Bad),
        (None, true) => (Mark::Alarm, Look::Warn),
        (None, false) => (Mark::Blank, Look::Text),
    };
    let owner = item
        .owner
        .as_deref()
        .map_or("no owner".to_owned(), |owner| format!("@{owner}"));
    let due = item.due.as_deref().unwrap_or("no date");
    let look = if item.overdue || item.owner.is_none() || item.due.is_none() {
        Look::Warn
    } else {
        Look::Dim
    };
    let mut row = TextRow::of(format!("{}/{}", item.incident, item.id))
        .mark(mark.0, mark.1)
        .put(&item.text, Look::Text)
        .put(format!(" {}", item.incident), Look::Dim);
    if let Some(later) = &item.came_back {
        row = row.put(format!(", came back in {later}"), Look::Bad);
    }
    let row = row.tail(format!("{owner} {due}"), look);
    // Of the incident that is open here it is done here; another one is opened for that.
    if item.incident == model.incident().id {
        row.does(Action::FinishAction, &item.id)
    } else {
        row.does(Action::OpenIncident, &item.incident)
    }
}
