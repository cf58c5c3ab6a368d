//! The first step of a round: what changed in the incident files here becomes a commit.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Files, Halt, Round, shown};
use crate::bounds::{COMPANION, INCIDENT as INCIDENT_BYTES};
use crate::config::TeamConfig;
use crate::document::Document;
use crate::git::{self, Entry, Pause, Standing, Trouble};
use crate::merge::{self, Seen, mend};
use crate::session::sync::arrive::{is_one, named, newer};
use crate::session::sync::commit_message;
use crate::store::read::{LARGEST, Unreadable, read, read_most};

/// The file of an incident, in a folder of its own.
const INCIDENT: &str = "incident.yaml";

/// How many folders inside an ignored one are looked into.
const MANY: usize = 1000;

impl Round {
    /// Names the incidents that git is told to leave out.
    pub(super) fn tell_ignored(&mut self, standing: &Standing) {
        let holds = |path: &PathBuf| {
            let path = self.top().join(path);
            let inside = |folder: &Path| folder.join(INCIDENT).is_file();
            let folders = std::fs::read_dir(&path).into_iter().flatten().flatten();
            path.ends_with(INCIDENT) || inside(&path) || folders.take(MANY).any(|folder| inside(&folder.path()))
        };
        let ignored: Vec<&PathBuf> = standing.ignored.iter().filter(|path| holds(path)).collect();
        self.uncommitted.extend(ignored.iter().copied().cloned());
        if let Some(path) = ignored.first() {
            let said = format!(
                "Git ignores {}: what is in it stays on this machine (.gitignore or .git/info/exclude says so)",
                shown(path)
            );
            self.leave(said);
        }
    }

    /// Commits what changed below our paths. How the tree stands after that.
    #[allow(clippy::too_many_lines, reason = "the order of the steps is what it says")]
    pub(super) fn commit(&mut self, files: &dyn Files) -> Result<Standing, Halt> {
        let ours = self.ours();
        let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
        let mut standing = git::standing(&self.git, &self.git_dir, &ours)?;
        for path in &mut standing.paths {
            let given = |index: &String| git::is_given_by_us(&self.git, &self.side, index, &path.path);
            if path.staged && path.index.as_ref().is_some_and(given) {
                path.staged = false;
                path.modified = true;
            }
        }
        if self.undo_moves(&standing) {
            return self.commit(files);
        }
        self.tell_ignored(&standing);
        for (path, bytes) in &standing.large {
            if !self.is_incident(path) {
                continue;
            }
            let why = Unreadable::TooLarge(*bytes, INCIDENT_BYTES);
            self.leave(format!("{} cannot be read: {why}", shown(path)));
            self.uncommitted.push(path.clone());
        }
        let mut entries = Vec::new();
        let mut stories = Vec::new();
        let mut others = 0;
        // The team's choices stand beside its incidents, which need not be at git's top.
        let words = TeamConfig::load(&self.top().join(&self.prefix)).0.commit_words;
        for path in &standing.paths.clone() {
            if self.is_incident(&path.path) {
                let gone = self.git.top().join(&path.path).symlink_metadata().is_err();
                let read = if gone {
                    self.bring_back(&standing, path, files)?;
                    continue;
                } else if path.modified || path.staged {
                    self.settled_incident(&mut standing, path, files)
                } else {
                    continue;
                };
                let (bytes, document, old) = match read {
                    Ok(Some(read)) => read,
                    Ok(None) => continue,
                    Err(Halt::Paused(Pause::Unreadable(why))) => {
                        self.leave(why);
                        self.uncommitted.push(path.path.clone());
                        continue;
                    }
                    Err(halt) => return Err(halt),
                };
                let folder = path.path.parent().and_then(Path::file_name).unwrap_or_default();
                let id = folder.to_string_lossy();
                stories.push(commit_message::of(&id, old.as_ref(), document.incident(), words));
                self.known.insert(path.path.clone(), document);
                entries.push(Entry {
                    path: path.path.clone(),
                    bytes: Some(bytes),
                    blob: None,
                    follow: !path.staged,
                });
            } else if path.deleted || !(path.modified || path.staged) {
            } else if let Some(bytes) = self.companion(path) {
                others += 1;
                entries.push(Entry {
                    path: path.path.clone(),
                    bytes: Some(bytes),
                    blob: None,
                    follow: !path.staged,
                });
            }
        }
        if entries.is_empty() {
            return Ok(standing);
        }
        if !self.has_author()? {
            return Err(Pause::Nobody.into());
        }
        let message = commit_message::message(&stories, others);
        let commit = git::record(&self.git, &self.side, standing.head.as_deref(), &entries, &message);
        standing.head = Some(commit.map_err(Pause::Trouble)?);
        Ok(standing)
    }

