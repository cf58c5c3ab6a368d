//! Lists of entries: united by id, every entry that both sides know merged field by field.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use super::fields::{self, Fields, Place};
use super::order::in_order;
use super::stamps::canonical;
use super::work::Work;
use crate::incident::{Entry, Event};

/// An entry as a map; what is no map (it never happens for the types of this crate) is an empty one.
pub(super) fn to_fields(entry: &impl serde::Serialize) -> Fields {
    match serde_json::to_value(entry) {
        Ok(Value::Object(map)) => map,
        _ => Fields::new(),
    }
}

/// The same entry: by address first. One whose unknown keys stand in another order is another: it is written in other bytes.
pub(super) fn same<T: Entry>(one: &Arc<T>, other: &Arc<T>) -> bool {
    Arc::ptr_eq(one, other) || (**one == **other && one.extra().keys().eq(other.extra().keys()))
}

/// Ids that came and went.
#[derive(Default)]
pub(super) struct Moves {
    /// In theirs and the result, not in ours.
    pub arrived: Vec<String>,
    /// Missing in theirs, in the result, known to the base.
    pub restored: Vec<String>,
}

/// The lists of two states joined. The timeline is in the order of its times; any other list keeps the order of the side
/// that changed it, and where both did stands in the order in which its entries were made.
pub(super) fn merge<T: Entry>(
    work: &mut Work,
    base: &[Arc<T>],
    ours: &[Arc<T>],
    theirs: &[Arc<T>],
    moves: &mut Moves,
) -> Vec<Arc<T>> {
    if alike(base.iter(), ours.iter(), theirs.iter()) == base.len().max(ours.len()).max(theirs.len()) {
        return theirs.to_vec();
    }
    let alive = unite(work, base, ours, theirs, moves);
    let names = [base, ours, theirs].map(|list| list.iter().map(|entry| entry.id()).collect());
    let mut list: Vec<_> = if let Some(order) = in_order(names, &alive) {
        order.into_iter().filter_map(|id| alive.get(id).cloned()).collect()
    } else {
        let mut list: Vec<_> = alive.into_values().collect();
        list.sort_by(|one, other| one.made().0.cmp(&other.made().0).then_with(|| one.id().cmp(other.id())));
        list
    };
    list.dedup_by(|one, other| Arc::ptr_eq(one, other));
    list
}

/// The same for the timeline, which may be long: where all three begin or end alike, that much costs a comparison of
/// addresses.
pub(super) fn merge_timelines(
    work: &mut Work,
    base: &[Arc<Event>],
    ours: &[Arc<Event>],
    theirs: &[Arc<Event>],
    moves: &mut Moves,
) -> Vec<Arc<Event>> {
    let head = alike(base.iter(), ours.iter(), theirs.iter());
    let rest = [&base[head..], &ours[head..], &theirs[head..]];
    let tail = alike(rest[0].iter().rev(), rest[1].iter().rev(), rest[2].iter().rev());
    let cut = rest.map(|list| &list[..list.len() - tail]);
    // A double may stand in the part that all have; then nothing is left out.
    let doubled = cut.iter().any(|list| !list.is_empty()) && (doubled(ours) || doubled(theirs));
    let (before, [base_rest, our_rest, their_rest], after) = if doubled {
        (&theirs[..0], [base, ours, theirs], &theirs[..0])
    } else {
        (&theirs[..head], cut, &theirs[theirs.len() - tail..])
    };
    let united = unite(work, base_rest, our_rest, their_rest, moves);
    let mut all = Vec::with_capacity(before.len() + united.len() + after.len());
    all.extend_from_slice(before);
    let mut middle: Vec<_> = united.into_values().collect();
    middle.sort_by(|one, other| by_time(one, other));
    all.extend(middle);
    all.extend_from_slice(after);
    sort(&mut all);
    all
}

/// Puts events in their order, where they are not.
pub(super) fn sort(timeline: &mut [Arc<Event>]) {
    if !timeline.is_sorted_by(|one, other| by_time(one, other).is_le()) {
        timeline.sort_by(|one, other| by_time(one, other));
    }
}

fn alike<'a, T: Entry + 'a>(
    base: impl Iterator<Item = &'a Arc<T>>,
    ours: impl Iterator<Item = &'a Arc<T>>,
    theirs: impl Iterator<Item = &'a Arc<T>>,
) -> usize {
    base.zip(ours)
        .zip(theirs)
        .take_while(|((base, ours), theirs)| same(base, ours) && same(base, theirs))
        .count()
}

/// Whether an id stands twice.
pub(super) fn doubled<T: Entry>(list: &[Arc<T>]) -> bool {
    let mut seen = HashSet::with_capacity(list.len());
    !list.iter().all(|entry| seen.insert(entry.id()))
}

