//! What each change writes into the timeline, and what it sets: a story of one incident, read back.

use std::time::Duration;

use super::laws::{declared, request};
use crate::incident::import::Imported;
use crate::incident::*;

fn time(minutes: i64) -> Time {
    Time::from_millis(1_795_183_500_000 + minutes * 60_000)
}

/// An incident that is being worked on, a minute for each change.
struct Room {
    incident: Incident,
    minute: i64,
    last: Option<Applied>,
}

impl Room {
    fn new() -> Self {
        Self {
            incident: declared(),
            minute: 0,
            last: None,
        }
    }

    fn try_by(&mut self, by: &str, change: Change) -> Result<&Event, Refusal> {
        self.minute += 1;
        let number = usize::try_from(self.minute).unwrap();
        let ask = request(number, by, time(self.minute), change);
        let (next, applied) = apply(&self.incident, &ask, newest(&self.incident))?;
        self.incident = next;
        let told = self
            .incident
            .timeline
            .iter()
            .find(|event| event.id == applied.event)
            .unwrap();
        self.last = Some(applied);
        Ok(told)
    }

    /// Applies a change; the event as `kind: text [ref from>to]`.
    fn by(&mut self, by: &str, change: Change) -> String {
        let event = self.try_by(by, change).unwrap();
        let part = |part: &Option<Box<str>>| part.as_deref().unwrap_or("-").to_owned();
        let (subject, from, to) = (part(&event.subject), part(&event.from), part(&event.to));
        // Random ids are told as their letter.
        let subject = subject
            .split_once('.')
            .filter(|(id, _)| id.len() == 8)
            .map_or(subject.clone(), |(id, field)| format!("{}*.{field}", &id[..1]));
        format!("{}: {} [{subject} {from}>{to}]", event.kind, event.text)
    }

    fn refused(&mut self, by: &str, change: Change) -> String {
        self.try_by(by, change)
            .map(|event| event.text.clone())
            .unwrap_err()
            .to_string()
    }

    fn created(&self) -> String {
        self.last.as_ref().unwrap().created.clone().unwrap()
    }
}

#[allow(clippy::unnecessary_wraps, reason = "optional words of a change, shorter to read")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn lifecycle() {
    let mut room = Room::new();
    let status = |status: &str, reason: Option<&str>| Change::SetStatus {
        status: status.into(),
        reason: reason.map(str::to_owned),
    };
    assert_eq!(
        room.by("kim", status("triage", Some("looking"))),
        "status: triage (was declared): looking [status declared>triage]"
    );
    assert_eq!(
        room.refused("kim", status("triage", None)),
        "the status is triage already"
    );
    let severity = Change::SetSeverity {
        severity: "P0".into(),
        reason: some("all EU cards"),
    };
    assert_eq!(
        room.by("sam", severity),
        "severity: P0 (was P1): all EU cards [severity P1>P0]"
    );
    assert_eq!(
        room.by("kim", Change::Acknowledge { at: Some(time(-1)) })
            .split(" [")
            .next()
            .unwrap(),
        "acknowledged: acknowledged"
    );
    assert_eq!(milestone(&room.incident, &Milestone::Acknowledged), Some(time(-1)));
    assert_eq!(
        room.incident.timeline[0].kind,
        EventKind::Acknowledged,
        "dated to when it happened"
    );
    assert!(
        room.refused("lee", Change::Acknowledge { at: None })
            .starts_with("kim acknowledged it at ")
    );

    let resolve = |at, force: Option<&str>| Change::Resolve {
        force: force.map(str::to_owned),
        at,
        note: None,
    };
    assert!(
        room.refused("sam", resolve(Some(time(-10)), None))
            .starts_with("it cannot have been resolved at")
    );
    let over = time(room.minute);
    assert_eq!(
        room.by(
            "sam",
            resolve(Some(over), Some("the gate counts a metric we no longer have"))
        ),
        "resolved: resolved (was triage); gate overridden: the gate counts a metric we no longer have \
         [status triage>resolved]"
    );
    let resolved = room.incident.resolved.clone().unwrap();
    assert_eq!((resolved.at, resolved.forced.is_some()), (over, true));
    let frozen = elapsed(&room.incident, &Statuses::default(), time(60));
    assert_eq!(frozen, elapsed(&room.incident, &Statuses::default(), time(600)));
    assert_eq!(
        room.by("sam", status("closed", None)),
        "closed: closed (was resolved) [status resolved>closed]"
    );
    assert!(room.refused("sam", Change::close()).contains("closed already"));
    assert_eq!(
        room.by(
            "kim",
            Change::Reopen {
                reason: "it is back".into()
            }
        ),
        "reopened: opened again as triage (was closed): it is back [status closed>triage]"
    );
    assert!(room.incident.resolved.is_none() && room.incident.closed.is_none());
    assert!(
        elapsed(&room.incident, &Statuses::default(), time(600)) > frozen,
        "it counts again"
    );
    assert!(
        room.refused("kim", Change::Cancel { reason: " ".into() })
            .starts_with("the reason is empty")
    );
    room.by(
        "kim",
        Change::Cancel {
            reason: "a test card".into(),
        },
    );
    assert_eq!(end(&room.incident, &Statuses::default()), Some(time(room.minute)));

    let told: Vec<_> = history::statuses(&room.incident)
        .into_iter()
        .map(|spell| spell.value)
        .collect();
    assert_eq!(
        told,
        ["declared", "triage", "resolved", "closed", "triage", "cancelled"]
    );
    assert_eq!(since_status(&room.incident), Some(time(room.minute)));
    assert_eq!(history::severities(&room.incident).len(), 1);
    assert_eq!(history::first_in(&room.incident, "triage"), Some(time(1)));
}

