//! One and two sessions in fair weather.

use super::super::core::Core;
use super::super::*;
use super::support::*;
use crate::document::Document;
use crate::incident::{self, Time};

#[test]
fn a_change_is_shown_at_once_and_saved_behind() {
    let room = room();
    let session = room.open("kim", false);
    let before = session.snapshot();
    let applied = session.apply(log("rolled back")).unwrap();
    let after = session.snapshot();
    assert!(after.revision > before.revision);
    assert_eq!(shown(&session), ["rolled back"]);
    session.flush(LONG).unwrap();
    assert_eq!(session.snapshot().saving, Saving::Saved);
    let file = room.file();
    let event = file.incident().timeline.last().unwrap();
    assert_eq!((event.id.as_str(), event.by.as_str()), (applied.event.as_str(), "kim"));
    drop(session);
    assert_eq!(room.journals(), 0);
    assert!(room.temps().is_empty(), "{:?}", room.temps());
}

#[test]
fn dropping_a_session_saves_first() {
    let room = room();
    let session = room.open("kim", false);
    for n in 0..5 {
        session.apply(log(format!("line {n}"))).unwrap();
    }
    drop(session);
    assert_eq!(room.notes().len(), 5);
}

#[test]
fn two_consoles_see_each_other() {
    let room = room();
    let (kim, lee) = (room.open("kim", true), room.open("lee", true));
    kim.apply(log("from kim")).unwrap();
    until("lee sees it", || shown(&lee) == ["from kim"]);
    assert!(
        lee.snapshot()
            .arrivals
            .iter()
            .any(|arrival| arrival.section == "timeline")
    );
    assert!(kim.snapshot().arrivals.is_empty(), "one's own changes are no arrivals");
    lee.apply(log("from lee")).unwrap();
    until("kim sees it", || shown(&kim).len() == 2);
    lee.flush(LONG).unwrap();
    assert_eq!(kim.snapshot().incident, lee.snapshot().incident);
}

#[test]
fn undo_and_redo_reach_the_file() {
    let room = room();
    let session = room.open("kim", false);
    session.apply(log("a mistake")).unwrap();
    assert_eq!((session.snapshot().undoable, session.snapshot().redoable), (1, 0));
    session.undo().unwrap();
    session.flush(LONG).unwrap();
    let retracted = |room: &Room| {
        let file = room.file();
        let event = file
            .incident()
            .timeline
            .iter()
            .find(|event| event.text == "a mistake")
            .cloned();
        event.unwrap().retracted.is_some()
    };
    assert!(retracted(&room));
    assert_eq!((session.snapshot().undoable, session.snapshot().redoable), (0, 1));
    session.redo().unwrap();
    session.flush(LONG).unwrap();
    assert!(!retracted(&room));
    session.undo().unwrap();
    assert!(
        matches!(session.undo(), Err(Refusal::Invalid(_))),
        "the declaration is not undone"
    );
}

#[test]
fn a_half_typed_line_is_offered_again() {
    let room = room();
    let session = room.open("kim", true);
    assert_eq!(session.draft(), None);
    session.keep_draft("-5m rolled ba");
    session.flush(LONG).unwrap();
    drop(session);
    assert_eq!(room.open("lee", true).draft(), None);
    assert_eq!(room.open("kim", true).draft().as_deref(), Some("-5m rolled ba"));
    // Opened and left without a key: it is still there.
    let session = room.open("kim", true);
    assert_eq!(session.draft().as_deref(), Some("-5m rolled ba"));
    session.keep_draft("");
    drop(session);
    assert_eq!(room.open("kim", true).draft(), None);
}

#[test]
fn a_line_that_was_sent_is_not_offered_though_its_draft_was_left_behind() {
    let room = room();
    let dies = |typed: &str, sent: Option<&str>| {
        let session = room.open("kim", false);
        session.keep_draft(typed);
        if let Some(sent) = sent {
            session.apply(log(sent)).unwrap();
            session.flush(LONG).unwrap();
        }
        // As if it died here: nobody has taken the draft away.
        drop(session);
        let next = room.open("kim", false);
        let offered = next.draft();
        next.keep_draft("");
        offered
    };
    let sent = Some("rolled back v2.34");
    assert_eq!(dies("log\tline\trolled back v2.34", sent), None);
    assert_eq!(dies("log\tline\t-5m rolled back v2.34", sent), None);
    assert_eq!(dies("log\tline\trolled back v2", sent), None, "a few keys behind");
    assert_eq!(dies("hypothesis\tstatement\tback v2.34", sent), None);
    // Typed after it, or something else, or the time alone.
    for typed in ["log\tline\trolled back v2.34", "log\tline\t-5m", "log\tline\tro"] {
        assert_eq!(dies(typed, None).as_deref(), Some(typed));
    }
    for typed in ["log\tline\trolled back v2.35", "log\tline\t-5m", "update\ttext\tback"] {
        assert_eq!(dies(typed, sent).as_deref(), Some(typed));
    }
    // Somebody else said the same.
    let session = room.open("kim", false);
    session.keep_draft("log\tline\tback to normal");
    let other = room.open("lee", false);
    other.apply(log("back to normal")).unwrap();
    drop((other, session));
    assert!(room.open("kim", false).draft().is_some());
}

#[test]
fn two_declares_at_once_get_two_numbers() {
    let room = room();
    let repository = &room.repository;
    let declaration = || crate::incident::Declaration {
        title: "Another".into(),
        framework: "war-room".into(),
        status: "declared".into(),
        ..Default::default()
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| declare(repository, declaration(), "kim", &SystemClock).unwrap());
        }
    });
    let places = repository.incidents().unwrap();
    assert_eq!(places.len(), 9);
    for place in &places {
        assert_eq!(repository.read(place).unwrap().incident().id, place.id);
    }
    assert!(repository.find("9").unwrap().id.ends_with("0009"));
    let Err(StoreError::NoSuchIncident(Refusal::NotFound { candidates, .. })) = repository.find("inc-2") else {
        panic!("nine begin with that");
    };
    assert_eq!(candidates.len(), 9);
}

