//! What is said where saving does not work, and what is kept meanwhile.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{Saver, Turn};
use crate::session::core::Failure;
use crate::session::disk::{Wrong, newer};
use crate::session::machine::Why;
use crate::session::shared::{Shared, Wake};
use crate::session::snapshot::FileState;
use crate::store::{failpoint::failpoint, reason};

impl Saver {
    /// Tells why nothing is saved: the person, and whoever brought something.
    pub(super) fn tell(&mut self, turn: &mut Turn<'_>, why: Why) {
        let shared = turn.shared;
        let id = &shared.place.id;
        let trouble = turn.disk().trouble.as_ref().map(|trouble| said(shared, &trouble.what));
        let newer_schema = turn.disk().base.newer_schema();
        let failure = turn.failure.take();
        let said = match (why, failure) {
            (Why::Closing, _) => {
                let _ = self.journal.sync();
                "the console is being closed".to_owned()
            }
            (Why::Newer, _) => newer_schema.map(newer).unwrap_or_default(),
            (Why::Trouble, _) => {
                log::warn!("{id}: the file cannot be read now, {} pending", turn.pending.len());
                self.still_in_trouble(turn);
                shared.wake(Wake::Trouble);
                trouble.unwrap_or_default()
            }
            (Why::ReadOnly, failure) => {
                log::warn!("{id}: file read-only, nothing of ours pending");
                if turn.disk().trouble.is_some() {
                    shared.recovered(turn.disk());
                }
                let why = failure.map(|(_, error)| denied_at(&shared.place.path, &error));
                let why = why.unwrap_or_default();
                shared.read_only(&format!("{why}."));
                why
            }
            (Why::Failed, Some((step, error))) => {
                log::warn!("{id}: save failed at {step}: {}", error.kind());
                turn.disk = None;
                self.failed(shared, step, &error)
            }
            (Why::Failed, None) => String::new(),
        };
        turn.disk = None;
        self.refuse(shared, &said);
    }

    /// The trouble is told already, or will be once it has lasted; what was made since then is in the journal now, too.
    fn still_in_trouble(&mut self, turn: &Turn<'_>) {
        let journaled = turn.journaled && self.journal.sync().is_ok();
        let mut core = turn.shared.core();
        if let Some(failure) = core.failure.as_mut() {
            failure.journaled = journaled;
            failure.covers = turn.pending.len();
        }
    }

    /// Tells it; the cause, as a clause.
    fn failed(&mut self, shared: &Shared, step: &str, error: &std::io::Error) -> String {
        let pending = shared.core().pending.clone();
        let journaled = self.journal.keep(&pending).and_then(|()| self.journal.sync());
        let path = shared.place.path.display();
        let denied = matches!(
            error.kind(),
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem
        );
        let cause = if denied {
            denied_at(&shared.place.path, error)
        } else {
            format!(
                "Saving {path} failed at {step}: {}. The file is as it was",
                reason(error)
            )
        };
        let kept = match &journaled {
            Ok(()) => "your changes are kept in the journal and saved as soon as it works again".to_owned(),
            Err(error) if shared.core().is_console() => format!(
                "the journal cannot be written either ({}): keep this console open",
                reason(error)
            ),
            // Of a verb nothing stays.
            Err(error) => format!(
                "the journal cannot be written either ({}), so this change is kept nowhere: make room and say it again",
                reason(error)
            ),
        };
        let failure = Failure {
            said: format!("{cause}; {kept}."),
            journaled: journaled.is_ok(),
            covers: pending.len(),
        };
        let mut core = shared.core();
        if denied {
            core.file = FileState::ReadOnly(cause.clone());
        }
        let same = |known: &Failure| known.said == failure.said && known.journaled == failure.journaled;
        if !core.failure.as_ref().is_some_and(same) {
            core.notice(true, failure.said.clone());
        }
        core.failure = Some(failure);
        core.publish();
        drop(core);
        shared.settled.notify_all();
        cause
    }

    /// Trouble with the file has lasted: says so, and keeps what is pending in the journal.
    pub(crate) fn tell_trouble(&mut self, shared: &Shared, wrong: &Wrong) {
        let pending = shared.core().pending.clone();
        let journaled = self.journal.keep(&pending).and_then(|()| self.journal.sync()).is_ok();
        let said = said(shared, wrong);
        let mut core = shared.core();
        core.file = wrong.state();
        core.notice(true, said.clone());
        core.failure = Some(Failure {
            said,
            journaled,
            covers: pending.len(),
        });
        core.publish();
        drop(core);
        shared.settled.notify_all();
    }
}

/// What is wrong with the file, and what is safe.
fn said(shared: &Shared, wrong: &Wrong) -> String {
    let path = shared.place.path.display();
    match wrong {
        Wrong::Missing => format!("{path} is gone. Everything is kept here and can be put back."),
        Wrong::Invalid(invalid) => format!("{path} cannot be read, {invalid}. The last good state is kept here."),
        Wrong::Odd(said) => said.clone(),
    }
}

/// Why we may not write to a file. Replacing it would be possible, but that is not what its mode says.
pub(super) fn not_writable(real: &Path) -> Option<std::io::Error> {
    use rustix::fs::{Access, AtFlags, CWD, accessat};
    failpoint("write.access", real).err().or_else(|| {
        accessat(CWD, real, Access::WRITE_OK, AtFlags::EACCESS)
            .err()
            .filter(|error| *error != rustix::io::Errno::NOSYS && *error != rustix::io::Errno::INVAL)
            .map(Into::into)
    })
}

/// Whether something is short: files, or memory.
pub(super) fn starved(error: &std::io::Error) -> bool {
    use rustix::io::Errno;
    let short = [Errno::MFILE, Errno::NFILE, Errno::NOMEM];
    error
        .raw_os_error()
        .is_some_and(|raw| short.iter().any(|errno| errno.raw_os_error() == raw))
}

/// A clause that says what would help.
fn denied_at(path: &Path, error: &std::io::Error) -> String {
    let shown = path.display();
    if error.kind() == std::io::ErrorKind::ReadOnlyFilesystem {
        return format!("{shown} is on a file system that is mounted read-only");
    }
    let folder = path.parent().unwrap_or(path);
    let me = rustix::process::geteuid().as_raw();
    let is_mine = |path: &Path| path.symlink_metadata().is_ok_and(|meta| meta.uid() == me);
    // Who owns it is under the owner's rights, whatever the group's are.
    let (who, right) = if is_mine(path) && is_mine(folder) {
        ("you allow it", "u+w")
    } else {
        ("its owner allows it", "g+w")
    };
    format!(
        "You may not write to {shown}; {who} with `chmod {right} {shown} {}`",
        folder.display()
    )
}
