//! What an editor wrote over itself before any console could take it in.

use super::support::*;

/// Somebody else is saving, and takes long.
fn busy(room: &Room) -> std::fs::File {
    let path = room.repository.site(&room.place).lock_path();
    let file = std::fs::File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .unwrap();
    rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
    file
}

fn by_hand(text: &str, words: &str) -> String {
    let end = text.rfind("# end of").unwrap();
    format!("{}- text: {words}\n{}", &text[..end], &text[end..])
}

#[test]
fn what_an_editor_wrote_over_itself_is_kept() {
    let room = room();
    let session = room.open("ann", true);
    session.apply(log("mine")).unwrap();
    session.flush(LONG).unwrap();
    let old = room.text();
    until("nothing is to be saved", || !session.shared.core().machine.is_busy());
    let lock = busy(&room);
    room.editor_saves(&by_hand(&old, "first"));
    until("it was seen", || session.shared.core().machine.is_busy());
    room.editor_saves(&by_hand(&old, "second"));
    drop(lock);
    until("all three are in the file", || {
        let notes = room.notes();
        ["mine", "first", "second"]
            .iter()
            .all(|one| notes.iter().any(|note| note == one))
    });
    session.flush(LONG).unwrap();
    assert_eq!(shown(&session), room.notes());
}

#[test]
fn what_was_corrected_at_once_is_not_undone_by_an_old_buffer() {
    let room = room();
    let session = room.open("ann", true);
    let oldest = room.text();
    session.apply(log("mine")).unwrap();
    session.flush(LONG).unwrap();
    until("nothing is to be saved", || !session.shared.core().machine.is_busy());
    let lock = busy(&room);
    // An old buffer, so that something is to be put back; then its words are corrected.
    let wrong = Room::with_event(&oldest, "ebotaaaa", "wrnog");
    room.editor_saves(&wrong);
    until("it was seen", || session.shared.core().machine.is_busy());
    room.editor_saves(&wrong.replace("wrnog", "right"));
    drop(lock);
    until("it is corrected and mended", || {
        let notes = room.notes();
        notes.iter().any(|note| note == "right") && notes.iter().any(|note| note == "mine")
    });
    session.flush(LONG).unwrap();
    room.editor_saves(&Room::with_event(&wrong, "ebotaaab", "later"));
    until("the later edit is in", || {
        let notes = room.notes();
        notes.iter().any(|note| note == "later") && notes.iter().any(|note| note == "mine")
    });
    session.flush(LONG).unwrap();
    let notes = room.notes();
    assert!(notes.iter().any(|note| note == "right"), "{notes:?}");
    assert!(!notes.iter().any(|note| note == "wrnog"), "{notes:?}");
}

/// An editor writes over what a verb wrote, before any other session has read it.
fn over_a_verb() -> (Room, Vec<super::super::Session>) {
    let room = room();
    let old = room.text();
    // They open the file as it was, and nobody tells them of events.
    let others = vec![room.open("ann", false), room.open("bob", false)];
    let verb = room.open("verb", false);
    verb.apply(log("of a verb")).unwrap();
    verb.flush(LONG).unwrap();
    drop(verb);
    room.editor_saves(&by_hand(&old, "of an editor"));
    assert_eq!(room.notes(), ["of an editor"]);
    (room, others)
}

#[test]
fn what_an_editor_wrote_over_a_verb_is_taken_back_by_who_looks_next() {
    let (room, others) = over_a_verb();
    others[0].shared.look(true);
    until_file_holds(&room, &["of a verb", "of an editor"]);
    others[0].flush(LONG).unwrap();
    assert_eq!(shown(&others[0]).len(), 2);
}

#[test]
fn what_an_editor_wrote_over_a_verb_is_taken_back_by_who_saves_next() {
    let (room, others) = over_a_verb();
    others[1].apply(log("mine")).unwrap();
    others[1].flush(LONG).unwrap();
    until_file_holds(&room, &["of a verb", "of an editor", "mine"]);
    assert_eq!(shown(&others[1]).len(), 3);
}

#[test]
fn what_is_kept_beside_the_file_only_grows_whoever_writes_it() {
    let room = room();
    let old = room.text();
    let (slow, quick) = (room.open("ann", true), room.open("bob", false));
    for round in 0..5 {
        quick.apply(log(format!("quick {round}"))).unwrap();
        slow.apply(log(format!("slow {round}"))).unwrap();
        quick.flush(LONG).unwrap();
        slow.flush(LONG).unwrap();
    }
    drop((slow, quick));
    room.editor_saves(&old);
    let session = room.open("cho", true);
    session.flush(LONG).unwrap();
    until("all is back", || room.notes().len() == 10);
}

