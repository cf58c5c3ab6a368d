//! Edits by hand and old buffers, on documents.

use std::sync::Arc;

use super::*;
use crate::incident::apply::laws::{declared, request};
use crate::incident::{Change, EventKind, Incident, Request, apply, effective, newest, open_conflicts};

fn now(minutes: i64) -> Time {
    Time::from_millis(1_795_183_500_000 + minutes * 60_000)
}

fn change(state: &Document, number: usize, change: Change) -> Document {
    let request = request(number, "kim", now(number as i64), change);
    let (next, _) = apply::apply(state.incident(), &request, newest(state.incident())).unwrap();
    state.with(Arc::new(next))
}

fn log(state: &Document, number: usize, text: &str) -> Document {
    let kind = EventKind::Note;
    change(
        state,
        number,
        Change::Log {
            kind,
            text: text.into(),
            at: None,
            pin: false,
        },
    )
}

fn severity(state: &Document, number: usize, severity: &str) -> Document {
    change(
        state,
        number,
        Change::SetSeverity {
            severity: severity.into(),
            reason: None,
        },
    )
}

fn start() -> Document {
    Document::create(Arc::new(declared()))
}

fn texts(state: &Incident) -> Vec<&str> {
    state.timeline.iter().map(|event| event.text.as_str()).collect()
}

fn adopted(base: &Document, text: &str) -> (Document, Report) {
    let theirs = base.reparse(text).unwrap();
    let (adopted, report) = adopt(base, &theirs, &Seen::default(), now(90), "kim");
    let again = Document::parse(adopted.text()).unwrap();
    assert_eq!(**again.incident(), **adopted.incident(), "{}", adopted.text());
    (adopted, report)
}

#[test]
fn what_another_console_wrote_is_taken_as_it_is() {
    let base = log(&start(), 1, "one");
    let theirs = severity(&log(&base, 2, "two"), 3, "P0");
    let (adopted, report) = adopted(&base, theirs.text());
    assert_eq!(adopted.text(), theirs.text());
    assert!(report.hand_edits.is_empty() && report.restored.is_empty() && report.conflicts.is_empty());
    assert_eq!(report.arrived.len(), 2);
}

#[test]
fn an_old_buffer_saved_over_the_file_removes_nothing_and_reverts_nothing() {
    let old = log(&start(), 1, "one");
    let base = severity(&log(&old, 2, "two"), 3, "P0");
    let (adopted, report) = adopted(&base, old.text());
    assert_eq!(**adopted.incident(), **base.incident());
    assert_eq!(report.restored.len(), 2);
    assert!(report.hand_edits.is_empty());
}

#[test]
fn what_somebody_really_changed_in_an_old_buffer_is_kept_and_told() {
    let old = log(&start(), 1, "one");
    let base = severity(&log(&old, 2, "two"), 3, "P0");
    let (adopted, report) = adopted(&base, &old.text().replace("Checkout failing", "Checkout down"));
    assert_eq!(adopted.incident().title, "Checkout down");
    assert_eq!(adopted.incident().severity, "P0");
    assert!(report.hand_edits.contains(&"title".to_owned()), "{report:?}");
    let told: Vec<_> = adopted
        .incident()
        .timeline
        .iter()
        .filter(|event| event.kind == EventKind::HandEdit)
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].by, "hand");
    assert!(texts(adopted.incident()).contains(&"two"));
}

#[test]
fn a_line_without_id_gets_one_and_keeps_it() {
    let base = log(&start(), 1, "one");
    let end = base.text().rfind("# end of").unwrap();
    let mut text = base.text().to_owned();
    text.insert_str(end, "- text: rolled back eu-west\n");
    let (adopted, report) = adopted(&base, &text);
    let event = adopted
        .incident()
        .timeline
        .iter()
        .find(|event| event.text == "rolled back eu-west")
        .unwrap();
    assert_eq!((event.id.len(), event.by.as_str(), event.at), (8, "hand", now(90)));
    assert_eq!(report.arrived.len(), 1);
    // The same buffer saved again is the same line.
    let (again, _) = self::adopted(&adopted, &text);
    assert_eq!(**again.incident(), **adopted.incident());
}

