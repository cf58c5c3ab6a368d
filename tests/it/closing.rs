//! What comes at the end: a mandatory review before closing, its deadline, what the status page is told; and procedures,
//! escalation paths and the major incident.

use serde_json::Value;

use crate::harness::{Repo, START, after};

/// Frameworks whose review comes before closing, with a severity that makes it mandatory and the item of its document.
const REVIEWED: [(&str, &str, &str); 4] = [
    ("war-room", "P1", "review.document"),
    ("ops", "SEV2", "post-incident.document"),
    ("sre", "SEV3", "learn.report"),
    ("essentials", "P0", "post-mortem.report"),
];

fn resolved(framework: &str, severity: &str) -> Repo {
    let mut repo = Repo::with_framework(framework);
    repo.at(START);
    repo.declare("Checkout failing", severity);
    repo.at(&after(600));
    repo.warroom(["resolve", "--force", "--reason", "a test"]).ok();
    repo
}

fn missing(repo: &Repo) -> Vec<String> {
    let refused = repo.warroom(["close"]).fails_json(3);
    let lines = refused["missing"].as_array().unwrap().iter();
    lines
        .map(|line| line.as_str().unwrap().split(':').next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_mandatory_review_comes_before_closing() {
    for (framework, severity, document) in REVIEWED {
        let repo = resolved(framework, severity);
        assert_eq!(missing(&repo), ["document", "owner", "actions"], "{framework}");
        // Skipping the document is no document.
        repo.warroom(["check", "skip", document, "--reason", "no time"]).ok();
        assert_eq!(missing(&repo)[0], "document", "{framework}");
        repo.warroom(["check", "tick", document, "--note", "wiki/checkout"])
            .ok();
        assert_eq!(missing(&repo), ["owner", "actions"], "{framework}");
        repo.warroom(["set", "fields.review-owner", "ana"]).ok();
        repo.warroom(["action", "add", "alert on the pool", "--owner", "lee"])
            .ok();
        assert_eq!(missing(&repo), ["actions"], "{framework}: an action without a date");
        let id = repo.show()["actions"][0]["id"].as_str().unwrap().to_owned();
        repo.warroom(["action", "done", &id, "--link", "https://x.test/1"]).ok();
        repo.warroom([
            "action",
            "add",
            "a second pool",
            "--owner",
            "lee",
            "--due",
            "2026-12-01",
        ])
        .ok();
        if repo.warroom(["close"]).run().code != Some(0) {
            // One that is done and has no date still has none.
            assert_eq!(missing(&repo), ["actions"], "{framework}");
            repo.warroom(["close", "--force", "--reason", "done before it had a date"])
                .ok();
        }
        assert_eq!(repo.show_of("INC")["status"], "closed", "{framework}");
    }
}

#[test]
fn closing_without_the_review_wants_a_reason_that_is_kept() {
    for (framework, severity, _) in REVIEWED {
        let repo = resolved(framework, severity);
        repo.warroom(["close", "--force"]).fails(2);
        repo.warroom(["close", "--force", "--reason", " "]).fails(2);
        repo.warroom(["status", "closed", "--reason", "no way past it"])
            .fails(3);
        repo.warroom(["close", "--force", "--reason", "the board decided so"])
            .ok();
        let shown = repo.show_of("INC");
        assert_eq!(shown["closed"]["forced"], "the board decided so", "{framework}");
        let told = shown["timeline"].to_string();
        assert!(
            told.contains("missing: document, owner, actions"),
            "{framework}: {told}"
        );
    }
}

#[test]
fn lowering_the_severity_is_no_way_past_the_review() {
    for (framework, severity, lower) in [
        ("war-room", "P0", "P3"),
        ("ops", "SEV1", "SEV3"),
        ("essentials", "P0", "P3"),
    ] {
        let mut repo = resolved(framework, severity);
        repo.at(&after(700));
        repo.warroom(["severity", lower, "--reason", "it was not so bad"]).ok();
        assert_eq!(missing(&repo).len(), 3, "{framework}, lowered after the resolution");
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        repo.declare("x", severity);
        repo.at(&after(60));
        repo.warroom(["severity", lower, "--reason", "it was not so bad"]).ok();
        repo.at(&after(3600));
        repo.warroom(["resolve", "--force", "--reason", "a test"]).ok();
        assert_eq!(missing(&repo).len(), 3, "{framework}, lowered in the last hour");
    }
}

#[test]
fn lowering_the_severity_wins_no_time_for_the_review() {
    for (framework, severity, lower, hours) in [
        ("ops", "SEV1", "SEV2", 48),
        ("ops", "SEV2", "SEV3", 7 * 24),
        ("itil", "P0", "P1", 24),
        ("sre", "SEV1", "SEV3", 48),
        ("essentials", "P0", "P2", 72),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        repo.declare("x", severity);
        repo.at(&after(60));
        repo.warroom(["severity", lower, "--reason", "it was not so bad"]).ok();
        repo.at(&after(3600));
        repo.warroom(["resolve", "--force", "--reason", "a test"]).ok();
        let due = after(3600 + hours * 3600);
        assert!(
            timer(&repo, "review").unwrap()["due"]
                .as_str()
                .unwrap()
                .starts_with(&due[..19]),
            "{framework} {severity}: {due}"
        );
        let draft = repo
            .warroom(["-i", "INC", "update", "--audience", "internal", "--draft"])
            .run();
        assert!(
            draft.stdout.contains(&format!("by {}", &due[..10])),
            "{framework}: {draft:?}"
        );
    }
}

#[test]
fn an_optional_review_asks_for_nothing() {
    for (framework, severity) in [("war-room", "P2"), ("ops", "SEV3"), ("essentials", "P2")] {
        resolved(framework, severity).warroom(["close"]).ok();
    }
}

fn timer(repo: &Repo, id: &str) -> Option<Value> {
    let json = repo.warroom(["-i", "INC", "timer", "list", "--all", "--json"]).json();
    json["timers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|timer| timer["id"] == id)
        .cloned()
}

#[test]
fn where_the_source_closes_first_the_review_goes_on_after_it() {
    let mut repo = resolved("itil", "P0");
    let list = repo.warroom(["check", "list"]).ok();
    assert!(list.contains("review.meeting"), "at hand once it is resolved: {list}");
    repo.warroom(["close"]).ok();
    repo.at(&after(600 + 24 * 3600 + 1));
    assert_eq!(timer(&repo, "review").unwrap()["state"], "overdue");
    // It is the only one in review, closed as it is.
    repo.warroom(["check", "tick", "review.meeting", "--note", "60 minutes"])
        .ok();
    assert_eq!(timer(&repo, "review").unwrap()["state"], "met-late");
    repo.warroom(["check", "list"]).fails(4);
}

#[test]
fn the_deadline_is_met_by_what_the_source_means() {
    for (framework, severity, document) in REVIEWED {
        let repo = resolved(framework, severity);
        let json = repo.warroom(["check", "list", "--all", "--json"]).ok();
        let meeting = [
            "review.meeting",
            "post-incident.retrospective",
            "learn.meeting",
            "post-mortem.meeting",
        ];
        let meeting = meeting.iter().find(|item| json.contains(**item)).unwrap();
        repo.warroom(["check", "tick", meeting]).ok();
        assert_ne!(timer(&repo, "review").unwrap()["state"], "met", "{framework}");
        repo.warroom(["check", "tick", document, "--note", "wiki"]).ok();
        assert_eq!(timer(&repo, "review").unwrap()["state"], "met", "{framework}");
    }
}

#[test]
fn the_status_page_goes_forward_and_says_resolved_only_when_it_is() {
    for (framework, severity, _) in REVIEWED.into_iter().chain([("itil", "P0", "")]) {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        let id = repo.declare("Checkout failing", severity);
        let tell = |status: &str| {
            let args = [
                "-i",
                &id,
                "update",
                "--audience",
                "external",
                "--message",
                "x",
                "--status",
                status,
            ];
            repo.warroom(args)
        };
        let refused = tell("resolved").fails(3);
        assert!(refused.contains("cannot say `resolved`"), "{framework}: {refused}");
        tell("identified").ok();
        let refused = tell("investigating").fails(3);
        assert!(refused.contains("needs a reason"), "{framework}: {refused}");
        tell("investigating").args(["--reason", "it was another cause"]).ok();
        let shown = repo.show();
        assert_eq!(shown["communications"][1]["status"], "investigating", "{framework}");
        assert!(
            shown["timeline"]
                .to_string()
                .contains("back to investigating: it was another cause"),
            "{framework}"
        );
        // What is said without a state is no step back.
        tell("monitoring").ok();
        repo.warroom(["update", "--audience", "external", "--message", "still"])
            .ok();
        assert_eq!(repo.show()["communications"][3]["status"], "monitoring", "{framework}");
        let reminded = |repo: &Repo| {
            let reminders = repo.show_of(&id)["derived"]["reminders"].clone();
            reminders
                .as_array()
                .unwrap()
                .iter()
                .any(|reminder| reminder["id"] == "still-says external")
        };
        assert!(!reminded(&repo), "{framework}");
        repo.warroom(["resolve", "--force", "--reason", "a test"]).ok();
        assert!(reminded(&repo), "{framework}: it still says monitoring");
        tell("resolved").ok();
        assert!(!reminded(&repo), "{framework}");
        repo.warroom(["-i", &id, "reopen", "--reason", "it is back"]).ok();
        repo.at(&after(60));
        repo.warroom([
            "-i",
            &id,
            "update",
            "--audience",
            "external",
            "--message",
            "again",
            "--status",
            "investigating",
        ])
        .ok();
    }
}

fn procedures(repo: &Repo) -> Value {
    repo.warroom(["procedure", "--json"]).json()["procedures"].clone()
}

#[test]
fn evidence_comes_first_in_every_framework() {
    for (framework, severity, procedure) in [
        ("war-room", "P0", "breach"),
        ("ops", "SEV1", "breach"),
        ("itil", "P0", "breach"),
        ("sre", "SEV1", "security"),
        ("essentials", "P0", "breach"),
    ] {
        let mut repo = Repo::with_framework(framework);
        // The source of ops names data loss alone.
        let given = if framework == "ops" { "data-loss" } else { "breach" };
        repo.at(START);
        repo.warroom(["declare", "--title", "Buckets open", "--given", given])
            .ok();
        assert_eq!(repo.show()["severity"], severity, "{framework}");
        let all = procedures(&repo);
        let called = all
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["id"] == procedure)
            .unwrap();
        assert_eq!(called["called_for"], true, "{framework}: {all}");
        repo.warroom(["escalate", "security"]).ok();
        repo.at(&after(60));
        let json = repo.warroom(["mitigation", "propose", "close them", "--json"]).json();
        let id = json["id"].as_str().unwrap().to_owned();
        let refused = repo.warroom(["mitigation", "start", &id]).fails(3);
        assert!(
            refused.contains(&format!("{procedure}.evidence")),
            "{framework}: {refused}"
        );
    }
}

#[test]
fn a_procedure_counts_only_what_was_told_from_its_start_on() {
    let mut repo = Repo::with_framework("itil");
    repo.at(START);
    repo.declare("Checkout failing", "P0");
    repo.warroom(["update", "--audience", "executives", "--message", "we have a P0"])
        .ok();
    repo.at(&after(60));
    repo.warroom(["procedure", "start", "rollback"]).ok();
    let open = |repo: &Repo| {
        let list = repo.warroom(["check", "list"]).ok();
        let line = list
            .lines()
            .find(|line| line.contains("rollback.executives"))
            .unwrap()
            .to_owned();
        line.contains("[ ]")
    };
    assert!(open(&repo), "they were told of the incident, not of this");
    repo.at(&after(120));
    repo.warroom(["update", "--audience", "executives", "--message", "the rollback failed"])
        .ok();
    assert!(!open(&repo));
}

#[test]
fn the_escalation_path_follows_the_priority() {
    for (severity, words, other) in [
        (
            "P0",
            "Notify the deployment manager, who has the authority to roll back",
            "by SMS",
        ),
        ("P1", "Alert the on-call engineer by SMS and chat", "roll back"),
        ("P2", "Triage it within 30 minutes", "by SMS"),
        ("P3", "Prioritize it in sprint planning", "by SMS"),
    ] {
        let mut repo = Repo::with_framework("itil");
        repo.at(START);
        repo.declare("x", severity);
        let said = repo.warroom(["escalate"]).ok();
        assert!(said.contains(words) && !said.contains(other), "{severity}: {said}");
    }
    let mut repo = Repo::with_framework("itil");
    repo.at(START);
    repo.declare("x", "P0");
    repo.warroom(["escalate", "tier-2"]).ok();
    repo.warroom(["role", "assign", "deployment_manager", "ana"]).ok();
    let said = repo.warroom(["escalate"]).ok();
    assert!(said.contains("[x] escalation.p0-deployment"), "{said}");
    assert!(said.contains("escalated 14:05") && said.contains("due 14:35"), "{said}");
}

#[test]
fn there_is_one_notion_of_a_major_incident() {
    // By an escalation, which is as good as a declaration.
    let mut repo = Repo::with_framework("itil");
    repo.at(START);
    let id = repo.declare("Checkout failing", "P0");
    repo.at(&after(3600));
    repo.warroom(["escalate", "continuity", "--reason", "four hours"]).ok();
    let said = repo.warroom(["major"]).ok();
    assert!(
        said.contains("MAJOR INCIDENT") && said.contains("no one coordinates it yet"),
        "{said}"
    );
    assert!(repo.warroom(["list"]).ok().contains("MAJOR INCIDENT"));
    repo.warroom(["major", "declare", "--owner", "vera"]).ok();
    assert_eq!(repo.show()["fields"]["major"], "vera");
    assert!(repo.warroom(["major"]).ok().contains("coordinated by vera"));
    // By time: at the fourth hour, not a second before.
    let mut repo = Repo::with_framework("itil");
    repo.at(START);
    repo.declare("Checkout failing", "P0");
    repo.at(&after(4 * 3600 - 1));
    assert!(repo.warroom(["major"]).ok().contains("no major incident"));
    repo.at(&after(4 * 3600));
    assert!(repo.warroom(["major"]).ok().contains("unresolved for more than 4h"));
    repo.warroom(["major", "declare", "--owner", "vera"]).ok();
    repo.at(&after(4 * 3600 + 60));
    let followed = procedures(&repo);
    let major = followed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == "major")
        .unwrap();
    assert!(major["since"].is_string(), "{followed}");
    assert!(
        repo.show()["timeline"]
            .to_string()
            .contains("escalated to major incident, business continuity plan")
    );
    // Declared again after its end it counts from then.
    repo.at(&after(5 * 3600));
    repo.warroom(["major", "end", "--reason", "one system at last"]).ok();
    assert!(repo.warroom(["major"]).ok().contains("no major incident"));
    repo.at(&after(6 * 3600));
    repo.warroom(["major", "declare", "--owner", "vera", "--reason", "it came back"])
        .ok();
    let again = repo.warroom(["major"]).ok();
    assert!(again.contains("20:05") && !again.contains("18:05"), "{again}");
    // By hand, with a reason, in every framework.
    for (framework, severity, _) in REVIEWED.into_iter().chain([("itil", "P2", "")]) {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        let id = repo.declare("x", severity);
        repo.warroom(["major", "declare", "--owner", "vera"]).fails(2);
        repo.warroom([
            "-i",
            &id,
            "major",
            "declare",
            "--owner",
            "vera",
            "--reason",
            "the press calls",
        ])
        .ok();
        let said = repo.warroom(["major"]).ok();
        assert!(said.contains("coordinated by vera"), "{framework}: {said}");
    }
    assert!(!id.is_empty());
}

/// The gravest severity of each framework.
fn gravest() -> [(&'static str, &'static str); 5] {
    [
        ("war-room", "P0"),
        ("ops", "SEV1"),
        ("itil", "P0"),
        ("sre", "SEV1"),
        ("essentials", "P0"),
    ]
}

#[test]
fn what_a_vendor_ended_goes_its_whole_way_without_an_override() {
    for (framework, severity) in gravest() {
        let mut repo = Repo::with_framework(framework);
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Provider outage", severity);
        repo.warroom(["ack"]).ok();
        repo.at("2026-11-20T14:20:00Z");
        repo.warroom(["milestone", "mitigated", "14:20"]).ok();
        repo.at("2026-11-20T15:30:00Z");
        let gate = repo.show()["derived"]["gate"]["items"].clone();
        for item in gate.as_array().unwrap().iter().filter(|item| item["id"] != "soak") {
            let id = item["id"].as_str().unwrap();
            repo.warroom(["check", "tick", id, "--note", "seen"]).ok();
        }
        repo.warroom(["resolve"]).ok();
        repo.warroom(["set", "fields.review-owner", "lee"]).ok();
        repo.warroom([
            "action",
            "add",
            "a second provider",
            "--owner",
            "lee",
            "--due",
            "2026-11-30",
        ])
        .ok();
        repo.warroom(["postmortem"]).ok();
        let id = repo.show()["id"].as_str().unwrap().to_owned();
        let file = format!("incidents/{id}/postmortem.md");
        let text = repo.read(&file);
        assert!(text.contains("mitigated at 14:20"), "{framework}: {text}");
        // Answered in an editor; that the document is written is known without another word.
        let mut rest = text.as_str();
        let mut answered = String::new();
        while let Some((before, behind)) = rest.split_once('‹') {
            answered.push_str(before);
            answered.push_str("we waited for the provider");
            rest = behind.split_once('›').unwrap().1;
        }
        repo.write(&file, answered + rest);
        repo.warroom(["close"]).ok();
        let shown = repo.show_of(&id);
        assert_eq!(shown["status"], "closed", "{framework}");
        assert!(shown["closed"]["forced"].is_null(), "{framework}");
    }
}

#[test]
fn what_is_still_under_way_is_asked_for_once_it_is_over() {
    let mut repo = Repo::with_framework("ops");
    repo.at("2026-11-20T14:00:00Z");
    repo.declare("Checkout failing", "SEV1");
    let made = repo.warroom(["mitigation", "propose", "scale out", "--option", "scale", "--json"]);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    repo.warroom(["mitigation", "start", &id]).ok();
    repo.at("2026-11-20T14:10:00Z");
    repo.warroom(["resolve", "--force", "--reason", "gone"]).ok();
    let reminded = |repo: &Repo| repo.show()["derived"]["reminders"].to_string().contains("scale out");
    assert!(reminded(&repo), "{}", repo.show()["derived"]["reminders"]);
    repo.warroom(["mitigation", "done", &id]).ok();
    assert!(!reminded(&repo));
}

#[test]
fn what_comes_back_is_worked_on_again() {
    for (framework, severity) in gravest() {
        let mut repo = Repo::with_framework(framework);
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Checkout failing", severity);
        repo.warroom(["status", "mitigating"]).ok();
        repo.at("2026-11-20T14:20:00Z");
        repo.warroom(["status", "monitoring"]).run();
        repo.warroom(["resolve", "--force", "--reason", "gone"]).ok();
        repo.at("2026-11-20T14:40:00Z");
        repo.warroom(["reopen", "--reason", "errors are back"]).ok();
        assert_eq!(repo.show()["status"], "mitigating", "{framework}");
    }
}
