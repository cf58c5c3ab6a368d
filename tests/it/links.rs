//! Nothing of a repository is read or written through a link out of it, at any door: each door with a link to a file that
//! keeps a secret, with one that leads nowhere, and with its folder linked out.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::clones::Clones;
use crate::harness::Repo;

const SECRET: &str = "t0psecret";

/// How the door is linked.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// The file itself, to one with a secret.
    File,
    /// The file itself, to none: writing through it would make one.
    Nowhere,
    /// The folder that it lies in.
    Folder,
}

const WAYS: [Way; 3] = [Way::File, Way::Nowhere, Way::Folder];

/// Puts a link in the place of a door; `outside` is a folder beside the repository.
fn link(place: &Path, way: Way, outside: &Path) {
    let secret = format!("{SECRET}: {SECRET}\n");
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    match way {
        Way::File | Way::Nowhere => {
            let _ = fs::remove_file(place).or_else(|_| fs::remove_dir_all(place));
            let target = outside.join(if matches!(way, Way::File) { "secret" } else { "nothing" });
            fs::write(outside.join("secret"), secret).unwrap();
            symlink(target, place).unwrap();
        }
        Way::Folder => {
            let folder = place.parent().unwrap();
            let there = outside.join("there");
            let _ = fs::remove_dir_all(&there);
            fs::create_dir(&there).unwrap();
            fs::write(there.join(place.file_name().unwrap()), secret).unwrap();
            fs::remove_dir_all(folder).unwrap();
            symlink(there, folder).unwrap();
        }
    }
}

/// Every file and link below a folder, with its content.
fn all_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path.clone());
            }
            found.insert(path.clone(), fs::read(&path).unwrap_or_default());
        }
    }
    found
}

/// Runs calls, none of which says the secret, waits, or changes anything outside.
fn harmless(repo: &Repo, what: &str, calls: &[&[&str]]) {
    let outside = repo.outside().join("kept");
    let before = all_below(&outside);
    for call in calls {
        let ran = repo.warroom(*call).run();
        assert!(ran.code.is_some_and(|code| code < 100), "{what} {call:?}: {ran:?}");
        let said = ran.stdout + &ran.stderr;
        assert!(!said.contains(SECRET), "{what} {call:?}: {said}");
        assert_eq!(all_below(&outside), before, "{what} {call:?}");
    }
    let history = repo.shell("git log -p --all 2>/dev/null || true");
    assert!(!history.contains(SECRET), "{what}: it was committed");
}

#[test]
fn no_door_of_a_repository_leads_out_of_it() {
    let read = ["-i", "INC-2026-0001", "show"];
    let log = ["-i", "INC-2026-0001", "log", "going on"];
    let lint = ["framework", "lint", ".warroom/frameworks/own.yaml"];
    let check = ["validate", "incidents/INC-2026-0001/incident.yaml"];
    let doors: [(&str, &[&[&str]]); 12] = [
        (
            "incidents/INC-2026-0001/incident.yaml",
            &[&read, &log, &check, &["validate"], &["redact", "--words", "zzzz"]],
        ),
        (
            "incidents/INC-2026-0001/postmortem.md",
            &[&["postmortem"], &["postmortem", "--diff"]],
        ),
        (
            "incidents/INC-2026-0001/postmortem.base.md",
            &[&["postmortem"], &["postmortem", "--force"]],
        ),
        (".warroom/config.yaml", &[&["list"], &["doctor"]]),
        (".warroom/contacts.yaml", &[&["contacts"], &["contacts", "lint"]]),
        (".warroom/hooks.yaml", &[&["hook", "list"], &["hook", "lint"]]),
        (
            ".warroom/frameworks/own.yaml",
            &[&lint, &["framework", "lint"], &["framework", "show", "own"]],
        ),
        (
            "runbooks/x.md",
            &[
                &["runbook", "show", "x"],
                &["runbook", "steps", "runbooks/x.md"],
                &["runbook", "lint", "runbooks/x.md"],
            ],
        ),
        (".git/info/attributes", &[&log, &["sync"], &["doctor"]]),
        (".git/info/exclude", &[&log]),
        (".git/warroom/sync.lock", &[&log, &["sync"]]),
        (".git/warroom/index.given", &[&log, &["sync"]]),
    ];
    for (door, calls) in doors {
        for way in WAYS {
            let repo = Repo::new();
            repo.declare("Checkout failing", "P1");
            let outside = repo.outside().join("kept");
            fs::create_dir(&outside).unwrap();
            link(&repo.path(door), way, &outside);
            harmless(&repo, &format!("{door} {way:?}"), calls);
        }
    }
}

