//! The timeline's filters by their keys: kind, person, pinned, mine, words, combined.

use super::*;

/// Lines of two people, of several kinds; those of the console among them.
fn app() -> App {
    let mut app = App::live();
    app.publish(|incident| {
        let line = |id: &str, clock: &str, by: &str, kind: EventKind, pinned: bool| {
            Arc::new(Event {
                by: by.into(),
                kind,
                pinned,
                ..(*event(id, clock, &format!("line of {id}"))).clone()
            })
        };
        incident.timeline = vec![
            line("eaaaaaaa", "14:01", "kim", EventKind::Decision, false),
            line("ebbbbbbb", "14:02", "sam", EventKind::Decision, true),
            line("eccccccc", "14:03", "kim", EventKind::Checklist, false),
            line("eddddddd", "14:04", "kim", EventKind::Checklist, false),
            line("eeeeeeee", "14:05", "lee", EventKind::Finding, true),
        ];
    });
    app
}

fn shown(app: &App) -> Vec<String> {
    let model = &app.model;
    let rows = (0..model.row_count(Pane::Timeline)).filter(|row| !model.hidden(Pane::Timeline, *row));
    rows.filter_map(|row| model.event_at(row))
        .map(|event| event.id.clone())
        .collect()
}

#[test]
fn filters_are_chosen_with_counts_and_combined() {
    let mut app = app();
    app.press("F");
    let all = &app.model.choices().unwrap().all;
    let count = |label: &str| {
        all.iter()
            .find(|choice| choice.label == label)
            .map(|choice| choice.detail.clone())
    };
    assert_eq!(count("kind: decision").as_deref(), Some("2"));
    assert_eq!(count("by: kim").as_deref(), Some("3"));
    assert_eq!(count("mine").as_deref(), Some("1"));
    assert_eq!(count("pinned").as_deref(), Some("2"));
    app.press("decision<Enter>");
    assert_eq!(shown(&app), ["eaaaaaaa", "ebbbbbbb"]);
    // Another kind widens it, a person narrows it down.
    app.press("finding<Enter>");
    assert_eq!(shown(&app), ["eaaaaaaa", "ebbbbbbb", "eeeeeeee"]);
    app.press("pinned<Enter>");
    assert_eq!(shown(&app), ["ebbbbbbb", "eeeeeeee"]);
    app.press("lee<Enter>");
    assert_eq!(shown(&app), ["eeeeeeee"]);
    assert_eq!(
        app.model.search.as_ref().unwrap().said(),
        "decision or finding, lee, pinned"
    );
    // Chosen again, it is taken out; and Esc shows all.
    app.press("lee<Enter><Esc>");
    assert_eq!(shown(&app), ["ebbbbbbb", "eeeeeeee"]);
    app.press("<Esc>");
    assert!(app.model.search.is_none());
}

#[test]
fn what_the_console_wrote_is_filtered_line_by_line() {
    let mut app = app();
    assert!(
        app.model
            .rows
            .timeline
            .iter()
            .any(|row| matches!(row, TimelineRow::Folded(..)))
    );
    app.press("Fkim<Enter><Esc>");
    assert_eq!(shown(&app), ["eaaaaaaa", "eccccccc", "eddddddd"]);
    app.press("<Esc>");
    assert!(
        app.model
            .rows
            .timeline
            .iter()
            .any(|row| matches!(row, TimelineRow::Folded(..)))
    );
}

#[test]
fn words_are_searched_within_a_filter_which_stays() {
    let mut app = app();
    app.press("Fmine<Enter><Esc>/line<Enter>");
    assert_eq!(shown(&app), ["ebbbbbbb"]);
    assert_eq!(app.model.search.as_ref().unwrap().said(), "mine, line");
    app.press("/nowhere<Esc>");
    assert_eq!(shown(&app), ["ebbbbbbb"], "the filter it was searched under stays");
    // What one logs now is one's own, and shown; another pane leaves the filter.
    app.press("lmy new line<Enter>");
    assert_eq!(shown(&app).len(), 2);
    app.press("2");
    assert!(app.model.search.is_none());
}

#[test]
fn what_its_author_undid_at_once_is_no_part_of_the_story() {
    let mut app = App::new();
    let undone = |id: &str, by: &str, seconds: u64| {
        let mut line = (*event(id, "14:10", id)).clone();
        line.retracted = Some("undone".into());
        let at = line.at.plus(std::time::Duration::from_secs(seconds));
        line.rev
            .insert("retracted".into(), crate::incident::stamp::Stamp::new(at, by));
        Arc::new(line)
    };
    let said = |id: &str, of: &str| {
        let mut line = (*event(id, "14:11", &format!("undone: {of}"))).clone();
        line.kind = EventKind::Field;
        line.subject = Some(format!("{of}.retracted").into());
        Arc::new(line)
    };
    let author = event("e", "14:10", "").by.clone();
    app.publish(|incident| {
        incident.timeline.extend([
            undone("typo", &author, 20),
            undone("late", &author, 200),
            undone("other", "someone", 20),
            said("x1", "typo"),
            said("x2", "late"),
        ]);
    });
    let shown = |app: &App| -> Vec<String> {
        let rows = 0..app.model.row_count(Pane::Timeline);
        rows.filter_map(|row| app.model.row_id(Pane::Timeline, row)).collect()
    };
    let story = shown(&app);
    for (id, is_shown) in [
        ("typo", false),
        ("x1", false),
        ("late", true),
        ("other", true),
        ("x2", true),
    ] {
        assert_eq!(story.contains(&id.to_owned()), is_shown, "{id} in {story:?}");
    }
    app.press(".");
    assert!(["typo", "x1"].iter().all(|id| shown(&app).contains(&(*id).to_owned())));
}
