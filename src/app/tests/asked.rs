//! What the framework offers and asks for: usual causes, the severity that follows, procedures, handovers, the one key that does it.

use super::changes::minutes;
use super::*;

#[test]
fn usual_causes_are_offered_while_a_hypothesis_is_typed_and_each_is_rated() {
    let mut app = App::new();
    app.press("H");
    assert!(
        app.screen_choices()
            .iter()
            .any(|label| label == "A recent deployment broke it")
    );
    app.gives(
        "rec<Enter><Enter>",
        Change::AddHypothesis {
            statement: "A recent deployment broke it".into(),
            owner: None,
            likelihood: None,
            takes: None,
        },
    );
    app.press("4");
    app.gives(
        "m60 %<Enter>10m<Enter>",
        Change::RateHypothesis {
            hypothesis: "haaaaaaa".into(),
            likelihood: Some(60),
            takes: Some(minutes(10)),
        },
    );
    let before = app.changes.len();
    app.press("m120<Enter><Enter>");
    assert_eq!(app.changes.len(), before, "more than certain is asked again");
}

#[test]
fn the_severity_follows_from_what_is_true() {
    let mut app = App::new();
    app.gives(
        "Kspayments<Enter>",
        Change::SetSeverity {
            severity: "P1".into(),
            reason: Some("payments are delayed or fail".into()),
        },
    );
    app.gives(
        "Ksnone of<Enter>",
        Change::SetSeverity {
            severity: "P3".into(),
            reason: Some("none of these".into()),
        },
    );
    let before = app.changes.len();
    app.press("Ki");
    assert_eq!(app.changes.len(), before, "no table of impact and urgency here");
    app.framework("itil");
    // The ratings are kept beside the severity that they make.
    app.changes.clear();
    app.press("Kihigh<Enter>high<Enter>");
    let field = |field: &str| Change::SetField {
        field: field.into(),
        value: "high".into(),
    };
    let severity = Change::SetSeverity {
        severity: "P0".into(),
        reason: Some("impact high, urgency high".into()),
    };
    assert_eq!(app.changes, [field("impact.level"), field("impact.urgency"), severity]);
}

#[test]
fn what_goes_wrong_has_its_keys() {
    let mut app = App::new();
    app.framework("itil");
    app.gives(
        "Kprollback<Enter>does not start<Enter>",
        Change::StartProcedure {
            procedure: "rollback".into(),
            reason: Some("does not start".into()),
        },
    );
    app.gives(
        "Kudora<Enter><Enter>",
        Change::Unreachable {
            who: "dora".into(),
            next: None,
        },
    );
}

#[test]
fn one_key_does_what_is_asked_for_most() {
    use crate::framework::{Remedy, ReminderView};
    let mut app = App::new();
    app.model.derived.timers.clear();
    app.model.derived.reminders = vec![ReminderView {
        id: "procedure rollback".into(),
        text: "a rollback failed".into(),
        remedy: Some(Remedy::ApproveMitigation("maaaaaaa".into())),
    }];
    app.gives(
        "+",
        Change::ApproveMitigation {
            mitigation: "maaaaaaa".into(),
        },
    );
    // What was put away is not asked for.
    let before = app.changes.len();
    app.press("-+");
    assert_eq!(app.changes.len(), before);
}

/// The NEXT line says what the key does, and the key does what the line says; what can only be read has no key.
#[test]
fn the_key_does_what_the_line_says() {
    use crate::framework::{Remedy, ReminderView};
    let mut app = App::new();
    app.model.derived.timers.clear();
    app.model.rows.timers.clear();
    app.publish(|incident| incident.mitigations.clear());
    app.model.derived.timers.clear();
    app.model.derived.reminders = vec![ReminderView {
        id: "loose-actions".into(),
        text: "an action item wants an owner and a date".into(),
        remedy: Some(Remedy::ListActions),
    }];
    let step = app.model.next_step().unwrap();
    assert!(step.text.contains("action item") && step.does.is_none(), "{step:?}");
    app.press("+");
    assert!(app.changes.is_empty() && app.model.layers.is_empty());
    app.model.derived.reminders[0].remedy = Some(Remedy::SetCause);
    let step = app.model.next_step().unwrap();
    assert_eq!(step.does, Some((Action::SetCause, None)));
}

#[test]
fn a_role_that_was_handed_over_is_accepted_by_whom_it_was_given_to() {
    let mut app = App::live();
    app.press("Y");
    assert!(app.changes.is_empty(), "nothing was handed over");
    app.press("3hann<Enter><Enter>");
    let waits = app
        .model
        .steps()
        .into_iter()
        .find(|step| step.id.starts_with("handover"))
        .unwrap();
    assert!(
        waits.text.contains("ann has not accepted incident commander yet") && waits.does.is_none() && !waits.mine,
        "{waits:?}"
    );
    app.model.me = "ann".into();
    let next = app.model.next_step().unwrap();
    assert_eq!(next.text, "accept incident commander, handed over by kim");
    app.press("+");
    assert!(
        matches!(app.changes.last(), Some(Change::AcceptRole { role }) if role == "incident_commander"),
        "{:?}",
        app.changes
    );
    assert!(!app.model.steps().iter().any(|step| step.id.starts_with("handover")));
}

#[test]
fn where_nothing_is_offered_words_are_typed_without_a_list() {
    let mut app = App::new();
    app.framework("itil");
    app.press("H");
    assert!(
        matches!(app.model.layers.last(), Some(Layer::Form(form)) if form.choices.is_none()),
        "itil names no usual causes"
    );
    app.gives(
        "queue drops<Enter><Enter>",
        Change::AddHypothesis {
            statement: "queue drops".into(),
            owner: None,
            likelihood: None,
            takes: None,
        },
    );
}
