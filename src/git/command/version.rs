//! Which git is here, and whether it takes the right folder for the repository.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{Git, LONGEST_SAID, Trouble, good};

/// The version of git, asked once.
static VERSION: OnceLock<(u32, u32)> = OnceLock::new();

/// The oldest version that will do.
pub const OLDEST: (u32, u32) = (2, 34);

/// From this version on `safe.bareRepository` is heeded. Before it a folder of a clone that looks like a bare repository is one for
/// git, with programs in its settings.
const HEEDS_BARE: (u32, u32) = (2, 38);

/// Folders in which an older git is known to use the repository that they are in.
static OWN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

impl Git {
    /// The version of git, asked once.
    ///
    /// # Errors
    ///
    /// There is none, or it is older than [`OLDEST`].
    pub fn version(&self) -> Result<(u32, u32), Trouble> {
        if let Some(version) = VERSION.get() {
            return Ok(*version);
        }
        let (version, number) = self.found()?;
        if version < OLDEST {
            let number = crate::text::fit(&crate::text::one_line(&number), 40, "…").into_owned();
            return Err(Trouble::TooOld(number));
        }
        Ok(version)
    }

    /// The version of git, also of one that is too old, and how it says it.
    fn found(&self) -> Result<((u32, u32), String), Trouble> {
        let answer = good(self.bounded(["--version"], &[], LONGEST_SAID)?)?;
        let said = String::from_utf8_lossy(&answer);
        let number = said.trim().trim_start_matches("git version ").to_owned();
        let mut parts = number.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if version >= OLDEST {
            VERSION.get_or_init(|| version);
        }
        Ok((version, number))
    }

    /// Whether git uses the repository that this folder is in, and none that a folder of it only looks like. Asked before anything
    /// else of a git that does not heed our setting for that; finding its folder runs nothing.
    pub(super) fn check_folder(&self) -> Result<(), Trouble> {
        let version = VERSION
            .get()
            .map_or_else(|| self.found().map(|(version, _)| version), |known| Ok(*known))?;
        let known = || OWN.lock().unwrap_or_else(PoisonError::into_inner);
        if version >= HEEDS_BARE || known().contains(&self.top) {
            return Ok(());
        }
        let answer = self.bounded(["rev-parse", "--absolute-git-dir"], &[], LONGEST_SAID)?;
        if answer.code != 0 {
            // There is none: all that can be done here is to make one.
            return Ok(());
        }
        let line = answer.out.strip_suffix(b"\n").unwrap_or(&answer.out);
        let found = PathBuf::from(OsStr::from_bytes(line));
        let real = |path: &Path| path.canonicalize().ok();
        let wanted = crate::store::git::folder_of(&self.top).and_then(|folder| real(&folder));
        if wanted.is_none() || real(&found) != wanted {
            return Err(Trouble::Astray(found));
        }
        known().insert(self.top.clone());
        Ok(())
    }
}