#[test]
fn who_was_opened_on_a_line_without_id_knows_it_once() {
    let text = log(&start(), 1, "one").text().to_owned();
    let end = text.rfind("# end of").unwrap();
    let unnamed = |words: &str| format!("{}- text: {words}\n{}", &text[..end], &text[end..]);
    let base = Document::parse(&unnamed("two")).unwrap();
    for later in [unnamed("two"), unnamed("three"), text.clone()] {
        let (adopted, _) = adopted(&base, &later);
        let told: Vec<&str> = adopted.incident().timeline.iter().map(|event| &*event.text).collect();
        assert!(
            adopted.incident().timeline.iter().all(|event| event.id.len() == 8),
            "{told:?}"
        );
        let twos = told.iter().filter(|text| **text == "two").count();
        assert_eq!(twos, 1, "{told:?}");
    }
}

#[test]
fn an_event_corrected_in_the_file_keeps_its_old_words() {
    let base = log(&start(), 1, "rolled back west");
    let (adopted, _) = adopted(&base, &base.text().replace("rolled back west", "rolled back east"));
    let event = adopted
        .incident()
        .timeline
        .iter()
        .find(|event| event.text == "rolled back east")
        .unwrap();
    assert_eq!(event.was[0].text.as_deref(), Some("rolled back west"));
}

#[test]
fn two_who_change_one_field_both_stand_in_the_timeline() {
    let base = start();
    let (ours, theirs) = (severity(&base, 1, "P0"), severity(&base, 2, "P2"));
    let (merged, report) = merge(&base, &ours, &theirs);
    assert_eq!(merged.text(), merge(&base, &theirs, &ours).0.text());
    assert_eq!(merged.incident().severity, "P2");
    assert_eq!(report.conflicts.len(), 1);
    let lost = merged
        .incident()
        .timeline
        .iter()
        .find(|event| event.kind == EventKind::Conflict)
        .unwrap();
    assert_eq!(
        (lost.subject.as_deref(), lost.from.as_deref()),
        (Some("severity"), Some("P0"))
    );
    assert_eq!(
        **Document::parse(merged.text()).unwrap().incident(),
        **merged.incident()
    );
    assert_eq!(merge(&base, &merged, &ours).0.text(), merged.text());
}

#[test]
fn two_states_without_a_base_are_joined() {
    let base = log(&start(), 1, "one");
    let (ours, theirs) = (log(&base, 2, "two"), severity(&log(&base, 3, "three"), 4, "P0"));
    let (joined, report) = join(&ours, &theirs);
    assert_eq!(joined.text(), join(&theirs, &ours).0.text());
    assert_eq!(joined.incident().severity, "P0");
    assert_eq!(joined.incident().timeline.len(), 5);
    assert!(report.conflicts.is_empty(), "{report:?}");
}

#[test]
fn two_who_tick_one_item_do_not_collide() {
    let tick = |number| {
        let item = "mitigation.plan".into();
        let change_ = Change::Named {
            name: "Rollback plan ready".into(),
            change: Box::new(Change::TickItem {
                item,
                note: None,
                again: false,
            }),
        };
        change(&start(), number, change_)
    };
    let (merged, report) = merge(&start(), &tick(5), &tick(2));
    assert!(report.conflicts.is_empty());
    assert_eq!(
        merged.incident().checklist[0].done,
        Some(now(2)),
        "the earlier one stands"
    );
}

#[test]
fn whoever_gave_command_at_once_is_asked_who_leads() {
    use crate::framework::Framework;
    let framework = Framework::builtin("war-room").expect("ships");
    let give = |state: &Document, number: usize, who: &str, alongside| {
        let role = framework.commander().to_owned();
        let who = who.to_owned();
        change(state, number, Change::AssignRole { role, who, alongside })
    };
    let open = |state: &Document| framework.conflicts(state.incident());
    let joined = |base: &Document, one: &Document, other: &Document| merge(base, one, other).0;
    // No one was in command, so nothing is overwritten: there is no register to be in conflict.
    let base = start();
    let both = joined(&base, &give(&base, 1, "kim", false), &give(&base, 2, "lee", false));
    assert!(open_conflicts(both.incident()).is_empty());
    let found = open(&both);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].kept.as_deref(), found[0].lost.as_deref()),
        (Some("lee"), Some("kim"))
    );
    assert_eq!(
        framework.conflict_in_words(both.incident(), &found[0].subject),
        "who is incident commander: lee or kim"
    );
    // One of them leads, or both do and say so.
    assert!(open(&give(&both, 3, "kim", false)).is_empty());
    assert!(open(&give(&both, 3, "lee", true)).is_empty());
    // Two who replace one at once: whoever stopped is no question, the two are one.
    let led = give(&base, 1, "sam", false);
    let both = joined(&led, &give(&led, 2, "kim", false), &give(&led, 3, "lee", false));
    assert_eq!(open(&both).len(), 1, "{:?}", open(&both));
    assert!(texts(both.incident()).iter().all(|text| !text.contains(".until")));
    assert!(open(&give(&both, 4, "lee", false)).is_empty());
}

