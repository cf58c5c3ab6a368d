//! A secret that was logged goes from the file, from what quotes it and from this machine's copies, and does not come back.

use std::fs;
use std::path::Path;

use super::clones::Clones;
use super::harness::Repo;

const SECRET: &str = "hunter2-XYZ";

/// Every file below a folder that holds the words, git's own objects left out (they are compressed).
fn holders(folder: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holders(&path, words));
        } else if fs::read(&path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(words)) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn event(clones: &Clones, words: &str) -> String {
    let shown = clones.warroom(0, ["show", "--json"]).json();
    let events = shown["timeline"].as_array().unwrap();
    let found = events
        .iter()
        .find(|event| event["text"].as_str().unwrap().contains(words));
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_logged_password_goes_from_everywhere_and_an_old_buffer_does_not_bring_it_back() {
    let clones = Clones::new(2);
    clones.warroom(0, ["log", &format!("password is {SECRET}")]).ok();
    let id = event(&clones, SECRET);
    clones.warroom(0, ["log", "retract", &id, "--reason", "secret"]).ok();
    clones
        .warroom(0, ["log", "edit", &id, "--text", "password removed"])
        .ok();
    clones.warroom(1, ["sync"]).ok();
    let old = clones.text(1);
    assert!(old.contains(SECRET));
    // Somebody else corrects it without knowing.
    clones
        .warroom(
            1,
            ["--offline", "log", "edit", &id, "--text", &format!("it was {SECRET}")],
        )
        .code();

    let hint = clones.warroom(0, ["log", "edit", &id, "--text", "it is gone"]).ok();
    assert!(hint.contains("a secret needs `warroom log redact`"), "{hint}");
    let would = clones.warroom(0, ["redact", &id, "--dry-run"]).ok();
    assert!(
        would.contains("nothing was changed") && !would.contains(SECRET),
        "{would}"
    );
    assert!(clones.text(0).contains(SECRET));
    let said = clones.warroom(0, ["redact", &id, "--reason", "a password"]).ok();
    for words in [
        "redacted:",
        "git's history here: ",
        "git filter-repo",
        "Change the password",
    ] {
        assert!(said.contains(words), "{words} is not in\n{said}");
    }
    assert!(
        !said.contains(SECRET) && !clones.text(0).contains(SECRET),
        "{}",
        clones.text(0)
    );
    let file = clones.text(0);
    assert!(
        file.contains("[redacted by p0]") && file.contains("a password"),
        "{file}"
    );

    // Exchanged, in both directions.
    clones.converge();
    for number in 0..2 {
        assert!(!clones.text(number).contains(SECRET), "{}", clones.text(number));
    }
    // An old buffer is saved over it.
    let path = clones.file(1);
    fs::write(&path, &old).unwrap();
    clones.warroom(1, ["log", "after the old buffer"]).ok();
    assert!(!clones.text(1).contains(SECRET), "{}", clones.text(1));
    assert!(clones.text(1).contains("after the old buffer"));
    let left = holders(&clones.root(0).join(".git/warroom"), SECRET);
    assert!(left.is_empty(), "{left:?}");
    // What was redacted cannot be written again, nor can the redaction be undone.
    let refused = clones.warroom(0, ["log", "edit", &id, "--text", "again"]).fails(2);
    assert!(refused.contains("p0 redacted these words"), "{refused}");
    let log = clones.git(0, ["log", "--format=%B"]);
    assert!(!log.contains(SECRET) && log.contains("redacted words"), "{log}");
    clones.warroom(0, ["validate"]).ok();
}

#[test]
fn words_go_from_wherever_they_stand() {
    let repo = Repo::new();
    let id = repo.declare(&format!("Login with {SECRET} fails"), "P1");
    repo.warroom(["set", "summary", &format!("{SECRET} leaked")]).ok();
    repo.warroom(["hypothesis", "add", &format!("someone used {SECRET}")])
        .ok();
    repo.warroom(["log", "nothing to hide"]).ok();
    let file = repo.file(&id);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replacen("timeline:\n", &format!("# {SECRET} by kim\ntimeline:\n"), 1),
    )
    .unwrap();
    let reply = repo.warroom(["redact", "--words", SECRET, "--json"]).json();
    assert_eq!(reply["ok"], true);
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains(SECRET), "{text}");
    assert!(
        text.contains("nothing to hide") && text.contains("title: Login with [redacted by kim] fails"),
        "{text}"
    );
    assert!(text.contains("# *********** by kim"), "{text}");
    let left = [
        holders(&repo.state(), SECRET),
        holders(&repo.path(".git/warroom"), SECRET),
    ]
    .concat();
    assert!(left.is_empty(), "{left:?}");
    repo.warroom(["validate"]).ok();
    let none = repo.warroom(["redact", "--words", SECRET]).fails(2);
    assert!(none.contains("stand nowhere"), "{none}");
    repo.warroom(["redact", "enosuch"]).fails(4);
    repo.warroom(["redact", "--words", "abc"]).fails(2);
}

