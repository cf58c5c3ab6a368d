//! A runbook in an incident: what attaching it asks for, and which item of the checklist is which step.

use super::read::{Entry, Runbook};
use super::steps::{Step, Steps};
use super::words::slug;
use crate::incident::attached;
use crate::incident::{AttachedStep, Attachment, Incident, Item, live};

impl Runbook {
    /// What attaching these steps asks for; of a runbook without steps one item, to read it.
    pub fn attachment(&self, entry: Option<&Entry>, steps: &Steps) -> Attachment {
        let title = entry.map_or_else(|| self.title.clone(), |entry| entry.title.clone());
        let mut asked = as_attached(&steps.steps);
        if asked.is_empty() {
            asked.push(AttachedStep {
                id: format!("{}.read-it", slug(&steps.list)),
                text: format!("Read the runbook: {title}"),
                ticked: false,
            });
        }
        Attachment {
            runbook: steps.list.clone(),
            title,
            digest: self.digest(),
            steps: asked,
        }
    }
}

fn as_attached(steps: &[Step]) -> Vec<AttachedStep> {
    let one = |step: &Step| AttachedStep {
        id: step.id.clone(),
        text: step.whole_text(),
        ticked: step.ticked,
    };
    steps.iter().map(one).collect()
}

/// For each step the item of the incident's checklist that it is, where it is attached.
pub fn items<'i>(incident: &'i Incident, steps: &Steps) -> Vec<Option<&'i Item>> {
    let known: Vec<&Item> = live(&incident.checklist)
        .filter(|item| item.list.as_deref() == Some(&steps.list) && item.at.is_none())
        .collect();
    let pairs = attached::pairs(&known, &as_attached(&steps.steps));
    let find = |id: Option<String>| known.iter().find(|item| Some(&item.id) == id.as_ref()).copied();
    pairs.into_iter().map(find).collect()
}

/// Whether a runbook of this list name is attached.
pub fn is_attached(incident: &Incident, list: &str) -> bool {
    live(&incident.checklist).any(|item| item.at.is_none() && item.list.as_deref() == Some(list))
}

/// What placeholders stand for in an incident: the team's own fields, what the incident says of itself, and its impact.
pub fn known_value(incident: &Incident, name: &str) -> Option<String> {
    let text = |value: &serde_json::Value| {
        value
            .as_str()
            .map(str::to_owned)
            .or_else(|| value.is_number().then(|| value.to_string()))
    };
    let same = |key: &str| super::gap::called(key) == name;
    let own = incident
        .fields
        .iter()
        .find(|(key, _)| same(key))
        .and_then(|(_, value)| text(value));
    let of_itself = || match name {
        "id" | "incident" | "incident-id" => Some(incident.id.clone()),
        "severity" => Some(incident.severity.clone()),
        "service" | "app" | "application" | "deployment" => services(incident).into_iter().next(),
        _ => None,
    };
    let of_impact = || {
        incident
            .impact
            .iter()
            .find(|(key, _)| same(key))
            .and_then(|(_, value)| text(value))
    };
    let found = own.or_else(of_itself).or_else(of_impact);
    found.filter(|value| !value.trim().is_empty())
}

/// The services that an incident is about.
pub fn services(incident: &Incident) -> Vec<String> {
    match incident.impact.get("services") {
        Some(serde_json::Value::Array(list)) => list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
        Some(serde_json::Value::String(text)) => {
            let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
