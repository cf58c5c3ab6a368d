//! What holds for every change, whatever the order: nothing panics, nothing vanishes, everything is told once, everything
//! can be taken back and done again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use crate::incident::import::Imported;
use crate::incident::*;

const START: i64 = 1_795_183_500_000;

fn time(seconds: i64) -> Time {
    Time::from_millis(START + seconds * 1000)
}

pub fn declared() -> Incident {
    let declaration = Declaration {
        id: "INC-2026-0042".into(),
        title: "Checkout failing".into(),
        framework: "war-room".into(),
        severity: "P1".into(),
        status: "declared".into(),
        ..Declaration::default()
    };
    declare(&declaration, "uidabcd", "declare", "kim", time(0)).unwrap()
}

pub fn request(number: usize, by: &str, at: Time, change: Change) -> Request {
    let mut bytes = [0u8; ids::NONCE];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::try_from((number >> (5 * place)) & 31).unwrap();
    }
    Request {
        nonce: ids::from_bytes(bytes),
        by: by.into(),
        at,
        test_clock: false,
        change,
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c]{1,3}",
        1 => Just("two\nlines: #1 ".to_owned()),
        1 => Just("  ".to_owned()),
        1 => any::<String>().prop_map(|text| text.chars().take(40).collect()),
    ]
}

fn person() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("sam".to_owned()),
        Just("kim".to_owned()),
        Just("lee/ops".to_owned())
    ]
}

fn pick(list: Vec<String>) -> impl Fn(usize) -> String {
    move |index| {
        if list.is_empty() {
            "hnosuch".into()
        } else {
            list[index % list.len()].clone()
        }
    }
}

/// A change drawn blind: `entry` chooses among what is there.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub kind: usize,
    pub entry: usize,
    pub text: String,
    pub more: Option<String>,
    pub who: String,
    pub flag: bool,
    pub seconds: i64,
}

pub fn drawn() -> impl Strategy<Value = Drawn> {
    (
        0..68usize,
        any::<usize>(),
        words(),
        proptest::option::of(words()),
        person(),
        any::<bool>(),
        -90i64..4000,
    )
        .prop_map(|(kind, entry, text, more, who, flag, seconds)| Drawn {
            kind,
            entry,
            text,
            more,
            who,
            flag,
            seconds,
        })
}

fn ids_of<T: Entry>(incident: &Incident) -> Vec<String> {
    T::list(incident).iter().map(|entry| entry.id().to_owned()).collect()
}

/// One of two runbooks.
fn attachment(which: usize) -> crate::incident::Attachment {
    let runbook = ["disk-full", "pool/StoreDown"][which % 2];
    let step = |number: usize| crate::incident::AttachedStep {
        id: format!("{}.do.step-{number}", runbook.replace('/', ".").to_lowercase()),
        text: format!("step {number} of {runbook}"),
        ticked: number == 1,
    };
    crate::incident::Attachment {
        runbook: runbook.to_owned(),
        title: runbook.to_owned(),
        digest: "00ff".to_owned(),
        steps: (0..3).map(step).collect(),
    }
}

