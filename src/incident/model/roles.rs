//! Who holds or held which role.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Extra, Revisions};
use crate::incident::field::{Form, record};
use crate::incident::time::Time;

record! {
    /// One person in one role for a time. The holder of a role is whoever has no `until`.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Role {
        /// `r` and seven characters.
        pub id: String => identity,
        /// Role id of the framework (`incident_commander`).
        pub role: String => reference needed(Form::Line),
        /// The person.
        pub who: String => name needed(Form::Person),
        /// From when.
        pub since: Time => needed(Form::Past),
        /// Who gave it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// Who handed it over, where it was handed over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<String>,
        /// When the holder said that they have it, after a handover.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub accepted: Option<Time>,
        /// Held beside someone else knowingly, rather than given twice by two people at once.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub beside: bool,
        /// Until when; absent while it is held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub until: Option<Time> => optional(Form::Past) later,
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

impl Role {
    /// Whether it was handed over and its holder has not said yes yet.
    pub fn is_offered(&self) -> bool {
        self.from.is_some() && self.accepted.is_none() && self.until.is_none() && self.retracted.is_none()
    }
}
