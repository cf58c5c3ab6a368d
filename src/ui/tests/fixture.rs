//! A believable incident at one fixed moment, and the console that shows it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::app::{Model, Settings, Size};
use crate::framework::{Checklist, Derived, Gate, GateItem, ItemView, Phase, RoleNeed, TimerPhase, TimerView};
use crate::incident::{Incident, ItemState, Time};
use crate::runbook::Day;
use crate::runbook::library::Library;
use crate::runbook::matching::Facts;
use crate::session::{Arrival, FileState, Saving, Snapshot, Watching};

/// The day of the story.
pub(super) fn at(clock: &str) -> Time {
    Time::parse_rfc3339(&format!("2026-11-20T{clock}Z")).unwrap()
}

/// The moment that is shown.
pub(super) fn now() -> Time {
    at("14:45:03")
}

/// The incident of the mock-up.
pub(super) fn incident() -> Incident {
    serde_json::from_value(json!({
        "warroom": 1,
        "id": "INC-2026-0042",
        "uid": "7q3k9xw2",
        "title": "Checkout failing for EU cards",
        "framework": "ops",
        "severity": "SEV1",
        "status": "mitigating",
        "started": {"at": at("13:58:00"), "by": "lee"},
        "detected": {"at": at("14:03:10"), "by": "monitoring", "how": "alert"},
        "acknowledged": {"at": at("14:04:00"), "by": "kim"},
        "declared": {"at": at("14:05:02"), "by": "kim"},
        "impact": {"users": "38 % of checkouts", "revenue": "about 5 k$/min"},
        "roles": [
            role("raaaaaa1", "incident_commander", "sam", "14:05:40"),
            role("raaaaaa2", "scribe", "lee", "14:07:00"),
            role("raaaaaa3", "resolver", "kim", "14:08:00"),
        ],
        "hypotheses": [
            {"id": "h4m2xq8p", "statement": "slow query in v2.34 exhausts the connection pool", "state": "confirmed",
             "at": at("14:14:00"), "by": "lee", "owner": "lee",
             "evidence": [remark("x1", "pool at 100/100 since 13:58", true), remark("x2", "query plan changed", true)]},
            {"id": "h7k2aaaa", "statement": "bot traffic on the card form", "state": "rejected",
             "at": at("14:10:00"), "by": "kim", "evidence": [remark("x3", "request rate is normal", false)]},
            {"id": "hq5zbbbb", "statement": "payment provider rejects 3-D Secure for EU issuers since their release", "state": "testing",
             "at": at("14:20:00"), "by": "ana", "owner": "ana"},
        ],
        "mitigations": [
            {"id": "m2c7aaaa", "text": "roll back v2.34 in eu-west-1", "option": "rollback", "state": "started",
             "at": at("14:12:00"), "by": "lee", "owner": "lee", "approvals": [{"id": "a1", "by": "sam", "at": at("14:12:30")}]},
            {"id": "m9f3bbbb", "text": "double the connection pool", "option": "scale", "state": "proposed",
             "at": at("14:25:00"), "by": "kim"},
        ],
        "timeline": timeline(),
    }))
    .unwrap()
}

fn role(id: &str, role: &str, who: &str, since: &str) -> serde_json::Value {
    json!({"id": id, "role": role, "who": who, "since": at(since), "by": "kim"})
}

fn remark(id: &str, text: &str, supports: bool) -> serde_json::Value {
    json!({"id": id, "text": text, "at": at("14:16:00"), "by": "lee", "supports": supports})
}

fn event(n: usize, clock: &str, kind: &str, by: &str, text: &str) -> serde_json::Value {
    json!({"id": format!("e{n:07}"), "at": at(clock), "by": by, "kind": kind, "text": text})
}

