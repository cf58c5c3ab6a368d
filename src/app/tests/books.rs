//! The screen of runbooks: found, attached, followed one step at a time; commands copied with what their placeholders stand for.

use super::*;
use crate::runbook::Day;
use crate::runbook::fresh::Use;
use crate::runbook::library::Library;
use crate::runbook::matching::Facts;

const PODS: &str = "---\ntitle: Pods restart\nservices: [checkout]\n---\n# Pods restart\n\n## Diagnosis\n\n1. Look at the pods.\n\n   \
    ```console\n   $ kubectl -n <namespace> get pods -l app=<app>\n   NAME   READY\n   ```\n\n2. Log in with `mysql -p<password>`.\n\n\
    ## Mitigation\n\n3. Restart it.\n\n   ```bash\n   kubectl -n <namespace> \\\n     rollout restart deployment/<app>\n   ```\n\n\
    ## Verification\n\n4. No pod restarts for ten minutes.\n\n## Way back\n\nUndo the rollout.\n";

fn library(app: &App, used: &[Use]) -> Arc<Library> {
    let own = vec![
        ("pods".to_owned(), Ok(PODS.to_owned())),
        ("torn".to_owned(), Err("it is a folder".to_owned())),
    ];
    let facts = Facts::of(app.model.incident());
    Arc::new(Library::of(own, None).for_incident(&facts, used, Day::parse("2026-11-20").unwrap()))
}

/// A console on the screen, the team's runbook selected.
fn on_pods() -> App {
    let mut app = App::live();
    app.publish(|incident| {
        incident
            .impact
            .insert("services".into(), serde_json::json!(["checkout"]));
    });
    app.press("<F4>");
    assert_eq!(app.effects.pop(), Some(Effect::ReadRunbooks));
    let used = Use {
        incident: "INC-1".into(),
        runbook: "pods".into(),
        at: at("13:00"),
        by: "kim".into(),
        verdict: Some(crate::incident::Verdict::Misled),
    };
    let library = library(&app, &[used]);
    app.send(Message::Library(library));
    app.press("g");
    app
}

fn shown(app: &App, pane: Pane) -> String {
    let rows = app.model.rows.text(pane);
    let lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}\n", row.text(), row.tail.0))
        .collect();
    lines.concat()
}

fn copied(app: &App) -> Vec<&str> {
    let copied = app.effects.iter().filter_map(|effect| match effect {
        Effect::CopyText(text) => Some(text.as_str()),
        _ => None,
    });
    copied.collect()
}

/// Moves to the row with these words in the pane in focus.
fn to(app: &mut App, words: &str) {
    app.press("g");
    for _ in 0..80 {
        if app.selected().contains(words) {
            return;
        }
        app.press("j");
    }
    panic!("no row has {words}: {}", shown(app, app.model.focus));
}

#[test]
fn those_that_fit_stand_first_with_reason_use_and_what_is_stale() {
    let app = on_pods();
    let list = shown(&app, Pane::Runbooks);
    assert!(list.starts_with("Pods restart \nservice checkout \n"), "{list}");
    assert!(
        list.contains("used in 1 incident, misled in 1; stale: misled on 2026-11-20, not reviewed since"),
        "{list}"
    );
    assert!(list.contains("torn cannot be read: it is a folder"), "{list}");
    assert!(list.contains("Disk is full"), "those that ship, too: {list}");
    assert!(shown(&app, Pane::Runbook).contains("Look at the pods."));
}

