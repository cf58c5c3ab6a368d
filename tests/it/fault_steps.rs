//! Faults × steps: each call of git, and each step of this program at the disk, fails or is the last one, in a save, a round of syncing, a
//! renumbering and a declaration. Nothing is lost, nothing untrue is said, and the next round goes on by itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use crate::clones::{Clones, Ran};

fn at_hub(clones: &Clones) -> String {
    clones.git(0, ["fetch", "-q"]);
    clones.git(
        0,
        ["show", &format!("origin/main:incidents/{}/incident.yaml", clones.id)],
    )
}

/// How one call of git goes wrong.
const FAULTS: [&str; 3] = ["refused", "lost", "killed"];

/// Puts a git before the real one whose call of a given number goes wrong: it does nothing and fails, it does all and its answer
/// is lost, or the caller is killed.
fn faulty_git(clones: &Clones) -> PathBuf {
    let folder = clones.outside().join("faulty");
    fs::create_dir_all(&folder).unwrap();
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("git"))
        .find(|path| path.is_file())
        .unwrap();
    let script = format!(
        "#!/bin/sh\n\
         n=$(($(cat \"$FAULTY_COUNT\") + 1))\n\
         echo $n > \"$FAULTY_COUNT\"\n\
         if [ \"$n\" = \"$FAULTY_AT\" ]; then\n\
         case \"$FAULTY_HOW\" in\n\
         refused) echo 'fatal: made to fail' >&2; exit 128;;\n\
         lost) '{0}' \"$@\" > /dev/null 2>&1; echo 'fatal: made to fail' >&2; exit 128;;\n\
         killed) kill -9 $PPID; exit 1;;\n\
         esac\n\
         fi\n\
         exec '{0}' \"$@\"\n",
        real.display()
    );
    let path = folder.join("git");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Runs the binary with that git; how many calls there were.
fn with_fault(clones: &Clones, folder: &Path, how: &str, at: usize, args: &[&str]) -> (Ran, usize) {
    let count = folder.join("count");
    fs::write(&count, "0\n").unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let paths = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let ran = clones
        .command(env!("CARGO_BIN_EXE_warroom"), 0)
        .env("PATH", std::env::join_paths(paths).unwrap())
        .env("FAULTY_COUNT", &count)
        .env("FAULTY_AT", at.to_string())
        .env("FAULTY_HOW", how)
        .args(args)
        .output()
        .unwrap();
    let calls = fs::read_to_string(&count).unwrap().trim().parse().unwrap();
    (Ran(ran), calls)
}

/// A step that is tried with one call of git after the other failing: `prepare` makes something to do, `args` do it, `holds` says what has
/// to stand at the remote after one more sync. Every sixth call, each fault with others; all of them with `WARROOM_STORM`.
fn at_each_call(
    how: &str,
    args: impl Fn(usize) -> Vec<String>,
    prepare: impl Fn(&Clones, usize),
    holds: impl Fn(&Clones, usize, &Ran),
) {
    let clones = Clones::new(2);
    let folder = faulty_git(&clones);
    let (first, step) = match FAULTS.iter().position(|fault| *fault == how) {
        Some(place) if std::env::var_os("WARROOM_STORM").is_none() => (1 + place, 2 * FAULTS.len()),
        _ => (1, 1),
    };
    for at in (first..).step_by(step) {
        prepare(&clones, at);
        let args = args(at);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (ran, calls) = with_fault(&clones, &folder, how, at, &args);
        let said = ran.out() + &ran.said();
        assert!(!said.contains("panicked"), "{how} at {at}: {said}");
        is_true(&clones, &ran, &format!("{how} at {at}"));
        let again = clones.warroom(0, ["sync"]);
        assert_eq!(
            again.code(),
            0,
            "{how} at {at}: {}{}\n{said}",
            again.out(),
            again.said()
        );
        clones.git(0, ["fetch", "-q"]);
        holds(&clones, at, &ran);
        assert_eq!(clones.git(0, ["status", "--porcelain"]), "", "{how} at {at}");
        if calls < at {
            break;
        }
    }
    clones.warroom(1, ["sync"]).ok();
    clones.converge();
    clones.git(0, ["fsck", "--connectivity-only"]);
}

