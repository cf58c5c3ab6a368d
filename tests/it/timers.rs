//! Timers: at once can be met, what is missed is kept, and each is judged by the severity that was in force when it was due.

use serde_json::Value;

use crate::harness::Repo;

/// An incident that was noticed at 14:00 on a Friday.
struct Room {
    repo: Repo,
    id: String,
}

const DAY: &str = "2026-11-20T";

impl Room {
    /// Declared at 14:00, without a severity where none is given.
    fn new(framework: &str, severity: &str) -> Self {
        Self::declared_at(framework, severity, "14:00")
    }

    fn declared_at(framework: &str, severity: &str, time: &str) -> Self {
        let repo = Repo::with_framework(framework);
        let mut room = Self {
            repo,
            id: String::new(),
        };
        room.at(time);
        let mut words = vec!["declare", "--title", "x", "--detected-at", "2026-11-20T14:00:00Z"];
        if !severity.is_empty() {
            words.extend(["--severity", severity]);
        }
        room.id = room.repo.warroom(words).ok().trim().to_owned();
        room
    }

    fn at(&mut self, time: &str) {
        let seconds = if time.len() == 5 { ":00" } else { "" };
        self.repo.at(&format!("{DAY}{time}{seconds}Z"));
    }

    fn does(&mut self, time: &str, words: &[&str]) -> String {
        self.at(time);
        let words: Vec<&str> = ["-i", &self.id].into_iter().chain(words.iter().copied()).collect();
        self.repo.warroom(words).ok()
    }

    fn refused(&mut self, time: &str, code: i32, words: &[&str]) -> String {
        self.at(time);
        let words: Vec<&str> = ["-i", &self.id].into_iter().chain(words.iter().copied()).collect();
        self.repo.warroom(words).fails(code)
    }

    fn json(&mut self, time: &str) -> Value {
        self.at(time);
        self.repo
            .warroom(["-i", &self.id, "timer", "list", "--all", "--json"])
            .json()
    }

    fn timer(&mut self, time: &str, id: &str) -> Option<Value> {
        let json = self.json(time);
        let timers = json["timers"].as_array().unwrap();
        timers.iter().find(|timer| timer["id"] == id).cloned()
    }

    /// Its state and the time of day at which it is due; `-` where it does not run.
    fn stands(&mut self, time: &str, id: &str) -> String {
        match self.timer(time, id) {
            Some(timer) => format!(
                "{} {}",
                timer["state"].as_str().unwrap(),
                &timer["due"].as_str().unwrap()[11..19]
            ),
            None => "-".into(),
        }
    }

    /// What came of each time that a timer was due: outcome, severity, seconds late.
    fn history(&mut self, time: &str, id: &str) -> Vec<String> {
        let json = self.json(time);
        let records = json["history"].as_array().unwrap();
        let of_it = records.iter().filter(|record| record["id"] == id);
        of_it
            .map(|record| {
                format!(
                    "{} {} {}",
                    record["outcome"].as_str().unwrap(),
                    record["severity"].as_str().unwrap(),
                    record["late_s"]
                )
            })
            .collect()
    }

    fn listed(&mut self, time: &str) -> String {
        self.does(time, &["timer", "list", "--all"])
    }
}

/// Each `update --audience` with words.
fn update(audience: &str) -> Vec<&str> {
    vec!["update", "--audience", audience, "--message", "x"]
}

#[test]
fn at_once_has_a_minute_and_can_be_met() {
    for (framework, severity, clock, verb) in [
        ("itil", "P0", "acknowledge", vec!["ack"]),
        ("essentials", "P0", "respond", vec!["ack"]),
        ("essentials", "P0", "external.first", update("external")),
        ("essentials", "P0", "executives.first", update("executives")),
        ("essentials", "P0", "support.first", update("support")),
        ("war-room", "P0", "support.first", update("support")),
        ("sre", "SEV1", "executives.first", update("executives")),
    ] {
        let mut room = Room::new(framework, severity);
        assert_eq!(room.stands("14:00:05", clock), "due 14:00:00", "{framework} {clock}");
        room.does("14:01", &verb);
        assert_eq!(room.stands("14:02", clock), "met 14:00:00", "{framework} {clock}");
        let mut room = Room::new(framework, severity);
        assert_eq!(
            room.stands("14:01:01", clock),
            "overdue 14:00:00",
            "{framework} {clock}"
        );
        room.does("14:01:01", &verb);
        assert_eq!(room.history("14:02", clock), [format!("met-late {severity} 1")]);
    }
}

