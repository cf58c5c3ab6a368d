//! One working tree, several accounts: what is made is for all of them where `core.sharedRepository` says so, whatever the umask.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clones::{Clones, Ran};
use crate::harness::Repo;
use crate::pty::Console;

/// The binary in a clone, with this umask.
fn masked(clones: &Clones, number: usize, umask: &str, args: &[&str]) -> Ran {
    let mut command = clones.command("sh", number);
    let script = format!("umask {umask}; exec \"$0\" \"$@\"");
    command
        .current_dir(clones.repository(number))
        .args(["-c", &script, env!("CARGO_BIN_EXE_warroom")])
        .args(args);
    Ran(command.output().unwrap())
}

/// Files and folders below that lack something of these modes.
fn lacking(top: &Path, file: u32, folder: u32) -> Vec<String> {
    let mut found = Vec::new();
    let mut left: Vec<PathBuf> = vec![top.to_owned()];
    while let Some(path) = left.pop() {
        let meta = fs::symlink_metadata(&path).unwrap();
        let wanted = if meta.is_dir() { folder } else { file };
        // What was replaced keeps its mode for the moment that it stays.
        let is_replaced = path.to_string_lossy().contains(".old-");
        if meta.mode() & 0o7777 & wanted != wanted && !is_replaced {
            found.push(format!("{} {:o}", path.display(), meta.mode() & 0o7777));
        }
        if meta.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

fn all_is_shared(root: &Path, file: u32, folder: u32) {
    for name in [
        ".warroom",
        "incidents",
        "runbooks",
        ".gitattributes",
        ".git/warroom",
        ".git/info/attributes",
    ] {
        let found = lacking(&root.join(name), file, folder);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn all_that_is_made_may_be_used_by_all_accounts() {
    for (setting, file, folder) in [
        ("group", 0o660, 0o2770),
        ("all", 0o664, 0o2775),
        ("0640", 0o640, 0o2750),
    ] {
        let clones = Clones::new(2);
        let third = clones.outside().join("c2");
        clones.clone_as(2);
        for name in ["incidents", "runbooks", ".warroom"] {
            // As `git clone` with an umask of 077 would have made them: ours to set right.
            fs::remove_dir_all(third.join(name)).unwrap();
        }
        clones.git(2, ["config", "core.sharedRepository", setting]);
        clones.git(2, ["update-ref", "-d", "HEAD"]);
        clones.git(2, ["rm", "-r", "-q", "--cached", "."]);
        fs::remove_file(third.join(".gitattributes")).unwrap();
        // All of it comes from the remote, brought by git.
        masked(&clones, 2, "077", &["-C", ".", "init"]).ok();
        fs::remove_dir_all(third.join(".git/warroom")).ok();
        masked(&clones, 2, "077", &["declare", "--title", "Second", "--severity", "P2"]).ok();
        masked(&clones, 2, "077", &["framework", "copy", "ops"]);
        masked(&clones, 2, "077", &["sync"]).ok();
        masked(&clones, 2, "077", &["log", "a line", "-i", &clones.id]).ok();
        all_is_shared(&third, file, folder);
        // Somebody's new incident, and files of others.
        clones.warroom(1, ["sync"]).ok();
        clones
            .warroom(1, ["declare", "--title", "Third", "--severity", "P2"])
            .ok();
        fs::create_dir_all(clones.root(1).join("runbooks/deep")).unwrap();
        fs::write(clones.root(1).join("runbooks/deep/x.md"), "# x\n").unwrap();
        clones.git(1, ["add", "runbooks"]);
        clones.git(1, ["commit", "-q", "-m", "x"]);
        clones.warroom(1, ["sync"]).ok();
        masked(&clones, 2, "077", &["sync"]).ok();
        assert!(third.join("runbooks/deep/x.md").exists());
        all_is_shared(&third, file, folder);
        // What was deleted here is put back.
        fs::remove_dir_all(clones.root(2).join("incidents").join(&clones.id)).unwrap();
        masked(&clones, 2, "077", &["sync"]);
        assert!(clones.file(2).exists());
        all_is_shared(&third, file, folder);
    }
}

#[test]
fn doctor_names_what_is_not_shared_and_its_command_mends_it() {
    let clones = Clones::new(1);
    let root = clones.root(0);
    assert!(!clones.warroom(0, ["doctor"]).out().contains("shared"));
    clones.git(0, ["config", "core.sharedRepository", "group"]);
    let doctor = || {
        let ran = clones.warroom(0, ["doctor", "--json"]);
        let all: serde_json::Value = serde_json::from_str(&ran.out()).unwrap();
        let rows = all["checks"].as_array().unwrap();
        rows.iter().find(|row| row["check"] == "shared").unwrap().clone()
    };
    let mend = |row: &serde_json::Value| {
        let remedy = row["remedy"].as_str().unwrap();
        let command = remedy.split('`').nth(1).unwrap().to_owned();
        let mut shell = Command::new("sh");
        assert!(
            shell
                .args(["-c", &command])
                .current_dir(&root)
                .status()
                .unwrap()
                .success()
        );
        command
    };
    // All of it was made before.
    let row = doctor();
    assert_eq!(row["state"], "bad", "{row}");
    mend(&row);
    assert_eq!(doctor()["state"], "ok", "{}", doctor());
    // One file, one folder, each with the one command.
    let folder = root.join("incidents").join(&clones.id);
    fs::set_permissions(clones.file(0), fs::Permissions::from_mode(0o644)).unwrap();
    let row = doctor();
    let path = format!("incidents/{}/incident.yaml", clones.id);
    assert_eq!(
        row["said"],
        format!("{path} is not shared as core.sharedRepository says")
    );
    assert_eq!(mend(&row), format!("chmod g+w {path}"));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(mend(&doctor()), format!("chmod g+ws incidents/{}", clones.id));
    assert_eq!(doctor()["state"], "ok");
    // Many.
    for number in 0..60 {
        let odd = root.join(format!("incidents/X {number}"));
        fs::create_dir(&odd).unwrap();
        fs::set_permissions(&odd, fs::Permissions::from_mode(0o700)).unwrap();
    }
    assert!(mend(&doctor()).starts_with("chmod -R g+rwX "));
    assert_eq!(doctor()["state"], "ok");
    // Shared by its mode only.
    clones.git(0, ["config", "--unset", "core.sharedRepository"]);
    fs::set_permissions(&root, fs::Permissions::from_mode(0o2775)).unwrap();
    assert_eq!(doctor()["state"], "note");
    mend(&doctor());
    assert_eq!(doctor()["state"], "ok");
}

#[test]
fn a_console_makes_nothing_that_others_may_not_use() {
    let repo = Repo::new();
    let id = repo.declare("Checkout failing", "P1");
    repo.git(["config", "core.sharedRepository", "group"]);
    fs::remove_dir_all(repo.path(".git/warroom")).unwrap();
    let script = format!("umask 077; exec {} open {id}", env!("CARGO_BIN_EXE_warroom"));
    let mut console = Console::run(&repo, "kim", "sh", &["-c", &script], &[], (120, 36));
    console.shows("Checkout failing");
    console.press("lone<Enter>").shows("one");
    console.press("q");
    console.ends();
    assert_eq!(lacking(&repo.file(&id), 0o660, 0o2770), Vec::<String>::new());
    assert_eq!(lacking(&repo.path(".git/warroom"), 0o660, 0o2770), Vec::<String>::new());
}
