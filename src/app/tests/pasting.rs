//! What is pasted without a word of the terminal about it, and what a paste leaves open until it is known.

use super::*;
use crate::framework::calendar::Zone;

/// Keys that came at once.
fn at_once(app: &mut App, text: &str) {
    let key = |c| Key::plain(if c == '\n' { Code::Enter } else { Code::Char(c) });
    for message in app.model.meant(text.chars().map(key).collect()) {
        app.send(message);
    }
}

#[test]
fn a_line_that_came_at_once_runs_no_command() {
    for line in ["x: first pasted line", "quit smoking", "rr it is over", "sev two"] {
        for open in ["", "5", "<F6>", "?", "I"] {
            let mut app = App::new();
            app.press(open);
            let before = app.effects.len();
            at_once(&mut app, &format!("{line}\n"));
            let left = app.effects[before..].contains(&Effect::Quit);
            assert!(app.changes.is_empty() && !left, "{open} {line}");
        }
        let mut app = App::new();
        at_once(&mut app, &format!("{line}\n"));
        assert_eq!(app.line(), line, "it is seen before it is logged");
        app.press("<Enter>");
        assert!(matches!(&app.changes[..], [Change::Log { .. }]), "{:?}", app.changes);
    }
}

#[test]
fn what_is_typed_ahead_on_a_bad_line_is_taken_as_it_was_typed() {
    let mut app = App::new();
    app.press("l");
    at_once(&mut app, "rolled back v2.34\n");
    assert!(
        matches!(&app.changes[..], [Change::Log { text, .. }] if text == "rolled back v2.34"),
        "{:?}",
        app.changes
    );
    app.press("R");
    at_once(&mut app, "scribe\n");
    assert_eq!(app.model.form().unwrap().at, 1, "the role is picked");
    // The palette runs what is in it only by an Enter of its own.
    let mut app = App::new();
    app.press(":");
    at_once(&mut app, "acknowledge\n");
    assert!(app.changes.is_empty());
    assert_eq!(app.line(), "acknowledge");
}

#[test]
fn the_zone_that_a_paste_names_is_looked_up_before_it_is_logged() {
    let mut app = App::new();
    app.send(Message::Paste(
        "All times in Europe/Berlin\n15:03 one\n15:05 two".into(),
    ));
    let name = "Europe/Berlin".to_owned();
    assert_eq!(app.effects, [Effect::FindZone(name.clone())]);
    app.press("<Enter>");
    assert!(app.changes.is_empty(), "its times are not known yet");
    let hour_ahead = tz::TimeZone::fixed(3600).unwrap();
    app.send(Message::Zone(
        name.clone(),
        Some(Zone::new("Europe/Berlin", hour_ahead)),
    ));
    app.press("<Enter>");
    let [Change::ImportLines { lines }] = app.changes.as_slice() else {
        panic!("{:?}", app.changes)
    };
    assert_eq!(
        lines.iter().map(|line| line.at).collect::<Vec<_>>(),
        [Some(at("14:03")), Some(at("14:05"))]
    );
    // It is known from then on; and a zone that this machine does not know is told.
    app.effects.clear();
    app.send(Message::Paste(
        "All times in Europe/Berlin\n15:03 three\n15:05 four".into(),
    ));
    assert!(app.effects.is_empty());
    app.press("<Esc>")
        .send(Message::Paste("All times Mars/Base\n14:03 one\n14:05 two".into()));
    app.send(Message::Zone("Mars/Base".into(), None));
    let Some(Layer::Paste(paste)) = app.model.layers.last() else {
        panic!()
    };
    assert!(
        paste
            .notes
            .iter()
            .any(|note| note.contains("`Mars/Base` is not known here")),
        "{:?}",
        paste.notes
    );
}

#[test]
fn a_word_that_several_zones_use_is_told_and_turned() {
    let mut app = App::new();
    app.send(Message::Paste("14:03 IST kim: one\n14:05 IST lee: two".into()));
    let times = |app: &App| match app.model.layers.last() {
        Some(Layer::Paste(paste)) => {
            let said = paste.notes.iter().find(|note| note.starts_with("IST was taken as"));
            (paste.events[0].at.unwrap().hm(), said.cloned().unwrap_or_default())
        }
        other => panic!("{other:?}"),
    };
    let (first, said) = times(&app);
    assert_eq!(first, "08:33");
    assert!(said.contains("India, UTC+5:30; Ireland"), "{said}");
    app.press("z");
    let (second, said) = times(&app);
    assert_eq!(second, "13:03");
    assert!(said.contains("Ireland, UTC+1"), "{said}");
    // Where one sits in one of them, that is what is meant.
    let mut app = App::new();
    app.model.settings.offset = |_| 7200;
    app.press("Z")
        .send(Message::Paste("14:03 IST kim: one\n14:05 IST lee: two".into()));
    assert_eq!(times(&app).0, "12:03");
}

#[test]
fn words_that_came_at_once_with_the_key_before_them_are_held_and_read_either_way() {
    let mut app = App::new();
    at_once(&mut app, "lrestarted the pool\n");
    assert_eq!(app.line(), "lrestarted the pool");
    let asked = |app: &App| app.model.form().and_then(|form| form.error.clone());
    assert_eq!(
        asked(&app).unwrap(),
        "A paste? Enter logs it, Tab drops the l, Esc leaves."
    );
    // An Enter that comes with them, in the next piece, is none of a hand's.
    app.send(Message::Key(Key::plain(Code::Enter)));
    assert!(app.changes.is_empty());
    app.press("<Tab>");
    assert_eq!(asked(&app), None, "it is answered");
    app.press("<Enter>");
    assert!(
        matches!(&app.changes[..], [Change::Log { text, .. }] if text == "restarted the pool"),
        "{:?}",
        app.changes
    );
    // As a paste it stays whole, and another key means its own kind of line.
    let mut app = App::new();
    at_once(&mut app, "lost the primary\n");
    app.press("<Enter>");
    assert!(matches!(&app.changes[..], [Change::Log { text, .. }] if text == "lost the primary"));
    let mut app = App::new();
    at_once(&mut app, "dfreeze all deploys\n");
    app.press("<Tab><Enter>");
    assert!(
        matches!(&app.changes[..], [Change::Log { text, kind: EventKind::Decision, .. }] if text == "freeze all deploys"),
        "{:?}",
        app.changes
    );
    // What is no key of a line is offered one way only, and Tab changes the kind as ever.
    let mut app = App::new();
    at_once(&mut app, "quit smoking\n");
    assert_eq!(
        asked(&app).unwrap(),
        "Pasted as a line to log: Enter logs it, Esc leaves it."
    );
    app.press("<Esc>");
    assert!(app.model.layers.is_empty(), "one Esc leaves it");
    // What comes at once behind it is a line of its own: both are looked at, and nothing is logged yet.
    let mut app = App::new();
    at_once(&mut app, "lpool is full\n");
    at_once(&mut app, "lsecond thing\n");
    assert!(app.changes.is_empty());
    app.press("<Enter>");
    assert!(
        matches!(&app.changes[..], [Change::Log { text, .. }] if text == "lpool is full\nlsecond thing"),
        "{:?}",
        app.changes
    );
    // A line that was changed since is the person's own.
    let mut app = App::new();
    at_once(&mut app, "lost it\n");
    app.press(" again<Tab>");
    assert_eq!(app.line(), "lost it again");
}
