//! What the engine can see in an incident: signs that call for a procedure, facts, what starts a timer.

use std::fmt;

use crate::incident::{EventKind, Milestone};

/// A sign that a procedure is called for.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    /// The timer is overdue.
    Overdue(String),
    /// A mitigation of this option failed.
    Failed(String),
    /// It was escalated to this target; the procedure then starts by itself.
    Escalated(String),
    /// The field is filled.
    Field(Field),
    /// The incident is part of a major one.
    Major,
}

/// A fact that the engine can see in an incident: what meets a timer, ticks an item or fills a need.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A milestone is set.
    Milestone(Milestone),
    /// Someone holds the role.
    Role(String),
    /// At least so many different people hold a role.
    People(usize),
    /// Something was told to the audience.
    Told(String),
    /// The audience was told this state: with these words, or for `resolved` after the incident was.
    ToldState(String, String),
    /// Every role that the severity requires is held.
    Roles,
    /// A hypothesis is confirmed, and something speaks for it.
    Validated,
    /// A contributing factor is written down.
    Factor,
    /// All of these.
    All(Vec<Fact>),
    /// One of these.
    Any(Vec<Fact>),
    /// The incident is in this status, or in one after it.
    Status(String),
    /// The checklist item is done (full id).
    Item(String),
    /// The severity is set.
    Severity,
    /// A hypothesis exists.
    Hypothesis,
    /// A hypothesis is confirmed, or the root cause is named.
    Cause,
    /// A mitigation with option and rationale exists.
    MitigationChosen,
    /// A mitigation that is proposed or under way says how it will be verified.
    Verification,
    /// It has a rollback plan.
    RollbackPlan,
    /// It is approved as the severity asks.
    Approved,
    /// It was escalated to this target.
    Escalated(String),
    /// An event of this kind stands in the timeline.
    Event(EventKind),
    /// The field is filled.
    Field(Field),
    /// Every action item has an owner and a date, and there is at least one.
    Actions,
}

impl Fact {
    /// Whether it is something that people did, and may do again.
    pub(super) fn is_act(&self) -> bool {
        match self {
            Self::Told(_) | Self::ToldState(..) | Self::Escalated(_) => true,
            Self::All(facts) | Self::Any(facts) => facts.iter().any(Self::is_act),
            _ => false,
        }
    }
}

/// A field that people fill.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// One of the impact record (`impact.users`).
    Impact(String),
    /// One of the team's own (`fields.review`).
    Own(String),
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Impact(name) => write!(f, "impact.{name}"),
            Self::Own(name) => write!(f, "fields.{name}"),
        }
    }
}

/// What starts a timer.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// When it was noticed (declared where that is unknown).
    Detected,
    /// When it was declared.
    Declared,
    /// When it was acknowledged.
    Acknowledged,
    /// When it was resolved.
    Resolved,
    /// The last mitigation that was carried out.
    Mitigation,
    /// The last telling of this audience; it runs only after a first one.
    Told(String),
    /// When it was escalated to this target.
    Escalated(String),
    /// When this procedure was first called for or followed.
    Procedure(String),
    /// When the field was filled with anything but a no.
    Field(Field),
    /// Since when nothing got worse, as the soak counts, or since it was started by hand.
    Stable,
}
