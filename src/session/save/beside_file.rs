//! The copies of the state known: one of our own at once, then the one beside the file for all.

use super::Saver;
use crate::session::disk::Disk;
use crate::session::machine::Reason;
use crate::session::shared::Shared;
use crate::store::leftovers::OwnCopy;
use crate::store::lock::Without;

impl Saver {
    /// Keeps the state known beside the file, where it came from an editor and nothing was to be written: what an old buffer leaves
    /// out while no session is open is put back from there. Whether it could; another may be at it.
    pub(crate) fn write_base(&mut self, shared: &Shared) -> bool {
        let held = self.lock.take(&|| false);
        if held.without == Some(Without::Stopped) {
            return false;
        }
        let mut disk = shared.disk();
        if disk.trouble.is_some() || disk.base.newer_schema().is_some() {
            return true;
        }
        if disk.consult() {
            shared.want(Reason::Seen);
        } else if disk.waiting.is_empty() {
            self.keep_beside(&mut disk);
        }
        true
    }

    pub(super) fn keep_beside(&mut self, disk: &mut Disk) {
        if disk.keep_beside() {
            self.read = None;
        }
    }

    /// Keeps what was read from an editor just now in a copy of our own, at once and without the lock: whoever comes after a kill
    /// takes it up as what a save has left. In a moment it is kept beside the file for all; who wrote it may do that sooner.
    pub(crate) fn keep_read(&mut self, shared: &Shared) {
        let (site, text) = {
            let disk = shared.disk();
            if disk.is_kept() || disk.base.newer_schema().is_some() {
                return;
            }
            (disk.site.clone(), disk.base.clone())
        };
        // Where it cannot be written the console itself has it.
        if let Ok(copy) = OwnCopy::of(&site, text.text()) {
            self.read = Some(copy);
        }
    }
}
