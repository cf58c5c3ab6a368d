//! What incidents say in numbers over a week, a month or a quarter: counts first, every duration with its interval, what came back, what was
//! promised and kept. Pure; no figure of a person is made anywhere.

mod actions;
pub mod csv;
pub mod dots;
pub mod durations;
mod kept;
pub mod markdown;
pub mod overview;
pub mod page;
mod parts;
pub mod period;
pub mod readiness;
mod runbook_use;
mod shares;
pub mod statistics;
#[cfg(test)]
mod tests;
mod trend;
pub mod wording;

use std::collections::BTreeMap;

use serde::Serialize;

pub use actions::Actions;
pub use durations::{Duration, LeftOut, Name};
pub use kept::{InTime, Kept};
pub use parts::{
    Count, Definition, Incidents, NamedChange, OfSeverity, Recurrences, Repeat, Reviews, SURVEY, Share, Survey, Target,
};
pub use period::{Kind, Period};
pub use runbook_use::RunbookUse;
use shares::{definitions, overridden, shares, survey, targets, tiers};
use statistics::{Change, Figures};
pub use trend::Trend;

use crate::incident::{Class, Time, live, people};
use crate::recall::{Case, recurrence};

/// Schema of the report's JSON document.
pub const SCHEMA: &str = include_str!("../../assets/schema/report.json");

/// What a report is made from.
pub struct Wanted<'a> {
    /// All incidents of the repository.
    pub cases: &'a [Case],
    /// The span that it is about.
    pub period: Period,
    /// Those before it, the latest first: it is compared with the first, and stands beside all of them.
    pub earlier: &'a [Period],
    /// As of when.
    pub now: Time,
    /// The zone that days are counted in, in words.
    pub zone: String,
    /// Status of each incident's review document, by the incident's id, where there is one.
    pub documents: BTreeMap<String, String>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Report {
    /// The span that it is about; incidents are counted by their declaration.
    pub period: Period,
    /// The span that it is compared with.
    pub previous: Period,
    /// As of when.
    pub as_of: Time,
    /// The zone that days are counted in.
    pub zone: String,
    /// How many incidents, false positives and near misses beside.
    pub incidents: Incidents,
    /// For each severity that occurred, worst first: how many, and their mean time to resolve.
    pub severities: Vec<OfSeverity>,
    /// Services by how often they were affected.
    pub services: Vec<Count>,
    /// Causes by how often they were the cause.
    pub causes: Vec<Count>,
    /// How incidents were noticed.
    pub detection: Vec<Count>,
    /// Every duration, over all and by severity.
    pub durations: Vec<Duration>,
    /// Durations against the previous period.
    pub changes: Vec<NamedChange>,
    /// The periods before it and itself, the earliest first.
    pub trend: Vec<Trend>,
    /// Causes that came back within 90 days.
    pub recurrences: Recurrences,
    /// What is done so that it does not come back.
    pub actions: Actions,
    /// Reviews of the incidents of this period.
    pub reviews: Reviews,
    /// Each timer that was due: by framework, in its order.
    pub timers: Vec<Kept>,
    /// Updates that were due to any audience, and those of them that went out in time.
    pub updates: InTime,
    /// Runbooks by how often they were attached, and what was said of them.
    pub runbooks: Vec<RunbookUse>,
    /// Gates that were overridden.
    pub overrides: Vec<LeftOut>,
    /// How far functional escalation went, where the framework has tiers.
    pub tiers: Vec<Count>,
    /// Shares of incidents for which something was done.
    pub shares: Vec<Share>,
    /// Satisfaction and culture, as they were entered.
    pub survey: Vec<Survey>,
    /// What the frameworks aim at, as they say it, with what was measured.
    pub targets: Vec<Target>,
    /// Incidents that are in no figure, and why.
    pub left_out: Vec<LeftOut>,
    /// How each figure is counted.
    pub definitions: Vec<Definition>,
}

