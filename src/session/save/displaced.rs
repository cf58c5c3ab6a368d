//! Files that were replaced: somebody may have had one open and write to it still. They are looked at for a while, by whoever comes.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::Saver;
use super::rescue::{rescue, stamp};
use crate::session::disk::{Disk, Sighted};
use crate::session::machine::Reason;
use crate::session::shared::Shared;
use crate::store::leftovers::{self, Late};
use crate::store::read::{Stat, hash};
use crate::store::write::Old;

/// When to look at a file that was replaced: an editor may have had it open.
const LATE: [Duration; 4] = [
    Duration::from_millis(10),
    Duration::from_millis(60),
    Duration::from_millis(400),
    Duration::from_secs(2),
];

/// Most replaced files that are kept open though nobody seemed to write to them.
const REPLACED: usize = 24;

/// A file that was replaced.
pub(super) struct Replaced {
    pub(super) old: Old,
    at: Instant,
    looks: usize,
    /// Nobody was writing to it when it was replaced.
    whole: bool,
}

impl Saver {
    pub(super) fn keep_replaced(&mut self, old: Old) {
        // Those that somebody was writing to when they were replaced are kept for their whole time.
        let whole = self.replaced.iter().filter(|replaced| replaced.whole).count();
        if let Some(oldest) = self
            .replaced
            .iter_mut()
            .find(|replaced| replaced.whole && whole >= REPLACED)
        {
            // The oldest is looked at a last time now rather than later.
            oldest.looks = LATE.len() - 1;
            oldest.at = oldest.at.checked_sub(LATE[LATE.len() - 1]).unwrap_or(oldest.at);
        }
        self.replaced.push(Replaced {
            whole: old.was_whole(),
            old,
            at: Instant::now(),
            looks: 0,
        });
    }

    /// When to look again at files that were replaced.
    pub(crate) fn next_late(&self) -> Option<Instant> {
        self.replaced
            .iter()
            .map(|replaced| replaced.at + LATE[replaced.looks])
            .min()
    }

    /// Takes in what somebody wrote to a file after it was replaced; whether there is something to save then.
    pub(crate) fn late(&mut self, shared: &Shared) -> bool {
        let stopping = shared.stopping.load(Ordering::Relaxed);
        let mut found = false;
        let mut rest = Vec::new();
        for mut replaced in std::mem::take(&mut self.replaced) {
            let due = stopping || replaced.at.elapsed() >= LATE[replaced.looks];
            if !due {
                rest.push(replaced);
                continue;
            }
            replaced.looks += 1;
            if let Some(bytes) = replaced.old.late() {
                let stat = replaced.old.stat();
                found |= take_in_late(shared, &bytes, stat);
            }
            if replaced.looks < LATE.len() && !stopping {
                rest.push(replaced);
            } else {
                replaced.old.forget();
            }
        }
        self.replaced = rest;
        found
    }

    /// Takes away replaced files whose time is over; whether there is something to save, since somebody had written to one.
    pub(crate) fn sweep(&mut self, shared: &Shared) -> bool {
        let site = shared.disk().site.clone();
        self.swept = leftovers::sweep(&site);
        if !self.swept.is_empty() {
            shared.core().machine.raise(Reason::Late);
        }
        !self.swept.is_empty()
    }

    /// Takes up what was written to files after they had been replaced, by whomever.
    pub(super) fn look_for_late(&mut self, shared: &Shared, disk: &mut Disk) {
        self.written_late.clear();
        let mut all = std::mem::take(&mut self.swept);
        all.retain(Late::stands);
        for late in leftovers::late(&disk.site) {
            if !all.iter().any(|swept| swept.is_same(&late)) {
                all.push(late);
            }
        }
        for late in all {
            if !disk.includes(late.hash) {
                match disk.judge(&late.bytes) {
                    Ok((document, _)) => {
                        shared.gather(disk);
                        disk.waiting.push(Sighted {
                            document,
                            hash: late.hash,
                            stat: late.stat,
                            ours: false,
                        });
                    }
                    // Somebody is still at it.
                    Err(_) if !late.due => continue,
                    Err(_) => {
                        if disk.site.rescue(&late.bytes, &stamp(shared.clock.now())).is_err() {
                            continue;
                        }
                    }
                }
            }
            self.written_late.push(late);
        }
    }
}

/// Takes in what somebody wrote to a file that had been replaced while they had it open.
fn take_in_late(shared: &Shared, bytes: &[u8], stat: Option<Stat>) -> bool {
    let Some(stat) = stat else { return false };
    let mut disk = shared.disk();
    let Ok((theirs, mended)) = disk.judge(bytes) else {
        return false;
    };
    if mended {
        // The bytes are in a file of ours still, and what they say is merged: a copy is for looking only.
        let _ = rescue(shared, &disk, bytes);
    }
    // What was seen before comes before it.
    shared.gather(&mut disk);
    disk.waiting.push(Sighted {
        document: theirs,
        hash: hash(bytes),
        stat,
        ours: false,
    });
    shared.core().machine.raise(Reason::Late);
    true
}
