//! The timeline's filter: which events it leaves, and how that is said.

use std::collections::BTreeSet;

use crate::incident::{Event, people};

/// Which events are shown; several of one sort widen it, of different sorts narrow it down. Empty: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only events of these kinds.
    pub kinds: BTreeSet<String>,
    /// Only events of these people.
    pub people: BTreeSet<String>,
    /// Only pinned ones.
    pub pinned: bool,
    /// Only one's own.
    pub mine: bool,
}

/// The values of the choices.
pub(super) const CLEAR: &str = "clear";
pub(super) const PINNED: &str = "pinned";
pub(super) const MINE: &str = "mine";
pub(super) const KIND: &str = "kind ";
pub(super) const BY: &str = "by ";

impl Filter {
    /// Whether it leaves everything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it leaves this event, for the person who sits here.
    pub fn takes(&self, event: &Event, me: &str) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(event.kind.as_str());
        let by = self.people.is_empty() || self.people.iter().any(|who| people::same(who, &event.by));
        kind && by && (!self.pinned || event.pinned) && (!self.mine || people::same(&event.by, me))
    }

    /// What it leaves, in words.
    pub fn said(&self) -> String {
        let kinds = self.kinds.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
        let people = self.people.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
        let pinned = if self.pinned { PINNED } else { "" };
        let mine = if self.mine { MINE } else { "" };
        let parts = [kinds.as_str(), people.as_str(), pinned, mine];
        parts
            .iter()
            .copied()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Takes one criterion in or out, by the value of its choice.
    pub(super) fn toggle(&mut self, value: &str) {
        let flip = |set: &mut BTreeSet<String>, word: &str| {
            if !set.remove(word) {
                set.insert(word.to_owned());
            }
        };
        match value {
            CLEAR => *self = Self::default(),
            PINNED => self.pinned = !self.pinned,
            MINE => self.mine = !self.mine,
            other => {
                if let Some(kind) = other.strip_prefix(KIND) {
                    flip(&mut self.kinds, kind);
                } else if let Some(who) = other.strip_prefix(BY) {
                    flip(&mut self.people, who);
                }
            }
        }
    }
}
