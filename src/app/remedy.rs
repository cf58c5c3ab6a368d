//! From a remedy, as the framework names it (`update --audience internal`), to what a key does.

use super::action::Action;
use super::{Model, Pane};
use crate::framework::Remedy;

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
        Remedy::HandOver => (Action::ShowHandover, None),
        Remedy::JudgeRunbook(runbook) => (Action::JudgeRunbook, given(runbook)),
        Remedy::SetImpact(field) => (Action::SetImpact, given(field)),
        // The one is done once an incident is open; the other is read, not done.
        Remedy::Declare | Remedy::ListActions => return None,
    })
}

/// What meets the selected timer, where the timers are in focus.
pub(super) fn of_timer(model: &Model) -> Option<Step> {
    let timer = (model.focus == Pane::Timers)
        .then(|| model.selected_timer())
        .flatten()?;
    of(timer.remedy.as_ref()?)
}
