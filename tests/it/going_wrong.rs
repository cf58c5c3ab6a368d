//! When things go wrong: procedures, tiers, contacts that do not answer, handovers, approvals of roles; and what orders the
//! work: business hours, likelihood.

use serde_json::Value;

use crate::harness::{Repo, START, after};
use crate::pty::Console;

fn at(minutes: i64) -> String {
    after(minutes * 60)
}

fn itil(severity: &str) -> Repo {
    let repo = Repo::with_framework("itil");
    repo.warroom([
        "declare",
        "--title",
        "Checkout failing",
        "--severity",
        severity,
        "--detected-at",
        START,
    ])
    .now(START)
    .ok();
    repo
}

fn procedure(repo: &Repo, now: &str, id: &str) -> Value {
    let json = repo.warroom(["procedure", "--json"]).now(now).json();
    let all = json["procedures"].as_array().unwrap();
    all.iter().find(|one| one["id"] == id).unwrap().clone()
}

fn reminders(repo: &Repo, now: &str) -> String {
    repo.warroom(["show", "--json"]).now(now).json()["derived"]["reminders"].to_string()
}

#[test]
fn a_failed_rollback_calls_for_its_procedure_and_its_list_comes_first() {
    let repo = itil("P2");
    repo.warroom(["mitigation", "propose", "back to v2.33", "--option", "rollback"])
        .now(&at(1))
        .ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    repo.warroom(["--as", "lee", "mitigation", "approve", &id])
        .now(&at(2))
        .ok();
    repo.warroom(["mitigation", "start", &id]).now(&at(3)).ok();
    assert_eq!(procedure(&repo, &at(4), "rollback")["called_for"], false);
    repo.warroom(["mitigation", "fail", &id, "--result", "schema is newer"])
        .now(&at(5))
        .ok();
    assert_eq!(procedure(&repo, &at(6), "rollback")["called_for"], true);
    assert!(reminders(&repo, &at(6)).contains("procedure start rollback"));
    let list = |now: &str| repo.warroom(["check", "list"]).now(now).ok();
    assert!(!list(&at(6)).contains("Stop all further changes"));
    let said = repo
        .warroom([
            "procedure",
            "start",
            "rollback-failed",
            "--reason",
            "v2.33 does not start",
        ])
        .now(&at(7))
        .ok();
    assert!(
        said.contains("procedure started, A rollback failed: v2.33 does not start"),
        "{said}"
    );
    assert!(list(&at(8)).starts_with("A rollback failed 0/8"), "{}", list(&at(8)));
    repo.warroom(["procedure", "start", "rollback"]).now(&at(8)).fails(2);
    repo.warroom(["check", "tick", "rollback.stop"]).now(&at(9)).ok();
    assert!(list(&at(9)).starts_with("A rollback failed 1/8"));
    // Taken back like any other line of one's own, and then it is offered again.
    let shown = repo.show();
    let events = shown["timeline"].as_array().unwrap();
    let event = events.iter().find(|event| event["kind"] == "procedure").unwrap();
    repo.warroom(["log", "retract", event["id"].as_str().unwrap()])
        .now(&at(10))
        .ok();
    assert_eq!(procedure(&repo, &at(10), "rollback")["called_for"], true);
    let unknown = repo.warroom(["procedure", "start", "dancing"]).fails(4);
    assert!(unknown.contains("breach") && unknown.contains("overdue"), "{unknown}");
}

#[test]
fn evidence_comes_before_mitigation_where_data_was_breached() {
    let repo = itil("P3");
    repo.warroom(["set", "impact.data", "none lost so far"])
        .now(&at(1))
        .ok();
    assert_eq!(procedure(&repo, &at(1), "breach")["called_for"], false, "none is none");
    repo.warroom(["set", "impact.data", "addresses of 4,000 customers were readable"])
        .now(&at(1))
        .ok();
    assert_eq!(procedure(&repo, &at(1), "breach")["called_for"], true);
    repo.warroom(["escalate", "security"]).now(&at(2)).ok();
    assert!(
        procedure(&repo, &at(2), "breach")["since"].is_string(),
        "security called: it is followed"
    );
    repo.warroom(["mitigation", "propose", "close the bucket", "--option", "configuration"])
        .now(&at(3))
        .ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    repo.warroom(["--as", "lee", "mitigation", "approve", &id])
        .now(&at(3))
        .ok();
    let said = repo.warroom(["mitigation", "start", &id]).now(&at(4)).fails(3);
    assert!(
        said.contains("breach.evidence: Preserve evidence before anything"),
        "{said}"
    );
    repo.warroom(["check", "tick", "breach.evidence", "--note", "images of both hosts"])
        .now(&at(5))
        .ok();
    repo.warroom(["mitigation", "start", &id]).now(&at(6)).ok();
}

