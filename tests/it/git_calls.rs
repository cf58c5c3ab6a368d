//! What a call of git may do and what is said of it: nothing of a repository's own runs, no secret is printed, the terminal
//! stays ours, and the words of a server are shown but decide nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::clones::Clones;
use crate::gits::path_to_old;
use crate::harness::Repo;
use crate::pty::Console;

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

/// A program in the folder of everything; its path.
fn program(folder: &Path, name: &str, lines: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_folder_that_looks_like_a_bare_repository_runs_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Also with a git that does not know the setting against it.
    for path in [path, path_to_old(temp.path(), warroom::git::command::OLDEST)] {
        looks_like_a_bare_repository(path.to_str().unwrap());
    }
}

fn looks_like_a_bare_repository(path: &str) {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let ran = repo.outside().join("ran");
    let stranger = program(repo.outside(), "pwn.sh", &format!("echo x >> {}", ran.display()));
    let team = repo.path("team");
    for (name, text) in [
        ("HEAD", "ref: refs/heads/main\n".to_owned()),
        ("refs/keep", String::new()),
        ("objects/keep", String::new()),
        (
            "config",
            format!(
                "[core]\n\trepositoryformatversion = 0\n\tworktree = .\n[user]\n\tname = x\n\temail = x\n[remote \"origin\"]\n\turl = {0}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n\tuploadpack = {1}\n\treceivepack = {1}\n",
                repo.outside().display(),
                stranger.display()
            ),
        ),
        (".warroom/config.yaml", "framework: war-room\n".to_owned()),
    ] {
        repo.write(Path::new("team").join(name), text);
    }
    let there = format!("team/incidents/{id}/incident.yaml");
    repo.write(&there, fs::read_to_string(repo.file(&id)).unwrap());
    for verb in [
        &["log", "hello"][..],
        &["sync"],
        &["doctor"],
        &["declare", "--title", "y"],
        &["list"],
        &["status", "mitigated"],
        &["init"],
    ] {
        let outcome = repo.warroom(verb).env("PATH", path).within(&team).run();
        assert!(!ran.exists(), "{verb:?}: {outcome:#?}");
    }
    let mut console = Console::run(
        &repo,
        "kim",
        "sh",
        &[
            "-c",
            &format!("cd team && exec {} open {id}", env!("CARGO_BIN_EXE_warroom")),
        ],
        &[("PATH", path)],
        (120, 36),
    );
    console
        .shows("Checkout failing")
        .until("a word of git", |screen| !screen.contents().contains("git …"));
    console.press("q");
    console.ends();
    assert!(!ran.exists());
}

#[test]
fn no_password_of_an_address_is_printed() {
    let clones = Clones::new(1);
    for url in [
        "https://kim:s3cr3tTOKEN@127.0.0.1:9/x.git",
        "https://s3cr3tTOKEN@127.0.0.1:9/x.git",
        "https://127.0.0.1:9/x.git?private_token=s3cr3tTOKEN",
    ] {
        clones.git(0, ["remote", "set-url", "origin", url]);
        for verb in [
            &["doctor"][..],
            &["doctor", "--json"],
            &["doctor", "--offline"],
            &["sync"],
            &["sync", "--json"],
            &["log", "a line"],
            &["log", "--json", "another"],
            &["statusline"],
        ] {
            let ran = clones.warroom(0, verb);
            let told = ran.out() + &ran.said();
            assert!(!told.contains("s3cr3t"), "{url} {verb:?}: {told}");
        }
    }
    assert!(!clones.text(0).contains("s3cr3t"));
}

#[test]
fn a_line_is_recorded_with_few_calls_of_git() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    let real = repo.shell("command -v git");
    let calls = repo.outside().join("calls");
    let counted = repo.outside().join("counted");
    fs::create_dir(&counted).unwrap();
    let count = format!("echo \"$*\" >> '{}'\nexec '{}' \"$@\"", calls.display(), real.trim());
    program(&counted, "git", &count);
    let path = std::env::join_paths(
        std::iter::once(counted).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    repo.warroom(["log", "a line"]).env("PATH", path.unwrap()).ok();
    let calls = fs::read_to_string(calls).unwrap();
    // Who, where, what is set up, what changed, what the head holds, the commit (21 before settings were read in one call).
    assert!(calls.lines().count() <= 15, "{}:\n{calls}", calls.lines().count());
}

