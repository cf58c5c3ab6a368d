//! Each action of the table makes its change: by key, and asking in its steps.

use std::time::Duration;

use super::*;
use crate::incident::{Milestone, Moment, Proposal};

pub(super) fn minutes(count: u64) -> Duration {
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
            approved_by: None,
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
            approved_by: None,
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
        "hsa<Enter>",
        Change::HandoffRole {
            role: "incident_commander".into(),
            to: "sam".into(),
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
    app.gives("Dntoo risky<Enter>", Change::decline(mitigation(), "too risky"));
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
