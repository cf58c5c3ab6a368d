//! The board: what it shows of other incidents, going from one to the next, looking for words in all of them.

use super::*;
use crate::incident::{ActionItem, ActionState, Horizon, Moment};
use crate::recall::Case;
use crate::recall::lines::Found;
use crate::recall::query::Query;
use crate::report::Kind;
use crate::report::overview::Overview;
use crate::session::{Listed, Looked};

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
    rows_of(app, Pane::Incidents)
}

fn rows_of(app: &App, pane: Pane) -> Vec<String> {
    let rows = app.model.rows.text(pane).iter();
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

/// What a query has found: these incidents, and one line of the first.
fn looked(met: &[&str], kind: Kind) -> Box<Looked> {
    let cases: Vec<Case> = met
        .iter()
        .map(|id| {
            let mut incident = incident();
            incident.id = (*id).into();
            incident.declared = Some(Moment {
                at: noon(),
                ..Moment::default()
            });
            incident.actions = [("kim", "2020-01-01"), ("lee", "2099-01-01")]
                .iter()
                .map(|(owner, due)| {
                    Arc::new(ActionItem {
                        id: format!("a-{owner}"),
                        text: format!("what {owner} does"),
                        owner: Some((*owner).into()),
                        due: Some((*due).into()),
                        horizon: Some(Horizon::Immediate),
                        ..ActionItem::default()
                    })
                })
                .collect();
            Case::new((*id).into(), Arc::new(incident), Some(framework()))
        })
        .collect();
    let line = met.first().map(|id| Found {
        incident: (*id).into(),
        title: "Pool full".into(),
        when: "2025-01-02 14:05".into(),
        text: "pool at 100/100".into(),
    });
    Box::new(Looked {
        lines: line.into_iter().collect(),
        overview: Overview::of(&cases, &Query::default(), kind, noon(), &|_| 0),
    })
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
    // What was asked before comes too late.
    app.send(Message::Looked(
        "poo".into(),
        Ok(looked(&["INC-2026-0042"], Kind::Month)),
    ));
    assert_eq!(rows(&app), ["INC-2026-0042"]);
    app.send(Message::Looked(
        "pool".into(),
        Ok(looked(&["INC-2025-0007"], Kind::Month)),
    ));
    assert_eq!(rows(&app), ["INC-2025-0007", "INC-2025-0007#0"]);
    app.press("n");
    app.effects.clear();
    app.press("<Enter>");
    assert_eq!(app.effects, [Effect::OpenIncident("INC-2025-0007".into())]);
    // The same query is changed, not typed anew.
    app.press("/<Space>sev:P1<Enter>");
    assert!(
        app.effects.contains(&Effect::SearchAll("pool sev:P1".into())),
        "{:?}",
        app.effects
    );
    app.effects.clear();
    app.press("<Esc>");
    assert_eq!(app.effects, [Effect::SearchAll(String::new())]);
    assert_eq!(rows(&app), ["INC-2026-0042"]);
    // From anywhere by a key of its own; what cannot be read is said.
    app.press("1<F1>K/sev:<Enter>");
    assert_eq!(app.model.screen, Screen::Board);
    app.send(Message::Looked("sev:".into(), Err("`sev:` names no severity".into())));
    assert_eq!(app.said().last(), Some(&"`sev:` names no severity"));
}

#[test]
fn action_items_of_all_incidents_are_arranged_by_urgency_owner_and_horizon() {
    let mut app = App::new();
    let here = app.model.incident().id.clone();
    app.press("Ka");
    assert_eq!((app.model.screen, app.model.focus), (Screen::Board, Pane::Followups));
    assert!(app.effects.contains(&Effect::LookAround), "{:?}", app.effects);
    app.send(Message::Looked(
        String::new(),
        Ok(looked(&[&here, "INC-2025-0007"], Kind::Month)),
    ));
    let heads = |app: &App| -> Vec<String> {
        let rows = app.model.rows.text(Pane::Followups).iter();
        rows.filter(|row| row.heading)
            .map(super::super::text_row::TextRow::text)
            .collect()
    };
    assert_eq!(heads(&app), ["Overdue 2", "Open 2"]);
    app.press("m");
    assert_eq!(heads(&app), ["kim 2, 2 overdue", "lee 2"]);
    app.press("m");
    assert_eq!(heads(&app), ["immediate 4, 2 overdue"]);
    // One of another incident leads there; one of this incident is done here.
    app.press("mg").effects.clear();
    app.press("<Enter>");
    assert_eq!(app.effects, [Effect::OpenIncident("INC-2025-0007".into())]);
    // Done is what somebody can show: a link, or a word.
    app.press("<Down><Enter>");
    assert!(app.changes.is_empty(), "{:?}", app.changes);
    app.press("<Enter>");
    assert!(app.changes.is_empty(), "{:?}", app.changes);
    app.press("merged in 4711<Enter>");
    assert!(
        matches!(app.changes.last(), Some(Change::PlanAction { action, plan }) if action == "a-kim"
            && plan.state == Some(ActionState::Done) && plan.outcome.as_deref() == Some("merged in 4711")),
        "{:?}",
        app.changes
    );
}

#[test]
fn the_trend_is_by_month_quarter_or_week_and_a_period_lists_its_incidents() {
    let mut app = App::new();
    app.press("Kt");
    app.send(Message::Looked(
        String::new(),
        Ok(looked(&["INC-2026-0042"], Kind::Month)),
    ));
    let trend = |app: &App| rows_of(app, Pane::Trend);
    assert_eq!(trend(&app)[..6].last().map(String::as_str), Some("2026-11"));
    assert!(
        trend(&app).contains(&"dots.0".to_owned())
            == app.model.overview.as_ref().is_some_and(|all| !all.dots.is_empty())
    );
    app.effects.clear();
    app.press("m");
    assert_eq!(app.effects, [Effect::SearchAll(String::new())]);
    // Months that come after quarters were asked for are too late.
    app.send(Message::Looked(
        String::new(),
        Ok(looked(&["INC-2026-0042"], Kind::Month)),
    ));
    assert_eq!(trend(&app)[5], "2026-11");
    app.send(Message::Looked(
        String::new(),
        Ok(looked(&["INC-2026-0042"], Kind::Quarter)),
    ));
    assert_eq!(trend(&app)[5], "2026-Q4");
    app.effects.clear();
    app.press("g<Enter>");
    let asked = "since:2025-07-01 until:2025-10-01";
    assert!(
        app.effects.contains(&Effect::SearchAll(asked.into())),
        "{:?}",
        app.effects
    );
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

#[test]
fn where_no_incident_is_open_the_board_declares_and_nothing_else_is_asked() {
    let mut app = App::new();
    app.publish(|incident| {
        *incident = Incident {
            framework: incident.framework.clone(),
            ..Incident::default()
        };
    });
    app.press("<F6>");
    assert_eq!(app.model.screen, Screen::Board);
    let next = app.model.next_step().unwrap();
    assert_eq!(next.does, Some((Action::DeclareIncident, None)));
    assert!(app.model.derived.timers.is_empty() && app.model.derived.reminders.is_empty());
    // What is about an incident says so and asks nothing.
    for keys in ["l", "a", "s", "A", "R", "U", "<F1>", "<F2>", "<F5>", "I", "-"] {
        app.press(keys);
        assert!(app.model.layers.is_empty(), "{keys}");
        assert!(
            app.said().last().unwrap().contains("No incident is open"),
            "{keys}: {:?}",
            app.said()
        );
        assert_eq!(app.model.screen, Screen::Board, "{keys}");
    }
    app.press("<Enter>");
    assert!(
        app.said().last().unwrap().contains("n declares one"),
        "{:?}",
        app.said()
    );
    for keys in ["n", "+"] {
        app.press(keys);
        assert!(
            matches!(app.model.layers.last(), Some(Layer::Form(form)) if form.action == Action::DeclareIncident),
            "{keys}"
        );
        app.press("<Esc>");
    }
    assert!(app.changes.is_empty());
}

#[test]
fn n_declares_on_the_board_and_goes_on_where_something_is_searched() {
    let mut app = App::new();
    app.send(Message::Board(Arc::from([entry("INC-2026-0044", "P0", false)])));
    app.press("<F6>n");
    assert!(matches!(app.model.layers.last(), Some(Layer::Form(form)) if form.action == Action::DeclareIncident));
    app.press("<Esc><F1>n");
    assert!(app.model.layers.is_empty(), "elsewhere it is the next match");
    assert!(app.said().last().unwrap().contains("/ does"), "{:?}", app.said());
}
