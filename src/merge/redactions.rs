//! The laws of redaction: it wins in every merge and in every order, over edits that knew nothing of it and over old buffers, and
//! once everybody has exchanged, the words are in no clone. A law of its own: the model of the general ones holds every write to be
//! in the end or told as lost, and a redaction is what takes writes out of both.

use std::sync::Arc;

use proptest::prelude::*;

use super::byhand;
use super::states;
use crate::incident::apply::drawn::{Drawn, change, drawn};
use crate::incident::apply::laws::{declared, request};
use crate::incident::*;
use crate::trials::cases;

const SECRET: &str = "hunter2 hunter2";
const PEOPLE: [&str; 3] = ["ann", "bob", "cho"];
const START: i64 = 1_795_183_500_000;

#[derive(Clone, Debug)]
enum Step {
    /// Any change, by whom; the flag steers it to the entry that holds the secret.
    Change(usize, Box<Drawn>, bool),
    /// Corrects, retracts or pins the line that holds it, or says it in another field of the same register.
    Touch(usize, usize),
    Redact(usize, bool),
    /// Saves a buffer of long ago, with or without an edit of its own.
    Buffer(usize, bool),
    Sync(usize),
    Pull(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    prop_oneof![
        4 => (who.clone(), drawn(), any::<bool>()).prop_map(|(who, drawn, on)| Step::Change(who, Box::new(drawn), on)),
        4 => (who.clone(), 0..6usize).prop_map(|(who, kind)| Step::Touch(who, kind)),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, words)| Step::Redact(who, words)),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, edited)| Step::Buffer(who, edited)),
        4 => who.clone().prop_map(Step::Sync),
        1 => (who.clone(), who).prop_map(|(who, from)| Step::Pull(who, from)),
    ]
}

fn at(number: usize) -> Time {
    Time::from_millis(START + number as i64 * 7000)
}

fn make(state: &Incident, number: usize, by: &str, change: Change) -> Option<Incident> {
    let request = request(number, by, at(number), change);
    apply::apply(state, &request, newest(state)).ok().map(|(next, _)| next)
}

fn text(state: &Incident) -> String {
    serde_json::to_string(state).unwrap()
}

/// The same without the order of lists other than the timeline, which is the file's.
fn same(state: &Incident) -> String {
    let mut value = serde_json::to_value(state).unwrap();
    for list in value
        .as_object_mut()
        .unwrap()
        .values_mut()
        .filter_map(serde_json::Value::as_array_mut)
    {
        list.sort_by_key(|entry| entry["id"].to_string());
    }
    value.to_string()
}

fn begun() -> (Incident, String, String) {
    let log = Change::Log {
        kind: EventKind::Action,
        text: format!("ran with {SECRET}"),
        at: None,
        pin: false,
    };
    let state = make(&declared(), 1, "ann", log).unwrap();
    let event = state
        .timeline
        .iter()
        .find(|event| event.text.contains(SECRET))
        .unwrap()
        .id
        .clone();
    let guess = Change::AddHypothesis {
        statement: format!("{SECRET} leaked"),
        owner: None,
        likelihood: None,
        takes: None,
    };
    let state = make(&state, 2, "ann", guess).unwrap();
    let hypothesis = state.hypotheses[0].id.clone();
    (state, event, hypothesis)
}

fn touch(event: &str, hypothesis: &str, kind: usize, number: usize) -> Change {
    let event = event.to_owned();
    match kind {
        0 => Change::EditEvent {
            event,
            text: Some(format!("ran with {SECRET} again {number}")),
            at: None,
        },
        1 => Change::EditEvent {
            event,
            text: Some(format!("ran {number}")),
            at: None,
        },
        2 => Change::RetractEvent {
            event,
            reason: "a secret".into(),
        },
        3 => Change::PinEvent {
            event,
            pinned: number.is_multiple_of(2),
        },
        4 => Change::RateHypothesis {
            hypothesis: hypothesis.to_owned(),
            likelihood: Some(u8::try_from(number % 100).unwrap()),
            takes: None,
        },
        _ => Change::RejectHypothesis {
            hypothesis: hypothesis.to_owned(),
            evidence: None,
        },
    }
}

