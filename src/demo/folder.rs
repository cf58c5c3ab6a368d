//! The throw-away folder: made for its owner only, known by its mark, and removed with everything in it.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::incident::ids;

/// Beginning of the folder's name.
const PREFIX: &str = "warroom-demo-";

/// A file that only folders made here hold: nothing else is ever removed.
const MARK: &str = ".made-by-warroom-demo";

/// A throw-away folder. Dropping it does not remove it: who must do that depends on who is left.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// Makes one in the system's folder for temporary files.
    pub fn create(nonce: &str) -> io::Result<Self> {
        let path = std::env::temp_dir().join(format!("{PREFIX}{nonce}"));
        // Fails where something of that name is there, so nobody can have prepared it.
        DirBuilder::new().mode(0o700).create(&path)?;
        fs::write(path.join(MARK), "")?;
        Ok(Self(path))
    }

    /// One that was made before.
    pub fn existing(path: &Path) -> Option<Self> {
        let named = path
            .file_name()?
            .to_str()?
            .strip_prefix(PREFIX)
            .is_some_and(ids::is_nonce);
        let marked = path.join(MARK).symlink_metadata().is_ok_and(|mark| mark.is_file());
        let real = path.symlink_metadata().is_ok_and(|folder| folder.is_dir());
        (path.is_absolute() && named && marked && real).then(|| Self(path.to_owned()))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The repository in it.
    pub fn repository(&self) -> PathBuf {
        self.0.join("incidents-demo")
    }

    /// The remote that everybody's clone goes around.
    pub fn hub(&self) -> PathBuf {
        self.0.join("hub.git")
    }

    /// A responder's clone.
    pub fn clone_of(&self, who: &str) -> PathBuf {
        self.0.join("clones").join(who)
    }

    /// Where a person's drafts and journal go.
    pub fn state(&self, who: &str) -> PathBuf {
        self.0.join("state").join(who)
    }

    /// Removes it. Others may still be at work in it for a moment, so it is tried for up to `limit`.
    pub fn remove(&self, limit: Duration) -> io::Result<()> {
        let until = Instant::now() + limit;
        loop {
            match fs::remove_dir_all(&self.0) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Ok(()) if !self.0.exists() => return Ok(()),
                Err(error) if Instant::now() > until => return Err(error),
                _ => sleep(Duration::from_millis(20)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn only_its_own_is_ever_removed() {
        let folder = Folder::create("tfolder").unwrap();
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(Folder::create("tfolder").is_err(), "never a folder that was there");
        assert!(Folder::existing(folder.path()).is_some());
        fs::create_dir_all(folder.repository().join("a/b")).unwrap();
        fs::write(folder.repository().join("a/b/c"), "x").unwrap();
        let link = std::env::temp_dir().join("warroom-demo-tflinks");
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        assert!(Folder::existing(&link).is_none(), "a link is not it");
        fs::remove_file(&link).unwrap();
        folder.remove(Duration::from_secs(1)).unwrap();
        assert!(!folder.path().exists());
        folder.remove(Duration::ZERO).unwrap();
        for other in [
            std::env::temp_dir(),
            PathBuf::from("/"),
            PathBuf::from("warroom-demo-abcdefg"),
        ] {
            assert!(Folder::existing(&other).is_none(), "{}", other.display());
        }
    }
}