pub fn change(drawn: &Drawn, incident: &Incident, now: Time) -> Change {
    let Drawn {
        kind,
        entry,
        text,
        more,
        who,
        flag,
        seconds,
    } = drawn.clone();
    let event = pick(ids_of::<Event>(incident))(entry);
    let hypothesis = pick(ids_of::<Hypothesis>(incident))(entry);
    let mitigation = pick(ids_of::<Mitigation>(incident))(entry);
    let timer = pick(ids_of::<Timer>(incident))(entry);
    let action = pick(ids_of::<ActionItem>(incident))(entry);
    let inquiry = pick(ids_of::<Inquiry>(incident))(entry);
    let item = pick(ids_of::<Item>(incident))(entry);
    let role = ["incident_commander", "scribe"][entry % 2].to_owned();
    let duration = Duration::from_secs(seconds.unsigned_abs());
    let at = Time::from_millis(now.millis() - seconds * 1000);
    let some_at = flag.then_some(at);
    let template = |change: Change| Change::Named {
        name: "Rollback plan ready".into(),
        change: Box::new(change),
    };
    let template_item = format!("mitigation.{}", ["plan", "option"][entry % 2]);
    let status = ["triage", "mitigating", "resolved", "closed", "cancelled"][entry % 5].to_owned();
    let reason = more.clone();
    match kind {
        0..=2 => Change::Log {
            kind: EventKind::LOGGABLE[entry % 8].clone(),
            text,
            at: some_at,
            pin: seconds % 7 == 0,
        },
        51 if seconds % 2 == 0 => Change::ImportLines {
            lines: [some_at, None, Some(at), Some(at)]
                .into_iter()
                .enumerate()
                .map(|(line, at)| Imported {
                    line,
                    at,
                    who: flag.then(|| who.clone()),
                    kind: EventKind::Note,
                    text: text.clone(),
                })
                .collect(),
        },
        51 => Change::Import {
            kind: EventKind::Note,
            text,
            at: some_at,
            who: Some(who),
        },
        3 => Change::EditEvent {
            event,
            text: more,
            at: some_at,
        },
        4 if flag => Change::RetractImport {
            import: event,
            reason: text,
        },
        4 => Change::RetractEvent { event, reason: text },
        5 => Change::RestoreEvent { event },
        6 => Change::PinEvent { event, pinned: flag },
        7 | 8 => Change::SetStatus { status, reason },
        9 => Change::SetSeverity {
            severity: ["P0", "P1", "P2"][entry % 3].into(),
            reason,
        },
        10 => Change::SetField {
            field: ["title", "summary", "impact.users", "fields.ticket", "cause", "nope"][entry % 6].into(),
            value: text,
        },
        11 => Change::Acknowledge { at: some_at },
        12 => Change::SetMilestone {
            milestone: MILESTONES[entry % 6].clone(),
            at,
            reason,
        },
        13 | 14 => Change::AssignRole {
            role,
            who,
            alongside: flag,
        },
        15 => Change::ClearRole {
            role,
            who: flag.then_some(who),
        },
        16 => Change::HandoffRole { role, to: who },
        17 | 18 => Change::AddHypothesis {
            statement: text,
            owner: flag.then_some(who),
            likelihood: flag.then_some(40),
            takes: None,
        },
        19 => Change::TestHypothesis { hypothesis, text },
        20 => Change::AddEvidence {
            hypothesis,
            text,
            supports: flag.then_some(seconds % 2 == 0),
        },
        21 => Change::ConfirmHypothesis {
            hypothesis,
            evidence: more,
        },
        22 => Change::RejectHypothesis {
            hypothesis,
            evidence: more,
        },
        23 => Change::ReopenHypothesis {
            hypothesis,
            testing: flag,
        },
        24 | 25 => Change::ProposeMitigation(Proposal {
            text,
            rationale: more,
            owner: flag.then_some(who),
            ..Proposal::default()
        }),
        26 => Change::ApproveMitigation { mitigation },
        27 => Change::GrantMitigation {
            mitigation,
            wanting: more,
        },
        28 => Change::StartMitigation { mitigation },
        29 => Change::FinishMitigation {
            mitigation,
            result: more,
        },
        30 => Change::VerifyMitigation {
            mitigation,
            result: more,
        },
        31 => Change::FailMitigation {
            mitigation,
            recheck: more.clone(),
            result: more,
        },
        32 => Change::RevertMitigation {
            mitigation,
            state: MitigationState::KNOWN[entry % 6].into(),
        },
        33 if seconds % 3 == 0 => Change::AddItems {
            texts: vec![text.clone(), text],
        },
        33 => Change::AddItem {
            text,
            owner: flag.then_some(who),
            within: flag.then_some(duration),
            list: more,
        },
        34 => template(Change::TickItem {
            item: template_item,
            note: more,
            again: false,
        }),
        35 => Change::TickItem {
            item,
            note: more,
            again: flag,
        },
        36 => Change::UntickItem { item },
        37 => Change::SkipItem { item, reason: text },
        38 => template(Change::ClaimItem {
            item: template_item,
            who: flag.then_some(who),
        }),
        39 => Change::UnclaimItem { item },
        40 => Change::NoteItem { item, text },
        41 => Change::AddTimer { label: text, duration },
        42 => template(Change::SnoozeTimer {
            timer: "update.internal".into(),
            duration,
        }),
        43 => Change::ClearTimer { timer, reason: None },
        44 => Change::RestoreTimer { timer, due: some_at },
        45 => Change::SendUpdate {
            audience: "internal".into(),
            text,
            status: more,
            eta: flag.then_some(duration),
            reason: None,
            approved_by: None,
        },
        46 => Change::AddWhy { text },
        47 => Change::AddFactor {
            category: FactorCategory::from(["people", "process", "magic"][entry % 3]),
            text,
        },
        48 => Change::AddLink {
            target: text,
            label: more,
        },
        49 => Change::AddAction {
            text,
            owner: flag.then_some(who),
            due: Some(["2026-12-01", "soon"][entry % 2].into()),
            horizon: None,
        },
        50 => Change::FinishAction { action },
        52 => Change::Ask(Question {
            kind: [InquiryKind::Dispatch, InquiryKind::Task][entry % 2].clone(),
            to: who,
            text,
            within: flag.then_some(duration),
            hypothesis: flag.then_some(hypothesis).filter(|id| !id.is_empty()),
            situation: None,
        }),
        53 => Change::ReadBack {
            request: inquiry,
            text: more,
        },
        54 => Change::Answer {
            request: inquiry,
            text,
            supports: Some(flag),
        },
        55 => Change::Withdraw {
            request: inquiry,
            reason: more,
        },
        56 => Change::Decide {
            text,
            who: flag.then_some(who),
            options: more.into_iter().collect(),
            reason: flag.then(|| "cheapest".to_owned()),
        },
        57 => Change::RateHypothesis {
            hypothesis,
            likelihood: flag.then_some((entry % 120) as u8),
            takes: Some(duration),
        },
        58 => Change::AcceptRole { role },
        59 => Change::StartProcedure {
            procedure: "rollback".into(),
            reason: more,
        },
        60 => Change::Unreachable { who, next: more },
        61 => Change::AttachRunbook(attachment(entry)),
        62 => Change::JudgeRunbook {
            runbook: flag.then(|| "disk-full".to_owned()),
            verdict: crate::incident::Verdict::ALL[entry % 3],
            note: more,
        },
        64..=67 => {
            let lists: Vec<&str> = SECTIONS.iter().copied().filter(|list| *list != "redactions").collect();
            let section = lists[entry % lists.len()].to_owned();
            let all = entry::in_section!(section.as_str(), T => ids_of::<T>(incident)).unwrap();
            let chosen = pick(all)(entry / 16);
            match kind {
                66 => Change::Remove {
                    section,
                    entry: chosen,
                    reason: text,
                },
                67 => Change::Restore { section, entry: chosen },
                _ => {
                    let fields = correctable(&section);
                    let field = fields[seconds.unsigned_abs() as usize % fields.len()].to_owned();
                    let value = match field.as_str() {
                        "due" if section == "actions" => "2026-12-24".into(),
                        "at" | "since" | "until" | "started" | "done" | "settled" | "ended" | "due" | "eta" => {
                            at.to_string()
                        }
                        "by" | "who" | "owner" => who,
                        "kind" => EventKind::LOGGABLE[entry % 8].to_string(),
                        "category" => FactorCategory::KNOWN[entry % 4].to_owned(),
                        "horizon" => Horizon::KNOWN[entry % 3].to_owned(),
                        "likelihood" => "70".into(),
                        "takes" => "10m".into(),
                        _ => text,
                    };
                    Change::Correct {
                        section,
                        entry: chosen,
                        field,
                        value,
                    }
                }
            }
        }
        _ if flag => Change::Reopen { reason: text },
        _ => Change::Resolve {
            force: more,
            at: Some(at),
            note: Some(text),
        },
    }
}

