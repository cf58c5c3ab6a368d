//! What was due in the incidents of a period, and whether it was done in time: each timer of each framework, and the updates beside.

use std::collections::BTreeMap;

use serde::Serialize;

use super::statistics::Figures;
use crate::framework::model::Fact;
use crate::framework::{Framework, TimerOutcome, TimerRecord};
use crate::incident::Time;
use crate::recall::Case;

/// How the times that one timer was due were kept; of a cadence each repeat counts. What was cleared with a reason counts nowhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Kept {
    /// Whose timer.
    pub framework: String,
    /// The timer: `update.internal`.
    pub timer: String,
    /// What people read.
    pub label: String,
    /// The audience that it has to be told; empty where the timer is about something else.
    pub audience: String,
    /// How often it was due.
    pub due: usize,
    /// Met in time.
    pub in_time: usize,
    /// Met late.
    pub late: usize,
    /// Never met, or overdue still.
    pub missed: usize,
    /// Median of how late, in seconds, of those met late.
    pub late_median_s: Option<f64>,
}

/// Counts over several timers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InTime {
    /// In time.
    pub in_time: usize,
    /// Of so many that were due.
    pub due: usize,
}

impl Kept {
    /// Of all timers of all incidents: in the order of their frameworks, a framework's in its own order.
    pub(super) fn of(cases: &[&Case], now: Time) -> Vec<Self> {
        let mut frameworks: BTreeMap<&str, (&Framework, Vec<TimerRecord>)> = BTreeMap::new();
        for case in cases {
            let Some(framework) = case.framework.as_deref() else {
                continue;
            };
            let known = frameworks
                .entry(&framework.name)
                .or_insert_with(|| (framework, Vec::new()));
            known.1.extend(framework.timer_history(&case.incident, now));
        }
        let each = frameworks.into_values().flat_map(|(framework, records)| {
            let timers = framework.timers.iter();
            let kept = timers.map(move |rule| {
                let audience = rule.met_by.iter().find_map(|fact| match fact {
                    Fact::Told(audience) => Some(audience.clone()),
                    _ => None,
                });
                let of_timer = records.iter().filter(|record| record.id == rule.id);
                Self {
                    framework: framework.name.clone(),
                    timer: rule.id.clone(),
                    label: rule.label.clone(),
                    audience: audience.unwrap_or_default(),
                    ..Self::counted(of_timer)
                }
            });
            kept.collect::<Vec<_>>()
        });
        each.filter(|one| one.due > 0).collect()
    }

    fn counted<'a>(records: impl Iterator<Item = &'a TimerRecord>) -> Self {
        let mut kept = Self::default();
        let mut late = Vec::new();
        for record in records {
            match record.outcome {
                TimerOutcome::Met => kept.in_time += 1,
                TimerOutcome::MetLate => {
                    kept.late += 1;
                    late.push(record.late_s);
                }
                TimerOutcome::Overdue | TimerOutcome::NeverMet => kept.missed += 1,
                TimerOutcome::Cleared => {}
            }
        }
        kept.due = kept.in_time + kept.late + kept.missed;
        kept.late_median_s = Figures::of(&late).median;
        kept
    }
}

impl InTime {
    /// The updates of a period: whatever has to be told an audience.
    pub(super) fn of_updates(all: &[Kept]) -> Self {
        let updates = all.iter().filter(|one| !one.audience.is_empty());
        updates.fold(Self::default(), |sum, one| Self {
            in_time: sum.in_time + one.in_time,
            due: sum.due + one.due,
        })
    }
}
