//! Specialists to call in: those of the phase, those that a suspected cause calls for, the rest.

use serde::Serialize;

use super::Framework;
use super::data::Specialist;
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

/// Whether the moment calls for a specialist: the severity does, and the phase or a suspected cause. One that has neither of
/// these, but severities, is called in by those alone.
fn is_called(one: &Specialist, severity: &str, phase: &str, suspected: &[String]) -> bool {
    // Of an incident that is not assessed yet nobody knows better.
    let severe = one.severities.is_empty() || severity.is_empty() || one.severities.iter().any(|id| id == severity);
    if !severe {
        return false;
    }
    if one.phases.is_empty() && one.causes.is_empty() {
        return !one.severities.is_empty() && !severity.is_empty();
    }
    let fits = |cause: &String| {
        let cause = cause.to_lowercase();
        suspected.iter().any(|statement| statement.contains(&cause))
    };
    one.phases.iter().any(|id| id == phase) || one.causes.iter().any(fits)
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
                let mut when: Vec<String> = Vec::new();
                if !one.severities.is_empty() {
                    when.push(one.severities.join(", "));
                }
                when.extend(one.phases.iter().map(title));
                if !one.causes.is_empty() {
                    when.push(format!("suspected: {}", one.causes.join(", ")));
                }
                SpecialistView {
                    title: one.title.clone(),
                    does: one.does.clone(),
                    when: when.join("; "),
                    now: is_called(one, &incident.severity, phase, &suspected),
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
