//! What a mitigation wants before it starts beside the commander's word: its plan, a peer; and what is reminded of afterwards.

use crate::harness::{Repo, START, after};

fn itil(severity: &str) -> Repo {
    let repo = Repo::with_framework("itil");
    repo.warroom([
        "declare",
        "--title",
        "x",
        "--severity",
        severity,
        "--detected-at",
        START,
    ])
    .now(START)
    .ok();
    repo.warroom(["role", "assign", "ic", "sam"]).now(START).ok();
    repo.warroom(["role", "assign", "deployment_manager", "lee"])
        .now(START)
        .ok();
    repo
}

/// A hotfix of ann's that the commander and the deployment manager have approved.
fn hotfix(repo: &Repo) -> String {
    repo.warroom([
        "mitigation",
        "propose",
        "close the pool",
        "--option",
        "hotfix",
        "--owner",
        "ann",
    ])
    .now(&after(60))
    .ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    for who in ["sam", "lee"] {
        repo.warroom(["--as", who, "mitigation", "approve", &id])
            .now(&after(90))
            .ok();
    }
    id
}

#[test]
fn a_hotfix_wants_its_plan_and_a_peer() {
    let repo = itil("P1");
    let id = hotfix(&repo);
    let said = repo.warroom(["mitigation", "start", &id]).now(&after(100)).fails(3);
    assert!(
        said.contains("--rollback TEXT") && said.contains("--verification TEXT"),
        "{said}"
    );
    let plan = [
        "mitigation",
        "edit",
        &id,
        "--rollback",
        "v1.2",
        "--verification",
        "smoke tests",
    ];
    repo.warroom(plan).now(&after(110)).ok();
    // The commander and the deployment manager are no peers of the one who wrote it, and neither is that one.
    for verb in ["start", "done", "verify"] {
        let said = repo.warroom(["mitigation", verb, &id]).now(&after(120)).fails(3);
        assert!(said.contains("a peer who reviewed the change"), "{verb}: {said}");
    }
    repo.warroom(["--as", "ann", "mitigation", "approve", &id])
        .now(&after(130))
        .ok();
    repo.warroom(["mitigation", "start", &id]).now(&after(131)).fails(3);
    repo.warroom(["--as", "bob", "mitigation", "approve", &id])
        .now(&after(140))
        .ok();
    repo.warroom(["mitigation", "start", &id]).now(&after(141)).ok();
}

#[test]
fn at_the_gravest_the_peer_may_follow_and_is_reminded_of() {
    let repo = itil("P0");
    let id = hotfix(&repo);
    repo.warroom(["mitigation", "start", &id]).now(&after(100)).fails(3);
    let plan = [
        "mitigation",
        "edit",
        &id,
        "--rollback",
        "v1.2",
        "--verification",
        "smoke tests",
    ];
    repo.warroom(plan).now(&after(110)).ok();
    repo.warroom(["mitigation", "start", &id]).now(&after(120)).ok();
    let reminded = |seconds: i64| {
        let json = repo.warroom(["show", "--json"]).now(&after(seconds)).json();
        let all = json["derived"]["reminders"].as_array().unwrap().clone();
        all.iter().any(|one| one["id"] == format!("peer-review {id}"))
    };
    assert!(!reminded(130), "it is not made yet");
    repo.warroom(["mitigation", "done", &id]).now(&after(140)).ok();
    assert!(reminded(150));
    repo.warroom(["--as", "bob", "mitigation", "approve", &id])
        .now(&after(160))
        .ok();
    assert!(!reminded(170));
}

