//! Sections A, C and E of the faults through the real binary: processes that die, disks and clocks that fail, people.
//!
//! | fault | where it is tried |
//! |---|---|
//! | 1 to 5, 14 to 17, 20, 21 | `src/session/tests/death.rs`, with a fault injected at each step of a save |
//! | 6 | here: killed before the commit |
//! | 6 to 10 | `kills.rs`: killed at every step between save and push; no `merge --ff-only` is ever run over the file |
//! | 11, 12 | `tui.rs` |
//! | 13, 18, 19, 54, 77 to 80, 82, 84 | here |
//! | 22 to 40 | `faults_content.rs`; 22, 23, 24, 28, 32, 34 also in `src/session/tests/objects.rs` |
//! | 41 to 53 | `src/session/tests/objects.rs`, `storm.rs` |
//! | 55 to 76, 81 | `sync.rs`; 58, 68, 71, 75 in `faults_git.rs` |
//! | 83 | `faults_content.rs`, with 27: one version reads and writes what the next one wrote |
//!
//! Not tried, with the reason:
//!
//! | fault | reason |
//! |---|---|
//! | 13 in earnest | no power is cut here: what a disk may have lost is taken away from the files instead |
//! | 18 ENFILE, ENOMEM | would take the whole machine's files or memory; a process's own limit of files is tried |
//! | 16 in earnest | mounting needs rights that tests do not have; the error is injected |
//! | 49 two hosts | there is one host; missing locks and swapped files are injected |
//! | 77 VM pause, suspend | the machine cannot be suspended from a test; the process is stopped and continued instead |

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use crate::harness::{NOW, Repo};
use crate::pty::Console;

const BINARY: &str = env!("CARGO_BIN_EXE_warroom");
const TITLE: &str = "Checkout failing for EU cards";

fn under_way() -> (Repo, String) {
    let repo = Repo::new();
    let id = repo.declare(TITLE, "P1");
    repo.warroom(["log", "known"]).ok();
    (repo, id)
}

/// How often these words are the text of an event.
fn said(shown: &Value, words: &str) -> usize {
    let events = shown["timeline"].as_array().unwrap();
    events.iter().filter(|event| event["text"] == words).count()
}

/// Temporary files of saves, beside the file and in git's folder.
fn temps(repo: &Repo, id: &str) -> Vec<PathBuf> {
    let folders = [repo.path(".git/warroom"), repo.path(format!("incidents/{id}"))];
    let entries = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.to_string_lossy().contains(".wr-")).collect()
}

#[test]
#[cfg(debug_assertions)]
fn fault_06_killed_before_the_commit() {
    let (repo, _) = under_way();
    let outcome = repo
        .warroom(["log", "saved, not committed"])
        .env("WARROOM_FAILPOINT", "write.folder:kill")
        .run();
    assert_eq!(outcome.code, None, "it was killed: {outcome:?}");
    repo.warroom(["log", "and another"]).ok();
    let shown = repo.show();
    assert_eq!(
        (said(&shown, "saved, not committed"), said(&shown, "and another")),
        (1, 1)
    );
    assert!(
        repo.git(["show", "HEAD"]).contains("saved, not committed") || repo.git(["status", "--porcelain"]).is_empty()
    );
}

#[test]
#[cfg(debug_assertions)]
fn fault_13_power_lost_with_what_was_not_synced() {
    let points = [
        ("write.data", false),
        ("write.sync", false),
        ("write.exchange", false),
        ("write.compare", true),
        ("write.folder", true),
    ];
    for (turn, (point, renamed)) in points.into_iter().enumerate() {
        // Each point with two of them by turns, or with all.
        let whole = std::env::var_os("WARROOM_STORM").is_some();
        let kinds = ["zeros", "half", "sector", "gone"].into_iter().enumerate();
        for torn in kinds
            .filter(|(kind, _)| whole || (turn + kind) % 2 == 0)
            .map(|(_, torn)| torn)
        {
            let (repo, id) = under_way();
            let before = fs::read(repo.file(&id)).unwrap();
            let run = repo
                .warroom(["log", "in flight"])
                .env("WARROOM_FAILPOINT", format!("{point}:kill"))
                .run();
            assert_eq!(run.code, None, "{run:?}");
            for temp in temps(&repo, &id) {
                let mut bytes = fs::read(&temp).unwrap();
                match torn {
                    "zeros" => bytes.fill(0),
                    "half" => bytes.truncate(bytes.len() / 2),
                    "sector" => bytes.iter_mut().skip(256).take(256).for_each(|byte| *byte = 0),
                    _ => {}
                }
                fs::write(&temp, bytes).unwrap();
                if torn == "gone" {
                    fs::remove_file(&temp).unwrap();
                }
            }
            // The folder was not synced: the old name may be back.
            if renamed && torn == "half" {
                fs::write(repo.file(&id), &before).unwrap();
            }
            repo.warroom(["validate"]).ok();
            repo.warroom(["log", "after"]).ok();
            let shown = repo.show();
            assert_eq!((said(&shown, "known"), said(&shown, "after")), (1, 1), "{point} {torn}");
            assert!(said(&shown, "in flight") <= 1, "{point} {torn}");
            repo.warroom(["validate"]).ok();
            assert!(temps(&repo, &id).is_empty(), "{point} {torn}: {:?}", temps(&repo, &id));
        }
    }
}

