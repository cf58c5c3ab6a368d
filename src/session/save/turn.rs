//! What one save has in its hands: the lock, the state of the file, what it has composed, why it failed.

use std::io::Error;
use std::sync::MutexGuard;
use std::time::Instant;

use super::failing::not_writable;
use super::rescue::keep_rescue;
use crate::document::Document;
use crate::incident::Request;
use crate::session::disk::{Disk, Found};
use crate::session::machine::Input;
use crate::session::shared::Shared;
use crate::store::lock::Held;
use crate::store::write::sync_folder;

/// See the module.
pub(super) struct Turn<'a> {
    pub shared: &'a Shared,
    pub began: Instant,
    /// Own changes that were to be saved when it began.
    pub pending: Vec<Request>,
    /// Whether the journal has them.
    pub journaled: bool,
    /// The state of the file, while the lock beside the file is held; let go before that.
    pub disk: Option<MutexGuard<'a, Disk>>,
    pub held: Option<Held>,
    pub composed: Option<Composed>,
    /// Whether the file was replaced.
    pub wrote: bool,
    /// At which step the system refused, and why.
    pub failure: Option<(&'static str, Error)>,
}

/// A new state for the file.
pub(super) struct Composed {
    /// The file as it was read.
    pub found: Found,
    /// What was known of it before own changes.
    pub before: Document,
    pub new: Document,
    /// Of its text.
    pub hash: u128,
    /// How many own changes are in it.
    pub own: usize,
}

impl<'a> Turn<'a> {
    pub(super) fn new(shared: &'a Shared, pending: Vec<Request>) -> Self {
        Self {
            shared,
            began: Instant::now(),
            pending,
            journaled: false,
            disk: None,
            held: None,
            composed: None,
            wrote: false,
            failure: None,
        }
    }

    /// The state of the file, held from here on.
    pub(super) fn disk(&mut self) -> &mut Disk {
        self.disk.get_or_insert_with(|| self.shared.disk())
    }

    /// The system refused.
    pub(super) fn fail(&mut self, step: &'static str, error: Error) -> Input {
        self.failure = Some((step, error));
        Input::Failed
    }

    /// Keeps a copy of a file that holds several versions.
    pub(super) fn rescue(&mut self) -> Input {
        let shared = self.shared;
        if let (Some(composed), Some(disk)) = (&self.composed, &self.disk)
            && let Err(error) = keep_rescue(shared, disk, &composed.found)
        {
            return self.fail("keeping a rescue copy of it", error);
        }
        Input::Rescued
    }

    /// Whether the file may be written.
    pub(super) fn ask(&mut self) -> Input {
        match self
            .composed
            .as_ref()
            .and_then(|composed| not_writable(&composed.found.real))
        {
            None => Input::Allowed,
            // Somebody is just putting another in its place: the next look says what it is by now.
            Some(why) if why.kind() == std::io::ErrorKind::NotFound => Input::Changed,
            Some(why) => {
                self.failure = Some(("opening it for writing", why));
                Input::Denied
            }
        }
    }

    /// Brings the change of names to the disk.
    pub(super) fn sync(&mut self) -> Input {
        if let Some(composed) = &self.composed
            && let Err(error) = sync_folder(&composed.found.real)
        {
            return self.fail("bringing its folder to the disk", error);
        }
        Input::Synced
    }
}
