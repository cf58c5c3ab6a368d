//! Changes that are not in the incident file yet, in the person's state folder: one line each. A session that dies leaves
//! its journal for the next one; a request that is in the file already does nothing there.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::slot::Slot;
use crate::incident::Request;

/// First line of a journal.
#[derive(Serialize, Deserialize)]
struct Header {
    path: PathBuf,
}

/// The journal of one session.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    path: PathBuf,
    slot: Option<Slot>,
    /// Nonces of what is in it.
    lines: Vec<String>,
    synced: bool,
}

impl Journal {
    /// The journal for changes to the incident file `path`, in the state folder `folder`. Nothing is made yet.
    pub(crate) fn new(folder: PathBuf, path: PathBuf) -> Self {
        Self {
            folder,
            path,
            slot: None,
            lines: Vec::new(),
            synced: true,
        }
    }

    /// Keeps requests that it does not hold yet. They survive the death of the process at once.
    pub(crate) fn keep<'a>(&mut self, requests: impl IntoIterator<Item = &'a Request>) -> io::Result<()> {
        let mut text = String::new();
        let mut fresh = Vec::new();
        for request in requests {
            if !self.lines.contains(&request.nonce) {
                text.push_str(&serde_json::to_string(request)?);
                text.push('\n');
                fresh.push(request.nonce.clone());
            }
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let slot = if let Some(slot) = &self.slot {
            slot
        } else {
            let slot = Slot::create(&self.folder, "journal")?;
            let header = Header {
                path: self.path.clone(),
            };
            slot.append(&format!("{}\n", serde_json::to_string(&header)?))?;
            self.slot.insert(slot)
        };
        self.synced = false;
        slot.append(&text)?;
        self.lines.extend(fresh);
        Ok(())
    }

    /// Makes what it holds survive the death of the machine, too.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        if let Some(slot) = &self.slot
            && !self.synced
        {
            slot.sync()?;
            self.synced = true;
        }
        Ok(())
    }

    /// Where it is.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Forgets all of it: everything is in the file.
    pub(crate) fn clear(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        // The file stays for the next change; only its lines go.
        let header = Header {
            path: self.path.clone(),
        };
        let emptied = self
            .slot
            .as_ref()
            .is_some_and(|slot| serde_json::to_string(&header).is_ok_and(|text| slot.replace(&(text + "\n")).is_ok()));
        if !emptied && let Some(slot) = self.slot.take() {
            slot.remove();
        }
        self.lines.clear();
        self.synced = true;
    }

    /// Takes the file away if nothing is in it (the end of a session).
    pub(crate) fn close(&mut self) {
        if self.lines.is_empty()
            && let Some(slot) = self.slot.take()
        {
            slot.remove();
        }
    }
}

/// Keeps requests that can never be saved any more, for the words in them; where.
pub(crate) fn keep_refused(folder: &Path, requests: &[Request]) -> io::Result<PathBuf> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join("refused.jsonl");
    let mut text = String::new();
    for request in requests {
        text.push_str(&serde_json::to_string(request)?);
        text.push('\n');
    }
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&path)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()?;
    Ok(path)
}

/// What dead sessions could not save to the incident file `path`.
#[derive(Debug, Default)]
pub(crate) struct Left {
    /// In the order they were made.
    pub requests: Vec<Request>,
    /// Journals that hold lines nobody can read, put aside here.
    pub unreadable: Vec<PathBuf>,
    slots: Vec<Slot>,
}

impl Left {
    /// Finds it.
    pub(crate) fn find(folder: &Path, path: &Path) -> Self {
        let mut left = Self::default();
        for slot in Slot::orphans(folder, "journal") {
            let Ok(text) = slot.read() else { continue };
            let mut lines = text.split_inclusive('\n');
            let header = lines.next().and_then(|line| serde_json::from_str::<Header>(line).ok());
            // A journal for another copy of the repository is that copy's, as long as it exists.
            if header.is_some_and(|header| header.path != path && header.path.exists()) {
                continue;
            }
            let mut bad = false;
            for line in lines {
                match serde_json::from_str(line) {
                    Ok(request) => left.requests.push(request),
                    // A last line without its end was cut off by a crash: nobody was told that it is safe.
                    Err(_) => bad |= line.ends_with('\n'),
                }
            }
            if bad {
                left.unreadable.extend(slot.set_aside());
            } else {
                left.slots.push(slot);
            }
        }
        left
    }

    /// Whether there is anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.unreadable.is_empty() && self.slots.is_empty()
    }

    /// Takes the journals away: all that they held is in the file.
    pub(crate) fn done(self) {
        for slot in self.slots {
            slot.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{Change, EventKind, Time};

    fn request(nonce: &str) -> Request {
        Request {
            nonce: nonce.into(),
            by: "kim".into(),
            at: Time::from_millis(1_790_000_000_000),
            test_clock: false,
            change: Change::Log {
                kind: EventKind::Note,
                text: "two\nlines \u{1b}[31m".into(),
                at: None,
                pin: false,
            },
        }
    }

    #[test]
    fn what_a_dead_session_left_is_replayed_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("s");
        let file = dir.path().join("incident.yaml");
        let mut journal = Journal::new(folder.clone(), file.clone());
        let (one, two) = (request("aaaaaaa"), request("bbbbbbb"));
        journal.keep([&one]).unwrap();
        journal.keep([&one, &two]).unwrap();
        journal.sync().unwrap();
        assert!(Left::find(&folder, &file).is_empty(), "the session lives");
        drop(journal);
        let left = Left::find(&folder, &file);
        assert_eq!(left.requests, [one, two]);
        left.done();
        assert!(!folder.exists());
    }

    #[test]
    fn nothing_is_left_of_what_was_saved() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("s");
        let mut journal = Journal::new(folder.clone(), dir.path().join("x"));
        journal.keep([&request("aaaaaaa")]).unwrap();
        journal.clear();
        journal.close();
        assert!(!folder.exists());
    }

    #[test]
    fn a_cut_line_is_dropped_a_strange_one_is_kept_aside() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("incident.yaml");
        for (tail, aside) in [("{\"nonce\":\"ccc", 0), ("{\"from\":\"the future\"}\n", 1)] {
            let folder = dir.path().join("s");
            let mut journal = Journal::new(folder.clone(), file.clone());
            journal.keep([&request("aaaaaaa")]).unwrap();
            journal.slot.as_ref().unwrap().append(tail).unwrap();
            drop(journal);
            let left = Left::find(&folder, &file);
            assert_eq!(left.requests.len(), 1);
            assert_eq!(left.unreadable.len(), aside);
            left.done();
        }
    }

    #[test]
    fn other_copies_of_the_repository_keep_theirs() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("s");
        let other = dir.path().join("other.yaml");
        std::fs::write(&other, "x").unwrap();
        let mut journal = Journal::new(folder.clone(), other.clone());
        journal.keep([&request("aaaaaaa")]).unwrap();
        drop(journal);
        let mine = dir.path().join("mine.yaml");
        assert!(Left::find(&folder, &mine).is_empty());
        std::fs::remove_file(&other).unwrap();
        assert_eq!(Left::find(&folder, &mine).requests.len(), 1, "that copy is gone");
    }
}
