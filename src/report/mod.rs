//! What incidents say in numbers over a week, a month or a quarter: counts first, every duration with its interval, what came back, what was
//! promised and kept. Pure; no figure of a person is made anywhere.

mod actions;
pub mod csv;
pub mod dots;
pub mod durations;
mod kept;
pub mod markdown;
pub mod page;
pub mod period;
pub mod readiness;
mod runbook_use;
pub mod statistics;
#[cfg(test)]
mod tests;
mod trend;

use std::collections::BTreeMap;

use serde::Serialize;

pub use actions::Actions;
pub use durations::{Duration, LeftOut, Name};
pub use kept::{InTime, Kept};
pub use period::{Kind, Period};
pub use runbook_use::RunbookUse;
use statistics::{Change, Figures};
pub use trend::Trend;

use crate::framework::Framework;
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

/// How many incidents there were.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Incidents {
    /// Those that count.
    pub count: usize,
    /// In the previous period.
    pub previous: usize,
    /// Of them still open.
    pub open: usize,
    /// False positives, beside.
    pub cancelled: usize,
    /// Of all, those in which nothing broke (`fields.kind` is `near-miss`).
    pub near_misses: usize,
    /// Declared outside of the team's hours.
    pub out_of_hours: usize,
    /// Seconds of customer impact in all, as far as they are known.
    pub impact_s: i64,
    /// People in an incident: figures of how many took part.
    pub people: Figures,
}

/// The incidents of one severity.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OfSeverity {
    /// Its id; empty: not assessed.
    pub severity: String,
    /// What people read for it.
    pub title: String,
    /// How many.
    pub count: usize,
    /// Mean time to resolve, in seconds.
    pub mean_s: Option<f64>,
    /// Median time to resolve, in seconds.
    pub median_s: Option<f64>,
}

/// How often something was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Count {
    /// What.
    pub name: String,
    /// How often.
    pub count: usize,
}

/// A duration against the previous period.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NamedChange {
    /// Which duration.
    pub name: Name,
    /// How it changed.
    #[serde(flatten)]
    pub change: Change,
    /// The same as a sentence.
    pub said: String,
}

/// Causes that came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recurrences {
    /// How many incidents of this period had a cause that was there within 90 days before.
    pub count: usize,
    /// Which, and of what.
    pub incidents: Vec<Repeat>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Repeat {
    /// The later incident.
    pub id: String,
    /// The earlier one.
    pub of: String,
    /// Days between them.
    pub days: i64,
    /// The cause.
    pub cause: String,
}

/// Reviews of the incidents of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reviews {
    /// Resolved or closed incidents whose framework makes a review mandatory.
    pub mandatory: usize,
    /// Of them with a document.
    pub written: usize,
    /// Of them with a document that was reviewed.
    pub reviewed: usize,
    /// Those without a document.
    pub missing: Vec<String>,
}

/// A share, as two numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share {
    /// What was done.
    pub name: &'static str,
    /// In how many incidents (of promises: how many).
    pub count: usize,
    /// Of how many.
    pub of: usize,
}

/// A figure that was asked of people and entered by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Survey {
    /// The field that it is entered in.
    pub field: &'static str,
    /// What people read.
    pub name: &'static str,
    /// How often it was entered.
    pub n: usize,
    /// The mean of what was entered.
    pub mean: f64,
}

/// What a framework aims at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Target {
    /// Whose.
    pub framework: String,
    /// What is measured.
    pub text: String,
    /// What is wanted, in the framework's words.
    pub want: String,
}

/// How a figure is counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Definition {
    /// The figure.
    pub name: &'static str,
    /// How.
    pub text: &'static str,
}

/// Fields by which satisfaction and culture are entered (`set fields.NAME 8`), and what people read for them (S0:683-696).
pub const SURVEY: [(&str, &str); 8] = [
    ("satisfaction-executives", "executives' satisfaction with communication"),
    ("satisfaction-customers", "customers' satisfaction with communication"),
    ("satisfaction-support", "support's satisfaction with communication"),
    ("blameless-score", "blameless culture"),
    ("safety-score", "psychological safety"),
    ("confidence-score", "on-call confidence"),
    ("review-participation", "share of engineers in the review, percent"),
    ("leadership-attended", "leadership attended the review, percent"),
];

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
                said: page::change(&change),
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

fn overridden(case: &Case) -> Option<LeftOut> {
    let why = case.incident.resolved.as_ref()?.forced.clone()?;
    Some(LeftOut {
        id: case.id.clone(),
        why,
    })
}

/// How far the incidents of frameworks with tiers went, by the highest tier that they were escalated to.
fn tiers(real: &[&Case]) -> Vec<Count> {
    let tier_of = |case: &&Case| -> Option<String> {
        let framework = case.framework.as_deref()?;
        let tiers: Vec<&str> = framework
            .escalations
            .iter()
            .map(|one| one.id.as_str())
            .filter(|id| id.starts_with("tier-"))
            .collect();
        let highest = live(&case.incident.timeline)
            .filter(|event| event.kind == crate::incident::EventKind::Escalation)
            .filter_map(|event| event.to.as_deref())
            .filter_map(|to| tiers.iter().position(|tier| *tier == to))
            .max();
        (!tiers.is_empty()).then(|| highest.map_or("tier-1", |at| tiers[at]).to_owned())
    };
    let mut counts = top(real.iter().filter_map(tier_of));
    counts.sort_by(|a, b| a.name.cmp(&b.name));
    counts
}

