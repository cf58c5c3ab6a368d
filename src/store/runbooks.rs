//! A repository's own runbooks.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::allowed::with_file;
use super::put::Folder;
use super::read::{Unreadable, read_given, read_within};
use super::repository::Repository;
use crate::bounds::{RUNBOOK, RUNBOOKS};
use crate::runbook::Runbook;
use crate::runbook::fresh::{Use, uses};

/// Folders below `runbooks/` that may stand in each other.
const DEEP: usize = 8;
/// The name of an incident's article.
pub const ARTICLE: &str = "article.md";
/// How the names of runbooks end.
const ENDINGS: [&str; 5] = [".md", ".markdown", ".md.erb", ".html.md", ".mdx"];

/// A runbook of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Its path below `runbooks/` without its ending.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
}

impl Repository {
    /// Its own runbooks, by name. Opens no file and follows no link.
    pub fn runbooks(&self) -> Vec<Own> {
        let mut found = Vec::new();
        let mut folders = vec![(self.runbooks_dir(), String::new(), 0)];
        let mut left = RUNBOOKS;
        while let Some((folder, before, deep)) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let Some(rest) = left.checked_sub(1) else { break };
                left = rest;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                if name.starts_with('.') || name.chars().any(char::is_control) {
                    continue;
                }
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && deep < DEEP {
                    folders.push((entry.path(), format!("{before}{name}/"), deep + 1));
                } else if !is_folder && let Some(stem) = stem(&name) {
                    let name = match (stem, before.strip_suffix('/')) {
                        ("README" | "readme" | "index", Some(folder)) => folder.to_owned(),
                        // What `init` wrote.
                        ("README" | "readme", None) => continue,
                        (stem, _) => format!("{before}{stem}"),
                    };
                    found.push(Own {
                        name,
                        path: entry.path(),
                    });
                }
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        found.dedup_by(|one, other| one.name == other.name);
        found
    }

    /// Several of them, read by as many threads as there are processors; in their order, or why one cannot be read.
    pub fn read_runbooks(&self, own: &[Own]) -> Vec<Result<Runbook, Unreadable>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let one = |own: &Own| self.runbook_text(&own.path).map(|text| Runbook::read(&own.name, &text));
        std::thread::scope(|scope| {
            let parts = own.chunks(own.len().div_ceil(threads).max(1));
            let read = |part: &[Own]| part.iter().map(one).collect::<Vec<_>>();
            let running: Vec<_> = parts.map(|part| (part, scope.spawn(move || read(part)))).collect();
            let done = running
                .into_iter()
                .flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| read(part)));
            done.collect()
        })
    }

    /// How runbooks were used in all incidents; those that name none are not taken apart.
    pub fn runbook_uses(&self) -> Vec<Use> {
        let mut all = Vec::new();
        for place in self.incidents().unwrap_or_default() {
            if self.mentions(&place, b"runbook.")
                && let Ok(document) = self.read(&place)
            {
                all.extend(uses(&document.incident().called(&place.id)));
            }
        }
        all
    }

    /// All that decides what a runbook runs: its text, and every file of the repository that its commands name. An error where such a
    /// file cannot be read whole.
    pub fn what_runs(&self, runbook: &Runbook) -> Result<String, String> {
        let mut content = runbook.text.to_string();
        let Ok(root) = self.root().canonicalize() else {
            return Ok(content);
        };
        let mut known = BTreeSet::new();
        for (word, folder) in runbook.words_run() {
            let folders = [folder.as_deref(), Some("."), Some("runbooks")];
            for folder in folders.into_iter().flatten() {
                let Ok(path) = root.join(folder).join(&word).canonicalize() else {
                    continue;
                };
                if !path.is_file() || !known.insert(path.clone()) {
                    continue;
                }
                if let Ok(below) = path.strip_prefix(&root) {
                    with_file(&mut content, &root, &path, &below.display().to_string())?;
                }
            }
        }
        Ok(content)
    }

    /// The text of one of them; what is not UTF-8 in it is shown as such.
    pub fn runbook_text(&self, path: &Path) -> Result<String, Unreadable> {
        read_within(self.root(), path, RUNBOOK).map(|bytes| as_text(&bytes))
    }

    /// Writes a runbook into a file below `runbooks/`, in place of the one that is there where `over`; `None` where one is and may not go.
    pub fn write_runbook(&self, file: &Path, text: &str, over: bool) -> io::Result<Option<PathBuf>> {
        let file = Path::new("runbooks").join(file);
        let folder = file.parent().unwrap_or(Path::new("runbooks"));
        let open = Folder::below(self.root(), folder, self.sharing(), true)?;
        let last = file.file_name().unwrap_or_default();
        if over {
            open.replace(last, text.as_bytes(), None)?;
        } else if !open.create(last, text.as_bytes())? {
            return Ok(None);
        }
        Ok(Some(open.path().join(last)))
    }

    /// The knowledge base article of an incident, below the repository's root, where one was written.
    pub fn article(&self, id: &str) -> Option<(PathBuf, String)> {
        let path = Path::new("incidents").join(id).join(ARTICLE);
        let bytes = read_within(self.root(), &self.root().join(&path), RUNBOOK).ok()?;
        Some((path, as_text(&bytes)))
    }

    /// Writes a file beside an incident's; `None` where one of that name is there and may not go.
    pub fn write_beside(&self, id: &str, name: &str, text: &str, over: bool) -> io::Result<Option<PathBuf>> {
        let folder = Path::new("incidents").join(id);
        let open = Folder::below(self.root(), &folder, self.sharing(), false)?;
        if over {
            open.replace(name, text.as_bytes(), None)?;
        } else if !open.create(name, text.as_bytes())? {
            return Ok(None);
        }
        Ok(Some(open.path().join(name)))
    }
}

