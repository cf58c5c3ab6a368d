//! What to follow when things go wrong: which procedures are in force, and which the incident calls for. Pure.

use serde::Serialize;

use super::model::{Fact, Field, Procedure, Sign};
use super::{Framework, TimerPhase, TimerView, major};
use crate::incident::{EventKind, Incident, ItemState, MitigationState, Time, live};

/// A procedure as it stands for an incident.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProcedureView {
    /// Its id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// When to follow it.
    pub when: String,
    /// Since when it is followed.
    pub since: Option<Time>,
    /// Whether the incident shows a sign that it is called for, and it is not followed yet.
    pub called_for: bool,
}

impl Framework {
    /// All procedures, in the order of the framework.
    pub(super) fn procedures(&self, incident: &Incident, timers: &[TimerView]) -> Vec<ProcedureView> {
        let all = self.procedures.iter().map(|procedure| {
            let since = self.followed_since(incident, procedure);
            let seen = |sign: &Sign| self.shows(incident, timers, sign);
            ProcedureView {
                id: procedure.id.clone(),
                title: procedure.title.clone(),
                when: procedure.when.clone(),
                called_for: since.is_none() && procedure.offered.iter().any(seen),
                since,
            }
        });
        all.collect()
    }

    /// Since when a procedure is followed: it was started, or the escalation that starts it was made.
    pub(super) fn followed_since(&self, incident: &Incident, procedure: &Procedure) -> Option<Time> {
        let started = incident.timeline.iter().find(|event| {
            event.kind == EventKind::Procedure
                && event.retracted.is_none()
                && event.to.as_deref() == Some(procedure.id.as_str())
        });
        let escalated = procedure.offered.iter().filter_map(|sign| match sign {
            Sign::Escalated(to) => self.since(incident, &Fact::Escalated(to.clone())),
            _ => None,
        });
        started.map(|event| event.at).into_iter().chain(escalated).min()
    }

    /// Since when a procedure is followed, or a fact calls for it: a field, an escalation, a mitigation that failed.
    pub(super) fn called_for_since(&self, incident: &Incident, procedure: &Procedure) -> Option<Time> {
        let called = procedure.offered.iter().filter_map(|sign| match sign {
            Sign::Field(field) => self.affirmed_since(incident, field),
            Sign::Failed(option) => live(&incident.mitigations)
                .filter(|one| one.state == MitigationState::Failed && one.option.as_ref() == Some(option))
                .filter_map(|one| one.settled)
                .min(),
            // An escalation starts it by itself; the other two have no time of their own.
            Sign::Escalated(_) | Sign::Overdue(_) | Sign::Major => None,
        });
        called.chain(self.followed_since(incident, procedure)).min()
    }

    /// Since when a field says anything but no, none or 0: also where its words were changed since.
    pub(super) fn affirmed_since(&self, incident: &Incident, field: &Field) -> Option<Time> {
        let value = match field {
            Field::Impact(name) => incident.impact.get(name),
            Field::Own(name) => incident.fields.get(name),
        }?;
        if value.as_str().is_some_and(denies) {
            return None;
        }
        let subject = field.to_string();
        let changes = incident
            .timeline
            .iter()
            .filter(|event| event.subject.as_deref() == Some(subject.as_str()) && event.kind != EventKind::Conflict);
        let mut since = None;
        for event in changes {
            let affirms = |words: Option<&str>| words.is_some_and(|words| !words.is_empty() && !denies(words));
            match (affirms(event.from.as_deref()), affirms(event.to.as_deref())) {
                (false, true) => since = Some(event.at),
                (_, false) => since = None,
                (true, true) => {}
            }
        }
        since.or_else(|| self.since(incident, &Fact::Field(field.clone())))
    }

    fn shows(&self, incident: &Incident, timers: &[TimerView], sign: &Sign) -> bool {
        match sign {
            Sign::Overdue(rule) => timers
                .iter()
                .any(|timer| timer.id == *rule && timer.state == TimerPhase::Overdue),
            Sign::Failed(option) => live(&incident.mitigations)
                .any(|one| one.state == MitigationState::Failed && one.option.as_ref() == Some(option)),
            // These start by themselves.
            Sign::Escalated(_) => false,
            Sign::Field(field) => self.affirmed_since(incident, field).is_some(),
            Sign::Major => incident.fields.contains_key(major::FIELD),
        }
    }

    /// Items of procedures in force that have to be done before anything is mitigated, as `id: words`.
    pub(super) fn before_mitigating(&self, incident: &Incident) -> Vec<String> {
        let mut missing = Vec::new();
        for procedure in &self.procedures {
            let first = procedure.items.iter().filter(|item| item.before_mitigation);
            for item in first {
                let id = &item.id;
                let settled = live(&incident.checklist).any(|entry| entry.id == *id && entry.state != ItemState::Open);
                if !settled && self.followed_since(incident, procedure).is_some() {
                    missing.push(format!("{id}: {}", item.text));
                }
            }
        }
        missing
    }
}

/// Whether words say that there is nothing: `none`, `no`, `0`, `no data lost`.
fn denies(words: &str) -> bool {
    let words = words.trim().to_lowercase();
    let first = words.split([' ', ',', ';', '.', ':']).next();
    words == "0" || first.is_some_and(|first| first == "no" || first == "none")
}
