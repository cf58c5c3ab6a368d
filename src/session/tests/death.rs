//! Section A of the faults: processes that die, disks that fail.

use std::io::{BufRead, BufReader, Read};

use super::super::*;
use super::support::*;
use crate::store::failpoint::arm;

/// A child logs one line and is killed at `point`; what is in the file then, and after the next session.
fn killed_at(point: &str) -> (Room, Vec<String>) {
    let room = room();
    let mut child = child(&room, "log written by the dead", &format!("{point}:kill"));
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!child.wait().unwrap().success(), "{point} was not reached: {said}");
    assert!(!said.contains("ACK"));
    let then = room.notes();
    let session = room.open("kim", true);
    session.apply(log("written by the living")).unwrap();
    session.flush(LONG).unwrap();
    drop(session);
    until_file_holds(&room, &["written by the dead", "written by the living"]);
    assert!(room.temps().is_empty(), "{point}: {:?}", room.temps());
    assert_eq!(room.journals(), 0, "{point}");
    (room, then)
}

#[test]
fn fault_01_killed_before_the_temporary_file() {
    assert!(killed_at("save.journaled").1.is_empty());
    assert!(killed_at("write.temp").1.is_empty());
}

#[test]
fn fault_02_killed_while_writing_the_temporary_file() {
    assert!(killed_at("write.data").1.is_empty());
}

#[test]
fn fault_03_killed_before_the_exchange() {
    assert!(killed_at("write.sync").1.is_empty());
    assert!(killed_at("write.exchange").1.is_empty());
}

#[test]
fn fault_04_killed_after_the_exchange_before_the_comparison() {
    assert_eq!(killed_at("write.compare").1, ["written by the dead"]);
}

#[test]
fn fault_05_killed_before_the_folder_is_synced() {
    assert_eq!(killed_at("write.folder").1, ["written by the dead"]);
}

/// After each step that the machine of a save asks for.
#[test]
fn fault_01_to_05_killed_after_each_step_of_a_save() {
    for step in [
        "locked", "composed", "asked", "written", "synced", "settled", "kept", "answered", "tidied", "refused",
        "cleared",
    ] {
        let room = room();
        let mut child = child(&room, "log written by the dead", &format!("save.{step}:kill"));
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!child.wait().unwrap().success(), "{step} was not reached: {said}");
        let session = room.open("kim", true);
        session.apply(log("written by the living")).unwrap();
        session.flush(LONG).unwrap();
        drop(session);
        until_file_holds(&room, &["written by the dead", "written by the living"]);
        assert!(room.temps().is_empty(), "{step}: {:?}", room.temps());
        assert_eq!(room.journals(), 0, "{step}");
    }
}

#[test]
fn fault_04_an_editors_words_in_a_dead_sessions_hands_come_back() {
    // The dead session had swapped out a file that an editor wrote in between: its only copy is the temporary file.
    let room = room();
    let mut child = child(
        &room,
        "log written by the dead",
        "write.swap:sleep=300,write.compare:kill",
    );
    until("the temporary file", || !room.temps().is_empty());
    room.editor_saves(&Room::with_event(&room.text(), "ebotaaa2", "from the editor"));
    child.wait().unwrap();
    let session = room.open("kim", true);
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["written by the dead", "from the editor"]);
    until("the temporary file is gone", || room.temps().is_empty());
}

#[test]
fn fault_14_disk_full() {
    for (point, errno) in [
        ("write.temp", 28),
        ("write.data", 28),
        ("write.sync", 28),
        ("write.swap", 28),
    ] {
        failing(point, errno, "no space left on device");
    }
}

#[test]
fn fault_15_quota_and_broken_disk() {
    failing("write.data", 122, "quota exceeded");
    failing("write.data", 5, "input/output error");
    failing("write.sync", 5, "input/output error");
    failing("write.folder", 5, "input/output error");
}

fn failing(point: &str, errno: i32, said: &str) {
    let room = room();
    let session = room.open("kim", false);
    let before = room.text();
    let armed = arm(room.repository.root(), &format!("{point}:err={errno}"));
    session.apply(log("kept")).unwrap();
    let error = session.flush(LONG).unwrap_err();
    assert!(matches!(error, SaveError::Journaled(_)), "{point}: {error:?}");
    assert!(error.to_string().to_lowercase().contains(said), "{error}");
    assert!(matches!(session.snapshot().saving, Saving::Failed(1, _)));
    assert_eq!(shown(&session), ["kept"], "it stays on the screen");
    if point != "write.folder" {
        assert_eq!(room.text(), before, "the old file is intact");
    }
    assert!(room.temps().is_empty(), "{point}: {:?}", room.temps());
    assert_eq!(room.journals(), 1);
    session.apply(log("and another")).unwrap();
    // A second session of the same person does not touch the journal of a living one.
    drop(room.open("kim", false));
    assert_eq!(room.journals(), 1);
    drop(armed);
    until("it is saved by itself", || session.snapshot().saving == Saving::Saved);
    until_file_holds(&room, &["kept", "and another"]);
    drop(session);
    assert_eq!(room.journals(), 0);
}

#[test]
fn fault_14_the_journal_cannot_be_written_either() {
    for (is_console, advice) in [(true, "keep this console open"), (false, "say it again")] {
        let room = room();
        let session = room.open("kim", is_console);
        let _disk = arm(room.repository.root(), "write.data:err=28");
        let journal = arm(&room.dir.path().join("state"), "slot.create:err=28");
        session.apply(log("only in memory")).unwrap();
        let error = session.flush(LONG).unwrap_err();
        assert!(
            matches!(&error, SaveError::Lost(said) if said.contains(advice)),
            "{error:?}"
        );
        drop(journal);
        until("the journal has it", || room.journals() == 1);
    }
}

