//! An incidents repository in a folder of a bigger git repository: all holds there that holds at the top.

use std::fs;
use std::path::Path;

use crate::clones::{Clones, Ran};
use crate::harness::Repo;

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

/// Where an incidents repository may lie: at the top, below it, and below a name that attributes have to quote.
const FOLDERS: [&str; 3] = ["", "ops/inc", "our [ops]/on call"];

/// No section stands twice, here or in what is committed, and the program has nothing to say against it.
fn is_sound(clones: &Clones, number: usize) {
    let committed = clones.file(number);
    let committed = committed.strip_prefix(clones.root(number)).unwrap().to_str().unwrap();
    let committed = clones.git(number, ["show", &format!("HEAD:{committed}")]);
    for text in [clones.text(number), committed] {
        for section in ["\nseverity:", "\nstatus:", "\ndeclared:", "\nrev:"] {
            assert_eq!(text.matches(section).count(), 1, "{section} in\n{text}");
        }
    }
    clones.warroom(number, ["validate"]).ok();
}

/// The collision over the severity that is told: what stands, and what does not.
fn told(clones: &Clones, number: usize) -> (String, String) {
    let shown = clones.warroom(number, ["show", "--json"]).json();
    let conflicts = shown["derived"]["conflicts"].as_array().unwrap();
    assert_eq!(conflicts.len(), 1, "{shown}");
    assert_eq!(conflicts[0]["subject"], "severity");
    let word = |name: &str| conflicts[0][name].as_str().unwrap().to_owned();
    (word("kept"), word("lost"))
}

fn at_once(clones: &Clones) {
    for (number, severity) in ["P0", "P2"].into_iter().enumerate() {
        clones
            .warroom(number, ["--offline", "severity", severity, "--reason", "new facts"])
            .fails(6);
    }
}

#[test]
fn two_severities_at_once_are_told_and_settled_wherever_the_repository_lies() {
    for folder in FOLDERS {
        let clones = Clones::below(folder, 2);
        if !folder.is_empty() {
            // As an earlier version left it.
            let attributes = clones.root(1).join(".git/info/attributes");
            fs::create_dir_all(attributes.parent().unwrap()).unwrap();
            fs::write(&attributes, "incidents/**/incident.yaml merge=warroom text\n").unwrap();
        }
        at_once(&clones);
        clones.converge();
        let (kept, lost) = told(&clones, 0);
        assert_eq!(told(&clones, 1), (kept.clone(), lost.clone()));
        assert!(kept != lost && [&kept, &lost].iter().all(|one| ["P0", "P2"].contains(&one.as_str())));
        for number in 0..2 {
            is_sound(&clones, number);
            has(
                &clones.warroom(number, ["doctor"]).out(),
                &["a plain `git pull` merges incident files"],
            );
        }
    }
}

#[test]
fn a_plain_pull_merges_wherever_the_repository_lies() {
    let program = Path::new(env!("CARGO_BIN_EXE_warroom")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&path))).unwrap();
    for folder in FOLDERS {
        let clones = Clones::below(folder, 2);
        at_once(&clones);
        clones.warroom(0, ["sync"]).ok();
        let pull = ["pull", "-q", "--no-rebase", "--no-edit"];
        let pulled = clones.command("git", 1).env("PATH", &path).args(pull).output().unwrap();
        Ran(pulled).ok();
        is_sound(&clones, 1);
        told(&clones, 1);
        clones.converge();
    }
}

#[test]
fn without_the_driver_nothing_is_merged_and_it_is_said() {
    let clones = Clones::below("ops", 2);
    let attributes = clones.root(1).join(".git/info/attributes");
    at_once(&clones);
    clones.warroom(0, ["sync"]).ok();
    fs::remove_file(&attributes).unwrap();
    fs::create_dir(&attributes).unwrap();
    let said = clones.warroom(1, ["sync"]);
    has(
        &format!("{}{}", said.out(), said.said()),
        &[
            "the merge driver cannot be set up",
            "info/attributes",
            "Nothing is lost",
        ],
    );
    assert_eq!(said.code(), 6);
    is_sound(&clones, 1);
    fs::remove_dir(&attributes).unwrap();
    clones.converge();
    told(&clones, 1);
}

#[test]
fn a_folder_of_a_git_repository_becomes_a_part_of_it() {
    let repo = Repo::bare();
    repo.write("ops/inc/README", "x");
    let top = repo.root().canonicalize().unwrap();
    let part = format!("it is part of the git repository {}", top.display());
    for (within, args, made) in [
        ("ops/inc", &["init", "."][..], "ops/inc"),
        ("ops", &["init"], "ops"),
        ("ops", &["init", "new/one"], "ops/new/one"),
        ("", &["init", "beside"], "beside"),
        ("", &["-C", "other", "init"], "other"),
        ("ops/inc", &["init", "../up"], "ops/up"),
    ] {
        let said = repo.warroom(args).within(repo.path(within)).ok();
        has(&said, &[&part]);
        assert!(repo.path(made).join(".warroom").is_dir());
        assert!(!repo.path(made).join(".git").exists(), "{made}");
        let again = repo.warroom(args).within(repo.path(within)).args(["--json"]).json();
        assert_eq!(again["part_of"], top.to_str().unwrap());
    }
    assert!(!repo.warroom(["init"]).ok().contains("part of"));
}

#[test]
fn from_above_the_one_repository_below_is_named() {
    let repo = Repo::bare();
    fs::create_dir_all(repo.path("ops/on call")).unwrap();
    repo.warroom(["init"]).within(repo.path("ops/on call")).ok();
    has(
        &repo.warroom(["list"]).fails(4),
        &["No incidents repository in", "use `-C 'ops/on call'`."],
    );
    let root = repo.root();
    let named = repo
        .warroom(["list"])
        .within(repo.outside())
        .args(["-C".as_ref(), root.as_os_str()]);
    has(&named.fails(4), &["use `-C '", "/repo/ops/on call'`."]);
    repo.warroom(["-C", "ops/on call", "list"]).ok();
    // Of several none is meant.
    repo.warroom(["init", "second"]).ok();
    has(
        &repo.warroom(["list"]).fails(4),
        &["make one with `warroom init`, or name one with -C DIR."],
    );
}
