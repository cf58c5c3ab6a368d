//! Each action of the table makes its change: by key, and asking in its steps.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::incident::{FactorCategory, Horizon, Inquiry, InquiryKind, Milestone, Moment, Proposal, Question};

pub fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

#[test]
fn the_selected_line_is_corrected() {
    let mut app = App::new();
    let event = || "eccccccc".to_owned();
    app.gives(
        "e!<Enter>",
        Change::EditEvent {
            event: event(),
            text: Some("roll back v2.34!".into()),
            at: None,
        },
    );
    app.gives(
        "t14:10<Enter>",
        Change::EditEvent {
            event: event(),
            text: None,
            at: Some(at("14:10")),
        },
    );
    app.gives(
        "p",
        Change::PinEvent {
            event: event(),
            pinned: true,
        },
    );
    app.gives(
        "kxwrong place<Enter>",
        Change::RetractEvent {
            event: "ebbbbbbb".into(),
            reason: "wrong place".into(),
        },
    );
    app.publish(|incident| Arc::make_mut(&mut incident.timeline[1]).retracted = Some("wrong".into()));
    app.gives(
        "X",
        Change::RestoreEvent {
            event: "ebbbbbbb".into(),
        },
    );
    app.press("x");
    assert_eq!(app.said().last(), Some(&"That line is retracted already."));
}

#[test]
fn status_and_fields() {
    let mut app = App::new();
    app.gives(
        "smit<Enter>pool found<Enter>",
        Change::SetStatus {
            status: "mitigating".into(),
            reason: Some("pool found".into()),
        },
    );
    app.gives("A", Change::Acknowledge { at: None });
    app.gives(
        "Et now<Enter>",
        Change::SetField {
            field: "title".into(),
            value: "Checkout failing for EU cards now".into(),
        },
    );
    app.gives(
        "Es<Enter>",
        Change::SetField {
            field: "summary".into(),
            value: String::new(),
        },
    );
    app.gives(
        "Eiusers<Enter>38 %<Enter>",
        Change::SetField {
            field: "impact.users".into(),
            value: "38 %".into(),
        },
    );
    app.gives(
        "Efticket<Enter>ABC-1<Enter>",
        Change::SetField {
            field: "fields.ticket".into(),
            value: "ABC-1".into(),
        },
    );
    app.gives(
        "Emstarted<Enter>13:58<Enter><Enter>",
        Change::SetMilestone {
            milestone: Milestone::Started,
            at: at("13:58"),
            reason: None,
        },
    );
    app.gives(
        "Elhttps://x.test<Enter>dashboard<Enter>",
        Change::AddLink {
            target: "https://x.test".into(),
            label: Some("dashboard".into()),
        },
    );
}

#[test]
fn severity_and_updates_offer_what_the_framework_has() {
    let mut app = App::new();
    app.press("S");
    let choices = app.model.choices().unwrap();
    assert_eq!(choices.current().unwrap().value, "P1", "what is in force is selected");
    assert!(!choices.current().unwrap().detail.is_empty(), "with its criteria");
    app.press("<Esc>");
    app.gives(
        "SP0<Enter>all of the EU<Enter>",
        Change::SetSeverity {
            severity: "P0".into(),
            reason: Some("all of the EU".into()),
        },
    );
    app.gives(
        "Uexec<Enter>fix under way<Enter>30m<Enter>",
        Change::SendUpdate {
            audience: "executives".into(),
            text: "fix under way".into(),
            status: None,
            eta: Some(minutes(30)),
            reason: None,
        },
    );
}

