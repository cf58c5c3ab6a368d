//! Moving about in the panes: focus, selection, scroll, zoom, and keeping the selection where it was when rows change.

use std::sync::Arc;

use super::action::{Action, Context};
use super::message::Effect;
use super::rows::{self, BoardRow, ChecklistRow, TimelineRow};
use super::{Model, Pane, Rows, Screen, Tone};
use crate::incident::ItemState;

/// What was selected in each pane, and whether it was the last line of the timeline, to be followed. A line that was
/// searched for and found is not: what is done next is meant for it.
pub(super) struct Anchors {
    /// The panes on the screen, with what was selected, and whether nobody is in them and they stand at their first line:
    /// they stay there, so that what is most urgent now is seen.
    panes: Vec<(Pane, Option<String>, bool)>,
    pub at_end: bool,
}

/// Remembers the selection, to be found again by [`hold`].
pub(super) fn anchors(model: &Model) -> Anchors {
    let selected = model.cursor(Pane::Timeline).selected;
    let searches = |search: &super::Search| search.pane == Pane::Timeline && search.matches.contains(&selected);
    Anchors {
        panes: kept_panes(model)
            .map(|pane| {
                let id = model.row_id(pane, model.cursor(pane).selected);
                (pane, id, pane != model.focus && stands_at_top(model, pane))
            })
            .collect(),
        at_end: (selected == model.rows.newest || model.rows.timeline.is_empty())
            && !model.memory.came_from_end
            && !model.search.as_ref().is_some_and(searches),
    }
}

/// The panes whose selection is kept: those of the war room, which always have rows, and those of the present screen.
fn kept_panes(model: &Model) -> impl Iterator<Item = Pane> {
    let screen = model.screen;
    let shown = move |pane: &Pane| screen.digit(*pane).is_some();
    let all = Pane::ALL.iter().copied();
    all.filter(move |pane| !pane.is_text() || shown(pane))
}

/// Selects again what was selected; the end of the timeline stays the end.
pub(super) fn hold(model: &mut Model, anchors: Anchors) {
    for (pane, id, at_top) in anchors.panes {
        let old = model.cursor(pane).selected;
        let row = match id {
            _ if pane == Pane::Timeline && anchors.at_end => {
                if old != model.rows.newest {
                    model.memory.picked = None;
                }
                model.rows.newest
            }
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
            Pane::Timeline => self
                .event_at(row)
                .or_else(|| self.folded_at(row).first().map(AsRef::as_ref))
                .map(|event| event.id.clone()),
            Pane::Timers => self
                .rows
                .timers
                .get(row)
                .and_then(|timer| self.derived.timers.get(*timer))
                .map(|timer| timer.id.clone()),
            Pane::Roles => self.rows.roles.get(row).map(|row| match row.holder {
                Some(holder) => incident.roles[holder].id.clone(),
                None => row.role.clone(),
            }),
            Pane::Hypotheses => match self.rows.hypotheses.get(row)? {
                BoardRow::Hypothesis(index) => Some(incident.hypotheses[*index].id.clone()),
                BoardRow::Mitigation(index) => Some(incident.mitigations[*index].id.clone()),
                BoardRow::Mitigations => None,
            },
            Pane::Checklists => self.item_at(row).map(|item| item.id.clone()),
            pane => self
                .rows
                .text(pane)
                .get(row)
                .map(|row| row.id.clone())
                .filter(|id| !id.is_empty()),
        }
    }

    /// The timer that is selected in its pane.
    pub(super) fn selected_timer(&self) -> Option<&crate::framework::TimerView> {
        let index = *self.rows.timers.get(self.cursor(Pane::Timers).selected)?;
        self.derived.timers.get(index)
    }

    /// What people call a role of the framework.
    pub(super) fn role_title(&self, id: &str) -> String {
        let known = self.framework().roles.iter().find(|role| role.id == id);
        known.map_or_else(|| id.replace('_', " "), |role| role.title.to_lowercase())
    }

    fn row_is(&self, pane: Pane, row: usize, id: &str) -> bool {
        match pane {
            Pane::Timeline => match self.event_at(row) {
                Some(event) => event.id == id,
                None => self.folded_at(row).iter().any(|event| event.id == id),
            },
            _ => self.row_id(pane, row).is_some_and(|own| own == id),
        }
    }

    /// The event in a row of the timeline.
    pub fn event_at(&self, row: usize) -> Option<&crate::incident::Event> {
        match self.rows.timeline.get(row)? {
            TimelineRow::Event(index) => self.incident().timeline.get(*index as usize).map(AsRef::as_ref),
            TimelineRow::Day(_) | TimelineRow::Folded(..) => None,
        }
    }

    /// The lines that are folded in a row of the timeline; none where it is no such row.
    pub(super) fn folded_at(&self, row: usize) -> &[std::sync::Arc<crate::incident::Event>] {
        match self.rows.timeline.get(row) {
            Some(TimelineRow::Folded(first, count)) => {
                let (first, count) = (*first as usize, *count as usize);
                self.incident().timeline.get(first..first + count).unwrap_or_default()
            }
            _ => &[],
        }
    }

    /// The first event that came while nobody was at the keys, until one has been there again for a while.
    pub fn unread(&self) -> Option<&str> {
        self.memory.unread.as_ref().map(|(id, _)| id.as_str())
    }

    /// Whether the person has moved away from the newest line, and others have come since.
    pub fn has_left_the_end(&self) -> bool {
        self.cursor(Pane::Timeline).selected < self.rows.newest && !self.memory.came_from_end && !self.memory.behind
    }

    /// The item in a row of the checklists.
    pub fn item_at(&self, row: usize) -> Option<&crate::framework::ItemView> {
        match self.rows.checklists.get(row)? {
            ChecklistRow::Item(list, item) => self.derived.checklists.get(*list)?.items.get(*item),
            ChecklistRow::List(_) => None,
        }
    }
}

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
    }
}

