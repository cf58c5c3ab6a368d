//! The resolution gate and its soak: what makes the soak begin anew, and what is no way past the gate.

use crate::harness::{Repo, START, after};

/// An incident with a mitigation done at 14:10 and every condition ticked at 14:11.
struct Room {
    repo: Repo,
    mitigation: String,
}

const DAY: &str = "2026-11-20T";

impl Room {
    fn new(framework: &str, severity: &str) -> Self {
        let mut room = Self::declared(framework, severity);
        room.at("14:02");
        // Not every framework has both.
        for (role, who) in [("ic", "sam"), ("deployment_manager", "ana")] {
            room.repo.warroom(["role", "assign", role, who]).run();
        }
        let made = room.repo.warroom([
            "mitigation",
            "propose",
            "roll back",
            "--option",
            "rollback",
            "--verification",
            "5xx",
            "--rollback",
            "again",
            "--json",
        ]);
        room.mitigation = made.json()["id"].as_str().unwrap().to_owned();
        let id = room.mitigation.clone();
        for who in ["sam", "lee", "ana"] {
            room.repo.warroom(["mitigation", "approve", &id]).by(who).run();
        }
        room.repo.warroom(["mitigation", "start", &id]).ok();
        room.at("14:10");
        room.repo.warroom(["mitigation", "done", &id]).ok();
        room.at("14:11");
        room.tick_all();
        room
    }

    fn declared(framework: &str, severity: &str) -> Self {
        let mut repo = Repo::new();
        repo.at(&format!("{DAY}14:00:00Z"));
        repo.warroom([
            "declare",
            "--title",
            "Checkout failing",
            "--framework",
            framework,
            "--severity",
            severity,
        ])
        .ok();
        Self {
            repo,
            mitigation: String::new(),
        }
    }

    fn at(&mut self, time: &str) {
        let seconds = if time.len() == 5 { ":00" } else { "" };
        self.repo.at(&format!("{DAY}{time}{seconds}Z"));
    }

    fn gate(&self) -> Vec<serde_json::Value> {
        self.repo.show()["derived"]["gate"]["items"].as_array().unwrap().clone()
    }

    /// The conditions that are to be ticked.
    fn conditions(&self) -> Vec<String> {
        let gate = self.gate();
        let ids = gate.iter().map(|item| item["id"].as_str().unwrap().to_owned());
        ids.filter(|id| id != "soak").collect()
    }

    /// Ticks what is not met; what has to hold for a time only once it has.
    fn tick_all(&self) {
        for item in self.gate() {
            if item["met"] == false && item["id"] != "soak" && item["met_at"].is_null() {
                let id = item["id"].as_str().unwrap();
                let done = self.repo.warroom(["check", "tick", id, "--note", "seen"]).run();
                assert!(done.code == Some(0) || id == "mitigation.error-rate", "{done:#?}");
            }
        }
    }

    fn soak(&self) -> String {
        let gate = self.gate();
        let soak = gate.iter().find(|item| item["id"] == "soak").unwrap();
        soak["text"].as_str().unwrap().to_owned()
    }

    fn does(&mut self, time: &str, words: &[&str]) {
        self.at(time);
        self.repo.warroom(words).ok();
    }

    /// It would have been refused one second before this time, and is not from then on.
    fn resolves_from(&mut self, second_before: &str, time: &str) {
        self.at(second_before);
        self.tick_all();
        self.repo.warroom(["resolve"]).fails(3);
        self.at(time);
        self.repo.warroom(["resolve"]).ok();
    }
}

#[test]
fn the_soak_counts_from_the_mitigation() {
    for (framework, severity, before, at) in [
        ("war-room", "P0", "14:39:59", "14:40"),
        ("ops", "SEV1", "14:24:59", "14:25"),
        ("itil", "P0", "14:24:59", "14:25"),
        ("essentials", "P1", "14:24:59", "14:25"),
        ("sre", "SEV1", "14:24:59", "14:25"),
    ] {
        let mut room = Room::new(framework, severity);
        room.resolves_from(before, at);
    }
}

#[test]
fn while_a_change_is_under_way_the_soak_has_not_begun() {
    for (framework, severity, at) in [
        ("war-room", "P0", "15:10"),
        ("ops", "SEV1", "14:55"),
        ("itil", "P0", "14:55"),
        ("essentials", "P1", "14:55"),
        ("sre", "SEV1", "14:55"),
    ] {
        let mut room = Room::new(framework, severity);
        room.at("14:12");
        let propose = [
            "mitigation",
            "propose",
            "restart all",
            "--option",
            "rollback",
            "--verification",
            "5xx",
            "--rollback",
            "again",
            "--json",
        ];
        let id = room.repo.warroom(propose).json()["id"].as_str().unwrap().to_owned();
        for who in ["sam", "lee", "ana"] {
            room.repo.warroom(["mitigation", "approve", &id]).by(who).run();
        }
        room.repo.warroom(["mitigation", "start", &id]).ok();
        room.at("14:50");
        room.tick_all();
        let refused = room.repo.warroom(["resolve"]).fails(3);
        assert!(
            refused.contains("starts when \"restart all\" is done"),
            "{framework}: {refused}"
        );
        // What it was is no way past it: a soak that was over counts no more.
        room.does("14:50", &["mitigation", "done", &id, "--at", "14:40"]);
        let soak = room.soak();
        assert!(soak.contains("runs for another"), "{framework}: {soak}");
        room.at(at);
        room.tick_all();
        room.repo.warroom(["resolve"]).ok();
    }
}

