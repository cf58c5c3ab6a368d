//! What stands in a row of a pane and what is selected, which stays where it was when rows change; and the key for it there.

use super::rows::{BoardRow, ChecklistRow, TimelineRow};
use super::{Action, Model, Pane, Screen};

/// How long after a key the selection stays, whatever arrives.
pub(super) const HAND_MS: i64 = 1_000;

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

/// The person has moved the selection of this pane: of the timeline, this line is meant from now on.
pub(super) fn picked(model: &mut Model, pane: Pane) {
    if pane == Pane::Timeline {
        model.memory.came_from_end = false;
        model.memory.behind = false;
        model.memory.picked = model.row_id(pane, model.cursor(pane).selected);
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

    /// Whether the newest line is followed.
    pub(super) fn follows_newest(&self) -> bool {
        let selected = self.cursor(Pane::Timeline).selected;
        selected == self.rows.newest && self.memory.picked.is_none()
    }

    /// Back to following the newest line, where that was done before a line was taken up.
    pub(super) fn back_to_end(&mut self) {
        if std::mem::take(&mut self.memory.came_from_end) {
            self.follow_newest();
        }
    }

    /// Follows the newest line.
    pub(super) fn follow_newest(&mut self) {
        self.memory.picked = None;
        self.memory.behind = false;
        self.memory.came_from_end = false;
        self.select_near(Pane::Timeline, self.rows.newest);
    }
}

impl Model {
    /// Whether the key for the next match declares an incident: on the board, where nothing is searched.
    pub(super) fn n_declares(&self) -> bool {
        self.screen == Screen::Board && self.search.is_none() && self.found.is_none()
    }

    /// The key that does an action on the present screen.
    pub fn key_here(&self, action: Action) -> String {
        let shorter = self.keymap.key_of(Action::NextMatch);
        if action == Action::DeclareIncident && self.n_declares() && !shorter.is_empty() {
            return shorter;
        }
        self.keymap.key_of(action)
    }
}
