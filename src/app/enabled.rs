//! Whether an action makes sense now, and why not: for keys, palette and menus alike.

use super::action::Action;
use super::{Model, Pane, choices, timers};
use crate::incident::{Event, HypothesisState, live};
use crate::session::FileState;
use crate::session::sync::Phase;

/// Whether an action can be done now; if not, why, in a few words.
pub fn enabled(model: &Model, action: Action) -> Result<(), &'static str> {
    use Action as A;
    let incident = model.incident();
    let when = |met: bool, why: &'static str| if met { Ok(()) } else { Err(why) };
    let event = selected_event(model);
    let settled = |state: &HypothesisState| matches!(state, HypothesisState::Confirmed | HypothesisState::Rejected);
    match action {
        A::Undo => when(model.snapshot.undoable > 0, "there is nothing of yours to undo"),
        A::Redo => when(model.snapshot.redoable > 0, "there is nothing to redo"),
        A::EditEvent | A::BackdateEvent | A::PinEvent => when(!incident.timeline.is_empty(), "the timeline is empty"),
        A::RetractEvent => when(
            event.is_none_or(|event| event.retracted.is_none()),
            "it is retracted already",
        ),
        A::RestoreEvent => when(
            event.map_or_else(
                || incident.timeline.iter().any(|event| event.retracted.is_some()),
                |event| event.retracted.is_some(),
            ),
            "it is not retracted",
        ),
        A::SettleConflict => when(!model.derived.conflicts.is_empty(), "no collision is open"),
        A::StartProcedure => when(!model.derived.procedures.is_empty(), "this framework has no procedures"),
        A::DeclareMajor => when(model.snapshot.major.is_some(), "the open incidents make no major one"),
        A::MeasureSeverity => when(
            !model.framework().thresholds.is_empty(),
            "this framework has no thresholds",
        ),
        A::RateImpact => when(
            !model.framework().matrix.is_empty(),
            "this framework has no table of impact and urgency",
        ),
        A::AcceptRole => when(
            live(&incident.roles).any(|role| role.is_offered() && crate::incident::people::same(&role.who, &model.me)),
            "no role was handed over to you",
        ),
        A::Acknowledge => when(incident.acknowledged.is_none(), "it is acknowledged already"),
        A::Resolve | A::ForceResolve => when(incident.resolved.is_none(), "it is resolved already"),
        A::Close => when(
            incident.resolved.is_some() && incident.closed.is_none(),
            "only a resolved incident is closed",
        ),
        A::Reopen => when(
            incident.resolved.is_some()
                || incident.closed.is_some()
                || model.framework().classes.is_ended(&incident.status),
            "it is open",
        ),
        A::ClearRole | A::HandoffRole => when(
            match (model.focus == Pane::Roles)
                .then(|| model.rows.roles.get(model.cursor(Pane::Roles).selected))
                .flatten()
            {
                Some(row) => row.holder.is_some(),
                None => model.rows.roles.iter().any(|row| row.holder.is_some()),
            },
            "nobody holds it",
        ),
        A::RateHypothesis | A::TestHypothesis | A::AddEvidence | A::ConfirmHypothesis | A::RejectHypothesis => {
            when(!incident.hypotheses.is_empty(), "there is no hypothesis yet")
        }
        A::ReopenHypothesis => when(
            match choices::selected(model, "settled") {
                Some(answer) => incident
                    .hypotheses
                    .iter()
                    .any(|known| known.id == answer.value && settled(&known.state)),
                None => incident.hypotheses.iter().any(|known| settled(&known.state)),
            },
            "it is open",
        ),
        A::ApproveMitigation
        | A::StartMitigation
        | A::FinishMitigation
        | A::VerifyMitigation
        | A::FailMitigation
        | A::RevertMitigation => when(!incident.mitigations.is_empty(), "there is no mitigation yet"),
        A::TickItem | A::TickWithNote | A::NoteItem | A::ClaimItem | A::GiveItem | A::SkipItem => when(
            model.derived.checklists.iter().any(|list| !list.items.is_empty()),
            "there is no item",
        ),
        A::SnoozeTimer | A::ClearTimer => when(!model.derived.timers.is_empty(), "there is no timer"),
        A::RestoreTimer => when(
            match model.focus {
                Pane::Timers => choices::selected(model, "touched").is_some(),
                _ => model.derived.timers.iter().any(timers::is_touched),
            },
            "nobody put it off or cleared it",
        ),
        A::ReadBack | A::AnswerRequest | A::WithdrawRequest => when(
            model.rows.roles.iter().any(|row| row.request.is_some()),
            "nothing is asked of anybody now",
        ),
        A::FinishAction | A::ReopenAction => when(!incident.actions.is_empty(), "there is no action item yet"),
        A::DoAsked => when(super::remedy::asked(model).is_some(), "nothing is asked for now"),
        A::PutAway => when(model.nudge().is_some(), "there is no reminder"),
        A::SyncNow => when(
            !matches!(model.snapshot.sync.phase, Phase::Off | Phase::Alone),
            "there is no remote to sync with",
        ),
        A::RestoreFile => when(
            matches!(model.snapshot.file, FileState::Invalid(_) | FileState::Missing),
            "the file is in order",
        ),
        A::NextMatch | A::PreviousMatch | A::FilterMatches => {
            when(model.search.is_some(), "nothing is searched for; / does")
        }
        _ => Ok(()),
    }
}

fn selected_event(model: &Model) -> Option<&Event> {
    (model.focus == Pane::Timeline)
        .then(|| model.event_at(model.cursor(Pane::Timeline).selected))
        .flatten()
}
