//! What the board shows beside its incidents: the action items of all of them, and how incidents went over the last periods. The same
//! figures as in the report, by the same code.

use chrono::Datelike as _;

use super::durations::Dot;
use super::{Kind, Name, Period, Trend, changes, durations};
use crate::incident::{ActionState, Class, Time};
use crate::recall::actions::{Shares, all};
use crate::recall::query::Query;
use crate::recall::{Case, recurrence};

/// So many periods stand beside each other, the present one among them.
pub const PERIODS: usize = 6;
/// Services that have a strip of their own, those first that were affected most.
const SERVICES: usize = 6;

/// Action items and trend over the incidents that a query means.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// The kind of period that stands beside each other.
    pub kind: Kind,
    /// Incidents that are meant: all where nothing is asked.
    pub met: Vec<String>,
    /// Action items, in the order in which they are to be looked at.
    pub items: Vec<Item>,
    /// How many of them are done, and done by their day.
    pub shares: Shares,
    /// The periods with their figures, the earliest first.
    pub trend: Vec<(Period, Trend)>,
    /// From the beginning of the first period to the end of the last.
    pub span: Period,
    /// The time to resolve of each incident within.
    pub dots: Vec<Dot>,
    /// How the present period differs from the one before, in a sentence each.
    pub changes: Vec<String>,
    /// Services that were affected, with the times of their incidents.
    pub services: Vec<(String, Vec<Time>)>,
    /// Incidents that were declared on this day of the year in other years, the latest first.
    pub anniversaries: Vec<Anniversary>,
}

/// An incident of this day of the year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anniversary {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How many years ago.
    pub years: i32,
}

/// An action item among those of all incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// The incident.
    pub incident: String,
    /// The item's id.
    pub id: String,
    /// What will be done.
    pub text: String,
    /// By whom.
    pub owner: Option<String>,
    /// By which day.
    pub due: Option<String>,
    /// How soon.
    pub horizon: Option<String>,
    /// The last incident in which the cause that it is against has come back.
    pub came_back: Option<String>,
    /// Whether its day has passed.
    pub overdue: bool,
    /// Whether it is done.
    pub done: bool,
}

impl Overview {
    /// Over the incidents among these that are meant, in periods of a kind, days counted in the zone of `offset`. Causes come back in any
    /// incident, also in one that is not meant.
    pub fn of(cases: &[Case], query: &Query, kind: Kind, now: Time, offset: super::period::Offset<'_>) -> Self {
        let repeats = recurrence::recurrences(cases);
        let meant: Vec<Case> = cases
            .iter()
            .filter(|case| query.meets(case, &repeats))
            .cloned()
            .collect();
        let today = now.date().to_string();
        let every = all(&meant, &repeats, &today);
        let items = every.iter().map(|entry| Item {
            incident: entry.case.id.clone(),
            id: entry.item.id.clone(),
            text: entry.item.text.clone(),
            owner: entry.item.owner.clone(),
            due: entry.item.due.clone(),
            horizon: entry.item.horizon.as_ref().map(|one| one.as_str().to_owned()),
            came_back: entry.came_back.last().cloned(),
            overdue: entry.overdue,
            done: entry.item.state == ActionState::Done,
        });
        let present = Period::named(kind, None, now, offset).unwrap_or_else(|_| Period::between(now, now));
        let before = std::iter::successors(Some(present), |later| Some(later.before(Some(kind), offset)));
        let mut periods: Vec<Period> = before.take(PERIODS).collect();
        periods.reverse();
        let ids: Vec<String> = repeats.iter().map(|one| one.id.clone()).collect();
        let trend = Trend::of(&periods.iter().collect::<Vec<_>>(), &meant, &ids, now);
        let span = Period::between(
            periods.first().map_or(now, |period| period.from),
            periods.last().map_or(now, |period| period.to),
        );
        let within = |period: &Period| -> Vec<&Case> {
            let counts = |case: &&Case| {
                case.apart().is_none()
                    && case.class() != Class::Cancelled
                    && recurrence::when(case).is_some_and(|at| period.holds(at))
            };
            meant.iter().filter(counts).collect()
        };
        let inside = within(&span);
        let of_last = |name: Name| match periods.as_slice() {
            [.., before, last] => {
                let (before, last) = (within(before), within(last));
                changes(&before, &[durations::over(name, None, &last, now)], now)
            }
            _ => Vec::new(),
        };
        let changed = [Name::Mitigate, Name::Resolve].into_iter().flat_map(of_last);
        Self {
            kind,
            met: meant.iter().map(|case| case.id.clone()).collect(),
            items: items.collect(),
            shares: Shares::of(&every),
            dots: durations::over(Name::Resolve, None, &inside, now).dots,
            changes: changed
                .map(|one| format!("{}: {}", one.name.title(), one.said))
                .collect(),
            services: services(&inside),
            anniversaries: anniversaries(&meant, now, offset),
            trend: periods.into_iter().zip(trend).collect(),
            span,
        }
    }
}