/// Something to join: both log a line, and give one field a value each.
fn two_sides(clones: &Clones, at: usize) {
    let field = format!("fields.f{at}");
    clones.warroom(1, ["log", &format!("theirs {at}.")]).ok();
    clones.warroom(1, ["set", &field, "theirs"]).ok();
    clones.warroom(0, ["--offline", "log", &format!("ours {at}.")]).fails(6);
    clones.warroom(0, ["--offline", "set", &field, "ours"]).fails(6);
}

/// The remote has both lines, and both values in conflict: nobody has settled that.
fn are_both_there(clones: &Clones, at: usize, when: &str) {
    let text = at_hub(clones);
    for words in [format!("text: theirs {at}.\n"), format!("text: ours {at}.\n")] {
        assert_eq!(text.matches(&words).count(), 1, "{when}: {words} in\n{text}");
    }
    let field = format!("fields.f{at}: ");
    let mut stamps = text
        .split(&field)
        .skip(1)
        .filter_map(|rest| rest.split([',', '}', '\n']).next());
    assert!(
        stamps.any(|stamps| stamps.contains(" & ")),
        "{when}: f{at} is not in conflict\n{text}"
    );
}

fn a_round(how: &str) {
    at_each_call(
        how,
        |_| vec!["sync".into()],
        two_sides,
        |clones, at, _| are_both_there(clones, at, &format!("{how} at {at}")),
    );
}

/// Another incident of the same number is at the remote already: ours is declared, and moves to the next one.
fn a_declaration(how: &str) {
    let words = |args: [&str; 5]| args.map(str::to_owned).to_vec();
    at_each_call(
        how,
        |at| words(["declare", "--title", &format!("ours {at}."), "--severity", "P2"]),
        |clones, at| {
            let title = format!("theirs {at}.");
            clones.warroom(1, ["sync"]).ok();
            clones
                .warroom(1, ["declare", "--title", &title, "--severity", "P2"])
                .ok();
        },
        |clones, at, ran| {
            let all = clones.git(0, ["grep", "-h", "^title: ", "origin/main", "--", "incidents"]);
            assert_eq!(
                all.matches(&format!("theirs {at}.\n")).count(),
                1,
                "{how} at {at}: {all}"
            );
            let ours = all.matches(&format!("ours {at}.\n")).count();
            // Killed before it said its number it may have made none.
            assert!(
                ours == 1 || ours == 0 && ran.out().is_empty(),
                "{how} at {at}: {ours} in {all}"
            );
        },
    );
}

#[test]
fn a_round_survives_each_call_of_git_that_is_refused() {
    a_round("refused");
}

#[test]
fn a_round_survives_each_call_of_git_whose_answer_is_lost() {
    a_round("lost");
}

#[test]
fn a_round_survives_being_killed_at_each_call_of_git() {
    a_round("killed");
}

#[test]
fn a_declaration_that_moves_survives_each_fault_at_each_call_of_git() {
    std::thread::scope(|scope| {
        for how in FAULTS {
            scope.spawn(move || a_declaration(how));
        }
    });
}

/// How the disk goes wrong at one step of ours: the process is killed there, the disk is full, may not be written, or fails.
const DISK: [&str; 4] = ["kill", "err=28", "err=13", "err=5"];

