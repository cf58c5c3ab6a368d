//! The repository that holds the incidents: where it is, what is in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::beside::Beside;
use super::making;
use super::put::Folder;
use super::read::{Unreadable, read};
use super::sharing::Sharing;
use super::site::Site;
use super::state::state_dir;
use super::{Init, Made, StoreError, git, text, write};
use crate::bounds::NUMBERS;
use crate::config::{TeamConfig, incident_id};
use crate::document::Document;
use crate::incident::{Incident, Refusal, Time};
use crate::merge::{mend, take_back};

/// The folder that makes a folder an incidents repository.
pub(super) const MARK: &str = ".warroom";
/// The folder of the incidents' folders.
pub(super) const INCIDENTS: &str = "incidents";
/// The file in an incident's folder.
pub(super) const FILE: &str = "incident.yaml";

/// An incidents repository: a folder that holds `.warroom/`.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
    git_dir: Option<PathBuf>,
    /// How what is made here is shared with other accounts.
    sharing: Sharing,
    /// The person's state folder, where it is not the usual one.
    state: Option<PathBuf>,
    /// What was read last, where that is kept.
    last_read: Option<Arc<Mutex<Option<Document>>>>,
}

/// An incident and where its file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `INC-2026-0042`.
    pub id: String,
    /// `…/incidents/INC-2026-0042/incident.yaml`.
    pub path: PathBuf,
}

/// Whether a folder of this name can be an incident.
fn is_usable(name: &str) -> bool {
    !name.starts_with(['.', '-']) && !name.chars().any(char::is_control)
}

/// How many levels below a folder an incidents repository is looked for, to name it.
const DEEP: usize = 3;
/// In how many entries in all.
const ENTRIES: usize = 5000;

/// The one incidents repository near below `from`; `None` where there is none, several, or too much to look through.
fn only_below(from: &Path) -> Option<PathBuf> {
    let mut found = Vec::new();
    let mut left = ENTRIES;
    let mut level = vec![
        if from == Path::new(".") || std::env::current_dir().is_ok_and(|here| here == from) {
            PathBuf::new()
        } else {
            from.to_owned()
        },
    ];
    for _ in 0..DEEP {
        let mut next = Vec::new();
        for folder in level {
            let here = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                &folder
            };
            for entry in fs::read_dir(here).into_iter().flatten().flatten() {
                left = left.checked_sub(1)?;
                let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                // A link is none of them.
                if hidden || !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    continue;
                }
                let path = folder.join(entry.file_name());
                if path.join(MARK).is_dir() {
                    found.push(path);
                } else {
                    next.push(path);
                }
            }
        }
        level = next;
    }
    (found.len() == 1).then(|| found.remove(0))
}

impl Repository {
    /// The repository that `from` lies in: `from` or the nearest folder above with `.warroom/` inside.
    pub fn discover(from: &Path) -> Result<Self, StoreError> {
        let start = from.canonicalize().map_err(|source| StoreError::Io {
            what: "Cannot open",
            path: from.to_owned(),
            source,
            remedy: "Name the incidents repository with -C DIR.".into(),
        })?;
        start
            .ancestors()
            .find(|above| above.join(MARK).is_dir())
            .map(Self::at)
            .ok_or_else(|| StoreError::NoRepository(start.clone(), only_below(from)))
    }