#[test]
fn fault_13_a_file_of_which_a_sector_was_lost() {
    let (repo, id) = under_way();
    let good = fs::read(repo.file(&id)).unwrap();
    let mut torn = good.clone();
    torn.iter_mut().skip(100).take(100).for_each(|byte| *byte = 0);
    fs::write(repo.file(&id), &torn).unwrap();
    repo.warroom(["log", "x", "-i", &id]).fails(5);
    assert_eq!(fs::read(repo.file(&id)).unwrap(), torn, "never written over");
    // A console has the last good state and puts it back when it is asked to.
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("known").shows("cannot be read");
    console.press(":put the last<Enter>");
    console.hides("cannot be read");
    console.press("q");
    assert_eq!(console.ends().0, 0, "{}", console.screen());
    assert_eq!(said(&repo.show(), "known"), 1);
}

#[test]
fn fault_18_hardly_any_files_may_be_open() {
    let (repo, id) = under_way();
    let mut done = Vec::new();
    for limit in (4..40).rev() {
        let mut command = Command::new("bash");
        repo.clean(&mut command);
        let words = format!("with {limit}");
        let line = format!("ulimit -n {limit} && exec {BINARY} --offline log '{words}'");
        command
            .env("WARROOM_USER", "kim")
            .env("WARROOM_NOW", NOW)
            .current_dir(repo.root());
        let output = command.args(["-c", &line]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!told.contains("panicked"), "{limit}: {told}");
        match output.status.code() {
            // 6: saved, and no file was left for git.
            Some(0 | 6) => done.push(words),
            // Below what the loader needs the program does not even begin.
            code => assert!(matches!(code, Some(1 | 2 | 4 | 5 | 127)), "{limit}: {output:?}"),
        }
    }
    assert!(!done.is_empty(), "none of it worked");
    let shown = repo.show();
    for words in &done {
        assert_eq!(said(&shown, words), 1, "{words}");
    }
    repo.warroom(["validate"]).ok();
    // A console with too few for events looks by itself.
    for limit in [8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 48] {
        let line = format!("ulimit -n {limit}; {BINARY} open {id}; echo \"left $?\"");
        let console = Console::run(&repo, "sam", "bash", &["-c", &line], &[], (120, 36));
        console.until("a screen or a sentence", |screen| {
            let shown = screen.contents();
            shown.contains("Hypotheses") || shown.contains("left ")
        });
        let screen = console.screen();
        assert!(
            !screen.contains("defect") && !screen.contains("panicked"),
            "{limit}: {screen}"
        );
        assert!(
            screen.contains("Hypotheses")
                || screen.contains("too many open files")
                || screen.contains("open files, and fewer are allowed")
                || screen.contains("left 127"),
            "{limit}: {screen}"
        );
        if screen.contains("Hypotheses") {
            // It works, or it says why not and that all is safe: it does not go without a word.
            let words = format!("seen {limit}");
            repo.warroom(["log", &words]).real_time().ok();
            console.until("the line or a sentence", |screen| {
                let shown = screen.contents();
                shown.contains(&words) || (shown.contains("left 1") && shown.contains("is saved"))
            });
        }
    }
}