#[test]
fn undone_status_counts_in_the_history() {
    let mut room = Room::new();
    let change = Change::SetStatus {
        status: "triage".into(),
        reason: None,
    };
    room.by("kim", change);
    let inverse = room.last.clone().unwrap().inverse.unwrap();
    assert_eq!(
        room.by("kim", inverse),
        "status: undone: triage (was declared) [status triage>declared]"
    );
    let told: Vec<_> = history::statuses(&room.incident)
        .into_iter()
        .map(|spell| spell.value)
        .collect();
    assert_eq!(told, ["declared", "triage", "declared"]);
    let again = room.last.clone().unwrap().inverse.unwrap();
    assert_eq!(
        room.by("kim", again),
        "status: again: triage (was declared) [status declared>triage]"
    );
}

#[test]
fn roles() {
    let mut room = Room::new();
    let assign = |who: &str, alongside| Change::AssignRole {
        role: "incident_commander".into(),
        who: who.into(),
        alongside,
    };
    let ic = "[roles.incident_commander";
    assert_eq!(
        room.by("kim", assign("sam", false)),
        format!("role: sam is incident commander {ic} ->sam]")
    );
    assert_eq!(
        room.refused("kim", assign("sam", false)),
        "sam is incident commander already"
    );
    assert_eq!(
        room.by("sam", assign("lee", true)),
        format!("role: lee is incident commander, beside sam {ic} ->lee]")
    );
    assert_eq!(
        room.by("sam", assign("kim", false)),
        format!("role: kim is incident commander instead of sam and lee {ic} sam, lee>kim]")
    );
    let handoff = |to: &str| Change::HandoffRole {
        role: "incident_commander".into(),
        to: to.into(),
    };
    assert_eq!(
        room.by("kim", handoff("sam")),
        format!("role: incident commander handed over from kim to sam {ic} kim>sam]")
    );
    assert_eq!(room.refused("kim", handoff("sam")), "sam is incident commander already");
    let clear = Change::ClearRole {
        role: "incident_commander".into(),
        who: None,
    };
    assert_eq!(
        room.by("sam", clear.clone()),
        format!("role: sam no longer incident commander {ic} sam>-]")
    );
    assert_eq!(room.refused("sam", clear), "no one is incident commander");
    assert_eq!(room.incident.roles.len(), 4);
    assert!(room.incident.roles.iter().all(|role| role.until.is_some()));
    assert!(room.incident.roles.iter().all(|role| role.rev.contains_key("until")));
}

