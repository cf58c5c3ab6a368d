//! Every message of every framework for one worked incident, as files to be read; the fields that the sources ask for; and a story in
//! which no message is false at any moment.

use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::incident::{EventKind, Proposal};

fn log(kind: EventKind, text: &str) -> Change {
    Change::Log {
        kind,
        text: text.into(),
        at: None,
        pin: false,
    }
}

fn set(field: &str, value: &str) -> Change {
    Change::SetField {
        field: field.into(),
        value: value.into(),
    }
}

/// What people find out in the first quarter of an hour.
fn investigated(story: &mut Story) {
    for (field, value) in [
        ("summary", "Cards are declined for two of five customers."),
        ("impact.users", "40 % of customers"),
        ("impact.revenue", "5,000 USD a minute"),
        ("impact.symptoms", "Paying by card fails"),
        ("impact.workaround", "Pay by bank transfer"),
        ("fields.action-needed", "none"),
    ] {
        // Each framework has fields of its own; what it has no field for is a gap in its messages.
        let taken = story.change("14:10", set(field, value));
        assert!(taken.is_ok() || field.starts_with("impact."), "{field}: {taken:?}");
    }
    story.done("14:12", log(EventKind::Finding, "The connection pool is full"));
    story.done(
        "14:13",
        Change::AddHypothesis {
            statement: "A query without an index holds the connections".into(),
            owner: Some("lee".into()),
            likelihood: None,
            takes: None,
        },
    );
    story.done("14:15", log(EventKind::Action, "Doubled the connection pool"));
}

fn mitigate(story: &mut Story, at: &str) -> String {
    story.done(
        at,
        Change::ProposeMitigation(Proposal {
            text: "Roll back v2.34".into(),
            rollback: Some("Deploy v2.34 again".into()),
            verification: Some("Declined cards under 1 %".into()),
            ..Proposal::default()
        }),
    );
    let id = story.incident.mitigations.last().unwrap().id.clone();
    // Who approves has its own tests.
    let number = story.number + 1;
    story.number = number;
    let start = request(
        number,
        "sam",
        time(at),
        Change::StartMitigation { mitigation: id.clone() },
    );
    let newest = newest(&story.incident);
    story.incident = apply_under(&story.framework.classes, &story.incident, &unchecked(&start), newest)
        .unwrap()
        .0;
    id
}

fn end(story: &mut Story, at: &str, mitigation: &str, change: Change) {
    for change in [
        Change::FinishMitigation {
            mitigation: mitigation.into(),
            result: None,
        },
        change,
    ] {
        let number = story.number + 1;
        story.number = number;
        let request = request(number, "sam", time(at), change);
        let newest = newest(&story.incident);
        story.incident = apply_under(&story.framework.classes, &story.incident, &unchecked(&request), newest)
            .unwrap()
            .0;
    }
}

fn verified(mitigation: &str) -> Change {
    Change::VerifyMitigation {
        mitigation: mitigation.into(),
        result: Some("0.4 % declined".into()),
    }
}

fn audiences(story: &Story) -> Vec<String> {
    story.framework.audiences.iter().map(|one| one.id.clone()).collect()
}

/// A message, whole, for the file.
fn written(out: &mut String, to: &str, draft: &Draft) {
    let _ = writeln!(out, "\n### {to}, {} ({})\n", draft.stage, draft.template);
    if let Some(subject) = &draft.subject {
        let _ = writeln!(out, "subject: {subject}");
    }
    if let Some(short) = &draft.short {
        let _ = writeln!(out, "short ({}): {short}", short.chars().count());
    }
    let _ = writeln!(out, "\n{}", draft.text);
    for gap in &draft.gaps {
        let _ = writeln!(out, "missing: {} ({})", gap.what, gap.fill);
    }
}

fn round(out: &mut String, story: &Story, at: &str, what: &str) {
    let _ = writeln!(out, "\n## {at} {what}");
    for audience in audiences(story) {
        if let Some(draft) = story.draft(at, &audience) {
            written(out, &audience, &draft);
        }
    }
}

fn tell_all(story: &mut Story, at: &str, words: &str) {
    for audience in audiences(story) {
        story.send(at, &audience, words).unwrap();
    }
}