#[test]
fn without_git_all_works_as_well() {
    let room = room();
    std::fs::remove_dir_all(room.repository.root().join(".git")).unwrap();
    let repository = crate::store::Repository::discover(room.path().parent().unwrap())
        .unwrap()
        .with_state(room.dir.path().join("state"));
    assert_eq!(repository.git_dir(), None);
    let session = open(&repository, room.place.clone(), "kim", true).unwrap();
    session.apply(log("no git")).unwrap();
    session.flush(LONG).unwrap();
    assert_eq!(room.notes(), ["no git"]);
    let ignore = repository.root().join(".warroom/local/.gitignore");
    assert_eq!(std::fs::read_to_string(ignore).unwrap(), "*\n");
}

#[test]
fn mode_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let room = room();
    std::fs::set_permissions(room.path(), std::fs::Permissions::from_mode(0o664)).unwrap();
    let session = room.open("kim", false);
    session.apply(log("x")).unwrap();
    session.flush(LONG).unwrap();
    let mode = std::fs::metadata(room.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o664);
}

#[test]
fn a_change_that_no_longer_applies_is_kept_whole() {
    let room = room();
    let long = "a title of many words ".repeat(20).trim().to_owned();
    let session = room.open("kim", true);
    let set = |text: &str| Change::SetField {
        field: "title".into(),
        value: text.into(),
    };
    session.apply(set(&long)).unwrap();
    session.apply(set("short")).unwrap();
    session.flush(LONG).unwrap();
    let disk = crate::store::failpoint::arm(room.repository.root(), "write.data:err=28");
    session.undo().unwrap();
    assert!(session.flush(LONG).is_err());
    // Somebody else was first: the undoing would take their title away.
    room.editor_saves(&room.text().replace("title: short", "title: theirs"));
    until("it is said", || {
        let notices = session.snapshot().notices.clone();
        notices
            .iter()
            .any(|notice| notice.text.contains("was not applied, because"))
    });
    drop(disk);
    until("it is said where", || {
        let notices = session.snapshot().notices.clone();
        notices.iter().any(|notice| notice.text.contains("refused.jsonl"))
    });
    let notices = session.snapshot().notices.clone();
    let said = notices
        .iter()
        .find(|notice| notice.text.contains("refused.jsonl"))
        .unwrap();
    let path = said.text.split_whitespace().last().unwrap().trim_end_matches('.');
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept.contains(&long), "{kept}");
    assert_eq!(session.snapshot().incident.title, "theirs");
}

#[test]
fn an_incident_is_called_as_its_folder_is() {
    let room = room();
    let id = room.place.id.clone();
    room.editor_saves(&room.text().replace(&format!("id: {id}"), "id: \"4;3;50\""));
    let session = room.open("kim", true);
    assert_eq!(session.snapshot().incident.id, id);
    let said = |text: &str| {
        session
            .snapshot()
            .notices
            .iter()
            .filter(|notice| notice.text.contains(text))
            .count()
    };
    assert_eq!(said("calls itself `4;3;50`"), 1, "{:?}", session.snapshot().notices);
    session.apply(log("words")).unwrap();
    session.flush(LONG).unwrap();
    assert_eq!(session.snapshot().incident.id, id);
    let mut survey = crate::store::survey::Survey::default();
    let open: Vec<String> = survey.open(&room.repository).iter().map(|one| one.id.clone()).collect();
    assert_eq!(open, [id]);
}

#[test]
fn whether_the_copy_beside_the_file_is_right_follows_what_is_known() {
    let room = room();
    let session = room.open("kim", true);
    session.apply(log("one")).unwrap();
    session.flush(LONG).unwrap();
    until("it is kept", || session.shared.disk().is_kept());
    let mut disk = session.shared.disk();
    let (known, before) = (disk.base.clone(), room.file());
    assert_eq!(known.text(), before.text());
    let mut other = crate::incident::Incident::clone(known.incident());
    other.title = "Another".into();
    disk.advance(known.with(other.into()));
    assert!(!disk.is_kept(), "the hash of the former state is not that of this one");
    disk.advance(known);
    assert!(disk.is_kept());
}

#[test]
fn what_is_pending_keeps_its_stamps_when_it_is_put_on_another_state() {
    let room = room();
    let file = room.file();
    let newest = incident::newest(file.incident());
    // A clock that is behind those of others.
    let now = Time::from_millis(newest.millis() - 2000);
    let framework = room.repository.framework_or_other("war-room").unwrap();
    let mut core = Core::new(file.clone(), &room.place.id, framework, Watching::Off);
    let mut states = Vec::new();
    for (number, who) in [1, 2, 3].into_iter().zip(["ann", "bob", "cho"]) {
        let change = Change::AssignRole {
            role: "incident_commander".into(),
            who: who.into(),
            alongside: false,
        };
        let nonce = incident::ids::from_bytes([number; 7]);
        core.change(nonce, change, "kim", now).unwrap();
        states.push(Arc::clone(&core.incident));
    }
    let shown = Arc::clone(&core.incident);
    // The same state again, then one that has the first of them, and the first two.
    core.rebase(file, Time::default(), Vec::new(), now);
    assert_eq!(core.incident, shown);
    for state in &states[..2] {
        let written = Document::create(Arc::clone(state));
        core.rebase(written, incident::newest(state), Vec::new(), now);
        assert_eq!(core.incident, shown);
    }
    assert_eq!(core.pending.len(), 1);
}
