//! Whatever versions of git this machine has: new enough ones sync all alike, older ones are named with what to do.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clones::Clones;

/// Where a system may have a git besides the one that is found first.
const PLACES: [&str; 6] = [
    "/usr/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
    "/opt/local/bin",
    "/opt/git/bin",
    "/usr/local/git/bin",
];

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

/// The first of every version; the default one is always among them.
fn gits() -> BTreeMap<String, PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(PLACES.map(PathBuf::from));
    let mut found = BTreeMap::new();
    for git in folders.map(|folder| folder.join("git")).filter(|git| git.is_file()) {
        let said = Command::new(&git).arg("--version").output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        found.entry(said.trim().to_owned()).or_insert(git);
    }
    assert!(!found.is_empty(), "no git to test with");
    found
}

/// A search path that finds this program as `git`, and all else as before.
fn path_with(folder: &Path, git: &Path) -> OsString {
    fs::create_dir_all(folder).unwrap();
    symlink(git, folder.join("git")).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([folder.to_owned()].into_iter().chain(std::env::split_paths(&path))).unwrap()
}

/// Whether a version (`git version 2.39.5`) is one that will do.
fn will_do(version: &str) -> bool {
    let number = version.trim_start_matches("git version ");
    let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= warroom::git::command::OLDEST
}

#[test]
fn two_clones_converge_with_every_git_that_is_here() {
    let mut ran = 0;
    for (version, git) in gits() {
        let temp = tempfile::tempdir().unwrap();
        let path = path_with(temp.path(), &git);
        if !will_do(&version) {
            continue;
        }
        ran += 1;
        for folder in ["", "ops"] {
            let clones = Clones::found_by(&path, folder, 2);
            assert_eq!(clones.git(0, ["--version"]).trim(), version);
            for round in 0..2 {
                for number in 0..2 {
                    let words = format!("line {round} of {number}");
                    clones.warroom(number, ["--offline", "log", &words]).fails(6);
                }
                clones.warroom(0, ["sync"]).ok();
                // Somebody was first: this one fetches, merges and pushes again.
                clones.warroom(1, ["sync"]).ok();
            }
            for (number, severity) in ["P0", "P2"].into_iter().enumerate() {
                clones
                    .warroom(number, ["--offline", "severity", severity, "--reason", "new facts"])
                    .fails(6);
            }
            let text = clones.converge();
            has(&text, &["line 0 of 0", "line 0 of 1", "line 1 of 0", "line 1 of 1"]);
            assert_eq!(text.matches("\nseverity:").count(), 1, "{text}");
            let shown = clones.warroom(1, ["show", "--json"]).json();
            assert_eq!(shown["derived"]["conflicts"].as_array().unwrap().len(), 1, "{version}");
            // A branch that is new there, and one that is gone.
            clones.git(0, ["switch", "-q", "-c", "drill"]);
            clones.warroom(0, ["log", "on a branch"]).ok();
            clones.warroom(0, ["sync"]).ok();
            clones.warroom(0, ["validate"]).ok();
            clones.warroom(0, ["doctor"]).ok();
        }
    }
    assert!(ran > 0, "no git here is new enough");
}

#[test]
fn a_git_that_is_too_old_is_named_with_what_to_do() {
    let clones = Clones::new(1);
    let folder = clones.outside().join("old");
    fs::create_dir(&folder).unwrap();
    let old = folder.join("git");
    // It knows none of the options that came later.
    fs::write(
        &old,
        "#!/bin/sh\ncase \" $* \" in *' --version '*) echo 'git version 2.34.1'; exit 0;; *' config '*) echo p0; exit 0;; esac\necho 'error: unknown option `path-format' >&2\nexit 129\n",
    )
    .unwrap();
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    let said = ["2.34.1 is too old", "Install git 2.38 or newer"];
    for verb in [
        &["sync"][..],
        &["log", "kept on disk"],
        &["declare", "--title", "Second", "--severity", "P2"],
    ] {
        let mut command = clones.command(env!("CARGO_BIN_EXE_warroom"), 0);
        let output = command.env("PATH", &folder).args(verb).output().unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        has(&text, &said);
        assert!(!text.contains("unknown option"), "{text}");
        assert_eq!(output.status.code(), Some(6), "{text}");
        assert_eq!(text.matches("too old").count(), 1, "{text}");
    }
    has(&clones.text(0), &["kept on disk"]);
}