/// The incidents of this day in other years, drills left out.
fn anniversaries(cases: &[Case], now: Time, offset: super::period::Offset<'_>) -> Vec<Anniversary> {
    let day = |at: Time| Time::from_millis(at.millis() + i64::from(offset(at)) * 1000).date();
    let today = day(now);
    let of_today = |case: &Case| {
        let then = day(recurrence::when(case).filter(|_| case.apart().is_none())?);
        let years = today.year() - then.year();
        let is_it = years > 0 && (then.month(), then.day()) == (today.month(), today.day());
        is_it.then(|| Anniversary {
            id: case.id.clone(),
            title: case.incident.title.clone(),
            years,
        })
    };
    let mut all: Vec<Anniversary> = cases.iter().filter_map(of_today).collect();
    all.sort_by(|a, b| (a.years, &a.id).cmp(&(b.years, &b.id)));
    all
}

/// The services that were affected most, with the times of their incidents.
fn services(cases: &[&Case]) -> Vec<(String, Vec<Time>)> {
    let mut all: std::collections::BTreeMap<String, Vec<Time>> = Default::default();
    for case in cases {
        for service in case.services() {
            all.entry(service).or_default().extend(recurrence::when(case));
        }
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, times)| std::cmp::Reverse(times.len()));
    all.truncate(SERVICES);
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{ActionItem, Incident, Moment};

    fn at(text: &str) -> Time {
        Time::parse_rfc3339(text).unwrap()
    }

    fn case(id: &str, day: &str, cause: &str, service: &str) -> Case {
        let moment = |hour: &str| {
            Some(Moment {
                at: at(&format!("{day}T{hour}:00:00Z")),
                ..Moment::default()
            })
        };
        let mut incident = Incident {
            id: id.into(),
            cause: Some(cause.into()),
            status: "resolved".into(),
            declared: moment("10"),
            resolved: moment("12"),
            actions: vec![Arc::new(ActionItem {
                id: format!("a{id}"),
                text: "grow the pool".into(),
                due: Some("2026-11-01".into()),
                at: at(&format!("{day}T13:00:00Z")),
                ..ActionItem::default()
            })],
            ..Incident::default()
        };
        incident.impact.insert("services".into(), service.into());
        Case::new(id.into(), Arc::new(incident), None)
    }

    #[test]
    fn incidents_of_this_day_in_other_years_are_told_the_latest_first() {
        let cases = [
            case("A", "2023-11-20", "dns loop", "edge"),
            case("B", "2025-11-20", "pool exhausted", "search"),
            case("C", "2025-11-21", "pool exhausted", "search"),
            case("D", "2026-11-20", "pool exhausted", "search"),
        ];
        let time = |_: &str| Err("no time".to_owned());
        let query = Query::parse("", &time).unwrap();
        let of = |now: &str, offset: i32| {
            let all = Overview::of(&cases, &query, Kind::Month, at(now), &|_| offset).anniversaries;
            all.into_iter().map(|one| (one.id, one.years)).collect::<Vec<_>>()
        };
        assert_eq!(
            of("2026-11-20T00:00:00Z", 0),
            [("B".to_owned(), 1), ("A".to_owned(), 3)]
        );
        assert_eq!(of("2026-11-20T23:30:00Z", 3600), [("C".to_owned(), 1)]);
        assert!(of("2026-11-19T23:30:00Z", 0).is_empty());
    }

    #[test]
    fn a_query_narrows_items_and_trend_and_causes_still_come_back_in_the_others() {
        let cases = [
            case("A", "2026-09-10", "pool exhausted", "checkout"),
            case("B", "2026-11-02", "pool exhausted", "search"),
            case("C", "2026-11-03", "dns loop", "search"),
        ];
        let time = |_: &str| Err("no time".to_owned());
        let now = at("2026-11-20T00:00:00Z");
        let look = |query: &str, kind| Overview::of(&cases, &Query::parse(query, &time).unwrap(), kind, now, &|_| 0);
        let whole = look("", Kind::Month);
        assert_eq!(whole.met, ["A", "B", "C"]);
        let counts: Vec<(&str, usize)> = whole
            .trend
            .iter()
            .map(|(period, trend)| (period.name.as_str(), trend.incidents))
            .collect();
        assert_eq!(counts.len(), PERIODS);
        assert_eq!(counts[3..], [("2026-09", 1), ("2026-10", 0), ("2026-11", 2)]);
        assert_eq!((whole.dots.len(), whole.services[0].0.as_str()), (3, "search"));
        assert_eq!(whole.items[0].incident, "A", "its cause came back, so it is first");
        let narrow = look("service:checkout", Kind::Quarter);
        assert_eq!(narrow.met, ["A"]);
        assert_eq!(narrow.items[0].came_back.as_deref(), Some("B"));
        assert_eq!((narrow.items.len(), narrow.shares.all, narrow.dots.len()), (1, 1, 1));
        assert_eq!(narrow.trend.last().unwrap().0.name, "2026-Q4");
    }
}