#[test]
fn past_the_target_and_unresolved_the_procedures_follow_each_other() {
    let repo = itil("P0");
    assert_eq!(procedure(&repo, "2026-11-20T16:04:00Z", "overdue")["called_for"], false);
    assert_eq!(
        procedure(&repo, "2026-11-20T16:06:00Z", "overdue")["called_for"],
        true,
        "P0 at 2 h"
    );
    repo.warroom(["escalate", "owners"]).now("2026-11-20T16:07:00Z").ok();
    let list = repo.warroom(["check", "list"]).now("2026-11-20T16:08:00Z").ok();
    assert!(list.starts_with("Past the resolution target 1/7"), "{list}");
    repo.warroom(["escalate", "continuity", "--reason", "four hours"])
        .now("2026-11-20T18:06:00Z")
        .ok();
    assert!(procedure(&repo, "2026-11-20T18:07:00Z", "major")["since"].is_string());
}

#[test]
fn each_tier_has_its_list_and_its_time_from_the_handover() {
    let repo = itil("P0");
    let timer = |now: &str, id: &str| {
        let json = repo.warroom(["timer", "list", "--json"]).now(now).json();
        let all = json["timers"].as_array().unwrap().clone();
        all.into_iter().find(|timer| timer["id"] == id)
    };
    assert!(timer(&at(10), "tier-3").is_none(), "nobody is at tier 2 yet");
    repo.warroom(["escalate", "tier-2", "--reason", "no runbook"])
        .now(&at(14))
        .ok();
    assert_eq!(timer(&at(15), "tier-3").unwrap()["due"], at(44));
    let list = repo.warroom(["check", "list"]).now(&at(15)).ok();
    assert!(
        list.contains("Tier 2, component owners") && list.contains("Take the handover from tier 1"),
        "{list}"
    );
    repo.warroom(["escalate", "tier-3"]).now(&at(40)).ok();
    assert_eq!(timer(&at(41), "tier-management").unwrap()["due"], at(100));
    let list = repo.warroom(["check", "list"]).now(&at(41)).ok();
    assert!(list.contains("Engage vendor support"), "{list}");
}

#[test]
fn somebody_who_does_not_answer_has_a_next_one_each_time() {
    let repo = itil("P1");
    let call = |who: &str| repo.warroom(["escalate", "--unreachable", who]).now(&at(3)).ok();
    assert!(call("dora").contains("dora does not answer; next to call: their backup"));
    assert!(call("dora").contains("next to call: their manager"));
    assert!(
        call("emil").contains("next to call: their backup"),
        "each has their own"
    );
    assert!(call("dora").contains("next to call: the software architect"));
    assert!(
        call("dora").contains("next to call: the software architect"),
        "nobody after the last"
    );
    let plain = Repo::with_framework("ops");
    plain.declare("x", "SEV1");
    assert!(
        plain
            .warroom(["escalate", "--unreachable", "dora"])
            .ok()
            .contains("someone else who can do it")
    );
}

#[test]
fn a_handover_waits_for_a_yes_and_says_so() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    let said = repo.warroom(["role", "accept", "ic"]).by("sam").ok();
    assert!(said.contains("accepted already"), "{said}");
    repo.warroom(["role", "handoff", "ic", "kim"]).by("sam").ok();
    // The role has passed on: somebody is always in command.
    let shown = repo.show();
    let now: Vec<&Value> = shown["roles"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|role| role["until"].is_null())
        .collect();
    assert_eq!(
        (now[0]["who"].as_str(), now[0]["from"].as_str()),
        (Some("kim"), Some("sam"))
    );
    assert!(
        shown["derived"]["reminders"]
            .to_string()
            .contains("kim has not accepted"),
        "{shown}"
    );
    assert!(repo.warroom(["role"]).ok().contains("has not accepted yet"));
    repo.warroom(["role", "accept", "ic"]).by("lee").fails(2);
    let said = repo.warroom(["role", "accept", "ic"]).by("kim").ok();
    assert!(said.contains("kim accepted: incident commander"), "{said}");
    assert!(!repo.show()["derived"]["reminders"].to_string().contains("not accepted"));
    // Whoever takes it by their own hand has said yes by that.
    repo.warroom(["role", "handoff", "ic", "ana"]).by("ana").ok();
    assert!(!repo.show()["derived"]["reminders"].to_string().contains("not accepted"));
}

