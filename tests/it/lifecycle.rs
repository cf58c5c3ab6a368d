//! From declared to closed: status, severity, the gate, and back.

use crate::harness::Repo;

fn started() -> Repo {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo
}

/// Ticks everything that the gate asks for and waits for the soak.
fn meet_the_gate(repo: &mut Repo) {
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    repo.warroom(["status", "mitigating"]).ok();
    let id = repo
        .warroom(["mitigation", "propose", "roll back", "--option", "rollback", "--json"])
        .json();
    let id = id["id"].as_str().unwrap().to_owned();
    repo.warroom(["mitigation", "approve", &id]).by("sam").ok();
    repo.warroom(["mitigation", "approve", &id]).by("lee").ok();
    for verb in ["start", "done", "verify"] {
        repo.warroom(["mitigation", verb, &id]).ok();
    }
    repo.warroom(["status", "monitoring"]).ok();
    repo.at("2026-11-20T15:30:00Z");
    let gate = repo.show()["derived"]["gate"]["items"].clone();
    for item in gate.as_array().unwrap() {
        if item["met"] == false {
            repo.warroom([
                "check",
                "tick",
                item["id"].as_str().unwrap(),
                "--note",
                "seen on the dashboard",
            ])
            .ok();
        }
    }
    repo.at("2026-11-20T16:30:00Z");
}

#[test]
fn status_and_severity_are_shown_and_changed() {
    let repo = started();
    assert!(repo.warroom(["status"]).ok().starts_with("declared"));
    let shown = repo.warroom(["status", "--json"]).json();
    assert_eq!(shown["status"], "declared");
    assert!(!shown["next"].as_array().unwrap().is_empty());
    repo.warroom(["status", "Investigating", "--reason", "looking at the pool"])
        .ok();
    assert_eq!(repo.show()["status"], "investigating");
    assert_eq!(repo.warroom(["severity"]).ok(), "P1\n");
    repo.warroom(["severity", "p0", "--reason", "all cards now"]).ok();
    assert_eq!(repo.show()["severity"], "P0");
    let said = repo.warroom(["status", "sleeping"]).run();
    assert!(matches!(said.code, Some(2 | 4)), "{said:?}");
    assert!(said.stderr.contains("monitoring"), "{said:?}");
    let said = repo.warroom(["severity", "worst"]).run();
    assert!(matches!(said.code, Some(2 | 4)), "{said:?}");
    assert!(said.stderr.contains("P2"), "{said:?}");
}

#[test]
fn the_gate_refuses_and_lists_what_is_missing() {
    let repo = started();
    repo.warroom(["status", "mitigating"]).ok();
    for verb in [["resolve"].as_slice(), &["status", "resolved"]] {
        let error = repo.warroom(verb).fails_json(3);
        let missing = error["missing"].as_array().unwrap();
        assert!(missing.len() > 3, "{error:#}");
        let said = repo.warroom(verb).fails(3);
        for line in missing {
            assert!(said.contains(line.as_str().unwrap()), "{said}");
        }
        assert_eq!(said.lines().count(), 1 + missing.len(), "{said}");
    }
    let shown = repo.show();
    assert_eq!(shown["status"], "mitigating");
    assert_eq!(shown["derived"]["gate"]["ok"], false);
}

#[test]
fn force_wants_a_reason_and_is_written_down() {
    let repo = started();
    repo.warroom(["status", "mitigating"]).ok();
    repo.warroom(["resolve", "--force", "--reason", " "]).fails(2);
    repo.warroom(["resolve", "--force", "--reason", "traffic was moved away"])
        .ok();
    let shown = repo.show_of("INC-2026-0001");
    assert_eq!(shown["status"], "resolved");
    assert_eq!(shown["resolved"]["forced"], "traffic was moved away");
    let mut timeline = shown["timeline"].as_array().unwrap().iter();
    let told = timeline.find(|event| event["to"] == "resolved").unwrap();
    assert!(
        told["text"].as_str().unwrap().contains("traffic was moved away"),
        "{told}"
    );
}

#[test]
fn once_the_gate_is_met_it_resolves_closes_and_reopens() {
    let mut repo = started();
    meet_the_gate(&mut repo);
    let shown = repo.show();
    assert_eq!(shown["derived"]["gate"]["ok"], true, "{:#}", shown["derived"]["gate"]);
    repo.warroom(["close"]).fails(3);
    repo.warroom(["resolve", "--note", "v2.33 everywhere"]).ok();
    assert_eq!(
        repo.warroom(["show", "--json", "INC-2026-0001"]).json()["status"],
        "resolved"
    );
    // None is open, and the only one in review is meant; once it is closed none is.
    assert!(repo.warroom(["show"]).ok().contains("resolved"));
    let id = ["-i", "INC-2026-0001"];
    repo.warroom(["resolve"]).args(id).fails(3);
    let back = repo.warroom(["status", "mitigating"]).args(id).fails(3);
    assert!(
        back.contains("where it came back") && back.contains("reopen --reason"),
        "{back}"
    );
    // A mandatory review comes first.
    let refused = repo.warroom(["close"]).fails(3);
    assert!(refused.contains("mandatory at "), "{refused}");
    repo.warroom(["close", "--force", "--reason", "an exercise"]).ok();
    repo.warroom(["show"]).fails(4);
    repo.warroom(["reopen", "--reason", "it is back"]).args(id).ok();
    let shown = repo.show();
    assert!(
        !matches!(shown["status"].as_str().unwrap(), "resolved" | "closed"),
        "{}",
        shown["status"]
    );
    repo.warroom(["reopen", "--reason", "again"]).fails(3);
}

#[test]
fn a_false_positive_is_cancelled() {
    let repo = started();
    repo.warroom(["cancel", "--reason", "test alert"]).ok();
    let shown = repo.show_of("INC-2026-0001");
    assert_eq!(shown["status"], "cancelled");
    assert!(shown["timeline"].to_string().contains("test alert"));
    assert!(repo.warroom(["list"]).ok().contains("1 incident not shown"));
}

#[test]
fn durations_stand_still_once_it_is_resolved() {
    let mut repo = started();
    repo.warroom(["status", "mitigating"]).ok();
    repo.at("2026-11-20T14:35:00Z");
    repo.warroom(["resolve", "--force", "--reason", "x"]).ok();
    repo.at("2026-11-20T20:00:00Z");
    let shown = repo.warroom(["show", "INC", "--json"]).json();
    assert_eq!(shown["derived"]["elapsed_s"], 1800);
}
