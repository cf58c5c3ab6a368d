//! The shape of a framework's data file. Everything a framework knows is here; the engine has no figure of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod rules;

pub use rules::{
    Approval, Attendee, Cause, Gate, GateItem, HorizonTime, MitigationOption, PlanPart, Reminder, Review, Target,
    Threshold, TimerRule,
};

pub use crate::incident::Class;

/// By severity id (`P0`); `any` stands for those not named.
pub type BySeverity<T> = BTreeMap<String, T>;

/// A whole framework.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Name (`war-room`).
    pub name: String,
    /// What people read.
    pub title: String,
    /// One line about it.
    pub about: String,
    /// Where its facts come from.
    pub source: String,
    /// Severities, worst first.
    pub severities: Vec<Severity>,
    /// Statuses in the order of an incident's life; the first is an incident's first.
    pub statuses: Vec<Status>,
    /// Phases in order, with their checklists.
    pub phases: Vec<Phase>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Who is told.
    pub audiences: Vec<Audience>,
    /// Timers.
    #[serde(alias = "clocks")]
    pub timers: Vec<TimerRule>,
    /// How much time a raise of the severity leaves for what it makes overdue at once.
    #[serde(default = "raise_grace")]
    pub raise_grace: String,
    /// How long at once (`0s`) may take before it is late (`1m`).
    #[serde(default = "a_minute")]
    pub grace: String,
    /// How long someone commands before command is handed over: `4h`; as long as it takes where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relief: Option<String>,
    /// What stands before `resolved`.
    pub gate: Gate,
    /// Who has to agree before a mitigation starts, by severity.
    #[serde(default)]
    pub approvals: BySeverity<Approval>,
    /// Mitigation options in the order of preference.
    #[serde(default)]
    pub options: Vec<MitigationOption>,
    /// Usual causes, most frequent first.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// Questions to ask, in order.
    #[serde(default)]
    pub questions: Vec<String>,
    /// Phase whose checklist shows the questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questions_in: Option<String>,
    /// Thresholds from which a severity is suggested.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
    /// Impact (row) x urgency (column) to severity, where the framework has such a table.
    #[serde(default)]
    pub matrix: BTreeMap<String, BTreeMap<String, String>>,
    /// When a review is due, by severity.
    #[serde(default)]
    pub review: Option<Review>,
    /// How soon action items are done, the soonest first; any of them, without a day, where empty.
    #[serde(default)]
    pub horizons: Vec<HorizonTime>,
    /// Metric targets.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// Usual failings to remind of.
    #[serde(default, alias = "nudges")]
    pub reminders: Vec<Reminder>,
    /// Runbooks that ship with it.
    #[serde(default)]
    pub runbooks: Vec<String>,
    /// Texts that help: facts and rules that are shown where they apply, by topic.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// When several incidents at once are a major one.
    #[serde(default)]
    pub major: Option<Major>,
    /// Specialists to call in, by phase and suspected cause.
    #[serde(default)]
    pub specialists: Vec<Specialist>,
    /// What is written down about the impact, by field name, with what it means (`users: how many, and which share`).
    #[serde(default)]
    pub impact: Vec<ImpactField>,
    /// What else is recorded of an incident, as fields of its own (`category`, `reporter`): `set ID TEXT` fills it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub record: Vec<RecordField>,
    /// What declaring an incident asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declaring: Option<Declaring>,
    /// Whom to escalate to, and when.
    #[serde(default)]
    pub escalations: Vec<Escalation>,
    /// Whom to call, one after the other, in place of somebody who does not answer.
    #[serde(default)]
    pub unreachable: Vec<String>,
    /// Phase whose checklist is the escalation path, by severity: whom to call and tell, in order.
    #[serde(default)]
    pub escalation_path: Option<String>,
    /// What to follow when things go wrong.
    #[serde(default)]
    pub procedures: Vec<Procedure>,
    /// Message templates by id.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// Form of the chat channel's name.
    #[serde(default)]
    pub channel: Option<String>,
    /// Form of incident ids.
    #[serde(default)]
    pub id_format: Option<String>,
}