fn with(mut event: serde_json::Value, more: serde_json::Value) -> serde_json::Value {
    for (key, value) in more.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

fn timeline() -> Vec<serde_json::Value> {
    let lines = [
        ("14:03:10", "alert", "monitor", "5xx ratio 98 % on checkout, eu-west-1"),
        ("14:04:00", "acknowledged", "kim", "acknowledged"),
        ("14:05:02", "declared", "kim", "SEV1"),
        ("14:05:40", "role", "kim", "incident commander: sam"),
        ("14:07:00", "role", "sam", "scribe: lee"),
        (
            "14:09:30",
            "decision",
            "sam",
            "freeze deploys to all regions until this is over",
        ),
        ("14:10:00", "hypothesis", "kim", "bot traffic on the card form"),
        (
            "14:11:20",
            "impact",
            "ana",
            "38 % of EU checkouts fail; US and APAC are fine; support has 41 tickets and writes to those who paid twice",
        ),
        ("14:12:44", "action", "lee", "rolled back v2.34 in eu-west-1"),
        (
            "14:14:00",
            "hypothesis",
            "lee",
            "slow query in v2.34 exhausts the connection pool",
        ),
        (
            "14:15:30",
            "finding",
            "lee",
            "pool at 100/100 since 13:58, queries wait 30 s\nand then time out",
        ),
        (
            "14:17:00",
            "comms",
            "kim",
            "status page: investigating card payments in the EU",
        ),
        ("14:18:10", "observation", "ana", "error budget for the month is gone"),
        (
            "14:20:00",
            "hypothesis",
            "ana",
            "payment provider rejects 3-D Secure for EU issuers since their release",
        ),
        ("14:21:07", "checklist", "kim", "[x] rollback plan ready"),
        ("14:24:00", "action", "lee", "restarted the pool in eu-central-1"),
        ("14:25:00", "mitigation", "kim", "proposed: double the connection pool"),
        ("14:29:00", "note", "lee", "provider says nothing changed on their side"),
        ("14:31:40", "status", "sam", "investigating → mitigating"),
        ("14:38:00", "observation", "monitor", "5xx ratio 41 %, falling"),
        ("14:41:15", "action", "lee", "rollback reached 60 % of the hosts"),
        ("14:44:58", "finding", "ana", "latency p95 back to 220 ms in eu-west-1"),
    ];
    let mut events: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(n, (clock, kind, by, text))| event(n, clock, kind, by, text))
        .collect();
    events[5] = with(events[5].clone(), json!({"pinned": true}));
    events[8] = with(events[8].clone(), json!({"recorded": at("14:15:50")}));
    events[15] = with(
        events[15].clone(),
        json!({"retracted": "wrong region, it was eu-west-1"}),
    );
    events[17] = with(
        events[17].clone(),
        json!({"was": [{"id": "f1", "at": at("14:30:00"), "by": "lee", "text": "provider is down"}]}),
    );
    events
}

fn timer(id: &str, label: &str, state: TimerPhase, remaining_s: i64, remedy: &str) -> TimerView {
    let due = Time::from_millis(now().millis() + remaining_s * 1000);
    TimerView {
        id: id.into(),
        label: label.into(),
        due: Some(due),
        overdue_at: None,
        state,
        remaining_s,
        derived: true,
        snoozed: false,
        remedy: (!remedy.is_empty()).then(|| remedy.into()),
        borrowed: false,
    }
}

fn item(id: &str, text: &str, state: &str, owner: &str, gate: bool) -> ItemView {
    let done = state != "open";
    ItemView {
        id: id.into(),
        text: text.into(),
        state: ItemState::from(state),
        owner: Some(owner.to_owned()).filter(|owner| !owner.is_empty() && !done),
        who: Some(owner.to_owned()).filter(|owner| !owner.is_empty() && done),
        at: done.then(|| at("14:21:07")),
        note: None,
        due: None,
        gate,
        seen: None,
    }
}