#[test]
fn a_skipped_condition_stays_unmet() {
    for (framework, severity) in [
        ("war-room", "P0"),
        ("ops", "SEV1"),
        ("itil", "P0"),
        ("sre", "SEV2"),
        ("essentials", "P0"),
    ] {
        let mut room = Room::declared(framework, severity);
        room.at("14:05");
        for id in room.conditions() {
            room.repo.warroom(["check", "skip", &id, "--reason", "boss"]).ok();
        }
        room.at("18:00");
        let refused = room.repo.warroom(["resolve"]).fails(3);
        assert!(refused.contains("skipped"), "{refused}");
        room.repo
            .warroom(["resolve", "--force", "--reason", "the vendor says so"])
            .ok();
    }
}

#[test]
fn a_condition_that_is_unticked_and_ticked_again_begins_the_soak_anew() {
    let mut room = Room::new("war-room", "P0");
    room.does("14:35", &["check", "untick", "mitigation.latency"]);
    room.does("14:50", &["check", "tick", "mitigation.latency", "--note", "0.08"]);
    assert!(room.soak().contains("ticked again at 14:50"), "{}", room.soak());
    room.resolves_from("15:19:59", "15:20");
}

#[test]
fn a_status_that_went_back_begins_it_anew_when_it_is_watched_again() {
    let mut room = Room::new("war-room", "P0");
    room.does("14:12", &["status", "monitoring"]);
    room.does("14:30", &["status", "mitigating", "--reason", "errors are back"]);
    room.at("15:20");
    room.repo.warroom(["resolve"]).fails(3);
    assert!(room.soak().contains("the status went back"), "{}", room.soak());
    room.does("15:21", &["status", "monitoring"]);
    room.resolves_from("15:50:59", "15:51");

    let mut room = Room::new("itil", "P0");
    room.does("14:12", &["status", "mitigating"]);
    room.does("14:20", &["status", "investigating", "--reason", "errors are back"]);
    room.at("16:00");
    room.repo.warroom(["resolve"]).fails(3);
    room.does("16:01", &["status", "mitigating"]);
    room.resolves_from("16:15:59", "16:16");
}

#[test]
fn an_alert_begins_it_anew_unless_it_says_that_it_is_over() {
    let mut room = Room::new("itil", "P0");
    room.does("14:13", &["log", "--kind", "alert", "[RESOLVED] HighErrorRate"]);
    room.does("14:20", &["log", "--kind", "alert", "errors back, 40 %"]);
    room.resolves_from("14:34:59", "14:35");

    // It says that nothing is over.
    let mut room = Room::new("itil", "P0");
    room.does("14:20", &["log", "--kind", "alert", "HighErrorRate not resolved"]);
    room.does(
        "14:21",
        &["log", "--kind", "alert", "customers say the resolved issue is back"],
    );
    room.resolves_from("14:35:59", "14:36");

    // What was closed is no alert; what monitoring says is over stays so whatever its name is.
    let mut room = Room::new("itil", "P0");
    room.does("14:20", &["log", "--kind", "alert", "store: connection closed"]);
    for over in [
        "[RESOLVED] Backup not ready",
        "Alert cleared: HighErrorRate",
        "all alerts have cleared",
    ] {
        room.does("14:22", &["log", "--kind", "alert", over]);
    }
    room.resolves_from("14:34:59", "14:35");

    // A line that was logged by mistake and retracted does not count.
    let mut room = Room::new("itil", "P0");
    room.at("14:20");
    let made = room
        .repo
        .warroom(["log", "--kind", "alert", "errors back", "--json"])
        .json();
    let id = made["id"].as_str().unwrap().to_owned();
    room.does("14:21", &["log", "retract", &id]);
    room.resolves_from("14:24:59", "14:25");
}

#[test]
fn a_severity_that_is_raised_begins_it_anew() {
    let mut room = Room::new("war-room", "P2");
    room.does("14:14", &["severity", "P0", "--reason", "everything is down again"]);
    room.at("14:15");
    room.repo.warroom(["resolve"]).fails(3);
    room.resolves_from("14:43:59", "14:44");
}

