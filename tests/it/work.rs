//! The work on an incident: roles, hypotheses, mitigations, checklists, timers, updates, analysis, fields.

use serde_json::Value;

use crate::harness::Repo;

fn started(severity: &str) -> Repo {
    let repo = Repo::new();
    repo.declare("Checkout failing", severity);
    repo
}

/// Runs a change and gives the id of the entry it made or changed.
fn id(repo: &Repo, args: &[&str]) -> String {
    let json = repo.warroom(args).args(["--json"]).json();
    assert_eq!(json["ok"], true);
    assert!(json["event"].as_str().unwrap().starts_with('e'), "{json}");
    json["id"].as_str().unwrap().to_owned()
}

fn entry(repo: &Repo, section: &str, id: &str) -> Value {
    let shown = repo.show();
    let list = shown[section].as_array().unwrap();
    list.iter()
        .find(|one| one["id"] == id)
        .unwrap_or_else(|| panic!("{id} in {list:#?}"))
        .clone()
}

#[test]
fn roles() {
    let repo = started("P1");
    let role = id(&repo, &["role", "assign", "ic", "Sam", "Smith"]);
    assert_eq!(entry(&repo, "roles", &role)["who"], "Sam Smith");
    assert_eq!(entry(&repo, "roles", &role)["role"], "incident_commander");
    let list = repo.warroom(["role", "list"]).ok();
    assert!(
        list.contains("Sam Smith") && list.contains("no one; required"),
        "{list}"
    );
    repo.warroom(["role", "handoff", "ic", "lee"]).ok();
    assert!(entry(&repo, "roles", &role)["until"].is_string());
    let needs = repo.warroom(["role", "list", "--json"]).json();
    let ic = needs["required_roles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["role"] == "incident_commander");
    assert_eq!(ic.unwrap()["who"], serde_json::json!(["lee"]));
    repo.warroom(["role", "clear", "ic"]).ok();
    assert!(repo.warroom(["role", "clear", "ic"]).ok().contains("no one is"));
    let said = repo.warroom(["role", "assign", "janitor", "x"]).run();
    assert!(matches!(said.code, Some(2 | 4)), "{said:?}");
    assert!(said.stderr.contains("scribe"), "{said:?}");
}

#[test]
fn hypotheses() {
    let repo = started("P1");
    let slow = id(
        &repo,
        &["hypothesis", "add", "slow query exhausts the pool", "--owner", "lee"],
    );
    let bots = id(&repo, &["hypothesis", "add", "bot", "traffic"]);
    repo.warroom(["hypothesis", "test", &slow[..4], "count", "connections"])
        .ok();
    repo.warroom(["hypothesis", "evidence", &slow, "100 of 100 since 13:58", "--supports"])
        .ok();
    repo.warroom(["hypothesis", "evidence", &bots, "rate is flat", "--against"])
        .ok();
    repo.warroom(["hypothesis", "confirm", &slow, "--evidence", "gone after rollback"])
        .ok();
    repo.warroom(["hypothesis", "reject", &bots]).ok();
    let found = entry(&repo, "hypotheses", &slow);
    assert_eq!(found["state"], "confirmed");
    assert_eq!(found["owner"], "lee");
    assert_eq!(found["tests"][0]["text"], "count connections");
    assert_eq!(found["evidence"][0]["supports"], true);
    assert_eq!(found["evidence"].as_array().unwrap().len(), 2);
    assert_eq!(entry(&repo, "hypotheses", &bots)["evidence"][0]["supports"], false);
    let list = repo.warroom(["hypothesis"]).ok();
    assert!(list.contains("confirmed") && list.contains("rejected"), "{list}");
    repo.warroom(["hypothesis", "reopen", &bots]).ok();
    assert_eq!(entry(&repo, "hypotheses", &bots)["state"], "open");
    repo.warroom(["hypothesis", "confirm", "hnone"]).fails(4);
    let error = repo.warroom(["hypothesis", "confirm", "h"]).fails_json(4);
    assert_eq!(error["candidates"].as_array().unwrap().len(), 2, "{error}");
    repo.warroom(["hypothesis", "evidence", &bots, "x", "--supports", "--against"])
        .fails(2);
}

#[test]
fn mitigations_wait_for_the_approvals_of_their_severity() {
    let repo = started("P1");
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let args = [
        "mitigation",
        "propose",
        "roll back",
        "--option",
        "rollback",
        "--risk",
        "loses a migration",
    ];
    let m = id(
        &repo,
        &[args.as_slice(), &["--rationale", "fast", "--verification", "5xx gone"]].concat(),
    );
    let error = repo.warroom(["mitigation", "start", &m]).fails_json(3);
    assert!(!error["missing"].as_array().unwrap().is_empty(), "{error}");
    repo.warroom(["mitigation", "approve", &m]).by("sam").ok();
    repo.warroom(["mitigation", "start", &m]).fails(3);
    repo.warroom(["mitigation", "approve", &m]).by("lee").ok();
    repo.warroom(["mitigation", "start", &m]).ok();
    repo.warroom(["mitigation", "done", &m, "--result", "all pods on v2.33"])
        .ok();
    repo.warroom(["mitigation", "verify", &m]).ok();
    let found = entry(&repo, "mitigations", &m);
    assert_eq!(found["state"], "verified");
    assert_eq!(found["result"], "all pods on v2.33");
    assert_eq!(found["approvals"].as_array().unwrap().len(), 2);
    let said = repo.warroom(["mitigation", "propose", "x", "--option", "prayer"]).run();
    assert!(matches!(said.code, Some(2 | 4)), "{said:?}");
    assert!(said.stderr.contains("rollback"), "{said:?}");
    let other = id(&repo, &["mitigation", "propose", "restart"]);
    for by in ["sam", "lee"] {
        repo.warroom(["mitigation", "approve", &other]).by(by).ok();
    }
    repo.warroom(["mitigation", "start", &other]).ok();
    repo.warroom(["mitigation", "fail", &other, "--result", "worse"]).ok();
    assert!(repo.warroom(["mitigation", "list"]).ok().contains("failed"));
}

#[test]
fn checklists() {
    let repo = started("P1");
    let own = id(
        &repo,
        &["check", "add", "call the bank", "--owner", "lee", "--for", "15m"],
    );
    let item = entry(&repo, "checklist", &own);
    assert_eq!(item["due"], "2026-11-20T14:20:00.000Z");
    repo.warroom(["check", "claim", &own]).by("sam").ok();
    assert_eq!(entry(&repo, "checklist", &own)["owner"], "sam");
    repo.warroom(["check", "claim", &own, "--who", "lee"]).by("sam").ok();
    assert_eq!(entry(&repo, "checklist", &own)["owner"], "lee");
    repo.warroom(["check", "tick", &own, "--note", "they see it too"]).ok();
    assert_eq!(entry(&repo, "checklist", &own)["state"], "done");
    repo.warroom(["check", "untick", &own]).ok();
    repo.warroom(["check", "skip", &own, "--reason", "not theirs"]).ok();
    assert_eq!(entry(&repo, "checklist", &own)["reason"], "not theirs");
    repo.warroom(["check", "note", &own, "asked", "again"]).ok();
    repo.warroom(["check", "unclaim", &own]).ok();

    // An item of the framework is in no file until somebody touches it.
    let lists = repo.warroom(["check", "list", "--all", "--json"]).json();
    let items: Vec<_> = lists["checklists"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|list| list["items"].as_array().unwrap())
        .collect();
    assert!(items.len() > 10, "{lists:#}");
    let template = items.iter().find(|item| item["state"] == "open").unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(id(&repo, &["check", "tick", &template]), template);
    assert_eq!(entry(&repo, "checklist", &template)["state"], "done");
    let page = repo.warroom(["check", "list", "--all"]).ok();
    assert!(page.contains("[x]") && page.contains("[ ]"), "{page}");
    repo.warroom(["check", "tick", "nothing.like-it"]).fails(4);
    let said = repo.warroom(["check", "add", "x", "--for", "soon"]).fails(2);
    assert!(said.contains("`soon` is not a duration; try 90s"), "{said}");
}

#[test]
fn timers() {
    let repo = started("P0");
    let own = id(&repo, &["timer", "add", "call the bank back", "10m"]);
    let list = repo.warroom(["timer", "list", "--json"]).json();
    let timers = list["timers"].as_array().unwrap();
    let mine = timers.iter().find(|timer| timer["id"] == own.as_str()).unwrap();
    assert_eq!(mine["remaining_s"], 600);
    assert_eq!(mine["derived"], false);
    assert!(timers.iter().any(|timer| timer["derived"] == true), "{timers:#?}");
    repo.warroom(["timer", "snooze", &own, "30m"]).ok();
    let late = repo
        .warroom(["timer", "list", "--json"])
        .now("2026-11-20T14:40:00Z")
        .json();
    let mine = late["timers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|timer| timer["id"] == own.as_str())
        .unwrap()
        .clone();
    assert_eq!(
        (mine["remaining_s"].as_i64(), mine["state"].as_str()),
        (Some(-300), Some("overdue"))
    );
    let page = repo.warroom(["timer"]).now("2026-11-20T14:40:00Z").ok();
    assert!(
        page.contains("overdue 05:00") && page.contains("call the bank back"),
        "{page}"
    );
    let derived = timers
        .iter()
        .find(|timer| timer["derived"] == true && timer["state"] != "met")
        .unwrap();
    let derived = derived["id"].as_str().unwrap();
    repo.warroom(["timer", "snooze", derived, "1h"]).ok();
    repo.warroom(["timer", "clear", &own]).ok();
    assert!(!repo.warroom(["timer"]).ok().contains("call the bank back"));
    assert!(
        repo.warroom(["timer", "list", "--all"])
            .ok()
            .contains("call the bank back")
    );
    for bad in ["10", "ten", "-5m", "0s", "99999999999d"] {
        let said = repo.warroom(["timer", "add", "x", "--", bad]).fails(2);
        assert!(said.contains(bad) && said.contains("15m"), "{said}");
    }
    repo.warroom(["timer", "clear", "tnone"]).fails(4);
}

#[test]
fn updates_are_logged_as_sent_and_restart_their_cadence() {
    let repo = started("P0");
    let first = repo
        .warroom(["timer", "list", "--json"])
        .now("2026-11-20T14:06:00Z")
        .json();
    let audience = first["timers"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|timer| timer["id"].as_str().unwrap().strip_prefix("update.").map(str::to_owned));
    let audience = audience.expect("P0 has an update cadence");
    let sent = id(
        &repo,
        &[
            "update",
            "--audience",
            &audience,
            "-m",
            "We roll back",
            "--status",
            "fixing",
            "--eta",
            "30m",
        ],
    );
    let found = entry(&repo, "communications", &sent);
    assert_eq!(found["text"], "We roll back");
    assert_eq!(found["status"], "fixing");
    repo.warroom(["update", "--audience", &audience, "-m", "-"])
        .stdin("two\nlines\n")
        .ok();
    let said = repo.warroom(["update", "--audience", "martians", "-m", "x"]).run();
    assert!(matches!(said.code, Some(2 | 4)), "{said:?}");
    assert!(said.stderr.contains(&audience), "{said:?}");
}

#[test]
fn analysis_and_action_items() {
    let repo = started("P1");
    repo.warroom(["why", "add", "the pool was full"]).ok();
    let said = repo.warroom(["why", "add", "Because a query took 30 s"]).ok();
    assert!(
        said.contains("because a query took 30 s") && !said.contains("because Because"),
        "{said}"
    );
    let whys = repo.warroom(["why"]).ok();
    assert!(
        whys.contains("1.  the pool was full") && whys.contains("2.  a query"),
        "{whys}"
    );
    repo.warroom(["factor", "add", "--category", "Process", "no load test"])
        .ok();
    assert!(repo.warroom(["factor", "list"]).ok().contains("process"));
    let said = repo.warroom(["factor", "add", "--category", "weather", "x"]).fails(4);
    assert!(said.contains("environment"), "{said}");
    repo.warroom(["cause", "set", "slow query in v2.34"]).ok();
    assert_eq!(repo.warroom(["cause"]).ok(), "slow query in v2.34\n");
    let args = [
        "action",
        "add",
        "load test in CI",
        "--owner",
        "lee",
        "--due",
        "2026-11-30",
        "--horizon",
        "short",
    ];
    let test = id(&repo, &args);
    assert_eq!(entry(&repo, "actions", &test)["horizon"], "short");
    let late = repo
        .warroom(["actions", "--overdue", "--json"])
        .now("2026-12-02T00:00Z")
        .json();
    assert_eq!(late["actions"][0]["incident"], "INC-2026-0001");
    assert_eq!(late["actions"][0]["overdue"], true);
    let none = "no such action item (1 not shown)\n";
    assert_eq!(repo.warroom(["actions", "--overdue"]).ok(), none);
    repo.warroom(["action", "done", &test, "--note", "in CI since today"])
        .ok();
    assert_eq!(repo.warroom(["actions", "--open"]).ok(), none);
    repo.warroom(["action", "reopen", &test]).ok();
    assert!(repo.warroom(["action"]).ok().contains("load test in CI"));
    let said = repo.warroom(["action", "add", "x", "--due", "some day"]).fails(2);
    assert!(said.contains("2026-12-01"), "{said}");
    repo.warroom(["action", "add", "x", "--horizon", "never"]).fails(4);
}

#[test]
fn fields_links_milestones_acknowledgement() {
    let repo = started("P1");
    for (field, value) in [
        ("title", "Checkout failing for EU cards"),
        ("summary", "cards are refused"),
        ("impact.users", "38 % of checkouts"),
        ("fields.region", "eu-west-1"),
        ("link.dashboard", "https://grafana.example/d/1"),
    ] {
        repo.warroom(["set", field, value]).ok();
    }
    let shown = repo.show();
    assert_eq!(shown["title"], "Checkout failing for EU cards");
    assert_eq!(shown["impact"]["users"], "38 % of checkouts");
    assert_eq!(shown["fields"]["region"], "eu-west-1");
    assert_eq!(shown["links"][0]["target"], "https://grafana.example/d/1");
    assert_eq!(shown["links"][0]["label"], "dashboard");
    repo.warroom(["set", "fields.region", ""]).ok();
    assert!(repo.show()["fields"]["region"].is_null());
    repo.warroom(["set", "title", ""]).fails(2);
    let said = repo.warroom(["set", "colour", "red"]).fails(4);
    assert!(said.contains("title"), "{said}");

    repo.warroom(["ack", "--at", "-1m"]).ok();
    assert_eq!(repo.show()["acknowledged"]["at"], "2026-11-20T14:04:00.000Z");
    repo.warroom(["milestone", "started", "13:58", "--reason", "from the graphs"])
        .ok();
    let shown = repo.show();
    assert_eq!(shown["started"]["at"], "2026-11-20T13:58:00.000Z");
    assert_eq!(
        shown["derived"]["elapsed_s"], 420,
        "durations use the corrected instant"
    );
    repo.warroom(["milestone", "started", "-10m"]).ok();
    let page = repo.warroom(["milestone"]).ok();
    assert!(page.contains("13:55") && page.contains("not yet"), "{page}");
    let json = repo.warroom(["milestone", "--json"]).json();
    assert!(json["milestones"]["resolved"].is_null());
    let said = repo.warroom(["milestone", "ended", "13:00"]).fails(4);
    assert!(said.contains("mitigated"), "{said}");
    repo.warroom(["milestone", "detected", "never"]).fails(2);
}

#[test]
fn the_usual_causes_are_at_hand() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    let causes = repo.warroom(["hypothesis", "causes", "--json"]).json();
    let causes = causes["causes"].as_array().unwrap();
    assert!(causes.len() > 3 && causes[0]["share"].as_u64() >= causes[1]["share"].as_u64());
    let first = causes[0]["text"].as_str().unwrap();
    repo.warroom(["hypothesis", "add", first]).ok();
    let text = repo.warroom(["hypothesis", "causes"]).ok();
    assert!(text.lines().next().unwrap().contains("stated"), "{text}");
}

#[test]
fn a_status_page_is_told_one_of_its_states() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    let update = |status: &str| {
        repo.warroom([
            "update",
            "--audience",
            "status-page",
            "--status",
            status,
            "--message",
            "cards fail in the EU",
        ])
    };
    update("Identified").ok();
    assert_eq!(repo.show()["communications"][0]["status"], "identified");
    let refused = update("panicking").fails(4);
    assert!(
        refused.contains("`panicking`") && refused.contains("monitoring"),
        "{refused}"
    );
}

