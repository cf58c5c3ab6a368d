//! `log` and all its verbs.

use serde_json::Value;

use crate::harness::Repo;

fn started() -> Repo {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo
}

fn event(repo: &Repo, id: &str) -> Value {
    let shown = repo.show();
    let timeline = shown["timeline"].as_array().unwrap();
    timeline
        .iter()
        .find(|event| event["id"] == id)
        .unwrap_or_else(|| panic!("{id} in {shown:#}"))
        .clone()
}

fn logged(json: &Value) -> String {
    assert_eq!(json["ok"], true, "{json}");
    assert_eq!(json["incident"], "INC-2026-0001", "{json}");
    assert!(json["said"].is_string(), "{json}");
    json["event"].as_str().unwrap().to_owned()
}

#[test]
fn a_line_with_kind_time_and_pin() {
    let repo = started();
    let line = repo
        .warroom([
            "log", "rolled", "back", "v2.34", "--kind", "action", "--at", "-3m", "--pin",
        ])
        .ok();
    assert_eq!(line.lines().count(), 1);
    assert!(line.contains("rolled back v2.34"), "{line}");
    let json = repo
        .warroom(["log", "pool is full", "--json", "--kind", "FINDING"])
        .json();
    let found = event(&repo, &logged(&json));
    assert_eq!(found["text"], "pool is full");
    assert_eq!(found["kind"], "finding");
    assert_eq!(found["by"], "kim");
    assert_eq!(found["at"], "2026-11-20T14:05:00.000Z");
    let shown = repo.show();
    let back = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["text"] == "rolled back v2.34")
        .unwrap();
    assert_eq!(back["at"], "2026-11-20T14:02:00.000Z");
    assert_eq!(back["recorded"], "2026-11-20T14:05:00.000Z");
    assert_eq!(back["pinned"], true);
}

#[test]
fn nonsense_is_refused_by_name() {
    let repo = started();
    let said = repo.warroom(["log", "x", "--kind", "rumour"]).fails(4);
    assert!(said.contains("`rumour`") && said.contains("observation"), "{said}");
    let said = repo.warroom(["log", "x", "--kind", "declared"]).fails(4);
    assert!(said.contains("decision"), "only the console writes these: {said}");
    for time in ["14:5x", "25:00", "-5", "tomorrow", "2026-13-01T00:00Z"] {
        let said = repo.warroom(["log", "x", "--at", time]).fails(2);
        assert!(said.contains(time) && said.contains("14:05"), "{said}");
    }
    repo.warroom(["log", "  "]).fails(2);
    assert_eq!(repo.show()["timeline"].as_array().unwrap().len(), 1);
}

#[test]
fn standard_input_is_one_event() {
    let repo = started();
    let json = repo
        .warroom(["log", "-", "--json"])
        .stdin("NAME  READY\npod-1 0/1\n\n")
        .json();
    assert_eq!(event(&repo, &logged(&json))["text"], "NAME  READY\npod-1 0/1");
    repo.warroom(["log", "-"]).stdin("").fails(2);
    repo.warroom(["log", "-"]).stdin("\n \n").fails(2);
    let said = repo.warroom(["log", "-"]).stdin("x".repeat(70_000)).fails(2);
    assert!(said.contains("64 KiB"), "{said}");
    let json = repo
        .warroom(["log", "-", "--json"])
        .stdin(b"bad \xff\x1b[31m bytes \0")
        .json();
    let id = logged(&json);
    assert!(event(&repo, &id)["text"].as_str().unwrap().starts_with("bad \u{fffd}"));
    assert!(!repo.warroom(["show"]).ok().contains('\x1b'));
}

#[test]
fn words_that_look_like_verbs() {
    let repo = started();
    repo.warroom(["log", "--", "edit", "the", "config"]).ok();
    repo.warroom(["log", "--kind", "action", "--", "retract", "the", "deploy"])
        .ok();
    repo.warroom(["log", "we", "edit", "it"]).ok();
    repo.warroom(["log", "--", "-5 is no option"]).ok();
    let texts: Vec<_> = repo.show()["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["text"].clone())
        .collect();
    for text in ["edit the config", "retract the deploy", "we edit it", "-5 is no option"] {
        assert!(texts.iter().any(|one| one == text), "{text} in {texts:?}");
    }
    // Options of a line make it a line, and the answer says so.
    let said = repo.warroom(["log", "--kind", "action", "retract", "e1"]).run();
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.starts_with("retract e1  "), "{said:?}");
    assert!(said.stderr.contains("taken as the first word of the text"), "{said:?}");
}

#[test]
fn an_event_is_corrected_and_the_old_words_stay() {
    let repo = started();
    let id = logged(&repo.warroom(["log", "rolled back v2.33", "--json"]).json());
    let edited = repo.warroom([
        "log",
        "edit",
        &id[..5],
        "--text",
        "rolled back v2.34",
        "--at",
        "14:01",
        "--json",
    ]);
    logged(&edited.now("2026-11-20T14:20Z").json());
    let found = event(&repo, &id);
    assert_eq!(found["text"], "rolled back v2.34");
    assert_eq!(found["at"], "2026-11-20T14:01:00.000Z");
    assert_eq!(found["was"][0]["text"], "rolled back v2.33");
    repo.warroom(["log", "edit", "e222", "--text", "x"]).fails(4);
    repo.warroom(["log", "edit", "e", "--text", "x"]).fails_json(4)["candidates"]
        .as_array()
        .unwrap();
}

#[test]
fn an_event_is_retracted_restored_pinned() {
    let repo = started();
    let id = logged(&repo.warroom(["log", "wrong window", "--json"]).json());
    repo.warroom(["log", "retract", &id, "--reason", "other incident"]).ok();
    assert_eq!(event(&repo, &id)["retracted"], "other incident");
    assert!(repo.warroom(["show"]).ok().contains("retracted: other incident"));
    repo.warroom(["log", "restore", &id]).ok();
    assert!(event(&repo, &id)["retracted"].is_null());
    repo.warroom(["log", "retract", &id]).ok();
    assert!(
        event(&repo, &id)["retracted"].is_string(),
        "a reason is kept also where none is given"
    );
    repo.warroom(["log", "restore", &id]).ok();
    repo.warroom(["log", "pin", &id]).ok();
    assert_eq!(event(&repo, &id)["pinned"], true);
    repo.warroom(["log", "unpin", &id]).ok();
    assert!(event(&repo, &id)["pinned"].is_null());
    repo.warroom(["log", "pin", "enothing"]).fails(4);
}