impl Report {
    /// The report over some incidents.
    pub fn new(wanted: Wanted<'_>) -> Self {
        let Wanted {
            cases,
            period,
            earlier,
            now,
            zone,
            documents,
        } = wanted;
        let previous = earlier.first().cloned().unwrap_or_else(|| period.before(None, &|_| 0));
        let within = |period: &Period| -> Vec<&Case> {
            let mut all: Vec<&Case> = cases
                .iter()
                .filter(|case| recurrence::when(case).is_some_and(|at| period.holds(at)))
                .collect();
            all.sort_by_key(|case| (recurrence::when(case), &case.id));
            all
        };
        let of_period = within(&period);
        let left_out = of_period.iter().filter_map(|case| {
            Some(LeftOut {
                id: case.id.clone(),
                why: case.apart()?.why().into(),
            })
        });
        let left_out = left_out.collect();
        let counted =
            |all: &[&'_ Case]| -> Vec<usize> { (0..all.len()).filter(|at| all[*at].apart().is_none()).collect() };
        let inside: Vec<&Case> = counted(&of_period).into_iter().map(|at| of_period[at]).collect();
        let of_before = within(&previous);
        let before: Vec<&Case> = counted(&of_before).into_iter().map(|at| of_before[at]).collect();
        let real: Vec<&Case> = inside
            .iter()
            .copied()
            .filter(|case| case.class() != Class::Cancelled)
            .collect();
        let severities = severities(&real);
        let durations = durations(&real, &severities, now);
        let changes = changes(&before, &durations, now);
        let timers = Kept::of(&real, now);
        let repeats = recurrence::recurrences(cases);
        let trend = {
            let ids: Vec<String> = repeats.iter().map(|one| one.id.clone()).collect();
            let periods: Vec<&Period> = earlier.iter().rev().chain([&period]).collect();
            Trend::of(&periods, cases, &ids, now)
        };
        Self {
            incidents: incidents(&inside, &before, &durations),
            severities: severities
                .iter()
                .map(|(severity, title)| OfSeverity::of(severity, title, &real, &durations))
                .collect(),
            services: top(real.iter().flat_map(|case| case.services())),
            causes: top(real.iter().filter_map(|case| recurrence::group(case))),
            detection: top(real.iter().map(|case| {
                let how = case.incident.detected.as_ref().and_then(|moment| moment.how.as_ref());
                how.map_or("not recorded", |how| how.as_str()).to_owned()
            })),
            durations,
            changes,
            recurrences: Recurrences::of(repeats, &real),
            trend,
            actions: Actions::of(cases, &period, now),
            reviews: Reviews::of(&real, &documents),
            updates: InTime::of_updates(&timers),
            timers,
            runbooks: RunbookUse::of(&real),
            overrides: real.iter().filter_map(|case| overridden(case)).collect(),
            tiers: tiers(&real),
            shares: shares(&real, now),
            survey: survey(&inside),
            targets: targets(&inside),
            left_out,
            definitions: definitions(),
            period,
            previous,
            as_of: now,
            zone,
        }
    }

    /// The periods beside each other, where there was anything before.
    pub(crate) fn shown_trend(&self) -> &[Trend] {
        match self.trend.split_last() {
            Some((_, earlier)) if earlier.iter().any(|one| one.incidents > 0) => &self.trend,
            Some(_) | None => &[],
        }
    }

    /// The figures of a duration, over all incidents (`None`) or one severity.
    pub fn duration(&self, name: Name, severity: Option<&str>) -> Option<&Duration> {
        let mut all = self.durations.iter();
        all.find(|one| one.name == name && one.severity.as_deref() == severity)
    }
}

/// The severities that occur, worst first, each with its title.
fn severities(cases: &[&Case]) -> Vec<(String, String)> {
    let mut found: Vec<(usize, String, String)> = Vec::new();
    for case in cases {
        let id = &case.incident.severity;
        if found.iter().any(|(_, known, _)| known == id) {
            continue;
        }
        let framework = case.framework.as_deref();
        let rank = framework
            .and_then(|framework| framework.severity_rank(id))
            .unwrap_or(usize::MAX);
        let title = framework
            .and_then(|framework| framework.severity_title(id))
            .unwrap_or_default();
        found.push((rank, id.clone(), title.to_owned()));
    }
    found.sort();
    found.into_iter().map(|(_, id, title)| (id, title)).collect()
}

fn durations(real: &[&Case], severities: &[(String, String)], now: Time) -> Vec<Duration> {
    let mut all = Vec::new();
    for name in Name::ALL {
        all.push(durations::over(name, None, real, now));
        for (severity, _) in severities {
            all.push(durations::over(name, Some(severity), real, now));
        }
    }
    all
}

impl OfSeverity {
    fn of(severity: &str, title: &str, real: &[&Case], durations: &[Duration]) -> Self {
        let resolve = durations
            .iter()
            .find(|one| one.name == Name::Resolve && one.severity.as_deref() == Some(severity));
        Self {
            severity: severity.to_owned(),
            title: title.to_owned(),
            count: real.iter().filter(|case| case.incident.severity == severity).count(),
            mean_s: resolve.and_then(|one| one.mean_s),
            median_s: resolve.and_then(|one| one.median_s),
        }
    }
}

fn changes(before: &[&Case], durations: &[Duration], now: Time) -> Vec<NamedChange> {
    let overall = durations.iter().filter(|one| one.severity.is_none());
    overall
        .filter_map(|one| {
            let earlier = durations::over(one.name, None, before, now);
            let values = |of: &Duration| -> Vec<i64> { of.dots.iter().map(|dot| dot.seconds).collect() };
            let change = Change::between(&values(&earlier), &values(one))?;
            Some(NamedChange {
                name: one.name,
                said: wording::change(&change),
                change,
            })
        })
        .collect()
}

fn incidents(inside: &[&Case], before: &[&Case], durations: &[Duration]) -> Incidents {
    let is_real = |case: &&&Case| case.class() != Class::Cancelled;
    let impact = durations
        .iter()
        .find(|one| one.name == Name::Impact && one.severity.is_none());
    let near = |case: &&&Case| {
        case.field("kind")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("near-miss"))
    };
    let out_of_hours = inside.iter().filter(is_real).filter(|case| {
        let at = recurrence::when(case);
        let framework = case.framework.as_ref();
        framework
            .zip(at)
            .is_some_and(|(framework, at)| !framework.calendar.is_open(at))
    });
    let people: Vec<i64> = inside
        .iter()
        .filter(is_real)
        .map(|case| {
            let events = live(&case.incident.timeline).map(|event| event.by.as_str());
            let roles = live(&case.incident.roles).map(|role| role.who.as_str());
            // Each spelling once, before spellings are compared.
            let names: std::collections::BTreeSet<&str> = events.chain(roles).filter(|name| !name.is_empty()).collect();
            let names = people::distinct(names);
            i64::try_from(names.len()).unwrap_or(i64::MAX)
        })
        .collect();
    Incidents {
        count: inside.iter().filter(is_real).count(),
        previous: before.iter().filter(is_real).count(),
        open: inside.iter().filter(|case| !case.class().is_ended()).count(),
        cancelled: inside.iter().filter(|case| case.class() == Class::Cancelled).count(),
        near_misses: inside.iter().filter(near).count(),
        out_of_hours: out_of_hours.count(),
        impact_s: impact.map_or(0, |one| one.dots.iter().map(|dot| dot.seconds).sum()),
        people: Figures::of(&people),
    }
}