#[test]
fn nothing_is_said_to_be_late_before_it_is() {
    for framework in ["war-room", "essentials", "sre", "itil", "ops"] {
        let severity = if matches!(framework, "ops" | "sre") {
            "SEV1"
        } else {
            "P0"
        };
        let mut room = Room::new(framework, severity);
        room.at("14:00:05");
        let shown = room.repo.show();
        let reminders = shown["derived"]["reminders"].as_array().unwrap();
        let late = reminders
            .iter()
            .find(|one| one["id"].as_str().unwrap().starts_with("too-rare"));
        assert_eq!(late, None, "{framework}");
    }
}

#[test]
fn an_acknowledge_timer_runs_before_a_severity_is_set() {
    for (framework, clock, due, severity, then) in [
        ("war-room", "acknowledge", "14:01:00", "P1", "running 14:05:00"),
        ("ops", "acknowledge", "14:01:00", "SEV2", "running 14:05:00"),
        ("itil", "acknowledge", "14:00:00", "P1", "running 14:05:00"),
        ("sre", "acknowledge", "14:01:00", "SEV2", "running 14:05:00"),
        ("essentials", "respond", "14:00:00", "P1", "running 14:15:00"),
    ] {
        let mut room = Room::new(framework, "");
        let stands = room.stands("14:00:30", clock);
        assert!(stands.ends_with(due), "{framework}: {stands}");
        assert!(room.stands("14:01:01", clock).starts_with("overdue"), "{framework}");
        room.does("14:03", &["severity", severity]);
        assert_eq!(room.stands("14:03:30", clock), then, "{framework}");
        room.does("14:04", &["ack"]);
        assert_eq!(
            room.history("14:10", clock),
            [format!("met {severity} 0")],
            "{framework}"
        );
    }
}

#[test]
fn a_missed_timer_is_kept_after_the_resolution() {
    for (framework, severity, missed) in [
        (
            "itil",
            "P1",
            &[
                "acknowledge",
                "tier-2",
                "management.first",
                "external.first",
                "investigation",
            ][..],
        ),
        (
            "war-room",
            "P0",
            &["acknowledge", "executives.first", "context", "all-hands"],
        ),
        ("ops", "SEV1", &["acknowledge", "update.internal", "update.external"]),
        (
            "sre",
            "SEV1",
            &["acknowledge", "executives.brief", "first-update", "support.first"],
        ),
        ("essentials", "P0", &["respond", "external.first", "executives.first"]),
    ] {
        let mut room = Room::new(framework, severity);
        room.does("17:00", &["resolve", "--force", "--reason", "over"]);
        let listed = room.listed("17:05");
        for clock in missed {
            assert_eq!(room.history("17:05", clock).len(), 1, "{framework} {clock}");
            assert!(
                room.history("17:05", clock)[0].starts_with("never-met"),
                "{framework} {clock}"
            );
            let line = listed.lines().find(|line| line.trim_end().ends_with(clock)).unwrap();
            assert!(line.starts_with("never met"), "{line}");
        }
        room.does("17:10", &["close", "--force", "--reason", "reviewed elsewhere"]);
        assert_eq!(room.history("17:15", missed[0]).len(), 1, "{framework}, closed");
        // What was not due when it was resolved was not missed.
        assert_eq!(room.history("17:15", "review").len(), 0, "{framework}");
    }
}

#[test]
fn each_repeat_of_a_cadence_is_kept() {
    let mut room = Room::new("ops", "SEV1");
    for time in ["14:10", "14:20:01", "14:25"] {
        room.does(time, &update("internal"));
    }
    assert_eq!(
        room.history("14:40", "update.internal"),
        ["met SEV1 0", "met-late SEV1 1", "met SEV1 0", "overdue SEV1 300"]
    );
    let listed = room.listed("14:40");
    assert!(listed.contains("met late by 00:01"), "{listed}");
}

