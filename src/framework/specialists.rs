//! Specialists to call in: those of the phase, those that a suspected cause calls for, the rest.

use serde::Serialize;

use super::Framework;
use crate::incident::{HypothesisState, Incident, live};

/// A specialist as it stands for an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SpecialistView {
    /// What people call it.
    pub title: String,
    /// What it does.
    pub does: String,
    /// When it is called in: phases and suspected causes, as people read it.
    pub when: String,
    /// Whether that is now: the phase, or an open hypothesis that names one of its causes.
    pub now: bool,
}

impl Framework {
    /// The framework's specialists, those that the moment calls for first.
    pub fn specialists(&self, incident: &Incident) -> Vec<SpecialistView> {
        let status = self.statuses.iter().find(|status| status.id == incident.status);
        let phase = status.map_or("", |status| status.phase.as_str());
        let suspected: Vec<String> = live(&incident.hypotheses)
            .filter(|hypothesis| hypothesis.state != HypothesisState::Rejected)
            .map(|hypothesis| hypothesis.statement.to_lowercase())
            .collect();
        let title = |id: &String| {
            let known = self.phases.iter().find(|phase| phase.id == *id);
            known.map_or_else(|| id.clone(), |phase| phase.title.to_lowercase())
        };
        let mut all: Vec<SpecialistView> = self
            .specialists
            .iter()
            .map(|one| {
                let mut when: Vec<String> = one.phases.iter().map(title).collect();
                if !one.causes.is_empty() {
                    when.push(format!("suspected: {}", one.causes.join(", ")));
                }
                let fits = |cause: &String| {
                    suspected
                        .iter()
                        .any(|statement| statement.contains(&cause.to_lowercase()))
                };
                SpecialistView {
                    title: one.title.clone(),
                    does: one.does.clone(),
                    when: when.join("; "),
                    now: one.phases.iter().any(|id| id == phase) || one.causes.iter().any(fits),
                }
            })
            .collect();
        all.sort_by_key(|one| !one.now);
        all
    }

    /// A specialist's name as the framework writes it, whatever the case and the hyphens; any other name as it is.
    pub(super) fn specialist(&self, given: &str) -> String {
        let plain = |text: &str| text.trim().replace(['-', '_'], " ").to_lowercase();
        let wanted = plain(given);
        let known = self.specialists.iter().find(|one| plain(&one.title) == wanted);
        known.map_or_else(|| given.trim().to_owned(), |one| one.title.clone())
    }
}
