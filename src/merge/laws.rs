//! The laws of merging, over histories of several people who change, edit by hand, and pull from each other in any order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use super::stamps::{Heads, canonical, hash};
use super::{states, top};
use crate::incident::apply::laws::{Drawn, change, declared, drawn, request};
use crate::incident::entry::in_section;
use crate::incident::import::Imported;
use crate::incident::*;

/// How many cases a law is tried with: `PROPTEST_CASES`, or few enough for the default run to take seconds.
pub(super) fn cases(default: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: wanted.unwrap_or(default),
        failure_persistence: None,
        max_shrink_iters: 2000,
        // The default run is the same each time; a longer one goes where none went before.
        rng_seed: wanted.map_or(proptest::test_runner::RngSeed::Fixed(42), |_| {
            proptest::test_runner::RngSeed::Random
        }),
        ..ProptestConfig::default()
    }
}

const START: i64 = 1_795_183_500_000;
const PEOPLE: [&str; 6] = ["ann", "bob", "cho", "dan", "eve", "fay"];

/// What one of the people does.
#[derive(Clone, Debug)]
pub enum Step {
    Change(usize, Box<Drawn>),
    Hand(usize, usize, usize),
    Pull(usize, usize),
}

fn step(people: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..people, drawn()).prop_map(|(who, drawn)| Step::Change(who, Box::new(drawn))),
        1 => (0..people, 0..10usize, any::<usize>()).prop_map(|(who, kind, pick)| Step::Hand(who, kind, pick)),
        3 => (0..people, 0..people).prop_map(|(who, from)| Step::Pull(who, from)),
    ]
}

/// A person's clock, and the name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clock {
    /// Wrong by some minutes.
    Wrong,
    /// It stands still, at the same instant as that of others whose clock does.
    Still,
    /// At the end of time, or a moment before it.
    Last,
    /// Years ahead.
    Ahead,
    /// Before 1970.
    Negative,
    /// Wrong by some minutes; and the name is as a stamp counts up at the end of time.
    Counting,
}

impl Clock {
    fn now(self, number: usize, who: usize) -> Time {
        const YEAR: i64 = 365 * 86_400_000;
        let skew = [0i64, -300, 3600, 45, -7200, 9][who];
        let steps = number as i64 * 7000;
        Time::from_millis(match self {
            Self::Wrong | Self::Counting => START + steps + skew * 1000,
            Self::Still => START,
            Self::Last => i64::MAX - (number as i64 % 3),
            Self::Ahead => START + 4 * YEAR + steps,
            Self::Negative => -YEAR + steps,
        })
    }

    fn name(self, who: usize) -> String {
        match self {
            Self::Counting => format!("zed~{:010}~{}", who + 1, PEOPLE[who]),
            _ => PEOPLE[who].to_owned(),
        }
    }
}

/// A change as the console makes it; `None` where it is refused.
pub(super) fn changed(state: &Incident, number: usize, who: usize, clock: Clock, drawn: &Drawn) -> Option<Incident> {
    let now = clock.now(number, who);
    let mut drawn = drawn.clone();
    // Half of the words are nobody else's.
    if drawn.entry.is_multiple_of(2) {
        drawn.text = format!("{} {number}", drawn.text);
    }
    let change = change(&drawn, state, now);
    let request = request(number + 1, &clock.name(who), now, change);
    apply::apply(state, &request, newest(state)).ok().map(|(next, _)| next)
}

