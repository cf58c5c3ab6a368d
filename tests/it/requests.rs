//! Requests and decisions through the binary: a specialist called in with what is known, a task read back, an answer that becomes
//! evidence, a decision with what was weighed.

use crate::harness::Repo;

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[test]
fn a_specialist_is_called_in_and_the_answer_is_evidence() {
    let repo = Repo::with_framework("sre");
    let id = repo.declare("Checkout failing", "SEV1");
    repo.warroom(["set", "impact.users", "38 % of checkouts"]).ok();
    repo.warroom(["hypothesis", "add", "The database pool is too small"])
        .ok();
    let list = repo.warroom(["dispatch", "list"]).ok();
    has(
        &list,
        &["* incident responder", "* database administrator", "  network engineer"],
    );
    let hypothesis = repo.show()["hypotheses"][0]["id"].as_str().unwrap().to_owned();
    let asked = repo
        .warroom([
            "dispatch",
            "Database-Administrator",
            "--request",
            "Are there lock waits on orders?",
            "--hypothesis",
            &hypothesis[..4],
            "--within",
            "20m",
            "--json",
        ])
        .json();
    let request = asked["id"].as_str().unwrap().to_owned();
    has(
        asked["said"].as_str().unwrap(),
        &["called in database administrator, until ", "Are there lock waits"],
    );
    let shown = repo.show_of(&id);
    let inquiry = &shown["inquiries"][0];
    assert_eq!(inquiry["to"], "database administrator");
    has(
        inquiry["situation"].as_str().unwrap(),
        &["Checkout failing; SEV1; ", "users 38 % of checkouts"],
    );
    let timers = shown["derived"]["timers"].to_string();
    has(&timers, &["database administrator: Are there lock waits on orders?"]);
    has(&repo.warroom(["show"]).ok(), &["Asked", "database administrator"]);

    repo.warroom(["dispatch", "read-back", &request, "lock waits on orders, 20 minutes"])
        .by("dora")
        .ok();
    repo.warroom(["dispatch", "read-back", &request]).by("emil").fails(2);
    repo.warroom([
        "dispatch",
        "answer",
        &request,
        "--supports",
        "200 sessions wait for one row",
    ])
    .by("dora")
    .ok();
    let shown = repo.show_of(&id);
    let inquiry = &shown["inquiries"][0];
    assert_eq!(inquiry["state"], "answered");
    assert_eq!(inquiry["read_back"], "lock waits on orders, 20 minutes");
    let evidence = &shown["hypotheses"][0]["evidence"][0];
    assert_eq!(
        evidence["text"],
        "database administrator: 200 sessions wait for one row"
    );
    assert_eq!(evidence["supports"], true);
    assert!(!shown["derived"]["timers"].to_string().contains("lock waits"));
    let refused = repo.warroom(["dispatch", "answer", &request, "again"]).fails(2);
    has(&refused, &["answered already"]);
    let unasked = repo.warroom(["dispatch", "network", "engineer"]).fails(2);
    has(&unasked, &["--request TEXT"]);
}

#[test]
fn a_task_has_a_clock_and_one_that_is_not_needed_is_withdrawn() {
    let mut repo = Repo::new();
    repo.declare("Search is slow", "P1");
    let task = repo
        .warroom(["task", "give", "lee", "Drain eu-west-1", "--for", "10m", "--json"])
        .json();
    let id = task["id"].as_str().unwrap().to_owned();
    repo.at("2026-11-20T14:20:00Z");
    let timers = repo.warroom(["timer", "list", "--json"]).json();
    let timers = timers["timers"].as_array().unwrap();
    let one = timers.iter().find(|timer| timer["id"] == id.as_str()).unwrap();
    assert_eq!(one["state"], "overdue");
    assert_eq!(one["remedy"], format!("task answer {id}"));
    has(
        &repo.warroom(["task", "list"]).ok(),
        &["open", "lee", "Drain eu-west-1"],
    );
    repo.warroom(["task", "close", &id, "--reason", "the region is back"])
        .ok();
    has(&repo.warroom(["task"]).ok(), &["withdrawn", "the region is back"]);
    repo.warroom(["task", "answer", &id, "drained"]).fails(2);
    repo.warroom(["task", "close", "dnosuch"]).fails(4);
    repo.warroom(["task", "give", "lee", "nothing", "--for", "soon"])
        .fails(2);
}

#[test]
fn a_decision_is_logged_with_what_was_weighed() {
    let repo = Repo::new();
    let id = repo.declare("Search is slow", "P1");
    repo.warroom([
        "decide",
        "Roll back v2.34",
        "--who",
        "sam",
        "--option",
        "scale out",
        "--option",
        "hotfix",
        "--reason",
        "fastest and known to work",
    ])
    .ok();
    let shown = repo.show_of(&id);
    let events = shown["timeline"].as_array().unwrap();
    let decision = events.iter().find(|event| event["kind"] == "decision").unwrap();
    has(
        decision["text"].as_str().unwrap(),
        &[
            "sam decided: Roll back v2.34",
            "weighed against scale out, hotfix",
            "because fastest",
        ],
    );
    assert_eq!(decision["decided_by"], "sam");
    assert_eq!(decision["options"][1], "hotfix");
    has(&repo.warroom(["decide"]).ok(), &["sam decided: Roll back v2.34"]);
    has(
        &repo.read(format!("incidents/{id}/incident.yaml")),
        &["decided_by: sam"],
    );
}

#[test]
fn several_grave_incidents_are_a_major_one() {
    let repo = Repo::with_framework("itil");
    let first = repo.declare("Checkout failing", "P0");
    let none = repo.warroom(["major"]).ok();
    has(&none, &["no major incident"]);
    repo.warroom(["major", "declare", "--coordinator", "dora"]).fails(2);
    let second = repo.declare("Login failing", "P0");
    let list = repo.warroom(["list"]).ok();
    has(
        &list,
        &["MAJOR INCIDENT: 2 at P0", &first, &second, "warroom major declare"],
    );
    has(&repo.warroom(["major"]).ok(), &["a senior one above them all"]);
    repo.warroom(["major", "declare", "--coordinator", "dora"]).ok();
    for (id, other) in [(&first, &second), (&second, &first)] {
        let shown = repo.show_of(id);
        assert_eq!(shown["fields"]["major"], "dora");
        assert_eq!(shown["links"][0]["target"], other.as_str());
    }
    has(&repo.warroom(["list"]).ok(), &["coordinated by dora"]);
    // Told once, and no link twice.
    repo.warroom(["major", "declare", "--coordinator", "emil"]).ok();
    assert_eq!(repo.show_of(&first)["links"].as_array().unwrap().len(), 1);
    let console = crate::pty::Console::open(&repo, "sam", &["open", &first]);
    console.shows("MAJOR emil");
    repo.warroom(["-i", &second, "cancel", "--reason", "the same as the first"])
        .ok();
    // What was declared stays declared; it is one incident now.
    let left = repo.warroom(["major", "show"]).ok();
    assert!(left.contains(&first) && !left.contains(&second), "{left}");
}