#[test]
fn commits_quote_no_event_unless_the_team_wants_it() {
    for folder in ["", "ops/inc"] {
        commits_quote_no_event_in(&Clones::below(folder, 1));
    }
}

fn commits_quote_no_event_in(clones: &Clones) {
    clones
        .warroom(0, ["log", &format!("password is {SECRET}"), "--kind", "action"])
        .ok();
    let log = clones.git(0, ["log", "-1", "--format=%B"]);
    assert!(log.contains(": p0 logged an action") && !log.contains(SECRET), "{log}");
    fs::write(
        clones.repository(0).join(".warroom/config.yaml"),
        "framework: war-room\ncommit-words: true\n",
    )
    .unwrap();
    clones.warroom(0, ["log", "rolled back"]).ok();
    let log = clones.git(0, ["log", "-1", "--format=%B"]);
    assert!(log.contains("p0: rolled back"), "{log}");
}

/// What of a clone and of the persons' state holds the words; git's objects are compressed.
fn held(clones: &Clones, words: &str) -> Vec<String> {
    let mut all: Vec<String> = (0..clones.count())
        .flat_map(|number| holders(&clones.root(number), words))
        .collect();
    for number in 0..clones.count() {
        all.extend(holders(&clones.outside().join(format!("state{number}")), words));
    }
    all
}

#[test]
fn whoever_receives_a_redaction_cleans_what_is_kept_there() {
    for by_event in [true, false] {
        let clones = Clones::new(2);
        clones.warroom(0, ["log", &format!("password is {SECRET}")]).ok();
        let id = event(&clones, SECRET);
        clones.warroom(1, ["sync"]).ok();
        clones.warroom(1, ["log", "seen"]).ok();
        let rescue = clones.root(1).join(".git/warroom/rescue");
        fs::create_dir_all(&rescue).unwrap();
        let old = clones.text(1).replace("password is", "the password was");
        fs::write(rescue.join(format!("{}-20261120-abc.yaml", clones.id)), &old).unwrap();
        assert!(held(&clones, SECRET).len() > 3);
        if by_event {
            clones.warroom(0, ["redact", &id]).ok();
        } else {
            clones.warroom(0, ["redact", "--words", SECRET]).ok();
        }
        clones.warroom(1, ["sync"]).ok();
        assert!(clones.text(1).contains("[redacted by p0]"), "{}", clones.text(1));
        let left = held(&clones, SECRET);
        assert!(left.is_empty(), "{left:?}");
        let copy = fs::read_to_string(rescue.join(format!("{}-20261120-abc.yaml", clones.id))).unwrap();
        assert_eq!(copy.len(), old.len(), "overwritten, and nothing else");
    }
}

