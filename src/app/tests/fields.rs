//! Forms with several fields: seen at once, Tab between them, one key that takes them now; the person's own editor.

use super::*;
use crate::incident::Proposal;

#[test]
fn a_mitigation_is_proposed_and_a_status_set_in_two_keys() {
    let mut app = App::new();
    app.gives(
        "Mroll back v2.34<Ctrl-S>",
        Change::ProposeMitigation(Proposal {
            text: "roll back v2.34".into(),
            ..Proposal::default()
        }),
    );
    app.gives(
        "s<Ctrl-S>",
        Change::SetStatus {
            status: "mitigating".into(),
            reason: None,
        },
    );
}

#[test]
fn tab_goes_from_field_to_field_and_keeps_what_was_entered() {
    let mut app = App::new();
    app.press("Mroll back<Tab><Tab><Tab>may lose sessions<Tab>errors fall");
    let labels: Vec<(String, bool)> = {
        let form = app.model.form().unwrap();
        let fields = app.model.fields(form).into_iter();
        fields.map(|field| (field.value, field.current)).collect()
    };
    assert_eq!(labels.len(), 7, "all fields are seen at once: {labels:?}");
    assert_eq!(labels[0].0, "roll back");
    assert_eq!(labels[3].0, "may lose sessions");
    assert!(labels[4].1);
    // Back to the first, changed, and taken: what was entered behind it goes with it.
    app.press("<Shift-Tab><Shift-Tab><Shift-Tab><Shift-Tab>");
    assert_eq!(app.line(), "roll back");
    app.gives(
        " v2.34<Ctrl-S>",
        Change::ProposeMitigation(Proposal {
            text: "roll back v2.34".into(),
            risk: Some("may lose sessions".into()),
            verification: Some("errors fall".into()),
            ..Proposal::default()
        }),
    );
}

#[test]
fn tab_behind_the_last_field_is_the_first_and_a_missing_one_is_asked_for() {
    let mut app = App::new();
    app.press("Dt<Tab><Tab>15m<Tab>");
    assert_eq!(app.model.form().unwrap().at, 0);
    app.press("<Ctrl-S>");
    let form = app.model.form().unwrap();
    assert_eq!(form.step().unwrap().name, "text", "the task is needed");
    assert!(form.error.is_some() && app.changes.is_empty());
    app.press("drain eu-west-1<Ctrl-S>");
    let [Change::Ask(asked)] = app.changes.as_slice() else {
        panic!("{:?}", app.changes)
    };
    assert_eq!((asked.to.as_str(), asked.text.as_str()), ("sam", "drain eu-west-1"));
    assert_eq!(asked.within, Some(super::changes::minutes(15)));
}

#[test]
fn what_is_wrong_or_doubtful_is_not_passed_by() {
    let mut app = App::new();
    app.press("Dtkim<Tab>drain<Tab>soon<Tab>");
    let form = app.model.form().unwrap();
    assert_eq!(form.step().unwrap().name, "duration");
    assert!(form.error.is_some());
    app.press("<Esc><Esc><Esc>Rscribe<Enter>inc<Ctrl-S>");
    assert!(app.changes.is_empty(), "a new name is asked once more");
    app.press("<Ctrl-S>");
    assert!(matches!(&app.changes[..], [Change::AssignRole { who, .. }] if who == "inc"));
}

#[test]
fn what_stands_in_a_field_stays_where_the_form_is_taken_before_it() {
    let mut app = App::live();
    app.publish(|incident| {
        incident.impact.insert("users".into(), "38 %".into());
    });
    app.press("Eiusers<Ctrl-S>");
    assert_eq!(app.model.incident().impact["users"], "38 %", "{:?}", app.changes);
}

#[test]
fn a_text_is_written_in_the_persons_own_editor() {
    let mut app = App::new();
    app.press("lpool<Ctrl-O>");
    assert_eq!(app.effects.last(), Some(&Effect::EditOutside("pool".into())));
    app.send(Message::Edited(Ok("pool is full\nsince 14:02\n".into())));
    assert_eq!(app.line(), "pool is full\nsince 14:02");
    // An editor that fails leaves the line as it was.
    app.press("<Ctrl-O>");
    app.send(Message::Edited(Err("vi ended with 1. Your text is as it was.".into())));
    assert_eq!(app.line(), "pool is full\nsince 14:02");
    assert!(app.said().last().unwrap().contains("as it was"));
    // A choice is no text.
    app.press("<Esc>s<Ctrl-O>");
    assert!(app.said().last().unwrap().contains("Only a text"));
}