/// An edit by somebody with an editor, who knows nothing of stamps.
/// Deletes only what others have, who put it back.
fn by_hand(state: &Incident, others: &[&Incident], number: usize, kind: usize, pick: usize) -> Incident {
    let shared = |id: &str| others.iter().all(|other| kept(other).contains(id));
    let same = |event: &Event| {
        others
            .iter()
            .all(|other| other.timeline.iter().any(|one| **one == *event))
    };
    let mut next = state.clone();
    let event = pick % next.timeline.len();
    let value = format!("by hand {number}");
    match kind {
        0 => next.title = value,
        1 => next.severity = format!("P{number}"),
        2 => {
            next.impact.insert("users".into(), value.into());
        }
        3 => next.impact.clear(),
        // Not the first line of all: a console puts it back before it does anything else, and here nobody opens one.
        4 if same(&next.timeline[event]) && next.timeline[event].kind != EventKind::Declared => {
            next.timeline.remove(event);
        }
        5 => std::sync::Arc::make_mut(&mut next.timeline[event]).text = value,
        6 => {
            let event = std::sync::Arc::make_mut(&mut next.timeline[event]);
            event.extra.insert("ticket".into(), value.into());
        }
        7 if !next.hypotheses.is_empty() => {
            let place = pick % next.hypotheses.len();
            let hypothesis = std::sync::Arc::make_mut(&mut next.hypotheses[place]);
            hypothesis.evidence.pop_if(|remark| shared(&remark.id));
            hypothesis.statement = value;
        }
        8 if !next.checklist.is_empty() => {
            let place = pick % next.checklist.len();
            std::sync::Arc::make_mut(&mut next.checklist[place]).state = ItemState::Done;
        }
        4 | 7 | 8 => {}
        _ => {
            next.extra
                .insert("postmortem".into(), serde_json::json!({ "link": value }));
        }
    }
    next
}

/// The bytes that a state comes to.
fn bytes(state: &Incident) -> String {
    serde_json::to_string(state).unwrap()
}

/// The same without what does not count: in which order a list other than the timeline stands (that is the file's, and
/// files are merged to the same bytes, see `bytes`), and the fields that go with another one. Which of two people who ticked one item did so first is known
/// only as long as nobody unticked it beside them; then it is no loss, and may depend on the order of merging.
fn bare(state: &Incident) -> String {
    let mut value = serde_json::to_value(state).unwrap();
    for list in value
        .as_object_mut()
        .unwrap()
        .values_mut()
        .filter_map(Value::as_array_mut)
    {
        list.sort_by_key(|entry| entry["id"].to_string());
    }
    for (list, fields) in [
        ("checklist", &["who", "done", "reason"]),
        ("mitigations", &["started", "done", "settled"]),
        ("actions", &["done", "", ""]),
        ("inquiries", &["ended", "", ""]),
    ] {
        for entry in value.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let entry = entry.as_object_mut().unwrap();
            for field in fields {
                entry.remove(*field);
                if let Some(rev) = entry.get_mut("rev").and_then(Value::as_object_mut) {
                    rev.remove(*field);
                }
            }
        }
    }
    value.to_string()
}

fn merge(base: &Incident, ours: &Incident, theirs: &Incident) -> Incident {
    states::merge(Some(base), ours, theirs).0
}

/// The registers of a state whose fate the model below tells: all but those that go with another one.
fn registers(state: &Incident) -> BTreeMap<String, (String, Option<Heads>)> {
    let mut found = BTreeMap::new();
    spread("", "", &top::head(state), &mut found);
    for section in [
        "hypotheses",
        "mitigations",
        "checklist",
        "inquiries",
        "inquiries",
        "actions",
        "roles",
        "timeline",
    ] {
        in_section!(section, T => for entry in T::list(state) {
            spread(section, &format!("{}.", entry.id()), &to_fields(&**entry), &mut found);
        });
    }
    found
}

fn spread(section: &str, prefix: &str, fields: &Fields, found: &mut BTreeMap<String, (String, Option<Heads>)>) {
    let rev = fields
        .get("rev")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let with = [
        "done", "who", "reason", "started", "settled", "ended", "recorded", "id", "rev", "was",
    ];
    let mut put = |name: String, value: &Value| {
        let stamp = rev
            .get(&name)
            .map(|stamp| serde_json::from_value::<Stamp>(stamp.clone()).unwrap());
        let heads = stamp.map(|stamp| Heads::read(&stamp));
        found.insert(format!("{prefix}{name}"), (canonical(Some(value)), heads));
    };
    for name in rev
        .keys()
        .filter(|name| !with.contains(&name.as_str()) || section.is_empty())
    {
        put(name.clone(), &Value::Null);
    }
    for (name, value) in fields {
        match value {
            Value::Array(_) => {}
            // Two consoles that notice one edit date it twice; the earlier time stands.
            _ if name == "at" && fields.get("by").and_then(Value::as_str) == Some("hand") => {}
            _ if !section.is_empty() && with.contains(&name.as_str()) => {}
            _ if ["rev", "id", "uid", "warroom"].contains(&name.as_str()) => {}
            Value::Object(group) if ["impact", "fields", "postmortem"].contains(&name.as_str()) => {
                for (inner, value) in group {
                    put(format!("{name}.{inner}"), value);
                }
            }
            value => put(name.clone(), value),
        }
    }
}

