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
    until("nothing is to be mended", || !session.shared.disk().heal);
    let lock = busy(&room);
    room.editor_saves(&by_hand(&old, "first"));
    until("it was seen", || session.shared.disk().heal);
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
    until("nothing is to be mended", || !session.shared.disk().heal);
    let lock = busy(&room);
    // An old buffer, so that something is to be put back; then its words are corrected.
    let wrong = Room::with_event(&oldest, "ebotaaaa", "wrnog");
    room.editor_saves(&wrong);
    until("it was seen", || session.shared.disk().heal);
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
