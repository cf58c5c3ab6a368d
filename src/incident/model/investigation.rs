//! What we think the cause is, and what may end or lessen the impact.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Extra, Revisions};
use crate::incident::field::{Form, record};
use crate::incident::time::{Time, parse_duration};
use crate::incident::words::{HypothesisState, MitigationState};

record! {
    /// What we think the cause is.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Hypothesis {
        /// `h` and seven characters.
        pub id: String => identity,
        /// A statement that can be shown false.
        pub statement: String => needed(Form::Line),
        /// How far it is.
        pub state: HypothesisState,
        /// When it was added.
        pub at: Time => needed(Form::Past),
        /// Who added it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// Who works on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String> => name optional(Form::Person),
        /// How likely it is, in percent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub likelihood: Option<u8> => optional(Form::Percent),
        /// How long it takes to find out (`10m`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub takes: Option<String> => name optional(Form::Span),
        /// How it is or will be tested.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tests: Vec<Remark>,
        /// What speaks for or against it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub evidence: Vec<Remark>,
        /// Why it was taken back (`undone`); it then counts as not there, see [`live`](crate::incident::live).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retracted: Option<Box<str>>,
        /// Stamps of changed fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

impl Hypothesis {
    /// Where it stands among the others: what is confirmed, then what is still open, the likeliest and then the quickest to
    /// test first, and what is rejected at the end.
    pub fn rank(&self) -> (u8, u8, Duration) {
        let state = match self.state {
            HypothesisState::Confirmed => 0,
            HypothesisState::Rejected => 2,
            _ => 1,
        };
        let takes = self.takes.as_deref().and_then(|takes| parse_duration(takes).ok());
        let unlikely = 100 - self.likelihood.unwrap_or(0).min(100);
        (state, unlikely, takes.unwrap_or(Duration::MAX))
    }
}

record! {
    /// A dated line inside another entry: a test, a piece of evidence, a criterion. Only ever added; taking it back marks it.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Remark {
        /// A letter and seven characters.
        pub id: String => identity,
        /// The words.
        pub text: String => needed(Form::Words),
        /// When it was added.
        pub at: Time => needed(Form::Past),
        /// Who added it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// For evidence: whether it speaks for (`true`) or against the hypothesis.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub supports: Option<bool> => optional(Form::Side),
        /// Why it was taken back (`undone`); it then counts as not there, see [`live`](crate::incident::live).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retracted: Option<Box<str>>,
        /// Stamps of changed fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

record! {
    /// Something that may end or lessen the impact.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Mitigation {
        /// `m` and seven characters.
        pub id: String => identity,
        /// What would be done.
        pub text: String => needed(Form::Words),
        /// Option id of the framework (`rollback`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub option: Option<String> => reference optional(Form::Line),
        /// How far it is.
        pub state: MitigationState,
        /// When it was proposed.
        pub at: Time => needed(Form::Past),
        /// Who proposed it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// Who carries it out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String> => name optional(Form::Person),
        /// Why this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rationale: Option<String> => optional(Form::Words),
        /// What could go wrong.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub risk: Option<String> => optional(Form::Words),
        /// How we will see that it worked.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub verification: Option<String> => optional(Form::Words),
        /// What to do if it makes things worse.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub rollback: Option<String> => optional(Form::Words),
        /// Who approved it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub approvals: Vec<Approval>,
        /// When it was started.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub started: Option<Time> => needed(Form::Past) follows dates(&["started"]),
        /// When it was carried out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done: Option<Time> => needed(Form::Past) follows dates(&["done"]),
        /// When it was verified or failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub settled: Option<Time> => needed(Form::Past) follows dates(&["verified", "failed"]),
        /// What came of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub result: Option<String> => optional(Form::Words),
        /// Why it was taken back (`undone`); it then counts as not there, see [`live`](crate::incident::live).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retracted: Option<Box<str>>,
        /// Stamps of changed fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

record! {
    /// One person's yes. Only ever added; taking it back marks it.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Approval {
        /// `a` and seven characters.
        pub id: String => identity,
        /// Who.
        pub by: String => name,
        /// When.
        pub at: Time,
        /// Why it was taken back (`undone`); it then counts as not there, see [`live`](crate::incident::live).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retracted: Option<Box<str>>,
        /// Stamps of changed fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}
