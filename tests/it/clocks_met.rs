//! Every clock of every framework from alert to review, at the worst severity at which it runs: met once in time and once late, by
//! the very verb that the program names as its remedy. What this finds is a clock that cannot be met as it says. (Whether its
//! figures are right at each severity is in data/timers.txt.)

use serde_json::Value;

use crate::harness::{Repo, START, plus};

/// An incident at a severity, with what has happened before a clock starts.
struct Story<'a> {
    repo: &'a Repo,
    id: String,
}

impl<'a> Story<'a> {
    fn begin(repo: &'a Repo, severity: &str, clock: &Value) -> Self {
        let mut args = vec!["declare", "--title", "Checkout failing", "--detected-at", START];
        if clock["met_by"] != "severity" {
            args.extend(["--severity", severity]);
        }
        let id = repo.warroom(args).now(START).ok().trim().to_owned();
        let story = Self { repo, id };
        let begun = &plus(START, 60);
        let from = clock["from"].as_str().unwrap();
        match from.split(" or ").next().unwrap().split_once(' ') {
            Some(("procedure", procedure)) => story.does(begun, "kim", &["procedure", "start", procedure]),
            Some(("escalated", target)) => story.does(begun, "kim", &["escalate", target]),
            Some(("field", field)) => story.does(begun, "kim", &["set", field, "yes"]),
            Some(("told", audience)) => {
                story.does(begun, "kim", &["update", "--audience", audience, "--message", "on it"]);
            }
            _ if from == "resolved" => story.does(
                begun,
                "kim",
                &["resolve", "--force", "--reason", "a drill of the clocks"],
            ),
            _ if from == "mitigation" => story.mitigates(begun),
            _ => {}
        }
        story
    }

    fn does(&self, now: &str, who: &str, args: &[&str]) {
        let args = ["-i", &self.id].iter().chain(args).copied().collect::<Vec<_>>();
        self.repo.warroom(args).now(now).by(who).ok();
    }

    /// A mitigation that everybody has agreed to is carried out.
    fn mitigates(&self, now: &str) {
        self.does(now, "sam", &["role", "assign", "ic", "sam"]);
        self.does(now, "sam", &["mitigation", "propose", "Roll back"]);
        let shown = self.repo.show_of(&self.id);
        let id = shown["mitigations"][0]["id"].as_str().unwrap();
        for who in ["sam", "kim", "lee"] {
            self.does(now, who, &["mitigation", "approve", id]);
        }
        self.does(now, "sam", &["mitigation", "start", id]);
        self.does(now, "sam", &["mitigation", "done", id]);
    }

    fn timer(&self, now: &str, id: &str) -> Option<Value> {
        let json = self
            .repo
            .warroom(["-i", &self.id, "timer", "list", "--json"])
            .now(now)
            .json();
        let timers = json["timers"].as_array().unwrap();
        timers.iter().find(|timer| timer["id"] == id).cloned()
    }

    /// What the program says meets the clock, with its blanks filled in.
    fn remedy(&self, now: &str, clock: &Value, framework: &Value, severity: &str) {
        let remedy = clock["remedy"].as_str().unwrap();
        let target = framework["escalations"][0]["id"].as_str().unwrap_or_default();
        let filled = remedy
            .replace("NAME", "kim")
            .replace("SEV", if clock["met_by"] == "severity" { severity } else { "SEV" })
            .replace("TARGET", target)
            .replace("TEXT", "a pool too small");
        let mut args: Vec<&str> = filled.split_whitespace().collect();
        match args.as_slice() {
            ["update", ..] => args.extend(["--message", "this is how it stands"]),
            ["resolve", ..] => args.extend(["--force", "--reason", "a drill of the clocks"]),
            ["check", "tick", ..] => args.extend(["--note", "seen"]),
            // Several people are wanted.
            ["role", "assign", "resolver", ..] => {
                self.does(now, "sam", &["role", "assign", "ic", "sam"]);
                self.does(now, "sam", &["role", "assign", "scribe", "lee"]);
            }
            _ => {}
        }
        self.does(now, "kim", &args);
    }
}

/// Tries all clocks of a framework, each at the worst severity at which it runs; those that run at none after what
/// a story begins with.
fn all_clocks(name: &str) -> Vec<String> {
    let repo = Repo::with_framework(name);
    let framework = repo.warroom(["framework", "show", name, "--json"]).json();
    let framework = framework.get("framework").unwrap_or(&framework);
    let severities: Vec<&str> = framework["severities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|severity| severity["id"].as_str().unwrap())
        .collect();
    let clocks = framework["timers"].as_array().unwrap().iter();
    // A duration has no deadline; see durations.rs.
    let clocks = clocks.filter(|clock| clock["waits"] != true);
    let runs = |clock: &&Value| {
        severities
            .iter()
            .any(|severity| meets(&repo, framework, severity, clock))
    };
    clocks
        .filter(|clock| !runs(clock))
        .map(|clock| clock["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Meets a clock in time and late; whether it runs at this severity.
fn meets(repo: &Repo, framework: &Value, severity: &str, clock: &Value) -> bool {
    let id = clock["id"].as_str().unwrap();
    let what = format!("{severity} {id}");
    let story = Story::begin(repo, severity, clock);
    let Some(timer) = story.timer(&plus(START, 61), id) else {
        return false;
    };
    if clock["remedy"].as_str() == Some("declare") {
        assert_eq!(timer["state"], "met", "{what}");
        return true;
    }
    let due = timer["due"]
        .as_str()
        .unwrap_or_else(|| panic!("{what}: {timer}"))
        .to_owned();
    let over = timer["overdue_at"].as_str().unwrap_or(&due).to_owned();
    let is_met = |story: &Story, now: &str, state: &str| {
        let after = story.timer(now, id).unwrap_or_else(|| panic!("{what} is gone"));
        if clock["repeats"] == true {
            assert!(after["due"].as_str().unwrap() > due.as_str(), "{what} goes on: {after}");
        } else {
            assert_eq!(after["state"], state, "{what}: {after}");
        }
    };
    let late = plus(&over, 120);
    let before = story.timer(&plus(&over, 60), id);
    let before = before.unwrap_or_else(|| panic!("{what} is gone"));
    assert_eq!(before["state"], "overdue", "{what}: {before}");
    story.remedy(&late, clock, framework, severity);
    is_met(&story, &plus(&late, 1), "met-late");
    // In time: just before it is due, or at once where that is when it is due.
    let early = plus(&due, -30).max(plus(START, 62));
    if early < over {
        let story = Story::begin(repo, severity, clock);
        story.remedy(&early, clock, framework, severity);
        is_met(&story, &plus(&over, 30), "met");
    }
    true
}

#[test]
fn war_room_clocks_are_met_in_time_and_late() {
    assert_eq!(all_clocks("war-room"), [""; 0]);
}

#[test]
fn ops_clocks_are_met_in_time_and_late() {
    assert_eq!(all_clocks("ops"), [""; 0]);
}

#[test]
fn itil_clocks_are_met_in_time_and_late() {
    assert_eq!(all_clocks("itil"), [""; 0]);
}

#[test]
fn sre_clocks_are_met_in_time_and_late() {
    assert_eq!(all_clocks("sre"), [""; 0]);
}

#[test]
fn essentials_clocks_are_met_in_time_and_late() {
    assert_eq!(all_clocks("essentials"), [""; 0]);
}
