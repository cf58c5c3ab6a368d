//! Lists inside entries, and the order that a merge keeps: of members, of keys.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::fields::{Fields, Place, merge};
use super::node::text;
use super::work::Work;

/// Members of a list by id; of two with one id the later ones are merged in as concurrent.
pub(super) fn members(list: Option<&Value>) -> Vec<&Fields> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .collect()
}

pub(super) fn member_order(member: &Value) -> (String, String) {
    let of = |key: &str| member.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    (of("at"), of("id"))
}

/// Lists inside entries only grow.
pub(super) fn merge_members(work: &mut Work, place: Place, all: [Vec<&Fields>; 3]) -> Vec<Value> {
    let find = |list: &[&Fields], id: &str| -> Vec<Fields> {
        let same = list.iter().filter(|member| text(member, "id") == Some(id));
        same.map(|member| (*member).clone()).collect()
    };
    let ids: BTreeSet<&str> = all.iter().flatten().filter_map(|member| text(member, "id")).collect();
    let mut merged: BTreeMap<&str, Value> = BTreeMap::new();
    for id in ids {
        let prefix = format!("{}{id}.", place.prefix);
        let place = Place {
            prefix: &prefix,
            ..place
        };
        let base = find(&all[0], id).into_iter().next();
        let mut sides = find(&all[1], id).into_iter().chain(find(&all[2], id));
        let first = sides.next().or_else(|| base.clone());
        let whole = first.map(|first| {
            sides.fold(first, |sum, next| {
                if sum == next {
                    sum
                } else {
                    merge(work, place, base.as_ref(), &sum, &next)
                }
            })
        });
        if let Some(whole) = whole {
            merged.insert(id, Value::Object(whole));
        }
    }
    let names = all.map(|list| list.iter().filter_map(|member| text(member, "id")).collect());
    let kept: BTreeMap<&str, &Value> = merged.iter().map(|(id, member)| (*id, member)).collect();
    if let Some(order) = in_order(names, &kept) {
        order.into_iter().filter_map(|id| merged.remove(id)).collect()
    } else {
        let mut list: Vec<Value> = merged.into_values().collect();
        list.sort_by_cached_key(member_order);
        list
    }
}

/// The order that a merge keeps: that of both sides, or of the one that changed it; `None` where both did.
pub(super) fn in_order<'a, V>(all: [Vec<&'a str>; 3], alive: &BTreeMap<&'a str, V>) -> Option<Vec<&'a str>> {
    let [base, ours, theirs] = all.map(|names| {
        let mut seen = BTreeSet::new();
        let there = names.into_iter().filter(|name| alive.contains_key(name));
        there.filter(|name| seen.insert(*name)).collect::<Vec<_>>()
    });
    let whole = |list: &[&str]| list.len() == alive.len();
    if whole(&theirs) && (ours == theirs || ours == base) {
        Some(theirs)
    } else if whole(&ours) && theirs == base {
        Some(ours)
    } else {
        None
    }
}

/// The same for keys, by name where both sides changed them.
pub(super) fn sequence<'a, V>(all: [Vec<&'a str>; 3], alive: &BTreeMap<&'a str, V>) -> Vec<&'a str> {
    in_order(all, alive).unwrap_or_else(|| alive.keys().copied().collect())
}

pub(super) fn reorder_groups(values: &mut BTreeMap<&str, Value>, all: [Option<&Fields>; 3]) {
    for (key, value) in values.iter_mut() {
        let Value::Object(group) = value else { continue };
        let keys = all.map(|fields| {
            let group = fields.and_then(|fields| fields.get(*key)).and_then(Value::as_object);
            group
                .into_iter()
                .flat_map(Map::keys)
                .map(String::as_str)
                .collect::<Vec<_>>()
        });
        let alive: BTreeMap<&str, ()> = group.keys().map(|name| (name.as_str(), ())).collect();
        let order: Vec<String> = sequence(keys, &alive).into_iter().map(str::to_owned).collect();
        let mut sorted = Map::new();
        for name in order {
            if let Some(value) = group.get(&name) {
                let value = value.clone();
                sorted.insert(name, value);
            }
        }
        *group = sorted;
    }
}
