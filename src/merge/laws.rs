//! The laws of merging, over histories of several people who change, edit by hand, and pull from each other in any order.

mod acts;
mod model;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use super::stamps::{Heads, canonical, hash};
use super::{states, top};
use crate::incident::apply::drawn::{Drawn, change, drawn};
use crate::incident::apply::laws::{declared, request};
use crate::incident::entry::in_section;
use crate::incident::import::Imported;
use crate::incident::*;
use crate::trials::cases;

use self::world::World;

const START: i64 = 1_795_183_500_000;
const PEOPLE: [&str; 6] = ["ann", "bob", "cho", "dan", "eve", "fay"];

/// What one of the people does.
#[derive(Clone, Debug)]
pub(super) enum Step {
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

/// Ann proposes, bob corrects the time of that line while she approves: he writes out her stamp for the state, and she has replaced it.
#[test]
fn a_corrected_time_is_no_write_of_the_rest() {
    let steps = |entry| {
        [
            act(0, 24, 1, false, 0),
            Step::Pull(1, 0),
            act(1, 3, entry, true, 500),
            act(0, 26, 0, false, 0),
        ]
    };
    let count = declared().timeline.len() + 1;
    let mut moved = 0;
    for entry in 0..count {
        let mut world = World::new(2);
        for (number, step) in steps(entry).iter().enumerate() {
            world.step(number, step);
        }
        moved += usize::from(world.state(1).mitigations[0].rev.contains_key("state"));
        let (ours, theirs) = (world.heads[0], world.heads[1]);
        let end = world.join(ours, theirs);
        let end = &world.commits[end].state;
        assert_eq!(end.mitigations[0].state, MitigationState::Approved);
        assert!(end.timeline.iter().all(|event| event.kind != EventKind::Conflict));
    }
    assert_eq!(moved, 1, "the line that proposed it");
}

/// What a person does, from the fields that count here.
fn act(who: usize, kind: usize, entry: usize, flag: bool, seconds: i64) -> Step {
    let drawn = Drawn {
        kind,
        entry,
        text: "a".into(),
        more: None,
        who: "kim".into(),
        flag,
        seconds,
    };
    Step::Change(who, Box::new(drawn))
}

/// Two claim an item with clocks at the end of time, where all that a person writes has one stamp.
#[test]
fn one_line_of_a_person_is_not_all_of_that_stamp() {
    let steps = [
        act(0, 0, 0, false, 0),
        Step::Pull(1, 0),
        act(1, 38, 1, false, 0),
        act(0, 38, 1, false, 0),
    ];
    converges(&[Clock::Last; 2], &steps, &[0, 1]);
}

/// One ticks an item twice again, the other once, and who has both meets one of them once more.
#[test]
fn what_goes_with_a_state_is_chosen_once() {
    let steps = [
        act(2, 33, 0, false, 0),
        Step::Pull(0, 2),
        act(0, 35, 0, false, 0),
        Step::Pull(2, 0),
        act(0, 35, 0, true, 0),
        Step::Pull(1, 0),
        act(0, 35, 0, true, 0),
        act(1, 35, 0, true, 2828),
        Step::Pull(2, 1),
    ];
    converges(&[Clock::Wrong; 3], &steps, &[0, 1]);
}

/// Who is told of one lost write has not heard of another with the same stamp: a slow clock counts each field up for itself.
#[test]
fn what_a_merge_told_is_no_word_of_the_author() {
    let steps = [
        act(0, 0, 0, false, 0),
        act(0, 0, 0, false, 0),
        act(0, 0, 0, false, 0),
        act(0, 0, 0, false, 0),
        act(0, 11, 0, false, 0),
        act(4, 11, 0, false, 0),
        act(3, 38, 2, false, 0),
        Step::Pull(0, 4),
        act(2, 11, 0, false, 0),
        act(4, 38, 2, false, 0),
        Step::Pull(0, 3),
    ];
    converges(
        &[Clock::Wrong; 5],
        &steps,
        &[8_533_018_376_416_397_941, 1_292_985_047_443_563_632],
    );
}

/// One whose clock stands still logs a line that the other has, and claims what the other claims: both by one stamp.
#[test]
fn a_line_that_was_logged_is_of_no_write() {
    let steps = [
        act(0, 0, 0, false, 0),
        act(1, 0, 0, false, 0),
        Step::Pull(0, 1),
        Step::Pull(1, 0),
        act(1, 38, 2, false, 0),
        act(0, 38, 2, false, 0),
    ];
    converges(&[Clock::Last, Clock::Still], &steps, &[0, 1, 2]);
}
