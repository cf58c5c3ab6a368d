//! Section C of the faults: files that vanish, turn into other things, or are hard to watch.

use std::fs;
use std::os::unix::fs::symlink;

use super::super::*;
use super::support::*;
use crate::store::failpoint::arm;

#[test]
fn fault_41_deleted_and_put_back() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("one")).unwrap();
    session.flush(LONG).unwrap();
    fs::remove_file(room.path()).unwrap();
    until("it is told", || session.snapshot().file == FileState::Missing);
    session.apply(log("two")).unwrap();
    assert!(matches!(session.flush(LONG), Err(SaveError::Journaled(_))));
    assert!(!room.path().exists(), "nothing is put back without being asked");
    session.restore();
    until_good(&session);
    until_file_holds(&room, &["one", "two"]);
}

#[test]
fn fault_42_replaced_by_links() {
    let room = room();
    let session = room.open("kim", true);
    let outside = room.dir.path().join("outside.yaml");
    fs::copy(room.path(), &outside).unwrap();
    let before = fs::read_to_string(&outside).unwrap();
    for target in [
        outside.as_path(),
        std::path::Path::new("/etc/passwd"),
        &room.dir.path().join("nothing"),
        room.path(),
    ] {
        let good = room.text();
        fs::remove_file(room.path()).unwrap();
        symlink(target, room.path()).unwrap();
        until_told(&session);
        assert!(
            matches!(session.snapshot().file, FileState::ReadOnly(_)),
            "{}",
            target.display()
        );
        session.apply(log("kept")).unwrap();
        assert!(session.flush(LONG).is_err());
        fs::remove_file(room.path()).unwrap();
        fs::write(room.path(), good).unwrap();
        until_good(&session);
    }
    assert_eq!(fs::read_to_string(&outside).unwrap(), before);
    assert_eq!(room.notes().len(), 4);
}

#[test]
fn fault_42_a_link_within_the_repository_is_kept() {
    let room = room();
    let real = room.repository.root().join("real.yaml");
    fs::rename(room.path(), &real).unwrap();
    symlink(&real, room.path()).unwrap();
    let session = room.open("kim", false);
    session.apply(log("through the link")).unwrap();
    session.flush(LONG).unwrap();
    assert!(fs::symlink_metadata(room.path()).unwrap().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("through the link"));
}

#[test]
fn fault_43_replaced_by_pipe_socket_and_folder() {
    let room = room();
    let session = room.open("kim", true);
    let good = room.text();
    for kind in ["pipe", "socket", "folder"] {
        let at = room.path();
        fs::remove_file(at).unwrap();
        match kind {
            "pipe" => {
                let made = std::process::Command::new("mkfifo").arg(at).status().unwrap();
                assert!(made.success());
            }
            "socket" => drop(std::os::unix::net::UnixListener::bind(at).unwrap()),
            _ => fs::create_dir(at).unwrap(),
        }
        until_told(&session);
        let FileState::ReadOnly(said) = session.snapshot().file.clone() else {
            panic!("{kind}: {:?}", session.snapshot().file);
        };
        assert!(said.contains(kind), "{said}");
        if kind == "folder" {
            fs::remove_dir(at).unwrap();
        } else {
            fs::remove_file(at).unwrap();
        }
        fs::write(at, &good).unwrap();
        until_good(&session);
    }
}

#[test]
fn fault_44_the_folder_is_moved_away_and_replaced() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("before")).unwrap();
    session.flush(LONG).unwrap();
    let folder = room.path().parent().unwrap();
    let away = folder.with_file_name("away");
    fs::rename(folder, &away).unwrap();
    until("it is told", || session.snapshot().file == FileState::Missing);
    // Another folder takes its place, as a checkout would make it; its file is watched like the one before.
    fs::create_dir(folder).unwrap();
    fs::copy(away.join("incident.yaml"), room.path()).unwrap();
    until_good(&session);
    room.editor_saves(&Room::with_event(&room.text(), "ebotaaa2", "after"));
    until("it is seen", || shown(&session).len() == 2);
    until("by events", || session.snapshot().watching == Watching::Events);
}

