//! Panes, search, palette, help, snapshots from others, the clock.

use super::*;
use crate::session::{Arrival, Notice};

#[test]
fn panes_are_reached_by_tab_and_digit() {
    let mut app = App::new();
    app.press("<Tab><Tab>");
    assert_eq!(app.model.focus, Pane::Roles);
    app.press("<Shift-Tab>5");
    assert_eq!(app.model.focus, Pane::Checklists);
    app.press("z");
    assert!(app.model.zoomed);
    app.press("<Esc>");
    assert!(!app.model.zoomed);
}

#[test]
fn the_selection_moves_and_passes_over_headings() {
    let mut app = App::new();
    assert_eq!(
        app.selected(),
        "2026-11-20 14:12:00 UTC  note  kim  roll back v2.34",
        "the newest line"
    );
    app.press("gj");
    assert!(app.selected().contains("freeze"));
    app.press("kkk");
    assert!(app.selected().contains("5xx"));
    app.press("4<Down><Down>");
    assert_eq!(app.selected(), "roll back v2.34 (proposed)", "past the heading");
    app.press("<Up>");
    assert_eq!(app.selected(), "bot traffic (rejected)");
}

#[test]
fn the_end_stays_the_end_and_a_selected_line_stays_selected() {
    let mut app = App::new();
    app.publish(|incident| incident.timeline.push(event("eddddddd", "14:20", "newest")));
    assert!(app.selected().contains("newest"));
    app.press("k")
        .publish(|incident| incident.timeline.insert(0, event("eeeeeeee", "13:00", "first")));
    assert!(app.selected().contains("roll back"), "{}", app.selected());
    app.publish(|incident| incident.timeline.clear());
    assert_eq!(app.selected(), "");
    app.press("jkgGpe<Enter>");
    assert!(app.changes.is_empty());
}

#[test]
fn days_are_parted_in_the_zone_that_is_shown() {
    let mut app = App::new();
    app.publish(|incident| {
        incident.timeline[0] = Arc::new(Event {
            at: Time::parse_rfc3339("2026-11-19T23:30:00Z").unwrap(),
            ..Event::clone(&incident.timeline[0])
        });
    });
    let days = |app: &App| {
        app.model
            .rows
            .timeline
            .iter()
            .filter(|row| matches!(row, TimelineRow::Day(_)))
            .count()
    };
    assert_eq!(days(&app), 1);
    app.model.settings.offset = |_| 3600;
    app.press("Z");
    assert_eq!(days(&app), 0, "an hour ahead it was the same day");
}

#[test]
fn searching_goes_to_matches_and_back() {
    let mut app = App::new();
    app.press("g/BACK");
    assert!(app.selected().contains("roll back"));
    app.press("<Esc>");
    assert!(app.selected().contains("5xx"), "Esc goes back to where it began");
    app.press("/98<Enter>");
    let first = app.selected();
    app.press("nn");
    assert_eq!(app.model.search.as_ref().unwrap().matches.len(), 1);
    assert_eq!(app.selected(), first);
    app.press("/deploys<Enter>&");
    assert!(app.model.hidden(Pane::Timeline, 0) && !app.model.hidden(Pane::Timeline, 1));
    app.press("jjkk");
    assert!(app.selected().contains("freeze"), "hidden lines are passed over");
    app.press("<Esc><Esc>");
    assert!(app.model.search.is_none());
    app.press("/zebra<Enter>");
    assert_eq!(app.said().last(), Some(&"Nothing here has `zebra`."));
}

#[test]
fn the_palette_finds_every_command() {
    for action in Action::ALL.iter().copied().filter(|action| action.in_palette()) {
        let mut app = App::new();
        let typed = action.spec().id;
        app.press(":").press(typed);
        let shown = &app.model.choices().unwrap();
        let top: Vec<_> = shown
            .shown
            .iter()
            .map(|index| shown.all[*index].value.as_str())
            .take(5)
            .collect();
        assert!(
            shown.shown.iter().any(|index| shown.all[*index].value == typed),
            "{typed}: {top:?}"
        );
    }
    let mut app = App::new();
    app.press(":sev");
    let choices = app.model.choices().unwrap();
    assert_eq!(choices.current().unwrap().value, "set-severity");
    assert_eq!(choices.current().unwrap().key, "S");
    app.press("<Esc><Ctrl-P>");
    assert!(matches!(app.model.layers.last(), Some(Layer::Palette(_))));
}

#[test]
fn every_key_is_in_the_help() {
    let mut app = App::new();
    app.press("5?");
    let all = Help {
        context: Context::Checklists,
        scroll: 0,
        all: true,
        line: Line::default(),
    };
    let told = app.model.help_lines(&all);
    for action in Action::ALL {
        let keys = app.model.keymap.keys_of(*action);
        let line = HelpLine::Keys(keys.join(", "), action.spec().title);
        assert!(
            keys.is_empty() || told.contains(&line),
            "{} is in no help",
            action.spec().id
        );
    }
    app.press("jjq");
    assert!(app.model.layers.is_empty(), "q closes what is read, it does not quit");
    assert!(!app.effects.contains(&Effect::Quit));
}

