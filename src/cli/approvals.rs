//! Approvals whose commit is by someone else than they name: anybody can type a name, and this is where one sees it.

use serde_json::{Value, json};

use crate::git::{Git, Origin, origin};
use crate::incident::{Incident, live, people};
use crate::store::{Place, Repository};
use crate::text;

/// Most approvals that are looked up: each is one search in git's history of the file.
const MOST: usize = 40;

/// An approval that someone else has committed.
pub(super) struct Foreign {
    mitigation: String,
    what: String,
    names: String,
    origin: Origin,
}

impl Foreign {
    /// A sentence.
    pub(super) fn said(&self) -> String {
        let said = format!(
            "the approval of {} by {} was committed by {} ({}): {}",
            self.mitigation, self.names, self.origin.name, self.origin.commit, self.what
        );
        text::one_line(&said).into_owned()
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "mitigation": self.mitigation,
            "names": self.names,
            "author": self.origin.name,
            "mail": self.origin.mail,
            "commit": self.origin.commit,
        })
    }
}

/// The approvals of an incident whose commit's author is not the person they name. Without git there is nothing to say.
pub(super) fn foreign(repository: &Repository, place: &Place, incident: &Incident) -> Vec<Foreign> {
    let given = live(&incident.mitigations).flat_map(|mitigation| {
        let approvals = mitigation.approvals.iter().filter(|one| one.retracted.is_none());
        approvals.map(move |approval| (mitigation, approval))
    });
    let given: Vec<_> = given.take(MOST).collect();
    if given.is_empty() || repository.git_dir().is_none() {
        return Vec::new();
    }
    let git = Git::at(repository.root());
    let mut found = Vec::new();
    for (mitigation, approval) in given {
        // Git itself failing is told by doctor and by syncing.
        let Ok(Some(origin)) = origin(&git, &place.path, &approval.id) else {
            continue;
        };
        let is_theirs = people::same(&origin.name, &approval.by) || people::same(&origin.mail, &approval.by);
        if !is_theirs {
            found.push(Foreign {
                mitigation: mitigation.id.clone(),
                what: text::fit(&text::one_line(&mitigation.text), 60, "…").into_owned(),
                names: approval.by.clone(),
                origin,
            });
        }
    }
    found
}