/// The same with the disk: each step at which this program writes, reads, renames or brings something to it. Every seventeenth step
/// with one fault after the other; all of them with `WARROOM_STORM`.
fn at_each_step_of_the_disk(
    args: impl Fn(usize) -> Vec<String>,
    prepare: impl Fn(&Clones, usize),
    holds: impl Fn(&Clones, usize, &Ran),
) {
    let clones = Clones::new(2);
    let all = std::env::var_os("WARROOM_STORM").is_some();
    let step = if all { 1 } else { 17 };
    'steps: for (round, at) in (1..).step_by(step).enumerate() {
        let drawn = |place: usize| all || round % DISK.len() == place;
        for (place, how) in DISK.into_iter().enumerate().filter(|(place, _)| drawn(*place)) {
            let number = at * 10 + place;
            prepare(&clones, number);
            let ran = Ran(clones
                .command(env!("CARGO_BIN_EXE_warroom"), 0)
                .env("WARROOM_FAILPOINT", format!("*@{at}:{how}"))
                .args(args(number))
                .output()
                .unwrap());
            let said = ran.out() + &ran.said();
            assert!(!said.contains("panicked"), "{how} at {at}: {said}");
            is_true(&clones, &ran, &format!("{how} at {at}"));
            let again = clones.warroom(0, ["sync"]);
            assert_eq!(
                again.code(),
                0,
                "{how} at {at}: {}{}\n{said}",
                again.out(),
                again.said()
            );
            clones.git(0, ["fetch", "-q"]);
            holds(&clones, number, &ran);
            // Who was killed while it filled the folder of a new incident has left that, hidden, and nobody reads it.
            let status = clones.git(0, ["status", "--porcelain"]);
            let left: Vec<&str> = status
                .lines()
                .filter(|line| !line.starts_with("?? incidents/.INC-"))
                .collect();
            assert!(left.is_empty(), "{how} at {at}: {left:?}");
            // So many steps it has not.
            if how == "kill" && ran.0.status.signal().is_none() {
                break 'steps;
            }
        }
    }
    clones.warroom(1, ["sync"]).ok();
    clones.converge();
}

/// What says that all is well is true: it is, without another word.
fn is_true(clones: &Clones, ran: &Ran, when: &str) {
    if ran.code() == 0 {
        let head = clones.git(0, ["rev-parse", "HEAD"]);
        let hub = clones.git(0, ["ls-remote", "origin", "refs/heads/main"]);
        assert!(hub.starts_with(head.trim()), "{when}: {}{}", ran.out(), ran.said());
    }
}

#[test]
fn a_round_survives_each_fault_of_the_disk_at_each_step() {
    at_each_step_of_the_disk(
        |_| vec!["sync".into()],
        two_sides,
        |clones, number, _| are_both_there(clones, number, &number.to_string()),
    );
}

#[test]
fn a_save_survives_each_fault_of_the_disk_at_each_step() {
    at_each_step_of_the_disk(
        |number| vec!["log".into(), format!("ours {number}.")],
        |clones, number| {
            clones.warroom(1, ["log", &format!("theirs {number}.")]).ok();
        },
        |clones, number, ran| {
            let text = at_hub(clones);
            assert_eq!(
                text.matches(&format!("text: theirs {number}.\n")).count(),
                1,
                "{number}"
            );
            let ours = text.matches(&format!("text: ours {number}.\n")).count();
            // Saved, or saved and not synced: it is there once. Else the person was told, and says it again.
            let kept = [0, 6].contains(&ran.code());
            assert!(
                ours == 1 || ours == 0 && !kept,
                "{number}: {ours}, {}{}",
                ran.out(),
                ran.said()
            );
        },
    );
}

/// Another incident of the same number is at the remote already: ours is declared, and moves to the next one.
#[test]
fn a_declaration_that_moves_survives_each_fault_of_the_disk_at_each_step() {
    at_each_step_of_the_disk(
        |number| {
            let title = format!("ours {number}.");
            ["declare", "--title", &title, "--severity", "P2"]
                .map(str::to_owned)
                .to_vec()
        },
        |clones, number| {
            let title = format!("theirs {number}.");
            clones.warroom(1, ["sync"]).ok();
            clones
                .warroom(1, ["declare", "--title", &title, "--severity", "P2"])
                .ok();
        },
        |clones, number, ran| {
            let all = clones.git(0, ["grep", "-h", "^title: ", "origin/main", "--", "incidents"]);
            assert_eq!(
                all.matches(&format!("theirs {number}.\n")).count(),
                1,
                "{number}: {all}"
            );
            let ours = all.matches(&format!("ours {number}.\n")).count();
            let kept = [0, 6].contains(&ran.code());
            assert!(ours == 1 || ours == 0 && !kept, "{number}: {ours} in {all}");
        },
    );
}
