//! Small files that would take minutes to read, at every door that reads YAML: each is refused at once, and the verb goes on.

use std::time::{Duration, Instant};

use crate::harness::Repo;

/// Texts of less than a megabyte, each a map.
fn bombs() -> Vec<(&'static str, String)> {
    let list = |word: &str, times: usize| word.repeat(times);
    vec![
        ("open brackets", format!("a: {}\n", list("{a: ", 100_000))),
        (
            "brackets in brackets",
            format!("a: {}1{}\n", list("[x, ", 50_000), list("]", 50_000)),
        ),
        (
            "aliases of a long list",
            format!("a: &a [{}]\nb: [{}]\n", list("1,", 100_000), list("*a,", 50_000)),
        ),
        (
            "aliases of a map",
            format!("a: &a {{b: [{}]}}\nb: {{{}}}\n", list("1,", 1000), {
                let keys: Vec<String> = (0..40_000).map(|key| format!("k{key}: *a")).collect();
                keys.join(", ")
            }),
        ),
    ]
}

#[test]
fn no_small_file_keeps_a_verb_waiting() {
    // What such a file costs without a guard is minutes, and gigabytes.
    const BOUND: Duration = Duration::from_secs(120);
    let doors: [(&str, &[&str]); 6] = [
        (".warroom/config.yaml", &["list"]),
        (".warroom/contacts.yaml", &["contacts", "lint"]),
        (".warroom/hooks.yaml", &["hook", "lint"]),
        (".warroom/frameworks/own.yaml", &["framework", "lint"]),
        ("runbooks/own.md", &["runbook", "lint", "runbooks/own.md"]),
        ("incidents/INC-2026-0009/incident.yaml", &["validate"]),
    ];
    for (what, bomb) in bombs() {
        let repo = Repo::new();
        let id = repo.declare("Checkout failing", "P1");
        for (door, call) in doors {
            let text = match door {
                "runbooks/own.md" => format!("---\n{bomb}---\n# Own\n\n1. Do it\n"),
                "incidents/INC-2026-0009/incident.yaml" => format!("warroom: 1\nid: INC-2026-0009\n{bomb}"),
                _ => bomb.clone(),
            };
            repo.write(door, text);
            let began = Instant::now();
            let ran = repo.warroom(call).run();
            assert!(ran.code.is_some_and(|code| code < 100), "{what} {door}: {ran:?}");
            assert!(began.elapsed() < BOUND, "{what} {door}: {:?}", began.elapsed());
        }
        repo.write(repo.config().join("config.yaml"), &bomb);
        repo.write(repo.config().join("keymap.yaml"), &bomb);
        let began = Instant::now();
        for call in [&["log", "going on"][..], &["show"]] {
            let ran = repo.warroom(["-i", &id]).args(call).run();
            assert_eq!(ran.code, Some(0), "{what}: {ran:?}");
        }
        assert!(began.elapsed() < BOUND, "{what}: {:?}", began.elapsed());
    }
}

/// Of very many unknown keys the first are told, in time.
#[test]
fn very_many_unknown_keys_cost_no_more_than_reading_them() {
    const BOUND: Duration = Duration::from_secs(120);
    let many = (0..12_000).fold(String::new(), |many, key| many + &format!("key{key}: 1\n"));
    let doors: [(&str, &[&str]); 4] = [
        (".warroom/config.yaml", &["doctor", "--offline"]),
        (".warroom/contacts.yaml", &["contacts", "lint"]),
        (".warroom/hooks.yaml", &["hook", "lint"]),
        (".warroom/frameworks/own.yaml", &["framework", "lint"]),
    ];
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    for (door, call) in doors {
        repo.write(door, &many);
        let began = Instant::now();
        let ran = repo.warroom(call).run();
        let said = ran.stdout.clone() + &ran.stderr;
        assert!(began.elapsed() < BOUND, "{door}: {:?}", began.elapsed());
        assert!(said.contains("key0") && said.contains("more"), "{door}: {said}");
        assert!(said.lines().count() <= 201, "{door}: {} lines", said.lines().count());
    }
    let began = Instant::now();
    repo.warroom(["log", "going on"]).run();
    assert!(began.elapsed() < BOUND, "{:?}", began.elapsed());
}

/// A day of a robot: what looks at each event once looks at no other for it.
#[test]
fn very_many_events_are_reviewed_and_redacted_in_time() {
    const BOUND: Duration = Duration::from_secs(120);
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let file = repo.file(&id);
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, end) = text.split_at(text.rfind("# end of").unwrap());
    let many = (0..50_000).fold(String::new(), |many, event| {
        let letters: String = format!("{event:07}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        many + &format!(
            "- id: e{letters}\n  at: 2026-11-20T14:05:00.{:03}Z\n  by: robot\n  kind: note\n  text: probe {event} failed\n",
            event % 1000
        )
    });
    repo.write(&file, format!("{before}{many}{end}"));
    // One in ten holds the words.
    for call in [&["postmortem", "--output", "-"][..], &["redact", "--words", "7 failed"]] {
        let began = Instant::now();
        repo.warroom(call).ok();
        assert!(began.elapsed() < BOUND, "{call:?}: {:?}", began.elapsed());
    }
}
