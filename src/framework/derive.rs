//! Everything derived for one moment; countdowns, gate and checklists have files of their own.

use std::borrow::Cow;

use super::data::Class;
use super::{Derived, Framework, ItemView, Phase, RoleNeed};
use crate::incident::{
    Incident, OpenConflict, Time, clock, effective, in_words, live, open_conflicts, over_role, value,
};

impl Framework {
    /// Everything derived, for one moment.
    ///
    /// While a collision of two people's values is open, the safer of the two counts, and the gate stays shut.
    pub fn derive(&self, incident: &Incident, now: Time) -> Derived {
        let conflicts = self.conflicts(incident);
        let safer = self.safer(incident, &conflicts);
        let incident = &*safer;
        let checklists = self.checklists(incident);
        let timers = self.timers(incident, now);
        let gate = self.gate(incident, &checklists, &conflicts, now);
        let procedures = self.procedures(incident, &timers);
        let items: Vec<&ItemView> = checklists.iter().flat_map(|list| &list.items).collect();
        Derived {
            reminders: self.reminders(incident, &timers, &gate, &items, &procedures, now),
            severity: incident.severity.clone(),
            status: incident.status.clone(),
            elapsed_s: clock::elapsed(incident, &self.classes, now),
            phase: self.phase(incident),
            timers,
            gate,
            required_roles: self.roles(incident),
            next_statuses: self.next_statuses(incident),
            checklists,
            procedures,
            conflicts,
        }
    }

    /// The conflicts that are open, two people in command among them, whether or not either knew whom the other replaced.
    pub fn conflicts(&self, incident: &Incident) -> Vec<OpenConflict> {
        let mut open = open_conflicts(incident);
        let command = over_role(incident, self.commander());
        open.extend(command.filter(|one| !open.iter().any(|known| known.subject == one.subject)));
        open
    }

    /// The value of a conflict that counts while it is open: the safer of the two.
    pub fn in_force(&self, incident: &Incident, conflict: &OpenConflict) -> Option<String> {
        match conflict.role() {
            Some(_) => conflict.kept.clone(),
            None => value(&self.safer(incident, std::slice::from_ref(conflict)), &conflict.subject),
        }
    }

    /// What a conflict is about, in words.
    pub fn conflict_in_words(&self, incident: &Incident, subject: &str) -> String {
        in_words(incident, subject, &|id| {
            let known = self.roles.iter().find(|role| role.id == id);
            known.map_or_else(|| id.replace('_', " "), |role| role.title.to_lowercase())
        })
    }

