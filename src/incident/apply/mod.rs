//! Applying a change: checks that its words make sense, sets values and stamps, writes the one event that tells of it.
//! What a framework's rules allow is not asked here but before, by permit.

mod actions;
mod analysis;
mod checklist;
mod communications;
mod conflicts;
pub(in crate::incident) mod correct;
mod draft;
#[cfg(test)]
pub(crate) mod drawn;
mod fields;
mod hypotheses;
mod inquiries;
#[cfg(test)]
pub(crate) mod laws;
mod lifecycle;
mod mitigations;
mod moved;
pub(crate) mod registers;
mod roles;
mod runbooks;
mod timeline;
mod timers;
#[cfg(test)]
mod told;
#[cfg(test)]
mod told_lists;
mod undo;
pub(in crate::incident) mod words;

pub(in crate::incident) use draft::insert;
use draft::{Done, Draft};

use super::change::{Applied, Change, Refusal, Request, Resolved};
use super::ids;
use super::model::Incident;
use super::statuses::Statuses;
use super::time::Time;

/// The incident after a change, and what came of it, its statuses meaning what `statuses` says. `newest` is the newest stamp seen so far (see
/// [`newest`](super::newest)): what is changed gets a later one. A request that the incident has already taken leaves it
/// as it is.
pub fn apply_under(
    statuses: &Statuses,
    incident: &Incident,
    request: &Request<Resolved>,
    newest: Time,
) -> Result<(Incident, Applied), Refusal> {
    if !ids::is_nonce(&request.nonce) {
        return words::invalid("the request has no proper nonce; that is an error of the program");
    }
    words::person(&request.by)?;
    if let Some(told) = ids::find::<super::Event>(incident, &format!("e{}", request.nonce)) {
        let applied = Applied {
            event: told.id.clone(),
            said: told.text.clone(),
            inverse: None,
            created: None,
            already: true,
        };
        return Ok((incident.clone(), applied));
    }
    let mut draft = Draft::new(incident, statuses, request, newest);
    change(&mut draft, request.change.change())?;
    draft.finish()
}

/// Sets one of the team's own fields in an incident that is being declared.
pub(in crate::incident) fn own_field(incident: &mut Incident, name: &str, value: &str) -> Result<(), Refusal> {
    fields::own(incident, name, value)
}

/// The same with statuses called as in the frameworks that ship.
#[cfg(test)]
pub fn apply(incident: &Incident, request: &Request, newest: Time) -> Result<(Incident, Applied), Refusal> {
    apply_under(&Statuses::default(), incident, &unchecked(request), newest)
}

/// A request of a test, as if every rule allowed it.
#[cfg(test)]
pub(crate) fn unchecked(request: &Request) -> Request<Resolved> {
    request.with(Resolved::of(request.change.clone()))
}

