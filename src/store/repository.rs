//! The repository that holds the incidents: where it is, what is in it, how one is made.

use std::path::{Path, PathBuf};

use super::StoreError;
use crate::document::Document;
use crate::framework::Framework;

/// An incidents repository: a folder that holds `.warroom/`.
#[derive(Clone, Debug)]
pub struct Repository {
    root: PathBuf,
}

/// An incident and where its file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `INC-2026-0042`.
    pub id: String,
    /// `…/incidents/INC-2026-0042/incident.yaml`.
    pub path: PathBuf,
}

/// What `init` is asked for.
#[derive(Clone, Debug, Default)]
pub struct Init {
    /// Framework's name for the configuration; `war-room` where absent.
    pub framework: Option<String>,
    /// URL of the remote `origin` to add.
    pub remote: Option<String>,
}

/// What `init` did.
#[derive(Clone, Debug)]
pub struct Made {
    /// The repository.
    pub repository: Repository,
    /// What was made or added, as paths from its root (`.git`, `.warroom/config.yaml`); empty where all was there.
    pub made: Vec<String>,
}

impl Repository {
    /// The repository that `from` lies in: `from` or the nearest folder above with `.warroom/` inside.
    pub fn discover(from: &Path) -> Result<Self, StoreError> {
        let _ = from;
        todo!()
    }

    /// Makes `dir` an incidents repository, or completes it; changes nothing that is there.
    pub fn init(dir: &Path, init: &Init) -> Result<Made, StoreError> {
        let _ = (dir, init);
        todo!()
    }

    /// The folder that holds `.warroom/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Git's folder of this working tree (of a linked one, its own); `None` without git.
    pub fn git_dir(&self) -> Option<&Path> {
        todo!()
    }

    /// `.warroom/config.yaml`, there or not.
    pub fn config_path(&self) -> PathBuf {
        self.root.join(".warroom/config.yaml")
    }

    /// `runbooks/`, there or not.
    pub fn runbooks_dir(&self) -> PathBuf {
        self.root.join("runbooks")
    }

    /// All incidents, by id. Reads one folder, opens no file.
    pub fn incidents(&self) -> Result<Vec<Place>, StoreError> {
        todo!()
    }

    /// The incident with this id or unique prefix of it, in any case; `42` finds `INC-2026-0042` where it is the only one.
    pub fn find(&self, id: &str) -> Result<Place, StoreError> {
        let _ = id;
        todo!()
    }

    /// Reads an incident file.
    pub fn read(&self, place: &Place) -> Result<Document, StoreError> {
        let _ = place;
        todo!()
    }

    /// The id that the next incident of that year gets.
    pub fn next_id(&self, year: i32) -> Result<String, StoreError> {
        let _ = year;
        todo!()
    }

    /// Makes the folder of a new incident with its file, as one step; `None` where that id was just taken by somebody else.
    pub fn create_incident(&self, document: &Document) -> Result<Option<Place>, StoreError> {
        let _ = document;
        todo!()
    }

    /// A framework by name: the team's own in `.warroom/frameworks/`, else the one in the binary.
    pub fn framework(&self, name: &str) -> Result<Framework, StoreError> {
        let _ = name;
        todo!()
    }

    /// Names of the team's own frameworks.
    pub fn own_frameworks(&self) -> Vec<String> {
        todo!()
    }
}

/// The person's state folder: `WARROOM_STATE_DIR`, else `$XDG_STATE_HOME/warroom`, else the platform's.
pub fn state_dir() -> Result<PathBuf, StoreError> {
    todo!()
}
