//! How the console looks and is arranged: themes, seats, the configuration read again, help, what waits to go out.

use super::*;

/// The configuration as a console takes it.
fn configured(change: impl FnOnce(&mut Settings)) -> Message {
    let mut settings = Settings::default();
    change(&mut settings);
    let keymap = Keymap::with(&keymap::parse("quit: Q\n", None).0).0;
    Message::Configured(Ok(Box::new(Configured { settings, keymap })))
}

#[test]
fn a_theme_is_shown_while_it_is_chosen_and_esc_takes_it_back() {
    let mut app = App::new();
    assert_eq!(app.model.theme(), "auto");
    app.press("P");
    assert_eq!(app.model.theme(), "auto", "what is in force is preset");
    app.press("<Down><Down>");
    assert_eq!(app.model.theme(), "light");
    app.press("<Esc>");
    assert_eq!(app.model.theme(), "auto");
    assert!(
        app.effects
            .iter()
            .all(|effect| !matches!(effect, Effect::RememberTheme(_)))
    );
    // By typing, from the palette as well; Enter keeps it, and the next console has it.
    app.press(":theme<Enter>high");
    assert_eq!(app.model.theme(), "high-contrast");
    app.press("<Enter>");
    assert_eq!(app.model.theme(), "high-contrast");
    assert!(app.effects.contains(&Effect::RememberTheme("high-contrast".into())));
    assert!(app.changes.is_empty(), "it is nobody else's business");
}

#[test]
fn a_seat_arranges_the_war_room_from_everywhere_and_is_remembered() {
    for (typed, word, pane, zoomed) in [
        ("ic", Some("ic"), Pane::Decisions, false),
        ("scribe", Some("scribe"), Pane::Timeline, true),
        ("resp", Some("responder"), Pane::Checklists, false),
        ("no role", None, Pane::Timeline, false),
    ] {
        let mut app = App::new();
        app.press(&format!("<F5>W{typed}<Enter>"));
        assert_eq!(
            (app.model.screen, app.model.focus, app.model.zoomed),
            (Screen::WarRoom, pane, zoomed),
            "{typed}"
        );
        assert!(
            app.effects.contains(&Effect::RememberSeat(word.map(str::to_owned))),
            "{typed}"
        );
    }
}

#[test]
fn a_configuration_that_is_read_again_counts_at_once() {
    let mut app = App::new();
    app.model.settings.read_only = true;
    app.send(Message::Background(true));
    app.send(configured(|settings| {
        settings.theme = "light".into();
        settings.bell = false;
        settings.local_time = true;
        settings.offset = |_| 3600;
    }));
    assert_eq!(app.model.theme(), "light");
    assert!(!app.model.settings.bell && app.model.settings.is_light());
    assert!(app.model.settings.read_only, "what the call asked for stays");
    assert_eq!(app.model.keymap.key_of(Action::Quit), "Q");
    assert_eq!(app.model.offset_at(noon()), 3600);
    assert!(app.model.toasts.iter().any(|toast| toast.text.contains("read again")));
}

#[test]
fn of_a_broken_configuration_nothing_is_taken_and_it_is_told() {
    let mut app = App::new();
    let keys = app.model.keymap.keys_of(Action::Quit);
    let problems = vec![
        "config.yaml:2:1: there is no setting `bel`".to_owned(),
        "another".to_owned(),
    ];
    app.send(Message::Configured(Err(problems)));
    assert_eq!(app.model.keymap.keys_of(Action::Quit), keys);
    let said = &app.model.toasts.last().unwrap().text;
    assert!(said.contains("not taken") && said.contains("config.yaml:2:1"), "{said}");
    app.press("!");
    let listed = app.model.message_lines();
    assert!(listed.iter().any(|(_, text)| text == "another"), "{listed:?}");
    // Once it is right there is nothing to tell any more.
    app.press("<Esc>");
    app.send(configured(|_| {}));
    assert!(app.model.problems.is_empty());
}

