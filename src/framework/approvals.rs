//! Who has to agree before a mitigation starts, what its plan has to hold, and what is still missing.

use super::data::{Approval, PlanPart};
use super::permit::rules;
use super::{Framework, data};
use crate::incident::{Change, Incident, Mitigation, MitigationState, Refusal, Time, ids, live, open_conflicts};

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

impl Framework {
    pub(super) fn mitigations(
        &self,
        incident: &Incident,
        change: Change,
        by: &str,
        now: Time,
    ) -> Result<Change, Refusal> {
        Ok(match change {
            Change::ApproveMitigation { mitigation } | Change::GrantMitigation { mitigation, .. } => {
                let found = ids::find_by_prefix::<Mitigation>(incident, &mitigation)?;
                let (missing, _) = self.wanting_lately(incident, found, Some(by), now);
                let mut given = found.approvals.iter().filter(|one| one.retracted.is_none());
                let twice = given.find(|one| one.by != by && self.people.same(&one.by, by));
                if let Some(first) = twice.filter(|_| !missing.is_empty()) {
                    let said = format!(
                        "{by} and {} are taken for one person, who has approved {} already; someone else has to approve it",
                        first.by,
                        named(found)
                    );
                    let wanted = missing.into_iter().map(|who| format!("approval by {who}"));
                    return Err(rules(said, wanted.collect()));
                }
                let wanting = (!missing.is_empty()).then(|| missing.join(", "));
                Change::GrantMitigation {
                    mitigation: found.id.clone(),
                    wanting,
                }
            }
            Change::StartMitigation { mitigation } => {
                let found = ids::find_by_prefix::<Mitigation>(incident, &mitigation)?;
                let first = self.before_mitigating(incident);
                if !first.is_empty() {
                    let said = format!(
                        "{} may not start yet: a procedure comes first; tick or skip what it asks for",
                        named(found)
                    );
                    return Err(rules(said, first));
                }
                self.approved(incident, found, now, "may not start")?;
                Change::StartMitigation {
                    mitigation: found.id.clone(),
                }
            }
            Change::FinishMitigation { mitigation, result } => {
                let found = ids::find_by_prefix::<Mitigation>(incident, &mitigation)?;
                self.approved(incident, found, now, "may not be carried out")?;
                Change::FinishMitigation {
                    mitigation: found.id.clone(),
                    result,
                }
            }
            Change::VerifyMitigation { mitigation, result } => {
                let found = ids::find_by_prefix::<Mitigation>(incident, &mitigation)?;
                self.approved(incident, found, now, "may not be carried out")?;
                Change::VerifyMitigation {
                    mitigation: found.id.clone(),
                    result,
                }
            }
            Change::RevertMitigation { mitigation, state } => {
                let found = ids::find_by_prefix::<Mitigation>(incident, &mitigation)?;
                // Back to before it began is no way past anything; on from there is.
                let back = [MitigationState::Proposed.as_str(), MitigationState::Failed.as_str()];
                if !back.contains(&state.trim()) {
                    self.approved(incident, found, now, "may not go on")?;
                }
                Change::RevertMitigation {
                    mitigation: found.id.clone(),
                    state,
                }
            }
            Change::FailMitigation { mitigation, result, .. } => {
                let found = ids::find_by_prefix::<Mitigation>(incident, &mitigation)?;
                Change::FailMitigation {
                    recheck: self.rests_on(incident, found),
                    mitigation: found.id.clone(),
                    result,
                }
            }
            other => other,
        })
    }

    /// Refuses to go on with a mitigation that the severity wants approved, and that is not: by any verb.
    fn approved(&self, incident: &Incident, found: &Mitigation, now: Time, refused: &str) -> Result<(), Refusal> {
        self.planned(incident, found, refused)?;
        let (missing, severity) = self.wanting_lately(incident, found, None, now);
        let lowered = severity != self.safer(incident, &open_conflicts(incident)).severity;
        // The change that gave the last yes that was wanting; a state that was set by hand, or gone back to, is no yes.
        let subject = format!("{}.state", found.id);
        let agreed = crate::incident::live(&incident.timeline)
            .rfind(|event| {
                event.subject.as_deref() == Some(&*subject)
                    && event.to.as_deref() == Some(MitigationState::Approved.as_str())
                    && event.from != event.to
            })
            .filter(|event| {
                let gave =
                    |one: &crate::incident::Approval| one.retracted.is_none() && one.id.get(1..) == event.id.get(1..);
                found.approvals.iter().any(gave)
            });
        // What was agreed to at one severity was not agreed to at a higher one.
        let rated = crate::incident::live(&incident.timeline)
            .rfind(|event| event.subject.as_deref() == Some("severity"))
            .map(|event| event.at);
        let settled = agreed.is_some_and(|agreed| rated.is_none_or(|rated| rated < agreed.at));
        let waits = found.started.is_none()
            && match found.state {
                MitigationState::Proposed | MitigationState::Failed => true,
                MitigationState::Approved => !settled || lowered,
                MitigationState::Started
                | MitigationState::Done
                | MitigationState::Verified
                | MitigationState::Other(_) => false,
            };
        if !waits || missing.is_empty() {
            return Ok(());
        }
        let rule = data::at(&self.approvals, &severity).map_or("", |rule| rule.text.as_str());
        let lately = if lowered {
            " (in force within the last hour)"
        } else {
            ""
        };
        let said = format!(
            "{} {refused} at {severity}{lately} before it is approved: {rule}",
            named(found)
        );
        let who = |who: String| format!("approval by {who} (warroom mitigation approve {})", found.id);
        Err(rules(said, missing.into_iter().map(who).collect()))
    }

    /// Refuses to begin a mitigation whose plan lacks what the framework wants of its option.
    fn planned(&self, incident: &Incident, found: &Mitigation, refused: &str) -> Result<(), Refusal> {
        let begun = match found.state {
            MitigationState::Proposed | MitigationState::Approved | MitigationState::Failed => found.started.is_some(),
            MitigationState::Started
            | MitigationState::Done
            | MitigationState::Verified
            | MitigationState::Other(_) => true,
        };
        let missing = if begun {
            vec![]
        } else {
            self.plan_missing(incident, found)
        };
        if missing.is_empty() {
            return Ok(());
        }
        Err(rules(
            format!("{} {refused} before its plan is complete", named(found)),
            missing,
        ))
    }
}

/// A mitigation by its words, where it has some.
pub(super) fn named(mitigation: &Mitigation) -> String {
    let line = mitigation.text.lines().next().unwrap_or_default().trim();
    if line.is_empty() {
        return mitigation.id.clone();
    }
    let cut: String = line.chars().take(60).collect();
    let mark = if cut.len() < line.len() { "…" } else { "" };
    format!("\"{cut}{mark}\"")
}