    /// Whether commits made here have an author.
    fn has_author(&self) -> Result<bool, Halt> {
        if self.settings.name_an_author() {
            return Ok(true);
        }
        let answer = self.git.ask(["var", "GIT_COMMITTER_IDENT"]).map_err(Pause::Trouble)?;
        Ok(answer.code == 0)
    }

    /// An incident file whose folder or file was removed here: it is put back, not committed as a deletion.
    pub(super) fn bring_back(&mut self, standing: &Standing, path: &git::Path, files: &dyn Files) -> Result<(), Halt> {
        let Some(head) = &standing.head else { return Ok(()) };
        let Ok(text) = self.blob_text(&format!("{head}:{}", path.path.display())) else {
            return Ok(());
        };
        if !self.restore(&path.path, text.as_bytes(), files) {
            return Ok(());
        }
        if path.staged {
            git::unstage(&self.git, &[&path.path]).map_err(Pause::Trouble)?;
        }
        self.notices.push(format!(
            "{} was deleted here and is put back from git: an incident is never deleted. To end it use `warroom resolve`, or `warroom cancel --reason TEXT`.",
            shown(&path.path)
        ));
        Ok(())
    }

    /// An incident file as it is to be committed: with ids for all, with nothing of the head gone, and what was edited without this
    /// program stamped. Its bytes, what they say, and what the head says. `None` where it has moved.
    #[allow(clippy::type_complexity)] // bytes, new, old
    pub(super) fn settled_incident(
        &mut self,
        standing: &mut Standing,
        path: &git::Path,
        files: &dyn Files,
    ) -> Result<Option<(Vec<u8>, Document, Option<Document>)>, Halt> {
        let (bytes, document) = self.incident(&path.path, files)?;
        if let Some(schema) = document.newer_schema() {
            return Err(Pause::Unreadable(format!("{} {}", shown(&path.path), newer(schema))).into());
        }
        let old = self.in_head(standing, &path.path, &document)?;
        self.known.remove(&path.path);
        let full = self.git.top().join(&path.path);
        let mut wanted = None;
        if let Some(old) = &old {
            let (was, is) = (&old.incident().uid, &document.incident().uid);
            let mut read = document.clone();
            if !was.is_empty() && was != is {
                if !is.is_empty() && !is_one(old.incident(), document.incident()) {
                    self.move_out(standing, &path.path, files)?;
                    return Ok(None);
                }
                let mut incident = crate::incident::Incident::clone(document.incident());
                incident.uid.clone_from(was);
                read = document.with(Arc::new(incident));
            }
            let (old, read) = (named(old.clone()), named(read));
            let (adopted, _) = merge::adopt(&old, &read, &Seen::default(), files.now(), files.by());
            if adopted.text() != document.text() {
                wanted = Some(adopted);
            }
        }
        // An editor may have saved an old buffer over what a verb had just written, when nobody else had read it.
        let state = wanted.as_ref().unwrap_or(&document);
        if let Some(kept) = files.kept(&full, &bytes)
            && !kept.incident().uid.is_empty()
            && kept.incident().uid == state.incident().uid
        {
            let whole = merge::take_back(state, &kept);
            if whole.text() != state.text() {
                wanted = Some(whole);
            }
        }
        let unnamed = !merge::is_named(document.incident());
        if wanted.is_none() && !unnamed {
            return Ok(Some((bytes, document, old)));
        }
        // What an editor appended gets its ids before others see it.
        let base = wanted.as_ref().map(|_| document.text());
        let wanted = wanted.as_ref().unwrap_or(&document);
        files
            .merge_in(&full, base, wanted.text())
            .map_err(|why| Pause::Unreadable(format!("{}: {why}", shown(&path.path))))?;
        let (bytes, document) = self.incident(&path.path, files)?;
        Ok(Some((bytes, document, old)))
    }

