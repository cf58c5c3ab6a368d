//! Where an incident's file is, and where what belongs to it stands: lock, temporary files, last known state, rescue copies.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::making::{self, Maker};
use super::put::{Folder, mode_of_copy};
use super::read::Unreadable;
use super::sharing::Sharing;

/// The places of one incident file.
#[derive(Clone, Debug)]
pub struct Site {
    /// The file as people name it.
    pub path: PathBuf,
    /// The repository, links resolved: nothing outside of it is written.
    root: PathBuf,
    /// Folder beside the data for lock and temporary files, hidden from git.
    side: PathBuf,
    /// Tells incident files of one repository apart.
    key: String,
    /// How what is made is shared with other accounts.
    sharing: Sharing,
}

impl Site {
    /// The places of the file `path` in the repository at `root`, with `side` for what stands beside it.
    pub fn new(root: &Path, path: &Path, side: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Self::below(root, path, side)
    }

    /// The same below a root whose links are resolved.
    pub(super) fn below(root: PathBuf, path: &Path, side: &Path) -> Self {
        let folder = path.parent().unwrap_or(path);
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let path = folder.join(path.file_name().unwrap_or_default());
        let relative = path.strip_prefix(&root).unwrap_or(&path);
        let key = xxhash_rust::xxh3::xxh3_64(relative.as_os_str().as_encoded_bytes());
        Self {
            key: format!("{key:016x}"),
            side: side.to_owned(),
            root,
            path,
            sharing: Sharing::default(),
        }
    }

    /// The same, where what is made is shared with other accounts.
    #[must_use]
    pub fn shared(mut self, sharing: &Sharing) -> Self {
        self.sharing = sharing.clone();
        self
    }

    /// How what is made is shared with other accounts.
    pub fn sharing(&self) -> &Sharing {
        &self.sharing
    }

    /// The folder the file is in.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// The file that is read and replaced: the path itself, or where it links to within the repository.
    pub fn real(&self) -> Result<PathBuf, Unreadable> {
        let folder = self.folder().canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unreadable::Missing,
            _ => Unreadable::Io(error),
        })?;
        if !folder.starts_with(&self.root) {
            return Err(Unreadable::Odd("in a folder that links out of the repository"));
        }
        let linked = fs::symlink_metadata(&self.path).is_ok_and(|meta| meta.is_symlink());
        if !linked {
            return Ok(self.path.clone());
        }
        match self.path.canonicalize() {
            Ok(real) if real.starts_with(&self.root) => Ok(real),
            Ok(_) => Err(Unreadable::Odd("a link out of the repository")),
            Err(_) => Err(Unreadable::Odd("a link that leads nowhere")),
        }
    }

    /// The lock file.
    pub fn lock_path(&self) -> PathBuf {
        self.side.join(format!("{}.lock", self.key))
    }

    /// The last state that a session of this program knew.
    pub fn base_path(&self) -> PathBuf {
        self.side.join(format!("{}.base", self.key))
    }

    /// The fingerprints of words that were redacted.
    pub fn redacted_path(&self) -> PathBuf {
        self.side.join(format!("{}.redacted", self.key))
    }

    /// The folder for temporary files, made where missing; never where a link leads out of the repository.
    pub fn side(&self) -> io::Result<&Path> {
        self.check_side()?;
        self.sharing.make_folder(&self.side)?;
        Ok(&self.side)
    }

    /// Whether that folder, or one above it in the repository, is a link out of there.
    pub fn check_side(&self) -> io::Result<()> {
        match self.side.strip_prefix(&self.root) {
            Ok(below) => no_link_out(&self.root, below),
            // Git's folder may be anywhere; ours in it is no link.
            Err(_) if fs::symlink_metadata(&self.side).is_ok_and(|meta| meta.is_symlink()) => {
                Err(io::Error::other(format!("{} is a link", self.side.display())))
            }
            Err(_) => Ok(()),
        }
    }

    /// That the folder of the file is in the repository.
    pub fn check_folder(&self) -> io::Result<()> {
        match self.folder().strip_prefix(&self.root) {
            Ok(below) => no_link_out(&self.root, below),
            Err(_) => Err(io::Error::other("it is in a folder that links out of the repository")),
        }
    }

    /// A name for a temporary file, in the side folder or beside the data; see [`Self::is_temp`].
    pub fn temp_name(&self) -> String {
        making::name_of(&self.key)
    }

    /// A name for a file that was replaced just now and held a content with this hash: an editor may have it open, and write to
    /// it yet, when the program that replaced it is no more.
    pub fn replaced_name(&self, hash: u128) -> String {
        format!(".{}.old-{hash:032x}-{}-{}", self.key, since_1970(), random_word())
    }

    /// The hash and the time, in milliseconds since 1970, in such a name.
    pub fn is_replaced(&self, name: &str) -> Option<(u128, i64)> {
        let rest = name.strip_prefix('.')?.strip_prefix(&self.key)?.strip_prefix(".old-")?;
        let mut parts = rest.split('-');
        let hash = u128::from_str_radix(parts.next()?, 16).ok()?;
        Some((hash, parts.next()?.parse().ok()?))
    }

    /// Whether this file name is one of our temporary files for this incident, and if so whether its maker may still be
    /// at work with it.
    pub fn is_temp(&self, name: &str) -> Option<Maker> {
        let (what, maker) = making::maker(name)?;
        (what == self.key).then_some(maker)
    }

    /// Keeps a copy of `bytes` for a person to look at: `<side>/rescue/<id>-<time>-<n>.yaml`.
    pub fn rescue(&self, bytes: &[u8], stamp: &str) -> io::Result<PathBuf> {
        let folder = Folder::below(self.side()?, Path::new("rescue"), &self.sharing, true)?;
        let id = self
            .folder()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let name = format!("{id}-{stamp}-{}.yaml", random_word());
        folder.replace(&name, bytes, Some(mode_of_copy(&self.path, folder.path())))?;
        Ok(folder.path().join(name))
    }
}