#[test]
fn a_mitigation_that_fails_puts_the_conditions_in_doubt() {
    let mut room = Room::new("war-room", "P0");
    let id = room.mitigation.clone();
    room.does("14:12", &["status", "monitoring"]);
    room.at("14:30");
    let said = room
        .repo
        .warroom(["mitigation", "fail", &id, "--result", "errors back to 40 %"])
        .ok();
    assert!(said.contains("check again"), "{said}");
    room.at("15:30");
    room.repo.warroom(["resolve"]).fails(3);
    let unmet = room.gate().iter().filter(|item| item["met"] == false).count();
    assert_eq!(unmet, room.conditions().len(), "{:#?}", room.gate());
    room.tick_all();
    room.resolves_from("15:59:59", "16:00");
}

#[test]
fn a_severity_that_is_lowered_keeps_the_soak_for_an_hour() {
    let mut room = Room::new("itil", "P1");
    room.does("14:12", &["severity", "P2", "--reason", "better"]);
    room.at("14:13");
    let refused = room.repo.warroom(["resolve"]).fails(3);
    assert!(refused.contains("P1 was in force within the last hour"), "{refused}");
    room.resolves_from("14:24:59", "14:25");

    let mut room = Room::new("war-room", "P0");
    room.does("14:12", &["severity", "P3", "--reason", "better"]);
    room.resolves_from("14:39:59", "14:40");
}

#[test]
fn what_ended_by_itself_needs_no_mitigation() {
    for (framework, severity, before, at) in [
        ("itil", "P0", "14:20:59", "14:21"),
        ("essentials", "P1", "14:20:59", "14:21"),
        ("ops", "SEV1", "14:20:59", "14:21"),
    ] {
        let mut room = Room::declared(framework, severity);
        room.at("14:05");
        room.tick_all();
        room.at("15:00");
        let refused = room.repo.warroom(["resolve"]).fails(3);
        assert!(refused.contains("milestone mitigated"), "{refused}");
        let mut room = Room::declared(framework, severity);
        room.at("14:05");
        room.tick_all();
        room.does("14:07", &["milestone", "mitigated", "14:06"]);
        room.resolves_from(before, at);
    }
}

#[test]
fn neither_a_retraction_nor_a_date_of_the_past_loses_the_severity_that_was_in_force() {
    for (framework, severity, low) in [
        ("war-room", "P0", "P3"),
        ("ops", "SEV1", "SEV3"),
        ("itil", "P0", "P3"),
        ("sre", "SEV1", "SEV3"),
        ("essentials", "P0", "P3"),
    ] {
        let mut repo = Repo::with_framework(framework);
        repo.at(START);
        repo.declare("x", severity);
        repo.at(&after(60));
        repo.warroom(["milestone", "mitigated", "14:05"]).ok();
        repo.at(&after(120));
        repo.warroom(["severity", low, "--reason", "better"]).ok();
        let shown = repo.show();
        let events = shown["timeline"].as_array().unwrap();
        let event = events.iter().rfind(|event| event["ref"] == "severity").unwrap();
        let id = event["id"].as_str().unwrap().to_owned();
        let still = |repo: &Repo| {
            let said = repo.warroom(["resolve"]).fails(3);
            assert!(
                said.contains(&format!("{severity} was in force within the last hour")),
                "{framework}: {said}"
            );
        };
        still(&repo);
        repo.at(&after(130));
        repo.warroom(["log", "edit", &id, "--at", "2026-11-20T12:00Z"]).ok();
        still(&repo);
        repo.at(&after(140));
        repo.warroom(["log", "retract", &id, "--reason", "a slip"]).ok();
        still(&repo);
        repo.warroom(["resolve", "--force", "--reason", "over"]).ok();
        // Where the source closes first, the review goes on after it.
        if framework != "itil" {
            let said = repo.warroom(["close"]).fails(3);
            assert!(said.contains("mandatory at"), "{framework}: {said}");
        }
    }
}

#[test]
fn a_mitigation_is_done_after_it_was_begun() {
    let mut repo = Repo::with_framework("essentials");
    repo.at(START);
    repo.declare("x", "P2");
    repo.at(&after(60));
    repo.warroom(["mitigation", "propose", "roll back"]).ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    repo.at(&after(600));
    repo.warroom(["mitigation", "start", &id]).ok();
    repo.at(&after(3600));
    let said = repo.warroom(["mitigation", "done", &id, "--at", "14:06"]).fails(2);
    assert!(
        said.contains("cannot be done at 14:06:00, before it was begun at 14:15:00"),
        "{said}"
    );
    repo.warroom(["mitigation", "done", &id, "--at", "14:30"]).ok();
    repo.warroom(["mitigation", "edit", &id, "--done", "14:06"]).fails(2);
    repo.warroom(["mitigation", "verify", &id, "--at", "14:29"]).fails(2);
    repo.warroom(["mitigation", "verify", &id, "--at", "14:30"]).ok();
}