#[test]
fn an_update_without_words_is_the_template_filled_in() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["set", "impact.users", "38 % of checkouts"]).ok();
    repo.warroom(["log", "drained eu-west", "--kind", "action"]).ok();
    let draft = repo
        .warroom([
            "update",
            "--audience",
            "team",
            "--stage",
            "progress",
            "--eta",
            "30m",
            "--draft",
        ])
        .ok();
    for words in [
        "INCIDENT UPDATE - P1 - Checkout failing",
        "IMPACT: it affects 38 % of checkouts",
        "drained eu-west",
        "ETA: 14:35 UTC",
    ] {
        assert!(draft.contains(words), "{words} is not in {draft}");
    }
    assert!(repo.show()["communications"].is_null(), "a draft is not sent");
    repo.warroom(["update", "--audience", "team", "--stage", "progress", "--eta", "30m"])
        .ok();
    let sent = repo.show();
    assert_eq!(sent["communications"][0]["audience"], "internal");
    assert!(
        sent["communications"][0]["text"]
            .as_str()
            .unwrap()
            .contains("drained eu-west")
    );
    repo.warroom(["update", "--audience", "nobody", "--draft"]).fails(4);
    repo.warroom(["update", "--audience", "team", "--template", "nothing"])
        .fails(4);
    let list = repo.warroom(["update"]).ok();
    assert!(
        list.contains("internal") && list.contains("last update ") && list.contains("no update yet"),
        "{list}"
    );
}
