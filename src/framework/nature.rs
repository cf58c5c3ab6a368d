//! What kind of change each is, whatever the framework: whether it is still made after the incident is over, whether only the rules of
//! its framework could allow it, and whether a program may make it. One exhaustive table.

use crate::incident::{Change, Undo};

/// See the module.
pub(super) struct Nature<'a> {
    pub over: Over<'a>,
    pub judged: Judged<'a>,
    /// Whether it only adds what was found: a program may do that, and what follows of it is a person's to say.
    pub adds: bool,
}

/// Whether a change is made to an incident that is over.
pub(super) enum Over<'a> {
    /// It is: it follows the incident, or writes down what was.
    Made,
    /// It is not: the incident has to be open.
    Refused,
    /// This item, if it belongs to what follows the incident.
    Item(&'a str),
}

/// Whether only the framework's rules can say if a change is allowed.
pub(super) enum Judged<'a> {
    /// They are not asked.
    Never,
    /// Only they can.
    Always,
    /// They can where its words are theirs.
    ByItsWords,
    /// The same, and always where this status ends the incident.
    Status(&'a str),
}

impl<'a> Nature<'a> {
    /// What kind of change this is; of one that wraps another, that of the other.
    #[allow(clippy::too_many_lines, reason = "one match over the closed list of changes")]
    pub(super) fn of(change: &'a Change) -> Self {
        let nature = |over, judged| Self {
            over,
            judged,
            adds: false,
        };
        match change {
            Change::Named { change, .. } | Change::Dated { change, .. } => Self::of(change),
            Change::Answer { .. }
            | Change::AddEvidence { .. }
            | Change::Log { .. }
            | Change::Import { .. }
            | Change::ImportLines { .. }
            | Change::ReadBack { .. }
            | Change::AddLink { .. } => Self {
                adds: true,
                ..nature(Over::Made, Judged::Never)
            },
            Change::SetStatus { status, .. } => nature(Over::Refused, Judged::Status(status)),
            Change::SetSeverity { .. } => nature(Over::Refused, Judged::ByItsWords),
            Change::StartMitigation { .. } => nature(Over::Refused, Judged::Always),
            // Forced with a reason it is a person who judges, and the record says so.
            Change::Resolve { force: Some(_), .. } | Change::Close { force: Some(_), .. } => {
                nature(Over::Made, Judged::Never)
            }
            Change::ApproveMitigation { .. }
            | Change::GrantMitigation { .. }
            | Change::Resolve { force: None, .. }
            | Change::Close { force: None, .. } => nature(Over::Made, Judged::Always),
            Change::Undo(undo) if moves_a_state(undo) => nature(Over::Made, Judged::Always),
            Change::TickItem { item, .. } | Change::UntickItem { item } | Change::SkipItem { item, .. } => {
                nature(Over::Item(item), Judged::Never)
            }
            Change::AssignRole { .. }
            | Change::HandoffRole { .. }
            | Change::AcceptRole { .. }
            | Change::AddHypothesis { .. }
            | Change::ProposeMitigation(_)
            | Change::AddTimer { .. }
            | Change::AttachRunbook(_)
            | Change::Escalate { .. }
            | Change::StartProcedure { .. }
            | Change::Unreachable { .. }
            | Change::TickAcknowledging { .. }
            | Change::Acknowledge { .. } => nature(Over::Refused, Judged::Never),
            Change::Undo(_)
            | Change::RetractImport { .. }
            | Change::EditEvent { .. }
            | Change::RetractEvent { .. }
            | Change::RestoreEvent { .. }
            | Change::SettleConflict { .. }
            | Change::Redact { .. }
            | Change::Correct { .. }
            | Change::Remove { .. }
            | Change::Restore { .. }
            | Change::PinEvent { .. }
            | Change::SetField { .. }
            | Change::SetMilestone { .. }
            | Change::Cancel { .. }
            | Change::Reopen { .. }
            | Change::SendUpdate { .. }
            | Change::ClearRole { .. }
            | Change::RateHypothesis { .. }
            | Change::TestHypothesis { .. }
            | Change::ConfirmHypothesis { .. }
            | Change::RejectHypothesis { .. }
            | Change::ReopenHypothesis { .. }
            | Change::FinishMitigation { .. }
            | Change::VerifyMitigation { .. }
            | Change::RevertMitigation { .. }
            | Change::FailMitigation { .. }
            | Change::AddItem { .. }
            | Change::AddItems { .. }
            | Change::ClaimItem { .. }
            | Change::UnclaimItem { .. }
            | Change::NoteItem { .. }
            | Change::StartItem { .. }
            | Change::JudgeRunbook { .. }
            | Change::Ask(_)
            | Change::Withdraw { .. }
            | Change::Decide { .. }
            | Change::SnoozeTimer { .. }
            | Change::ClearTimer { .. }
            | Change::RestoreTimer { .. }
            | Change::AddWhy { .. }
            | Change::AddFactor { .. }
            | Change::SetCause { .. }
            | Change::AddAction { .. }
            | Change::PlanAction { .. }
            | Change::FinishAction { .. }
            | Change::ReopenAction { .. } => nature(Over::Made, Judged::Never),
        }
    }
}

fn moves_a_state(undo: &Undo) -> bool {
    undo.registers
        .iter()
        .any(|one| matches!(one.field.as_str(), "status" | "state"))
}
