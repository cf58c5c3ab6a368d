//! Section B of the faults: content that is torn, empty, invalid, huge, of several versions or of a newer program.

use std::fs;

use super::super::*;
use super::support::*;

#[test]
fn fault_22_a_torn_file_is_never_accepted() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("one")).unwrap();
    session.apply(log("two")).unwrap();
    session.flush(LONG).unwrap();
    let whole = room.text();
    for cut in (0..whole.len()).step_by(37) {
        fs::write(room.path(), &whole.as_bytes()[..cut]).unwrap();
        session.refresh();
        assert_eq!(shown(&session).len(), 2, "cut at {cut}");
    }
    fs::write(room.path(), &whole.as_bytes()[..whole.len() / 2]).unwrap();
    until_told(&session);
    // Work goes on, in memory and in the journal.
    session.apply(log("three")).unwrap();
    let error = session.flush(LONG).unwrap_err();
    assert!(matches!(error, SaveError::Invalid(_)), "{error:?}");
    assert_eq!(shown(&session).len(), 3);
    assert_eq!(room.journals(), 1);
    session.restore();
    until_good(&session);
    until_file_holds(&room, &["one", "two", "three"]);
    assert_eq!(fs::read_dir(room.side().join("rescue")).unwrap().count(), 1);
}

#[test]
fn fault_23_an_empty_file_is_a_torn_one() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("one")).unwrap();
    session.flush(LONG).unwrap();
    for content in ["", "\n \n", "null\n"] {
        fs::write(room.path(), content).unwrap();
        until_told(&session);
        assert_eq!(shown(&session), ["one"]);
        session.restore();
        until_good(&session);
    }
    until_file_holds(&room, &["one"]);
}

#[test]
fn an_invalid_file_is_not_written_over_and_taken_back_merged() {
    let room = room();
    let session = room.open("kim", true);
    let good = room.text();
    let typo = good.replacen("title:", "title: \"", 1);
    fs::write(room.path(), &typo).unwrap();
    until_told(&session);
    session.apply(log("meanwhile")).unwrap();
    assert!(session.flush(LONG).is_err());
    assert_eq!(room.text(), typo);
    fs::write(room.path(), Room::with_event(&good, "ebotaaa2", "mended")).unwrap();
    until_good(&session);
    until_file_holds(&room, &["meanwhile", "mended"]);
    assert_eq!(shown(&session).len(), 2);
}

#[test]
fn a_journal_of_an_invalid_time_is_replayed_by_the_next_session() {
    let room = room();
    let good = room.text();
    let session = room.open("kim", true);
    fs::write(room.path(), "title: [\n").unwrap();
    session.apply(log("meanwhile")).unwrap();
    until_told(&session);
    drop(session);
    assert_eq!(room.journals(), 1);
    assert!(matches!(room.try_open("kim", false), Err(StoreError::Invalid { .. })));
    fs::write(room.path(), &good).unwrap();
    let session = room.open("kim", false);
    assert_eq!(shown(&session), ["meanwhile"]);
    assert!(
        session
            .snapshot()
            .notices
            .iter()
            .any(|notice| notice.text.contains("earlier session"))
    );
    session.flush(LONG).unwrap();
    drop(session);
    assert_eq!((room.notes(), room.journals()), (vec!["meanwhile".to_owned()], 0));
}

#[test]
fn a_console_opens_on_the_last_known_state() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("known")).unwrap();
    session.flush(LONG).unwrap();
    drop(session);
    fs::write(room.path(), "title: [\n").unwrap();
    let session = room.open("kim", true);
    assert_eq!(shown(&session), ["known"]);
    until_told(&session);
    session.restore();
    until_good(&session);
    until_file_holds(&room, &["known"]);
}

#[test]
fn fault_34_not_utf8() {
    let room = room();
    let session = room.open("kim", true);
    let mut bytes = room.text().into_bytes();
    let at = room.text().find("Checkout").unwrap();
    bytes[at] = 0xff;
    fs::write(room.path(), &bytes).unwrap();
    until_told(&session);
    let FileState::Invalid(invalid) = session.snapshot().file.clone() else {
        panic!("{:?}", session.snapshot().file);
    };
    assert_eq!(invalid.problem, "byte 0xff is not UTF-8 text");
    assert!(invalid.line > 1 && invalid.column > 1);
    assert_eq!(fs::read(room.path()).unwrap(), bytes);
}

#[test]
fn fault_32_a_huge_sparse_file_is_not_read() {
    let room = room();
    let session = room.open("kim", true);
    fs::OpenOptions::new()
        .write(true)
        .open(room.path())
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    until_told(&session);
    assert!(matches!(session.snapshot().file, FileState::ReadOnly(_)));
}

#[test]
fn fault_24_conflict_markers_are_taken_apart() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("known")).unwrap();
    session.flush(LONG).unwrap();
    let good = room.text();
    let end = good.rfind("# end of").unwrap();
    let event = |id: &str, words: &str| {
        format!("- id: {id}\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: {words}\n")
    };
    let marked = format!(
        "{}<<<<<<< HEAD\n{}=======\n{}>>>>>>> topic\n{}",
        &good[..end],
        event("ebotaaa2", "ours"),
        event("ebotaaa3", "theirs"),
        &good[end..]
    );
    fs::write(room.path(), &marked).unwrap();
    until_file_holds(&room, &["known", "ours", "theirs"]);
    until("it is shown", || shown(&session).len() == 3);
    // It is shown before it is written, and kept before that.
    until("it is kept as it was", || {
        let copies = fs::read_dir(room.side().join("rescue")).into_iter().flatten().flatten();
        copies
            .map(|copy| fs::read_to_string(copy.path()).unwrap_or_default())
            .any(|copy| copy == marked)
    });
    drop(session);
    // The same for a command that opens such a file.
    fs::write(room.path(), &marked).unwrap();
    let session = room.open("lee", false);
    session.apply(log("more")).unwrap();
    session.flush(LONG).unwrap();
    until_file_holds(&room, &["known", "ours", "theirs", "more"]);
}

#[test]
fn fault_28_a_newer_schema_is_shown_and_not_written() {
    let room = room();
    let newer = room.text().replacen("warroom: 1", "warroom: 99", 1);
    fs::write(room.path(), &newer).unwrap();
    let session = room.open("kim", true);
    assert!(matches!(session.snapshot().file, FileState::ReadOnly(_)));
    assert!(matches!(session.apply(log("x")), Err(Refusal::Rules { .. })));
    session.flush(LONG).unwrap();
    drop(session);
    assert_eq!(room.text(), newer);
}
