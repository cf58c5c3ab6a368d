//! One number, two incidents: the one that reached the remote first keeps it, ours moves to the next free one, and what
//! links to it here follows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::round::{Files, Halt, Round};
use crate::bounds::{COMPANION, DIGITS, INCIDENT};
use crate::document::Document;
use crate::git::{self, Entry, Pause, Standing, Trouble};
use crate::incident::{Event, EventKind, Incident, Link, Stamp, Time, ids};
use crate::merge::mend;
use crate::store::put::Folder;
use crate::store::read::{Unreadable, read_within};
use crate::store::site::random_bytes;

/// An incident that has to move.
struct Move {
    old: String,
    new: String,
    /// Folder of all incidents, from the top of the working tree.
    folder: PathBuf,
}

impl Round {
    /// A new incident here has a number that another one in the head has: it moves, and the other one is put back.
    pub(super) fn move_out(&mut self, standing: &mut Standing, path: &Path, files: &dyn Files) -> Result<(), Halt> {
        let Some(head) = standing.head.clone() else {
            return Ok(());
        };
        let folder = path.parent().unwrap_or(path).to_owned();
        let others = self.in_folder(standing, &folder).map_err(Pause::Trouble)?;
        self.move_to_next(standing, path, &head, (files.now(), files.by()), false)?;
        for name in others {
            if let Ok(text) = self.blob_text(&format!("{head}:{}", name.display())) {
                self.restore(&name, text.as_bytes(), files);
            }
        }
        Ok(())
    }

    /// Moves folders back that were moved here and not in a commit: a renumbering that was cut short (it is done again where it has
    /// to be), or a person's, since an incident keeps its number. Whether there were any.
    pub(super) fn undo_moves(&mut self, standing: &Standing) -> bool {
        let Some(head) = &standing.head else { return false };
        let incidents = || standing.paths.iter().filter(|path| self.is_incident(&path.path));
        let there = |path: &Path| self.top().join(path).symlink_metadata().is_ok();
        let uid = |text: &str| {
            let uid = mend::read(text, None).ok()?.0.incident().uid.clone();
            Some(uid).filter(|uid| !uid.is_empty())
        };
        let gone: Vec<&PathBuf> = incidents().map(|path| &path.path).filter(|path| !there(path)).collect();
        if gone.is_empty() {
            return false;
        }
        let fresh = |path: &Path| self.blob_text(&format!("{head}:{}", path.display())).is_err();
        let new = incidents().filter(|path| there(&path.path) && fresh(&path.path));
        let new: Vec<(&Path, String)> = new
            .filter_map(|path| {
                let mut bytes = Vec::new();
                crate::store::read::read(&self.top().join(&path.path), &mut bytes).ok()?;
                Some((path.path.parent()?, uid(std::str::from_utf8(&bytes).ok()?)?))
            })
            .collect();
        let mut any = false;
        for path in gone {
            let Some(was) = self
                .blob_text(&format!("{head}:{}", path.display()))
                .ok()
                .as_deref()
                .and_then(uid)
            else {
                continue;
            };
            let (Some((from, _)), Some(to)) = (new.iter().find(|(_, uid)| *uid == was), path.parent()) else {
                continue;
            };
            let full = self.top().join(to);
            // An empty folder may be left of it; one with anything in it stays.
            let free = full.symlink_metadata().is_err() || fs::remove_dir(&full).is_ok();
            if free && self.rename(from, to).is_ok() {
                // Where the index does not follow it looks as if the person had staged the move.
                let _ = git::unstage(self.git(), &[from, to]);
                any = true;
            }
        }
        any
    }

    /// Moves our incident at `path` to the next free number, in the working tree and in a commit.
    pub(super) fn renumber(
        &mut self,
        standing: &mut Standing,
        path: &Path,
        there: &str,
        now: Time,
        by: &str,
    ) -> Result<(), Halt> {
        self.move_to_next(standing, path, there, (now, by), true)
    }

