//! The resolution gate for one moment: its conditions, and the soak since the last mitigation or regression.

use super::data::{self, Class};
use super::{Checklist, Framework, Gate, GateItem, Span};
use crate::incident::{Incident, ItemState, MitigationState, OpenConflict, Time, history, live};

impl Framework {
    /// The conditions, each met or not, with why it matters.
    pub(super) fn gate(
        &self,
        incident: &Incident,
        checklists: &[Checklist],
        conflicts: &[OpenConflict],
        now: Time,
    ) -> Gate {
        let find = |id: &str| {
            checklists
                .iter()
                .flat_map(|list| &list.items)
                .find(|item| item.id == id)
        };
        let mut items: Vec<GateItem> = self
            .data
            .gate
            .items
            .iter()
            .filter_map(|wanted| {
                let item = find(&wanted.item)?;
                Some(GateItem {
                    id: item.id.clone(),
                    text: item.text.clone(),
                    met: item.state != ItemState::Open || item.seen.is_some(),
                    why: wanted.why.clone(),
                    met_at: None,
                })
            })
            .collect();
        if let Some((soak, _)) = data::at(&self.data.gate.soak, &incident.severity).and_then(|soak| data::range(soak)) {
            items.push(self.soak(incident, soak, now));
        }
        if let Some(why) = &self.stands_in {
            items.push(GateItem {
                id: "framework".into(),
                text: why.to_string(),
                met: false,
                why: Some("what it asks for before an incident is resolved is not known".into()),
                met_at: None,
            });
        }
        items.extend(conflicts.iter().map(|one| GateItem {
            text: format!(
                "settle the collision over {} ({} lost)",
                one.subject,
                one.lost.as_deref().unwrap_or("nothing")
            ),
            id: one.event.clone(),
            met: false,
            why: Some("two people set it at once, and only one value can be right".into()),
            met_at: None,
        }));
        let missing = items
            .iter()
            .filter(|item| !item.met)
            .map(|item| match &item.why {
                Some(why) => format!("{}: {} ({why})", item.id, item.text),
                None => format!("{}: {}", item.id, item.text),
            })
            .collect::<Vec<_>>();
        Gate {
            ok: missing.is_empty(),
            items,
            missing,
        }
    }

    /// The soak: quiet since the last mitigation or regression.
    fn soak(&self, incident: &Incident, soak: Span, now: Time) -> GateItem {
        let label = &self.data.gate.soak_label;
        let from = self.quiet_since(incident);
        let met_at = from.map(|from| self.calendar.after(from, soak));
        let met = met_at.is_some_and(|at| at <= now);
        let length = soak.to_string();
        let text = match met_at {
            Some(_) if met => format!("{label} of {length} over"),
            Some(at) => format!(
                "{label} of {length} runs for another {}",
                crate::incident::time::format_clock(at.seconds_since(now))
            ),
            None => format!("{label} of {length} starts when a mitigation is done, or with the status monitoring"),
        };
        GateItem {
            id: "soak".into(),
            text,
            met,
            why: Some(self.data.gate.soak_why.clone()),
            met_at,
        }
    }

    /// Since when nothing was changed and nothing got worse.
    fn quiet_since(&self, incident: &Incident) -> Option<Time> {
        let done = live(&incident.mitigations)
            .filter(|mitigation| mitigation.state != MitigationState::Failed)
            .filter_map(|m| m.done)
            .max();
        let watched = history::statuses(incident)
            .into_iter()
            .rev()
            .find(|spell| self.class(&spell.value) == Class::Monitoring)
            .map(|spell| spell.from);
        // Watching alone starts it only where nothing was changed.
        let began = done.or(watched)?;
        let gate = |subject: &str| {
            self.data
                .gate
                .items
                .iter()
                .any(|item| subject.strip_suffix(".state") == Some(&item.item))
        };
        let worse = incident
            .timeline
            .iter()
            .rev()
            .take_while(|event| event.at > began)
            .find(|event| {
                let subject = event.subject.as_deref().unwrap_or_default();
                let to = event.to.as_deref().unwrap_or_default();
                event.kind.as_str() == "reopened"
                    || (subject == "status" && self.went_back(event.from.as_deref(), to))
                    || (gate(subject) && to == "open")
                    || (subject.starts_with('m') && subject.strip_suffix(".state").is_some() && to == "failed")
            });
        Some(worse.map_or(began, |event| event.at.max(began)))
    }

    /// Whether a status that is watched or over was left for one that is worked on.
    fn went_back(&self, from: Option<&str>, to: &str) -> bool {
        from.is_some_and(|from| self.class(from) != Class::Open) && self.class(to) == Class::Open
    }
}