/// Milliseconds.
pub(crate) fn since_1970() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Refuses to write at `place` below `root` where a component of it is a link that leads out of there, or nowhere.
pub(crate) fn no_link_out(root: &Path, place: &Path) -> io::Result<()> {
    let mut at = root.to_owned();
    for part in place.components() {
        at.push(part);
        if !fs::symlink_metadata(&at).is_ok_and(|meta| meta.is_symlink()) {
            continue;
        }
        if let Err(Unreadable::Odd(what)) = super::read::within(root, &at) {
            return Err(io::Error::other(format!("{} is {what}", at.display())));
        }
    }
    Ok(())
}

/// Eight random characters of `a-z2-7`.
pub(crate) fn random_word() -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    random_bytes::<8>()
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}

/// Random bytes of the system; where it has none, bytes that differ from call to call.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    use std::hash::{BuildHasher, RandomState};
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        for chunk in bytes.chunks_mut(8) {
            let word = RandomState::new().hash_one(std::time::Instant::now()).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(root: &Path) -> Site {
        let folder = root.join("incidents/INC-1");
        fs::create_dir_all(&folder).unwrap();
        Site::new(root, &folder.join("incident.yaml"), &root.join(".side"))
    }

    #[test]
    fn temporary_names_are_known_again() {
        let dir = tempfile::tempdir().unwrap();
        let site = site(dir.path());
        assert_eq!(site.is_temp(&site.temp_name()), Some(Maker::Alive));
        for who in [Maker::Dead, Maker::Elsewhere] {
            assert_eq!(site.is_temp(&making::made_by(&site.temp_name(), who)), Some(who));
        }
        for foreign in [
            ".bashrc",
            ".incident.yaml.swp",
            "incident.yaml",
            ".x.wr-1-2-3",
            "4913",
            ".#incident.yaml",
        ] {
            assert_eq!(site.is_temp(foreign), None, "{foreign}");
        }
        let neighbour = Site::new(
            dir.path(),
            &dir.path().join("incidents/INC-2/incident.yaml"),
            dir.path(),
        );
        assert_eq!(neighbour.is_temp(&site.temp_name()), None);
    }

    #[test]
    fn links_are_followed_only_within_the_repository() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("passwd"), "x").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let site = site(dir.path());
        let link = |to: &Path| {
            let _ = fs::remove_file(&site.path);
            std::os::unix::fs::symlink(to, &site.path).unwrap();
        };
        fs::write(dir.path().join("real.yaml"), "x").unwrap();
        link(&dir.path().join("real.yaml"));
        assert_eq!(
            site.real().unwrap(),
            dir.path().canonicalize().unwrap().join("real.yaml")
        );
        link(&outside.path().join("passwd"));
        assert!(matches!(
            site.real(),
            Err(Unreadable::Odd("a link out of the repository"))
        ));
        link(&dir.path().join("nothing"));
        assert!(matches!(site.real(), Err(Unreadable::Odd("a link that leads nowhere"))));
        link(&site.path.clone());
        assert!(matches!(site.real(), Err(Unreadable::Odd("a link that leads nowhere"))));
    }
}
