//! Sharing incidents through git, by the real binary and real git: in step, offline, first and late, beside everything else
//! that a person has in the working tree.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use crate::clones::{Clones, Ran};

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[test]
fn what_one_logs_the_other_has_after_a_sync() {
    let clones = Clones::new(2);
    clones.warroom(0, ["log", "from zero"]).ok();
    clones.warroom(1, ["log", "from one"]).ok();
    clones.warroom(0, ["log", "zero again"]).ok();
    has(&clones.converge(), &["from zero", "from one", "zero again"]);
    let log = clones.git(0, ["log", "--format=%s"]);
    has(&log, &[": p0 logged a note", ": p1 logged a note"]);
}

#[test]
fn offline_changes_are_told_and_come_together_later() {
    let clones = Clones::new(3);
    let id = clones.id.clone();
    for number in 0..3 {
        let said = clones
            .warroom(number, ["--offline", "log", &format!("offline {number}")])
            .fails(6);
        has(&said, &["1 commit is here and not at origin yet"]);
    }
    clones
        .warroom(0, ["--offline", "severity", "P0", "--reason", "worse"])
        .fails(6);
    clones
        .warroom(1, ["--offline", "set", "title", "Payments failing"])
        .fails(6);
    clones
        .warroom(2, ["--offline", "check", "tick", "detection.claim"])
        .fails(6);
    let text = clones.converge();
    has(
        &text,
        &[
            "offline 0",
            "offline 1",
            "offline 2",
            "severity: P0",
            "title: Payments failing",
            "detection.claim",
        ],
    );
    let shown = clones.warroom(0, ["show", "--json", &id]).json();
    assert_eq!(shown["severity"], "P0");
}

#[test]
fn json_says_what_is_left_unsynced() {
    let clones = Clones::new(1);
    fs::rename(clones.hub(), clones.outside().join("away.git")).unwrap();
    let ran = clones.warroom(0, ["--json", "log", "nobody hears"]);
    assert_eq!(ran.code(), 6);
    let said: serde_json::Value = serde_json::from_str(&ran.out()).unwrap();
    assert_eq!(said["ok"], true);
    assert_eq!(said["synced"], false);
    fs::rename(clones.outside().join("away.git"), clones.hub()).unwrap();
    clones.warroom(0, ["sync"]).ok();
    has(
        &clones.git(0, ["log", "origin/main", "--format=%s"]),
        &["logged a note"],
    );
}

#[test]
fn plain_git_merges_without_a_console() {
    let clones = Clones::new(2);
    clones.warroom(1, ["sync"]).ok();
    let both = |zero: &str, one: &str| {
        clones.warroom(0, ["--offline", "log", zero]).fails(6);
        clones.git(0, ["push", "-q"]);
        clones.warroom(1, ["--offline", "log", one]).fails(6);
    };
    both("pulled", "pulling");
    clones.git(1, ["pull", "-q", "--no-rebase", "--no-edit"]);
    has(&clones.text(1), &["pulled", "pulling"]);
    clones.git(1, ["push", "-q"]);
    clones.git(0, ["pull", "-q", "--no-rebase"]);

    both("upstream", "rebased");
    clones.git(1, ["pull", "-q", "--rebase"]);
    has(&clones.text(1), &["upstream", "rebased"]);
    clones.git(1, ["push", "-q"]);
    clones.git(0, ["pull", "-q", "--no-rebase"]);

    // Picked from one branch to another.
    clones.git(0, ["checkout", "-q", "-b", "side", "HEAD~2"]);
    clones
        .warroom(0, ["--offline", "log", "picked"])
        .0
        .status
        .code()
        .unwrap();
    clones.git(0, ["checkout", "-q", "main"]);
    clones.git(0, ["cherry-pick", "side"]);
    has(&clones.text(0), &["picked", "upstream", "rebased"]);

    // An edit that was put aside comes back over newer events.
    let text = clones.text(0).replace("Checkout failing", "Checkout broken");
    fs::write(clones.file(0), text).unwrap();
    clones.git(0, ["stash", "-q"]);
    clones.warroom(0, ["--offline", "log", "while stashed"]).fails(6);
    clones.git(0, ["stash", "pop", "-q"]);
    has(&clones.text(0), &["Checkout broken", "while stashed", "picked"]);
    for number in 0..2 {
        assert!(!clones.text(number).contains("<<<<<<<"));
    }
}

