//! Enter does the step of the NEXT line where no entry has been picked: while the newest line of the timeline is followed.

use crate::app::memory::StepOf;
use crate::app::next_step::NextStep;
use crate::app::{Model, Pane, Screen};

/// How long a step has to have been on the screen, with nothing over it, before Enter does it: what has just come is not done by a key
/// that was meant for something else.
const STEADY_MS: i64 = 800;

/// Rows of a screen that has the NEXT line; what is not seen is not done.
pub const SHOWN_FROM: u16 = 10;

/// What Enter does about the NEXT line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Enter {
    /// It does it.
    Does,
    /// The line has just changed, or something over it was just closed.
    TooSoon,
    /// It means the selected entry.
    Entry,
}

impl Model {
    /// The step of the NEXT line, as it was found when the incident last changed or the last second went by.
    pub fn shown_step(&self) -> Option<&NextStep> {
        self.memory.step.as_ref()
    }

    /// Whether Enter means the NEXT line, which is marked as selected then: it is on the screen, the war room's timeline has the keys,
    /// its newest line is followed rather than picked, and nothing is searched.
    pub fn enter_means_next(&self) -> bool {
        let follows = self.screen == Screen::WarRoom && self.focus == Pane::Timeline && self.follows_newest();
        let shown = self.size.height >= SHOWN_FROM && self.memory.next.0.is_some();
        follows && shown && self.search.is_none()
    }

    /// Whether the finger is on this row: keys mean it. While Enter means the NEXT line, the finger is there.
    pub fn is_selected(&self, pane: Pane, row: usize) -> bool {
        let at = self.focus == pane && self.cursor(pane).selected == row;
        at && !(pane == Pane::Timeline && self.enter_means_next())
    }
}

/// What Enter does now.
pub(in crate::app) fn by_enter(model: &Model) -> Enter {
    let (_, since) = model.memory.next;
    match model.enter_means_next() {
        false => Enter::Entry,
        true if model.now.millis() - since.millis() < STEADY_MS => Enter::TooSoon,
        true => Enter::Does,
    }
}

/// Notes which step is on the screen, and since when with nothing over it.
pub(in crate::app) fn note(model: &mut Model) {
    let of = StepOf {
        revision: model.snapshot.revision,
        second: model.memory.derived_at,
        put_away: model.memory.put_away.len(),
        timer: (model.focus == Pane::Timers).then(|| model.cursor(Pane::Timers).selected),
    };
    // What waits goes by the whole incident: it is looked for when that has changed, or a second has gone by, and not once a key.
    if model.memory.step_of.as_ref() != Some(&of) {
        model.memory.step = model.next_step();
        model.memory.step_of = Some(of);
    }
    let step = model.memory.step.as_ref().filter(|step| step.does.is_some());
    let step = step.map(|step| step.id.clone());
    if step != model.memory.next.0 || !model.layers.is_empty() {
        model.memory.next = (step, model.now);
    }
}
