//! Whatever was recorded can be corrected or taken out: its words, owner, dates, kind and author; the old value stays.

use serde_json::Value;

use crate::harness::Repo;

/// What can be corrected is the core's, the same in all frameworks; the lines that tell differ.
const SHIPPED: [(&str, &str); 2] = [("war-room", "P0"), ("itil", "P0")];

fn declared(framework: &str, severity: &str) -> Repo {
    let mut repo = Repo::with_framework(framework);
    repo.at("2026-11-20T14:00:00Z");
    repo.declare("Checkout failing", severity);
    repo.at("2026-11-20T14:30:00Z");
    repo
}

fn made(repo: &Repo, args: &[&str]) -> (String, String) {
    let json = repo.warroom(["--json"]).args(args).json();
    let text = |key: &str| json[key].as_str().unwrap().to_owned();
    (text("id"), text("event"))
}

fn entry(repo: &Repo, list: &str, id: &str) -> Value {
    let shown = repo.show();
    let list = shown[list].as_array().unwrap().clone();
    list.into_iter().find(|one| one["id"] == *id).unwrap()
}

fn event(repo: &Repo, id: &str) -> Value {
    entry(repo, "timeline", id)
}

/// The last event, as the correction tells of itself.
fn last(repo: &Repo) -> Value {
    repo.show()["timeline"].as_array().unwrap().last().unwrap().clone()
}

/// Each: how it is made, its list, and what is corrected with which option to which value (as the file has it).
type Case<'a> = (
    &'a [&'a str],
    &'a str,
    &'a str,
    &'a [(&'a str, &'a str, &'a str, &'a str)],
);

const CASES: &[Case] = &[
    (
        &["hypothesis", "add", "slow query", "--owner", "kim"],
        "hypotheses",
        "hypothesis",
        &[
            ("--text", "slow replica", "statement", "slow replica"),
            ("--owner", "lee", "owner", "lee"),
            ("--by", "sam", "by", "sam"),
            ("--at", "14:12", "at", "2026-11-20T14:12:00.000Z"),
        ],
    ),
    (
        &["mitigation", "propose", "roll back", "--rationale", "it did it"],
        "mitigations",
        "mitigation",
        &[
            ("--text", "roll v2.34 back", "text", "roll v2.34 back"),
            ("--option", "rollback", "option", "rollback"),
            ("--owner", "lee", "owner", "lee"),
            ("--rationale", "nothing earlier", "rationale", "nothing earlier"),
            ("--rollback", "forward again", "rollback", "forward again"),
            ("--verification", "errors fall", "verification", "errors fall"),
            ("--by", "sam", "by", "sam"),
            ("--at", "14:12", "at", "2026-11-20T14:12:00.000Z"),
        ],
    ),
    (
        &[
            "action",
            "add",
            "alert on the pool",
            "--owner",
            "kim",
            "--due",
            "2026-12-01",
        ],
        "actions",
        "action",
        &[
            (
                "--text",
                "alert on the connection pool",
                "text",
                "alert on the connection pool",
            ),
            ("--owner", "lee", "owner", "lee"),
            ("--due", "2026-12-24", "due", "2026-12-24"),
            ("--horizon", "short", "horizon", "short"),
            ("--by", "sam", "by", "sam"),
            ("--at", "14:12", "at", "2026-11-20T14:12:00.000Z"),
        ],
    ),
    (
        &["factor", "add", "--category", "people", "no load test"],
        "factors",
        "factor",
        &[
            ("--category", "process", "category", "process"),
            ("--by", "sam", "by", "sam"),
            ("--at", "14:12", "at", "2026-11-20T14:12:00.000Z"),
        ],
    ),
    (
        &["link", "add", "https://grafana.example/d/1", "--label", "dashboard"],
        "links",
        "link",
        &[
            (
                "--target",
                "https://grafana.example/d/2",
                "target",
                "https://grafana.example/d/2",
            ),
            ("--label", "panel", "label", "panel"),
            ("--by", "sam", "by", "sam"),
        ],
    ),
    (
        &["check", "add", "call the vendor", "--owner", "kim"],
        "checklist",
        "check",
        &[
            ("--text", "call both vendors", "text", "call both vendors"),
            ("--owner", "lee", "owner", "lee"),
            ("--due", "2026-11-20T15:00Z", "due", "2026-11-20T15:00:00.000Z"),
        ],
    ),
    (
        &["task", "give", "kim", "restart the proxy"],
        "inquiries",
        "task",
        &[
            ("--text", "restart both proxies", "text", "restart both proxies"),
            ("--to", "lee", "to", "lee"),
            ("--by", "sam", "by", "sam"),
        ],
    ),
];

