//! Scenes that the snapshots show: an incident in some state, and what was pressed.

use std::sync::Arc;

use super::fixture::{at, console, derived, incident, now, snapshot, under_way};
use super::{press, pressed};
use crate::app::{Key, Layer, Message, Model, Pane, Refused, Toast, Tone, update};
use crate::document::{Invalid, Quarantined};
use crate::framework::{Derived, ReminderView, TimerPhase};
use crate::incident::{EventKind, Incident, Inquiry};
use crate::session::{FileState, Saving};

pub(super) fn invalid(width: u16, height: u16) -> Model {
    let mut snapshot = snapshot(incident());
    snapshot.file = FileState::Invalid(Invalid {
        problem: "mapping values are not allowed here".into(),
        line: 12,
        column: 17,
        excerpt: "  severity: SEV1: really".into(),
        remedy: "Correct the line in the file; it is taken back as soon as it can be read.".into(),
        torn: false,
        newer_schema: None,
    });
    snapshot.saving = Saving::Failed(2, "the file is invalid".into());
    snapshot.quarantined = Arc::from([Quarantined {
        section: "timeline".into(),
        line: 88,
        problem: "`at` is no instant".into(),
        excerpt: "- id: e5k2\n  at: yesterday".into(),
    }]);
    console(snapshot, derived(), width, height)
}

pub(super) fn new_incident(width: u16, height: u16) -> Model {
    let blank = Incident {
        warroom: 1,
        id: "INC-2026-0043".into(),
        title: "Search is slow".into(),
        status: "declared".into(),
        ..Incident::default()
    };
    let nothing = Derived {
        severity: String::new(),
        status: "declared".into(),
        elapsed_s: 4,
        timers: Vec::new(),
        checklists: Vec::new(),
        required_roles: Vec::new(),
        ..derived()
    };
    console(snapshot(blank), nothing, width, height)
}

pub(super) fn resolved(width: u16, height: u16) -> Model {
    let mut incident = incident();
    incident.status = "resolved".into();
    incident.resolved = Some(crate::incident::Moment {
        at: at("14:33:00"),
        by: "sam".into(),
        ..Default::default()
    });
    let mut derived = derived();
    derived.status = "resolved".into();
    derived.elapsed_s = 2_100;
    derived
        .timers
        .retain(|timer| timer.state != TimerPhase::Overdue && timer.state != TimerPhase::Due);
    console(snapshot(incident), derived, width, height)
}

/// Two things are asked of people, one of them late.
pub(super) fn asked(width: u16, height: u16) -> Model {
    let mut incident = incident();
    for (id, to, text, due) in [
        (
            "daaaaaaa",
            "database administrator",
            "Are there lock waits on orders?",
            "14:50:00",
        ),
        ("dbbbbbbb", "lee", "Drain eu-west-1", "14:20:00"),
    ] {
        incident.inquiries.push(Arc::new(Inquiry {
            id: id.into(),
            to: to.into(),
            text: text.into(),
            due: Some(at(due)),
            at: at("14:10:00"),
            by: "sam".into(),
            ..Inquiry::default()
        }));
    }
    let mut model = console(snapshot(incident), derived(), width, height);
    model.focus = Pane::Decisions;
    model
}

/// A usual failing shows; typing goes before it.
pub(super) fn reminded(width: u16, height: u16) -> Model {
    let mut derived = derived();
    derived.reminders.push(ReminderView {
        id: "no-commander".into(),
        text: "nobody is incident commander; one person has to decide".into(),
        remedy: Some("role assign incident_commander NAME".into()),
    });
    console(snapshot(incident()), derived, width, height)
}