#[test]
fn fault_19_interrupted_calls_are_completed() {
    let (repo, id) = under_way();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("known");
    for line in 0..30 {
        console.press("l");
        console.press(&format!("line {line}."));
        for _ in 0..20 {
            console.signal(Signal::WINCH);
            console.signal(Signal::CONT);
        }
        // Words and Enter in one read would be held as a paste.
        console.shows(&format!("line {line}."));
        console.press("<Enter>").shows("l log");
    }
    console.shows("line 29.");
    console.press("q");
    assert_eq!(console.ends().0, 0, "{}", console.screen());
    console.left_as_found();
    let shown = repo.show();
    for line in 0..30 {
        assert_eq!(said(&shown, &format!("line {line}.")), 1, "{line}");
    }
}

#[test]
#[cfg(debug_assertions)]
fn fault_19_a_call_that_says_try_again() {
    for errno in [4, 11] {
        for point in ["write.temp", "write.data", "write.sync", "write.swap"] {
            let (repo, _) = under_way();
            let spec = format!("{point}@1:err={errno}");
            let outcome = repo.warroom(["log", "again"]).env("WARROOM_FAILPOINT", &spec).run();
            repo.warroom(["log", "after"]).ok();
            let shown = repo.show();
            assert_eq!(
                (said(&shown, "again"), said(&shown, "after")),
                (1, 1),
                "{spec}: {outcome:?}"
            );
        }
    }
}

#[test]
fn fault_54_a_synchronisers_copy_is_merged_in() {
    for name in [
        "incident.sync-conflict-20261120-140500-ABCDEF7.yaml",
        "incident (kim's conflicted copy 2026-11-20).yaml",
    ] {
        let (repo, id) = under_way();
        let copy = repo.file(&id).with_file_name(name);
        let other = repo.file(&id).with_file_name("incident.local.yaml");
        let elsewhere = fs::read_to_string(repo.file(&id)).unwrap();
        let end = elsewhere.rfind("# end of").unwrap();
        let event = "- id: ebotaaa2\n  at: 2026-11-20T14:12:44.018Z\n  by: ana\n  kind: note\n  text: on the laptop\n";
        fs::write(&copy, format!("{}{event}{}", &elsewhere[..end], &elsewhere[end..])).unwrap();
        fs::write(&other, "mine").unwrap();
        repo.warroom(["log", "on the desk"]).run();
        let shown = repo.show();
        for words in ["known", "on the laptop", "on the desk"] {
            assert_eq!(said(&shown, words), 1, "{words}");
        }
        assert!(!copy.exists() && other.exists());
        let rescued = fs::read_dir(repo.path(".git/warroom/rescue")).unwrap().flatten();
        assert!(
            rescued
                .into_iter()
                .any(|copy| fs::read_to_string(copy.path()).unwrap().contains("on the laptop"))
        );
    }
}

#[test]
fn fault_77_clocks_that_are_wrong() {
    let (repo, _) = under_way();
    let at = |who: &str, now: &str, words: &[&str]| repo.warroom(words).by(who).now(now).run();
    let severity = || repo.show()["severity"].clone();
    // A clock an hour behind does not lose against the value it has just replaced.
    assert_eq!(
        at("kim", "2026-11-20T14:30:00Z", &["severity", "P2", "--reason", "fewer"]).code,
        Some(0)
    );
    assert_eq!(
        at("sam", "2026-11-20T13:30:00Z", &["severity", "P0", "--reason", "all"]).code,
        Some(0)
    );
    assert_eq!(severity(), "P0");
    // One ten years ahead does not make everybody else's changes old.
    assert_eq!(
        at("ana", "2036-11-20T14:00:00Z", &["severity", "P1", "--reason", "some"]).code,
        Some(0)
    );
    assert_eq!(
        at("kim", "2026-11-20T14:31:00Z", &["severity", "P3", "--reason", "one"]).code,
        Some(0)
    );
    assert_eq!(severity(), "P3");
    assert_eq!(at("kim", "2026-11-20T14:32:00Z", &["log", "now"]).code, Some(0));
    let shown = repo.show();
    let times: Vec<&str> = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    let now = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["text"] == "now")
        .unwrap();
    assert_eq!(
        now["at"], "2026-11-20T14:32:00.000Z",
        "nobody else's clock is taken over"
    );
    // Timers are of this clock, before, at and long after.
    for now in ["2026-11-20T14:32:00Z", "2126-11-20T14:32:00Z"] {
        let timers = repo.warroom(["timer", "list", "--json"]).now(now).json();
        assert!(timers.to_string().contains("remaining_s"), "{timers}");
    }
    // Before there was an incident it had none.
    let before = repo
        .warroom(["timer", "list", "--json"])
        .now("1999-12-31T23:59:59Z")
        .json();
    assert_eq!(before["timers"], serde_json::json!([]), "{before}");
    repo.warroom(["validate"]).ok();
}