#[test]
fn the_words_of_a_server_are_shown_and_decide_nothing() {
    let clones = Clones::new(2);
    for words in [
        "frozen until 06:00, call ops",
        "safe.directory",
        "No space left on device",
        "error: cannot lock ref x",
    ] {
        program(
            &clones.hub().join("hooks"),
            "pre-receive",
            &format!("echo '{words}' >&2\nexit 1"),
        );
        let ran = clones.warroom(0, ["log", "a line"]);
        let told = ran.out() + &ran.said();
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), 6, "{told}");
        let told = ran.out() + &ran.said();
        has(&told, &[words, "Ask who runs it", "HEAD:refs/heads/"]);
        assert!(!told.contains("--add safe.directory"), "{told}");
    }
}

#[test]
fn what_git_runs_cannot_write_on_the_screen_and_is_heard() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    repo.git(["remote", "add", "origin", "ssh://git@example.invalid/inc.git"]);
    let wrapper = program(
        repo.outside(),
        "wrapper.sh",
        "printf 'If no browser opens, go to https://sso.example.org/x ' > /dev/tty\ncat < /dev/tty\nstty sane < /dev/tty\necho 'ERROR: access denied, log in first' >&2\nexit 255",
    );
    let mut console = Console::run(
        &repo,
        "kim",
        env!("CARGO_BIN_EXE_warroom"),
        &["open", &id],
        &[("GIT_SSH_COMMAND", wrapper.to_str().unwrap())],
        (160, 36),
    );
    console.shows("Checkout failing").shows("refused");
    console.press("lkeys still come here<Enter>");
    console.shows("keys still come here");
    let bytes = String::from_utf8_lossy(&console.bytes()).into_owned();
    assert!(!bytes.contains("sso.example.org"), "{bytes}");
    console.press("q");
    console.ends();
    let ran = repo.warroom(["sync"]).env("GIT_SSH_COMMAND", &wrapper).run();
    has(&(ran.stdout + &ran.stderr), &["access denied, log in first"]);
}

/// The lock of one syncing at a time, in a clone.
fn sync_lock(clones: &Clones, number: usize) -> PathBuf {
    clones.root(number).join(".git/warroom/sync.lock")
}

