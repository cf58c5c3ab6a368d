//! An event whose time is corrected takes its milestone with it.

use super::draft::{Done, Draft};
use super::fields::in_order;
use crate::incident::clock;
use crate::incident::model::Event;
use crate::incident::time::Time;
use crate::incident::words::{EventKind, Milestone};

/// Moves the milestone of `old`, as it was, to `at`.
pub(super) fn follow(draft: &mut Draft, old: &Event, at: Time) -> Done {
    let milestones = match old.kind {
        EventKind::Acknowledged => &[Milestone::Acknowledged][..],
        EventKind::Declared => &[Milestone::Declared],
        EventKind::Resolved => &[Milestone::Resolved],
        EventKind::Mitigation | EventKind::Status => &[Milestone::Mitigated],
        _ => &[],
    };
    for milestone in milestones {
        if let Some(Some(moment)) = clock::moment_mut(&mut draft.new, milestone)
            && moment.at == old.at
        {
            moment.at = at;
        }
    }
    if let Some(closed) = draft.new.closed.as_mut()
        && matches!(old.kind, EventKind::Closed | EventKind::Cancelled)
        && closed.at == old.at
    {
        closed.at = at;
    }
    in_order(draft)
}
