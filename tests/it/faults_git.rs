//! Faults of git's own files and settings, by the numbers of the list of faults: locks of others, ownership, attributes and
//! filters, housekeeping beside a sync.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::clones::{Clones, Ran};

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[test]
fn fault_58_locks_of_another_git_hold_up_the_sync_and_lose_nothing() {
    let clones = Clones::new(2);
    for (number, name) in ["HEAD.lock", "refs/heads/main.lock", "packed-refs.lock", "shallow.lock"]
        .into_iter()
        .enumerate()
    {
        let lock = clones.root(0).join(".git").join(name);
        fs::write(&lock, "").unwrap();
        let line = format!("under {name}");
        let code = clones.warroom(0, ["log", &line]).code();
        assert!([0, 6].contains(&code), "{name}: {code}");
        has(&clones.text(0), &[&line]);
        clones.warroom(1, ["log", &format!("meanwhile {number}")]).ok();
        let ran = clones.warroom(0, ["sync"]);
        if ran.code() != 0 {
            assert_eq!(ran.code(), 6, "{name}: {}{}", ran.out(), ran.said());
            let told = ran.out() + &ran.said();
            has(&told, &["Another git is at work here", ".lock"]);
        }
        assert!(lock.exists(), "{name} is not ours to delete");
        fs::remove_file(&lock).unwrap();
        has(&clones.converge(), &[&line, &format!("meanwhile {number}")]);
    }
}

#[test]
fn fault_58_a_lock_that_goes_by_itself_is_waited_for() {
    let clones = Clones::new(1);
    clones.warroom(0, ["--offline", "log", "waits"]).fails(6);
    let lock = clones.root(0).join(".git/refs/heads/main.lock");
    fs::write(&lock, "").unwrap();
    clones.warroom(0, ["--offline", "log", "waits too"]).fails(6);
    // Whoever held it ends as soon as the sync has begun to ask git.
    let mut sync = clones
        .command(env!("CARGO_BIN_EXE_warroom"), 0)
        .arg("sync")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let children = format!("/proc/{0}/task/{0}/children", sync.id());
    while sync.try_wait().unwrap().is_none() && fs::read_to_string(&children).unwrap_or_default().is_empty() {
        std::thread::yield_now();
    }
    fs::remove_file(&lock).unwrap();
    let ran = Ran(sync.wait_with_output().unwrap());
    ran.ok();
    has(
        &clones.git(0, ["log", "origin/main", "--format=%s"]),
        &["logged a note"],
    );
}

#[test]
fn fault_68_a_repository_of_somebody_else_is_told_with_the_command() {
    let clones = Clones::new(1);
    let before = clones.git(0, ["rev-parse", "HEAD"]);
    let ran = Ran(clones
        .command(env!("CARGO_BIN_EXE_warroom"), 0)
        .env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
        .args(["log", "saved on this machine"])
        .output()
        .unwrap());
    assert!([0, 6].contains(&ran.code()), "{}{}", ran.out(), ran.said());
    has(&clones.text(0), &["saved on this machine"]);
    for verb in ["sync", "doctor"] {
        let ran = Ran(clones
            .command(env!("CARGO_BIN_EXE_warroom"), 0)
            .env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
            .arg(verb)
            .output()
            .unwrap());
        let told = ran.out() + &ran.said();
        has(
            &told,
            &[
                "git config --global --add safe.directory",
                clones.root(0).to_str().unwrap(),
            ],
        );
    }
    assert_eq!(
        clones.git(0, ["rev-parse", "HEAD"]),
        before,
        "nothing went round the refusal"
    );
    assert_eq!(clones.try_git(0, ["config", "--global", "safe.directory"]).stdout, b"");
    has(&clones.converge(), &["saved on this machine"]);
}