#[test]
fn fault_16_17_read_only() {
    for (errno, said) in [(13, "chmod u+w"), (30, "read-only")] {
        let room = room();
        let armed = arm(room.repository.root(), &format!("write.access:err={errno}"));
        let session = room.open("kim", true);
        session.apply(log("kept")).unwrap();
        assert!(matches!(session.flush(LONG), Err(SaveError::Journaled(_))));
        let FileState::ReadOnly(why) = session.snapshot().file.clone() else {
            panic!("{:?}", session.snapshot().file);
        };
        assert!(why.contains(said), "{why}");
        drop(armed);
        until_file_holds(&room, &["kept"]);
        until("good again", || session.snapshot().file == FileState::Good);
    }
}

#[test]
fn fault_17_a_real_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let room = room();
    let folder = room.path().parent().unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let probe = std::fs::write(folder.join("probe"), "");
    let session = room.open("kim", false);
    session.apply(log("kept")).unwrap();
    let saved = session.flush(LONG);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    // For root no mode is a hindrance.
    match probe {
        Ok(()) => saved.unwrap(),
        Err(_) => assert!(matches!(saved, Err(SaveError::Journaled(_)))),
    }
    until_file_holds(&room, &["kept"]);
}

#[test]
fn fault_20_leftovers_go_and_other_dotfiles_stay() {
    let room = room();
    let site = room.repository.site(&room.place);
    let folder = room.path().parent().unwrap();
    let dead = |n: usize| {
        let name = site
            .temp_name()
            .replace(&format!("-{}-", std::process::id()), "-4194305-");
        std::fs::write(
            if n.is_multiple_of(2) {
                site.side().unwrap()
            } else {
                folder
            }
            .join(name),
            "warroom: 1\nhalf a fi",
        )
        .unwrap();
    };
    (0..1000).for_each(dead);
    for name in [".incident.yaml.swp", ".x.wr-1-2-3", ".env"] {
        std::fs::write(folder.join(name), "mine").unwrap();
    }
    let session = room.open("kim", true);
    until("they are gone", || room.temps().len() == 1);
    session.apply(log("x")).unwrap();
    session.flush(LONG).unwrap();
    assert_eq!(room.notes(), ["x"]);
    for name in [".incident.yaml.swp", ".x.wr-1-2-3", ".env"] {
        assert!(folder.join(name).exists(), "{name}");
    }
}

#[test]
fn fault_21_no_exchange_and_another_file_system() {
    for errno in [22, 38, 95] {
        let room = room();
        let session = room.open("kim", false);
        let _armed = arm(room.repository.root(), &format!("write.swap:err={errno}"));
        session.apply(log("renamed")).unwrap();
        session.flush(LONG).unwrap();
        assert_eq!(room.notes(), ["renamed"]);
        until("nothing is left over", || room.temps().is_empty());
    }
    let room = room();
    let session = room.open("kim", false);
    let _armed = arm(room.repository.root(), "write.swap@1:err=18");
    session.apply(log("beside")).unwrap();
    session.flush(LONG).unwrap();
    assert_eq!(room.notes(), ["beside"]);
    assert!(room.temps().is_empty());
}

#[test]
fn fault_21_without_exchange_what_an_editor_wrote_is_seen_before_the_rename() {
    let room = room();
    let session = room.open("kim", false);
    let _armed = arm(room.repository.root(), "write.swap:err=22,write.exchange@1:sleep=300");
    session.apply(log("mine")).unwrap();
    until("the temporary file", || !room.temps().is_empty());
    room.editor_saves(&Room::with_event(&room.text(), "ebotaaa2", "theirs"));
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["mine", "theirs"]);
}

/// Killed at random moments, again and again: the file is always whole, what was said to be saved is in it, the
/// half-typed line is offered. `WARROOM_ROUNDS=200` for more of them.
#[test]
fn killed_at_any_moment() {
    let room = room();
    let mut acknowledged = Vec::new();
    let mut offered = 0;
    let asked = std::env::var("WARROOM_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    let rounds: u64 = asked.unwrap_or(40);
    for round in 0..rounds {
        let mut child = child(&room, &format!("storm r{round} 1000"), "");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Between the third and some later acknowledgement, at no particular point of a save.
        for line in lines.by_ref().map_while(Result::ok) {
            if let Some(text) = line.strip_prefix("ACK ") {
                acknowledged.push(text.to_owned());
                if text.ends_with(" 3") {
                    break;
                }
            }
        }
        std::thread::sleep(Duration::from_micros(round * 731 % 5000));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            acknowledged.extend(line.strip_prefix("ACK ").map(str::to_owned));
        }
        let notes = room.notes();
        for text in &acknowledged {
            assert_eq!(notes.iter().filter(|note| *note == text).count(), 1, "{text}");
        }
        let session = room.open(&format!("r{round}"), false);
        offered += usize::from(session.draft().is_some_and(|line| line.starts_with("half typed")));
        session.flush(LONG).unwrap();
    }
    assert_eq!(offered as u64, rounds);
    let _console = room.open("kim", true);
    until("what the dead left is cleaned", || room.temps().is_empty());
}
