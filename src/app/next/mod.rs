//! What waits: for a decision, for an answer, for an update to be sent. The most useful step for the person who sits here stands in
//! the NEXT line, and one key does it; what waits for anyone is listed in the pane of decisions. [`Importance`] is the one order of all.

mod course;
pub(super) mod enter;
mod timers;
mod waiting;

pub(super) use waiting::is_for_me;

use super::next_step::{Does, Importance, NextStep, plain};
use super::then::Then;
use super::{Model, Pane, Tone, remedy};
use crate::framework::{Remedy, ReminderView, TimerPhase};
use crate::incident::live;

impl Model {
    /// Everything that waits, the most important for this person first. What was put away is left out.
    pub fn steps(&self) -> Vec<NextStep> {
        if self.is_nowhere() {
            return vec![self.first_step()];
        }
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
    let remedy = timer.remedy.as_ref()?;
    let does = remedy::of(remedy)?;
    (!over).then(|| {
        let (text, verb) = timers::selected(model, timer, remedy);
        plain(
            format!("timer {}", timer.id),
            Importance::AcceptRole,
            text,
            Some(does),
            verb,
        )
    })
}

impl Model {
    /// Where no incident is open in this console: the one that somebody has declared meanwhile, else to declare one.
    fn first_step(&self) -> NextStep {
        let (id, text, does, verb) = match self.declared_elsewhere() {
            Some(one) => (
                format!("open {}", one.id),
                format!("{} is open: {}", one.id, one.title),
                (super::Action::OpenIncident, Some(one.id.clone())),
                "opens it",
            ),
            None => (
                "declare".to_owned(),
                "declare what is broken".to_owned(),
                (super::Action::DeclareIncident, None),
                "declares",
            ),
        };
        plain(id, Importance::Acknowledge, text, Some(does), verb)
    }

    /// The gravest incident that is open while none is in this console.
    pub fn declared_elsewhere(&self) -> Option<&super::BoardEntry> {
        let open = self.board.iter().filter(|one| !one.over && !one.drill);
        open.min_by_key(|one| one.rank).filter(|_| self.is_nowhere())
    }
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
pub(super) fn begin(model: &mut Model) -> Then {
    match model.next_step().and_then(|step| step.does) {
        Some((action, Some(given))) => Then::Ask(action, Some(given)),
        Some((action, None)) => Then::Do(action),
        None => {
            model.say("Nothing waits for you.", Tone::Info);
            Then::NOTHING
        }
    }
}
