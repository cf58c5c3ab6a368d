//! Every way an incident can change. A change is a request: it names things as people do, and may be refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::import::Imported;
pub use super::requested::{ActionPlan, AttachedStep, Attachment, Declaration, Proposal, Question, Verdict};
use super::requested::{maybe_seconds, seconds};
use super::time::Time;
use super::words::{EventKind, FactorCategory, Horizon, Milestone};

/// What the reason of a proposal that was declined begins with.
pub(super) const DECLINED: &str = "declined: ";

/// A request to change the incident. Ids may be unique prefixes and roles may be aliases until
/// [`crate::framework::Framework::permit`] has resolved them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each variant's comment speaks of its fields")]
pub enum Change {
    /// Add a line to the timeline. `at` is when it happened, the request's time where it is absent.
    Log {
        kind: EventKind,
        text: String,
        at: Option<Time>,
        #[serde(default)]
        pin: bool,
    },
    /// Add a line that someone else said or wrote elsewhere: `who` is its author. Refused where the same line is there
    /// already. Journals of earlier versions hold it; now it is [`ImportLines`](Self::ImportLines).
    Import {
        kind: EventKind,
        text: String,
        at: Option<Time>,
        who: Option<String>,
    },
    /// Add many lines at once (a chat paste), and take them back at once: those that are not there yet, in their order.
    ImportLines { lines: Vec<Imported> },
    /// Mark all lines of an import as retracted. `import` is the import, or an event that came with it.
    RetractImport { import: String, reason: String },
    /// Correct the words or the time of a line; the old ones are kept.
    EditEvent {
        event: String,
        text: Option<String>,
        at: Option<Time>,
    },
    /// Mark a line as retracted.
    RetractEvent { event: String, reason: String },
    /// Take a retraction back (undo of it, or redo of a logged line).
    RestoreEvent { event: String },
    /// Settle a collision that this event tells of: what stands is kept, or with `take` what lost stands from now on.
    SettleConflict {
        event: String,
        #[serde(default)]
        take: bool,
    },
    /// Take words out of the file for good: the fields, and what stands there instead. The words themselves are nowhere in
    /// the request, which is kept in journals. See [`redact`](super::redact).
    Redact {
        /// What is redacted, in words: `event e7k3m9qx`.
        said: String,
        what: Vec<super::model::Spot>,
        reason: Option<String>,
    },
    /// Correct a field of an entry of any list (`hypotheses`, `actions`, `timeline` …): its words, owner, dates, kind, author.
    /// An empty value takes an optional one away; the old one stays in the event that tells of it.
    Correct {
        section: String,
        entry: String,
        field: String,
        value: String,
    },
    /// Take an entry of any list out: it counts as not there, and stays in the file with the reason.
    Remove {
        section: String,
        entry: String,
        reason: String,
    },
    /// Bring an entry back that was taken out.
    Restore { section: String, entry: String },
    /// Pin or unpin a line.
    PinEvent { event: String, pinned: bool },

    /// Move to another open status. Resolving, closing, reopening and cancelling have changes of their own.
    SetStatus { status: String, reason: Option<String> },
    /// Raise or lower the severity.
    SetSeverity { severity: String, reason: Option<String> },
    /// Set a field: `title`, `summary`, `impact.NAME`, `fields.NAME`; an empty value removes the optional ones.
    SetField { field: String, value: String },
    /// Take the incident on.
    Acknowledge { at: Option<Time> },
    /// Call in those who can do more: another tier, management, executives.
    Escalate { to: String, reason: Option<String> },
    /// Follow a procedure for when things go wrong: its checklist is at hand from now on.
    StartProcedure { procedure: String, reason: Option<String> },
    /// Somebody who was called does not answer. `next` is whom to call then; permit fills it in.
    Unreachable { who: String, next: Option<String> },
    /// Set or correct a milestone.
    SetMilestone {
        milestone: Milestone,
        at: Time,
        reason: Option<String>,
    },

    /// Give a role to a person, beside whoever else holds it where `alongside`, instead of them otherwise.
    AssignRole {
        role: String,
        who: String,
        #[serde(default)]
        alongside: bool,
    },
    /// End a role, of one person or of all who hold it.
    ClearRole { role: String, who: Option<String> },
    /// Pass a role on from its holder.
    HandoffRole { role: String, to: String },
    /// Say that one has the role that was handed over to one.
    AcceptRole { role: String },

    /// State a hypothesis, with how likely it is (percent) and how long finding out takes.
    AddHypothesis {
        statement: String,
        owner: Option<String>,
        #[serde(default)]
        likelihood: Option<u8>,
        #[serde(default, with = "maybe_seconds")]
        takes: Option<Duration>,
    },
    /// Say how likely it is (percent), and how long finding out takes; what is absent stays.
    RateHypothesis {
        hypothesis: String,
        likelihood: Option<u8>,
        #[serde(default, with = "maybe_seconds")]
        takes: Option<Duration>,
    },
    /// Say how it is tested; it is then under test.
    TestHypothesis { hypothesis: String, text: String },
    /// Add evidence for (`true`), against (`false`) or neutral.
    AddEvidence {
        hypothesis: String,
        text: String,
        supports: Option<bool>,
    },
    /// It is the cause.
    ConfirmHypothesis {
        hypothesis: String,
        evidence: Option<String>,
    },
    /// It is not.
    RejectHypothesis {
        hypothesis: String,
        evidence: Option<String>,
    },
    /// Back to open or under test (undo of the two above).
    ReopenHypothesis { hypothesis: String, testing: bool },

