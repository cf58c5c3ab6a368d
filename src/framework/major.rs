//! The major incident: so many grave incidents at once that they need one above them all.

use serde::Serialize;

use super::model::{Fact, Sign, Within};
use super::{Framework, data};
use crate::incident::{Change, Event, Incident, Milestone, Time, clock, is_over, live};

/// Field of an incident that is part of a major one: who coordinates, and the others.
pub const FIELD: &str = "major";

/// Field of an incident that was part of a major one: why that is over.
pub const ENDED: &str = "major-ended";

/// Open incidents that together make a major one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MajorIncident {
    /// What makes it one (`2 at P0`).
    pub because: String,
    /// The incidents, by id, the gravest first.
    pub incidents: Vec<String>,
    /// What the framework has done then.
    pub rules: Vec<String>,
}

impl Framework {
    /// Whether these incidents, as far as they are open and no drill, make a major one by this framework's counts.
    pub fn major<'a>(&self, all: impl Iterator<Item = &'a Incident>) -> Option<MajorIncident> {
        let rule = self.major.as_ref()?;
        let open: Vec<&Incident> = all
            .filter(|one| !one.drill && !one.backfilled && !is_over(one, &self.classes))
            .collect();
        let of = |severity: &str| -> Vec<&str> {
            let same = open.iter().filter(|one| one.severity == severity);
            same.map(|one| one.id.as_str()).collect()
        };
        let severities = self.severities.iter().map(|known| known.id.as_str());
        let counted: Vec<(&str, usize, Vec<&str>)> = severities
            .filter_map(|severity| Some((severity, *rule.counts.get(severity)?, of(severity))))
            .collect();
        // Only those that make it one are part of it.
        // What was ended stays ended until one more joins them.
        let goes_on = |id: &&str| open.iter().any(|one| one.id == **id && !has_ended(one));
        let reached: Vec<_> = counted
            .iter()
            .filter(|(_, wanted, found)| found.len() >= *wanted && found.iter().any(&goes_on))
            .collect();
        if reached.is_empty() {
            return None;
        }
        let because: Vec<String> = reached
            .iter()
            .map(|(severity, _, found)| format!("{} at {severity}", found.len()))
            .collect();
        Some(MajorIncident {
            because: because.join(" and "),
            incidents: reached
                .iter()
                .flat_map(|(_, _, found)| found.iter().map(|id| (*id).to_owned()))
                .collect(),
            rules: rule.rules.clone(),
        })
    }
}

/// Whether the major incident that it was part of was ended by name.
fn has_ended(incident: &Incident) -> bool {
    let words = incident.fields.get(ENDED).and_then(|why| why.as_str());
    words.is_some_and(|why| !why.trim().is_empty())
}

/// How an incident is part of a major one, or ought to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum MajorState {
    /// It was declared, since then, with this coordinator.
    Declared {
        /// Since when.
        since: Option<Time>,
        /// Who coordinates, where somebody does.
        coordinator: Option<String>,
    },
    /// It is unresolved for so long that it is to be declared.
    Late {
        /// How long, as the framework writes it.
        after: String,
    },
}

impl Framework {
    /// How one open incident is a major one by itself: it was declared one (by name, by its procedure or by an escalation that
    /// starts it), or is unresolved for too long.
    pub fn major_state(&self, incident: &Incident, now: Time) -> Option<MajorState> {
        if is_over(incident, &self.classes) || incident.drill || incident.backfilled {
            return None;
        }
        if has_ended(incident) {
            return None;
        }
        let coordinator = incident
            .fields
            .get(FIELD)
            .and_then(|who| who.as_str())
            .map(str::to_owned);
        let since = self.declared_since(incident);
        if since.is_some() || coordinator.is_some() {
            return Some(MajorState::Declared { since, coordinator });
        }
        self.late(incident, now).map(|after| MajorState::Late { after })
    }

    /// Since when it is a major one: from when the procedure is followed, and anew from when it was declared again after its end.
    fn declared_since(&self, incident: &Incident) -> Option<Time> {
        let subject = format!("fields.{ENDED}");
        let is_again = |event: &&Event| {
            event.subject.as_deref() == Some(&*subject) && event.to.as_deref().is_none_or(|to| to.trim().is_empty())
        };
        let again = live(&incident.timeline).rfind(is_again).map(|event| event.at);
        self.major_since(incident).max(again)
    }

    /// Since when the procedure of a major incident is followed.
    fn major_since(&self, incident: &Incident) -> Option<Time> {
        let id = self.major.as_ref()?.procedure.as_ref()?;
        let procedure = self.procedures.iter().find(|one| one.id == *id)?;
        self.followed_since(incident, procedure)
    }