#[test]
fn a_timer_is_judged_by_the_severity_in_force_when_it_was_due() {
    // Acknowledged after 3:30 at P0 stays late, whatever the severity becomes.
    for (framework, top, next, clock, late) in [
        ("war-room", "P0", "P1", "acknowledge", 150),
        ("itil", "P0", "P1", "acknowledge", 150),
        ("ops", "SEV1", "SEV2", "acknowledge", 150),
        ("essentials", "P0", "P1", "respond", 150),
    ] {
        let mut room = Room::new(framework, top);
        room.does("14:03:30", &["ack"]);
        let was = vec![format!("met-late {top} {late}")];
        assert_eq!(room.history("14:04", clock), was, "{framework}");
        room.does("14:05", &["severity", next, "--reason", "better"]);
        assert_eq!(room.history("14:06", clock), was, "{framework}");
        assert!(room.stands("14:06", clock).starts_with("met-late"), "{framework}");
        // And the other way round: met in time stays so.
        let mut room = Room::new(framework, next);
        room.does("14:03:30", &["ack"]);
        room.does("14:05", &["severity", top, "--reason", "worse"]);
        assert_eq!(room.history("14:06", clock), [format!("met {next} 0")], "{framework}");
    }
}

#[test]
fn what_a_raise_would_make_late_at_once_counts_from_the_raise() {
    let mut room = Room::new("itil", "P2");
    room.does("14:01", &["ack"]);
    room.does("17:00", &["severity", "P0", "--reason", "all users now"]);
    let timer = room.timer("17:00:01", "executives.first").unwrap();
    assert_eq!(timer["state"], "running");
    assert!(timer["label"].as_str().unwrap().ends_with("(since P0)"), "{timer}");
    assert_eq!(room.stands("17:00:01", "executives.first"), "running 17:01:00");
    assert_eq!(room.stands("17:01:01", "executives.first"), "overdue 17:01:00");
    // What was late before stays late.
    let mut room = Room::new("war-room", "P1");
    room.does("14:10", &["severity", "P0", "--reason", "worse"]);
    assert!(room.stands("14:10:01", "acknowledge").starts_with("overdue"));
    room.does("14:11", &["ack"]);
    assert_eq!(room.history("14:12", "acknowledge"), ["met-late P1 360"]);
}

#[test]
fn a_raise_brings_back_what_was_cleared_and_clearing_needs_a_reason() {
    let mut room = Room::new("itil", "P1");
    for timer in ["external.first", "tier-2", "resolve", "acknowledge"] {
        let said = room.refused("14:01", 2, &["timer", "clear", timer]);
        assert!(said.contains("needs a reason"), "{said}");
    }
    let clear = ["timer", "clear", "external.first", "--reason", "users do not see it"];
    let said = room.does("14:02", &clear);
    assert!(said.contains("users do not see it"), "{said}");
    assert_eq!(room.stands("14:03", "external.first"), "cleared 15:00:00");
    room.does("14:04", &["severity", "P0", "--reason", "they do"]);
    assert_eq!(room.stands("14:05", "external.first"), "running 14:30:00");
    // One's own needs none.
    let own = room.does("14:06", &["timer", "add", "look again", "5m", "--json"]);
    let own: Value = serde_json::from_str(&own).unwrap();
    room.does("14:07", &["timer", "clear", own["id"].as_str().unwrap()]);
}

#[test]
fn a_timer_is_not_put_off_to_before_it_is_due() {
    let mut room = Room::new("itil", "P1");
    let said = room.refused("14:03", 2, &["timer", "snooze", "tier-2", "10m"]);
    assert!(said.contains("14:30"), "{said}");
    room.does("14:25", &["timer", "snooze", "tier-2", "10m"]);
    room.does("14:26", &["ack"]);
    let said = room.refused("14:26", 2, &["timer", "snooze", "acknowledge", "10m"]);
    assert!(said.contains("met already"), "{said}");
    assert_eq!(room.stands("14:26", "tier-2"), "running 14:35:00");
}

