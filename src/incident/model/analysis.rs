//! What was learnt: whys, contributing factors, action items, links.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Extra, Revisions};
use crate::incident::field::{Form, record};
use crate::incident::time::Time;
use crate::incident::words::{ActionKind, ActionState, FactorCategory, Horizon, Level};

record! {
    /// One "because" of the five whys.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Why {
        /// `w` and seven characters.
        pub id: String => identity,
        /// The because.
        pub text: String => needed(Form::Words),
        /// What shows that it is so: a log, a graph, a test.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub evidence: Option<String> => optional(Form::Words),
        /// When it was added.
        pub at: Time => needed(Form::Past),
        /// Who added it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
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
    /// A contributing factor.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Factor {
        /// `f` and seven characters.
        pub id: String => identity,
        /// Its bone of the fish.
        pub category: FactorCategory => needed(Form::Word(FactorCategory::KNOWN)),
        /// The factor.
        pub text: String => needed(Form::Words),
        /// When it was added.
        pub at: Time => needed(Form::Past),
        /// Who added it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
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
    /// Something to do after the incident, with owner and date.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct ActionItem {
        /// `a` and seven characters.
        pub id: String => identity,
        /// What.
        pub text: String => needed(Form::Words),
        /// Open, in progress or done.
        pub state: ActionState,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String> => name optional(Form::Person),
        /// By which day, `2026-12-01`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due: Option<String> => name optional(Form::Day),
        /// Short, medium or long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub horizon: Option<Horizon> => optional(Form::Word(Horizon::KNOWN)),
        /// What it is good for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<ActionKind>,
        /// How much it would help.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub impact: Option<Level>,
        /// How much work it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub effort: Option<Level>,
        /// Its ticket: a number or an address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ticket: Option<String>,
        /// How it will be shown to work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub proof: Option<String>,
        /// What came of it: a link or a word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub outcome: Option<String>,
        /// When it was agreed.
        pub at: Time => needed(Form::Past),
        /// Who wrote it down.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// When it was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done: Option<Time> => needed(Form::Past) follows dates(&["done"]),
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
    /// A related incident, dashboard, ticket or document.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Link {
        /// `l` and seven characters.
        pub id: String => identity,
        /// Address or incident id.
        pub target: String => needed(Form::Line),
        /// What it is (`related`, `dashboard`, `ticket`).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub label: Option<String> => optional(Form::Line),
        /// When it was added.
        pub at: Time => needed(Form::Past),
        /// Who added it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
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
