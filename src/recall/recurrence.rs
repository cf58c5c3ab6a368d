//! Whether a cause came back: the same confirmed cause within ninety days.
//!
//! Two causes are the same where a link says so (`same-as`), where both are in the same words (at least half of those that say
//! something), or where both have the same `cause` field and a service in common.

use std::collections::{BTreeSet, HashMap};

use super::words::words;
use super::{Apart, Case};
use crate::incident::{HypothesisState, Time, clock, live};

/// Within how many days a cause counts as having come back.
pub const DAYS: i64 = 90;

/// Labels of a link to an incident that had the same cause.
const SAME: [&str; 3] = ["same-as", "same", "recurrence"];

/// The cause of an incident, where it is named: the root cause, else the hypothesis that was confirmed.
pub fn cause(case: &Case) -> Option<&str> {
    let named = case
        .incident
        .cause
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    named.or_else(|| {
        let mut all = live(&case.incident.hypotheses).filter(|one| one.state == HypothesisState::Confirmed);
        all.next().map(|one| one.statement.as_str())
    })
}

/// What kind of cause it was, for counting: the team's own field `cause`, else the cause itself.
pub fn group(case: &Case) -> Option<String> {
    let own = case.field("cause").map(str::to_lowercase);
    own.or_else(|| cause(case).map(|cause| crate::text::one_line(cause).into_owned()))
}

/// One incident whose cause had been there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// The later one.
    pub id: String,
    /// The last one before it with the same cause.
    pub of: String,
    /// Whole days between their declarations.
    pub days: i64,
}

/// What of a cause is compared.
struct Cause<'a> {
    case: &'a Case,
    at: Time,
    /// Its words by number, ascending: pairs of causes are many, and are compared by walking along both.
    stems: Vec<u32>,
    services: Vec<String>,
    group: Option<String>,
    same_as: Vec<&'a str>,
}

/// When an incident counts as having been: its declaration, else its beginning.
pub fn when(case: &Case) -> Option<Time> {
    let declared = case.incident.declared.as_ref().map(|moment| moment.at);
    declared.or_else(|| clock::start(&case.incident))
}

/// Every incident whose cause was there within ninety days before, in the order of time. Drills are out; what was written down
/// afterwards counts, since it did happen.
pub fn recurrences(cases: &[Case]) -> Vec<Recurrence> {
    let mut numbers = HashMap::new();
    let mut all: Vec<Cause<'_>> = cases
        .iter()
        .filter(|case| !matches!(case.apart(), Some(Apart::Drill | Apart::TestClock)))
        .filter_map(|case| Cause::of(case, &mut numbers))
        .collect();
    all.sort_by(|a, b| (a.at, &a.case.id).cmp(&(b.at, &b.case.id)));
    let mut found = Vec::new();
    let mut first = 0;
    for later in 0..all.len() {
        while all[later].at.seconds_since(all[first].at) > DAYS * 86_400 {
            first += 1;
        }
        let before = all[first..later].iter().rev().find(|before| all[later].is(before));
        if let Some(before) = before {
            found.push(Recurrence {
                id: all[later].case.id.clone(),
                of: before.case.id.clone(),
                days: all[later].at.seconds_since(before.at) / 86_400,
            });
        }
    }
    found
}

