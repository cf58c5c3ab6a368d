//! Two states of one entry, field by field. Works on maps, so that it holds for every kind of entry, for the remarks
//! inside entries, for the top level, and for keys this version does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::node::{Node, Triple, is_list, is_nonempty, made, nodes, registers, text};
use super::order::{member_order, members, merge_members, reorder_groups, sequence};
use super::register::{Decision, Register, Side, Written, as_written, decide, follow, is_noticed, noticed, recognise};
use super::stamps::{HAND, Heads, canonical, id};
use super::work::{ByHand, Lost, Work};
use crate::incident::entry::fields_of;
use crate::incident::field::{self, Field, Nature};
use crate::incident::{Incident, ItemState, Stamp, Time};

/// An entry as a map.
pub(super) type Fields = Map<String, Value>;

/// Where an entry is: its list (empty for the top level) and what its registers' names begin with (`h4m2xq8p.`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub section: &'a str,
    pub prefix: &'a str,
}

/// The leading field of an entry; those that go with it say so themselves.
const LEADER: &str = "state";

/// The field of a key in a list's entries, or at the top level.
pub(super) fn field_of(section: &str, key: &str) -> Option<&'static Field> {
    let fields = if section.is_empty() {
        Incident::FIELDS
    } else {
        fields_of(section)
    };
    field::find(fields, key)
}

/// Whether a field goes with the leading one.
fn is_follower(place: Place, key: &str) -> bool {
    field_of(place.section, key).is_some_and(|field| field.follows)
}

/// The two states joined. `base` is the state both come from, absent where the entry was made since or no base is known.
#[allow(clippy::too_many_lines, reason = "one entry from its registers to its order of keys")]
pub(super) fn merge(work: &mut Work, place: Place, base: Option<&Fields>, ours: &Fields, theirs: &Fields) -> Fields {
    let (base_node, our_node, their_node) = nodes(work, place, base, ours, theirs);
    let all = [base, Some(ours), Some(theirs)];
    let mut keys: BTreeSet<&str> = all
        .iter()
        .flatten()
        .flat_map(|fields| fields.keys().map(String::as_str))
        .collect();
    keys.remove("rev");
    let lists: BTreeSet<&str> = keys
        .iter()
        .copied()
        .filter(|key| {
            let mut present = all.iter().flatten().filter_map(|fields| fields.get(*key));
            present.clone().all(is_list) && present.any(is_nonempty)
        })
        .collect();
    for list in &lists {
        keys.remove(list);
    }

    let mut triples = registers(place, &keys, all);
    // A field that was cleared has left its stamp.
    let known: BTreeSet<String> = triples.iter().map(|triple| triple.name.clone()).collect();
    let cleared: BTreeSet<&str> = [base_node.as_ref(), Some(&our_node), Some(&their_node)]
        .into_iter()
        .flatten()
        .flat_map(|node| node.rev.keys().copied())
        .filter(|name| !known.contains(*name) && !lists.contains(name))
        .collect();
    triples.extend(cleared.into_iter().map(|name| Triple {
        name: name.to_owned(),
        path: (name, None),
        base: None,
        ours: None,
        theirs: None,
    }));
    // The leading field first.
    triples.sort_by_key(|triple| triple.name != LEADER);

    let makers = Makers::of(work, place, ours, theirs);
    let implied = makers.stamp(&our_node, &their_node);
    let mut former = Vec::new();
    let mut lead = Lead::default();
    let mut values: BTreeMap<&str, Value> = BTreeMap::new();
    let mut rev = Map::new();
    for triple in &triples {
        let follows = is_follower(place, &triple.name);
        let mut three = Three {
            base: base_node.as_ref().map(|node| node.register(&triple.name, triple.base)),
            ours: our_node.register(&triple.name, triple.ours),
            theirs: their_node.register(&triple.name, triple.theirs),
        };
        if let Some(heard) = work.heard.as_ref().filter(|_| three.base.is_none()) {
            heard.replaced(&mut three.ours, &mut three.theirs, [&our_node.made, &their_node.made]);
        }
        let (decision, ours, theirs) = settle(work, place, &triple.name, three, follows, &lead, &makers, &mut former);
        if triple.name == LEADER {
            lead = Lead::of(&decision, ours, theirs, place, &our_node, &their_node);
        }
        let own = || implied.as_ref().is_none_or(|implied| *implied == decision.heads);
        if decision.explicit || triple.name != "id" && decision.value.is_some() && !own() {
            let stamp = serde_json::to_value(decision.heads.write()).unwrap_or_default();
            rev.insert(triple.name.clone(), stamp);
        }
        let Some(value) = decision.value else { continue };
        match triple.path {
            (key, None) => {
                values.insert(key, value.clone());
            }
            (key, Some(name)) => {
                let group = values.entry(key).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(group) = group {
                    group.insert(name.to_owned(), value.clone());
                }
            }
        }
    }
    reorder_groups(&mut values, all);
    for key in lists {
        let members = all.map(|fields| members(fields.and_then(|fields| fields.get(key))));
        let prefix = format!("{}{key}.", place.prefix);
        let list = merge_members(
            work,
            Place {
                prefix: &prefix,
                ..place
            },
            members,
        );
        values.insert(key, Value::Array(list));
    }
    keep_former(&mut values, former);
    if !rev.is_empty() {
        values.insert("rev", Value::Object(rev));
    }
    let names = sequence(
        all.map(|fields| fields.into_iter().flat_map(Map::keys).map(String::as_str).collect()),
        &values,
    );
    names
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), values.remove(key)?)))
        .collect()
}