/// `WARROOM_GOLDEN=write cargo test --lib golden` writes them anew.
#[test]
fn every_message_of_a_worked_incident_reads_as_it_should() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        let mut out = format!("# The messages of {name}: one worked incident\n");
        round(&mut out, &story, "14:06", "declared");
        tell_all(&mut story, "14:07", "We are looking into it. Next update by 14:20 UTC.");
        investigated(&mut story);
        round(
            &mut out,
            &story,
            "14:25",
            "investigated, after a promise that was not kept",
        );
        tell_all(&mut story, "14:26", "The pool is full. Next update by 14:50 UTC.");
        round(&mut out, &story, "14:40", "nothing new");
        let mitigation = mitigate(&mut story, "14:41");
        round(&mut out, &story, "14:45", "a mitigation is under way");
        end(&mut story, "14:50", &mitigation, verified(&mitigation));
        story.done(
            "14:55",
            Change::SetCause {
                text: "A query without an index".into(),
            },
        );
        story.status("15:05", Class::Resolved);
        round(&mut out, &story, "15:06", "resolved");
        let _ = writeln!(out, "\n# Every template at that moment");
        for template in &story.framework.templates {
            let wanted = Wanted {
                audience: template.audience.as_deref().unwrap_or("internal"),
                template: Some(&template.id),
                ..Wanted::default()
            };
            written(&mut out, &template.id, &story.wanted("15:06", wanted).unwrap());
        }
        tell_all(&mut story, "15:07", "It is over.");
        story.done(
            "15:30",
            Change::Reopen {
                reason: "It is back".into(),
            },
        );
        round(&mut out, &story, "15:31", "opened again");
        let mut alarm = Story::new(name, &["checkout"]);
        alarm.status("14:30", Class::Cancelled);
        round(&mut out, &alarm, "14:31", "another one, a false alarm");

        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/messages/{name}.md"));
        if std::env::var("WARROOM_GOLDEN").is_ok_and(|word| word == "write") {
            std::fs::write(&path, &out).unwrap();
        }
        let known = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            known == out,
            "{name}: WARROOM_GOLDEN=write cargo test --lib golden, and look at the difference"
        );
    }
}

#[test]
fn every_field_that_a_source_asks_for_is_in_its_template() {
    let table = include_str!("../../../tests/data/message-fields.tsv");
    let mut rows = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let [name, id, fields, source] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let framework = Framework::builtin(name).unwrap();
        let text = Framework::source(name).unwrap();
        let known = framework.templates.iter().any(|one| one.id == id);
        assert!(known, "{name} has no template {id} ({source})");
        let text = &text[text.find("\ntemplates:").unwrap()..];
        let start = text
            .find(&format!("\n- id: {id}\n  "))
            .unwrap_or_else(|| panic!("{name} {id}"));
        let after = &text[start + 1..];
        let end = after.find("\n- id: ").unwrap_or(after.len());
        for field in fields.split(',') {
            let there = ["}", "|"]
                .iter()
                .any(|end_of| after[..end].contains(&format!("{{{field}{end_of}")));
            assert!(there, "{name} {id} ({source}) has no {{{field}}}");
        }
        rows += 1;
    }
    assert!(rows >= 25, "{rows}");
}

/// Words that would be false then.
const OVER: [&str; 6] = [
    "is resolved",
    "resolved at",
    "[resolved]",
    "has been resolved",
    "no incident",
    "stand down",
];
const GOES_ON: [&str; 8] = [
    "next update by",
    "investigating.",
    "we are investigating",
    "experiencing issues",
    "unresolved",
    "working on a fix",
    "we are on it",
    "still failing",
];
const WORKED: [&str; 4] = [
    "the fix works",
    "has worked",
    "verified: roll back",
    "fixed by roll back",
];

/// Nothing that is said to anybody may be false now.
fn nothing_is_false(story: &Story, at: &str, moment: &str, wrong: &[&str]) {
    for audience in audiences(story) {
        let Some(draft) = story.draft(at, &audience) else {
            continue;
        };
        let subject = draft.subject.clone().unwrap_or_default();
        let short = draft.short.clone().unwrap_or_default();
        let all = format!("{subject}\n{short}\n{}", draft.text).to_lowercase();
        for words in wrong {
            assert!(
                !all.contains(words),
                "{}: {moment}, {audience}: `{words}` in\n{all}",
                story.framework.name
            );
        }
        if story.incident.drill {
            for text in [&draft.text].into_iter().chain(&draft.subject).chain(&draft.short) {
                assert!(text.contains("DRILL"), "{audience}: {text}");
            }
        }
    }
}

