//! What a sentence of the program tells a person to run is run, where it was told, and the trouble is gone.

use serde_json::Value;

use crate::harness::{Outcome, Repo};

/// The commands that a text names: in backquotes, in brackets, or behind a colon at the end of a line.
fn commands(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|part| part.starts_with("warroom ") || part.starts_with("git ") || part.starts_with("iconv "))
        .map(str::to_owned)
        .collect();
    for line in text.lines() {
        for (open, close) in [("(warroom ", ')'), (": warroom ", '\n')] {
            for part in line.split(open).skip(1) {
                let call = part.split(close).next().unwrap();
                let call = call.split(['`', ';', '|', ',']).next().unwrap();
                found.push(format!("warroom {}", call.trim()));
            }
        }
    }
    found
}

/// The command that begins so, with its placeholders filled in.
#[track_caller]
fn command(said: &str, begins: &str, fill: &[(&str, &str)]) -> String {
    let all = commands(said);
    let found = all.iter().find(|one| one.starts_with(begins));
    let mut line = found
        .unwrap_or_else(|| panic!("no `{begins}` in {all:?} of {said}"))
        .clone();
    for (name, value) in fill {
        assert!(line.contains(name), "{name} in {line}");
        line = line.replace(name, value);
    }
    line.replace('…', "'it says why'")
}

fn said(outcome: &Outcome) -> String {
    format!("{}{}", outcome.stdout, outcome.stderr)
}

fn started() -> Repo {
    let mut repo = Repo::new();
    repo.at("2026-11-20T14:30:00.000Z");
    repo.declare("Checkout failing", "P1");
    repo
}

/// A row: what to run, the words that begin its remedy, what stands for its placeholders. After the remedy the first call must do.
fn obeyed(repo: &Repo, call: &str, begins: &str, fill: &[(&str, &str)]) -> String {
    let before = repo.shell_run(call);
    assert_ne!(before.code, Some(0), "{before:?}");
    let line = command(&said(&before), begins, fill);
    let out = repo.shell_run(&line);
    assert!(matches!(out.code, Some(0)), "{call}\n{line}\n{out:#?}");
    line
}

#[test]
fn without_a_repository_or_an_incident() {
    let repo = Repo::bare();
    obeyed(&repo, "warroom list", "warroom init", &[]);
    repo.shell("warroom list");
    obeyed(
        &repo,
        "warroom log x",
        "warroom declare",
        &[("TEXT", "'Checkout failing'")],
    );
    repo.shell("warroom log x");
    repo.shell("warroom cancel --reason test");
    let out = repo.shell_run("warroom log x");
    let all = repo.shell(&command(&said(&out), "warroom list --all", &[]));
    assert!(all.contains("INC-2026-0001"), "{all}");
}

#[test]
fn what_the_rules_refuse() {
    let repo = started();
    repo.declare("Another", "P2");
    // The incident that was named is named again: two are open.
    let on = "warroom -i INC-2026-0001";
    let id = repo
        .warroom([
            "-i",
            "INC-2026-0001",
            "mitigation",
            "propose",
            "restart",
            "--option",
            "restart",
            "--json",
        ])
        .json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.shell(&format!("{on} role assign ic sam"));
    let start = format!("{on} mitigation start {id}");
    obeyed(&repo, &start, "warroom -i INC-2026-0001 mitigation approve", &[]);
    let more = repo.shell_run(&start);
    assert_eq!(more.code, Some(3), "one of two");
    let line = command(&said(&more), "warroom -i INC-2026-0001 mitigation approve", &[]);
    repo.shell(&line.replacen("warroom ", "warroom --as sam ", 1));
    repo.shell(&start);
    let close = format!("{on} close");
    let out = repo.shell_run(&close);
    let resolve = command(&said(&out), "warroom -i INC-2026-0001 resolve", &[]);
    assert_eq!(repo.shell_run(&resolve).code, Some(3), "the gate is its own matter");
    repo.shell(&format!("{resolve} --force --reason test"));
    // A mandatory review wants its parts first, each with the call that gives it.
    let out = repo.shell_run(&close);
    let owner = command(
        &said(&out),
        "warroom -i INC-2026-0001 set fields.review-owner",
        &[("NAME", "ana")],
    );
    repo.shell(&owner);
    repo.shell(&format!("{close} --force --reason test"));
    let assign = format!("{on} role assign scribe lee");
    obeyed(&repo, &assign, "warroom -i INC-2026-0001 reopen", &[]);
    repo.shell(&assign);
}

