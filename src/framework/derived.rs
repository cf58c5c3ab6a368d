//! What the engine derives from (incident, framework, now). Never stored; `show --json` prints it under `derived`.

use serde::Serialize;

use super::{ProcedureView, Remedy, ReminderView};
use crate::incident::{OpenConflict, Time};

/// Everything a screen or script wants to know that is not in the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Derived {
    /// The severity that counts: while two people's severities collide, the worse of them.
    pub severity: String,
    /// The status that counts: while two people's collide, the less advanced of them.
    pub status: String,
    /// Seconds from the start of the incident (its earliest milestone) to now, or to its resolution.
    pub elapsed_s: i64,
    /// The phase the incident is in.
    pub phase: Phase,
    /// Every countdown, custom ones included, most urgent first.
    pub timers: Vec<TimerView>,
    /// What stands between here and `resolved`.
    pub gate: Gate,
    /// Roles that this severity asks for.
    pub required_roles: Vec<RoleNeed>,
    /// Checklists of all phases, and the team's own items.
    pub checklists: Vec<Checklist>,
    /// What to follow when things go wrong, and what of it is followed or called for.
    pub procedures: Vec<ProcedureView>,
    /// Statuses that may follow now.
    pub next_statuses: Vec<String>,
    /// Reminders of usual failings, in the framework's order.
    pub reminders: Vec<ReminderView>,
    /// Values that two people set at once and nobody has settled; meanwhile everything here goes by the safer one.
    pub conflicts: Vec<OpenConflict>,
}

/// The phase an incident is in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Phase {
    /// Phase id (`mitigation`).
    pub id: String,
    /// What people read.
    pub title: String,
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// State of a countdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimerPhase {
    /// Past its last due time.
    Overdue,
    /// Past the first of a range's two due times, or (plain timers) in the last fifth.
    Due,
    /// Counting down.
    Running,
    /// Rests outside of business hours, which it counts.
    Paused,
    /// Met in time.
    Met,
    /// Met, but late.
    MetLate,
    /// Cleared by a person.
    Cleared,
}

/// One countdown at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimerView {
    /// `update.internal`, or the custom timer's id.
    pub id: String,
    /// What people read.
    pub label: String,
    /// When it is due (of a range: the first moment).
    pub due: Option<Time>,
    /// Of a range: the second moment, after which it is overdue.
    pub overdue_at: Option<Time>,
    /// Its state.
    pub state: TimerPhase,
    /// Seconds until `due`, or until `overdue_at` once `due` has passed; negative when overdue.
    pub remaining_s: i64,
    /// True for those of the framework, false for a person's.
    pub derived: bool,
    /// True where a person put it off.
    pub snoozed: bool,
    /// What to do about it, in a few words, with the verb (`update --audience internal`).
    pub remedy: Option<Remedy>,
    /// True where the figure was borrowed or decided rather than stated by the framework's source.
    pub borrowed: bool,
}

/// The resolution gate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gate {
    /// Whether resolving is allowed now.
    pub ok: bool,
    /// Each condition.
    pub items: Vec<GateItem>,
    /// Lines for what is not met, ready to print.
    pub missing: Vec<String>,
}

/// One condition of the gate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateItem {
    /// Checklist item id, or `soak`.
    pub id: String,
    /// What people read.
    pub text: String,
    /// Met?
    pub met: bool,
    /// Why it matters, for the refusal.
    pub why: Option<String>,
    /// When it will be met by waiting alone (the soak).
    pub met_at: Option<Time>,
}

/// A role the severity asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoleNeed {
    /// Role id.
    pub role: String,
    /// What people read.
    pub title: String,
    /// Whether somebody holds it.
    pub filled: bool,
    /// Who.
    pub who: Vec<String>,
    /// Whether this severity requires it (otherwise it is offered).
    pub required: bool,
}

/// One list of things to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checklist {
    /// Phase id, runbook name, or `own`.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Who leads it (`technical lead`).
    pub lead: Option<String>,
    /// Whether it belongs to the phase the incident is in (or to every phase).
    pub current: bool,
    /// Items done or skipped.
    pub done: usize,
    /// The items, in the order of the source.
    pub items: Vec<ItemView>,
}

/// A checklist item as it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemView {
    /// `mitigation.rollback-plan`.
    pub id: String,
    /// What to do.
    pub text: String,
    /// `open`, `done` or `skipped`.
    pub state: crate::incident::ItemState,
    /// Who claimed it.
    pub owner: Option<String>,
    /// Who ticked or skipped it.
    pub who: Option<String>,
    /// When.
    pub at: Option<Time>,
    /// Its note.
    pub note: Option<String>,
    /// By when it is wanted.
    pub due: Option<Time>,
    /// Whether the gate asks for it.
    pub gate: bool,
    /// Why the console ticked it by itself (the incident already shows it).
    pub seen: Option<String>,
}
