//! All incidents of the repository, for whoever lists them. Read from the disk, so never on the way of a key.

use std::sync::Arc;

use super::Session;
use crate::framework::Framework;
use crate::incident::{Incident, is_over};

/// One incident of the repository.
#[derive(Clone, Debug)]
pub struct Listed {
    /// It.
    pub incident: Arc<Incident>,
    /// Its framework, or the one that stands in for it.
    pub framework: Arc<Framework>,
    /// Whether it is over.
    pub over: bool,
}

impl Session {
    /// Reads the incidents of the repository one after the other, the newest first, those left out that cannot be read; none at all where
    /// there are more than `most`. False where that was so.
    pub fn each_incident(&self, most: usize, mut take: impl FnMut(&Listed)) -> bool {
        let repository = &self.shared.repository;
        let places = repository.incidents().unwrap_or_default();
        if places.len() > most {
            return false;
        }
        for place in places.iter().rev() {
            let Ok(document) = repository.read(place) else { continue };
            let incident = document.incident().called(&place.id);
            let Ok(framework) = repository.framework_or_other(&incident.framework) else {
                continue;
            };
            let over = is_over(&incident, &framework.classes);
            take(&Listed {
                incident,
                framework,
                over,
            });
        }
        true
    }
}