/// The incident as it counts: without stamps, without what was taken back, without untouched template items; of the
/// timeline the lines that were there before, without the trail of their corrections.
fn counts(incident: &Incident, events: &BTreeSet<String>) -> Value {
    let mut value = serde_json::to_value(incident).unwrap();
    let whole = value.as_object_mut().unwrap();
    whole.remove("rev");
    for section in SECTIONS {
        let Some(list) = whole.get_mut(*section).and_then(Value::as_array_mut) else {
            continue;
        };
        list.retain(|entry| {
            let gone = entry.get("retracted").is_some() && *section != "timeline";
            let bare = *section == "checklist"
                && entry
                    .as_object()
                    .unwrap()
                    .keys()
                    .all(|key| ["id", "text", "state", "rev"].contains(&key.as_str()))
                && entry["state"] == "open";
            let later = *section == "timeline" && !events.contains(entry["id"].as_str().unwrap());
            !gone && !bare && !later
        });
        for entry in list.iter_mut() {
            let entry = entry.as_object_mut().unwrap();
            for trail in ["rev", "was", "recorded"] {
                entry.remove(trail);
            }
            for remarks in ["tests", "evidence", "approvals"] {
                let Some(list) = entry.get_mut(remarks).and_then(Value::as_array_mut) else {
                    continue;
                };
                list.retain(|remark| remark.get("retracted").is_none());
                for remark in list.iter_mut() {
                    remark.as_object_mut().unwrap().remove("rev");
                }
                if list.is_empty() {
                    entry.remove(remarks);
                }
            }
        }
        if list.is_empty() {
            whole.remove(*section);
        }
    }
    value
}

