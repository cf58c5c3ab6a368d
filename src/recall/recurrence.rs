//! Whether a cause came back: the same confirmed cause within ninety days.
//!
//! Two causes are the same where a link says so (`same-as`), where both are in the same words (at least half of those that say
//! something), or where both have the same `cause` field and a service in common.

use super::digest::{number, numbers};
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

/// What of a cause is compared, in numbers: no word of it can be read from here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// When the incident was.
    pub at: Time,
    /// Its words, ascending: pairs of causes are many, and are compared by walking along both.
    pub stems: Vec<u64>,
    /// The services that were affected, ascending.
    pub services: Vec<u64>,
    /// The kind of cause that the team gave it.
    pub group: Option<u64>,
    /// Incidents that had the same cause by a link.
    pub same_as: Vec<u64>,
}

/// When an incident counts as having been: its declaration, else its beginning.
pub fn when(case: &Case) -> Option<Time> {
    let declared = case.incident.declared.as_ref().map(|moment| moment.at);
    declared.or_else(|| clock::start(&case.incident))
}

/// Every incident whose cause was there within ninety days before, in the order of time. Drills are out; what was written down
/// afterwards counts, since it did happen.
pub fn recurrences(cases: &[Case]) -> Vec<Recurrence> {
    let counted = cases
        .iter()
        .filter(|case| !matches!(case.apart(), Some(Apart::Drill | Apart::TestClock)));
    let causes: Vec<(&str, Cause)> = counted
        .filter_map(|case| Some((case.id.as_str(), Cause::of(case)?)))
        .collect();
    among(causes.iter().map(|(id, cause)| (*id, cause)))
}

/// The same of causes that are known already, each with the id of its incident.
pub fn among<'a>(causes: impl Iterator<Item = (&'a str, &'a Cause)>) -> Vec<Recurrence> {
    let mut all: Vec<One<'a>> = causes
        .map(|(id, cause)| One {
            id,
            number: number(id),
            cause,
        })
        .collect();
    all.sort_by(|a, b| (a.cause.at, a.id).cmp(&(b.cause.at, b.id)));
    let mut found = Vec::new();
    let mut first = 0;
    for later in 0..all.len() {
        let at = all[later].cause.at;
        while at.seconds_since(all[first].cause.at) > DAYS * 86_400 {
            first += 1;
        }
        let before = all[first..later].iter().rev().find(|before| all[later].is(before));
        if let Some(before) = before {
            found.push(Recurrence {
                id: all[later].id.to_owned(),
                of: before.id.to_owned(),
                days: at.seconds_since(before.cause.at) / 86_400,
            });
        }
    }
    found
}

impl Cause {
    /// The cause of an incident, where anything of it can be compared.
    pub fn of(case: &Case) -> Option<Self> {
        let links = live(&case.incident.links);
        let same = links.filter(|link| link.label.as_deref().is_some_and(|label| SAME.contains(&label)));
        let same_as = numbers(same.map(|link| link.target.as_str()));
        let words: Vec<String> = cause(case).into_iter().flat_map(words).map(|word| word.stem).collect();
        let stems = numbers(words.iter().map(String::as_str));
        let group = case.field("cause").map(|group| number(&group.to_lowercase()));
        if stems.is_empty() && same_as.is_empty() && group.is_none() {
            return None;
        }
        Some(Self {
            at: when(case)?,
            services: numbers(case.services().iter().map(String::as_str)),
            stems,
            group,
            same_as,
        })
    }
}

/// A cause among others.
struct One<'a> {
    id: &'a str,
    number: u64,
    cause: &'a Cause,
}

impl One<'_> {
    fn is(&self, other: &Self) -> bool {
        if self.cause.same_as.contains(&other.number) || other.cause.same_as.contains(&self.number) {
            return true;
        }
        let (one, other) = (self.cause, other.cause);
        let common = in_common(&one.stems, &other.stems);
        let all = one.stems.len() + other.stems.len() - common;
        if common >= 2 && common * 2 >= all || all > 0 && common == all {
            return true;
        }
        one.group.is_some() && one.group == other.group && one.services.iter().any(|name| other.services.contains(name))
    }
}

/// How many numbers stand in both of two ascending lists.
fn in_common(one: &[u64], other: &[u64]) -> usize {
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
