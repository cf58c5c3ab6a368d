//! A small file of one session in the person's state folder. It is locked for as long as the session lives, so that a
//! later session can tell what a dead one left behind from what a living one is using.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::failpoint::failpoint;
use super::site::random_word;
use crate::bounds::INCIDENT;

/// One such file.
#[derive(Debug)]
pub(super) struct Slot {
    file: File,
    path: PathBuf,
}

impl Slot {
    /// A new one in `folder`, made where missing, only for this person's eyes.
    pub(super) fn create(folder: &Path, kind: &str) -> io::Result<Self> {
        failpoint("slot.create", folder)?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        loop {
            let path = folder.join(format!("{kind}-{}-{}", std::process::id(), random_word()));
            let file = File::options()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            // Where the folder has no locks the file counts as living as long as its process does. Somebody who was
            // looking for orphans may have taken it between the two: then it is theirs.
            let lost = flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::WOULDBLOCK);
            if !lost && file.metadata()?.nlink() > 0 {
                return Ok(Self { file, path });
            }
        }
    }

    /// What dead sessions left in `folder`, oldest first, now ours.
    pub(super) fn orphans(folder: &Path, kind: &str) -> Vec<Self> {
        let Ok(entries) = fs::read_dir(folder) else {
            return Vec::new();
        };
        let mut found: Vec<_> = entries
            .flatten()
            .filter(|entry| entry.file_name().to_str().is_some_and(|name| is_of(name, kind)))
            .filter_map(|entry| {
                let path = entry.path();
                let file = File::options()
                    .read(true)
                    .write(true)
                    .custom_flags(nofollow())
                    .open(&path)
                    .ok()?;
                let meta = file.metadata().ok().filter(fs::Metadata::is_file)?;
                match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                    Err(rustix::io::Errno::WOULDBLOCK) => return None,
                    // No locks here: the process in its name tells.
                    Err(_) if lives(&path) => return None,
                    Ok(()) | Err(_) => {}
                }
                // Taken away by another finder before we locked it?
                (file.metadata().ok()?.nlink() > 0).then_some((meta.modified().ok(), Self { file, path }))
            })
            .collect();
        found.sort_by_key(|(modified, _)| *modified);
        found.into_iter().map(|(_, slot)| slot).collect()
    }

    /// All that is in it.
    pub(super) fn read(&self) -> io::Result<String> {
        let mut bytes = Vec::new();
        let mut file = &self.file;
        file.rewind()?;
        file.take(INCIDENT + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > INCIDENT {
            // It stays: cut, it would lose what is behind.
            return Err(super::read::Unreadable::TooLarge(bytes.len() as u64, INCIDENT).into());
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Adds to its end. Survives the death of the process; of the machine, too, after [`Self::sync`].
    pub(super) fn append(&self, text: &str) -> io::Result<()> {
        failpoint("slot.write", &self.path)?;
        let mut file = &self.file;
        file.seek(io::SeekFrom::End(0))?;
        file.write_all(text.as_bytes())
    }

    /// Replaces what is in it. Whoever reads after a kill in between sees the first line whole.
    pub(super) fn replace(&self, text: &str) -> io::Result<()> {
        failpoint("slot.write", &self.path)?;
        self.file.write_all_at(text.as_bytes(), 0)?;
        self.file.set_len(text.len() as u64)
    }

    /// Brings it to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        failpoint("slot.sync", &self.path)?;
        self.file.sync_all()?;
        File::open(self.path.parent().unwrap_or(&self.path))?.sync_all()
    }

    /// Takes it away.
    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
        // The folder goes with the last of them.
        let _ = self.path.parent().map(fs::remove_dir);
    }

    /// Puts it aside for a person to look at.
    pub(super) fn set_aside(self) -> Option<PathBuf> {
        let aside = self.path.with_file_name(format!("unreadable-{}", random_word()));
        fs::rename(&self.path, &aside).ok().map(|()| aside)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // A program that is being started at this moment holds a copy of the file until its own begins: closing ours
        // would not be enough.
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}

fn is_of(name: &str, kind: &str) -> bool {
    name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('-'))
}

fn lives(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split('-')
        .nth(1)
        .and_then(|process| rustix::process::Pid::from_raw(process.parse().ok()?))
        .is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok())
}

fn nofollow() -> i32 {
    (rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK)
        .bits()
        .cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_dead_left_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("state");
        let living = Slot::create(&folder, "journal").unwrap();
        living.append("one\n").unwrap();
        assert!(Slot::orphans(&folder, "journal").is_empty());
        drop(living);
        assert!(Slot::orphans(&folder, "draft").is_empty());
        let orphans = Slot::orphans(&folder, "journal");
        assert_eq!(orphans[0].read().unwrap(), "one\n");
        assert!(Slot::orphans(&folder, "journal").is_empty(), "found ones are ours");
        for orphan in orphans {
            orphan.remove();
        }
        assert!(!folder.exists());
    }

    #[test]
    fn replacing_leaves_nothing_of_before() {
        let dir = tempfile::tempdir().unwrap();
        let slot = Slot::create(dir.path(), "draft").unwrap();
        slot.replace("a long line\n").unwrap();
        slot.replace("short\n").unwrap();
        assert_eq!(slot.read().unwrap(), "short\n");
    }
}