#[test]
fn a_lock_that_cannot_be_opened_is_not_a_lock_that_is_held() {
    let clones = Clones::new(1);
    let lock = sync_lock(&clones, 0);
    let pipe = |path: &Path| {
        rustix::fs::mknodat(
            rustix::fs::CWD,
            path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
    };
    let folder = |path: &Path| fs::create_dir(path).unwrap();
    let link = |path: &Path| std::os::unix::fs::symlink(clones.outside().join("not-made"), path).unwrap();
    let kinds: [&dyn Fn(&Path); 3] = [&pipe, &folder, &link];
    for (number, make) in kinds.iter().enumerate() {
        let _ = fs::remove_file(&lock).or_else(|_| fs::remove_dir(&lock));
        make(&lock);
        let ran = clones.warroom(0, ["log", &format!("line {number}")]);
        assert_eq!(ran.code(), 0, "{}", ran.said());
        has(&ran.said(), &["cannot be locked", "goes on without the lock"]);
        let ran = clones.warroom(0, ["sync", "--json"]);
        assert_eq!(ran.code(), 0);
        has(&ran.out(), &["\"synced\""]);
        assert_eq!(clones.git(0, ["status", "--porcelain", "incidents"]), "");
        assert_eq!(clones.git(0, ["rev-list", "--count", "origin/main..HEAD"]).trim(), "0");
    }
    assert!(!clones.outside().join("not-made").exists());
}

#[test]
fn who_holds_the_syncing_and_is_stopped_is_named() {
    let clones = Clones::new(1);
    let lock = sync_lock(&clones, 0);
    let held = fs::File::options().write(true).open(&lock).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let mut sleeper = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let process = sleeper.id();
    let pid = rustix::process::Pid::from_child(&sleeper);
    fs::write(&lock, format!("{process} kim\n")).unwrap();
    // It runs, and what this verb changed is not committed yet.
    let ran = clones.warroom(0, ["log", "a line"]);
    assert_eq!(ran.code(), 6, "{}", ran.said());
    has(
        &ran.said(),
        &[&format!("kim, process {process} syncs this working tree.")],
    );
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    let state = || fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    while !state().contains(") T ") {
        std::thread::yield_now();
    }
    for verb in [&["log", "another"][..], &["sync"]] {
        let ran = clones.warroom(0, verb);
        assert_eq!(ran.code(), 6, "{}", ran.said());
        let told = ran.out() + &ran.said();
        has(&told, &[&format!("kim, process {process}"), "is stopped", "kill -CONT"]);
        assert!(!told.contains("A console of this working tree"), "{told}");
    }
    sleeper.kill().unwrap();
    sleeper.wait().unwrap();
    drop(held);
    clones.warroom(0, ["sync"]).ok();
    assert_eq!(clones.git(0, ["status", "--porcelain", "incidents"]), "");
}

#[test]
fn a_folder_that_fails_is_not_asked_more_often_than_its_wait_allows() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let hub = repo.outside().join("hub.git");
    repo.git(["init", "-q", "--bare", "-b", "main", hub.to_str().unwrap()]);
    repo.git(["remote", "add", "origin", hub.to_str().unwrap()]);
    let calls = repo.outside().join("calls");
    let lines = format!(
        "echo call >> '{}'\necho 'fatal: out of order' >&2\nexit 128",
        calls.display()
    );
    let failing = program(repo.outside(), "failing.sh", &lines);
    for service in ["uploadpack", "receivepack"] {
        repo.git(["config", &format!("remote.origin.{service}"), failing.to_str().unwrap()]);
    }
    let count = || fs::read_to_string(&calls).unwrap_or_default().lines().count();
    assert_eq!(repo.warroom(["sync"]).run().code, Some(6));
    let alone = count();
    assert!(alone > 0, "the program is not asked");
    let start = std::time::Instant::now();
    let mut console = Console::open(&repo, "kim", &["open", &id]);
    console.shows("Checkout failing").shows("offline");
    for number in 0..8 {
        console.press(&format!("lline {number}<Enter>"));
        console.shows(&format!("line {number}"));
        // What woke it once for every round that failed.
        fs::write(hub.join("refs/heads/.touched"), "x").unwrap();
        fs::remove_file(hub.join("refs/heads/.touched")).unwrap();
    }
    // Until it was asked again by itself, twice.
    let before = count();
    while count() < before + 2 * alone {
        assert!(start.elapsed().as_secs() < 60, "it is not asked any more");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // The shortest wait is four fifths of a second; a slow machine only makes for fewer calls.
    let waits = usize::try_from(start.elapsed().as_millis() / 800).unwrap();
    let asked = count() - alone;
    assert!(asked <= alone * (2 + waits), "{asked} calls in {waits} waits");
    console.press("q");
    console.ends();
}

#[test]
fn a_write_past_a_limit_is_an_error_as_any_other() {
    let repo = Repo::new();
    repo.declare("Checkout failing", "P1");
    let line = "x".repeat(3000);
    let script = format!("ulimit -f 1; exec {} log {line}", env!("CARGO_BIN_EXE_warroom"));
    let mut command = std::process::Command::new("sh");
    repo.clean(&mut command);
    let output = command.args(["-c", &script]).current_dir(repo.root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    // A signal would have ended it: no code, and no word.
    assert!(
        output.status.code().is_some_and(|code| code != 0 && code < 128),
        "{said}"
    );
    assert!(said.contains("warroom: "), "{said}");
}

#[test]
fn no_commits_are_never_said_to_wait() {
    let clones = Clones::new(1);
    clones.git(0, ["config", "remote.origin.uploadpack", "false"]);
    let ran = clones.warroom(0, ["sync"]);
    assert_eq!(ran.code(), 6);
    has(&ran.out(), &["all of it was at origin when that last answered"]);
    fs::rename(clones.hub(), clones.outside().join("away.git")).unwrap();
    let ran = clones.warroom(0, ["log", "a line"]);
    // Where git cannot count, or what was there is no more, no number is said.
    assert!(!ran.said().contains(" 0 commits"), "{}", ran.said());
    has(&ran.said(), &["not at origin yet"]);
}

#[test]
#[allow(clippy::too_many_lines, reason = "one file after the other")]
fn no_call_of_git_reads_a_file_that_is_too_large_to_be_ours() {
    const HUGE: u64 = 64 << 30;
    let clones = Clones::new(2);
    let root = clones.root(0);
    let first = clones.id.clone();
    let second = clones
        .warroom(0, ["declare", "--title", "Second", "--severity", "P2"])
        .ok();
    let second = second.trim();
    fs::write(root.join("incidents").join(second).join("dump.bin"), "small").unwrap();
    fs::write(root.join("heap"), "small").unwrap();
    clones.git(0, ["add", "heap", &format!("incidents/{second}/dump.bin")]);
    clones.git(0, ["commit", "-q", "-m", "files of ours"]);
    clones.warroom(0, ["sync"]).ok();
    clones.warroom(1, ["sync"]).ok();
    // What the index of git does not know the size of is read whole, if git is asked: what we committed ourselves.
    let huge = |path: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let file = fs::File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .unwrap();
        file.set_len(HUGE).unwrap();
    };
    let incident = format!("incidents/{second}/incident.yaml");
    clones.git(
        0,
        ["update-index", "--cacheinfo", &{
            let held = clones.git(0, ["rev-parse", "HEAD:heap"]);
            format!("100644,{},heap", held.trim())
        }],
    );
    for path in [
        &incident,
        &format!("incidents/{second}/dump.bin"),
        &format!("incidents/{second}/dump.md"),
        "incidents/INC-2026-0099/incident.yaml",
        "incidents/loose",
        "runbooks/deep/video",
        "runbooks/README.md",
        "heap",
        "untracked",
    ] {
        huge(path);
    }
    let left_out = [
        "cannot be read",
        "is the most that is read of such a file",
        "incidents/INC-2026-0099/incident.yaml",
        &incident,
    ];
    let synced = || {
        let ran = clones.warroom(0, ["sync"]);
        assert_eq!(ran.code(), 6, "{}", ran.out());
        has(&ran.out(), &left_out);
        assert!(!ran.out().contains("git gave no answer"), "{}", ran.out());
    };
    let ran = clones.warroom(0, ["log", "-i", &first, "a line"]);
    assert!(!ran.said().contains("git gave no answer"), "{}", ran.said());
    synced();
    assert_eq!(clones.git(0, ["rev-list", "--count", "origin/main..HEAD"]).trim(), "0");
    // Also where git itself has files to bring, new and changed.
    clones.warroom(1, ["sync"]).ok();
    let third = clones
        .warroom(1, ["declare", "--title", "Third", "--severity", "P2"])
        .ok();
    fs::write(clones.root(1).join("README"), "x\n").unwrap();
    clones.git(1, ["add", "README"]);
    clones.git(1, ["commit", "-q", "-m", "x"]);
    clones.warroom(1, ["sync"]).ok();
    synced();
    assert!(root.join("incidents").join(third.trim()).join("incident.yaml").exists());
    fs::write(clones.root(1).join("README"), "y\n").unwrap();
    clones.git(1, ["commit", "-q", "-a", "-m", "y"]);
    clones.warroom(1, ["log", "-i", &first, "theirs"]).ok();
    clones.warroom(0, ["log", "-i", &first, "and mine"]);
    synced();
    assert_eq!(fs::read_to_string(root.join("README")).unwrap(), "y\n");
    has(&clones.text(0), &["a line", "theirs", "and mine"]);
    // An incident that was deleted is put back, and doctor does not wait.
    fs::remove_dir_all(root.join("incidents").join(&first)).unwrap();
    clones.git(
        0,
        [
            "update-index",
            "--force-remove",
            &format!("incidents/{first}/incident.yaml"),
        ],
    );
    synced();
    assert!(clones.file(0).exists());
    let told = clones.warroom(0, ["doctor"]).out();
    assert!(!told.contains("git gave no answer"), "{told}");
    has(&told, &["main"]);
}

/// A repository with a remote beside it, and another clone of that; their folders.
fn with_hub(repo: &Repo) -> (PathBuf, PathBuf) {
    let hub = repo.outside().join("hub.git");
    repo.git(["init", "-q", "--bare", "-b", "main", hub.to_str().unwrap()]);
    repo.git(["remote", "add", "origin", hub.to_str().unwrap()]);
    repo.warroom(["sync"]).ok();
    let other = repo.outside().join("other");
    repo.git(["clone", "-q", hub.to_str().unwrap(), other.to_str().unwrap()]);
    for (name, value) in [("user.name", "lee"), ("user.email", "lee@example.org")] {
        repo.git(["-C", other.to_str().unwrap(), "config", name, value]);
    }
    (hub, other)
}

/// Waits for something that is not on the screen.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed().as_secs() < 60, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_head_that_moves_past_a_file_loses_nothing_of_it() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let (hub, other) = with_hub(&repo);
    let at_hub = || {
        let path = format!("main:incidents/{id}/incident.yaml");
        repo.git(["-C", hub.to_str().unwrap(), "show", &path])
    };
    // A console that may write no incident file, as on a disk that has become read-only.
    let fail = [("WARROOM_FAILPOINT", "write.exchange:err=30")];
    let mut console = Console::run(
        &repo,
        "kim",
        env!("CARGO_BIN_EXE_warroom"),
        &["open", &id],
        &fail,
        (160, 36),
    );
    console.shows("Checkout failing");
    repo.warroom(["log", "from there"]).by("lee").within(&other).ok();
    let head = || repo.git(["show", &format!("HEAD:incidents/{id}/incident.yaml")]);
    console.shows("from there");
    wait_until("HEAD does not move", || head().contains("from there"));
    assert!(
        !repo
            .read(format!("incidents/{id}/incident.yaml"))
            .contains("from there")
    );
    console.press("lfrom here<Enter>").shows("from here");
    repo.warroom(["log", "more from there"]).by("lee").within(&other).ok();
    console.shows("more from there");
    // Several rounds, each of which finds a file that knows less than the head.
    for _ in 0..3 {
        console.send(b"\x13");
        has(&at_hub(), &["from there", "more from there"]);
    }
    console.press("q");
    console.ends();
    // The disk is well again.
    let mut console = Console::open(&repo, "kim", &["open", &id]);
    console.shows("from here").shows("more from there");
    wait_until("the hub lacks something", || at_hub().contains("from here"));
    console.press("q");
    console.ends();
    repo.warroom(["sync"]).ok();
    let text = repo.read(format!("incidents/{id}/incident.yaml"));
    assert_eq!(at_hub(), text);
    for line in ["from there", "more from there", "from here"] {
        assert_eq!(text.matches(&format!("text: {line}\n")).count(), 1, "{line}:\n{text}");
    }
    assert!(!text.contains("by hand"), "{text}");
}

