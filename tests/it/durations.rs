//! Conditions that name a duration: started, counted down, and confirmed only once they have run.

use serde_json::Value;

use crate::harness::Repo;

const DAY: &str = "2026-11-20T";

struct Room {
    repo: Repo,
    mitigation: String,
}

impl Room {
    /// An incident declared at 14:00, with a mitigation done at 14:12.
    fn new(framework: &str, severity: &str) -> Self {
        let mut room = Self::declared(framework, severity);
        room.at("14:02");
        for (role, who) in [("ic", "sam"), ("deployment_manager", "ana")] {
            room.repo.warroom(["role", "assign", role, who]).run();
        }
        let words = ["mitigation", "propose", "roll back", "--option", "rollback"];
        let more = ["--verification", "5xx", "--rollback", "again", "--json"];
        let made = room.repo.warroom(words.iter().chain(&more)).json();
        room.mitigation = made["id"].as_str().unwrap().to_owned();
        let id = room.mitigation.clone();
        for who in ["sam", "lee", "ana"] {
            room.repo.warroom(["mitigation", "approve", &id]).by(who).run();
        }
        room.repo.warroom(["mitigation", "start", &id]).ok();
        room.does("14:12", &["mitigation", "done", &id]);
        room
    }

    fn declared(framework: &str, severity: &str) -> Self {
        let mut room = Self {
            repo: Repo::with_framework(framework),
            mitigation: String::new(),
        };
        room.at("14:00");
        room.repo
            .warroom(["declare", "--title", "x", "--severity", severity])
            .ok();
        room
    }

    fn at(&mut self, time: &str) {
        let seconds = if time.len() == 5 { ":00" } else { "" };
        self.repo.at(&format!("{DAY}{time}{seconds}Z"));
    }

    fn does(&mut self, time: &str, words: &[&str]) {
        self.at(time);
        self.repo.warroom(words).ok();
    }

    /// Refused one second before, done from then on.
    fn ticks_from(&mut self, item: &str, before: &str, time: &str) {
        self.at(before);
        let said = self.repo.warroom(["check", "tick", item, "--note", "0.04 %"]).fails(3);
        assert!(said.contains("has to hold for"), "{said}");
        self.does(time, &["check", "tick", item, "--note", "0.04 %"]);
    }

    fn timer(&mut self, time: &str, id: &str) -> Option<Value> {
        self.at(time);
        let shown = self.repo.show();
        let timers = shown["derived"]["timers"].as_array().unwrap();
        timers.iter().find(|timer| timer["id"] == id).cloned()
    }

