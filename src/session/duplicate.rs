//! Folding the open incident into another one of the repository, which it is a duplicate of.

use std::sync::Arc;

use super::Session;
use super::major::{PATIENCE, own, tell};
use super::open::Open;
use super::shared::{Shared, Wake};
use crate::incident::{Change, Refusal, duplicate, is_over};

/// Folds it in; what came of it is told by a notice. The incident that goes on is written first: where that fails, nothing is closed.
pub(super) fn fold(shared: &Shared, of: &str, reason: Option<&str>) {
    match folded(shared, of, reason) {
        Ok(lines) => tell(
            shared,
            false,
            format!(
                "{of} goes on; {} folded in. This incident is cancelled as its duplicate.",
                duplicate::lines(lines)
            ),
        ),
        Err(why) => tell(
            shared,
            true,
            format!("{} was not folded into {of}: {why}.", shared.place.id),
        ),
    }
}

fn folded(shared: &Shared, of: &str, reason: Option<&str>) -> Result<usize, String> {
    let (child, over) = {
        let core = shared.core();
        let over = is_over(&core.incident, &core.framework.classes);
        (Arc::clone(&core.incident), over)
    };
    if over {
        return Err("it is over already".into());
    }
    if of == shared.place.id {
        return Err("an incident cannot be a duplicate of itself".into());
    }
    let (changes, lines) = duplicate::folded_in(&child);
    let place = shared.repository.find(of).map_err(|error| error.to_string())?;
    let session = Session::open(Open {
        repository: &shared.repository,
        place,
        by: shared.by.clone(),
        clock: Arc::clone(&shared.clock),
        watch: false,
    });
    let session = session.map_err(|error| error.to_string())?;
    for change in changes {
        match session.apply(change) {
            Ok(_) | Err(Refusal::Unchanged(_)) => {}
            Err(refusal) => return Err(refusal.to_string()),
        }
    }
    session.flush(PATIENCE).map_err(|error| error.to_string())?;
    for change in duplicate::folded_away(of, reason) {
        let link = matches!(change, Change::AddLink { .. });
        match own(shared, change) {
            // The link may be there already.
            Err(_) if link => {}
            other => other?,
        }
    }
    shared.wake(Wake::Save);
    Ok(lines)
}
