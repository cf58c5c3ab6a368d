//! The document's laws: what nobody touched stays byte for byte, and what is written is what is read.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::incident::{Event, EventKind, Hypothesis, HypothesisState, Moment, Time};

const SAMPLE: &str = "# our incident\nwarroom: 1\nid: INC-2026-0042\nuid: abc\ntitle: 'Checkout: failing'   # by hand\nframework: ops\nseverity: SEV1\nstatus: mitigating\ndeclared: {at: 2026-11-20T14:05:02.117Z, by: kim}\nimpact:\n  users: 38 % of checkouts\nour_own: [1, 2]\n\n# who\nroles:\n- role: incident_commander\n  id: raaaaaaa\n  who: sam # the boss\n  since: 2026-11-20T14:05:40.902Z\ntimeline:\n# first\n- id: eaaaaaaa\n  at: 2026-11-20T14:12:44.018Z\n  by: lee\n  kind: action\n  text: |-\n    Rolled back\n    v2.34\n  odd: yes\n- id: ebbbbbbb\n  at: 2026-11-20T14:13:44.018Z\n  by: lee\n  kind: \"action\"\n  text: \"12:30:45\"\n# end of INC-2026-0042\n";

fn event(id: &str, millis: i64, text: &str) -> Arc<Event> {
    Arc::new(Event {
        id: id.into(),
        at: Time::from_millis(millis),
        by: "kim".into(),
        kind: EventKind::Note,
        text: text.into(),
        ..Event::default()
    })
}

fn base() -> Incident {
    Incident {
        warroom: 1,
        id: "INC-2026-0001".into(),
        title: "t".into(),
        framework: "ops".into(),
        ..Incident::default()
    }
}

#[test]
fn a_change_touches_only_its_lines() {
    let document = Document::parse(SAMPLE).unwrap();
    assert!(document.complete());
    let mut incident = Incident::clone(document.incident());
    assert_eq!(incident.timeline[0].text, "Rolled back\nv2.34");
    let mut role = (*incident.roles[0]).clone();
    role.until = Some(Time::from_millis(0));
    incident.roles[0] = Arc::new(role);
    incident.status = "monitoring".into();
    incident.timeline.push(event("eccccccc", 1_900_000_000_000, "no"));
    let changed = document.with(Arc::new(incident));
    let expected = SAMPLE
        .replace("status: mitigating", "status: monitoring")
        .replace(
            "  since: 2026-11-20T14:05:40.902Z\n",
            "  since: 2026-11-20T14:05:40.902Z\n  until: 1970-01-01T00:00:00.000Z\n",
        )
        .replace(
            "# end of",
            "- id: eccccccc\n  at: 2030-03-17T17:46:40.000Z\n  by: kim\n  kind: note\n  text: \"no\"\n# end of",
        );
    assert_eq!(changed.text(), expected);
    assert_eq!(Document::parse(changed.text()).unwrap().incident(), changed.incident());
}

#[test]
fn an_edited_event_keeps_its_comments_and_unknown_keys() {
    let document = Document::parse(SAMPLE).unwrap();
    let mut incident = Incident::clone(document.incident());
    let mut first = (*incident.timeline[0]).clone();
    first.text = "Rolled forward".into();
    incident.timeline[0] = Arc::new(first);
    let changed = document.with(Arc::new(incident));
    let expected = SAMPLE.replace("  text: |-\n    Rolled back\n    v2.34\n", "  text: Rolled forward\n");
    assert_eq!(changed.text(), expected);
}

#[test]
fn unchanged_entries_keep_their_address() {
    let document = Document::parse(SAMPLE).unwrap();
    let again = document.reparse(&SAMPLE.replace("v2.34", "v2.35")).unwrap();
    assert!(Arc::ptr_eq(
        &document.incident().timeline[1],
        &again.incident().timeline[1]
    ));
    assert!(!Arc::ptr_eq(
        &document.incident().timeline[0],
        &again.incident().timeline[0]
    ));
    assert_eq!(again.incident().timeline[0].text, "Rolled back\nv2.35");
}

#[test]
fn crlf_and_missing_end_line_are_kept_and_mended() {
    let crlf = SAMPLE.replace('\n', "\r\n");
    let document = Document::parse(&crlf).unwrap();
    let mut incident = Incident::clone(document.incident());
    incident.title = "other".into();
    let text = document.with(Arc::new(incident)).text().to_owned();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    let cut = SAMPLE.trim_end().rsplit_once('\n').unwrap().0;
    let document = Document::parse(cut).unwrap();
    assert!(!document.complete());
}

