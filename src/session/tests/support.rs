//! A repository with one incident, sessions on it, and waiting for conditions.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::*;
use crate::document::Document;
use crate::incident::{Declaration, EventKind};
use crate::store::{Init, Repository};

/// Longest wait for anything, generous for a loaded machine.
pub(super) const LONG: Duration = Duration::from_secs(20);

/// A throw-away repository with one incident.
pub(super) struct Room {
    pub dir: tempfile::TempDir,
    pub repository: Repository,
    pub place: Place,
}

pub(super) fn room() -> Room {
    room_in(tempfile::tempdir().unwrap())
}

pub(super) fn room_in(dir: tempfile::TempDir) -> Room {
    let root = dir.path().join("repo");
    let made = Repository::init(&root, &Init::default()).unwrap();
    let repository = made.repository.with_state(dir.path().join("state"));
    let declaration = Declaration {
        title: "Checkout failing".into(),
        framework: "war-room".into(),
        severity: "P1".into(),
        status: "declared".into(),
        ..Declaration::default()
    };
    let place = declare(&repository, declaration, "kim", &SystemClock).unwrap();
    Room { dir, repository, place }
}

impl Room {
    /// The room that another process made.
    pub(super) fn of(root: &Path) -> Repository {
        let state = root.parent().unwrap().join("state");
        Repository::discover(root).unwrap().with_state(state)
    }

    pub(super) fn open(&self, by: &str, watch: bool) -> Session {
        self.try_open(by, watch).unwrap()
    }

    pub(super) fn try_open(&self, by: &str, watch: bool) -> Result<Session, StoreError> {
        open(&self.repository, self.place.clone(), by, watch)
    }

    pub(super) fn path(&self) -> &Path {
        &self.place.path
    }

    pub(super) fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    /// What the file says now.
    pub(super) fn file(&self) -> Document {
        self.repository.read(&self.place).unwrap()
    }

    /// Texts of all logged notes in the file.
    pub(super) fn notes(&self) -> Vec<String> {
        notes(&self.file())
    }

    /// The folder of locks, temporary files and rescue copies.
    pub(super) fn side(&self) -> PathBuf {
        self.repository.root().join(".git/warroom")
    }

    /// Names of temporary files.
    pub(super) fn temps(&self) -> Vec<String> {
        let folders = [self.side(), self.path().parent().unwrap().to_owned()];
        let mut found = Vec::new();
        for folder in folders {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().into_string().unwrap();
                if name.contains(".wr-") {
                    found.push(name);
                }
            }
        }
        found
    }

    /// Names of journals in the state folder.
    pub(super) fn journals(&self) -> usize {
        let incidents = std::fs::read_dir(self.dir.path().join("state/incidents"));
        incidents
            .into_iter()
            .flatten()
            .flatten()
            .flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten())
            .filter(|entry| entry.file_name().to_string_lossy().starts_with("journal"))
            .count()
    }

    /// Saves as an editor that makes a new file and renames it over the old one.
    pub(super) fn editor_saves(&self, text: &str) {
        let temp = self.path().with_file_name("4913");
        std::fs::write(&temp, text).unwrap();
        std::fs::rename(&temp, self.path()).unwrap();
    }

    /// The file's text with one more event, as a person would append it.
    pub(super) fn with_event(text: &str, id: &str, words: &str) -> String {
        let end = text.rfind("# end of").unwrap();
        let event = format!("- id: {id}\n  at: 2026-11-20T14:12:44.018Z\n  by: bot\n  kind: note\n  text: {words}\n");
        format!("{}{event}{}", &text[..end], &text[end..])
    }
}

pub(super) fn open(repository: &Repository, place: Place, by: &str, watch: bool) -> Result<Session, StoreError> {
    Session::open(Open {
        repository,
        place,
        by: by.into(),
        clock: Arc::new(SystemClock),
        watch,
    })
}

pub(super) fn notes(document: &Document) -> Vec<String> {
    let timeline = &document.incident().timeline;
    let notes = timeline.iter().filter(|event| event.kind == EventKind::Note);
    notes.map(|event| event.text.clone()).collect()
}

/// Texts of all logged notes on the screen.
pub(super) fn shown(session: &Session) -> Vec<String> {
    let incident = session.snapshot().incident.clone();
    let notes = incident.timeline.iter().filter(|event| event.kind == EventKind::Note);
    notes.map(|event| event.text.clone()).collect()
}

pub(super) fn log(text: impl Into<String>) -> Change {
    Change::Log {
        kind: EventKind::Note,
        text: text.into(),
        at: None,
        pin: false,
    }
}

/// Waits until `condition` holds.
#[track_caller]
pub(super) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONG, "in vain waited for: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until a file can be read and holds these notes, in any order, each once.
#[track_caller]
pub(super) fn until_file_holds(room: &Room, wanted: &[&str]) {
    until(&format!("{wanted:?} in the file"), || {
        room.repository.read(&room.place).is_ok_and(|document| {
            let mut have = notes(&document);
            have.sort();
            let mut wanted: Vec<_> = wanted.iter().map(ToString::to_string).collect();
            wanted.sort();
            have == wanted
        })
    });
}

/// Runs this test binary's `child` test as another process, which does what `task` says to the repository at `root`.
pub(super) fn child(room: &Room, task: &str, failpoint: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "session::tests::child::child", "--nocapture"])
        .env("WARROOM_TEST_ROOT", room.repository.root())
        .env("WARROOM_TEST_TASK", task)
        .env("WARROOM_FAILPOINT", failpoint)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until the session says that the file is in no good order.
#[track_caller]
pub(super) fn until_told(session: &Session) {
    until("the trouble is told", || session.snapshot().file != FileState::Good);
}

/// Waits until the file is in order and everything is in it.
#[track_caller]
pub(super) fn until_good(session: &Session) {
    until("it is good again", || {
        session.snapshot().file == FileState::Good && session.snapshot().saving == Saving::Saved
    });
}
