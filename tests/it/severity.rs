//! Severities through the real binary: words of other schemes, thresholds, ratings, what a change moves, major incidents, ids.

use crate::harness::{Repo, START, after};

const FRAMEWORKS: [(&str, &str); 5] = [
    ("war-room", "P0"),
    ("ops", "SEV1"),
    ("itil", "P0"),
    ("sre", "SEV1"),
    ("essentials", "P0"),
];

fn declared(framework: &str, severity: &str) -> Repo {
    let mut repo = Repo::with_framework(framework);
    repo.at(START);
    if severity.is_empty() {
        repo.warroom(["declare", "--title", "Checkout failing"]).ok();
    } else {
        repo.declare("Checkout failing", severity);
    }
    repo
}

#[test]
fn a_level_of_another_scheme_is_refused_with_the_levels_and_what_they_mean() {
    for (framework, worst) in FRAMEWORKS {
        let repo = declared(framework, worst);
        let foreign: &[&str] = if worst.starts_with('P') {
            &[
                "SEV0",
                "SEV1",
                "sev2",
                "S1",
                "SEV4",
                "sev-1",
                "Sev 1",
                "severity 1",
                "\u{ff33}\u{ff25}\u{ff36}1",
                "major",
            ]
        } else {
            &["P0", "p1", "P3", "P-1", "priority 1", "high"]
        };
        for word in foreign {
            let refused = repo.warroom(["severity", word, "--reason", "x"]).fails_json(4);
            let candidates = refused["candidates"].as_array().unwrap();
            let first = candidates[0].as_str().unwrap();
            assert!(
                first.starts_with(worst) && first.contains("complete"),
                "{framework} {word}: {first}"
            );
            let said = refused["message"]
                .as_str()
                .or(refused["said"].as_str())
                .unwrap_or_default();
            let known_elsewhere = *word != "SEV0";
            assert_eq!(
                said.contains("by what it means"),
                known_elsewhere,
                "{framework} {word}: {refused}"
            );
            repo.warroom(["declare", "--title", "x", "--severity", word]).fails(4);
        }
        assert_eq!(repo.show()["severity"], worst, "{framework}");
    }
    // However its own levels are written, they are its own.
    for (framework, worst) in FRAMEWORKS {
        let number = worst.trim_start_matches(char::is_alphabetic);
        let words = match worst.strip_prefix('P') {
            Some(_) => [
                format!("P-{number}"),
                format!("p {number}"),
                format!("Priority {number}"),
                "critical".into(),
            ],
            None => [
                format!("sev-{number}"),
                format!("Sev {number}"),
                format!("S{number}"),
                "Severity 1".into(),
            ],
        };
        for word in words {
            let repo = declared(framework, "");
            repo.warroom(["severity", &word]).ok();
            assert_eq!(repo.show()["severity"], worst, "{framework} {word}");
        }
    }
    // A number is one of the framework's own levels; a list that the team wrote itself counts.
    let repo = declared("ops", "SEV3");
    repo.warroom(["severity", "1", "--reason", "x"]).ok();
    assert_eq!(repo.show()["severity"], "SEV1");
    let own = include_str!("../../assets/frameworks/itil.yaml").replacen("aliases: ['0']", "aliases: ['0', sev1]", 1);
    repo.write(".warroom/frameworks/itil.yaml", own);
    let id = repo
        .warroom(["declare", "--title", "x", "--framework", "itil", "--severity", "SEV1"])
        .ok();
    assert_eq!(repo.show_of(id.trim())["severity"], "P0");
}

