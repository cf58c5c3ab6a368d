//! One worked incident in each framework: its document whole, every field of its source, and the same again after edits.

use std::sync::Arc;

use super::write::Wanted;
use super::*;
use crate::document;
use crate::framework::Framework;
use crate::recall::Case;

fn case(name: &str) -> (Case, Arc<Framework>) {
    let text = include_str!("../../tests/data/review/incident.yaml");
    let mut incident = (**document::Document::parse(text).unwrap().incident()).clone();
    let framework = Framework::builtin(name).unwrap();
    incident.framework = framework.name.clone();
    incident.severity = framework.severities[0].id.clone();
    (
        Case::new("INC-2026-0042".into(), Arc::new(incident), Some(Arc::clone(&framework))),
        framework,
    )
}

fn made(name: &str) -> Made {
    let (case, framework) = case(name);
    make(&case, &framework, &Template::shipped(name))
}

/// Without what hangs on the figures of the framework's timers, which have tables of their own.
fn without_timers(text: &str) -> String {
    let of_timers = ["> - met late", "> - overdue", "due:", "facts:"];
    let kept = text
        .lines()
        .filter(|line| !of_timers.iter().any(|begin| line.starts_with(begin)));
    kept.fold(String::new(), |text, line| text + line + "\n")
}

/// `WARROOM_GOLDEN=write cargo test --lib review` writes them anew.
#[test]
fn the_documents_of_the_five_frameworks_are_those_that_are_kept() {
    for name in Framework::names() {
        let whole = made(name).document.text();
        let text = without_timers(&whole);
        let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/review/{name}.md"));
        if std::env::var("WARROOM_GOLDEN").is_ok_and(|word| word == "write") {
            std::fs::write(&place, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&place).unwrap_or_default();
        assert!(
            kept == text,
            "{name}: WARROOM_GOLDEN=write cargo test --lib review, and look at the difference"
        );
        assert_eq!(whole, made(name).document.text());
    }
}

#[test]
fn every_field_of_its_source_stands_in_its_section() {
    let mut seen = 0;
    for row in include_str!("../../tests/data/review/fields.tsv")
        .lines()
        .filter(|row| !row.starts_with('#'))
    {
        let cells: Vec<&str> = row.split('\t').collect();
        let [framework, source, section, field] = cells.try_into().unwrap();
        let document = made(framework).document;
        let body = match section {
            "head" => document.sections[0].body.clone(),
            mark => document
                .section(mark)
                .unwrap_or_else(|| panic!("{framework} {source}: no section {mark}"))
                .body
                .clone(),
        };
        assert!(
            body.contains(field),
            "{framework} {source}: `{field}` is not in {section}:\n{body}"
        );
        seen += 1;
    }
    assert!(seen > 130, "{seen}");
}

#[test]
fn judgement_is_asked_with_its_evidence_and_nothing_is_invented() {
    let document = made("war-room").document;
    let discussion = &document.section("discussion").unwrap().body;
    for fact in [
        "resolved over the gate by kim: the soak was cut short by the CTO",
        "skipped: Customers told: no time",
        "conflict: severity",
    ] {
        assert!(discussion.contains(fact), "{discussion}");
    }
    assert!(
        discussion.contains("‹What made it harder than it had to be?›"),
        "{discussion}"
    );
    let timeline = &document.section("timeline").unwrap().body;
    assert!(
        timeline.contains("pool at 100 % \\| all waiting `e3aaaaaa`"),
        "{timeline}"
    );
    assert!(!timeline.contains("bookkeeping"), "{timeline}");
    let cause = &document.section("cause").unwrap().body;
    assert!(cause.contains("rejected: the payment provider is down"), "{cause}");
    assert!(cause.contains("against: their status page is green"), "{cause}");
    // A time that is not known stays unknown.
    let (mut case, framework) = case("essentials");
    let incident = Arc::make_mut(&mut case.incident);
    (incident.started, incident.mitigated) = (None, None);
    let text = make(&case, &framework, &Template::shipped("essentials"))
        .document
        .text();
    assert!(text.contains("**Started**: unknown"), "{text}");
}

#[test]
fn written_again_it_keeps_what_people_edited_and_locks_when_reviewed() {
    let (mut case, framework) = case("ops");
    let template = Template::shipped("ops");
    let first = make(&case, &framework, &template);
    let once = write(&first, &case, &Wanted::default());
    assert!(once.changed && once.progress.judgement > 3);
    let again = write(
        &first,
        &case,
        &Wanted {
            file: Some(&once.text),
            base: Some(&once.base),
            ..Wanted::default()
        },
    );
    assert!(!again.changed && again.says.is_empty(), "{:?}", again.says);
    assert_eq!(again.text, once.text);
    let edited = once
        .text
        .replace(
            "‹What should the team take away?›",
            "Test the error paths, says kim, who forgot them.",
        )
        .replace("owner: kim", "owner: lee");
    Arc::make_mut(&mut case.incident).cause = Some("A leak in v2.34".into());
    let second = make(&case, &framework, &template);
    let wanted = Wanted {
        file: Some(&edited),
        base: Some(&once.base),
        ..Wanted::default()
    };
    let merged = write(&second, &case, &wanted);
    assert!(merged.text.contains("Test the error paths") && merged.text.contains("A leak in v2.34"));
    assert!(merged.text.contains("owner: lee"));
    assert_eq!(
        merged.says,
        ["Root Cause brought up to date", "Lessons Learned kept as edited"]
    );
    assert_eq!(merged.hints.len(), 1, "{:?}", merged.hints);
    let reviewed = merged.text.replace("status: draft", "status: reviewed");
    Arc::make_mut(&mut case.incident).cause = Some("Another cause".into());
    let third = make(&case, &framework, &template);
    let locked = |force| {
        let wanted = Wanted {
            file: Some(&reviewed),
            base: Some(&merged.base),
            force,
            ..Wanted::default()
        };
        write(&third, &case, &wanted)
    };
    let kept = locked(false);
    assert!(!kept.changed && kept.facts_changed && kept.text == reviewed);
    assert!(locked(true).text.contains("Another cause"));
}

#[test]
fn people_outside_read_what_was_sent_and_no_name() {
    let (mut case, framework) = case("war-room");
    let fields = &mut Arc::make_mut(&mut case.incident).fields;
    fields.insert("public-summary".into(), "Sam rolled the release back".into());
    fields.insert("facilitator".into(), "lee".into());
    let made = make(&case, &framework, &Template::shipped(template::PUBLIC)).outside(&case, &framework);
    let text = made.document.text();
    assert!(text.contains("an engineer rolled the release back"), "{text}");
    assert!(text.contains("the incident commander and a team are on it"), "{text}");
    for inside in ["pool", "v2.34", "sam", "lee "] {
        assert!(!text.contains(inside), "{inside}: {text}");
    }
}

#[test]
fn hostile_words_break_no_section_and_no_table() {
    let (case, framework) = case("itil");
    let sections = |case: &Case| {
        let document = make(case, &framework, &Template::shipped("itil")).document;
        document
            .sections
            .iter()
            .map(|one| one.key().to_owned())
            .collect::<Vec<_>>()
    };
    let plain = sections(&case);
    for text in crate::escape::tests::hostile() {
        let mut case = case.clone();
        let incident = Arc::make_mut(&mut case.incident);
        incident.title = text.clone();
        incident.summary = Some(text.clone());
        incident.cause = Some(format!("{text}\n## Not a section <!-- warroom:cause -->"));
        incident
            .fields
            .insert("lucky".into(), format!("{text}\n## x\n{text}").into());
        for event in &mut incident.timeline {
            Arc::make_mut(event).text = format!("{text}\n```\n## y");
        }
        for factor in &mut incident.factors {
            Arc::make_mut(factor).text = format!("{text}```");
        }
        assert_eq!(sections(&case), plain, "{text:?}");
    }
}