impl<'a> Cause<'a> {
    fn of(case: &'a Case, numbers: &mut HashMap<String, u32>) -> Option<Self> {
        let links = live(&case.incident.links);
        let same_as: Vec<&str> = links
            .filter(|link| link.label.as_deref().is_some_and(|label| SAME.contains(&label)))
            .map(|link| link.target.as_str())
            .collect();
        let stems: BTreeSet<String> = cause(case).into_iter().flat_map(words).map(|word| word.stem).collect();
        let mut stems: Vec<u32> = stems
            .into_iter()
            .map(|stem| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(stem).or_insert(next)
            })
            .collect();
        stems.sort_unstable();
        let group = case.field("cause").map(str::to_lowercase);
        if stems.is_empty() && same_as.is_empty() && group.is_none() {
            return None;
        }
        Some(Self {
            at: when(case)?,
            services: case.services(),
            case,
            stems,
            group,
            same_as,
        })
    }

    fn is(&self, other: &Self) -> bool {
        let linked = |one: &Self, other: &Self| one.same_as.contains(&other.case.id.as_str());
        if linked(self, other) || linked(other, self) {
            return true;
        }
        let common = in_common(&self.stems, &other.stems);
        let all = self.stems.len() + other.stems.len() - common;
        if common >= 2 && common * 2 >= all || all > 0 && common == all {
            return true;
        }
        self.group.is_some()
            && self.group == other.group
            && self.services.iter().any(|name| other.services.contains(name))
    }
}

/// How many numbers stand in both of two ascending lists.
fn in_common(one: &[u32], other: &[u32]) -> usize {
    let (mut a, mut b, mut common) = (0, 0, 0);
    while a < one.len() && b < other.len() {
        match one[a].cmp(&other[b]) {
            std::cmp::Ordering::Less => a += 1,
            std::cmp::Ordering::Greater => b += 1,
            std::cmp::Ordering::Equal => (a, b, common) = (a + 1, b + 1, common + 1),
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{Incident, Link, Moment};

    fn case(id: &str, day: &str, cause: &str) -> Case {
        let incident = Incident {
            cause: (!cause.is_empty()).then(|| cause.to_owned()),
            declared: Some(Moment {
                at: Time::parse_rfc3339(&format!("{day}T08:00:00Z")).unwrap(),
                ..Moment::default()
            }),
            ..Incident::default()
        };
        Case::new(id.into(), Arc::new(incident), None)
    }

    fn found(cases: &[Case]) -> Vec<(String, String, i64)> {
        recurrences(cases)
            .into_iter()
            .map(|one| (one.id, one.of, one.days))
            .collect()
    }

    #[test]
    fn the_same_cause_within_ninety_days_has_come_back() {
        let cases = [
            case("C", "2026-06-01", "the connection pool was exhausted"),
            case("A", "2026-01-01", "connection pool exhausted by v2.34"),
            case("B", "2026-01-20", "Connection pools exhausted again"),
            case("D", "2026-01-21", "an expired certificate"),
        ];
        assert_eq!(found(&cases), [("B".into(), "A".into(), 19)]);
    }

    #[test]
    fn ninety_days_to_the_second() {
        let pair = |second: &str| [case("A", "2026-01-01", "dns loop"), case("B", second, "dns loop")];
        assert_eq!(found(&pair("2026-04-01")).len(), 1);
        assert_eq!(found(&pair("2026-04-02")).len(), 0);
    }

    #[test]
    fn a_link_says_so_and_a_kind_alone_does_not() {
        let mut pair = [case("A", "2026-01-01", "x1"), case("B", "2026-01-02", "y1")];
        for one in &mut pair {
            Arc::make_mut(&mut one.incident)
                .fields
                .insert("cause".into(), "release".into());
        }
        assert!(found(&pair).is_empty());
        let both = |pair: &mut [Case; 2], name: &str| {
            for one in pair {
                Arc::make_mut(&mut one.incident)
                    .impact
                    .insert("services".into(), name.into());
            }
        };
        both(&mut pair, "checkout, Payments");
        assert_eq!(found(&pair).len(), 1);
        let mut linked = [case("A", "2026-01-01", "x1"), case("B", "2026-01-02", "y1")];
        Arc::make_mut(&mut linked[1].incident).links.push(Arc::new(Link {
            target: "A".into(),
            label: Some("same-as".into()),
            ..Link::default()
        }));
        assert_eq!(found(&linked).len(), 1);
        let mut drill = [case("A", "2026-01-01", "dns loop"), case("B", "2026-01-02", "dns loop")];
        Arc::make_mut(&mut drill[1].incident).drill = true;
        assert!(found(&drill).is_empty());
    }
}
