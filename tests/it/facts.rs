//! The frameworks' facts through the real binary: every clock at every severity, the matrix, the gate with its soak,
//! approvals, transitions, snoozes, and clocks that change with the severity.

use std::collections::HashMap;

use serde_json::Value;
use warroom::incident::time::parse_duration;

use crate::harness::{Repo, START, after};

fn timers(repo: &Repo, now: &str) -> Vec<Value> {
    let json = repo.warroom(["timer", "list", "--json"]).now(now).json();
    json["timers"].as_array().unwrap().clone()
}

fn timer(repo: &Repo, now: &str, id: &str) -> Option<Value> {
    timers(repo, now).into_iter().find(|timer| timer["id"] == id)
}

fn seconds(text: &str) -> i64 {
    if text == "0s" {
        0
    } else {
        i64::try_from(parse_duration(text).unwrap().as_secs()).unwrap()
    }
}

#[test]
fn every_clock_counts_what_its_source_says() {
    let table = include_str!("../data/timers.txt");
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    let mut groups: Vec<(&str, &str, &[&str])> = rows.iter().map(|row| (row[0], row[1], &row[5..])).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut wrong = Vec::new();
    let mut repos: HashMap<&str, Repo> = HashMap::new();
    for (framework, severity, first) in groups {
        let repo = repos
            .entry(framework)
            .or_insert_with(|| Repo::with_framework(framework));
        let declared = repo.warroom([
            "declare",
            "--title",
            "x",
            "--severity",
            severity,
            "--detected-at",
            START,
        ]);
        let id = declared.now(START).ok().trim().to_owned();
        if !first.is_empty() {
            repo.warroom(["-i", &id]).args(first).now(START).ok();
        }
        let json = repo.warroom(["-i", &id, "timer", "list", "--json"]).now(START).json();
        let timers = json["timers"].as_array().unwrap();
        let of_group = |row: &&Vec<&str>| (row[0], row[1], &row[5..]) == (framework, severity, first);
        for row in rows.iter().filter(of_group) {
            let found = timers.iter().find(|timer| timer["id"] == row[2]);
            match (found, row[3]) {
                (None, "-") => {}
                (Some(timer), due) if due != "-" => {
                    let overdue = timer["overdue_at"]
                        .as_str()
                        .unwrap_or_else(|| timer["due"].as_str().unwrap());
                    let is = (timer["due"].as_str().unwrap(), overdue);
                    let want = (after(seconds(due)), after(seconds(row[4])));
                    if is != (&*want.0, &*want.1) {
                        wrong.push(format!("{row:?}: {is:?}"));
                    }
                }
                (found, _) => wrong.push(format!("{row:?}: {found:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn priority_comes_from_impact_and_urgency_and_the_reason_is_kept() {
    for (impact, urgency, priority) in [
        ("high", "high", "P0"),
        ("high", "medium", "P1"),
        ("medium", "high", "P1"),
        ("high", "low", "P2"),
        ("medium", "medium", "P2"),
        ("low", "high", "P2"),
        ("medium", "low", "P3"),
        ("low", "medium", "P3"),
        ("low", "low", "P3"),
    ] {
        let repo = Repo::with_framework("itil");
        repo.warroom(["declare", "--title", "x", "--impact", impact, "--urgency", urgency])
            .ok();
        let shown = repo.show();
        assert_eq!(shown["severity"], priority, "{impact} x {urgency}");
        let declared = shown["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .find(|event| event["kind"] == "declared");
        let text = declared.unwrap()["text"].as_str().unwrap();
        let because = format!("(impact {impact}, urgency {urgency})");
        assert!(text.contains(&because), "{text}");
    }
    let repo = Repo::with_framework("ops");
    repo.warroom(["declare", "--title", "x", "--impact", "high", "--urgency", "high"])
        .fails(2);
}

#[test]
fn a_change_of_severity_counts_from_the_same_start() {
    let repo = Repo::with_framework("itil");
    repo.warroom(["declare", "--title", "x", "--severity", "P2", "--detected-at", START])
        .now(START)
        .ok();
    assert_eq!(timer(&repo, START, "engage").unwrap()["due"], after(4 * 3600));
    repo.warroom(["severity", "P0", "--reason", "worse"])
        .now(&after(600))
        .ok();
    let engage = timer(&repo, &after(600), "engage").unwrap();
    assert_eq!(engage["due"], after(900), "from the detection, not from the raise");
    assert_eq!(engage["remaining_s"], 300);
    // And at a moment before the raise it counts as it did.
    assert_eq!(timer(&repo, &after(300), "engage").unwrap()["due"], after(4 * 3600));
    repo.warroom(["severity", "P2", "--reason", "better"])
        .now(&after(700))
        .ok();
    assert_eq!(timer(&repo, &after(700), "engage").unwrap()["due"], after(4 * 3600));
    assert_eq!(
        timer(&repo, &after(650), "engage").unwrap()["due"],
        after(900),
        "P0 for a while"
    );
}

#[test]
fn a_cadence_starts_anew_when_somebody_was_told_and_is_overdue_when_nobody_was() {
    let repo = Repo::with_framework("ops");
    repo.warroom(["declare", "--title", "x", "--severity", "SEV1", "--detected-at", START])
        .now(START)
        .ok();
    assert_eq!(timer(&repo, &after(540), "update.internal").unwrap()["state"], "due");
    assert_eq!(
        timer(&repo, &after(601), "update.internal").unwrap()["state"],
        "overdue"
    );
    repo.warroom(["update", "--audience", "internal", "--message", "we look"])
        .now(&after(660))
        .ok();
    let next = timer(&repo, &after(660), "update.internal").unwrap();
    assert_eq!(
        (next["due"].as_str().unwrap(), next["state"].as_str().unwrap()),
        (&*after(1260), "running")
    );
    repo.warroom(["timer", "snooze", "update.internal", "5m"])
        .now(&after(1200))
        .ok();
    let snoozed = timer(&repo, &after(1200), "update.internal").unwrap();
    assert_eq!(snoozed["due"], after(1500));
    assert_eq!(snoozed["snoozed"], true);
}

#[test]
fn countdowns_are_exact_for_any_moment_of_the_files_history() {
    let repo = Repo::with_framework("ops");
    repo.warroom(["declare", "--title", "x", "--severity", "SEV1", "--detected-at", START])
        .now(START)
        .ok();
    let id = repo.show()["id"].as_str().unwrap().to_owned();
    let does = |seconds: i64, args: &[&str]| {
        let args = ["-i", &id].iter().chain(args).copied().collect::<Vec<_>>();
        repo.warroom(args).now(&after(seconds)).ok()
    };
    does(90, &["ack"]);
    does(540, &["update", "--audience", "internal", "--message", "we look"]);
    does(600, &["timer", "snooze", "update.external", "20m"]);
    does(
        700,
        &["timer", "clear", "update.external", "--reason", "nobody sees it"],
    );
    does(2000, &["resolve", "--force", "--reason", "a drill"]);
    does(2100, &["close", "--force", "--reason", "a drill"]);
    let state = |seconds: i64, clock: &str| {
        let json = repo
            .warroom(["-i", &id, "timer", "list", "--json"])
            .now(&after(seconds))
            .json();
        let all = json["timers"].as_array().unwrap();
        let found = all.iter().find(|timer| timer["id"] == clock);
        found.map(|timer| {
            (
                timer["state"].as_str().unwrap().to_owned(),
                timer["remaining_s"].as_i64().unwrap(),
            )
        })
    };
    let is = |state: &str, left: i64| Some((state.to_owned(), left));
    assert_eq!(state(30, "acknowledge"), is("running", 30));
    assert_eq!(state(80, "acknowledge"), is("overdue", -20));
    assert_eq!(state(100, "acknowledge"), is("met-late", -40));
    assert_eq!(state(500, "update.internal"), is("due", 100));
    assert_eq!(state(550, "update.internal"), is("running", 590), "from the update on");
    assert_eq!(state(599, "update.external"), is("running", 301));
    assert_eq!(state(650, "update.external"), is("running", 1150), "put off");
    assert_eq!(state(1000, "update.external").unwrap().0, "cleared");
    assert_eq!(state(1900, "review"), None, "not resolved yet");
    assert_eq!(state(2050, "review").unwrap().0, "running");
    assert_eq!(state(2050, "update.internal"), None);
}

#[test]
fn clocks_are_met_in_time_or_late() {
    let repo = Repo::with_framework("itil");
    repo.warroom(["declare", "--title", "x", "--severity", "P1", "--detected-at", START])
        .now(START)
        .ok();
    repo.warroom(["ack"]).now(&after(240)).ok();
    let states = |now: &str| -> Vec<(String, String)> {
        let json = repo.warroom(["show", "--json"]).now(now).json();
        let timers = json["derived"]["timers"].as_array().unwrap().clone();
        let pair = |timer: &Value| {
            (
                timer["id"].as_str().unwrap().to_owned(),
                timer["state"].as_str().unwrap().to_owned(),
            )
        };
        timers.iter().map(pair).collect()
    };
    let state = |now: &str, id: &str| {
        states(now)
            .into_iter()
            .find(|(known, _)| known == id)
            .map(|(_, state)| state)
    };
    assert_eq!(state(&after(250), "acknowledge").as_deref(), Some("met"));
    repo.warroom(["status", "investigating"]).now(&after(1900)).ok();
    assert_eq!(state(&after(1901), "engage").as_deref(), Some("met-late"));
}

#[test]
fn the_gate_opens_when_its_items_are_ticked_and_the_soak_is_over() {
    for (framework, severity, soak) in [
        ("ops", "SEV1", 900),
        ("war-room", "P1", 900),
        ("itil", "P0", 900),
        ("sre", "SEV1", 900),
        ("essentials", "P0", 900),
    ] {
        let repo = Repo::with_framework(framework);
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
        if framework == "itil" {
            repo.warroom(["role", "assign", "deployment_manager", "lee"])
                .now(START)
                .ok();
        }
        let said = repo.warroom(["resolve"]).now(&after(10)).fails(3);
        assert!(
            said.contains("not ready to be resolved") && said.contains("soak"),
            "{framework}: {said}"
        );
        let missing = |now: &str| -> Vec<String> {
            let json = repo.warroom(["show", "--json"]).now(now).json();
            let items = json["derived"]["gate"]["items"].as_array().unwrap().clone();
            let unmet = items.iter().filter(|item| item["met"] == false);
            unmet.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
        };
        repo.warroom([
            "mitigation",
            "propose",
            "roll back",
            "--option",
            "rollback",
            "--rationale",
            "it began with the deploy",
        ])
        .now(&after(20))
        .ok();
        let id = repo.warroom(["show", "--json"]).now(&after(20)).json()["mitigations"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        for (verb, who) in [
            ("approve", "sam"),
            ("approve", "lee"),
            ("start", "lee"),
            ("done", "lee"),
        ] {
            repo.warroom(["--as", who, "mitigation", verb, &id])
                .now(&after(60))
                .run();
        }
        for item in missing(&after(61)).iter().filter(|id| id.contains('.')) {
            repo.warroom(["check", "tick", item, "--note", "seen on the dashboard"])
                .now(&after(60 + soak - 20))
                .run();
        }
        // A condition that names a duration may be left, too: it has to run its time, whatever the soak is.
        let duration = "mitigation.error-rate";
        let left = missing(&after(60 + soak - 15));
        let left: Vec<&String> = left.iter().filter(|id| *id != duration).collect();
        assert_eq!(left.len(), 1, "{framework}: only the soak is left, not {left:?}");
        repo.warroom(["resolve"]).now(&after(60 + soak - 10)).fails(3);
        let over = &after(60 + soak.max(if framework == "war-room" { 900 } else { 0 }) + 1);
        if missing(over).iter().any(|id| id == duration) {
            repo.warroom(["check", "tick", duration, "--note", "0.04 %"])
                .now(over)
                .ok();
        }
        assert!(missing(over).is_empty(), "{framework}: {:?}", missing(over));
        repo.warroom(["resolve"]).now(over).ok();
    }
}

#[test]
fn an_unapproved_start_is_refused_and_says_who_is_missing() {
    for (framework, severity, approvers) in [
        ("war-room", "P0", &["sam"][..]),
        ("war-room", "P1", &["sam", "lee"]),
        ("ops", "SEV2", &["sam"]),
        ("itil", "P0", &["sam", "lee"]),
        ("itil", "P1", &["sam", "lee"]),
        ("sre", "SEV1", &["sam"]),
    ] {
        let repo = Repo::with_framework(framework);
        repo.declare("x", severity);
        repo.warroom(["role", "assign", "ic", "sam"]).ok();
        if framework == "itil" {
            // A rollback is the deployment manager's to agree to.
            repo.warroom(["role", "assign", "deployment_manager", "lee"]).ok();
        }
        repo.warroom(["mitigation", "propose", "roll back", "--option", "rollback"])
            .ok();
        let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
        for who in approvers {
            // No verb is a way past it.
            for verb in ["start", "done", "verify"] {
                let said = repo.warroom(["mitigation", verb, &id]).fails(3);
                assert!(
                    said.contains("approv") || said.contains("commander"),
                    "{framework} {severity} {verb}: {said}"
                );
            }
            repo.warroom(["--as", who, "mitigation", "approve", &id]).ok();
        }
        repo.warroom(["mitigation", "start", &id]).ok();
    }
}

#[test]
fn only_statuses_that_may_follow_are_taken_and_the_others_are_listed() {
    for (framework, severity, bad) in [
        ("ops", "SEV1", "closed"),
        ("itil", "P1", "closed"),
        ("essentials", "P0", "closed"),
    ] {
        let repo = Repo::with_framework(framework);
        repo.declare("x", severity);
        repo.warroom(["status", bad]).fails(3);
        let said = repo.warroom(["status", "dancing"]).run();
        assert!(matches!(said.code, Some(2 | 4)), "{said:?}");
        assert!(said.stderr.contains("resolved"), "{said:?}");
    }
}

#[test]
fn every_framework_is_in_order_and_says_where_its_facts_are_from() {
    let nowhere = Repo::nothing();
    for name in ["war-room", "ops", "itil", "sre", "essentials"] {
        let page = nowhere.warroom(["framework", "show", name]).ok();
        assert!(page.contains("From: source 00"), "{page}");
        let source = nowhere.warroom(["framework", "show", name, "--source"]).ok();
        let file = nowhere.outside().join(format!("{name}.yaml"));
        std::fs::write(&file, source).unwrap();
        assert_eq!(
            nowhere.warroom(["framework", "lint", file.to_str().unwrap()]).ok(),
            "1 framework in order\n"
        );
    }
}

#[test]
fn an_escalation_meets_its_clock_and_says_why() {
    let repo = Repo::with_framework("itil");
    repo.warroom(["declare", "--title", "x", "--severity", "P0", "--detected-at", START])
        .now(START)
        .ok();
    let tier = |now: &str| timer(&repo, now, "tier-2");
    assert_eq!(tier(&after(901)).unwrap()["state"], "overdue");
    assert_eq!(tier(&after(901)).unwrap()["remedy"], "escalate tier-2");
    let said = repo
        .warroom(["escalate", "tier2", "--reason", "beyond", "the", "runbooks"])
        .now(&after(960))
        .ok();
    assert!(
        said.contains("escalated to tier 2, component owners: beyond the runbooks"),
        "{said}"
    );
    assert!(tier(&after(961)).is_none_or(|timer| timer["state"] == "met-late"));
    repo.warroom(["escalate", "nobody"]).fails(4);
    let list = repo.warroom(["escalate"]).ok();
    for target in [
        "tier-2",
        "tier-3",
        "management",
        "executives",
        "continuity",
        "security",
        "backup",
    ] {
        assert!(list.contains(target), "{list}");
    }
    // Taken back like any other line of one's own.
    let event = repo.warroom(["show", "--json"]).json()["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .rfind(|e| e["kind"] == "escalation")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.warroom(["log", "retract", &event]).now(&after(970)).ok();
    assert_eq!(tier(&after(971)).unwrap()["state"], "overdue");
}

#[test]
fn no_field_of_a_framework_goes_unused() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let schema = std::fs::read_to_string(root.join("framework/data.rs")).unwrap();
    let fields = schema
        .lines()
        .filter_map(|line| line.strip_prefix("    pub "))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.trim());
    let mut code = String::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("framework/data.rs") && path.extension().is_some_and(|end| end == "rs") {
                // What only a test looks at reaches nobody.
                let text = std::fs::read_to_string(&path).unwrap();
                code += text.split("#[cfg(test)]").next().unwrap();
            }
        }
    }
    let used = |name: &str| {
        code.match_indices(&format!(".{name}"))
            .any(|(at, found)| !code[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let unused: Vec<&str> = fields.filter(|name| !used(name)).collect();
    assert!(unused.is_empty(), "nothing shows or counts {unused:?}");
}

#[test]
fn every_fact_meets_the_user_where_the_table_says() {
    let mut repo = None;
    let mut shown: HashMap<&str, String> = HashMap::new();
    let (mut wrong, mut rows) = (Vec::new(), 0);
    for line in include_str!("../data/facts.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (framework, severity) = heading.split_once(' ').unwrap();
            let made = Repo::with_framework(framework);
            made.warroom(["declare", "--title", "Checkout failing", "--severity", severity])
                .now(START)
                .ok();
            repo = Some(made);
            shown.clear();
            continue;
        }
        let repo = repo.as_ref().unwrap();
        let run = |words: &str| repo.warroom(words.split(' ')).now(&after(30)).run();
        if let Some(first) = line.strip_prefix("! ") {
            let done = run(first);
            assert_eq!(done.code, Some(0), "{line}: {done:?}");
            shown.clear();
            continue;
        }
        let (verb, words, wanted) = match (line.split_once(" !=> "), line.split_once(" => ")) {
            (Some((verb, words)), _) => (verb, words, false),
            (_, Some((verb, words))) => (verb, words, true),
            _ => panic!("{line}: verb => words"),
        };
        let said = shown.entry(verb).or_insert_with(|| {
            let done = run(verb);
            done.stdout + &done.stderr
        });
        for words in words.split(" || ") {
            if said.contains(words) != wanted {
                wrong.push(format!("{verb}: {words}"));
            }
            rows += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {rows}: {wrong:#?}", wrong.len());
    assert!(rows > 1200, "{rows} facts");
}
