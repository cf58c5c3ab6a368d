//! What the framework derives of the incident, worked out again.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::reminders::{CLOCK, MAJOR};
use super::{Model, spoken};
use crate::framework::Derived;
use crate::incident::Time;
use crate::session::Snapshot;

/// Works out again what the framework derives.
pub(super) fn derive(model: &mut Model) {
    let derived = of(&model.snapshot, model.now);
    model.derived = spoken::derived(&model.keymap, &model.library, derived);
    model.memory.derived_at = second(model);
    // What has ended and comes again is told again.
    let away = std::mem::take(&mut model.memory.put_away);
    if !away.is_empty() {
        let steps: BTreeSet<String> = model.steps().into_iter().map(|step| step.id).collect();
        let stays = |id: &String| id == CLOCK || id.starts_with(MAJOR) || steps.contains(id);
        model.memory.put_away = away.into_iter().filter(stays).collect();
    }
}

/// What the framework derives; where no incident is open, nothing is due and nothing is asked.
pub(super) fn of(snapshot: &Snapshot, now: Time) -> Derived {
    let derived = snapshot.framework.derive(&snapshot.incident, now);
    if !snapshot.is_nowhere() {
        return derived;
    }
    Derived {
        timers: Vec::new(),
        required_roles: Vec::new(),
        checklists: Vec::new(),
        procedures: Vec::new(),
        next_statuses: Vec::new(),
        reminders: Vec::new(),
        ..derived
    }
}

pub(super) fn second(model: &Model) -> i64 {
    model.now.millis().div_euclid(1000)
}

impl Model {
    /// Takes the person's keys; sentences that name keys name theirs.
    pub fn go_by(&mut self, keymap: super::keymap::Keymap) {
        self.keymap = Arc::new(keymap);
        derive(self);
    }
}
