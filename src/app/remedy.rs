//! From a remedy, as the framework names it (`update --audience internal`), to what a key does.

use super::action::Action;
use super::message::Effect;
use super::{Model, Pane, Tone, ask};
use crate::framework::{Remedy, TimerPhase};

/// An action, and what answers its first step.
pub(super) type Step = (Action, Option<String>);

/// What a remedy means in the console; `None` where it can only be typed.
pub(super) fn of(remedy: &Remedy) -> Option<Step> {
    let given = |id: &String| Some(id.clone());
    Some(match remedy {
        Remedy::Acknowledge => (Action::Acknowledge, None),
        Remedy::SetSeverity => (Action::SetSeverity, None),
        Remedy::AssignRole(role) => (Action::AssignRole, given(&role.id)),
        Remedy::AcceptRole(role) => (Action::AcceptRole, given(role)),
        Remedy::SetStatus(status) => (Action::SetStatus, given(&status.id)),
        Remedy::Escalate(target) => (Action::Escalate, target.as_ref().and_then(|target| given(&target.id))),
        Remedy::Update { audience, .. } => (Action::SendUpdate, given(&audience.id)),
        Remedy::TickItem(item) => (Action::TickWithNote, given(item)),
        Remedy::NoteItem(item) => (Action::NoteItem, given(item)),
        Remedy::SetCause => (Action::SetCause, None),
        Remedy::Resolve => (Action::Resolve, None),
        Remedy::Close => (Action::Close, None),
        Remedy::AddHypothesis => (Action::AddHypothesis, None),
        Remedy::ProposeMitigation(plan) => (Action::ProposeMitigation, plan.clone()),
        Remedy::ApproveMitigation(mitigation) => (Action::ApproveMitigation, given(mitigation)),
        Remedy::AddAction => (Action::AddAction, None),
        Remedy::AnswerRequest { request, .. } => (Action::AnswerRequest, given(request)),
        Remedy::ClearTimer(timer) => (Action::ClearTimer, given(timer)),
        Remedy::StartProcedure(procedure) => (Action::StartProcedure, given(&procedure.id)),
        Remedy::DeclareMajor => (Action::DeclareMajor, None),
        Remedy::SetImpact(field) => (Action::SetImpact, given(field)),
        // The one is done once an incident is open; the other is read, not done.
        Remedy::Declare | Remedy::ListActions => return None,
    })
}

/// What meets the selected timer, where the timers are in focus.
pub(super) fn of_timer(model: &Model) -> Option<Step> {
    if model.focus != Pane::Timers {
        return None;
    }
    let index = *model.rows.timers.get(model.cursor(Pane::Timers).selected)?;
    of(model.derived.timers[index].remedy.as_ref()?)
}

/// What is asked for most: by the selected timer, the reminder that is shown, or the most overdue clock.
pub(super) fn asked(model: &Model) -> Option<Step> {
    let reminder = || of(model.nudge()?.remedy.as_ref()?);
    let overdue = || {
        let mut timers = model.derived.timers.iter();
        of(timers
            .find(|timer| timer.state == TimerPhase::Overdue)?
            .remedy
            .as_ref()?)
    };
    of_timer(model).or_else(reminder).or_else(overdue)
}

/// Whether the key for what is asked does what the reminder suggests: it may suggest what can only be typed, and the selected
/// timer comes first.
pub(crate) fn helps(model: &Model, reminder: &crate::framework::NudgeView) -> bool {
    of_timer(model).is_none() && reminder.remedy.as_ref().and_then(of).is_some()
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
