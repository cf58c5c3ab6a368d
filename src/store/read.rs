//! Reading a file that anybody may be writing, replacing or turning into something else.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{CWD, Mode, OFlags};

use super::failpoint::failpoint;

/// Largest incident file that is read, in bytes.
pub(crate) const LARGEST: u64 = crate::bounds::INCIDENT;

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stat {
    /// Of a file that was looked at.
    pub fn of(meta: &Metadata) -> Self {
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// Of a path, links not followed.
    pub fn at(path: &Path) -> Option<Self> {
        std::fs::symlink_metadata(path).ok().map(|meta| Self::of(&meta))
    }

    /// When it was last written to, in milliseconds since 1970.
    pub fn modified(&self) -> i64 {
        self.modified
            .0
            .saturating_mul(1000)
            .saturating_add(self.modified.1 / 1_000_000)
    }

    /// The same to the nanosecond, to tell what was written before what.
    pub fn order(&self) -> (i64, i64) {
        self.modified
    }

    /// Whether size and times say that nobody wrote to it in between (its name may have changed).
    pub fn same_data(&self, other: &Self) -> bool {
        (self.device, self.inode, self.size, self.modified) == (other.device, other.inode, other.size, other.modified)
    }

    /// Whether the last change lies so far back that another one would have another time.
    pub fn is_older_than(&self, grain: Duration, now: SystemTime) -> bool {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let changed = u64::try_from(self.changed.0).unwrap_or_default();
        let nanos = u32::try_from(self.changed.1).unwrap_or_default().min(999_999_999);
        since > Duration::new(changed, nanos) + grain
    }
}

/// A file that was opened: regular, of a bearable size.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The file.
    pub file: File,
    /// At the time of opening.
    pub meta: Metadata,
}

/// A file as it was read.
#[derive(Debug)]
pub struct Contents {
    /// Still open.
    pub file: File,
    /// At the time of opening.
    pub meta: Metadata,
    /// Hash of its bytes.
    pub hash: u128,
}

/// Why a file could not be read.
#[derive(Debug)]
pub enum Unreadable {
    /// It is not there, or a folder above it is not.
    Missing,
    /// It is something else, or a link: what, in words.
    Odd(&'static str),
    /// Larger than what is read of such a file: bytes, and how many would be.
    TooLarge(u64, u64),
    /// The system refused.
    Io(io::Error),
}

impl std::fmt::Display for Unreadable {
    /// As a clause: `it is a link`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("it is gone"),
            Self::Odd(what) => write!(f, "it is {what}"),
            Self::TooLarge(bytes, most) => write!(
                f,
                "it has {}, and {} is the most that is read of such a file",
                crate::bounds::size(*bytes),
                crate::bounds::size(*most)
            ),
            Self::Io(error) => f.write_str(&super::reason(error)),
        }
    }
}

/// Hash that stands for a file's content.
pub(crate) fn hash(bytes: &[u8]) -> u128 {
    xxhash_rust::xxh3::xxh3_128(bytes)
}

/// Opens a regular file. Never follows a link, never waits for a pipe or a device.
pub(crate) fn open(path: &Path) -> Result<Opened, Unreadable> {
    failpoint("read.open", path).map_err(Unreadable::Io)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(CWD, path, flags, Mode::empty()) {
        Ok(fd) => File::from(fd),
        Err(error) => return Err(refused(path, error.into())),
    };
    let meta = file.metadata().map_err(Unreadable::Io)?;
    if !meta.is_file() {
        return Err(Unreadable::Odd(kind(&meta)));
    }
    if meta.len() > LARGEST {
        return Err(Unreadable::TooLarge(meta.len(), LARGEST));
    }
    Ok(Opened { file, meta })
}

/// Reads a regular file into `buffer` (emptied first); see [`open`].
pub(crate) fn read(path: &Path, buffer: &mut Vec<u8>) -> Result<Contents, Unreadable> {
    buffer.clear();
    open(path)?.read(buffer)
}