/// A register in the three states.
struct Three<'a> {
    base: Option<Register<'a>>,
    ours: Register<'a>,
    theirs: Register<'a>,
}

/// Who made the entry, on either side.
struct Makers<'a> {
    ours: Option<&'a str>,
    theirs: Option<&'a str>,
    /// For a countdown that two people have made at once, each with its own time: whose came first. Its time and author stand.
    first: Option<Side>,
}

impl<'a> Makers<'a> {
    fn of(work: &Work, place: Place, ours: &'a Fields, theirs: &'a Fields) -> Self {
        let (one, other) = (made(ours), made(theirs));
        let twice = place.section == "timers" && work.adopting.is_none() && one.is_some() && other.is_some();
        Self {
            ours: text(ours, "by"),
            theirs: text(theirs, "by"),
            first: twice.then_some(if one <= other { Side::Ours } else { Side::Theirs }),
        }
    }

    /// The stamp of the joined entry's fields that have none of their own, where the sides may differ in it.
    fn stamp(&self, ours: &Node, theirs: &Node) -> Option<Heads> {
        let side = if self.first? == Side::Ours { ours } else { theirs };
        Some(side.own.clone())
    }
}

/// What was found out about the leading field: its followers go with it.
#[derive(Default)]
struct Lead {
    side: Option<Side>,
    earlier: Option<Side>,
    ours: Option<Written>,
    theirs: Option<Written>,
}

impl Lead {
    fn of(decision: &Decision, ours: Written, theirs: Written, place: Place, our: &Node, their: &Node) -> Self {
        let when = |node: &Node| -> Vec<String> {
            let value = |field: &Field| canonical(node.fields.get(field.name).filter(|value| !value.is_null()));
            // Nothing stands behind everything.
            let mark = |text: String| if text.is_empty() { "~".to_owned() } else { text };
            let followers = fields_of(place.section).iter().filter(|field| field.follows);
            // When it was comes before who it was.
            let (times, rest): (Vec<_>, Vec<_>) = followers.partition(|field| field.nature == Nature::Time);
            times.into_iter().chain(rest).map(value).map(mark).collect()
        };
        let same = our.fields.get(LEADER) == their.fields.get(LEADER);
        Self {
            side: (!same).then_some(decision.side),
            earlier: Some(if when(our) <= when(their) {
                Side::Ours
            } else {
                Side::Theirs
            }),
            ours: Some(ours),
            theirs: Some(theirs),
        }
    }
}

