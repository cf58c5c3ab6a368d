//! What an incident is: the typed form of one incident file. Derived values (elapsed time, timers, gates) are not here.
//!
//! Field order is the order in the file. Every list entry has an `id` and keeps unknown keys in `extra`; a field changed
//! after its entry was made has its stamp in the entry's `rev`, keyed by the field's name. Lists hold their entries behind
//! `Arc`, so that a snapshot costs pointers and an unchanged entry is known by its address. An entry is never deleted: one
//! that was undone is `retracted`, and readers that do not want those go through [`live`](super::live).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::stamp::Stamp;
use super::time::{Time, parse_duration};
use super::words::{
    ActionKind, ActionState, DetectionMethod, EventKind, FactorCategory, Horizon, HypothesisState, InquiryKind,
    InquiryState, ItemState, Level, MitigationState, TimerState,
};

/// Version of the file format that this program writes.
pub const SCHEMA: u32 = 1;

/// Stamps of changed fields, by field name (`state`, or `impact.users` for a nested one).
pub type Revisions = BTreeMap<String, Stamp>;

/// Keys this version does not know, kept as they are.
pub type Extra = Map<String, Value>;

/// One incident.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Incident {
    /// Schema of the file.
    pub warroom: u32,
    /// Human-facing id, `INC-2026-0042`.
    pub id: String,
    /// Random: tells two incidents that were given one number apart.
    #[serde(default)]
    pub uid: String,
    /// One line that says what is broken for whom.
    #[serde(default)]
    pub title: String,
    /// A paragraph more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Name of the incident-response framework in force.
    #[serde(default)]
    pub framework: String,
    /// Severity id of that framework (`SEV1`, `P0`); empty until assessed.
    #[serde(default)]
    pub severity: String,
    /// Status id of that framework (`investigating`).
    #[serde(default)]
    pub status: String,
    /// True for training: kept off boards and metrics.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
    /// `test` where times of it come from a clock that was set for a test: metrics leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// True for one that was over when it was recorded: it starts no timers, and is kept out of live boards and response figures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backfilled: bool,
    /// When impact began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Moment>,
    /// When and how it was noticed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detected: Option<Moment>,
    /// When a person took it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Moment>,
    /// When it was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<Moment>,
    /// When impact ended or was contained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigated: Option<Moment>,
    /// When it was resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Moment>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Moment>,
    /// Who and what is hurt, by field name (`users`, `revenue`, `services`, …); values are text as people write it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub impact: Extra,
    /// The team's own fields.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub fields: Extra,
    /// The root cause in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Stamps of the top-level fields that changed since the declaration.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Who holds or held which role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Arc<Role>>,
    /// What we think it is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hypotheses: Vec<Arc<Hypothesis>>,
    /// What we do about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigations: Vec<Arc<Mitigation>>,
    /// Checklist items that somebody touched or added; untouched ones come from the framework.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checklist: Vec<Arc<Item>>,
    /// Custom countdowns, and the snoozes of derived ones (under the derived timer's id).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timers: Vec<Arc<Timer>>,
    /// What was asked of specialists and people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inquiries: Vec<Arc<Inquiry>>,
    /// What was told to whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub communications: Vec<Arc<Communication>>,
    /// The five whys, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whys: Vec<Arc<Why>>,
    /// The fishbone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Arc<Factor>>,
    /// What will be done so that it does not come back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Arc<ActionItem>>,
    /// Related incidents, dashboards, tickets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Arc<Link>>,
    /// What was taken out of the file, by whom and where; grows only, and wins in every merge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redactions: Vec<Arc<Redaction>>,
    /// Everything that happened, ordered by (`at`, `id`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<Arc<Event>>,
    /// Unknown top-level keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What stands in [`Incident::clock`] where times come from a clock that was set for a test.
pub const TEST_CLOCK: &str = "test";

/// An instant with who set it, and for the detection how. In the file `{at: …, by: …}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Moment {
    /// When it happened.
    pub at: Time,
    /// Who did or noticed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// How it was noticed (detection only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<DetectionMethod>,
    /// Why the gate was passed over, or closing the review (forced resolution and closing only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<String>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One line of the timeline. Never deleted: retracting and correcting mark it and keep the old words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Event {
    /// `e` and seven characters.
    pub id: String,
    /// When it happened.
    pub at: Time,
    /// Who says so; anybody can be named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When it was written down, where that was later than it happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Time>,
    /// What it is about.
    pub kind: EventKind,
    /// What happened, in words; may have several lines.
    pub text: String,
    /// Worth reading first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// What was changed, for events the console writes: `status`, `h4m2xq8p.state`.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub subject: Option<Box<str>>,
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
    pub extra: Extra,
}

/// What an event said before it was corrected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Former {
    /// `f` and seven characters.
    pub id: String,
    /// When it was corrected.
    pub at: Time,
    /// Who corrected it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
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
    pub extra: Extra,
}

/// One person in one role for a time. The holder of a role is whoever has no `until`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Role {
    /// `r` and seven characters.
    pub id: String,
    /// Role id of the framework (`incident_commander`).
    pub role: String,
    /// The person.
    pub who: String,
    /// From when.
    pub since: Time,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Who handed it over, where it was handed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// When the holder said that they have it, after a handover.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Time>,
    /// Until when; absent while it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Role {
    /// Whether it was handed over and its holder has not said yes yet.
    pub fn is_offered(&self) -> bool {
        self.from.is_some() && self.accepted.is_none() && self.until.is_none() && self.retracted.is_none()
    }
}