#[test]
fn fault_22_a_torn_file_is_never_taken_for_a_whole_one() {
    for cut in (1..SAMPLE.len() - 22).filter(|cut| SAMPLE.is_char_boundary(*cut)) {
        match Document::parse(&SAMPLE[..cut]) {
            Ok(document) => assert!(!document.complete(), "cut at {cut}"),
            Err(invalid) => assert!(invalid.torn, "cut at {cut}: {invalid}"),
        }
    }
}

#[test]
fn fault_23_an_empty_file_is_torn() {
    for text in ["", " \n\n", "null\n", "# only a comment\n"] {
        assert!(Document::parse(text).unwrap_err().torn, "{text:?}");
    }
}

#[test]
fn fault_24_conflict_markers() {
    let text = SAMPLE.replace(
        "status: mitigating\n",
        "<<<<<<< ours\nstatus: mitigating\n=======\nstatus: resolved\n>>>>>>> theirs\n",
    );
    let invalid = Document::parse(&text).unwrap_err();
    assert_eq!((invalid.line, invalid.column), (8, 1), "{invalid}");
    let (ours, base, theirs) = markers::split(&text).unwrap();
    assert_eq!(ours, SAMPLE);
    assert!(base.is_none() && theirs.contains("status: resolved"));
    assert_eq!(markers::split(SAMPLE), None);
}

#[test]
fn fault_29_wrong_types_are_put_aside_and_kept() {
    let text = SAMPLE
        .replace("severity: SEV1", "severity: [a]")
        .replace("  kind: \"action\"", "  kind: [1]");
    let document = Document::parse(&text).unwrap();
    assert_eq!(document.quarantined().len(), 2, "{:?}", document.quarantined());
    assert_eq!(document.incident().timeline.len(), 1);
    let mut incident = Incident::clone(document.incident());
    incident.title = "other".into();
    let written = document.with(Arc::new(incident));
    assert!(written.text().contains("severity: [a]") && written.text().contains("kind: [1]"));
}

#[test]
fn fault_31_and_33_anchors_aliases_and_tags_are_refused_with_their_place() {
    for (bad, line) in [
        ("a: &x [1]\nb: [*x]\n", 2),
        ("a: *x\n", 2),
        ("a: !!python/object x\n", 2),
    ] {
        let text = format!("warroom: 1\n{bad}# end of x\n");
        assert_eq!(Document::parse(&text).unwrap_err().line, line, "{bad}");
    }
}

#[test]
fn fault_28_a_missing_or_newer_schema() {
    assert!(
        Document::parse(&SAMPLE.replace("warroom: 1\n", ""))
            .unwrap_err()
            .remedy
            .contains("warroom: 1")
    );
    assert_eq!(
        Document::parse(&SAMPLE.replace("warroom: 1", "warroom: 2"))
            .unwrap()
            .newer_schema(),
        Some(2)
    );
}

/// The texts of what a joined reading must hold.
fn readings(text: &str) -> Vec<Incident> {
    assert!(Document::parse(text).unwrap_err().problem.contains("twice") || doubles::split(text).is_some());
    let readings = doubles::split(text).unwrap();
    readings
        .iter()
        .map(|text| Incident::clone(Document::parse(text).unwrap().incident()))
        .collect()
}

#[test]
fn fault_25_keys_that_stand_twice_are_two_readings() {
    let text = SAMPLE
        .replace("status: mitigating\n", "status: mitigating\nstatus: resolved\n")
        .replace(
            "  text: \"12:30:45\"\n",
            "  text: \"12:30:45\"\n  text: another\n  text: a third\n",
        );
    let readings = readings(&text);
    assert_eq!(readings.len(), 3);
    let told: Vec<_> = readings
        .iter()
        .map(|one| (one.status.as_str(), one.timeline[1].text.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("mitigating", "12:30:45"),
            ("resolved", "another"),
            ("resolved", "a third")
        ]
    );
    assert_eq!(doubles::split(SAMPLE), None);
}

#[test]
fn fault_26_an_id_that_stands_twice_is_two_readings() {
    let text = SAMPLE.replace("id: ebbbbbbb", "id: eaaaaaaa");
    let texts: Vec<_> = readings(&text).iter().map(|one| one.timeline[0].text.clone()).collect();
    assert_eq!(texts, ["Rolled back\nv2.34", "12:30:45"]);
}

