//! One incident of the repository, as the board lists it.

use crate::incident::{Incident, Time, live};

/// What the board shows of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardEntry {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its severity; empty until assessed.
    pub severity: String,
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
}

impl BoardEntry {
    /// What the board shows of this one; `commands` tells the role that leads.
    pub fn of(incident: &Incident, over: bool, commands: impl Fn(&str) -> bool) -> Self {
        let leads = live(&incident.roles).find(|role| role.until.is_none() && commands(&role.role));
        let moment = incident
            .declared
            .as_ref()
            .or(incident.detected.as_ref())
            .or(incident.started.as_ref());
        Self {
            id: incident.id.clone(),
            title: incident.title.clone(),
            severity: incident.severity.clone(),
            status: incident.status.clone(),
            commander: leads.map(|role| role.who.clone()),
            declared: moment.map(|moment| moment.at),
            over,
            drill: incident.drill,
            events: incident.timeline.len(),
            newest: incident
                .timeline
                .iter()
                .rev()
                .find(|event| event.retracted.is_none())
                .map(|event| event.text.clone()),
        }
    }
}
