//! Declaring a new incident: its number is drawn from the folders that are there and those that git knows of, and taken by
//! making its own.

use super::clock::{Clock, ClockKind, ONLY_LOOKS};
use super::outgoing::{Kept, is_from_a_hook, keep};
use crate::document::Document;
use crate::git;
use crate::incident::{self, Declaration, Refusal, ids};
use crate::store::hooks::described;
use crate::store::site::random_bytes;
use crate::store::{Place, Repository, StoreError};

/// How often another number is tried where somebody else was first.
const TRIES: u32 = 100;

/// Why an incident could not be declared.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// The words are wrong.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps what the declaration lets go out, before there is a file; it is not sent before there is one.
fn tell(repository: &Repository, incident: &incident::Incident) -> Vec<Kept> {
    let hooks = if is_from_a_hook() {
        Vec::new()
    } else {
        described(repository.root()).0
    };
    if hooks.is_empty() {
        return Vec::new();
    }
    let Ok(framework) = repository.framework_or_other(&incident.framework) else {
        return Vec::new();
    };
    let mut kept = Vec::new();
    for event in &incident.timeline {
        match keep(&hooks, &framework, incident, event) {
            Ok(messages) => kept.extend(messages),
            Err(error) => log::warn!("{}: the outbox cannot be written: {}", incident.id, error.kind()),
        }
    }
    kept
}

/// Declares a new incident: draws its id, writes its file. `declaration.id` is filled in here.
pub fn declare(
    repository: &Repository,
    mut declaration: Declaration,
    by: &str,
    clock: &dyn Clock,
) -> Result<Place, DeclareError> {
    if clock.kind() == ClockKind::Look {
        return Err(Refusal::Invalid(ONLY_LOOKS.into()).into());
    }
    let now = clock.now();
    let (uid, nonce) = (ids::from_bytes(random_bytes()), ids::from_bytes(random_bytes()));
    let taken = git::incident_folders(repository.root());
    for _ in 0..TRIES {
        declaration.id = repository.next_id(&declaration.framework, now, &taken)?;
        let mut incident = incident::declare(&declaration, &uid, &nonce, by, now)?;
        if clock.kind() == ClockKind::Test {
            incident.clock = Some(incident::TEST_CLOCK.into());
        }
        let document = Document::create(incident.into());
        let messages = tell(repository, document.incident());
        if let Some(place) = repository.create_incident(&document)? {
            return Ok(place);
        }
        // Someone else has this number; the same change goes out under the next one.
        for message in &messages {
            let _ = message.take_back();
        }
    }
    Err(DeclareError::Store(StoreError::Io {
        what: "Cannot find a free number in",
        path: repository.root().join("incidents"),
        source: std::io::ErrorKind::AlreadyExists.into(),
        remedy: "Nothing was written; declare it again.".into(),
    }))
}
