//! What once did something else than was meant, each by the very keys that did it.

use super::*;
use crate::incident::{Inquiry, InquiryKind};

fn inquiry(id: &str, to: &str, text: &str) -> Arc<Inquiry> {
    Arc::new(Inquiry {
        id: id.into(),
        to: to.into(),
        text: text.into(),
        kind: InquiryKind::Task,
        at: noon(),
        by: "kim".into(),
        ..Inquiry::default()
    })
}

/// Someone else logs a line.
fn arrives(app: &mut App, id: &str, text: &str) {
    let (id, text) = (id.to_owned(), text.to_owned());
    app.publish(move |incident| incident.timeline.push(event(&id, "14:29", &text)));
}

fn later(app: &mut App, seconds: u64) {
    app.model.now = app.model.now.plus(std::time::Duration::from_secs(seconds));
}

#[test]
fn a_prefix_stands_before_a_substring_and_an_empty_role_before_a_held_one() {
    let mut app = App::new();
    app.framework("ops");
    app.press("Rcomm");
    let chosen = app.model.choices().unwrap().current().unwrap();
    assert!(chosen.label.starts_with("Comm"), "{chosen:?}");
    // Replacing who holds a role is asked once more.
    app.press("<Esc><Esc>Rincident<Enter>sam<Enter>");
    assert!(app.changes.is_empty());
    let asked = app.model.form().unwrap().error.clone().unwrap();
    assert!(
        asked.contains("kim is incident commander. Enter replaces kim with sam"),
        "{asked}"
    );
    app.press("<Esc>");
    assert!(
        app.model.form().unwrap().confirm.is_none(),
        "Esc takes the question back, not the form"
    );
    app.press("<Enter><Enter>");
    assert_eq!(app.changes.len(), 1);
}

#[test]
fn a_key_asks_the_same_wherever_the_focus_is() {
    for focus in ["1", "2", "3", "4", "5", "6", "3j", "<F2>", "<F6>", "5z"] {
        let mut app = App::new();
        app.press(focus).press("Rincident<Enter>sam<Enter><Enter>");
        assert_eq!(
            app.changes,
            [Change::AssignRole {
                role: "incident_commander".into(),
                who: "sam".into(),
                alongside: false,
            }],
            "from {focus}"
        );
    }
    // What is selected is preset in the first question, and can be seen there.
    let mut app = App::new();
    app.press("3jR");
    let row = &app.model.rows.roles[app.model.cursor(Pane::Roles).selected];
    assert_eq!(app.model.choices().unwrap().current().unwrap().value, row.role);
    // A step that has nothing to offer is last, so that what is typed ahead means the same.
    let mut app = App::new();
    app.publish(|incident| incident.hypotheses.clear());
    app.press("Dddba<Enter>lock waits?<Enter>15m<Enter>");
    let [Change::Ask(asked)] = app.changes.as_slice() else {
        panic!("{:?}", app.changes)
    };
    assert_eq!(asked.within, Some(super::changes::minutes(15)));
}

#[test]
fn a_name_nobody_has_seen_is_asked_once_more() {
    let mut app = App::new();
    app.press("Rscribe<Enter>inc<Enter>");
    assert!(app.changes.is_empty());
    let asked = app.model.form().unwrap().error.clone().unwrap();
    assert!(asked.contains("`inc` is new here. Enter adds this person"), "{asked}");
    app.press("<Ctrl-U>kim<Enter>");
    assert!(matches!(&app.changes[..], [Change::AssignRole { who, .. }] if who == "kim"));
}

#[test]
fn a_filter_is_seen_and_ones_own_new_line_is_shown() {
    let mut app = App::live();
    app.press("/freeze<Enter>&");
    assert_eq!(app.model.search.as_ref().unwrap().matches.len(), 1);
    app.press("lmy own line<Enter>");
    let shown = app.model.search.as_ref().unwrap().matches.len();
    assert_eq!(shown, 2, "what one has just logged is not hidden");
    app.press("<Esc>");
    assert!(!app.model.search.as_ref().is_some_and(|search| search.filter));
}

