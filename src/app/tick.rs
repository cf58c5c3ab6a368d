//! What a second brings: derived values, timers that run out, toasts that go.

use super::derived::{derive, second};
use super::message::Effect;
use super::{Model, NEW_FOR_MS, Rows, Screen, Tone, listing, named, selection, texts};
use crate::framework::{TimerPhase, TimerView};
use crate::hook::Overdue;

/// A second went by.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let toasts = model.toasts.len();
    // A worry stays until a key is pressed.
    model.toasts.retain(|toast| toast.until > now || toast.tone.stays());
    if model.memory.behind && now.millis() - model.memory.pressed.millis() >= selection::HAND_MS {
        model.follow_newest();
        model.memory.dirty = true;
    }
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
    let anchors = selection::anchors(model);
    derive(model);
    let (timeline, newest) = (std::mem::take(&mut model.rows.timeline), model.rows.newest);
    let author = model.rows.author;
    let lately = match second(model) % 60 {
        0 => listing::lately(model),
        _ => std::mem::take(&mut model.rows.lately),
    };
    model.rows = Rows {
        timeline,
        newest,
        lately,
        author,
        ..listing::but_timeline(model)
    };
    texts::refresh_texts(model);
    selection::hold(model, anchors);
    super::gate::refresh(model);
    let mut effects = ring(model);
    effects.extend(super::books::again(model));
    effects
}

/// Bell, notification and a sentence for each timer that has run out since it was asked last.
pub(super) fn ring(model: &mut Model) -> Vec<Effect> {
    let run_out = |state| matches!(state, TimerPhase::Due | TimerPhase::Overdue);
    let (mut fresh, mut late) = (Vec::new(), Vec::new());
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
                late.extend(overdue(timer).into_iter().filter(|late| late.since == due));
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
    let said = format!("{}: due now.", fresh.join(", "));
    let mut effects: Vec<Effect> = fresh.into_iter().map(Effect::RanOut).collect();
    if !late.is_empty() {
        effects.push(Effect::Overdue(late));
    }
    let told = [(named::Call::Timer, said)];
    effects.extend(named::sound(model, &told));
    let [(_, said)] = told;
    model.say(said, Tone::Warning);
    effects
}

/// A timer as hooks are told of it, once it is overdue.
fn overdue(timer: &TimerView) -> Option<Overdue> {
    let since = timer.overdue_at.or(timer.due)?;
    (timer.state == TimerPhase::Overdue).then(|| Overdue {
        timer: timer.id.clone(),
        label: timer.label.clone(),
        since,
    })
}

impl Model {
    /// What is overdue as the console opens. It does not ring; but no console may have been open when it ran out, and hooks hear of
    /// each once, whoever opens one when.
    pub fn overdue(&self) -> Vec<Overdue> {
        self.derived.timers.iter().filter_map(overdue).collect()
    }

    /// Whether something on the screen counts by the second.
    fn counts(&self) -> bool {
        let over = self.incident().resolved.is_some();
        let running = |state| matches!(state, TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running);
        !over || self.derived.timers.iter().any(|timer| running(timer.state))
    }

    /// Whether the next second has to wake the program.
    pub fn wants_tick(&self) -> bool {
        let since = self.now.millis() - NEW_FOR_MS - 1_500;
        // The board looks whether there are others.
        self.screen == Screen::Board
            || self.counts()
            || self.memory.behind
            || self.toasts.iter().any(|toast| !toast.tone.stays())
            || self
                .snapshot
                .arrivals
                .last()
                .is_some_and(|arrival| arrival.at.millis() > since)
    }
}

/// The step that is shown is not wanted now.
pub(super) fn put_away(model: &mut Model) {
    if let Some(id) = model.next_step().map(|step| step.id) {
        model.memory.put_away.insert(id);
        model.memory.dirty = true;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::app::tests::{App, noon};
    use crate::incident::Time;

    fn timer(label: &str, due: Time, overdue_at: Option<Time>, state: TimerPhase) -> TimerView {
        TimerView {
            id: label.into(),
            label: label.into(),
            due: Some(due),
            overdue_at,
            state,
            remaining_s: 0,
            derived: true,
            snoozed: false,
            remedy: None,
            borrowed: false,
        }
    }

    fn rings(app: &mut App, timers: Vec<TimerView>, after: u64) -> Vec<Effect> {
        app.model.derived.timers = timers;
        app.model.now = noon().plus(Duration::from_secs(after));
        ring(&mut app.model)
    }

    fn late(label: &str, since: Time) -> Effect {
        Effect::Overdue(vec![Overdue {
            timer: label.into(),
            label: label.into(),
            since,
        }])
    }

    #[test]
    fn a_timer_that_runs_out_is_told_once_in_each_way_that_is_on() {
        let mut app = App::new();
        let due = noon().plus(Duration::from_secs(10));
        let over = || vec![timer("executive update", due, None, TimerPhase::Overdue)];
        assert_eq!(
            rings(
                &mut app,
                vec![timer("executive update", due, None, TimerPhase::Running)],
                5
            ),
            []
        );
        let told = rings(&mut app, over(), 10);
        assert_eq!(
            told,
            [
                Effect::RanOut("executive update".into()),
                late("executive update", due),
                Effect::Bell,
                Effect::Notify("INC-2026-0042 executive update: due now.".into()),
            ]
        );
        assert_eq!(rings(&mut app, over(), 11), [], "once");
        let again = noon().plus(Duration::from_secs(60));
        assert_eq!(
            rings(
                &mut app,
                vec![timer("executive update", again, None, TimerPhase::Running)],
                12
            ),
            []
        );
        (app.model.settings.bell, app.model.settings.notify) = (false, false);
        let told = rings(
            &mut app,
            vec![timer("executive update", again, None, TimerPhase::Overdue)],
            60,
        );
        assert_eq!(
            told,
            [
                Effect::RanOut("executive update".into()),
                late("executive update", again)
            ],
            "it ran again; bell and notification are off"
        );
    }

    #[test]
    fn both_moments_of_a_range_are_told_and_a_warning_before_is_not() {
        let mut app = App::new();
        let (first, second) = (
            noon().plus(Duration::from_secs(10)),
            noon().plus(Duration::from_secs(20)),
        );
        let soak = |state| vec![timer("soak", first, Some(second), state)];
        // The last fifth of a plain countdown shows as due; it has not run out.
        assert_eq!(
            rings(&mut app, vec![timer("soak", first, None, TimerPhase::Due)], 9),
            []
        );
        assert_eq!(rings(&mut app, soak(TimerPhase::Due), 10).len(), 3);
        assert_eq!(rings(&mut app, soak(TimerPhase::Due), 15), []);
        assert_eq!(rings(&mut app, soak(TimerPhase::Overdue), 20).len(), 4);
    }
}