#[test]
fn a_lowered_severity_is_no_way_past_an_approval() {
    let mut repo = Repo::with_framework("war-room");
    repo.at(START);
    repo.declare("x", "P0");
    repo.warroom(["role", "assign", "ic", "lee"]).ok();
    repo.at(&after(60));
    repo.warroom(["mitigation", "propose", "roll back"]).ok();
    let id = repo.show()["mitigations"][0]["id"].as_str().unwrap().to_owned();
    repo.warroom(["mitigation", "start", &id]).fails(3);
    repo.at(&after(120));
    repo.warroom(["severity", "P3", "--reason", "better"]).ok();
    let said = repo.warroom(["mitigation", "start", &id]).fails(3);
    assert!(said.contains("P0 (in force within the last hour)"), "{said}");
    repo.warroom(["mitigation", "approve", &id]).ok();
    repo.warroom(["mitigation", "start", &id]).fails(3);
    repo.warroom(["mitigation", "approve", &id]).by("lee").ok();
    repo.warroom(["mitigation", "start", &id]).ok();
    // What was lowered an hour ago counts as it is.
    repo.warroom(["mitigation", "propose", "restart"]).ok();
    let id = repo.show()["mitigations"][1]["id"].as_str().unwrap().to_owned();
    repo.at(&after(121 + 3600));
    repo.warroom(["mitigation", "start", &id]).ok();
}

#[test]
fn what_a_manual_edit_passed_over_is_named() {
    let mut repo = Repo::with_framework("ops");
    repo.at(START);
    let id = repo.declare("x", "SEV2");
    repo.at(&after(60));
    repo.warroom(["mitigation", "propose", "roll back"]).ok();
    let file = format!("incidents/{id}/incident.yaml");
    assert!(!repo.warroom(["validate"]).ok().contains("manual edit"));
    let text = repo.read(&file);
    let status = text
        .lines()
        .find(|line| line.starts_with("status: "))
        .unwrap()
        .to_owned();
    let edited = text
        .replacen("state: proposed", "state: started", 1)
        .replacen(&status, "status: resolved", 1);
    std::fs::write(repo.root().join(&file), edited).unwrap();
    repo.at(&after(120));
    assert_eq!(repo.warroom(["log", "seen", "-i", &id]).run().code, Some(0));
    let said = repo.warroom(["validate"]).run();
    let said = said.stdout + &said.stderr;
    assert!(
        said.contains("the status resolved was set by a manual edit, past the gate"),
        "{said}"
    );
    assert!(
        said.contains("roll back was set to started by a manual edit, without approval"),
        "{said}"
    );
    let printed = repo.warroom(["postmortem", &id, "--output", "-"]).ok();
    assert!(printed.contains("past the gate"), "{printed}");
    let report = repo.warroom(["report", "--month", "2026-11"]).ok();
    assert!(report.contains("Gate overridden"), "{report}");
}

#[test]
fn a_severity_that_was_lowered_in_the_file_is_no_way_past_the_gate_and_no_one_is_told_so() {
    let mut room = Room::new("ops", "SEV1");
    let id = room.repo.show()["id"].as_str().unwrap().to_owned();
    let file = format!("incidents/{id}/incident.yaml");
    let edited = room.repo.read(&file).replacen("severity: SEV1", "severity: SEV3", 1);
    std::fs::write(room.repo.root().join(&file), edited).unwrap();
    room.at("14:12");
    let refused = room.repo.warroom(["resolve"]).fails(3);
    assert!(
        refused.contains("not saved, since the file was changed meanwhile"),
        "{refused}"
    );
    assert!(refused.contains("SEV1 was in force within the last hour"), "{refused}");
    assert_ne!(room.repo.show()["status"], "resolved");
    // The edit itself is kept.
    assert_eq!(room.repo.show()["severity"], "SEV3");
}

#[test]
fn what_was_shown_to_work_is_no_false_alarm() {
    for (framework, severity) in [("war-room", "P2"), ("ops", "SEV2")] {
        let mut room = Room::new(framework, severity);
        room.at("14:12");
        let id = room.mitigation.clone();
        room.repo.warroom(["mitigation", "verify", &id]).ok();
        let said = room.repo.warroom(["cancel", "--reason", "nothing to see"]).fails(3);
        assert!(said.contains("was shown to work"), "{framework}: {said}");
        room.repo
            .warroom(["status", "cancelled", "--reason", "nothing"])
            .fails(3);
        // Found not to have worked after all, it may have been one.
        room.repo
            .warroom(["mitigation", "fail", &id, "--result", "it was the probe"])
            .ok();
        room.repo.warroom(["cancel", "--reason", "a broken probe"]).ok();
    }
}
