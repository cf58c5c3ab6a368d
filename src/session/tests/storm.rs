//! Many writers at once, editors with stale buffers among them: nothing lost, nothing doubled.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};

use super::super::*;
use super::support::*;

#[track_caller]
fn each_once(notes: &[String], wanted: impl IntoIterator<Item = String>) {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for note in notes {
        *count.entry(note).or_default() += 1;
    }
    let doubled: Vec<_> = count.iter().filter(|(_, n)| **n > 1).collect();
    assert!(doubled.is_empty(), "doubled: {doubled:?}");
    let wanted: Vec<String> = wanted.into_iter().collect();
    let lost: Vec<_> = wanted
        .iter()
        .filter(|text| !count.contains_key(text.as_str()))
        .collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(notes.len(), wanted.len());
}

/// Sessions that append, and an editor that saves whole buffers, read a while ago, with a line of its own.
fn storm(appends: usize, edits: usize, think: Duration) {
    let room = room();
    let sessions: Vec<_> = ["ann", "bob", "cat"].iter().map(|name| room.open(name, true)).collect();
    std::thread::scope(|scope| {
        for session in &sessions {
            scope.spawn(|| {
                for n in 0..appends {
                    session.apply(log(format!("{} {n}", session.by()))).unwrap();
                    if n % 3 == 0 {
                        session.flush(LONG).unwrap();
                    }
                }
                session.flush(LONG).unwrap();
            });
        }
        scope.spawn(|| {
            for n in 0..edits {
                let text = room.text();
                std::thread::sleep(think);
                let id = format!(
                    "ebot{}{}aa",
                    char::from(b'a' + (n / 26) as u8),
                    char::from(b'a' + (n % 26) as u8)
                );
                room.editor_saves(&Room::with_event(&text, &id, &format!("editor {n}")));
                // A person looks whether it was saved before the next edit. It may take the consoles a moment.
                until("the edit is in the file or put back", || room.text().contains(&id));
            }
        });
    });
    let wanted = || {
        let own = ["ann", "bob", "cat"]
            .iter()
            .flat_map(|by| (0..appends).map(move |n| format!("{by} {n}")));
        own.chain((0..edits).map(|n| format!("editor {n}")))
    };
    let all = appends * 3 + edits;
    until("all is in the file", || room.notes().len() >= all);
    until("all see all", || {
        sessions.iter().all(|session| shown(session).len() >= all)
    });
    for session in &sessions {
        session.flush(LONG).unwrap();
        each_once(&shown(session), wanted());
    }
    each_once(&room.notes(), wanted());
    let first = sessions[0].snapshot().incident.clone();
    assert!(sessions.iter().all(|session| session.snapshot().incident == first));
    drop(sessions);
    assert_eq!(room.journals(), 0);
    assert!(room.temps().is_empty(), "{:?}", room.temps());
}

#[test]
fn fault_47_consoles_and_a_fast_editor() {
    storm(60, 40, Duration::ZERO);
}

#[test]
fn fault_47_consoles_and_a_slow_editor() {
    storm(40, 15, Duration::from_millis(20));
}

#[test]
fn several_processes() {
    let room = room();
    let children: Vec<_> = (0..4).map(|n| child(&room, &format!("storm p{n} 25"), "")).collect();
    let mut acknowledged = Vec::new();
    for mut child in children {
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        acknowledged.extend(
            lines
                .map_while(Result::ok)
                .filter_map(|line| line.strip_prefix("ACK ").map(str::to_owned)),
        );
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(acknowledged.len(), 100);
    each_once(&room.notes(), acknowledged);
}

#[test]
fn two_sessions_of_one_person() {
    let room = room();
    let (left, right) = (room.open("kim", true), room.open("kim", true));
    for n in 0..10 {
        left.apply(log(format!("left {n}"))).unwrap();
        right.apply(log(format!("right {n}"))).unwrap();
    }
    left.flush(LONG).unwrap();
    right.flush(LONG).unwrap();
    let wanted = (0..10).flat_map(|n| [format!("left {n}"), format!("right {n}")]);
    each_once(&room.notes(), wanted);
}
