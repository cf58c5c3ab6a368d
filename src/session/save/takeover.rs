//! The first look under the lock: what dead sessions left, and what changed while nobody looked.

use std::path::Path;

use super::Saver;
use super::rescue::stamp;
use super::taking_in::take_in_seen;
use crate::document::Document;
use crate::merge;
use crate::session::disk::Disk;
use crate::session::shared::Shared;
use crate::store::leftovers;
use crate::store::lock::Held;
use crate::store::read::Stat;

impl Saver {
    /// The first look under the lock: what dead sessions left in temporary files, and what changed while nobody looked.
    pub(super) fn look_over(&mut self, shared: &Shared, disk: &mut Disk, held: &Held) {
        let Ok(found) = disk.look() else { return };
        shared.gather(disk);
        let place = Stat::of(&found.contents.meta);
        take_in_seen(shared, disk, found.contents.hash, Some(place), found.fresh.as_ref());
        self.looked_over = true;
        let now = shared.clock.now();
        let before = disk.base.clone();
        let known = Self::known_state(disk, &before);
        self.forget.begin(&disk.site, known.as_ref().unwrap_or(&before));
        let known = if held.is_held() {
            self.take_up_leftovers(disk, &found.real, known)
        } else {
            known
        };
        // What changed before this session opened the file, then what changed since.
        let (mut state, mut report) = (before.clone(), merge::Report::default());
        if let Some(known) = known {
            (state, report) = merge::adopt(&known, &before, &disk.seen, now, &shared.by);
        } else if found.fresh.is_none() {
            (state, report) = merge::adopt(&before, &before, &disk.seen, now, &shared.by);
        }
        if let Some(fresh) = &found.fresh {
            let (adopted, more) = merge::adopt(&state, fresh, &disk.seen, now, &shared.by);
            state = adopted;
            report.restored.extend(more.restored);
            report.hand_edits.extend(more.hand_edits);
            report.redacted |= more.redacted;
            report.conflicts.extend(more.conflicts);
        }
        if held.is_held() {
            for copy in leftovers::copies(&found.real) {
                let Ok((document, _)) = disk.judge(&copy.bytes) else {
                    continue;
                };
                // One of another incident stays where it is; doctor names it.
                if document.incident().uid != state.incident().uid {
                    continue;
                }
                let Ok(kept) = disk.site.rescue(&copy.bytes, &stamp(now)) else {
                    continue;
                };
                state = merge::join(&state, &document).0;
                shared.core().notice(
                    true,
                    format!(
                        "{} lay beside the file, left by a file synchroniser: it is merged in and kept in {}.",
                        crate::text::one_line(&copy.name()),
                        kept.display()
                    ),
                );
                self.leftovers.push(copy);
            }
        }
        let there = found.fresh.as_ref().unwrap_or(&before);
        if state.text() != there.text() || found.mended || found.fresh.is_some() {
            disk.take_in(state, &found.contents);
            shared.show(&before, &disk.base, &report);
        }
    }

    /// `known` with what sessions left that died in the middle of a save, or with what they had read in their memory: states of this
    /// program, from before what the file holds now, so that an edit by hand since then is one.
    pub(super) fn take_up_leftovers(&mut self, disk: &Disk, real: &Path, known: Option<Document>) -> Option<Document> {
        let mut all = known;
        for leftover in leftovers::find(&disk.site, real) {
            if let Ok((document, _)) = disk.judge(&leftover.bytes) {
                all = Some(match all {
                    Some(known) => merge::take_back(&known, &document),
                    None => document,
                });
            }
            self.leftovers.push(leftover);
        }
        all
    }

    /// The last state that a session of this program knew, where that is not what the file held when it was opened.
    pub(super) fn known_state(disk: &mut Disk, opened: &Document) -> Option<Document> {
        let kept = disk.beside.news(&disk.site)?;
        if kept.bytes == opened.text().as_bytes() {
            return None;
        }
        let (document, _) = disk.judge(&kept.bytes).ok()?;
        disk.include(kept.hash);
        Some(document)
    }
}
