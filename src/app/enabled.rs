//! Whether an action makes sense now, and why not: for keys, palette and menus alike.

use super::action::{Action, Group};
use super::{Model, Pane, Screen, entries, lifecycle, log, meant, timers};
use crate::incident::{HypothesisState, Inquiry, live};
use crate::session::FileState;
use crate::session::sync::Phase;

/// Whether an action can be done now; if not, why, in a few words.
#[allow(clippy::too_many_lines, reason = "one match over the closed list of actions")]
pub fn enabled(model: &Model, action: Action) -> Result<(), &'static str> {
    use Action as A;
    if model.settings.read_only && changes(action) {
        return Err("This console only looks: it was opened with --read-only.");
    }
    if model.is_nowhere() && wants_an_incident(action) {
        return Err("No incident is open here; + declares one.");
    }
    let incident = model.incident();
    let when = |met: bool, why: &'static str| if met { Ok(()) } else { Err(why) };
    let event = (model.focus == Pane::Timeline).then(|| log::target(model)).flatten();
    let settled = |state: &HypothesisState| matches!(state, HypothesisState::Confirmed | HypothesisState::Rejected);
    match action {
        A::Undo => when(model.snapshot.undoable > 0, "There is nothing of yours to undo."),
        A::Redo => when(model.snapshot.redoable > 0, "There is nothing to redo."),
        A::EditEvent | A::BackdateEvent | A::PinEvent | A::ChangeKind | A::CopyWords => {
            when(!incident.timeline.is_empty(), "The timeline is empty.")
        }
        A::RetractEvent => when(
            event.is_none_or(|event| event.retracted.is_none()),
            "That line is retracted already.",
        ),
        A::RestoreEvent => when(
            match model.focus {
                Pane::Timeline if model.memory.picked.is_some() => log::target_retracted(model).is_some(),
                _ => incident.timeline.iter().any(|event| event.retracted.is_some()),
            },
            "That line is not retracted.",
        ),
        A::SettleConflict => when(!model.derived.conflicts.is_empty(), "No conflict is open."),
        A::StartProcedure => when(
            !model.derived.procedures.is_empty(),
            "This framework has no procedures.",
        ),
        A::DeclareMajor => when(
            model.snapshot.major.is_some(),
            "Not a major incident: the open ones do not make one.",
        ),
        A::MeasureSeverity => when(
            !model.framework().thresholds.is_empty(),
            "This framework has no thresholds.",
        ),
        A::RateImpact => when(
            !model.framework().matrix.is_empty(),
            "This framework has no table of impact and urgency.",
        ),
        A::AcceptRole => when(
            live(&incident.roles).any(|role| role.is_offered() && crate::incident::people::same(&role.who, &model.me)),
            "No role was handed over to you.",
        ),
        A::Acknowledge => when(incident.acknowledged.is_none(), "It is acknowledged already."),
        A::Resolve | A::ForceResolve => when(incident.resolved.is_none(), "It is resolved already."),
        A::Close | A::ForceClose => when(
            incident.resolved.is_some() && incident.closed.is_none(),
            "Only a resolved incident is closed.",
        ),
        A::Reopen => when(
            incident.resolved.is_some()
                || incident.closed.is_some()
                || model.framework().classes.is_ended(&incident.status),
            "It is open.",
        ),
        A::ClearRole | A::HandoffRole => when(
            match (model.focus == Pane::Roles)
                .then(|| model.rows.roles.get(model.cursor(Pane::Roles).selected))
                .flatten()
            {
                Some(row) => row.holder.is_some(),
                None => model.rows.roles.iter().any(|row| row.holder.is_some()),
            },
            "No one holds it.",
        ),
        A::RateHypothesis | A::TestHypothesis | A::AddEvidence | A::ConfirmHypothesis | A::RejectHypothesis => when(
            !incident.hypotheses.is_empty(),
            "There is no hypothesis yet; H states one.",
        ),
        A::ReopenHypothesis => when(
            match meant::selected(model, action, "settled") {
                Some(answer) => incident
                    .hypotheses
                    .iter()
                    .any(|known| known.id == answer.value && settled(&known.state)),
                None => incident.hypotheses.iter().any(|known| settled(&known.state)),
            },
            "It is open.",
        ),
        A::ApproveMitigation
        | A::DeclineMitigation
        | A::StartMitigation
        | A::FinishMitigation
        | A::VerifyMitigation
        | A::FailMitigation
        | A::RevertMitigation => {
            let selected = meant::selected(model, action, "mitigation");
            super::board::possible(model, action, selected.as_ref().map(|answer| answer.value.as_str()))
        }
        A::TickItem | A::TickWithNote | A::NoteItem | A::ClaimItem | A::GiveItem | A::SkipItem
            if matches!(model.focus, Pane::Runbooks | Pane::Runbook) =>
        {
            when(
                meant::selected(model, A::TickItem, "item").is_some(),
                "No step of an attached runbook is selected.",
            )
        }
        A::TickItem | A::TickWithNote | A::NoteItem | A::ClaimItem | A::GiveItem | A::SkipItem => when(
            model.derived.checklists.iter().any(|list| !list.items.is_empty()),
            "There is no item.",
        ),
        A::AllowToRun | A::DenyToRun => super::permits::possible(model, action),
        A::ReadPermission => when(!super::permits::all(model).is_empty(), "Show what may run first."),
        A::FillPlaceholder => when(
            !super::books::gaps(model).is_empty(),
            "No command with a placeholder is selected.",
        ),
        A::SnoozeTimer | A::ClearTimer => when(!model.derived.timers.is_empty(), "There is no timer."),
        A::RestoreTimer => when(
            match model.focus {
                Pane::Timers => meant::selected(model, action, "touched").is_some(),
                _ => model.derived.timers.iter().any(timers::is_touched),
            },
            "No one put it off or cleared it.",
        ),
        A::ReadBack | A::AnswerRequest | A::WithdrawRequest => {
            when(live(&incident.inquiries).any(Inquiry::is_open), "No request is open.")
        }
        A::FinishAction | A::ReopenAction => when(!incident.actions.is_empty(), "There is no action item yet."),
        A::DoAsked => when(
            model.next_step().is_some_and(|step| step.does.is_some()),
            "Nothing waits for you.",
        ),
        A::RestoreEntry => when(!entries::all(model, true).is_empty(), "No entry was taken out."),
        A::MarkDuplicate => when(
            !lifecycle::others_open(model).is_empty() && !model.framework().classes.is_ended(&incident.status),
            "There is no other open incident that this one could be a duplicate of.",
        ),
        A::NextIncident => when(lifecycle::next_open(model).is_some(), "No other incident is open."),
        A::OpenIncident => when(model.board.len() > 1, "There is no other incident in this repository."),
        A::PutAway => when(model.next_step().is_some(), "There is nothing to put away."),
        A::SyncNow => when(
            !matches!(model.snapshot.sync.phase, Phase::Off | Phase::Alone),
            "There is no remote to sync with.",
        ),
        A::RestoreFile => when(
            matches!(model.snapshot.file, FileState::Invalid(_) | FileState::Missing),
            "The file is in order.",
        ),
        A::NextMatch if model.n_declares() => enabled(model, A::DeclareIncident),
        A::NextMatch | A::PreviousMatch | A::FilterMatches => {
            let found = action != A::FilterMatches && model.screen == Screen::Board && model.found.is_some();
            when(model.search.is_some() || found, "Nothing is searched for; / does.")
        }
        _ => Ok(()),
    }
}

