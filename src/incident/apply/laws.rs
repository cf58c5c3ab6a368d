//! What holds for every change, whatever the order: nothing panics, nothing vanishes, everything is told once, everything
//! can be taken back and done again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use super::drawn::{change, drawn, ids_of, person};
use crate::incident::*;

const START: i64 = 1_795_183_500_000;

fn time(seconds: i64) -> Time {
    Time::from_millis(START + seconds * 1000)
}

pub(crate) fn declared() -> Incident {
    let declaration = Declaration {
        id: "INC-2026-0042".into(),
        title: "Checkout failing".into(),
        framework: "war-room".into(),
        severity: "P1".into(),
        status: "declared".into(),
        ..Declaration::default()
    };
    declare(&declaration, "uidabcd", "declare", "kim", time(0)).unwrap()
}

pub(crate) fn request(number: usize, by: &str, at: Time, change: Change) -> Request {
    let mut bytes = [0u8; ids::NONCE];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from((number >> (5 * place)) & 31).unwrap();
    }
    Request {
        nonce: ids::from_bytes(bytes),
        by: by.into(),
        at,
        test_clock: false,
        change,
    }
}

/// The incident as it counts: without stamps, without what was taken back, without untouched template items; of the
/// timeline the lines that were there before, without the trail of their corrections.
fn counts(incident: &Incident, events: &BTreeSet<String>) -> Value {
    let mut value = serde_json::to_value(incident).unwrap();
    let whole = value.as_object_mut().unwrap();
    whole.remove("rev");
    for section in SECTIONS {
        let Some(list) = whole.get_mut(*section).and_then(Value::as_array_mut) else {
            continue;
        };
        list.retain(|entry| {
            let gone = entry.get("retracted").is_some() && *section != "timeline";
            let bare = *section == "checklist"
                && entry
                    .as_object()
                    .unwrap()
                    .keys()
                    .all(|key| ["id", "text", "state", "rev"].contains(&key.as_str()))
                && entry["state"] == "open";
            let later = *section == "timeline" && !events.contains(entry["id"].as_str().unwrap());
            !gone && !bare && !later
        });
        for entry in list.iter_mut() {
            let entry = entry.as_object_mut().unwrap();
            for trail in ["rev", "was", "recorded"] {
                entry.remove(trail);
            }
            for remarks in ["tests", "evidence", "approvals"] {
                let Some(list) = entry.get_mut(remarks).and_then(Value::as_array_mut) else {
                    continue;
                };
                list.retain(|remark| remark.get("retracted").is_none());
                for remark in list.iter_mut() {
                    remark.as_object_mut().unwrap().remove("rev");
                }
                if list.is_empty() {
                    entry.remove(remarks);
                }
            }
        }
        if list.is_empty() {
            whole.remove(*section);
        }
    }
    value
}

fn event_ids(incident: &Incident) -> BTreeSet<String> {
    incident.timeline.iter().map(|event| event.id.clone()).collect()
}

/// What must hold after any step.
fn sound(before: &Incident, after: &Incident, applied: &Applied) -> Result<(), TestCaseError> {
    prop_assert!(
        after.timeline.windows(2).all(|pair| pair[0].in_time(&pair[1]).is_lt()),
        "ordered, no id twice"
    );
    let batch = format!("import.{}", &applied.event[1..]);
    let lines = after
        .timeline
        .iter()
        .filter(|event| event.subject.as_deref() == Some(&*batch))
        .count();
    prop_assert_eq!(
        after.timeline.len(),
        before.timeline.len() + lines.max(1),
        "one event for each change, or for each line of an import"
    );
    prop_assert!(event_ids(after).is_superset(&event_ids(before)), "no event disappears");
    let told = after.timeline.iter().find(|event| event.id == applied.event).unwrap();
    prop_assert!(!told.text.trim().is_empty());
    for section in SECTIONS {
        let kept = entry::in_section!(*section, T => {
            let after: BTreeSet<_> = ids_of::<T>(after).into_iter().collect();
            ids_of::<T>(before).into_iter().all(|id| after.contains(&id))
        });
        prop_assert_eq!(kept, Some(true), "no entry disappears from {}", section);
    }
    let text = serde_json::to_string(after).unwrap();
    prop_assert_eq!(
        &serde_json::from_str::<Incident>(&text).unwrap(),
        after,
        "written and read alike"
    );
    Ok(())
}

