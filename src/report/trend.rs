//! The period beside those before it: the same few figures for each.

use serde::Serialize;

use super::{Actions, Name, Period, durations};
use crate::incident::{Class, Time};
use crate::recall::{Case, recurrence};

/// The figures of one period.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Trend {
    /// What it is called.
    pub period: String,
    /// Incidents declared in it that count.
    pub incidents: usize,
    /// Of them, how many of the framework's highest severity.
    pub highest: usize,
    /// Median time to mitigate, in seconds.
    pub mitigate_median_s: Option<f64>,
    /// Median time to resolve, in seconds.
    pub resolve_median_s: Option<f64>,
    /// Of how many resolved incidents.
    pub resolved: usize,
    /// Incidents whose cause was there within 90 days before.
    pub repeats: usize,
    /// Action items created in it.
    pub actions: usize,
    /// Of them done by now.
    pub actions_done: usize,
}

impl Trend {
    /// Of several periods, in their order; `repeats` are the ids of the incidents whose cause had been there.
    pub(super) fn of(periods: &[&Period], cases: &[Case], repeats: &[String], now: Time) -> Vec<Self> {
        let each = periods.iter().map(|period| {
            let inside: Vec<&Case> = cases
                .iter()
                .filter(|case| recurrence::when(case).is_some_and(|at| period.holds(at)))
                .filter(|case| case.apart().is_none() && case.class() != Class::Cancelled)
                .collect();
            let is_highest = |case: &&&Case| {
                let framework = case.framework.as_ref();
                framework.and_then(|framework| framework.severity_rank(&case.incident.severity)) == Some(0)
            };
            let resolve = durations::over(Name::Resolve, None, &inside, now);
            let actions = Actions::of(cases, period, now);
            Self {
                period: period.name.clone(),
                incidents: inside.len(),
                highest: inside.iter().filter(is_highest).count(),
                mitigate_median_s: durations::over(Name::Mitigate, None, &inside, now).median_s,
                resolve_median_s: resolve.median_s,
                resolved: resolve.n,
                repeats: inside.iter().filter(|case| repeats.contains(&case.id)).count(),
                actions: actions.created,
                actions_done: actions.done_of_created,
            }
        });
        each.collect()
    }
}