/// The file that a path of the repository at `root` means: itself, or where it links to within; never one outside.
pub(crate) fn within(root: &Path, path: &Path) -> Result<PathBuf, Unreadable> {
    let root = root.canonicalize().map_err(|error| refused(root, error))?;
    match path.canonicalize() {
        Ok(real) if real.starts_with(&root) => Ok(real),
        Ok(_) => Err(Unreadable::Odd("a link out of the repository")),
        Err(error) => match std::fs::symlink_metadata(path) {
            Ok(meta) if meta.is_symlink() => Err(Unreadable::Odd("a link that leads nowhere")),
            _ => Err(refused(path, error)),
        },
    }
}

/// The repository or working tree that a named file lies in, by its path as it was given: what lies behind a link of a
/// repository is not its own. `None` where it lies in none.
pub(crate) fn around(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let mut above: Vec<&Path> = path.ancestors().skip(1).collect();
    above.reverse();
    let mut root = None;
    for folder in above {
        let is_link = folder.symlink_metadata().is_ok_and(|meta| meta.is_symlink());
        if is_link && root.is_some() {
            break;
        }
        let marked = [".warroom", ".git"];
        if marked.iter().any(|mark| folder.join(mark).symlink_metadata().is_ok()) {
            root = Some(folder.to_owned());
        }
    }
    root
}

/// Reads a file that a person, or a check of a pull request, named: out of the repository that it lies in it may not lead.
pub(crate) fn read_given(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    match around(path) {
        Some(root) => read_within(&root, path, most),
        None => read_named(path, most),
    }
}

/// Reads a file that a person named, which may well be a link; see [`read_most`].
pub(crate) fn read_named(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    let real = path.canonicalize().map_err(|error| refused(path, error))?;
    read_most(&real, most)
}

/// Reads a file of the repository at `root`, or what it links to within; see [`within`] and [`read_most`].
pub(crate) fn read_within(root: &Path, path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    read_most(&within(root, path)?, most)
}

/// Reads a regular file of at most `most` bytes; see [`open`]. What is read is measured, not what the name promises.
pub(crate) fn read_most(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    let opened = open(path)?;
    if opened.meta.len() > most {
        return Err(Unreadable::TooLarge(opened.meta.len(), most));
    }
    // Room for all of it: read in one call.
    let mut bytes = Vec::with_capacity(usize::try_from(opened.meta.len()).unwrap_or(0) + 1);
    opened
        .file
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(Unreadable::Io)?;
    let length = bytes.len() as u64;
    if length > most {
        return Err(Unreadable::TooLarge(opened.meta.len().max(length), most));
    }
    Ok(bytes)
}

impl Opened {
    /// Reads all of it into `buffer`.
    pub(crate) fn read(self, buffer: &mut Vec<u8>) -> Result<Contents, Unreadable> {
        read_open(&self.file, buffer).map_err(Unreadable::Io)?;
        if buffer.len() as u64 > LARGEST {
            return Err(Unreadable::TooLarge(buffer.len() as u64, LARGEST));
        }
        let hash = hash(buffer);
        Ok(Contents {
            file: self.file,
            meta: self.meta,
            hash,
        })
    }

    /// Hash of its content, which is not kept.
    pub(crate) fn hash(&self) -> io::Result<u128> {
        const PIECE: usize = 64 << 10;
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        let mut piece = vec![0; PIECE];
        let mut at = 0;
        loop {
            match self.file.read_at(&mut piece, at) {
                Ok(0) => return Ok(hasher.digest128()),
                Ok(length) => {
                    hasher.update(&piece[..length]);
                    at += length as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Reads what an open file holds now, from its beginning.
pub(crate) fn read_open(mut file: &File, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    io::Seek::rewind(&mut file)?;
    let expected = file.metadata()?.len().min(LARGEST);
    buffer.reserve(usize::try_from(expected).unwrap_or_default() + 1);
    file.take(LARGEST + 1).read_to_end(buffer)?;
    Ok(())
}

fn refused(path: &Path, error: io::Error) -> Unreadable {
    match error.kind() {
        // A folder above that has become a file counts as gone, too.
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unreadable::Missing,
        _ => match std::fs::symlink_metadata(path) {
            Ok(meta) if !meta.is_file() => Unreadable::Odd(kind(&meta)),
            _ => Unreadable::Io(error),
        },
    }
}

/// What it is instead of a file, in words.
fn kind(meta: &Metadata) -> &'static str {
    let kind = meta.file_type();
    if kind.is_symlink() {
        "a link"
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
