//! The folder for what this person's sessions keep on this machine.

use std::io;
use std::path::PathBuf;

use super::StoreError;

/// The state folder of this process, where it was told one.
static STATE: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();

/// From here on this process keeps its state in `folder`: what a demonstration leaves goes with its folder. Only the first
/// call counts.
pub fn keep_state_in(folder: PathBuf) {
    let _ = STATE.set(folder);
}

/// The person's state folder: the one of [`keep_state_in`], else `WARROOM_STATE_DIR`, else `$XDG_STATE_HOME/warroom`, else the platform's.
pub fn state_dir() -> Result<PathBuf, StoreError> {
    let named = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(own) = STATE.get().cloned().or_else(|| named("WARROOM_STATE_DIR")) {
        return Ok(own);
    }
    if let Some(state) = named("XDG_STATE_HOME").filter(|path| path.is_absolute()) {
        return Ok(state.join("warroom"));
    }
    let dirs = directories::ProjectDirs::from("", "", "warroom");
    dirs.map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned())
        .ok_or_else(|| StoreError::Io {
            what: "Cannot find",
            path: PathBuf::from("the home folder"),
            source: io::ErrorKind::NotFound.into(),
            remedy: "Set HOME, or WARROOM_STATE_DIR to a folder of yours.".into(),
        })
}