#[test]
fn fault_59_what_the_person_has_in_the_tree_stays_as_it_is() {
    let clones = Clones::new(2);
    let root = clones.root(0);
    fs::write(root.join("notes.txt"), "base\n").unwrap();
    clones.git(0, ["add", "notes.txt"]);
    clones.git(0, ["commit", "-qm", "notes"]);
    clones.git(0, ["push", "-q"]);
    fs::write(root.join("stashed.txt"), "put aside\n").unwrap();
    clones.git(0, ["stash", "-q", "--include-untracked"]);
    fs::write(root.join("notes.txt"), "staged\n").unwrap();
    clones.git(0, ["add", "notes.txt"]);
    fs::write(root.join("notes.txt"), "staged and more\n").unwrap();
    fs::write(root.join("untracked.txt"), "x\n").unwrap();
    fs::write(
        root.join("incidents").join(&clones.id).join(".incident.yaml.swp"),
        "vim",
    )
    .unwrap();
    let before = (
        clones.git(0, ["status", "--porcelain"]),
        clones.git(0, ["diff", "--cached"]),
        clones.git(0, ["stash", "list", "--format=%H"]),
    );
    clones.warroom(1, ["log", "from the other"]).ok();
    clones.warroom(0, ["log", "mine"]).ok();
    clones.warroom(0, ["sync"]).ok();
    let after = (
        clones.git(0, ["status", "--porcelain"]),
        clones.git(0, ["diff", "--cached"]),
        clones.git(0, ["stash", "list", "--format=%H"]),
    );
    assert_eq!(before, after);
    assert_eq!(fs::read_to_string(root.join("notes.txt")).unwrap(), "staged and more\n");
    has(&clones.text(0), &["from the other", "mine"]);
    assert_eq!(clones.git(0, ["branch", "--show-current"]).trim(), "main");
}

#[test]
fn fault_59_another_version_of_the_incident_that_is_staged_stays_staged() {
    let clones = Clones::new(1);
    let staged = clones.text(0).replace("title:", "# staged by hand\ntitle:");
    fs::write(clones.file(0), &staged).unwrap();
    clones.git(0, ["add", "incidents"]);
    fs::write(
        clones.file(0),
        staged.replace("# staged by hand\n", "# and changed since\n"),
    )
    .unwrap();
    clones.warroom(0, ["log", "more"]).ok();
    let index = clones.git(0, ["show", &format!(":incidents/{}/incident.yaml", clones.id)]);
    assert_eq!(index, staged);
    has(
        &clones.git(0, ["show", &format!("HEAD:incidents/{}/incident.yaml", clones.id)]),
        &["more", "# and changed since"],
    );
}

#[test]
fn dirty_files_that_the_remote_changed_too_wait_and_the_incident_goes_on() {
    let clones = Clones::new(2);
    fs::write(clones.root(0).join("shared.txt"), "one\n").unwrap();
    clones.git(0, ["add", "shared.txt"]);
    clones.git(0, ["commit", "-qm", "shared"]);
    clones.warroom(0, ["log", "with another file"]).ok();
    fs::write(clones.root(1).join("shared.txt"), "mine, not committed\n").unwrap();
    let said = clones.warroom(1, ["log", "meanwhile"]).fails(6);
    has(
        &said,
        &[
            "your own changes stand in the way of shared.txt",
            "Commit, stash or merge",
        ],
    );
    has(&clones.text(1), &["with another file", "meanwhile"]);
    assert_eq!(
        fs::read_to_string(clones.root(1).join("shared.txt")).unwrap(),
        "mine, not committed\n"
    );
    fs::remove_file(clones.root(1).join("shared.txt")).unwrap();
    clones.warroom(1, ["sync"]).ok();
    has(&clones.converge(), &["with another file", "meanwhile"]);
}

#[test]
fn fault_55_nothing_is_committed_into_a_rebase_or_merge() {
    let clones = Clones::new(1);
    let git_dir = clones.root(0).join(".git");
    for (sign, what) in [
        ("MERGE_HEAD", "a merge"),
        ("CHERRY_PICK_HEAD", "a cherry-pick"),
        ("REVERT_HEAD", "a revert"),
        ("BISECT_LOG", "a bisect"),
        ("rebase-merge", "a rebase"),
        ("rebase-apply", "a rebase"),
    ] {
        let head = clones.git(0, ["rev-parse", "HEAD"]);
        fs::write(git_dir.join(sign), &head).unwrap();
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), 6);
        has(&ran.out(), &[&format!("{what} is under way")]);
        assert_eq!(
            clones.warroom(0, ["log", &format!("during {what} {sign}")]).code(),
            6,
            "the file goes on"
        );
        assert_eq!(clones.git(0, ["rev-parse", "HEAD"]), head);
        fs::remove_file(git_dir.join(sign)).unwrap();
    }
    clones.warroom(0, ["sync"]).ok();
    has(&clones.git(0, ["show", "origin/main:./incidents"]), &[&clones.id]);
    assert_eq!(clones.git(0, ["status", "--porcelain"]), "");
}