#[test]
fn timers_are_put_off_cleared_taken_back_and_met() {
    use crate::framework::remedy::{Remedy, Word};
    use crate::framework::{TimerPhase, TimerView};
    let timer = |state, snoozed| TimerView {
        id: "update.internal".into(),
        label: "war-room update".into(),
        due: Some(noon()),
        overdue_at: None,
        state,
        remaining_s: 60,
        derived: true,
        snoozed,
        remedy: Some(Remedy::Update {
            audience: Word::plain("internal"),
            status: None,
        }),
        borrowed: false,
    };
    let mut app = App::new();
    let show = |app: &mut App, view: TimerView| {
        app.model.derived.timers = vec![view];
        app.model.rows.timers = vec![0];
    };
    show(&mut app, timer(TimerPhase::Running, false));
    app.press("2");
    let id = || "update.internal".to_owned();
    app.gives(
        "p15m<Enter>",
        Change::SnoozeTimer {
            timer: id(),
            duration: minutes(15),
        },
    );
    app.gives(
        "xnot seen<Enter>",
        Change::ClearTimer {
            timer: id(),
            reason: Some("not seen".into()),
        },
    );
    app.gives(
        "<Enter><Enter>all is told<Enter><Enter>",
        Change::SendUpdate {
            audience: "internal".into(),
            text: "all is told".into(),
            status: None,
            eta: None,
            reason: None,
        },
    );
    let escalate = TimerView {
        remedy: Some(Remedy::Escalate(Some(Word::plain("executives")))),
        ..timer(TimerPhase::Overdue, false)
    };
    show(&mut app, escalate);
    app.gives(
        "<Enter><Enter>two hours<Enter>",
        Change::Escalate {
            to: "executives".into(),
            reason: Some("two hours".into()),
        },
    );
    show(&mut app, timer(TimerPhase::Cleared, false));
    app.gives("X", Change::RestoreTimer { timer: id(), due: None });
}

#[test]
fn resolving_shows_the_gate_and_it_can_be_overridden() {
    let mut app = App::new();
    app.press("rr");
    let Some(Layer::Gate(gate)) = app.model.layers.last() else {
        panic!("the gate is looked at before a word is typed")
    };
    assert!(gate.choices.all.iter().any(|choice| !choice.current && choice.enabled));
    app.press("flawyers wait<Enter>site is back<Enter>");
    assert_eq!(
        app.changes.pop(),
        Some(Change::Resolve {
            force: Some("lawyers wait".into()),
            at: None,
            note: Some("site is back".into()),
        })
    );
    app.model.layers.clear();
    app.model.derived.gate.ok = true;
    app.gives(
        "rr<Enter>",
        Change::Resolve {
            force: None,
            at: None,
            note: None,
        },
    );
    // The same by its status.
    app.gives(
        "sresolved<Enter>done<Enter>",
        Change::Resolve {
            force: None,
            at: None,
            note: Some("done".into()),
        },
    );
}

#[test]
fn the_end_of_an_incident() {
    let mut app = App::new();
    app.gives(
        "rxno impact<Ctrl-S>",
        Change::Cancel {
            reason: "no impact".into(),
        },
    );
    app.press("rc");
    assert_eq!(app.said().last(), Some(&"Only a resolved incident is closed."));
    app.publish(|incident| incident.resolved = Some(Moment::default()));
    app.gives("rc", Change::close());
    app.gives(
        "roback again<Enter>",
        Change::Reopen {
            reason: "back again".into(),
        },
    );
}

#[test]
fn roles() {
    let mut app = App::new();
    app.gives(
        "Rincident<Enter>lee<Enter><Enter>",
        Change::AssignRole {
            role: "incident_commander".into(),
            who: "lee".into(),
            alongside: false,
        },
    );
    app.press("3");
    app.gives(
        "o<Enter>ann<Enter><Enter>",
        Change::AssignRole {
            role: "incident_commander".into(),
            who: "ann".into(),
            alongside: false,
        },
    );
    app.gives(
        "b<Enter>",
        Change::AssignRole {
            role: "incident_commander".into(),
            who: "sam".into(),
            alongside: true,
        },
    );
    app.gives(
        "hki<Enter>",
        Change::HandoffRole {
            role: "incident_commander".into(),
            to: "kim".into(),
        },
    );
    app.gives(
        "x",
        Change::ClearRole {
            role: "incident_commander".into(),
            who: Some("kim".into()),
        },
    );
}

