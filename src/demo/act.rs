//! How a responder of the story decides whether a beat still makes sense: what the viewer has done is not done again, and
//! what the viewer has changed is not changed back. Pure.

use crate::framework::Derived;
use crate::incident::{
    Change, Entry, Hypothesis, HypothesisState, Incident, ItemState, Mitigation, MitigationState, Statuses, live,
};

/// The order in which an incident goes forward; a responder never takes it back.
const FORWARD: [&str; 6] = [
    "declared",
    "triage",
    "investigating",
    "mitigating",
    "monitoring",
    "resolved",
];

/// The change that this beat comes to in the incident as it is now, its `~words` resolved; `None` where it is left out.
pub fn wanted(change: &Change, incident: &Incident, derived: &Derived, cast: &[String], me: &str) -> Option<Change> {
    // The story is of a framework that ships.
    if Statuses::default().is_ended(&incident.status) {
        return None;
    }
    let mut change = change.clone();
    let fine = match &mut change {
        Change::SetStatus { status, .. } => {
            rank(status) > rank(&incident.status) && !others_changed(incident, "status", cast)
        }
        Change::SetSeverity { severity, .. } => {
            *severity != incident.severity && !others_changed(incident, "severity", cast)
        }
        Change::SetField { field, .. } => !others_changed(incident, field, cast),
        Change::SetCause { .. } => incident.cause.is_none(),
        Change::Acknowledge { .. } => incident.acknowledged.is_none(),
        Change::SetMilestone { milestone, .. } => !others_changed(incident, milestone.as_str(), cast),
        Change::AssignRole { role, who, .. } => live(&incident.roles)
            .filter(|held| held.until.is_none())
            .all(|held| held.role != *role || cast.contains(&held.who) && held.who != *who),
        Change::TestHypothesis { hypothesis, .. } | Change::AddEvidence { hypothesis, .. } => {
            resolve::<Hypothesis>(incident, hypothesis, |found| !settled(found))
        }
        Change::ConfirmHypothesis { hypothesis, .. } | Change::RejectHypothesis { hypothesis, .. } => {
            resolve::<Hypothesis>(incident, hypothesis, |found| !settled(found))
        }
        Change::ApproveMitigation { mitigation } => {
            resolve_mitigation(incident, mitigation, &[MitigationState::Proposed])
        }
        // Not before it is approved: begun at the very moment of the approval, it would be a conflict that no one here settles.
        Change::StartMitigation { mitigation } => {
            resolve_mitigation(incident, mitigation, &[MitigationState::Approved])
        }
        Change::FinishMitigation { mitigation, .. } => {
            resolve_mitigation(incident, mitigation, &[MitigationState::Started])
        }
        Change::VerifyMitigation { mitigation, .. } => {
            resolve_mitigation(incident, mitigation, &[MitigationState::Done])
        }
        Change::TickItem { item, .. } | Change::ClaimItem { item, .. } => resolve_item(derived, item, me),
        Change::SendUpdate { audience, .. } => {
            let last = live(&incident.communications).rfind(|sent| sent.audience == *audience);
            last.is_none_or(|sent| cast.contains(&sent.by))
        }
        _ => true,
    };
    fine.then_some(change)
}

fn rank(status: &str) -> usize {
    FORWARD
        .iter()
        .position(|known| *known == status)
        .unwrap_or(FORWARD.len())
}

/// Whether the last change of a field was by somebody who is not of the cast.
fn others_changed(incident: &Incident, field: &str, cast: &[String]) -> bool {
    let mut events = incident.timeline.iter().rev();
    let last = events.find(|event| event.subject.as_deref() == Some(field) && event.retracted.is_none());
    last.is_some_and(|event| !cast.contains(&event.by))
}

fn settled(hypothesis: &Hypothesis) -> bool {
    !matches!(hypothesis.state, HypothesisState::Open | HypothesisState::Testing)
}