proptest! {
    #![proptest_config(crate::trials::cases(48))]

    #[test]
    fn any_history(steps in proptest::collection::vec((drawn(), person(), 1i64..600), 1..60)) {
        let mut incident = declared();
        let mut now = time(0);
        let mut document = crate::document::Document::create(Arc::new(incident.clone()));
        for (number, (drawn, by, passed)) in steps.iter().enumerate() {
            now = now.plus(Duration::from_secs(passed.unsigned_abs()));
            let newest = newest(&incident);
            let drawn = change(drawn, &incident, now);
            let text = serde_json::to_string(&drawn).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Change>(&text).unwrap(), &drawn, "journaled and read alike");
            let ask = request(number * 3, by, now, drawn);
            let Ok((next, applied)) = apply(&incident, &ask, newest) else { continue };
            sound(&incident, &next, &applied)?;

            let (again, replayed) = apply(&next, &ask, newest).unwrap();
            prop_assert!(replayed.already && again == next, "a replay changes nothing");

            // Undo, and redo: the same values as before, and as after.
            let known = event_ids(&incident);
            let inverse = applied.inverse.clone().unwrap();
            let back = request(number * 3 + 1, by, now, inverse);
            // Taking back what others have worked on is refused; everything else goes back.
            match apply(&next, &back, self::newest(&next)) {
                Ok((undone, applied)) => {
                    sound(&next, &undone, &applied)?;
                    prop_assert_eq!(counts(&undone, &known), counts(&incident, &known), "undo of {:?}", ask.change);
                    let forth = request(number * 3 + 2, by, now, applied.inverse.unwrap());
                    let (redone, applied) = apply(&undone, &forth, self::newest(&undone)).unwrap();
                    sound(&undone, &redone, &applied)?;
                    let known = event_ids(&next);
                    prop_assert_eq!(counts(&redone, &known), counts(&next, &known), "redo of {:?}", ask.change);
                }
                Err(refusal) => prop_assert!(
                    refusal.to_string().contains("has worked on it since"),
                    "{} for {:?}", refusal, ask.change
                ),
            }
            document = document.with(Arc::new(next.clone()));
            let read = crate::document::Document::parse(document.text());
            prop_assert!(read.is_ok(), "{:?}\n{}", read.err(), document.text());
            let read = read.unwrap();
            prop_assert_eq!(&**read.incident(), &next, "{}", document.text());
            incident = next;
        }
    }
}

#[test]
fn undo_leaves_the_work_of_others() {
    let incident = declared();
    let add = Change::AddHypothesis {
        statement: "bots".into(),
        owner: None,
        likelihood: None,
        takes: None,
    };
    let (incident, added) = apply(&incident, &request(1, "kim", time(10), add), time(0)).unwrap();
    let evidence = Change::AddEvidence {
        hypothesis: added.created.unwrap(),
        text: "no bots in the logs".into(),
        supports: Some(false),
    };
    let (incident, _) = apply(&incident, &request(2, "lee", time(20), evidence), time(10)).unwrap();
    let undo = request(3, "kim", time(30), added.inverse.unwrap());
    let refusal = apply(&incident, &undo, time(20)).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "lee has worked on it since, so this was left as it is: suspected: bots"
    );

    let severity = |to: &str| Change::SetSeverity {
        severity: to.into(),
        reason: None,
    };
    let (incident, raised) = apply(&incident, &request(4, "kim", time(40), severity("P0")), time(20)).unwrap();
    let (incident, _) = apply(&incident, &request(5, "sam", time(50), severity("P2")), time(40)).unwrap();
    let undo = request(6, "kim", time(60), raised.inverse.unwrap());
    let refusal = apply(&incident, &undo, time(50)).unwrap_err();
    assert!(
        refusal
            .to_string()
            .starts_with("severity was changed by someone else since"),
        "{refusal}"
    );
}

#[test]
fn stamps_are_later_than_any_seen() {
    let mut incident = declared();
    let ahead = time(3600);
    incident.rev.insert("severity".into(), Stamp::new(ahead, "lee"));
    let ask = request(
        1,
        "kim",
        time(10),
        Change::SetSeverity {
            severity: "P0".into(),
            reason: None,
        },
    );
    let (mut incident, _) = apply(&incident, &ask, ahead).unwrap();
    let stamp = &incident.rev["severity"];
    assert_eq!(
        stamp.at,
        Time::from_millis(ahead.millis() + 1),
        "a slow clock cannot lose to what it replaces"
    );
    assert_eq!(stamp.actor, "kim");
    assert_eq!(incident.rev.len(), 1);
    assert_eq!(incident.timeline[1].at, time(10), "what people read is their own clock");
    let ask = request(
        2,
        "kim",
        time(20),
        Change::SetField {
            field: "title".into(),
            value: "other".into(),
        },
    );
    let (other, _) = apply(&incident, &ask, ahead).unwrap();
    assert_eq!(
        other.rev["title"].at,
        time(20),
        "a clock that is far ahead takes no other field with it"
    );
    let near = time(20 + 200);
    let (other, _) = apply(&incident, &ask, near).unwrap();
    assert_eq!(
        other.rev["title"].at.millis(),
        near.millis() + 1,
        "one that is near does"
    );
    let last = Time::from_millis(i64::MAX);
    incident.rev.insert("title".into(), Stamp::new(last, "zed"));
    let (other, _) = apply(&incident, &ask, last).unwrap();
    assert!(other.rev["title"] > incident.rev["title"], "{}", other.rev["title"]);
    assert_eq!(other.rev["severity"], incident.rev["severity"]);
}

#[test]
fn unchanged_entries_keep_their_address() {
    let incident = declared();
    let log = |number, text: &str| {
        let change = Change::Log {
            kind: EventKind::Note,
            text: text.into(),
            at: None,
            pin: false,
        };
        request(number, "kim", time(number as i64), change)
    };
    let (first, _) = apply(&incident, &log(1, "a"), time(0)).unwrap();
    let (second, _) = apply(&first, &log(2, "b"), time(1)).unwrap();
    assert!(Arc::ptr_eq(&first.timeline[1], &second.timeline[1]));
}