#[test]
fn fault_56_detached_unborn_without_remote_or_name() {
    let clones = Clones::new(1);
    clones.git(0, ["checkout", "-q", "--detach"]);
    let ran = clones.warroom(0, ["sync"]);
    assert_eq!(ran.code(), 6);
    has(&ran.out(), &["no branch is checked out", "git switch"]);
    clones.git(0, ["checkout", "-q", "main"]);
    clones.git(0, ["remote", "remove", "origin"]);
    has(&clones.warroom(0, ["sync"]).ok(), &["there is no remote to sync with"]);
    clones.warroom(0, ["log", "alone"]).ok();
    has(&clones.git(0, ["log", "-1", "--format=%s"]), &["logged a note"]);
    clones.git(0, ["config", "--unset", "user.name"]);
    clones.git(0, ["config", "--unset", "user.email"]);
    clones.git(0, ["config", "user.useConfigOnly", "true"]);
    let said = clones.warroom(0, ["log", "nobody"]).fails(6);
    has(&said, &["git does not know who you are"]);
    let ran = clones.warroom(0, ["sync"]);
    has(&ran.out(), &["git does not know who you are", "user.name"]);
    has(&clones.text(0), &["alone", "nobody"]);
}

#[test]
fn fault_57_an_index_lock_is_told_with_its_path_and_never_deleted() {
    let clones = Clones::new(1);
    let lock = clones.root(0).join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let ran = clones.warroom(0, ["sync"]);
    assert_eq!(ran.code(), 6);
    has(&ran.out(), &["index.lock is held", "leftover that you may delete"]);
    let said = clones.warroom(0, ["log", "saved all the same"]).fails(6);
    has(&said, &["Saved on disk", "index.lock is held"]);
    assert!(lock.exists());
    fs::remove_file(&lock).unwrap();
    clones.warroom(0, ["sync"]).ok();
    has(
        &clones.git(0, ["log", "origin/main", "-1", "--format=%s"]),
        &["logged a note"],
    );
}

#[test]
fn fault_60_criss_cross_and_long_apart() {
    let clones = Clones::new(2);
    for round in 0..3 {
        clones
            .warroom(0, ["--offline", "log", &format!("zero {round}")])
            .fails(6);
        clones
            .warroom(1, ["--offline", "log", &format!("one {round}")])
            .fails(6);
        // Each merges the other's tip by itself: two merge bases from here on.
        let tips = [
            clones.git(0, ["rev-parse", "HEAD"]),
            clones.git(1, ["rev-parse", "HEAD"]),
        ];
        for (here, there) in [(0, 1), (1, 0)] {
            let path = clones.root(there);
            clones.git(here, ["fetch", "-q", path.to_str().unwrap(), "main"]);
            clones.git(here, ["merge", "-q", "--no-edit", tips[there].trim()]);
        }
        assert_eq!(clones.text(0), clones.text(1), "both merged alike");
    }
    has(
        &clones.converge(),
        &["zero 0", "one 0", "zero 1", "one 1", "zero 2", "one 2"],
    );
}

#[test]
fn fault_61_many_at_once_all_come_through() {
    let rounds: usize = std::env::var("WARROOM_STORM")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(3);
    let count = if rounds > 3 { 16 } else { 5 };
    let clones = Clones::new(count);
    std::thread::scope(|scope| {
        for number in 0..count {
            let clones = &clones;
            scope.spawn(move || {
                for round in 0..rounds {
                    let change = format!("storm {number}/{round}.");
                    let ran = match round % 3 {
                        0 => clones.warroom(number, ["log", &change]),
                        1 => clones.warroom(number, ["hypothesis", "add", &change]),
                        _ => clones.warroom(number, ["check", "add", &change]),
                    };
                    assert!(matches!(ran.code(), 0 | 6), "{}", ran.said());
                }
            });
        }
    });
    let text = clones.converge();
    for number in 0..count {
        for round in 0..rounds {
            has(&text, &[&format!("storm {number}/{round}.")]);
        }
    }
}