fn event_ids(incident: &Incident) -> BTreeSet<String> {
    incident.timeline.iter().map(|event| event.id.clone()).collect()
}

/// What must hold after any step.
fn sound(before: &Incident, after: &Incident, applied: &Applied) -> Result<(), TestCaseError> {
    prop_assert!(
        after.timeline.windows(2).all(|pair| pair[0].in_time(&pair[1]).is_lt()),
        "ordered, no id twice"
    );
    let batch = format!("import.{}", &applied.event[1..]);
    let lines = after
        .timeline
        .iter()
        .filter(|event| event.subject.as_deref() == Some(&*batch))
        .count();
    prop_assert_eq!(
        after.timeline.len(),
        before.timeline.len() + lines.max(1),
        "one event for each change, or for each line of an import"
    );
    prop_assert!(event_ids(after).is_superset(&event_ids(before)), "no event disappears");
    let told = after.timeline.iter().find(|event| event.id == applied.event).unwrap();
    prop_assert!(!told.text.trim().is_empty());
    for section in SECTIONS {
        let kept = entry::in_section!(*section, T => {
            let after: BTreeSet<_> = ids_of::<T>(after).into_iter().collect();
            ids_of::<T>(before).into_iter().all(|id| after.contains(&id))
        });
        prop_assert_eq!(kept, Some(true), "no entry disappears from {}", section);
    }
    let text = serde_json::to_string(after).unwrap();
    prop_assert_eq!(
        &serde_json::from_str::<Incident>(&text).unwrap(),
        after,
        "written and read alike"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_history(steps in proptest::collection::vec((drawn(), person(), 1i64..600), 1..60)) {
        let mut incident = declared();
        let mut now = time(0);
        let mut document = crate::document::Document::create(Arc::new(incident.clone()));
        for (number, (drawn, by, passed)) in steps.iter().enumerate() {
            now = now.plus(Duration::from_secs(passed.unsigned_abs()));
            let newest = newest(&incident);
            let drawn = change(drawn, &incident, now);
            let text = serde_json::to_string(&drawn).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Change>(&text).unwrap(), &drawn, "journaled and read alike");
            let ask = request(number * 3, by, now, drawn);
            let Ok((next, applied)) = apply(&incident, &ask, newest) else { continue };
            sound(&incident, &next, &applied)?;

            let (again, replayed) = apply(&next, &ask, newest).unwrap();
            prop_assert!(replayed.already && again == next, "a replay changes nothing");

            // Undo, and redo: the same values as before, and as after.
            let known = event_ids(&incident);
            let inverse = applied.inverse.clone().unwrap();
            let back = request(number * 3 + 1, by, now, inverse);
            // Taking back what others have worked on is refused; everything else goes back.
            match apply(&next, &back, self::newest(&next)) {
                Ok((undone, applied)) => {
                    sound(&next, &undone, &applied)?;
                    prop_assert_eq!(counts(&undone, &known), counts(&incident, &known), "undo of {:?}", ask.change);
                    let forth = request(number * 3 + 2, by, now, applied.inverse.unwrap());
                    let (redone, applied) = apply(&undone, &forth, self::newest(&undone)).unwrap();
                    sound(&undone, &redone, &applied)?;
                    let known = event_ids(&next);
                    prop_assert_eq!(counts(&redone, &known), counts(&next, &known), "redo of {:?}", ask.change);
                }
                Err(refusal) => prop_assert!(
                    refusal.to_string().contains("has worked on it since"),
                    "{} for {:?}", refusal, ask.change
                ),
            }
            document = document.with(Arc::new(next.clone()));
            let read = crate::document::Document::parse(document.text());
            prop_assert!(read.is_ok(), "{:?}\n{}", read.err(), document.text());
            let read = read.unwrap();
            prop_assert_eq!(&**read.incident(), &next, "{}", document.text());
            incident = next;
        }
    }
}

