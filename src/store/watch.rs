//! Hearing of changes: file events of the folder (editors and git replace the file, which ends a watch of the file itself).
//! What the events say is not trusted; they only say when to look.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::failpoint::failpoint;

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Something happened to the file.
    File,
    /// The folder went, or events were lost: arm again and look.
    Lost,
}

/// A watch of the folder that a file is in.
pub(crate) struct Watch {
    watcher: Option<RecommendedWatcher>,
    folder: PathBuf,
    /// Device and inode of what is watched.
    armed: Option<(u64, u64)>,
}

impl Watch {
    /// Watches the folder of `file`; `hear` is called on the watcher's own thread. Where that fails nothing is ever heard.
    pub(crate) fn new(file: &Path, hear: impl Fn(Heard) + Send + 'static) -> Self {
        let folder = file.parent().unwrap_or(file).to_owned();
        let name: OsString = file.file_name().unwrap_or_default().to_owned();
        let (own, point) = (folder.clone(), file.to_owned());
        let handler = move |event: notify::Result<Event>| {
            if failpoint("watch.event", &point).is_err() {
                return;
            }
            if let Some(heard) = sense(event, &own, &name) {
                hear(heard);
            }
        };
        let watcher = failpoint("watch.new", file)
            .ok()
            .and_then(|()| notify::recommended_watcher(handler).ok());
        let mut watch = Self {
            watcher,
            folder,
            armed: None,
        };
        watch.arm();
        watch
    }

    /// Whether events can be expected.
    pub(crate) fn is_armed(&self) -> bool {
        self.armed.is_some()
    }

    /// Whether the watched folder is still the one that is there.
    pub(crate) fn is_current(&self) -> bool {
        self.armed.is_some() && self.armed == identity(&self.folder)
    }

    /// Watches the folder that is there now. Not to be called from `hear`.
    pub(crate) fn arm(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        if self.armed.take().is_some() {
            // The old folder's watch may have ended by itself.
            let _ = watcher.unwatch(&self.folder);
        }
        let before = identity(&self.folder);
        if before.is_some() && watcher.watch(&self.folder, RecursiveMode::NonRecursive).is_ok() {
            // Replaced in between: the next look sees that it is not current.
            self.armed = before;
        }
    }
}

fn identity(folder: &Path) -> Option<(u64, u64)> {
    fs::metadata(folder).ok().map(|meta| (meta.dev(), meta.ino()))
}

/// Whether an event concerns us: anything but reading, of our file or of the folder itself.
fn sense(event: notify::Result<Event>, folder: &Path, name: &OsString) -> Option<Heard> {
    let Ok(event) = event else { return Some(Heard::Lost) };
    if event.need_rescan() {
        return Some(Heard::Lost);
    }
    if matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write)) {
        return None;
    }
    let about_folder = event.paths.iter().any(|path| path == folder);
    if about_folder
        && matches!(
            event.kind,
            EventKind::Remove(_) | EventKind::Modify(notify::event::ModifyKind::Name(_))
        )
    {
        return Some(Heard::Lost);
    }
    event
        .paths
        .iter()
        .any(|path| path.file_name() == Some(name))
        .then_some(Heard::File)
}

/// Whether a file system is one where events of other machines do not arrive.
#[cfg(target_os = "linux")]
pub(crate) fn is_remote(folder: &Path) -> bool {
    /// NFS, SMB, CIFS, SMB2, FUSE (sshfs), 9p (WSL, containers), AFS, Ceph, Lustre, OCFS2, GFS2, VirtualBox, VMware.
    const REMOTE: [u32; 13] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x6573_5546,
        0x0102_1997,
        0x5346_414f,
        0x00c3_6400,
        0x0bd0_0bd3,
        0x7461_636f,
        0x0116_1970,
        0x786f_4256,
        0xbacb_acbc,
    ];
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what kind it is has 32 bits, in a type that each system chooses"
    )]
    rustix::fs::statfs(folder).is_ok_and(|fs| REMOTE.contains(&(fs.f_type as u32)))
}

/// Whether a file system is one where events of other machines do not arrive (not known here: missing events tell).
#[cfg(not(target_os = "linux"))]
pub fn is_remote(_folder: &Path) -> bool {
    false
}
