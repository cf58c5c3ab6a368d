//! What once only verbs could do, by its keys: correct, remove and restore entries, contacts, duplicates, closing without the review,
//! what another severity moves.

use super::*;
use crate::incident::{Moment, live};

#[test]
fn ones_own_last_line_is_corrected_by_one_key_from_anywhere() {
    let mut app = App::live();
    app.press("lpool is ful<Enter>");
    arrives(&mut app, "ezoe0000", "ZOE NEW");
    for focus in ["5", "4", "<F2>"] {
        app.press(focus).press(";");
        assert_eq!(app.line(), "pool is ful", "from {focus}");
        app.press("<Esc>");
    }
    app.press(";l<Enter>");
    assert!(matches!(app.changes.last(), Some(Change::EditEvent { text: Some(text), .. }) if text == "pool is full"));
    let mut app = App::new();
    app.press(";");
    assert!(app.model.layers.is_empty() && app.said().last().unwrap().contains("have not logged"));
}

fn arrives(app: &mut App, id: &str, text: &str) {
    let (id, text) = (id.to_owned(), text.to_owned());
    app.publish(move |incident| incident.timeline.push(event(&id, "14:29", &text)));
}

#[test]
fn any_entry_is_corrected_removed_and_restored() {
    let mut app = App::live();
    // The selected entry is preset; its fields are those that the verb knows.
    app.press("4Ec");
    assert_eq!(app.model.choices().unwrap().current().unwrap().value, "haaaaaaa");
    app.press("<Enter>");
    assert!(
        app.screen_choices().contains(&"statement".to_owned()),
        "{:?}",
        app.screen_choices()
    );
    app.press("statement<Enter>");
    assert_eq!(
        app.line(),
        "slow query exhausts the pool",
        "what it says now, to be changed"
    );
    app.press(" of v2<Enter>");
    let said = &app.model.incident().hypotheses[0].statement;
    assert_eq!(said, "slow query exhausts the pool of v2");
    // A time is typed as anywhere.
    app.press("Ecbot<Enter>time<Enter><Ctrl-U>14:02<Enter>");
    let at = app.model.incident().hypotheses[1].at;
    assert_eq!(at, super::at("14:02"), "{:?}", app.said());
    app.press("Exslow<Enter>named twice<Enter>");
    assert_eq!(live(&app.model.incident().hypotheses).count(), 1);
    app.press("Erslow<Enter>");
    assert_eq!(live(&app.model.incident().hypotheses).count(), 2);
    // Nothing was taken out any more.
    app.press("Er");
    assert_eq!(app.said().last(), Some(&"No entry was taken out."));
}

#[test]
fn impact_and_urgency_are_kept_as_rated_and_what_moved_is_shown() {
    let mut app = App::live();
    app.framework("itil");
    app.press("Kihigh<Enter>");
    let urgencies = app.screen_choices();
    assert!(urgencies.iter().any(|label| label == "high: P0"), "{urgencies:?}");
    let brings = app.model.form().unwrap().brings.clone().unwrap();
    assert_eq!(brings.severity, "P0");
    assert!(
        brings.timers.iter().any(|(_, label)| label.contains("acknowledge")),
        "the next timers are shown before Enter: {brings:?}"
    );
    assert_eq!(
        brings.grid.as_ref().map(|grid| (grid.impact, grid.urgency)),
        Some((Some(0), Some(0)))
    );
    app.press("<Down>");
    assert_ne!(app.model.form().unwrap().brings.as_ref().unwrap().severity, "P0");
    app.press("high<Enter>");
    let incident = app.model.incident();
    assert_eq!(incident.severity, "P0");
    assert_eq!(
        app.model.framework().rated(incident),
        (Some("high"), Some("high")),
        "{:?} {:?}",
        app.changes,
        app.model.said
    );
    let Some(Layer::Detail(page)) = app.model.layers.last() else {
        panic!("{:?}", app.said());
    };
    assert_eq!(page.title, "What changed from P1 to P0");
    assert!(
        page.lines.iter().any(|(label, _)| label == "timers"),
        "{:?}",
        page.lines
    );
    // A key of the pane works over it.
    app.press("l");
    assert!(app.model.form().is_some());
    app.press("<Esc>Kihigh<Enter>high<Enter>");
    assert!(app.model.form().unwrap().error.as_ref().unwrap().contains("already"));
}

