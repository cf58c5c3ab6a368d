//! Who has to agree before a mitigation starts, what its plan has to hold, and what is still missing.

use super::data::{Approval, PlanPart};
use super::{Framework, data};
use crate::incident::{Incident, Mitigation, Time, live, open_conflicts};

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
        self.wanting_at(incident, mitigation, also, &safer.severity)
    }

    /// Who would still have to agree if `also` did, and at which severity: the one in force, or a worse one of the last hour where
    /// nobody has to at this one. Lowering the severity is no way past an approval.
    pub(super) fn wanting_lately(
        &self,
        incident: &Incident,
        mitigation: &Mitigation,
        also: Option<&str>,
        now: Time,
    ) -> (Vec<String>, String) {
        let safer = self.safer(incident, &open_conflicts(incident)).severity.clone();
        let missing = self.wanting_at(incident, mitigation, also, &safer);
        if !missing.is_empty() {
            return (missing, safer);
        }
        let kept = self
            .worse_lately(incident, now)
            .filter(|_| mitigation.started.is_none());
        match kept.map(|kept| (self.wanting_at(incident, mitigation, also, kept), kept)) {
            Some((missing, kept)) if !missing.is_empty() => (missing, kept.to_owned()),
            Some(_) | None => (missing, safer),
        }
    }

    /// Who would still have to agree at a severity.
    pub(super) fn wanting_at(
        &self,
        incident: &Incident,
        mitigation: &Mitigation,
        also: Option<&str>,
        severity: &str,
    ) -> Vec<String> {
        let Some(rule) = data::at(&self.approvals, severity) else {
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
        missing.extend(self.unreviewed(incident, mitigation, rule, &people));
        if people.len() < rule.others {
            missing.push(match rule.others - people.len() {
                1 => "one other engineer".to_owned(),
                more => format!("{more} other engineers"),
            });
        }
        missing
    }

    /// The peer who has to review the change before it starts, where no one has among these people.
    fn unreviewed(
        &self,
        incident: &Incident,
        mitigation: &Mitigation,
        rule: &Approval,
        people: &[&str],
    ) -> Option<String> {
        let option = mitigation.option.as_ref()?;
        let who = rule.peers.get(option)?;
        (!self.is_reviewed(incident, mitigation, rule, people))
            .then(|| format!("a peer who reviewed the change ({who})"))
    }

    /// Whether one of these people is a peer: neither the holder of the role that approves the option, nor who carries it out.
    fn is_reviewed(&self, incident: &Incident, mitigation: &Mitigation, rule: &Approval, people: &[&str]) -> bool {
        let role = mitigation.option.as_ref().and_then(|option| rule.options.get(option));
        let mut beside: Vec<&str> = live(&incident.roles)
            .filter(|held| Some(&held.role) == role && held.until.is_none())
            .map(|held| held.who.as_str())
            .collect();
        beside.extend(mitigation.owner.as_deref());
        people.iter().any(|who| !self.is_among(who, &beside))
    }

    /// Who may still review a change that was made before a peer had to, where no one has.
    pub(super) fn review_wanted<'a>(&'a self, incident: &Incident, mitigation: &Mitigation) -> Option<&'a str> {
        let rule = data::at(&self.approvals, &incident.severity)?;
        let who = rule.peers_later.get(mitigation.option.as_ref()?)?;
        let approvals = mitigation.approvals.iter().filter(|a| a.retracted.is_none());
        let commanders: Vec<&str> = live(&incident.roles)
            .filter(|held| self.commands(&held.role))
            .map(|held| held.who.as_str())
            .collect();
        let mut people = self.people.distinct(approvals.map(|a| a.by.as_str()));
        people.retain(|who| !self.is_among(who, &commanders));
        (!self.is_reviewed(incident, mitigation, rule, &people)).then_some(who.as_str())
    }

    /// What the plan of a mitigation has to hold before it starts and does not, each with the verb that says it.
    pub fn plan_missing(&self, incident: &Incident, mitigation: &Mitigation) -> Vec<String> {
        let safer = self.safer(incident, &open_conflicts(incident));
        let parts = data::at(&self.approvals, &safer.severity)
            .zip(mitigation.option.as_ref())
            .and_then(|(rule, option)| rule.plan.get(option));
        let wanted = parts.into_iter().flatten().filter_map(|part| {
            let (text, said, option) = match part {
                PlanPart::Rollback => (&mitigation.rollback, "what to do if it makes things worse", "rollback"),
                PlanPart::Verification => (&mitigation.verification, "how it will be seen to work", "verification"),
            };
            let is_there = text.as_ref().is_some_and(|text| !text.trim().is_empty());
            (!is_there).then(|| format!("{said} (warroom mitigation edit {} --{option} TEXT)", mitigation.id))
        });
        wanted.collect()
    }
}