#[test]
fn an_open_collision_shows_the_safer_value_until_it_is_settled() {
    let base = start();
    let (ours, theirs) = (severity(&base, 1, "P0"), severity(&base, 2, "P2"));
    let text = driver(base.text(), ours.text(), theirs.text()).unwrap();
    let merged = Document::parse(&text).unwrap();
    let state = Incident::clone(merged.incident());
    let open = open_conflicts(&state);
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].kept.as_deref(), open[0].lost.as_deref()),
        (Some("P2"), Some("P0"))
    );
    let rank = |word: &str| ["P0", "P1", "P2"].iter().position(|known| *known == word);
    assert_eq!(effective(&state, &open, &rank, &|_| None).unwrap().severity, "P0");
    let settle = |nonce: &str, take: bool| {
        let request = Request {
            nonce: nonce.into(),
            by: "sam".into(),
            at: now(9),
            test_clock: false,
            change: Change::SettleConflict {
                event: open[0].event.clone(),
                take,
            },
        };
        apply(&state, &request, crate::incident::newest(&state)).unwrap().0
    };
    let taken = settle("zzzzzzz", true);
    assert_eq!(taken.severity, "P0");
    assert!(open_conflicts(&taken).is_empty());
    let settled_state = settle("yyyyyyy", false);
    assert_eq!(settled_state.severity, "P2");
    assert!(open_conflicts(&settled_state).is_empty());
    assert_eq!(
        effective(&settled_state, &open_conflicts(&settled_state), &rank, &|_| None),
        None
    );
    let merged_again = merge(&merged, &merged.with(Arc::new(settled_state)), &log(&merged, 5, "five")).0;
    assert!(open_conflicts(merged_again.incident()).is_empty());
}

#[test]
fn a_settlement_counts_against_what_others_set_who_did_not_know_of_it() {
    let base = start();
    let (ours, theirs) = (severity(&base, 1, "P0"), severity(&base, 2, "P2"));
    let both = merge(&base, &ours, &theirs).0;
    let event = open_conflicts(both.incident())[0].event.clone();
    let settle = |number: usize, take: bool| {
        let event = event.clone();
        change(&both, number, Change::SettleConflict { event, take })
    };
    let open = |state: &Document| open_conflicts(state.incident());
    // One keeps what stands, the other takes the other value: the next one to look is asked, and one answer ends it.
    let (kept, taken) = (settle(3, false), settle(4, true));
    assert!(open(&kept).is_empty() && open(&taken).is_empty());
    for (one, other) in [(&kept, &taken), (&taken, &kept)] {
        let asked = open(&merge(&both, one, other).0);
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert_eq!(
            (asked[0].kept.as_deref(), asked[0].lost.as_deref()),
            (Some("P0"), Some("P2"))
        );
    }
    // Two who answer alike agree.
    for take in [false, true] {
        assert!(open(&merge(&both, &settle(3, take), &settle(4, take)).0).is_empty());
    }
    // Someone who knew of one value only has set a third one meanwhile.
    let third = severity(&theirs, 5, "P1");
    let asked = open(&merge(&theirs, &kept, &third).0);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(
        (asked[0].kept.as_deref(), asked[0].lost.as_deref()),
        (Some("P1"), Some("P2"))
    );
}