    /// The time after which it is a major one by itself, where that has passed.
    fn late(&self, incident: &Incident, now: Time) -> Option<String> {
        let after = data::at(&self.major.as_ref()?.after, &incident.severity)?;
        let (_, last) = Within::parse(after)?.span()?;
        let start = clock::milestone(incident, &Milestone::Detected).or_else(|| clock::start(incident))?;
        (self.calendar.after(start, last) <= now).then(|| after.clone())
    }

    /// What declaring a major incident changes in one of its incidents: who coordinates, links to the others, the procedure, and
    /// the escalation where it is unresolved for too long.
    pub fn major_changes(
        &self,
        incident: &Incident,
        coordinator: &str,
        others: &[String],
        reason: Option<&str>,
        now: Time,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        if has_ended(incident) {
            changes.push(own_field(ENDED, ""));
        }
        if incident.fields.get(FIELD).and_then(|who| who.as_str()) != Some(coordinator) {
            changes.push(own_field(FIELD, coordinator));
        }
        let known = |other: &String| live(&incident.links).any(|link| link.target == *other);
        let others = others.iter().filter(|other| **other != incident.id && !known(other));
        changes.extend(others.map(|other| Change::AddLink {
            target: other.clone(),
            label: Some("major incident".into()),
        }));
        let Some(rule) = &self.major else { return changes };
        let reason = reason.map(str::to_owned);
        let late = self.late(incident, now);
        let target = rule
            .escalates
            .as_ref()
            .filter(|target| late.is_some() && self.since(incident, &Fact::Escalated((*target).clone())).is_none());
        if let Some(to) = target {
            let reason = reason.clone().or(late.map(|after| format!("unresolved after {after}")));
            changes.push(Change::Escalate { to: to.clone(), reason });
        }
        let starts = target.is_some() && self.major_starts_by_escalating();
        if let Some(procedure) = rule
            .procedure
            .clone()
            .filter(|_| !starts && self.major_since(incident).is_none())
        {
            changes.push(Change::StartProcedure { procedure, reason });
        }
        changes
    }

    /// What ending the major incident changes in one of its incidents: no one coordinates it any more, and why stands there.
    pub fn major_end_changes(incident: &Incident, reason: &str) -> Vec<Change> {
        let coordinated = incident.fields.contains_key(FIELD).then(|| own_field(FIELD, ""));
        coordinated.into_iter().chain([own_field(ENDED, reason)]).collect()
    }

    /// Whether the escalation of a late incident starts the procedure by itself.
    fn major_starts_by_escalating(&self) -> bool {
        let Some(rule) = &self.major else { return false };
        let procedure = self
            .procedures
            .iter()
            .find(|one| Some(&one.id) == rule.procedure.as_ref());
        procedure.is_some_and(|one| {
            let mut signs = one.offered.iter();
            signs.any(|sign| matches!(sign, Sign::Escalated(to) if Some(to) == rule.escalates.as_ref()))
        })
    }
}

fn own_field(name: &str, value: &str) -> Change {
    Change::SetField {
        field: format!("fields.{name}"),
        value: value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(id: &str, severity: &str, status: &str) -> Incident {
        Incident {
            id: id.into(),
            severity: severity.into(),
            status: status.into(),
            ..Incident::default()
        }
    }

    #[test]
    fn two_of_the_gravest_or_three_of_the_next() {
        let framework = Framework::builtin("itil").unwrap();
        let major = |all: &[(&str, &str)]| {
            let all: Vec<Incident> = all
                .iter()
                .enumerate()
                .map(|(number, (severity, status))| incident(&format!("INC-{number}"), severity, status))
                .collect();
            framework
                .major(all.iter())
                .map(|major| (major.because, major.incidents.len()))
        };
        assert_eq!(major(&[("P0", "triage"), ("P1", "triage"), ("P1", "triage")]), None);
        assert_eq!(major(&[("P0", "triage"), ("P0", "resolved")]), None);
        assert_eq!(
            major(&[("P0", "triage"), ("P1", "triage"), ("P0", "triage")]),
            Some(("2 at P0".into(), 2)),
            "the P1 is none of them"
        );
        assert_eq!(
            major(&[("P1", "triage"), ("P1", "triage"), ("P1", "triage"), ("P2", "triage")]),
            Some(("3 at P1".into(), 3))
        );
        let mut drill = incident("INC-9", "P0", "triage");
        drill.drill = true;
        assert_eq!(framework.major([drill.clone(), drill].iter()), None);
        assert_eq!(Framework::builtin("essentials").unwrap().major([].iter()), None);
    }
}
