//! A step that waits to be done, and [`Importance`], the one order of all.

use super::action::Action;
use crate::incident::Time;

/// What a step is: the one list by which steps are ordered, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Importance {
    /// A role was handed over and waits for a yes.
    AcceptRole,
    /// Acknowledge: until then no one is known to be on it.
    Acknowledge,
    /// No one is in command.
    TakeCommand,
    /// No severity is set.
    Severity,
    /// The open incidents make a major one.
    Major,
    /// Two people set one value at once.
    Settle,
    /// A mitigation waits for approval.
    Approve,
    /// A request waits to be taken on.
    AcceptRequest,
    /// An item that was given to this person is late.
    OwnItemLate,
    /// An update is overdue.
    UpdateLate,
    /// A request that was taken on waits for its answer.
    Answer,
    /// An approved mitigation can begin.
    Begin,
    /// What was done waits for someone to say that it worked.
    Verify,
    /// The facts mean another status.
    Status,
    /// An update is due.
    UpdateDue,
    /// Every condition of the gate is met.
    Resolve,
    /// Another timer is overdue, or due.
    Late,
    /// An audience has not heard of it yet; there is time left.
    FirstUpdate,
    /// A condition of the gate is not shown yet.
    Condition,
    /// A mitigation is under way.
    Finish,
    /// A reminder of the framework.
    Reminder,
    /// What the framework has come next: a hypothesis, a mitigation.
    Course,
    /// An item that this person has claimed.
    OwnItem,
    /// The review still needs a part before it is closed.
    Review,
    /// Nothing is missing any more; close.
    Close,
    /// A reminder that can only be read.
    Read,
    /// The next open item of the present phase.
    Item,
    /// The next timer, with time left.
    Coming,
}

/// Something that waits to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// What kind it is, and what it is about: `approve m4335or7`. It is put away by this.
    pub id: String,
    /// What is to be done, as a sentence without its full stop.
    pub text: String,
    /// Who asked for it.
    pub by: String,
    /// Since when it waits.
    pub since: Option<Time>,
    /// What does it, and what answers its first question; absent where it can only be read.
    pub does: Option<(Action, Option<String>)>,
    /// What the key does, in a word: `approves`.
    pub verb: &'static str,
    /// How important it is.
    pub importance: Importance,
    /// Whether it is for the person who sits here.
    pub mine: bool,
    /// Whether it waits for a person's decision or answer, and is listed as such.
    pub decision: bool,
}

/// What does a step, and what answers its first question.
pub(super) type Does = Option<(Action, Option<String>)>;

/// A step that is for everyone and no decision.
pub(super) fn plain(id: String, importance: Importance, text: String, does: Does, verb: &'static str) -> NextStep {
    NextStep {
        id,
        text,
        by: String::new(),
        since: None,
        does,
        verb,
        importance,
        mine: true,
        decision: false,
    }
}
