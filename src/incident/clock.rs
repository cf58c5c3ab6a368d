//! The one place that says when an incident's milestones were and how long it took. Every screen, timer and metric asks
//! here, so that a corrected time counts everywhere.

use std::fmt;

use super::entry::Entry;
use super::model::{Incident, Moment};
use super::stamp::Stamp;
use super::statuses::Statuses;
use super::time::Time;
use super::words::{EventKind, MILESTONES, Milestone};

/// The moment of a milestone as the file has it.
pub fn moment<'a>(incident: &'a Incident, milestone: &Milestone) -> Option<&'a Moment> {
    match milestone {
        Milestone::Started => incident.started.as_ref(),
        Milestone::Detected => incident.detected.as_ref(),
        Milestone::Acknowledged => incident.acknowledged.as_ref(),
        Milestone::Declared => incident.declared.as_ref(),
        Milestone::Mitigated => incident.mitigated.as_ref(),
        Milestone::Resolved => incident.resolved.as_ref(),
        Milestone::Other(_) => None,
    }
}

/// The same, to change; `None` for a milestone nobody knows.
pub(super) fn moment_mut<'a>(incident: &'a mut Incident, milestone: &Milestone) -> Option<&'a mut Option<Moment>> {
    match milestone {
        Milestone::Started => Some(&mut incident.started),
        Milestone::Detected => Some(&mut incident.detected),
        Milestone::Acknowledged => Some(&mut incident.acknowledged),
        Milestone::Declared => Some(&mut incident.declared),
        Milestone::Mitigated => Some(&mut incident.mitigated),
        Milestone::Resolved => Some(&mut incident.resolved),
        Milestone::Other(_) => None,
    }
}

/// When a milestone was, corrections included.
pub fn milestone(incident: &Incident, milestone: &Milestone) -> Option<Time> {
    moment(incident, milestone).map(|moment| moment.at)
}

/// When the incident began: its earliest milestone; where it has none, its first event.
pub fn start(incident: &Incident) -> Option<Time> {
    let earliest = MILESTONES.iter().filter_map(|name| milestone(incident, name)).min();
    earliest.or_else(|| incident.timeline.first().map(|event| event.at))
}

/// When the clocks stopped: at the resolution, or where there was none at closing or cancelling. `None` while open.
pub fn end(incident: &Incident, statuses: &Statuses) -> Option<Time> {
    if !statuses.is_ended(&incident.status) {
        return None;
    }
    milestone(incident, &Milestone::Resolved).or(incident.closed.as_ref().map(|moment| moment.at))
}

/// Seconds from the start to `now`, or to the end; never negative.
pub fn elapsed(incident: &Incident, statuses: &Statuses, now: Time) -> i64 {
    let Some(start) = start(incident) else { return 0 };
    end(incident, statuses).unwrap_or(now).seconds_since(start).max(0)
}

/// What cannot be the other way round: the first of each cannot lie behind the second.
const ORDER: [(Milestone, Milestone); 8] = [
    (Milestone::Started, Milestone::Mitigated),
    (Milestone::Started, Milestone::Resolved),
    (Milestone::Detected, Milestone::Acknowledged),
    (Milestone::Detected, Milestone::Declared),
    (Milestone::Detected, Milestone::Resolved),
    (Milestone::Acknowledged, Milestone::Resolved),
    (Milestone::Declared, Milestone::Resolved),
    (Milestone::Mitigated, Milestone::Resolved),
];

/// Two milestones that lie the wrong way round: no duration between them means anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misordered {
    /// What comes first.
    pub first: Milestone,
    /// When it was.
    pub at: Time,
    /// What lies before it.
    pub then: Milestone,
    /// When that was.
    pub then_at: Time,
}

impl fmt::Display for Misordered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first,
            at,
            then,
            then_at,
        } = self;
        write!(
            f,
            "it cannot have been {then} at {}, before it was {first} at {}",
            then_at.said(),
            at.said()
        )
    }
}

/// All milestones that lie the wrong way round.
pub fn misordered(incident: &Incident) -> Vec<Misordered> {
    let wrong = ORDER.iter().filter_map(|(first, then)| {
        let (at, then_at) = (milestone(incident, first)?, milestone(incident, then)?);
        (then_at < at).then(|| Misordered {
            first: first.clone(),
            at,
            then: then.clone(),
            then_at,
        })
    });
    wrong.collect()
}

/// Seconds from one milestone to another; `None` where one is missing, or where they lie the wrong way round.
pub fn between(incident: &Incident, from: &Milestone, to: &Milestone) -> Option<i64> {
    let seconds = milestone(incident, to)?.seconds_since(milestone(incident, from)?);
    (seconds >= 0).then_some(seconds)
}

/// The stamp of what was there from the beginning: that of the declaration, which no correction moves.
pub fn origin(incident: &Incident) -> Option<Stamp> {
    let mut events = incident.timeline.iter();
    let declared = events.find(|event| event.kind == EventKind::Declared)?;
    let (at, by) = declared.made();
    Some(Stamp::new(at, by))
}

/// The newest stamp in the incident: a change must be stamped later than it. Looks at every entry: keep the result.
pub fn newest(incident: &Incident) -> Time {
    fn of<T: Entry>(incident: &Incident) -> Time {
        let entries = T::list(incident).iter();
        let each = entries.map(|entry| newest_of(&**entry));
        each.max().unwrap_or_default()
    }
    let lists = super::entry::SECTIONS
        .iter()
        .filter_map(|section| super::entry::in_section!(*section, T => of::<T>(incident)));
    let top = incident.rev.values().map(|stamp| stamp.at);
    lists.chain(top).max().unwrap_or_default()
}

/// The newest stamp of an entry, its own included.
pub fn newest_of<T: Entry>(entry: &T) -> Time {
    let stamps = entry.rev().values().map(|stamp| stamp.at);
    stamps.fold(entry.made().0, Time::max)
}
