//! All incidents of the repository, for whoever lists them. Read from the disk, so never on the way of a key.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::Session;
use crate::framework::Framework;
use crate::incident::time::read_time;
use crate::incident::{Incident, Time, is_over};
use crate::recall::Case;
use crate::recall::lines::{Found, found};
use crate::recall::query::{Query, with_saved};
use crate::recall::similar::{self, Similar};
use crate::report::Kind;
use crate::report::overview::Overview;
use crate::side_by_side;
use crate::store::allowed::forbid;
use crate::store::may_run::{MayRun, allow, may_run};
use crate::store::recalled::recall;
use crate::store::seen;
use crate::store::{Place, StoreError};

/// Most lines that a search brings: who finds more asks for less.
const FOUND: usize = 500;

/// How many incidents are read side by side before the first of them is told.
const AT_ONCE: usize = 128;

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

/// Which incidents there are, and how their files stand, as far as two looks can be told apart by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Of their ids.
    pub ids: u64,
    /// Of the size and time of each file.
    pub files: u64,
}

/// What was found in the incidents of the repository.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// The lines that have the words that were asked for; none where only incidents were asked for.
    pub lines: Vec<Found>,
    /// The incidents that are meant, with their action items and trend.
    pub overview: Overview,
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

    /// What a query finds in the incidents of the repository, with their action items and trend, in periods of a kind and the days of a
    /// zone; all of them where nothing is asked. Why it is none where the query cannot be read. `each` sees every incident on the way.
    pub fn look(
        &self,
        asked: &str,
        kind: Kind,
        offset: fn(Time) -> i32,
        mut each: impl FnMut(&Listed),
    ) -> Result<Looked, String> {
        let now = self.shared.clock.now();
        let mut cases = Vec::new();
        self.each_incident(usize::MAX, |one: &Listed| {
            each(one);
            let (incident, framework) = (Arc::clone(&one.incident), Arc::clone(&one.framework));
            cases.push(Case::new(incident.id.clone(), incident, Some(framework)));
        });
        let query = self.query(asked, now, offset)?;
        let lines = if query.has_words() {
            found(&query, &cases, FOUND)
        } else {
            Vec::new()
        };
        Ok(Looked {
            lines,
            overview: Overview::of(&cases, &query, kind, now, &offset),
        })
    }

    /// Incidents that are like the open one, the best first; none where they cannot be read. Waits for the disk.
    pub fn similar(&self) -> Vec<Similar> {
        let repository = &self.shared.repository;
        let snapshot = self.snapshot();
        let framework = Some(Arc::clone(&snapshot.framework));
        let asked = Case::new(self.shared.place.id.clone(), Arc::clone(&snapshot.incident), framework);
        let Ok(recalled) = recall(repository) else {
            return Vec::new();
        };
        let read = |id: &str| -> Result<Option<Case>, StoreError> {
            let place = repository.find(id)?;
            let incident = repository.read_whole(&place)?.incident().called(&place.id);
            let framework = repository.framework_or_other(&incident.framework).ok();
            Ok(Some(Case::new(place.id, incident, framework)))
        };
        similar::told(&recalled.digests, &asked, similar::MOST, read).unwrap_or_default()
    }

    /// A query as it was typed, with the team's saved ones.
    fn query(&self, asked: &str, now: Time, offset: fn(Time) -> i32) -> Result<Query, String> {
        let time = |text: &str| match read_time(text, now, &offset) {
            Ok(taken) => Ok(taken.at),
            Err(nonsense) => Err(nonsense.to_string()),
        };
        let query = if asked.contains("filter:") {
            let words: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
            let words = with_saved(&words, &self.shared.repository.config().filters);
            Query::parse(&words.map_err(|refused| refused.said)?.join(" "), &time)
        } else {
            Query::parse(asked, &time)
        };
        query.map_err(|refused| refused.said)
    }

    /// What may run by this person's permission: hooks, runbooks, what was allowed elsewhere.
    pub fn may_run(&self) -> Vec<MayRun> {
        may_run(&self.shared.repository)
    }

    /// Allows this content, and no other, to be run from a place; why not, where that cannot be written.
    pub fn allow_to_run(&self, place: &str, content: &str) -> Result<(), String> {
        allow(place, content).map_err(|error| crate::store::reason(&error))
    }

    /// Takes a permission back.
    pub fn deny_to_run(&self, place: &str) -> Result<(), String> {
        forbid(place).map(drop).map_err(|error| crate::store::reason(&error))
    }

    /// The framework by which the team declares.
    pub fn team_framework(&self) -> Option<Arc<Framework>> {
        let repository = &self.shared.repository;
        repository.framework_or_other(&repository.config().framework).ok()
    }

    /// Which incidents there are; opens none of their files.
    pub fn listing(&self) -> Listing {
        let (mut ids, mut files) = (DefaultHasher::new(), DefaultHasher::new());
        for place in self.shared.repository.incidents().unwrap_or_default() {
            place.id.hash(&mut ids);
            let meta = place.path.metadata();
            meta.map(|meta| (meta.len(), meta.modified().ok()))
                .ok()
                .hash(&mut files);
        }
        Listing {
            ids: ids.finish(),
            files: files.finish(),
        }
    }

    /// Reads the incidents of the repository one after the other, the newest first, those left out that cannot be read; none at all where
    /// there are more than `most`. False where that was so.
    pub fn each_incident(&self, most: usize, mut take: impl FnMut(&Listed)) -> bool {
        let repository = &self.shared.repository;
        let places = repository.incidents().unwrap_or_default();
        if places.len() > most {
            return false;
        }
        let folder = crate::store::state_dir().ok();
        let newest_first: Vec<Place> = places.into_iter().rev().collect();
        let mut frameworks: HashMap<String, Option<Arc<Framework>>> = HashMap::new();
        // What comes first is shown first.
        for some in newest_first.chunks(AT_ONCE) {
            let read = side_by_side::each(some, |place| {
                // The one that is open stands here as the console knows it.
                let incident = if place.path == self.shared.place.path {
                    Arc::clone(&self.snapshot().incident)
                } else {
                    repository.read(place).ok()?.incident().called(&place.id)
                };
                let seen = folder.as_ref();
                let seen = seen.and_then(|folder| seen::seen(folder, &place.path, &self.shared.by));
                Some((incident, seen))
            });
            for (incident, seen) in read.into_iter().flatten() {
                let name = &incident.framework;
                let known = frameworks.get(name).cloned();
                let framework = known.unwrap_or_else(|| {
                    let framework = repository.framework_or_other(name).ok();
                    frameworks.insert(name.clone(), framework.clone());
                    framework
                });
                let Some(framework) = framework else { continue };
                let over = incident.backfilled || is_over(&incident, &framework.classes);
                take(&Listed {
                    incident,
                    framework,
                    over,
                    seen,
                });
            }
        }
        true
    }
}