#[test]
fn what_no_source_asks_for_is_not_asked_for() {
    for (framework, severity) in [("itil", "P1"), ("itil", "P2"), ("sre", "SEV3")] {
        let repo = Repo::with_framework(framework);
        repo.warroom(["declare", "--title", "x", "--severity", severity])
            .now(START)
            .ok();
        repo.warroom(["role", "assign", "ic", "sam"]).now(START).ok();
        repo.warroom(["mitigation", "propose", "a larger pool", "--option", "configuration"])
            .now(&after(60))
            .ok();
        let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
        repo.warroom(["--as", "sam", "mitigation", "approve", &id])
            .now(&after(70))
            .ok();
        repo.warroom(["mitigation", "start", &id]).now(&after(80)).ok();
    }
}

#[test]
fn a_mitigation_has_several_criteria() {
    let repo = Repo::with_framework("ops");
    repo.declare("x", "SEV2");
    let criteria = ["--verification", "errors under 1 %", "--verification", "no new tickets"];
    let args = ["mitigation", "propose", "roll back"].iter().chain(&criteria).copied();
    repo.warroom(args).ok();
    assert_eq!(
        repo.show()["mitigations"][0]["verification"],
        "errors under 1 %; no new tickets"
    );
}

#[test]
fn a_field_that_starts_a_timer_says_so() {
    let repo = itil("P1");
    let said = repo.warroom(["set", "impact.media", "yes"]).now(&after(300)).ok();
    assert!(said.contains("escalate to executives"), "{said}");
    let said = repo
        .warroom(["set", "impact.data", "cards were copied"])
        .now(&after(310))
        .ok();
    for timer in ["tell legal", "call security", "report to regulators"] {
        assert!(said.contains(timer), "{timer}: {said}");
    }
    let said = repo.warroom(["set", "impact.revenue", "unknown"]).now(&after(320)).ok();
    assert_eq!(said.lines().count(), 1, "nothing moved: {said}");
    // Legal is told by an escalation to legal, not by one to security.
    let states = |seconds: i64| {
        let json = repo
            .warroom(["timer", "list", "--all", "--json"])
            .now(&after(seconds))
            .json();
        let all = json["timers"].as_array().unwrap().clone();
        let of = |id: &str| {
            all.iter().find(|one| one["id"] == id).unwrap()["state"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        (of("security.first"), of("legal.first"))
    };
    repo.warroom(["escalate", "security"]).now(&after(330)).ok();
    let (security, legal) = states(340);
    assert!(
        security.starts_with("met") && !legal.starts_with("met"),
        "{security} {legal}"
    );
    repo.warroom(["escalate", "legal"]).now(&after(345)).ok();
    assert!(states(350).1.starts_with("met"));
}

#[test]
fn what_a_review_lacks_is_reminded_of_when_its_time_runs_short() {
    let repo = Repo::with_framework("ops");
    repo.warroom(["declare", "--title", "x", "--severity", "SEV1"])
        .now(START)
        .ok();
    let id = repo.show()["id"].as_str().unwrap().to_owned();
    repo.warroom(["resolve", "--force", "--reason", "a drill"])
        .now(&after(600))
        .ok();
    let lacks = |hours: i64| {
        let json = repo
            .warroom(["-i", &id, "show", "--json"])
            .now(&after(600 + hours * 3600))
            .json();
        let all = json["derived"]["reminders"].as_array().unwrap().clone();
        let found = all
            .iter()
            .find(|one| one["id"].as_str().unwrap().starts_with("review-lacks"));
        found.map(|one| one["id"].as_str().unwrap().to_owned())
    };
    assert_eq!(lacks(1), None);
    assert_eq!(lacks(49).as_deref(), Some("review-lacks document"));
    let tick = [
        "-i",
        &id,
        "check",
        "tick",
        "post-incident.document",
        "--note",
        "https://wiki.example/1",
    ];
    repo.warroom(tick).now(&after(7200)).ok();
    assert_eq!(lacks(3).as_deref(), Some("review-lacks owner"));
    repo.warroom(["-i", &id, "set", "fields.review-owner", "sam"])
        .now(&after(7300))
        .ok();
    assert_eq!(lacks(3).as_deref(), Some("review-lacks actions"));
    let action = [
        "-i",
        &id,
        "action",
        "add",
        "alert sooner",
        "--owner",
        "kim",
        "--due",
        "2026-12-01",
    ];
    repo.warroom(action).now(&after(7400)).ok();
    assert_eq!(lacks(3), None);
}

#[test]
fn an_approval_is_for_what_the_mitigation_said() {
    for (framework, severity) in [
        ("war-room", "P1"),
        ("itil", "P0"),
        ("sre", "SEV1"),
        ("essentials", "P0"),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        repo.declare("Checkout failing", severity);
        repo.warroom(["role", "assign", "ic", "sam"]).ok();
        let made = repo.warroom([
            "mitigation",
            "propose",
            "restart one pod",
            "--option",
            "rollback",
            "--json",
        ]);
        let made = made.json();
        let (id, event) = (made["id"].as_str().unwrap(), made["event"].as_str().unwrap());
        // Words that no one has approved are anyone's to correct.
        repo.warroom(["mitigation", "edit", id, "--text", "restart a pod"]).ok();
        repo.warroom(["--as", "sam", "mitigation", "approve", id]).ok();
        for edit in [
            &["mitigation", "edit", id, "--text", "drop the table"][..],
            &["mitigation", "edit", id, "--option", ""],
            &["log", "edit", event, "--text", "proposed: drop the table"],
        ] {
            let refused = repo.warroom(edit).fails(3);
            assert!(
                refused.contains("was approved by sam as it stands"),
                "{framework}: {refused}"
            );
        }
        repo.warroom(["mitigation", "edit", id, "--risk", "none"]).ok();
        assert_eq!(repo.show()["mitigations"][0]["text"], "restart a pod", "{framework}");
    }
    // Where nobody has to approve, nothing is held up; and what has begun is corrected as any other line.
    let mut repo = Repo::with_framework("ops");
    repo.at(START);
    repo.declare("Checkout failing", "SEV1");
    let made = repo.warroom([
        "mitigation",
        "propose",
        "restart one pod",
        "--option",
        "restart",
        "--json",
    ]);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    repo.warroom(["--as", "sam", "mitigation", "approve", &id]).ok();
    repo.warroom(["mitigation", "edit", &id, "--text", "restart all pods"])
        .ok();
}

#[test]
fn a_proposal_is_declined_with_a_reason_and_can_come_back() {
    for (framework, severity) in [
        ("war-room", "P1"),
        ("ops", "SEV1"),
        ("itil", "P0"),
        ("sre", "SEV1"),
        ("essentials", "P0"),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        repo.declare("Checkout failing", severity);
        let made = repo.warroom([
            "mitigation",
            "propose",
            "drop the cache",
            "--option",
            "rollback",
            "--json",
        ]);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        repo.warroom(["mitigation", "decline", &id]).fails(2);
        repo.warroom(["mitigation", "decline", &id, "--reason", " "]).fails(2);
        let said = repo
            .warroom([
                "--as",
                "sam",
                "mitigation",
                "decline",
                &id,
                "--reason",
                "it takes the database down",
            ])
            .ok();
        assert!(
            said.starts_with("declined: drop the cache: it takes the database down"),
            "{framework}: {said}"
        );
        repo.warroom(["mitigation", "start", &id]).fails(4);
        let last = repo.show()["timeline"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["kind"], &last["by"]), (&"mitigation".into(), &"sam".into()));
        repo.warroom(["restore", &id]).ok();
        assert!(repo.warroom(["mitigation", "list"]).ok().contains("drop the cache"));
    }
    // What has begun is not declined any more.
    let mut repo = Repo::with_framework("ops");
    repo.at(START);
    repo.declare("Checkout failing", "SEV1");
    let made = repo.warroom(["mitigation", "propose", "restart", "--option", "restart", "--json"]);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    repo.warroom(["mitigation", "start", &id]).ok();
    repo.warroom(["mitigation", "decline", &id, "--reason", "no"]).fails(3);
}
