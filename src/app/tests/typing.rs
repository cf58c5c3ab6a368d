//! The input line: kinds, times, drafts, history, paste.

use super::*;
use crate::incident::import::Imported;

fn logged(app: &App) -> Vec<(EventKind, String, Option<Time>)> {
    let log = |change: &Change| match change {
        Change::Log { kind, text, at, .. } => vec![(kind.clone(), text.clone(), *at)],
        Change::ImportLines { lines } => {
            let lines = lines.iter();
            lines.map(|one| (one.kind.clone(), one.text.clone(), one.at)).collect()
        }
        other => panic!("{other:?}"),
    };
    app.changes.iter().flat_map(log).collect()
}

#[test]
fn a_key_and_a_line_log_an_event() {
    let mut app = App::new();
    app.press("l-5m rolled back<Enter>");
    app.press("a14:05 restarted the pool<Enter>");
    app.press("dfreeze deploys<Enter>ffinding: pool at 100/100<Enter>");
    assert_eq!(
        logged(&app),
        [
            (EventKind::Note, "rolled back".into(), Some(at("-5m"))),
            (EventKind::Action, "restarted the pool".into(), Some(at("14:05"))),
            (EventKind::Decision, "freeze deploys".into(), None),
            (EventKind::Finding, "pool at 100/100".into(), None),
        ]
    );
    assert!(app.model.layers.is_empty());
}

#[test]
fn tab_takes_the_next_kind_and_back() {
    let mut app = App::new();
    app.press("lseen it<Tab><Tab><Shift-Tab>");
    assert_eq!(app.model.form().unwrap().kind, Some(EventKind::Action));
    app.press("<Shift-Tab><Shift-Tab><Enter>");
    assert_eq!(logged(&app)[0].0, EventKind::Comms);
}

#[test]
fn tab_completes_a_name_that_is_begun() {
    let mut app = App::new();
    app.press("a-5m @ki<Tab>drained eu<Enter>");
    assert!(
        matches!(&app.changes[..], [Change::Dated { who: Some(who), change, .. }]
            if who == "kim" && matches!(&**change, Change::Log { kind: EventKind::Action, text, .. } if text == "drained eu")),
        "where the words begin it is who did it: {:?}",
        app.changes
    );
    app.changes.clear();
    app.press("lask @KI<Tab>first<Enter>");
    assert_eq!(logged(&app)[0].1, "ask @kim first");
    app.press("lnot @zzz<Tab>");
    assert_eq!(
        app.model.form().unwrap().kind,
        Some(EventKind::Action),
        "where no name fits it is the next kind"
    );
}

#[test]
fn letters_that_are_keys_elsewhere_are_letters_here() {
    let mut app = App::new();
    app.press("lquit? no: zoom/1<Enter>");
    assert_eq!(logged(&app)[0].1, "quit? no: zoom/1");
}

#[test]
fn nothing_typed_is_not_logged_and_says_so() {
    let mut app = App::new();
    app.press("l<Enter>");
    assert!(app.changes.is_empty());
    assert!(
        app.model
            .form()
            .unwrap()
            .error
            .as_deref()
            .unwrap()
            .contains("Type what happened")
    );
    app.press("-5m<Enter>");
    assert!(app.changes.is_empty(), "a time alone is no event");
}

#[test]
fn editing_keys_work_on_what_a_person_sees() {
    let mut app = App::new();
    app.press("lrestart the pool<Ctrl-W>cache<Home>we <Ctrl-E>!<Left><Backspace>E<Alt-b><Ctrl-K><Ctrl-Y>");
    assert_eq!(app.line(), "we restart the cachE!");
    app.press("<Ctrl-U>");
    assert_eq!(app.line(), "");
}

#[test]
fn esc_keeps_a_half_typed_line_and_offers_it() {
    let mut app = App::new();
    app.press("arestarting the po<Esc>");
    assert!(app.model.layers.is_empty());
    assert_eq!(app.model.kept, Some(("a".into(), "restarting the po".into())));
    // Any way to log offers it, and Tab takes it; nothing is put into a line unasked.
    app.press("a");
    assert_eq!(
        (app.line(), app.model.form().unwrap().offer.as_deref()),
        ("", Some("restarting the po"))
    );
    app.press("<Tab>ol<Enter>");
    assert_eq!(logged(&app), [(EventKind::Action, "restarting the pool".into(), None)]);
    assert_eq!(app.model.kept, None);
    app.press("l");
    assert_eq!((app.line(), app.model.form().unwrap().offer.as_deref()), ("", None));
}

