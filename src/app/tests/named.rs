//! What names the person who sits here: said once, rung as they want it.

use super::*;
use crate::incident::{Inquiry, InquiryKind};

fn rung(app: &App) -> Vec<String> {
    let told = app.effects.iter().filter_map(|effect| match effect {
        Effect::Notify(text) => Some(text.clone()),
        _ => None,
    });
    told.collect()
}

fn kim_hands_over(app: &mut App) {
    app.publish(|incident| {
        let kim = Arc::make_mut(&mut incident.roles[0]);
        kim.until = Some(noon());
        incident.roles.push(Arc::new(Role {
            id: "rbbbbbbb".into(),
            role: "incident_commander".into(),
            who: "sam".into(),
            from: Some("kim".into()),
            by: "kim".into(),
            since: noon(),
            ..Role::default()
        }));
    });
}

fn kim_asks(app: &mut App) {
    app.publish(|incident| {
        incident.inquiries.push(Arc::new(Inquiry {
            id: "dtask000".into(),
            to: "sam".into(),
            text: "drain eu-west-1".into(),
            kind: InquiryKind::Task,
            at: noon(),
            by: "kim".into(),
            ..Inquiry::default()
        }));
    });
}

#[test]
fn each_kind_is_said_once_and_stays_until_a_key() {
    let mut app = App::new();
    kim_hands_over(&mut app);
    assert_eq!(
        app.said().last(),
        Some(&"kim hands incident commander over to you; Y accepts.")
    );
    assert_eq!(
        rung(&app),
        ["INC-2026-0042 kim hands incident commander over to you; Y accepts."]
    );
    assert!(app.effects.contains(&Effect::Bell));
    kim_asks(&mut app);
    assert_eq!(app.said().last(), Some(&"kim asks you: drain eu-west-1"));
    app.publish(|incident| {
        incident
            .timeline
            .push(event("emention", "14:29", "who has the key, @Sam?"));
    });
    assert_eq!(app.said().last(), Some(&"kim to you: who has the key, @Sam?"));
    app.publish(|incident| {
        incident
            .mitigations
            .push(mitigation("mbbbbbbb", "drain it", MitigationState::Proposed));
    });
    assert!(app.said().last().unwrap().contains("it needs your approval"));
    app.publish(|incident| {
        let mut given = Item::clone(&incident.checklist[0]);
        given.owner = Some("sam".into());
        given.by = "kim".into();
        incident.checklist[0] = Arc::new(given);
    });
    assert_eq!(app.said().last(), Some(&"This is yours now: tell support"));
    assert_eq!(rung(&app).len(), 5);
    // The same state once more rings nothing, and a minute does not take the words away.
    app.publish(|_| {});
    assert_eq!(rung(&app).len(), 5);
    let later = app.model.now.plus(std::time::Duration::from_secs(60));
    app.send_at(later, Message::Tick);
    assert_eq!(app.said().last(), Some(&"This is yours now: tell support"));
    app.press("j");
    assert!(!app.said().contains(&"This is yours now: tell support"));
}

#[test]
fn what_is_not_for_me_or_by_me_rings_nothing() {
    let mut app = App::new();
    app.publish(|incident| {
        incident
            .timeline
            .push(event("eother00", "14:29", "ask @samuel, not sam@example.org"));
        incident
            .mitigations
            .push(mitigation("mbbbbbbb", "drain it", MitigationState::Proposed));
    });
    app.press("l@sam will do<Enter>");
    assert_eq!(rung(&app), [""; 0], "sam does not command");
}

#[test]
fn each_kind_can_be_muted_and_nights_are_quiet() {
    let mut app = App::new();
    app.model.settings.mute = vec!["task".into()];
    kim_asks(&mut app);
    assert!(
        app.said().contains(&"kim asks you: drain eu-west-1"),
        "it is said all the same"
    );
    assert_eq!(rung(&app), [""; 0]);
    kim_hands_over(&mut app);
    assert_eq!(rung(&app).len(), 1);
    // It is 14:30; over midnight as well.
    for (hours, quiet) in [
        ((14 * 60, 15 * 60), true),
        ((22 * 60, 7 * 60), false),
        ((13 * 60, 2 * 60), true),
    ] {
        let mut app = App::new();
        app.model.settings.quiet_hours = Some(hours);
        kim_asks(&mut app);
        assert_eq!(rung(&app).is_empty(), quiet, "{hours:?}");
    }
}

#[test]
fn who_is_mentioned_is_a_person() {
    let mut app = App::new();
    app.publish(|incident| {
        incident.timeline.push(event(
            "e1",
            "14:20",
            "@dina looks, (@Lee-Ann). mail ops@example.org, @here",
        ));
    });
    app.press("Rscribe<Enter>");
    let offered = app.screen_choices();
    let is_offered = |name: &str| offered.iter().any(|one| one.starts_with(name));
    assert!(is_offered("dina") && is_offered("Lee-Ann"), "{offered:?}");
    assert!(!is_offered("example") && !is_offered("here"), "{offered:?}");
    app.press("dina<Enter>");
    assert!(
        app.model.form().is_none_or(|form| form.error.is_none()),
        "known, so not asked for"
    );
}
