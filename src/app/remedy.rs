//! From a remedy, as the framework names it for scripts (`update --audience internal`), to what a key does.

use super::action::Action;
use super::message::Effect;
use super::{Model, Pane, Tone, ask};
use crate::framework::TimerPhase;

/// An action, and what answers its first step.
pub(super) type Remedy = (Action, Option<String>);

/// What a remedy means in the console; `None` where it can only be typed.
pub(super) fn of(remedy: &str) -> Option<Remedy> {
    let words: Vec<&str> = remedy.split_whitespace().collect();
    let given = |word: &str| Some(word.to_owned());
    Some(match words.as_slice() {
        ["update", "--audience", audience, ..] => (Action::SendUpdate, given(audience)),
        ["check", "tick", item, ..] => (Action::TickWithNote, given(item)),
        ["check", "note", item, ..] => (Action::NoteItem, given(item)),
        ["role", "assign", role, ..] => (Action::AssignRole, given(role)),
        ["role", "accept", role, ..] => (Action::AcceptRole, given(role)),
        ["status", status, ..] => (Action::SetStatus, given(status)),
        ["escalate", "TARGET", ..] | ["escalate"] => (Action::Escalate, None),
        ["escalate", target, ..] => (Action::Escalate, given(target)),
        ["major", "declare", ..] => (Action::DeclareMajor, None),
        ["procedure", "start", procedure, ..] => (Action::StartProcedure, given(procedure)),
        ["cause", ..] => (Action::SetCause, None),
        ["ack", ..] => (Action::Acknowledge, None),
        ["severity", ..] => (Action::SetSeverity, None),
        ["resolve", ..] => (Action::Resolve, None),
        ["close", ..] => (Action::Close, None),
        ["hypothesis", ..] => (Action::AddHypothesis, None),
        ["mitigation", "approve", mitigation, ..] => (Action::ApproveMitigation, given(mitigation)),
        ["mitigation", "propose", _, ..] => (Action::ProposeMitigation, Some(words[2..].join(" "))),
        ["mitigation", ..] => (Action::ProposeMitigation, None),
        ["action", "add", ..] => (Action::AddAction, None),
        ["dispatch" | "task", "answer", request, ..] => (Action::AnswerRequest, given(request)),
        ["timer", "clear", timer, ..] => (Action::ClearTimer, given(timer)),
        ["set", field, ..] => (Action::SetImpact, given(field.strip_prefix("impact.")?)),
        _ => return None,
    })
}

/// What meets the selected timer, where the timers are in focus.
pub(super) fn of_timer(model: &Model) -> Option<Remedy> {
    if model.focus != Pane::Timers {
        return None;
    }
    let index = *model.rows.timers.get(model.cursor(Pane::Timers).selected)?;
    of(model.derived.timers[index].remedy.as_deref()?)
}

/// What is asked for most: by the selected timer, the reminder that is shown, or the most overdue clock.
pub(super) fn asked(model: &Model) -> Option<Remedy> {
    let reminder = || of(model.nudge()?.remedy.as_deref()?);
    let overdue = || {
        let mut timers = model.derived.timers.iter();
        of(timers
            .find(|timer| timer.state == TimerPhase::Overdue)?
            .remedy
            .as_deref()?)
    };
    of_timer(model).or_else(reminder).or_else(overdue)
}

/// Does what is asked for most.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    match asked(model) {
        Some((action, Some(given))) => ask::begin_given(model, action, &given),
        Some((action, None)) => ask::begin(model, action),
        None => {
            model.say("nothing is asked for now", Tone::Info);
            Vec::new()
        }
    }
}
