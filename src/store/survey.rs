//! All open incidents of a repository, looked at again and again: only what changed since is read.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::repository::{Place, Repository};
use crate::incident::{Incident, Stamp, is_ended, is_over};

/// What was read at the last look.
#[derive(Debug, Default)]
pub struct Survey {
    seen: HashMap<PathBuf, Seen>,
}

#[derive(Clone, Debug)]
struct Seen {
    stamp: Option<(SystemTime, u64)>,
    /// The incident, where it is open and can be read.
    open: Option<Arc<Incident>>,
}

impl Survey {
    /// The incidents that are open now, by id; those that cannot be read are left out.
    pub fn open(&mut self, repository: &Repository) -> Vec<Arc<Incident>> {
        let places = repository.incidents().unwrap_or_default();
        let mut seen = HashMap::with_capacity(places.len());
        let mut open = Vec::new();
        for place in places {
            let stamp = stamp(&place);
            let known = self
                .seen
                .remove(&place.path)
                .filter(|known| stamp.is_some() && known.stamp == stamp);
            let now = known.unwrap_or_else(|| Seen {
                stamp,
                open: read(repository, &place),
            });
            open.extend(now.open.clone());
            seen.insert(place.path, now);
        }
        self.seen = seen;
        open
    }
}

fn stamp(place: &Place) -> Option<(SystemTime, u64)> {
    let meta = std::fs::metadata(&place.path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

fn read(repository: &Repository, place: &Place) -> Option<Arc<Incident>> {
    if status_of(place).is_some_and(|status| is_ended(&status)) {
        return None;
    }
    let document = repository.read(place).ok()?;
    Some(Arc::clone(document.incident())).filter(|incident| !is_over(incident))
}

/// The status from the first lines of a file, without parsing it: what is over need not be read. `None` where it is not
/// plain to see.
pub fn status_of(place: &Place) -> Option<String> {
    use std::io::Read as _;
    let meta = std::fs::symlink_metadata(&place.path).ok()?;
    if !meta.is_file() {
        return None;
    }
    let mut head = Vec::with_capacity(4096);
    std::fs::File::open(&place.path)
        .ok()?
        .take(4096)
        .read_to_end(&mut head)
        .ok()?;
    let head = std::str::from_utf8(&head)
        .or_else(|error| std::str::from_utf8(&head[..error.valid_up_to()]))
        .ok()?;
    let mut found = head.lines().filter_map(|line| line.strip_prefix("status: "));
    // Two who set it at once: which of them counts is not plain.
    let mut stamps = head
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("status: "));
    let several = stamps.any(|stamp| stamp.parse().is_ok_and(|stamp: Stamp| stamp.writes().len() > 1));
    match (found.next(), found.next()) {
        (Some(status), None) if !several => Some(status.trim().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Init;

    #[test]
    fn what_is_open_now_also_after_it_changed() {
        let dir = tempfile::tempdir().unwrap();
        let repository = Repository::init(dir.path(), &Init::default()).unwrap().repository;
        let write = |id: &str, status: &str| {
            let folder = dir.path().join("incidents").join(id);
            std::fs::create_dir_all(&folder).unwrap();
            let text = format!("warroom: 1\nid: {id}\nseverity: P0\nstatus: {status}\n# end of {id}\n");
            std::fs::write(folder.join("incident.yaml"), text).unwrap();
        };
        let mut survey = Survey::default();
        let mut open = || -> Vec<String> { survey.open(&repository).iter().map(|one| one.id.clone()).collect() };
        assert!(open().is_empty());
        write("INC-2026-0001", "triage");
        write("INC-2026-0002", "closed");
        write("INC-2026-0003", "mitigating");
        assert_eq!(open(), ["INC-2026-0001", "INC-2026-0003"]);
        write("INC-2026-0001", "resolved");
        std::fs::write(
            dir.path().join("incidents/INC-2026-0003/incident.yaml"),
            ":\n- broken: [",
        )
        .unwrap();
        assert!(open().is_empty());
    }
}
