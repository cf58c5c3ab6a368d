//! Countdowns, and the updates that audiences wait for.

use super::form::{Choice, Form, choice, nothing};
use super::typed::duration;
use super::{Action, Model};
use crate::framework::{Remedy, TimerPhase, TimerView};
use crate::incident::time::format_clock;
use crate::incident::{Change, live};

/// Countdowns that are not over.
pub(super) fn running(model: &Model) -> Vec<Choice> {
    let over = |timer: &TimerView| matches!(timer.state, TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared);
    let timers = model.rows.timers.iter().map(|index| &model.derived.timers[*index]);
    let left = |timer: &TimerView| {
        let clock = format_clock(timer.remaining_s);
        if timer.remaining_s < 0 {
            format!("over by {clock}")
        } else {
            clock
        }
    };
    timers
        .filter(|timer| !over(timer))
        .map(|timer| choice(&timer.id, &timer.label, left(timer)))
        .collect()
}

/// Countdowns that a person put off or cleared.
pub(super) fn touched(model: &Model) -> Vec<Choice> {
    let timers = model.derived.timers.iter();
    let touched = timers.filter(|timer| is_touched(timer));
    let how = |timer: &TimerView| if timer.snoozed { "put off" } else { "cleared" };
    touched
        .map(|timer| choice(&timer.id, &timer.label, how(timer)))
        .collect()
}

/// The framework's audiences, with what this severity owes them.
pub(super) fn audiences(model: &Model) -> Vec<Choice> {
    let severity = &model.derived.severity;
    let mut all: Vec<_> = model.framework().audiences.iter().collect();
    // Whoever has waited longest is at hand.
    let due = |id: &str| timer(model, id).filter(|timer| timer.state == TimerPhase::Overdue);
    all.sort_by_key(|audience| due(&audience.id).map_or(i64::MAX, |timer| timer.remaining_s));
    all.into_iter()
        .map(|audience| {
            let clock = model.derived.timers.iter().find(
                |timer| matches!(&timer.remedy, Some(Remedy::Update { audience: told, .. }) if told.id == audience.id),
            );
            let owed = clock.map(|timer| {
                let clock = format_clock(timer.remaining_s);
                if timer.remaining_s < 0 {
                    format!("overdue by {clock}")
                } else {
                    format!("next in {clock}")
                }
            });
            let fact = || {
                audience
                    .facts
                    .get(severity)
                    .or_else(|| audience.facts.get("any"))
                    .cloned()
            };
            choice(&audience.id, &audience.title, owed.or_else(fact).unwrap_or_default())
        })
        .collect()
}

/// Whether a person's say over it can be taken back: over a derived one any, over a person's own its clearing.
pub(super) fn is_touched(timer: &TimerView) -> bool {
    timer.state == TimerPhase::Cleared || (timer.derived && timer.snoozed)
}

/// A derived countdown runs as the framework has it; a person's own is due when it was.
fn restore(model: &Model, id: &str) -> Change {
    let own = model
        .derived
        .timers
        .iter()
        .any(|timer| timer.id == id && !timer.derived);
    let entry = live(&model.incident().timers).find(|timer| timer.id == id);
    Change::RestoreTimer {
        timer: id.to_owned(),
        due: entry.filter(|_| own).map(|timer| timer.due),
    }
}

/// The states that an audience can be told, the one that stands marked.
pub(super) fn states(model: &Model, audience: &str) -> Vec<Choice> {
    let all = model.framework().told_states(model.incident(), audience).into_iter();
    all.map(|one| Choice {
        current: one.stands,
        ..choice(
            &one.state,
            &one.state,
            if one.back { "a step back, wants a reason" } else { "" },
        )
    })
    .collect()
}

/// Whether the state that was chosen is a step back for that audience.
pub(super) fn steps_back(model: &Model, form: &Form) -> bool {
    let (audience, state) = (form.answer("audience"), form.answer("told-state"));
    let mut all = model.framework().told_states(model.incident(), audience).into_iter();
    all.any(|one| one.back && one.state == state)
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let timer = form.answer("timer").to_owned();
    let needed = || duration(model, form, "duration")?.ok_or_else(|| "how long? 15m, 1h30m or until 15:30".to_owned());
    Ok(match form.action {
        Action::AddTimer => Change::AddTimer {
            label: form.answer("label").to_owned(),
            duration: needed()?,
        },
        Action::SnoozeTimer => Change::SnoozeTimer {
            timer,
            duration: needed()?,
        },
        Action::ClearTimer => Change::ClearTimer {
            timer,
            reason: Some(form.answer("reason").to_owned()).filter(|reason| !reason.trim().is_empty()),
        },
        Action::RestoreTimer => restore(model, form.answer("touched")),
        Action::SendUpdate => Change::SendUpdate {
            audience: form.answer("audience").to_owned(),
            text: form.answer("text").to_owned(),
            status: form.maybe("told-state"),
            approved_by: form.maybe("approved"),
            eta: duration(model, form, "eta")?,
            reason: form.maybe("back"),
        },
        Action::CorrectUpdate => super::comms::correction(model, form)?,
        _ => return Err(nothing(form)),
    })
}

/// The timer of an audience's next update.
pub(super) fn timer<'a>(model: &'a Model, audience: &str) -> Option<&'a TimerView> {
    model
        .derived
        .timers
        .iter()
        .find(|timer| matches!(&timer.remedy, Some(Remedy::Update { audience: told, .. }) if told.id == audience))
}
