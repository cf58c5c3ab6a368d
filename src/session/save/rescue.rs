//! Copies of what stood in the file before it is written over, and the last good state put back.

use std::path::PathBuf;

use super::{Saver, Turn};
use crate::incident::Time;
use crate::session::disk::{Disk, Found};
use crate::session::machine::{Reason, Rest};
use crate::session::shared::{Shared, Wake};
use crate::store::read::{Unreadable, read, read_open};
use crate::store::write::{NotReplaced, create};

impl Saver {
    /// Puts the last good state back where the file is missing or cannot be read.
    pub(crate) fn restore(&mut self, shared: &Shared) -> Rest {
        let _held = self.take_lock(shared);
        let mut disk = shared.disk();
        if disk.look().is_ok() {
            shared.recovered(&mut disk);
            return Rest::default();
        }
        let incident = shared.core().incident.clone();
        let text = disk.base.with(incident);
        match put_back(&disk, text.text(), shared.clock.now()) {
            Ok(rescued) => {
                let _ = disk.look();
                shared.core().machine.raise(Reason::Repair);
                shared.recovered(&mut disk);
                drop(disk);
                if let Some(copy) = rescued {
                    let mut core = shared.core();
                    core.notice(false, format!("What stood there is kept in {}.", copy.display()));
                    core.publish();
                }
                shared.wake(Wake::Save);
                Rest::default()
            }
            Err(error) => {
                drop(disk);
                let pending = shared.core().pending.clone();
                let mut turn = Turn::new(shared, pending);
                let failed = turn.fail("putting it back", error);
                self.run(&mut turn, failed)
            }
        }
    }
}

/// Puts `text` where a file is missing or unreadable; a copy of what was there is kept, and where it is returned.
pub(super) fn put_back(disk: &Disk, text: &str, now: Time) -> std::io::Result<Option<PathBuf>> {
    disk.site.check_folder()?;
    let real = disk.site.real().unwrap_or_else(|_| disk.site.path.clone());
    let stamp = stamp(now);
    let mut bytes = Vec::new();
    let mut rescued = None;
    match read(&real, &mut bytes) {
        Err(Unreadable::Missing) => {}
        Ok(_) => {
            rescued = Some(disk.site.rescue(&bytes, &stamp)?);
            std::fs::remove_file(&real)?;
        }
        // A folder, a pipe, a link: moved aside as it is.
        Err(_) => {
            let aside = real.with_file_name(format!("incident.yaml.{stamp}"));
            std::fs::rename(&real, &aside)?;
            rescued = Some(aside);
        }
    }
    match create(&disk.site, &real, text.as_bytes()) {
        Ok(_) => Ok(rescued),
        Err(NotReplaced::Failed(_, error)) => Err(error),
        Err(_) => Err(std::io::ErrorKind::AlreadyExists.into()),
    }
}

/// Keeps a copy of a file with conflict markers before it is written over with what they say merged.
pub(super) fn keep_rescue(shared: &Shared, disk: &Disk, found: &Found) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    read_open(&found.contents.file, &mut bytes)?;
    rescue(shared, disk, &bytes)
}

pub(super) fn rescue(shared: &Shared, disk: &Disk, bytes: &[u8]) -> std::io::Result<()> {
    let copy = disk.site.rescue(bytes, &stamp(shared.clock.now()))?;
    shared.core().notice(
        true,
        format!(
            "Several versions in the file were merged into one; it is kept as it was in {}.",
            copy.display()
        ),
    );
    Ok(())
}

/// A time for a file's name.
pub(super) fn stamp(now: Time) -> String {
    now.to_string().chars().filter(char::is_ascii_alphanumeric).collect()
}