/// The way to the room of each change.
#[allow(clippy::too_many_lines, reason = "one match over the closed list of changes")]
fn change(draft: &mut Draft, change_: &Change) -> Done {
    use Change as C;
    match change_ {
        C::Named { name, change: inner } => {
            if matches!(**inner, C::Named { .. }) {
                return words::invalid("a change has one name only; that is an error of the program");
            }
            draft.name = Some(words::line(name, "name")?);
            change(draft, inner)
        }
        C::Dated { at, who, change: inner } => {
            if matches!(**inner, C::Dated { .. } | C::Undo(_)) {
                return words::invalid("a change has one date only; that is an error of the program");
            }
            draft.date(*at, who.as_deref())?;
            change(draft, inner)
        }
        C::Undo(undo) => undo::undo(draft, undo),

        C::Log { kind, text, at, pin } => timeline::log(draft, kind, text, *at, *pin),
        C::Import { kind, text, at, who } => timeline::import(draft, kind, text, *at, who.as_deref()),
        C::ImportLines { lines } => timeline::import_lines(draft, lines),
        C::RetractImport { import, reason } => timeline::retract_import(draft, import, reason),
        C::EditEvent { event, text, at } => timeline::edit(draft, event, text.as_deref(), *at),
        C::RetractEvent { event, reason } => timeline::retract(draft, event, reason),
        C::RestoreEvent { event } => timeline::restore(draft, event),
        C::SettleConflict { event, take } => conflicts::settle(draft, event, *take),
        C::Redact { said, what, reason } => timeline::redact(draft, said, what, reason.as_deref()),
        C::Correct {
            section,
            entry,
            field,
            value,
        } => correct::correct(draft, section, entry, field, value),
        C::Remove { section, entry, reason } => correct::remove(draft, section, entry, reason),
        C::Restore { section, entry } => correct::restore(draft, section, entry),
        C::PinEvent { event, pinned } => timeline::pin(draft, event, *pinned),

        C::SetStatus { status, reason } => lifecycle::status(draft, status, reason.as_ref()),
        C::SetSeverity { severity, reason } => lifecycle::severity(draft, severity, reason.as_ref()),
        C::Resolve { force, at, note } => lifecycle::resolve(draft, force.as_ref(), *at, note.as_ref()),
        C::Close { force, missing } => lifecycle::close(draft, force.as_ref(), missing.as_ref()),
        C::Reopen { reason } => lifecycle::reopen(draft, reason),
        C::Cancel { reason } => lifecycle::cancel(draft, reason),
        C::SetField { field, value } => fields::set(draft, field, value),
        C::Acknowledge { at } => fields::acknowledge(draft, *at),
        C::Escalate { to, reason } => lifecycle::escalate(draft, to, reason.as_ref()),
        C::StartProcedure { procedure, reason } => lifecycle::procedure(draft, procedure, reason.as_ref()),
        C::Unreachable { who, next } => lifecycle::unreachable(draft, who, next.as_ref()),
        C::SetMilestone { milestone, at, reason } => fields::milestone(draft, milestone, *at, reason.as_ref()),

        C::AssignRole { role, who, alongside } => roles::assign(draft, role, who, *alongside),
        C::ClearRole { role, who } => roles::clear(draft, role, who.as_deref()),
        C::HandoffRole { role, to } => roles::handoff(draft, role, to),
        C::AcceptRole { role } => roles::accept(draft, role),

        C::AddHypothesis {
            statement,
            owner,
            likelihood,
            takes,
        } => hypotheses::add(draft, statement, owner.as_ref(), *likelihood, *takes),
        C::RateHypothesis {
            hypothesis,
            likelihood,
            takes,
        } => hypotheses::rate(draft, hypothesis, *likelihood, *takes),
        C::TestHypothesis { hypothesis, text } => hypotheses::test(draft, hypothesis, text),
        C::AddEvidence {
            hypothesis,
            text,
            supports,
        } => hypotheses::evidence(draft, hypothesis, text, *supports),
        C::ConfirmHypothesis { hypothesis, evidence } => hypotheses::settle(draft, hypothesis, true, evidence.as_ref()),
        C::RejectHypothesis { hypothesis, evidence } => hypotheses::settle(draft, hypothesis, false, evidence.as_ref()),
        C::ReopenHypothesis { hypothesis, testing } => hypotheses::reopen(draft, hypothesis, *testing),

        C::ProposeMitigation(proposal) => mitigations::propose(draft, proposal),
        C::ApproveMitigation { mitigation } => mitigations::approve(draft, mitigation, None),
        C::GrantMitigation { mitigation, wanting } => mitigations::approve(draft, mitigation, wanting.as_ref()),
        C::StartMitigation { mitigation } => mitigations::start(draft, mitigation),
        C::FinishMitigation { mitigation, result } => mitigations::finish(draft, mitigation, result.as_ref()),
        C::VerifyMitigation { mitigation, result } => mitigations::settle(draft, mitigation, true, result.as_ref()),
        C::FailMitigation {
            mitigation,
            result,
            recheck,
        } => mitigations::fail(draft, mitigation, result.as_ref(), recheck.as_deref()),
        C::RevertMitigation { mitigation, state } => mitigations::revert(draft, mitigation, state),

        C::AddItem {
            text,
            owner,
            within,
            list,
        } => checklist::add(draft, text, owner.as_ref(), *within, list.as_ref()),
        C::AddItems { texts } => checklist::add_all(draft, texts),
        C::TickItem { item, note, again } => checklist::tick(draft, item, note.as_ref(), *again),
        C::StartItem { item } => checklist::start(draft, item),
        C::TickAcknowledging { item, note } => {
            checklist::tick(draft, item, note.as_ref(), false)?;
            fields::taken_on(draft);
            Ok(())
        }
        C::UntickItem { item } => checklist::untick(draft, item),
        C::SkipItem { item, reason } => checklist::skip(draft, item, reason),
        C::ClaimItem { item, who } => checklist::claim(draft, item, who.as_deref()),
        C::UnclaimItem { item } => checklist::unclaim(draft, item),
        C::NoteItem { item, text } => checklist::note(draft, item, text),

        C::AttachRunbook(attachment) => runbooks::attach(draft, attachment),
        C::JudgeRunbook { runbook, verdict, note } => runbooks::judge(draft, runbook.as_ref(), *verdict, note.as_ref()),

        C::Ask(question) => inquiries::ask(draft, question),
        C::ReadBack { request, text } => inquiries::read_back(draft, request, text.as_ref()),
        C::Answer {
            request,
            text,
            supports,
        } => inquiries::answer(draft, request, text, *supports),
        C::Withdraw { request, reason } => inquiries::withdraw(draft, request, reason.as_ref()),
        C::Decide {
            text,
            who,
            options,
            reason,
        } => inquiries::decide(draft, text, who.as_ref(), options, reason.as_ref()),

        C::AddTimer { label, duration } => timers::add(draft, label, *duration),
        C::SnoozeTimer { timer, duration } => timers::snooze(draft, timer, *duration),
        C::ClearTimer { timer, reason } => timers::clear(draft, timer, reason.as_ref()),
        C::RestoreTimer { timer, due } => timers::restore(draft, timer, *due),

        C::SendUpdate {
            audience,
            text,
            status,
            eta,
            reason,
            approved_by,
        } => {
            let told = communications::Told {
                status: status.as_ref(),
                eta: *eta,
                reason: reason.as_ref(),
                approved_by: approved_by.as_ref(),
            };
            communications::send(draft, audience, text, &told)
        }

        C::AddWhy { text } => analysis::why(draft, text),
        C::AddFactor { category, text } => analysis::factor(draft, category, text),
        C::SetCause { text } => analysis::cause(draft, text),
        C::AddLink { target, label } => analysis::link(draft, target, label.as_ref()),
        C::AddAction {
            text,
            owner,
            due,
            horizon,
        } => actions::add(draft, text, owner.as_ref(), due.as_deref(), horizon.as_ref()),
        C::PlanAction { action, plan } => actions::plan(draft, action, plan),
        C::FinishAction { action } => actions::finish(draft, action),
        C::ReopenAction { action } => actions::reopen(draft, action),
    }
}