#[test]
fn every_typed_letter_is_kept_on_disk_and_a_sent_line_is_not() {
    let mut app = App::new();
    app.press("lab");
    let kept = app.effects.iter().filter_map(|effect| match effect {
        Effect::KeepDraft(line) => Some(line.clone()),
        _ => None,
    });
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept, ["log\tline\ta", "log\tline\tab"]);
    app.press("<Enter>");
    assert_eq!(app.effects.last(), Some(&Effect::KeepDraft(String::new())));
}

#[test]
fn a_line_of_an_earlier_session_is_offered() {
    let mut app = App::new();
    app.send(Message::Draft("log-action\tline\trestarting".into()));
    assert!(app.said()[0].contains("a offers it again"), "{:?}", app.said());
    app.press("a<Tab> pools<Enter>");
    assert_eq!(logged(&app), [(EventKind::Action, "restarting pools".into(), None)]);
    // Of another step than the timeline's, and of no known form.
    app.send(Message::Draft("add-hypothesis\tstatement\tDNS".into()));
    app.press("H<Tab>");
    assert_eq!(app.line(), "DNS");
    let mut app = App::new();
    app.send(Message::Draft("plain words".into()));
    app.press("l<Tab>");
    assert_eq!(app.line(), "plain words");
}

#[test]
fn a_refused_line_stays_to_be_changed() {
    let mut app = App::new();
    app.refusals.push(Refusal::Invalid("that is too long".into()));
    app.press("lhello<Enter>");
    assert_eq!(app.line(), "hello");
    assert_eq!(app.model.form().unwrap().error.as_deref(), Some("that is too long"));
    app.press("!<Enter>");
    assert_eq!(logged(&app)[0].1, "hello!");
}

#[test]
fn up_and_down_walk_through_what_was_logged() {
    let mut app = App::new();
    app.press("lone<Enter>ltwo<Enter>lthr<Up>");
    assert_eq!(app.line(), "two");
    app.press("<Up><Up>");
    assert_eq!(app.line(), "one");
    app.press("<Down><Down>");
    assert_eq!(app.line(), "thr", "what was being typed is there again");
}

#[test]
fn pasted_words_go_into_the_line() {
    let mut app = App::new();
    app.press("lsaw ").send(Message::Paste("502s\n".into()));
    assert_eq!(app.line(), "saw 502s");
    // Where no line is open, one is opened: a q in it does not quit.
    let mut app = App::new();
    app.send(Message::Paste("q".into()));
    assert_eq!(app.line(), "q");
    assert!(app.effects.iter().all(|effect| *effect != Effect::Quit));
}

#[test]
fn pasted_lines_with_times_are_logged_one_each() {
    let mut app = App::new();
    app.send(Message::Paste(
        "14:01 pager rang\r\n14:03 5xx up\r\n  with a stack\r\n14:04 called lee\r\n".into(),
    ));
    let Some(Layer::Paste(paste)) = app.model.layers.last() else {
        panic!()
    };
    assert_eq!(paste.ways, [crate::app::PasteWay::Each, crate::app::PasteWay::One]);
    assert!(paste.notes[0].contains("4 of 4 lines"), "{:?}", paste.notes);
    app.press("<Enter>");
    let texts: Vec<_> = logged(&app).into_iter().map(|(_, text, at)| (text, at)).collect();
    assert_eq!(
        texts,
        [
            ("pager rang".into(), Some(at("14:01"))),
            ("5xx up\n  with a stack".into(), Some(at("14:03"))),
            ("called lee".into(), Some(at("14:04"))),
        ]
    );
}

#[test]
fn a_pasted_chat_keeps_its_authors_and_may_be_pasted_twice() {
    let mut app = App::new();
    let chat = "[14:01] kim: pager rang\n[14:02] lee: looking";
    app.send(Message::Paste(chat.into())).press("<Enter>");
    let line = |line, kind, who: &str, clock: &str, text: &str| Imported {
        line,
        kind,
        text: text.into(),
        at: Some(at(clock)),
        who: Some(who.into()),
    };
    let lines = vec![
        line(1, EventKind::Alert, "kim", "14:01", "pager rang"),
        line(2, EventKind::Note, "lee", "14:02", "looking"),
    ];
    assert_eq!(app.changes, [Change::ImportLines { lines }]);
    app.refusals
        .push(Refusal::Unchanged("all 2 lines are there already".into()));
    app.send(Message::Paste(chat.into())).press("<Enter>");
    assert_eq!(app.said().last(), Some(&"all 2 lines are there already"));
    // Tab: all of it as one event.
    app.changes.clear();
    app.send(Message::Paste(chat.into())).press("<Tab><Enter>");
    assert_eq!(logged(&app)[0].1, chat.trim_start_matches("[14:01] "));
}

