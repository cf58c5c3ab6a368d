//! When a fact became true in an incident: what meets a clock or ticks an item by itself.

use super::Framework;
use super::data::Class;
use super::model::{Fact, Field};
use crate::incident::{
    EventKind, HypothesisState, Incident, ItemState, Mitigation, MitigationState, Time, clock, history, live,
};

impl Framework {
    /// Since when a fact holds; `None` while it does not. For `told` the last time.
    #[allow(clippy::too_many_lines, reason = "one match over the closed list of facts")]
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
            Fact::ToldState(audience, state) => self.told_state(incident, audience, state).max(),
            Fact::Roles => self.roles_held(incident),
            Fact::Validated => {
                let confirmed = live(&incident.hypotheses).filter(|one| one.state == HypothesisState::Confirmed);
                confirmed
                    .filter_map(|one| {
                        let mut shown = one.evidence.iter().filter(|one| one.retracted.is_none());
                        let shown = shown.find(|one| one.supports == Some(true))?;
                        let confirmed = one.rev.get("state").map_or(one.at, |stamp| stamp.at);
                        Some(confirmed.max(shown.at))
                    })
                    .min()
            }
            Fact::Factor => live(&incident.factors).map(|factor| factor.at).min(),
            Fact::All(facts) => {
                let all: Option<Vec<Time>> = facts.iter().map(|fact| self.since(incident, fact)).collect();
                all?.into_iter().max()
            }
            Fact::Any(facts) => facts.iter().filter_map(|fact| self.since(incident, fact)).min(),
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
            Fact::ToldState(audience, state) => self.told_state(incident, audience, state).min(),
            Fact::All(facts) => {
                let all: Option<Vec<Time>> = facts.iter().map(|fact| self.first(incident, fact)).collect();
                all?.into_iter().max()
            }
            Fact::Any(facts) => facts.iter().filter_map(|fact| self.first(incident, fact)).min(),
            other => self.since(incident, other),
        }
    }

    /// When an audience was told a state: with that word, or of the end, without any, once the incident was over.
    pub(super) fn told_state<'a>(
        &'a self,
        incident: &'a Incident,
        audience: &'a str,
        state: &'a str,
    ) -> impl Iterator<Item = Time> + 'a {
        let over = incident.resolved.as_ref().map(|moment| moment.at);
        let of_end = state == "resolved";
        live(&incident.communications)
            .filter(move |sent| sent.audience == audience)
            .filter(move |sent| match &sent.status {
                Some(word) if word.eq_ignore_ascii_case(state) => true,
                Some(word) => {
                    of_end
                        && self
                            .status_id(word)
                            .is_ok_and(|status| matches!(self.class(&status), Class::Resolved | Class::Closed))
                }
                None => of_end && over.is_some_and(|over| over < sent.at),
            })
            .map(|sent| sent.at)
    }

    /// Since when every role that the severity requires is held; of one that it requires none of there is nothing to see.
    fn roles_held(&self, incident: &Incident) -> Option<Time> {
        let required = self.roles.iter().filter(|role| role.required.at(&incident.severity));
        let held: Option<Vec<Time>> = required
            .map(|role| self.since(incident, &Fact::Role(role.id.clone())))
            .collect();
        held?.into_iter().max()
    }

    /// By what an open item of the framework's is shown to be done, where the incident shows it by itself.
    pub fn shown_by(&self, item: &str) -> Option<String> {
        let phases = self.phases.iter().flat_map(|phase| &phase.items);
        let procedures = self.procedures.iter().flat_map(|procedure| &procedure.items);
        let item = phases.chain(procedures).find(|known| known.id == item)?;
        item.seen.as_ref().map(|fact| self.wanted(fact))
    }

    /// What will show a fact.
    fn wanted(&self, fact: &Fact) -> String {
        let audience = |id: &str| {
            let known = self.audiences.iter().find(|one| one.id == id);
            known.map_or_else(|| id.to_owned(), |one| one.title.to_lowercase())
        };
        let all = |facts: &[Fact], word: &str| {
            let parts: Vec<String> = facts.iter().map(|fact| self.wanted(fact)).collect();
            parts.join(word)
        };
        match fact {
            Fact::Milestone(name) => format!("the incident is {name}"),
            Fact::Role(role) => format!("someone has the role {}", self.role_title(role).to_lowercase()),
            Fact::People(count) => format!("{count} people have roles"),
            Fact::Told(id) => format!("an update to {}", audience(id)),
            Fact::ToldState(id, state) => format!("an update to {} that says {state}", audience(id)),
            Fact::Roles => "every role that the severity requires is held".into(),
            Fact::Validated => "a confirmed hypothesis with evidence for it".into(),
            Fact::Factor => "a contributing factor".into(),
            Fact::All(facts) => all(facts, " and "),
            Fact::Any(facts) => all(facts, " or "),
            Fact::Status(status) => format!("the status {status}"),
            Fact::Item(item) => format!("the item {item}"),
            Fact::Severity => "a severity".into(),
            Fact::Hypothesis => "a hypothesis".into(),
            Fact::Cause => "the cause, or a confirmed hypothesis".into(),
            Fact::MitigationChosen => "a mitigation with its option and rationale".into(),
            Fact::Verification => "a mitigation that says how it is verified".into(),
            Fact::RollbackPlan => "a mitigation with its rollback plan".into(),
            Fact::Approved => "an approved mitigation".into(),
            Fact::Event(kind) => format!("an event of the kind {kind}"),
            Fact::Escalated(to) => format!("an escalation to {to}"),
            Fact::Field(field) => format!("the field {field}"),
            Fact::Actions => "action items, each with owner and date".into(),
        }
    }

    /// Why an item counts as done without anybody's tick.
    pub(super) fn seen(fact: &Fact) -> String {
        match fact {
            Fact::Milestone(name) => format!("{name} is on record"),
            Fact::Role(role) => format!("{} has the role", role.replace('_', " ")),
            Fact::People(count) => format!("{count} people have roles"),
            Fact::Told(audience) => format!("update sent to {audience}"),
            Fact::ToldState(audience, state) => format!("update sent to {audience}: {state}"),
            Fact::Roles => "every required role is held".into(),
            Fact::Validated => "a hypothesis is confirmed with evidence".into(),
            Fact::Factor => "there is a contributing factor".into(),
            Fact::All(facts) => facts.iter().map(Self::seen).collect::<Vec<_>>().join(", "),
            Fact::Any(facts) => facts.iter().map(Self::seen).collect::<Vec<_>>().join(" or "),
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