/// A canonical value as people read it.
fn plain(canonical: &str) -> Option<String> {
    let value: Value = serde_json::from_str(&json(canonical)).unwrap();
    super::told::plain(Some(&value))
}

/// A canonical value as JSON.
fn json(canonical: &str) -> String {
    match canonical {
        "" => "null".into(),
        value => value.replace(",}", "}").replace(",]", "]"),
    }
}

/// The entry a register belongs to, empty for the top level.
fn entry_of(name: &str) -> &str {
    let entry = name.rsplit_once('.').map_or("", |(entry, _)| entry);
    if ["impact", "fields", "postmortem"].contains(&entry) {
        ""
    } else {
        entry
    }
}

type Write = (Stamp, String);

/// What should come of a history, from knowing of each state which writes it has heard of.
#[derive(Clone, Default)]
struct Model {
    heard: BTreeSet<(String, Write)>,
    heads: BTreeMap<String, BTreeSet<Write>>,
    lost: BTreeSet<(String, Write)>,
}

impl Model {
    fn write(&mut self, before: &Incident, after: &Incident, hand: bool) {
        let (old, new) = (registers(before), registers(after));
        let nothing = (canonical(Some(&Value::Null)), None);
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names {
            let (was, is) = (old.get(name).unwrap_or(&nothing), new.get(name).unwrap_or(&nothing));
            if was == is || (hand && was.0 == is.0) {
                continue;
            }
            let entry = entry_of(name);
            let is_new = !old.keys().any(|other| entry_of(other) == entry);
            if !new.keys().any(|other| entry_of(other) == entry) {
                continue;
            }
            let heads = match &is.1 {
                Some(heads) if !hand => heads.clone(),
                _ if is_new => Heads::one(Stamp::new(Time::default(), "")),
                _ => {
                    let value: Value = serde_json::from_str(&json(&is.0)).unwrap();
                    let value = Some(&value).filter(|value| !value.is_null());
                    self.stamps(name, before).by_hand(value)
                }
            };
            let write = (heads.newest().clone(), is.0.clone());
            self.heard.insert((name.clone(), write.clone()));
            self.heads.insert(name.clone(), BTreeSet::from([write]));
        }
    }

    fn stamps(&self, name: &str, before: &Incident) -> Heads {
        let heads = self.heads.get(name).and_then(|heads| heads.iter().next_back());
        let own = || top::origin(&declared()).unwrap();
        match heads {
            Some((stamp, _)) if stamp.at > Time::default() => Heads::one(stamp.clone()),
            _ => {
                let entry = name.split_once('.').map_or("", |(entry, _)| entry);
                let made = [
                    "hypotheses",
                    "mitigations",
                    "checklist",
                    "inquiries",
                    "inquiries",
                    "inquiries",
                    "actions",
                    "roles",
                    "timeline",
                ]
                .iter()
                .find_map(|section| {
                    in_section!(*section, T => ids::find::<T>(before, entry).map(|entry| {
                        let (at, by) = entry.made();
                        Stamp::new(at, by)
                    }))
                    .flatten()
                });
                Heads::one(made.filter(|made| made.at > Time::default()).unwrap_or_else(own))
            }
        }
    }

    fn merge(&self, other: &Self) -> Self {
        let mut joined = Self {
            heard: self.heard.union(&other.heard).cloned().collect(),
            heads: BTreeMap::new(),
            lost: self.lost.union(&other.lost).cloned().collect(),
        };
        let none = BTreeSet::new();
        let names: BTreeSet<&String> = self.heads.keys().chain(other.heads.keys()).collect();
        for name in names {
            let (mine, yours) = (
                self.heads.get(name).unwrap_or(&none),
                other.heads.get(name).unwrap_or(&none),
            );
            let survives = |write: &&Write, there: &BTreeSet<Write>, heard: &BTreeSet<(String, Write)>| {
                // What a template has is known to all.
                let bare = write.0.at == Time::default() && !there.is_empty();
                there.contains(*write) || !bare && !heard.contains(&(name.clone(), (*write).clone()))
            };
            let mut all: BTreeSet<Write> = mine
                .iter()
                .filter(|write| survives(write, yours, &other.heard))
                .cloned()
                .collect();
            all.extend(yours.iter().filter(|write| survives(write, mine, &self.heard)).cloned());
            let said = |write: &Write| plain(&write.1);
            let lost = |write: &&Write| all.iter().any(|other| other.0 > write.0 && said(other) != said(write));
            joined
                .lost
                .extend(all.iter().filter(lost).map(|write| (name.clone(), write.clone())));
            joined.heads.insert(name.clone(), all);
        }
        joined
    }

