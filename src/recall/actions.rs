//! Action items over all incidents: what came back first, then what is overdue.

use serde::Serialize;

use super::recurrence::Recurrence;
use super::{Apart, Case};
use crate::incident::{ActionItem, ActionState, live};

/// One action item among those of all incidents.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Whose.
    pub case: &'a Case,
    /// It.
    pub item: &'a ActionItem,
    /// Incidents in which the cause that it is against has come back, the latest last; empty where it is done.
    pub came_back: Vec<String>,
    /// Whether its day has passed, as of the day that was asked for.
    pub overdue: bool,
}

impl Entry<'_> {
    /// Whether it is not done.
    pub fn is_open(&self) -> bool {
        self.item.state != ActionState::Done
    }

    /// What it lacks to be done by someone by some day.
    pub fn lacks(&self) -> Vec<&'static str> {
        let mut lacks = Vec::new();
        if self.item.owner.is_none() {
            lacks.push("owner");
        }
        if self.item.due.is_none() {
            lacks.push("date");
        }
        lacks
    }
}

/// All of them, in the order in which they are to be looked at: open items whose cause came back, then overdue ones by their day, then open
/// ones by day and priority, then what is done. Drills are out.
pub fn all<'a>(cases: &'a [Case], recurrences: &[Recurrence], today: &str) -> Vec<Entry<'a>> {
    let mut found: Vec<Entry<'a>> = cases
        .iter()
        .filter(|case| !matches!(case.apart(), Some(Apart::Drill | Apart::TestClock)))
        .flat_map(|case| {
            live(&case.incident.actions).map(move |item| {
                let open = item.state != ActionState::Done;
                Entry {
                    case,
                    item,
                    came_back: if open {
                        came_back(&case.id, recurrences)
                    } else {
                        Vec::new()
                    },
                    overdue: open && item.due.as_deref().is_some_and(|due| due < today),
                }
            })
        })
        .collect();
    found.sort_by(|a, b| {
        let key = |one: &Entry<'_>| {
            (
                !one.is_open(),
                std::cmp::Reverse(one.came_back.len()),
                !one.overdue,
                one.item.due.clone().unwrap_or_else(|| "9999".into()),
                crate::review::priority(one.item),
                one.case.id.clone(),
                one.item.id.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    found
}

/// The incidents that had the cause of this one again, and again.
fn came_back(id: &str, recurrences: &[Recurrence]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    // In the order of time: each may be the one that another came back of.
    for one in recurrences {
        if one.of == id || found.contains(&one.of) {
            found.push(one.id.clone());
        }
    }
    found
}

/// Shares of all action items, as two numbers each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shares {
    /// All.
    pub all: usize,
    /// Of them done.
    pub done: usize,
    /// Those with a day that are done, or whose day has passed.
    pub with_day: usize,
    /// Of them done by it.
    pub on_time: usize,
}

impl Shares {
    /// Of some items.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry<'e>>) -> Self {
        let mut shares = Self::default();
        for entry in entries {
            shares.all += 1;
            if entry.is_open() {
                shares.with_day += usize::from(entry.overdue);
                continue;
            }
            shares.done += 1;
            if let (Some(due), Some(done)) = (&entry.item.due, entry.item.done) {
                shares.with_day += 1;
                shares.on_time += usize::from(done.date().to_string() <= *due);
            }
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::incident::{Incident, Moment, Time};
    use crate::recall::recurrence::recurrences;

    #[test]
    fn an_open_item_whose_cause_came_back_is_first() {
        let case = |id: &str, day: &str, cause: &str, due: &str, state| {
            let incident = Incident {
                cause: Some(cause.into()),
                declared: Some(Moment {
                    at: Time::parse_rfc3339(&format!("{day}T00:00:00Z")).unwrap(),
                    ..Moment::default()
                }),
                actions: vec![Arc::new(ActionItem {
                    id: format!("a{id}"),
                    due: Some(due.into()),
                    state,
                    ..ActionItem::default()
                })],
                ..Incident::default()
            };
            Case::new(id.into(), Arc::new(incident), None)
        };
        let cases = [
            case("A", "2026-01-01", "pool exhausted", "2026-12-01", ActionState::Open),
            case(
                "B",
                "2026-02-01",
                "pool exhausted again",
                "2026-03-01",
                ActionState::Done,
            ),
            case("C", "2026-03-01", "exhausted pool", "2026-06-01", ActionState::Open),
            case("D", "2026-03-02", "dns loop", "2026-01-01", ActionState::InProgress),
        ];
        let repeats = recurrences(&cases);
        let found = all(&cases, &repeats, "2026-05-01");
        let order: Vec<&str> = found.iter().map(|one| one.case.id.as_str()).collect();
        assert_eq!(order, ["A", "D", "C", "B"]);
        assert_eq!(found[0].came_back, ["B", "C"]);
        assert!(found[1].overdue && !found[0].overdue);
        assert_eq!(Shares::of(&found).done, 1);
        assert_eq!(found[0].lacks(), ["owner"]);
    }
}