#[test]
fn undo_leaves_the_work_of_others() {
    let incident = declared();
    let add = Change::AddHypothesis {
        statement: "bots".into(),
        owner: None,
        likelihood: None,
        takes: None,
    };
    let (incident, added) = apply(&incident, &request(1, "kim", time(10), add), time(0)).unwrap();
    let evidence = Change::AddEvidence {
        hypothesis: added.created.unwrap(),
        text: "no bots in the logs".into(),
        supports: Some(false),
    };
    let (incident, _) = apply(&incident, &request(2, "lee", time(20), evidence), time(10)).unwrap();
    let undo = request(3, "kim", time(30), added.inverse.unwrap());
    let refusal = apply(&incident, &undo, time(20)).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "lee has worked on it since, so this was left as it is: it may be: bots"
    );

    let severity = |to: &str| Change::SetSeverity {
        severity: to.into(),
        reason: None,
    };
    let (incident, raised) = apply(&incident, &request(4, "kim", time(40), severity("P0")), time(20)).unwrap();
    let (incident, _) = apply(&incident, &request(5, "sam", time(50), severity("P2")), time(40)).unwrap();
    let undo = request(6, "kim", time(60), raised.inverse.unwrap());
    let refusal = apply(&incident, &undo, time(50)).unwrap_err();
    assert!(
        refusal
            .to_string()
            .starts_with("severity was changed by someone else since"),
        "{refusal}"
    );
}

#[test]
fn stamps_are_later_than_any_seen() {
    let mut incident = declared();
    let ahead = time(3600);
    incident.rev.insert("severity".into(), Stamp::new(ahead, "lee"));
    let ask = request(
        1,
        "kim",
        time(10),
        Change::SetSeverity {
            severity: "P0".into(),
            reason: None,
        },
    );
    let (mut incident, _) = apply(&incident, &ask, ahead).unwrap();
    let stamp = &incident.rev["severity"];
    assert_eq!(
        stamp.at,
        Time::from_millis(ahead.millis() + 1),
        "a slow clock cannot lose to what it replaces"
    );
    assert_eq!(stamp.actor, "kim");
    assert_eq!(incident.rev.len(), 1);
    assert_eq!(incident.timeline[1].at, time(10), "what people read is their own clock");
    let ask = request(
        2,
        "kim",
        time(20),
        Change::SetField {
            field: "title".into(),
            value: "other".into(),
        },
    );
    let (other, _) = apply(&incident, &ask, ahead).unwrap();
    assert_eq!(
        other.rev["title"].at,
        time(20),
        "a clock that is far ahead takes no other field with it"
    );
    let near = time(20 + 200);
    let (other, _) = apply(&incident, &ask, near).unwrap();
    assert_eq!(
        other.rev["title"].at.millis(),
        near.millis() + 1,
        "one that is near does"
    );
    let last = Time::from_millis(i64::MAX);
    incident.rev.insert("title".into(), Stamp::new(last, "zed"));
    let (other, _) = apply(&incident, &ask, last).unwrap();
    assert!(other.rev["title"] > incident.rev["title"], "{}", other.rev["title"]);
    assert_eq!(other.rev["severity"], incident.rev["severity"]);
}

#[test]
fn unchanged_entries_keep_their_address() {
    let incident = declared();
    let log = |number, text: &str| {
        let change = Change::Log {
            kind: EventKind::Note,
            text: text.into(),
            at: None,
            pin: false,
        };
        request(number, "kim", time(number as i64), change)
    };
    let (first, _) = apply(&incident, &log(1, "a"), time(0)).unwrap();
    let (second, _) = apply(&first, &log(2, "b"), time(1)).unwrap();
    assert!(Arc::ptr_eq(&first.timeline[1], &second.timeline[1]));
}
