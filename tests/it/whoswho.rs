//! Who is who, whom to call, and who may have which role.

use serde_json::Value;

use crate::harness::Repo;

const SHIPPED: [(&str, &str); 5] = [
    ("war-room", "P1"),
    ("ops", "SEV2"),
    ("itil", "P1"),
    ("sre", "SEV2"),
    ("essentials", "P1"),
];

fn config(repo: &Repo, more: &str) {
    let text = repo.read(".warroom/config.yaml");
    repo.write(".warroom/config.yaml", format!("{text}\n{more}"));
}

#[test]
fn the_second_person_is_not_the_first_under_another_name() {
    // By the team's aliases, and by git's mailmap.
    for (file, text) in [
        (
            ".warroom/config.yaml",
            "aliases:\n  kim: [kim.lee, klee@corp.example]\n",
        ),
        (".mailmap", "Kim <kim@example.com> klee <klee@corp.example>\n"),
    ] {
        let mut repo = Repo::new();
        if file == ".mailmap" {
            repo.write(file, text);
        } else {
            config(&repo, text);
        }
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Checkout failing", "P1");
        repo.warroom(["role", "assign", "ic", "kim"]).ok();
        let id = repo
            .warroom(["--json", "mitigation", "propose", "roll back", "--option", "rollback"])
            .json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        repo.warroom(["mitigation", "approve", &id]).ok();
        for other in ["klee", "KLEE@corp.example", "@kim", "Kim", "k.i.m", "K-im"] {
            repo.warroom(["--as", other, "mitigation", "approve", &id]).run();
            let refused = repo.warroom(["mitigation", "start", &id]).fails(3);
            assert!(refused.contains("one other engineer"), "{file} {other}: {refused}");
        }
        repo.warroom(["--as", "lee", "mitigation", "approve", &id]).ok();
        repo.warroom(["mitigation", "start", &id]).ok();
    }
}

#[test]
fn a_person_is_called_as_the_team_calls_them_and_a_new_spelling_is_asked_about_once() {
    for (framework, severity) in SHIPPED {
        let mut repo = Repo::with_framework(framework);
        config(&repo, "aliases:\n  sam: [Sam Rivers, srivers@corp.example]\n");
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Checkout failing", severity);
        repo.warroom(["role", "assign", "ic", "Sam Rivers"]).ok();
        assert_eq!(repo.show()["roles"][0]["who"], "sam", "{framework}");
        repo.warroom(["--as", "srivers", "log", "on it"]).ok();
        assert_eq!(repo.show()["timeline"].as_array().unwrap().last().unwrap()["by"], "sam");
        // Told as the framework calls the role.
        let timeline = repo.show()["timeline"].to_string();
        assert!(timeline.contains("sam is inc"), "{framework}: {timeline}");

        let first = repo.warroom(["role", "assign", "scribe", "kim lee"]).run();
        assert!(
            first.stderr.contains("`kim lee` is new here; if that is kim"),
            "{}",
            first.stderr
        );
        let again = repo.warroom(["action", "add", "x", "--owner", "kim lee"]).run();
        assert!(!again.stderr.contains("is new here"), "{}", again.stderr);
        let other = repo.warroom(["action", "add", "y", "--owner", "dana"]).run();
        assert!(!other.stderr.contains("is new here"), "{}", other.stderr);
    }
}

#[test]
fn a_slip_in_the_aliases_is_told_and_the_rest_counts() {
    let repo = Repo::new();
    config(&repo, "aliases:\n  kim: [klee]\n  sam: [klee]\n");
    let said = repo.warroom(["doctor"]).run().stdout;
    assert!(said.contains("klee is kim already"), "{said}");
}

const CONTACTS: &str = "contacts:
- for: ic
  name: Kim
  reach: '@kim'
  backup: [{name: Sam, reach: '@sam'}]
- for: vendor Stripe
  name: Stripe support
  reach: [case, '+1 555 0199']
chain: [ic]
";

