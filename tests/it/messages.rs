//! What is told to people: drafts with their gaps, words for the outside, corrections, the log, the handover with its read-back.

use serde_json::Value;

use crate::clones::Clones;
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
        last["text"]
            .as_str()
            .unwrap()
            .starts_with("read back the handover from sam: P0"),
        "{last}"
    );
    assert_eq!(last["by"], "lee");
    // To one person; accepted in one word; kept in a file.
    let two = repo.warroom(["handoff", "--to", "sam,", "kim"]).by("lee").fails(2);
    assert!(two.contains("one person at a time"), "{two}");
    let said = repo
        .warroom(["handoff", "--to", "sam", "--output", "page.txt"])
        .by("lee")
        .ok();
    assert!(said.contains("page.txt written"), "{said}");
    assert!(repo.read("page.txt").starts_with("HANDOVER"));
    repo.warroom(["handoff", "accept", "--severity", "P0"])
        .by("sam")
        .fails(2);
    assert_eq!(repo.warroom(["handoff", "accept"]).by("sam").run().code, Some(0));
    let held = repo.show()["roles"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(held["who"], "sam");
    assert!(!held["accepted"].is_null(), "{held}");
}

#[test]
fn whoever_has_not_got_the_role_here_reads_nothing_back() {
    let repo = declared();
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let args = [
        "handoff",
        "read-back",
        "--severity",
        "P0",
        "--timer",
        "15:00",
        "--action",
        "x",
    ];
    let not_yet = repo.warroom(args).by("ana").fails(2);
    assert!(
        not_yet.contains("nothing to accept") && not_yet.contains("warroom sync"),
        "{not_yet}"
    );
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

/// Who holds command by the file of a clone.
fn commanders(clones: &Clones, number: usize) -> Vec<String> {
    let shown: Value = serde_json::from_str(&clones.warroom(number, ["show", "--json"]).ok()).unwrap();
    let roles = shown["roles"].as_array().unwrap().iter();
    let held = roles.filter(|role| role["role"] == "incident_commander" && role["until"].is_null());
    held.map(|role| role["who"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn command_passes_between_two_clones_while_the_remote_is_away() {
    let clones = Clones::new(2);
    clones.warroom(0, ["role", "assign", "ic", "p0"]).ok();
    clones.converge();
    let away = clones.outside().join("away.git");
    std::fs::rename(clones.hub(), &away).unwrap();
    let given = clones.warroom(0, ["handoff", "--to", "p1"]).out();
    assert!(given.contains("READ BACK"), "{given}");
    clones.warroom(0, ["log", "rolled back while we were alone"]).out();
    // Nobody is without a commander: here it has passed on, there it has not been heard of yet.
    assert_eq!(commanders(&clones, 0), ["p1"]);
    assert_eq!(commanders(&clones, 1), ["p0"]);
    clones.warroom(1, ["log", "p1 looks at the database"]).out();
    std::fs::rename(&away, clones.hub()).unwrap();
    clones.converge();
    for number in 0..2 {
        assert_eq!(commanders(&clones, number), ["p1"]);
    }
    let page: Value = serde_json::from_str(&clones.warroom(1, ["handoff", "--json"]).ok()).unwrap();
    let back = |what: &str| {
        page["handover"]["read_back"][what]
            .as_str()
            .unwrap_or("none")
            .to_owned()
    };
    let (severity, timer, action) = (back("severity"), back("timer"), back("action"));
    let args = ["--severity", &severity, "--timer", &timer, "--action", &action];
    clones.warroom(1, ["handoff", "read-back"].into_iter().chain(args)).ok();
    let text = clones.converge();
    assert!(text.contains("read back the handover from p0"), "{text}");
    for number in 0..2 {
        assert_eq!(commanders(&clones, number), ["p1"]);
    }
}

#[test]
fn at_the_end_of_a_shift_every_incident_of_mine_is_handed_over_at_once() {
    let repo = Repo::new();
    let (one, other) = (
        repo.declare("Checkout failing", "P1"),
        repo.declare("Search is slow", "P2"),
    );
    repo.warroom(["role", "assign", "ic", "kim", "--incident", &one]).ok();
    repo.warroom(["role", "assign", "ic", "sam", "--incident", &other]).ok();
    let page = repo.warroom(["handoff", "--all"]).ok();
    assert!(
        page.contains("HANDOVER") && page.contains("Checkout failing") && page.contains("Search is slow"),
        "{page}"
    );
    repo.warroom(["handoff", "--all", "--to", "lee"]).ok();
    let holder = |id: &str| {
        let shown = repo.show_of(id);
        let roles = shown["roles"].as_array().unwrap().clone();
        let held = roles.into_iter().find(|role| role["until"].is_null()).unwrap();
        held["who"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (holder(&one).as_str(), holder(&other).as_str()),
        ("lee", "sam"),
        "sam's stays sam's"
    );
}

#[test]
fn an_audience_may_want_the_yes_of_a_role_before_an_update_is_sent() {
    let repo = declared();
    repo.warroom(["framework", "copy", "war-room"]).ok();
    let file = ".warroom/frameworks/war-room.yaml";
    let text = repo.read(file);
    let with = text.replacen(
        "- {id: executives, title: Executives,",
        "- {id: executives, approval: {P0: [communications_lead]}, title: Executives,",
        1,
    );
    assert_ne!(with, text);
    repo.write(file, &with);
    let send = |more: &[&str], who: &str| {
        let args = [
            "update",
            "--audience",
            "executives",
            "-m",
            "Checkout fails; we are on it.",
        ];
        repo.warroom(args.into_iter().chain(more.iter().copied())).by(who)
    };
    let refused = send(&[], "kim").fails(3);
    assert!(refused.contains("no one is the communications lead yet"), "{refused}");
    repo.warroom(["role", "assign", "comms", "lee"]).ok();
    let refused = send(&[], "kim").fails(3);
    assert!(
        refused.contains("has to be approved by the communications lead") && refused.contains("--approved-by lee"),
        "{refused}"
    );
    send(&["--approved-by", "sam"], "kim").fails(3);
    send(&["--approved-by", "lee"], "kim").ok();
    // Whoever has the role says it by sending.
    send(&[], "lee").ok();
    let shown = repo.show();
    assert_eq!(shown["communications"][0]["approved_by"], "lee");
    assert!(shown["communications"][1]["approved_by"].is_null());
    assert!(repo.warroom(["update", "log"]).ok().contains("by kim, approved by lee"));
    // A role that is none is a problem of the framework, with its place.
    repo.write(file, with.replacen("P0: [communications_lead]", "P0: [wizard]", 1));
    let said = repo.warroom(["framework", "lint"]).run();
    assert!(format!("{}{}", said.stdout, said.stderr).contains("wizard"), "{said:?}");
}

#[test]
fn an_update_is_to_the_audience_that_is_named_and_to_no_one_else() {
    let repo = Repo::new();
    repo.declare("Checkout is down", "P1");
    let said = repo.warroom(["update", "support", "-m", "Link tickets to it"]).ok();
    assert!(said.contains("update sent to support: Link tickets to it"), "{said}");
    let draft = repo.warroom(["update", "internal", "--draft"]).ok();
    assert!(draft.contains("Checkout is down"), "{draft}");
    for call in [&["update", "-m", "x"][..], &["update", "log", "-m", "x"]] {
        let refused = repo.warroom(call).fails(2);
        assert!(
            refused.contains("say to whom") && refused.contains("--audience support"),
            "{refused}"
        );
    }
    // A word alone sends nothing.
    let refused = repo.warroom(["update", "support"]).fails(2);
    assert!(refused.contains("shows the draft"), "{refused}");
    assert_eq!(repo.show()["communications"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_was_told_who_hears_how_often_and_words_for_outside_are_one_verb() {
    let repo = Repo::new();
    repo.declare("Checkout is down", "P1");
    repo.warroom(["update", "--audience", "support", "-m", "Link tickets"])
        .ok();
    let list = repo.warroom(["comms"]).ok();
    assert_eq!(list, repo.warroom(["comms", "list"]).ok());
    assert_eq!(list, repo.warroom(["update", "log"]).ok());
    assert!(list.contains("Link tickets"), "{list}");
    let matrix = repo.warroom(["comms", "matrix"]).ok();
    assert!(matrix.contains(">P1") && matrix.contains("Customers"), "{matrix}");
    let json = repo.warroom(["comms", "matrix", "--json"]).json();
    assert_eq!(
        json["audiences"][0]["severities"].as_object().map(serde_json::Map::len),
        Some(4)
    );
    let odd = "sam is rolling back 10.2.3.4, soon";
    let found = repo.warroom(["comms", "lint", odd]).run();
    assert_eq!(found.code, Some(3), "{found:#?}");
    assert!(found.stdout.contains("external: address: \"10.2.3.4\""), "{found:#?}");
    let piped = repo
        .warroom(["comms", "lint", "-", "--audience", "external"])
        .stdin(odd)
        .run();
    assert_eq!(piped.stdout, found.stdout);
    let fine = "Card payments fail for some customers. We are on it.";
    let said = repo.warroom(["comms", "lint", fine]).ok();
    assert!(said.contains("nothing in it"), "{said}");
    // Its own drafts, where no words are given; with a gap they are not fit to go.
    let drafts = repo.warroom(["comms", "lint"]).run();
    assert!(drafts.code == Some(3) && drafts.stdout.contains("gap"), "{drafts:#?}");
}

#[test]
fn one_call_moves_the_status_and_tells_those_inside() {
    for (framework, severity) in [
        ("war-room", "P0"),
        ("ops", "SEV1"),
        ("itil", "P0"),
        ("sre", "SEV1"),
        ("essentials", "P0"),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Checkout failing", severity);
        repo.at("2026-11-20T14:10:00Z");
        let words = ["status", "mitigating", "--tell", "internal", "--eta", "15 minutes"];
        let done = repo.warroom(words.into_iter().chain(["--json"])).json();
        assert_eq!(done["ok"], true, "{framework}: {done}");
        let shown = repo.show();
        assert_eq!(shown["status"], "mitigating", "{framework}");
        let sent = &shown["communications"][0];
        assert_eq!(
            (&sent["id"], &sent["audience"]),
            (&done["update"]["id"], &"internal".into())
        );
        // Again: the status is there, and they are told all the same.
        repo.warroom(words).ok();
        assert_eq!(
            repo.show()["communications"].as_array().unwrap().len(),
            2,
            "{framework}"
        );
        // Nobody outside is told unread, and then nothing is moved either.
        let refused = repo.warroom(["status", "investigating", "--tell", "external"]).fails(2);
        assert!(refused.contains("read before they are sent"), "{framework}: {refused}");
        assert_eq!(repo.show()["status"], "mitigating", "{framework}");
    }
}