/// Decides one register, and notes what was written by hand and what was lost.
#[expect(
    clippy::too_many_arguments,
    reason = "one register, with all that its fate depends on"
)]
#[allow(clippy::too_many_lines, reason = "one register, with every case of its fate")]
fn settle<'a>(
    work: &mut Work,
    place: Place,
    name: &str,
    three: Three<'a>,
    follows: bool,
    lead: &Lead,
    makers: &Makers,
    former: &mut Vec<Value>,
) -> (Decision<'a>, Written, Written) {
    let subject = format!("{}{name}", place.prefix);
    let Three {
        mut base,
        mut ours,
        mut theirs,
    } = three;
    if name == "id" {
        return (of_first(&ours, &theirs, Side::Ours), Written::Stamped, Written::Stamped);
    }
    if name == "recorded" {
        return (
            recorded(base.as_ref(), &ours, &theirs),
            Written::Stamped,
            Written::Stamped,
        );
    }
    if let Some(side) = makers.first.filter(|_| matches!(name, "at" | "by")) {
        return (of_first(&ours, &theirs, side), Written::Stamped, Written::Stamped);
    }
    let twice = is_noticed(&ours, makers.ours) && is_noticed(&theirs, makers.theirs);
    if twice && name == "by" && ours.value == theirs.value {
        let decision = Decision {
            explicit: false,
            ..noticed(&ours, &theirs)
        };
        return (decision, Written::Stamped, Written::Stamped);
    }
    let dated = twice && matches!(name, "at" | "since");
    if dated && (base.is_none() || nearly(&ours, &theirs)) {
        return (noticed(&ours, &theirs), Written::Stamped, Written::Stamped);
    }
    let mut made_since = base.is_none();
    if makers.first.is_some() {
        // What neither of two makers wrote is no write of theirs.
        let nothing = Register {
            value: None,
            heads: Heads::one(work.origin.clone()),
            explicit: false,
        };
        let absent = |side: &Register| side.value.is_none() && !side.explicit;
        for side in [&mut ours, &mut theirs] {
            if absent(side) {
                *side = nothing.clone();
            }
        }
        if base.as_ref().is_none_or(absent) {
            base = Some(nothing);
        }
    }
    if let Some(base) = &mut base {
        recognise(base, &mut ours, &mut theirs);
    } else {
        // What a template has from the beginning was known to both.
        base = from_template(&work.origin, &ours, &theirs);
        if let Some(base) = base.as_mut().filter(|_| place.section == "checklist" && name == LEADER) {
            base.value = Some(&OPEN);
            made_since = false;
        }
    }
    let stale = work.stale;
    let read = |base: Option<&Register<'a>>, side: Register<'a>, lead: Option<Written>| match base {
        None => (side, Written::Stamped),
        Some(_) if made_since => (side, Written::Stamped),
        Some(base) => as_written(base, side, follows, |register| {
            let with_lead = follows && lead != Some(Written::ByHand);
            with_lead || stale(&subject, &register.heads, register.value)
        }),
    };
    let (ours, our_way) = read(base.as_ref(), ours, lead.ours);
    let (theirs, their_way) = read(base.as_ref(), theirs, lead.theirs);
    let decision = if follows {
        follow(
            base.as_ref(),
            &ours,
            &theirs,
            lead.side,
            lead.earlier.unwrap_or(Side::Ours),
        )
    } else {
        let dead = work.dead.get(&subject).map_or(&[][..], Vec::as_slice);
        decide(base.as_ref(), &ours, &theirs, dead)
    };
    let old = base.as_ref().and_then(|base| base.value);
    for (way, side) in [(our_way, &ours), (their_way, &theirs)] {
        if way == Written::ByHand {
            note_by_hand(work, place, &subject, name, old, side, &decision, former);
        }
    }
    // That two people have settled one collision is no collision.
    if !subject.ends_with(".settled") {
        work.lost.extend(decision.lost.iter().map(|(stamp, value)| Lost {
            section: place.section.into(),
            subject: subject.clone(),
            stamp: stamp.clone(),
            value: value.cloned(),
        }));
    }
    (decision, our_way, their_way)
}