#[test]
fn every_field_of_every_list_is_corrected_and_its_old_value_kept() {
    let (framework, severity) = SHIPPED[1];
    let repo = declared(framework, severity);
    for (make, list, verb, fields) in CASES {
        // Options differ by framework; each has a rollback and a hotfix, or the like.
        let (id, told) = made(&repo, make);
        let mut known = entry(&repo, list, &id);
        for (option, given, field, held) in *fields {
            let before = known[*field].clone();
            repo.warroom([*verb, "edit", &id, option, given]).ok();
            // The same again is no change.
            let again = repo.warroom(["--json", verb, "edit", &id, option, given]).json();
            assert_eq!(again["changed"], false, "{again}");
            known = entry(&repo, list, &id);
            assert_eq!(known[*field], *held, "{framework}: {verb} {option}");
            let said = last(&repo);
            assert_eq!(said["ref"], format!("{id}.{field}"), "{said}");
            assert_eq!(said["to"], *held, "{said}");
            assert_eq!(said["from"], before, "the old value is kept: {said}");
            // The line that told of it goes with it.
            if *field == "at" {
                assert_eq!(event(&repo, &told)["at"], *held, "{verb}");
            }
            if *field == "by" {
                assert_eq!(event(&repo, &told)["by"], *held, "{verb}");
            }
            if ["text", "statement", "target"].contains(field) {
                let text = event(&repo, &told)["text"].as_str().unwrap().to_owned();
                assert!(text.contains(given), "{framework} {verb}: {text}");
            }
        }
        repo.warroom([*verb, "remove", &id, "--reason", "the other service"])
            .ok();
        assert_eq!(entry(&repo, list, &id)["retracted"], "the other service");
        repo.warroom([*verb, "edit", &id, fields[0].0, "x"]).fails(4);
        repo.warroom(["restore", &id]).ok();
        assert!(entry(&repo, list, &id)["retracted"].is_null(), "{verb}");
    }
    repo.warroom(["validate", repo.file("INC-2026-0001").to_str().unwrap()])
        .run();
}

