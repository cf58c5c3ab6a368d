//! Temporary files of sessions that died in the middle of a save, and copies that a file synchroniser put beside the file.
//! Call it only with the lock held.

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
    /// Its name.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

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

/// What a file synchroniser (Syncthing, Dropbox, Nextcloud) made of a version that it could not bring together with ours.
pub fn copies(real: &Path) -> Vec<Leftover> {
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

fn is_old(path: &Path, age: Duration) -> bool {
    fs::symlink_metadata(path)
        .and_then(|meta| meta.modified())
        .is_ok_and(|modified| modified.elapsed().is_ok_and(|past| past > age))
}
