//! One state of an entry taken apart: its registers by name, and the stamps of those that have none of their own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::fields::{Fields, Place, field_of};
use super::register::Register;
use super::stamps::{HAND, Heads};
use super::work::Work;
use crate::incident::field::Nature;
use crate::incident::{Stamp, Time};

/// Members of lists whose own time and author their stamps are made of.
const OWN: [&str; 4] = ["at", "by", "since", "recorded"];

/// One of the states, with its stamps taken apart.
pub(super) struct Node<'a> {
    pub(super) fields: &'a Fields,
    pub(super) rev: BTreeMap<&'a str, Heads>,
    /// Stamps of a field without one.
    pub(super) made: Heads,
    /// The same for the entry's own time and author.
    pub(super) own: Heads,
}

pub(super) fn text<'a>(fields: &'a Fields, key: &str) -> Option<&'a str> {
    fields.get(key)?.as_str()
}

fn time(fields: &Fields, key: &str) -> Option<Time> {
    Time::parse_rfc3339(text(fields, key)?)
}

/// When an entry was written down and by whom; `None` for what comes from a template, or where the time was corrected.
pub(super) fn made(fields: &Fields) -> Option<Stamp> {
    let rev = fields.get("rev").and_then(Value::as_object);
    let corrected = |key: &&str| rev.is_some_and(|rev| rev.contains_key(*key));
    let key = ["recorded", "since", "at"]
        .into_iter()
        .find(|key| fields.contains_key(*key))?;
    if corrected(&key) || corrected(&"by") {
        return None;
    }
    Some(Stamp::new(time(fields, key)?, text(fields, "by").unwrap_or_default()))
}

impl<'a> Node<'a> {
    pub(super) fn new(fields: &'a Fields, made: Stamp, own: Stamp) -> Self {
        let rev = fields.get("rev").and_then(Value::as_object);
        let stamps = rev.into_iter().flatten().filter_map(|(key, value)| {
            let stamp: Stamp = serde_json::from_value(value.clone()).ok()?;
            Some((key.as_str(), Heads::read(&stamp)))
        });
        Self {
            fields,
            rev: stamps.collect(),
            made: Heads::one(made),
            own: Heads::one(own),
        }
    }

    pub(super) fn register(&self, name: &str, value: Option<&'a Value>) -> Register<'a> {
        let explicit = self.rev.get(name);
        let implicit = if OWN.contains(&name) { &self.own } else { &self.made };
        Register {
            value: value.filter(|value| !value.is_null()),
            heads: explicit.unwrap_or(implicit).clone(),
            explicit: explicit.is_some(),
        }
    }
}

/// Stamps of the fields without one, for base, ours and theirs.
pub(super) fn nodes<'a>(
    work: &Work,
    place: Place,
    base: Option<&'a Fields>,
    ours: &'a Fields,
    theirs: &'a Fields,
) -> (Option<Node<'a>>, Node<'a>, Node<'a>) {
    let origin = &work.origin;
    let of_base = base.map(|base| made(base).unwrap_or_else(|| origin.clone()));
    let (mine, yours) = (made(ours), made(theirs));
    // Corrected on one side only: the other side's is the true one.
    let fallback = of_base
        .clone()
        .or(mine.clone())
        .or(yours.clone())
        .unwrap_or_else(|| origin.clone());
    let (mine, yours) = (mine.unwrap_or_else(|| fallback.clone()), yours.unwrap_or(fallback));
    // A countdown that the framework derives may be made twice; everything else is made once, though two programs that notice
    // what somebody wrote by hand date it twice.
    let noticed = mine.actor == HAND && yours.actor == HAND;
    let shared = if noticed {
        [Some(&mine), Some(&yours), of_base.as_ref()]
            .into_iter()
            .flatten()
            .min()
            .cloned()
    } else {
        of_base.clone().filter(|_| place.section != "timers")
    };
    let own = of_base.clone().filter(|_| work.adopting.is_some());
    let node = |fields, its: Stamp| {
        Node::new(
            fields,
            shared.clone().unwrap_or_else(|| its.clone()),
            own.clone().unwrap_or(its),
        )
    };
    (
        base.zip(of_base).map(|(base, own)| {
            let made = shared.clone().filter(|_| noticed).unwrap_or_else(|| own.clone());
            Node::new(base, made, own)
        }),
        node(ours, mine),
        node(theirs, yours),
    )
}

/// A register of the three states.
pub(super) struct Triple<'a> {
    pub(super) name: String,
    /// Where its value goes: a key, or a key of a group.
    pub(super) path: (&'a str, Option<&'a str>),
    pub(super) base: Option<&'a Value>,
    pub(super) ours: Option<&'a Value>,
    pub(super) theirs: Option<&'a Value>,
}

/// Whether a value is a list of entries with ids.
pub(super) fn is_list(value: &Value) -> bool {
    let member = |member: &Value| member.get("id").is_some_and(Value::is_string);
    value.as_array().is_some_and(|list| list.iter().all(member))
}

pub(super) fn is_nonempty(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty())
}

/// Everything of three states that is not a list: registers by name.
pub(super) fn registers<'a>(place: Place, keys: &BTreeSet<&'a str>, all: [Option<&'a Fields>; 3]) -> Vec<Triple<'a>> {
    let mut found = Vec::new();
    for key in keys.iter().copied() {
        let [base, ours, theirs] = all.map(|fields| fields.and_then(|fields| fields.get(key)));
        let mut present = [base, ours, theirs].into_iter().flatten();
        let one_value = || field_of("", key).is_some_and(|field| field.nature == Nature::Moment);
        let moment = place.section.is_empty() && one_value();
        let group = !moment && present.clone().next().is_some() && present.all(Value::is_object);
        if !group {
            found.push(Triple {
                name: key.to_owned(),
                path: (key, None),
                base,
                ours,
                theirs,
            });
            continue;
        }
        let groups = [base, ours, theirs].map(|value| value.and_then(Value::as_object));
        let names: BTreeSet<&str> = groups
            .iter()
            .flatten()
            .flat_map(|group| group.keys().map(String::as_str))
            .collect();
        for name in names {
            let [base, ours, theirs] = groups.map(|group| group.and_then(|group| group.get(name)));
            found.push(Triple {
                name: format!("{key}.{name}"),
                path: (key, Some(name)),
                base,
                ours,
                theirs,
            });
        }
    }
    found
}

/// Calls `found` for every register of `old` that stands otherwise in `new`: its name, its stamps, its value.
pub(super) fn differing(
    origin: &Stamp,
    place: Place,
    old: &Fields,
    new: &Fields,
    found: &mut dyn FnMut(&str, &Heads, Option<&Value>),
) {
    let made = made(old).unwrap_or_else(|| origin.clone());
    let (old_node, new_node) = (
        Node::new(old, made.clone(), made.clone()),
        Node::new(new, made.clone(), made),
    );
    let mut keys: BTreeSet<&str> = old.keys().chain(new.keys()).map(String::as_str).collect();
    keys.remove("rev");
    for triple in registers(place, &keys, [None, Some(old), Some(new)]) {
        let before = old_node.register(&triple.name, triple.ours);
        let after = new_node.register(&triple.name, triple.theirs);
        if before.value != after.value || before.heads != after.heads {
            found(&format!("{}{}", place.prefix, triple.name), &before.heads, before.value);
        }
    }
}