#[test]
fn one_key_attaches_and_one_copies_what_is_filled_in_and_asked_once() {
    let mut app = on_pods();
    app.press("a");
    assert!(
        matches!(&app.changes[..], [Change::AttachRunbook(book)] if book.runbook == "pods" && book.steps.len() == 4),
        "{:?}",
        app.changes
    );
    assert!(shown(&app, Pane::Runbooks).starts_with("Pods restart attached 0/4\n"));
    app.press("2");
    to(&mut app, "get pods");
    app.changes.clear();
    // The service is known, the namespace is asked for: once.
    app.press("y");
    assert!(copied(&app).is_empty());
    app.press("shop;x<Enter>");
    assert_eq!(
        app.changes,
        [Change::SetField {
            field: "fields.namespace".into(),
            value: "shop;x".into()
        }]
    );
    assert_eq!(
        copied(&app),
        ["kubectl -n 'shop;x' get pods -l app=checkout"],
        "no prompt, no output, quoted"
    );
    to(&mut app, "rollout restart");
    app.press("y");
    let last = copied(&app).pop().unwrap_or_default().to_owned();
    assert!(
        last.contains("-n 'shop;x'") && last.ends_with("rollout restart deployment/checkout"),
        "{last}"
    );
    assert!(
        app.said()
            .iter()
            .any(|said| said.starts_with("Copied: kubectl -n 'shop;x'")),
        "{:?}",
        app.said()
    );
    // A secret is written nowhere.
    to(&mut app, "Log in with");
    app.changes.clear();
    app.press("yhunter2<Enter>");
    assert_eq!(app.changes, []);
    assert_eq!(copied(&app).pop(), Some("mysql -phunter2"));
}

#[test]
fn one_step_at_a_time_goes_on_where_another_stopped() {
    let mut app = on_pods();
    app.press("am2");
    let step = shown(&app, Pane::Runbook);
    assert!(step.contains("Step 1 of 4 Diagnosis"), "{step}");
    assert!(
        step.contains("$ kubectl -n <namespace> get pods -l app=checkout"),
        "{step}"
    );
    assert!(step.contains("y asks for <namespace>"), "{step}");
    assert!(step.contains("If this does not work Way back"), "{step}");
    assert!(!step.contains("Undo the rollout"), "folded: {step}");
    app.press("v");
    assert!(shown(&app, Pane::Runbook).contains("Undo the rollout"));
    let row = app
        .model
        .row_id(Pane::Runbook, app.model.cursor(Pane::Runbook).selected);
    assert_eq!(row.as_deref(), Some("otherwise"), "where it can be read");
    app.press("v");
    // Ticked here, from its command, and left out there: what was left out stays visible with its reason.
    to(&mut app, "get pods -l");
    app.press("<Space>");
    assert!(
        shown(&app, Pane::Runbook).contains("Step 2 of 4"),
        "{}",
        shown(&app, Pane::Runbook)
    );
    to(&mut app, "Log in with");
    app.press("xno access<Enter>");
    let step = shown(&app, Pane::Runbook);
    assert!(
        step.contains("Step 3 of 4 Mitigation") && step.contains("Then check: No pod restarts"),
        "{step}"
    );
    assert!(step.contains("Done so far") && step.contains("no access"), "{step}");
    app.publish(|incident| {
        let all = &mut incident.checklist;
        let place = all.iter().position(|item| item.text == "Restart it.").unwrap();
        let mut item = Item::clone(&all[place]);
        item.state = ItemState::Done;
        item.who = Some("kim".into());
        all[place] = Arc::new(item);
    });
    assert!(
        shown(&app, Pane::Runbook).contains("Step 4 of 4"),
        "kim has done the third"
    );
    app.press("m");
    assert!(
        shown(&app, Pane::Runbook).contains("NAME   READY"),
        "the whole text again"
    );
}

#[test]
fn what_to_do_where_it_does_not_work_is_gone_to_in_the_whole_text() {
    let mut app = on_pods();
    app.press("v");
    assert!(app.selected().contains("Undo the rollout"), "{}", app.selected());
    assert_eq!(app.model.focus, Pane::Runbook);
}

#[test]
fn a_key_of_the_runbooks_means_what_it_means_anywhere_on_other_screens() {
    let mut app = on_pods();
    app.press("<F1>a");
    assert!(matches!(app.model.layers.last(), Some(Layer::Form(form)) if form.action == Action::LogAction));
}

#[test]
fn they_are_read_again_while_they_are_shown_and_the_incident_changes() {
    let mut app = on_pods();
    app.effects.clear();
    app.publish(|incident| incident.title = "Something else".into());
    let now = app.model.now;
    app.send_at(now.plus(std::time::Duration::from_secs(3)), Message::Tick);
    assert!(!app.effects.contains(&Effect::ReadRunbooks));
    app.send_at(now.plus(std::time::Duration::from_secs(11)), Message::Tick);
    assert!(app.effects.contains(&Effect::ReadRunbooks));
}
