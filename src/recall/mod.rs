//! What happened before: the words that people and alerts wrote, incidents that are like this one and why, and causes that came back. Pure.

pub mod actions;
pub mod digest;
pub mod lines;
pub mod query;
pub mod recurrence;
pub mod similar;
pub mod words;

use std::sync::Arc;

use crate::framework::Framework;
use crate::incident::{Class, Incident, Statuses, open_conflicts};

/// One incident among others, with the framework that it is read by.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is called: the name of its folder.
    pub id: String,
    /// Its value; where two people set a thing at once, the safer of both.
    pub incident: Arc<Incident>,
    /// Its framework, where it can be read.
    pub framework: Option<Arc<Framework>>,
}

impl Case {
    /// An incident as every figure and list takes it.
    pub fn new(id: String, incident: Arc<Incident>, framework: Option<Arc<Framework>>) -> Self {
        let incident = match (&framework, open_conflicts(&incident).as_slice()) {
            (_, []) | (None, _) => incident,
            (Some(framework), conflicts) => Arc::new(framework.safer(&incident, conflicts).into_owned()),
        };
        Self {
            id,
            incident,
            framework,
        }
    }

    /// What its status means.
    pub fn class(&self) -> Class {
        match &self.framework {
            Some(framework) => framework.classes.class(&self.incident.status),
            None => Statuses::default().class(&self.incident.status),
        }
    }

    /// Why it is in no figure at all, where it is not: a drill, recorded afterwards, or made under a clock that was set.
    pub fn apart(&self) -> Option<Apart> {
        let marked = |key: &str, word: &str| {
            let value = self.incident.extra.get(key);
            value.and_then(serde_json::Value::as_str) == Some(word)
                || value.and_then(serde_json::Value::as_bool) == Some(word == "true")
        };
        if self.incident.drill {
            Some(Apart::Drill)
        } else if self.incident.backfilled || marked("backfill", "true") || marked("kind", "backfill") {
            Some(Apart::BackFilled)
        } else if marked("clock", "test") {
            Some(Apart::TestClock)
        } else {
            None
        }
    }

    /// The words of a field that people fill: one of the impact record, or one of the team's own.
    pub fn field(&self, name: &str) -> Option<&str> {
        let own = self
            .incident
            .fields
            .get(name)
            .or_else(|| self.incident.impact.get(name));
        own.and_then(serde_json::Value::as_str)
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }

    /// The services that are named as affected.
    pub fn services(&self) -> Vec<String> {
        let named = self.incident.impact.get("services");
        let texts: Vec<&str> = match named {
            Some(serde_json::Value::String(text)) => text.split([',', ';']).collect(),
            Some(serde_json::Value::Array(all)) => all.iter().filter_map(serde_json::Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut names: Vec<String> = texts
            .into_iter()
            .map(|name| name.trim().to_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Why an incident is left out of every figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// An exercise.
    Drill,
    /// Written down after it was over.
    BackFilled,
    /// Made under a clock that somebody set.
    TestClock,
}

impl Apart {
    /// In words.
    pub fn why(self) -> &'static str {
        match self {
            Self::Drill => "drill",
            Self::BackFilled => "back-filled",
            Self::TestClock => "made under a test clock",
        }
    }
}
