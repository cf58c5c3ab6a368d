//! What is new or different between two states of an incident, for the mark "new". Costs pointers, not values.

use std::collections::HashMap;
use std::sync::Arc;

use super::snapshot::Arrival;
use crate::incident::clock::newest_of;
use crate::incident::entry::in_section;
use crate::incident::{Entry, Incident, SECTIONS, Time};

/// Most arrivals that are remembered.
const MOST: usize = 500;
/// How long, in seconds.
const MEMORY: i64 = 120;

/// What `new` has that `old` had not, or had otherwise; and the newest stamp in that.
pub(super) fn between(old: &Incident, new: &Incident, at: Time) -> (Vec<Arrival>, Time) {
    let mut newest = new.rev.values().map(|stamp| stamp.at).max().unwrap_or_default();
    let mut found: Vec<Arrival> = new
        .changed_since(old)
        .into_iter()
        .map(|section| Arrival {
            section,
            id: String::new(),
            at,
        })
        .collect();
    for section in SECTIONS {
        let ids = in_section!(*section, T => {
            let entries = changed(T::list(old), T::list(new));
            newest = entries.iter().map(|entry| newest_of(&***entry)).fold(newest, Time::max);
            entries.iter().map(|entry| entry.id().to_owned()).collect::<Vec<_>>()
        });
        found.extend(ids.into_iter().flatten().map(|id| Arrival {
            section: (*section).to_owned(),
            id,
            at,
        }));
    }
    (found, newest)
}

/// Adds `fresh` to what is remembered; forgets what is old or too much.
pub(super) fn remember(known: &[Arrival], fresh: Vec<Arrival>, now: Time) -> Arc<[Arrival]> {
    let young = |arrival: &&Arrival| now.seconds_since(arrival.at) < MEMORY;
    let again = |arrival: &&Arrival| {
        !fresh
            .iter()
            .any(|new| new.section == arrival.section && new.id == arrival.id)
    };
    let mut all: Vec<_> = known.iter().filter(young).filter(again).cloned().collect();
    all.extend(fresh);
    all.drain(..all.len().saturating_sub(MOST));
    all.into()
}

/// Entries in `new` that are not the same in `old`. Equal stretches at both ends are skipped by address.
fn changed<'a, T: Entry>(old: &'a [Arc<T>], new: &'a [Arc<T>]) -> Vec<&'a Arc<T>> {
    let same = |(a, b): &(&Arc<T>, &Arc<T>)| Arc::ptr_eq(a, b);
    let front = old.iter().zip(new).take_while(same).count();
    let (old, new) = (&old[front..], &new[front..]);
    let back = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
    let (old, new) = (&old[..old.len() - back], &new[..new.len() - back]);
    let known: HashMap<&str, &Arc<T>> = old.iter().map(|entry| (entry.id(), entry)).collect();
    new.iter()
        .filter(|entry| known.get(entry.id()).is_none_or(|before| before != entry))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Event;

    fn event(id: &str, text: &str) -> Arc<Event> {
        Arc::new(Event {
            id: id.into(),
            text: text.into(),
            at: Time::from_millis(if id == "ex" { 77 } else { 3 }),
            ..Event::default()
        })
    }

    #[test]
    fn only_what_differs_arrives() {
        let (a, b, c) = (event("ea", "a"), event("eb", "b"), event("ec", "c"));
        let old = Incident {
            timeline: vec![a.clone(), b, c.clone()],
            ..Incident::default()
        };
        let mut new = Incident {
            severity: "P1".into(),
            timeline: vec![a, event("ex", "x"), event("eb", "b, corrected"), c],
            ..Incident::default()
        };
        new.impact.insert("users".into(), "all".into());
        let now = Time::from_millis(5);
        let (found, newest) = between(&old, &new, now);
        let names: Vec<_> = found.iter().map(|one| format!("{}/{}", one.section, one.id)).collect();
        assert_eq!(names, ["severity/", "impact.users/", "timeline/ex", "timeline/eb"]);
        assert_eq!(newest, Time::from_millis(77));
        assert!(between(&new, &new.clone(), now).0.is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let many: Vec<_> = (0..MOST + 10)
            .map(|n| Arrival {
                section: "timeline".into(),
                id: n.to_string(),
                at: Time::from_millis(0),
            })
            .collect();
        let kept = remember(&[], many, Time::from_millis(0));
        assert_eq!((kept.len(), kept[0].id.as_str()), (MOST, "10"));
        let later = Time::from_millis(MEMORY * 1000);
        assert!(remember(&kept, Vec::new(), later).is_empty());
    }
}