#[test]
fn keys_mean_ones_own_last_line_whatever_arrives() {
    let mut app = App::live();
    app.press("lkims word against mine<Enter>");
    arrives(&mut app, "ezoe0000", "ZOE NEW");
    app.press("e");
    assert_eq!(app.line(), "kims word against mine");
    app.press("<Esc>x");
    assert_eq!(app.model.form().unwrap().answers[0].shown, "kims word against mine");
    app.press("<Esc>");
    // The line that one has moved to is the one that is meant.
    app.press("gge");
    assert_eq!(app.line(), "5xx ratio 98 %");
}

#[test]
fn an_arrival_does_not_take_the_selection_from_under_a_finger() {
    let mut app = App::new();
    app.press("k");
    let before = app.selected();
    arrives(&mut app, "ezoe0000", "ZOE NEW");
    assert_eq!(app.selected(), before, "a key was pressed just now");
    later(&mut app, 2);
    app.send(Message::Tick);
    assert_eq!(app.selected(), before, "a line one has moved to stays");
    let mut app = App::new();
    app.press("G");
    arrives(&mut app, "ezoe0000", "ZOE NEW");
    assert!(!app.selected().contains("ZOE"));
    later(&mut app, 2);
    app.send(Message::Tick);
    assert!(
        app.selected().contains("ZOE"),
        "the hand rests, and the end is followed again"
    );
}

#[test]
fn a_backdated_line_is_told_and_the_end_is_followed() {
    let mut app = App::live();
    app.press("l-20m pool was full<Enter>");
    let said = app.said().join(" ");
    assert!(said.contains("Logged at 14:10, 20m ago. e edits it."), "{said}");
    app.press("t-18m<Enter>");
    assert!(app.model.follows_newest(), "no line out of sight stays selected");
    app.press("l23:05 yesterday<Enter>");
    let said = app.said().join(" ");
    assert!(said.contains("Thu 19 Nov 23:05"), "{said}");
}

#[test]
fn the_next_step_leaves_the_end_followed() {
    use crate::framework::{Remedy, ReminderView};
    let mut app = App::live();
    app.press("G");
    app.model.derived.reminders = vec![ReminderView {
        id: "root-cause".into(),
        text: "name the root cause".into(),
        remedy: Some(Remedy::SetCause),
    }];
    app.press("wcslow query<Enter>");
    later(&mut app, 30);
    for n in 0..6 {
        arrives(&mut app, &format!("earrive{n}"), &format!("line {n}"));
    }
    assert!(app.selected().contains("line 5"), "{}", app.selected());
}

#[test]
fn a_draft_belongs_to_its_entry_and_is_only_offered() {
    let mut app = App::new();
    app.press("5tevidence for item one<Esc>");
    app.press("jjt");
    assert_eq!((app.line(), app.model.form().unwrap().offer.as_deref()), ("", None));
    app.press("<Esc>kkt");
    assert_eq!(app.line(), "");
    assert_eq!(
        app.model.form().unwrap().offer.as_deref(),
        Some("evidence for item one")
    );
    app.press("<Esc>1l14:05 <Esc>l");
    assert_eq!(app.line(), "", "a time typed and left does not date the next line");
}

#[test]
fn the_note_of_a_resolution_is_kept() {
    let mut app = App::new();
    app.model.derived.gate.ok = true;
    app.refusals.push(Refusal::Rules {
        said: "not yet".into(),
        missing: vec!["soak".into()],
    });
    app.press("rrsite back online<Enter>");
    assert!(matches!(app.model.layers.last(), Some(Layer::Gate(_))));
    app.model.derived.gate.ok = false;
    app.press("fcannot wait<Enter><Enter>");
    assert_eq!(
        app.changes,
        [Change::Resolve {
            force: Some("cannot wait".into()),
            at: None,
            note: Some("site back online".into()),
        }]
    );
}

#[test]
fn ones_own_request_is_at_hand() {
    let mut app = App::new();
    app.publish(|incident| {
        incident.inquiries = vec![
            inquiry("dolder00", "kim", "drain eu-west-1"),
            inquiry("dmine000", "sam", "check DNS"),
        ];
    });
    app.press("Dr<Enter>on it<Enter>");
    assert_eq!(
        app.changes,
        [Change::ReadBack {
            request: "dmine000".into(),
            text: Some("on it".into()),
        }]
    );
    app.changes.clear();
    app.press("Da<Enter>all answer<Enter>");
    assert!(
        matches!(&app.changes[..], [Change::Answer { request, supports: None, .. }] if request == "dmine000"),
        "it is about no hypothesis, so none is asked for: {:?}",
        app.changes
    );
}

