//! Shares, survey answers and targets over the incidents of a period, and what each figure means.

use super::parts::{Count, Definition, SURVEY, Share, Survey, Target};
use super::{LeftOut, Name, runbook_use, top};
use crate::framework::Framework;
use crate::incident::{Time, live};
use crate::recall::{Case, recurrence};

pub(super) fn overridden(case: &Case) -> Option<LeftOut> {
    let forced = case.incident.resolved.as_ref().and_then(|moment| moment.forced.clone());
    let by_hand = || {
        let framework = case.framework.as_deref()?;
        let passed = framework.passed_over(&case.incident);
        passed
            .into_iter()
            .find(|one| one.subject == "status")
            .map(|one| one.said)
    };
    let why = forced.or_else(by_hand)?;
    Some(LeftOut {
        id: case.id.clone(),
        why,
    })
}

/// How far the incidents of frameworks with tiers went, by the highest tier that they were escalated to.
pub(super) fn tiers(real: &[&Case]) -> Vec<Count> {
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

pub(super) fn shares(real: &[&Case], now: Time) -> Vec<Share> {
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

pub(super) fn survey(inside: &[&Case]) -> Vec<Survey> {
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

pub(super) fn targets(inside: &[&Case]) -> Vec<Target> {
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

pub(super) fn definitions() -> Vec<Definition> {
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