#[test]
fn two_lists_of_one_name_are_one() {
    let text = SAMPLE.replace(
        "# end of",
        "timeline:\n- id: eccccccc\n  at: 2026-11-20T14:14:44.018Z\n  kind: note\n  text: late\n# end of",
    );
    let (ours, theirs) = (Document::parse(SAMPLE).unwrap(), Document::parse(&text).unwrap_err());
    assert!(theirs.problem.contains("`timeline` stands twice"), "{theirs}");
    let readings = doubles::split(&text).unwrap();
    assert_eq!(readings.len(), 1, "one reading has it all");
    let whole = Document::parse(&readings[0]).unwrap();
    assert_eq!(whole.incident().timeline.len(), ours.incident().timeline.len() + 1);
}

#[test]
fn entries_that_a_union_merge_has_mixed_up_are_told_apart() {
    let mixed = "- id: exxxxxxx\n  at: 2026-11-20T14:20:00.000Z\n- id: eyyyyyyy\n  at: 2026-11-20T14:21:00.000Z\n  by: kim\n  kind: note\n  text: of x\n  text: of y\n# end of";
    let text = SAMPLE.replace("# end of", mixed);
    let one = doubles::split(&text).unwrap();
    let incident = Document::parse(&one[0]).unwrap();
    let told: Vec<_> = incident
        .incident()
        .timeline
        .iter()
        .skip(2)
        .map(|e| (e.id.as_str(), e.by.as_str(), e.text.as_str()))
        .collect();
    assert_eq!(told, [("exxxxxxx", "kim", "of x"), ("eyyyyyyy", "kim", "of y")]);
}

#[test]
fn fault_40_a_second_document_is_refused() {
    assert!(Document::parse(&format!("{SAMPLE}---\nwarroom: 1\n")).is_err());
}

#[test]
fn lines_a_person_wrote_are_taken_in() {
    let text = SAMPLE.replace("# end of", "- rolled back eu-west\n- text: 42\n# end of");
    let document = Document::parse(&text).unwrap();
    let by_hand: Vec<&str> = document
        .incident()
        .timeline
        .iter()
        .filter(|e| e.id.is_empty())
        .map(|e| e.text.as_str())
        .collect();
    assert_eq!(by_hand, ["rolled back eu-west", "42"]);
}

fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "no",
            "12:30:45",
            "0755",
            "1e3",
            "0x1f",
            "~",
            "null",
            "- x",
            "# x",
            "a: b",
            "a #b",
            " lead",
            "trail ",
            "",
            "two\nlines",
            "two\n\nlines\n",
            "\ttab",
            "a\tb",
            "cr\rlf\r\n",
            "emoji 🔥",
            "'q'",
            "\"q\"",
            "{a}",
            "[a",
            "*x",
            "&x",
            "!x",
            "%x",
            "@x",
            "`x",
            "? x",
            "| x",
            "> x",
            "end:",
            "2026-11-20",
            "2026-11-20T14:05:02.117Z",
            "38 % of checkouts",
            "5 k",
            "\u{85}",
            "\u{feff}",
            "\u{7f}",
            "key: |\n  x",
            "---",
            "<<<<<<< x",
            "a\n ",
            "a\n\tb",
            "\n\n",
            "x\n---\ny",
            "# end of INC-2026-0001",
        ])
        .prop_map(str::to_owned),
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

