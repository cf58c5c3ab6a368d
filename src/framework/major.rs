//! The major incident: so many grave incidents at once that they need one above them all.

use serde::Serialize;

use super::Framework;
use crate::incident::{Change, Incident, is_over};

/// Field of an incident that is part of a major one: who coordinates, and the others.
pub const FIELD: &str = "major";

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
        let open: Vec<&Incident> = all.filter(|one| !one.drill && !is_over(one, &self.classes)).collect();
        let of = |severity: &str| -> Vec<&str> {
            let same = open.iter().filter(|one| one.severity == severity);
            same.map(|one| one.id.as_str()).collect()
        };
        let severities = self.severities.iter().map(|known| known.id.as_str());
        let counted: Vec<(&str, usize, Vec<&str>)> = severities
            .filter_map(|severity| Some((severity, *rule.counts.get(severity)?, of(severity))))
            .collect();
        // Only those that make it one are part of it.
        let reached: Vec<_> = counted
            .iter()
            .filter(|(_, wanted, found)| found.len() >= *wanted)
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

impl MajorIncident {
    /// What declaring it changes in one of its incidents: who coordinates, and links to the others.
    pub fn declaration(&self, incident: &Incident, coordinator: &str) -> Vec<Change> {
        let named = Change::SetField {
            field: format!("fields.{FIELD}"),
            value: coordinator.to_owned(),
        };
        let known = |other: &String| incident.links.iter().any(|link| link.target == *other);
        let others = self
            .incidents
            .iter()
            .filter(|other| **other != incident.id && !known(other));
        let links = others.map(|other| Change::AddLink {
            target: other.clone(),
            label: Some("major incident".into()),
        });
        std::iter::once(named).chain(links).collect()
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
