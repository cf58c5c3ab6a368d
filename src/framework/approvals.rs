//! Who has to agree before a mitigation starts, and who has not yet.

use super::{Framework, data};
use crate::incident::{Incident, Mitigation, live, open_conflicts};

impl Framework {
    fn is_among(&self, who: &str, names: &[&str]) -> bool {
        names.iter().any(|name| self.people.same(name, who))
    }

    /// Who still has to agree before a mitigation may start; empty where nobody has to.
    pub fn approvals_missing(&self, incident: &Incident, mitigation: &Mitigation) -> Vec<String> {
        self.wanting(incident, mitigation, None)
    }

    /// Whether this person's yes brings a mitigation nearer to its start; where no one has to agree, anyone's does.
    pub fn needs_yes_of(&self, incident: &Incident, mitigation: &Mitigation, who: &str) -> bool {
        let missing = self.wanting(incident, mitigation, None);
        missing.is_empty() || missing != self.wanting(incident, mitigation, Some(who))
    }

    /// The role whose holder has to agree to a mitigation of this kind, where no one holds it yet.
    pub fn approver_wanted(&self, incident: &Incident, mitigation: &Mitigation) -> Option<&str> {
        let rule = data::at(&self.approvals, &incident.severity)?;
        let role = rule.options.get(mitigation.option.as_ref()?)?;
        let held = live(&incident.roles).any(|one| one.role == *role && one.until.is_none());
        (!held).then_some(role.as_str())
    }

    /// Who would still have to agree if `also` did.
    pub(super) fn wanting(&self, incident: &Incident, mitigation: &Mitigation, also: Option<&str>) -> Vec<String> {
        let safer = self.safer(incident, &open_conflicts(incident));
        let Some(rule) = data::at(&self.approvals, &safer.severity) else {
            return vec![];
        };
        let approvals = mitigation.approvals.iter().filter(|a| a.retracted.is_none());
        // Two spellings of one name are one person.
        let mut people = self.people.distinct(approvals.map(|a| a.by.as_str()).chain(also));
        let given = people.clone();
        let mut missing = Vec::new();
        if rule.commander {
            let commanders: Vec<&str> = live(&incident.roles)
                .filter(|held| self.commands(&held.role) && held.until.is_none())
                .map(|held| held.who.as_str())
                .collect();
            match people.iter().position(|who| self.is_among(who, &commanders)) {
                Some(place) => drop(people.remove(place)),
                None if commanders.is_empty() => {
                    missing.push(format!(
                        "the {}, a role no one holds yet",
                        self.role_title(self.commander()).to_lowercase()
                    ));
                }
                None => missing.push(format!(
                    "the {} ({})",
                    self.role_title(self.commander()).to_lowercase(),
                    commanders.join(", ")
                )),
            }
        }
        let role = mitigation.option.as_ref().and_then(|option| rule.options.get(option));
        if let Some(role) = role {
            let holders: Vec<&str> = live(&incident.roles)
                .filter(|held| held.role == *role && held.until.is_none())
                .map(|held| held.who.as_str())
                .collect();
            let title = self.role_title(role).to_lowercase();
            // Their yes is also one of the others'.
            if !given.iter().any(|who| self.is_among(who, &holders)) {
                missing.push(match holders.as_slice() {
                    [] => format!("the {title}, a role no one holds yet (warroom role assign {role} NAME)"),
                    holders => format!("the {title} ({})", holders.join(", ")),
                });
            }
        }
        if people.len() < rule.others {
            missing.push(match rule.others - people.len() {
                1 => "one other engineer".to_owned(),
                more => format!("{more} other engineers"),
            });
        }
        missing
    }
}