proptest! {
    #![proptest_config(crate::trials::cases(200))]

    #[test]
    fn what_is_written_is_what_is_read(texts in prop::collection::vec(nasty(), 1..6), title in nasty(), value in nasty(), statement in nasty()) {
        let mut incident = base();
        incident.title = title;
        incident.summary = Some(value.clone());
        incident.impact.insert("users".into(), value.clone().into());
        incident.fields.insert("odd key: x".into(), serde_json::json!({"a": [1, {"b": value}], "c": null}));
        incident.declared = Some(Moment { by: statement.clone(), ..Moment::default() });
        incident.hypotheses.push(Arc::new(Hypothesis {
            statement, id: "haaaaaaa".into(), state: HypothesisState::Open, by: "x".into(), ..Hypothesis::default()
        }));
        for (number, text) in texts.iter().enumerate() {
            incident.timeline.push(event(&format!("e{number:07}"), number as i64, text));
        }
        let document = Document::create(Arc::new(incident.clone()));
        let read = Document::parse(document.text());
        prop_assert!(read.is_ok(), "{:?}\n{}", read.unwrap_err(), document.text());
        let read = read.unwrap();
        prop_assert_eq!(&**read.incident(), &incident, "{}", document.text());
    }

    #[test]
    fn a_changed_entry_leaves_every_other_byte(texts in prop::collection::vec(nasty(), 2..8), at in any::<prop::sample::Index>(), text in nasty()) {
        let mut incident = base();
        for (number, text) in texts.iter().enumerate() {
            incident.timeline.push(event(&format!("e{number:07}"), number as i64, text));
        }
        let document = Document::create(Arc::new(incident.clone()));
        let place = at.index(texts.len());
        incident.timeline[place] = event(&format!("e{place:07}"), place as i64, &text);
        let changed = document.with(Arc::new(incident.clone()));
        let read = Document::parse(changed.text()).unwrap();
        prop_assert_eq!(&**read.incident(), &incident, "{}", changed.text());
        let reparsed = document.reparse(changed.text()).unwrap();
        prop_assert_eq!(&**reparsed.incident(), &incident);
        let block = |document: &Document, place: usize| {
            let list = document.layout.sections.iter().find_map(|section| section.list()).unwrap();
            document.text()[list.blocks[place].span()].to_owned()
        };
        for other in (0..texts.len()).filter(|other| *other != place) {
            prop_assert_eq!(block(&document, other), block(&changed, other));
        }
    }
}

/// A cut text in plain words, to compare two.
fn shape(document: &Document) -> Vec<String> {
    let mut shape = vec![format!("{} {}", document.layout.clean, document.layout.end)];
    for section in &document.layout.sections {
        shape.push(format!("{} {:?} {}", section.key, section.span, section.head));
        if let Some(list) = section.list() {
            shape.push(format!("{} {}", list.indent, list.in_order));
            shape.extend(list.blocks.iter().map(|block| format!("{block:?}")));
        }
    }
    shape
}

/// What a person or a bot does to a file: lines of one of our files taken out, doubled, changed, moved.
fn edited(text: &str, edits: &[(prop::sample::Index, u8)]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for (place, how) in edits {
        if lines.is_empty() {
            break;
        }
        let at = place.index(lines.len());
        match how % 7 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, "# a remark\n".into()),
            2 => lines.insert(
                at,
                "- id: ehand\n  at: 2026-11-20T14:12:44.018Z\n  kind: note\n  text: by hand\n".into(),
            ),
            3 => lines[at] = lines[at].replace('e', "é"),
            4 => lines.insert(at, "\n".into()),
            5 => {
                let line = lines.remove(at);
                lines.push(line);
            }
            _ => lines[at] = lines[at].replace('\n', "\r\n"),
        }
    }
    lines.concat()
}

proptest! {
    #![proptest_config(crate::trials::cases(300))]

    #[test]
    fn reading_with_or_without_a_document_before_is_the_same(
        texts in prop::collection::vec(nasty(), 1..12),
        sample in any::<bool>(),
        first in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        second in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut incident = base();
        for (number, text) in texts.iter().enumerate() {
            incident.timeline.push(event(&format!("e{number:07}"), number as i64, text));
        }
        let text = if sample { SAMPLE.to_owned() } else { Document::create(Arc::new(incident)).text().to_owned() };
        let before = edited(&text, &first);
        let after = edited(&before, &second);
        let Ok(known) = Document::parse(&before) else { return Ok(()) };
        match (known.reparse(&after), Document::parse(&after)) {
            (Ok(quick), Ok(plain)) => {
                prop_assert_eq!(quick.incident(), plain.incident(), "{}\n->\n{}", before, after);
                prop_assert_eq!(quick.quarantined(), plain.quarantined());
                if before != after {
                    prop_assert_eq!(shape(&quick), shape(&plain), "{}\n->\n{}", before, after);
                }
                // What is written from either is the same.
                let mut changed = Incident::clone(plain.incident());
                changed.title.push('!');
                changed.timeline.push(event("ezzzzzzz", 4_000_000_000_000, "more"));
                let changed = Arc::new(changed);
                let (quick, plain) = (quick.with(Arc::clone(&changed)), plain.with(changed));
                prop_assert_eq!(quick.text(), plain.text());
                if let Ok(read) = Document::parse(plain.text()) {
                    prop_assert_eq!(shape(&quick), shape(&plain));
                    prop_assert_eq!(shape(&read), shape(&plain), "{}", plain.text());
                }
            }
            (Err(quick), Err(plain)) => prop_assert_eq!(quick, plain),
            (quick, plain) => prop_assert!(false, "{:?}\n{:?}\n{}", quick, plain, after),
        }
    }
}

