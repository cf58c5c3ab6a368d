//! When a fact became true in an incident: what meets a clock or ticks an item by itself.

use super::Framework;
use super::model::{Fact, Field};
use crate::incident::{
    EventKind, HypothesisState, Incident, ItemState, Mitigation, MitigationState, Time, clock, history, live,
};

impl Framework {
    /// Since when a fact holds; `None` while it does not. For `told` the last time.
    pub(super) fn since(&self, incident: &Incident, fact: &Fact) -> Option<Time> {
        match fact {
            Fact::Milestone(name) => clock::milestone(incident, name),
            Fact::Role(role) => live(&incident.roles)
                .filter(|held| held.role == *role)
                .map(|held| held.since)
                .min(),
            Fact::People(count) => {
                let mut since: Vec<(&str, Time)> = Vec::new();
                for held in live(&incident.roles) {
                    if !since.iter().any(|(who, _)| *who == held.who) {
                        since.push((&held.who, held.since));
                    }
                }
                since.sort_by_key(|(_, at)| *at);
                since.get(count.checked_sub(1)?).map(|(_, at)| *at)
            }
            Fact::Told(audience) => live(&incident.communications)
                .filter(|sent| sent.audience == *audience)
                .map(|sent| sent.at)
                .max(),
            Fact::Status(status) => self.reached(incident, status),
            Fact::Item(item) => live(&incident.checklist)
                .find(|entry| entry.id == *item && entry.state != ItemState::Open)
                .and_then(|entry| entry.done.or(entry.at)),
            Fact::Severity => (!incident.severity.is_empty())
                .then(|| history::first_severity(incident).or_else(|| clock::start(incident)))?,
            Fact::Hypothesis => live(&incident.hypotheses).map(|hypothesis| hypothesis.at).min(),
            Fact::Cause => {
                let confirmed = live(&incident.hypotheses).filter(|one| one.state == HypothesisState::Confirmed);
                let confirmed = confirmed.map(|one| one.rev.get("state").map_or(one.at, |stamp| stamp.at));
                confirmed.chain(history::first_cause(incident)).min()
            }
            Fact::MitigationChosen => planned(incident)
                .find(|m| m.option.is_some() && m.rationale.is_some())
                .map(|m| m.at),
            Fact::Verification => planned(incident).find(|m| m.verification.is_some()).map(|m| m.at),
            Fact::RollbackPlan => planned(incident).find(|m| m.rollback.is_some()).map(|m| m.at),
            Fact::Approved => planned(incident)
                .filter(|m| m.state != MitigationState::Proposed)
                .map(|m| m.approvals.iter().map(|approval| approval.at).max().unwrap_or(m.at))
                .min(),
            Fact::Event(kind) => incident
                .timeline
                .iter()
                .find(|event| event.kind == *kind && event.retracted.is_none())
                .map(|event| event.at),
            Fact::Escalated(to) => incident
                .timeline
                .iter()
                .find(|event| {
                    event.kind == EventKind::Escalation && event.retracted.is_none() && event.to.as_deref() == Some(to)
                })
                .map(|event| event.at),
            Fact::Field(field) => {
                let (map, name) = match field {
                    Field::Impact(name) => (&incident.impact, name),
                    Field::Own(name) => (&incident.fields, name),
                };
                map.get(name)?;
                incident
                    .rev
                    .get(&field.to_string())
                    .map(|stamp| stamp.at)
                    .or_else(|| clock::start(incident))
            }
            Fact::Actions => {
                let mut actions = live(&incident.actions).peekable();
                actions.peek()?;
                actions
                    .clone()
                    .all(|action| action.owner.is_some() && action.due.is_some())
                    .then(|| actions.map(|action| action.at).max())?
            }
        }
    }

    /// The same, for `told` the first time: what was told in time stays so when it is told again.
    pub(super) fn first(&self, incident: &Incident, fact: &Fact) -> Option<Time> {
        match fact {
            Fact::Told(audience) => live(&incident.communications)
                .filter(|sent| sent.audience == *audience)
                .map(|sent| sent.at)
                .min(),
            other => self.since(incident, other),
        }
    }

    /// Why an item counts as done without anybody's tick.
    pub(super) fn seen(fact: &Fact) -> String {
        match fact {
            Fact::Milestone(name) => format!("{name} is on record"),
            Fact::Role(role) => format!("{} has the role", role.replace('_', " ")),
            Fact::People(count) => format!("{count} people have roles"),
            Fact::Told(audience) => format!("{audience} were told"),
            Fact::Status(status) => format!("status was {status}"),
            Fact::Item(item) => format!("{item} is done"),
            Fact::Severity => "the severity is set".into(),
            Fact::Hypothesis => "there is a hypothesis".into(),
            Fact::Cause => "the cause is confirmed".into(),
            Fact::MitigationChosen => "a mitigation has its option and reason".into(),
            Fact::Verification => "the mitigation says how it is verified".into(),
            Fact::RollbackPlan => "the mitigation has a rollback plan".into(),
            Fact::Approved => "the mitigation is approved".into(),
            Fact::Event(kind) => format!("the timeline has an event `{kind}`"),
            Fact::Escalated(to) => format!("it was escalated to {to}"),
            Fact::Field(field) => format!("{field} is filled"),
            Fact::Actions => "every action item has owner and date".into(),
        }
    }

    /// When the incident first was in a status, or in one that comes after it.
    fn reached(&self, incident: &Incident, status: &str) -> Option<Time> {
        let place = |id: &str| self.statuses.iter().position(|known| known.id == id);
        let wanted = place(status)?;
        history::statuses(incident)
            .iter()
            .find(|spell| place(&spell.value).is_some_and(|place| place >= wanted))
            .map(|spell| spell.from)
    }
}

/// Mitigations that are not given up.
fn planned(incident: &Incident) -> impl Iterator<Item = &Mitigation> {
    live(&incident.mitigations).filter(|mitigation| mitigation.state != MitigationState::Failed)
}