/// Names and words that attack the screen.
pub(super) fn nasty(width: u16, height: u16) -> Model {
    let mut incident = incident();
    incident.title = "\u{1b}[31mred\u{1b}[0m \u{202e}txet desrever\u{202c} 日本語のタイトル \u{7}bell".into();
    incident.status = "mitigating\n\n".into();
    let words = [
        "日本語のログ行は幅が二倍です、行を壊してはいけません。折り返しも正しく",
        "👩\u{200d}🔧 fixed it ❤\u{fe0f} 👍🏽 and 🇩🇪 is back",
        "שלום עולם, كل شيء على ما يرام",
        "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301} zalgo Z\u{334}\u{335}\u{336}\u{337}algo",
        "\u{1b}]0;owned\u{7}\u{9b}2J tab\there cr\rthere",
        "averyveryverylongwordwithoutanyblanksinitthatgoesonandonandonandonandonandonandonandonandon",
        "",
        "   leading and trailing   ",
        "zero\u{200b}width\u{feff} and soft\u{ad}hyphen",
    ];
    for (event, words) in incident.timeline.iter_mut().rev().zip(words) {
        let event = Arc::make_mut(event);
        event.text = words.into();
        event.by = "Ünïcödé 名前 \u{1b}[1m".into();
        event.retracted = None;
    }
    Arc::make_mut(&mut incident.hypotheses[0]).statement = "原因はプールの枯渇だと思われます \u{202e}kcab".into();
    Arc::make_mut(&mut incident.roles[1]).who = "リー\u{7}".into();
    let mut derived = derived();
    derived.status.clone_from(&incident.status);
    derived.timers[0].label = "役員への更新 \u{1b}[5mblink".into();
    derived.checklists[1].items[0].text = "選択肢を選び、その理由を書く\tand more".into();
    console(snapshot(incident), derived, width, height)
}

pub(super) fn refused(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    model.layers.push(Layer::Refused(Refused {
        title: "Resolve".into(),
        said: "SEV1 is resolved only after 30 minutes without a relapse and with its symptom verified as gone.".into(),
        missing: model.derived.gate.missing.clone(),
        instead: None,
        scroll: 0,
    }));
    model
}

pub(super) fn toasts(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    let said = [
        ("logged: rolled back v2.34", Tone::Good),
        ("kim changed the severity to SEV1", Tone::Info),
        ("executive update: time is up", Tone::Warning),
    ];
    for (text, tone) in said {
        model.toasts.push(Toast {
            text: text.into(),
            tone,
            until: now().plus(std::time::Duration::from_secs(5)),
        });
    }
    model
}

/// A story over midnight with every kind of line, times in a zone two hours ahead.
pub(super) fn two_days(width: u16, height: u16) -> Model {
    let mut incident = incident();
    let first = at("20:10:00");
    let kinds = EventKind::KNOWN
        .iter()
        .filter(|kind| !EventKind::LOGGABLE.iter().any(|own| own.as_str() == **kind));
    let kinds = kinds.copied().chain(["something-of-tomorrow"]);
    let event = |(index, kind): (usize, &str)| {
        Arc::new(crate::incident::Event {
            id: format!("ez{index:06}"),
            at: first.plus(std::time::Duration::from_secs(900 * index as u64)),
            by: "sam".into(),
            kind: EventKind::from(kind),
            text: format!("what a line of kind {kind} says"),
            ..Default::default()
        })
    };
    incident.timeline = kinds.enumerate().map(event).collect();
    let mut model = console(snapshot(incident), derived(), width, height);
    update(&mut model, now(), Message::Key(Key::parse("Z").unwrap()));
    model.toasts.clear();
    model.settings.offset = |_| 7_200;
    press(&mut model, "ZZ");
    model.toasts.clear();
    model
}

/// The picker of severities, with their criteria.
pub(super) fn criteria(width: u16, height: u16) -> Model {
    let mut model = pressed(width, height, "R");
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        panic!("no form")
    };
    form.title = "Change the severity".into();
    let choices = form.choices.as_mut().unwrap();
    let criteria = [
        (
            "SEV1 critical",
            "complete outage, or a risk of losing data: everybody is called, executives are told at once, and nobody asks first whether the alert is right",
        ),
        (
            "SEV2 major",
            "more than half of the users cannot do something that matters",
        ),
        ("SEV3 minor", "less than half of the users; there is a way around it"),
        ("SEV4 cosmetic", "not offered by this framework"),
    ];
    for (choice, (label, detail)) in choices.all.iter_mut().zip(criteria) {
        choice.label = label.into();
        choice.detail = detail.into();
        choice.current = label.starts_with("SEV1");
        choice.enabled = !label.starts_with("SEV4");
    }
    form.error = Some("why is it lowered? a reason is needed".into());
    model
}