#[test]
fn hooks_run_and_commits_are_signed_once_the_person_says_so() {
    let clones = Clones::new(1);
    let root = clones.root(0);
    let ran = clones.outside().join("ran");
    let program = |path: &std::path::Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    program(
        &root.join(".git/hooks/pre-push"),
        &format!("#!/bin/sh\necho pushed >> '{}'\n", ran.display()),
    );
    let gpg = clones.outside().join("gpg");
    program(
        &gpg,
        "#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED D' >&2\necho 'a signature of the test'\n",
    );
    clones.git(0, ["config", "gpg.program", gpg.to_str().unwrap()]);
    clones.warroom(0, ["log", "as ever"]).ok();
    assert!(!ran.exists());
    let config = clones.outside().join("config/config.yaml");
    fs::write(&config, "git-hooks: true\ngit-signing: true\n").unwrap();
    clones.warroom(0, ["log", "with hook and signature"]).ok();
    has(&fs::read_to_string(&ran).unwrap(), &["pushed"]);
    let commit = |name: &str| clones.git(0, ["cat-file", "commit", name]);
    has(&commit("HEAD"), &["gpgsig a signature of the test"]);
    assert!(!commit("HEAD~1").contains("gpgsig"));
    // A hook that refuses holds up the push and nothing else.
    program(
        &root.join(".git/hooks/pre-push"),
        "#!/bin/sh\necho not today >&2\nexit 1\n",
    );
    clones.warroom(0, ["log", "held up"]).fails(6);
    fs::write(&config, "").unwrap();
    clones.warroom(0, ["sync"]).ok();
    has(
        &clones.git(0, ["log", "origin/main", "--format=%s"]),
        &["logged a note"],
    );
}

/// Saves the whole file as an editor does, with one more line by hand that has no id.
fn save_by_hand(clones: &Clones, number: usize, words: &str) {
    let file = clones.file(number);
    let text = clones.text(number);
    let end = text.rfind("# end of").unwrap();
    let line = format!("- at: 2026-11-20T14:30:00.000Z\n  by: p{number}\n  kind: note\n  text: {words}\n");
    let temp = file.with_file_name("4913");
    fs::write(&temp, format!("{}{line}{}", &text[..end], &text[end..])).unwrap();
    fs::rename(temp, file).unwrap();
}

#[test]
fn editors_and_plain_git_in_a_storm_of_clones_lose_nothing() {
    let (count, rounds) = (4, 4);
    let clones = Clones::new(count);
    std::thread::scope(|scope| {
        for number in 0..count {
            let clones = &clones;
            scope.spawn(move || {
                for round in 0..rounds {
                    let words = format!("storm {number}/{round}.");
                    match (number + round) % 4 {
                        0 => drop(clones.warroom(number, ["log", &words])),
                        1 => save_by_hand(clones, number, &words),
                        2 => {
                            save_by_hand(clones, number, &words);
                            clones.git(number, ["commit", "-q", "-am", "by hand"]);
                            clones.git(number, ["pull", "-q", "--no-rebase", "--no-edit"]);
                            // Somebody may have been first; then a later sync sends it.
                            clones.try_git(number, ["push", "-q"]);
                        }
                        _ => drop(clones.warroom(number, ["hypothesis", "add", &words])),
                    }
                }
            });
        }
    });
    let text = clones.converge();
    for number in 0..count {
        for round in 0..rounds {
            let words = format!("storm {number}/{round}.");
            assert_eq!(text.matches(&format!(": {words}\n")).count(), 1, "{words}\n{text}");
        }
    }
    assert!(!text.contains("<<<<<<<"));
    clones.warroom(0, ["validate"]).ok();
}

#[test]
fn fault_62_a_forced_push_that_drops_our_commits_is_undone_and_told() {
    let clones = Clones::new(2);
    let before = clones.git(0, ["rev-parse", "HEAD"]);
    clones.warroom(0, ["log", "dropped by force"]).ok();
    clones.warroom(1, ["sync"]).ok();
    clones.git(
        0,
        ["push", "-q", "--force", "origin", &format!("{}:main", before.trim())],
    );
    let ran = clones.warroom(1, ["sync"]);
    ran.ok();
    has(&ran.said(), &["rewrote main at origin", "nothing of yours is lost"]);
    has(
        &clones.git(
            1,
            ["show", &format!("origin/main:incidents/{}/incident.yaml", clones.id)],
        ),
        &["dropped by force"],
    );
    has(&clones.converge(), &["dropped by force"]);
}

#[test]
fn fault_63_a_branch_deleted_at_the_remote_is_made_again_on_demand() {
    let clones = Clones::new(1);
    clones.git(0, ["push", "-q", "origin", "main:other"]);
    let hub = clones.hub();
    clones.git(
        0,
        [
            "--git-dir",
            hub.to_str().unwrap(),
            "symbolic-ref",
            "HEAD",
            "refs/heads/other",
        ],
    );
    clones.git(0, ["push", "-q", "origin", "--delete", "main"]);
    clones.git(0, ["update-ref", "refs/remotes/origin/main", "HEAD"]);
    clones.warroom(0, ["sync"]).ok();
    clones.warroom(0, ["log", "again"]).ok();
    has(&clones.git(0, ["ls-remote", "--heads", "origin"]), &["refs/heads/main"]);
}

