//! The contract of the command line: statuses, free text, times as people type them.

use std::fs;

use crate::harness::Repo;

fn started() -> Repo {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo
}

fn last(repo: &Repo) -> serde_json::Value {
    repo.show()["timeline"].as_array().unwrap().last().unwrap().clone()
}

fn texts(repo: &Repo) -> Vec<String> {
    let shown = repo.show();
    let events = shown["timeline"].as_array().unwrap().iter();
    events.map(|event| event["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn text_that_begins_with_a_dash_is_text() {
    let repo = started();
    for text in [
        "- [ ] drain node-3: a",
        "-3 pods are left",
        "--- a rule",
        "-i think so",
        "-verbose error",
        "--force was used",
    ] {
        repo.warroom(["log", text]).ok();
        assert!(texts(&repo).iter().any(|one| one == text), "{text}: {:?}", texts(&repo));
    }
    repo.warroom(["why", "add", "-1 replica was left"]).ok();
    repo.warroom(["hypothesis", "add", "-5m of lag is the cause", "--owner", "kim"])
        .ok();
    repo.warroom(["decide", "- freeze deploys", "--reason", "-10 % of orders"])
        .ok();
    repo.warroom(["check", "add", "- [ ] a: b"]).ok();
    repo.warroom(["cause", "set", "--dry-run was left out"]).ok();
    repo.warroom(["update", "--audience", "internal", "--message", "- all is well"])
        .ok();
    let file = repo.read(format!(
        "incidents/{}/incident.yaml",
        repo.show()["id"].as_str().unwrap()
    ));
    for text in [
        "-1 replica was left",
        "-5m of lag",
        "- freeze deploys",
        "-10 % of orders",
        "- [ ] a: b",
        "--dry-run was",
        "- all is well",
    ] {
        assert!(file.contains(text), "{text}");
    }
    // A slip in an option is no text.
    for slip in [
        &["log", "x", "--kidn", "action"][..],
        &["log", "x", "-q"],
        &["log", "x", "--at"],
    ] {
        repo.warroom(slip).fails(2);
    }
}

#[test]
fn a_line_in_the_shell_has_the_grammar_of_the_console() {
    let repo = started();
    for (args, kind, at, text) in [
        (
            &["log", "-5m rolled back"][..],
            "note",
            "2026-11-20T14:00:00.000Z",
            "rolled back",
        ),
        (
            &["log", "-5m", "rolled", "back", "again"],
            "note",
            "2026-11-20T14:00:00.000Z",
            "rolled back again",
        ),
        (
            &["log", "decision: freeze"],
            "decision",
            "2026-11-20T14:05:00.000Z",
            "freeze",
        ),
        (&["log", "14:01 action: x"], "action", "2026-11-20T14:01:00.000Z", "x"),
        (
            &["log", "--at", "14:02", "14:01 said twice"],
            "note",
            "2026-11-20T14:02:00.000Z",
            "14:01 said twice",
        ),
    ] {
        let answer = repo.warroom(args).args(["--json"]).json();
        let shown = repo.show();
        let events = shown["timeline"].as_array().unwrap();
        let event = events.iter().find(|event| event["id"] == answer["event"]).unwrap();
        assert_eq!(
            (&event["kind"], &event["at"], &event["text"]),
            (&kind.into(), &at.into(), &text.into()),
            "{args:?}"
        );
    }
    repo.warroom(["log", "14:05"]).fails(2);
    // The answer names the instant, and that it was taken for the day before.
    let said = repo.warroom(["log", "23:50 x"]).ok();
    assert!(said.contains("at 2026-11-19 23:50:00 UTC, the day before"), "{said}");
    assert!(
        repo.warroom(["log", "--at", "2pm", "x"])
            .ok()
            .contains("at 2026-11-20 14:00:00 UTC")
    );
    let said = repo.warroom(["log", "--at", "yesterday 14:05", "y", "--json"]).json();
    assert_eq!(said["taken"][0], "2026-11-19T14:05:00.000Z");
}

#[test]
fn times_in_the_shell_are_those_of_the_persons_zone() {
    let repo = started();
    fs::write(repo.config().join("config.yaml"), "local-time: true\n").unwrap();
    let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
    // It is 15:05 on the wall.
    let said = repo
        .warroom(["log", "--at", "15:02", "by the watch"])
        .env("TZ", zone)
        .ok();
    assert!(said.contains("at 2026-11-20 15:02:00 +01:00"), "{said}");
    assert_eq!(
        repo.show()["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["text"] == "by the watch")
            .unwrap()["at"],
        "2026-11-20T14:02:00.000Z"
    );
    repo.warroom(["log", "15:03 by the watch, too"]).env("TZ", zone).ok();
    assert_eq!(last(&repo)["at"], "2026-11-20T14:05:00.000Z", "declared is last");
    assert!(repo.show()["timeline"].to_string().contains("2026-11-20T14:03:00.000Z"));
    repo.warroom(["log", "--at", "14:01Z", "zoned"]).env("TZ", zone).ok();
    assert!(repo.show()["timeline"].to_string().contains("2026-11-20T14:01:00.000Z"));
    repo.warroom(["timer", "add", "call", "until", "15:30"])
        .env("TZ", zone)
        .ok();
    assert!(
        repo.show()["timers"].to_string().contains("2026-11-20T14:30:00.000Z"),
        "{}",
        repo.show()["timers"]
    );
}

#[test]
fn a_verbs_words_do_not_swallow_text() {
    let repo = started();
    let before = texts(&repo).len();
    assert!(repo.warroom(["log", "list"]).ok().contains("Checkout failing") || before == 1);
    repo.warroom(["decide", "list"]).ok();
    for page in [
        &["log", "help"][..],
        &["decide", "help"],
        &["help", "log"],
        &["help"],
        &["check", "help"],
        &["help", "check", "add"],
    ] {
        assert!(repo.warroom(page).ok().contains("Usage"), "{page:?}");
    }
    assert_eq!(texts(&repo).len(), before, "{:?}", texts(&repo));
    let taken = repo.warroom(["log", "restore", "replica", "two"]).run();
    assert_eq!(taken.code, Some(0), "{taken:?}");
    assert!(
        taken
            .stderr
            .contains("`restore` was taken as the first word of the text"),
        "{taken:?}"
    );
    assert!(texts(&repo).contains(&"restore replica two".to_owned()));
    repo.warroom(["log", "restore", "replica"]).fails(4);
}

#[test]
fn durations_as_people_type_them() {
    let repo = started();
    for duration in [
        "15min",
        "1h30",
        "90s",
        "2d",
        "until 15:30",
        "15 min",
        "15 m",
        "1.5h",
        "15:30",
        "at 15:30",
    ] {
        repo.warroom(["timer", "add", "x", duration]).ok();
    }
    for nonsense in ["90", "15", "1.5", "15:75"] {
        let said = repo.warroom(["timer", "add", "x", nonsense]).fails(2);
        assert!(said.contains("15m"), "{said}");
    }
}

#[test]
fn what_is_so_already_is_no_failure_and_writes_nothing() {
    let repo = started();
    let twice: [&[&str]; 6] = [
        &["ack"],
        &["severity", "P0", "--reason", "worse"],
        &["role", "assign", "ic", "sam"],
        &["set", "title", "Another"],
        &["check", "tick", "detection.claim"],
        &["status", "triage"],
    ];
    for verb in twice {
        let first = repo.warroom(verb).run();
        assert_eq!(first.code, Some(0), "{first:?}");
        let events = repo.show()["timeline"].as_array().unwrap().len();
        let head = repo.git(["rev-parse", "HEAD"]);
        let answer = repo.warroom(verb).args(["--json"]).json();
        assert_eq!(
            (&answer["ok"], &answer["changed"]),
            (&true.into(), &false.into()),
            "{verb:?} {answer}"
        );
        assert_ne!(repo.warroom(verb).ok(), "");
        assert_eq!(repo.show()["timeline"].as_array().unwrap().len(), events);
        assert_eq!(repo.git(["rev-parse", "HEAD"]), head);
    }
    // Words are never dropped with it.
    repo.warroom(["check", "tick", "detection.claim", "--note", "seen"])
        .fails(2);
}

#[test]
fn every_verb_that_cannot_commit_says_so_with_six() {
    let repo = started();
    let lock = repo.path(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let verbs: [&[&str]; 5] = [
        &["log", "with a stale lock"],
        &["ack"],
        &["declare", "--title", "another"],
        &["severity", "P0", "-i", "1"],
        &["timer", "add", "x", "15m", "-i", "1"],
    ];
    for verb in verbs {
        let said = repo.warroom(verb).run();
        assert_eq!(said.code, Some(6), "{said:?}");
        assert!(
            said.stderr.contains("Saved on disk") && said.stderr.contains("index.lock"),
            "{said:?}"
        );
        assert_eq!(said.stderr.lines().count(), 1, "{said:?}");
    }
    let said = repo.warroom(["log", "x", "-i", "1", "--json"]).run();
    assert_eq!((said.code, said.stderr.as_str()), (Some(6), ""), "{said:?}");
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["synced"], false);
    assert!(json["unsynced"].as_str().unwrap().contains("index.lock"));
    fs::remove_file(lock).unwrap();
    repo.warroom(["log", "again", "-i", "1"]).ok();
    assert!(repo.git(["status", "--short"]).is_empty());
}

#[test]
fn a_word_that_is_in_no_list_is_named_with_the_candidates() {
    let repo = started();
    let list = |args: &[&str]| repo.warroom(["list"]).args(args);
    for nonsense in [["--severity", "banana"], ["--status", "banana"]] {
        let error = list(&nonsense).fails_json(4);
        assert!(!error["candidates"].as_array().unwrap().is_empty(), "{error}");
    }
    assert!(list(&["--severity", "p1"]).ok().contains("Checkout"));
    repo.warroom(["severity", "P0", "--reason", "worse"]).ok();
    assert!(
        list(&["--severity", "critical"]).ok().contains("Checkout"),
        "another word for it"
    );
    assert!(list(&["--severity", "P3"]).ok().contains("no open incident"));
    repo.warroom(["update", "--audience", "internal", "--status", "banana", "-m", "x"])
        .fails(4);
    repo.warroom(["framework", "show", "nope"]).fails(4);
    repo.warroom(["validate", "/nonexistent"]).fails(4);
    repo.warroom(["log", "import", "/nonexistent"]).fails(4);
}

#[test]
fn one_name_for_one_thing_and_the_old_names_stay() {
    let repo = started();
    for by in ["--by", "--who"] {
        repo.warroom(["decide", "x", by, "lee"]).ok();
    }
    for (owner, who) in [("--owner", "sam"), ("--who", "lee")] {
        repo.warroom(["check", "claim", "detection.claim", owner, who]).ok();
    }
    for time in ["--for", "--takes"] {
        repo.warroom([
            "hypothesis",
            "add",
            &format!("h {time}"),
            time,
            "15min",
            "--likelihood",
            "20%",
        ])
        .ok();
    }
    for time in ["--for", "--within"] {
        repo.warroom(["dispatch", "dba", "--request", "x?", time, "1h30"]).ok();
    }
    let id = repo.show()["id"].as_str().unwrap().to_owned();
    for part in ["1", "0001", "2026-0001", "c-2026", id.as_str()] {
        repo.warroom(["log", "x", "-i", part]).ok();
    }
    repo.warroom(["log", "x", "-i", "zz"]).fails(4);
}

#[test]
fn what_is_wrong_in_a_persons_settings_is_told_with_its_place() {
    let repo = started();
    fs::write(
        repo.config().join("config.yaml"),
        "keys: {quit: [l], nope: x}\nbel: true\n",
    )
    .unwrap();
    let said = repo.warroom(["list"]).run();
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{said:?}");
    assert!(
        said.stderr.contains("config.yaml:1:") && said.stderr.contains("2 more; `warroom config check` lists them"),
        "{said:?}"
    );
    let check = repo.warroom(["config", "check"]).run();
    assert!((check.stdout.clone() + &check.stderr).contains("`bell`"), "{check:?}");
    assert_eq!(repo.warroom(["list", "--json"]).run().stderr, "");
    let doctor = repo.warroom(["doctor"]).run();
    assert!(
        doctor.stdout.contains("`nope`") && doctor.stdout.contains("config.yaml:1"),
        "{doctor:?}"
    );
}

#[test]
fn completions_know_the_incident_and_its_framework() {
    let repo = started();
    let event = repo.show()["timeline"][0]["id"].as_str().unwrap().to_owned();
    let cases: [(&[&str], &str); 16] = [
        (&["hyp"], "hypothesis"),
        (&["log", "--ki"], "--kind"),
        (&["log", "--kind", "obs"], "observation"),
        (&["severity", "p"], "P2"),
        (&["status", ""], "triage"),
        (&["-i", ""], "INC-2026-0001"),
        (&["show", "INC"], "INC-2026-0001"),
        (&["role", "assign", "inc"], "incident_commander"),
        (&["check", "tick", "detection"], "detection.claim"),
        (&["update", "--audience", ""], "internal"),
        (&["framework", "show", "o"], "ops"),
        (&["declare", "--framework", "it"], "itil"),
        (&["log", "retract", ""], &event),
        (&["factor", "add", "--category", "pro"], "process"),
        (&["milestone", "st"], "started"),
        (&["completions", "ba"], "bash"),
    ];
    for (words, wanted) in cases {
        let offered = repo.warroom(["complete", "--"]).args(words).ok();
        assert!(offered.lines().any(|line| line == wanted), "{words:?}: {offered}");
    }
    // Text offers nothing, and outside of a repository there is no error.
    assert_eq!(repo.warroom(["complete", "--", "log", "x", "y"]).ok(), "");
    let bare = Repo::nothing();
    assert!(
        bare.warroom(["complete", "--", "framework", "show", ""])
            .ok()
            .contains("war-room")
    );
    assert_eq!(bare.warroom(["complete", "--", "severity", ""]).ok(), "");
    // Through bash itself, where there is one.
    let mut bash = std::process::Command::new("bash");
    repo.clean(&mut bash);
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_warroom"));
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let script = "source <(warroom completions bash); COMP_WORDS=(warroom role assign inc); COMP_CWORD=3; _warroom; \
                  printf '%s\\n' \"${COMPREPLY[@]}\"";
    bash.env("PATH", path).current_dir(repo.root()).args(["-c", script]);
    if let Ok(output) = bash.output() {
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "incident_commander\n",
            "{output:?}"
        );
    }
}