#[test]
fn contacts_are_shown_where_someone_is_to_be_called() {
    for (framework, severity, target) in [
        ("war-room", "P0", "executives"),
        ("ops", "SEV1", "manager"),
        ("itil", "P0", "tier-2"),
        ("sre", "SEV1", "executives"),
        ("essentials", "P0", "executives"),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at("2026-11-20T14:00:00Z");
        repo.warroom(["contacts", target]).fails(4);
        repo.write(
            ".warroom/contacts.yaml",
            format!("{CONTACTS}- for: nothing\n").replace("chain:", &format!("- for: {target}\n  name: Vera\n  reach: '@vera'\n  backup: [{{name: Ola, reach: '@ola'}}]\nchain:")).replace("- for: nothing\n", ""),
        );
        assert!(repo.warroom(["contacts", "lint"]).ok().contains("3 contacts in order"));
        assert!(repo.warroom(["doctor"]).run().stdout.contains("3 contacts"));
        repo.declare("Checkout failing", severity);
        assert_eq!(
            repo.warroom(["contacts", target]).ok(),
            format!("{target}: Vera (@vera); backup Ola (@ola)\n")
        );
        assert!(repo.warroom(["contacts", "stripe"]).ok().contains("+1 555 0199"));
        let listed = repo.warroom(["escalate"]).ok();
        assert!(listed.contains("call Vera (@vera); backup Ola (@ola)"), "{listed}");
        let done = repo.warroom(["escalate", target, "--reason", "x"]).ok();
        assert!(done.contains("call Vera (@vera)"), "{done}");
        // Whoever does not answer is followed by the backup, then by the chain.
        let next = repo.warroom(["escalate", "--unreachable", "vera"]).ok();
        assert!(next.contains("Ola (@ola)"), "{next}");
        let next = repo.warroom(["escalate", "--unreachable", "Vera"]).ok();
        assert!(next.contains("Kim (@kim)"), "{next}");
        let json = repo.warroom(["--json", "escalate"]).json();
        let all = json["escalations"].as_array().unwrap();
        assert!(all.iter().any(|one| one["contacts"][0]["name"] == "Vera"), "{json}");
    }
    // In the handover.
    let repo = Repo::with_framework("war-room");
    repo.write(".warroom/contacts.yaml", CONTACTS);
    repo.declare("Checkout failing", "P0");
    let draft = repo
        .warroom(["update", "--audience", "internal", "--template", "handoff", "--draft"])
        .ok();
    assert!(draft.contains("ic: Kim (@kim); backup Sam (@sam)"), "{draft}");
}