#[test]
fn a_settlement_that_is_taken_back_asks_again() {
    let base = start();
    let both = merge(&base, &severity(&base, 1, "P0"), &severity(&base, 2, "P2")).0;
    let was = open_conflicts(both.incident());
    for take in [false, true] {
        let event = was[0].event.clone();
        let request = |number: usize, change: Change| Request {
            nonce: format!("settle{number}"),
            by: "sam".into(),
            at: now(number as i64),
            test_clock: false,
            change,
        };
        let newest = crate::incident::newest;
        let settle = request(3, Change::SettleConflict { event, take });
        let (settled, applied) = apply(both.incident(), &settle, newest(both.incident())).unwrap();
        assert!(open_conflicts(&settled).is_empty());
        let undo = request(4, applied.inverse.unwrap());
        let (undone, applied) = apply(&settled, &undo, newest(&settled)).unwrap();
        assert_eq!(undone.severity, "P2");
        assert_eq!(open_conflicts(&undone), was);
        // It is settled by doing it again, or by whatever is set next.
        let again = request(5, applied.inverse.unwrap());
        let (again, _) = apply(&undone, &again, newest(&undone)).unwrap();
        assert!(open_conflicts(&again).is_empty());
        let set = severity(&both.with(Arc::new(undone)), 6, "P1");
        assert!(open_conflicts(set.incident()).is_empty());
    }
}

#[test]
fn a_later_change_that_knew_of_both_closes_a_collision() {
    let base = start();
    let merged = merge(&base, &severity(&base, 1, "P0"), &severity(&base, 2, "P2")).0;
    assert_eq!(open_conflicts(merged.incident()).len(), 1);
    let raised = severity(&merged, 3, "P1");
    assert!(open_conflicts(raised.incident()).is_empty());
    // And stays closed, whatever it comes to later and whoever still has the collision open.
    let raised = severity(&raised, 4, "P2");
    let again = merge(&merged, &log(&merged, 5, "five"), &raised).0;
    assert!(open_conflicts(again.incident()).is_empty());
    assert_eq!(again.incident().severity, "P2");
}

#[test]
fn what_both_sides_deleted_by_hand_comes_back() {
    let base = log(&log(&start(), 1, "one"), 2, "two");
    let mut less = Incident::clone(base.incident());
    less.timeline.retain(|event| event.text != "one");
    let less = base.with(Arc::new(less));
    let merged = merge(&base, &less, &less).0;
    assert_eq!(merged.incident().timeline, base.incident().timeline);
}

#[test]
fn evidence_deleted_by_hand_comes_back_though_nobody_else_touched_its_hypothesis() {
    let change_ = |document: &Document, number, change_| change(document, number, change_);
    let add = Change::AddHypothesis {
        statement: "Pool too small".into(),
        owner: None,
        likelihood: None,
        takes: None,
    };
    let base = change_(&start(), 1, add);
    let id = base.incident().hypotheses[0].id.clone();
    let evidence = Change::AddEvidence {
        hypothesis: id,
        text: "Pool is at 100 %".into(),
        supports: Some(true),
    };
    let base = change_(&base, 2, evidence);
    let mut less = Incident::clone(base.incident());
    Arc::make_mut(&mut less.hypotheses[0]).evidence.clear();
    let less = base.with(Arc::new(less));
    for (ours, theirs) in [(&less, &base), (&base, &less)] {
        let merged = merge(&base, ours, theirs).0;
        assert_eq!(merged.incident().hypotheses[0].evidence.len(), 1);
    }
}

/// What somebody wrote by hand is noticed by several programs, each at its own time: it is one event, and nothing of it was changed.
#[test]
fn an_edit_that_is_noticed_twice_is_told_once_and_has_no_stamps() {
    let base = severity(&log(&start(), 1, "one"), 2, "P3");
    let text = base
        .text()
        .replace("text: one", "text: won")
        .replace("severity: P3", "severity: P2");
    let end = text.rfind("# end of").unwrap();
    let text = format!("{}- text: without an id\n{}", &text[..end], &text[end..]);
    let notice = |seconds: i64| {
        let theirs = base.reparse(&text).unwrap();
        let at = Time::from_millis(now(90).millis() + seconds * 1000);
        adopt(&base, &theirs, &Seen::default(), at, "kim").0
    };
    let clean = |state: &Document| {
        for event in &state.incident().timeline {
            let stamped: Vec<_> = event.rev.keys().map(String::as_str).collect();
            let wanted: &[&str] = if event.text == "won" { &["text"] } else { &[] };
            assert_eq!(stamped, wanted, "{event:?}");
        }
        assert!(!state.text().contains(" & "), "{}", state.text());
    };
    let all = [0, 1, 5, 9].map(notice);
    for (one, other) in all.iter().flat_map(|one| all.iter().map(move |other| (one, other))) {
        let both = merge(&base, one, other).0;
        clean(&both);
        clean(&join(one, other).0);
        assert_eq!(both.text(), merge(&base, other, one).0.text());
        for third in &all {
            let forth = merge(one, &both, &merge(&base, one, third).0).0;
            clean(&forth);
            clean(&merge(&both, &forth, &join(third, other).0).0);
        }
    }
}