    /// The repository at exactly this folder.
    pub(crate) fn at(root: &Path) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let git_dir = git::folder_of(&root);
        Self {
            sharing: Sharing::of(git_dir.as_deref()),
            git_dir,
            root,
            state: None,
            last_read: None,
        }
    }

    /// This repository, which keeps what it read last: one call looks several times at one incident, and reads it once.
    #[must_use]
    pub fn keeping_last_read(mut self) -> Self {
        self.last_read = Some(Arc::default());
        self
    }

    /// This repository for a session, which holds its incident itself.
    #[must_use]
    pub(crate) fn for_session(&self) -> Self {
        Self {
            last_read: None,
            ..self.clone()
        }
    }

    /// Takes what was read last, where it is of this text.
    pub(crate) fn take_read(&self, text: &str) -> Option<Document> {
        let mut last = self.last_read.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        last.take_if(|document| document.text() == text)
    }

    /// Makes `dir` an incidents repository, or completes it; changes nothing that is there.
    pub fn init(dir: &Path, init: &Init) -> Result<Made, StoreError> {
        super::init::init(dir, init)
    }

    /// This repository with another state folder for journals and drafts than the person's own.
    #[must_use]
    pub fn with_state(mut self, folder: PathBuf) -> Self {
        self.state = Some(folder);
        self
    }

    /// The folder for what one person's sessions keep about an incident.
    pub(crate) fn state_of(&self, incident: &Incident) -> Result<PathBuf, StoreError> {
        let name: String = format!("{}-{}", incident.id, incident.uid)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(100)
            .collect();
        Ok(self.state_folder()?.join("incidents").join(name))
    }

    /// The folder for what is kept on this machine of this repository's incidents.
    pub(crate) fn state_folder(&self) -> Result<PathBuf, StoreError> {
        self.state.clone().map_or_else(state_dir, Ok)
    }

    /// The folder that holds `.warroom/`, links resolved.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Git's folder of this working tree (of a linked one, its own); `None` without git.
    pub fn git_dir(&self) -> Option<&Path> {
        self.git_dir.as_deref()
    }

    /// The team's choices; what is wrong in their file counts as left out here.
    pub fn config(&self) -> TeamConfig {
        TeamConfig::load(&self.root).0
    }

    /// The file of the team's choices, there or not.
    pub fn config_file(&self) -> PathBuf {
        self.root.join(TeamConfig::PLACE)
    }

    /// `runbooks/`, there or not.
    pub fn runbooks_dir(&self) -> PathBuf {
        self.root.join("runbooks")
    }

    /// How what is made here is shared with other accounts.
    pub fn sharing(&self) -> &Sharing {
        &self.sharing
    }

    /// All incidents, by id. Reads one folder, opens no file.
    pub fn incidents(&self) -> Result<Vec<Place>, StoreError> {
        let mut places: Vec<_> = self
            .folders()?
            .into_iter()
            .map(|id| self.place(&id))
            .filter(|place| place.path.symlink_metadata().is_ok())
            .collect();
        places.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(places)
    }

    /// Names of the folders that are or will be incidents.
    fn folders(&self) -> Result<Vec<String>, StoreError> {
        let folder = self.root.join(INCIDENTS);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => {
                return Err(StoreError::Io {
                    what: "Cannot read",
                    path: folder,
                    source,
                    remedy: "Nothing has been changed; make that folder readable.".into(),
                });
            }
        };
        Ok(entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| is_usable(name))
            .collect())
    }

    /// The incident of this very id: asks for one file, lists nothing.
    fn exactly(&self, id: &str) -> Option<Place> {
        let is_name = is_usable(id) && !id.is_empty() && !id.contains('/');
        let place = is_name.then(|| self.place(id))?;
        place.path.symlink_metadata().is_ok().then_some(place)
    }

    fn place(&self, id: &str) -> Place {
        Place {
            id: id.to_owned(),
            path: self.root.join(INCIDENTS).join(id).join(FILE),
        }
    }

    /// The incident with this id or unique beginning of it, in any case; a bare number finds the incident that has it
    /// (`42` finds `INC-2026-0042`), if only one does.
    pub fn find(&self, id: &str) -> Result<Place, StoreError> {
        if let Some(place) = self.exactly(id.trim()) {
            return Ok(place);
        }
        let wanted = id.trim().to_lowercase();
        let mut places = self.incidents()?;
        if let Some(exact) = places.iter().position(|place| place.id.to_lowercase() == wanted) {
            return Ok(places.swap_remove(exact));
        }
        let number = wanted.parse::<u64>().ok();
        let fits = |place: &Place| {
            let name = place.id.to_lowercase();
            let last = name.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            !wanted.is_empty() && name.starts_with(&wanted) || number.is_some() && last.parse().ok() == number
        };
        let mut found: Vec<_> = places.iter().filter(|place| fits(place)).cloned().collect();
        if found.is_empty() && !wanted.is_empty() {
            // Any part of the id, where it names one alone.
            found = places
                .iter()
                .filter(|place| place.id.to_lowercase().contains(&wanted))
                .cloned()
                .collect();
        }
        if found.len() == 1 {
            return Ok(found.remove(0));
        }
        let shown = crate::text::one_line(id);
        let (said, candidates) = if found.is_empty() {
            (
                format!("There is no incident `{shown}` in {}.", self.root.display()),
                places,
            )
        } else {
            (
                format!("`{shown}` is a part of {} incidents; type more of it.", found.len()),
                found,
            )
        };
        let newest_first = candidates.into_iter().rev().take(12).map(|place| place.id);
        Err(StoreError::NoSuchIncident(Refusal::NotFound {
            said,
            candidates: newest_first.collect(),
        }))
    }

    /// Reads an incident file as it is, without a lock.
    pub fn read(&self, place: &Place) -> Result<Document, StoreError> {
        self.read_at(&self.site(place), place)
    }

    fn read_at(&self, site: &Site, place: &Place) -> Result<Document, StoreError> {
        let mut bytes = Vec::new();
        let unreadable = |why| text::unreadable(&place.path, why);
        let real = site.real().map_err(unreadable)?;
        read(&real, &mut bytes).map_err(unreadable)?;
        let invalid = |invalid| StoreError::Invalid {
            path: place.path.clone(),
            invalid: Box::new(invalid),
        };
        let said = text::utf8(&bytes).map_err(invalid)?;
        let (document, _) = mend::read(said, self.take_read(said).as_ref()).map_err(invalid)?;
        if let Some(last) = &self.last_read {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(document.clone());
        }
        if document.complete() {
            return Ok(document);
        }
        match text::cut_off(&document, text::known(&site.base_path()).as_ref()) {
            Some(torn) => Err(invalid(torn)),
            None => Ok(document),
        }
    }

    /// The same with what was last known of it here: an editor may have saved an old buffer over what nobody else had read. Whoever
    /// writes next puts it back into the file; who only reads is told it already.
    pub fn read_whole(&self, place: &Place) -> Result<Document, StoreError> {
        let site = self.site(place);
        let document = self.read_at(&site, place)?;
        if is_as_known(&site, document.text().as_bytes()) || document.newer_schema().is_some() {
            return Ok(document);
        }
        let of_it = |kept: &Document| {
            let (kept, read) = (&kept.incident().uid, &document.incident().uid);
            !kept.is_empty() && kept == read
        };
        Ok(match kept(&site, document.text().as_bytes()).filter(of_it) {
            Some(kept) => take_back(&document, &kept),
            None => document,
        })
    }

    /// What sessions on this machine last made of an incident file, where that is not the `bytes` that it holds.
    pub fn kept(&self, place: &Place, bytes: &[u8]) -> Option<Document> {
        kept(&self.site(place), bytes)
    }

    /// The id that the next incident gets, after the team's format: one more than the highest number present, or among `taken`
    /// (what git knows of and this disk need not have).
    pub fn next_id(&self, framework: &str, at: Time, taken: &[String]) -> Result<String, StoreError> {
        let chosen = self.config().id_format;
        let format = chosen.or_else(|| self.framework_or_other(framework).ok()?.id_format().map(str::to_owned));
        let id = |number| {
            let own = format.as_deref().and_then(|format| incident_id(format, at, number));
            own.unwrap_or_else(|| format!("INC-{}-{number:04}", at.year()))
        };
        let highest = self
            .folders()?
            .iter()
            .chain(taken)
            .flat_map(|name| {
                let runs = name.split(|c: char| !c.is_ascii_digit());
                let numbers: Vec<u64> = runs.filter_map(|run| run.parse().ok()).collect();
                numbers
                    .into_iter()
                    // Beyond these digits there is no next one: whatever that folder is, it gives no number.
                    .filter(|number| *number < NUMBERS - 1 && id(*number).eq_ignore_ascii_case(name))
            })
            .max()
            .unwrap_or(0);
        Ok(id(highest + 1))
    }

    /// Makes the folder of a new incident with its file, as one step; `None` where that id was just taken by somebody else.
    pub fn create_incident(&self, document: &Document) -> Result<Option<Place>, StoreError> {
        let place = self.place(&document.incident().id);
        let failed = |source| StoreError::Io {
            what: "Cannot declare the incident in",
            path: place.path.clone(),
            source,
            remedy: "Nothing has been written; make that folder writable or free some space, and declare it again."
                .into(),
        };
        let incidents = Folder::below(&self.root, Path::new(INCIDENTS), &self.sharing, true).map_err(failed)?;
        incidents.sweep(FILE);
        let hidden = making::name_of(&place.id);
        let made = fill_and_place(&incidents, &hidden, &place.id, document.text());
        if !matches!(made, Ok(true)) {
            incidents.discard(&hidden, FILE);
        }
        Ok(made.map_err(failed)?.then_some(place))
    }

    /// The folder for locks, temporary files and rescue copies, hidden from git; there or not.
    pub(crate) fn side_dir(&self) -> PathBuf {
        match &self.git_dir {
            Some(git) => git.join("warroom"),
            None => self.root.join(MARK).join("local"),
        }
    }

    /// The places of an incident's file.
    pub(crate) fn site(&self, place: &Place) -> Site {
        let side = self.side_dir();
        if self.git_dir.is_none() && self.root.join(MARK).is_dir() {
            // Should git come later, it need not see these. Failing here only means that it would.
            let local = Path::new(MARK).join("local");
            let side = Folder::below(&self.root, &local, &self.sharing, true);
            let _ = side.and_then(|side| side.create(".gitignore", b"*\n"));
        }
        Site::below(self.root.clone(), &place.path, &side).shared(&self.sharing)
    }
}

