//! How an incident may end, by whatever word that is asked for: resolved past the gate, closed after its review, cancelled as a false
//! alarm; and when it may be opened again.

use super::Framework;
use super::approvals::named;
use super::data::Class;
use super::permit::rules;
use crate::incident::{Change, Incident, MitigationState, Refusal, Time, duplicate, live};

impl Framework {
    /// Status, severity, resolving and what comes after.
    pub(super) fn lifecycle(&self, incident: &Incident, change: Change, now: Time) -> Result<Change, Refusal> {
        let class = self.class(&incident.status);
        Ok(match change {
            Change::SetStatus { status, reason } => {
                match self.class(&status) {
                    Class::Resolved => return self.resolving(incident, None, None, reason, now),
                    Class::Closed => return self.closing(incident, None, None),
                    Class::Cancelled => return self.cancelling(incident, reason.unwrap_or_default()),
                    _ => {}
                }
                let next = self
                    .statuses
                    .iter()
                    .find(|known| known.id == incident.status)
                    .map(|known| &known.next);
                if let Some(next) = next.filter(|next| !next.contains(&status) && status != incident.status) {
                    let said = format!("{} cannot go from {} to {status}", incident.id, incident.status);
                    let mut possible: Vec<String> = next.iter().map(|next| format!("possible: {next}")).collect();
                    if class == Class::Resolved {
                        possible.push("where it came back: warroom reopen --reason TEXT".into());
                    }
                    return Err(rules(said, possible));
                }
                Change::SetStatus { status, reason }
            }
            Change::Resolve { force, at, note } => return self.resolving(incident, force, at, note, now),
            Change::Close { force, missing } => return self.closing(incident, force, missing),
            Change::Cancel { reason } => return self.cancelling(incident, reason),
            Change::Reopen { .. } if matches!(class, Class::Open | Class::Monitoring) => {
                return Err(rules(
                    format!("{} is open already ({})", incident.id, incident.status),
                    vec![],
                ));
            }
            Change::Undo(undo) => {
                let resolves = undo.registers.iter().any(|r| {
                    r.section.is_empty()
                        && r.field == "status"
                        && r.then.as_str().is_some_and(|to| self.class(to) == Class::Resolved)
                });
                let gate = self.derive(incident, now).gate;
                if resolves
                    && !gate.ok
                    && incident.resolved.as_ref().is_none_or(|moment| moment.forced.is_none())
                    && (!undo.redo || self.bears_since(incident, &undo))
                {
                    return Err(rules("the gate is not met any more".into(), gate.missing));
                }
                Change::Undo(undo)
            }
            other => other,
        })
    }

    fn resolving(
        &self,
        incident: &Incident,
        force: Option<String>,
        at: Option<Time>,
        note: Option<String>,
        now: Time,
    ) -> Result<Change, Refusal> {
        if !matches!(self.class(&incident.status), Class::Open | Class::Monitoring) {
            return Err(rules(format!("{} is {} already", incident.id, incident.status), vec![]));
        }
        match &force {
            Some(reason) if reason.trim().is_empty() => {
                return Err(Refusal::Invalid(
                    "forcing needs a reason: --force --reason \"…\"".into(),
                ));
            }
            Some(_) => {}
            None => {
                let gate = self.derive(incident, now).gate;
                if !gate.ok {
                    let mut missing = gate.missing;
                    missing.extend(self.gate.answers.iter().cloned());
                    let said = format!(
                        "{} is not ready to be resolved; tick what is done, wait, or give --force --reason",
                        incident.id
                    );
                    return Err(rules(said, missing));
                }
            }
        }
        Ok(Change::Resolve { force, at, note })
    }

    fn cancelling(&self, incident: &Incident, reason: String) -> Result<Change, Refusal> {
        if !matches!(self.class(&incident.status), Class::Open | Class::Monitoring) {
            return Err(rules(
                format!(
                    "{} is {}; only an open incident can be cancelled",
                    incident.id, incident.status
                ),
                vec![],
            ));
        }
        if reason.trim().is_empty() {
            return Err(Refusal::Invalid(
                "a false positive needs its reason, so that the alert can be tuned".into(),
            ));
        }
        // Where something was mended there was something to mend; the review of it is owed. A duplicate's is its parent's.
        let worked = live(&incident.mitigations).find(|one| one.state == MitigationState::Verified);
        if let Some(one) = worked.filter(|_| !duplicate::is_why(incident, &reason)) {
            return Err(rules(
                format!(
                    "{} was no false alarm: {} was shown to work; resolve it (warroom resolve)",
                    incident.id,
                    named(one)
                ),
                vec![],
            ));
        }
        Ok(Change::Cancel { reason })
    }
}
