//! Temporary files of sessions that died in the middle of a save, and copies that a file synchroniser put beside the file.
//! Call it only with the lock held.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::making::{Maker, is_old};
use super::read::{Stat, hash, read};
use super::site::{Site, since_1970};

/// How old one must be where nobody can tell whether its maker lives.
const STALE: Duration = Duration::from_secs(60);

/// A temporary file that somebody died over: perhaps the only copy of what an editor wrote.
#[derive(Debug)]
pub(crate) struct Leftover {
    /// Its content.
    pub bytes: Vec<u8>,
    path: PathBuf,
}

impl Leftover {
    /// Its name.
    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Takes it away.
    pub(crate) fn remove(self) {
        let _ = fs::remove_file(self.path);
    }
}

/// What a session has read, in a file of its own that goes with it: where the session is killed it is left over, as what a save had
/// not put in place yet.
#[derive(Debug)]
pub(crate) struct OwnCopy(PathBuf);

impl OwnCopy {
    /// Writes it.
    pub(crate) fn of(site: &Site, text: &str) -> std::io::Result<Self> {
        let path = site.side()?.join(site.temp_name());
        super::beside::put(site, &path, text.as_bytes())?;
        Ok(Self(path))
    }
}

impl Drop for OwnCopy {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// How long a file that was replaced stays for an editor that has it open, in milliseconds.
const KEEP: i64 = 10_000;
/// Most of them.
const MOST: usize = 64;
/// How much coarser a file's time may be than ours.
const GRAIN: i64 = 20;

/// A file that was written to after it had been replaced.
#[derive(Debug)]
pub(crate) struct Late {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Hash of that.
    pub hash: u128,
    /// The file's.
    pub stat: Stat,
    /// Whether its time is over.
    pub due: bool,
    path: PathBuf,
}

impl Late {
    /// Whether it is there still: another session may have taken it in.
    pub(crate) fn stands(&self) -> bool {
        Stat::at(&self.path).is_some_and(|stat| stat.same_data(&self.stat))
    }

    /// Whether both are of one file as it was at one time.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.path == other.path && self.hash == other.hash
    }

    /// All that is in it is known now.
    pub(crate) fn done(self, site: &Site) {
        let _ = if self.due {
            fs::remove_file(&self.path)
        } else {
            fs::rename(&self.path, self.path.with_file_name(site.replaced_name(self.hash)))
        };
    }
}

/// Finds those that their times betray, at the cost of a look at each: a save waits for this.
pub(crate) fn late(site: &Site) -> Vec<Late> {
    look(site, false)
}

/// Finds all of them, and takes away the others whose time is over.
pub(crate) fn sweep(site: &Site) -> Vec<Late> {
    look(site, true)
}

fn look(site: &Site, thorough: bool) -> Vec<Late> {
    let Ok(entries) = site.side().and_then(fs::read_dir) else {
        return Vec::new();
    };
    let now = since_1970();
    let mut all: Vec<(i64, u128, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let (known, at) = site.is_replaced(entry.file_name().to_str()?)?;
            Some((at, known, entry.path()))
        })
        .collect();
    all.sort_unstable();
    let many = all.len().saturating_sub(MOST);
    let mut found = Vec::new();
    for (place, (at, known, path)) in all.into_iter().enumerate() {
        let due = place < many || !(0..KEEP).contains(&(now - at));
        let Some(stat) = Stat::at(&path) else { continue };
        let touched = stat.modified() >= at - GRAIN;
        let swept = due && thorough;
        if !touched && !swept {
            continue;
        }
        let mut bytes = Vec::new();
        if read(&path, &mut bytes).is_err() {
            continue;
        }
        let hash = hash(&bytes);
        if hash != known {
            found.push(Late {
                bytes,
                hash,
                stat,
                due,
                path,
            });
        } else if due && thorough {
            let _ = fs::remove_file(&path);
        }
    }
    found
}

/// Finds them, in the side folder and beside the file. Unreadable ones and other people's files are left alone.
pub(crate) fn find(site: &Site, real: &Path) -> Vec<Leftover> {
    let beside = real.parent().unwrap_or(real);
    let side = site.side().ok();
    let mut found = Vec::new();
    for folder in side.into_iter().chain([beside]) {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let stale = match name.to_str().and_then(|name| site.is_temp(name)) {
                None => continue,
                Some(Maker::Dead) => true,
                Some(Maker::Alive) => is_old(&entry.path(), STALE * 60),
                Some(Maker::Elsewhere) => is_old(&entry.path(), STALE),
            };
            let path = entry.path();
            let mut bytes = Vec::new();
            if stale && read(&path, &mut bytes).is_ok() {
                found.push(Leftover { bytes, path });
            }
        }
    }
    found
}

/// What a file synchroniser (Syncthing, Dropbox, Nextcloud) made of a version that it could not bring together with ours.
pub(crate) fn copies(real: &Path) -> Vec<Leftover> {
    const SIGNS: [&str; 3] = ["sync-conflict", "conflicted copy", "_conflict-"];
    let (Some(folder), Some(own)) = (real.parent(), real.file_stem().and_then(|stem| stem.to_str())) else {
        return Vec::new();
    };
    let is_copy = |name: &str| {
        let ours = name.starts_with(own) && real.extension() == Path::new(name).extension();
        ours && SIGNS.iter().any(|sign| name.contains(sign))
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_copy));
    paths
        .filter_map(|entry| {
            let path = entry.path();
            let mut bytes = Vec::new();
            read(&path, &mut bytes).is_ok().then_some(Leftover { bytes, path })
        })
        .collect()
}
