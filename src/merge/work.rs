//! What a merge of registers knows from the start, and what it finds out on the way.

use std::collections::HashMap;

use serde_json::Value;

use super::heard::Heard;
use super::register::Dead;
use super::stamps::Heads;
use crate::incident::{Stamp, Time};

/// A value that lost against a concurrent one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lost {
    pub section: String,
    /// The register: `status`, `h4m2xq8p.state`.
    pub subject: String,
    pub stamp: Stamp,
    pub value: Option<Value>,
}

/// A value that somebody wrote without a stamp.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ByHand {
    pub section: String,
    /// The register: `status`, `h4m2xq8p.state`.
    pub subject: String,
    pub from: Option<Value>,
    pub to: Option<Value>,
    /// Whether the value stands, rather than losing against a concurrent one.
    pub stands: bool,
}

/// Edits by hand, each once, in the order they were found.
#[derive(Debug, Default)]
pub(super) struct Edits {
    all: Vec<ByHand>,
    /// Places in it, by register: a file may hold tens of thousands of them.
    of: HashMap<String, Vec<usize>>,
}

impl Edits {
    /// Adds one; whether it is new.
    pub(super) fn note(&mut self, edit: ByHand) -> bool {
        let places = self.of.entry(edit.subject.clone()).or_default();
        if places.iter().any(|place| self.all[*place] == edit) {
            return false;
        }
        places.push(self.all.len());
        self.all.push(edit);
        true
    }

    /// All of them.
    pub(super) fn into_all(self) -> Vec<ByHand> {
        self.all
    }
}

/// What is known about the whole of a merge, and what is found out on the way.
pub(super) struct Work<'a> {
    /// Stamp of what was there from the beginning and has none of its own.
    pub origin: Stamp,
    /// Whether a value older than the base's was replaced knowingly: (subject, its stamps, value).
    pub stale: &'a dyn Fn(&str, &Heads, Option<&Value>) -> bool,
    /// Set where `theirs` is the file of a session that knows `base`: then an entry's own time is taken from the base.
    pub adopting: Option<Time>,
    /// What either side has heard of the other's writes, for what no base tells.
    pub heard: Option<Heard<'a>>,
    /// Writes that lost in earlier merges, by register.
    pub dead: HashMap<String, Vec<Dead>>,
    pub lost: Vec<Lost>,
    pub by_hand: Edits,
}