    fn check(&self, state: &Incident) {
        let found = registers(state);
        for (name, heads) in &self.heads {
            let (_, value) = heads.last().unwrap();
            let there = found.get(name).map_or("null", |(value, _)| value);
            assert_eq!(there, value, "{name} of {heads:?}");
        }
        // When an edit by hand was noticed is nobody's write. By value, not by stamp: an edit by hand that nobody has taken in carries
        // the stamp of what it replaced.
        let counts = |name: &str| {
            (found.contains_key(name) || self.heads.contains_key(name))
                && !(name.starts_with('y') && name.strip_suffix(".at").is_some())
                // Nor is what a merge tells, until somebody edits it by hand; that may be told twice.
                && !name.starts_with('x')
        };
        let events = state.timeline.iter();
        let said: BTreeSet<(String, Option<String>)> = events
            .filter(|event| event.kind == EventKind::Conflict)
            .map(|event| {
                let subject = event.subject.as_deref().unwrap().to_owned();
                (subject, event.from.as_deref().map(str::to_owned))
            })
            .filter(|(subject, _)| counts(subject))
            .collect();
        let lost = self.lost.iter().filter(|(name, _)| counts(name));
        let lost = lost.map(|(name, (_, value))| (name.clone(), plain(value)));
        assert_eq!(said, lost.collect(), "conflicts told and truly lost");
    }
}

/// A state in the history.
struct Commit {
    state: Incident,
    ancestors: BTreeSet<usize>,
    model: Model,
}

/// A history as git would have it.
struct World {
    commits: Vec<Commit>,
    heads: Vec<usize>,
    bases: BTreeMap<(usize, usize), Incident>,
    /// Everybody's clock.
    clocks: Vec<Clock>,
    /// Kinds of edits that were made by hand, and whether nobody takes them in.
    by_hand: BTreeMap<usize, bool>,
}

impl World {
    fn new(people: usize) -> Self {
        let state = declared();
        let mut model = Model::default();
        for (name, (value, _)) in registers(&state) {
            let write = (Stamp::new(Time::default(), ""), value);
            model.heard.insert((name.clone(), write.clone()));
            model.heads.insert(name, BTreeSet::from([write]));
        }
        Self {
            commits: vec![Commit {
                state,
                ancestors: BTreeSet::from([0]),
                model,
            }],
            heads: vec![0; people],
            bases: BTreeMap::new(),
            clocks: vec![Clock::Wrong; people],
            by_hand: BTreeMap::new(),
        }
    }

    fn state(&self, who: usize) -> &Incident {
        &self.commits[self.heads[who]].state
    }

    fn commit(&mut self, state: Incident, model: Model, parents: &[usize]) -> usize {
        let mut ancestors: BTreeSet<usize> = parents
            .iter()
            .flat_map(|parent| self.commits[*parent].ancestors.clone())
            .collect();
        ancestors.insert(self.commits.len());
        self.commits.push(Commit {
            state,
            ancestors,
            model,
        });
        self.commits.len() - 1
    }