#[test]
fn hypotheses() {
    let mut app = App::new();
    app.gives(
        "HDNS is down<Enter>kim<Enter>",
        Change::AddHypothesis {
            statement: "DNS is down".into(),
            owner: Some("kim".into()),
            likelihood: None,
            takes: None,
        },
    );
    let hypothesis = || "haaaaaaa".to_owned();
    // From another pane it asks which one.
    app.gives(
        ":confirm<Enter><Enter>pool graph<Enter>",
        Change::ConfirmHypothesis {
            hypothesis: hypothesis(),
            evidence: Some("pool graph".into()),
        },
    );
    app.press("4");
    app.gives(
        "oDNS<Enter><Enter>",
        Change::AddHypothesis {
            statement: "DNS".into(),
            owner: None,
            likelihood: None,
            takes: None,
        },
    );
    app.gives(
        "tlook at the pool<Enter>",
        Change::TestHypothesis {
            hypothesis: hypothesis(),
            text: "look at the pool".into(),
        },
    );
    app.gives(
        "epool is empty<Enter>against<Enter>",
        Change::AddEvidence {
            hypothesis: hypothesis(),
            text: "pool is empty".into(),
            supports: Some(false),
        },
    );
    app.gives(
        "x<Enter>",
        Change::RejectHypothesis {
            hypothesis: hypothesis(),
            evidence: None,
        },
    );
    app.gives(
        "jX",
        Change::ReopenHypothesis {
            hypothesis: "hbbbbbbb".into(),
            testing: false,
        },
    );
}

#[test]
fn mitigations() {
    let mut app = App::new();
    app.gives(
        "Mscale up<Enter>scale<Enter>fast<Enter>cost<Enter><Enter>scale down<Enter>lee<Enter><Enter>",
        Change::ProposeMitigation(Proposal {
            text: "scale up".into(),
            option: Some("scale".into()),
            rationale: Some("fast".into()),
            risk: Some("cost".into()),
            owner: Some("lee".into()),
            verification: None,
            rollback: Some("scale down".into()),
        }),
    );
    app.press("4G");
    assert_eq!(app.model.pane_context(), Context::Mitigation);
    let mitigation = || "maaaaaaa".to_owned();
    app.gives(
        "p",
        Change::ApproveMitigation {
            mitigation: mitigation(),
        },
    );
    let is = |app: &mut App, state: MitigationState| {
        app.publish(|incident| Arc::make_mut(&mut incident.mitigations[0]).state = state);
    };
    app.gives(
        "b",
        Change::StartMitigation {
            mitigation: mitigation(),
        },
    );
    is(&mut app, MitigationState::Started);
    app.gives(
        "call pods<Enter>",
        Change::FinishMitigation {
            mitigation: mitigation(),
            result: Some("all pods".into()),
        },
    );
    app.gives(
        "v<Enter>",
        Change::VerifyMitigation {
            mitigation: mitigation(),
            result: None,
        },
    );
    app.gives(
        "xworse<Enter>",
        Change::FailMitigation {
            mitigation: mitigation(),
            result: Some("worse".into()),
            recheck: None,
        },
    );
    is(&mut app, MitigationState::Done);
    app.gives(
        "Xappr<Enter>",
        Change::RevertMitigation {
            mitigation: mitigation(),
            state: "approved".into(),
        },
    );
}

#[test]
fn checklists() {
    let mut app = App::new();
    app.press("5/tell support<Enter><Esc>");
    let item = || "caaaaaaa".to_owned();
    app.gives(
        "<Space>",
        Change::TickItem {
            item: item(),
            note: None,
            again: false,
        },
    );
    app.gives(
        "tseen on the board<Enter>",
        Change::TickItem {
            item: item(),
            note: Some("seen on the board".into()),
            again: false,
        },
    );
    app.gives(
        "ecalled them<Enter>",
        Change::NoteItem {
            item: item(),
            text: "called them".into(),
        },
    );
    app.gives(
        "c",
        Change::ClaimItem {
            item: item(),
            who: None,
        },
    );
    app.gives(
        "hlee<Enter><Enter>",
        Change::ClaimItem {
            item: item(),
            who: Some("lee".into()),
        },
    );
    app.gives(
        "xnot ours<Enter>",
        Change::SkipItem {
            item: item(),
            reason: "not ours".into(),
        },
    );
    app.publish(|incident| Arc::make_mut(&mut incident.checklist[0]).owner = Some("sam".into()));
    app.gives("c", Change::UnclaimItem { item: item() });
    app.gives(
        "j<Space>",
        Change::UntickItem {
            item: "cbbbbbbb".into(),
        },
    );
    app.gives(
        "Ccall vendor<Enter>lee<Enter><Enter>15m<Enter>",
        Change::AddItem {
            text: "call vendor".into(),
            owner: Some("lee".into()),
            within: Some(minutes(15)),
            list: None,
        },
    );
}

