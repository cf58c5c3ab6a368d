//! Bringing what git has into incident files: by the session that has the file open, or by one opened for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::arrive::is_one;
use super::round::Files;
use crate::document::Document;
use crate::incident::Time;
use crate::merge::mend;
use crate::session::shared::Shared;
use crate::session::{Clock, Open, Session};
use crate::store::lock::Lock;
use crate::store::read::read;
use crate::store::write::{NotReplaced, Replacer};
use crate::store::{Place, Repository};

/// How long a merged file may take to be on disk.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked whether the session ends.
const MOMENT: Duration = Duration::from_millis(50);

/// The incident files of a working tree.
pub struct Tree<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// Who acts.
    pub by: &'a str,
    /// Where time comes from.
    pub clock: &'a Arc<dyn Clock>,
    /// The session that runs the sync, if any.
    pub own: Option<&'a Shared>,
}

impl Files for Tree<'_> {
    fn merge_in(&self, path: &Path, old: Option<&str>, new: &str) -> Result<(), String> {
        if is_newer(new) {
            return self.put(path, old, new);
        }
        if let Some(own) = self.own.filter(|own| is_same(&own.place.path, path)) {
            return own.bring(old, new);
        }
        let id = folder_name(path);
        let session = Session::open(Open {
            repository: self.repository,
            place: Place {
                id,
                path: path.to_owned(),
            },
            by: self.by.to_owned(),
            clock: Arc::clone(self.clock),
            watch: false,
        })
        .map_err(|error| error.to_string())?;
        session.shared.bring(old, new)
    }

    fn known(&self, path: &Path) -> Option<Document> {
        let own = self.own.filter(|own| is_same(&own.place.path, path))?;
        Some(own.core().base.clone())
    }

    fn kept(&self, path: &Path, bytes: &[u8]) -> Option<Document> {
        let place = Place {
            id: folder_name(path),
            path: path.to_owned(),
        };
        self.repository.kept(&place, bytes)
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    fn by(&self) -> &str {
        self.by
    }
}

impl Tree<'_> {
    /// Puts what a newer program wrote in the place of a file that holds `old`, byte for byte: nothing is made of it.
    fn put(&self, path: &Path, old: Option<&str>, new: &str) -> Result<(), String> {
        let place = Place {
            id: folder_name(path),
            path: path.to_owned(),
        };
        let site = self.repository.site(&place);
        let _held = Lock::new(site.lock_path(), self.by)
            .shared(site.sharing())
            .take(&|| true);
        let real = site.real().map_err(|why| why.to_string())?;
        let mut bytes = Vec::new();
        let seen = read(&real, &mut bytes).map_err(|why| why.to_string())?;
        if bytes == new.as_bytes() {
            return Ok(());
        }
        if old.is_none_or(|old| old.as_bytes() != bytes) {
            return Err("it was changed here, and by a newer warroom at the remote; update this warroom".into());
        }
        // What somebody writes to it in this very moment keeps a name that the next session looks at.
        match Replacer::default().replace(&site, &real, &seen, new.as_bytes()) {
            Ok(_) => Ok(()),
            Err(NotReplaced::Changed) => Err("it was changed in this moment".into()),
            Err(NotReplaced::Unreadable(why)) => Err(why.to_string()),
            Err(NotReplaced::Failed(step, error)) => Err(format!("{step}: {}", crate::store::reason(&error))),
        }
    }
}

/// Whether a text is of a schema that only a newer program knows.
fn is_newer(text: &str) -> bool {
    const OURS: &str = "warroom: 1";
    // Nearly always it is the first line, and there is nothing to parse.
    text.lines().next().is_none_or(|first| first.trim_end() != OURS)
        && mend::read(text, None).is_ok_and(|(document, _)| document.newer_schema().is_some())
}

/// The name of the folder that a file is in.
fn folder_name(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().into_owned()
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

impl Shared {
    /// Merges a state that git has into the file, and waits until it is on disk: `Ok` means that the file there contains it.
    pub(in crate::session) fn bring(&self, old: Option<&str>, new: &str) -> Result<(), String> {
        let known = self.core().base.clone();
        let read = |text: &str| mend::read(text, Some(&known)).map(|(document, _)| document);
        let theirs: Document = read(new).map_err(|invalid| invalid.to_string())?;
        let base = old.and_then(|old| read(old).ok());
        let (ours, other) = (&known.incident().uid, &theirs.incident().uid);
        if !ours.is_empty() && !other.is_empty() && ours != other && !is_one(known.incident(), theirs.incident()) {
            return Err("it is another incident of the same number".into());
        }
        let written = self.merge_in(base, theirs);
        let until = Instant::now() + PATIENCE;
        loop {
            match written.recv_timeout(MOMENT) {
                Ok(written) => return written,
                // Closing: whoever would write it may have gone before it was asked.
                Err(_) if self.stopping.load(Ordering::Relaxed) => {
                    return written
                        .try_recv()
                        .unwrap_or_else(|_| Err("the console is being closed".into()));
                }
                Err(RecvTimeoutError::Disconnected) => return Err("the console is being closed".into()),
                Err(RecvTimeoutError::Timeout) if Instant::now() >= until => {
                    return Err("it could not be written in time".into());
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
