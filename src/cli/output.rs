//! Where a verb's document goes: standard output, or a file that is replaced as a whole.

use std::path::Path;

use super::failure::Failure;
use crate::store::put::Folder;
use crate::store::reason;
use crate::store::sharing::Sharing;

/// Whether `--output` means standard output.
pub(super) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// Puts a document into the file that somebody named: all of it or nothing.
pub(super) fn put(path: &Path, text: &str) -> Result<(), Failure> {
    let refused = |why: String| {
        Failure::failed(format!(
            "{} was not written: {why}; what was there is as it was",
            path.display()
        ))
    };
    let name = path.file_name().ok_or_else(|| refused("it names no file".into()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = Folder::below(
        folder.unwrap_or(Path::new(".")),
        Path::new(""),
        &Sharing::default(),
        false,
    );
    let folder = folder.map_err(|error| refused(reason(&error)))?;
    folder
        .replace(name, text.as_bytes(), None)
        .map_err(|error| refused(reason(&error)))
}