#[test]
fn the_time_of_a_task_is_put_off_as_any_timer() {
    let mut room = Room::new("war-room", "P1");
    let task = room.does(
        "14:01",
        &["task", "give", "kim", "check the pool", "--for", "30m", "--json"],
    );
    let task: Value = serde_json::from_str(&task).unwrap();
    let id = task["id"].as_str().unwrap();
    let said = room.refused("14:02", 2, &["timer", "snooze", id, "10m"]);
    assert!(said.contains("kim: check the pool is due at 14:31:00 anyway"), "{said}");
    room.does("14:02", &["timer", "snooze", id, "45m"]);
    assert_eq!(room.stands("14:03", id), "running 14:47:00");
    let said = room.refused("14:03", 2, &["timer", "clear", id]);
    assert!(
        said.contains("ends when the request is answered or withdrawn"),
        "{said}"
    );
}

#[test]
fn sre_tells_everybody_by_minute_ten() {
    for severity in ["SEV1", "SEV2"] {
        let mut room = Room::declared_at("sre", severity, "14:02");
        for clock in ["first-update", "external.first", "support.first", "executives.brief"] {
            assert_eq!(room.stands("14:02:30", clock), "running 14:10:00", "{severity} {clock}");
        }
        assert_eq!(room.stands("14:02:30", "update.internal"), "-");
        room.does("14:09", &update("internal"));
        let next = if severity == "SEV1" { "14:24:00" } else { "14:39:00" };
        assert_eq!(room.stands("14:09:30", "update.internal"), format!("running {next}"));
    }
}

#[test]
fn escalating_ends_what_it_answers() {
    let mut room = Room::new("sre", "SEV1");
    room.does("14:31", &["escalate", "senior"]);
    assert_eq!(room.stands("14:32", "investigate"), "met-late 14:30:00");

    let mut room = Room::new("itil", "P0");
    room.does("14:10", &["escalate", "management"]);
    assert_eq!(room.stands("14:11", "management.first"), "met 14:30:00");
    room.does("14:12", &["escalate", "tier-3"]);
    assert_eq!(room.stands("14:13", "tier-2"), "met 14:15:00");
}

#[test]
fn sre_verifies_apart_from_resolving() {
    let mut room = Room::new("sre", "SEV1");
    room.does("15:10", &["check", "tick", "verify.slos", "--note", "met"]);
    assert_eq!(room.stands("15:11", "verify"), "met 15:30:00");
    assert_eq!(room.stands("15:11", "resolve"), "overdue 15:00:00");
}

#[test]
fn the_first_minutes_of_war_room_count_from_the_detection() {
    let mut room = Room::declared_at("war-room", "P0", "14:03");
    for (clock, due) in [
        ("commander", "14:05:00"),
        ("first-update", "14:10:00"),
        ("context", "14:10:00"),
        ("investigation-summary", "14:30:00"),
    ] {
        assert!(room.stands("14:03:30", clock).ends_with(due), "{clock}");
    }
    // The first status has no exemption, the commander is named where it is urgent.
    let mut room = Room::new("war-room", "P3");
    assert_eq!(room.stands("14:01", "first-update"), "running 14:10:00");
    for (framework, severity) in [("war-room", "P3"), ("essentials", "P3"), ("ops", "SEV3")] {
        assert_eq!(
            Room::new(framework, severity).stands("14:01", "commander"),
            "-",
            "{framework}"
        );
    }
}

#[test]
fn itil_records_in_five_minutes_and_triages_p2_in_thirty() {
    let mut room = Room::declared_at("itil", "P2", "14:06");
    assert_eq!(room.stands("14:07", "record"), "met-late 14:05:00");
    assert_eq!(room.stands("14:07", "triage"), "running 14:30:00");
    let mut room = Room::new("itil", "P1");
    assert_eq!(room.stands("14:01", "record"), "met 14:05:00");
    assert_eq!(room.stands("14:01", "triage"), "running 14:15:00");
    room.does("14:02", &update("external"));
    assert_eq!(room.stands("14:03", "update.external"), "running 14:32:00");
}

