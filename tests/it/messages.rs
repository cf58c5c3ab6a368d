//! What is told to people: drafts with their gaps, words for the outside, corrections, the log, the handover with its read-back.

use crate::harness::Repo;

fn declared() -> Repo {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P0");
    repo
}

#[test]
fn a_gap_is_named_with_what_fills_it_and_does_not_go_outside() {
    let repo = declared();
    let draft = repo.warroom(["update", "--audience", "external", "--draft"]).run();
    assert_eq!(draft.code, Some(0), "{draft:?}");
    assert!(draft.stdout.contains("‹affected services?›"), "{draft:?}");
    assert!(draft.stderr.contains("warroom set impact.services TEXT"), "{draft:?}");
    let refused = repo.warroom(["update", "--audience", "external"]).fails(3);
    assert!(refused.contains("affected services"), "{refused}");
    assert!(repo.show()["communications"].is_null(), "nothing was sent");
    // What the draft said to do is done, and the next one is whole.
    repo.warroom(["set", "impact.services", "checkout"]).ok();
    repo.warroom(["update", "--audience", "external"]).ok();
    let sent = repo.show();
    let text = sent["communications"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("We see that checkout does not work"), "{text}");
    let by_hand = repo
        .warroom(["update", "--audience", "external", "-m", "Affected: ‹who?›"])
        .fails(3);
    assert!(by_hand.contains("‹who?›"), "{by_hand}");
    repo.warroom(["update", "--audience", "internal", "-m", "Affected: ‹who?›"])
        .ok();
}

#[test]
fn every_verb_that_fills_a_gap_is_one() {
    // Each gap of each template names a verb; the words before its placeholders are understood.
    for framework in ["war-room", "ops", "itil", "sre", "essentials"] {
        let repo = Repo::new();
        repo.warroom(["declare", "--title", "Checkout failing", "--framework", framework])
            .ok();
        let shown = repo.warroom(["framework", "show", framework, "--json"]).json();
        for template in shown["templates"].as_array().unwrap() {
            let (Some(audience), Some(id)) = (template["audience"].as_str(), template["id"].as_str()) else {
                continue;
            };
            let draft = repo
                .warroom(["update", "--audience", audience, "--template", id, "--draft", "--json"])
                .json();
            for gap in draft["gaps"].as_array().unwrap() {
                let verb: Vec<&str> = gap["fill"]
                    .as_str()
                    .unwrap()
                    .split(' ')
                    .take_while(|word| word.chars().any(char::is_lowercase))
                    .collect();
                let mut help = verb.clone();
                help.retain(|word| !word.contains('.') && !word.starts_with('-'));
                help.push("--help");
                let said = repo.warroom(help.clone()).run();
                assert_eq!(said.code, Some(0), "{framework} {id}: {help:?}: {said:?}");
            }
        }
    }
}

#[test]
fn words_that_should_not_go_outside_are_named() {
    let repo = declared();
    let said = repo
        .warroom([
            "update",
            "--audience",
            "external",
            "-m",
            "db-7.internal is back soon @here",
        ])
        .run();
    assert_eq!(said.code, Some(0), "{said:?}");
    for words in ["address: \"db-7.internal\"", "no-time: \"soon\"", "control: \"@here\""] {
        assert!(said.stderr.contains(words), "{words}: {said:?}");
    }
    assert_eq!(repo.show()["communications"][0]["text"], "db-7.internal is back soon");
    let inside = repo
        .warroom(["update", "--audience", "internal", "-m", "db-7.internal is back soon"])
        .run();
    assert_eq!(inside.stderr, "", "{inside:?}");
}