    /// The incident as it counts while `conflicts` are open: of two values that people set at once, the safer one.
    pub fn safer<'a>(&self, incident: &'a Incident, conflicts: &[OpenConflict]) -> Cow<'a, Incident> {
        let safer = effective(
            incident,
            conflicts,
            &|severity| self.severities.iter().position(|known| known.id == severity),
            &|status| self.statuses.iter().position(|known| known.id == status),
        );
        safer.map_or(Cow::Borrowed(incident), Cow::Owned)
    }

    /// The class of a status; unknown ones count as open.
    pub fn class(&self, status: &str) -> Class {
        self.classes.class(status)
    }

    fn phase(&self, incident: &Incident) -> Phase {
        let status = self.statuses.iter().find(|status| status.id == incident.status);
        let id = status.map_or("", |status| status.phase.as_str());
        let place = self.phases.iter().position(|phase| phase.id == id).unwrap_or(0);
        Phase {
            id: id.to_owned(),
            title: self
                .phases
                .get(place)
                .map_or_else(String::new, |phase| phase.title.clone()),
            number: place + 1,
            of: self.phases.len(),
        }
    }

    fn next_statuses(&self, incident: &Incident) -> Vec<String> {
        let status = self.statuses.iter().find(|status| status.id == incident.status);
        status.map(|status| status.next.clone()).unwrap_or_default()
    }

    fn roles(&self, incident: &Incident) -> Vec<RoleNeed> {
        self.roles
            .iter()
            .map(|role| {
                let held = live(&incident.roles).filter(|held| held.role == role.id && held.until.is_none());
                let who: Vec<String> = held.map(|held| held.who.clone()).collect();
                let need = RoleNeed {
                    role: role.id.clone(),
                    title: role.title.clone(),
                    filled: !who.is_empty(),
                    who,
                    required: role.required.at(&incident.severity),
                };
                (role.borrowed.is_some(), need)
            })
            // One that no source names is shown once someone has it.
            .filter(|(borrowed, need)| need.filled || need.required || !borrowed)
            .map(|(_, need)| need)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::incident::apply::drawn::{Drawn, change, drawn};
    use crate::incident::apply::laws::{declared, request};
    use crate::incident::{Change, Mitigation, MitigationState, as_of};

    /// Changes that say when something happened, or correct what was recorded: what is known of that today counts, so they differ
    /// from what was known then.
    /// Verifying what was said to have failed is one of them: the impact then ended when it was done. And setting a mitigation
    /// "back" to where it has not been yet, which no face offers.
    fn left_out(change: &Change, incident: &Incident) -> bool {
        match change {
            Change::SetMilestone { .. }
            | Change::EditEvent { .. }
            | Change::Correct { .. }
            | Change::Remove { .. }
            | Change::Restore { .. }
            | Change::Resolve { at: Some(_), .. } => true,
            Change::RevertMitigation { mitigation, state } => {
                let rank = |state: &str| MitigationState::KNOWN.iter().position(|known| *known == state);
                let now = incident.mitigations.iter().find(|one| one.id == *mitigation);
                now.is_some_and(|now| rank(state) > rank(now.state.as_str()))
            }
            Change::VerifyMitigation { mitigation, .. } => {
                let failed = |one: &&Arc<Mitigation>| one.id == *mitigation && one.state == MitigationState::Failed;
                incident.mitigated.is_none() && incident.mitigations.iter().any(|one| failed(&one))
            }
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn at_any_moment_of_its_history_an_incident_derives_as_it_did_then(
            name in 0..5usize,
            drawn in prop::collection::vec(drawn(), 1..40),
        ) {
            let framework = Framework::builtin(Framework::names()[name]).unwrap();
            let mut incident = declared();
            let start = clock::start(&incident).unwrap();
            let mut moments = Vec::new();
            for (number, one) in drawn.into_iter().enumerate() {
                let now = start.plus(std::time::Duration::from_secs(60 + 97 * number as u64));
                let one = Drawn { flag: false, ..one };
                let change = change(&one, &incident, now);
                if left_out(&change, &incident) {
                    continue;
                }
                let request = request(number, &one.who, now, change);
                if let Ok((after, _)) = crate::incident::apply_under(&framework.classes, &incident, &crate::incident::apply::unchecked(&request), crate::incident::newest(&incident)) {
                    incident = after;
                }
                moments.push((now, framework.derive(&incident, now), incident.clone()));
            }
            for (now, then, was) in moments {
                let past = as_of(&incident, &framework.classes, now);
                let derived = framework.derive(&past, now);
                prop_assert_eq!(&derived.severity, &then.severity);
                prop_assert_eq!(&derived.status, &then.status);
                prop_assert_eq!(&derived.timers, &then.timers, "{:#?}\n{:#?}", was, past);
                prop_assert_eq!(&derived.gate, &then.gate);
                prop_assert_eq!(&derived.required_roles, &then.required_roles);
                prop_assert_eq!(derived.elapsed_s, then.elapsed_s);
                prop_assert_eq!(&derived.procedures, &then.procedures);
                let states = |derived: &Derived| -> Vec<_> {
                    let items = derived.checklists.iter().flat_map(|list| &list.items);
                    items.map(|item| (item.id.clone(), item.state.clone(), item.owner.clone())).collect()
                };
                prop_assert_eq!(states(&derived), states(&then));
            }
        }
    }
}
