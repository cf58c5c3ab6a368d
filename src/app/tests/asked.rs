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
    app.gives(
        "Kihigh<Enter>medium<Enter>",
        Change::SetSeverity {
            severity: "P1".into(),
            reason: Some("impact high, urgency medium".into()),
        },
    );
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
        "Kudora<Enter>",
        Change::Unreachable {
            who: "dora".into(),
            next: None,
        },
    );
}

#[test]
fn one_key_does_what_is_asked_for_most() {
    use crate::framework::{NudgeView, Remedy};
    let mut app = App::new();
    app.model.derived.timers.clear();
    app.model.derived.nudges = vec![NudgeView {
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

/// Beside a reminder the key stands only where it does what the reminder suggests.
#[test]
fn the_key_is_offered_only_where_it_does_that() {
    use crate::app::remedy::helps;
    use crate::framework::{NudgeView, Remedy, TimerPhase};
    let mut app = App::new();
    let reminder = |remedy: Option<Remedy>| NudgeView {
        id: "loose-actions".into(),
        text: "an action item wants an owner and a date".into(),
        remedy,
    };
    let read = reminder(Some(Remedy::ListActions));
    assert!(!helps(&app.model, &read) && !helps(&app.model, &reminder(None)));
    let done = reminder(Some(Remedy::SetCause));
    app.model.derived.timers.clear();
    app.model.rows.timers.clear();
    assert!(helps(&app.model, &done));
    // With nothing else to do, the key says so and does nothing.
    app.model.derived.nudges = vec![read];
    app.press("+");
    assert!(app.changes.is_empty() && app.model.layers.is_empty());
    assert!(
        app.model
            .derived
            .timers
            .iter()
            .all(|timer| timer.state != TimerPhase::Overdue)
    );
}

#[test]
fn a_role_that_was_handed_over_is_accepted_by_whom_it_was_given_to() {
    let mut app = App::live();
    app.press("Y");
    assert!(app.changes.is_empty(), "nothing was handed over");
    app.press("3hann<Enter>");
    let nudge = app.model.nudge().unwrap();
    assert!(
        nudge.text.contains("ann has not said yes yet") && nudge.remedy.is_none(),
        "{nudge:?}"
    );
    app.model.me = "ann".into();
    assert!(
        app.model
            .nudge()
            .unwrap()
            .text
            .starts_with("you are incident commander now")
    );
    app.press("+");
    assert!(
        matches!(app.changes.last(), Some(Change::AcceptRole { role }) if role == "incident_commander"),
        "{:?}",
        app.changes
    );
    assert!(!app.model.nudge().is_some_and(|nudge| nudge.text.contains("you are")));
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