#[test]
fn details_show_an_entry_and_what_can_be_done() {
    let mut app = App::new();
    app.press("k<Enter>");
    let Some(Layer::Detail(detail)) = app.model.layers.last() else {
        panic!()
    };
    assert_eq!(detail.title, "Event");
    assert!(
        detail.lines.contains(&("id".into(), "ebbbbbbb".into())),
        "{:?}",
        detail.lines
    );
    assert!(detail.choices.all.iter().any(|choice| choice.value == "pin-event"));
    app.press("p");
    assert_eq!(app.changes.len(), 1, "the pane's keys work over it");
    assert!(app.model.layers.is_empty());
    app.press("<Enter><Enter>!<Enter>");
    assert!(
        matches!(app.changes[1], Change::EditEvent { .. }),
        "Enter takes the first"
    );
    app.press("<Enter>rg");
    assert!(matches!(app.model.layers.last(), Some(Layer::Gate(_))));
}

#[test]
fn an_unfinished_sequence_waits_and_esc_drops_it() {
    let mut app = App::new();
    app.press("r");
    assert_eq!(app.model.pending.len(), 1);
    app.press("<Esc>");
    assert!(app.model.pending.is_empty());
    app.press("r8");
    assert_eq!(app.said(), ["r 8 means nothing here; ? lists the keys."]);
}

#[test]
fn what_others_bring_is_new_for_some_seconds() {
    let mut app = App::new();
    let mut snapshot = Snapshot::clone(&app.model.snapshot);
    snapshot.revision = 2;
    snapshot.arrivals = Arc::from([Arrival {
        section: "timeline".into(),
        id: "ebbbbbbb".into(),
        at: noon(),
    }]);
    app.send(Message::Snapshot(Arc::new(snapshot)));
    assert!(app.model.is_new("timeline", "ebbbbbbb") && !app.model.is_new("timeline", "eaaaaaaa"));
    app.model.take_dirty();
    app.send_at(noon().plus(std::time::Duration::from_secs(9)), Message::Tick);
    assert!(!app.model.is_new("timeline", "ebbbbbbb"));
    assert!(app.model.take_dirty(), "the mark goes from the screen");
}

#[test]
fn notices_are_said_once() {
    let mut app = App::new();
    for revision in 2..4 {
        let mut snapshot = Snapshot::clone(&app.model.snapshot);
        snapshot.revision = revision;
        snapshot.notices = Arc::from([Notice {
            number: 1,
            text: "the file was manual edit".into(),
            warning: false,
        }]);
        app.send(Message::Snapshot(Arc::new(snapshot)));
        assert_eq!(app.said().len(), usize::from(revision == 2), "{revision}");
        app.model.toasts.clear();
    }
}

/// Whether this lies somewhere on the screen.
fn is_shown(app: &App, wanted: Hit) -> bool {
    let areas = crate::ui::layout::areas(&app.model);
    let Size { width, height } = app.model.size;
    let mut cells = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    cells.any(|(x, y)| areas.hit(x, y) == Some(wanted))
}

fn mouse(app: &mut App, what: MouseAct, wanted: Hit) {
    assert!(is_shown(app, wanted), "nowhere: {wanted:?}");
    let hit = Some(wanted);
    app.send(Message::Mouse(Mouse { what, hit }));
}

#[test]
fn the_mouse_selects_opens_ticks_and_scrolls() {
    let mut app = App::new();
    mouse(&mut app, MouseAct::Click, Hit::Row(Pane::Hypotheses, 1));
    assert_eq!(
        (app.model.focus, app.model.cursor(Pane::Hypotheses).selected),
        (Pane::Hypotheses, 1)
    );
    mouse(&mut app, MouseAct::Click, Hit::Row(Pane::Hypotheses, 1));
    assert!(
        matches!(app.model.layers.last(), Some(Layer::Detail(_))),
        "again opens it"
    );
    app.press("<Esc>");
    app.press("5/tell support<Enter><Esc>");
    let row = app.model.cursor(Pane::Checklists).selected;
    mouse(&mut app, MouseAct::Click, Hit::Checkbox(row));
    assert_eq!(
        app.changes,
        [Change::TickItem {
            item: "caaaaaaa".into(),
            note: None,
            again: false,
        }]
    );
    mouse(&mut app, MouseAct::WheelUp, Hit::Row(Pane::Timeline, 2));
    assert_eq!(
        (app.model.focus, app.model.cursor(Pane::Timeline).selected),
        (Pane::Timeline, 0)
    );
    mouse(&mut app, MouseAct::Click, Hit::Help);
    assert!(matches!(app.model.layers.last(), Some(Layer::Help(_))));
    app.press("<Esc>")
        .send(Message::Resized(Size { width: 60, height: 15 }));
    mouse(&mut app, MouseAct::Click, Hit::Tab(Pane::Roles));
    assert_eq!(app.model.focus, Pane::Roles);
}