/// Lines of one time that somebody wrote without ids keep the order in which they stand in the file.
#[test]
fn lines_without_ids_keep_their_order() {
    let base = log(&start(), 1, "one");
    let at = "at: 2026-11-20T14:03:00Z\n  ";
    for time in ["", at] {
        let words = ["zulu", "alpha", "mike", "bravo", "yankee", "charlie"];
        let lines = words.map(|word| format!("- {time}text: {word}\n")).concat();
        let end = base.text().rfind("# end of").unwrap();
        let text = format!("{}{lines}{}", &base.text()[..end], &base.text()[end..]);
        let (state, _) = adopted(&base, &text);
        let in_order = |state: &Document| {
            let found: Vec<_> = texts(state.incident())
                .into_iter()
                .filter(|text| words.contains(text))
                .collect();
            assert_eq!(found, words, "{}", state.text());
        };
        in_order(&state);
        // As it was committed without a console.
        let raw = base.reparse(&text).unwrap();
        in_order(&merge(&base, &raw, &severity(&base, 3, "P0")).0);
        in_order(&merge(&base, &raw, &state).0);
        in_order(&merge(&base, &state, &raw).0);
    }
}

/// What is read, and how often, grows with the file and not with its square, also where all of it is without ids, or says the same.
#[test]
fn many_lines_without_ids_are_each_read_a_few_times() {
    let base = log(&start(), 1, "one");
    for line in [
        |number: usize| format!("- text: line {number}\n"),
        |_| "- text: ok\n".to_owned(),
    ] {
        let reads = |count: usize| {
            let lines: String = (0..count).map(line).collect();
            let end = base.text().rfind("# end of").unwrap();
            let text = format!("{}{lines}{}", &base.text()[..end], &base.text()[end..]);
            let before = crate::document::entry::READS.get();
            let (state, _) = adopted(&base, &text);
            assert_eq!(state.incident().timeline.len(), base.incident().timeline.len() + count);
            let ids: std::collections::HashSet<&str> = state
                .incident()
                .timeline
                .iter()
                .map(|event| event.id.as_str())
                .collect();
            assert_eq!(ids.len(), state.incident().timeline.len(), "each has an id of its own");
            // Written once, each in its place, and nothing is left of what had no id.
            assert_eq!(
                state.text().matches("text: ").count(),
                base.text().matches("text: ").count() + count
            );
            crate::document::entry::READS.get() - before
        };
        let (few, many) = (reads(200), reads(400));
        assert!(many < 3 * few, "{few} blocks were read for 200 lines, {many} for 400");
    }
}

/// Keys that no version knows may stand in any order: merged either way round they stand in one.
#[test]
fn unknown_keys_in_another_order_are_merged_to_the_same_bytes() {
    let base = start();
    let with = |line: &str, head: &str| {
        let entry =
            format!("- id: ezzzzzzz\n  at: 2026-11-20T14:06:00.000Z\n  kind: note\n  text: x\n  by: kim\n{line}");
        let text = base.text().replacen("# end of", &format!("{entry}# end of"), 1);
        Document::parse(&text.replacen("timeline:\n", &format!("{head}timeline:\n"), 1)).unwrap()
    };
    let head = "impact: {users: 5 %, services: checkout}\n";
    let sorted = "impact: {services: checkout, users: 5 %}\n";
    let sides = [
        with("", ""),
        with("  stamp: s\n", head),
        with("  stamp: s\n  settled: bob\n", head),
        with("  settled: bob\n  stamp: s\n", head),
        with("  settled: bob\n  stamp: s\n", sorted),
        with("  settled: bob\n", ""),
    ];
    for before in [&base, &sides[0], &sides[1], &sides[2]] {
        for one in &sides {
            for other in &sides {
                let (ours, theirs) = (merge(before, one, other).0, merge(before, other, one).0);
                assert_eq!(ours.text(), theirs.text(), "{}\n{}", one.text(), other.text());
                let written = |document: &Document| serde_json::to_string(&**document.incident()).unwrap();
                assert_eq!(written(&ours), written(&theirs), "{}\n{}", one.text(), other.text());
            }
        }
    }
}
