//! Two laws over random histories, in every framework: no way past the gate and none past an approval, by whatever is done in
//! whatever order, unless it is an override that the record names. What counts is told here once more, from the timeline alone.

use std::time::Duration;

use proptest::prelude::*;

use super::data::{self, Class};
use super::model::Fact;
use super::{Framework, Span};
use crate::incident::apply::laws::request;
use crate::incident::apply::unchecked;
use crate::incident::{
    Change, Declaration, Event, EventKind, Incident, Mitigation, MitigationState, Proposal, Time, apply_under, declare,
    live, newest, people,
};

/// Who acts.
const PEOPLE: [&str; 4] = ["kim", "sam", "lee", "ana"];

/// Something that is done: what, with which of the things that are there, by whom, so many minutes later.
#[derive(Clone, Debug)]
struct Step {
    what: usize,
    which: usize,
    who: usize,
    minutes: u64,
}

fn step() -> impl Strategy<Value = Step> {
    (0..24usize, 0..12usize, 0..4usize, 0..20u64).prop_map(|(what, which, who, minutes)| Step {
        what,
        which,
        who,
        minutes,
    })
}

fn declared(framework: &Framework, severity: usize) -> Incident {
    let severities = &framework.severities;
    let declaration = Declaration {
        id: "INC-2026-0042".into(),
        title: "x".into(),
        framework: framework.name.clone(),
        severity: severities[severity % severities.len()].id.clone(),
        status: framework.statuses[0].id.clone(),
        ..Declaration::default()
    };
    declare(
        &declaration,
        "uidabcd",
        "declare",
        "kim",
        Time::from_millis(1_795_183_500_000),
    )
    .unwrap()
}

/// What a step asks for.
fn change(framework: &Framework, incident: &Incident, step: &Step) -> Change {
    let id = |which: usize| {
        let all: Vec<&Mitigation> = live(&incident.mitigations).collect();
        all.get(which % all.len().max(1))
            .map_or("mnosuch".into(), |one| one.id.clone())
    };
    let mitigation = id(step.which);
    let gate = &framework.gate.items;
    let item = gate[step.which % gate.len()].item.clone();
    let severities = &framework.severities;
    let severity = severities[step.which % severities.len()].id.clone();
    let open: Vec<&str> = framework
        .statuses
        .iter()
        .filter(|status| matches!(status.class, Class::Open | Class::Monitoring))
        .map(|status| status.id.as_str())
        .collect();
    match step.what {
        0..=2 => Change::TickItem {
            item,
            note: Some("seen".into()),
            again: false,
        },
        3 => Change::UntickItem { item },
        4 => Change::SkipItem {
            item,
            reason: "no time".into(),
        },
        5 | 6 => Change::ProposeMitigation(Proposal {
            text: format!("way {}", step.which),
            option: framework.options.get(step.which).map(|option| option.id.clone()),
            ..Proposal::default()
        }),
        7 | 8 => Change::ApproveMitigation { mitigation },
        9 | 10 => Change::StartMitigation { mitigation },
        11 => Change::FinishMitigation {
            mitigation,
            result: None,
        },
        12 => Change::VerifyMitigation {
            mitigation,
            result: None,
        },
        13 => Change::FailMitigation {
            mitigation,
            result: None,
            recheck: None,
        },
        14 => Change::RevertMitigation {
            mitigation,
            state: MitigationState::KNOWN[step.which % 6].into(),
        },
        15 => Change::SetSeverity { severity, reason: None },
        16 | 17 => Change::SetStatus {
            status: open[step.which % open.len()].into(),
            reason: None,
        },
        18 => Change::Log {
            kind: EventKind::Alert,
            text: "errors are back".into(),
            at: None,
            pin: false,
        },
        19 => Change::AssignRole {
            role: framework.roles[step.which % framework.roles.len()].id.clone(),
            who: PEOPLE[step.which % 4].into(),
            alongside: false,
        },
        20 => Change::StartItem { item },
        _ => Change::Resolve {
            force: None,
            at: None,
            note: None,
        },
    }
}

fn elapsed(framework: &Framework, from: Time, span: Span) -> Time {
    framework.calendar.after(from, span)
}