/// Whether an action is about the incident that is open.
fn wants_an_incident(action: Action) -> bool {
    use Action as A;
    match action.spec().group {
        Group::Log
        | Group::Incident
        | Group::Roles
        | Group::Requests
        | Group::Hypotheses
        | Group::Mitigations
        | Group::Checklists
        | Group::Timers
        | Group::Analysis => !matches!(action, A::ShowContacts | A::StepByStep | A::UnfoldRunbook),
        Group::Screens => matches!(
            action,
            A::ShowWarRoom
                | A::ShowInvestigation
                | A::ShowCommunications
                | A::ShowReview
                | A::ShowSheet
                | A::ShowSimilar
        ),
        Group::Console => matches!(
            action,
            A::FilterTimeline | A::ToggleStory | A::ChooseSeat | A::RestoreFile | A::PutAway
        ),
        Group::Move | Group::Edit => false,
    }
}

/// Whether an action changes an incident, here or elsewhere.
fn changes(action: Action) -> bool {
    use Action as A;
    match action.spec().group {
        Group::Log
        | Group::Incident
        | Group::Roles
        | Group::Requests
        | Group::Hypotheses
        | Group::Mitigations
        | Group::Checklists
        | Group::Timers
        | Group::Analysis => !matches!(
            action,
            A::ShowGate
                | A::ShowContacts
                | A::ShowHandover
                | A::CopyHandover
                | A::StepByStep
                | A::UnfoldRunbook
                | A::OnlyMine
                | A::ShowMatrix
        ),
        Group::Screens => action == A::DeclareIncident,
        Group::Console => matches!(
            action,
            A::New | A::Undo | A::Redo | A::DoAsked | A::SyncNow | A::RestoreFile
        ),
        Group::Move | Group::Edit => false,
    }
}
