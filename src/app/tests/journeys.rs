//! Three people's work by their keys alone, carried out as a session would.

use super::*;

fn kinds(app: &App) -> Vec<&str> {
    app.model
        .incident()
        .timeline
        .iter()
        .map(|event| event.kind.as_str())
        .collect()
}

#[test]
fn the_scribe_logs_corrects_pins_and_retracts() {
    let mut app = App::live();
    app.press("l-5m pool at 100/100<Enter>");
    let incident = app.model.incident();
    let event = incident
        .timeline
        .iter()
        .find(|event| event.text == "pool at 100/100")
        .unwrap();
    assert_eq!((event.at, event.by.as_str()), (at("-5m"), "sam"));
    assert!(event.recorded.is_some());
    // Without moving, the keys mean one's own last line; when it is done the newest line is followed again.
    app.press("e<Ctrl-U>pool was full<Enter>t14:28<Enter>p");
    let found = |app: &App| {
        let all = app.model.incident().timeline.iter();
        Event::clone(all.clone().find(|event| event.text == "pool was full").unwrap())
    };
    let event = found(&app);
    assert_eq!((event.at, event.pinned), (at("14:28"), true));
    assert_eq!(event.was.len(), 2, "the old words and the old time are kept");
    assert!(app.model.follows_newest());
    app.press("xnot ours<Enter>");
    assert_eq!(found(&app).retracted.as_deref(), Some("not ours"));
    app.press("X");
    assert_eq!(found(&app).retracted, None);
}

#[test]
fn the_responder_works_items_and_hypotheses() {
    let mut app = App::live();
    app.press("5");
    let first = app
        .model
        .item_at(app.model.cursor(Pane::Checklists).selected)
        .unwrap()
        .id
        .clone();
    let item = |app: &App| {
        let mut items = app.model.derived.checklists.iter().flat_map(|list| &list.items);
        items.find(|item| item.id == first).cloned().unwrap()
    };
    app.press("c<Space>");
    let done = item(&app);
    assert_eq!(
        (done.state.as_str(), done.owner.as_deref(), done.who.as_deref()),
        ("done", Some("sam"), Some("sam"))
    );
    app.press("u");
    assert_eq!(item(&app).state, ItemState::Open);
    assert!(
        app.said().iter().any(|said| said.starts_with("Undone: ")),
        "{:?}",
        app.said()
    );
    app.press("HDNS is down<Enter><Enter>4").press("/DNS<Enter><Esc>");
    app.press("tdig the resolvers<Enter>eall answer<Enter>against<Enter>xall answer<Enter>");
    let hypothesis = app
        .model
        .incident()
        .hypotheses
        .iter()
        .find(|known| known.statement == "DNS is down")
        .unwrap();
    assert_eq!(hypothesis.state, HypothesisState::Rejected);
    assert_eq!(hypothesis.tests.len(), 1);
    assert!(hypothesis.evidence.iter().all(|remark| remark.supports == Some(false)));
}

#[test]
fn the_commander_assigns_decides_and_mitigates() {
    let mut app = App::live();
    app.press("A")
        .press("Rincident<Enter>lee<Enter><Enter>")
        .press("smitig<Enter>cause known<Enter>");
    assert_eq!(app.model.incident().status, "mitigating");
    let holder = crate::incident::live(&app.model.incident().roles)
        .find(|role| role.until.is_none())
        .unwrap();
    assert_eq!(holder.who, "lee");
    // Only the commander may decide on it, and one other engineer.
    app.press("Rincident<Enter>sam<Enter><Enter>").press("4G").press("p");
    app.publish(|incident| {
        let approval = crate::incident::Approval {
            id: "aother12".into(),
            by: "lee".into(),
            at: noon(),
            ..Default::default()
        };
        std::sync::Arc::make_mut(&mut incident.mitigations[0])
            .approvals
            .push(approval);
    });
    app.press("b")
        .press("cout everywhere<Enter>")
        .press("verrors gone<Enter>");
    assert_eq!(
        app.model.incident().mitigations[0].state,
        MitigationState::Verified,
        "{:?}",
        app.said()
    );
    let told = ["acknowledged", "role", "status", "mitigation"];
    assert!(told.iter().all(|kind| kinds(&app).contains(kind)), "{:?}", kinds(&app));
    app.press("Tsoak<Enter>30m<Enter>wwno index<Enter>wafix it<Enter><Enter>14d<Enter><Enter>wd<Enter>in 4711<Enter>");
    assert_eq!(
        app.model.incident().actions[0].state.as_str(),
        "done",
        "{:?}",
        app.said()
    );
}