    /// The same; `whole` says that what the head has at the old number is ours, and goes.
    fn move_to_next(
        &mut self,
        standing: &mut Standing,
        path: &Path,
        there: &str,
        (now, by): (Time, &str),
        whole: bool,
    ) -> Result<(), Halt> {
        let failed = |error: std::io::Error| {
            let said = format!(
                "{} cannot be given another number: {}",
                path.display(),
                crate::store::reason(&error)
            );
            Halt::Paused(Pause::Unreadable(said))
        };
        let moved = self.next_free(path, there)?;
        let (from, to) = (moved.folder.join(&moved.old), moved.folder.join(&moved.new));
        // Read before it moves: what cannot be read stays where it is.
        let text = self.text_here(&from.join("incident.yaml")).map_err(failed)?;
        let text = renamed(&text, &moved, now, by).map_err(|why| Halt::Paused(Pause::Unreadable(why)))?;
        self.rename(&from, &to).map_err(failed)?;
        let mut entries = Vec::new();
        for name in self.in_folder(standing, &from).map_err(Pause::Trouble)? {
            let file = to.join(name.strip_prefix(&from).unwrap_or(&name));
            // One that is too large now goes along as the head has it.
            match read_within(self.top(), &self.top().join(&file), COMPANION) {
                Ok(bytes) => entries.push(Entry::new(file, bytes)),
                Err(Unreadable::Missing) => {}
                Err(_) => {
                    let head = standing.head.as_deref().unwrap_or("HEAD");
                    let held = git::held(self.git(), head, &name).map_err(Pause::Trouble)?;
                    entries.extend(held.map(|held| Entry::held(file, held.oid)));
                }
            }
            if whole {
                entries.push(Entry::gone(name));
            }
        }
        let file = to.join("incident.yaml");
        self.replace(&file, &text).map_err(failed)?;
        entries.retain(|entry| entry.path != file);
        entries.push(Entry::new(file, text.into_bytes()));
        entries.extend(self.relink(&moved, there, now, by));
        let message = format!(
            "{}: is {} now, since another incident had that number first",
            moved.old, moved.new
        );
        let commit = git::record(self.git(), self.side(), standing.head.as_deref(), &entries, &message);
        standing.head = Some(commit.map_err(Pause::Trouble)?);
        self.notices.push(format!(
            "{} is {} now: another incident of that number reached the remote first. Its folder has moved; open it with `warroom open {}`.",
            moved.old, moved.new, moved.new
        ));
        Ok(())
    }

    /// The next number that is free here and at the remote.
    fn next_free(&self, path: &Path, there: &str) -> Result<Move, Halt> {
        let folder = path
            .parent()
            .and_then(Path::parent)
            .unwrap_or(Path::new("incidents"))
            .to_owned();
        let old = path
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // Of a name that is nothing but digits, the last ones are the number.
        let digits = old.len() - old.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let digits = digits.min(DIGITS);
        let (prefix, number) = old.split_at(old.len() - digits);
        let args = ["ls-tree", "--name-only", "-z", there, &format!("{}/", folder.display())];
        let listed = self.git().run(args).map_err(Pause::Trouble)?;
        let mut taken: BTreeSet<String> = listed
            .split(|byte| *byte == 0)
            .map(|name| String::from_utf8_lossy(name).into_owned())
            .filter_map(|name| {
                Path::new(&name)
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned())
            })
            .collect();
        let here = fs::read_dir(self.top().join(&folder)).into_iter().flatten().flatten();
        taken.extend(here.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        let highest = taken
            .iter()
            .filter_map(|name| name.strip_prefix(prefix)?.parse::<u64>().ok())
            .max()
            .or_else(|| number.parse().ok())
            .unwrap_or(0);
        let new = format!("{prefix}{:0digits$}", highest.saturating_add(1));
        Ok(Move { old, new, folder })
    }