/// What we think the cause is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Hypothesis {
    /// `h` and seven characters.
    pub id: String,
    /// A statement that can be shown false.
    pub statement: String,
    /// How far it is.
    pub state: HypothesisState,
    /// When it was added.
    pub at: Time,
    /// Who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How likely it is, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<u8>,
    /// How long it takes to find out (`10m`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<String>,
    /// How it is or will be tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Remark>,
    /// What speaks for or against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Remark>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
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

/// A dated line inside another entry: a test, a piece of evidence, a criterion. Only ever added; taking it back marks it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Remark {
    /// A letter and seven characters.
    pub id: String,
    /// The words.
    pub text: String,
    /// When it was added.
    pub at: Time,
    /// Who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// For evidence: whether it speaks for (`true`) or against the hypothesis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supports: Option<bool>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Something that may end or lessen the impact.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mitigation {
    /// `m` and seven characters.
    pub id: String,
    /// What would be done.
    pub text: String,
    /// Option id of the framework (`rollback`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// How far it is.
    pub state: MitigationState,
    /// When it was proposed.
    pub at: Time,
    /// Who proposed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Who carries it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// What could go wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// How we will see that it worked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<String>,
    /// What to do if it makes things worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<String>,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// When it was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Time>,
    /// When it was carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Time>,
    /// When it was verified or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Time>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One person's yes. Only ever added; taking it back marks it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Approval {
    /// `a` and seven characters.
    pub id: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Time,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A checklist item: of the framework or a runbook (its id is fixed), or added by a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Item {
    /// `mitigation.rollback-plan` from a template, `c` and seven characters otherwise.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Open, done or skipped.
    pub state: ItemState,
    /// Group for items that no framework knows: a runbook's name; absent for single items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// When a person added it; absent for template items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Time>,
    /// Who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Who said they do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Who ticked or skipped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// When it was ticked or skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Time>,
    /// By when it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Time>,
    /// What came of it, or the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Why it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A countdown that a person set, or a person's say over a derived one (same id; `due` then is the snoozed time).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Timer {
    /// `t` and seven characters, or the derived timer's id (`update.internal`).
    pub id: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Running or cleared.
    pub state: TimerState,
    /// When it runs out.
    pub due: Time,
    /// When it was set.
    pub at: Time,
    /// Who set it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Something that was told to an audience.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Communication {
    /// `u` and seven characters.
    pub id: String,
    /// When it was sent.
    pub at: Time,
    /// Who sent it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Audience id of the framework (`internal`, `executives`, `external`, `support`).
    pub audience: String,
    /// The words.
    pub text: String,
    /// What status was given to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// When they may expect the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<String>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One "because" of the five whys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Why {
    /// `w` and seven characters.
    pub id: String,
    /// The because.
    pub text: String,
    /// When it was added.
    pub at: Time,
    /// Who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A contributing factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Factor {
    /// `f` and seven characters.
    pub id: String,
    /// Its bone of the fish.
    pub category: FactorCategory,
    /// The factor.
    pub text: String,
    /// When it was added.
    pub at: Time,
    /// Who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Something to do after the incident, with owner and date.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ActionItem {
    /// `a` and seven characters.
    pub id: String,
    /// What.
    pub text: String,
    /// Open, in progress or done.
    pub state: ActionState,
    /// Who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By which day, `2026-12-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Short, medium or long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<Horizon>,
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
    pub at: Time,
    /// Who wrote it down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Time>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Something asked of a specialist or a person, open until it is answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Inquiry {
    /// `d` and seven characters.
    pub id: String,
    /// Whom: a specialist, a team, a program, a person.
    pub to: String,
    /// What is asked.
    pub text: String,
    /// A specialist called in, or a task with a time.
    pub kind: InquiryKind,
    /// Where it stands.
    pub state: InquiryState,
    /// The incident as it stood when it was asked: severity, status, impact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub situation: Option<String>,
    /// The hypothesis that the answer is evidence for or against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypothesis: Option<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Time>,
    /// What it was taken on with, in the words of whoever does it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_back: Option<String>,
    /// The answer, or why it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// When it was asked.
    pub at: Time,
    /// Who asked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When it was answered or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Time>,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Inquiry {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        matches!(self.state, InquiryState::Open | InquiryState::Accepted)
    }
}

/// A related incident, dashboard, ticket or document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Link {
    /// `l` and seven characters.
    pub id: String,
    /// Address or incident id.
    pub target: String,
    /// What it is (`related`, `dashboard`, `ticket`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// When it was added.
    pub at: Time,
    /// Who added it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Why it was taken back (`undone`); it then counts as not there, see [`live`](super::live).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted: Option<Box<str>>,
    /// Stamps of changed fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rev: Revisions,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Incident {
    /// The incident as it is called: by its folder, whatever the file says of itself. Whoever shows, names or finds an incident goes by this.
    pub fn called(self: &Arc<Self>, folder: &str) -> Arc<Self> {
        if self.id == folder {
            return Arc::clone(self);
        }
        Arc::new(Self {
            id: folder.to_owned(),
            ..Self::clone(self)
        })
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

/// Words that somebody took out of the file (a password, a customer's name). Written once, never undone; see
/// [`redact`](super::redact).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Redaction {
    /// `x` and seven characters.
    pub id: String,
    /// When.
    pub at: Time,
    /// Who.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
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
    pub extra: Extra,
}

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
