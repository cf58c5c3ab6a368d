//! What was set in the file by a manual edit and passed over the gate or an approval: it is kept, since it may be true, and named.

use serde::Serialize;

use super::Framework;
use super::data::Class;
use crate::incident::{EventKind, Incident, MitigationState, live};

/// Something that a manual edit set and that no rule was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PassedOver {
    /// What was set: `status`, or a mitigation's id.
    pub subject: String,
    /// One sentence.
    pub said: String,
}

impl Framework {
    /// What stands in the file that the gate, the review or an approval would have been asked about, and that no change of the
    /// program told of.
    pub fn passed_over(&self, incident: &Incident) -> Vec<PassedOver> {
        // A record of which no event tells of a manual edit was made otherwise: by a program, by an import.
        let edited = incident.timeline.iter().any(|event| event.kind == EventKind::HandEdit);
        if incident.backfilled || !edited {
            return vec![];
        }
        let ended = match self.class(&incident.status) {
            Class::Resolved => Some("past the gate"),
            Class::Closed => Some("past the gate and the review"),
            Class::Open | Class::Monitoring | Class::Cancelled => None,
        };
        let ended = ended
            .filter(|_| told(incident, "status") != Some(&incident.status))
            .map(|past| PassedOver {
                subject: "status".into(),
                said: format!("the status {} was set by a manual edit, {past}", incident.status),
            });
        let begun = live(&incident.mitigations).filter(|one| match one.state {
            MitigationState::Started | MitigationState::Done | MitigationState::Verified => true,
            MitigationState::Proposed
            | MitigationState::Approved
            | MitigationState::Failed
            | MitigationState::Other(_) => false,
        });
        let begun = begun.filter_map(|one| {
            let missing = self.approvals_missing(incident, one);
            let by_hand = told(incident, &format!("{}.state", one.id)) != Some(one.state.as_str());
            (by_hand && !missing.is_empty()).then(|| PassedOver {
                subject: one.id.clone(),
                said: format!(
                    "{} was set to {} by a manual edit, without approval by {}",
                    one.text,
                    one.state,
                    missing.join(", ")
                ),
            })
        });
        ended.into_iter().chain(begun).collect()
    }
}

/// The value of a subject that the program told of last.
fn told<'a>(incident: &'a Incident, subject: &str) -> Option<&'a str> {
    let by_program = |kind: &EventKind| !matches!(kind, EventKind::HandEdit | EventKind::Conflict);
    let mut events = incident.timeline.iter().rev();
    let last = events.find(|event| event.subject.as_deref() == Some(subject) && by_program(&event.kind))?;
    last.to.as_deref()
}