fn of<'a>(incident: &'a Incident, subject: &'a str) -> impl DoubleEndedIterator<Item = &'a Event> {
    let events = incident.timeline.iter().map(AsRef::as_ref);
    events.filter(move |event: &&Event| event.subject.as_deref() == Some(subject))
}

/// When it last got worse: an alert, a severity raised, a status gone back, a mitigation that was begun and failed.
fn worse(framework: &Framework, incident: &Incident) -> Option<Time> {
    let severity = |id: &str| framework.severities.iter().position(|one| one.id == id);
    let status = |id: &str| framework.statuses.iter().position(|one| one.id == id);
    let bad = incident.timeline.iter().filter(|event| {
        let (from, to) = (event.from.as_deref(), event.to.as_deref());
        match event.subject.as_deref() {
            Some("severity") => from.and_then(severity) > to.and_then(severity) && to.is_some(),
            Some("status") => from.and_then(status) > to.and_then(status),
            _ => event.kind == EventKind::Alert,
        }
    });
    let failed = live(&incident.mitigations)
        .filter(|one| one.state == MitigationState::Failed && one.started.or(one.done).is_some())
        .filter_map(|one| one.settled);
    bad.map(|event| event.at).chain(failed).max()
}

/// Why an incident may not be resolved without an override, as far as the timeline says.
fn not_over(framework: &Framework, incident: &Incident, now: Time) -> Option<String> {
    let bad = worse(framework, incident);
    let mut quiet = bad;
    for condition in &framework.gate.items {
        let subject = format!("{}.state", condition.item);
        let Some(ticked) = of(incident, &subject)
            .next_back()
            .filter(|event| event.to.as_deref() == Some("done"))
        else {
            return Some(format!("{} is not ticked", condition.item));
        };
        let lost = of(incident, &subject)
            .filter(|event| event.from.as_deref() == Some("done") && event.to.as_deref() != Some("done"));
        quiet = quiet.max(lost.map(|event| event.at).max());
        let duration = framework
            .timers
            .iter()
            .filter(|rule| rule.waits && rule.met_by == [Fact::Item(condition.item.clone())])
            .find_map(|rule| rule.span(&incident.severity));
        if let (Some((span, _)), Some(bad)) = (duration, bad)
            && ticked.at < elapsed(framework, bad, span)
        {
            return Some(format!("{} was ticked before its time had run", condition.item));
        }
    }
    // The longest that a severity of the last hour asks for.
    let hour = now.minus(Duration::from_secs(3600));
    let recent = of(incident, "severity").filter(|event| event.at > hour);
    let recent = recent
        .flat_map(|event| [event.from.as_deref(), event.to.as_deref()])
        .flatten();
    let rank = |id: &str| framework.severities.iter().position(|one| one.id == id);
    let worst = recent
        .chain([incident.severity.as_str()])
        .filter(|id| rank(id).is_some())
        .min_by_key(|id| rank(id))?;
    let (soak, _) = data::at(&framework.gate.soak, worst)?.span()?;
    if live(&incident.mitigations).any(|one| one.state == MitigationState::Started) {
        return Some("a change is under way".into());
    }
    let begun = live(&incident.mitigations)
        .filter(|one| one.state != MitigationState::Failed)
        .filter_map(|one| one.done)
        .chain(
            of(incident, "status")
                .filter(|event| {
                    event
                        .to
                        .as_deref()
                        .is_some_and(|to| framework.class(to) == Class::Monitoring)
                })
                .map(|event| event.at),
        )
        .chain(incident.mitigated.as_ref().map(|moment| moment.at))
        .min();
    let Some(begun) = begun else {
        return Some("nothing ended it".into());
    };
    let from = quiet.map_or(begun, |quiet| quiet.max(begun));
    (elapsed(framework, from, soak) > now).then(|| format!("the soak of {soak} has not run since {from}"))
}

