//! Temporary files of sessions that died in the middle of a save. Call it only with the lock held.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::read::read;
use super::site::{Maker, Site};

/// How old one must be where nobody can tell whether its maker lives.
const STALE: Duration = Duration::from_secs(60);

/// A temporary file that somebody died over: perhaps the only copy of what an editor wrote.
#[derive(Debug)]
pub struct Leftover {
    /// Its content.
    pub bytes: Vec<u8>,
    path: PathBuf,
}

impl Leftover {
    /// Takes it away.
    pub fn remove(self) {
        let _ = fs::remove_file(self.path);
    }
}

/// Finds them, in the side folder and beside the file. Unreadable ones and other people's files are left alone.
pub fn find(site: &Site, real: &Path) -> Vec<Leftover> {
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

fn is_old(path: &Path, age: Duration) -> bool {
    fs::symlink_metadata(path)
        .and_then(|meta| meta.modified())
        .is_ok_and(|modified| modified.elapsed().is_ok_and(|past| past > age))
}
