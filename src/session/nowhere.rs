//! A session where no incident is: the board of a repository in which none has been declared yet. It keeps the clone in step with its
//! remote, so that what a colleague declares comes in, and changes nothing.

use std::sync::{Arc, mpsc};

use super::core::Core;
use super::disk::Disk;
use super::shared::Shared;
use super::snapshot::Watching;
use super::{Clock, Session};
use crate::document::Document;
use crate::incident::Incident;
use crate::store::draft::{self, Drafts};
use crate::store::{Place, Repository, StoreError};

impl Session {
    /// Opens where no incident is. The snapshot's incident has no id, every change is refused, and `said` is told once.
    pub fn nowhere(
        repository: &Repository,
        by: String,
        clock: Arc<dyn Clock>,
        said: Option<String>,
    ) -> Result<Self, StoreError> {
        let framework = repository.framework_or_other(&repository.config().framework)?;
        // A file of no incident: none is ever made there.
        let path = repository.root().join("incidents").join("none").join("incident.yaml");
        let place = Place {
            id: String::new(),
            path: path.clone(),
        };
        let document = Document::create(Arc::new(Incident {
            framework: framework.name.clone(),
            ..Incident::default()
        }));
        let mut core = Core::new(document.clone(), &place.id, framework, Watching::Off);
        if let Some(said) = said {
            core.notice(false, said);
        }
        core.publish();
        let site = repository.site(&place);
        let state = repository.state_of(document.incident());
        let folder = state.unwrap_or_else(|_| site.lock_path().with_extension("state"));
        let draft = draft::left(&folder, &path, &by).map(|left| left.line);
        let disk = Disk::new(site, document, None);
        // Nobody listens: there is nothing to save.
        let (wake, _) = mpsc::channel();
        let shared = Shared::new(place, repository.clone(), by.clone(), clock, wake, (core, disk));
        Ok(Self {
            shared: Arc::new(shared),
            worker: None,
            drafts: Drafts::new(folder, path, by),
            draft,
            syncing: None,
            lookout: None,
            presence: None,
        })
    }
}
