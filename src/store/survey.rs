//! All open incidents of a repository, looked at again and again: only what changed since is read.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::repository::{Place, Repository};
use crate::framework::Framework;
use crate::incident::{Class, Incident, SECTIONS, Stamp, Statuses, is_over};

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
        let mut frameworks = Frameworks::of(repository);
        for place in places {
            let stamp = stamp(&place);
            let known = self
                .seen
                .remove(&place.path)
                .filter(|known| stamp.is_some() && known.stamp == stamp);
            let now = known.unwrap_or_else(|| Seen {
                stamp,
                open: read(&mut frameworks, &place),
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

/// What there is to know of an incident that is open: which it is, how grave, whether a drill. The rest is not kept.
fn read(frameworks: &mut Frameworks<'_>, place: &Place) -> Option<Arc<Incident>> {
    let head = Head::of(place)?;
    if head.is_over(frameworks) {
        return None;
    }
    let known = head.plain("framework").is_some();
    if let (true, Some(severity), Some(status)) = (known, head.plain("severity"), head.plain("status")) {
        return Some(Arc::new(Incident {
            id: place.id.clone(),
            severity: severity.to_owned(),
            status: status.to_owned(),
            drill: head.plain("drill") == Some("true"),
            ..Incident::default()
        }));
    }
    let document = frameworks.repository.read(place).ok()?;
    let whole = document.incident();
    (!is_over(whole, &frameworks.statuses(&whole.framework))).then(|| {
        Arc::new(Incident {
            id: place.id.clone(),
            severity: whole.severity.clone(),
            status: whole.status.clone(),
            drill: whole.drill,
            ..Incident::default()
        })
    })
}

/// What the status means that the first lines of a file plainly give: an incident that is over need not be read.
pub fn plain_class(frameworks: &mut Frameworks<'_>, place: &Place) -> Option<Class> {
    Head::of(place)?.class(frameworks)
}

/// The frameworks of a repository's incidents, each loaded once.
#[derive(Debug)]
pub struct Frameworks<'a> {
    repository: &'a Repository,
    known: HashMap<String, Option<Arc<Framework>>>,
}

impl<'a> Frameworks<'a> {
    /// None looked at yet.
    pub fn of(repository: &'a Repository) -> Self {
        Self {
            repository,
            known: HashMap::new(),
        }
    }

    /// A framework by name; where it cannot be read, the one that a console takes in its place.
    pub fn named(&mut self, name: &str) -> Option<Arc<Framework>> {
        let repository = self.repository;
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let loaded = repository.framework_or_other(name).ok();
        self.known.insert(name.to_owned(), loaded.clone());
        loaded
    }

    /// What the statuses of its incidents mean.
    pub fn statuses(&mut self, name: &str) -> Statuses {
        self.named(name)
            .map_or_else(Statuses::default, |framework| framework.classes.clone())
    }
}

/// Bytes that the fields of an incident take, its lists left out, as a rule.
const HEAD: u64 = 4096;

/// The first lines of an incident's file: its own fields, which stand before its lists.
struct Head {
    text: String,
    /// Whether all of the fields are in it.
    whole: bool,
}

impl Head {
    fn of(place: &Place) -> Option<Self> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        let opened = super::read::open(&place.path).ok()?;
        opened.file.take(HEAD).read_to_end(&mut bytes).ok()?;
        let whole = (bytes.len() as u64) < HEAD;
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(),
        };
        let list = |line: &str| SECTIONS.iter().any(|name| line.strip_prefix(name) == Some(":"));
        let whole = whole || text.lines().any(list);
        Some(Self { text, whole })
    }

    /// What its status means, where it is plain to see.
    fn class(&self, frameworks: &mut Frameworks<'_>) -> Option<Class> {
        let framework = frameworks.named(self.plain("framework")?)?;
        Some(framework.classes.class(self.plain("status")?))
    }

    /// Whether it is plain to see that the incident is over.
    fn is_over(&self, frameworks: &mut Frameworks<'_>) -> bool {
        self.class(frameworks).is_some_and(Class::is_ended)
    }

    /// The value of a field of one plain word that nobody set at the same moment as another did.
    fn plain(&self, field: &str) -> Option<&str> {
        let of = |line: &'_ str| line.strip_prefix(field).is_some_and(|rest| rest.starts_with(": "));
        let mut found = self.text.lines().filter(|line| of(line));
        let (first, second) = (found.next()?, found.next());
        let mut stamps = self.text.lines().map(str::trim_start).filter(|line| of(line));
        let several = stamps.any(|line| {
            let stamp = line[field.len() + 2..].parse();
            stamp.is_ok_and(|stamp: Stamp| stamp.writes().len() > 1)
        });
        let value = first[field.len() + 2..].trim();
        let word = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        (second.is_none() && !several && self.whole && word && !value.is_empty()).then_some(value)
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
            let text =
                format!("warroom: 1\nid: {id}\nframework: war-room\nseverity: P0\nstatus: {status}\n# end of {id}\n");
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
