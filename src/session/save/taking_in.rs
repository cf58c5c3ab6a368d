//! Taking in what others wrote: what was seen in the file before, and what git brought.

use std::collections::HashSet;

use crate::document::Document;
use crate::incident::entry::in_section;
use crate::incident::{Entry, Incident, SECTIONS};
use crate::merge;
use crate::session::disk::Disk;
use crate::session::shared::{Shared, Side};
use crate::store::read::Stat;

/// Merges in what git brought. It is part of the state known from here on, and written with it.
/// Those that brought something wait in `brought` until it is there.
pub(super) fn merge_sides(shared: &Shared, disk: &mut Disk, brought: &mut Vec<Side>) {
    for side in shared.take_sides() {
        let before = disk.base.clone();
        let (state, report) = match &side.base {
            Some(base) => merge::merge(base, &before, &side.theirs),
            None => merge::join(&before, &side.theirs),
        };
        if state.text() != before.text() {
            disk.advance(state);
            shared.show(&before, &disk.base, &report);
        }
        brought.push(side);
    }
}

/// Whether a state has every entry that another has: what was brought is in it.
pub(super) fn has_all(state: &Incident, brought: &Incident) -> bool {
    SECTIONS.iter().all(|section| {
        let has_all = in_section!(*section, T => {
            let ids: HashSet<&str> = T::list(state).iter().map(|entry| entry.id()).collect();
            // Who wrote by hand gave none.
            T::list(brought).iter().all(|entry| entry.id().is_empty() || ids.contains(entry.id()))
        });
        has_all.unwrap_or(true)
    })
}

/// Takes in what was seen and written before the content with the hash `there`, which says `then`, was (all, where `place` is absent):
/// nobody else may have it any more.
pub(super) fn take_in_seen(
    shared: &Shared,
    disk: &mut Disk,
    there: u128,
    place: Option<Stat>,
    then: Option<&Document>,
) {
    if disk.waiting.is_empty() {
        return;
    }
    let mut waiting = std::mem::take(&mut disk.waiting);
    waiting.retain(|seen| seen.hash != there);
    waiting.sort_by_key(|seen| seen.stat.order());
    let after = waiting.partition_point(|seen| place.is_none_or(|place| seen.stat.order() <= place.order()));
    disk.waiting = waiting.split_off(after);
    for (place, seen) in waiting.iter().enumerate() {
        if disk.includes(seen.hash) {
            continue;
        }
        let before = disk.base.clone();
        if seen.ours {
            let whole = merge::take_back(&before, &seen.document);
            disk.include(seen.hash);
            if whole.text() != before.text() {
                disk.advance(whole);
                shared.show(&before, &disk.base, &merge::Report::default());
            }
            continue;
        }
        let later: Vec<&Document> = waiting[place + 1..]
            .iter()
            .map(|later| &later.document)
            .chain(then)
            .collect();
        let (adopted, report) = disk.adopt_before(&seen.document, &later, shared.written(&seen.stat), &shared.by);
        disk.include(seen.hash);
        disk.advance(adopted);
        shared.show(&before, &disk.base, &report);
    }
}
