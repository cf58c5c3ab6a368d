//! What statuses mean. Their names are the framework's; what the model and the engine ask for is the class.

use serde::{Deserialize, Serialize};

/// What a status means for the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Being worked on.
    Open,
    /// Mitigated and watched.
    Monitoring,
    /// Over.
    Resolved,
    /// Over and done with.
    Closed,
    /// Was none.
    Cancelled,
}

impl Class {
    /// Whether the clocks of an incident in such a status stand still.
    pub fn is_ended(self) -> bool {
        match self {
            Self::Resolved | Self::Closed | Self::Cancelled => true,
            Self::Open | Self::Monitoring => false,
        }
    }
}

/// The statuses of a framework in order, each with what it means. There is one each of resolved, closed and cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statuses(Vec<(String, Class)>);

impl Default for Statuses {
    /// What they are called in the frameworks that ship: for an incident whose framework cannot be read.
    fn default() -> Self {
        let all = [
            ("investigating", Class::Open),
            ("monitoring", Class::Monitoring),
            ("resolved", Class::Resolved),
            ("closed", Class::Closed),
            ("cancelled", Class::Cancelled),
        ];
        Self::new(all.map(|(id, class)| (id.to_owned(), class)))
    }
}

impl Statuses {
    /// Those of a framework.
    pub fn new(all: impl IntoIterator<Item = (String, Class)>) -> Self {
        Self(all.into_iter().collect())
    }

    /// What a status means; one that nobody knows counts as open.
    pub fn class(&self, status: &str) -> Class {
        let known = self.0.iter().find(|(id, _)| id == status);
        known.map_or(Class::Open, |(_, class)| *class)
    }

    /// Whether the clocks of an incident with this status stand still.
    pub fn is_ended(&self, status: &str) -> bool {
        self.class(status).is_ended()
    }

    /// The first status of a class; empty where there is none.
    pub fn of(&self, class: Class) -> &str {
        let mut all = self.0.iter().filter(|(_, known)| *known == class);
        all.next().map_or("", |(id, _)| id.as_str())
    }
}
