//! `warroom demo`: a throw-away repository with an incident that is under way, and three responders who work on it, each
//! a process of its own. When the viewer leaves, however that is, they end and the folder goes.

pub mod act;
mod cast;
mod folder;
mod responder;
mod stage;
pub mod story;

use std::path::{Path, PathBuf};
use std::time::Duration;

use cast::Cast;
use folder::Folder;
pub use responder::Responder;
use story::Story;

use crate::framework::Framework;
use crate::incident::Time;
use crate::store::{Place, Repository};

/// How the demonstration is played.
#[derive(Clone, Debug)]
pub struct Options {
    /// The framework; see [`frameworks`].
    pub framework: String,
    /// This program, to start the responders with.
    pub program: PathBuf,
    /// Whether the folder stays.
    pub keep: bool,
    /// How much faster than life the story goes; 1 for people, more for tests.
    pub pace: f64,
}

/// A demonstration that is being played. Dropping it ends the responders and removes the folder.
#[derive(Debug)]
pub struct Demo {
    // Ended first, so that nobody is at work in the folder when it goes.
    cast: Cast,
    stage: Stage,
    repository: Repository,
    place: Place,
}

/// The frameworks that the story can be told with, of those that are there.
pub fn frameworks() -> Vec<String> {
    let mut told = Story::frameworks();
    told.retain(|name| Framework::names().iter().any(|known| known == name));
    told
}

impl Demo {
    /// Sets the stage: the folder, the repository, the incident up to `opening`, the responders, who wait for
    /// [`Demo::begin`]. The error is a sentence; nothing is left behind then.
    pub fn set_up(options: &Options, opening: Time) -> Result<Self, String> {
        let names = Story::load(&options.framework, opening)?.cast;
        let folder = Folder::create(&stage::draw()).map_err(|error| {
            let place = std::env::temp_dir();
            format!(
                "no folder for the demonstration can be made in {}: {error}",
                place.display()
            )
        })?;
        // Goes with everything in it if anything fails from here on.
        let mut stage = Stage { folder, keep: false };
        let mut arguments = vec!["--pace".to_owned(), options.pace.to_string()];
        if options.keep {
            arguments.push("--keep".to_owned());
        }
        // First of all, so that they see to the folder even if this process is killed in the middle of what follows.
        let cast = Cast::start(&options.program, &stage.folder, &names, &arguments)?;
        let (repository, place) = stage::set(
            &stage.folder.repository(),
            &options.framework,
            opening,
            &mut stage::draw,
        )?;
        stage::share(&stage.folder, &names)?;
        stage.keep = options.keep;
        Ok(Self {
            cast,
            stage,
            repository,
            place,
        })
    }

    /// The viewer has opened the war room.
    pub fn begin(&mut self, opening: Time) {
        self.cast.begin(opening);
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The incident.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The folder of it all.
    pub fn folder(&self) -> &Path {
        self.stage.folder.path()
    }

    /// Where the viewer's drafts and journal go, so that nothing is left in their own state folder.
    pub fn state_dir(&self) -> PathBuf {
        self.stage.folder.state("viewer")
    }

    /// Process ids of the responders.
    pub fn responders(&self) -> Vec<u32> {
        self.cast.ids()
    }

    /// Whether the folder stays.
    pub fn kept(&self) -> bool {
        self.stage.keep
    }

    /// From here on the folder stays, whatever happens.
    pub fn keep(&mut self) {
        self.stage.keep = true;
    }
}

/// The folder as long as the demonstration is played. Dropping it removes it, or leaves it in order.
#[derive(Debug)]
struct Stage {
    folder: Folder,
    keep: bool,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.keep {
            // So that the folder one looks at has its whole story in git; if not, the file has it.
            let _ = stage::commit(&self.folder.repository(), "The incident as the demonstration left it");
        } else if let Err(error) = self.folder.remove(Duration::from_secs(2)) {
            let path = self.folder.path().display();
            eprintln!("warroom: {path} could not be removed: {error}");
        }
    }
}