    /// Propose something that may end or lessen the impact.
    ProposeMitigation(Proposal),
    /// Say yes to it.
    ApproveMitigation { mitigation: String },
    /// Begin; refused where the severity's approval rule is not met.
    StartMitigation { mitigation: String },
    /// It is carried out.
    FinishMitigation { mitigation: String, result: Option<String> },
    /// It worked.
    VerifyMitigation { mitigation: String, result: Option<String> },
    /// It did not, or made things worse.
    FailMitigation {
        mitigation: String,
        result: Option<String>,
        /// The conditions that are to be checked again, in words; filled in by the framework.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recheck: Option<String>,
    },
    /// Back to an earlier state (undo of the four above).
    RevertMitigation { mitigation: String, state: String },

    /// Add a checklist item of one's own.
    AddItem {
        text: String,
        owner: Option<String>,
        #[serde(default, with = "maybe_seconds")]
        within: Option<Duration>,
        list: Option<String>,
    },
    /// Add many items at once, in their order, and take them back at once.
    AddItems { texts: Vec<String> },
    /// Done, with a note or evidence where one is at hand.
    TickItem {
        item: String,
        note: Option<String>,
        /// It was ticked already, and what it says was in doubt since; filled in by the framework.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// What an item says for a duration holds from now on; it can be ticked once that has run.
    StartItem { item: String },
    /// The item that says to acknowledge the alert is done: the incident is acknowledged by that. Only permit makes these.
    TickAcknowledging { item: String, note: Option<String> },
    /// Not done after all.
    UntickItem { item: String },
    /// Left out on purpose.
    SkipItem { item: String, reason: String },
    /// I (or `who`) do it.
    ClaimItem { item: String, who: Option<String> },
    /// Nobody does it any more (undo of claiming).
    UnclaimItem { item: String },
    /// What came of it.
    NoteItem { item: String, text: String },

    /// Put the steps of a runbook into the checklist. The ids are the runbook's, so two people who do it agree; a step whose
    /// words have changed since keeps its tick.
    AttachRunbook(Attachment),
    /// Say what a runbook was good for, or that one was missing.
    JudgeRunbook {
        runbook: Option<String>,
        verdict: Verdict,
        note: Option<String>,
    },

    /// Call a specialist in, or give somebody a task.
    Ask(Question),
    /// Say that one does it, in one's own words.
    ReadBack { request: String, text: Option<String> },
    /// Answer it; where it was asked for a hypothesis the answer is evidence for (`true`), against (`false`) or neutral.
    Answer {
        request: String,
        text: String,
        supports: Option<bool>,
    },
    /// It is no longer needed.
    Withdraw { request: String, reason: Option<String> },
    /// A decision, with who took it, what else was weighed, and why.
    Decide {
        text: String,
        who: Option<String>,
        options: Vec<String>,
        reason: Option<String>,
    },

    /// Start a countdown.
    AddTimer {
        label: String,
        #[serde(with = "seconds")]
        duration: Duration,
    },
    /// Put a countdown (also a derived one) off until the request's time plus `duration`.
    SnoozeTimer {
        timer: String,
        #[serde(with = "seconds")]
        duration: Duration,
    },
    /// Stop a countdown (also a derived one, which needs a reason).
    ClearTimer {
        timer: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Set a countdown back to an earlier due time (undo of the two above).
    RestoreTimer { timer: String, due: Option<Time> },

    /// Something was told to an audience; restarts that cadence.
    SendUpdate {
        audience: String,
        text: String,
        status: Option<String>,
        #[serde(default, with = "maybe_seconds")]
        eta: Option<Duration>,
        /// Why an audience is told an earlier state again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Who approved the words, where the audience asks for that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<String>,
    },

    /// Add the next because.
    AddWhy { text: String },
    /// Add a contributing factor.
    AddFactor { category: FactorCategory, text: String },
    /// Name the root cause; empty removes it.
    SetCause { text: String },
    /// Add an action item. `due` is a calendar day, `2026-12-01`.
    AddAction {
        text: String,
        owner: Option<String>,
        due: Option<String>,
        horizon: Option<Horizon>,
    },
    /// Set what is known of an action item; what is absent stays.
    PlanAction { action: String, plan: Box<ActionPlan> },
    /// An action item is done.
    FinishAction { action: String },
    /// It is not (undo).
    ReopenAction { action: String },
    /// Link a related incident, dashboard or ticket.
    AddLink { target: String, label: Option<String> },

    /// Resolve; refused while the gate is not met unless `force` gives the reason.
    Resolve {
        force: Option<String>,
        at: Option<Time>,
        note: Option<String>,
    },
    /// Close a resolved incident; refused while a mandatory review wants a part unless `force` gives the reason.
    Close {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        force: Option<String>,
        /// The parts of the review that are passed over, in words; filled in by the framework.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<String>,
    },
    /// Open a resolved, closed or cancelled one again.
    Reopen { reason: String },
    /// It was a false positive.
    Cancel { reason: String },

    /// Takes a change back, or does it again: sets registers to what they were, whatever they belong to. Only
    /// [`Applied::inverse`] makes these. Refused where somebody else has changed one of them since.
    Undo(Undo),
    /// A change to what happened earlier, its event and what it sets are of then, and when it was written down is kept beside;
    /// or a line that someone else said or did.
    Dated {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Time>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        change: Box<Change>,
    },
    /// A change to something of the framework's that is not in the file yet (a template's checklist item, a derived
    /// countdown), with the words the framework has for it. Only permit makes these.
    Named { name: String, change: Box<Change> },
    /// An approval as permit has weighed it by the severity's rule: the mitigation counts as approved where nothing is
    /// `wanting`, and otherwise stays proposed. Only permit makes these; a bare `ApproveMitigation` wants nothing.
    GrantMitigation {
        mitigation: String,
        wanting: Option<String>,
    },
}

impl Change {
    /// A proposal is declined: it counts as not there, and stays in the file with the reason.
    pub fn decline(mitigation: String, reason: &str) -> Self {
        Self::Remove {
            section: "mitigations".into(),
            entry: mitigation,
            reason: format!("{DECLINED}{}", reason.trim()),
        }
    }

    /// Closing without passing anything over.
    pub fn close() -> Self {
        Self::Close {
            force: None,
            missing: None,
        }
    }
}

/// A change to take back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    /// Id of the event that told of it.
    pub event: String,
    /// Kind of the event that will tell of the undoing.
    pub kind: EventKind,
    /// What that event said.
    pub said: String,
    /// Its `ref`, and its values before and after.
    pub subject: Option<Box<str>>,
    /// See `subject`.
    pub from: Option<Box<str>>,
    /// See `subject`.
    pub to: Option<Box<str>>,
    /// Whether this does something again rather than take it back.
    pub redo: bool,
    /// What to set.
    pub registers: Vec<Register>,
}

/// One field, with the value to set and the value that must stand there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Key of the list; empty for a top-level field.
    pub section: String,
    /// Id of the entry; empty for a top-level field.
    pub id: String,
    /// The field, `impact.users` for a nested one, `evidence.x7k3m9qx.retracted` for one of a remark.
    pub field: String,
    /// Value to set; null removes the field.
    pub then: Value,
    /// Value that the change had set.
    pub now: Value,
}

