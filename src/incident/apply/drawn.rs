//! Changes drawn at random, for the laws of this room and others.

use std::time::Duration;

use proptest::prelude::*;

use crate::incident::import::Imported;
use crate::incident::*;

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c]{1,3}",
        1 => Just("two\nlines: #1 ".to_owned()),
        1 => Just("  ".to_owned()),
        1 => any::<String>().prop_map(|text| text.chars().take(40).collect()),
    ]
}

pub(crate) fn person() -> impl Strategy<Value = String> {
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
pub(crate) struct Drawn {
    pub kind: usize,
    pub entry: usize,
    pub text: String,
    pub more: Option<String>,
    pub who: String,
    pub flag: bool,
    pub seconds: i64,
}

pub(crate) fn drawn() -> impl Strategy<Value = Drawn> {
    (
        0..69usize,
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

pub(crate) fn ids_of<T: Entry>(incident: &Incident) -> Vec<String> {
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

pub(crate) fn change(drawn: &Drawn, incident: &Incident, now: Time) -> Change {
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
    let told = incident
        .timeline
        .iter()
        .filter(|event| event.kind == EventKind::Conflict);
    let conflict = pick(told.map(|event| event.id.clone()).collect())(entry);
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
        68 => Change::SettleConflict {
            event: conflict,
            take: flag,
        },
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