/// Two programs notice the same entry within this many milliseconds; times further apart were set by somebody.
const AT_ONCE: i64 = 10_000;

fn nearly(ours: &Register, theirs: &Register) -> bool {
    let millis = |side: &Register| Some(Time::parse_rfc3339(side.value?.as_str()?)?.millis());
    match (millis(ours), millis(theirs)) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs() < AT_ONCE,
        _ => false,
    }
}

/// Time and author of an entry that was made twice: those of whoever was first.
fn of_first<'a>(ours: &Register<'a>, theirs: &Register<'a>, side: Side) -> Decision<'a> {
    let first = if side == Side::Ours { ours } else { theirs };
    Decision {
        value: first.value,
        heads: first.heads.clone(),
        explicit: false,
        side,
        lost: Vec::new(),
    }
}

/// How every item of a template begins.
static OPEN: LazyLock<Value> = LazyLock::new(|| ItemState::Open.as_str().into());

/// The register of an entry that two people took from a template, before either changed it.
fn from_template<'a>(origin: &Stamp, ours: &Register<'a>, theirs: &Register<'a>) -> Option<Register<'a>> {
    let bare = |side: &&Register| !side.explicit && side.heads.newest() == origin;
    let value = [ours, theirs].into_iter().find(bare)?.value;
    Some(Register {
        value,
        heads: Heads::one(origin.clone()),
        explicit: false,
    })
}

/// When an event was written down: it is set once, where its time is corrected, and never taken away.
fn recorded<'a>(base: Option<&Register<'a>>, ours: &Register<'a>, theirs: &Register<'a>) -> Decision<'a> {
    let values = [ours.value, theirs.value, base.and_then(|base| base.value)];
    let first = values.into_iter().flatten().min_by_key(|value| canonical(Some(value)));
    Decision {
        value: first,
        heads: ours.heads.clone(),
        explicit: false,
        side: Side::Ours,
        lost: Vec::new(),
    }
}

#[expect(clippy::too_many_arguments, reason = "a manual edit, with all that its event says")]
fn note_by_hand(
    work: &mut Work,
    place: Place,
    subject: &str,
    name: &str,
    old: Option<&Value>,
    new: &Register,
    decision: &Decision,
    former: &mut Vec<Value>,
) {
    let edit = ByHand {
        section: place.section.into(),
        subject: subject.to_owned(),
        from: old.cloned(),
        to: new.value.cloned(),
        stands: decision.value == new.value,
    };
    if !work.by_hand.note(edit) {
        return;
    }
    // An event keeps its earlier words and times.
    let kept = match name {
        "text" => "text",
        "at" => "time",
        _ => return,
    };
    let entry = place.prefix.trim_end_matches('.');
    if place.section != "timeline" || entry.contains('.') {
        return;
    }
    let Some(old) = old else { return };
    let stamp = new.heads.newest();
    let at = work.adopting.unwrap_or(stamp.at);
    former.push(serde_json::json!({
        "id": id('f', &[entry, kept, &canonical(Some(old)), &stamp.to_string()]),
        "at": at,
        "by": HAND,
        kept: old,
    }));
}

fn keep_former(values: &mut BTreeMap<&str, Value>, former: Vec<Value>) {
    for one in former {
        let was = values.entry("was").or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(was) = was else { return };
        if !was.iter().any(|other| other.get("id") == one.get("id")) {
            was.push(one);
            was.sort_by_cached_key(member_order);
        }
    }
}