    /// The newest common ancestor; where there are several, what they merge to, as git's own recursive merge has it.
    fn base(&mut self, one: usize, other: usize) -> Incident {
        let key = (one.min(other), one.max(other));
        if let Some(known) = self.bases.get(&key) {
            return known.clone();
        }
        let common: BTreeSet<usize> = self.commits[one]
            .ancestors
            .intersection(&self.commits[other].ancestors)
            .copied()
            .collect();
        let newest: Vec<usize> = common
            .iter()
            .copied()
            .filter(|commit| {
                !common
                    .iter()
                    .any(|later| later != commit && self.commits[*later].ancestors.contains(commit))
            })
            .collect();
        let mut sum = self.commits[newest[0]].state.clone();
        let mut ancestors = self.commits[newest[0]].ancestors.clone();
        for next in &newest[1..] {
            let virtual_one = self.commits.len();
            self.commits.push(Commit {
                state: sum.clone(),
                ancestors: ancestors.clone(),
                model: Model::default(),
            });
            let base = self.base(virtual_one, *next);
            self.bases.retain(|pair, _| pair.1 != virtual_one);
            self.commits.pop();
            sum = merge(&base, &sum, &self.commits[*next].state);
            ancestors.extend(self.commits[*next].ancestors.iter().copied());
        }
        self.bases.insert(key, sum.clone());
        sum
    }

    fn join(&mut self, one: usize, other: usize) -> usize {
        for (newer, older) in [(one, other), (other, one)] {
            if self.commits[newer].ancestors.contains(&older) {
                let (new, old) = (&self.commits[newer].state, &self.commits[older].state);
                let whole = merge(old, old, new);
                if bytes(&whole) == bytes(new) {
                    return newer;
                }
                // A line that somebody deleted is put back.
                let model = self.commits[newer].model.clone();
                return self.commit(whole, model, &[newer]);
            }
        }
        let base = self.base(one, other);
        let (ours, theirs) = (&self.commits[one].state, &self.commits[other].state);
        let merged = merge(&base, ours, theirs);
        assert_eq!(bytes(&merged), bytes(&merge(&base, theirs, ours)), "either way round");
        assert_eq!(
            bytes(&merge(&base, &merged, ours)),
            bytes(&merged),
            "merging again changes nothing"
        );
        assert_eq!(
            bytes(&merge(ours, &merged, ours)),
            bytes(&merged),
            "pulling what is contained changes nothing"
        );
        // Records inside an entry that were deleted by hand come back, and with them the entry is merged field by field.
        let whole = restored(&base, ours);
        if kept(&base).is_subset(&kept(&whole)) {
            assert_eq!(
                bytes(&merge(&base, ours, &base)),
                bytes(&whole),
                "what one side changed stands"
            );
        }
        let model = self.commits[one].model.merge(&self.commits[other].model);
        model.check(&merged);
        self.commit(merged, model, &[one, other])
    }

    fn step(&mut self, number: usize, step: &Step) {
        match step {
            Step::Change(who, drawn) => {
                if let Some(next) = changed(self.state(*who), number, *who, self.clocks[*who], drawn) {
                    self.write(*who, next, false);
                }
            }
            Step::Hand(who, kind, pick) => {
                let others: Vec<&Incident> = self.heads.iter().map(|head| &self.commits[*head].state).collect();
                let next = by_hand(self.state(*who), &others, number, *kind, *pick);
                // Twice over one value without a stamp nobody can tell from once, and the words of a line that nobody
                // took in are kept only by whoever merges before they are replaced. So a kind of edit is either left
                // Over a stamped value a merge that does not know that stamp's write takes the edit for it: those are taken in, too.
                // as it is, and made once, or taken in by a console each time; and what comes to the same value is made once.
                let same = if *kind == 3 { 2 } else { *kind };
                let first = !self.by_hand.contains_key(&same);
                if !first && [2, 8].contains(&same) {
                    return;
                }
                let left = *self
                    .by_hand
                    .entry(same)
                    .or_insert(![1, 5].contains(kind) && number.is_multiple_of(2));
                if left && first {
                    self.write(*who, next, true);
                } else if !left {
                    let now = Time::from_millis(START + number as i64 * 7000);
                    let (adopted, _) = super::byhand::adopt(self.state(*who), &next, &[], &|_, _, _| false, now);
                    self.write(*who, adopted, false);
                }
            }
            Step::Pull(who, from) => self.heads[*who] = self.join(self.heads[*who], self.heads[*from]),
        }
    }

    fn write(&mut self, who: usize, next: Incident, hand: bool) {
        let parent = self.heads[who];
        let mut model = self.commits[parent].model.clone();
        model.write(&self.commits[parent].state, &next, hand);
        self.heads[who] = self.commit(next, model, &[parent]);
    }
}

