//! Moving about in the panes: focus, selection, scroll, zoom.

use super::action::{Action, Context};
use super::message::Effect;
use super::selection::{anchors, find_row, hold, picked};
use super::texts::refresh_texts;
use super::{Model, Pane, Screen, Tone, filtering, listing, matches};
use crate::incident::ItemState;

/// Moves the selection as an action of movement says.
pub(super) fn step(model: &mut Model, action: Action) {
    let pane = model.focus;
    let page = model.memory.shown.pages[pane as usize].max(1);
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
        model.cursors[pane as usize].selected = row;
        picked(model, pane);
        // The end is followed, not meant.
        if pane == Pane::Timeline && action == Action::Last && row == model.rows.newest {
            model.memory.picked = None;
        }
    } else if pane == Pane::Timeline && action == Action::Down && model.memory.picked.is_none() {
        // From the newest line, which was only followed, there is nowhere to go but onto it.
        picked(model, pane);
    }
}

/// To the pane so many further in the order of Tab.
pub(super) fn turn(model: &mut Model, forward: bool) {
    let panes = model.screen.panes();
    let at = panes.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    let by = if forward { 1 } else { panes.len() - 1 };
    focus(model, panes[(at + by) % panes.len()]);
}

/// To the pane with this digit on the present screen, where there is one.
pub(super) fn to_digit(model: &mut Model, digit: usize) {
    let panes = model.screen.panes();
    if let Some(pane) = panes.get(digit - 1) {
        focus(model, *pane);
    } else {
        model.say(format!("This screen has {} panes.", panes.len()), Tone::Info);
    }
}

impl Model {
    /// Starts on a screen; on the war room as the one who sits here looks at it.
    pub fn start_on(&mut self, screen: Screen, seat: Option<super::Seat>) {
        show(self, screen);
        if let (Screen::WarRoom, Some(seat)) = (screen, seat) {
            (self.focus, self.zoomed) = seat.place();
        }
    }
}

/// Shows another screen; the pane that had the keys there gets them again.
pub(super) fn show(model: &mut Model, screen: Screen) {
    if model.screen != screen {
        model.memory.focus_of.insert(model.screen, model.focus);
        model.screen = screen;
        model.zoomed = false;
        model.search = None;
        let back = model.memory.focus_of.get(&screen).copied();
        model.focus = back.unwrap_or(screen.panes()[0]);
    }
    refresh_texts(model);
}

/// Gives a pane the keys.
pub(super) fn focus(model: &mut Model, pane: Pane) {
    if model
        .search
        .as_ref()
        .is_some_and(|search| search.filter && search.pane != pane)
    {
        filtering::clear(model);
    }
    model.focus = pane;
}

/// What `new` adds in the pane in focus.
pub(super) fn new_entry(model: &Model) -> Action {
    match model.pane_context() {
        Context::Mitigation => Action::ProposeMitigation,
        _ => model.focus.spec().adds,
    }
}

/// Between the story and all of it; the selected line stays where it is shown.
pub(super) fn toggle_story(model: &mut Model) {
    let anchors = anchors(model);
    model.story = !model.story;
    model.rows = listing::rows(model);
    refresh_texts(model);
    hold(model, anchors);
    matches::again(model);
    let what = if model.story {
        "The story: what the console wrote by itself is folded."
    } else {
        "All events are shown."
    };
    model.say(what, Tone::Info);
}

/// To the first line that came while nobody was at the keys.
pub(super) fn to_unread(model: &mut Model) {
    let found = model
        .unread()
        .map(str::to_owned)
        .and_then(|id| find_row(model, Pane::Timeline, &id, model.rows.newest));
    match found {
        Some(row) => {
            focus(model, Pane::Timeline);
            model.cursors[Pane::Timeline as usize].selected = row;
            picked(model, Pane::Timeline);
        }
        None => model.say("Nothing has come since you looked.", Tone::Info),
    }
}

/// Between UTC and local time; days begin elsewhere then.
pub(super) fn local_time(model: &mut Model) {
    let anchors = anchors(model);
    model.settings.local_time = !model.settings.local_time;
    model.rows = listing::rows(model);
    refresh_texts(model);
    hold(model, anchors);
    matches::again(model);
    let zone = if model.settings.local_time { "local time" } else { "UTC" };
    model.say(format!("Times are shown in {zone}."), Tone::Info);
}

/// To the next item that is not done, round the end; where there is none, nothing happens.
pub(super) fn to_next_open(model: &mut Model) {
    let pane = Pane::Checklists;
    let at = model.cursor(pane).selected;
    let count = model.row_count(pane);
    let open = |row: &usize| {
        let item = model.item_at(*row);
        item.is_some_and(|item| item.state == ItemState::Open) && !model.hidden(pane, *row)
    };
    if let Some(row) = (at + 1..count).chain(0..at.min(count)).find(open) {
        model.cursors[pane as usize].selected = row;
    }
}

/// After an item was dealt with where it is selected: on to the next that is open.
pub(super) fn went_on(model: &mut Model) {
    let done = model.item_at(model.cursor(Pane::Checklists).selected);
    if model.focus == Pane::Checklists && done.is_some_and(|item| item.state != ItemState::Open) {
        to_next_open(model);
    }
}

/// What a screen wants to know that the incident does not tell.
pub(super) fn screens(screen: Screen) -> Vec<Effect> {
    match screen {
        Screen::Board => vec![Effect::LookAround],
        Screen::Runbooks => vec![Effect::ReadRunbooks],
        Screen::WarRoom | Screen::Investigation | Screen::Communications | Screen::Review => Vec::new(),
    }
}
