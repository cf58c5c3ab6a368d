//! Milestones: set by the facts that mean them, in an order that is possible, moved with the event that tells of them.

use serde_json::Value;

use crate::harness::Repo;

struct Room {
    repo: Repo,
}

impl Room {
    fn new(framework: &str, severity: &str) -> Self {
        let mut room = Self {
            repo: Repo::with_framework(framework),
        };
        room.does(
            "14:00",
            &[
                "declare",
                "--title",
                "x",
                "--severity",
                severity,
                "--detected-at",
                "14:00",
            ],
        );
        room
    }

    fn at(&mut self, time: &str) -> &Repo {
        self.repo.at(&format!("2026-11-20T{time}:00Z"));
        &self.repo
    }

    fn does(&mut self, time: &str, words: &[&str]) -> String {
        self.at(time).warroom(words).ok()
    }

    /// The time of day of a milestone; `-` where it is not set.
    fn when(&self, milestone: &str) -> String {
        let shown = self.repo.show();
        let at = shown[milestone]["at"].as_str();
        at.map_or("-".into(), |at| at[11..16].to_owned())
    }

    fn mitigation(&mut self, text: &str, done: &str) -> String {
        self.repo.warroom(["role", "assign", "ic", "sam"]).run();
        let made = self
            .at("14:05")
            .warroom(["mitigation", "propose", text, "--json"])
            .json();
        let id = made["id"].as_str().unwrap().to_owned();
        for who in ["sam", "lee"] {
            self.repo.warroom(["mitigation", "approve", &id]).by(who).run();
        }
        self.does("14:06", &["mitigation", "start", &id]);
        self.does(done, &["mitigation", "done", &id]);
        id
    }
}

#[test]
fn mitigated_is_set_by_the_facts_that_mean_it() {
    for (framework, severity) in [
        ("war-room", "P0"),
        ("ops", "SEV1"),
        ("itil", "P0"),
        ("sre", "SEV2"),
        ("essentials", "P1"),
    ] {
        let mut room = Room::new(framework, severity);
        assert_eq!(room.when("mitigated"), "-", "{framework}");
        let first = room.mitigation("roll back", "14:10");
        assert_eq!(room.when("mitigated"), "14:10", "{framework}");
        // It did not help after all; the next one does.
        room.does("14:20", &["mitigation", "fail", &first]);
        assert_eq!(room.when("mitigated"), "-", "{framework}");
        room.mitigation("more replicas", "14:30");
        assert_eq!(room.when("mitigated"), "14:30", "{framework}");
    }
    for (framework, severity) in [("war-room", "P1"), ("ops", "SEV2"), ("sre", "SEV1")] {
        let mut room = Room::new(framework, severity);
        room.does("14:15", &["status", "monitoring"]);
        assert_eq!(room.when("mitigated"), "14:15", "{framework}");
    }
}

#[test]
fn impossible_orders_are_refused() {
    let mut room = Room::new("war-room", "P1");
    room.does("14:02", &["milestone", "started", "13:50"]);
    for words in [
        &["ack", "--at", "13:55"][..],
        &["milestone", "mitigated", "13:40"],
        &["resolve", "--at", "13:30", "--force", "--reason", "over"],
    ] {
        let said = room.at("14:03").warroom(words).fails(2);
        assert!(said.contains("cannot have been"), "{words:?}: {said}");
    }
    room.does("14:10", &["milestone", "mitigated", "14:08"]);
    let said = room.at("14:11").warroom(["milestone", "started", "14:09"]).fails(2);
    assert!(said.contains("mitigated"), "{said}");
    let id = room.repo.show()["id"].as_str().unwrap().to_owned();
    room.does("14:20", &["resolve", "--force", "--reason", "over"]);
    for milestone in ["declared", "detected", "acknowledged", "mitigated"] {
        room.at("14:30")
            .warroom(["-i", &id, "milestone", milestone, "14:25"])
            .fails(2);
    }
    let said = room
        .at("14:30")
        .warroom(["-i", &id, "milestone", "resolved", "14:05"])
        .fails(2);
    assert!(said.contains("cannot have been"), "{said}");
}

#[test]
fn what_another_program_put_the_wrong_way_round_is_told() {
    let mut room = Room::new("war-room", "P1");
    room.does("14:10", &["milestone", "mitigated", "14:08"]);
    let id = room.repo.show()["id"].as_str().unwrap().to_owned();
    let path = format!("incidents/{id}/incident.yaml");
    let text = room.repo.read(&path);
    let wrong = text.replacen("2026-11-20T14:08:00.000Z", "2026-11-20T13:08:00.000Z", 1);
    assert_ne!(wrong, text);
    let wrong = wrong.replacen(
        "detected:",
        "started: {at: 2026-11-20T13:30:00.000Z, by: kim}\ndetected:",
        1,
    );
    room.repo.write(&path, wrong);
    let said = room.repo.warroom(["validate"]).run();
    assert!(said.stdout.contains("cannot have been mitigated"), "{said:#?}");
    let said = room.repo.warroom(["doctor", "--offline"]).run();
    assert!(said.stdout.contains("cannot have been mitigated"), "{said:#?}");
}

#[test]
fn an_event_and_what_it_recorded_move_together() {
    let mut room = Room::new("war-room", "P0");
    let event = |said: String| {
        let said: Value = serde_json::from_str(&said).unwrap();
        said["event"].as_str().unwrap().to_owned()
    };
    let ack = event(room.does("14:04", &["ack", "--json"]));
    room.does("14:05", &["log", "edit", &ack, "--at", "14:01"]);
    assert_eq!(room.when("acknowledged"), "14:01");
    room.does("14:06", &["milestone", "acknowledged", "14:02"]);
    let shown = room.repo.show();
    let moved = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == *ack);
    assert_eq!(moved.unwrap()["at"], "2026-11-20T14:02:00.000Z");

    // A message that was sent earlier than it was written down meets its timer.
    let told = event(room.does(
        "14:20",
        &[
            "update",
            "--audience",
            "executives",
            "--message",
            "by phone at 14:12",
            "--json",
        ],
    ));
    let state = |room: &Room| {
        let shown = room.repo.show();
        let timers = shown["derived"]["timers"].as_array().unwrap();
        let timer = timers.iter().find(|timer| timer["id"] == "executives.first").unwrap();
        timer["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&room), "met-late");
    room.does("14:21", &["log", "edit", &told, "--at", "14:12"]);
    assert_eq!(state(&room), "met");

    let role = event(room.does("14:22", &["role", "assign", "ic", "sam", "--json"]));
    room.does("14:23", &["log", "edit", &role, "--at", "14:03"]);
    assert_eq!(room.repo.show()["roles"][0]["since"], "2026-11-20T14:03:00.000Z");
}