#[test]
fn two_commanders_are_told_in_words() {
    let mut app = App::new();
    app.publish(|incident| {
        let second = Role {
            id: "rbbbbbbb".into(),
            who: "lee".into(),
            ..Role::clone(&incident.roles[0])
        };
        incident.roles.push(Arc::new(second));
    });
    let command = app.model.incident().roles[0].role.clone();
    app.model.derived.conflicts = crate::incident::over_role(app.model.incident(), &command)
        .into_iter()
        .collect();
    let names: Vec<&str> = app.model.commanders().iter().map(|role| role.who.as_str()).collect();
    assert_eq!(names, ["kim", "lee"]);
    app.press("4V");
    let asked = app.model.choices().unwrap().current().unwrap();
    assert_eq!(asked.label, "who leads: lee or kim");
    app.press("<Enter>");
    let values = app.screen_choices();
    assert_eq!(values.len(), 3, "each of them, and both: {values:?}");
    app.press("kim<Enter>");
    let assigned = |who: &str, alongside| Change::AssignRole {
        role: command.clone(),
        who: who.into(),
        alongside,
    };
    assert_eq!(app.changes, [assigned("kim", false)]);
    app.changes.clear();
    app.press("4V<Enter>both<Enter>");
    assert_eq!(app.changes, [assigned("lee", true)]);
}

