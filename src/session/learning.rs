//! The review's document, written from what the session knows.

use super::major::tell;
use super::shared::{Shared, Wake};
use super::{Session, nonce};
use crate::incident::{Applied, Change, Refusal};
use crate::recall::Case;
use crate::store::review_file::{self, ReviewFile};
use crate::text::one_line;

impl Session {
    /// Whether a change closes the incident, so that the document of its review is asked ([`Session::close_reviewed`]).
    pub fn closes(&self, change: &Change) -> bool {
        review_file::closes(&self.shared.core().framework, change)
    }

    /// Makes a change that may close the incident: refused while the document of a mandatory review has open questions. Waits for the disk.
    pub fn close_reviewed(&self, change: Change) -> Result<Applied, Refusal> {
        let shared = &self.shared;
        let (incident, framework) = {
            let core = shared.core();
            (core.incident.clone(), core.framework.clone())
        };
        let id = &shared.place.id;
        self.apply(review_file::closing(
            &shared.repository,
            id,
            &incident,
            &framework,
            change,
        )?)
    }
}

/// Writes the document of the open incident, or brings it up to date; what came of it is told by a notice. Waits for the disk.
pub(super) fn write_review(shared: &Shared) {
    let (incident, framework) = {
        let core = shared.core();
        (core.incident.clone(), core.framework.clone())
    };
    let file = ReviewFile::of(&shared.repository, &shared.place.id, false);
    let case = Case::new(shared.place.id.clone(), incident, Some(framework.clone()));
    let path = file.relative().display().to_string();
    match file.bring_up(&case, &framework, &[], false) {
        Ok(brought) => {
            let verb = match (brought.was_there, brought.written.changed) {
                (false, _) => "written",
                (true, true) => "brought up to date",
                (true, false) => "as it was",
            };
            let progress = &brought.written.progress;
            let said = format!(
                "{} {verb}: {} of {} sections filled, {} of {} sections of judgement.",
                one_line(&path),
                progress.filled,
                progress.sections,
                progress.answered,
                progress.judgement
            );
            let open = file.open(&framework, &brought.written.text);
            shared.bell.changed();
            if let Some(ticks) = file.finished(&case.incident, &framework, &brought.written.text) {
                let now = shared.clock.now();
                // Where it is refused it stays to be ticked by hand.
                if shared.core().change(nonce(), ticks, &shared.by, now).is_ok() {
                    shared.wake(Wake::Save);
                }
            }
            let open = open
                .iter()
                .map(|one| format!(" No answer yet in {}.", one_line(&one.to_string())));
            let more: Vec<_> = brought.written.says.iter().map(|line| one_line(line)).collect();
            let more = if more.is_empty() {
                String::new()
            } else {
                format!(" {}.", more.join("; "))
            };
            let said: String = std::iter::once(said).chain(open).chain([more]).collect();
            tell(shared, false, said);
        }
        Err(error) => tell(shared, true, format!("{error}.")),
    }
}
