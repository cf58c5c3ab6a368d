//! Timers as steps: what meets one, and how important that is by what it is about and how its time stands.

use std::time::Duration;

use crate::app::next_step::{Importance, NextStep, plain};
use crate::app::{Model, remedy};
use crate::framework::{Remedy, TimerPhase, TimerView};
use crate::incident::time::format_duration;
use crate::incident::{Role, live, people::same};

/// How a timer stands that is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Late,
    Due,
    Runs,
}

/// What the selected timer asks for, in words: whatever it is about, the key does it now.
pub(super) fn selected(model: &Model, timer: &TimerView, remedy: &Remedy) -> (String, &'static str) {
    let standing = match timer.state {
        TimerPhase::Overdue => Standing::Late,
        TimerPhase::Due => Standing::Due,
        TimerPhase::Running | TimerPhase::Paused | TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared => {
            Standing::Runs
        }
    };
    let verb = weigh(model, remedy, Standing::Late).map_or("does it", |(_, verb)| verb);
    (format!("{}, {}", timer.label, when(timer.remaining_s, standing)), verb)
}

/// What a timer asks for; `None` where it is met, or nothing can be done about it yet.
pub(super) fn step(model: &Model, timer: &TimerView) -> Option<NextStep> {
    let standing = match timer.state {
        TimerPhase::Overdue => Standing::Late,
        TimerPhase::Due => Standing::Due,
        TimerPhase::Running => Standing::Runs,
        TimerPhase::Paused | TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared => return None,
    };
    let remedy = timer.remedy.as_ref()?;
    let does = remedy::of(remedy)?;
    let (importance, verb) = weigh(model, remedy, standing)?;
    let text = format!("{}, {}", timer.label, when(timer.remaining_s, standing));
    Some(NextStep {
        mine: is_mine(model, remedy, standing),
        ..plain(format!("late {}", timer.id), importance, text, Some(does), verb)
    })
}

/// `late`, `4m late`, `due in 12m`.
fn when(remaining_s: i64, standing: Standing) -> String {
    let minutes = remaining_s.unsigned_abs() / 60;
    let whole = format_duration(Duration::from_secs(minutes * 60));
    match (standing, minutes) {
        (Standing::Late, 0) => "late".into(),
        (Standing::Late, _) => format!("{whole} late"),
        (Standing::Due | Standing::Runs, 0) => "due in under 1m".into(),
        (Standing::Due | Standing::Runs, _) => format!("due in {whole}"),
    }
}

