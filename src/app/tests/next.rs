//! The NEXT line along whole incidents: whoever does what it says, and nothing else, brings an incident from its declaration to its
//! close, in every framework that ships.

use std::time::Duration;

use super::*;
use crate::framework::Framework;
use crate::incident::{Declaration, declare};

/// A fresh incident of the framework's worst severity, declared a second ago by the person who sits here.
fn fresh(name: &str) -> App {
    let framework = Framework::builtin(name).unwrap();
    let declaration = Declaration {
        id: "INC-2026-0042".into(),
        title: "Checkout failing".into(),
        framework: name.into(),
        severity: framework.severities[0].id.clone(),
        status: framework.statuses[0].id.clone(),
        detected_at: Some(noon()),
        ..Declaration::default()
    };
    let incident = declare(&declaration, "uidabcd", "declare", "sam", noon()).unwrap();
    let mut app = App {
        live: true,
        ..App::on(incident)
    };
    app.framework(name);
    later(&mut app, 1);
    app
}

fn later(app: &mut App, seconds: u64) {
    let now = app.model.now.plus(Duration::from_secs(seconds));
    app.send_at(now, Message::Tick);
}

/// The keys that do a step, where a person knows what to say.
fn keys(step: &NextStep) -> String {
    let (action, _) = step.does.as_ref().unwrap();
    let answers = match action {
        Action::AssignRole => "sam<Enter><Enter>",
        Action::SendUpdate => "We are on it.<Ctrl-S>",
        Action::AddHypothesis => "the new release<Enter><Enter>",
        Action::ProposeMitigation => {
            "roll back<Enter>rollback<Enter>as before<Enter><Enter>errors fall<Enter>roll on<Enter>sam<Enter>"
        }
        Action::FinishMitigation | Action::VerifyMitigation => "errors fall<Enter>",
        Action::TickWithNote | Action::NoteItem => "as yesterday<Enter>",
        Action::SetStatus | Action::Escalate | Action::StartProcedure => "<Enter>",
        Action::SetImpact => "38 %<Enter>",
        Action::SetField => "ana<Enter>",
        Action::SetCause => "the new release<Enter>",
        Action::AddAction => "test it<Enter>sam<Enter>2026-12-01<Enter><Enter>",
        Action::Resolve => "rolled back<Enter>",
        _ => "",
    };
    format!("+{answers}")
}

/// Does the step of the NEXT line, and what only people can do meanwhile: a hypothesis is confirmed, a second person approves, time
/// goes by.
fn act(app: &mut App, step: &NextStep) {
    if step.importance == Importance::Coming {
        return later(app, 60);
    }
    match step.does.as_ref() {
        Some((Action::ShowGate, _)) => return later(app, 60),
        Some((Action::ApproveMitigation, Some(id))) => {
            app.press("+");
            app.model.me = "lee".into();
            let mitigation = id.clone();
            let _ = app.carry_out(Change::ApproveMitigation { mitigation });
            app.model.me = "sam".into();
        }
        // The session writes the document, and ticks its item once every question in it has an answer.
        Some((Action::WriteReview, _)) => {
            let effects = app.press("+").effects.clone();
            assert!(effects.contains(&Effect::WriteReview), "{effects:?}");
            let review = app.model.framework().review.clone();
            let change = Change::TickItem {
                item: review.and_then(|review| review.document).unwrap(),
                note: Some("postmortem.md".into()),
                again: false,
            };
            app.carry_out(change).unwrap();
        }
        Some(_) => drop(app.press(&keys(step))),
        None => drop(app.press("-")),
    }
    app.model.layers.clear();
    later(app, 5);
    let open = live(&app.model.incident().hypotheses).find(|one| one.state == HypothesisState::Open);
    if let Some(id) = open.map(|one| one.id.clone()) {
        let evidence = Some("it began with it".into());
        app.carry_out(Change::ConfirmHypothesis {
            hypothesis: id,
            evidence,
        })
        .unwrap();
        later(app, 5);
    }
}

use crate::incident::live;

#[test]
fn whoever_does_what_next_says_ends_the_incident_in_every_framework() {
    for name in Framework::names() {
        let mut app = fresh(name);
        let mut seen: Vec<(Importance, String)> = Vec::new();
        let (mut again, mut last) = (0, String::new());
        for _ in 0..400 {
            if app.model.incident().closed.is_some() {
                break;
            }
            let step = app.model.next_step().unwrap();
            let same = last == step.id;
            last.clone_from(&step.id);
            again = if same { again + 1 } else { 0 };
            assert!(
                again < 60,
                "{name}: NEXT stays at {step:?}, gate {:?}: {:?}",
                app.model.derived.gate.missing,
                app.model.said.iter().rev().take(3).collect::<Vec<_>>()
            );
            seen.push((step.importance, step.text.clone()));
            act(&mut app, &step);
        }
        let incident = app.model.incident();
        let told: Vec<&str> = seen.iter().map(|(_, text)| text.as_str()).collect();
        assert!(incident.closed.is_some(), "{name}: {told:#?}");
        let first = |wanted: Importance| seen.iter().position(|(importance, _)| *importance == wanted);
        let course = [
            Importance::Acknowledge,
            Importance::TakeCommand,
            Importance::Status,
            Importance::Approve,
            Importance::Verify,
            Importance::Resolve,
            Importance::Close,
        ];
        let places: Vec<Option<usize>> = course.map(first).to_vec();
        assert!(places.iter().all(Option::is_some), "{name}: {places:?} of {told:#?}");
        assert!(places.is_sorted(), "{name}: {places:?} of {told:#?}");
        assert!(
            seen.iter().any(|(_, text)| text.contains("state a hypothesis")),
            "{name}: {told:#?}"
        );
    }
}

