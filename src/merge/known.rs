//! What timelines hold and tell: by looking where that is asked a few times, by a table where it is asked for each of tens of
//! thousands of entries.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use super::{told, top};
use crate::incident::entry::in_section;
use crate::incident::{Entry, Event, Incident};

/// From how many questions on a table is made: it costs about as many looks.
const MANY: usize = 8;

/// Which events there are.
pub(super) struct Ids<'a> {
    timelines: Vec<&'a [Arc<Event>]>,
    asked: Cell<usize>,
    table: OnceCell<HashSet<&'a str>>,
}

impl<'a> Ids<'a> {
    pub(super) fn of(timelines: impl IntoIterator<Item = &'a [Arc<Event>]>) -> Self {
        Self {
            timelines: timelines.into_iter().collect(),
            asked: Cell::new(0),
            table: OnceCell::new(),
        }
    }

    /// Whether one of them has this id.
    pub(super) fn has(&self, id: &str) -> bool {
        let mut all = self.timelines.iter().flat_map(|timeline| timeline.iter());
        if counted(&self.asked) <= MANY {
            return all.any(|event| event.id == id);
        }
        let table = self.table.get_or_init(|| all.map(|event| event.id.as_str()).collect());
        table.contains(id)
    }
}

/// What a timeline tells of registers.
pub(super) struct About<'a> {
    timeline: &'a [Arc<Event>],
    asked: Cell<usize>,
    table: OnceCell<HashMap<&'a str, Vec<&'a Event>>>,
}

impl<'a> About<'a> {
    pub(super) fn of(timeline: &'a [Arc<Event>]) -> Self {
        Self {
            timeline,
            asked: Cell::new(0),
            table: OnceCell::new(),
        }
    }

    /// The first of the events about a register that is wanted.
    fn find(&self, subject: &str, wanted: impl FnMut(&&'a Event) -> bool) -> Option<&'a Event> {
        let told = self.timeline.iter().map(|event| &**event);
        let mut told = told.filter(|event| event.subject.is_some());
        if counted(&self.asked) <= MANY {
            return told
                .filter(|event| event.subject.as_deref() == Some(subject))
                .find(wanted);
        }
        let table = self.table.get_or_init(|| {
            let mut table: HashMap<&str, Vec<&Event>> = HashMap::new();
            for event in &mut told {
                table
                    .entry(event.subject.as_deref().unwrap_or_default())
                    .or_default()
                    .push(event);
            }
            table
        });
        table.get(subject)?.iter().copied().find(wanted)
    }

    /// Whether it tells that this value of a register was replaced.
    pub(super) fn was_replaced(&self, subject: &str, value: Option<&Value>) -> bool {
        let text = told::plain(value);
        let same = |from: Option<&str>| match (from, text.as_deref()) {
            (None, None) => true,
            (Some(from), Some(text)) => {
                // Long values are told by their beginning.
                from == text
                    || from
                        .strip_suffix('…')
                        .is_some_and(|from| text.trim_start().starts_with(from))
            }
            _ => false,
        };
        let replaced = |event: &&Event| (event.from.is_some() || event.to.is_some()) && same(event.from.as_deref());
        self.find(subject, replaced).is_some()
    }

    /// The id of the newest event about a register.
    pub(super) fn newest(&self, subject: &str) -> Option<&'a str> {
        let mut newest: Option<&Event> = None;
        let when = |event: &Event| event.recorded.unwrap_or(event.at);
        self.find(subject, |event| {
            if newest.is_none_or(|newest| (when(event), &event.id) >= (when(newest), &newest.id)) {
                newest = Some(event);
            }
            false
        });
        newest.map(|event| event.id.as_str())
    }
}

/// What stands in an incident for a key of the file, or of an entry.
pub(super) struct Standing<'a> {
    incident: &'a Incident,
    head: OnceCell<Fields>,
    /// Where the entries of a section are, by id.
    places: RefCell<HashMap<String, HashMap<String, usize>>>,
}

impl<'a> Standing<'a> {
    pub(super) fn of(incident: &'a Incident) -> Self {
        Self {
            incident,
            head: OnceCell::new(),
            places: RefCell::default(),
        }
    }

    pub(super) fn value(&self, section: &str, subject: &str) -> Option<Value> {
        if section.is_empty() {
            return self.head.get_or_init(|| top::head(self.incident)).get(subject).cloned();
        }
        let (entry, key) = subject.rsplit_once('.')?;
        let mut places = self.places.borrow_mut();
        in_section!(section, T => {
            let list = T::list(self.incident);
            let places = places.entry(section.to_owned()).or_insert_with(|| {
                let all = list.iter().enumerate().rev();
                all.map(|(place, entry)| (entry.id().to_owned(), place)).collect()
            });
            let found = list.get(*places.get(entry)?)?;
            to_fields(&**found).get(key).cloned()
        })?
    }
}

fn counted(asked: &Cell<usize>) -> usize {
    asked.set(asked.get() + 1);
    asked.get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{EventKind, Time};

    fn timeline() -> Vec<Arc<Event>> {
        let event = |number: usize| {
            Arc::new(Event {
                id: format!("e{number}"),
                at: Time::from_millis(number as i64 % 7),
                kind: EventKind::Note,
                subject: (!number.is_multiple_of(3)).then(|| format!("s{}", number % 5).into()),
                from: (!number.is_multiple_of(2)).then(|| format!("v{}", number % 11).into()),
                ..Event::default()
            })
        };
        (0..200).map(event).collect()
    }

    #[test]
    fn a_table_says_what_looking_says() {
        let timeline = timeline();
        let (ids, about) = (Ids::of([&timeline[..120], &timeline[100..]]), About::of(&timeline));
        // The first answers come from looking, all others from the tables.
        for round in 0..40 {
            let id = format!("e{}", round * 6);
            assert_eq!(ids.has(&id), round * 6 < 200, "{id}");
            for subject in ["s0", "s1", "s4", "none"] {
                let fresh = About::of(&timeline);
                assert_eq!(about.newest(subject), fresh.newest(subject), "{subject}");
                for value in [None, Some(Value::from(format!("v{}", round % 12)))] {
                    let said = about.was_replaced(subject, value.as_ref());
                    assert_eq!(
                        said,
                        About::of(&timeline).was_replaced(subject, value.as_ref()),
                        "{subject} {value:?}"
                    );
                }
            }
        }
        assert!(ids.table.get().is_some() && about.table.get().is_some());
    }
}