#[test]
fn closing_that_the_review_forbids_is_done_with_a_reason() {
    let mut app = App::live();
    let moment = Moment {
        at: noon(),
        by: "sam".into(),
        ..Moment::default()
    };
    app.publish(move |incident| {
        incident.status = "resolved".into();
        incident.severity = "P0".into();
        incident.resolved = Some(moment);
    });
    app.press("rc");
    let Some(Layer::Refused(refused)) = app.model.layers.last() else {
        panic!("{:?}", app.said());
    };
    assert!(!refused.missing.is_empty());
    app.press("freview is in the other incident<Enter>");
    assert!(
        matches!(app.changes.last(), Some(Change::Close { force: Some(why), .. }) if why == "review is in the other incident"),
        "{:?}",
        app.changes
    );
}

#[test]
fn a_false_alarm_keeps_what_prevents_the_next() {
    let mut app = App::live();
    app.press("rxsynthetic check<Enter>CheckoutSlow<Enter>p99 over 2 s<Enter>");
    let incident = app.model.incident();
    assert_eq!(incident.status, "cancelled");
    assert_eq!(incident.fields["suppressed-alert"], "CheckoutSlow");
    assert_eq!(incident.fields["tuned-threshold"], "p99 over 2 s");
}

#[test]
fn a_duplicate_is_folded_into_another_open_incident() {
    let mut app = App::new();
    app.press("rd");
    assert!(app.said().last().unwrap().contains("no other open incident"));
    let entry = |id: &str, over: bool| super::board::entry(id, "P1", over);
    let board: Arc<[BoardEntry]> = Arc::from([entry("INC-2026-0041", true), entry("INC-2026-0043", false)]);
    app.send(Message::Board(board));
    app.press("rd");
    assert_eq!(
        app.model.choices().unwrap().all.len(),
        1,
        "one that is over does not go on"
    );
    app.press("<Enter>same cause<Enter>");
    let folded = Effect::Duplicate {
        parent: "INC-2026-0043".into(),
        reason: Some("same cause".into()),
    };
    assert!(app.effects.contains(&folded), "{:?}", app.effects);
}

#[test]
fn whom_to_call_is_one_key() {
    let mut app = App::new();
    app.press("Kc");
    let Some(Layer::Detail(page)) = app.model.layers.last() else {
        panic!("{:?}", app.said());
    };
    assert!(
        page.lines.iter().any(|(label, _)| label == "no contact yet"),
        "{:?}",
        page.lines
    );
}

#[test]
fn a_step_back_of_the_page_is_asked_for_its_reason() {
    let mut app = App::live();
    app.press("Ucustomers<Enter>We found it.<Enter><Enter>identified<Enter>");
    assert!(
        matches!(app.changes.last(), Some(Change::SendUpdate { status: Some(state), .. }) if state == "identified"),
        "{:?} {:?}",
        app.changes,
        app.said()
    );
    app.press("Ucustomers<Enter>It was not that.<Enter><Enter>investigating<Enter>");
    let asked = app.model.form().unwrap().step().unwrap();
    assert_eq!(asked.label, "step back because");
    app.press("the fix did not hold<Enter>");
    assert!(
        matches!(app.changes.last(), Some(Change::SendUpdate { reason: Some(why), .. }) if why == "the fix did not hold"),
        "{:?}",
        app.changes
    );
}

#[test]
fn a_time_to_correct_stands_as_people_read_it_and_unchanged_it_stays() {
    let mut app = App::live();
    app.publish(|incident| {
        incident.communications.push(Arc::new(crate::incident::Communication {
            id: "uaaaaaaa".into(),
            audience: "internal".into(),
            at: Time::parse_rfc3339("2026-11-20T14:12:07.345Z").unwrap(),
            by: "kim".into(),
            text: "rolling back".into(),
            ..Default::default()
        }));
    });
    app.press("Ec").press("rolling<Enter>").press("time<Enter>");
    let typed = app.model.line().map(|line| line.text().to_owned());
    assert_eq!(typed.as_deref(), Some("2026-11-20 14:12:07 UTC"));
    app.press("<Enter>");
    assert_eq!(app.model.incident().communications[0].at.millis() % 1000, 345);
}