fn resolve_mitigation(incident: &Incident, name: &mut String, states: &[MitigationState]) -> bool {
    resolve::<Mitigation>(incident, name, |found| states.contains(&found.state))
}

/// Puts the id of the live entry that has the words in the place of `~words`; false where there is none that fits.
fn resolve<T: Entry>(incident: &Incident, name: &mut String, fits: impl Fn(&T) -> bool) -> bool {
    let Some(words) = name.strip_prefix('~').map(str::to_lowercase) else {
        return true;
    };
    let found = live(T::list(incident)).find(|entry| entry.title().to_lowercase().contains(&words) && fits(entry));
    match found.map(|entry| entry.id().to_owned()) {
        Some(id) => {
            *name = id;
            true
        }
        None => false,
    }
}

/// The same for an open item of any checklist, those of the present phase first; not one that somebody else has claimed.
/// `~one|other` takes the first that has either words: frameworks call the same thing differently.
fn resolve_item(derived: &Derived, name: &mut String, me: &str) -> bool {
    let Some(words) = name.strip_prefix('~').map(str::to_lowercase) else {
        return true;
    };
    let mut lists: Vec<_> = derived.checklists.iter().collect();
    lists.sort_by_key(|list| !list.current);
    let mut items = lists.iter().flat_map(|list| &list.items);
    let found = items.find(|item| {
        item.state == ItemState::Open
            && item.seen.is_none()
            && item.owner.as_deref().is_none_or(|owner| owner == me)
            && words.split('|').any(|words| item.text.to_lowercase().contains(words))
    });
    match found {
        Some(item) => {
            name.clone_from(&item.id);
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::framework::{Checklist, Gate, ItemView, Phase};
    use crate::incident::{Declaration, Proposal, Request, Time, apply, declare, ids, newest};

    fn time(seconds: i64) -> Time {
        Time::from_millis(1_795_183_500_000 + seconds * 1000)
    }

    fn cast() -> Vec<String> {
        ["sam", "kim", "lee"].map(str::to_owned).to_vec()
    }

    /// An incident to which these people have done this.
    fn after(changes: &[(&str, Change)]) -> Incident {
        let declaration = Declaration {
            id: "INC-1".into(),
            title: "x".into(),
            framework: "war-room".into(),
            severity: "P1".into(),
            status: "triage".into(),
            ..Declaration::default()
        };
        let mut incident = declare(&declaration, "aaaaaaa", "bbbbbbb", "kim", time(0)).unwrap();
        for (number, (by, change)) in (1u8..).zip(changes) {
            let request = Request {
                nonce: ids::from_bytes([number + 10; ids::NONCE]),
                by: (*by).into(),
                at: time(i64::from(number)),
                test_clock: false,
                change: change.clone(),
            };
            incident = apply(&incident, &request, newest(&incident)).unwrap().0;
        }
        incident
    }

    fn derived(items: &[(&str, &str, ItemState, Option<&str>, bool)]) -> Derived {
        let list = |current: bool| Checklist {
            lead: None,
            id: format!("list-{current}"),
            title: "list".into(),
            current,
            done: 0,
            items: items
                .iter()
                .filter(|item| item.4 == current)
                .map(|(id, text, state, owner, _)| ItemView {
                    id: (*id).into(),
                    text: (*text).into(),
                    state: state.clone(),
                    owner: owner.map(str::to_owned),
                    who: None,
                    at: None,
                    note: None,
                    due: None,
                    gate: false,
                    seen: None,
                })
                .collect(),
        };
        Derived {
            severity: "P1".into(),
            status: "declared".into(),
            elapsed_s: 0,
            phase: Phase {
                id: "triage".into(),
                title: "Triage".into(),
                number: 1,
                of: 6,
            },
            timers: Vec::new(),
            gate: Gate {
                ok: false,
                items: Vec::new(),
                missing: Vec::new(),
            },
            required_roles: Vec::new(),
            checklists: vec![list(false), list(true)],
            reminders: Vec::new(),
            procedures: Vec::new(),
            conflicts: Vec::new(),
            next_statuses: Vec::new(),
        }
    }

    fn plays(change: &Change, incident: &Incident) -> Option<Change> {
        wanted(change, incident, &derived(&[]), &cast(), "kim")
    }

    fn status(status: &str) -> Change {
        Change::SetStatus {
            status: status.into(),
            reason: None,
        }
    }

    fn severity(severity: &str) -> Change {
        Change::SetSeverity {
            severity: severity.into(),
            reason: None,
        }
    }

    #[test]
    fn the_viewers_say_stays() {
        let fresh = after(&[]);
        assert!(plays(&status("investigating"), &fresh).is_some());
        let further = after(&[("sam", status("monitoring"))]);
        assert_eq!(plays(&status("investigating"), &further), None, "never back");
        let viewers = after(&[("ana", status("investigating"))]);
        assert_eq!(plays(&status("monitoring"), &viewers), None, "the viewer leads it now");
        assert!(plays(&severity("P0"), &fresh).is_some());
        assert_eq!(plays(&severity("P0"), &after(&[("ana", severity("P2"))])), None);
        let resolve = Change::Resolve {
            force: Some("x".into()),
            at: None,
            note: None,
        };
        assert_eq!(plays(&severity("P0"), &after(&[("ana", resolve)])), None, "it is over");
        let assign = |who: &str| Change::AssignRole {
            role: "scribe".into(),
            who: who.into(),
            alongside: false,
        };
        assert!(plays(&assign("lee"), &fresh).is_some());
        assert_eq!(plays(&assign("lee"), &after(&[("ana", assign("ana"))])), None);
    }

    #[test]
    fn what_is_done_is_not_done_again() {
        let proposal = Change::ProposeMitigation(Proposal {
            text: "Roll back v2.34".into(),
            ..Proposal::default()
        });
        let proposed = after(&[("lee", proposal)]);
        let id = proposed.mitigations[0].id.clone();
        let approve = |mitigation: &str| Change::ApproveMitigation {
            mitigation: mitigation.into(),
        };
        assert_eq!(plays(&approve("~roll BACK"), &proposed), Some(approve(&id)));
        assert_eq!(plays(&approve("~failover"), &proposed), None);
        let start = |mitigation: &str| Change::StartMitigation {
            mitigation: mitigation.into(),
        };
        assert_eq!(
            plays(&start("~roll back"), &proposed),
            None,
            "it waits for the approval"
        );
        let mut approved = proposed.clone();
        Arc::make_mut(&mut approved.mitigations[0]).state = MitigationState::Approved;
        assert_eq!(plays(&approve("~roll back"), &approved), None);
        assert_eq!(plays(&start("~roll back"), &approved), Some(start(&id)));
        let mut gone = proposed;
        Arc::make_mut(&mut gone.mitigations[0]).retracted = Some("undone".into());
        assert_eq!(plays(&approve("~roll back"), &gone), None);
    }

    #[test]
    fn items_are_found_by_their_words() {
        let derived = derived(&[
            ("late.dash", "Dashboards watched", ItemState::Open, None, false),
            ("now.done", "Dashboards checked", ItemState::Done, None, true),
            ("now.dash", "Check the dashboards", ItemState::Open, None, true),
            ("now.hers", "Rollback plan ready", ItemState::Open, Some("ana"), true),
        ]);
        let tick = |item: &str| Change::TickItem {
            item: item.into(),
            note: None,
            again: false,
        };
        let plays = |item: &str| wanted(&tick(item), &after(&[]), &derived, &cast(), "kim");
        assert_eq!(
            plays("~dashboard"),
            Some(tick("now.dash")),
            "the present phase first, and open"
        );
        assert_eq!(plays("~watched"), Some(tick("late.dash")));
        assert_eq!(plays("~rollback"), None, "the viewer has claimed it");
        assert_eq!(plays("~failover|dashboards"), Some(tick("now.dash")));
    }
}
