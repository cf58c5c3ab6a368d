//! The review screen: what it asks, and how it is answered.

use super::*;

#[test]
fn each_question_of_the_review_is_answered_where_it_stands() {
    let mut app = App::new();
    app.press("<F5>1").press("g");
    let rows = app.model.rows.text(Pane::Questions).to_vec();
    let sections = rows.iter().filter(|row| row.heading).count();
    assert!(sections > 5, "{rows:#?}");
    let of = |id: &str| rows.iter().find(|row| row.id == id);
    for asked in ["summary", "cause", "impact.users", "fields.lucky", "fields.went-well"] {
        assert!(of(asked).is_some(), "{asked} is not asked");
    }
    app.press("/lucky<Enter>");
    app.gives(
        "<Enter>it was a quiet night<Enter>",
        Change::SetField {
            field: "fields.lucky".into(),
            value: "it was a quiet night".into(),
        },
    );
    app.press("/users or requests<Enter>");
    app.gives(
        "<Enter>2 %<Enter>",
        Change::SetField {
            field: "impact.users".into(),
            value: "2 %".into(),
        },
    );
}

#[test]
fn what_a_mandatory_review_lacks_stands_first_with_the_key_that_gives_it() {
    let mut app = App::new();
    app.press("<F5>1");
    let missing = |app: &App| -> Vec<String> {
        let rows = app.model.rows.text(Pane::Questions).iter();
        rows.filter_map(|row| row.id.strip_prefix("part.").map(str::to_owned))
            .collect()
    };
    assert_eq!(missing(&app), ["document", "owner", "actions"]);
    app.press("/who owns it<Enter>");
    app.gives(
        "<Enter>kim<Enter>",
        Change::SetField {
            field: "fields.review-owner".into(),
            value: "kim".into(),
        },
    );
    app.publish(|incident| {
        incident.fields.insert("review-owner".into(), "kim".into());
    });
    assert_eq!(missing(&app), ["document", "actions"]);
}

#[test]
fn every_framework_asks_something() {
    for name in crate::framework::Framework::names() {
        let mut app = App::new();
        app.framework(name);
        app.press("<F5>");
        let rows = app.model.rows.text(Pane::Questions).iter();
        let asked = rows.filter(|row| row.does.is_some()).count();
        assert!(asked > 5, "{name} asks {asked}");
    }
}

#[test]
fn the_document_is_written_by_a_key_and_from_the_row_that_misses_it() {
    let mut app = App::new();
    app.press("<F5>1").press("/the document<Enter>").press("<Enter>");
    assert!(
        app.effects.iter().any(|effect| matches!(effect, Effect::WriteReview)),
        "{:?}",
        app.effects
    );
    app.effects.clear();
    app.press("rw");
    assert!(
        app.effects.iter().any(|effect| matches!(effect, Effect::WriteReview)),
        "{:?}",
        app.effects
    );
}

#[test]
fn enter_on_who_was_not_at_the_meeting_adds_the_name() {
    let mut app = App::live();
    app.press("<F5>1");
    let missing = |app: &App| {
        let rows = app.model.rows.text(Pane::Questions).iter();
        let row = rows
            .enumerate()
            .find(|(_, row)| row.id.starts_with("attendee.") && row.text().contains("(kim)"));
        row.map(|(at, row)| (at, row.tail.0.clone())).unwrap()
    };
    let select = |app: &mut App| {
        let (at, _) = missing(app);
        app.model.cursors[Pane::Questions as usize].selected = at;
    };
    app.publish(|incident| {
        incident.fields.insert("attendees".into(), "lee".into());
    });
    assert_eq!(missing(&app).1, "was not there");
    select(&mut app);
    app.press("<Enter>");
    assert_eq!(app.line(), "lee, kim");
    app.press("<Enter>");
    assert_eq!(missing(&app).1, "");
    // Whoever is there is not added again.
    select(&mut app);
    app.press("<Enter>");
    assert_eq!(app.line(), "lee, kim");
}