#[test]
fn correcting_the_line_corrects_what_it_told_of() {
    for (framework, severity) in SHIPPED {
        let repo = declared(framework, severity);
        let (hypothesis, told) = made(&repo, &["hypothesis", "add", "slow query"]);
        repo.warroom(["log", "edit", &told, "--text", "slow replica"]).ok();
        assert_eq!(entry(&repo, "hypotheses", &hypothesis)["statement"], "slow replica");
        let text = event(&repo, &told)["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("suspected: slow replica"), "{text}");
        // With what surrounds it, it is the same.
        let typed = text.replace("replica", "disk");
        repo.warroom(["log", "edit", &told, "--text", &typed]).ok();
        assert_eq!(entry(&repo, "hypotheses", &hypothesis)["statement"], "slow disk");
        repo.warroom(["log", "edit", &told, "--at", "14:10"]).ok();
        assert_eq!(
            entry(&repo, "hypotheses", &hypothesis)["at"],
            "2026-11-20T14:10:00.000Z"
        );
        repo.warroom(["log", "edit", &told, "--by", "lee"]).ok();
        assert_eq!(entry(&repo, "hypotheses", &hypothesis)["by"], "lee");
        assert_eq!(event(&repo, &told)["by"], "lee");

        // An update that was sent earlier than it was written down: the timers go by when it was sent.
        let (update, told) = made(
            &repo,
            &["update", "--audience", "executives", "-m", "by phone at 14:12"],
        );
        repo.warroom(["log", "edit", &told, "--at", "14:12"]).ok();
        assert_eq!(
            entry(&repo, "communications", &update)["at"],
            "2026-11-20T14:12:00.000Z"
        );
        repo.warroom(["correct", &update, "at", "14:11"]).ok();
        assert_eq!(event(&repo, &told)["at"], "2026-11-20T14:11:00.000Z");

        // A tick, and the role.
        let item = repo.warroom(["check", "list", "--all", "--json"]).json()["checklists"][0]["items"][1]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        repo.warroom(["check", "tick", &item]).ok();
        let ticked = last(&repo)["id"].as_str().unwrap().to_owned();
        repo.warroom(["log", "edit", &ticked, "--at", "14:20"]).ok();
        assert_eq!(entry(&repo, "checklist", &item)["done"], "2026-11-20T14:20:00.000Z");
        repo.warroom(["check", "edit", &item, "--done", "14:21", "--by", "lee"])
            .ok();
        assert_eq!(event(&repo, &ticked)["at"], "2026-11-20T14:21:00.000Z");
        assert_eq!(entry(&repo, "checklist", &item)["who"], "lee");
        let (role, told) = made(&repo, &["role", "assign", "ic", "sam"]);
        repo.warroom(["role", "edit", "ic", "--since", "14:03", "--who", "lee"])
            .ok();
        let held = repo.show()["roles"][0].clone();
        assert_eq!(
            (&held["who"], &held["since"]),
            (&Value::from("lee"), &Value::from("2026-11-20T14:03:00.000Z")),
            "{role}"
        );
        assert_eq!(event(&repo, &told)["at"], "2026-11-20T14:03:00.000Z");
        assert!(event(&repo, &told)["text"].as_str().unwrap().contains("lee is "));
    }
}

#[test]
fn evidence_kind_and_author_of_a_line() {
    let repo = declared("war-room", "P1");
    let (hypothesis, _) = made(&repo, &["hypothesis", "add", "slow query"]);
    repo.warroom(["hypothesis", "evidence", &hypothesis, "pool at 100 %", "--supports"])
        .ok();
    let evidence = entry(&repo, "hypotheses", &hypothesis)["evidence"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.warroom([
        "hypothesis",
        "edit",
        &evidence,
        "--text",
        "pool at 40 %",
        "--speaks",
        "against",
    ])
    .ok();
    let held = entry(&repo, "hypotheses", &hypothesis)["evidence"][0].clone();
    assert_eq!(
        (&held["text"], &held["supports"]),
        (&Value::from("pool at 40 %"), &Value::from(false))
    );
    assert_eq!(last(&repo)["from"], "true");

    let (line, _) = made(&repo, &["log", "restarted the proxy"]);
    repo.warroom(["log", "edit", &line, "--kind", "action", "--by", "lee"])
        .ok();
    let held = event(&repo, &line);
    assert_eq!(
        (&held["kind"], &held["by"]),
        (&Value::from("action"), &Value::from("lee"))
    );
    let was: Vec<_> = held["was"]
        .as_array()
        .unwrap()
        .iter()
        .map(|was| (was["kind"].clone(), was["author"].clone()))
        .collect();
    assert!(
        was.contains(&("note".into(), Value::Null)) && was.contains(&(Value::Null, "kim".into())),
        "{was:?}"
    );
    // What the program worked out from its own line stays worked out.
    let (_, told) = made(&repo, &["severity", "P0", "--reason", "all down"]);
    let refused = repo.warroom(["log", "edit", &told, "--kind", "note"]).fails(2);
    assert!(refused.contains("its kind stays"), "{refused}");
    repo.warroom(["log", "edit", &line, "--kind", "banana"]).fails(4);
    repo.warroom(["correct", &line, "colour", "red"]).fails(4);
    repo.warroom(["correct", "zzzz", "text", "x"]).fails(4);
    let fields = repo.warroom(["correct", &line]).ok();
    assert!(fields.contains("kind") && fields.contains("action"), "{fields}");
}

#[test]
fn what_was_carried_out_is_not_taken_out_and_no_approval_is_walked_around() {
    let mut repo = declared("itil", "P1");
    for (role, who) in [("ic", "kim"), ("deployment_manager", "dana")] {
        repo.warroom(["role", "assign", role, who]).ok();
    }
    let (id, _) = made(
        &repo,
        &[
            "mitigation",
            "propose",
            "turn the flag off",
            "--option",
            "configuration",
        ],
    );
    repo.warroom(["mitigation", "approve", &id]).ok();
    repo.warroom(["--as", "lee", "mitigation", "approve", &id]).run();
    // As a hotfix it would want the deployment manager.
    let refused = repo.warroom(["mitigation", "edit", &id, "--option", "hotfix"]).fails(3);
    assert!(refused.contains("deployment manager"), "{refused}");
    repo.warroom(["mitigation", "start", &id]).ok();
    repo.warroom(["mitigation", "fail", &id, "--note", "worse"]).ok();
    let refused = repo.warroom(["mitigation", "remove", &id]).fails(3);
    assert!(refused.contains("stays on the record"), "{refused}");
    repo.warroom(["mitigation", "edit", &id, "--note", "errors back to 40 %"])
        .ok();
    repo.at("2026-11-20T14:31:00Z");
    // The framework's own items keep their words.
    repo.warroom(["check", "tick", "triage.confirm"]).ok();
    repo.warroom(["check", "edit", "triage.confirm", "--text", "nothing"])
        .fails(2);
    repo.warroom(["check", "remove", "triage.confirm"]).fails(2);
}
