//! Two states of a whole incident joined: the top level, every list, and the values that lost as events. Knows no text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::Report;
use super::fields::{self, Fields, Place};
use super::heard::Heard;
use super::known::{About, Ids};
use super::lists::{self, Moves};
use super::stamps::Heads;
use super::work::{Edits, Lost, Work};
use super::{node, told, top};
use crate::incident::{Entry, Event, EventKind, Incident, Stamp, entry::in_section, redact};

/// Every list but the timeline.
fn other_lists() -> impl Iterator<Item = &'static str> {
    crate::incident::SECTIONS
        .iter()
        .copied()
        .filter(|section| *section != Event::SECTION)
}

/// The stamp of what is old in all of them.
pub(super) fn origin(base: Option<&Incident>, ours: &Incident, theirs: &Incident) -> Stamp {
    // Any of them: somebody may have deleted its line by hand.
    let found = [base, Some(ours), Some(theirs)]
        .into_iter()
        .flatten()
        .filter_map(top::origin)
        .min();
    found.unwrap_or_else(|| Stamp::new(crate::incident::Time::default(), ""))
}

/// Joins two states that come from `base`; without one, two that may have anything in common.
pub(super) fn merge(base: Option<&Incident>, ours: &Incident, theirs: &Incident) -> (Incident, Report) {
    // What either side has redacted is redacted in all three, before anything of it is compared or told.
    let redactions = redact::united(base.into_iter().chain([ours, theirs]));
    let under = |state: &Incident| redact::under(state, &redactions);
    let settled = (base.and_then(under), under(ours), under(theirs));
    let base = settled.0.as_ref().or(base);
    let (ours, theirs) = (settled.1.as_ref().unwrap_or(ours), settled.2.as_ref().unwrap_or(theirs));
    let really = base.map(|base| as_it_was(base, ours, theirs));
    let base = really.as_deref();
    let about = base.map(|base| About::of(&base.timeline));
    let stale = |subject: &str, _: &Heads, value: Option<&Value>| {
        about.as_ref().is_some_and(|about| about.was_replaced(subject, value))
    };
    let mut work = Work {
        origin: origin(base, ours, theirs),
        stale: &stale,
        adopting: None,
        heard: Some(Heard::of(ours, theirs)),
        dead: told::dead(ours.timeline.iter().chain(&theirs.timeline)),
        lost: Vec::new(),
        by_hand: Edits::default(),
    };
    let (mut merged, mut report) = unite(&mut work, base, ours, theirs);
    if base.is_none() {
        let (ours, theirs) = (Side::of(ours), Side::of(theirs));
        work.lost
            .retain(|lost| unknown_to_each_other(&ours, &theirs, &lost.subject));
    }
    report.conflicts = tell(&mut merged, &work.lost);
    redact::settle(&mut merged);
    report.hand_edits = work.by_hand.into_all().into_iter().map(|edit| edit.subject).collect();
    report.hand_edits.dedup();
    (merged, report)
}

/// The base without the collisions that nobody ever saw: where git finds several common ancestors it merges them first, and
/// what that told stands in neither side.
fn as_it_was<'a>(base: &'a Incident, ours: &Incident, theirs: &Incident) -> Cow<'a, Incident> {
    let known = Ids::of([&ours.timeline[..], &theirs.timeline[..]]);
    let nowhere = |event: &Event| event.kind == EventKind::Conflict && !known.has(&event.id);
    if !base.timeline.iter().any(|event| nowhere(event)) {
        return Cow::Borrowed(base);
    }
    let mut base = base.clone();
    base.timeline.retain(|event| !nowhere(event));
    Cow::Owned(base)
}

