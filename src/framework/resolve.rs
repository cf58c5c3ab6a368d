//! The first pass of [`permit`](super::Framework::permit): the words of a change become ids. Every change is named here, so that a
//! new one does not compile until it is known which of its words are names.

use super::Framework;
use crate::incident::{
    ActionItem, Change, Entry, Event, Hypothesis, Incident, Inquiry, InquiryKind, Mitigation, Question, Refusal, ids,
    import,
};

impl Framework {
    /// The change with ids where it had words, and people as the team has them; with what the framework calls the thing it is
    /// about, where that may not be in the file yet.
    #[allow(clippy::too_many_lines, reason = "one match over the closed list of changes")]
    pub(super) fn resolve(&self, incident: &Incident, mut change: Change) -> Result<(Change, Option<String>), Refusal> {
        // What it is called is worked out anew.
        if let Change::Named { change, .. } = change {
            return self.resolve(incident, *change);
        }
        let mut name = None;
        match &mut change {
            Change::Correct { .. } | Change::Remove { .. } => change = self.resolved_entry(incident, change)?,
            Change::SetStatus { status, .. } => *status = self.status_id(status)?,
            Change::SetSeverity { severity, .. } => *severity = self.severity_id(severity)?,
            Change::SendUpdate {
                audience, approved_by, ..
            } => {
                *audience = self.audience(audience)?.id.clone();
                self.resolve_maybe(incident, approved_by);
            }
            Change::AssignRole { role, who, .. } | Change::HandoffRole { role, to: who } => {
                name = self.resolve_role(role)?;
                self.resolve_person(incident, who);
            }
            Change::ClearRole { role, who } => {
                name = self.resolve_role(role)?;
                self.resolve_maybe(incident, who);
            }
            Change::AcceptRole { role } => name = self.resolve_role(role)?,
            Change::Escalate { to, .. } => {
                let (id, title) = self.escalation(to)?;
                (*to, name) = (id, Some(title));
            }
            Change::StartProcedure { procedure, .. } => {
                let (id, title) = self.procedure(procedure)?;
                (*procedure, name) = (id, Some(title));
            }
            Change::Unreachable { who, .. } => self.resolve_person(incident, who),
            Change::EditEvent { event, .. }
            | Change::RetractEvent { event, .. }
            | Change::RestoreEvent { event }
            | Change::SettleConflict { event, .. }
            | Change::PinEvent { event, .. } => entry::<Event>(incident, event)?,
            Change::RetractImport { import, .. } => *import = import::find(incident, import)?.id.to_owned(),
            Change::AddHypothesis { owner, .. }
            | Change::AddItem { owner, .. }
            | Change::AddAction { owner, .. }
            | Change::Decide { who: owner, .. } => self.resolve_maybe(incident, owner),
            Change::RateHypothesis { hypothesis, .. }
            | Change::TestHypothesis { hypothesis, .. }
            | Change::AddEvidence { hypothesis, .. }
            | Change::ConfirmHypothesis { hypothesis, .. }
            | Change::RejectHypothesis { hypothesis, .. }
            | Change::ReopenHypothesis { hypothesis, .. } => entry::<Hypothesis>(incident, hypothesis)?,
            Change::ProposeMitigation(proposal) => {
                if let Some(option) = &mut proposal.option {
                    *option = self.option_id(option)?;
                }
                self.resolve_maybe(incident, &mut proposal.owner);
            }
            Change::ApproveMitigation { mitigation }
            | Change::GrantMitigation { mitigation, .. }
            | Change::StartMitigation { mitigation }
            | Change::FinishMitigation { mitigation, .. }
            | Change::VerifyMitigation { mitigation, .. }
            | Change::FailMitigation { mitigation, .. }
            | Change::RevertMitigation { mitigation, .. } => entry::<Mitigation>(incident, mitigation)?,
            Change::ClaimItem { item, who } => {
                name = self.resolve_item(incident, item)?;
                self.resolve_maybe(incident, who);
            }
            Change::TickItem { item, .. }
            | Change::TickAcknowledging { item, .. }
            | Change::StartItem { item }
            | Change::UntickItem { item }
            | Change::SkipItem { item, .. }
            | Change::UnclaimItem { item }
            | Change::NoteItem { item, .. } => name = self.resolve_item(incident, item)?,
            Change::Ask(question) => self.resolve_question(incident, question)?,
            Change::ReadBack { request, .. } | Change::Answer { request, .. } | Change::Withdraw { request, .. } => {
                entry::<Inquiry>(incident, request)?;
            }
            Change::SnoozeTimer { timer, .. } | Change::ClearTimer { timer, .. } => {
                let (id, label) = self.timer_id(incident, timer)?;
                (*timer, name) = (id, label);
            }
            Change::PlanAction { action, plan } => {
                entry::<ActionItem>(incident, action)?;
                self.resolve_maybe(incident, &mut plan.owner);
            }
            Change::FinishAction { action } | Change::ReopenAction { action } => {
                entry::<ActionItem>(incident, action)?;
            }
            // The change inside of either is permitted by itself.
            Change::Named { .. }
            | Change::Dated { .. }
            // Written by the program, with ids.
            | Change::Undo(_)
            | Change::Redact { .. }
            | Change::Restore { .. }
            | Change::RestoreTimer { .. }
            | Change::AttachRunbook(_)
            | Change::JudgeRunbook { .. }
            // No names: words, times, and fields whose names are checked by the rules.
            | Change::Log { .. }
            | Change::Import { .. }
            | Change::ImportLines { .. }
            | Change::AddItems { .. }
            | Change::SetField { .. }
            | Change::Acknowledge { .. }
            | Change::SetMilestone { .. }
            | Change::AddTimer { .. }
            | Change::AddWhy { .. }
            | Change::AddFactor { .. }
            | Change::SetCause { .. }
            | Change::AddLink { .. }
            | Change::Resolve { .. }
            | Change::Close { .. }
            | Change::Reopen { .. }
            | Change::Cancel { .. } => {}
        }
        Ok((change, name))
    }