#[test]
fn a_click_takes_a_choice() {
    let mut app = App::new();
    app.press(":zoom");
    mouse(&mut app, MouseAct::Click, Hit::Choice(0));
    assert!(app.model.zoomed && app.model.layers.is_empty());
}

#[test]
fn a_click_beside_a_page_closes_it_and_beside_a_line_does_nothing() {
    let mut app = App::new();
    let click = Message::Mouse(Mouse {
        what: MouseAct::Click,
        hit: Some(Hit::Pane(Pane::Checklists)),
    });
    app.press("ltyped").send(click);
    assert_eq!(app.line(), "typed");
}

#[test]
fn no_key_makes_it_panic() {
    // Every key in every context, twice over, at every size down to a cell.
    for (width, height) in [(120, 36), (60, 15), (1, 1), (0, 0)] {
        let mut app = App::new();
        app.send(Message::Resized(Size { width, height }));
        let keys: Vec<Key> = (0x20..0x7f)
            .map(|code| Key::plain(Code::Char(code as u8 as char)))
            .collect();
        let named = "Enter Esc Tab Shift-Tab Up Down PgUp PgDn Home End Ctrl-U Ctrl-D Ctrl-P Ctrl-R";
        let named: Vec<Key> = named.split(' ').filter_map(Key::parse).collect();
        for first in keys.iter().copied() {
            for second in named.iter().copied().chain([first]) {
                app.send(Message::Key(first)).send(Message::Key(second));
            }
            for (what, x, y) in [
                (MouseAct::Click, 5, 5),
                (MouseAct::WheelDown, 100, 30),
                (MouseAct::WheelUp, 0, 0),
            ] {
                let hit = crate::ui::layout::areas(&app.model).hit(x, y);
                app.send(Message::Mouse(Mouse { what, hit }));
            }
            app.press("<Esc><Esc><Esc><Esc><Esc>");
        }
    }
}

#[test]
fn a_step_is_put_away_until_it_comes_up_anew() {
    let mut app = App::new();
    let reminder = |id: &str| crate::framework::ReminderView {
        id: id.into(),
        text: "someone has to decide".into(),
        remedy: None,
    };
    app.publish(|incident| incident.mitigations.clear());
    app.model.derived.timers.clear();
    app.model.derived.reminders.clear();
    app.model.derived.checklists.clear();
    app.press("-");
    assert_eq!(app.said().last(), Some(&"There is nothing to put away."));
    app.model.derived.reminders = vec![reminder("no-commander"), reminder("too-rare internal")];
    let next = |app: &App| app.model.next_step().map(|step| step.id);
    assert_eq!(next(&app).as_deref(), Some("no-commander"));
    app.press("-");
    assert_eq!(next(&app).as_deref(), Some("too-rare internal"));
    app.model.settings.quiet = vec!["too-rare".into()];
    assert_eq!(next(&app), None);
    app.model.settings.quiet = vec!["all".into()];
    app.model.derived.reminders.push(reminder("blame waaaaaaa"));
    assert_eq!(next(&app), None);
}

#[test]
fn a_clock_that_others_are_far_ahead_of_is_told_once() {
    let mut app = App::new();
    app.publish(|incident| incident.mitigations.clear());
    let told = |app: &App| app.model.reminders().into_iter().find(|one| one.id == "clock");
    let newest = app.model.incident().timeline.last().unwrap().at;
    app.model.now = newest.minus(std::time::Duration::from_secs(100));
    assert_eq!(told(&app), None);
    app.model.now = newest.minus(std::time::Duration::from_secs(600));
    app.model.derived.reminders.clear();
    app.model.derived.timers.clear();
    assert!(told(&app).unwrap().text.contains("10m ahead"));
    app.press("-");
    assert_eq!(told(&app), None);
    app.send(Message::Tick);
    assert_eq!(told(&app), None, "and stays away");
}

#[test]
fn a_pane_nobody_is_in_stays_at_its_top_and_one_in_use_keeps_its_line() {
    use crate::incident::time::parse_duration;
    let mut app = App::live();
    let first = |app: &App| app.model.row_id(Pane::Timers, app.model.cursor(Pane::Timers).selected);
    let top = first(&app);
    assert_eq!(top.as_deref(), Some("acknowledge"), "the most urgent");
    app.press("A");
    assert_ne!(
        first(&app),
        top,
        "it is met and goes to the end; the next one is at the top"
    );
    app.press("2");
    let kept = first(&app);
    app.press("Tapi<Enter>1m<Enter>");
    app.send_at(noon().plus(parse_duration("59s").unwrap()), Message::Tick);
    assert_eq!(first(&app), kept, "somebody is in the pane");
}