#[test]
fn cause_and_follow_up() {
    let mut app = App::new();
    app.gives(
        "wwno index<Enter>",
        Change::AddWhy {
            text: "no index".into(),
        },
    );
    app.gives(
        "wfproc<Enter>no review<Enter>",
        Change::AddFactor {
            category: FactorCategory::Process,
            text: "no review".into(),
        },
    );
    app.gives(
        "wcslow query<Enter>",
        Change::SetCause {
            text: "slow query".into(),
        },
    );
    app.gives(
        "waadd an index<Enter>kim<Enter>14d<Enter>short<Enter>",
        Change::AddAction {
            text: "add an index".into(),
            owner: Some("kim".into()),
            due: Some("2026-12-04".into()),
            horizon: Some(Horizon::Short),
        },
    );
    app.press("wd");
    assert_eq!(app.said().last(), Some(&"There is no action item yet."));
}

#[test]
fn requests_and_decisions() {
    let mut app = App::new();
    app.press("Da");
    assert_eq!(app.said().last(), Some(&"No request is open."));
    app.gives(
        "Dddatabase team<Enter>lock waits?<Enter>20m<Enter><Enter>",
        Change::Ask(Question {
            kind: InquiryKind::Dispatch,
            to: "database team".into(),
            text: "lock waits?".into(),
            within: Some(Duration::from_secs(1200)),
            hypothesis: None,
            situation: None,
        }),
    );
    app.gives(
        "Dtkim<Enter>drain eu-west-1<Enter>15m<Enter>",
        Change::Ask(Question {
            kind: InquiryKind::Task,
            to: "kim".into(),
            text: "drain eu-west-1".into(),
            within: Some(Duration::from_secs(900)),
            hypothesis: None,
            situation: None,
        }),
    );
    app.publish(|incident| {
        incident.inquiries.push(Arc::new(Inquiry {
            id: "daaaaaaa".into(),
            to: "database team".into(),
            text: "lock waits?".into(),
            ..Inquiry::default()
        }));
    });
    let request = || "daaaaaaa".to_owned();
    app.gives(
        "Dr<Enter>locks on orders<Enter>",
        Change::ReadBack {
            request: request(),
            text: Some("locks on orders".into()),
        },
    );
    app.gives(
        "Da<Enter>none<Enter>",
        Change::Answer {
            request: request(),
            text: "none".into(),
            supports: None,
        },
    );
    app.gives(
        "Dw<Enter>found it<Enter>",
        Change::Withdraw {
            request: request(),
            reason: Some("found it".into()),
        },
    );
    app.gives(
        "DDroll back<Enter>hotfix, scale out<Enter>fastest<Enter><Enter>",
        Change::Decide {
            text: "roll back".into(),
            who: None,
            options: vec!["hotfix".into(), "scale out".into()],
            reason: Some("fastest".into()),
        },
    );
}

#[test]
fn undo_and_redo_and_their_limits() {
    let mut app = App::new();
    app.press("u<Ctrl-R>");
    assert_eq!(app.effects, [Effect::Undo, Effect::Redo]);
    let mut snapshot = Snapshot::clone(&app.model.snapshot);
    (snapshot.revision, snapshot.undoable) = (9, 0);
    app.send(Message::Snapshot(Arc::new(snapshot))).press("u");
    assert_eq!(app.said(), ["There is nothing of yours to undo."]);
}