/// One severity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Severity {
    /// `P0`.
    pub id: String,
    /// `Critical`.
    pub title: String,
    /// Other words for it, in any case.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// When it applies.
    pub criteria: Vec<String>,
    /// Facts shown beside it that are no timer (`war room: own channel and video call`), by topic.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
}

/// One status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// `mitigating`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What it means. Of the classes `resolved`, `closed` and `cancelled` there is exactly one status each.
    pub class: Class,
    /// Phase it belongs to.
    pub phase: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Statuses that may follow.
    #[serde(default)]
    pub next: Vec<String>,
    /// What an audience with states is told while the incident is in it (`identified`); where there is none: `investigating`
    /// while it is open, `monitoring`, or `resolved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}

/// One phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// `mitigation`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Who leads it.
    #[serde(default)]
    pub lead: Option<String>,
    /// When it is meant to happen, as people read it (`5-30 min`).
    #[serde(default)]
    pub window: Option<String>,
    /// Its checklist is in force in every phase (communication).
    #[serde(default)]
    pub always: bool,
    /// While the incident is open, its checklist stays at hand until it is escalated to this target (`tier-2`), whatever the
    /// status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Its checklist.
    #[serde(default)]
    pub items: Vec<Item>,
}

/// One checklist item; its full id is `PHASE.ID`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// `rollback-plan`.
    pub id: String,
    /// What to do.
    pub text: String,
    /// Only at these severities; all where empty.
    #[serde(default)]
    pub severities: Vec<String>,
    /// A fact of the incident by which the console ticks it itself (`role incident_commander`, `told external resolved`,
    /// `hypothesis`); several are joined by `and`, or by `or`.
    #[serde(default)]
    pub seen: Option<String>,
    /// Of a procedure: no mitigation starts before it is done or skipped.
    #[serde(default)]
    pub before_mitigation: bool,
}

/// What to follow when things go wrong: a checklist that comes to hand once it is started, before all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// `rollback-failed`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// When to follow it.
    pub when: String,
    /// Who leads it.
    #[serde(default)]
    pub lead: Option<String>,
    /// Where its steps come from, where no line of the framework's source has them.
    #[serde(default)]
    pub borrowed: Option<String>,
    /// By what the console sees for itself that it may be called for: `overdue CLOCK`, `failed OPTION`, `escalated TARGET`,
    /// `field impact.NAME` or `major`.
    #[serde(default)]
    pub offered: Vec<String>,
    /// Its checklist; full ids are `PROCEDURE.ID`.
    pub items: Vec<Item>,
}

/// One role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// `incident_commander`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Short form (`IC`).
    pub short: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its holder commands the incident; exactly one role has this mark.
    #[serde(default, skip_serializing_if = "is_false")]
    pub commands: bool,
    /// What its holder does.
    #[serde(default)]
    pub duties: Vec<String>,
    /// Severities that need it filled; all where it holds `any`.
    #[serde(default)]
    pub required: Vec<String>,
    /// Who takes it by default, by severity.
    #[serde(default)]
    pub default: BySeverity<String>,
    /// Roles whose holders may not have it (the facilitator is not the commander).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    /// Why there is such a role, where the source names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrowed: Option<String>,
}

/// One audience.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// `internal`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// It is outside (customers, the public), as every audience with states is: words with a gap are not sent to it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub outside: bool,
    /// States it is told (status page: investigating, identified, monitoring, resolved).
    #[serde(default)]
    pub states: Vec<String>,
    /// What is told, by severity, where no timer says it (`daily summary`).
    #[serde(default)]
    pub facts: BySeverity<String>,
    /// Roles, by severity: the holder of one of them approves an update before it is sent, or sends it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub approval: BySeverity<Vec<String>>,
}