/// Whether the copy beside the file is as long as these bytes: as a rule both say the same, what one lacks the other has.
fn is_as_known(site: &Site, bytes: &[u8]) -> bool {
    let copy = site.base_path().symlink_metadata();
    copy.is_ok_and(|copy| copy.len() == bytes.len() as u64)
}

/// Whether nothing is known on this machine of an incident but these bytes, which its file holds.
pub(super) fn knows_no_more(site: &Site, bytes: &[u8]) -> bool {
    is_as_known(site, bytes) || kept(site, bytes).is_none()
}

fn kept(site: &Site, bytes: &[u8]) -> Option<Document> {
    let kept = Beside::default().news(site)?;
    if kept.bytes == bytes {
        return None;
    }
    let (document, mended) = mend::read(text::utf8(&kept.bytes).ok()?, None).ok()?;
    (!mended && document.complete() && document.newer_schema().is_none()).then_some(document)
}

/// Makes a folder with an incident's file in it under a hidden name, then gives it its own; `false` where that is taken.
fn fill_and_place(incidents: &Folder, hidden: &str, id: &str, content: &str) -> io::Result<bool> {
    let folder = incidents.make(hidden)?;
    folder.create(FILE, content.as_bytes())?;
    folder.sync()?;
    let placed = incidents.rename_new(hidden, id)?;
    if placed {
        write::sync_folder(&incidents.path().join(id))?;
    }
    Ok(placed)
}