#[test]
fn fault_78_a_copied_clone_draws_ids_of_its_own() {
    let (repo, id) = under_way();
    let other = Repo::new();
    let copied = Command::new("cp")
        .arg("-a")
        .arg(repo.root())
        .arg(other.path("copy"))
        .status()
        .unwrap();
    assert!(copied.success());
    let there = other.path("copy");
    repo.warroom(["log", "here"]).ok();
    other.warroom(["log", "there"]).within(&there).run();
    let ours = fs::read_to_string(repo.file(&id)).unwrap();
    let theirs = fs::read_to_string(there.join(format!("incidents/{id}/incident.yaml"))).unwrap();
    let merged = merged(&repo, "", &ours, &theirs);
    for words in ["text: known", "text: here", "text: there"] {
        assert_eq!(merged.matches(words).count(), 1, "{words} in\n{merged}");
    }
}

/// What the merge driver makes of two versions; the same whoever merges.
#[track_caller]
fn merged(repo: &Repo, base: &str, ours: &str, theirs: &str) -> String {
    let merge = |ours: &str, theirs: &str| {
        for (name, text) in [("base", base), ("ours", ours), ("theirs", theirs)] {
            fs::write(repo.outside().join(name), text).unwrap();
        }
        let paths = ["base", "ours", "theirs"].map(|name| repo.outside().join(name).into_os_string());
        let verb = ["merge-driver".into()].into_iter().chain(paths);
        repo.warroom(verb).ok();
        fs::read_to_string(repo.outside().join("ours")).unwrap()
    };
    let (one, other) = (merge(ours, theirs), merge(theirs, ours));
    assert_eq!(one, other, "the same bytes for both");
    one
}

/// Two people change the same incident without knowing of each other: their verbs, and what `show` says of the merge.
#[track_caller]
fn both_at_once(before: &[&[&str]], ours: &[&str], theirs: &[&str]) -> (Value, String) {
    let (repo, id) = under_way();
    for verb in before {
        repo.warroom(*verb).ok();
    }
    let base = fs::read_to_string(repo.file(&id)).unwrap();
    let head = repo.git(["rev-parse", "HEAD"]);
    let version = |who: &str, verb: &[&str], now: &str| {
        // The side folder and git know what was there before; another person's clone does not.
        repo.git(["reset", "-q", "--hard", head.trim()]);
        let _ = fs::remove_dir_all(repo.path(".git/warroom"));
        fs::write(repo.file(&id), &base).unwrap();
        repo.warroom(verb).by(who).now(now).ok();
        fs::read_to_string(repo.file(&id)).unwrap()
    };
    let ours = version("kim", ours, "2026-11-20T14:10:00Z");
    let theirs = version("sam", theirs, "2026-11-20T14:11:00Z");
    let text = merged(&repo, &base, &ours, &theirs);
    fs::write(repo.file(&id), &text).unwrap();
    let _ = fs::remove_dir_all(repo.path(".git/warroom"));
    repo.warroom(["validate"]).ok();
    (repo.show(), text)
}

fn conflicts(shown: &Value) -> usize {
    let events = shown["timeline"].as_array().unwrap();
    events.iter().filter(|event| event["kind"] == "conflict").count()
}

#[test]
fn fault_79_two_people_and_one_thing() {
    let item = "mitigation.latency";
    let state = |shown: &Value| {
        let items = shown["checklist"].as_array().unwrap();
        items.iter().find(|known| known["id"] == item).unwrap().clone()
    };
    // Both tick it: it was done when the first did, and nobody is asked.
    let (shown, _) = both_at_once(&[], &["check", "tick", item], &["check", "tick", item]);
    assert_eq!(
        (state(&shown)["state"].as_str(), state(&shown)["who"].as_str()),
        (Some("done"), Some("kim"))
    );
    assert_eq!(conflicts(&shown), 0, "{shown:#}");
    // One ticks, one skips.
    let (shown, text) = both_at_once(
        &[],
        &["check", "tick", item],
        &["check", "skip", item, "--reason", "not here"],
    );
    assert_eq!(conflicts(&shown), 1, "{text}");
    // Up and down: the loser is told.
    let (shown, text) = both_at_once(
        &[],
        &["severity", "P0", "--reason", "all"],
        &["severity", "P3", "--reason", "one"],
    );
    assert_eq!(conflicts(&shown), 1, "{text}");
    assert!(text.contains("from: P0"), "{text}");
    // Two commanders: both stand in the file.
    let (shown, text) = both_at_once(&[], &["role", "assign", "ic", "kim"], &["role", "assign", "ic", "sam"]);
    assert!(text.contains("who: kim") && text.contains("who: sam"), "{text}");
    assert_eq!(shown["roles"].as_array().unwrap().len(), 2);
    // A correction and a handing over touch different things.
    let (shown, text) = both_at_once(
        &[&["role", "assign", "ic", "kim"]],
        &["role", "handoff", "ic", "ana"],
        &["check", "tick", item],
    );
    assert_eq!(
        (conflicts(&shown), state(&shown)["state"].as_str()),
        (0, Some("done")),
        "{text}"
    );
    assert!(text.contains("who: ana"), "{text}");
}