#[test]
fn what_is_known_beside_a_file_is_not_written_through_a_link() {
    for way in [Way::File, Way::Nowhere] {
        let repo = Repo::new();
        repo.declare("Checkout failing", "P1");
        let outside = repo.outside().join("kept");
        fs::create_dir(&outside).unwrap();
        let side = repo.path(".git/warroom");
        let known: Vec<PathBuf> = fs::read_dir(&side)
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        for place in known.iter().filter(|place| place.is_file()) {
            link(place, way, &outside);
        }
        harmless(
            &repo,
            &format!("side files {way:?}"),
            &[&["log", "one"], &["show"], &["log", "two"]],
        );
    }
    // A rescue copy, which a file with conflict markers leaves.
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let outside = repo.outside().join("kept");
    fs::create_dir(&outside).unwrap();
    symlink(&outside, repo.path(".git/warroom/rescue")).unwrap();
    let place = format!("incidents/{id}/incident.yaml");
    let text = repo.read(&place);
    let marked = text.replace(
        "title: Checkout failing\n",
        "<<<<<<< ours\ntitle: Checkout failing\n=======\ntitle: Checkout down\n>>>>>>> theirs\n",
    );
    assert_ne!(marked, text);
    repo.write(&place, marked);
    harmless(&repo, "rescue", &[&["log", "one"], &["show"]]);
}

/// Where two clones gave one number, and the next one is a link out here; what refers to an incident that moves is one, too.
#[test]
fn an_incident_that_moves_goes_through_no_link() {
    let clones = Clones::new(2);
    let outside = clones.outside().join("kept");
    fs::create_dir(&outside).unwrap();
    for (number, title) in ["First", "Second"].iter().enumerate() {
        clones
            .warroom(number, ["--offline", "declare", "--title", title, "--severity", "P2"])
            .fails(6);
    }
    let incidents = clones.root(1).join("incidents");
    fs::write(outside.join("incident.yaml"), fs::read(clones.file(1)).unwrap()).unwrap();
    symlink(&outside, incidents.join("INC-2026-0003")).unwrap();
    fs::remove_file(clones.file(1)).unwrap();
    symlink(outside.join("incident.yaml"), clones.file(1)).unwrap();
    let before = all_below(&outside);
    clones.warroom(0, ["sync"]).ok();
    let ran = clones.warroom(1, ["sync"]);
    assert!(ran.code() < 100, "{}", ran.said());
    assert_eq!(all_below(&outside), before);
    let both = clones.git(1, ["log", "-p", "--all", "--format=%s"]);
    assert!(both.contains("Second"), "{both}");
    assert!(fs::read_dir(&incidents).unwrap().flatten().any(|entry| {
        fs::read_to_string(entry.path().join("incident.yaml")).is_ok_and(|text| text.contains("title: Second"))
    }));
}

/// What the remote deletes is put back, but not through a link that stands in its place here.
#[test]
fn what_is_put_back_goes_through_no_link() {
    for folder in [false, true] {
        let clones = Clones::new(2);
        let outside = clones.outside().join("kept");
        fs::create_dir(&outside).unwrap();
        clones.git(0, ["rm", "-rq", "incidents"]);
        clones.git(0, ["commit", "-qm", "all gone"]);
        clones.git(0, ["push", "-q"]);
        let place = clones.file(1);
        let place = if folder { place.parent().unwrap() } else { &place };
        let _ = fs::remove_file(place).or_else(|_| fs::remove_dir_all(place));
        symlink(outside.join("made"), place).unwrap();
        for call in [&["sync"][..], &["log", "x"], &["show"]] {
            let ran = clones.warroom(1, call);
            assert!(ran.code() < 100, "{call:?}: {}", ran.said());
            assert!(all_below(&outside).is_empty(), "{call:?}");
        }
    }
}

/// Git's own settings may say that the working tree is elsewhere: then nothing is shared, and it is said.
#[test]
fn a_working_tree_elsewhere_is_not_called_up_to_date() {
    let clones = Clones::new(2);
    let elsewhere = clones.outside().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    clones.git(0, ["config", "core.worktree", elsewhere.to_str().unwrap()]);
    for call in [&["log", "x"][..], &["sync"]] {
        let ran = clones.warroom(0, call);
        let said = ran.out() + &ran.said();
        assert_eq!(ran.code(), 6, "{call:?}: {said}");
        assert!(said.contains("core.worktree"), "{call:?}: {said}");
    }
    assert!(all_below(&elsewhere).is_empty());
    // The folder for locks and copies may be no link out either.
    let clones = Clones::new(1);
    let side = clones.root(0).join(".git/warroom");
    let there = clones.outside().join("there");
    fs::create_dir(&there).unwrap();
    fs::remove_dir_all(&side).unwrap();
    symlink(&there, &side).unwrap();
    for call in [
        &["log", "x"][..],
        &["sync"],
        &["declare", "--title", "x", "--severity", "P3"],
    ] {
        let ran = clones.warroom(0, call);
        assert_ne!(ran.code(), 0, "{call:?}");
        assert!(
            ran.said().contains("is a link") || ran.out().contains("is a link"),
            "{call:?}: {}",
            ran.said()
        );
    }
    assert!(all_below(&there).is_empty());
}
