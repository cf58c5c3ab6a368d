//! Whom to call: the team's contacts as a page.

use super::form::Choices;
use super::{Detail, Layer, Model, Tone};
use crate::framework::contacts::Reachable;

/// Shows them, and the targets of the framework that no contact is named for yet.
pub(super) fn show(model: &mut Model) {
    let framework = model.framework();
    let known = &framework.contacts;
    let mut lines: Vec<(String, String)> = Vec::new();
    for one in &known.contacts {
        lines.push((one.target.clone(), one.first.shown()));
        let backup: Vec<String> = one.backup.iter().map(Reachable::shown).collect();
        if !backup.is_empty() {
            lines.push((String::new(), format!("backup {}", backup.join(", then "))));
        }
        lines.extend(one.note.iter().map(|note| (String::new(), note.clone())));
    }
    if !known.chain.is_empty() {
        lines.push(("chain".into(), known.chain.join(", then ")));
    }
    let missing = framework.escalations.iter().map(|one| one.id.as_str());
    let missing: Vec<&str> = missing
        .filter(|target| framework.contacts_for(target).is_empty())
        .collect();
    if !missing.is_empty() {
        lines.push(("no contact yet".into(), missing.join(", ")));
    }
    if known.contacts.is_empty() {
        model.say(
            "No contacts are written down yet; .warroom/contacts.yaml holds them.",
            Tone::Info,
        );
    }
    if !lines.is_empty() {
        model.layers.push(Layer::Detail(Detail {
            title: "Whom to call".into(),
            lines,
            scroll: 0,
            choices: Choices::default(),
        }));
    }
}