#[test]
fn fault_45_every_way_an_editor_saves() {
    let room = room();
    let session = room.open("kim", true);
    let mut wanted = Vec::new();
    let mut add = |save: &dyn Fn(&str)| {
        let word = format!("edit {}", wanted.len());
        let id = format!(
            "ebotaa{}{}",
            char::from(b'a' + (wanted.len() / 26) as u8),
            char::from(b'a' + (wanted.len() % 26) as u8)
        );
        save(&Room::with_event(&room.text(), &id, &word));
        wanted.push(word);
        until("it is seen", || shown(&session) == wanted);
    };
    // A new file renamed over the old one: each of fifty replacements is seen.
    for _ in 0..50 {
        add(&|text| room.editor_saves(text));
    }
    // Truncated and written in place.
    add(&|text| fs::write(room.path(), text).unwrap());
    // The old file renamed to a backup first.
    add(&|text| {
        fs::rename(room.path(), room.path().with_extension("yaml~")).unwrap();
        fs::write(room.path(), text).unwrap();
    });
    // Deleted and written again, as a checkout does.
    add(&|text| {
        fs::remove_file(room.path()).unwrap();
        fs::write(room.path(), text).unwrap();
    });
    // Slowly, in pieces.
    add(&|text| {
        let mut file = fs::File::create(room.path()).unwrap();
        for piece in text.as_bytes().chunks(97) {
            std::io::Write::write_all(&mut file, piece).unwrap();
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    // Longer than the same number of bytes, with the old time.
    add(&|text| {
        let before = fs::metadata(room.path()).unwrap().modified().unwrap();
        let file = fs::File::create(room.path()).unwrap();
        std::io::Write::write_all(&mut &file, text.as_bytes()).unwrap();
        file.set_modified(before).unwrap();
    });
    assert!(
        session.snapshot().notices.iter().all(|notice| !notice.warning),
        "{:?}",
        session.snapshot().notices
    );
    assert_eq!(session.snapshot().watching, Watching::Events);
}

#[test]
fn fault_46_a_stale_buffer_takes_nothing_away() {
    let room = room();
    let session = room.open("kim", true);
    let stale = Room::with_event(&room.text(), "ebotaaa2", "what the editor changed");
    let mut wanted: Vec<String> = (0..20).map(|n| format!("line {n}")).collect();
    for line in &wanted {
        session.apply(log(line)).unwrap();
    }
    session.flush(LONG).unwrap();
    room.editor_saves(&stale);
    wanted.push("what the editor changed".into());
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    until_file_holds(&room, &wanted);
    until("it is said", || {
        session
            .snapshot()
            .notices
            .iter()
            .any(|notice| notice.text.contains("put back"))
    });
}

#[test]
fn fault_46_a_stale_buffer_saved_while_nobody_looks() {
    let room = room();
    let stale = Room::with_event(&room.text(), "ebotaaa2", "edited");
    for line in ["one", "two"] {
        let session = room.open("kim", false);
        session.apply(log(line)).unwrap();
        session.flush(LONG).unwrap();
    }
    room.editor_saves(&stale);
    let session = room.open("kim", false);
    session.apply(log("three")).unwrap();
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["one", "two", "three", "edited"]);
}

#[test]
fn an_in_place_editor_who_writes_after_the_exchange() {
    let room = room();
    let session = room.open("kim", true);
    // It has the file open, we replace it, it writes: into a file that has no name any more.
    let text = Room::with_event(&room.text(), "ebotaaa2", "late");
    let file = fs::OpenOptions::new().write(true).open(room.path()).unwrap();
    session.apply(log("mine")).unwrap();
    session.flush(LONG).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, text.as_bytes(), 0).unwrap();
    until_file_holds(&room, &["mine", "late"]);
    until("it is shown", || shown(&session).len() == 2);
}

#[test]
fn fault_48_a_stopped_lock_holder() {
    let room = room();
    let mut child = child(&room, "hold", "");
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("HELD") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut out, &mut line).unwrap() > 0);
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    let session = room.open("kim", true);
    let start = Instant::now();
    session.apply(log("without the lock")).unwrap();
    assert!(start.elapsed() < Duration::from_millis(500), "the screen does not wait");
    session.flush(LONG).unwrap();
    assert_eq!(room.notes(), ["without the lock"]);
    let notices = session.snapshot().notices.clone();
    let named = format!("child, process {}", child.id());
    assert!(notices.iter().any(|notice| notice.text.contains(&named)), "{notices:?}");
    // The next save does not wait as long again.
    let start = Instant::now();
    session.apply(log("nor the second time")).unwrap();
    session.flush(LONG).unwrap();
    assert!(start.elapsed() < Duration::from_millis(1500));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn fault_49_no_locks_at_all() {
    let room = room();
    let _armed = arm(room.repository.root(), "lock.flock:err=37");
    let sessions: Vec<_> = ["a", "b", "c"].iter().map(|name| room.open(name, true)).collect();
    std::thread::scope(|scope| {
        for session in &sessions {
            scope.spawn(|| {
                for n in 0..20 {
                    session.apply(log(format!("{} {n}", session.by()))).unwrap();
                    session.flush(LONG).unwrap();
                }
            });
        }
    });
    let wanted: Vec<String> = ["a", "b", "c"]
        .iter()
        .flat_map(|by| (0..20).map(move |n| format!("{by} {n}")))
        .collect();
    until_file_holds(&room, &wanted.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn fault_50_no_events_no_matter() {
    let room = room();
    let _armed = arm(room.path().parent().unwrap(), "watch.event:err");
    let session = room.open("kim", true);
    assert_eq!(session.snapshot().watching, Watching::Events);
    session.apply(log("mine")).unwrap();
    until("the missing event is noticed", || {
        session.snapshot().watching == Watching::Polling
    });
    let start = Instant::now();
    room.editor_saves(&Room::with_event(&room.text(), "ebotaaa2", "theirs"));
    until("it is found", || shown(&session).len() == 2);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[test]
fn fault_50_no_watch_to_be_had() {
    let room = room();
    let armed = arm(room.path().parent().unwrap(), "watch.new:err=24");
    let session = room.open("kim", true);
    until("it polls", || session.snapshot().watching == Watching::Polling);
    drop(armed);
    room.editor_saves(&Room::with_event(&room.text(), "ebotaaa2", "theirs"));
    until("it is found", || shown(&session) == ["theirs"]);
}

#[test]
fn fault_51_a_checkout_makes_no_flash() {
    let room = room();
    let session = room.open("kim", true);
    let mut states = session.subscribe();
    for n in 0..10 {
        let id = format!("ebotaaa{}", char::from(b'a' + n));
        let text = Room::with_event(&room.text(), &id, "pulled");
        fs::remove_file(room.path()).unwrap();
        let mut file = fs::File::create(room.path()).unwrap();
        let (first, rest) = text.as_bytes().split_at(text.len() / 2);
        std::io::Write::write_all(&mut file, first).unwrap();
        std::thread::sleep(Duration::from_millis(5));
        std::io::Write::write_all(&mut file, rest).unwrap();
        until("it is merged", || {
            if states.has_changed().unwrap() {
                assert_eq!(states.borrow_and_update().file, FileState::Good);
            }
            shown(&session).len() == usize::from(n) + 1
        });
    }
}

#[test]
fn fault_52_same_size_same_time_other_content() {
    let room = room();
    room.editor_saves(&Room::with_event(&room.text(), "ebotaaa2", "aaaa"));
    let session = room.open("kim", true);
    until("it is shown", || shown(&session) == ["aaaa"]);
    let before = fs::metadata(room.path()).unwrap().modified().unwrap();
    let other = room
        .text()
        .replace("ebotaaa2", "ebotaaa3")
        .replace("text: aaaa", "text: bbbb");
    let file = fs::File::create(room.path()).unwrap();
    std::io::Write::write_all(&mut &file, other.as_bytes()).unwrap();
    file.set_modified(before).unwrap();
    until(&format!("both are there {:?}", session.snapshot()), || {
        shown(&session).len() == 2
    });
}

#[test]
fn fault_53_odd_paths() {
    for name in [
        "with space",
        "-dash",
        "new\nline",
        "über \u{1f525} e\u{301}",
        "quote'\"$(x)",
    ] {
        let dir = tempfile::tempdir().unwrap();
        let below = dir.path().join(name);
        fs::create_dir(&below).unwrap();
        let room = room_in(tempfile::tempdir_in(&below).unwrap());
        let session = room.open("kim", true);
        session.apply(log("odd")).unwrap();
        session.flush(LONG).unwrap();
        assert_eq!(room.notes(), ["odd"], "{name:?}");
        drop(session);
    }
}

#[test]
fn another_incident_in_the_same_place_is_not_merged() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("mine")).unwrap();
    session.flush(LONG).unwrap();
    let mine = room.text();
    let uid = room.file().incident().uid.clone();
    room.editor_saves(&mine.replace(&uid, "zzzzzzz"));
    until_told(&session);
    session.apply(log("kept")).unwrap();
    assert!(session.flush(LONG).is_err());
    assert!(!room.text().contains("kept"));
    room.editor_saves(&mine);
    until_file_holds(&room, &["mine", "kept"]);
}
