//! What was taken out of the file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Extra, Revisions};
use crate::incident::field::record;
use crate::incident::time::Time;

record! {
    /// Words that were taken out of the file (a password, a customer's name). Written once, never undone; see
    /// [`redact`](crate::incident::redact).
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Redaction {
        /// `x` and seven characters.
        pub id: String => identity,
        /// When.
        pub at: Time,
        /// Who.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub why: String,
        /// Which fields, and what stands there instead.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub what: Vec<Spot>,
        /// Always absent: a redaction cannot be taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retracted: Option<Box<str>>,
        /// Always empty: nothing of a redaction changes.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

record! {
    /// A field whose words were taken out.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Spot {
        /// The list; absent for the top level.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub list: String,
        /// Id of the entry; absent for the top level.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub entry: String,
        /// The field: `text`, `was.f7k3m9qx.text`, `impact.users`.
        pub field: String,
        /// What stands there.
        pub now: Value,
    }
}
