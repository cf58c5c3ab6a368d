//! Checklists for one moment: the framework's items with what was done about them, what the console sees by itself, people's own.

use super::data::Class;
use super::model::{self, Fact};
use super::{Checklist, Framework, ItemView};
use crate::incident::{Incident, ItemState, Time, live};

impl Framework {
    /// The checklists of procedures in force, of all phases, and people's own.
    pub(super) fn checklists(&self, incident: &Incident) -> Vec<Checklist> {
        let phase = self
            .statuses
            .iter()
            .find(|status| status.id == incident.status)
            .map_or("", |status| status.phase.as_str());
        let open = matches!(self.class(&incident.status), Class::Open | Class::Monitoring);
        let applies = |item: &&model::Item| {
            item.severities.is_empty() || incident.severity.is_empty() || item.severities.contains(&incident.severity)
        };
        let setback = super::gate::setback(incident);
        let views = |items: &[model::Item], begun: Option<Time>| -> Vec<ItemView> {
            let items = items.iter().filter(applies);
            items.map(|item| self.item(incident, item, setback, begun)).collect()
        };
        // What is followed because things went wrong comes before the list of the phase.
        let followed = self.procedures.iter();
        let followed = followed.filter_map(|procedure| Some((procedure, self.followed_since(incident, procedure)?)));
        let mut lists: Vec<Checklist> = followed
            .map(|(procedure, begun)| Checklist {
                lead: procedure.lead.clone(),
                ..checklist(
                    &procedure.id,
                    &procedure.title,
                    true,
                    views(&procedure.items, Some(begun)),
                )
            })
            .collect();
        let tiers: Vec<&str> = self
            .escalations
            .iter()
            .filter(|one| self.since(incident, &Fact::Escalated(one.id.clone())).is_some())
            .filter_map(|one| one.checklist.as_deref())
            .collect();
        // Once it is resolved the review is at hand, also where it only comes after closing.
        let review = (self.class(&incident.status) == Class::Resolved)
            .then(|| self.statuses.iter().find(|status| status.class == Class::Closed))
            .flatten()
            .map_or("", |status| status.phase.as_str());
        for list in self.phases.iter().filter(|list| !list.items.is_empty()) {
            // What one tier has begun is not swapped for the next one's list before it has been handed over.
            let stays = list
                .until
                .as_ref()
                .is_some_and(|target| open && self.since(incident, &Fact::Escalated(target.clone())).is_none());
            let current =
                list.always || stays || list.id == phase || list.id == review || tiers.contains(&list.id.as_str());
            lists.push(Checklist {
                lead: list.lead.clone(),
                ..checklist(&list.id, &list.title, current, views(&list.items, None))
            });
        }
        let known: Vec<String> = lists
            .iter()
            .flat_map(|list| list.items.iter().map(|item| item.id.clone()))
            .collect();
        for entry in live(&incident.checklist).filter(|entry| !known.contains(&entry.id)) {
            let name = entry.list.as_deref().unwrap_or("own");
            let view = view(entry, false);
            if let Some(list) = lists.iter_mut().find(|list| list.id == name) {
                list.done += usize::from(view.state != ItemState::Open);
                list.items.push(view);
            } else {
                let title = if name == "own" { "Our own" } else { name };
                lists.push(checklist(name, title, true, vec![view]));
            }
        }
        lists
    }

    /// An item as it stands; of a procedure that began then, what was told or written before does not tick it.
    fn item(&self, incident: &Incident, item: &model::Item, setback: Option<Time>, begun: Option<Time>) -> ItemView {
        let id = &item.id;
        let gate = self.gate.items.iter().any(|wanted| wanted.item == *id);
        let mut shown = match live(&incident.checklist).find(|entry| entry.id == *id) {
            Some(entry) => view(entry, gate),
            None => ItemView {
                id: id.clone(),
                text: item.text.clone(),
                state: ItemState::Open,
                owner: None,
                who: None,
                at: None,
                note: None,
                due: None,
                gate,
                seen: None,
            },
        };
        if shown.state == ItemState::Done && self.is_stale(id, shown.at, setback) {
            let at = shown.at.map(|at| format!(" at {}", at.hm())).unwrap_or_default();
            shown.state = ItemState::Open;
            shown.note = Some(format!("check again: ticked{at}, before a mitigation failed"));
            (shown.who, shown.at) = (None, None);
        }
        if shown.state == ItemState::Open
            && let Some(fact) = &item.seen
            && let Some(at) = self.since_then(incident, fact, begun)
        {
            shown.state = ItemState::Done;
            shown.at = Some(at);
            shown.seen = Some(Self::seen(fact));
        }
        shown
    }
}

impl Framework {
    /// Since when a fact holds; where something began at `begun`, only by what was told or written from then on.
    fn since_then(&self, incident: &Incident, fact: &Fact, begun: Option<Time>) -> Option<Time> {
        let Some(begun) = begun else {
            return self.since(incident, fact);
        };
        match fact {
            Fact::Told(_) | Fact::ToldState(..) => self.since(incident, fact).filter(|at| *at >= begun),
            Fact::Any(facts) => {
                let since = facts
                    .iter()
                    .filter_map(|fact| self.since_then(incident, fact, Some(begun)));
                since.min()
            }
            Fact::All(facts) => {
                let since = facts.iter().map(|fact| self.since_then(incident, fact, Some(begun)));
                since.collect::<Option<Vec<Time>>>()?.into_iter().max()
            }
            Fact::Event(kind) => {
                let mut events = incident
                    .timeline
                    .iter()
                    .filter(|event| event.kind == *kind && event.retracted.is_none());
                events.find(|event| event.at >= begun).map(|event| event.at)
            }
            _ => self.since(incident, fact),
        }
    }
}

fn checklist(id: &str, title: &str, current: bool, items: Vec<ItemView>) -> Checklist {
    let done = items.iter().filter(|item| item.state != ItemState::Open).count();
    Checklist {
        id: id.to_owned(),
        title: title.to_owned(),
        lead: None,
        current,
        done,
        items,
    }
}

fn view(entry: &crate::incident::Item, gate: bool) -> ItemView {
    ItemView {
        id: entry.id.clone(),
        text: entry.text.clone(),
        state: entry.state.clone(),
        owner: entry.owner.clone(),
        who: entry.who.clone(),
        at: entry.done,
        note: entry.note.clone().or_else(|| entry.reason.clone()),
        due: entry.due,
        gate,
        seen: None,
    }
}
