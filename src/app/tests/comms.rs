//! The screen of communications: copied, posted, logged as sent; changed and corrected.

use super::*;
use crate::app::unsent;

/// A console on the screen, an audience selected.
fn on(audience: &str) -> App {
    let mut app = App::new();
    app.press("<F3>");
    select(&mut app, audience);
    app
}

fn select(app: &mut App, audience: &str) {
    let row = (0..app.model.row_count(Pane::Audiences))
        .find(|row| app.model.row_id(Pane::Audiences, *row).as_deref() == Some(audience))
        .expect("an audience of the framework");
    app.press("g");
    while app.model.cursor(Pane::Audiences).selected < row {
        app.press("j");
    }
}

fn copied(app: &App) -> &str {
    match app
        .effects
        .iter()
        .rev()
        .find(|effect| matches!(effect, Effect::CopyText(_)))
    {
        Some(Effect::CopyText(text)) => text,
        _ => panic!("nothing was copied: {:?}", app.said()),
    }
}

/// What the pane of the draft says.
fn shown(app: &App) -> String {
    let rows = app.model.rows.text(Pane::Draft);
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}\n", row.text(), row.tail.0))
        .collect();
    lines.concat()
}

#[test]
fn the_first_enter_copies_and_the_second_logs_the_same_words_as_sent() {
    let mut app = on("internal");
    app.press("<Enter>");
    assert_eq!(app.changes, []);
    let words = copied(&app).to_owned();
    assert!(words.starts_with("Looking into "), "{words}");
    assert!(
        app.said().iter().any(|said| said.contains("(plain, ")),
        "{:?}",
        app.said()
    );
    assert!(shown(&app).contains("Enter logs it as sent"), "{}", shown(&app));
    // Minutes later the template would say something else; what was posted is what is logged.
    app.model.now = app.model.now.plus(std::time::Duration::from_secs(180));
    app.press("<Enter>");
    let [Change::SendUpdate { audience, text, .. }] = &app.changes[..] else {
        panic!("{:?}", app.changes)
    };
    assert_eq!((audience.as_str(), text), ("internal", &words));
    app.changes.clear();
    app.press("<Enter>");
    assert_eq!(app.changes, [], "then the next one is copied");
}

#[test]
fn what_was_copied_is_forgotten_after_a_while_and_for_another_audience() {
    let mut app = on("internal");
    app.press("<Enter>");
    select(&mut app, "executives");
    app.press("<Enter>");
    assert_eq!(app.changes, []);
    app.model.now = app.model.now.plus(std::time::Duration::from_secs(1200));
    app.press("<Enter>");
    assert_eq!(app.changes, [], "it is copied anew: {:?}", app.said());
}

#[test]
fn a_draft_that_was_changed_is_kept_until_it_is_sent() {
    let mut app = on("internal");
    app.press("e");
    assert!(
        app.line().starts_with("Looking into "),
        "the draft stands in the line: {}",
        app.line()
    );
    app.press("<Ctrl-U><Enter>");
    assert!(app.model.layers.len() == 1, "empty is no update");
    app.press("We are on it.<Alt-Enter>More soon.<Enter>");
    assert!(
        shown(&app).contains("Changed by you") && shown(&app).contains("More soon."),
        "{}",
        shown(&app)
    );
    app.press("<F1><F3>");
    select(&mut app, "internal");
    app.press("<Enter>");
    assert!(copied(&app).ends_with("We are on it.\nMore soon."), "{}", copied(&app));
    app.press("<Enter>");
    assert!(
        matches!(&app.changes[..], [Change::SendUpdate { text, .. }] if text.ends_with("More soon.")),
        "{:?}",
        app.changes
    );
    assert!(!shown(&app).contains("Changed by you"));
    app.press("exyz<Enter>x");
    assert!(!shown(&app).contains("xyz"), "the template again: {}", shown(&app));
}