#[test]
fn fault_64_a_remote_that_cannot_be_reached_takes_bounded_time() {
    let clones = Clones::new(1);
    // A port that takes the connection and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for (url, why) in [
        (format!("git://127.0.0.1:{port}/x"), "no answer within"),
        ("http://127.0.0.1:1/x".to_owned(), "connect"),
        ("git://no-such-host.invalid/x".to_owned(), "no-such-host.invalid"),
    ] {
        clones.git(0, ["remote", "set-url", "origin", &url]);
        let start = Instant::now();
        let said = clones.warroom(0, ["log", &format!("cut off from {why}")]).fails(6);
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
        has(&said.to_lowercase(), &["saved and committed", why]);
    }
    let hub = clones.hub();
    clones.git(0, ["remote", "set-url", "origin", hub.to_str().unwrap()]);
    clones.warroom(0, ["sync"]).ok();
    has(
        &clones.git(0, ["log", "origin/main", "--format=%s"]),
        &["logged a note"],
    );
}

#[test]
fn fault_65_no_prompt_and_a_sentence_when_not_let_in() {
    let clones = Clones::new(1);
    let ssh = clones.outside().join("ssh");
    let tries = clones.outside().join("tries");
    fs::write(
        &ssh,
        format!(
            "#!/bin/sh\necho x >> {}\necho 'git@host: Permission denied (publickey).' >&2\nexit 255\n",
            tries.display()
        ),
    )
    .unwrap();
    fs::set_permissions(&ssh, fs::Permissions::from_mode(0o755)).unwrap();
    clones.git(0, ["config", "core.sshCommand", ssh.to_str().unwrap()]);
    clones.git(0, ["remote", "set-url", "origin", "git@host:x.git"]);
    let said = clones.warroom(0, ["log", "locked out"]).fails(6);
    has(
        &said,
        &["Permission denied (publickey)", "Sign in for git in another terminal"],
    );
    assert_eq!(fs::read_to_string(tries).unwrap().lines().count(), 1, "one attempt");
}

#[test]
fn fault_66_a_refused_push_shows_the_servers_words_made_safe() {
    let clones = Clones::new(1);
    let hook = clones.hub().join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(
        &hook,
        "#!/bin/sh\nprintf '\\033]0;owned\\007no pushes on a friday\\n' >&2\nexit 1\n",
    )
    .unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let said = clones.warroom(0, ["log", "friday"]).fails(6);
    assert!(!said.contains('\u{1b}') && !said.contains('\u{7}'), "{said:?}");
    has(&said, &["The server refuses"]);
    fs::remove_file(&hook).unwrap();
    clones.warroom(0, ["sync"]).ok();
}

#[test]
fn fault_67_nothing_of_the_repositorys_own_is_run() {
    let clones = Clones::new(2);
    let ran = clones.outside().join("ran");
    let root = clones.root(0);
    let script = clones.outside().join("script");
    fs::write(
        &script,
        format!("#!/bin/sh\necho \"$0\" >> {}\nsleep 60\nexit 1\n", ran.display()),
    )
    .unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    for hook in [
        "pre-commit",
        "commit-msg",
        "post-commit",
        "pre-push",
        "post-merge",
        "reference-transaction",
        "pre-merge-commit",
        "post-checkout",
        "post-index-change",
        "prepare-commit-msg",
    ] {
        fs::create_dir_all(root.join(".git/hooks")).unwrap();
        fs::copy(&script, root.join(".git/hooks").join(hook)).unwrap();
    }
    let script = script.to_str().unwrap();
    for (key, value) in [
        ("core.fsmonitor", script),
        ("core.editor", script),
        ("core.pager", script),
        ("gpg.program", script),
        ("commit.gpgSign", "true"),
        ("alias.status", "!false"),
    ] {
        clones.git(
            0,
            [
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "core.fsmonitor=false",
                "config",
                key,
                value,
            ],
        );
    }
    clones.warroom(1, ["log", "from the other"]).ok();
    let start = Instant::now();
    clones.warroom(0, ["log", "beside hooks"]).ok();
    clones.warroom(0, ["sync"]).ok();
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(!ran.exists(), "{}", fs::read_to_string(&ran).unwrap());
    has(&clones.text(0), &["from the other", "beside hooks"]);
}