#[test]
fn pasted_lines_without_times_are_one_event_after_a_look() {
    let mut app = App::new();
    app.press("atrace:").send(Message::Paste("panic at a\n  b\n  c".into()));
    app.press("<Enter>");
    assert_eq!(logged(&app).len(), 1);
    assert_eq!(logged(&app)[0].1, "trace: panic at a\n  b\n  c");
    assert_eq!(app.model.kept, None);
    // Esc drops the look, not what was typed before.
    let mut app = App::new();
    app.press("ltyped").send(Message::Paste("x\ny".into()));
    app.press("<Esc>l<Tab>");
    assert_eq!(app.line(), "typed");
}

#[test]
fn times_are_read_in_the_zone_that_is_shown() {
    let mut app = App::new();
    app.model.settings.offset = |_| 3600;
    app.press("Zl15:05 seen<Enter>");
    assert_eq!(logged(&app)[0].2, Some(at("14:05")));
    app.press("l-5m seen<Enter>");
    assert_eq!(logged(&app)[1].2, Some(at("-5m")));
    app.press("l2026-11-20T14:05Z seen<Enter>");
    assert_eq!(logged(&app)[2].2, Some(at("14:05")));
}

#[test]
fn a_pasted_chat_is_seen_with_its_days_and_new_people() {
    let mut app = App::new();
    let chat = "Dana Reyes\n  9:01 AM\nseeing 502s\n\nOmar Tan\n  9:03 AM\nsame here\n9:04\nrolling back\n";
    app.send(Message::Paste(chat.into()));
    let Some(Layer::Paste(paste)) = app.model.layers.last() else {
        panic!()
    };
    assert!(
        paste.notes.iter().any(|note| note == "New here: Dana Reyes, Omar Tan."),
        "{:?}",
        paste.notes
    );
    app.press("<Enter>");
    let Some(Change::ImportLines { lines }) = app.changes.last() else {
        panic!()
    };
    let who: Vec<_> = lines
        .iter()
        .map(|line| line.who.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(who, ["Dana Reyes", "Omar Tan", "Omar Tan"]);
}

#[test]
fn a_pasted_list_of_tasks_goes_to_the_checklist() {
    let mut app = App::new();
    app.send(Message::Paste(
        "- [ ] drain node-3\n- [x] page the DBA\n- [ ] tell support".into(),
    ));
    app.press("<Enter>");
    let texts = vec!["drain node-3".into(), "tell support".into()];
    assert_eq!(
        app.changes,
        [Change::AddItems { texts }],
        "one change, one undo, one event"
    );
    // Tab: into the timeline after all.
    app.changes.clear();
    app.send(Message::Paste("- [ ] drain node-3\n- [ ] tell support".into()));
    app.press("<Tab><Enter>");
    assert_eq!(app.changes.len(), 1);
}

#[test]
fn pieces_of_a_paste_are_looked_at_together() {
    let mut app = App::new();
    app.send(Message::Paste("14:01 kim: one\n14:02 lee: two".into()));
    app.send(Message::Paste("14:03 kim: three".into()));
    let Some(Layer::Paste(paste)) = app.model.layers.last() else {
        panic!()
    };
    assert_eq!(paste.events.len(), 3);
}

#[test]
fn the_hour_that_clocks_show_twice_has_its_zone() {
    let mut app = App::new();
    // They go back from 15:00 to 14:00 at 13:00 UTC.
    app.model.settings.offset = |at| if at < super::at("13:00Z") { 7200 } else { 3600 };
    app.press("Z");
    assert_eq!(app.model.day_clock(at("12:30Z")), "14:30 +02:00");
    assert_eq!(app.model.day_clock(at("13:30Z")), "14:30 +01:00");
    assert_eq!(app.model.day_clock(at("11:30Z")), "13:30");
    assert_eq!(app.model.day_clock(at("14:10Z")), "15:10");
}