#[test]
fn fault_79_corrected_and_retracted_at_once() {
    let (repo, id) = under_way();
    let shown = repo.show();
    let event = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["text"] == "known")
        .unwrap();
    let event = event["id"].as_str().unwrap().to_owned();
    let base = fs::read_to_string(repo.file(&id)).unwrap();
    repo.warroom(["log", "edit", &event, "--text", "better"]).ok();
    let ours = fs::read_to_string(repo.file(&id)).unwrap();
    fs::remove_dir_all(repo.path(".git/warroom")).unwrap();
    fs::write(repo.file(&id), &base).unwrap();
    repo.warroom(["log", "retract", &event, "--reason", "wrong"])
        .by("sam")
        .ok();
    let theirs = fs::read_to_string(repo.file(&id)).unwrap();
    let text = merged(&repo, &base, &ours, &theirs);
    for kept in ["text: better", "text: known", "retracted: wrong"] {
        assert!(text.contains(kept), "{kept} in\n{text}");
    }
}

/// A session in this process, which logs without the cost of one more.
fn works_offline(repo: &Repo, id: &str, name: &str, changes: usize) -> String {
    use warroom::incident::{Change, EventKind};
    use warroom::session::{Open, Session, SystemClock};
    let repository = warroom::store::Repository::discover(&repo.root()).unwrap();
    let repository = repository.with_state(repo.state());
    let place = repository
        .incidents()
        .unwrap()
        .into_iter()
        .find(|place| place.id == id)
        .unwrap();
    let session = Session::open(Open {
        repository: &repository,
        place,
        by: name.into(),
        clock: std::sync::Arc::new(SystemClock),
        watch: false,
    });
    let session = session.unwrap();
    for number in 0..changes {
        let change = if number % 25 == 0 {
            Change::SetField {
                field: "title".into(),
                value: format!("{name} {number}"),
            }
        } else {
            Change::Log {
                kind: EventKind::Note,
                text: format!("{name} {number}"),
                at: None,
                pin: false,
            }
        };
        session.apply(change).unwrap();
    }
    session.flush(Duration::from_secs(60)).unwrap();
    drop(session);
    fs::read_to_string(repo.file(id)).unwrap()
}

#[test]
fn fault_80_three_clones_a_day_apart() {
    let (repo, id) = under_way();
    let base = fs::read_to_string(repo.file(&id)).unwrap();
    let versions = ["ann", "bob", "cat"].map(|name| {
        let _ = fs::remove_dir_all(repo.path(".git/warroom"));
        fs::write(repo.file(&id), &base).unwrap();
        works_offline(&repo, &id, name, 500)
    });
    let began = Instant::now();
    let two = merged(&repo, &base, &versions[0], &versions[1]);
    let three = merged(&repo, &base, &two, &versions[2]);
    // Four merges, unoptimised; one takes two seconds at most.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    for name in ["ann", "bob", "cat"] {
        for number in (0..500).filter(|number| number % 25 != 0) {
            let line = format!("  text: {name} {number}\n");
            assert_eq!(three.matches(&line).count(), 1, "{line}");
        }
    }
    // Each of the two titles that lost is told, and nothing that nobody contested.
    fs::write(repo.file(&id), &three).unwrap();
    let _ = fs::remove_dir_all(repo.path(".git/warroom"));
    let shown = repo.show();
    let events = shown["timeline"].as_array().unwrap();
    let told: Vec<&Value> = events.iter().filter(|event| event["kind"] == "conflict").collect();
    assert!(
        told.iter().all(|event| event["ref"] == "title") && told.len() == 2,
        "{told:#?}"
    );
    repo.warroom(["validate"]).ok();
}

