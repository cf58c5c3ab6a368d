//! Command on one page, and read back.

use super::*;

#[test]
fn command_is_handed_over_from_its_page_and_read_back_by_whoever_takes_it() {
    let mut app = App::live();
    app.press("O");
    let Some(Layer::Detail(detail)) = app.model.layers.last() else {
        panic!("{:?}", app.said())
    };
    let labels: Vec<&str> = detail.lines.iter().map(|(label, _)| label.as_str()).collect();
    for part in ["how bad", "to do", "if it gets worse", "people"] {
        assert!(labels.contains(&part), "{part} in {labels:?}");
    }
    let offered: Vec<&str> = detail.choices.all.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(
        offered,
        ["Hand a role over", "Read the handover back", "Copy the handover"]
    );
    // The first hands command over: a name is all that it asks for.
    app.press("<Enter>ann<Enter><Enter>");
    assert!(
        matches!(app.changes.last(), Some(Change::HandoffRole { role, to }) if role == "incident_commander" && to == "ann"),
        "{:?} {:?}",
        app.changes,
        app.said()
    );
    app.changes.clear();
    app.model.me = "ann".into();
    // What differs is shown, and nothing is taken.
    app.press("KbP3<Enter>nothing<Enter>bake a cake<Enter>");
    assert_eq!(app.changes, []);
    let Some(Layer::Form(form)) = app.model.layers.last() else {
        panic!()
    };
    let why = form.error.clone().unwrap_or_default();
    assert!(why.contains("severity is") && why.contains("not P3"), "{why}");
    // The same once more is taken, with what differs in the line.
    app.press("<Enter>");
    let [Change::AcceptRole { .. }, Change::Log { text, .. }] = &app.changes[..] else {
        panic!("{:?}", app.changes)
    };
    assert!(text.starts_with("read back the handover from kim: P3"), "{text}");
    assert!(text.contains("(differs: severity is"), "{text}");
}

#[test]
fn the_page_is_copied_whole() {
    let mut app = App::new();
    app.press("O<Down><Down><Enter>");
    let copied = app.effects.iter().find_map(|effect| match effect {
        Effect::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.unwrap_or_default().starts_with("HANDOVER"), "{:?}", app.effects);
}

#[test]
fn a_role_is_offered_to_all_but_its_holder() {
    let mut app = App::new();
    app.press("3");
    let rows = 0..app.model.row_count(Pane::Roles);
    let held = rows
        .clone()
        .find(|row| app.model.rows.roles[*row].holder.is_some())
        .unwrap();
    app.model.cursors[Pane::Roles as usize].selected = held;
    app.press("h");
    let offered = app.screen_choices();
    assert!(
        !offered.is_empty() && !offered.iter().any(|one| one.starts_with("kim")),
        "{offered:?}"
    );
}