/// The text of a runbook that a person names by its path.
pub fn named_text(path: &Path) -> Result<String, Unreadable> {
    read_given(path, RUNBOOK).map(|bytes| as_text(&bytes))
}

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A name without the ending of a runbook.
pub fn stem(name: &str) -> Option<&str> {
    let stems = ENDINGS.iter().filter_map(|ending| name.strip_suffix(ending));
    stems.min_by_key(|stem| stem.len()).filter(|stem| !stem.is_empty())
}

impl Repository {
    /// Whether an incident's file has these bytes in it; a look that is much quicker than reading it as an incident.
    pub fn mentions(&self, place: &super::Place, bytes: &[u8]) -> bool {
        let file = read_within(self.root(), &place.path, crate::bounds::INCIDENT);
        file.is_ok_and(|text| memchr::memmem::find(&text, bytes).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_runbooks_are_found_by_their_paths_and_no_link_is_followed() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let repository = Repository::init(dir.path(), &crate::store::Init::default())
            .unwrap()
            .repository;
        let books = repository.runbooks_dir();
        fs::create_dir_all(books.join("db/deep")).unwrap();
        fs::create_dir_all(outside.path().join("there")).unwrap();
        let put = |path: &Path| std::fs::File::create(path).map(drop).unwrap();
        for name in [
            "a.md",
            "db/pool.md.erb",
            "db/README.md",
            "db/deep/x.markdown",
            ".hidden.md",
            "notes.txt",
        ] {
            put(&books.join(name));
        }
        put(&outside.path().join("there/secret.md"));
        std::os::unix::fs::symlink(outside.path().join("there"), books.join("out")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("there/secret.md"), books.join("link.md")).unwrap();
        let names: Vec<String> = repository.runbooks().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["a", "db", "db/deep/x", "db/pool", "link"]);
        assert!(
            repository.runbook_text(&books.join("link.md")).is_err(),
            "what it leads to is not read"
        );
        assert!(repository.runbook_text(&books.join("a.md")).is_ok());
        assert!(repository.write_runbook(Path::new("../x.md"), "x", false).is_err());
        assert!(repository.write_runbook(Path::new("out/x.md"), "x", false).is_err());
        let one = Path::new("new/one.md");
        assert!(repository.write_runbook(one, "x", false).unwrap().is_some());
        assert!(repository.write_runbook(one, "y", false).unwrap().is_none());
    }
}