    fn condition(&mut self, time: &str, id: &str) -> Value {
        self.at(time);
        let shown = self.repo.show();
        let items = shown["derived"]["gate"]["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == id).cloned().unwrap()
    }
}

#[test]
fn a_duration_is_confirmed_only_once_it_has_run() {
    for (framework, severity, item, before, time) in [
        ("war-room", "P0", "mitigation.watch", "14:16:59", "14:17"),
        ("war-room", "P0", "mitigation.error-rate", "14:26:59", "14:27"),
        ("war-room", "P3", "mitigation.error-rate", "14:26:59", "14:27"),
        ("war-room", "P1", "diagnosis.validated", "14:26:59", "14:27"),
        ("itil", "P1", "mitigation.watch", "14:26:59", "14:27"),
        ("itil", "P0", "mitigation.watch-slo", "15:11:59", "15:12"),
        ("ops", "SEV1", "resolution.verified", "14:26:59", "14:27"),
    ] {
        let mut room = Room::new(framework, severity);
        room.at("14:12:05");
        room.repo.warroom(["check", "tick", item]).fails(3);
        room.ticks_from(item, before, time);
    }
}

#[test]
fn it_shows_its_own_countdown_and_is_never_overdue() {
    for (framework, severity, clock, minutes) in [
        ("war-room", "P0", "watch", 5),
        ("war-room", "P0", "error-rate", 15),
        ("itil", "P0", "watch", 15),
        ("itil", "P0", "watch.slo", 60),
        ("ops", "SEV2", "verified", 15),
    ] {
        let mut room = Room::new(framework, severity);
        let timer = room.timer("14:13", clock).unwrap();
        assert_eq!(
            (timer["state"].as_str().unwrap(), timer["remaining_s"].as_i64().unwrap()),
            ("running", minutes * 60 - 60),
            "{framework} {clock}"
        );
        let timer = room.timer("18:00", clock).unwrap();
        assert_eq!(timer["state"], "due", "{framework} {clock}");
        assert!(timer["label"].as_str().unwrap().contains("confirm"), "{timer}");
    }
}

#[test]
fn it_is_started_by_hand_where_nothing_was_changed() {
    let mut room = Room::declared("war-room", "P1");
    room.at("14:10");
    let said = room.repo.warroom(["check", "tick", "diagnosis.validated"]).fails(3);
    assert!(said.contains("nothing has started"), "{said}");
    assert!(said.contains("warroom check start diagnosis.validated"), "{said}");
    room.does("14:11", &["check", "start", "diagnosis.validated", "--at", "14:10"]);
    room.ticks_from("diagnosis.validated", "14:24:59", "14:25");
    // What names no duration is not started.
    room.repo.warroom(["check", "start", "mitigation.latency"]).fails(2);
}

#[test]
fn a_later_start_by_hand_counts_and_can_be_taken_back() {
    let mut room = Room::new("war-room", "P0");
    room.does("14:20", &["check", "start", "mitigation.error-rate"]);
    room.ticks_from("mitigation.error-rate", "14:34:59", "14:35");

    let mut room = Room::new("war-room", "P0");
    room.at("14:20");
    let made = room
        .repo
        .warroom(["check", "start", "mitigation.error-rate", "--json"])
        .json();
    let event = made["event"].as_str().unwrap();
    room.repo.warroom(["log", "retract", event, "--reason", "no"]).run();
    room.ticks_from("mitigation.error-rate", "14:26:59", "14:27");
}

#[test]
fn what_got_worse_begins_it_anew_and_puts_the_tick_in_doubt() {
    let item = "mitigation.error-rate";
    let mut room = Room::new("war-room", "P2");
    room.ticks_from(item, "14:26:59", "14:27");
    assert_eq!(room.condition("14:30", item)["met"], true);
    room.does("14:50", &["log", "--kind", "alert", "errors back, 40 %"]);
    let condition = room.condition("14:56", item);
    assert_eq!(condition["met"], false, "{condition}");
    assert_eq!(condition["met_at"], "2026-11-20T15:05:00.000Z");
    room.ticks_from(item, "15:04:59", "15:05");
    assert_eq!(room.condition("15:06", item)["met"], true);
    // The soak counts from the alert, not from this second confirmation.
    let soak = room.condition("15:06", "soak");
    assert_eq!(soak["met"], true, "{soak}");

    // Unticked by hand.
    let mut room = Room::new("war-room", "P0");
    room.ticks_from(item, "14:26:59", "14:27");
    room.does("14:50", &["check", "untick", item]);
    room.ticks_from(item, "15:04:59", "15:05");

    // A tick that is dated to before it had run is none.
    let mut room = Room::new("war-room", "P0");
    room.at("14:40");
    room.repo.warroom(["check", "tick", item, "--at", "14:20"]).fails(3);
    room.repo.warroom(["check", "tick", item, "--at", "14:30"]).ok();
}

#[test]
fn a_duration_is_not_cleared_or_put_off() {
    let mut room = Room::new("war-room", "P0");
    room.at("14:13");
    room.repo.warroom(["timer", "snooze", "error-rate", "30m"]).fails(2);
    let said = room
        .repo
        .warroom(["timer", "clear", "error-rate", "--reason", "boss"])
        .fails(2);
    assert!(said.contains("skip the item"), "{said}");
}
