//! `warroom merge-driver`: what git calls to merge an incident file.

use std::path::{Path, PathBuf};

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::bounds;
use crate::merge;
use crate::review::sections::{self, Document};
use crate::store::put::Folder;
use crate::store::read::{Unreadable, read_most};
use crate::store::sharing::Sharing;

/// Merge three versions of an incident file; set up for git by `init` and `open`
#[derive(Args, Debug)]
#[command(hide = true)]
pub(super) struct MergeDriver {
    /// The version both come from; may be empty
    base: PathBuf,
    /// Our version; the result replaces it
    ours: PathBuf,
    /// Their version
    theirs: PathBuf,
    /// The file's path in the repository
    path: Option<String>,
}

impl MergeDriver {
    /// Status 1 leaves `ours` as it is: git then merges it as text.
    pub(super) fn run(self, _: &Context) -> Result<Reply, Failure> {
        let shown = self.path.clone().unwrap_or_else(|| self.ours.display().to_string());
        let failed = |why: String| Failure::failed(format!("{shown} cannot be merged: {why}; it is left to git"));
        if is_review(&shown) {
            return self.review(&failed);
        }
        let base = base(&self.base).map_err(failed)?;
        let ours = read(&self.ours).map_err(failed)?;
        let theirs = read(&self.theirs).map_err(failed)?;
        if let (Some(a), Some(b)) = (uid(&ours), uid(&theirs))
            && a != b
        {
            return Err(failed(format!("{a} and {b} are two incidents of one number")));
        }
        let merged = merge::driver(&base, &ours, &theirs).map_err(|invalid| failed(invalid.to_string()))?;
        write(&self.ours, &merged).map_err(|error| failed(crate::store::reason(&error)))?;
        Ok(Reply::silent())
    }
}

impl MergeDriver {
    /// A review's document: joined by section. What was made last time is the same for all, or theirs is made anew.
    fn review(&self, failed: &dyn Fn(String) -> Failure) -> Result<Reply, Failure> {
        let text = |path: &Path| read(path).map(|text| Document::read(&text));
        let base = Document::read(&base(&self.base).map_err(failed)?);
        let (ours, theirs) = (text(&self.ours).map_err(failed)?, text(&self.theirs).map_err(failed)?);
        let joined = sections::join(&base, &ours, &theirs).text();
        write(&self.ours, &joined).map_err(|error| failed(crate::store::reason(&error)))?;
        Ok(Reply::silent())
    }
}

/// Whether a path is that of a review's document.
fn is_review(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with("postmortem") && Path::new(name).extension().is_some_and(|end| end == "md")
}

/// The random word that tells incidents of one number apart.
fn uid(text: &str) -> Option<&str> {
    let uid = text
        .lines()
        .find_map(|line| line.strip_prefix("uid:"))?
        .trim()
        .trim_matches(['"', '\'']);
    (!uid.is_empty()).then_some(uid)
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = read_most(path, bounds::INCIDENT).map_err(|why| format!("{}: {why}", path.display()))?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".into())
}

/// The version that both come from; none where nobody could ever read it. That the disk does not give it now is no such case.
fn base(path: &Path) -> Result<String, String> {
    match read_most(path, bounds::INCIDENT) {
        Ok(bytes) => Ok(String::from_utf8(bytes).unwrap_or_default()),
        Err(why @ Unreadable::Io(_)) => Err(format!("{}: {why}", path.display())),
        Err(Unreadable::Missing | Unreadable::Odd(_) | Unreadable::TooLarge(..)) => Ok(String::new()),
    }
}

/// Replaces a file as a whole: a kill leaves the old one.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = Folder::below(
        folder.unwrap_or(Path::new(".")),
        Path::new(""),
        &Sharing::default(),
        false,
    )?;
    folder.replace(path.file_name().unwrap_or_default(), text.as_bytes(), None)
}