#[test]
fn short_forms_and_forms_for_programs() {
    let repo = declared();
    repo.warroom(["set", "impact.services", "checkout"]).ok();
    let short = repo
        .warroom(["update", "--audience", "external", "--draft", "--short"])
        .ok();
    assert!(
        short.trim_end().chars().count() <= 160 && short.lines().count() == 1,
        "{short}"
    );
    let slack = repo
        .warroom(["update", "--audience", "internal", "--draft", "--format", "slack"])
        .ok();
    let value: serde_json::Value = serde_json::from_str(&slack).unwrap();
    assert!(value["text"].as_str().unwrap().contains("Checkout failing"), "{slack}");
    repo.warroom(["update", "--audience", "internal", "--draft", "--format", "fax"])
        .fails(4);
    repo.warroom(["update", "--audience", "internal", "--draft", "--stage", "sometimes"])
        .fails(4);
}

#[test]
fn what_was_sent_is_shown_in_full_and_corrected_by_another() {
    let repo = declared();
    assert_eq!(repo.warroom(["update", "log"]).ok(), "no update was sent yet\n");
    let sent = repo
        .warroom([
            "update",
            "--audience",
            "executives",
            "-m",
            "first line\nsecond line. Next update by 14:20 UTC",
            "--json",
        ])
        .json();
    let id = sent["id"].as_str().unwrap().to_owned();
    repo.warroom([
        "update",
        "--audience",
        "executives",
        "-m",
        "it was the cache",
        "--correct",
        &id,
    ])
    .ok();
    let log = repo.warroom(["update", "log"]).ok();
    assert!(log.contains("  second line. Next update by 14:20 UTC\n"), "{log}");
    assert!(
        log.contains("Correction of our update of 14:05 UTC: it was the cache"),
        "{log}"
    );
    let json = repo.warroom(["update", "log", "--json"]).json();
    assert_eq!(json["promises"][0]["kept"], true, "{json}");
    repo.warroom(["update", "--audience", "executives", "-m", "x", "--correct", "nothing"])
        .fails(4);
}

#[test]
fn command_is_handed_over_and_read_back() {
    let repo = declared();
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let page = repo.warroom(["handoff"]).ok();
    assert!(page.lines().count() <= 36, "{page}");
    for part in ["HOW BAD", "STORY", "TO DO", "IF IT GETS WORSE", "PEOPLE", "READ BACK"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let given = repo.warroom(["handoff", "--to", "lee", "--json"]).json();
    let back = &given["handover"]["read_back"];
    let (severity, timer) = (back["severity"].as_str().unwrap(), back["timer"].as_str().unwrap());
    let action = back["action"].as_str().unwrap();
    let wrong = repo
        .warroom([
            "handoff",
            "read-back",
            "--severity",
            "P3",
            "--timer",
            timer,
            "--action",
            action,
        ])
        .by("lee")
        .fails(3);
    assert!(wrong.contains("severity is P0, not P3"), "{wrong}");
    repo.warroom([
        "handoff",
        "read-back",
        "--severity",
        severity,
        "--timer",
        timer,
        "--action",
        action,
    ])
    .by("lee")
    .ok();
    let shown = repo.show();
    let holders: Vec<_> = shown["roles"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|role| role["until"].is_null())
        .collect();
    assert_eq!(holders.len(), 1);
    assert_eq!(holders[0]["who"], "lee");
    assert!(!holders[0]["accepted"].is_null(), "{holders:?}");
    let last = shown["timeline"].as_array().unwrap().last().unwrap();
    assert!(
        last["text"].as_str().unwrap().starts_with("read back the handover: P0"),
        "{last}"
    );
    assert_eq!(last["by"], "lee");
}

#[test]
fn a_framework_without_words_for_an_audience_says_so() {
    let repo = declared();
    repo.warroom(["framework", "copy", "war-room"]).ok();
    let file = ".warroom/frameworks/war-room.yaml";
    let text = repo.read(file);
    let (before, _) = text.split_once("\ntemplates:\n").unwrap();
    repo.write(file, format!("{before}\n"));
    let said = repo.warroom(["update", "--audience", "engineering"]).fails(2);
    assert!(said.contains("--message"), "{said}");
}