#[test]
fn a_line_that_is_dated_years_ahead_hides_nothing_new() {
    let mut app = App::new();
    let ahead = |text: &str| {
        Arc::new(Event {
            at: Time::parse_rfc3339("9999-12-31T23:59:59.999Z").unwrap(),
            ..Event::clone(&event("ezzzzzzz", "14:00", text))
        })
    };
    app.publish(|incident| incident.timeline.push(ahead("by a wrong clock")));
    assert!(
        app.selected().contains("roll back"),
        "the newest is still followed: {}",
        app.selected()
    );
    app.publish(|incident| {
        let last = incident.timeline.len() - 1;
        incident.timeline.insert(last, event("eddddddd", "14:13", "newest"));
    });
    assert!(app.selected().contains("newest"), "{}", app.selected());
    app.press("k").press("G");
    assert!(app.selected().contains("newest"), "{}", app.selected());
    app.press("j");
    assert!(app.selected().contains("by a wrong clock"), "{}", app.selected());
    app.press("kkG").press("G");
    assert!(app.selected().contains("by a wrong clock"), "{}", app.selected());
}

#[test]
fn a_console_that_only_looks_changes_nothing_by_any_action() {
    let mut app = App::new();
    app.model.settings.read_only = true;
    for action in Action::ALL.iter().copied() {
        for focus in ["1", "2", "3", "4", "5", "6"] {
            if matches!(action, Action::Quit | Action::Suspend) {
                continue;
            }
            app.model.layers.clear();
            app.press(focus);
            app.send(Message::Action(action));
            app.press("x<Enter><Enter><Ctrl-S>");
        }
    }
    app.send(Message::Paste("14:02 kim: pool is full".into()));
    app.press("<Enter>");
    assert_eq!(app.changes, []);
    let writes = app.effects.iter().find(|effect| {
        matches!(
            effect,
            Effect::Apply { .. } | Effect::Undo | Effect::Redo | Effect::Declare { .. } | Effect::Duplicate { .. }
        )
    });
    assert_eq!(writes, None);
}

#[test]
fn the_war_room_is_arranged_for_who_sits_there() {
    for (word, seat) in Seat::ALL {
        let mut app = App::new();
        app.model.start_on(Screen::WarRoom, Some(seat));
        assert_eq!((app.model.focus, app.model.zoomed), seat.place(), "{word}");
    }
}

#[test]
fn runbooks_are_read_one_pane_at_a_time_on_a_low_terminal() {
    let mut app = App::new();
    for (width, height, alone) in [
        (80, 24, true),
        (60, 15, true),
        (100, 30, false),
        (120, 36, false),
        (70, 50, false),
    ] {
        app.send(Message::Resized(Size { width, height }));
        app.press("<F4>");
        let shown = crate::ui::layout::areas(&app.model).panes.len();
        assert_eq!(shown == 1, alone, "{shown} panes at {width}x{height}");
        app.press("<F1>");
    }
    // There is nothing to zoom there, and that is said.
    app.send(Message::Resized(Size { width: 80, height: 24 }));
    app.press("<F4>z");
    assert!(!app.model.zoomed);
    assert_eq!(app.said().last(), Some(&"There is room for one pane at a time here."));
    // One step at a time shows that step; the list it was asked for from makes room.
    assert_eq!(app.model.focus, Pane::Runbooks);
    app.press("m");
    assert_eq!(app.model.focus, Pane::Runbook);
}

#[test]
fn checklists_of_the_framework_name_keys_and_no_command_line() {
    for name in crate::framework::Framework::names() {
        let mut app = App::new();
        app.framework(name);
        let items = || app.model.derived.checklists.iter().flat_map(|list| &list.items);
        assert!(items().count() > 0, "{name}");
        for item in items() {
            assert!(!item.text.contains("warroom "), "{name}: {}", item.text);
        }
    }
    let mut app = App::new();
    let text = |app: &App, id: &str| {
        let mut items = app.model.derived.checklists.iter().flat_map(|list| &list.items);
        items
            .find(|item| item.id.ends_with(id))
            .map(|item| item.text.clone())
            .unwrap_or_default()
    };
    assert!(
        text(&app, ".scheduled").ends_with("(E f review)"),
        "{}",
        text(&app, ".scheduled")
    );
    // By the person's own keys.
    app.model
        .go_by(Keymap::with(&keymap::parse("set-field: Ctrl-T\n", None).0).0);
    assert!(
        text(&app, ".scheduled").ends_with("(Ctrl-T review)"),
        "{}",
        text(&app, ".scheduled")
    );
}
