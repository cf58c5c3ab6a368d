//! Values that are not for everyone to read, fetched at the moment they are needed and kept nowhere.

use std::path::{Path, PathBuf};

use crate::hook::Source;
use crate::store::read::read_named;

/// Bytes of a file with a secret.
const LARGEST: u64 = 8 << 10;

/// The value; an error says where it should be, never what it is. What lies in the repository is for everyone who has a clone.
pub(super) fn fetch(source: &Source, root: &Path) -> Result<String, String> {
    let value = match source {
        Source::Given(value) => value.clone(),
        Source::Env(name) => std::env::var(name).map_err(|_| format!("${name} is not set"))?,
        Source::File(name) => {
            let path = home(name);
            let real = path.canonicalize().unwrap_or_else(|_| path.clone());
            let inside = root.canonicalize().is_ok_and(|root| real.starts_with(root));
            if inside {
                return Err(format!("{name} lies in the repository; keep secrets outside of it"));
            }
            let bytes = read_named(&path, LARGEST).map_err(|why| format!("{name} cannot be read: {why}"))?;
            String::from_utf8(bytes).map_err(|_| format!("{name} is not text"))?
        }
    };
    match value.trim() {
        "" => Err(format!("there is nothing {}", source.shown())),
        value => Ok(value.to_owned()),
    }
}

fn home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}