/// Names by how often they occur, the most frequent first, then by name.
fn top(names: impl Iterator<Item = String>) -> Vec<Count> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<Count> = counts.into_iter().map(|(name, count)| Count { name, count }).collect();
    counts.sort_by_key(|one| std::cmp::Reverse(one.count));
    counts
}

impl Recurrences {
    fn of(repeats: Vec<recurrence::Recurrence>, real: &[&Case]) -> Self {
        let incidents: Vec<Repeat> = repeats
            .into_iter()
            .filter_map(|one| {
                let case = real.iter().find(|case| case.id == one.id)?;
                Some(Repeat {
                    cause: recurrence::group(case).unwrap_or_default(),
                    id: one.id,
                    of: one.of,
                    days: one.days,
                })
            })
            .collect();
        Self {
            count: incidents.len(),
            incidents,
        }
    }
}

impl Reviews {
    fn of(real: &[&Case], documents: &BTreeMap<String, String>) -> Self {
        let mut reviews = Self::default();
        for case in real {
            let review = case.framework.as_ref().and_then(|framework| framework.review.as_ref());
            let mandatory = review.is_some_and(|review| review.mandatory.contains(&case.incident.severity));
            if !mandatory || !matches!(case.class(), Class::Resolved | Class::Closed) {
                continue;
            }
            reviews.mandatory += 1;
            match documents.get(&case.id).map(String::as_str) {
                None => reviews.missing.push(case.id.clone()),
                Some(status) => {
                    reviews.written += 1;
                    reviews.reviewed += usize::from(matches!(status, "reviewed" | "closed"));
                }
            }
        }
        reviews
    }
}