/// What is made of a state whose entries somebody deleted by hand: they are back where they never go.
fn restored(base: &Incident, state: &Incident) -> Incident {
    let mut whole = state.clone();
    for event in &base.timeline {
        if !whole.timeline.iter().any(|other| other.id == event.id) {
            whole.timeline.push(event.clone());
        }
    }
    super::lists::sort(&mut whole.timeline);
    whole
}

/// Two to six people, and what they do.
fn history(longest: usize) -> impl Strategy<Value = (usize, Vec<Step>)> {
    (2..=6usize).prop_flat_map(move |people| (Just(people), proptest::collection::vec(step(people), 1..longest)))
}

/// Whatever the order in which the people's branches are joined: every value and entry comes out alike, nothing that
/// grows only is missing, and once those who joined in different orders have exchanged what they made of it, all is the same
/// to the last conflict event. (Which collisions are told on the way depends on who met whom: a value that its author's neighbour had
/// replaced knowingly before the third one came collides with nobody.)
fn converges(clocks: &[Clock], steps: &[Step], orders: &[u64]) {
    let mut world = World::new(clocks.len());
    world.clocks = clocks.to_vec();
    for (number, step) in steps.iter().enumerate() {
        world.step(number, step);
    }
    let count = world.commits.len();
    let mut tips = Vec::new();
    for order in orders {
        let mut heads = world.heads.clone();
        let mut seed = *order;
        while heads.len() > 1 {
            let one = heads.remove((seed % heads.len() as u64) as usize);
            seed = hash(&[&seed.to_string()]);
            let place = (seed % heads.len() as u64) as usize;
            heads[place] = world.join(heads[place], one);
        }
        tips.push(heads[0]);
    }
    let untold: BTreeSet<String> = tips
        .iter()
        .map(|tip| bare(&untold(&world.commits[*tip].state)))
        .collect();
    assert_eq!(untold.len(), 1, "one end whatever the order: {untold:#?}");
    for tip in &tips {
        let end = kept(&world.commits[*tip].state);
        for commit in &world.commits[..count] {
            let lost: Vec<_> = kept(&commit.state).difference(&end).cloned().collect();
            assert!(lost.is_empty(), "lost: {lost:?}");
        }
    }
    let forth = tips
        .iter()
        .copied()
        .reduce(|one, other| world.join(one, other))
        .unwrap();
    let back = tips
        .iter()
        .rev()
        .copied()
        .reduce(|one, other| world.join(one, other))
        .unwrap();
    let (forth, back) = (&world.commits[forth].state, &world.commits[back].state);
    assert_eq!(bare(forth), bare(back), "once all have exchanged");
}

/// The same without what was told of collisions.
fn untold(state: &Incident) -> Incident {
    let mut state = state.clone();
    state.timeline.retain(|event| event.kind != EventKind::Conflict);
    state
}

/// Every entry that grows only, with its members.
fn kept(state: &Incident) -> BTreeSet<String> {
    let mut ids: BTreeSet<String> = state.timeline.iter().map(|event| event.id.clone()).collect();
    ids.extend(state.actions.iter().map(|entry| entry.id.clone()));
    ids.extend(state.checklist.iter().map(|entry| entry.id.clone()));
    ids.extend(
        state
            .hypotheses
            .iter()
            .flat_map(|entry| entry.evidence.iter().map(|remark| remark.id.clone())),
    );
    ids.extend(
        state
            .timeline
            .iter()
            .flat_map(|entry| entry.was.iter().map(|former| former.id.clone())),
    );
    ids
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn any_order_of_pulls_ends_with_the_same_bytes_and_nothing_lost(
        (people, steps) in history(40),
        orders in proptest::collection::vec(any::<u64>(), 3),
    ) {
        converges(&vec![Clock::Wrong; people], &steps, &orders);
    }

    #[test]
    fn three_branches_join_alike_however_they_are_grouped(
        before in proptest::collection::vec(step(1), 0..10),
        branches in proptest::collection::vec(proptest::collection::vec(step(3), 1..8), 3),
    ) {
        let mut world = World::new(1);
        for (number, step) in before.iter().enumerate() {
            world.step(number, step);
        }
        let base = world.state(0).clone();
        let mut ends = Vec::new();
        for (who, branch) in branches.iter().enumerate() {
            let mut state = base.clone();
            for (number, step) in branch.iter().enumerate() {
                let number = 100 * (who + 1) + number;
                match step {
                    Step::Change(_, drawn) => state = changed(&state, number, who, Clock::Wrong, drawn).unwrap_or(state),
                    Step::Hand(_, kind, pick) => state = by_hand(&state, &[&base], number, *kind, *pick),
                    Step::Pull(..) => {}
                }
            }
            ends.push(state);
        }
        let left = merge(&base, &merge(&base, &ends[0], &ends[1]), &ends[2]);
        let right = merge(&base, &ends[0], &merge(&base, &ends[1], &ends[2]));
        prop_assert_eq!(bare(&left), bare(&right));
    }
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn long_histories_of_many_people_converge(
        (people, steps) in history(200),
        orders in proptest::collection::vec(any::<u64>(), 2),
    ) {
        converges(&vec![Clock::Wrong; people], &steps, &orders);
    }
}