/// What a framework would derive for it.
pub(super) fn derived() -> Derived {
    use TimerPhase as P;
    let mut declared = item("triage.ic", "Incident commander assigned", "done", "", false);
    declared.seen = Some("sam since 14:05".into());
    let mitigation = vec![
        item(
            "mitigation.option",
            "Option chosen, with its rationale",
            "done",
            "sam",
            false,
        ),
        item(
            "mitigation.approved",
            "Change approved by the incident commander",
            "done",
            "sam",
            false,
        ),
        item("mitigation.rollback-plan", "Rollback plan ready", "done", "kim", false),
        item(
            "mitigation.criteria",
            "Verification criteria agreed: what we will see when it works",
            "open",
            "kim",
            true,
        ),
        item(
            "mitigation.tracked",
            "Every step of it tracked in the timeline",
            "open",
            "",
            false,
        ),
    ];
    let resolution = vec![
        item(
            "resolution.symptom",
            "Primary symptom verified as gone",
            "open",
            "sam",
            true,
        ),
        item("resolution.metrics", "Metrics back to normal", "open", "", true),
        item("resolution.page", "Status page says resolved", "skipped", "kim", false),
    ];
    let list = |id: &str, title: &str, current: bool, items: Vec<ItemView>| Checklist {
        lead: None,
        id: id.into(),
        title: title.into(),
        current,
        done: items.iter().filter(|item| item.state != ItemState::Open).count(),
        items,
    };
    let gate_item = |id: &str, text: &str, met: bool, met_at: Option<Time>| GateItem {
        id: id.into(),
        text: text.into(),
        met,
        why: Some("What looks gone comes back within the hour more often than not.".into()),
        met_at,
    };
    Derived {
        procedures: Vec::new(),
        severity: incident().severity,
        status: incident().status,
        elapsed_s: 2_537,
        phase: Phase {
            id: "mitigation".into(),
            title: "Mitigation".into(),
            number: 4,
            of: 6,
        },
        timers: vec![
            timer(
                "update.executives",
                "executive update",
                P::Overdue,
                -131,
                "update --audience executives",
            ),
            timer(
                "update.external",
                "status page update",
                P::Due,
                95,
                "update --audience external",
            ),
            timer(
                "update.internal",
                "internal update",
                P::Running,
                252,
                "update --audience internal",
            ),
            timer(
                "escalate.tier3",
                "escalate tier 2 to tier 3",
                P::Running,
                708,
                "escalate tier-3",
            ),
            timer("soak", "soak before resolve", P::Running, 1_650, ""),
            timer("postmortem", "postmortem due", P::Running, 83_863, ""),
            timer("ack", "acknowledge", P::Met, 0, ""),
            timer("ic", "incident commander assigned", P::MetLate, 0, ""),
        ],
        gate: Gate {
            ok: false,
            items: vec![
                gate_item("resolution.symptom", "Primary symptom verified as gone", false, None),
                gate_item("resolution.metrics", "Metrics back to normal", false, None),
                gate_item("mitigation.verified", "A mitigation is verified", true, None),
                gate_item(
                    "soak",
                    "30 minutes without a relapse",
                    false,
                    Some(now().plus(Duration::from_secs(1_650))),
                ),
            ],
            missing: vec![
                "Primary symptom verified as gone".into(),
                "Metrics back to normal".into(),
                "30 minutes without a relapse: 27:30 left".into(),
            ],
        },
        required_roles: vec![
            need("incident_commander", "Incident commander", true, &["sam"]),
            need("communications_lead", "Communications lead", true, &[]),
            need("scribe", "Scribe", true, &["lee"]),
            need("resolver", "Resolver", false, &["kim"]),
        ],
        checklists: vec![
            list("triage", "Triage", false, vec![declared]),
            list("mitigation", "Mitigation", true, mitigation),
            list("resolution", "Resolution", false, resolution),
        ],
        reminders: Vec::new(),
        conflicts: Vec::new(),
        next_statuses: vec!["monitoring".into(), "resolved".into()],
    }
}

fn need(role: &str, title: &str, required: bool, who: &[&str]) -> RoleNeed {
    RoleNeed {
        role: role.into(),
        title: title.into(),
        filled: !who.is_empty(),
        who: who.iter().map(|who| (*who).to_owned()).collect(),
        required,
    }
}

/// What the session would publish.
pub(super) fn snapshot(incident: Incident) -> Snapshot {
    Snapshot {
        redacted: Arc::default(),
        major: None,
        here: Arc::from([crate::session::Here {
            who: "kim".into(),
            incident: "INC-2026-0042".into(),
        }]),
        revision: 1,
        incident: Arc::new(incident),
        framework: framework(),
        saving: Saving::Saved,
        file: FileState::Good,
        arrivals: Arc::from([Arrival {
            section: "timeline".into(),
            id: "e0000021".into(),
            at: Time::from_millis(now().millis() - 2_000),
        }]),
        quarantined: Arc::from([]),
        notices: Arc::from([]),
        undoable: 2,
        redoable: 0,
        watching: Watching::Events,
        sync: Default::default(),
    }
}

fn framework() -> Arc<crate::framework::Framework> {
    crate::framework::Framework::builtin("war-room").expect("ships")
}

/// The console on a snapshot, at a size; what is derived is given.
pub(super) fn console(snapshot: Snapshot, derived: Derived, width: u16, height: u16) -> Model {
    let size = Size { width, height };
    let facts = Facts::of(&snapshot.incident);
    let mut model = Model::showing(
        Arc::new(snapshot),
        derived,
        "sam".into(),
        now(),
        size,
        Settings::default(),
    );
    let library = Library::of(Vec::new(), None).for_incident(&facts, &[], Day::of(now()));
    model.library = Arc::new(library);
    model
}

/// The incident of the mock-up, under way.
pub(super) fn under_way(width: u16, height: u16) -> Model {
    console(snapshot(incident()), derived(), width, height)
}
