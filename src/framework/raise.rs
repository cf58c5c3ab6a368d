//! A raise of the severity: what it makes overdue at once has a grace from the raise, and says since which severity.

use super::model::Clock;
use super::{Framework, data};
use crate::incident::{EventKind, Incident, Time};

/// The grace that a countdown has because the severity was raised.
pub(super) struct Raise<'i> {
    /// Until when.
    pub until: Time,
    /// The severity that it was raised to.
    pub severity: &'i str,
}

impl Framework {
    /// The grace of a countdown that started at `start`: the severity was raised when its time was over already, and by the
    /// severity before it was not.
    pub(super) fn raise<'i>(
        &self,
        incident: &'i Incident,
        clock: &Clock,
        start: Time,
        overdue: Time,
    ) -> Option<Raise<'i>> {
        let (at, from) = self.raised(incident)?;
        if start > at || overdue > at {
            return None;
        }
        let before = data::at(&clock.within, from).and_then(super::model::Within::span);
        if before.is_some_and(|(_, last)| self.calendar.after(start, last) <= at) {
            return None;
        }
        Some(Raise {
            until: self.calendar.after(at, self.raise_grace),
            severity: &incident.severity,
        })
    }

    /// When the severity was raised to the present one, and from which; `None` where it was lowered to it or never changed.
    fn raised<'i>(&self, incident: &'i Incident) -> Option<(Time, &'i str)> {
        let is_change = |event: &&std::sync::Arc<crate::incident::Event>| {
            event.subject.as_deref() == Some("severity")
                && event.kind != EventKind::Conflict
                && event.retracted.is_none()
        };
        let last = incident.timeline.iter().rev().find(is_change)?;
        let (from, to) = (last.from.as_deref()?, last.to.as_deref()?);
        let raised = self.severity_rank(to)? < self.severity_rank(from)?;
        (raised && to == incident.severity).then_some((last.at, from))
    }
}