/// Clocks and names as a peer may have them.
fn clocks() -> impl Strategy<Value = Vec<Clock>> {
    use Clock::{Ahead, Counting, Last, Negative, Still, Wrong};
    let clock = prop_oneof![
        1 => Just(Wrong),
        2 => Just(Still),
        2 => Just(Last),
        1 => Just(Ahead),
        1 => Just(Negative),
        2 => Just(Counting),
    ];
    proptest::collection::vec(clock, 2..=5)
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn whatever_the_clocks_say_all_end_alike_and_nothing_is_lost(
        (clocks, steps) in clocks().prop_flat_map(|clocks| {
            let steps = proptest::collection::vec(step(clocks.len()), 1..40);
            (Just(clocks), steps)
        }),
        orders in proptest::collection::vec(any::<u64>(), 3),
    ) {
        converges(&clocks, &steps, &orders);
    }
}

/// What one person gives in one act.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Lines of a chat that has minutes only.
    Chat,
    /// Lines without a time.
    Lines,
    /// Calls of a script, all with one `--now`.
    Script,
    /// The same, each dated back to one minute.
    Backdated,
    /// Written into the file without ids, with one time or with none.
    Editor(bool),
}

#[derive(Clone, Debug)]
enum Deed {
    Act(usize, Act, usize),
    Pull(usize, usize),
}

fn deeds(people: usize) -> impl Strategy<Value = Vec<Deed>> {
    let act = prop_oneof![
        Just(Act::Chat),
        Just(Act::Lines),
        Just(Act::Script),
        Just(Act::Backdated),
        any::<bool>().prop_map(Act::Editor),
    ];
    let deed = prop_oneof![
        2 => (0..people, act, 2..6_usize).prop_map(|(who, act, lines)| Deed::Act(who, act, lines)),
        1 => (0..people, 0..people).prop_map(|(who, from)| Deed::Pull(who, from)),
    ];
    proptest::collection::vec(deed, 2..16)
}

/// Everything here is of one minute.
fn act(world: &mut World, number: usize, who: usize, act: Act, lines: usize) -> Vec<String> {
    let (minute, now) = (Time::from_millis(START - 300_000), Time::from_millis(START));
    let words: Vec<String> = (0..lines).map(|line| format!("act {number} line {line}")).collect();
    // Nonces are random: they tell nothing of the order.
    let ask = |place: usize, change: Change| {
        let scrambled = (number * 8 + place + 1).wrapping_mul(0x5_DEEC_E66D) & 0x7_FFFF_FFFF;
        request(scrambled, PEOPLE[who], now, change)
    };
    let note = |text: &String, at| Change::Log {
        kind: EventKind::Note,
        text: text.clone(),
        at,
        pin: false,
    };
    let import = |at| Change::ImportLines {
        lines: words
            .iter()
            .enumerate()
            .map(|(line, text)| Imported {
                line,
                at,
                who: None,
                kind: EventKind::Note,
                text: text.clone(),
            })
            .collect(),
    };
    let requests: Vec<Request> = match act {
        Act::Chat => vec![ask(0, import(Some(minute)))],
        Act::Lines => vec![ask(0, import(None))],
        Act::Script => words
            .iter()
            .enumerate()
            .map(|(place, text)| ask(place, note(text, None)))
            .collect(),
        Act::Backdated => words
            .iter()
            .enumerate()
            .map(|(place, text)| ask(place, note(text, Some(minute))))
            .collect(),
        Act::Editor(dated) => {
            let mut next = world.state(who).clone();
            next.timeline.extend(words.iter().map(|text| {
                let at = if dated { minute } else { Time::default() };
                std::sync::Arc::new(Event {
                    at,
                    text: text.clone(),
                    ..Event::default()
                })
            }));
            let (adopted, _) = super::byhand::adopt(world.state(who), &next, &[], &|_, _, _| false, now);
            world.write(who, adopted, false);
            Vec::new()
        }
    };
    for request in requests {
        let state = world.state(who);
        let (next, _) = apply::apply(state, &request, newest(state)).unwrap();
        world.write(who, next, false);
    }
    words
}

