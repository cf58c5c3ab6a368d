//! Whatever versions of git this machine has: new enough ones sync all alike, older ones are named with what to do.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clones::Clones;
use crate::harness::Repo;
use crate::pty::Console;

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

/// What came to git later than the oldest version that will do, and with which: a command's option, or a setting (`-c`).
const LATER: [(&str, &str, (u32, u32)); 14] = [
    ("cat-file", "--batch-command", (2, 36)),
    ("reset", "--no-refresh", (2, 36)),
    ("reset", "--refresh", (2, 36)),
    ("ls-tree", "--format", (2, 36)),
    ("ls-tree", "--object-only", (2, 36)),
    ("ls-files", "--format", (2, 38)),
    ("merge-tree", "--write-tree", (2, 38)),
    ("merge-tree", "--allow-unrelated-histories", (2, 38)),
    ("merge-tree", "--merge-base", (2, 40)),
    ("check-attr", "--source", (2, 40)),
    ("fetch", "--porcelain", (2, 41)),
    ("read-tree", "--name-hash-version", (2, 49)),
    ("merge-file", "--object-id", (2, 43)),
    ("refs", "", (2, 46)),
];

/// A search path with a `git` that says to be this version, refuses what that one lacks, and does not heed `safe.bareRepository`
/// where that one does not.
pub(crate) fn path_to_old(folder: &Path, (major, minor): (u32, u32)) -> OsString {
    let older = |version: (u32, u32)| (major, minor) < version;
    let refused: String = LATER
        .iter()
        .filter(|(.., since)| older(*since))
        .map(|(command, option, _)| match *option {
            "" => format!("{command},*) refuse;;\n"),
            option => format!("{command},{option}|{command},{option}=*) refuse;;\n"),
        })
        .collect();
    let real = gits().into_iter().find(|(version, _)| will_do(version)).unwrap().1;
    let heeds = if older((2, 38)) { "no" } else { "yes" };
    let script = format!(
        r#"#!/bin/sh
refuse() {{ echo "error: unknown option '$word'" >&2; exit 129; }}
command= takes= count=$#
while [ $count -gt 0 ]; do
    word=$1; shift; count=$((count - 1))
    case "$takes$command" in
        '') case $word in
            --version) echo 'git version {major}.{minor}.1'; exit 0;;
            -C|-c|--git-dir|--work-tree) takes=yes;;
            -*) ;;
            *) command=$word;;
            esac;;
        yes) takes=
            case {heeds},$word in
            no,safe.bareRepository=*) word=advice.waitingForEditor=true;;
            esac;;
        *) case $command,$word in
            {refused}esac;;
    esac
    set -- "$@" "$word"
done
exec '{real}' "$@"
"#,
        real = real.display()
    );
    fs::create_dir_all(folder).unwrap();
    let git = folder.join("git");
    fs::write(&git, script).unwrap();
    fs::set_permissions(&git, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([folder.to_owned()].into_iter().chain(std::env::split_paths(&path))).unwrap()
}

#[test]
fn two_clones_converge_with_a_git_that_lacks_what_came_later() {
    let temp = tempfile::tempdir().unwrap();
    for (version, folder) in [(warroom::git::command::OLDEST, "ops"), ((2, 37), "")] {
        let name = format!("{}-{}", version.0, version.1);
        let path = path_to_old(&temp.path().join(name), version);
        converge(&path, &format!("git version {}.{}.1", version.0, version.1), folder);
    }
    let path = path_to_old(&temp.path().join("oldest"), warroom::git::command::OLDEST);
    for args in [
        &["fetch", "--porcelain"][..],
        &["-C", ".", "merge-tree", "--write-tree", "a", "b"],
        &["reset", "--no-refresh"],
    ] {
        let mut git = Command::new("git");
        let refused = git.env("PATH", &path).args(args).output().unwrap();
        assert_eq!(refused.status.code(), Some(129), "{args:?}: {refused:?}");
    }
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
            converge(&path, &version, folder);
        }
    }
    assert!(ran > 0, "no git here is new enough");
}

/// Two clones with the git of this search path, in all that syncing does.
fn converge(path: &OsStr, version: &str, folder: &str) {
    let clones = Clones::found_by(path, folder, 2);
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
    // What the remote deletes comes back, and a number that two gave moves.
    clones.git(0, ["switch", "-q", "main"]);
    for number in 0..2 {
        clones
            .warroom(
                number,
                ["--offline", "declare", "--title", "Another", "--severity", "P2"],
            )
            .fails(6);
    }
    clones.warroom(0, ["sync"]).ok();
    clones.warroom(1, ["sync"]).ok();
    fs::remove_dir_all(clones.repository(0).join("incidents")).unwrap();
    clones.git(0, ["commit", "-q", "-a", "-m", "all gone"]);
    clones.warroom(0, ["sync"]).ok();
    clones.converge();
    let listed = clones.warroom(0, ["list", "--json"]).json();
    assert_eq!(
        listed
            .as_array()
            .map_or_else(|| listed["incidents"].as_array().unwrap().len(), Vec::len),
        3,
        "{listed}"
    );
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
        "#!/bin/sh\ncase \" $* \" in *' --version '*) echo 'git version 2.33.8'; exit 0;; *' config '*) echo p0; exit 0;; esac\necho 'error: unknown option `path-format' >&2\nexit 129\n",
    )
    .unwrap();
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    let said = ["2.33.8 is too old", "2.34 is needed", "Install git 2.34 or newer"];
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
    // The console says the same.
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    let path = folder.to_str().unwrap();
    let mut console = Console::run(
        &repo,
        "kim",
        env!("CARGO_BIN_EXE_warroom"),
        &["open", &id],
        &[("PATH", path)],
        (160, 36),
    );
    console.shows("sync paused: git 2.33.8 is too old, 2.34 is needed");
    console.press("lkept as well<Enter>").shows("kept as well");
    console.press("q");
    console.ends();
}
