//! What each change writes into the timeline, and what it sets: a story of one incident, read back.

use super::laws::{declared, request};
use crate::incident::*;

pub(super) fn time(minutes: i64) -> Time {
    Time::from_millis(1_795_183_500_000 + minutes * 60_000)
}

/// An incident that is being worked on, a minute for each change.
pub(super) struct Room {
    pub(super) incident: Incident,
    pub(super) minute: i64,
    pub(super) last: Option<Applied>,
}

impl Room {
    pub(super) fn new() -> Self {
        Self {
            incident: declared(),
            minute: 0,
            last: None,
        }
    }

    pub(super) fn try_by(&mut self, by: &str, change: Change) -> Result<&Event, Refusal> {
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
    pub(super) fn by(&mut self, by: &str, change: Change) -> String {
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

    pub(super) fn refused(&mut self, by: &str, change: Change) -> String {
        self.try_by(by, change)
            .map(|event| event.text.clone())
            .unwrap_err()
            .to_string()
    }

    pub(super) fn created(&self) -> String {
        self.last.as_ref().unwrap().created.clone().unwrap()
    }
}

#[allow(clippy::unnecessary_wraps, reason = "optional words of a change, shorter to read")]
pub(super) fn some(text: &str) -> Option<String> {
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
        format!("role: kim replaces sam and lee as incident commander {ic} sam, lee>kim]")
    );
    let handoff = |to: &str| Change::HandoffRole {
        role: "incident_commander".into(),
        to: to.into(),
    };
    assert_eq!(
        room.by("kim", handoff("sam")),
        format!("role: kim handed the incident commander role to sam {ic} kim>sam]")
    );
    assert_eq!(room.refused("kim", handoff("sam")), "sam is incident commander already");
    let clear = Change::ClearRole {
        role: "incident_commander".into(),
        who: None,
    };
    assert_eq!(
        room.by("sam", clear.clone()),
        format!("role: sam is no longer incident commander {ic} sam>-]")
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
        "hypothesis: suspected: slow query [h*.state ->open]"
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
        "mitigation: approved: roll back v2.34 (still needs: one other engineer) [m*.state ->-]"
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