#[test]
fn a_number_that_no_number_holds_is_kept_by_its_digits_and_its_bytes_stay() {
    let text = "warroom: 1\nid: INC-2026-0042\ntitle: x\nstatus: triage\nfields:\n  trace: 123456789012345678901234567890\n  \
                low: -99999999999999999999999\n  fits: 18446744073709551615\ntimeline:\n- id: eaaaaaaa\n  at: 2026-11-20T14:12:44.018Z\n  \
                kind: note\n  text: x\n  span: 340282366920938463463374607431768211455\n# end of INC-2026-0042\n";
    let document = Document::parse(text).unwrap();
    let incident = document.incident();
    assert_eq!(incident.fields["trace"], "123456789012345678901234567890");
    assert_eq!(incident.fields["low"], "-99999999999999999999999");
    assert_eq!(incident.fields["fits"], 18_446_744_073_709_551_615_u64);
    assert_eq!(
        incident.timeline[0].extra["span"],
        "340282366920938463463374607431768211455"
    );
    assert!(document.quarantined().is_empty());
    let mut next = Incident::clone(incident);
    next.title = "later".into();
    assert_eq!(
        document.with(Arc::new(next)).text(),
        text.replace("title: x", "title: later")
    );
}

#[test]
fn of_a_long_file_only_what_changed_is_looked_at() {
    let lines: Vec<Arc<Event>> = (0..10_000)
        .map(|number| event(&format!("e{number:07}"), number, "x"))
        .collect();
    let mut incident = base();
    incident.timeline.clone_from(&lines);
    let before = Document::create(incident.clone().into());
    let long = before.text();
    let middle = long.find("- id: e0005000\n").unwrap();
    let end = long.rfind("# end of").unwrap();
    for (place, with, instead) in [
        (end, "- id: enew\n  at: 2030-03-17T17:46:40Z\n  text: '[[[ new'\n", 0),
        (middle, "- id: enew\n  at: 1970-01-01T00:00:05Z\n  text: new\n", 0),
        (middle, "- id: e0005000 # mine\n", "- id: e0005000\n".len()),
        (middle, "", long[middle..].find("- id: e0005003\n").unwrap()),
    ] {
        let text = format!("{}{with}{}", &long[..place], &long[place + instead..]);
        let cut = split::split(&text, Some((long, &before.layout)));
        let seen: usize = cut.fresh.iter().map(std::ops::Range::len).sum();
        assert!(seen < 1000, "{seen} of {}", text.len());
    }
}

#[test]
fn a_long_list_is_read_on_every_core_as_on_one() {
    let mut incident = base();
    incident.timeline = (0..5_000)
        .map(|number| event(&format!("e{number:07}"), number, "x: y"))
        .collect();
    let before = Document::create(incident.into());
    let known = Document::parse(before.text()).unwrap();
    assert_eq!(known.incident(), before.incident());
    for (from, to) in [
        ("id: e0002500\n", "id: e0002500 # mine\n"),
        ("id: e0002500\n", "id: e0002499\n"),
        ("id: e0002500\n", "id: [1]\n"),
        ("- id: e0002500\n", "- just a line\n- id: e0002500\n"),
        ("- id: e0002500\n", "- id: e0002500\n  odd: \"x\n"),
        ("- id: e0004999\n", "- id: \"\"\n"),
    ] {
        let text = before.text().replace(from, to);
        assert_ne!(text, before.text());
        match (known.reparse(&text), Document::parse(&text)) {
            (Ok(one), Ok(every)) => {
                assert_eq!(one.incident(), every.incident(), "{to}");
                assert_eq!(one.quarantined(), every.quarantined(), "{to}");
                assert_eq!(shape(&one), shape(&every), "{to}");
            }
            (one, every) => assert_eq!(one.unwrap_err(), every.unwrap_err(), "{to}"),
        }
    }
}
