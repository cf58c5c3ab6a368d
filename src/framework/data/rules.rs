//! The shape of a framework's rules: timers, the gate, approvals, thresholds, the review, what is reminded of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BySeverity, Class, is_false};

/// One timer. `within` gives its time by severity: `15m`, a range `15m-30m` (due at the first, overdue at the second),
/// `0s` for at once (late after `grace`), `5bd` in business days or `8bh` in business hours (of the team's calendar), or one of a few phrases (`as
/// needed`, `best effort`, `backlog` …) that are shown but count nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TimerRule {
    /// `update.internal`.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What starts it: `detected`, `declared`, `acknowledged`, `resolved`, `mitigation`, `told AUDIENCE`, `escalated TARGET`,
    /// `procedure ID` (called for or followed), `field NAME` or `stable` (nothing got worse since); the first of several with
    /// `or` between them.
    pub from: String,
    /// Its time, by severity; absent where it does not run. `unset` is before a severity is set.
    pub within: BySeverity<String>,
    /// What meets it, a fact in a word or two: `milestone acknowledged`, `role ID`, `told AUDIENCE`, `status ID`, `item ID`,
    /// `escalated TARGET`, `event KIND`, `field impact.NAME`, `people 3`, `severity`, `hypothesis`, `cause` …; the first of
    /// several with `or` between them.
    pub met_by: String,
    /// A cadence: runs again from the last time it was met (by telling the audience).
    #[serde(default)]
    pub repeats: bool,
    /// A duration rather than a deadline: the item that meets it cannot be ticked before it has run.
    #[serde(default, skip_serializing_if = "is_false")]
    pub waits: bool,
    /// Runs only in statuses of these classes; open and monitoring where empty.
    #[serde(default)]
    pub during: Vec<Class>,
    /// What to do about it, as a verb (`update --audience internal`).
    #[serde(default)]
    pub remedy: Option<String>,
    /// Why the figure was decided or borrowed, where no source states it, by severity.
    #[serde(default)]
    pub borrowed: BySeverity<String>,
}

/// The resolution gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Full ids of the checklist items that must be done.
    pub items: Vec<GateItem>,
    /// How long it must have been quiet since the last mitigation or regression, by severity: a duration or a range.
    #[serde(default)]
    pub soak: BySeverity<String>,
    /// What people read for it.
    pub soak_label: String,
    /// Why waiting matters.
    pub soak_why: String,
    /// Why a decided soak was decided, by severity.
    #[serde(default)]
    pub borrowed: BySeverity<String>,
    /// Answers to pressure, shown with a refusal.
    #[serde(default)]
    pub answers: Vec<String>,
}

/// One condition of the gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GateItem {
    /// Full id of a checklist item.
    pub item: String,
    /// Why it matters.
    #[serde(default)]
    pub why: Option<String>,
}

/// Who has to agree before a mitigation starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What people read.
    pub text: String,
    /// The incident commander must agree.
    #[serde(default)]
    pub commander: bool,
    /// How many further people must agree.
    #[serde(default)]
    pub others: usize,
    /// Roles whose holder must agree too, by mitigation option (`rollback: deployment_manager`).
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// No yes is needed before it starts; it is written down afterwards.
    #[serde(default)]
    pub later: bool,
    /// Parts of its plan that a mitigation has to have before it starts, by mitigation option.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plan: BTreeMap<String, Vec<PlanPart>>,
    /// Options whose change a peer has to have reviewed before it starts, with who that may be: someone who is neither of those
    /// above nor carries it out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub peers: BTreeMap<String, String>,
    /// Options whose change a peer may review afterwards, with who that may be; it is reminded of.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub peers_later: BTreeMap<String, String>,
    /// Where the rule comes from, where the framework's source names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrowed: Option<String>,
}

/// A part of a mitigation's plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PlanPart {
    /// What to do if it makes things worse.
    Rollback,
    /// How it will be seen to work.
    Verification,
}

/// One way to mitigate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MitigationOption {
    /// `rollback`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// When it fits.
    pub when: String,
    /// How long it takes.
    #[serde(default)]
    pub time: Option<String>,
    /// How risky it is.
    #[serde(default)]
    pub risk: Option<String>,
    /// What is done, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Where it comes from, where the framework's source does not name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrowed: Option<String>,
}

/// One usual cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// As a hypothesis.
    pub text: String,
    /// Share of incidents, percent, where the source names it.
    #[serde(default)]
    pub share: Option<u8>,
    /// Its typical forms.
    #[serde(default)]
    pub forms: Vec<String>,
    /// What would show it.
    #[serde(default)]
    pub test: Option<String>,
}

/// A threshold from which a severity is suggested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// `availability`, `latency-factor`, `users-percent`, `revenue-drop-percent`, or a word for one that is a plain fact.
    pub measure: String,
    /// `below`, `at_most`, `above` or `at_least` this figure, or between two of them; all absent for plain facts.
    #[serde(default)]
    pub below: Option<f64>,
    /// This figure or less.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// More than this figure.
    #[serde(default)]
    pub above: Option<f64>,
    /// This figure or more.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// Suggested severity; absent where it only says that something is wrong, or speaks for a rating.
    #[serde(default)]
    pub severity: Option<String>,
    /// The level of impact it speaks for, where the severity follows from impact and urgency.
    #[serde(default)]
    pub impact: Option<String>,
    /// The level of urgency it speaks for, the same.
    #[serde(default)]
    pub urgency: Option<String>,
    /// Field of the impact record that it fills when an incident is declared with it.
    #[serde(default)]
    pub records: Option<String>,
    /// What people read.
    pub text: String,
}

/// The review after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// What people call it.
    pub title: String,
    /// When it is due, by severity, as people read it.
    pub within: BySeverity<String>,
    /// Severities at which it is mandatory.
    #[serde(default)]
    pub mandatory: Vec<String>,
    /// Full id of the checklist item that says that its document is there.
    #[serde(default)]
    pub document: Option<String>,
    /// The incident is closed before it is reviewed: closing asks for nothing, and its countdown goes on.
    #[serde(default)]
    pub after_close: bool,
    /// Sections of its document.
    #[serde(default)]
    pub sections: Vec<String>,
    /// Agenda: minutes and topic (`15 min cause`); a line without minutes is a remark.
    #[serde(default)]
    pub agenda: Vec<String>,
    /// How many minutes the meeting takes: a longer agenda is scaled to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// Who has to be at the meeting, and who may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<Attendee>,
    /// Role whose holder leads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facilitator: Option<String>,
    /// Role whose holder does not lead it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facilitator_not: Option<String>,
    /// Ground rules.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// Someone who has to be at the meeting of a review, or may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// What people read.
    pub who: String,
    /// Role whose holders are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// They need not come.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
}

/// How soon an action item is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct HorizonTime {
    /// `immediate`, `short`, `medium` or `long`.
    pub id: String,
    /// What people read (`this week`).
    pub title: String,
    /// By when it is done, counted from when it is planned (`7d`, `5bd`).
    pub within: String,
    /// Where it comes from, where the framework's source names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrowed: Option<String>,
}

/// A metric's target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `acknowledged-in-time`.
    pub metric: String,
    /// What is wanted (`95 %`).
    pub want: String,
    /// What people read.
    pub text: String,
}

/// A failing to remind of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reminder {
    /// `no-commander`, `too-often`, `too-rare`, `bare-tick`, `blame`, `too-many-actions`, `loose-actions` or `top-overused`.
    pub when: String,
    /// What is said.
    pub text: String,
    /// Its figure, where it has one (minutes, or a count).
    #[serde(default)]
    pub limit: Option<f64>,
}
