//! The lines of the timeline.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Extra, Revisions};
use crate::incident::field::{Form, record};
use crate::incident::time::Time;
use crate::incident::words::EventKind;

record! {
    /// One line of the timeline. Never deleted: retracting and correcting mark it and keep the old words.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Event {
        /// `e` and seven characters.
        pub id: String => identity,
        /// When it happened.
        pub at: Time => needed(Form::Past),
        /// Who says so; anybody can be named.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name needed(Form::Person),
        /// When it was written down, where that was later than it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub recorded: Option<Time>,
        /// What it is about.
        pub kind: EventKind => needed(Form::Word(EventKind::LOGGABLE_WORDS)),
        /// What happened, in words; may have several lines.
        pub text: String => needed(Form::Words),
        /// Worth reading first.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub pinned: bool,
        /// What was changed, for events the console writes: `status`, `h4m2xq8p.state`.
        #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
        pub subject: Option<Box<str>> => called("ref") reference,
        /// Value before that change.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub from: Option<Box<str>>,
        /// Value after it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub to: Option<Box<str>>,
        /// The redactions of what was changed that its author knew of, by their ids: nothing of such an event was taken from before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub knows: Option<Box<str>>,
        /// Why it was retracted; shown struck through.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub retracted: Option<Box<str>>,
        /// Earlier words and times, oldest first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub was: Vec<Former>,
        /// Stamps of changed fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub rev: Revisions,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

record! {
    /// What an event said before it was corrected.
    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(schemars::JsonSchema))]
    pub struct Former {
        /// `f` and seven characters.
        pub id: String => identity,
        /// When it was corrected.
        pub at: Time,
        /// Who corrected it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pub by: String => name,
        /// The words before, where they were changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub text: Option<String>,
        /// The time before, where it was changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub time: Option<Time>,
        /// The kind before, where it was changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<EventKind>,
        /// The author before, where it was changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub author: Option<String>,
        /// Unknown keys.
        #[serde(flatten)]
        pub extra: Extra => unknown,
    }
}

impl Event {
    /// The order of the timeline, everywhere: when it happened; of what happened at once what was written down first, so that
    /// the lines of one person's act keep their order; then the id.
    pub fn in_time(&self, other: &Self) -> std::cmp::Ordering {
        let written = |event: &Self| event.recorded.unwrap_or(event.at);
        let by_time = self.at.cmp(&other.at).then_with(|| written(self).cmp(&written(other)));
        by_time.then_with(|| self.id.cmp(&other.id))
    }
}
