//! Committing exactly what was read, and nothing else: by an index of our own, so that what the person has staged stays.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::{Git, Oid, Trouble};

/// A path with what it is to hold.
#[derive(Clone, Debug)]
pub struct Entry {
    /// From the top of the working tree.
    pub path: PathBuf,
    /// The whole content; none where it goes.
    pub bytes: Option<Vec<u8>>,
    /// Whether the person's index follows (they have not staged something else there).
    pub follow: bool,
}

impl Entry {
    /// A path that holds this from now on.
    pub fn new(path: PathBuf, bytes: Vec<u8>) -> Self {
        Self {
            path,
            bytes: Some(bytes),
            follow: true,
        }
    }

    /// A path that is no more.
    pub fn gone(path: PathBuf) -> Self {
        Self {
            path,
            bytes: None,
            follow: true,
        }
    }
}

/// Commits these contents on top of `head` (none: the first commit), moves the branch, and lets the person's index
/// follow. The commit.
pub fn record(git: &Git, side: &Path, head: Option<&str>, entries: &[Entry], message: &str) -> Result<Oid, Trouble> {
    let index = Scratch::new(side);
    let own = git.with_index(&index.0);
    if let Some(head) = head {
        own.run(["read-tree", head])?;
    }
    let mut lines = Vec::new();
    for entry in entries {
        let Some(bytes) = &entry.bytes else {
            lines.push((gone_line(&entry.path), entry.follow));
            continue;
        };
        let mut args: Vec<OsString> = ["hash-object", "-w", "--stdin", "--path"].map(OsString::from).into();
        args.push(entry.path.clone().into());
        let blob = git.feed(args, &not_empty(bytes))?;
        let blob = String::from_utf8_lossy(&blob).trim().to_owned();
        lines.push((index_line(&blob, &entry.path), entry.follow));
    }
    let all: Vec<u8> = lines.iter().flat_map(|(line, _)| line.iter().copied()).collect();
    own.feed(["update-index", "-z", "--add", "--index-info"], &all)?;
    let tree = own.line(["write-tree"])?;
    let mut args = vec!["commit-tree", "-m", message];
    if let Some(head) = head {
        args.extend(["-p", head]);
    }
    if git.signs() {
        args.push("-S");
    }
    args.push(&tree);
    let commit = git.line(&args)?;
    let followed: Vec<u8> = lines
        .iter()
        .filter(|(_, follow)| *follow)
        .flat_map(|(line, _)| line.iter().copied())
        .collect();
    move_head(git, side, head, &commit, &followed)?;
    Ok(commit)
}

/// Lets the person's index take these entries, then moves the branch from `old` to `new`.
pub(super) fn move_head(git: &Git, side: &Path, old: Option<&str>, new: &str, followed: &[u8]) -> Result<(), Trouble> {
    if !followed.is_empty() {
        note(side, followed);
        git.feed(["update-index", "-z", "--add", "--index-info"], followed)?;
    }
    git.run(["update-ref", "-m", "warroom: sync", "HEAD", new, old.unwrap_or("")])?;
    Ok(())
}

/// Keeps what the person's index is about to be given: a kill before the branch moves leaves it looking as if the person
/// had staged it.
pub(super) fn note(side: &Path, followed: &[u8]) {
    // Only a help for that moment: failing to write it harms nobody now.
    let _ = std::fs::write(side.join(NOTED), followed);
}

/// Whether what the index holds for a path is what we gave it.
pub fn is_given_by_us(side: &Path, blob: &str, path: &Path) -> bool {
    let line = index_line(blob, path);
    std::fs::read(side.join(NOTED)).is_ok_and(|noted| noted.windows(line.len()).any(|window| window == line))
}

/// The file for that.
const NOTED: &str = "index.given";

/// An entry as `update-index --index-info` reads it.
pub(super) fn index_line(blob: &str, path: &Path) -> Vec<u8> {
    let mut line = format!("100644 {blob}\t").into_bytes();
    line.extend_from_slice(path.as_os_str().as_bytes());
    line.push(0);
    line
}

/// The same for a path that goes.
fn gone_line(path: &Path) -> Vec<u8> {
    let mut line = b"0 0000000000000000000000000000000000000000\t".to_vec();
    line.extend_from_slice(path.as_os_str().as_bytes());
    line.push(0);
    line
}

/// Git is given no standard input for an empty one; an incident file is never empty.
fn not_empty(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        b"\n".to_vec()
    } else {
        bytes.to_vec()
    }
}

/// An index file of our own; removed when dropped.
pub(super) struct Scratch(pub(super) PathBuf);

impl Scratch {
    pub(super) fn new(side: &Path) -> Self {
        Self(side.join(format!("index-{}", crate::store::site::random_word())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
        let _ = std::fs::remove_file(self.0.with_extension("lock"));
    }
}