    /// A correction's entry, field and value; what is not a correction stays as it is.
    fn resolved_entry(&self, incident: &Incident, change: Change) -> Result<Change, Refusal> {
        match change {
            Change::Correct {
                section,
                entry,
                field,
                value,
            } => self.correcting(incident, section, &entry, field, value),
            Change::Remove { section, entry, reason } => self.removing(incident, section, &entry, reason),
            other => Ok(other),
        }
    }

    /// The role's id; what people call it.
    fn resolve_role(&self, role: &mut String) -> Result<Option<String>, Refusal> {
        *role = self.role_id(role)?;
        let known = self.roles.iter().find(|known| known.id == *role);
        Ok(known.map(|known| known.title.to_lowercase()))
    }

    fn resolve_item(&self, incident: &Incident, item: &mut String) -> Result<Option<String>, Refusal> {
        let (id, name) = self.item_id(incident, item)?;
        *item = id;
        Ok(name)
    }

    fn resolve_person(&self, incident: &Incident, who: &mut String) {
        *who = self.name_of(incident, who);
    }

    fn resolve_maybe(&self, incident: &Incident, who: &mut Option<String>) {
        if let Some(who) = who {
            self.resolve_person(incident, who);
        }
    }

    /// Whom a request goes to, and what it is about.
    fn resolve_question(&self, incident: &Incident, question: &mut Question) -> Result<(), Refusal> {
        if question.kind == InquiryKind::Task {
            self.resolve_person(incident, &mut question.to);
        }
        question.to = self.specialist(&question.to);
        if let Some(hypothesis) = &mut question.hypothesis {
            entry::<Hypothesis>(incident, hypothesis)?;
        }
        Ok(())
    }
}

/// The id of the entry that a word means.
fn entry<T: Entry>(incident: &Incident, word: &mut String) -> Result<(), Refusal> {
    let found = ids::find_by_prefix::<T>(incident, word)?;
    found.id().clone_into(word);
    Ok(())
}
