//! Action items of a period: made, done, done in time.

use serde::Serialize;

use super::Period;
use crate::incident::{ActionState, Time, live};
use crate::recall::Case;

/// Action items in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Actions {
    /// Written down within the period.
    pub created: usize,
    /// Done within the period, whenever they were written down.
    pub completed: usize,
    /// Of those done, how many had a day.
    pub with_day: usize,
    /// Of those with a day, how many were done by it.
    pub on_time: usize,
    /// Of those written down within the period, how many are done by now.
    pub done_of_created: usize,
    /// Open as of the report, over all incidents.
    pub open: usize,
    /// Of them past their day.
    pub overdue: usize,
}

impl Actions {
    /// Those of all incidents that count.
    pub fn of(cases: &[Case], period: &Period, now: Time) -> Self {
        let mut actions = Self::default();
        let today = now.date().to_string();
        for item in cases
            .iter()
            .filter(|case| !case.incident.drill)
            .flat_map(|case| live(&case.incident.actions))
        {
            let done = item.state == ActionState::Done;
            if period.holds(item.at) {
                actions.created += 1;
                actions.done_of_created += usize::from(done);
            }
            if let Some(at) = item.done.filter(|at| done && period.holds(*at)) {
                actions.completed += 1;
                if let Some(due) = &item.due {
                    actions.with_day += 1;
                    actions.on_time += usize::from(at.date().to_string() <= *due);
                }
            }
            if !done {
                actions.open += 1;
                actions.overdue += usize::from(item.due.as_deref().is_some_and(|due| due < today.as_str()));
            }
        }
        actions
    }

    /// The share of those made in the period that is done, in whole percent.
    pub fn percent(&self) -> Option<usize> {
        (self.done_of_created * 100).checked_div(self.created)
    }
}