#[test]
fn a_rollback_waits_for_the_deployment_manager_and_other_changes_do_not() {
    let repo = itil("P0");
    repo.warroom(["role", "assign", "ic", "sam"]).ok();
    for option in ["rollback", "scaling"] {
        repo.warroom(["mitigation", "propose", option, "--option", option]).ok();
    }
    let shown = repo.show();
    let id = |number: usize| shown["mitigations"][number]["id"].as_str().unwrap().to_owned();
    repo.warroom(["mitigation", "approve", &id(0)]).by("sam").ok();
    let said = repo.warroom(["mitigation", "start", &id(0)]).fails(3);
    assert!(
        said.contains("the deployment manager, a role no one holds yet"),
        "{said}"
    );
    repo.warroom(["role", "assign", "deploy", "dora"]).ok();
    let said = repo.warroom(["mitigation", "start", &id(0)]).fails(3);
    assert!(said.contains("the deployment manager (dora)"), "{said}");
    repo.warroom(["mitigation", "approve", &id(0)]).by("dora").ok();
    repo.warroom(["mitigation", "start", &id(0)]).ok();
    repo.warroom(["mitigation", "approve", &id(1)]).by("sam").ok();
    repo.warroom(["mitigation", "start", &id(1)]).ok();
}

#[test]
fn what_needed_no_yes_is_written_down_afterwards() {
    let repo = Repo::with_framework("ops");
    repo.declare("Checkout failing", "SEV1");
    repo.warroom(["mitigation", "propose", "fail over", "--option", "failover"])
        .ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    repo.warroom(["mitigation", "start", &id]).ok();
    repo.warroom(["mitigation", "done", &id]).ok();
    assert!(
        repo.show()["derived"]["reminders"]
            .to_string()
            .contains("approve-afterwards")
    );
    let said = repo.warroom(["mitigation", "approve", &id]).by("sam").ok();
    assert!(said.contains("approved afterwards: fail over"), "{said}");
    let shown = repo.show();
    assert_eq!(shown["mitigations"][0]["state"], "done");
    assert!(!shown["derived"]["reminders"].to_string().contains("approve-afterwards"));
    let said = repo.warroom(["mitigation", "approve", &id]).by("sam").ok();
    assert!(said.contains("approved that already"), "{said}");
}

#[test]
fn hypotheses_stand_by_likelihood_and_by_how_soon_one_knows() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    repo.warroom(["hypothesis", "add", "bots", "--likelihood", "20", "--takes", "5m"])
        .ok();
    repo.warroom(["hypothesis", "add", "DNS", "--likelihood", "60", "--takes", "30m"])
        .ok();
    repo.warroom(["hypothesis", "add", "pool", "--likelihood", "60", "--takes", "10m"])
        .ok();
    repo.warroom(["hypothesis", "add", "A recent deployment broke it"]).ok();
    repo.warroom(["hypothesis", "add", "sun spots"]).ok();
    let order = || -> Vec<String> {
        let list = repo.warroom(["hypothesis"]).ok();
        let words = ["bots", "DNS", "pool", "deployment", "sun spots"];
        let of = |line: &str| words.iter().find(|word| line.contains(**word)).unwrap().to_string();
        list.lines().map(of).collect()
    };
    assert_eq!(
        order(),
        ["pool", "DNS", "deployment", "bots", "sun spots"],
        "a usual cause has its share"
    );
    let id = |statement: &str| {
        let shown = repo.show();
        let all = shown["hypotheses"].as_array().unwrap();
        let found = all.iter().find(|one| one["statement"] == statement).unwrap();
        found["id"].as_str().unwrap().to_owned()
    };
    repo.warroom(["hypothesis", "rate", &id("bots"), "--likelihood", "90"])
        .ok();
    repo.warroom(["hypothesis", "reject", &id("pool")]).ok();
    repo.warroom(["hypothesis", "confirm", &id("sun spots")]).ok();
    assert_eq!(order(), ["sun spots", "bots", "DNS", "deployment", "pool"]);
    repo.warroom(["hypothesis", "rate", &id("bots")]).fails(2);
    repo.warroom(["hypothesis", "rate", &id("bots"), "--likelihood", "101"])
        .fails(2);
}