/// Two updates were sent.
pub(super) fn told(width: u16, height: u16) -> Model {
    let mut incident = incident();
    for (id, audience, clock, text) in [
        (
            "uaaaaaaa",
            "internal",
            "14:12:00",
            "We roll back v2.34 in eu-west-1; next update in 30 minutes.",
        ),
        (
            "ubbbbbbb",
            "support",
            "14:20:00",
            "Card payments in the EU fail for two of five customers.\nTell them that nobody is charged twice.",
        ),
    ] {
        incident.communications.push(Arc::new(crate::incident::Communication {
            id: id.into(),
            audience: audience.into(),
            at: at(clock),
            by: "sam".into(),
            text: text.into(),
            ..Default::default()
        }));
    }
    let mut model = console(snapshot(incident), derived(), width, height);
    press(&mut model, "<F3>");
    model
}

/// What was learned.
pub(super) fn reviewed(width: u16, height: u16) -> Model {
    let mut incident = incident();
    incident.cause = Some("A query without an index, let through by a review without a plan".into());
    for (id, text) in [
        ("waaaaaaa", "the pool was exhausted"),
        ("wbbbbbbb", "each query held its connection for 30 s"),
        ("wccccccc", "the new query reads the whole table"),
    ] {
        incident.whys.push(Arc::new(crate::incident::Why {
            id: id.into(),
            text: text.into(),
            at: at("15:10:00"),
            by: "lee".into(),
            ..Default::default()
        }));
    }
    for (id, category, text) in [
        ("faaaaaaa", "process", "no one looks at query plans in review"),
        ("fbbbbbbb", "technology", "the pool has no limit a query"),
    ] {
        incident.factors.push(Arc::new(crate::incident::Factor {
            id: id.into(),
            category: category.into(),
            text: text.into(),
            at: at("15:12:00"),
            by: "kim".into(),
            retracted: None,
            rev: Default::default(),
            extra: Default::default(),
        }));
    }
    for (id, text, owner) in [
        ("aaaaaaaa", "Look at query plans in review", Some("lee")),
        ("abbbbbbb", "Bound the pool", None),
    ] {
        incident.actions.push(Arc::new(crate::incident::ActionItem {
            id: id.into(),
            text: text.into(),
            owner: owner.map(str::to_owned),
            due: owner.map(|_| "2026-12-01".into()),
            at: at("15:15:00"),
            by: "sam".into(),
            ..Default::default()
        }));
    }
    let mut model = console(snapshot(incident), derived(), width, height);
    press(&mut model, "<F5>");
    model
}

/// Several incidents.
pub(super) fn board(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    let entry = |id: &str, title: &str, severity: &str, status: &str, over: bool| crate::app::BoardEntry {
        id: id.into(),
        title: title.into(),
        severity: severity.into(),
        status: status.into(),
        commander: (!over).then(|| "sam".into()),
        declared: Some(at("14:05:02")),
        over,
        drill: false,
        events: 24,
        newest: Some("latency p95 back to 220 ms in eu-west-1".into()),
        rank: 1,
        next: (!over).then(|| ("executive update".into(), at("14:49:00"))),
        unread: if over { 0 } else { 7 },
    };
    let entries = [
        entry(
            "INC-2026-0042",
            "Checkout failing for EU cards",
            "SEV1",
            "mitigating",
            false,
        ),
        crate::app::BoardEntry {
            commander: None,
            ..entry(
                "INC-2026-0043",
                "Search is slow for everyone in the APAC region",
                "",
                "declared",
                false,
            )
        },
        entry(
            "INC-2026-0041",
            "Certificate of the status page expired",
            "SEV3",
            "closed",
            true,
        ),
    ];
    update(&mut model, now(), Message::Board(Arc::from(entries)));
    press(&mut model, "<F6>");
    model
}

/// A chat that was pasted.
pub(super) fn pasted(width: u16, height: u16) -> Model {
    let mut model = under_way(width, height);
    let text = "14:20 kim: rolled back one host\n14:22 lee: errors fall\nto a tenth of what they were\n14:25 kim: going on with the others";
    update(&mut model, now(), Message::Paste(text.into()));
    model
}
