//! What people bring: imports that are one change, command output, and who is who.

use serde_json::Value;

use crate::harness::Repo;

const FIVE: &str = "14:03:01 app: connection refused\n14:03:01 app: connection refused\n14:03:01 app: connection refused\n14:04 same here\n14:04 same here\n";

fn started() -> Repo {
    let mut repo = Repo::new();
    repo.at("2026-11-20T14:30:00.000Z");
    repo.declare("Checkout failing", "P1");
    repo
}

/// The events that stand, without what the console wrote.
fn lines(repo: &Repo) -> Vec<String> {
    let shown = repo.show();
    let events = shown["timeline"].as_array().unwrap();
    let stands = events.iter().filter(|event| {
        event["retracted"].is_null() && !["declared", "field", "role"].contains(&event["kind"].as_str().unwrap())
    });
    stands
        .map(|event| {
            let text = |key: &str| event[key].as_str().unwrap().to_owned();
            format!("{} {} {}", &text("at")[11..19], text("by"), text("text"))
        })
        .collect()
}

fn import(repo: &Repo, text: &str, options: &[&str]) -> Value {
    let run = repo.warroom(["--json", "log", "import"]);
    run.args(options).stdin(text).json()
}

#[test]
fn what_was_said_twice_is_kept_twice_and_an_import_again_adds_nothing() {
    let repo = started();
    let first = import(&repo, FIVE, &[]);
    assert_eq!(first["events"].as_array().unwrap().len(), 5, "{first}");
    let held = lines(&repo);
    assert_eq!(held.len(), 5, "{held:?}");
    let again = import(&repo, FIVE, &[]);
    assert_eq!(
        (
            again["events"].as_array().unwrap().len(),
            &again["already"],
            &again["changed"]
        ),
        (0, &Value::from(5), &Value::from(false)),
        "{again}"
    );
    assert_eq!(lines(&repo), held);
    // One more of what was there twice is one more.
    let more = import(&repo, &format!("{FIVE}14:04 same here\n"), &[]);
    assert_eq!(
        (more["events"].as_array().unwrap().len(), &more["already"]),
        (1, &Value::from(5))
    );
    // What was corrected is known by what it was.
    let id = first["events"][3].as_str().unwrap();
    repo.warroom(["log", "edit", id, "--text", "the same in eu-west"]).ok();
    assert_eq!(import(&repo, FIVE, &[])["already"], 5);
    // A retracted line does not come back by itself.
    repo.warroom(["log", "retract", id]).ok();
    assert_eq!(import(&repo, FIVE, &[])["already"], 5);
}

#[test]
fn lines_of_one_minute_keep_their_order() {
    let repo = started();
    let chat = (0..40).map(|n| format!("14:03 p{n}: line {n}\n")).collect::<String>();
    import(&repo, &chat, &[]);
    let expected: Vec<_> = (0..40).map(|n| format!("14:03:00 p{n} line {n}")).collect();
    assert_eq!(lines(&repo), expected);
}

#[test]
fn an_import_is_one_change_and_is_taken_back_as_one() {
    let repo = started();
    let before = repo.show()["timeline"].as_array().unwrap().len();
    repo.warroom(["log", "stays"]).ok();
    let chat = "14:01 lee: one\n14:02 lee: two\n14:03 lee: three\n";
    let page = repo.warroom(["log", "import"]).stdin(chat).ok();
    assert!(page.starts_with("logged 3 events\n"), "{page}");
    assert!(page.contains("warroom log undo-import"), "{page}");
    let undone = repo.warroom(["--json", "log", "undo-import"]).json();
    assert_eq!(
        undone["said"], "retracted: import of 3 lines (imported by mistake)",
        "{undone}"
    );
    assert_eq!(lines(&repo), ["14:30:00 kim stays"]);
    let after = repo.show()["timeline"].as_array().unwrap().len();
    assert_eq!(after - before, 1 + 3 + 1, "one event tells of it");
    // Run again it takes back nothing else.
    let again = repo.warroom(["--json", "log", "undo-import"]).json();
    assert_eq!(again["changed"], false, "{again}");
    // What was taken back may be imported again, and one that is named is found by any of its events.
    let second = import(&repo, chat, &[]);
    assert_eq!(second["events"].as_array().unwrap().len(), 3, "{second}");
    import(&repo, "14:05 kim: four\n", &[]);
    let event = second["events"][1].as_str().unwrap();
    repo.warroom(["log", "undo-import", event, "--reason", "wrong channel"])
        .ok();
    assert_eq!(lines(&repo), ["14:05:00 kim four", "14:30:00 kim stays"]);
    let other = repo.warroom(["log", "undo-import", "zzzz"]).fails(4);
    assert!(other.contains("2 imports") || other.contains("3 lines: one"), "{other}");
}

#[test]
fn a_look_before_with_names_day_and_zone() {
    let repo = started();
    let options = ["--dry-run", "--by", "dana", "--date", "2026-11-18", "--zone", "+0100"];
    let seen = import(
        &repo,
        "15:10 first\n15:11 lee: second\n2026-11-18T14:12Z third\n",
        &options,
    );
    let row = |event: &Value| {
        format!(
            "{} {} {}",
            event["at"].as_str().unwrap(),
            event["by"].as_str().unwrap(),
            event["text"].as_str().unwrap()
        )
    };
    let rows: Vec<_> = seen["events"].as_array().unwrap().iter().map(row).collect();
    assert_eq!(
        rows,
        [
            "2026-11-18T14:10:00.000Z dana first",
            "2026-11-18T14:11:00.000Z dana lee: second",
            "2026-11-18T14:12:00.000Z dana third",
        ],
        "{seen}"
    );
    assert_eq!(seen["changed"], false);
    assert_eq!(lines(&repo), Vec::<String>::new());
    let page = repo
        .warroom(["log", "import", "--dry-run"])
        .stdin("14:01 kim: one\n14:01 kim: one\n")
        .ok();
    assert!(
        page.contains("14:01") && page.contains("would log 2 events; nothing was written"),
        "{page}"
    );
    for (zone, hour) in [
        ("UTC", "15"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "14"),
        ("-5:30", "20"),
        ("utc+2", "13"),
    ] {
        let seen = import(
            &repo,
            "15:10 first\n",
            &["--dry-run", "--date", "2026-11-18", "--zone", zone],
        );
        assert_eq!(
            &seen["events"][0]["at"].as_str().unwrap()[11..13],
            hour,
            "{zone}: {seen}"
        );
    }
    repo.warroom(["log", "import", "--zone", "Mars/Base"])
        .stdin("14:01 x")
        .fails(4);
    for date in ["tomorrow", "2026-13-01", "2027-01-01"] {
        repo.warroom(["log", "import", "--date", date])
            .stdin("14:01 x")
            .fails(2);
    }
}

#[test]
fn colours_and_progress_of_command_output_are_not_kept() {
    let repo = started();
    let output = "\u{1b}[31mERROR\u{1b}[0m pool exhausted\r\nprogress 10%\rprogress 100%\n";
    repo.warroom(["log", "-", "--at", "14:29"]).stdin(output).ok();
    repo.warroom(["log", "\u{1b}[1mbold\u{1b}[m and \u{1b} alone"]).ok();
    import(&repo, "\u{1b}[2m14:03\u{1b}[0m \u{1b}[36mkim\u{1b}[0m: seen\r\n", &[]);
    assert_eq!(
        lines(&repo),
        [
            "14:03:00 kim seen",
            "14:29:00 kim ERROR pool exhausted\nprogress 100%",
            "14:30:00 kim bold and \u{1b} alone",
        ]
    );
}