#[test]
fn a_conflict_is_told_by_what_it_is_about() {
    use crate::incident::{Event, EventKind};
    let mut app = App::new();
    app.publish(|incident| {
        let of = |id: &str, subject: &str, from: &str| Event {
            id: id.into(),
            at: noon(),
            by: "sam".into(),
            kind: EventKind::Conflict,
            text: "as merged".into(),
            subject: Some(subject.into()),
            from: Some(from.into()),
            ..Event::default()
        };
        let (role, cause) = (incident.roles[0].id.clone(), incident.hypotheses[0].id.clone());
        let until = of("econflia", &format!("{role}.until"), "2026-11-20T14:20:00.000Z");
        let state = of("econflib", &format!("{cause}.state"), "rejected");
        incident.timeline.extend([Arc::new(until), Arc::new(state)]);
    });
    let said: Vec<String> = app.model.incident().timeline[app.model.incident().timeline.len() - 2..]
        .iter()
        .map(|event| app.model.words_of(event).into_owned())
        .collect();
    assert!(
        said[0].contains(" and someone else replaced ") && said[0].contains(" as incident commander at the same time"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("the state of \"") && said[1].ends_with("sam wrote: rejected"),
        "{said:?}"
    );
    let (role, cause) = (
        &app.model.incident().roles[0].id,
        &app.model.incident().hypotheses[0].id,
    );
    assert!(
        said.iter()
            .all(|said| !said.contains(role.as_str()) && !said.contains(cause.as_str()))
    );
}

#[test]
fn what_was_typed_ahead_for_something_refused_does_nothing() {
    let mut app = App::new();
    // There is nothing to reopen: the rest of the sentence would have named the root cause and quit.
    app.burst("rowcsver\nq");
    assert!(app.changes.is_empty() && app.effects.iter().all(|effect| *effect != Effect::Quit));
    assert!(app.model.layers.is_empty());
    assert_eq!(app.said().last(), Some(&"8 keys typed ahead ignored."));
    later(&mut app, 1);
    app.press("wc");
    assert!(!app.model.layers.is_empty(), "a key pressed after that counts");
}

#[test]
fn what_cannot_be_done_is_refused_before_a_word_is_typed() {
    let mut app = App::new();
    // On a ticked item the evidence is added.
    app.press("5/freeze<Enter><Esc>tseen in the log<Enter>");
    assert_eq!(
        app.changes,
        [Change::NoteItem {
            item: "cbbbbbbb".into(),
            text: "seen in the log".into(),
        }]
    );
    app.changes.clear();
    app.publish(|incident| Arc::make_mut(&mut incident.mitigations[0]).state = MitigationState::Failed);
    for key in ["b", "c", "v", "p"] {
        app.press("4G").press(key);
        assert!(app.model.layers.is_empty(), "{key}");
        assert!(
            app.said()
                .last()
                .unwrap()
                .contains("X sets it back, M proposes another"),
            "{key}: {:?}",
            app.said()
        );
    }
    app.press("rr");
    assert!(
        matches!(app.model.layers.last(), Some(Layer::Gate(_))),
        "no note is asked for in vain"
    );
}

#[test]
fn nothing_is_asked_for_what_the_rules_refuse_anyway() {
    let mut app = App::new();
    app.publish(|incident| {
        incident.severity = "P0".into();
        incident.rev.clear();
    });
    // Carried out before anyone has approved it: the result would be typed in vain.
    app.press("4Gc");
    let Some(Layer::Refused(refused)) = app.model.layers.last() else {
        panic!("{:?}", app.model.layers);
    };
    assert!(
        refused.said.contains("\"roll back v2.34\" may not be carried out"),
        "{}",
        refused.said
    );
    assert!(app.changes.is_empty());
}

#[test]
fn a_line_logged_for_someone_else_is_mine_to_correct() {
    let mut app = App::live();
    app.press("afirst of mine<Enter>");
    later(&mut app, 1);
    app.press("akim: drained eu<Enter>");
    let meant = |app: &App| super::super::log::target(&app.model).map(|event| event.text.clone());
    assert_eq!(
        meant(&app).as_deref(),
        Some("drained eu"),
        "who did it is not who wrote it down"
    );
}

#[test]
fn the_screen_is_drawn_afresh_whatever_is_open() {
    for open in ["", "l", "R", ":", "/", "?", "rg", "<Enter>"] {
        let mut app = App::new();
        app.press(open).press("<Ctrl-L>");
        assert!(app.effects.contains(&Effect::Redraw), "{open}: {:?}", app.effects);
    }
}

#[test]
fn a_key_without_a_meaning_says_so() {
    let mut app = App::new();
    app.press("4G").press("J");
    app.press("_");
    assert_eq!(app.said().last(), Some(&"_ means nothing here; ? lists the keys."));
}

#[test]
fn keys_of_another_layout_work_by_their_place() {
    let mut app = App::new();
    app.press("друсть<Enter>");
    assert!(
        matches!(&app.changes[..], [Change::Log { text, .. }] if text == "русть"),
        "the key for l, then words as they are: {:?}",
        app.changes
    );
    app.press("日");
    assert!(app.said().last().unwrap().contains("means nothing here"));
}

#[test]
fn messages_are_kept_and_a_worry_stays_until_a_key() {
    let mut app = App::new();
    app.send(Message::Say("the remote refused".into(), true));
    later(&mut app, 600);
    app.send(Message::Tick);
    assert!(app.said().contains(&"the remote refused"));
    app.press("j");
    assert!(!app.said().contains(&"the remote refused"));
    assert!(
        app.model
            .message_lines()
            .iter()
            .any(|(_, text)| text == "the remote refused")
    );
}

#[test]
fn the_gate_is_worked_through_where_it_stands() {
    let mut app = App::live();
    // The first condition names a duration, and that has to run before it is ticked.
    app.press("rgj");
    let first = app.model.choices().unwrap().current().unwrap().clone();
    app.press(" ");
    assert!(
        matches!(app.changes.last(), Some(Change::TickItem { item, .. }) if *item == first.value),
        "{:?}",
        app.changes
    );
    let Some(Layer::Gate(gate)) = app.model.layers.last() else {
        panic!()
    };
    assert!(
        gate.choices
            .all
            .iter()
            .any(|choice| choice.value == first.value && choice.current)
    );
    app.press("jtdashboards are green<Enter>");
    assert!(
        matches!(app.changes.last(), Some(Change::TickItem { note: Some(note), .. }) if note == "dashboards are green")
    );
    assert!(matches!(app.model.layers.last(), Some(Layer::Gate(_))));
    // The first one has to hold for some time: Space starts that.
    app.press("<Esc>rgg");
    let first = app.model.choices().unwrap().current().unwrap().clone();
    assert_eq!(first.detail, "Space starts its 15m");
    app.press(" ");
    assert!(
        matches!(app.changes.last(), Some(Change::StartItem { item }) if *item == first.value),
        "{:?}",
        app.changes
    );
    assert_eq!(app.model.choices().unwrap().current().unwrap().detail, "15:00 left");
}

#[test]
fn kind_and_author_are_set_in_a_line_and_after_the_fact() {
    let mut app = App::live();
    app.press("la: kim: restarted the pool<Enter>");
    let last = app.model.incident().timeline.last().cloned().unwrap();
    assert_eq!((last.by.as_str(), last.text.as_str()), ("kim", "restarted the pool"));
    assert_eq!(last.kind, EventKind::Action);
    // A name that nobody knows is words, and so is a mention.
    app.press("lnginx: 502 on all hosts<Enter>");
    assert_eq!(
        app.model.incident().timeline.last().unwrap().text,
        "nginx: 502 on all hosts"
    );
    app.press("l@kim please look<Enter>");
    assert_eq!(app.model.incident().timeline.last().unwrap().by, "sam");
    app.press("mdecision<Enter>");
    let event = app
        .model
        .incident()
        .timeline
        .iter()
        .find(|event| event.text == "@kim please look");
    assert_eq!(event.unwrap().kind, EventKind::Decision, "{:?}", app.said());
    app.effects.clear();
    app.press("Gc");
    assert_eq!(
        app.effects,
        [Effect::CopyText("@kim please look".into())],
        "the words alone"
    );
}

#[test]
fn after_a_tick_the_next_open_item_is_at_hand() {
    let mut app = App::live();
    app.press("5/tell support<Enter><Esc> ");
    assert!(
        matches!(app.changes.last(), Some(Change::TickItem { item, .. }) if item == "caaaaaaa"),
        "{:?}",
        app.changes
    );
    let next = app
        .model
        .item_at(app.model.cursor(Pane::Checklists).selected)
        .cloned()
        .unwrap();
    assert_ne!(next.id, "caaaaaaa");
    assert_eq!(next.state, ItemState::Open);
    app.press("J");
    let after = app
        .model
        .item_at(app.model.cursor(Pane::Checklists).selected)
        .cloned()
        .unwrap();
    assert_ne!(after.id, next.id);
    // Only what one has claimed, on one key.
    app.press("m");
    assert!(app.said().last().unwrap().contains("You have claimed no item"));
    app.press("cm");
    assert_eq!(app.model.search.as_ref().unwrap().matches.len(), 1);
    app.press("m");
    assert!(app.model.search.is_none());
}

#[test]
fn a_double_press_on_an_entry_shows_it_and_does_no_more() {
    let mut app = App::new();
    app.press("k");
    app.send(Message::Key(Key::plain(Code::Enter)));
    app.send(Message::Key(Key::plain(Code::Enter)));
    assert!(
        matches!(app.model.layers[..], [Layer::Detail(_)]),
        "{:?}",
        app.model.layers
    );
    // Once the choices have been seen, Enter takes the one that is selected.
    app.press("<Enter>");
    assert!(
        matches!(app.model.layers[..], [Layer::Form(_)]),
        "{:?}",
        app.model.layers
    );
}

#[test]
fn what_the_record_ticks_says_so_instead_of_being_unticked() {
    let mut app = App::live();
    app.press("A");
    let items = app.model.derived.checklists.iter().flat_map(|list| &list.items);
    let ticked = items
        .filter(|item| item.seen.is_some())
        .map(|item| item.id.clone())
        .next()
        .unwrap();
    let rows = app.model.row_count(Pane::Checklists);
    let row = (0..rows)
        .find(|row| app.model.row_id(Pane::Checklists, *row).as_ref() == Some(&ticked))
        .unwrap();
    app.press("5");
    app.model.cursors[Pane::Checklists as usize].selected = row;
    let before = app.changes.len();
    app.press("<Space>");
    assert_eq!(app.changes.len(), before);
    assert!(
        app.said().last().unwrap().starts_with("It is ticked by the record"),
        "{:?}",
        app.said()
    );
}

#[test]
fn the_time_of_a_task_is_put_off_where_it_stands() {
    let mut app = App::live();
    app.press("Dtkim<Enter>check the pool<Enter>10m<Enter>");
    let id = app.model.incident().inquiries[0].id.clone();
    let rows = app.model.row_count(Pane::Timers);
    let row = (0..rows)
        .find(|row| app.model.row_id(Pane::Timers, *row).as_ref() == Some(&id))
        .unwrap();
    app.press("2");
    app.model.cursors[Pane::Timers as usize].selected = row;
    app.press("p30m<Enter>");
    assert_eq!(
        app.model.incident().inquiries[0].due,
        Some(noon().plus(super::changes::minutes(30))),
        "{:?}",
        app.said()
    );
}
