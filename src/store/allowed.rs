//! What of a repository this person allows to be run: commands of runbooks, hooks. One mechanism for all of it, in the person's state
//! folder. The whole text is kept rather than a hash, so that nothing else can pass for it, and what has changed can be shown.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::put::Folder;
use super::read::{Unreadable, read_most, read_within};
use super::sharing::Sharing;
use super::state::state_dir;
use crate::hook::sign::sha256;
use crate::incident::Time;

/// Bytes of a text that can be allowed.
const LARGEST: u64 = 4 << 20;
/// Bytes of a file of the repository that is run, as a part of the text; of a larger one it is its hash.
const SHOWN: usize = 256 << 10;
/// Bytes of such a file at most.
const HASHED: u64 = 64 << 20;
/// Files that are looked at for the list.
const MOST: usize = 5000;

/// Whether this person allows what stands at a place to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission {
    /// As it is.
    Allowed,
    /// In another state, which was this text.
    Changed(String),
    /// Never.
    Never,
}

/// Something that was allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Where it stands: a path, `shipped:NAME`, or a path and the name of a hook.
    pub place: String,
    /// What was allowed.
    pub text: String,
    /// When.
    pub at: Option<Time>,
}

fn kept_as(place: &str) -> String {
    format!("{:032x}", super::read::hash(place.as_bytes()))
}

fn folder() -> io::Result<PathBuf> {
    let state = state_dir().map_err(io::Error::other)?.join("allowed");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&state)?;
    Ok(state)
}

fn read(path: &Path) -> Result<String, Unreadable> {
    read_most(path, LARGEST + 8192).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A file of a repository that something to be run names, as a part of what is allowed.
pub(super) fn with_file(content: &mut String, root: &Path, path: &Path, name: &str) -> Result<(), String> {
    let bytes = read_within(root, path, HASHED).map_err(|why| format!("{name} cannot be read: {why}"))?;
    let hash = |bytes: &[u8]| format!("sha256 {}\n", sha256(bytes));
    let text = if bytes.len() > SHOWN {
        hash(&bytes)
    } else {
        String::from_utf8(bytes).unwrap_or_else(|error| hash(error.as_bytes()))
    };
    content.push_str(&format!("\n--- {name}\n{text}"));
    Ok(())
}

/// Whether what stands at this place may be run with this text.
pub fn permission(place: &str, text: &str) -> Permission {
    let kept = folder()
        .map_err(Unreadable::Io)
        .and_then(|folder| read(&folder.join(kept_as(place))));
    let Ok(kept) = kept else { return Permission::Never };
    match kept.split_once('\n') {
        Some((known, before)) if known == place && before == text => Permission::Allowed,
        Some((known, before)) if known == place => Permission::Changed(before.to_owned()),
        _ => Permission::Never,
    }
}

/// Allows what stands at this place to be run as long as it has this text.
pub fn allow(place: &str, text: &str) -> io::Result<()> {
    if place.contains('\n') {
        return Err(io::Error::other("its path has a line break in it"));
    }
    let open = Folder::below(&folder()?, Path::new(""), &Sharing::default(), false)?;
    open.replace(kept_as(place), format!("{place}\n{text}").as_bytes(), Some(0o600))
}

/// Takes a permission back; whether there was one.
pub fn forbid(place: &str) -> io::Result<bool> {
    match fs::remove_file(folder()?.join(kept_as(place))) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// All that was allowed, by its place.
pub fn all() -> io::Result<Vec<Allowed>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder()?)?.flatten().take(MOST) {
        let path = entry.path();
        let Ok(text) = read(&path) else { continue };
        let Some((place, text)) = text.split_once('\n') else {
            continue;
        };
        if entry.file_name() != kept_as(place).as_str() {
            continue;
        }
        found.push(Allowed {
            place: place.to_owned(),
            text: text.to_owned(),
            at: super::read::Stat::at(&path).map(|stat| Time::from_millis(stat.modified())),
        });
    }
    found.sort_by(|one, other| one.place.cmp(&other.place));
    Ok(found)
}