#[test]
fn a_fresh_incident_has_a_next_step_while_its_timers_still_run() {
    for name in Framework::names() {
        let app = fresh(name);
        let next = app.model.next_step().unwrap();
        assert_eq!(next.importance, Importance::Acknowledge, "{name}: {next:?}");
        let steps = app.model.steps();
        let has = |wanted| steps.iter().any(|step| step.importance == wanted && step.mine);
        assert!(has(Importance::TakeCommand), "{name}: {steps:#?}");
        assert!(
            has(Importance::FirstUpdate) || has(Importance::UpdateDue) || has(Importance::UpdateLate),
            "{name}: {steps:#?}"
        );
    }
}

#[test]
fn enter_does_the_next_step_while_no_line_is_picked() {
    let mut app = fresh("war-room");
    assert!(app.model.enter_means_next());
    later(&mut app, 5);
    app.press("<Enter>");
    assert_eq!(app.changes, [Change::Acknowledge { at: None }]);
    // What has just come there is not done by a key that was meant for something else.
    app.press("<Enter>");
    assert_eq!(app.changes.len(), 1);
    assert!(app.model.layers.is_empty());
    assert!(app.said().last().unwrap().contains("NEXT has just changed"));
    later(&mut app, 1);
    app.press("<Enter>");
    assert!(matches!(app.model.layers.last(), Some(Layer::Form(form)) if form.action == Action::AssignRole));
    // Closing what lay over it counts as a change, too.
    app.press("<Esc><Enter>");
    assert!(app.model.layers.is_empty());
    // A line that was picked is what Enter shows.
    later(&mut app, 5);
    app.press("k<Enter>");
    assert!(
        matches!(app.model.layers.last(), Some(Layer::Detail(_))),
        "{:?}",
        app.model.layers
    );
}

#[test]
fn what_enter_does_is_what_is_marked_as_selected() {
    let mut app = fresh("war-room");
    later(&mut app, 5);
    let newest = app.model.rows.newest;
    // The newest line is followed: the finger is on the NEXT line.
    assert!(app.model.enter_means_next() && !app.model.is_selected(Pane::Timeline, newest));
    // One key puts it on the newest line, and then Enter shows that.
    app.press("j");
    assert!(!app.model.enter_means_next() && app.model.is_selected(Pane::Timeline, newest));
    app.press("<Enter>");
    assert!(matches!(app.model.layers.last(), Some(Layer::Detail(_))));
    assert!(app.changes.is_empty());
    app.press("<Esc>G");
    assert!(app.model.enter_means_next());
    // What is not on the screen is not done.
    let (width, height) = (60, crate::app::NEXT_FROM - 1);
    app.send(Message::Resized(Size { width, height }));
    assert!(!app.model.enter_means_next() && app.model.is_selected(Pane::Timeline, app.model.rows.newest));
}

#[test]
fn updates_are_for_whoever_has_that_role_and_the_status_for_who_commands() {
    let mut app = fresh("war-room");
    let role = |id: &str, role: &str, who: &str| {
        Arc::new(Role {
            id: id.into(),
            role: role.into(),
            who: who.into(),
            since: noon(),
            ..Role::default()
        })
    };
    app.publish(|incident| {
        incident.roles = vec![
            role("raaaaaaa", "incident_commander", "kim"),
            role("rbbbbbbb", "communications_lead", "ana"),
        ];
    });
    let mine =
        |app: &App, wanted: &dyn Fn(&NextStep) -> bool| app.model.steps().iter().any(|step| step.mine && wanted(step));
    let updates = |step: &NextStep| matches!(step.does, Some((Action::SendUpdate, _)));
    let status = |step: &NextStep| step.importance == Importance::Status;
    assert!(!mine(&app, &updates) && !mine(&app, &status), "sam holds neither role");
    app.model.me = "ana".into();
    assert!(mine(&app, &updates) && !mine(&app, &status));
    app.model.me = "kim".into();
    assert!(!mine(&app, &updates) && mine(&app, &status));
    later(&mut app, 3_600);
    assert!(mine(&app, &updates), "a late one is the commander's business, too");
}

#[test]
fn a_key_looks_for_what_waits_only_where_that_may_be_something_else() {
    let mut app = App::new();
    let shown = |app: &App| app.model.shown_step().map(|step| step.id.clone());
    let now = app.model.now;
    let key = |app: &mut App, c: char| update(&mut app.model, now, Message::Key(Key::plain(Code::Char(c))));
    let first = shown(&app);
    assert_eq!(first, app.model.next_step().map(|step| step.id));
    // What is put away goes at once, whatever the key before was.
    key(&mut app, 'j');
    assert_eq!(shown(&app), first);
    key(&mut app, '-');
    assert_ne!(shown(&app), first);
    assert_eq!(shown(&app), app.model.next_step().map(|step| step.id));
    // Among timers it is the selected one's.
    key(&mut app, '2');
    for _ in 0..3 {
        key(&mut app, 'j');
        assert_eq!(shown(&app), app.model.next_step().map(|step| step.id));
    }
    // What others bring is there with what they bring.
    key(&mut app, '1');
    app.publish(|incident| incident.acknowledged = None);
    assert_eq!(shown(&app), app.model.next_step().map(|step| step.id));
}