fn weigh(model: &Model, remedy: &Remedy, standing: Standing) -> Option<(Importance, &'static str)> {
    use Importance as I;
    use Standing as S;
    let due_or_late = standing != S::Runs;
    Some(match remedy {
        Remedy::Acknowledge => (I::Acknowledge, "acknowledges"),
        Remedy::AssignRole(role) if model.framework().commands(&role.id) => (I::TakeCommand, "assigns it"),
        Remedy::AssignRole(_) if due_or_late => (I::Late, "assigns it"),
        Remedy::AssignRole(_) => (I::Course, "assigns it"),
        Remedy::SetSeverity => (I::Severity, "sets it"),
        // Before that, the facts say when it is time.
        Remedy::SetStatus(_) if !due_or_late => return None,
        Remedy::SetStatus(_) => (I::Late, "sets it"),
        Remedy::Update { audience, .. } => (
            match standing {
                S::Late => I::UpdateLate,
                S::Due => I::UpdateDue,
                S::Runs if !has_heard(model, &audience.id) => I::FirstUpdate,
                S::Runs => I::Coming,
            },
            "writes it",
        ),
        Remedy::TickItem(item) if owns_item(model, item) && due_or_late => (I::OwnItemLate, "ticks it"),
        Remedy::TickItem(item) if owns_item(model, item) => (I::OwnItem, "ticks it"),
        Remedy::AddHypothesis | Remedy::ProposeMitigation(_) | Remedy::SetCause | Remedy::StartProcedure(_) => {
            (if due_or_late { I::Late } else { I::Course }, "does it")
        }
        // The first two are among what waits, with who asked.
        Remedy::AcceptRole(_) | Remedy::ApproveMitigation(_) | Remedy::Declare | Remedy::ListActions => return None,
        // To be done once their time has come, and not before.
        Remedy::Escalate(_)
        | Remedy::AnswerRequest { .. }
        | Remedy::ClearTimer(_)
        | Remedy::Resolve
        | Remedy::DeclareMajor
            if !due_or_late =>
        {
            return None;
        }
        Remedy::Escalate(_) => (I::Late, "escalates"),
        Remedy::AnswerRequest { .. } | Remedy::ClearTimer(_) if standing != S::Late => return None,
        Remedy::AnswerRequest { .. } => (I::Late, "answers"),
        Remedy::ClearTimer(_) => (I::Late, "clears it"),
        Remedy::HandOver => (I::Late, "shows the handover"),
        // What is missing for it stands before it.
        Remedy::Resolve => (I::Reminder, "resolves"),
        Remedy::DeclareMajor => (I::Major, "declares it"),
        Remedy::TickItem(_)
        | Remedy::NoteItem(_)
        | Remedy::Close
        | Remedy::AddAction
        | Remedy::SetImpact(_)
        | Remedy::JudgeRunbook(_) => (if due_or_late { I::Late } else { I::Coming }, "does it"),
    })
}

fn has_heard(model: &Model, audience: &str) -> bool {
    live(&model.incident().communications).any(|sent| sent.audience == audience)
}

fn owns_item(model: &Model, id: &str) -> bool {
    let mut items = model.derived.checklists.iter().flat_map(|list| &list.items);
    let owner = items.find(|item| item.id == id).and_then(|item| item.owner.as_deref());
    owner.is_some_and(|owner| same(owner, &model.me))
}

fn is_mine(model: &Model, remedy: &Remedy, standing: Standing) -> bool {
    match remedy {
        Remedy::Update { .. } => writes_updates(model) || (standing == Standing::Late && model.commands()),
        Remedy::AnswerRequest { .. } | Remedy::HandOver => model.commands(),
        Remedy::SetStatus(_) | Remedy::SetSeverity | Remedy::Escalate(_) | Remedy::Resolve | Remedy::Close => {
            model.leads()
        }
        Remedy::TickItem(item) => !is_anothers(model, item),
        Remedy::Acknowledge
        | Remedy::Declare
        | Remedy::AssignRole(_)
        | Remedy::AcceptRole(_)
        | Remedy::NoteItem(_)
        | Remedy::SetCause
        | Remedy::AddHypothesis
        | Remedy::ProposeMitigation(_)
        | Remedy::ApproveMitigation(_)
        | Remedy::AddAction
        | Remedy::ListActions
        | Remedy::ClearTimer(_)
        | Remedy::StartProcedure(_)
        | Remedy::DeclareMajor
        | Remedy::SetImpact(_)
        | Remedy::JudgeRunbook(_) => true,
    }
}

fn is_anothers(model: &Model, id: &str) -> bool {
    let mut items = model.derived.checklists.iter().flat_map(|list| &list.items);
    let owner = items.find(|item| item.id == id).and_then(|item| item.owner.as_deref());
    owner.is_some_and(|owner| !same(owner, &model.me))
}

/// The word by which every framework knows the role that sends updates.
const COMMS: &str = "comms";

/// Whether updates are for this person to write: whose role it is does, and everyone while no one has it.
fn writes_updates(model: &Model) -> bool {
    let role = model.framework().role_id(COMMS).ok();
    let sends = |held: &Role| held.until.is_none() && role.as_deref() == Some(held.role.as_str());
    let mut senders = live(&model.incident().roles).filter(|held| sends(held)).peekable();
    senders.peek().is_none() || senders.any(|held| same(&held.who, &model.me))
}