#[test]
fn a_line_is_redacted_after_one_yes() {
    let mut app = App::new();
    app.press("Lra password<Enter>");
    let choices = app.model.form().unwrap().choices.as_ref().unwrap();
    assert!(
        choices
            .all
            .iter()
            .any(|choice| choice.label.starts_with("redact it in "))
    );
    assert!(app.changes.is_empty(), "asked first");
    app.press("redact<Enter>");
    let [Change::Redact { said, what, reason }] = app.changes.as_slice() else {
        panic!("{:?}", app.changes);
    };
    assert_eq!((said.as_str(), reason.as_deref()), ("eccccccc", Some("a password")));
    assert!(what.iter().any(|spot| spot.entry == "eccccccc" && spot.field == "text"));
    assert!(
        !format!("{what:?}").contains("roll back v2.34"),
        "the words are in no journal"
    );
    let mut app = App::new();
    app.press("Lr<Enter>keep<Enter>");
    assert!(app.changes.is_empty());
}

#[test]
fn nonsense_is_told_where_it_is_typed() {
    let mut app = App::new();
    app.press("Tsoak<Enter>soon<Enter>");
    let error = app.model.form().unwrap().error.clone().unwrap();
    assert!(error.contains("`soon` is not a duration; try 90s"), "{error}");
    app.press("<Ctrl-U>90s<Enter>");
    assert_eq!(
        app.changes,
        [Change::AddTimer {
            label: "soak".into(),
            duration: Duration::from_secs(90),
        }]
    );
    app.press("Rnobody such<Enter>");
    assert!(
        app.model
            .form()
            .unwrap()
            .error
            .as_deref()
            .unwrap()
            .contains("No role matches `nobody such`. Possible: ")
    );
}

#[test]
fn esc_goes_back_one_step_at_a_time() {
    let mut app = App::new();
    app.press("4epool is empty<Enter>aga<Esc>");
    assert_eq!(app.line(), "pool is empty", "the step before, as it was");
    app.press("!<Enter>for<Enter>");
    assert_eq!(
        app.changes,
        [Change::AddEvidence {
            hypothesis: "haaaaaaa".into(),
            text: "pool is empty!".into(),
            supports: Some(true),
        }]
    );
    app.press("epool<Esc>");
    assert!(app.model.layers.is_empty());
}

/// Changes that only verbs make so far.
const ONLY_BY_VERB: [&str; 3] = ["Correct", "Remove", "Restore"];

/// Changes that no person asks for by key: what undo and permit make of others, and what is set of an action item by verb.
const NOT_BY_KEY: [&str; 8] = [
    "Undo",
    "Named",
    "GrantMitigation",
    "Import",
    "RetractImport",
    "Dated",
    "PlanAction",
    "TickAcknowledging",
];

#[test]
fn every_change_is_reached_by_some_action() {
    let mut seen = BTreeSet::new();
    for file in [
        include_str!("../log.rs"),
        include_str!("../paste.rs"),
        include_str!("../lifecycle.rs"),
        include_str!("../team.rs"),
        include_str!("../requests.rs"),
        include_str!("../board.rs"),
        include_str!("../checklist.rs"),
        include_str!("../timers.rs"),
        include_str!("../analysis.rs"),
    ] {
        for part in file.split("Change::").skip(1) {
            let end = part.find(|c: char| !c.is_alphanumeric()).unwrap_or(part.len());
            seen.insert(part[..end].to_owned());
        }
    }
    let source = include_str!("../../incident/change.rs");
    let body = source
        .split("pub enum Change {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    let variants = body.lines().filter_map(|line| line.strip_prefix("    "));
    let variants = variants.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    for variant in variants {
        let end = variant.find(|c: char| !c.is_alphanumeric()).unwrap_or(variant.len());
        let name = &variant[..end];
        assert!(
            seen.contains(name) || NOT_BY_KEY.contains(&name) || ONLY_BY_VERB.contains(&name),
            "no action makes {name}"
        );
    }
}
