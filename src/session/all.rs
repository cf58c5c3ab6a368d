//! All incidents of the repository, for whoever lists them. Read from the disk, so never on the way of a key.

use std::sync::Arc;

use super::Session;
use crate::framework::Framework;
use crate::incident::time::{parse_duration, parse_time};
use crate::incident::{Incident, Time, is_over};
use crate::recall::Case;
use crate::recall::lines::{Found, found};
use crate::recall::query::Query;
use crate::store::seen;

/// Most lines that a search brings: who finds more asks for less.
const FOUND: usize = 500;

/// One incident of the repository.
#[derive(Clone, Debug)]
pub struct Listed {
    /// It.
    pub incident: Arc<Incident>,
    /// Its framework, or the one that stands in for it.
    pub framework: Arc<Framework>,
    /// Whether it is over.
    pub over: bool,
    /// Up to when the person who asks has seen it.
    pub seen: Option<Time>,
}

impl Session {
    /// Notes that the person has seen the open incident as it stands; a count on the board is all that this is for.
    pub fn note_seen(&self) {
        let incident = self.snapshot().incident.clone();
        let newest = incident
            .timeline
            .iter()
            .map(|event| event.recorded.unwrap_or(event.at))
            .max();
        if let (Some(at), Ok(folder)) = (newest, crate::store::state_dir()) {
            let _ = seen::note(&folder, &self.shared.place.path, &self.shared.by, at);
        }
    }

    /// The lines of all incidents that a query finds; why it is none where it cannot be read.
    pub fn search(&self, query: &str) -> Result<Vec<Found>, String> {
        let now = self.shared.clock.now();
        let time = |text: &str| match parse_duration(text) {
            Ok(ago) => Ok(now.minus(ago)),
            Err(_) => parse_time(text, now).map_err(|nonsense| nonsense.to_string()),
        };
        let query = Query::parse(query, &time).map_err(|refused| refused.said)?;
        let mut cases = Vec::new();
        self.each_incident(usize::MAX, |one: &Listed| {
            let (incident, framework) = (Arc::clone(&one.incident), Arc::clone(&one.framework));
            cases.push(Case::new(incident.id.clone(), incident, Some(framework)));
        });
        Ok(found(&query, &cases, FOUND))
    }

    /// The framework by which the team declares.
    pub fn team_framework(&self) -> Option<Arc<Framework>> {
        let repository = &self.shared.repository;
        repository.framework_or_other(&repository.config().framework).ok()
    }

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
            let folder = crate::store::state_dir().ok();
            let seen = folder.and_then(|folder| seen::seen(&folder, &place.path, &self.shared.by));
            take(&Listed {
                incident,
                framework,
                over,
                seen,
            });
        }
        true
    }
}