#[test]
fn a_breach_the_media_or_a_regulator_start_what_is_due_at_once() {
    for (field, value) in [
        ("impact.data", "12,000 addresses were read"),
        ("impact.media", "yes, two newspapers"),
        ("impact.regulator", "yes"),
    ] {
        let mut room = Room::new("itil", "P1");
        room.does("14:05", &update("executives"));
        assert_eq!(room.stands("14:06", "executives.grave"), "-");
        room.does("14:10", &["set", field, value]);
        assert_eq!(room.stands("14:10:05", "executives.grave"), "due 14:10:00", "{field}");
        assert_eq!(
            room.stands("14:11:01", "executives.grave"),
            "overdue 14:10:00",
            "{field}"
        );
        room.does("14:12", &["escalate", "executives"]);
        assert_eq!(room.stands("14:13", "executives.grave"), "met-late 14:10:00", "{field}");
    }
    let mut room = Room::new("itil", "P2");
    room.does("14:10", &["set", "impact.data", "none lost"]);
    assert_eq!(room.stands("14:11", "security.first"), "-", "a no is none");
    room.does("14:12", &["set", "impact.data", "the backup is gone, too"]);
    assert_eq!(room.stands("14:12:30", "security.first"), "due 14:12:00");
    room.does("14:12:30", &["set", "impact.data", "the backup is gone, too; 3 h lost"]);
    assert_eq!(
        room.stands("14:12:40", "security.first"),
        "due 14:12:00",
        "known since then"
    );
    room.does("14:12:50", &["role", "assign", "security_gatekeeper", "eve"]);
    assert_eq!(room.stands("14:13", "security.first"), "met 14:12:00");
    room.does("14:12:55", &["escalate", "security"]);
    assert_eq!(
        room.stands("14:12:58", "legal.first"),
        "due 14:12:00",
        "security is not legal"
    );
    room.does("14:13", &["escalate", "legal"]);
    assert_eq!(room.stands("14:14", "legal.first"), "met 14:12:00");
}

#[test]
fn engaging_in_itil_takes_nobody_to_tier_two() {
    let mut room = Room::new("itil", "P0");
    room.does("14:05", &["role", "assign", "responder", "kim"]);
    assert_eq!(room.stands("14:06", "engage"), "met 14:15:00");
    let listed = room.does("14:07", &["check", "list"]);
    assert!(!listed.contains("investigation.handover"), "{listed}");
}

#[test]
fn what_was_cleared_has_a_grace_once_a_raise_brings_it_back() {
    let mut repo = Repo::with_framework("ops");
    repo.at("2026-11-20T14:00:00Z");
    repo.declare("Checkout failing", "SEV2");
    repo.warroom(["update", "--audience", "internal", "-m", "we look"]).ok();
    repo.at("2026-11-20T14:30:00Z");
    repo.warroom(["timer", "clear", "update.internal", "--reason", "on the bridge"])
        .ok();
    repo.at("2026-11-20T14:55:00Z");
    repo.warroom(["severity", "SEV1", "--reason", "worse"]).ok();
    let timers = repo.warroom(["timer", "list", "--json"]).json();
    let all = timers["timers"].as_array().unwrap().clone();
    let internal = all.iter().find(|timer| timer["id"] == "update.internal").unwrap();
    assert_eq!(internal["label"], "internal update (since SEV1)", "{internal}");
    assert_eq!(internal["due"], "2026-11-20T14:56:00.000Z");
}

#[test]
fn acts_of_one_second_are_all_of_that_second() {
    let mut repo = Repo::with_framework("ops");
    repo.at("2026-11-20T14:00:00Z");
    let one = repo.declare("one", "SEV1");
    let two = repo.declare("two", "SEV1");
    repo.warroom(["-i", &two, "duplicate", &one]).ok();
    let shown = repo.warroom(["-i", &two, "show"]).ok();
    assert!(shown.contains("SEV1  cancelled"), "{shown}");
}

#[test]
fn a_time_up_to_a_minute_ahead_is_this_moment() {
    let mut repo = Repo::with_framework("ops");
    repo.at("2026-11-20T14:10:00Z");
    repo.declare("Checkout failing", "SEV1");
    repo.at("2026-11-20T14:10:20Z");
    repo.warroom(["log", "restarted", "--at", "14:11"]).ok();
    let shown = repo.show();
    let last = shown["timeline"].as_array().unwrap().last().unwrap();
    assert_eq!(last["at"], "2026-11-20T14:10:20.000Z");
    repo.warroom(["log", "restarted", "--at", "2026-11-20T14:12Z"]).fails(2);
}
