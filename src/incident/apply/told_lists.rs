//! What changes of checklists, timers, lines, fields and the analysis write into the timeline.

use std::time::Duration;

use super::laws::{declared, request};
use super::told::{Room, some, time};
use crate::incident::import::Imported;
use crate::incident::*;

#[test]
fn checklists_and_timers() {
    let mut room = Room::new();
    let named = |name: &str, change: Change| Change::Named {
        name: name.into(),
        change: Box::new(change),
    };
    let tick = Change::TickItem {
        item: "mitigation.rollback-plan".into(),
        note: some("in the runbook"),
        again: false,
    };
    assert_eq!(
        room.refused("kim", tick.clone()),
        "there is no checklist item `mitigation.rollback-plan`"
    );
    assert_eq!(
        room.by("kim", named("Rollback plan ready", tick.clone())),
        "checklist: ticked: Rollback plan ready: in the runbook [mitigation.rollback-plan.state open>done]"
    );
    let item = &room.incident.checklist[0];
    assert_eq!((item.who.as_deref(), item.at), (Some("kim"), None));
    assert_eq!(item.rev.keys().collect::<Vec<_>>(), ["done", "note", "state", "who"]);
    assert!(room.refused("lee", tick).starts_with("ticked already, by kim at "));
    let untick = Change::UntickItem {
        item: "mitigation.rollback-plan".into(),
    };
    assert!(
        room.by("lee", untick)
            .starts_with("checklist: not done after all: Rollback plan ready (was by kim")
    );
    let claim = Change::ClaimItem {
        item: "mitigation.rollback-plan".into(),
        who: None,
    };
    assert_eq!(
        room.by("lee", claim),
        "checklist: lee takes: Rollback plan ready [mitigation.rollback-plan.owner ->lee]"
    );

    let snooze = Change::SnoozeTimer {
        timer: "update.internal".into(),
        duration: Duration::from_secs(600),
    };
    let said = room.by("sam", named("Internal update", snooze));
    let due = time(room.minute + 10);
    assert_eq!(
        said,
        format!(
            "timer: put off until {}: Internal update [update.internal.due ->{due}]",
            due.hm()
        )
    );
    assert_eq!(room.incident.timers[0].due, due);
    let inverse = room.last.clone().unwrap().inverse.unwrap();
    room.by("sam", inverse);
    assert_eq!(
        live(&room.incident.timers).count(),
        0,
        "the derived countdown has the say again"
    );
    let clear = Change::ClearTimer {
        timer: "update.internal".into(),
        reason: None,
    };
    room.by("sam", named("Internal update", clear.clone()));
    assert_eq!(live(&room.incident.timers).next().unwrap().state, TimerState::Cleared);
    assert!(
        room.refused("kim", named("Internal update", clear))
            .starts_with("that timer was cleared already")
    );
}

#[test]
fn lines_and_their_corrections() {
    let mut room = Room::new();
    let log = Change::Log {
        kind: EventKind::Finding,
        text: "pool at 100\nsince the deploy".into(),
        at: Some(time(-5)),
        pin: false,
    };
    assert_eq!(room.by("lee", log), "finding: pool at 100\nsince the deploy [- ->-]");
    let event = room.created();
    assert_eq!(room.incident.timeline[0].id, event, "in its place");
    assert_eq!(room.incident.timeline[0].recorded, Some(time(1)));
    let edit = Change::EditEvent {
        event: event.clone(),
        text: some("pool at 98"),
        at: Some(time(0)),
    };
    assert!(room.by("kim", edit).starts_with("field: corrected and moved to "));
    let entry = room.incident.timeline.iter().find(|entry| entry.id == event).unwrap();
    assert_eq!((entry.text.as_str(), entry.at), ("pool at 98", time(0)));
    assert_eq!(entry.was[0].text.as_deref(), Some("pool at 100\nsince the deploy"));
    assert_eq!(entry.was[0].time, Some(time(-5)));
    assert_eq!(entry.recorded, Some(time(1)), "its own stamp stays");
    let status = Change::Log {
        kind: EventKind::Status,
        text: "x".into(),
        at: None,
        pin: false,
    };
    assert!(
        room.refused("kim", status)
            .starts_with("`status` is not a kind one can log; use note, alert")
    );
    let retract = Change::RetractEvent {
        event: event.clone(),
        reason: "wrong cluster".into(),
    };
    assert_eq!(
        room.by("lee", retract),
        "field: retracted: pool at 98 (wrong cluster) [e*.retracted ->wrong cluster]"
    );
    let restore = Change::RestoreEvent { event };
    assert_eq!(
        room.by("lee", restore),
        "field: restored: pool at 98 [e*.retracted wrong cluster>-]"
    );

    let import = Change::Import {
        kind: EventKind::Note,
        text: "rolling back".into(),
        at: Some(time(0)),
        who: some("ana"),
    };
    assert_eq!(room.by("kim", import.clone()), "note: rolling back [- ->-]");
    assert!(room.refused("kim", import).starts_with("that line is there already"));
    let since_then = present(&room.incident, time(1));
    assert!(
        since_then.iter().all(|person| person.name != "ana"),
        "words of earlier, written down by kim, bring no one here"
    );
    let present = present(&room.incident, time(0));
    let names: Vec<_> = present.iter().map(|person| person.name.as_str()).collect();
    assert_eq!(names, ["ana", "lee", "kim"], "latest first");
    let line = |text: &str| Imported {
        line: 1,
        at: Some(time(0)),
        who: some("ana"),
        kind: EventKind::Note,
        text: text.into(),
    };
    let lines = vec![line("rolling back"), line("twice"), line("twice")];
    let before = room.incident.timeline.len();
    room.by("kim", Change::ImportLines { lines: lines.clone() });
    assert_eq!(room.incident.timeline.len(), before + 2, "one is there already");
    let undo = room.last.clone().unwrap().inverse.unwrap();
    assert_eq!(
        room.by("kim", undo),
        "field: undone: imported 2 lines, 1 there already [import.iaaaaaa.retracted ->-]"
    );
    assert_eq!(room.incident.timeline.len(), before + 3, "one event tells of it");
    let standing = |room: &Room| {
        let events = room.incident.timeline.iter();
        events
            .filter(|event| event.text == "twice" && event.retracted.is_none())
            .count()
    };
    assert_eq!(standing(&room), 0);
    let redo = room.last.clone().unwrap().inverse.unwrap();
    room.by("kim", redo);
    assert_eq!(standing(&room), 2);
    assert!(
        room.refused("kim", Change::ImportLines { lines })
            .starts_with("all 3 lines are there already")
    );
}