#[test]
fn fault_69_names_are_never_options() {
    let clones = Clones::new(1);
    clones.git(0, ["branch", "-m", "main", "x--upload-pack=touch"]);
    clones.git(0, ["config", "branch.x--upload-pack=touch.remote", "origin"]);
    clones.git(
        0,
        ["config", "branch.x--upload-pack=touch.merge", "refs/heads/--exec=touch"],
    );
    clones.warroom(0, ["log", "odd branch"]).ok();
    has(&clones.git(0, ["ls-remote", "origin"]), &["refs/heads/--exec=touch"]);
    assert!(!clones.root(0).join("touch").exists());
}

#[test]
fn fault_70_shallow_linked_and_sha256() {
    let clones = Clones::new(1);
    clones.warroom(0, ["log", "history"]).ok();
    let url = format!("file://{}", clones.hub().display());
    let shallow = clones.outside().join("c1");
    clones.git(0, ["clone", "-q", "--depth", "1", &url, shallow.to_str().unwrap()]);
    clones.git(1, ["config", "user.name", "p1"]);
    clones.git(1, ["config", "user.email", "p1@example.org"]);
    clones.warroom(0, ["log", "zero after"]).ok();
    clones.warroom(1, ["log", "from a shallow clone"]).ok();
    clones.warroom(0, ["sync"]).ok();
    has(&clones.text(0), &["from a shallow clone", "zero after"]);
    // A linked working tree on a branch of its own.
    let linked = clones.outside().join("c2");
    clones.git(0, ["worktree", "add", "-q", "-b", "drill", linked.to_str().unwrap()]);
    clones.warroom(2, ["log", "from a linked tree"]).ok();
    has(
        &clones.git(0, ["log", "-1", "--format=%s", "drill"]),
        &["logged a note"],
    );
    has(
        &clones.git(0, ["ls-remote", "--heads", "origin"]),
        &["refs/heads/drill"],
    );
    // Other names for objects.
    let sha = clones.outside().join("c3");
    clones.git(
        0,
        [
            "init",
            "-q",
            "--object-format=sha256",
            "-b",
            "main",
            sha.to_str().unwrap(),
        ],
    );
    clones.git(3, ["config", "user.name", "p3"]);
    clones.git(3, ["config", "user.email", "p3@example.org"]);
    clones.warroom(3, ["init"]).ok();
    clones
        .warroom(3, ["declare", "--title", "long names", "--severity", "P2"])
        .ok();
    clones.warroom(3, ["log", "kept"]).ok();
    assert_eq!(clones.git(3, ["status", "--porcelain"]), "");
    assert_eq!(clones.git(3, ["rev-parse", "HEAD"]).trim().len(), 64);
}

#[test]
fn fault_72_unrelated_histories_are_joined() {
    let clones = Clones::new(1);
    clones.warroom(0, ["log", "known at the remote"]).ok();
    let file = clones.text(0);
    let other = clones.outside().join("c1");
    clones.git(0, ["init", "-q", "-b", "main", other.to_str().unwrap()]);
    clones.git(1, ["config", "user.name", "p1"]);
    clones.git(1, ["config", "user.email", "p1@example.org"]);
    clones.warroom(1, ["init"]).ok();
    fs::create_dir_all(clones.file(1).parent().unwrap()).unwrap();
    fs::write(clones.file(1), file).unwrap();
    clones.warroom(1, ["log", "of another history"]).ok();
    let hub = clones.hub();
    clones.git(1, ["remote", "add", "origin", hub.to_str().unwrap()]);
    clones.warroom(1, ["sync"]).ok();
    clones.warroom(0, ["sync"]).ok();
    has(&clones.text(0), &["known at the remote", "of another history"]);
    assert_eq!(clones.text(0), clones.text(1));
}

