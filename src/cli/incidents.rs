//! All incidents of a repository: which are open, which is meant, which cannot be read.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use super::failure::Failure;
use super::reply::Reply;
use crate::incident::{Class, Incident, is_over};
use crate::side_by_side;
use crate::store::survey::{Frameworks, plain_class};
use crate::store::{Place, Repository, StoreError};
use crate::text;

/// An incident that could be read.
pub(super) struct Read {
    /// Where it is.
    pub place: Place,
    /// Its value.
    pub incident: Arc<Incident>,
}

/// What is wrong with incidents that could not be read.
#[derive(Default)]
pub(super) struct Problems(Vec<Problem>);

struct Problem {
    id: String,
    failure: Failure,
}

impl Problems {
    /// Whether everything could be read.
    pub(super) fn none(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds them to what a verb says: lines for people, `unreadable` for programs.
    pub(super) fn add_to(&self, reply: &mut Reply) {
        if !self.none() {
            // A file of the repository is invalid; what could be read is told all the same.
            reply.code = 5;
        }
        for problem in &self.0 {
            let _ = writeln!(
                reply.text,
                "{}  unreadable: {}",
                text::one_line(&problem.id),
                text::one_line(&problem.failure.said)
            );
        }
        reply.json["unreadable"] = self.0.iter().map(document).collect();
    }
}

impl From<Vec<(Place, StoreError)>> for Problems {
    fn from(failed: Vec<(Place, StoreError)>) -> Self {
        let problem = |(place, error): (Place, StoreError)| Problem {
            id: place.id,
            failure: error.into(),
        };
        Self(failed.into_iter().map(problem).collect())
    }
}

impl Problems {
    /// The same beside a text that is handed on as it is (a table, a document): the lines go to standard error.
    pub(super) fn add_beside(&self, reply: &mut Reply) {
        let text = std::mem::take(&mut reply.text);
        self.add_to(reply);
        let lines = std::mem::replace(&mut reply.text, text);
        if reply.bare {
            eprint!("{lines}");
        } else {
            reply.text += &lines;
        }
    }
}

fn document(problem: &Problem) -> Value {
    let mut value = problem.failure.document(false)["error"].take();
    value["id"] = json!(problem.id);
    value
}

/// All incidents, by id, and what is wrong with those that cannot be read.
pub(super) fn all(repository: &Repository) -> Result<(Vec<Read>, Problems), Failure> {
    let (read, problems, _) = read(repository, false)?;
    Ok((read, problems))
}

/// All incidents, or those that are not plainly over; the last is how many were left out for that.
pub(super) fn read(repository: &Repository, open: bool) -> Result<(Vec<Read>, Problems, usize), Failure> {
    let (mut read, mut problems, mut over) = (Vec::new(), Problems::default(), 0);
    let mut frameworks = Frameworks::of(repository);
    let mut places = repository.incidents()?;
    if open {
        let all = places.len();
        places.retain(|place| !plain_class(&mut frameworks, place).is_some_and(Class::is_ended));
        over = all - places.len();
    }
    let incidents = side_by_side::each(&places, |place| {
        let document = repository.read_whole(place);
        document.map(|document| document.incident().called(&place.id))
    });
    for (place, incident) in places.into_iter().zip(incidents) {
        match incident {
            Ok(incident) if open && ended(&mut frameworks, &incident) => over += 1,
            Ok(incident) => read.push(Read { place, incident }),
            Err(error) => problems.0.push(Problem {
                id: place.id,
                failure: error.into(),
            }),
        }
    }
    Ok((read, problems, over))
}

/// Those of them that are not over, and how many are.
pub(super) fn open_ones(repository: &Repository, read: Vec<Read>) -> (Vec<Read>, usize) {
    let mut frameworks = Frameworks::of(repository);
    let all = read.len();
    let mut open = read;
    open.retain(|one| !ended(&mut frameworks, &one.incident));
    let over = all - open.len();
    (open, over)
}

/// Whether an incident is over by its framework, or was over when it was recorded, whatever is still to be written of its end.
fn ended(frameworks: &mut Frameworks<'_>, incident: &Incident) -> bool {
    incident.backfilled || is_over(incident, &frameworks.statuses(&incident.framework))
}

/// Incidents that are open, and those that cannot be read and so may be.
struct Found {
    open: Vec<(Place, Arc<Incident>)>,
    broken: Vec<(Place, StoreError)>,
    /// Resolved and still in review, or back-filled and still to be completed.
    review: Vec<Place>,
    /// Whether there is any incident at all.
    any: bool,
}

fn find_open(repository: &Repository) -> Result<Found, Failure> {
    let places = repository.incidents()?;
    let mut found = Found {
        open: Vec::new(),
        broken: Vec::new(),
        review: Vec::new(),
        any: !places.is_empty(),
    };
    let mut frameworks = Frameworks::of(repository);
    for place in places {
        let class = plain_class(&mut frameworks, &place);
        if let Some(class) = class.filter(|class| class.is_ended()) {
            if class == Class::Resolved {
                found.review.push(place);
            }
            continue;
        }
        match repository.read_whole(&place) {
            Ok(document) if ended(&mut frameworks, document.incident()) => {
                let incident = document.incident();
                let class = frameworks.statuses(&incident.framework).class(&incident.status);
                if class == Class::Resolved || incident.backfilled && !class.is_ended() {
                    found.review.push(place);
                }
            }
            Ok(document) => {
                let incident = document.incident().called(&place.id);
                found.open.push((place, incident));
            }
            Err(error) => found.broken.push((place, error)),
        }
    }
    Ok(found)
}

/// The open incidents, and the ids of those that cannot be read and so may be open.
pub(super) fn open(repository: &Repository) -> Result<(Vec<Place>, Vec<String>), Failure> {
    let found = find_open(repository)?;
    let open = found.open.into_iter().map(|(place, _)| place).collect();
    Ok((open, found.broken.into_iter().map(|(place, _)| place.id).collect()))
}

/// The only open incident, or where none is open the only one that is in review. One that cannot be read may be open, too.
pub(super) fn only_open(repository: &Repository) -> Result<Place, Failure> {
    let Found {
        mut open,
        mut broken,
        mut review,
        any,
    } = find_open(repository)?;
    match (open.len(), broken.len()) {
        (1, 0) => Ok(open.swap_remove(0).0),
        (0, 0) if review.len() == 1 => Ok(review.swap_remove(0)),
        (0, 0) if review.is_empty() && any => {
            closed_in_review(repository)?.map_or_else(|| Err(none_open(repository)), Ok)
        }
        (0, 1) => Err(broken.swap_remove(0).1.into()),
        (0, 0) if any => Err(none_open(repository)),
        (0, 0) => Err(Failure::not_found(
            "there is no incident yet; declare one with `warroom declare --title TEXT`",
            Vec::new(),
        )),
        (number, unreadable) => {
            let line = |(place, incident): &(Place, Arc<Incident>)| {
                format!("{}  {} {}", place.id, incident.severity, incident.title)
            };
            let mut candidates: Vec<String> = open.iter().map(line).collect();
            candidates.extend(broken.iter().map(|(place, _)| format!("{}  cannot be read", place.id)));
            let said = format!(
                "{} incidents are open; say which one with -i ID or WARROOM_INCIDENT",
                number + unreadable
            );
            Err(Failure::not_found(said, candidates))
        }
    }
}

fn none_open(repository: &Repository) -> Failure {
    Failure::not_found(
        "no incident is open; name one with -i ID (`warroom list --all` shows all), or declare one",
        newest(repository),
    )
}

/// How many of the newest incidents are looked at for one that was closed before its review.
const LOOKED_AT: usize = 20;

/// The only one that was closed before its review, and is still to be reviewed.
fn closed_in_review(repository: &Repository) -> Result<Option<Place>, Failure> {
    let mut found = None;
    for place in repository.incidents()?.into_iter().rev().take(LOOKED_AT) {
        let Ok(document) = repository.read(&place) else {
            continue;
        };
        let incident = document.incident();
        let framework = repository.framework_or_other(&incident.framework)?;
        if framework.in_review(incident) && found.replace(place).is_some() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// The last incidents, newest first, as candidates.
fn newest(repository: &Repository) -> Vec<String> {
    let places = repository.incidents().unwrap_or_default();
    let line = |place: &Place| {
        let document = repository.read(place).ok()?;
        let incident = document.incident();
        Some(format!("{}  {} {}", place.id, incident.status, incident.title))
    };
    places.iter().rev().take(5).filter_map(line).collect()
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchIncident(refusal) => refusal.into(),
            StoreError::Invalid { path, invalid } => Self::invalid(&path.display().to_string(), &invalid),
            StoreError::NoRepository(..) => Self::not_found(error.to_string(), Vec::new()),
            StoreError::NoSuchFramework { said, known } => Self::not_found(said, known),
            StoreError::Framework(said) => Self::broken(said),
            other @ StoreError::Io { .. } => Self::because(other.to_string(), other),
        }
    }
}
