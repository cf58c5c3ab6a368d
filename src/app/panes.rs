//! Moving about in the panes: focus, selection, scroll, zoom, and keeping the selection where it was when rows change.

use super::action::{Action, Context};
use super::message::Effect;
use super::rows::{BoardRow, ChecklistRow, TimelineRow};
use super::{Model, Pane, Rows, Tone};
use crate::ui::layout;

/// What was selected in each pane, and whether it was the last line of the timeline, to be followed. A line that was
/// searched for and found is not: what is done next is meant for it.
pub(super) struct Anchors {
    ids: [Option<String>; 5],
    /// Panes nobody is in that stand at their first line: they stay there, so that what is most urgent now is seen.
    at_top: [bool; 5],
    pub at_end: bool,
}

/// Remembers the selection, to be found again by [`hold`].
pub(super) fn anchors(model: &Model) -> Anchors {
    let selected = model.cursor(Pane::Timeline).selected;
    let searches = |search: &super::Search| search.pane == Pane::Timeline && search.matches.contains(&selected);
    Anchors {
        ids: Pane::ALL.map(|pane| model.row_id(pane, model.cursor(pane).selected)),
        at_top: Pane::ALL.map(|pane| pane != model.focus && stands_at_top(model, pane)),
        at_end: (selected == model.rows.newest || model.rows.timeline.is_empty())
            && !model.search.as_ref().is_some_and(searches),
    }
}

/// Selects again what was selected; the end of the timeline stays the end.
pub(super) fn hold(model: &mut Model, anchors: Anchors) {
    for ((pane, id), at_top) in Pane::ALL.into_iter().zip(anchors.ids).zip(anchors.at_top) {
        let old = model.cursor(pane).selected;
        let row = match id {
            _ if pane == Pane::Timeline && anchors.at_end => model.rows.newest,
            _ if pane != Pane::Timeline && at_top => 0,
            Some(id) => find_row(model, pane, &id, old).unwrap_or(old),
            None => old,
        };
        model.select_near(pane, row);
    }
}

fn stands_at_top(model: &Model, pane: Pane) -> bool {
    let selected = model.cursor(pane).selected;
    (0..selected).all(|row| model.row_id(pane, row).is_none())
}

/// The row with this id, looked for from `near` outwards.
pub(super) fn find_row(model: &Model, pane: Pane, id: &str, near: usize) -> Option<usize> {
    let count = model.row_count(pane);
    let near = near.min(count);
    let is = |row: &usize| model.row_is(pane, *row, id);
    let mut before = (0..near).rev();
    let mut after = near..count;
    loop {
        let (one, other) = (after.next(), before.next());
        if let Some(found) = one.filter(is).or_else(|| other.filter(is)) {
            return Some(found);
        }
        if one.is_none() && other.is_none() {
            return None;
        }
    }
}

impl Model {
    /// Id of the entry in a row; of the role in the roles pane.
    pub fn row_id(&self, pane: Pane, row: usize) -> Option<String> {
        let incident = self.incident();
        match pane {
            Pane::Timeline => self.event_at(row).map(|event| event.id.clone()),
            Pane::Timers => self
                .rows
                .timers
                .get(row)
                .map(|timer| self.derived.timers[*timer].id.clone()),
            Pane::Roles => self.rows.roles.get(row).map(|row| match row.holder {
                Some(holder) => incident.roles[holder].id.clone(),
                None => row
                    .request
                    .map_or_else(|| row.role.clone(), |index| incident.inquiries[index].id.clone()),
            }),
            Pane::Hypotheses => match self.rows.hypotheses.get(row)? {
                BoardRow::Hypothesis(index) => Some(incident.hypotheses[*index].id.clone()),
                BoardRow::Mitigation(index) => Some(incident.mitigations[*index].id.clone()),
                BoardRow::Mitigations => None,
            },
            Pane::Checklists => self.item_at(row).map(|item| item.id.clone()),
        }
    }

    fn row_is(&self, pane: Pane, row: usize, id: &str) -> bool {
        match pane {
            Pane::Timeline => self.event_at(row).is_some_and(|event| event.id == id),
            _ => self.row_id(pane, row).is_some_and(|own| own == id),
        }
    }