fn redact(state: &Incident, number: usize, by: &str, words: bool, ids: [&str; 2]) -> Incident {
    let plans = if words {
        vec![redact::words(state, SECRET, by).unwrap()]
    } else {
        ids.iter().filter_map(|id| redact::entry(state, id, by)).collect()
    };
    let mut next = state.clone();
    for (place, plan) in plans.into_iter().enumerate().filter(|(_, plan)| !plan.what.is_empty()) {
        let change = Change::Redact {
            said: "words".into(),
            what: plan.what,
            reason: None,
        };
        if let Some(made) = make(&next, number + 100_000 * (place + 1), by, change) {
            next = made;
        }
    }
    next
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn once_everybody_has_exchanged_the_secret_is_in_no_clone(
        steps in proptest::collection::vec(step(), 1..40), by in 0..3usize, words in any::<bool>(),
    ) {
        let (start, event, hypothesis) = begun();
        let mut clones = vec![start.clone(); PEOPLE.len()];
        let mut known = clones.clone();
        let mut hub = start.clone();
        let mut number = 10;
        let sync = |clone: &mut Incident, known: &mut Incident, hub: &mut Incident| {
            let merged = states::merge(Some(known), clone, hub).0;
            assert_eq!(text(&merged), text(&states::merge(Some(known), hub, clone).0), "either way round");
            assert_eq!(text(&merged), text(&states::merge(Some(clone), &merged, clone).0), "again");
            clone.clone_from(&merged);
            known.clone_from(&merged);
            *hub = merged;
        };
        let steps = steps.iter().chain(std::iter::once(&Step::Sync(0)));
        for step in steps {
            number += 1;
            match step {
                Step::Change(who, drawn, on) => {
                    let mut drawn = Drawn::clone(drawn);
                    if *on {
                        drawn.entry = clones[*who].timeline.iter().position(|one| one.id == event).unwrap();
                    }
                    let change = change(&drawn, &clones[*who], at(number));
                    if let Some(next) = make(&clones[*who], number, PEOPLE[*who], change) {
                        clones[*who] = next;
                    }
                }
                Step::Touch(who, kind) => {
                    let change = touch(&event, &hypothesis, *kind, number);
                    // Who says it again has not heard of the redaction.
                    if *kind == 0 && !clones[*who].redactions.is_empty() {
                        continue;
                    }
                    if let Some(next) = make(&clones[*who], number, PEOPLE[*who], change) {
                        clones[*who] = next;
                    }
                }
                Step::Redact(who, words) => {
                    clones[*who] = redact(&clones[*who], number, PEOPLE[*who], *words, [&event, &hypothesis]);
                }
                Step::Buffer(who, edited) => {
                    let mut buffer = start.clone();
                    if *edited {
                        buffer.title = format!("title {number}");
                        let place = buffer.timeline.iter().position(|one| one.id == event).unwrap();
                        Arc::make_mut(&mut buffer.timeline[place]).text = format!("{SECRET} by hand {number}");
                    }
                    let (adopted, _) = byhand::adopt(&clones[*who], &buffer, &[], &|_, _, _| false, at(number));
                    clones[*who] = adopted;
                }
                Step::Sync(who) => sync(&mut clones[*who], &mut known[*who], &mut hub),
                Step::Pull(who, from) => {
                    let theirs = clones[*from].clone();
                    clones[*who] = states::merge(None, &clones[*who], &theirs).0;
                }
            }
        }
        number += 1;
        clones[by] = redact(&clones[by], number, PEOPLE[by], words, [&event, &hypothesis]);
        // Whatever anybody has not pushed comes after it.
        let one = states::merge(None, &states::merge(None, &clones[0], &clones[1]).0, &clones[2]).0;
        let other = states::merge(None, &clones[0], &states::merge(None, &clones[2], &clones[1]).0).0;
        prop_assert_eq!(&one.redactions, &other.redactions, "whoever joins first");
        for _ in 0..2 {
            for who in 0..PEOPLE.len() {
                sync(&mut clones[who], &mut known[who], &mut hub);
            }
        }
        sync(&mut clones[0], &mut known[0], &mut hub);
        sync(&mut clones[1], &mut known[1], &mut hub);
        for state in clones.iter().chain([&hub]) {
            let held = text(state);
            let place = held.find(SECRET).map(|at| held[at.saturating_sub(300)..].chars().take(700).collect::<String>());
            prop_assert!(place.is_none(), "{}", place.unwrap_or_default());
            prop_assert_eq!(same(state), same(&hub), "the same in all clones");
        }
        // An old buffer saved over it brings nothing back, and is told nowhere.
        let (adopted, report) = byhand::adopt(&hub, &start, &[], &|_, _, _| false, at(number + 1));
        prop_assert!(!text(&adopted).contains(SECRET));
        let field = format!("{event}.text");
        prop_assert!(!report.hand_edits.contains(&field));
    }
}