/// The person has moved the selection of this pane: of the timeline, this line is meant from now on.
pub(super) fn picked(model: &mut Model, pane: Pane) {
    if pane == Pane::Timeline {
        model.memory.came_from_end = false;
        model.memory.behind = false;
        model.memory.picked = model.row_id(pane, model.cursor(pane).selected);
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
    /// Takes the person's keys; sentences that name keys name theirs.
    pub fn go_by(&mut self, keymap: super::keymap::Keymap) {
        self.keymap = Arc::new(keymap);
        super::tick::derive(self);
    }

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

/// Makes the rows of the present screen's panes of text anew, in the order in which they go by each other.
pub(super) fn refresh_texts(model: &mut Model) {
    rows::write_texts(model, None);
    let panes = model.screen.panes().iter().copied();
    let (after, first): (Vec<Pane>, Vec<Pane>) = panes
        .filter(|pane| pane.is_text())
        .partition(|pane| pane.spec().follows.is_some());
    for pane in first {
        model.select_near(pane, model.cursor(pane).selected);
    }
    // Those that go by another's selection once that stands.
    for pane in model.screen.panes().iter().copied() {
        rows::write_texts(model, Some(pane));
    }
    for pane in after {
        model.select_near(pane, model.cursor(pane).selected);
    }
}

/// The selection of a pane may have moved: those that go by it follow.
pub(super) fn follow(model: &mut Model) {
    let at = model.row_id(model.focus, model.cursor(model.focus).selected);
    if model.memory.followed != at {
        model.memory.followed = at;
        rows::write_texts(model, Some(model.focus));
        for pane in model.screen.panes().iter().copied() {
            if pane.spec().follows == Some(model.focus) {
                model.cursors[pane as usize] = super::Cursor::default();
                model.select_near(pane, 0);
            }
        }
    }
}

/// Gives a pane the keys.
pub(super) fn focus(model: &mut Model, pane: Pane) {
    if model
        .search
        .as_ref()
        .is_some_and(|search| search.filter && search.pane != pane)
    {
        super::filter::clear(model);
    }
    model.focus = pane;
}

/// Backs out one level: filter, search, zoom.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if model.search.is_none()
        && model.screen == Screen::Board
        && let Some(effects) = super::overview::leave(model)
    {
        return effects;
    }
    match &mut model.search {
        Some(search) if !search.wanted.is_empty() => super::filter::clear(model),
        Some(search) if search.filter => search.filter = false,
        Some(_) => model.search = None,
        None if model.zoomed => model.zoomed = false,
        None => model.toasts.clear(),
    }
    Vec::new()
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
    model.rows = Rows::of(model);
    refresh_texts(model);
    hold(model, anchors);
    super::search::again(model);
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
    model.rows = Rows::of(model);
    refresh_texts(model);
    hold(model, anchors);
    super::search::again(model);
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

/// The selected line as plain text, to the terminal's clipboard.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    if super::books::is_command(model) {
        return super::books::copy(model);
    }
    let text = match model.focus {
        // A draft is copied whole.
        Pane::Draft => super::sheets::draft::audience(model).and_then(|one| super::sheets::draft::filled(model, &one)),
        pane => Some(super::words::row_text(model, pane, model.cursor(pane).selected)),
    }
    .unwrap_or_default();
    if text.is_empty() {
        model.say("There is nothing to copy here.", Tone::Info);
        return Vec::new();
    }
    model.say("Copied, where your terminal allows it.", Tone::Good);
    vec![Effect::Copy(text)]
}
