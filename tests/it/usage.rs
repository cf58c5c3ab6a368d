//! Arguments, help, completions, pipes, terminals: what holds for every verb.

use std::process::Stdio;

use crate::harness::Repo;

const VERBS: &[&str] = &[
    "init",
    "declare",
    "open",
    "list",
    "show",
    "search",
    "log",
    "milestone",
    "status",
    "severity",
    "set",
    "ack",
    "role",
    "hypothesis",
    "mitigation",
    "check",
    "timer",
    "update",
    "why",
    "factor",
    "cause",
    "action",
    "actions",
    "resolve",
    "close",
    "reopen",
    "cancel",
    "statusline",
    "validate",
    "framework",
    "demo",
    "completions",
    "man",
];

#[test]
fn every_verb_has_help_and_stands_in_it() {
    let repo = Repo::nothing();
    let help = repo.warroom(["--help"]).ok();
    for verb in VERBS {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(verb)),
            "{verb} in {help}"
        );
        let own = repo.warroom([verb, "--help"]).ok();
        assert!(own.contains("Usage: warroom "), "{own}");
        assert!(own.contains("--json"), "{own}");
    }
    for (verb, words) in [
        ("log", ["edit", "retract", "pin", "import"].as_slice()),
        ("role", &["list", "assign", "clear", "handoff"]),
        ("hypothesis", &["list", "add", "test", "evidence", "confirm", "reject"]),
        (
            "mitigation",
            &["list", "propose", "approve", "start", "done", "verify", "fail"],
        ),
        ("check", &["list", "add", "tick", "untick", "skip", "claim", "note"]),
        ("timer", &["list", "add", "snooze", "clear"]),
        ("framework", &["list", "show", "lint"]),
    ] {
        let help = repo.warroom([verb, "--help"]).ok();
        for word in words {
            assert!(
                help.lines().any(|line| line.trim_start().starts_with(word)),
                "{verb} {word}"
            );
        }
    }
    assert!(repo.warroom(["--version"]).ok().starts_with("warroom "));
}

#[test]
fn wrong_usage_is_told_in_a_sentence() {
    let repo = Repo::nothing();
    for (args, wants) in [
        (["fly"].as_slice(), "unrecognized subcommand 'fly'"),
        (&["log", "x", "--knd", "note"], "unexpected argument '--knd'"),
        (&["declare"], "a title is wanted"),
        (&["resolve", "--force"], "--reason"),
        (&["resolve", "--reason", "x"], "--force"),
        (&["reopen"], "--reason"),
        (&["check", "skip", "c1"], "--reason"),
        (&["milestone", "detected"], "<TIME>"),
        (&["completions", "tcsh"], "tcsh"),
        (&["log"], "<TEXT>"),
        (&["log", "edit", "e1"], "--text"),
        (&["list", "--now", "yesterday"], "`yesterday` is not a time; try 14:05"),
    ] {
        let said = repo.warroom(args).fails(2);
        assert!(said.starts_with("warroom: "), "{said}");
        assert!(said.contains(wants), "{args:?}: {said}");
        let error = repo.warroom(args).fails_json(2);
        assert!(!error["said"].as_str().unwrap().contains('\n'), "{error}");
    }
}

#[test]
fn completions_and_the_manual_are_printed() {
    let repo = Repo::nothing();
    // These three ask the program; what it answers is held by `commandline`.
    for shell in ["bash", "zsh", "fish"] {
        let script = repo.warroom(["completions", shell]).ok();
        assert!(script.contains("warroom complete -- "), "{shell}");
    }
    for shell in ["powershell", "elvish"] {
        let script = repo.warroom(["completions", shell]).ok();
        assert!(script.contains("hypothesis") && script.len() > 5_000, "{shell}");
    }
    let man = repo.warroom(["man"]).ok();
    for verb in VERBS {
        assert!(man.contains(&format!(".SH WARROOM {}", verb.to_uppercase())), "{verb}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let repo = Repo::new();
    for number in 0..3 {
        repo.declare(&format!("incident {number}"), "P2");
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_warroom"));
    repo.clean(&mut command);
    // `true` reads nothing: its end of the pipe is closed before anything can be written.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command
        .args(["list"])
        .current_dir(repo.root())
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let repo = Repo::new();
    repo.declare("x", "P2");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_warroom"));
    repo.clean(&mut command);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command
        .arg("list")
        .current_dir(repo.root())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("standard output"),
        "{output:?}"
    );
}

#[test]
fn the_console_wants_a_terminal() {
    let repo = Repo::new();
    repo.declare("x", "P2");
    for args in [[].as_slice(), &["open"], &["open", "INC"]] {
        let said = repo.warroom(args).fails(2);
        assert!(said.contains("terminal"), "{said}");
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let repo = Repo::new();
    repo.declare("x", "P0");
    assert!(!repo.warroom(["show"]).ok().contains('\x1b'));
    assert!(repo.warroom(["show", "--color", "always"]).ok().contains("\x1b[1"));
    assert!(!repo.warroom(["show", "--color", "never"]).ok().contains('\x1b'));
}