impl From<Unreadable> for io::Error {
    fn from(why: Unreadable) -> Self {
        match why {
            Unreadable::Missing => io::ErrorKind::NotFound.into(),
            Unreadable::Io(error) => error,
            why => Self::other(why.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "warroom: 1\nid: INC-2026-0001\ntitle: one\n# end of INC-2026-0001\n";

    /// A repository with one incident.
    fn repository() -> (tempfile::TempDir, Repository, Place) {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(MARK)).unwrap();
        let repository = Repository::at(dir.path());
        let folder = repository.root().join("incidents/INC-2026-0001");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("incident.yaml");
        fs::write(&path, TEXT).unwrap();
        let id = "INC-2026-0001".into();
        (dir, repository, Place { id, path })
    }

    #[test]
    fn what_was_read_is_not_read_again_until_its_text_is_another() {
        let (_dir, repository, place) = repository();
        let is_same = |one: &Document, other: &Document| Arc::ptr_eq(one.incident(), other.incident());
        let plain = repository.read(&place).unwrap();
        assert!(
            !is_same(&plain, &repository.read(&place).unwrap()),
            "nothing is kept unless it is asked for"
        );
        let keeping = repository.keeping_last_read();
        let first = keeping.read(&place).unwrap();
        assert!(is_same(&first, &keeping.read(&place).unwrap()));
        assert!(is_same(&first, &keeping.clone().read(&place).unwrap()));
        fs::write(&place.path, TEXT.replace("one", "two")).unwrap();
        let second = keeping.read(&place).unwrap();
        assert_eq!(second.incident().title, "two");
        fs::write(&place.path, TEXT).unwrap();
        assert_eq!(keeping.read(&place).unwrap().incident().title, "one");
        // A session holds it itself.
        assert!(keeping.take_read(TEXT).is_some());
        assert!(keeping.take_read(TEXT).is_none());
        assert!(keeping.for_session().last_read.is_none());
    }
}