proptest! {
    #![proptest_config(cases(60))]

    /// What one person gave in one act keeps its order in every clone, for ever.
    #[test]
    fn one_act_keeps_its_order(
        (people, deeds) in (2..=4usize).prop_flat_map(|people| (Just(people), deeds(people))),
        orders in proptest::collection::vec(any::<u64>(), 3),
    ) {
        let mut world = World::new(people);
        let mut acts: Vec<Vec<String>> = Vec::new();
        for (number, deed) in deeds.iter().enumerate() {
            match *deed {
                Deed::Act(who, kind, lines) => acts.push(act(&mut world, number, who, kind, lines)),
                Deed::Pull(who, from) => world.step(number, &Step::Pull(who, from)),
            }
        }
        for order in orders {
            let mut heads = world.heads.clone();
            let mut seed = order;
            while heads.len() > 1 {
                let one = heads.remove((seed % heads.len() as u64) as usize);
                seed = hash(&[&seed.to_string()]);
                let place = (seed % heads.len() as u64) as usize;
                heads[place] = world.join(heads[place], one);
            }
        }
        for commit in &world.commits {
            for act in &acts {
                let there = commit.state.timeline.iter().filter(|event| act.contains(&event.text));
                let found: Vec<&String> = there.map(|event| &event.text).collect();
                let all: Vec<&String> = act.iter().filter(|text| found.contains(text)).collect();
                prop_assert_eq!(found, all);
            }
        }
    }

    /// A stamp of a peer's wrong clock takes no clock with it: what is written is at most five minutes ahead of who writes it, but
    /// in the field itself, where it is just behind what it replaces.
    #[test]
    fn no_stamp_takes_a_clock_with_it(
        stamps in proptest::collection::vec((0..5usize, any::<i64>(), any::<bool>(), "[a-z~&/ 0-9]{0,12}"), 1..6),
        walls in proptest::collection::vec(0..400_000i64, 1..8),
    ) {
        let mut state = declared();
        let fields = ["severity", "title", "impact.users", "summary", "cause"];
        for (field, at, near, name) in &stamps {
            let at = if *near { START + at % 1_000_000 } else { *at };
            state.rev.insert(fields[*field].into(), Stamp::new(Time::from_millis(at), name.clone()));
        }
        let mut wall = START;
        for (number, step) in walls.iter().enumerate() {
            // Now and then it is set back.
            wall += if number % 3 == 2 { -step } else { *step };
            let now = Time::from_millis(wall);
            let field = fields[number % fields.len()];
            let value = format!("value {number}");
            let change = match field {
                "severity" => Change::SetSeverity { severity: value, reason: None },
                field => Change::SetField { field: field.into(), value },
            };
            // What was never written has the stamp of the declaration.
            let former = state.rev.get(field).cloned().or_else(|| Some(Stamp::new(Time::from_millis(START), "kim")));
            let request = request(number + 1, "ann", now, change);
            let (next, _) = apply::apply(&state, &request, newest(&state)).unwrap();
            let stamp = &next.rev[field];
            if let Some(former) = &former {
                prop_assert!(stamp > former, "{stamp} over {former}");
            }
            let soon = now.plus(std::time::Duration::from_millis(300_001));
            let forced = former.is_some_and(|former| former.at >= soon);
            prop_assert!(stamp.at <= soon || forced, "{stamp} at {now}");
            let event = next.timeline.iter().find(|event| !state.timeline.iter().any(|old| old.id == event.id)).unwrap();
            prop_assert!(event.at == now, "{event:?} at {now}");
            state = next;
        }
    }
}