#[test]
fn no_message_is_false_at_any_moment_of_a_story() {
    for name in Framework::names() {
        let mut story = Story::new(name, &["checkout"]);
        let mut moments = 0;
        let mut check = |story: &Story, at: &str, moment: &str, wrong: &[&str]| {
            moments += 1;
            nothing_is_false(story, at, moment, wrong);
        };
        let early = [&OVER[..], &WORKED].concat();
        let severity = std::mem::take(&mut story.incident.severity);
        check(&story, "14:05", "before a severity", &early);
        story.incident.severity = severity;
        check(&story, "14:06", "declared", &early);
        tell_all(&mut story, "14:07", "We are on it. Next update by 14:30 UTC.");
        check(&story, "14:08", "told once", &early);
        investigated(&mut story);
        check(&story, "14:16", "investigated", &early);
        check(
            &story,
            "14:29",
            "just before the promise",
            &[&early[..], &["late."]].concat(),
        );
        check(
            &story,
            "14:40",
            "after the promise",
            &[&early[..], &["we promised this update by"]].concat(),
        );
        tell_all(&mut story, "14:41", "More soon. Next update by 15:00 UTC.");
        check(&story, "14:42", "told again", &early);
        let first = mitigate(&mut story, "14:43");
        check(&story, "14:44", "a mitigation is under way", &early);
        end(
            &mut story,
            "14:50",
            &first,
            Change::FailMitigation {
                mitigation: first.clone(),
                result: Some("still declined".into()),
                recheck: None,
            },
        );
        check(
            &story,
            "14:51",
            "it has failed",
            &[&early[..], &["mitigation in progress"]].concat(),
        );
        tell_all(
            &mut story,
            "14:52",
            "The first fix did not help. Next update by 15:10 UTC.",
        );
        check(&story, "14:55", "nothing new since", &early);
        let second = mitigate(&mut story, "14:56");
        check(&story, "14:57", "another is under way", &early);
        end(&mut story, "15:00", &second, verified(&second));
        check(&story, "15:01", "it has worked", &OVER);
        story.status("15:05", Class::Resolved);
        check(&story, "15:06", "resolved", &GOES_ON);
        tell_all(&mut story, "15:07", "It is over.");
        check(&story, "15:20", "resolved and told", &GOES_ON);
        let mut drill = Story::new(name, &["checkout"]);
        drill.incident.drill = true;
        check(&drill, "14:06", "a drill", &early);
        drill.status("14:30", Class::Resolved);
        check(&drill, "14:31", "a drill that is over", &GOES_ON);
        story.done(
            "15:30",
            Change::Reopen {
                reason: "It is back".into(),
            },
        );
        check(&story, "15:31", "opened again", &OVER);
        tell_all(&mut story, "15:32", "It came back.");
        check(&story, "15:33", "opened again and told", &OVER);
        let mut alarm = Story::new(name, &["checkout"]);
        alarm.status("14:20", Class::Cancelled);
        check(&alarm, "14:21", "a false alarm that no one was told of", &GOES_ON);
        let mut told = Story::new(name, &["checkout"]);
        tell_all(&mut told, "14:07", "We are on it. Next update by 14:30 UTC.");
        told.status("14:20", Class::Cancelled);
        check(&told, "14:45", "a false alarm after a promise", &GOES_ON);
        assert!(moments >= 20, "{moments}");
    }
}

#[test]
fn a_promise_is_a_timer_beside_the_cadence_until_it_is_kept() {
    let mut story = Story::new("war-room", &["checkout"]);
    let timer = |story: &Story, at: &str| {
        let derived = story.framework.derive(&story.incident, time(at));
        derived.timers.into_iter().find(|timer| timer.id == "promise.support")
    };
    assert!(timer(&story, "14:06").is_none());
    story
        .send("14:07", "support", "We look into it. Next update by 14:30 UTC.")
        .unwrap();
    let runs = timer(&story, "14:10").unwrap();
    assert_eq!((runs.due, runs.remaining_s), (Some(time("14:30")), 1200));
    assert_eq!(runs.state, crate::framework::TimerPhase::Running);
    assert_eq!(timer(&story, "14:29").unwrap().state, crate::framework::TimerPhase::Due);
    assert_eq!(
        timer(&story, "14:32").unwrap().state,
        crate::framework::TimerPhase::Overdue
    );
    let refused = story.change(
        "14:32",
        Change::SnoozeTimer {
            timer: "promise.support".into(),
            duration: std::time::Duration::from_secs(600),
        },
    );
    assert!(refused.unwrap_err().to_string().contains("send an update"));
    // The support template does not say it; the draft begins with it.
    let draft = story.draft("14:32", "support").unwrap();
    assert!(
        draft
            .text
            .starts_with("This update was promised by 14:30 UTC and is 2 minutes late."),
        "{}",
        draft.text
    );
    story
        .send("14:35", "support", "It is the database. Next update by 15:00 UTC.")
        .unwrap();
    assert_eq!(timer(&story, "14:36").unwrap().due, Some(time("15:00")));
    story.send("14:50", "support", "Nearly there.").unwrap();
    assert!(timer(&story, "14:51").is_none(), "nothing is promised any more");
    let history = story.framework.timer_history(&story.incident, time("15:30"));
    let kept: Vec<_> = history.iter().filter(|one| one.id == "promise.support").collect();
    let outcomes: Vec<_> = kept.iter().map(|one| (one.outcome, one.late_s)).collect();
    use crate::framework::TimerOutcome as T;
    assert_eq!(outcomes, [(T::MetLate, 300), (T::Met, 0)]);
    // One whose time was never kept is missed once the incident is closed.
    story.send("15:31", "support", "Next update by 15:40 UTC.").unwrap();
    let overdue = story.framework.timer_history(&story.incident, time("16:00"));
    assert!(
        overdue
            .iter()
            .any(|one| one.id == "promise.support" && one.outcome == T::Overdue)
    );
}