/// The order of the timeline.
pub(super) fn by_time(one: &Event, other: &Event) -> Ordering {
    one.in_time(other)
}

/// What is there after the merge, by id.
fn unite<'a, T: Entry>(
    work: &mut Work,
    base: &'a [Arc<T>],
    ours: &'a [Arc<T>],
    theirs: &'a [Arc<T>],
    moves: &mut Moves,
) -> BTreeMap<&'a str, Arc<T>> {
    let bases = index(base);
    let (mine, yours) = (once(work, &bases, ours), once(work, &bases, theirs));
    let mut alive = BTreeMap::new();
    for (id, our) in &mine {
        let before = bases.get(id).copied();
        let entry = match yours.get(id) {
            Some(their) => join(work, before, our, their),
            None if before.is_some_and(|before| work.adopting.is_none() && deletable(before, our)) => continue,
            None => {
                if before.is_some() {
                    moves.restored.push((*id).to_owned());
                }
                Arc::clone(our)
            }
        };
        alive.insert(*id, entry);
    }
    for (id, their) in yours {
        let before = bases.get(id).copied();
        if !mine.contains_key(id) && !before.is_some_and(|before| deletable(before, &their)) {
            if before.is_none() {
                moves.arrived.push(id.to_owned());
            }
            alive.insert(id, their);
        }
    }
    for (id, before) in bases {
        if !mine.contains_key(id) && !alive.contains_key(id) && !deletable(before, before) {
            moves.restored.push(id.to_owned());
            alive.insert(id, Arc::clone(before));
        }
    }
    alive
}

fn index<T: Entry>(list: &[Arc<T>]) -> HashMap<&str, &Arc<T>> {
    let mut found = HashMap::with_capacity(list.len());
    for entry in list {
        found.entry(entry.id()).or_insert(entry);
    }
    found
}

/// Entries by id. What stands twice (a union merge leaves that) was written by two at once.
fn once<'a, T: Entry>(work: &mut Work, base: &HashMap<&str, &Arc<T>>, list: &'a [Arc<T>]) -> BTreeMap<&'a str, Arc<T>> {
    let mut found: BTreeMap<&str, Arc<T>> = BTreeMap::new();
    for entry in list {
        let joined = found
            .get(entry.id())
            .map(|other| join(work, base.get(entry.id()).copied(), other, entry));
        found.insert(entry.id(), joined.unwrap_or_else(|| Arc::clone(entry)));
    }
    found
}

/// Whether an entry that the other side deleted by hand goes: it is as it was, and no record hangs on it.
fn deletable<T: Entry>(before: &Arc<T>, now: &Arc<T>) -> bool {
    let record = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    !T::GROWS && same(before, now) && !to_fields(&**now).values().any(record)
}

/// Whether every record inside an entry (evidence, approvals, former words) is still in its later state.
fn grown<T: Entry>(before: &T, after: &T) -> bool {
    let (before, after) = (to_fields(before), to_fields(after));
    let members = |fields: &Fields, key: &str| -> HashSet<String> {
        let list = fields.get(key).and_then(Value::as_array);
        let ids = list
            .into_iter()
            .flatten()
            .filter_map(|member| member.get("id")?.as_str());
        ids.map(str::to_owned).collect()
    };
    before
        .keys()
        .all(|key| members(&before, key).is_subset(&members(&after, key)))
}

/// One entry in two states.
pub(super) fn join<T: Entry>(work: &mut Work, base: Option<&Arc<T>>, ours: &Arc<T>, theirs: &Arc<T>) -> Arc<T> {
    if same(ours, theirs) {
        return Arc::clone(theirs);
    }
    if work.adopting.is_none() {
        // What only one side touched is taken as it is, unless it has taken records away by hand.
        if base.is_some_and(|base| same(base, ours) && grown(&**base, &**theirs)) {
            return Arc::clone(theirs);
        }
        if base.is_some_and(|base| same(base, theirs) && grown(&**base, &**ours)) {
            return Arc::clone(ours);
        }
    }
    let (our, their) = (to_fields(&**ours), to_fields(&**theirs));
    let before = base.map(|base| to_fields(&**base));
    let prefix = format!("{}.", ours.id());
    let place = Place {
        section: T::SECTION,
        prefix: &prefix,
    };
    let merged = fields::merge(work, place, before.as_ref(), &our, &their);
    // Also in the order of its keys, or the other way round it would be another.
    if merged.iter().eq(&their) {
        return Arc::clone(theirs);
    }
    match serde_json::from_value(Value::Object(merged)) {
        Ok(entry) => Arc::new(entry),
        // Every field comes from a state that could be read, so the whole can; were it not so, one of the two stands.
        Err(_) if canonical(Some(&Value::Object(our))) > canonical(Some(&Value::Object(their))) => Arc::clone(ours),
        Err(_) => Arc::clone(theirs),
    }
}
