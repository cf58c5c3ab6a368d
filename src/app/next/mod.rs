//! What waits: for a decision, for an answer, for an update to be sent. The most useful step for the person who sits here stands in
//! the NEXT line, and one key does it; what waits for anyone is listed in the pane of decisions. [`Importance`] is the one order of all.

mod course;
mod enter;
mod timers;
mod waiting;

pub(super) use enter::{Enter, StepOf, by_enter, note};
pub(super) use waiting::is_for_me;

use super::action::Action;
use super::message::Effect;
use super::{Model, Pane, Tone, ask, remedy};
use crate::framework::{Remedy, ReminderView, TimerPhase};
use crate::incident::{Role, Time, live, people::same};

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
    /// A reminder that can only be read.
    Read,
    /// The review still needs a part before it is closed.
    Review,
    /// Nothing is missing any more; close.
    Close,
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
type Does = Option<(Action, Option<String>)>;

/// A step that is for everyone and no decision.
fn plain(id: String, importance: Importance, text: String, does: Does, verb: &'static str) -> NextStep {
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

impl Model {
    /// Whether this person holds the role now.
    fn holds(&self, wanted: impl Fn(&Role) -> bool) -> bool {
        live(&self.incident().roles).any(|role| role.until.is_none() && same(&role.who, &self.me) && wanted(role))
    }

    /// Whether this person is in command.
    pub fn commands(&self) -> bool {
        self.holds(|role| self.framework().commands(&role.role))
    }

    /// Who is in command now; two where people named one each without knowing of each other.
    pub fn commanders(&self) -> Vec<&Role> {
        let holders = live(&self.incident().roles).filter(|role| role.until.is_none());
        holders.filter(|role| self.framework().commands(&role.role)).collect()
    }

    /// Whether it is this person's to lead: in command, or no one is.
    fn leads(&self) -> bool {
        self.commands() || self.commanders().is_empty()
    }

    /// Everything that waits, the most important for this person first. What was put away is left out.
    pub fn steps(&self) -> Vec<NextStep> {
        let mut steps = Vec::new();
        let offered = live(&self.incident().roles).filter(|role| role.is_offered());
        steps.extend(offered.map(|role| waiting::offered(self, role)));
        let conflicts = self.derived.conflicts.iter();
        steps.extend(conflicts.map(|conflict| waiting::settles(self, conflict)));
        steps.extend(live(&self.incident().mitigations).filter_map(|one| waiting::mitigation(self, one)));
        steps.extend(live(&self.incident().mitigations).filter_map(|one| waiting::approver(self, one)));
        let asked = live(&self.incident().inquiries).filter(|one| one.is_open());
        steps.extend(asked.map(|one| waiting::request(self, one)));
        steps.extend(self.derived.timers.iter().filter_map(|timer| timers::step(self, timer)));
        steps.extend(
            self.reminders()
                .into_iter()
                .filter_map(|reminder| reminded(self, reminder)),
        );
        steps.extend(course::steps(self));
        steps.sort_by_key(|step| (!step.mine, step.importance));
        let mut known: Vec<Does> = Vec::new();
        steps.retain(|step| {
            let again = step.does.is_some() && known.contains(&step.does);
            known.push(step.does.clone());
            !again
        });
        // What was put away is not asked for again under another name.
        steps.retain(|step| !self.is_put_away(&step.id));
        steps
    }

    /// The step of the NEXT line: the selected timer's where timers have the keys, else the most important one.
    pub fn next_step(&self) -> Option<NextStep> {
        of_selected_timer(self).or_else(|| self.steps().into_iter().find(|step| step.mine))
    }
}

fn of_selected_timer(model: &Model) -> Option<NextStep> {
    let timer = (model.focus == Pane::Timers)
        .then(|| model.selected_timer())
        .flatten()?;
    let over = matches!(timer.state, TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared);
    let does = remedy::of(timer.remedy.as_ref()?)?;
    (!over).then(|| {
        let text = format!("{}: {}", timer.label, does.0.spec().title.to_lowercase());
        plain(
            format!("timer {}", timer.id),
            Importance::AcceptRole,
            text,
            Some(does),
            "does it",
        )
    })
}

fn reminded(model: &Model, reminder: ReminderView) -> Option<NextStep> {
    let does = reminder.remedy.as_ref().and_then(remedy::of);
    let (importance, verb) = match &reminder.remedy {
        Some(Remedy::AssignRole(role)) if model.framework().commands(&role.id) => {
            (Importance::TakeCommand, "assigns it")
        }
        Some(Remedy::DeclareMajor) => (Importance::Major, "declares it"),
        // It is in the list of what was handed over.
        Some(Remedy::AcceptRole(_)) => return None,
        _ if reminder.id.starts_with(crate::framework::reminders::HANDOVER) => return None,
        Some(Remedy::Update { .. }) => (Importance::UpdateLate, "writes it"),
        Some(_) => (Importance::Reminder, "does it"),
        None => (Importance::Read, ""),
    };
    Some(plain(reminder.id, importance, reminder.text, does, verb))
}

/// Does the step of the NEXT line.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    match model.next_step().and_then(|step| step.does) {
        Some((action, Some(given))) => ask::begin_given(model, action, &given),
        Some((action, None)) => super::update::perform(model, action),
        None => {
            model.say("Nothing waits for you.", Tone::Info);
            Vec::new()
        }
    }
}
