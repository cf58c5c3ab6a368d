//! Up to which moment a person has seen an incident, for the board: a small file each in the state folder. Losing one costs a count.

use std::io;
use std::path::{Path, PathBuf};

use crate::incident::Time;

/// A file's name that is the same for one person and one incident file, by FNV-1a.
fn file(folder: &Path, incident: &Path, by: &str) -> PathBuf {
    let bytes = incident
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .chain(&[0])
        .chain(by.as_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    folder.join("seen").join(format!("{hash:016x}"))
}

/// Notes that `by` has seen the incident of this file up to a moment; never an earlier one than before.
pub fn note(folder: &Path, incident: &Path, by: &str, at: Time) -> io::Result<()> {
    if seen(folder, incident, by).is_some_and(|before| before >= at) {
        return Ok(());
    }
    let file = file(folder, incident, by);
    std::fs::create_dir_all(folder.join("seen"))?;
    let new = file.with_extension(std::process::id().to_string());
    std::fs::write(&new, format!("{}\n{}", at.millis(), incident.display()))?;
    std::fs::rename(&new, &file)
}

/// Up to when `by` has seen it; nothing where that is not known.
pub fn seen(folder: &Path, incident: &Path, by: &str) -> Option<Time> {
    let text = std::fs::read_to_string(file(folder, incident, by)).ok()?;
    let (millis, path) = text.split_once('\n')?;
    let millis = millis.parse().ok()?;
    (path == incident.display().to_string()).then(|| Time::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_known_per_person_and_never_goes_back() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, file) = (dir.path(), Path::new("/inc/INC-1/incident.yaml"));
        let at = Time::from_millis;
        assert_eq!(seen(folder, file, "sam"), None);
        note(folder, file, "sam", at(2_000)).unwrap();
        note(folder, file, "sam", at(1_000)).unwrap();
        assert_eq!(seen(folder, file, "sam"), Some(at(2_000)));
        assert_eq!(seen(folder, file, "lee"), None);
        assert_eq!(seen(folder, Path::new("/inc/INC-2/incident.yaml"), "sam"), None);
    }
}