#[test]
fn a_share_of_users_wants_the_urgency_and_both_are_kept() {
    let mut repo = Repo::with_framework("itil");
    repo.at(START);
    for (given, urgency, severity) in [
        ("users-percent=51", "high", "P0"),
        ("users-percent=51", "low", "P2"),
        ("users-percent=30", "low", "P3"),
        ("users-percent=10", "medium", "P2"),
        ("users-percent=9.9", "medium", "P3"),
        ("breach", "low", "P0"),
    ] {
        let id = repo
            .warroom(["declare", "--title", "x", "--given", given, "--urgency", urgency])
            .ok();
        let shown = repo.show_of(id.trim());
        assert_eq!(shown["severity"], severity, "{given} {urgency}");
        assert_eq!(shown["impact"]["urgency"], urgency);
    }
    let open = repo
        .warroom(["declare", "--title", "x", "--given", "users-percent=51"])
        .run();
    assert!(open.stderr.contains("rate the urgency too"), "{open:?}");
    let id = open.stdout.trim();
    let shown = repo.show_of(id);
    assert_eq!(
        (&shown["severity"], &shown["impact"]["level"]),
        (&"".into(), &"high".into())
    );
    let said = repo.warroom(["-i", id, "severity", "--urgency", "medium"]).ok();
    assert!(
        said.contains("P1 by definition") && said.contains("P0 whatever the table says"),
        "{said}"
    );
    let shown = repo.show_of(id);
    assert_eq!(
        (&shown["severity"], &shown["impact"]["urgency"]),
        (&"P1".into(), &"medium".into())
    );
    // Both are registers: each has its stamp and its event, and a later rating moves the severity.
    assert!(shown["rev"]["impact.urgency"].is_string(), "{shown}");
    repo.warroom(["-i", id, "severity", "--impact", "low"]).ok();
    assert_eq!(repo.show_of(id)["severity"], "P3");
    let item = |id: &str, name: &str| {
        let json = repo.warroom(["-i", id, "check", "list", "--all", "--json"]).json();
        let lists = json["checklists"]
            .as_array()
            .or(json["lists"].as_array())
            .unwrap()
            .clone();
        let items: Vec<_> = lists
            .iter()
            .flat_map(|list| list["items"].as_array().unwrap().clone())
            .collect();
        items.iter().find(|item| item["id"] == name).unwrap()["state"].clone()
    };
    assert_eq!(item(id, "detection.impact"), "done");
    assert_eq!(item(id, "detection.urgency"), "done");
    repo.warroom(["-i", id, "severity", "--impact", "huge"]).fails(2);
    repo.warroom(["-i", id, "set", "impact.urgency", "soonish"]).fails(4);
    repo.warroom(["-i", id, "set", "impact.compliance", "maybe"]).fails(4);
    repo.warroom(["-i", id, "set", "impact.compliance", "Yes"]).ok();
    assert_eq!(repo.show_of(id)["impact"]["compliance"], "yes");
}

#[test]
fn only_a_plain_severity_leaves_the_ratings_open() {
    let repo = declared("itil", "P1");
    let json = repo.warroom(["check", "list", "--all", "--json"]).ok();
    assert!(json.contains("detection.impact"));
    let shown = repo.show();
    assert!(shown["impact"].get("level").is_none(), "{shown}");
}

#[test]
fn figures_at_their_edges_say_what_they_make() {
    let repo = declared("war-room", "P3");
    let said = |given: &str| repo.warroom(["severity", "--given", given]).ok();
    assert!(said("latency-factor=3").contains("that makes P1"));
    assert!(said("latency-factor=2.9").contains("no threshold is passed"));
    assert!(said("customer-reports=1").contains("no threshold is passed"));
    assert!(said("customer-reports=2").contains("that makes P1"));
    let open = said("requests-percent=12");
    assert!(open.contains("that makes P2") && open.contains("consider P1"), "{open}");
    let refused = repo.warroom(["severity", "--given", "customer-reports"]).fails(2);
    assert!(refused.contains("customer-reports=2"), "{refused}");
    let id = repo
        .warroom(["declare", "--title", "x", "--given", "latency-factor=3"])
        .ok();
    assert_eq!(repo.show_of(id.trim())["severity"], "P1");
    let ops = declared("ops", "SEV3");
    let said = |given: &str| ops.warroom(["severity", "--given", given]).ok();
    assert!(said("users-percent=50").contains("that makes SEV2"));
    assert!(said("users-percent=49.9").contains("that is what it has: SEV3"));
}

#[test]
fn the_interview_asks_two_ratings_where_there_is_a_table() {
    let repo = declared("itil", "P3");
    // Six lines of P0's definition, then impact high, medium, then urgency high.
    let answers = "n\n".repeat(6) + "n\ny\ny\n";
    let found = repo.warroom(["severity", "--ask", "--json"]).stdin(answers).json();
    assert_eq!(
        (&found["severity"], &found["impact"], &found["urgency"]),
        (&"P1".into(), &"medium".into(), &"high".into())
    );
    let refused = repo.warroom(["severity", "--ask"]).stdin("n\n".repeat(6)).fails(2);
    assert!(refused.contains("impact high: complete outage"), "{refused}");
}