/// Somebody to escalate to: a tier (functional), or people above (hierarchical).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// `tier-2`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// When: a time, a criterion.
    #[serde(default)]
    pub when: Vec<String>,
    /// Phase whose checklist is at hand from then on, beside that of the status.
    #[serde(default)]
    pub checklist: Option<String>,
}

/// One field of the impact record; `set impact.ID TEXT` fills it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImpactField {
    /// `users`.
    pub id: String,
    /// What it says.
    pub about: String,
    /// The only values it can have; anything where empty.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// What it rates for the matrix: `impact` or `urgency`.
    #[serde(default)]
    pub rates: Option<String>,
}

/// One field of the record of an incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecordField {
    /// `category`; it stands in the file as `fields.category`.
    pub id: String,
    /// What it says.
    pub about: String,
    /// What it may say; anything where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<String>,
}

/// What declaring an incident asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Declaring {
    /// Why an incident is declared without an alert, by a word.
    #[serde(default)]
    pub grounds: Vec<Ground>,
    /// What calls for an incident.
    #[serde(default)]
    pub triggers: Vec<String>,
    /// What is no incident, and what to do instead.
    #[serde(default)]
    pub skip: Vec<Skip>,
    /// Why these, where the source names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub borrowed: Option<String>,
}

/// Why an incident is declared without an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// `support`.
    pub id: String,
    /// What people read.
    pub text: String,
}

/// What is no incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// `a development environment`.
    pub when: String,
    /// `standard debugging`.
    pub instead: String,
}

/// When several incidents at once are a major one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Major {
    /// How many open ones of a severity make it one.
    pub counts: BySeverity<usize>,
    /// After how long one that is unresolved is one by itself.
    #[serde(default)]
    pub after: BySeverity<String>,
    /// What is followed in each of them.
    #[serde(default)]
    pub procedure: Option<String>,
    /// Whom one that is unresolved for so long is escalated to (the business continuity plan).
    #[serde(default)]
    pub escalates: Option<String>,
    /// What is done then.
    pub rules: Vec<String>,
}

/// A specialist to call in: a person, a team or a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Specialist {
    /// What people call it.
    pub title: String,
    /// What it does.
    pub does: String,
    /// Phases in which it is called in; whenever it is needed where empty.
    #[serde(default)]
    pub phases: Vec<String>,
    /// Severities at which it is called in; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub severities: Vec<String>,
    /// Words of a suspected cause that call for it, as a hypothesis has them (`database`, `query`).
    #[serde(default)]
    pub causes: Vec<String>,
}

/// A text shown where it applies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Topic (`runbooks`, `hotfix`, `matrix`; `general` for anything else).
    pub topic: String,
    /// What people read.
    pub text: String,
}

/// A message template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// `declared`.
    pub id: String,
    /// Who gets it.
    #[serde(default)]
    pub audience: Option<String>,
    /// What it is about: first, progress, holding, mitigation, resolved, reopened, cancelled or duplicate. The one that fits the incident is
    /// taken; a template without a stage is taken by its id only, where the audience has any with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// An older form of `stage: resolved`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub over: bool,
    /// The subject of an e-mail, with `{field}`s; as in `text`, one line for each state of the audience where it has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// One line for a text message or a chat topic, at most 160 characters when filled in; or such a line for each state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Its text with `{field}`s; for an audience with states, a line for each of them (`identified: …`). `{field|words}` says the
    /// words where the record does not know, a line that begins with `? ` is left out then, `- {field}` is a line for each value.
    pub text: String,
}

fn raise_grace() -> String {
    "1m".into()
}

/// The value for a severity, or the one for `any`.
pub fn at<'a, T>(map: &'a BySeverity<T>, severity: &str) -> Option<&'a T> {
    map.get(severity).or_else(|| map.get("any"))
}

/// How long at once may take where a framework does not say.
fn a_minute() -> String {
    "1m".into()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(mark: &bool) -> bool {
    !mark
}
