//! The course of an incident: the status that its facts mean, and the condition of the gate that comes next. Pure.

use super::data::Class;
use super::model::Status;
use super::{Framework, Gate};
use crate::incident::{HypothesisState, Incident, Mitigation, MitigationState, Time, live};

/// What an audience with states hears while something is done about the cause: the status that says so is the mitigating one.
const IDENTIFIED: &str = "identified";

/// A status that the facts mean, and which fact that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// Its id.
    pub status: String,
    /// What it follows from, as a clause: `"roll back v2.34" has begun`.
    pub because: String,
}

/// What the first unmet condition of the gate asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// To be ticked, with what shows it.
    Show(String),
    /// Its time has to be started.
    Start(String),
    /// Only time is missing: until then.
    Wait(Time),
}

impl Framework {
    /// The status that the facts mean, where the incident has not come that far: the mitigation that has begun, the one that is done,
    /// the hypotheses that are tested, the commander who is named.
    pub fn meant_status(&self, incident: &Incident, status: &str) -> Option<Meant> {
        let place = |status: &Status| self.statuses.iter().position(|known| known.id == status.id);
        let here = self.statuses.iter().position(|known| known.id == status)?;
        let now = &self.statuses[here];
        if !matches!(now.class, Class::Open | Class::Monitoring) {
            return None;
        }
        let (meant, because) = self.meant(incident)?;
        (place(meant)? > here && now.next.contains(&meant.id)).then(|| Meant {
            status: meant.id.clone(),
            because,
        })
    }

    fn meant(&self, incident: &Incident) -> Option<(&Status, String)> {
        let open = |status: &&Status| status.class == Class::Open;
        let mitigating = self.statuses.iter().filter(open).find(|one| one.says == IDENTIFIED);
        let quoted = |one: &Mitigation| {
            let line = crate::text::one_line(one.text.lines().next().unwrap_or_default());
            format!("\"{}\"", crate::text::fit(&line, 40, "…"))
        };
        let all: Vec<&Mitigation> = live(&incident.mitigations).collect();
        let under_way = all.iter().find(|one| one.state == MitigationState::Started);
        let carried_out = all
            .iter()
            .rfind(|one| matches!(one.state, MitigationState::Done | MitigationState::Verified));
        if let (None, Some(one)) = (under_way, carried_out) {
            let watching = self.statuses.iter().find(|status| status.class == Class::Monitoring);
            return Some((watching.or(mitigating)?, format!("{} is carried out", quoted(one))));
        }
        if let Some(one) = under_way {
            return Some((mitigating?, format!("{} has begun", quoted(one))));
        }
        let before = mitigating.and_then(|status| self.statuses.iter().position(|known| known.id == status.id));
        let diagnosing = before.and_then(|at| self.statuses.get(at.checked_sub(1)?)).filter(open);
        let in_question = live(&incident.hypotheses).any(|one| one.state != HypothesisState::Rejected);
        if in_question && diagnosing.is_some() {
            return Some((diagnosing?, "a hypothesis is stated".into()));
        }
        let mut roles = live(&incident.roles);
        let led = roles.any(|role| role.until.is_none() && self.commands(&role.role));
        let second = self.statuses.get(1).filter(open)?;
        led.then(|| (second, "someone is in command".to_owned()))
    }

    /// The first condition of the gate that is not met; one that waits for time alone comes last.
    pub fn next_condition(&self, incident: &Incident, gate: &Gate, now: Time) -> Option<Condition> {
        let unmet = || gate.items.iter().filter(|item| !item.met);
        let ticked = |id: &str| self.gate.items.iter().any(|known| known.item == id);
        let shown = unmet().filter(|item| ticked(&item.id) && item.met_at.is_none());
        let next = shown.map(|item| match self.wait_for(incident, &item.id, now) {
            Some(wait) if wait.due.is_none() => Condition::Start(item.id.clone()),
            Some(_) | None => Condition::Show(item.id.clone()),
        });
        next.into_iter()
            .next()
            .or_else(|| unmet().filter_map(|item| item.met_at).min().map(Condition::Wait))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{Hypothesis, Role};

    fn incident(framework: &Framework) -> Incident {
        Incident {
            framework: framework.name.clone(),
            status: framework.statuses[0].id.clone(),
            severity: framework.severities[0].id.clone(),
            ..Incident::default()
        }
    }

    fn with_mitigation(incident: &mut Incident, state: MitigationState) {
        incident.mitigations = vec![Arc::new(Mitigation {
            id: "maaaaaaa".into(),
            text: "roll back".into(),
            state,
            ..Mitigation::default()
        })];
    }

    /// Along every framework that ships: the commander, a hypothesis, a mitigation that begins and is done move the status on, never
    /// back, and only to a status that may follow.
    #[test]
    fn the_facts_move_the_status_on_in_every_framework() {
        for name in Framework::names() {
            let framework = Framework::builtin(name).unwrap();
            let mut incident = incident(&framework);
            let means = |incident: &Incident| framework.meant_status(incident, &incident.status).map(|one| one.status);
            assert_eq!(means(&incident), None, "{name}: nothing is known yet");
            incident.roles.push(Arc::new(Role {
                role: framework.commander().to_owned(),
                who: "sam".into(),
                ..Role::default()
            }));
            let led = means(&incident).unwrap();
            assert_eq!(led, framework.statuses[1].id, "{name}");
            incident.hypotheses.push(Arc::new(Hypothesis::default()));
            let tested = means(&incident).unwrap();
            with_mitigation(&mut incident, MitigationState::Started);
            let begun = means(&incident).unwrap();
            let place = |id: &str| framework.statuses.iter().position(|known| known.id == id).unwrap();
            assert!(
                place(&led) <= place(&tested) && place(&tested) < place(&begun),
                "{name}"
            );
            assert_eq!(framework.statuses[place(&begun)].says, IDENTIFIED, "{name}");
            with_mitigation(&mut incident, MitigationState::Done);
            let done = means(&incident).unwrap();
            assert!(place(&done) >= place(&begun), "{name}");
            incident.status.clone_from(&done);
            assert_eq!(means(&incident), None, "{name}: it has come that far");
            incident.status = framework.statuses.last().unwrap().id.clone();
            assert_eq!(means(&incident), None, "{name}: it is over");
        }
    }
}