#[test]
fn the_table_shows_what_each_severity_would_bring() {
    let repo = declared("itil", "P3");
    let said = repo.warroom(["severity", "--matrix"]).ok();
    for words in [
        "high",
        "P0",
        "escalate to tier 2",
        "tell: ",
        "roles required now: ",
        "urgency low: ",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let json = repo.warroom(["severity", "--matrix", "--json"]).json();
    assert_eq!(json["matrix"]["high"]["low"], "P2");
    assert_eq!(json["previews"]["P0"]["timers"].as_array().unwrap().len(), 5);
}

#[test]
fn a_change_of_severity_says_what_moved() {
    for (framework, worst) in FRAMEWORKS {
        let lowest = ["P3", "SEV3", "P3", "SEV4", "P3"][FRAMEWORKS.iter().position(|one| one.0 == framework).unwrap()];
        let repo = declared(framework, lowest);
        let changed = repo.warroom(["severity", worst, "--reason", "worse", "--json"]).json();
        let timers = changed["moved"]["timers"].as_array().unwrap();
        assert!(
            timers.iter().any(|timer| timer["was"].is_null()),
            "{framework}: {changed}"
        );
        assert!(
            timers.iter().all(|timer| timer["due"].is_string()),
            "{framework}: {changed}"
        );
        let lower = repo.warroom(["severity", lowest, "--reason", "better"]).ok();
        assert!(lower.contains("no longer runs: "), "{framework}: {lower}");
        let raised = repo.warroom(["severity", worst, "--reason", "worse again"]).ok();
        assert!(
            raised.contains("  due ") && raised.contains("  tell: "),
            "{framework}: {raised}"
        );
    }
}

#[test]
fn while_a_conflict_is_open_the_severity_in_force_is_shown() {
    let repo = declared("war-room", "P2");
    let id = repo.show()["id"].as_str().unwrap().to_owned();
    let base = repo.outside().join("base.yaml");
    std::fs::copy(repo.file(&id), &base).unwrap();
    repo.warroom(["severity", "P0", "--reason", "all down"])
        .now(&after(60))
        .ok();
    let ours = repo.outside().join("ours.yaml");
    std::fs::copy(repo.file(&id), &ours).unwrap();
    // In a clone of their own, which has not heard of it.
    let other = Repo::with_framework("war-room");
    std::fs::create_dir_all(other.file(&id).parent().unwrap()).unwrap();
    std::fs::copy(&base, other.file(&id)).unwrap();
    other
        .warroom(["severity", "P3", "--reason", "only one"])
        .by("lee")
        .now(&after(61))
        .ok();
    let theirs = repo.outside().join("theirs.yaml");
    std::fs::copy(other.file(&id), &theirs).unwrap();
    repo.warroom([
        "merge-driver".as_ref(),
        base.as_os_str(),
        ours.as_os_str(),
        theirs.as_os_str(),
        "x".as_ref(),
    ])
    .run();
    std::fs::copy(&ours, repo.file(&id)).unwrap();
    let said = repo.warroom(["severity"]).now(&after(120)).ok();
    assert!(said.starts_with("P0  in force until the conflict is settled"), "{said}");
    assert_eq!(
        repo.warroom(["severity", "--json"]).now(&after(120)).json()["severity"],
        "P0"
    );
}

#[test]
fn only_those_that_make_a_major_incident_are_part_of_it() {
    let repo = declared("itil", "P0");
    let second = repo.declare("Search down", "P0");
    let third = repo.declare("Login slow", "P1");
    let list = repo.warroom(["list"]).ok();
    let line = list.lines().find(|line| line.contains("MAJOR INCIDENT")).unwrap();
    assert!(
        line.contains("2 at P0") && line.contains(&second) && !line.contains(&third),
        "{line}"
    );
}

#[test]
fn ids_have_the_form_of_the_framework_or_the_teams_own() {
    let mut repo = Repo::with_framework("essentials");
    repo.at(START);
    assert_eq!(repo.declare("one", "P1"), "INC-20261120-001");
    assert_eq!(repo.declare("two", "P1"), "INC-20261120-002");
    let own = repo.read(".warroom/config.yaml") + "\nid-format: OPS-NNN\n";
    repo.write(".warroom/config.yaml", own);
    assert_eq!(repo.declare("three", "P1"), "OPS-001");
    for framework in ["war-room", "ops", "itil", "sre"] {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        assert_eq!(repo.declare("one", ""), "INC-2026-0001", "{framework}");
    }
}

#[test]
fn what_a_raise_makes_overdue_at_once_has_a_grace_and_says_since_when() {
    for (framework, low, high, timer) in [
        ("itil", "P2", "P0", "engage"),
        ("war-room", "P1", "P0", "engage"),
        ("ops", "SEV3", "SEV1", "update.internal"),
        ("essentials", "P1", "P0", "external.first"),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        repo.warroom(["declare", "--title", "x", "--severity", low, "--detected-at", START])
            .ok();
        let of = |repo: &Repo| {
            let json = repo.warroom(["timer", "list", "--all", "--json"]).json();
            json["timers"]
                .as_array()
                .unwrap()
                .iter()
                .find(|one| one["id"] == timer)
                .unwrap()
                .clone()
        };
        repo.at(&after(14 * 60));
        // Fourteen minutes in, P1 in war-room has a minute left, and so have the others time.
        assert_ne!(of(&repo)["state"], "overdue", "{framework}");
        let minutes = if framework == "itil" { 16 } else { 14 };
        repo.at(&after(minutes * 60));
        repo.warroom(["severity", high, "--reason", "worse"]).ok();
        let raised = of(&repo);
        assert_eq!(raised["due"], after(minutes * 60 + 60), "{framework}: {raised}");
        assert!(
            raised["label"].as_str().unwrap().ends_with(&format!("(since {high})")),
            "{framework}: {raised}"
        );
        repo.at(&after(minutes * 60 + 61));
        assert_eq!(of(&repo)["state"], "overdue", "{framework}");
    }
}
