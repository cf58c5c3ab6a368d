//! Every way to a change, continued: checklists, cause and follow-up, requests, undo; and that no change is forgotten.

use std::collections::BTreeSet;
use std::time::Duration;

use super::changes::minutes;
use super::*;
use crate::incident::{ActionPlan, FactorCategory, Horizon, Inquiry, InquiryKind, Level, Question};

#[test]
fn checklists() {
    let mut app = App::new();
    app.press("5/tell support<Enter><Esc>");
    let item = || "caaaaaaa".to_owned();
    app.gives(
        "<Space>",
        Change::TickItem {
            item: item(),
            note: None,
            again: false,
        },
    );
    app.gives(
        "tseen on the board<Enter>",
        Change::TickItem {
            item: item(),
            note: Some("seen on the board".into()),
            again: false,
        },
    );
    app.gives(
        "ecalled them<Enter>",
        Change::NoteItem {
            item: item(),
            text: "called them".into(),
        },
    );
    app.gives(
        "c",
        Change::ClaimItem {
            item: item(),
            who: None,
        },
    );
    app.gives(
        "hlee<Enter><Enter>",
        Change::ClaimItem {
            item: item(),
            who: Some("lee".into()),
        },
    );
    app.gives(
        "xnot ours<Enter>",
        Change::SkipItem {
            item: item(),
            reason: "not ours".into(),
        },
    );
    app.publish(|incident| Arc::make_mut(&mut incident.checklist[0]).owner = Some("sam".into()));
    app.gives("c", Change::UnclaimItem { item: item() });
    app.gives(
        "j<Space>",
        Change::UntickItem {
            item: "cbbbbbbb".into(),
        },
    );
    app.gives(
        "Ccall vendor<Enter>lee<Enter><Enter>15m<Enter>",
        Change::AddItem {
            text: "call vendor".into(),
            owner: Some("lee".into()),
            within: Some(minutes(15)),
            list: None,
        },
    );
}

#[test]
fn cause_and_follow_up() {
    let mut app = App::new();
    app.gives(
        "wwno index<Enter>",
        Change::AddWhy {
            text: "no index".into(),
        },
    );
    app.gives(
        "wfproc<Enter>no review<Enter>",
        Change::AddFactor {
            category: FactorCategory::Process,
            text: "no review".into(),
        },
    );
    app.gives(
        "wcslow query<Enter>",
        Change::SetCause {
            text: "slow query".into(),
        },
    );
    app.gives(
        "waadd an index<Enter>kim<Enter>14d<Enter>short<Enter>",
        Change::AddAction {
            text: "add an index".into(),
            owner: Some("kim".into()),
            due: Some("2026-12-04".into()),
            horizon: Some(Horizon::Short),
        },
    );
    app.press("wd");
    assert_eq!(app.said().last(), Some(&"There is no action item yet."));
}

#[test]
fn an_action_item_is_planned_in_one_form() {
    let mut app = App::live();
    app.press("waadd an index<Enter>kim<Enter>2026-12-04<Enter>short<Enter>");
    let planned = |app: &App| match app.changes.last() {
        Some(Change::PlanAction { plan, .. }) => (**plan).clone(),
        other => panic!("{other:?}"),
    };
    app.press("wp<Enter><Enter><Enter><Enter>prev<Enter>high<Enter>low<Enter>OPS-17<Enter>a load test<Enter>");
    let plan = planned(&app);
    let words = |plan: &ActionPlan| {
        let level = |level: &Option<Level>| level.as_ref().map(|one| one.as_str().to_owned());
        (
            plan.kind.as_ref().map(|kind| kind.as_str().to_owned()),
            level(&plan.impact),
            level(&plan.effort),
        )
    };
    let word = |word: &str| Some(word.to_owned());
    assert_eq!(words(&plan), (word("prevent"), word("high"), word("low")));
    assert_eq!(
        (plan.ticket.clone(), plan.proof.clone()),
        (word("OPS-17"), word("a load test"))
    );
    assert_eq!(
        (plan.owner, plan.due, plan.horizon),
        (None, None, None),
        "what stands there stays"
    );
    // One thing at a time: the others stay as they are, those that are chosen from a list, too.
    app.press("wp<Enter><Ctrl-U>sam<Ctrl-S>");
    let plan = planned(&app);
    assert_eq!(
        (plan.owner.clone(), words(&plan), plan.ticket.clone()),
        (word("sam"), (None, None, None), None)
    );
    // What is emptied is taken away.
    app.press("wp<Enter><Shift-Tab><Shift-Tab><Shift-Tab><Ctrl-U><Ctrl-S>");
    let plan = planned(&app);
    assert_eq!((plan.ticket, plan.owner, plan.kind), (word(""), None, None));
}