    /// Paths below a folder of the head.
    fn in_folder(&self, standing: &Standing, folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
        let Some(head) = &standing.head else {
            return Ok(Vec::new());
        };
        let args = [
            "ls-tree",
            "-r",
            "--name-only",
            "-z",
            head,
            &format!("{}/", folder.display()),
        ];
        let out = self.git().run(args)?;
        let names = out.split(|byte| *byte == 0).filter(|name| !name.is_empty());
        Ok(names
            .map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()))
            .collect())
    }

    /// Links of other incidents here to the one that moved; those that the remote has, too, mean the other one.
    fn relink(&self, moved: &Move, there: &str, now: Time, by: &str) -> Vec<Entry> {
        let folders = fs::read_dir(self.top().join(&moved.folder))
            .into_iter()
            .flatten()
            .flatten();
        let relinked = |folder: fs::DirEntry| {
            let path = moved.folder.join(folder.file_name()).join("incident.yaml");
            let text = self.text_here(&path).ok()?;
            if !text.contains(&moved.old) {
                return None;
            }
            let (document, _) = mend::read(&text, None).ok()?;
            let theirs = self.blob_text(&format!("{there}:{}", path.to_str()?)).ok();
            let theirs = theirs.and_then(|text| Document::parse(&text).ok());
            let is_theirs = |link: &Link| {
                theirs
                    .iter()
                    .flat_map(|theirs| &theirs.incident().links)
                    .any(|other| other.id == link.id)
            };
            let mut incident = Incident::clone(document.incident());
            let mut any = false;
            for link in &mut incident.links {
                if link.target == moved.old && !is_theirs(link) {
                    let link = Arc::make_mut(link);
                    moved.new.clone_into(&mut link.target);
                    let actor = by.to_owned();
                    link.rev.insert("target".into(), Stamp { at: now, actor });
                    any = true;
                }
            }
            let text = any.then(|| document.with(Arc::new(incident)).text().to_owned())?;
            self.replace(&path, &text).ok()?;
            Some(Entry::new(path, text.into_bytes()))
        };
        folders.filter_map(relinked).collect()
    }

    /// Gives a folder below the top another name beside it, which is free.
    fn rename(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = Folder::below(
            self.top(),
            from.parent().unwrap_or(Path::new("")),
            self.sharing(),
            false,
        )?;
        if folder.rename_new(&name(from), &name(to))? {
            return folder.sync();
        }
        Err(std::io::ErrorKind::AlreadyExists.into())
    }

    /// The text of a file of the working tree.
    fn text_here(&self, path: &Path) -> std::io::Result<String> {
        let bytes = read_within(self.top(), &self.top().join(path), INCIDENT)?;
        String::from_utf8(bytes).map_err(|_| std::io::Error::other("it is not UTF-8 text"))
    }

    /// Replaces a file of the working tree as a whole.
    fn replace(&self, path: &Path, text: &str) -> std::io::Result<()> {
        let folder = Folder::below(
            self.top(),
            path.parent().unwrap_or(Path::new("")),
            self.sharing(),
            false,
        )?;
        folder.replace(path.file_name().unwrap_or_default(), text.as_bytes(), None)
    }
}

/// The text of an incident under its new number, with an event that says so.
fn renamed(text: &str, moved: &Move, now: Time, by: &str) -> Result<String, String> {
    let (document, _) = mend::read(text, None).map_err(|invalid| invalid.to_string())?;
    let mut incident = Incident::clone(document.incident());
    moved.new.clone_into(&mut incident.id);
    let said = format!(
        "{} became {}: another incident of that number reached the remote first",
        moved.old, moved.new
    );
    // One that was cut short has said it.
    if !incident.timeline.iter().any(|event| event.text == said) {
        incident.timeline.push(Arc::new(Event {
            id: format!("e{}", ids::from_bytes(random_bytes())),
            at: now,
            by: by.to_owned(),
            kind: EventKind::Note,
            text: said,
            ..Event::default()
        }));
    }
    incident.timeline.sort_by(|a, b| a.in_time(b));
    let text = document.with(Arc::new(incident)).text().to_owned();
    Ok(text.replace(&format!("# end of {}", moved.old), &format!("# end of {}", moved.new)))
}