    /// Whether a path is an incident's file.
    pub(in crate::session::sync) fn is_incident(&self, path: &Path) -> bool {
        // One that is being declared has a hidden folder.
        let is_hidden = |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let below = path.strip_prefix(self.incidents());
        path.file_name().is_some_and(|name| name == INCIDENT)
            && below.is_ok_and(|below| below.components().count() == 2 && !below.components().any(is_hidden))
    }

    /// An incident file as it is now. One that cannot be read is not committed: it would be everybody's trouble.
    pub(super) fn incident(&self, path: &Path, files: &dyn Files) -> Result<(Vec<u8>, Document), Halt> {
        let mut bytes = Vec::new();
        let shown = path.display();
        let unreadable = |why: String| Halt::Paused(Pause::Unreadable(format!("{shown} cannot be read: {why}")));
        let full = self.git.top().join(path);
        if full.symlink_metadata().is_ok_and(|meta| meta.is_symlink()) {
            return Err(unreadable("it is a link".into()));
        }
        read(&full, &mut bytes).map_err(|why| unreadable(why.to_string()))?;
        let text = crate::store::text::utf8(&bytes).map_err(|invalid| unreadable(invalid.to_string()))?;
        let known = files.known(&full).or_else(|| self.known.get(path).cloned());
        let (document, _) = mend::read(text, known.as_ref()).map_err(|invalid| unreadable(invalid.to_string()))?;
        if !document.complete() && self.known.contains_key(path) {
            return Err(unreadable("its last line is missing".into()));
        }
        Ok((bytes, document))
    }

    /// What the head says of an incident; nothing where it has none that can be read. That git does not answer is no such case.
    pub(super) fn in_head(&self, standing: &Standing, path: &Path, now: &Document) -> Result<Option<Document>, Halt> {
        let Some(head) = &standing.head else { return Ok(None) };
        let held = git::held(&self.git, head, path).map_err(Pause::Trouble)?;
        let Some(held) = held.filter(git::Held::is_file) else {
            return Ok(None);
        };
        let read = self.text_of(&held.oid)?.and_then(|text| now.reparse(&text).ok());
        if let Some(schema) = read.as_ref().and_then(Document::newer_schema) {
            return Err(Pause::Unreadable(format!("{} {}", shown(path), newer(schema))).into());
        }
        Ok(read)
    }

    /// The text of a blob, where it is text and no larger than an incident may be.
    pub(super) fn text_of(&self, oid: &str) -> Result<Option<String>, Halt> {
        let bytes = self.git.blob(oid, LARGEST).map_err(Pause::Trouble)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    pub(in crate::session::sync) fn blob_text(&self, name: &str) -> Result<String, Trouble> {
        let bytes = self.git.run(["cat-file", "blob", name])?;
        String::from_utf8(bytes).map_err(|_| Trouble::NotStarted("it is not UTF-8".into()))
    }

    /// Other files that are ours: what is made from an incident, and what `init` made. Nothing else of a person's.
    pub(super) fn companion(&self, path: &git::Path) -> Option<Vec<u8>> {
        let below = path.path.strip_prefix(&self.prefix).ok()?;
        let name = below.file_name()?.to_str()?;
        let made_from_incident = below.starts_with("incidents") && below.extension().is_some_and(|kind| kind == "md");
        let set_up = below == Path::new(".warroom/config.yaml")
            || below == Path::new(".gitattributes")
            || below == Path::new("runbooks/README.md");
        if !(made_from_incident && !name.starts_with('.') || set_up && path.untracked && !path.staged) {
            return None;
        }
        let full = self.git.top().join(&path.path);
        read_most(&full, COMPANION).ok().filter(|bytes| !bytes.is_empty())
    }
}