#[test]
fn fault_73_a_driver_that_is_missing_or_cannot_read_leaves_both_sides() {
    let clones = Clones::new(2);
    clones.warroom(1, ["sync"]).ok();
    clones.git(
        1,
        [
            "config",
            "merge.warroom.driver",
            "'/no/such/warroom' merge-driver %O %A %B %P || git merge-file --marker-size=%L %A %O %B",
        ],
    );
    clones.warroom(0, ["log", "pushed"]).ok();
    // A commit by hand, since the verbs would mend the driver.
    let text = clones.text(1).replace(
        "# end of",
        "- id: ebyhand22\n  at: 2026-11-20T14:12:44.018Z\n  by: p1\n  kind: note\n  text: by hand\n# end of",
    );
    fs::write(clones.file(1), text).unwrap();
    clones.git(1, ["commit", "-qam", "by hand"]);
    assert!(
        !clones
            .try_git(1, ["pull", "-q", "--no-rebase", "--no-edit"])
            .status
            .success()
    );
    has(&clones.text(1), &["pushed", "by hand", "<<<<<<<"]);
    clones.warroom(1, ["log", "goes on"]).fails(6);
    let text = clones.text(1);
    has(&text, &["pushed", "by hand", "goes on"]);
    assert!(!text.contains("<<<<<<<"), "{text}");
    clones.git(1, ["commit", "-qam", "merged"]);
    clones.warroom(1, ["sync"]).ok();
    has(&clones.converge(), &["pushed", "by hand", "goes on"]);
    // The driver itself, on something that is no incident: git's own merge is left.
    let [base, ours, theirs] = ["base", "ours", "theirs"].map(|name| {
        let path = clones.outside().join(name);
        fs::write(&path, format!("a: [{name}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let ran = clones.warroom(0, ["merge-driver", &base, &ours, &theirs, "incidents/x/incident.yaml"]);
    has(&ran.fails(1), &["cannot be merged"]);
    assert_eq!(fs::read_to_string(ours).unwrap(), "a: [ours\n");
}

#[test]
fn fault_74_without_git_the_file_goes_on() {
    let clones = Clones::new(1);
    let output = clones
        .command(env!("CARGO_BIN_EXE_warroom"), 0)
        .env("PATH", "/nowhere")
        .args(["log", "no git here"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(6),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    has(&clones.text(0), &["no git here"]);
    let output = clones
        .command(env!("CARGO_BIN_EXE_warroom"), 0)
        .env("PATH", "/nowhere")
        .args(["doctor"])
        .output()
        .unwrap();
    has(&Ran(output).fails_out(1), &["git is not installed"]);
}

#[test]
fn fault_76_a_clone_without_warroom_pushes_what_union_left() {
    let clones = Clones::new(3);
    let driverless = |number: usize| {
        let _ = fs::remove_file(clones.root(number).join(".git/info/attributes"));
    };
    clones.warroom(0, ["log", "of zero"]).ok();
    clones.warroom(0, ["severity", "P0", "--reason", "worse"]).ok();
    driverless(1);
    let text = clones.text(1).replace("severity: P1", "severity: P2").replace(
        "# end of",
        "- id: ebyhand22\n  at: 2026-11-20T14:12:44.018Z\n  by: p1\n  kind: note\n  text: by hand\n# end of",
    );
    fs::write(clones.file(1), text).unwrap();
    clones.git(1, ["commit", "-qam", "by hand"]);
    clones.git(1, ["pull", "-q", "--no-rebase", "--no-edit"]);
    clones.git(1, ["push", "-q"]);
    let left = clones.text(1);
    assert!(
        left.contains("severity: P0") && left.contains("severity: P2"),
        "union keeps both\n{left}"
    );
    for number in [0, 2] {
        clones.warroom(number, ["sync"]).ok();
        clones
            .warroom(number, ["log", &format!("after {number}")])
            .0
            .status
            .code()
            .unwrap();
    }
    let text = clones.converge();
    has(&text, &["of zero", "by hand", "after 0", "after 2"]);
    assert_eq!(text.matches("\nseverity: ").count(), 1, "{text}");
}

#[test]
fn fault_81_the_same_commits_twice_change_nothing() {
    let clones = Clones::new(2);
    clones.warroom(0, ["log", "once"]).ok();
    clones.warroom(1, ["sync"]).ok();
    let before = (clones.text(1), clones.git(1, ["rev-parse", "HEAD"]));
    clones.git(1, ["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    clones.warroom(1, ["sync"]).ok();
    clones.warroom(1, ["sync"]).ok();
    assert_eq!(before, (clones.text(1), clones.git(1, ["rev-parse", "HEAD"])));
}

#[test]
fn one_number_for_two_incidents_the_late_one_moves_with_its_links() {
    let clones = Clones::new(2);
    let declare = |number: usize, title: &str| {
        let ran = clones.warroom(number, ["--offline", "declare", "--title", title, "--severity", "P2"]);
        ran.out().trim().to_owned()
    };
    let first = declare(0, "DNS down");
    let second = declare(1, "Disk full");
    assert_eq!(first, second, "both took the next number");
    let linked = clones.warroom(
        1,
        [
            "--offline",
            "declare",
            "--title",
            "Follow-up",
            "--severity",
            "P3",
            "--related",
            &second,
        ],
    );
    let linked = linked.out().trim().to_owned();
    clones.warroom(0, ["sync"]).ok();
    let ran = clones.warroom(1, ["sync"]);
    ran.ok();
    has(&ran.said(), &[&format!("{second} is "), "reached the remote first"]);
    clones.warroom(0, ["sync"]).ok();
    let titles = |number: usize| clones.warroom(number, ["list", "--all"]).ok();
    for number in 0..2 {
        has(
            &titles(number),
            &["DNS down", "Disk full", "Follow-up", "Checkout failing"],
        );
    }
    let here = fs::read_to_string(clones.root(1).join("incidents").join(&first).join("incident.yaml")).unwrap();
    has(&here, &["DNS down", &format!("# end of {first}")]);
    let link = fs::read_to_string(clones.root(0).join("incidents").join(&linked).join("incident.yaml")).unwrap();
    assert!(!link.contains(&format!("target: {second}\n")), "{link}");
    for number in 0..2 {
        assert_eq!(clones.git(number, ["status", "--porcelain"]), "");
    }
}

#[test]
fn two_who_settle_one_conflict_each_in_another_way_are_asked_once_more() {
    let clones = Clones::new(2);
    clones
        .warroom(0, ["--offline", "severity", "P0", "--reason", "worse"])
        .fails(6);
    clones
        .warroom(1, ["--offline", "severity", "P2", "--reason", "better"])
        .fails(6);
    clones.converge();
    let open = |number: usize| {
        let shown = clones.warroom(number, ["show", "--json"]).json();
        shown["derived"]["conflicts"].as_array().unwrap().clone()
    };
    let event = open(0)[0]["event"].as_str().unwrap().to_owned();
    let kept = open(0)[0]["kept"].as_str().unwrap().to_owned();
    let ran = clones.warroom(0, ["--offline", "settle", &event, "keep"]);
    has(&ran.out(), &[&format!("settled: severity is {kept}")]);
    assert!(open(0).is_empty());
    clones.warroom(1, ["--offline", "settle", &event, "take"]).fails(6);
    clones.converge();
    // Neither answer is dropped without a word: what they said differs, and the next one to look decides.
    assert_eq!(open(0), open(1));
    let [asked] = open(0).try_into().unwrap();
    assert_ne!(asked["event"], event.as_str());
    clones
        .warroom(1, ["settle", asked["event"].as_str().unwrap(), "keep"])
        .ok();
    clones.converge();
    assert!(open(0).is_empty() && open(1).is_empty(), "{:?}", open(0));
}

impl Ran {
    /// It ended with this status; its output.
    fn fails_out(&self, code: i32) -> String {
        assert_eq!(self.code(), code, "{}\n{}", self.out(), self.said());
        self.out()
    }
}

#[test]
fn a_collision_goes_by_the_safer_value_shuts_the_gate_and_is_settled_by_one() {
    let clones = Clones::new(2);
    clones
        .warroom(0, ["--offline", "severity", "P0", "--reason", "worse"])
        .fails(6);
    clones
        .warroom(1, ["--offline", "severity", "P2", "--reason", "better"])
        .fails(6);
    clones.converge();
    let shown = clones.warroom(0, ["show", "--json"]).json();
    let conflicts = shown["derived"]["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 1, "{shown}");
    assert_eq!(conflicts[0]["subject"], "severity");
    let missing = shown["derived"]["gate"]["missing"].to_string();
    has(&missing, &["settle the conflict over severity"]);
    // Clocks go by P0 on both sides, whichever of the two stands.
    for number in 0..2 {
        let timers = clones.warroom(number, ["timer", "list", "--json"]).ok();
        has(&timers, &["executives.first"]);
        // And so does all else that names a severity.
        has(
            &clones.warroom(number, ["show"]).ok(),
            &["P0  ", "1 conflict to settle"],
        );
        has(&clones.warroom(number, ["statusline"]).ok(), &["P0 "]);
        has(&clones.warroom(number, ["list", "--severity", "P0"]).ok(), &["P0 "]);
    }
    clones
        .warroom(1, ["mitigation", "propose", "Roll back", "--risk", "low"])
        .ok();
    let started = clones.warroom(1, ["mitigation", "start", "m"]);
    has(&started.fails(3), &["at P0 before it is approved"]);
    let event = conflicts[0]["event"].as_str().unwrap();
    has(
        &clones.warroom(1, ["settle"]).ok(),
        &[event, "warroom settle EVENT keep|take"],
    );
    let lost = conflicts[0]["lost"].as_str().unwrap().to_owned();
    clones.warroom(1, ["settle", event, "take"]).ok();
    clones.converge();
    for number in 0..2 {
        let shown = clones.warroom(number, ["show", "--json"]).json();
        assert_eq!(shown["severity"], lost.as_str());
        assert_eq!(shown["derived"]["conflicts"].as_array().unwrap().len(), 0);
    }
    has(
        &clones.warroom(0, ["settle", event, "keep"]).fails(2),
        &["has settled that already"],
    );
}
