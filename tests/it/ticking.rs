//! Checklist items tick themselves only by the fact that they name.

use serde_json::Value;

use crate::harness::Repo;

fn declared(framework: &str, severity: &str) -> Repo {
    let mut repo = Repo::with_framework(framework);
    repo.at("2026-11-20T14:00:00Z");
    repo.declare("Checkout failing", severity);
    repo
}

fn state(repo: &Repo, id: &str) -> String {
    let incident = "INC-2026-0001";
    let ids = std::fs::read_dir(repo.path("incidents")).unwrap();
    let first = ids
        .filter_map(|one| one.ok()?.file_name().into_string().ok())
        .find(|name| !name.starts_with('.'));
    let list = repo
        .warroom([
            "-i",
            first.as_deref().unwrap_or(incident),
            "check",
            "list",
            "--all",
            "--json",
        ])
        .json();
    let lists = list["checklists"].as_array().unwrap().clone();
    let mut items = lists.iter().flat_map(|list| list["items"].as_array().unwrap());
    let found: Option<&Value> = items.find(|item| item["id"] == *id);
    found.unwrap_or_else(|| panic!("{id}"))["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_first_message_is_not_the_last_one() {
    let cases = [
        ("sre", "SEV1", "internal", "verify.all-clear"),
        ("sre", "SEV1", "external", "verify.page"),
        ("sre", "SEV1", "support", "verify.support"),
        ("sre", "SEV1", "executives", "verify.executives"),
        ("ops", "SEV1", "external", "resolution.customers"),
        ("ops", "SEV1", "external", "resolution.page-resolved"),
        ("war-room", "P0", "executives", "communication.executives"),
        ("war-room", "P0", "external", "communication.status-page"),
        ("war-room", "P0", "support", "communication.support"),
        ("essentials", "P0", "external", "resolution.page"),
    ];
    for (framework, severity, audience, item) in cases {
        let repo = declared(framework, severity);
        repo.warroom(["update", "--audience", audience, "-m", "we look into it"])
            .ok();
        assert_eq!(state(&repo, item), "open", "{framework} {item}: by the first message");
        if audience == "external" {
            repo.warroom([
                "update",
                "--audience",
                audience,
                "--status",
                "identified",
                "-m",
                "a bad release",
            ])
            .ok();
            assert_eq!(state(&repo, item), "open", "{framework} {item}: by a later one");
        }
        repo.warroom(["resolve", "--force", "--reason", "a test"]).ok();
        assert_eq!(
            state(&repo, item),
            "open",
            "{framework} {item}: by the resolution itself"
        );
        repo.warroom([
            "-i",
            "INC",
            "update",
            "--audience",
            audience,
            "--status",
            "resolved",
            "-m",
            "it is over",
        ])
        .ok();
        assert_eq!(state(&repo, item), "done", "{framework} {item}");
    }
}

#[test]
fn users_and_support_are_both_told() {
    let repo = declared("itil", "P0");
    repo.warroom(["resolve", "--force", "--reason", "a test"]).ok();
    let tell = |audience: &str| {
        repo.warroom([
            "-i",
            "INC",
            "update",
            "--audience",
            audience,
            "--status",
            "resolved",
            "-m",
            "over",
        ])
        .ok();
    };
    tell("external");
    assert_eq!(state(&repo, "resolution.told"), "open");
    tell("support");
    assert_eq!(state(&repo, "resolution.told"), "done");
}

#[test]
fn roles_are_given_out_when_all_that_are_required_are() {
    let repo = declared("war-room", "P0");
    for (role, who) in [("ic", "kim"), ("resolver", "lee"), ("comms", "ada")] {
        repo.warroom(["role", "assign", role, who]).ok();
        assert_eq!(state(&repo, "triage.roles"), "open", "after {role}");
    }
    // All hands are called, not counted.
    let timer = |repo: &Repo| {
        let all = repo.warroom(["timer", "list", "--all", "--json"]).json();
        let all = all["timers"].as_array().unwrap().clone();
        all.into_iter().find(|timer| timer["id"] == "all-hands").unwrap()["state"].clone()
    };
    assert_ne!(timer(&repo), "met");
    repo.warroom(["escalate", "all-hands"]).ok();
    assert_eq!(timer(&repo), "met");
    repo.warroom(["role", "assign", "scribe", "sam"]).ok();
    assert_eq!(state(&repo, "triage.roles"), "done");
}

#[test]
fn a_cause_is_not_a_validation_and_one_layer_is_not_four() {
    let repo = declared("war-room", "P0");
    repo.warroom(["cause", "set", "a slow query exhausted the pool"]).ok();
    assert_eq!(state(&repo, "diagnosis.validated"), "open");
    assert_eq!(state(&repo, "diagnosis.cause"), "done");
    assert_eq!(state(&repo, "review.root-cause"), "open");
    repo.warroom(["factor", "add", "--category", "process", "no load test"])
        .ok();
    repo.warroom(["set", "fields.defences", "no alert on the pool"]).ok();
    assert_eq!(state(&repo, "review.root-cause"), "open");
    repo.warroom(["set", "fields.systemic", "no owner of the test stage"])
        .ok();
    assert_eq!(state(&repo, "review.root-cause"), "done");

    // Validated with data: S3:60.
    let repo = declared("sre", "SEV1");
    repo.warroom(["cause", "set", "a slow query"]).ok();
    assert_eq!(state(&repo, "investigate.validated"), "open");
    let id = repo.warroom(["--json", "hypothesis", "add", "a slow query"]).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.warroom(["hypothesis", "confirm", &id]).ok();
    assert_eq!(state(&repo, "investigate.validated"), "open", "without evidence");
    repo.warroom(["hypothesis", "evidence", &id, "query time 9 s", "--supports"])
        .ok();
    assert_eq!(state(&repo, "investigate.validated"), "done");
}

#[test]
fn ticking_acknowledge_acknowledges() {
    for (framework, severity, item) in [
        ("war-room", "P0", "detection.acknowledge"),
        ("ops", "SEV1", "detection.acknowledged"),
        ("itil", "P0", "triage.acknowledge"),
        ("essentials", "P0", "response.acknowledged"),
    ] {
        let repo = declared(framework, severity);
        repo.warroom(["check", "tick", item, "--note", "pager quiet"]).ok();
        let shown = repo.show();
        assert_eq!(shown["acknowledged"]["at"], "2026-11-20T14:00:00.000Z", "{framework}");
        assert_eq!(shown["acknowledged"]["by"], "kim", "{framework}");
        let timers = repo.warroom(["timer", "list", "--all", "--json"]).json();
        let met = timers["timers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|timer| timer["id"] == "acknowledge" || timer["id"] == "respond");
        assert_eq!(met.unwrap()["state"], "met", "{framework}");
        assert!(repo.warroom(["ack"]).ok().contains("acknowledged it"), "{framework}");
    }
}

#[test]
fn a_tiers_checklist_comes_with_the_escalation_and_not_with_the_status() {
    let repo = declared("itil", "P0");
    let current = || -> Vec<String> {
        let list = repo.warroom(["check", "list", "--json"]).json();
        let all = list["checklists"].as_array().unwrap().clone();
        all.iter().map(|list| list["id"].as_str().unwrap().to_owned()).collect()
    };
    repo.warroom(["status", "investigating"]).ok();
    let lists = current();
    assert!(lists.contains(&"triage".to_owned()), "tier 1 goes on: {lists:?}");
    assert!(
        !lists.contains(&"tier-2".to_owned()),
        "nothing was escalated: {lists:?}"
    );
    repo.warroom(["escalate", "tier-2", "--reason", "no runbook"]).ok();
    let lists = current();
    assert!(
        lists.contains(&"tier-2".to_owned()) && !lists.contains(&"triage".to_owned()),
        "{lists:?}"
    );
    repo.warroom(["escalate", "tier-3", "--reason", "a design flaw"]).ok();
    assert!(current().contains(&"tier-3".to_owned()));
}

#[test]
fn calling_security_ticks_the_call_and_an_item_says_what_shows_it() {
    let repo = declared("itil", "P0");
    repo.warroom(["procedure", "start", "breach"]).ok();
    assert_eq!(state(&repo, "breach.security"), "open");
    repo.warroom(["escalate", "security"]).ok();
    assert_eq!(state(&repo, "breach.security"), "done");
    let list = repo.warroom(["check", "list", "--all"]).ok();
    assert!(
        list.contains("<- an update to status page that says resolved"),
        "{list}"
    );
}
