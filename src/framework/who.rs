//! Names as they are typed: each person is called as the team, or else the incident, calls them already.

use super::Framework;
use crate::incident::people::{self, near};
use crate::incident::{Change, Incident, InquiryKind, live};

impl Framework {
    /// A person's name: as the team has it, else as the incident has that person already, else as it was typed.
    pub fn name_of(&self, incident: &Incident, given: &str) -> String {
        let called = self.people.called(given);
        if called != given {
            return called.to_owned();
        }
        let known = self.named(incident);
        // The very spelling, and one that only looks other, stay as they are: what was typed is what is kept.
        if known.iter().any(|name| people::same(name, given)) {
            return given.to_owned();
        }
        let same = known.into_iter().find(|name| self.people.same(name, given));
        same.map_or_else(|| given.to_owned(), str::to_owned)
    }

    /// Everyone that the incident and the team's contacts name, each once.
    fn named<'a>(&'a self, incident: &'a Incident) -> Vec<&'a str> {
        let roles = live(&incident.roles).map(|role| role.who.as_str());
        let authors = incident.timeline.iter().map(|event| event.by.as_str());
        let owners = live(&incident.actions).filter_map(|one| one.owner.as_deref());
        let items = live(&incident.checklist).filter_map(|one| one.owner.as_deref());
        let contacts = self.contacts.contacts.iter();
        let contacts = contacts.flat_map(|one| std::iter::once(&one.first).chain(&one.backup));
        let all = roles.chain(authors).chain(owners).chain(items);
        let all = all
            .chain(contacts.map(|one| one.name.as_str()))
            .filter(|name| !name.is_empty());
        people::distinct(all)
    }

    /// A known person whom a new name may be another spelling of. Asked of a name before it is used for the first time, it is
    /// asked once: a name that the incident or the team knows is near nobody.
    pub fn maybe_same(&self, incident: &Incident, name: &str) -> Option<String> {
        let known = self.named(incident);
        if self.people.knows(name) || known.iter().any(|known| people::same(known, name)) {
            return None;
        }
        near(name, known).map(str::to_owned)
    }

    /// The names of people in a change, as they were typed.
    pub fn names_in(change: &Change) -> Vec<&str> {
        match change {
            Change::Dated { change, who, .. } => {
                let mut names = Self::names_in(change);
                names.extend(who.as_deref());
                names
            }
            Change::Named { change, .. } => Self::names_in(change),
            Change::AssignRole { who, .. } | Change::HandoffRole { to: who, .. } => vec![who],
            Change::ClaimItem { who, .. } | Change::Decide { who, .. } => who.as_deref().into_iter().collect(),
            Change::AddHypothesis { owner, .. } | Change::AddItem { owner, .. } | Change::AddAction { owner, .. } => {
                owner.as_deref().into_iter().collect()
            }
            Change::ProposeMitigation(proposal) => proposal.owner.as_deref().into_iter().collect(),
            Change::Ask(question) if question.kind == InquiryKind::Task => vec![&question.to],
            Change::Correct { field, value, .. } if ["owner", "who", "by"].contains(&field.as_str()) => vec![value],
            _ => Vec::new(),
        }
    }
}