#[test]
fn redacted_words_that_come_back_are_redacted_again_and_told() {
    let clones = Clones::new(2);
    clones.warroom(0, ["log", &format!("password is {SECRET}")]).ok();
    clones.warroom(1, ["sync"]).ok();
    clones.warroom(0, ["redact", "--words", SECRET]).ok();
    clones.warroom(1, ["sync"]).ok();
    for number in 0..2 {
        let clean = |what: &str| {
            assert!(!clones.text(number).contains(SECRET), "{what}: {}", clones.text(number));
            let left = held(&clones, SECRET);
            assert!(left.is_empty(), "{what}: {left:?}");
            clones.warroom(number, ["validate"]).ok();
        };
        // Logged again.
        let ran = clones.warroom(number, ["log", &format!("it is {SECRET} after all")]);
        assert!(
            ran.said().contains("Words that p0 had redacted came back"),
            "{}",
            ran.said()
        );
        ran.ok();
        assert!(
            clones.text(number).contains("it is [redacted by p0] after all"),
            "{}",
            clones.text(number)
        );
        clean("logged");
        // Edited by hand.
        for (what, from, to) in [
            (
                "a value",
                "\ndeclared:",
                format!("\n{}: so {SECRET} it is\ndeclared:", ["summary", "cause"][number]),
            ),
            ("a comment", "\ndeclared:", format!("\n# it is {SECRET}\ndeclared:")),
            (
                "a comment behind",
                "Checkout failing",
                format!("Checkout failing # it is {SECRET},"),
            ),
            (
                "an unknown key",
                "\ndeclared:",
                format!("\nleak{number}: {{a: [{SECRET}]}}\ndeclared:"),
            ),
            (
                "an event",
                "\ntimeline:\n",
                format!("\ntimeline:\n- kind: note\n  text: by hand {SECRET}\n"),
            ),
        ] {
            let text = clones.text(number);
            assert!(text.contains(from), "{text}");
            fs::write(clones.file(number), text.replacen(from, &to, 1)).unwrap();
            clones.warroom(number, ["log", &format!("after {what}")]).ok();
            clean(what);
        }
    }
    // One that never held them brings them.
    clones.clone_as(2);
    clones.warroom(2, ["log", &format!("I read {SECRET} in the chat")]).ok();
    clones.warroom(0, ["sync"]).ok();
    assert!(
        clones.text(0).contains("I read [redacted by p0] in the chat"),
        "{}",
        clones.text(0)
    );
    clones.warroom(2, ["sync"]).ok();
    assert!(
        clones.text(2).contains("I read [redacted by p0] in the chat"),
        "{}",
        clones.text(2)
    );
    clones.converge();
    for number in 0..3 {
        assert!(!clones.text(number).contains(SECRET));
        let left = holders(&clones.root(number), SECRET);
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn what_a_field_held_before_it_held_the_words_stays_wherever_it_stands() {
    let clones = Clones::new(2);
    let innocent = "checkout is slow for everyone";
    clones.warroom(0, ["set", "summary", innocent]).ok();
    let logged = clones.warroom(0, ["log", innocent, "--json"]).json();
    let id = logged["id"].as_str().unwrap();
    clones.warroom(1, ["sync"]).ok();
    clones.warroom(0, ["set", "summary", &format!("see {SECRET}")]).ok();
    clones.warroom(0, ["set", "title", &format!("pw {SECRET}")]).ok();
    clones.warroom(0, ["redact", "--words", SECRET]).ok();
    clones.warroom(1, ["sync"]).ok();
    clones.warroom(1, ["log", "after it"]).ok();
    clones.converge();
    for number in 0..2 {
        let shown = clones.warroom(number, ["show", "--json"]).json();
        assert!(!clones.text(number).contains(SECRET));
        let timeline = shown["timeline"].as_array().unwrap();
        let line = timeline.iter().find(|event| event["id"] == id).unwrap();
        assert_eq!(line["text"], innocent);
        assert!(
            timeline[0]["text"].as_str().unwrap().contains("Checkout failing"),
            "{}",
            timeline[0]
        );
        assert_eq!(
            shown["redactions"].as_array().unwrap().len(),
            1,
            "{}",
            shown["redactions"]
        );
    }
}