fn shares(real: &[&Case], now: Time) -> Vec<Share> {
    let share = |name, done: &dyn Fn(&Case) -> bool, among: &dyn Fn(&Case) -> bool| {
        let of: Vec<&&Case> = real.iter().filter(|case| among(case)).collect();
        Share {
            name,
            count: of.iter().filter(|case| done(case)).count(),
            of: of.len(),
        }
    };
    let any = |_: &Case| true;
    let commanded = |case: &Case| {
        let role = case
            .framework
            .as_ref()
            .map(|framework| framework.commander().to_owned());
        role.is_some_and(|role| live(&case.incident.roles).any(|held| held.role == role))
    };
    let outside = |case: &Case| {
        let public = |audience: &str| {
            let framework: Option<&Framework> = case.framework.as_deref();
            framework.is_some_and(|framework| {
                framework
                    .audiences
                    .iter()
                    .any(|one| one.id == audience && !one.states.is_empty())
            })
        };
        live(&case.incident.communications).any(|sent| public(&sent.audience))
    };
    let ticket = |case: &Case| {
        live(&case.incident.links).any(|link| link.label.as_deref().is_some_and(|label| label == "ticket"))
            || case.field("ticket").is_some()
    };
    let top = |case: &Case| {
        let framework = case.framework.as_ref();
        framework.and_then(|framework| framework.severity_rank(&case.incident.severity)) == Some(0)
    };
    let promises: Vec<bool> = real
        .iter()
        .filter_map(|case| Some((case, case.framework.as_ref()?)))
        .flat_map(|(case, framework)| {
            framework
                .promises(&case.incident)
                .into_iter()
                .filter_map(|one| one.kept(now))
        })
        .collect();
    vec![
        Share {
            name: "promised updates sent in time",
            count: promises.iter().filter(|kept| **kept).count(),
            of: promises.len(),
        },
        share("with an incident commander", &commanded, &any),
        share("with a ticket", &ticket, &any),
        share("of the top severity announced on the status page", &outside, &top),
        share("noticed by an alert or monitoring", &by_machine, &any),
        share(
            "ended with a runbook that helped",
            &runbook_use::helped,
            &|case: &Case| case.class().is_ended(),
        ),
        share(
            "with a cause",
            &|case: &Case| recurrence::cause(case).is_some(),
            &|case: &Case| case.class().is_ended(),
        ),
    ]
}

fn by_machine(case: &Case) -> bool {
    use crate::incident::DetectionMethod as How;
    let how = case.incident.detected.as_ref().and_then(|moment| moment.how.as_ref());
    matches!(how, Some(How::Alert | How::Monitoring))
}

fn survey(inside: &[&Case]) -> Vec<Survey> {
    let of = |(field, name): &(&'static str, &'static str)| {
        let numbers: Vec<f64> = inside
            .iter()
            .filter_map(|case| {
                let digits: String = case
                    .field(field)?
                    .chars()
                    .take_while(|c| c.is_ascii_digit() || *c == '.')
                    .collect();
                digits.parse().ok()
            })
            .filter(|number: &f64| number.is_finite() && *number <= 100.0)
            .collect();
        let n = u32::try_from(numbers.len()).ok().filter(|n| *n > 0)?;
        Some(Survey {
            field,
            name,
            n: numbers.len(),
            mean: numbers.iter().sum::<f64>() / f64::from(n),
        })
    };
    SURVEY.iter().filter_map(of).collect()
}

fn targets(inside: &[&Case]) -> Vec<Target> {
    let mut frameworks: Vec<&Framework> = Vec::new();
    for framework in inside.iter().filter_map(|case| case.framework.as_deref()) {
        if !frameworks.iter().any(|known| known.name == framework.name) {
            frameworks.push(framework);
        }
    }
    frameworks.sort_by(|a, b| a.name.cmp(&b.name));
    let each = frameworks.into_iter().flat_map(|framework| {
        framework.targets.iter().map(|target| Target {
            framework: framework.name.clone(),
            text: target.text.clone(),
            want: target.want.clone(),
        })
    });
    each.collect()
}

fn definitions() -> Vec<Definition> {
    let durations = Name::ALL.map(|name| Definition {
        name: name.title(),
        text: name.definition(),
    });
    let others = [
        (
            "median [from-to]",
            "the interval holds the true median with at least 95 %: exact, from the order of the values; fewer than six values have none",
        ),
        ("p90", "nine of ten took no longer (nearest rank)"),
        (
            "change",
            "called one only where the exact 95 % interval of the ratio (Hodges-Lehmann) leaves 1",
        ),
        (
            "incidents",
            "counted by their declaration, with corrected times; drills and back-filled ones are left out, false positives counted beside",
        ),
        (
            "timers",
            "each time one was due, by the severity in force then; of a cadence each repeat; what was cleared with a reason counts nowhere",
        ),
        (
            "repeat",
            "the same confirmed cause within 90 days before: a same-as link, mostly the same words, or the same fields.cause on a common service",
        ),
    ];
    let others = others.map(|(name, text)| Definition { name, text });
    durations.into_iter().chain(others).collect()
}