    /// The event in a row of the timeline.
    pub fn event_at(&self, row: usize) -> Option<&crate::incident::Event> {
        match self.rows.timeline.get(row)? {
            TimelineRow::Event(index) => self.incident().timeline.get(*index as usize).map(AsRef::as_ref),
            TimelineRow::Day(_) => None,
        }
    }

    /// The item in a row of the checklists.
    pub fn item_at(&self, row: usize) -> Option<&crate::framework::ItemView> {
        match self.rows.checklists.get(row)? {
            ChecklistRow::Item(list, item) => self.derived.checklists.get(*list)?.items.get(*item),
            ChecklistRow::List(_) => None,
        }
    }
}

/// After each update: the scroll of panes and choices is what is really shown.
pub(super) fn settle(model: &mut Model) {
    let areas = layout::areas(model);
    for pane in Pane::ALL {
        model.cursors[pane as usize].top = areas.top(pane);
    }
    let (top, _) = areas.choices();
    if let Some(choices) = model.choices_mut() {
        choices.top = top;
    }
}

/// Moves the selection as an action of movement says.
pub(super) fn step(model: &mut Model, action: Action) {
    let pane = model.focus;
    let page = layout::areas(model).page(pane).max(1);
    let (from, count) = (model.cursor(pane).selected, model.row_count(pane));
    let last = count.saturating_sub(1);
    let shown = |row: &usize| model.selectable(pane, *row) && !model.hidden(pane, *row);
    let by = match action {
        Action::PageUp | Action::PageDown => page.saturating_sub(1).max(1),
        Action::HalfUp | Action::HalfDown => (page / 2).max(1),
        _ => 1,
    };
    // Headings are passed over; at the edge one stays on the last line that can be selected.
    let target = match action {
        Action::Up | Action::PageUp | Action::HalfUp => {
            let mut above = (0..from).rev().filter(shown);
            above.by_ref().take(by).last()
        }
        Action::Down | Action::PageDown | Action::HalfDown => {
            let mut below = (from + 1..count).filter(shown);
            below.by_ref().take(by).last()
        }
        Action::First => (0..count).find(shown),
        // The newest line first, which is followed; then what is dated ahead of the clock.
        _ if pane == Pane::Timeline && from < model.rows.newest => (0..=model.rows.newest).rev().find(shown),
        _ => (0..=last).rev().find(shown),
    };
    if let Some(row) = target {
        model.memory.held &= pane != Pane::Timeline;
        model.cursors[pane as usize].selected = row;
    }
}

/// To the pane so many further in the order of Tab.
pub(super) fn turn(model: &mut Model, by: usize) {
    let at = model.focus as usize;
    focus(model, Pane::ALL[(at + by) % Pane::ALL.len()]);
}

/// Gives a pane the keys.
pub(super) fn focus(model: &mut Model, pane: Pane) {
    if model
        .search
        .as_ref()
        .is_some_and(|search| search.filter && search.pane != pane)
    {
        model.search = None;
    }
    model.focus = pane;
}

/// Backs out one level: filter, search, zoom.
pub(super) fn back(model: &mut Model) {
    match &mut model.search {
        Some(search) if search.filter => search.filter = false,
        Some(_) => model.search = None,
        None if model.zoomed => model.zoomed = false,
        None => model.toasts.clear(),
    }
}

/// What `new` adds in the pane in focus.
pub(super) fn new_entry(model: &Model) -> Action {
    match model.pane_context() {
        Context::Timers => Action::AddTimer,
        Context::Roles => Action::AssignRole,
        Context::Hypothesis => Action::AddHypothesis,
        Context::Mitigation => Action::ProposeMitigation,
        Context::Checklists => Action::AddItem,
        _ => Action::Log,
    }
}

/// Between UTC and local time; days begin elsewhere then.
pub(super) fn local_time(model: &mut Model) {
    let anchors = anchors(model);
    model.settings.local_time = !model.settings.local_time;
    model.rows = Rows::of(model);
    hold(model, anchors);
    super::search::again(model);
    let zone = if model.settings.local_time { "local time" } else { "UTC" };
    model.say(format!("times are shown in {zone}"), Tone::Info);
}

/// The selected line as plain text, to the terminal's clipboard.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let text = super::words::row_text(model, model.focus, model.cursor(model.focus).selected);
    if text.is_empty() {
        model.say("there is nothing to copy here", Tone::Info);
        return Vec::new();
    }
    model.say("copied, where your terminal allows it", Tone::Good);
    vec![Effect::Copy(text)]
}
