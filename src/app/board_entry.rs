//! One incident of the repository, as the board lists it.

use std::sync::Arc;

use crate::framework::{Framework, TimerPhase};
use crate::incident::{Event, Incident, Time, live, people};
use crate::session::Listed;

/// What the board shows of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its severity; empty until assessed.
    pub severity: String,
    /// How grave that is: 0 is the worst.
    pub rank: usize,
    /// Its status.
    pub status: String,
    /// Who is in command.
    pub commander: Option<String>,
    /// When it was declared.
    pub declared: Option<Time>,
    /// Whether it is over.
    pub over: bool,
    /// Whether it is training.
    pub drill: bool,
    /// How many events it has.
    pub events: usize,
    /// The words of its newest event.
    pub newest: Option<String>,
    /// What is due next, and when.
    pub next: Option<(String, Time)>,
    /// Events of others that the person has not seen.
    pub unread: usize,
}

impl BoardEntry {
    /// What the board shows of this one to `me`.
    pub fn of(one: &Listed, me: &str, now: Time) -> Self {
        let (incident, framework) = (&*one.incident, &one.framework);
        let commands = |role: &str| framework.commands(role);
        let leads = live(&incident.roles).find(|role| role.until.is_none() && commands(&role.role));
        let moment = incident
            .declared
            .as_ref()
            .or(incident.detected.as_ref())
            .or(incident.started.as_ref());
        let lines = incident.timeline.iter();
        let newest = lines.clone().rev().find(|event| event.retracted.is_none());
        let is_new = |event: &&Arc<Event>| {
            let written = event.recorded.unwrap_or(event.at);
            !people::same(&event.by, me) && one.seen.is_none_or(|seen| written > seen)
        };
        // What is over starts no timer and is read when one wants to.
        let (next, unread) = if one.over {
            (None, 0)
        } else {
            (
                next_timer(incident, framework, now),
                lines.clone().filter(is_new).count(),
            )
        };
        Self {
            id: incident.id.clone(),
            title: incident.title.clone(),
            severity: incident.severity.clone(),
            rank: framework.severity_rank(&incident.severity).unwrap_or(usize::MAX),
            status: incident.status.clone(),
            commander: leads.map(|role| role.who.clone()),
            declared: moment.map(|moment| moment.at),
            over: one.over,
            drill: incident.drill,
            events: incident.timeline.len(),
            newest: newest.map(|event| event.text.clone()),
            next,
            unread,
        }
    }
}

/// The timer that is due first, of those that run.
fn next_timer(incident: &Incident, framework: &Framework, now: Time) -> Option<(String, Time)> {
    let timers = framework.derive(incident, now).timers.into_iter();
    let runs = timers.filter(|timer| match timer.state {
        TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running => true,
        TimerPhase::Paused | TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared => false,
    });
    let due = runs.filter_map(|timer| Some((timer.label, timer.due?)));
    due.min_by_key(|(_, due)| *due)
}