#[test]
fn what_a_console_read_is_kept_though_it_dies_and_the_editor_writes_over_it() {
    let room = room();
    let old = room.text();
    let session = room.open("ann", true);
    session.flush(LONG).unwrap();
    room.editor_saves(&Room::with_event(&old, "ebotaaa2", "read and never saved"));
    until("it was read", || shown(&session).len() == 1);
    until("it is kept", || {
        std::fs::read_to_string(room.repository.site(&room.place).base_path())
            .is_ok_and(|kept| kept.contains("never saved"))
    });
    session.kill();
    room.editor_saves(&Room::with_event(&old, "ebotaaa3", "over it"));
    let session = room.open("ann", true);
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["read and never saved", "over it"]);
}

/// A console in a process of its own reads `text`, which an editor saves while nobody can have the lock, and is killed.
fn read_by_one_who_dies(room: &Room, text: &str) -> std::fs::File {
    let mut console = child(room, "watch", "");
    let mut said = std::io::BufReader::new(console.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("OPEN") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0);
    }
    // Nobody can write beside the file what all look at.
    let lock = busy(room);
    room.editor_saves(text);
    until("it is kept", || {
        let kept = |name: &String| std::fs::read_to_string(room.side().join(name)).unwrap_or_default();
        room.temps().iter().any(|name| kept(name).contains("ebotaaa2"))
    });
    console.kill().unwrap();
    console.wait().unwrap();
    lock
}

#[test]
fn what_a_console_read_is_kept_before_anybody_has_the_lock() {
    let room = room();
    let old = room.text();
    let lock = read_by_one_who_dies(&room, &Room::with_event(&old, "ebotaaa2", "read and never saved"));
    room.editor_saves(&Room::with_event(&old, "ebotaaa3", "over it"));
    drop(lock);
    let session = room.open("ann", true);
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["read and never saved", "over it"]);
    until("what was left over is cleaned", || room.temps().is_empty());
}

#[test]
fn what_is_corrected_after_a_console_has_died_keeps_what_it_had_read() {
    let room = room();
    let wrong = Room::with_event(&room.text(), "ebotaaa2", "read as wrnog");
    let lock = read_by_one_who_dies(&room, &wrong);
    room.editor_saves(&wrong.replace("wrnog", "wrong"));
    drop(lock);
    let session = room.open("ann", true);
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["read as wrong"]);
    until("the former words to be kept", || room.text().contains("read as wrnog"));
}

#[test]
fn what_a_console_read_is_kept_though_the_file_is_gone_for_a_moment() {
    let room = room();
    let session = room.open("ann", true);
    session.flush(LONG).unwrap();
    let new = Room::with_event(&room.text(), "ebotaaa2", "read and never saved");
    let lock = busy(&room);
    room.editor_saves(&new);
    until("it was read", || shown(&session).len() == 1);
    std::fs::remove_file(room.path()).unwrap();
    until("it is missed", || {
        session.shared.look(true);
        session.shared.disk().trouble.is_some()
    });
    drop(lock);
    // Whatever was due by then has passed: the person is told only after that.
    until("it is told", || {
        session.snapshot().file != super::super::FileState::Good
    });
    std::fs::write(room.path(), &new).unwrap();
    until("it is kept", || {
        std::fs::read_to_string(room.repository.site(&room.place).base_path())
            .is_ok_and(|kept| kept.contains("never saved"))
    });
}

#[test]
fn an_older_copy_beside_the_file_does_not_stay() {
    let room = room();
    let copy = room.repository.site(&room.place).base_path();
    let ann = room.open("ann", true);
    let holds = |word: &str| std::fs::read_to_string(&copy).is_ok_and(|text| text.contains(word));
    ann.apply(log("first")).unwrap();
    until("the copy to hold the first", || holds("first"));
    let older = std::fs::read(&copy).unwrap();
    ann.apply(log("second")).unwrap();
    until("the copy to hold the second", || holds("second"));
    // Who saves without the lock, where its holder is stuck, puts there what it knows.
    std::fs::write(copy.with_extension("other"), older).unwrap();
    std::fs::rename(copy.with_extension("other"), &copy).unwrap();
    until("the copy to hold the second again", || holds("second"));
    std::fs::remove_file(&copy).unwrap();
    until("the copy to be there again", || holds("second"));
}
