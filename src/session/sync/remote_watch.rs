//! A remote that is a folder on this machine: its branches are watched, so that nothing has to be asked in a rhythm.

use std::path::Path;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// A watch on a remote's branches.
pub(super) struct RemoteWatch {
    _watcher: RecommendedWatcher,
}

impl RemoteWatch {
    /// Watches the repository at `folder` (bare or not); `hear` is called on the watcher's own thread for anything but
    /// reading. `None` where it cannot be watched: then it is asked in a rhythm as any other.
    pub(super) fn watch(folder: &Path, hear: impl Fn() + Send + 'static) -> Option<Self> {
        let git = if folder.join(".git").is_dir() {
            folder.join(".git")
        } else {
            folder.to_owned()
        };
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            if event.is_ok_and(|event| event.kind.is_access()) {
                return;
            }
            hear();
        })
        .ok()?;
        watcher.watch(&git.join("refs/heads"), RecursiveMode::Recursive).ok()?;
        Some(Self { _watcher: watcher })
    }
}
