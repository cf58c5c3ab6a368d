//! What git brings is merged into the file, and whoever brought it is told so only when it is there: every fault of the disk
//! at the moment of writing.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::super::*;
use super::support::*;
use crate::store::failpoint::arm;

/// What can be wrong with the file or its disk while something is brought.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// A step fails with this number.
    Step(&'static str),
    Missing,
    Pipe,
    Folder,
    Link,
    Torn,
    Invalid,
}

const FAULTS: [Fault; 17] = [
    Fault::Step("write.access:err=13"),
    Fault::Step("write.access:err=30"),
    Fault::Step("write.temp:err=28"),
    Fault::Step("write.temp:err=13"),
    Fault::Step("write.data:err=28"),
    Fault::Step("write.data:err=122"),
    Fault::Step("write.sync:err=5"),
    Fault::Step("write.exchange:err=5"),
    Fault::Step("write.exchange:err=30"),
    Fault::Step("write.folder:err=5"),
    Fault::Step("read.open:err=13"),
    Fault::Missing,
    Fault::Pipe,
    Fault::Folder,
    Fault::Link,
    Fault::Torn,
    Fault::Invalid,
];

/// Makes it so; what undoes it.
fn make(fault: Fault, room: &Room) -> Box<dyn FnOnce() + '_> {
    let (path, aside) = (room.path().to_owned(), room.dir.path().join("aside.yaml"));
    let text = room.text();
    let set_aside = |path: &Path| fs::rename(path, &aside).unwrap();
    match fault {
        Fault::Step(spec) => {
            let armed = arm(room.dir.path(), spec);
            return Box::new(move || drop(armed));
        }
        Fault::Missing => set_aside(&path),
        Fault::Pipe => {
            set_aside(&path);
            let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
            assert!(made.success());
        }
        Fault::Folder => {
            set_aside(&path);
            fs::create_dir(&path).unwrap();
        }
        Fault::Link => {
            set_aside(&path);
            symlink("/nowhere/incident.yaml", &path).unwrap();
        }
        Fault::Torn => fs::write(&path, &text[..text.len() / 2]).unwrap(),
        Fault::Invalid => fs::write(&path, text.replace("timeline:", "\ttimeline:")).unwrap(),
    }
    Box::new(move || {
        if path.is_dir() {
            fs::remove_dir(&path).unwrap();
        }
        let good = path.with_file_name("good");
        fs::write(&good, text).unwrap();
        fs::rename(&good, &path).unwrap();
    })
}

#[test]
fn a_state_that_is_not_on_the_disk_is_never_said_to_be_there() {
    for fault in FAULTS {
        for own in [false, true] {
            let room = room();
            let session = room.open("kim", true);
            session.apply(log("known")).unwrap();
            session.flush(LONG).unwrap();
            let theirs = Room::with_event(&room.text(), "ebrought", "brought");
            let undo = make(fault, &room);
            if own {
                session.apply(log("own")).unwrap();
            }
            let answer = session.shared.bring(None, &theirs);
            let there = fs::metadata(room.path()).is_ok_and(|meta| meta.is_file())
                && fs::read_to_string(room.path()).is_ok_and(|text| text.contains("text: brought"));
            assert!(
                answer.is_err() || there,
                "{fault:?}: said to be in the file, and it is not"
            );
            assert!(answer.is_err(), "{fault:?} was no fault at all");
            undo();
            session.refresh();
            // Brought again once the cause is gone, as the next round of syncing does.
            until(&format!("brought after {fault:?}"), || {
                session.shared.bring(None, &theirs).is_ok()
            });
            let mut wanted = vec!["brought", "known"];
            if own {
                wanted.push("own");
            }
            until_file_holds(&room, &wanted);
        }
    }
}

#[test]
fn what_is_brought_while_another_holds_the_lock_waits_or_is_written_beside_it() {
    let room = room();
    let session = room.open("kim", true);
    let path = session.shared.disk().site.lock_path();
    let held = crate::store::lock::Lock::new(path, "lee").take(&|| true);
    assert!(held.is_held());
    let theirs = Room::with_event(&room.text(), "ebrought", "brought");
    let answer = session.shared.bring(None, &theirs);
    assert_eq!(answer, Ok(()), "two seconds later it goes on without the lock");
    assert!(room.notes().contains(&"brought".to_owned()));
}

#[test]
fn fault_43_a_pipe_in_the_files_place_stops_nobody_who_has_something_to_save() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("known")).unwrap();
    session.flush(LONG).unwrap();
    let undo = make(Fault::Pipe, &room);
    session.apply(log("pending")).unwrap();
    until("the trouble is told", || session.snapshot().file != FileState::Good);
    assert!(session.flush(Duration::from_millis(200)).is_err());
    undo();
    session.refresh();
    until_file_holds(&room, &["known", "pending"]);
}
