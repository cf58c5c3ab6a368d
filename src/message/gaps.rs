//! What a draft could not say: shown where it would stand, and listed with what fills it in the record.

use serde::Serialize;

use crate::framework::Framework;
use crate::framework::template::{TemplateField as Field, Wish, gap_mark};

/// One thing that the record does not say yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// What is missing, in words (`affected users`).
    pub what: String,
    /// The verb that writes it into the incident, so that the next draft has it (`set impact.users …`).
    pub fill: String,
}

impl Gap {
    /// The gap of something that is asked for.
    pub(super) fn of(wish: &Wish, framework: &Framework) -> Self {
        Self {
            what: what(wish),
            fill: fill(wish, framework),
        }
    }

    /// The gap of something that two people disagree about.
    pub(super) fn disputed(wish: &Wish) -> Self {
        Self {
            what: format!("{}, in conflict", what(wish)),
            fill: "settle".into(),
        }
    }

    /// What stands in the text.
    pub fn mark(&self) -> String {
        gap_mark(&self.what)
    }
}

fn what(wish: &Wish) -> String {
    let field = match wish {
        Wish::Impact(name) | Wish::Own(name) => return name.replace(['-', '_'], " "),
        Wish::Field(field) => field,
    };
    match field {
        Field::Users => "affected users",
        Field::Revenue => "revenue impact",
        Field::Services => "affected services",
        Field::Impact => "impact",
        Field::Cause | Field::CauseSoFar => "root cause",
        Field::Eta => "expected resolution",
        Field::Commander => "incident commander",
        Field::People | Field::Responders => "responders",
        Field::Next => "next steps",
        Field::Actions | Field::New => "actions taken",
        Field::FollowUp => "action items",
        Field::Owner => "owner of the mitigation",
        Field::MitigationStarted => "start of the mitigation",
        Field::Review => "date of the review",
        Field::Cadence => "update cadence",
        Field::LastUpdate => "last update",
        Field::Promise => "promised update",
        Field::Started => "start of the impact",
        Field::Detected => "time of detection",
        Field::Declared => "time of declaration",
        Field::Mitigated => "end of the impact",
        Field::Resolved => "time of resolution",
        Field::Id
        | Field::Title
        | Field::Summary
        | Field::Severity
        | Field::Status
        | Field::StatusWord
        | Field::Time
        | Field::DateTime
        | Field::Duration
        | Field::Milestones
        | Field::Mitigation
        | Field::Verification
        | Field::Rollback
        | Field::Hypotheses
        | Field::Contacts
        | Field::Channel
        | Field::Links
        | Field::NextUpdate
        | Field::Reason
        | Field::Parent => return field.as_str().replace(['_', '-'], " "),
    }
    .to_owned()
}

/// The verb that writes it down.
fn fill(wish: &Wish, framework: &Framework) -> String {
    let field = match wish {
        Wish::Impact(name) => return format!("set impact.{name} TEXT"),
        Wish::Own(name) => return format!("set fields.{name} TEXT"),
        Wish::Field(field) => field,
    };
    match field {
        Field::Users | Field::Revenue | Field::Services => format!("set impact.{field} TEXT"),
        Field::Impact => "set impact.users TEXT".into(),
        Field::Title | Field::Summary => format!("set {field} TEXT"),
        Field::Cause | Field::CauseSoFar => "cause set TEXT".into(),
        Field::Eta => "update --eta DURATION".into(),
        Field::Commander => format!("role assign {} NAME", framework.commander()),
        Field::People | Field::Responders => "role assign ROLE NAME".into(),
        Field::Hypotheses => "hypothesis add TEXT".into(),
        Field::Actions | Field::New => "log TEXT --kind action".into(),
        Field::FollowUp => "action add TEXT".into(),
        Field::Next
        | Field::Mitigation
        | Field::Owner
        | Field::MitigationStarted
        | Field::Verification
        | Field::Rollback => "mitigation propose TEXT".into(),
        Field::Review => "set fields.review TIME".into(),
        Field::Links => "set link ADDRESS".into(),
        Field::Started
        | Field::Detected
        | Field::Declared
        | Field::Mitigated
        | Field::Resolved
        | Field::Duration
        | Field::Milestones => "milestone NAME TIME".into(),
        Field::Severity => "severity SEVERITY".into(),
        Field::Status | Field::StatusWord => "status STATUS".into(),
        Field::Id
        | Field::Time
        | Field::DateTime
        | Field::Contacts
        | Field::Channel
        | Field::Cadence
        | Field::NextUpdate
        | Field::LastUpdate
        | Field::Promise
        | Field::Reason
        | Field::Parent => "update --message TEXT".into(),
    }
}