#[test]
fn fields_and_analysis() {
    let mut room = Room::new();
    let set = |field: &str, value: &str| Change::SetField {
        field: field.into(),
        value: value.into(),
    };
    assert_eq!(
        room.by("kim", set("impact.users", "38 % of checkouts")),
        "field: impact (users): 38 % of checkouts [impact.users ->38 % of checkouts]"
    );
    assert_eq!(
        room.by("kim", set("impact.users", "")),
        "field: impact (users) cleared (was: 38 % of checkouts) [impact.users 38 % of checkouts>-]"
    );
    assert!(room.incident.rev.contains_key("impact.users"));
    for bad in ["severity", "impact.", "impact.a b", "impact.1", "other.x", ""] {
        assert!(
            matches!(
                room.try_by("kim", set(bad, "x")),
                Err(Refusal::Invalid(_) | Refusal::NotFound { .. })
            ),
            "{bad}"
        );
    }
    assert!(room.refused("kim", set("title", " ")).starts_with("the title is empty"));
    let cause = Change::SetCause {
        text: "an index was dropped".into(),
    };
    assert_eq!(
        room.by("lee", cause),
        "analysis: cause: an index was dropped [cause ->an index was dropped]"
    );
    for number in 1..=2 {
        let why = Change::AddWhy {
            text: format!("reason {number}"),
        };
        assert!(
            room.by("lee", why)
                .starts_with(&format!("analysis: why {number}: because reason {number}"))
        );
    }
    let action = Change::AddAction {
        text: "review index changes".into(),
        owner: some("lee"),
        due: some("2026-12-01"),
        horizon: Some(Horizon::Short),
    };
    assert_eq!(
        room.by("sam", action),
        "action-item: action item for lee by 2026-12-01: review index changes [a*.state ->open]"
    );
    let milestone = Change::SetMilestone {
        milestone: Milestone::Started,
        at: time(-30),
        reason: some("first errors in the logs"),
    };
    let said = room.by("kim", milestone);
    assert!(
        said.starts_with("milestone: started at ") && said.contains(": first errors in the logs ["),
        "{said}"
    );
    assert_eq!(start(&room.incident), Some(time(-30)));
    assert_eq!(
        between(&room.incident, &Milestone::Started, &Milestone::Declared),
        Some(1800)
    );
    let update = Change::SendUpdate {
        audience: "executives".into(),
        text: "Checkout fails for EU cards.".into(),
        status: some("investigating"),
        eta: Some(Duration::from_secs(1800)),
        reason: None,
        approved_by: None,
    };
    assert_eq!(
        room.by("sam", update),
        "comms: update sent to executives: Checkout fails for EU cards. [communications.executives ->investigating]"
    );
}

#[test]
fn a_request_that_is_no_request() {
    let incident = declared();
    let close = request(1, " ", time(1), Change::close());
    assert!(matches!(apply(&incident, &close, time(0)), Err(Refusal::Invalid(_))));
    let mut odd = request(1, "kim", time(1), Change::close());
    odd.nonce = "1e5".into();
    assert!(apply(&incident, &odd, time(0)).is_err());
    let nested = Change::Named {
        name: "a".into(),
        change: Box::new(Change::Named {
            name: "b".into(),
            change: Box::new(Change::close()),
        }),
    };
    assert!(apply(&incident, &request(1, "kim", time(1), nested), time(0)).is_err());
}