#[test]
fn each_form_is_what_its_receiver_takes_and_too_long_is_said() {
    let mut app = on("internal");
    app.press("mm<Enter>");
    let body: serde_json::Value = serde_json::from_str(copied(&app)).unwrap();
    assert!(body["text"].is_string(), "Slack's: {body}");
    app.press("m<Enter>");
    assert!(copied(&app).contains("AdaptiveCard"));
    assert!(shown(&app).contains("as teams"), "{}", shown(&app));
    let long = "word ".repeat(1_000);
    let audience = "internal";
    unsent::keep_update(&mut app.model, audience, &long);
    app.press("mmmmmm");
    assert!(
        shown(&app).contains("as slack") && shown(&app).contains("Too long: Slack takes 3000"),
        "{}",
        shown(&app)
    );
    let before = app.effects.len();
    app.press("<Enter>");
    assert_eq!(app.effects.len(), before, "nothing was copied, nothing cut");
    assert!(
        app.said().iter().any(|said| said.contains("too long")),
        "{:?}",
        app.said()
    );
}

#[test]
fn to_customers_nothing_with_a_gap_is_copied() {
    let mut app = on("external");
    unsent::keep_update(&mut app.model, "external", "Affected: ‹affected users?›");
    app.press("<Enter>");
    assert!(!app.effects.iter().any(|effect| matches!(effect, Effect::CopyText(_))));
    assert!(
        app.said().iter().any(|said| said.contains("has a gap")),
        "{:?}",
        app.said()
    );
}

#[test]
fn what_is_new_is_marked_and_a_correction_names_what_it_corrects() {
    let mut app = on("internal");
    let (old, id) = ("Payments fail.\nWe look into it.", "uold0000");
    app.publish(|incident| {
        incident.communications.push(Arc::new(crate::incident::Communication {
            id: id.into(),
            audience: "internal".into(),
            at: at("14:21"),
            by: "lee".into(),
            text: old.into(),
            ..Default::default()
        }));
    });
    unsent::keep_update(&mut app.model, "internal", "Payments fail.\nWe roll back.");
    app.press("<F1><F3>");
    select(&mut app, "internal");
    let rows = app.model.rows.text(Pane::Draft);
    let mark = |words: &str| rows.iter().find(|row| row.text() == words).map(|row| row.mark);
    assert_eq!(mark("Payments fail."), Some(Mark::Blank));
    assert_eq!(mark("We roll back."), Some(Mark::Arrow));
    assert!(
        shown(&app).contains("Said at 14:21 and not any more:"),
        "{}",
        shown(&app)
    );
    app.press("3");
    assert_eq!(app.model.focus, Pane::Sent);
    app.press("<Enter>");
    assert_eq!(app.line(), "Correction of our update of 14:21 UTC: ");
    app.gives(
        "no refunds are lost<Enter>",
        Change::SendUpdate {
            audience: "internal".into(),
            text: "Correction of our update of 14:21 UTC: no refunds are lost".into(),
            status: None,
            eta: None,
            reason: None,
            approved_by: None,
        },
    );
}

#[test]
fn what_was_sent_says_its_times_as_people_read_them() {
    let mut app = App::new();
    app.publish(|incident| {
        incident.communications.push(Arc::new(crate::incident::Communication {
            id: "uaaaaaaa".into(),
            audience: "internal".into(),
            at: at("14:12"),
            by: "kim".into(),
            text: "rolling back".into(),
            eta: Some("2026-11-20T14:38:35.170Z".into()),
            ..Default::default()
        }));
        incident
            .fields
            .insert("review".into(), serde_json::json!("2026-11-27T09:00:00.000Z"));
    });
    app.press("<F3>");
    let all = |pane: Pane| -> String { app.model.rows.text(pane).iter().map(TextRow::text).collect() };
    assert!(all(Pane::Sent).contains("end expected by 14:38"), "{}", all(Pane::Sent));
    app.press("<F5>");
    let all: String = app.model.rows.text(Pane::Summary).iter().map(TextRow::text).collect();
    assert!(all.contains("Fri 27 Nov 09:00") && !all.contains("T09:00"), "{all}");
}