#[test]
fn business_hours_are_those_of_the_team() {
    let repo = itil("P3");
    let due = || {
        let listed = repo.warroom(["timer", "list", "--json"]).now(START).run();
        let json: Value = serde_json::from_str(&listed.stdout).unwrap();
        let timers = json["timers"].as_array().unwrap();
        let found = timers.iter().find(|timer| timer["id"] == "acknowledge").unwrap();
        found["due"].as_str().unwrap().to_owned()
    };
    assert_eq!(due(), "2026-11-23T14:05:00.000Z", "Friday to Monday");
    repo.write(
        ".warroom/config.yaml",
        "framework: itil\nbusiness-hours: {zone: JST-9, days: Mon-Fri, from: 09:00, to: '18:00'}\nholidays: [2026-11-23]\n",
    );
    // 23:05 in Tokyo: Friday is over, Monday is a holiday; a business day from Tuesday 09:00 is Wednesday 09:00.
    assert_eq!(due(), "2026-11-25T00:00:00.000Z");
    let page = repo.warroom(["framework", "show"]).ok();
    assert!(
        page.contains("Business hours: Mon-Fri 09:00-18:00 JST-9, 1 holiday"),
        "{page}"
    );
    repo.write(
        ".warroom/config.yaml",
        "framework: itil\nbusiness-hours: {zone: Mars}\n",
    );
    assert_eq!(
        due(),
        "2026-11-23T14:05:00.000Z",
        "what cannot be read counts as not there"
    );
    let doctor = repo.warroom(["doctor"]).run();
    assert!(doctor.stdout.contains("Mars"), "{doctor:?}");
    // Whoever reads the timers is told as well: those of others may differ.
    let listed = repo.warroom(["timer", "list"]).run();
    assert!(
        listed.stderr.contains("zone Mars of the business hours is not known"),
        "{listed:?}"
    );
}

#[test]
fn a_major_incident_shows_in_each_console_and_is_declared_with_a_key() {
    let repo = Repo::with_framework("itil");
    let first = repo.declare("Checkout failing", "P0");
    let mut console = Console::open(&repo, "sam", &["open", &first]);
    console.shows("Checkout failing");
    let second = repo.declare("Login failing", "P0");
    console.shows("MAJOR?");
    console.press("Km").shows("coordinator");
    // A name that is new is asked about once more.
    console.press("dora").press("<Enter>").shows("new here");
    console.press("<Enter>");
    console.shows("MAJOR dora");
    let other = repo.show_of(&second);
    assert_eq!(other["fields"]["major"], "dora");
    assert_eq!(other["links"][0]["target"], first.as_str());
}

#[test]
fn what_failed_is_taken_back_by_its_own_plan() {
    let repo = Repo::with_framework("ops");
    repo.declare("Checkout failing", "SEV2");
    repo.warroom([
        "mitigation",
        "propose",
        "more pods",
        "--option",
        "scale",
        "--rollback",
        "six pods again",
    ])
    .ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    assert!(!reminders(&repo, &at(1)).contains("take-back"));
    repo.warroom(["mitigation", "fail", &id, "--result", "the database is worse off"])
        .ok();
    assert!(
        repo.show()["derived"]["reminders"]
            .to_string()
            .contains("it failed; take it back: six pods again")
    );
    repo.warroom(["mitigation", "propose", "six pods again"]).ok();
    assert!(!repo.show()["derived"]["reminders"].to_string().contains("take-back"));
}