#[test]
fn words_that_would_be_lost_have_a_place() {
    let repo = started();
    let h = repo.warroom(["hypothesis", "add", "the pool", "--json"]).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.shell(&format!("warroom hypothesis confirm {h}"));
    obeyed(
        &repo,
        &format!("warroom hypothesis confirm {h} --evidence full"),
        "warroom hypothesis evidence",
        &[("TEXT", "full")],
    );
    let c = repo.warroom(["check", "add", "look", "--json"]).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    repo.shell(&format!("warroom check tick {c}"));
    obeyed(
        &repo,
        &format!("warroom check tick {c} --note seen"),
        "warroom check note",
        &[("TEXT", "seen")],
    );
    obeyed(&repo, "warroom dispatch dba", "warroom dispatch", &[("TEXT", "look")]);
    obeyed(&repo, "warroom set title", "warroom set", &[("TEXT", "Other")]);
}

#[test]
fn what_reading_verbs_propose() {
    let repo = started();
    for (call, begins, fill) in [
        ("warroom cause", "warroom cause set", [("TEXT", "pool")].as_slice()),
        (
            "warroom dispatch list",
            "warroom dispatch",
            &[("NAME", "dba"), ("TEXT", "look")],
        ),
        (
            "warroom task list",
            "warroom task give",
            &[("NAME", "lee"), ("TEXT", "look")],
        ),
        (
            "warroom severity --given availability=10",
            "warroom severity",
            &[("TEXT", "worse")],
        ),
    ] {
        let out = repo.shell_run(call);
        if !said(&out).contains("warroom") {
            continue;
        }
        let line = command(&said(&out), begins, fill);
        repo.shell(&line);
    }
    let out = repo.warroom(["log", "import"]).stdin("14:01 lee: one\n").ok();
    repo.shell(&command(&out, "warroom log undo-import", &[]));
    assert!(
        repo.show()["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["text"] == "one" && !event["retracted"].is_null())
    );
    let out = repo.warroom(["redact", "nosuch"]).fails(4);
    repo.shell(&command(&out, "warroom show --json", &[]));
    let out = repo.warroom(["log", "import"]).stdin("\u{0}\u{1}").fails(2);
    assert!(out.contains("binary"), "{out}");
    let out = repo.warroom(["log", "import"]).stdin("{\"a\": [1]}").fails(2);
    let line = command(&out, "warroom log -", &[]);
    repo.shell(&format!("echo '{{}}' | {line}"));
    // UTF-16 as PowerShell writes it is turned into UTF-8.
    let wide: Vec<u8> = "\u{feff}14:03 lee: wide\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    repo.write("chat.txt", wide);
    let out = repo.warroom(["log", "import", "chat.txt"]).ok();
    assert!(out.contains("UTF-16"), "{out}");
    assert!(repo.show().to_string().contains("wide"));
}

#[test]
fn an_event_of_the_future_and_a_file_that_is_gone() {
    let repo = started();
    let id = repo.warroom(["log", "x", "--json"]).json()["event"]
        .as_str()
        .unwrap()
        .to_owned();
    let file = repo.file("INC-2026-0001");
    let text = std::fs::read_to_string(&file).unwrap();
    let place = text.find(&id).unwrap();
    let ahead = format!(
        "{}{}",
        &text[..place],
        text[place..].replacen("2026-11-20", "2031-11-20", 1)
    );
    std::fs::write(&file, ahead).unwrap();
    let out = repo.shell_run("warroom validate");
    let line = command(&said(&out), "warroom log edit", &[("TIME", "14:20")]);
    repo.shell(&line);
    assert!(!said(&repo.shell_run("warroom validate")).contains("still to come"));
}

#[test]
fn git_without_a_branch_a_name_or_a_remote() {
    let repo = started();
    repo.shell("warroom log one");
    repo.git(["checkout", "-q", "--detach"]);
    let out = repo.shell_run("warroom log two");
    assert_eq!(out.code, Some(6), "{out:?}");
    repo.shell(&command(&said(&out), "git switch", &[]));
    repo.shell("warroom log three");
    assert_eq!(repo.git(["status", "--porcelain", "incidents"]), "");

    repo.git(["config", "--unset", "user.name"]);
    repo.git(["config", "--unset", "user.email"]);
    let out = repo.shell_run("EMAIL= warroom log four");
    if out.code == Some(6) {
        repo.shell(&command(
            &said(&out),
            "git config --global user.name",
            &[("NAME", "kim")],
        ));
        repo.shell("git config --global user.email kim@example.org");
        repo.shell("warroom log five");
        assert_eq!(repo.git(["status", "--porcelain", "incidents"]), "");
    }

    let hub = repo.outside().join("hub.git");
    let hub = hub.to_str().unwrap();
    repo.shell(&format!("git init -q --bare -b main {hub}"));
    let out = repo.shell_run("warroom sync");
    repo.shell(&command(&said(&out), "git remote add origin", &[("URL", hub)]));
    repo.shell("warroom sync");
    let there = repo.git(["--git-dir", hub, "log", "--oneline", "main"]);
    assert!(!there.is_empty());

    // A remote that is gone.
    repo.git(["remote", "set-url", "origin", "/nonexistent.git"]);
    let out = repo.shell_run("warroom log six");
    assert_eq!(out.code, Some(6), "{out:?}");
    let gone = repo.shell_run("warroom doctor");
    let words = format!("{}{}", said(&out), said(&gone));
    repo.shell(&command(&words, "git remote -v", &[]));
    repo.shell(&command(
        &words,
        "git remote set-url",
        &[("NAME", "origin"), ("URL", hub)],
    ));
    repo.shell("warroom sync");

    // A branch that the server refuses.
    let hook = std::path::Path::new(hub).join("hooks/pre-receive");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(
        &hook,
        "#!/bin/sh\nwhile read a b c; do case $c in refs/heads/main) echo protected branch >&2; exit 1;; esac; done\n",
    )
    .unwrap();
    repo.shell(&format!("chmod +x {}", hook.display()));
    let out = repo.shell_run("warroom log seven");
    if said(&out).contains("git push") {
        repo.shell(&command(
            &said(&out),
            "git push",
            &[("REMOTE", "origin"), ("NAME", "mine")],
        ));
        assert!(!repo.git(["--git-dir", hub, "log", "--oneline", "mine"]).is_empty());
    }
}

#[test]
fn an_incident_that_was_deleted() {
    let repo = started();
    repo.shell("warroom log one");
    std::fs::remove_dir_all(repo.path("incidents/INC-2026-0001")).unwrap();
    let out = repo.shell_run("warroom sync");
    assert!(said(&out).contains("put back"), "{out:?}");
    repo.shell(&command(&said(&out), "warroom cancel", &[("TEXT", "test")]));
}

#[test]
fn what_doctor_advises() {
    let repo = Repo::bare();
    let rows = |repo: &Repo| -> Vec<(String, String, String)> {
        let out = repo.warroom(["doctor", "--json"]).run();
        let json: Value = serde_json::from_str(&out.stdout).unwrap();
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        let checks = json["checks"].as_array().unwrap();
        checks
            .iter()
            .map(|row| (text(row, "check"), text(row, "state"), text(row, "remedy")))
            .collect()
    };
    let remedy = |repo: &Repo, check: &str| {
        let all = rows(repo);
        let row = all.iter().find(|(what, state, _)| what == check && state != "ok");
        row.map(|(_, _, remedy)| remedy.clone())
    };
    let line = command(&remedy(&repo, "repository").unwrap(), "warroom init", &[("DIR", ".")]);
    repo.shell(&line);
    assert_eq!(remedy(&repo, "repository"), None);
    repo.declare("Checkout failing", "P1");
    repo.shell("warroom log one");
    std::fs::write(repo.path("incidents/note.txt"), "x").unwrap();
    assert!(remedy(&repo, "other files").is_some());
    let file = repo.file("INC-2026-0001");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("Checkout failing", "Checkout failing again")).unwrap();
    let line = command(&remedy(&repo, "changes").unwrap(), "warroom sync", &[]);
    repo.shell(&line);
    assert_eq!(remedy(&repo, "changes"), None);
    // A whole folder copied.
    let copy = repo.path("incidents/INC-2026-0001 (conflicted copy)");
    std::fs::create_dir(&copy).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let more =
        "timeline:\n- id: ecopied2\n  at: 2026-11-20T14:04:00.000Z\n  by: lee\n  kind: note\n  text: in the copy\n";
    std::fs::write(copy.join("incident.yaml"), text.replace("timeline:\n", more)).unwrap();
    if let Some(remedy) = remedy(&repo, "incidents") {
        repo.shell(&command(&remedy, "warroom -i", &[]));
        assert!(repo.show_of("INC-2026-0001").to_string().contains("in the copy"));
    }
    // The merge driver is set up by syncing.
    repo.git(["config", "--remove-section", "merge.warroom"]);
    let line = command(&remedy(&repo, "merge driver").unwrap(), "warroom sync", &[]);
    repo.shell(&line);
    assert_eq!(remedy(&repo, "merge driver"), None);
}
