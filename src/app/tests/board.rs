//! The board: what it shows of other incidents, going from one to the next, looking for words in all of them.

use super::*;
use crate::recall::lines::Found;
use crate::session::Listed;

/// An incident of the repository as it is listed.
fn listed(id: &str, severity: &str, over: bool) -> Listed {
    let mut incident = incident();
    incident.id = id.into();
    incident.severity = severity.into();
    Listed {
        incident: Arc::new(incident),
        framework: framework(),
        over,
        seen: None,
    }
}

/// What the board shows of it.
pub(super) fn entry(id: &str, severity: &str, over: bool) -> BoardEntry {
    BoardEntry::of(&listed(id, severity, over), "sam", noon())
}

fn rows(app: &App) -> Vec<String> {
    let rows = app.model.rows.text(Pane::Incidents).iter();
    rows.map(|row| row.id.clone()).filter(|id| !id.is_empty()).collect()
}

#[test]
fn the_gravest_open_incident_stands_first_with_what_is_due_and_new() {
    let mut app = App::new();
    let board = [
        entry("INC-2026-0045", "P3", false),
        entry("INC-2026-0044", "P0", false),
        entry("INC-2026-0041", "P0", true),
    ];
    app.send(Message::Board(Arc::from(board))).press("<F6>");
    assert_eq!(rows(&app), ["INC-2026-0044", "INC-2026-0045", "INC-2026-0041"]);
    let open = entry("INC-2026-0044", "P0", false);
    assert_eq!(open.unread, 3, "all that others wrote");
    assert!(open.next.is_some(), "its next timer is shown");
    let mut half = listed("INC-2026-0044", "P0", false);
    half.seen = Some(at("14:09"));
    assert_eq!(BoardEntry::of(&half, "sam", noon()).unread, 1);
    assert_eq!(
        BoardEntry::of(&half, "kim", noon()).unread,
        0,
        "one's own lines are not new"
    );
    let over = entry("INC-2026-0041", "P0", true);
    assert_eq!((over.unread, over.next), (0, None));
}

#[test]
fn the_next_open_incident_is_one_key_from_anywhere() {
    let mut app = App::new();
    app.press("}");
    assert_eq!(app.said().last(), Some(&"No other incident is open."));
    let board = [
        entry("INC-2026-0044", "P2", false),
        entry("INC-2026-0043", "P1", true),
        entry("INC-2026-0042", "P1", false),
        entry("INC-2026-0040", "P2", false),
    ];
    app.send(Message::Board(Arc::from(board)));
    for focus in ["1", "4", "<F2>", "<F6>"] {
        app.effects.clear();
        app.press(focus).press("}");
        assert!(
            app.effects.contains(&Effect::OpenIncident("INC-2026-0044".into())),
            "from {focus}: {:?}",
            app.effects
        );
    }
    // Behind the last comes the first.
    app.publish(|incident| incident.id = "INC-2026-0044".into());
    app.effects.clear();
    app.press("}");
    assert_eq!(app.effects, [Effect::OpenIncident("INC-2026-0040".into())]);
}

#[test]
fn words_are_looked_for_in_all_incidents_and_esc_shows_all_again() {
    let mut app = App::new();
    app.send(Message::Board(Arc::from([entry("INC-2026-0042", "P1", false)])));
    app.press("<F6>/pool<Enter>");
    assert!(
        app.effects.contains(&Effect::SearchAll("pool".into())),
        "{:?}",
        app.effects
    );
    let found = vec![Found {
        incident: "INC-2025-0007".into(),
        title: "Pool full".into(),
        when: "2025-01-02 14:05".into(),
        text: "pool at 100/100".into(),
    }];
    app.send(Message::Found("pool".into(), Ok(found)));
    assert_eq!(rows(&app), ["INC-2025-0007#0"]);
    app.effects.clear();
    app.press("<Enter>");
    assert_eq!(app.effects, [Effect::OpenIncident("INC-2025-0007".into())]);
    app.press("<Esc>");
    assert_eq!(rows(&app), ["INC-2026-0042"]);
    // From anywhere by a key of its own; what cannot be read is said.
    app.press("1K/sev:<Enter>");
    assert_eq!(app.model.screen, Screen::Board);
    app.send(Message::Found("sev:".into(), Err("`sev:` names no severity".into())));
    assert_eq!(app.said().last(), Some(&"`sev:` names no severity"));
}

/// Passes over the question why it is declared without an alert, where a framework asks it.
fn without_a_ground(app: &mut App) {
    if app
        .model
        .form()
        .is_some_and(|form| form.step().is_some_and(|step| step.name == "ground"))
    {
        app.press("<Enter>");
    }
}

/// What was declared.
fn declared(app: &App) -> Declared {
    let declared = app.effects.iter().find_map(|effect| match effect {
        Effect::Declare(declared) => Some(declared.clone()),
        _ => None,
    });
    declared.unwrap_or_else(|| panic!("{:?} {:?}", app.effects, app.model.layers.last()))
}

#[test]
fn an_incident_is_declared_by_a_question_or_by_the_table_with_its_timers_in_sight() {
    let mut app = App::new();
    app.press("Kncheckout is down<Enter>P1");
    let brings = app.model.form().unwrap().brings.clone().unwrap();
    assert_eq!(brings.severity, "P1");
    assert_eq!(brings.timers.len(), 5, "{brings:?}");
    app.press("<Enter>");
    without_a_ground(&mut app);
    let said = declared(&app);
    assert_eq!(
        (said.title.as_str(), said.severity.as_deref()),
        ("checkout is down", Some("P1"))
    );
    // By impact and urgency where the team's framework has that table.
    app.effects.clear();
    let itil = crate::framework::Framework::builtin("itil").expect("ships");
    app.send(Message::Team(itil)).press("Knmail is down<Enter>high<Enter>");
    let brings = app.model.form().unwrap().brings.clone().unwrap();
    assert!(brings.grid.is_some(), "{brings:?}");
    app.press("medium<Enter>");
    without_a_ground(&mut app);
    let said = declared(&app);
    let rated = (said.impact.as_deref(), said.urgency.as_deref(), &said.severity);
    assert_eq!(rated, (Some("high"), Some("medium"), &None));
}
