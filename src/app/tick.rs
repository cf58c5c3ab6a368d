//! What a second brings: derived values, timers that run out, toasts that go.

use super::message::Effect;
use super::{Model, NEW_FOR_MS, Rows, Tone, panes};
use crate::framework::TimerPhase;

/// Works out again what the framework derives.
pub(super) fn derive(model: &mut Model) {
    model.derived = model.snapshot.framework.derive(&model.snapshot.incident, model.now);
    model.memory.derived_at = second(model);
}

fn second(model: &Model) -> i64 {
    model.now.millis().div_euclid(1000)
}

/// A second went by.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let toasts = model.toasts.len();
    model.toasts.retain(|toast| toast.until > now);
    model.memory.dirty |= toasts != model.toasts.len();
    let faded = |at: i64| (at + NEW_FOR_MS..at + NEW_FOR_MS + 1_500).contains(&now.millis());
    model.memory.dirty |= model
        .snapshot
        .arrivals
        .iter()
        .rev()
        .take(64)
        .any(|arrival| faded(arrival.at.millis()));
    if second(model) == model.memory.derived_at || !model.counts() {
        return Vec::new();
    }
    model.memory.dirty = true;
    // Only what derives from the clock can have changed; the timeline's rows have not.
    let anchors = panes::anchors(model);
    derive(model);
    let timeline = std::mem::take(&mut model.rows.timeline);
    model.rows = Rows::but_timeline(model);
    model.rows.timeline = timeline;
    panes::hold(model, anchors);
    ring(model)
}

/// Bell, notification and a sentence for each timer that has run out since it was asked last.
pub(super) fn ring(model: &mut Model) -> Vec<Effect> {
    let run_out = |state| matches!(state, TimerPhase::Due | TimerPhase::Overdue);
    let mut fresh = Vec::new();
    let mut out = std::collections::BTreeSet::new();
    for timer in model.derived.timers.iter().filter(|timer| run_out(timer.state)) {
        // Of a range both moments are told.
        for due in [timer.due, timer.overdue_at]
            .into_iter()
            .flatten()
            .filter(|due| *due <= model.now)
        {
            let name = format!("{}@{}", timer.id, due.millis());
            if !model.memory.rung.contains(&name) {
                fresh.push(timer.label.clone());
            }
            out.insert(name);
        }
    }
    model.memory.rung = out;
    fresh.dedup();
    // What had run out before the console was opened stands on the screen; it does not ring.
    if fresh.is_empty() || !model.memory.awake {
        return Vec::new();
    }
    let said = format!("{}: time is up", fresh.join(", "));
    let mut effects: Vec<Effect> = fresh.into_iter().map(Effect::RanOut).collect();
    if model.settings.bell {
        effects.push(Effect::Bell);
    }
    if model.settings.notify {
        effects.push(Effect::Notify(format!("{} {said}", model.incident().id)));
    }
    model.say(said, Tone::Warning);
    effects
}

impl Model {
    /// Whether something on the screen counts by the second.
    fn counts(&self) -> bool {
        let over = self.incident().resolved.is_some();
        let running = |state| matches!(state, TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running);
        !over || self.derived.timers.iter().any(|timer| running(timer.state))
    }

    /// Whether the next second has to wake the program.
    pub fn wants_tick(&self) -> bool {
        let since = self.now.millis() - NEW_FOR_MS - 1_500;
        self.counts()
            || !self.toasts.is_empty()
            || self
                .snapshot
                .arrivals
                .last()
                .is_some_and(|arrival| arrival.at.millis() > since)
    }
}
