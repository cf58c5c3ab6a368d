//! The state that sessions of this program last made of an incident file, kept beside it. An editor that saves an old buffer over
//! what was just written leaves it in nobody's hands where whoever wrote it is gone: then it is here.
//!
//! It is written with the lock held, by who has taken in what stood there before, so it only ever grows.

use std::fs::{self, Metadata, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::failpoint::failpoint;
use super::read::{Stat, hash, open, read_open};
use super::site::Site;

/// What one session knows of it. A look costs one question for the file's times.
#[derive(Debug, Default)]
pub struct Beside {
    /// The file as it was read or written last: it is replaced whole each time, so the same file holds the same text.
    last: Option<Last>,
}

/// The file as it was read or written.
#[derive(Clone, Copy, Debug)]
struct Last {
    stat: Stat,
    hash: u128,
    /// Whether an equal `stat` proves an equal text: one that was put there within the same tick of the clock may look the same.
    settled: bool,
}

impl Last {
    fn new(stat: Stat, hash: u128) -> Self {
        let settled = stat.is_older_than(GRAIN, SystemTime::now());
        Self { stat, hash, settled }
    }
}

/// How coarse a file's times may be.
const GRAIN: Duration = Duration::from_millis(20);

/// What another session wrote there.
#[derive(Debug)]
pub struct Kept {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Hash of them.
    pub hash: u128,
    /// The file's.
    pub stat: Stat,
}

impl Beside {
    /// What is there, where that is another file than at the last look.
    pub fn news(&mut self, site: &Site) -> Option<Kept> {
        let path = site.base_path();
        let Some(now) = Stat::at(&path) else {
            self.last = None;
            return None;
        };
        if self.last.is_some_and(|last| last.stat == now) {
            return None;
        }
        self.read(site)
    }

    /// What is there, whether it is known or not.
    pub fn read(&mut self, site: &Site) -> Option<Kept> {
        let path = site.base_path();
        let opened = open(&path).ok()?;
        let stat = Stat::of(&opened.meta);
        let mut bytes = Vec::new();
        read_open(&opened.file, &mut bytes).ok()?;
        let hash = hash(&bytes);
        self.last = Some(Last::new(stat, hash));
        Some(Kept { bytes, hash, stat })
    }

    /// Has the next look read what is there, where equal times prove nothing yet.
    pub fn doubt(&mut self) {
        self.last = self.last.filter(|last| last.settled);
    }

    /// The file as it was found last.
    pub fn stat(&self) -> Option<Stat> {
        self.last.map(|last| last.stat)
    }

    /// Whether it holds a text with this hash, as far as is known.
    pub fn holds(&self, hash: u128) -> bool {
        self.last.is_some_and(|last| last.hash == hash)
    }

    /// Puts `text` there, in one step.
    pub fn keep(&mut self, site: &Site, text: &str) -> io::Result<()> {
        failpoint("base.write", &site.path)?;
        let meta = put(site, &site.base_path(), text.as_bytes())?;
        self.last = Some(Last::new(Stat::of(&meta), hash(text.as_bytes())));
        let _ = failpoint("base.written", &site.path);
        Ok(())
    }
}

/// Puts a file of ours beside the incident in one step; who may read the incident may read it, and no one else.
pub fn put(site: &Site, path: &Path, bytes: &[u8]) -> io::Result<Metadata> {
    let temp = site.side()?.join(site.temp_name());
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&temp)?;
        file.write_all(bytes)?;
        let mode = fs::metadata(&site.path).map_or(0o600, |meta| meta.mode() & 0o666);
        file.set_permissions(Permissions::from_mode(mode))?;
        if site.sharing().is_on() {
            site.sharing().share_file(&file, site.folder());
        }
        fs::rename(&temp, path)?;
        file.metadata()
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&temp);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_wrote_is_news_once_and_ones_own_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("incidents/INC-1");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("incident.yaml"), "x").unwrap();
        fs::set_permissions(folder.join("incident.yaml"), Permissions::from_mode(0o640)).unwrap();
        let site = Site::new(dir.path(), &folder.join("incident.yaml"), &dir.path().join(".side"));
        let (mut one, mut other) = (Beside::default(), Beside::default());
        assert!(one.news(&site).is_none(), "there is none yet");
        for text in ["first", "second", "first"] {
            one.keep(&site, text).unwrap();
            assert!(one.holds(hash(text.as_bytes())) && one.news(&site).is_none());
            let news = other.news(&site).unwrap();
            assert_eq!(news.bytes, text.as_bytes());
            assert!(other.news(&site).is_none());
        }
        assert_eq!(fs::metadata(site.base_path()).unwrap().mode() & 0o777, 0o640);
        assert_eq!(
            fs::read_dir(dir.path().join(".side")).unwrap().count(),
            1,
            "no temporary file stays"
        );
        fs::remove_file(site.base_path()).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", site.base_path()).unwrap();
        assert!(other.news(&site).is_none(), "no link is followed");
    }
}