/// Everything but what is told of it.
pub(super) fn unite(
    work: &mut Work,
    base: Option<&Incident>,
    ours: &Incident,
    theirs: &Incident,
) -> (Incident, Report) {
    let nothing = Incident::default();
    let before = base.unwrap_or(&nothing);
    let (head, our_head, their_head) = (base.map(top::head), top::head(ours), top::head(theirs));
    let place = Place {
        section: "",
        prefix: "",
    };
    // What only one side touched is taken as it is, as with any other entry; another order of keys is another state.
    let same = |one: &Fields, other: &Fields| serde_json::to_string(one).ok() == serde_json::to_string(other).ok();
    let by_hand = work.adopting.is_some();
    let untouched = |side: &Fields| !by_hand && head.as_ref().is_some_and(|head| same(head, side));
    let merged = if same(&our_head, &their_head) || untouched(&our_head) {
        their_head.clone()
    } else if untouched(&their_head) {
        our_head
    } else {
        fields::merge(work, place, head.as_ref(), &our_head, &their_head)
    };
    // Every field comes from an incident that could be read, so the whole can.
    let mut merged = top::from_head(merged)
        .or_else(|| top::from_head(their_head))
        .unwrap_or_default();
    if merged.uid.is_empty() {
        // It is drawn once: who takes it away makes no other incident of it.
        let known = [Some(ours), Some(theirs), base].into_iter().flatten();
        merged.uid = known.map(|state| state.uid.clone()).max().unwrap_or_default();
    }
    let mut report = Report::default();
    let mut note = |section: &str, moves: Moves| {
        let name = |id: String| (section.to_owned(), id);
        report.arrived.extend(moves.arrived.into_iter().map(name));
        report.restored.extend(moves.restored.into_iter().map(name));
    };
    for section in other_lists() {
        in_section!(section, T => {
            let mut moves = Moves::default();
            let (base, ours, theirs) = (T::list(before), T::list(ours), T::list(theirs));
            *T::list_mut(&mut merged) = lists::merge::<T>(work, base, ours, theirs, &mut moves);
            note(section, moves);
        });
    }
    let mut moves = Moves::default();
    merged.timeline = lists::merge_timelines(work, &before.timeline, &ours.timeline, &theirs.timeline, &mut moves);
    note(Event::SECTION, moves);
    (merged, report)
}

/// Writes the values that lost into the timeline; the ids of the events that were not there yet.
fn tell(incident: &mut Incident, lost: &[Lost]) -> Vec<String> {
    insert_new(incident, lost.iter().map(told::conflict))
}

/// Puts those of the events in their places that are not there yet; their ids.
pub(super) fn insert_new(incident: &mut Incident, events: impl Iterator<Item = Event>) -> Vec<String> {
    let mut new: Vec<Event> = Vec::new();
    {
        let known = Ids::of([&incident.timeline[..]]);
        let mut taken = HashSet::new();
        new.extend(events.filter(|event| !known.has(&event.id) && taken.insert(event.id.clone())));
    }
    let ids = new.iter().map(|event| event.id.clone()).collect();
    if new.len() > FEW {
        incident.timeline.extend(new.into_iter().map(Arc::new));
        lists::sort(&mut incident.timeline);
    } else {
        for event in new {
            insert(incident, event);
        }
    }
    ids
}

/// So many events are put in one by one; of more all are put in order once.
const FEW: usize = 8;

/// Puts an event in its place.
pub(super) fn insert(incident: &mut Incident, event: Event) {
    let after = |other: &Arc<Event>| lists::by_time(other, &event).is_lt();
    let place = incident.timeline.partition_point(after);
    incident.timeline.insert(place, Arc::new(event));
}

/// A state, with what its timeline tells.
struct Side<'a> {
    about: About<'a>,
    ids: Ids<'a>,
}

impl<'a> Side<'a> {
    fn of(incident: &'a Incident) -> Self {
        Self {
            about: About::of(&incident.timeline),
            ids: Ids::of([&incident.timeline[..]]),
        }
    }
}

/// Without a base: whether each side has changed the register in a way that the other has not heard of.
fn unknown_to_each_other(ours: &Side<'_>, theirs: &Side<'_>, subject: &str) -> bool {
    let heard = |side: &Side<'_>, id: Option<&str>| id.is_some_and(|id| side.ids.has(id));
    !heard(theirs, ours.about.newest(subject)) && !heard(ours, theirs.about.newest(subject))
}

/// Calls `found` for every register of `old` whose value or stamp `new` does not have any more.
pub(super) fn superseded(old: &Incident, new: &Incident, found: &mut dyn FnMut(&str, &Heads, Option<&Value>)) {
    let origin = origin(Some(old), old, new);
    let place = Place {
        section: "",
        prefix: "",
    };
    node::differing(&origin, place, &top::head(old), &top::head(new), found);
    for section in crate::incident::SECTIONS {
        in_section!(*section, T => {
            let (before, after) = (T::list(old), T::list(new));
            let skip = before.iter().zip(after).take_while(|(one, other)| Arc::ptr_eq(one, other)).count();
            let later: HashMap<&str, &Arc<T>> = after[skip..].iter().map(|entry| (entry.id(), entry)).collect();
            for one in &before[skip..] {
                let Some(other) = later.get(one.id()).filter(|other| !lists::same(one, other)) else { continue };
                let prefix = format!("{}.", one.id());
                let place = Place { section, prefix: &prefix };
                let (one, other) = (lists::to_fields(&**one), lists::to_fields(&***other));
                node::differing(&origin, place, &one, &other, found);
            }
        });
    }
}