#[test]
fn slips_in_the_contacts_have_their_line_and_status_5() {
    let repo = Repo::with_framework("itil");
    repo.write(
        ".warroom/contacts.yaml",
        "contacts:\n- for: tier-9\n  name: Lee\n- {for: tier-2, name: Ada, reach: x, phone: 5}\n",
    );
    let run = repo.warroom(["contacts", "lint"]).run();
    assert_eq!(run.code, Some(5), "{run:?}");
    for words in [
        "contacts.yaml:2:",
        "no target or role `tier-9`",
        "how Lee is reached",
        "no `phone`",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
}

#[test]
fn every_framework_has_a_deputy_and_an_observer_and_the_facilitator_is_not_the_commander() {
    for (framework, severity) in SHIPPED {
        let mut repo = Repo::with_framework(framework);
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Checkout failing", severity);
        repo.warroom(["role", "assign", "deputy", "dana"]).ok();
        repo.warroom(["role", "assign", "observer", "ola"]).ok();
        let duties = repo.warroom(["role", "duties", "deputy"]).ok();
        assert!(duties.contains("no source names one"), "{duties}");
    }
    // S3:114; in itil the commander facilitates (S2:920).
    let mut repo = Repo::with_framework("sre");
    repo.at("2026-11-20T14:00:00Z");
    repo.declare("Checkout failing", "SEV1");
    repo.warroom(["role", "assign", "ic", "kim"]).ok();
    let refused = repo
        .warroom(["check", "tick", "learn.facilitator", "--note", "kim"])
        .fails(3);
    assert!(refused.contains("review facilitator"), "{refused}");
    for name in ["kim", "KIM", "@kim"] {
        let refused = repo.warroom(["role", "assign", "facilitator", name]).fails(3);
        assert!(refused.contains("has to be someone else"), "{refused}");
    }
    repo.warroom(["role", "handoff", "ic", "lee"]).ok();
    // Who was the commander does not lead the review either.
    repo.warroom(["role", "assign", "facilitator", "kim"]).fails(3);
    repo.warroom(["role", "assign", "facilitator", "vera"]).ok();
    let list = repo.warroom(["check", "list", "--all", "--json"]).json();
    assert_eq!(item(&list, "learn.facilitator")["state"], "done");
}

fn item(list: &Value, id: &str) -> Value {
    let lists = list["checklists"].as_array().unwrap();
    let mut items = lists.iter().flat_map(|list| list["items"].as_array().unwrap());
    items
        .find(|item| item["id"] == *id)
        .unwrap_or_else(|| panic!("{id}"))
        .clone()
}

/// Specialists by severity and phase: S3:14-134, 140-177.
#[test]
fn specialists_are_called_by_severity_and_phase() {
    let cases: [(&str, &str, &[&str]); 14] = [
        ("SEV1", "declared", &["incident responder", "observability engineer"]),
        ("SEV1", "triage", &["incident responder"]),
        (
            "SEV1",
            "investigating",
            &["observability engineer", "DevOps troubleshooter", "error detective"],
        ),
        ("SEV1", "mitigating", &["incident responder", "observability engineer"]),
        ("SEV1", "monitoring", &["incident responder", "observability engineer"]),
        (
            "SEV1",
            "resolved",
            &[
                "incident responder",
                "observability engineer",
                "security analyst",
                "test generator",
                "code quality analyst",
            ],
        ),
        (
            "SEV2",
            "investigating",
            &["observability engineer", "DevOps troubleshooter"],
        ),
        ("SEV2", "mitigating", &["incident responder", "observability engineer"]),
        (
            "SEV2",
            "resolved",
            &[
                "incident responder",
                "observability engineer",
                "security analyst",
                "test generator",
                "code quality analyst",
            ],
        ),
        ("SEV3", "declared", &["incident responder"]),
        ("SEV3", "investigating", &["error detective"]),
        (
            "SEV3",
            "resolved",
            &["incident responder", "test generator", "code quality analyst"],
        ),
        ("SEV4", "declared", &["issue creator"]),
        ("SEV4", "resolved", &["issue creator"]),
    ];
    for (severity, status, wanted) in cases {
        let mut repo = Repo::with_framework("sre");
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Checkout failing", severity);
        let id = repo.show()["id"].as_str().unwrap().to_owned();
        match status {
            "declared" => {}
            "resolved" => _ = repo.warroom(["resolve", "--force", "--reason", "x"]).ok(),
            status => _ = repo.warroom(["status", status]).ok(),
        }
        let list = repo.warroom(["-i", &id, "--json", "dispatch", "list"]).json();
        let all = list["specialists"].as_array().unwrap().iter();
        let now: Vec<&str> = all
            .filter(|one| one["now"] == true)
            .map(|one| one["title"].as_str().unwrap())
            .collect();
        assert_eq!(now, wanted, "{severity} {status}");
    }
    // A suspected breach calls the security analyst at SEV1 (S3:150), and no one beside on-call at SEV3 (S3:165).
    for (severity, called) in [("SEV1", true), ("SEV2", true), ("SEV3", false)] {
        let mut repo = Repo::with_framework("sre");
        repo.at("2026-11-20T14:00:00Z");
        repo.declare("Logins failing", severity);
        repo.warroom(["hypothesis", "add", "credential stuffing attack"]).ok();
        let list = repo.warroom(["--json", "dispatch", "list"]).json();
        let all = list["specialists"].as_array().unwrap();
        let analyst = all.iter().find(|one| one["title"] == "security analyst").unwrap();
        assert_eq!(analyst["now"], called, "{severity}");
    }
}