/// Why a mitigation may not begin, as far as its approvals and the roles say.
fn not_agreed(framework: &Framework, incident: &Incident, mitigation: &Mitigation) -> Option<String> {
    let rule = data::at(&framework.approvals, &incident.severity).filter(|rule| !rule.later)?;
    let given: Vec<&str> = mitigation
        .approvals
        .iter()
        .filter(|one| one.retracted.is_none())
        .map(|one| one.by.as_str())
        .collect();
    // Whoever holds the role now, or held it when the mitigation was agreed to.
    let commanded = |who: &str| {
        let mut held = live(&incident.roles).filter(|held| framework.commands(&held.role));
        held.any(|held| people::same(&held.who, who))
    };
    if rule.commander && !given.iter().any(|who| commanded(who)) {
        return Some(format!("the commander has not agreed ({given:?})"));
    }
    let wanted = rule.others + usize::from(rule.commander);
    (given.len() < wanted).then(|| format!("{wanted} have to agree, and {given:?} did"))
}

proptest! {
    #![proptest_config(crate::trials::cases(64))]

    #[test]
    fn there_is_no_way_past_the_gate_and_none_past_an_approval(
        name in 0..5usize,
        severity in 0..4usize,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let framework = Framework::builtin(Framework::names()[name]).unwrap();
        let mut incident = declared(&framework, severity);
        let mut now = Time::from_millis(1_795_183_500_000);
        for (number, step) in steps.iter().enumerate() {
            now = now.plus(Duration::from_secs(step.minutes * 60 + 7));
            let asked = change(&framework, &incident, step);
            let by = PEOPLE[step.who];
            let begins = matches!(
                asked,
                Change::StartMitigation { .. }
                    | Change::FinishMitigation { .. }
                    | Change::VerifyMitigation { .. }
                    | Change::RevertMitigation { .. }
            );
            let resolves = matches!(asked, Change::Resolve { .. });
            let Ok(permitted) = framework.permit(&incident, asked.clone(), by, now) else { continue };
            let request = unchecked(&request(number, by, now, asked.clone())).with(permitted);
            let Ok((after, _)) = apply_under(&framework.classes, &incident, &request, newest(&incident)) else { continue };
            if resolves {
                let why = not_over(&framework, &incident, now);
                prop_assert!(why.is_none(), "{} was resolved: {why:?}", framework.name);
                // On with it.
                let reason = "it is back".to_owned();
                let back = crate::incident::apply::laws::request(number + 500, by, now, Change::Reopen { reason });
                let back = unchecked(&back);
                if let Ok((open, _)) = apply_under(&framework.classes, &after, &back, newest(&after)) {
                    incident = open;
                }
                continue;
            }
            if begins {
                use MitigationState as S;
                let waits = |one: &Mitigation| {
                    one.started.is_none() && matches!(one.state, S::Proposed | S::Approved | S::Failed)
                };
                let new = live(&after.mitigations).find(|one| {
                    let old = live(&incident.mitigations).find(|old| old.id == one.id);
                    matches!(one.state, S::Started | S::Done | S::Verified) && old.is_some_and(waits)
                });
                let why = new.and_then(|one| not_agreed(&framework, &incident, one));
                prop_assert!(why.is_none(), "{} began {:?}: {why:?}", framework.name, asked);
            }
            incident = after;
        }
    }
}

#[test]
fn an_override_is_named_in_the_record() {
    for name in Framework::names() {
        let framework = Framework::builtin(name).unwrap();
        let incident = declared(&framework, 0);
        let now = Time::from_millis(1_795_183_500_000).plus(Duration::from_secs(60));
        let forced = Change::Resolve {
            force: Some("the vendor says so".into()),
            at: None,
            note: None,
        };
        let permitted = framework.permit(&incident, forced, "kim", now).unwrap();
        let request = unchecked(&request(1, "kim", now, Change::close())).with(permitted);
        let (after, _) = apply_under(&framework.classes, &incident, &request, newest(&incident)).unwrap();
        let resolved = after.resolved.as_ref().unwrap();
        assert_eq!(resolved.forced.as_deref(), Some("the vendor says so"), "{name}");
        let told = after
            .timeline
            .iter()
            .find(|event| event.kind == EventKind::Resolved)
            .unwrap();
        assert!(told.text.contains("the vendor says so"), "{name}: {}", told.text);
    }
}