#[test]
fn help_is_eight_keys_and_a_legend_then_all_with_search() {
    let mut app = App::new();
    app.press("5?");
    let lines = |app: &App| match app.model.layers.last() {
        Some(Layer::Help(help)) => app.model.help_lines(help),
        other => panic!("{other:?}"),
    };
    let keys = |lines: &[HelpLine]| lines.iter().filter(|line| matches!(line, HelpLine::Keys(..))).count();
    let first = lines(&app);
    assert_eq!(first[0], HelpLine::Heading("checklists".into()));
    assert_eq!(keys(&first), 8, "{first:?}");
    assert!(first.contains(&HelpLine::Keys("Space".into(), "Tick or untick")));
    assert!(first.iter().any(|line| matches!(line, HelpLine::Sign(Sign::Here, _))));
    app.press("?");
    let all = lines(&app);
    assert!(keys(&all) > 100);
    // What is typed searches; letters run nothing.
    app.press("hand over");
    let found = lines(&app);
    assert!(
        found.contains(&HelpLine::Keys("h".into(), "Hand a role over")),
        "{found:?}"
    );
    assert!(keys(&found) < 10);
    assert!(app.changes.is_empty());
    app.press("<Ctrl-U>zzz");
    assert_eq!(lines(&app), []);
    app.press("<Esc>");
    assert!(app.model.layers.is_empty());
    // In one key each is found by the key itself.
    app.press("??space");
    assert!(lines(&app).contains(&HelpLine::Keys("Space".into(), "Tick or untick")));
    app.press("<Enter>");
    assert!(app.model.layers.is_empty());
}

#[test]
fn what_one_uses_comes_first_among_the_hints() {
    let mut app = App::live();
    let before = app.model.at_hand();
    let wanted = Action::Dispatch;
    assert_ne!(before[0], wanted);
    for _ in 0..3 {
        app.press("Dd<Esc>");
    }
    assert_eq!(app.model.at_hand()[0], wanted);
    // What cannot be done now is no hint.
    for action in app.model.at_hand() {
        assert!(enabled(&app.model, action).is_ok(), "{action:?}");
    }
}

#[test]
fn the_palette_says_what_cannot_be_done_and_why() {
    let mut app = App::new();
    app.press(":settle a conflict");
    let choice = app.model.choices().unwrap().current().unwrap().clone();
    assert_eq!((choice.value.as_str(), choice.enabled), ("settle-conflict", false));
    assert_eq!(choice.detail, "No conflict is open.");
    app.press("<Enter>");
    assert!(
        app.model
            .toasts
            .iter()
            .any(|toast| toast.text == "No conflict is open.")
    );
}

#[test]
fn a_hook_that_has_stopped_is_told_once() {
    let mut app = App::new();
    let standing = |unsent| Outgoing {
        unsent,
        stopped: vec![("pager".into(), "The hook pager has stopped: it answered 410.".into())],
    };
    app.send(Message::Outgoing(standing(1)));
    app.send(Message::Outgoing(standing(2)));
    assert_eq!(app.model.outbox.unsent, 2);
    let told = app.model.said.iter().filter(|said| said.text.contains("pager")).count();
    assert_eq!(told, 1);
    // It went on and stopped again.
    app.send(Message::Outgoing(Outgoing::default()));
    app.send(Message::Outgoing(standing(1)));
    assert!(app.model.toasts.iter().any(|toast| toast.text.contains("pager")));
}

#[test]
fn who_is_here_is_told_from_who_is_named() {
    let mut app = App::new();
    let here = |who: &str| crate::session::Here {
        who: who.into(),
        incident: "INC-2026-0042".into(),
    };
    let snapshot = Snapshot {
        here: Arc::from([here("zoe")]),
        revision: app.model.snapshot.revision + 1,
        ..(*app.model.snapshot).clone()
    };
    app.send(Message::Snapshot(Arc::new(snapshot)));
    assert!(app.model.is_here("Zoe") && app.model.is_here("sam"), "oneself is here");
    assert!(!app.model.is_here("lee"));
    // One who has written nothing yet is offered for a role all the same.
    app.press("Rscribe<Enter>");
    let people = app.screen_choices();
    assert!(people.iter().any(|name| name == "zoe"), "{people:?}");
}
