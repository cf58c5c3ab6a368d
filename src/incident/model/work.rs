//! What is to be done and by when: checklist items, timers, requests, updates.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Extra, Revisions};
use crate::incident::field::{Form, record};
use crate::incident::time::Time;
use crate::incident::words::{InquiryKind, InquiryState, ItemState, TimerState};

record! {
    /// A checklist item: of the framework or a runbook (its id is fixed), or added by a person.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Item {
        /// `mitigation.rollback-plan` from a template, `c` and seven characters otherwise.
        pub id: String => identity,
        /// What to do.
        pub text: String => needed(Form::Words),
        /// Open, done or skipped.
        pub state: ItemState,
        /// Group for items that no framework knows: a runbook's name; absent for single items.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub list: Option<String> => name optional(Form::Line),
        /// When a person added it; absent for template items.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at: Option<Time>,
        /// Who added it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name,
        /// Who said they do it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub owner: Option<String> => name optional(Form::Person),
        /// Who ticked or skipped it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub who: Option<String> => name needed(Form::Person) follows,
        /// When it was ticked or skipped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done: Option<Time> => needed(Form::Past) follows dates(&["done", "skipped"]),
        /// By when it is wanted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due: Option<Time> => optional(Form::Moment),
        /// What came of it, or the evidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String> => optional(Form::Words),
        /// Why it was skipped.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String> => needed(Form::Words) follows,
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
    /// A countdown that a person set, or a person's say over a derived one (same id; `due` then is the snoozed time).
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Timer {
        /// `t` and seven characters, or the derived timer's id (`update.internal`).
        pub id: String => identity,
        /// What it is for.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub label: String => needed(Form::Line),
        /// Running or cleared.
        pub state: TimerState,
        /// When it runs out.
        pub due: Time,
        /// When it was set.
        pub at: Time,
        /// Who set it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name,
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
    /// Something that was told to an audience.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Communication {
        /// `u` and seven characters.
        pub id: String => identity,
        /// When it was sent.
        pub at: Time => needed(Form::Past),
        /// Who sent it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// Audience id of the framework (`internal`, `executives`, `external`, `support`).
        pub audience: String => reference needed(Form::Line),
        /// The words.
        pub text: String => needed(Form::Words),
        /// What status was given to them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status: Option<String> => name,
        /// When they may expect the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub eta: Option<String> => name optional(Form::Moment),
        /// Who approved the words before they were sent, where the audience asks for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub approved_by: Option<String> => name optional(Form::Person),
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
    /// Something asked of a specialist or a person, open until it is answered.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Inquiry {
        /// `d` and seven characters.
        pub id: String => identity,
        /// Whom: a specialist, a team, a program, a person.
        pub to: String => needed(Form::Line),
        /// What is asked.
        pub text: String => needed(Form::Words),
        /// A specialist called in, or a task with a time.
        pub kind: InquiryKind,
        /// Where it stands.
        pub state: InquiryState,
        /// The incident as it stood when it was asked: severity, status, impact.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub situation: Option<String>,
        /// The hypothesis that the answer is evidence for or against.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub hypothesis: Option<String> => reference,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due: Option<Time> => optional(Form::Moment),
        /// What it was taken on with, in the words of whoever does it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub read_back: Option<String> => optional(Form::Words),
        /// The answer, or why it was withdrawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub answer: Option<String> => optional(Form::Words),
        /// When it was asked.
        pub at: Time => needed(Form::Past),
        /// Who asked.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// When it was answered or withdrawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ended: Option<Time> => needed(Form::Past) follows dates(&["answered", "withdrawn"]),
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

impl Inquiry {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        matches!(self.state, InquiryState::Open | InquiryState::Accepted)
    }
}
