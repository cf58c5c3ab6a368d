//! The runbooks of the repository and how they were used, for whoever lists them. Read from the disk, so never on the way of a key.

use std::sync::Arc;

use super::Session;
use crate::runbook::Day;
use crate::runbook::library::Library;
use crate::runbook::matching::Facts;

impl Session {
    /// The runbooks, those first that fit the incident as it is now. What `before` has and has not changed is not read again.
    pub fn library(&self, before: Option<&Library>) -> Library {
        let repository = &self.shared.repository;
        let read = |path: &std::path::Path| repository.runbook_text(path).map_err(|why| why.to_string());
        let own = repository.runbooks().into_iter();
        let own = own.map(|one| (one.name, read(&one.path))).collect();
        let incident = Arc::clone(&self.snapshot().incident);
        let today = Day::of(self.shared.clock.now());
        Library::of(own, before).for_incident(&Facts::of(&incident), &repository.runbook_uses(), today)
    }
}
