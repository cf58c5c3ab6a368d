//! How runbooks were used in the incidents of a period, and what people said of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::incident::{Event, Verdict, live};
use crate::recall::Case;

/// One runbook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RunbookUse {
    /// Its name; empty where people said that there was none.
    pub name: String,
    /// In how many incidents it was attached.
    pub attached: usize,
    /// In how many it helped.
    pub helped: usize,
    /// In how many it misled.
    pub misled: usize,
    /// In how many it lacked what was needed.
    pub missing: usize,
}

impl RunbookUse {
    /// The ones used most first.
    pub(super) fn of(cases: &[&Case]) -> Vec<Self> {
        let mut all: BTreeMap<String, Self> = BTreeMap::new();
        for case in cases {
            let subjects =
                live(&case.incident.timeline).filter_map(|event| event.subject.as_deref()?.strip_prefix("runbook."));
            let attached: BTreeSet<&str> = subjects.filter(|name| !name.ends_with(".verdict")).collect();
            for name in attached {
                all.entry(name.to_owned()).or_default().attached += 1;
            }
            for (name, verdict) in verdicts(case) {
                let one = all.entry(name.to_owned()).or_default();
                match verdict {
                    Verdict::Helped => one.helped += 1,
                    Verdict::Misled => one.misled += 1,
                    Verdict::Missing => one.missing += 1,
                }
            }
        }
        let mut all: Vec<Self> = all.into_iter().map(|(name, one)| Self { name, ..one }).collect();
        all.sort_by_key(|one| std::cmp::Reverse((one.attached, one.helped)));
        all
    }
}

/// What was said last of each runbook of an incident.
fn verdicts(case: &Case) -> BTreeMap<&str, Verdict> {
    let said = |event: &'_ Event| -> Option<Verdict> {
        let to = event.to.as_deref()?;
        Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == to)
    };
    live(&case.incident.timeline)
        .filter_map(|event| {
            let name = event
                .subject
                .as_deref()?
                .strip_prefix("runbook.")?
                .strip_suffix(".verdict")?;
            Some((if name == "-" { "" } else { name }, said(event)?))
        })
        .collect()
}

/// Whether a runbook helped in an incident.
pub(super) fn helped(case: &Case) -> bool {
    verdicts(case).values().any(|verdict| *verdict == Verdict::Helped)
}