#[test]
fn requests_and_decisions() {
    let mut app = App::new();
    app.press("Da");
    assert_eq!(app.said().last(), Some(&"No request is open."));
    app.gives(
        "Dddatabase team<Enter>lock waits?<Enter>20m<Enter><Enter>",
        Change::Ask(Question {
            kind: InquiryKind::Dispatch,
            to: "database team".into(),
            text: "lock waits?".into(),
            within: Some(Duration::from_secs(1200)),
            hypothesis: None,
            situation: None,
        }),
    );
    app.gives(
        "Dtkim<Enter>drain eu-west-1<Enter>15m<Enter>",
        Change::Ask(Question {
            kind: InquiryKind::Task,
            to: "kim".into(),
            text: "drain eu-west-1".into(),
            within: Some(Duration::from_secs(900)),
            hypothesis: None,
            situation: None,
        }),
    );
    app.publish(|incident| {
        incident.inquiries.push(Arc::new(Inquiry {
            id: "daaaaaaa".into(),
            to: "database team".into(),
            text: "lock waits?".into(),
            ..Inquiry::default()
        }));
    });
    let request = || "daaaaaaa".to_owned();
    app.gives(
        "Dr<Enter>locks on orders<Enter>",
        Change::ReadBack {
            request: request(),
            text: Some("locks on orders".into()),
        },
    );
    app.gives(
        "Da<Enter>none<Enter>",
        Change::Answer {
            request: request(),
            text: "none".into(),
            supports: None,
        },
    );
    app.gives(
        "Dw<Enter>found it<Enter>",
        Change::Withdraw {
            request: request(),
            reason: Some("found it".into()),
        },
    );
    app.gives(
        "DDroll back<Enter>hotfix, scale out<Enter>fastest<Enter><Enter>",
        Change::Decide {
            text: "roll back".into(),
            who: None,
            options: vec!["hotfix".into(), "scale out".into()],
            reason: Some("fastest".into()),
        },
    );
}

#[test]
fn undo_and_redo_and_their_limits() {
    let mut app = App::new();
    app.press("u<Ctrl-R>");
    assert_eq!(app.effects, [Effect::Undo, Effect::Redo]);
    let mut snapshot = Snapshot::clone(&app.model.snapshot);
    (snapshot.revision, snapshot.undoable) = (9, 0);
    app.send(Message::Snapshot(Arc::new(snapshot))).press("u");
    assert_eq!(app.said(), ["There is nothing of yours to undo."]);
}

#[test]
fn a_line_is_redacted_after_one_yes() {
    let mut app = App::new();
    app.press("Lra password<Enter>");
    let choices = app.model.form().unwrap().choices.as_ref().unwrap();
    assert!(
        choices
            .all
            .iter()
            .any(|choice| choice.label.starts_with("redact it in "))
    );
    assert!(app.changes.is_empty(), "asked first");
    app.press("redact<Enter>");
    let [Change::Redact { said, what, reason }] = app.changes.as_slice() else {
        panic!("{:?}", app.changes);
    };
    assert_eq!((said.as_str(), reason.as_deref()), ("eccccccc", Some("a password")));
    assert!(what.iter().any(|spot| spot.entry == "eccccccc" && spot.field == "text"));
    assert!(
        !format!("{what:?}").contains("roll back v2.34"),
        "the words are in no journal"
    );
    let mut app = App::new();
    app.press("Lr<Enter>keep<Enter>");
    assert!(app.changes.is_empty());
}

#[test]
fn nonsense_is_told_where_it_is_typed() {
    let mut app = App::new();
    app.press("Tsoak<Enter>soon<Enter>");
    let error = app.model.form().unwrap().error.clone().unwrap();
    assert!(error.contains("`soon` is not a duration; try 90s"), "{error}");
    app.press("<Ctrl-U>90s<Enter>");
    assert_eq!(
        app.changes,
        [Change::AddTimer {
            label: "soak".into(),
            duration: Duration::from_secs(90),
        }]
    );
    app.press("Rnobody such<Enter>");
    assert!(
        app.model
            .form()
            .unwrap()
            .error
            .as_deref()
            .unwrap()
            .contains("No role matches `nobody such`. Possible: ")
    );
}

#[test]
fn esc_goes_back_one_step_at_a_time() {
    let mut app = App::new();
    app.press("4epool is empty<Enter>aga<Esc>");
    assert_eq!(app.line(), "pool is empty", "the step before, as it was");
    app.press("!<Enter>for<Enter>");
    assert_eq!(
        app.changes,
        [Change::AddEvidence {
            hypothesis: "haaaaaaa".into(),
            text: "pool is empty!".into(),
            supports: Some(true),
        }]
    );
    app.press("epool<Esc>");
    assert!(app.model.layers.is_empty());
}

/// Changes that only verbs make so far.
const ONLY_BY_VERB: [&str; 3] = ["Correct", "Remove", "Restore"];

/// Changes that no person asks for by key: what undo and permit make of others, and an item that is done by its ticket.
const NOT_BY_KEY: [&str; 8] = [
    "Undo",
    "Named",
    "GrantMitigation",
    "Import",
    "RetractImport",
    "Dated",
    "FinishAction",
    "TickAcknowledging",
];

#[test]
fn every_change_is_reached_by_some_action() {
    let mut seen = BTreeSet::new();
    for file in [
        include_str!("../log.rs"),
        include_str!("../conflicts.rs"),
        include_str!("../paste.rs"),
        include_str!("../lifecycle.rs"),
        include_str!("../team.rs"),
        include_str!("../requests.rs"),
        include_str!("../board.rs"),
        include_str!("../checklist.rs"),
        include_str!("../timers.rs"),
        include_str!("../analysis.rs"),
        include_str!("../books.rs"),
    ] {
        for part in file.split("Change::").skip(1) {
            let end = part.find(|c: char| !c.is_alphanumeric()).unwrap_or(part.len());
            seen.insert(part[..end].to_owned());
        }
    }
    let source = include_str!("../../incident/change.rs");
    let body = source
        .split("pub enum Change {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    let variants = body.lines().filter_map(|line| line.strip_prefix("    "));
    let variants = variants.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    for variant in variants {
        let end = variant.find(|c: char| !c.is_alphanumeric()).unwrap_or(variant.len());
        let name = &variant[..end];
        assert!(
            seen.contains(name) || NOT_BY_KEY.contains(&name) || ONLY_BY_VERB.contains(&name),
            "no action makes {name}"
        );
    }
}