#[test]
fn fault_71_line_ends_filters_and_attributes_leave_the_words_as_they_are() {
    let clones = Clones::new(2);
    let folder = clones.root(0).join(".gitattributes");
    let committed = fs::read_to_string(&folder).unwrap();
    for (number, (attributes, settings)) in [
        ("", &[("core.autocrlf", "true")][..]),
        ("* text eol=crlf\n", &[]),
        ("*.yaml ident\n", &[]),
        (
            "*.yaml filter=upper\n",
            &[
                ("filter.upper.clean", "tr a-z A-Z"),
                ("filter.upper.smudge", "tr A-Z a-z"),
            ],
        ),
        ("*.yaml merge=ours\n", &[]),
        ("*.yaml -text -diff\n", &[]),
        ("*.yaml working-tree-encoding=UTF-16\n", &[]),
    ]
    .into_iter()
    .enumerate()
    {
        for (key, value) in settings {
            clones.git(0, ["config", key, value]);
        }
        // The team's own rules come before those of the incidents, as in a repository that had some already.
        fs::write(&folder, format!("{attributes}{committed}")).unwrap();
        clones.git(0, ["commit", "-q", "-am", "attributes", "--allow-empty"]);
        let (one, other) = (format!("Words $Id$ {number}"), format!("Beside {number}"));
        clones.warroom(0, ["log", &one]).ok();
        clones.warroom(1, ["log", &other]).ok();
        has(&clones.converge(), &[&one, &other]);
        for (key, _) in settings {
            clones.git(0, ["config", "--unset", key]);
        }
    }
}

#[test]
fn fault_71_an_ignored_path_or_one_assumed_unchanged_is_shared_all_the_same() {
    let clones = Clones::new(2);
    fs::write(clones.root(0).join(".git/info/exclude"), "incidents/\n").unwrap();
    clones.warroom(0, ["log", "ignored"]).ok();
    let file = clones.file(0);
    clones.git(0, ["update-index", "--assume-unchanged", file.to_str().unwrap()]);
    clones.warroom(0, ["log", "assumed unchanged"]).ok();
    clones.warroom(1, ["log", "from the other"]).ok();
    has(&clones.converge(), &["ignored", "assumed unchanged", "from the other"]);
    // A new one is not forced past the person's own rules: it is said that it stays here, by the verb that makes it, too.
    let made = clones.warroom(0, ["declare", "--title", "Second", "--severity", "P2"]);
    assert_eq!(made.code(), 6, "{}", made.said());
    let ran = clones.warroom(0, ["sync"]);
    has(
        &(ran.out() + &ran.said()),
        &["Git ignores incidents/INC-", "stays on this machine"],
    );
    fs::write(clones.root(0).join(".git/info/exclude"), "").unwrap();
    clones.warroom(0, ["sync"]).ok();
    clones.warroom(1, ["sync"]).ok();
    has(&clones.warroom(1, ["list"]).ok(), &["Second"]);
}

/// So many commits of somebody else on the hub's branch, by one process.
fn fill(clones: &Clones, commits: usize) {
    let mut import = clones
        .command("git", 0)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = String::new();
    for number in 0..commits {
        let from = if number == 0 { "from refs/heads/main^0\n" } else { "" };
        let _ = write!(
            stream,
            "commit refs/heads/filled\ncommitter x <x@x> {} +0000\ndata 2\nx\n{from}M 644 inline notes/{}.txt\ndata 2\nx\n",
            1_795_000_000 + number,
            number % 50
        );
    }
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    clones.git(0, ["push", "-q", "origin", "filled:main"]);
    clones.git(0, ["branch", "-q", "-D", "filled"]);
}

#[test]
fn fault_75_housekeeping_beside_a_sync_and_thousands_of_commits() {
    let clones = Clones::new(2);
    fill(&clones, 3_000);
    for number in 0..2 {
        clones.warroom(number, ["sync"]).ok();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for number in 0..2 {
            let (clones, done) = (&clones, &done);
            scope.spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    for args in [&["gc", "-q"][..], &["repack", "-adq"], &["pack-refs", "--all"]] {
                        clones.try_git(number, args);
                    }
                }
            });
        }
        for round in 0..6 {
            for number in 0..2 {
                let code = clones
                    .warroom(number, ["log", &format!("round {round} of {number}")])
                    .code();
                assert!([0, 6].contains(&code), "{code}");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    let text = clones.converge();
    for round in 0..6 {
        has(&text, &[&format!("round {round} of 0"), &format!("round {round} of 1")]);
    }
}