#[test]
fn fault_82_a_malicious_peer() {
    // Ten megabytes in one line.
    let (repo, id) = under_way();
    let good = fs::read_to_string(repo.file(&id)).unwrap();
    let with = |event: &str| {
        let end = good.rfind("# end of").unwrap();
        format!("{}{event}{}", &good[..end], &good[end..])
    };
    let head = "- id: ebotaaa2\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: ";
    fs::write(repo.file(&id), with(&format!("{head}{}\n", "x".repeat(10 << 20)))).unwrap();
    let began = Instant::now();
    assert_eq!(repo.warroom(["log", "beside it"]).run().code, Some(0));
    assert_eq!(repo.warroom(["show"]).run().code, Some(0));
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("beside it");
    drop(console);
    // Stamps from the far future, and a retraction of everything: the next change of ours holds all the same.
    fs::remove_dir_all(repo.path(".git/warroom")).unwrap();
    let poisoned = good
        .replace(
            "status: declared\n",
            "status: declared\nrev: {severity: 9998-12-31T23:59:59.999Z/evil}\n",
        )
        .replace(
            "  text: known\n",
            "  text: known\n  retracted: gone\n  rev: {retracted: 9998-12-31T23:59:59.999Z/evil}\n",
        );
    assert_ne!(poisoned, good);
    fs::write(repo.file(&id), &poisoned).unwrap();
    repo.warroom(["severity", "P0", "--reason", "all"]).ok();
    let shown = repo.show();
    assert_eq!(shown["severity"], "P0");
    let known = shown["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["text"] == "known")
        .unwrap();
    assert_eq!(known["retracted"], "gone", "the words stay readable");
    repo.warroom(["validate"]).ok();
}

#[test]
fn fault_82_a_hundred_thousand_entries() {
    let (repo, id) = under_way();
    let good = fs::read_to_string(repo.file(&id)).unwrap();
    let end = good.rfind("# end of").unwrap();
    let mut events = String::new();
    for n in 0..100_000_u32 {
        let own: String = format!("{n:07}")
            .bytes()
            .map(|digit| char::from(digit - b'0' + b'a'))
            .collect();
        events.push_str(&format!(
            "- id: e{own}\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: flood\n"
        ));
    }
    fs::write(repo.file(&id), format!("{}{events}{}", &good[..end], &good[end..])).unwrap();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("flood");
    console.press("lstill here<Enter>G").shows("still here");
    console.press("q");
    assert_eq!(console.ends().0, 0, "{}", console.screen());
    let text = fs::read_to_string(repo.file(&id)).unwrap();
    assert_eq!(
        (
            text.matches("text: flood").count(),
            text.matches("text: still here").count()
        ),
        (100_000, 1)
    );
}

#[test]
fn fault_84_leaving_with_what_could_not_be_saved() {
    let (repo, id) = under_way();
    let good = fs::read_to_string(repo.file(&id)).unwrap();
    let mut console = Console::open(&repo, "sam", &["open", &id]);
    console.shows("known");
    fs::write(repo.file(&id), "title: [\n").unwrap();
    console.shows("cannot be read");
    console.press("lfirst<Enter>lsecond<Enter>").shows("second");
    console.press("q");
    assert_eq!(console.ends().0, 5, "{}", console.screen());
    console.left_as_found();
    let told = console.screen().replace('\n', "");
    assert!(told.contains("your 2 changes are in the journal"), "{told}");
    fs::write(repo.file(&id), &good).unwrap();
    let mut again = Console::open(&repo, "sam", &["open", &id]);
    again.shows("first").shows("second");
    again.press("q");
    assert_eq!(again.ends().0, 0);
    let shown = repo.show();
    assert_eq!((said(&shown, "first"), said(&shown, "second")), (1, 1));
}

#[test]
fn every_fault_has_its_test() {
    let mut found = std::collections::BTreeSet::new();
    let mut folders = vec!["src", "tests"]
        .into_iter()
        .map(|name| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
        .collect::<Vec<_>>();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let code = fs::read_to_string(path).unwrap();
                for name in code.split("fn fault_").skip(1) {
                    let numbers = name.split('_').map_while(|part| part.parse::<u32>().ok());
                    found.extend(numbers);
                }
            }
        }
    }
    let missing: Vec<u32> = (1..=84).filter(|number| !found.contains(number)).collect();
    assert!(missing.is_empty(), "no test is named after {missing:?}");
}