#[test]
fn one_confirmed_cause_is_offered_to_the_review_and_two_are_not() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    let reminders = || repo.show()["derived"]["reminders"].to_string();
    for statement in ["pool too small", "bots"] {
        repo.warroom(["hypothesis", "add", statement]).ok();
    }
    let shown = repo.show();
    let id = |number: usize| shown["hypotheses"][number]["id"].as_str().unwrap().to_owned();
    assert!(!reminders().contains("root cause"));
    repo.warroom(["hypothesis", "confirm", &id(0)]).ok();
    assert!(
        reminders().contains("confirmed: pool too small; name it as the root cause"),
        "{}",
        reminders()
    );
    repo.warroom(["hypothesis", "confirm", &id(1)]).ok();
    assert!(reminders().contains("the review wants one root cause"));
    repo.warroom(["hypothesis", "reject", &id(1)]).ok();
    repo.warroom(["cause", "set", "a pool too small for cards"]).ok();
    assert!(!reminders().contains("root"), "{}", reminders());
}

#[test]
fn what_is_to_be_known_of_the_impact_is_asked_by_the_framework() {
    let repo = itil("P1");
    let list = repo.warroom(["set"]).ok();
    assert!(
        list.contains("impact.time-to-breach") && !list.contains("fields."),
        "{list}"
    );
    repo.warroom(["set", "impact.compliance", "yes, PCI"]).ok();
    repo.warroom(["set", "fields.region", "eu-west-1"]).ok();
    let list = repo.warroom(["set"]).ok();
    assert!(list.contains("yes, PCI") && list.contains("fields.region"), "{list}");
    repo.warroom(["set", "impact.users"]).fails(2);
    repo.warroom(["severity", "--impact", "low", "--urgency", "high"]).ok();
    let shown = repo.show();
    assert_eq!(shown["severity"], "P2");
    assert!(shown["timeline"].to_string().contains("impact low, urgency high"));
    let again = repo.warroom(["severity", "--impact", "low"]).ok();
    assert!(again.contains("rated so already"), "{again}");
    repo.warroom(["set", "impact.compliance", "perhaps"]).fails(4);
}

#[test]
fn a_major_incident_is_briefed_every_day_and_ended_by_name() {
    let repo = Repo::with_framework("itil");
    repo.declare("Checkout failing", "P1");
    let due = |minutes: i64, id: &str| {
        let json = repo.warroom(["timer", "list", "--json"]).now(&at(minutes)).json();
        let all = json["timers"].as_array().unwrap().clone();
        let runs = |timer: &Value| ["running", "due", "overdue"].contains(&timer["state"].as_str().unwrap());
        let found = all.into_iter().find(|timer| timer["id"] == id && runs(timer));
        found.map(|timer| timer["due"].as_str().unwrap().to_owned())
    };
    let end = ["major", "end", "--reason", "one region only"];
    let said = repo.warroom(end).now(&at(1)).fails(2);
    assert!(said.contains("nothing to end"), "{said}");
    assert_eq!(due(1, "major.briefing"), None);
    let declare = ["major", "declare", "--owner", "vera", "--reason", "two regions"];
    repo.warroom(declare).now(&at(10)).ok();
    assert_eq!(due(11, "major.executives"), Some(at(10)));
    assert_eq!(due(11, "major.briefing"), Some(at(10 + 24 * 60)));
    let update = ["update", "--audience", "executives", "--message", "two regions are out"];
    repo.warroom(update).now(&at(20)).ok();
    assert_eq!(due(21, "major.executives"), None);
    assert_eq!(due(21, "major.briefing"), Some(at(20 + 24 * 60)), "every day");
    repo.warroom(["major", "end", "--reason", " "]).now(&at(25)).fails(2);
    let said = repo.warroom(end).now(&at(30)).ok();
    assert!(
        said.contains("major incident ended: INC-2026-0001: one region only"),
        "{said}"
    );
    assert_eq!(due(31, "major.briefing"), None);
    let shown = repo.warroom(["major"]).now(&at(31)).ok();
    assert!(shown.starts_with("no major incident"), "{shown}");
    let kept = repo.show();
    assert_eq!(kept["fields"]["major-ended"], "one region only");
    assert!(kept["fields"].get("major").is_none());
    // Declared again, it is one again.
    repo.warroom(declare).now(&at(40)).ok();
    let shown = repo.warroom(["major"]).now(&at(41)).ok();
    assert!(shown.starts_with("MAJOR INCIDENT: INC-2026-0001"), "{shown}");
}