/// A change with who asks for it, when, and the random id that makes replaying it harmless: every id that it creates is
/// made from `nonce`, so an incident that already holds its event has already taken it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request<C = Change> {
    /// Seven characters of `a-z2-7`, drawn by the session.
    pub nonce: String,
    /// Who.
    pub by: String,
    /// When, by the asker's clock.
    pub at: Time,
    /// Whether that clock was set for a test: the incident is marked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test_clock: bool,
    /// What: as it is asked for, or [`Resolved`].
    pub change: C,
}

impl<C> Request<C> {
    /// The same request for another change.
    pub fn with<D>(&self, change: D) -> Request<D> {
        Request {
            nonce: self.nonce.clone(),
            by: self.by.clone(),
            at: self.at,
            test_clock: self.test_clock,
            change,
        }
    }
}

/// A change whose names are ids and that the rules allow: the only thing that is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved(Change);

impl Resolved {
    /// Of a change that was resolved and held against the rules: the framework's `permit` makes it, and nothing else does.
    pub(crate) fn of(change: Change) -> Self {
        Self(change)
    }

    /// The change, to be written down: it can be permitted again.
    pub fn change(&self) -> &Change {
        &self.0
    }
}

/// What came of an applied change.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// Id of the event it wrote.
    pub event: String,
    /// One line about what happened, as in the timeline.
    pub said: String,
    /// The change that undoes it, where one does.
    pub inverse: Option<Change>,
    /// Id of the entry it made, where it made one.
    pub created: Option<String>,
    /// True where the incident already held this request's event, so that nothing was changed.
    pub already: bool,
}

/// Why a change was refused. The exit status of the command line follows from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The words make no sense: empty text, unknown field. Exit 2.
    #[error("{0}")]
    Invalid(String),
    /// It is so already, and nothing was written. Exit 0: who asked has what they wanted.
    #[error("{0}")]
    Unchanged(String),
    /// The framework's rules forbid it; what is missing is listed. Exit 3.
    #[error("{said}")]
    Rules {
        /// One sentence.
        said: String,
        /// What is missing, one line each.
        missing: Vec<String>,
    },
    /// No such thing, or several; candidates are listed. Exit 4.
    #[error("{said}")]
    NotFound {
        /// One sentence.
        said: String,
        /// Candidates, `id  what it is`.
        candidates: Vec<String>,
    },
}