#[test]
fn a_program_that_failed_leaves_the_screen_as_it_should_be() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let (hub, _) = with_hub(&repo);
    fs::write(
        repo.config().join("config.yaml"),
        format!("hook: ['{}']\n", program(repo.outside(), "fails", "exit 3").display()),
    )
    .unwrap();
    repo.warroom(["hook", "allow", "on-timer"]).ok();
    // Somebody else with the same terminal writes into it.
    let (spoil, spoilt) = (repo.outside().join("spoil"), repo.outside().join("spoilt"));
    let script = format!(
        "(for word in FIRST SECOND; do while [ ! -e {spoil}-$word ]; do sleep 0.02; done; printf '\\033[9;3HSPOILT-%s' $word > /dev/tty; : > {spoilt}-$word; done) & exec {} open {id}",
        env!("CARGO_BIN_EXE_warroom"),
        spoil = spoil.display(),
        spoilt = spoilt.display(),
    );
    let mut console = Console::run(&repo, "kim", "sh", &["-c", &script], &[], (120, 36));
    console.shows("Checkout failing").shows("git ok");
    let away = repo.outside().join("away.git");
    for word in ["FIRST", "SECOND"] {
        fs::write(format!("{}-{word}", spoil.display()), "").unwrap();
        let marked = PathBuf::from(format!("{}-{word}", spoilt.display()));
        wait_until("nobody spoils the screen", || marked.exists());
        console.shows(&format!("SPOILT-{word}"));
        if word == "FIRST" {
            // A call of git that fails.
            fs::rename(&hub, &away).unwrap();
            console.send(b"\x13");
        } else {
            // The person's program for a timer.
            fs::rename(&away, &hub).unwrap();
            repo.warroom(["timer", "add", "call the bank", "1s"]).real_time().ok();
        }
        console.hides("SPOILT");
        console.shows("Checkout failing");
    }
    console.press("q");
    console.ends();
}

#[test]
fn what_git_keeps_does_not_pile_up() {
    let clones = Clones::new(1);
    let packs = || {
        let names = fs::read_dir(clones.root(0).join(".git/objects/pack")).unwrap();
        let is_pack = |path: &Path| path.extension() == Some("pack".as_ref());
        names.filter(|entry| is_pack(&entry.as_ref().unwrap().path())).count()
    };
    for number in 0..30 {
        clones.git(0, ["commit", "-q", "--allow-empty", "-m", &number.to_string()]);
        clones.git(0, ["repack", "-q", "-d"]);
    }
    assert!(packs() >= 30);
    clones.warroom(0, ["log", "a round of syncing"]).ok();
    wait_until("the packs are one or two", || packs() < 4);
    clones.git(0, ["fsck", "--strict"]);
    clones.warroom(0, ["log", "after it"]).ok();
    assert_eq!(clones.git(0, ["status", "--porcelain"]), "");
}