#[test]
fn hypotheses() {
    let mut room = Room::new();
    let add = Change::AddHypothesis {
        statement: "slow query".into(),
        owner: some("lee"),
        likelihood: None,
        takes: None,
    };
    assert_eq!(
        room.by("lee", add.clone()),
        "hypothesis: it may be: slow query [h*.state ->open]"
    );
    let id = room.created();
    assert!(room.refused("kim", add).starts_with("that is hypothesis h"));
    let test = Change::TestHypothesis {
        hypothesis: id.clone(),
        text: "look at pg_stat_activity".into(),
    };
    assert_eq!(
        room.by("lee", test),
        "hypothesis: testing slow query: look at pg_stat_activity [h*.state open>testing]"
    );
    let evidence = Change::AddEvidence {
        hypothesis: id.clone(),
        text: "pool at 100".into(),
        supports: Some(true),
    };
    assert_eq!(
        room.by("kim", evidence),
        "hypothesis: evidence for slow query: pool at 100 [h*.evidence ->-]"
    );
    let confirm = Change::ConfirmHypothesis {
        hypothesis: id.clone(),
        evidence: some("plan is a full scan"),
    };
    assert_eq!(
        room.by("lee", confirm),
        "hypothesis: confirmed: slow query: plan is a full scan [h*.state testing>confirmed]"
    );
    let hypothesis = &room.incident.hypotheses[0];
    assert_eq!((hypothesis.tests.len(), hypothesis.evidence.len()), (1, 2));
    assert_eq!(
        hypothesis.rev.keys().collect::<Vec<_>>(),
        ["state"],
        "remarks need no stamp"
    );
    let unknown = Change::RejectHypothesis {
        hypothesis: "hnothere".into(),
        evidence: None,
    };
    assert_eq!(room.refused("lee", unknown), "there is no hypothesis `hnothere`");
}

#[test]
fn mitigations() {
    let mut room = Room::new();
    let proposal = Proposal {
        text: "roll back v2.34".into(),
        rationale: some("it began with the deploy"),
        ..Proposal::default()
    };
    assert_eq!(
        room.by("lee", Change::ProposeMitigation(proposal)),
        "mitigation: proposed: roll back v2.34: it began with the deploy [m*.state ->proposed]"
    );
    let mitigation = room.created();
    let grant = |wanting: Option<&str>| Change::GrantMitigation {
        mitigation: mitigation.clone(),
        wanting: wanting.map(str::to_owned),
    };
    assert_eq!(
        room.by("sam", grant(Some("one other engineer"))),
        "mitigation: approved: roll back v2.34 (still wanting: one other engineer) [m*.state ->-]"
    );
    assert_eq!(room.incident.mitigations[0].state, MitigationState::Proposed);
    assert_eq!(
        room.refused("sam", grant(Some("x"))),
        "sam approved that already: roll back v2.34"
    );
    assert_eq!(
        room.by("kim", grant(None)),
        "mitigation: approved: roll back v2.34 [m*.state proposed>approved]"
    );
    room.by(
        "lee",
        Change::StartMitigation {
            mitigation: mitigation.clone(),
        },
    );
    let finish = Change::FinishMitigation {
        mitigation: mitigation.clone(),
        result: None,
    };
    room.by("lee", finish);
    let done = time(room.minute);
    let verify = Change::VerifyMitigation {
        mitigation: mitigation.clone(),
        result: some("errors at 0.02 %"),
    };
    assert_eq!(
        room.by("kim", verify),
        "mitigation: verified: roll back v2.34: errors at 0.02 % [m*.state done>verified]"
    );
    let entry = &room.incident.mitigations[0];
    assert_eq!(entry.approvals.len(), 2);
    assert_eq!((entry.owner.as_deref(), entry.done), (Some("lee"), Some(done)));
    assert_eq!(
        milestone(&room.incident, &Milestone::Mitigated),
        Some(done),
        "when the impact ended"
    );
    let start = Change::StartMitigation { mitigation };
    assert_eq!(
        room.refused("lee", start),
        "that mitigation is verified already: roll back v2.34"
    );
}

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
        "field: impact.users: 38 % of checkouts [impact.users ->38 % of checkouts]"
    );
    assert_eq!(
        room.by("kim", set("impact.users", "")),
        "field: impact.users cleared (was: 38 % of checkouts) [impact.users 38 % of checkouts>-]"
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
