//! The runbooks that a team has: its own and those that ship, its own first by name; each as it was read, with how fresh it is and how
//! well it fits an incident.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, OnceLock};

use super::fresh::{Freshness, Use, freshness};
use super::front::Day;
use super::lines::Line;
use super::matching::{Facts, Match, fit};
use super::read::{Entry, Runbook};
use super::shipped::SHIPPED;
use super::steps::Steps;

/// A file of runbooks as it was read; kept as long as its text stays the same.
#[derive(Debug)]
pub struct Book {
    /// It.
    pub runbook: Runbook,
    /// Whether it is the repository's, and not one that ships.
    pub own: bool,
}

/// A runbook on the shelf: a whole file, or one of the many in it.
#[derive(Debug)]
pub struct Volume {
    /// Its file.
    pub book: Arc<Book>,
    /// Which of its entries.
    entry: Option<usize>,
    /// What its list in an incident is called: `disk-full`, `store/StoreDown`.
    pub name: String,
    /// Its title.
    pub title: String,
    lines: OnceLock<Vec<Line>>,
    steps: OnceLock<Steps>,
}

impl Volume {
    fn new(book: &Arc<Book>, entry: Option<usize>) -> Arc<Self> {
        let runbook = &book.runbook;
        let one = entry.map(|place| &runbook.entries[place]);
        Arc::new(Self {
            name: runbook.list_name(one),
            title: one.map_or(&runbook.title, |one| &one.title).clone(),
            book: Arc::clone(book),
            entry,
            lines: OnceLock::new(),
            steps: OnceLock::new(),
        })
    }

    /// The entry of its file that it is, where the file has many.
    pub fn entry(&self) -> Option<&Entry> {
        self.entry.map(|place| &self.book.runbook.entries[place])
    }

    /// Its lines, to be read. Made once.
    pub fn lines(&self) -> &[Line] {
        self.lines.get_or_init(|| self.book.runbook.lines(self.entry()))
    }

    /// Its steps. Made once.
    pub fn steps(&self) -> &Steps {
        self.steps.get_or_init(|| self.book.runbook.steps(self.entry(), None))
    }
}

/// A runbook with what there is to say of it for one incident.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// It.
    pub volume: Arc<Volume>,
    /// How fresh it is.
    pub fresh: Freshness,
    /// Why it fits, the strongest reason; empty where it does not.
    pub reason: String,
}

/// All of them, those that fit first.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// Those that can be read.
    pub shelf: Vec<Shelved>,
    /// Files that cannot be read, with why.
    pub broken: Vec<(String, String)>,
}

/// The runbooks that ship, read once.
static SHIPPED_BOOKS: LazyLock<Vec<Arc<Book>>> = LazyLock::new(|| {
    let read = |(name, text): &(&str, &str)| {
        let runbook = Runbook::read(name, text);
        Arc::new(Book { runbook, own: false })
    };
    SHIPPED.iter().map(read).collect()
});

impl Library {
    /// Those of a team: its own by name with their texts, or why one cannot be read. What is in `before` with the same text is not read
    /// again.
    pub fn of(own: Vec<(String, Result<String, String>)>, before: Option<&Self>) -> Self {
        let mut library = Self::default();
        let mut names = BTreeSet::new();
        for (name, text) in own {
            names.insert(name.clone());
            match text {
                Ok(text) => library.put(&name, &text, before),
                Err(why) => library.broken.push((name, why)),
            }
        }
        for book in SHIPPED_BOOKS.iter().filter(|book| !names.contains(&book.runbook.name)) {
            library.shelve(book, before);
        }
        library
    }

    fn put(&mut self, name: &str, text: &str, before: Option<&Self>) {
        let same = |one: &&Shelved| {
            let book = &one.volume.book;
            book.own && book.runbook.name == name && *book.runbook.text == *text
        };
        let known = before.and_then(|before| before.shelf.iter().find(same));
        let book = known.map_or_else(
            || {
                let runbook = Runbook::read(name, text);
                Arc::new(Book { runbook, own: true })
            },
            |known| Arc::clone(&known.volume.book),
        );
        self.shelve(&book, before);
    }

    fn shelve(&mut self, book: &Arc<Book>, before: Option<&Self>) {
        let many = book.runbook.entries.len();
        let entries: Vec<Option<usize>> = match many {
            0 => vec![None],
            many => (0..many).map(Some).collect(),
        };
        for entry in entries {
            let same = |one: &&Shelved| Arc::ptr_eq(&one.volume.book, book) && one.volume.entry == entry;
            let known = before.and_then(|before| before.shelf.iter().find(same));
            let volume = known.map_or_else(|| Volume::new(book, entry), |known| Arc::clone(&known.volume));
            self.shelf.push(Shelved {
                volume,
                fresh: Freshness::default(),
                reason: String::new(),
            });
        }
    }

    /// Says of each how fresh it is, and puts those first that fit an incident.
    #[must_use]
    pub fn for_incident(mut self, facts: &Facts, uses: &[Use], today: Day) -> Self {
        let mut scored: Vec<(u32, Shelved)> = Vec::with_capacity(self.shelf.len());
        // A file with many entries is matched once, not once an entry; its entries stand behind each other.
        let mut last: Option<(Arc<Book>, Option<Match>)> = None;
        for mut one in std::mem::take(&mut self.shelf) {
            let volume = &one.volume;
            let own: Vec<&Use> = uses.iter().filter(|used| used.runbook == volume.name).collect();
            let fresh = freshness(&volume.book.runbook.front, &own, today);
            let fits = match &last {
                Some((book, fits)) if Arc::ptr_eq(book, &volume.book) => fits.clone(),
                _ => {
                    let fits = fit(facts, &volume.book.runbook);
                    last = Some((Arc::clone(&volume.book), fits.clone()));
                    fits
                }
            };
            // Of a file with many the entry that fits is meant.
            let is_it = |wanted: &String| volume.entry().is_none_or(|entry| entry.title == *wanted);
            let fits = fits.filter(|fits| fits.entry.as_ref().is_none_or(is_it));
            let score = fits.as_ref().map_or(0, |fits| fits.score);
            one.reason = fits.and_then(|fits| fits.reasons.first().cloned()).unwrap_or_default();
            one.fresh = fresh;
            scored.push((score, one));
        }
        scored.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.volume.name.cmp(&b.volume.name)));
        self.shelf = scored.into_iter().map(|(_, one)| one).collect();
        self
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&Shelved> {
        self.shelf.iter().find(|one| one.volume.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(library: &Library) -> Vec<&str> {
        library.shelf.iter().map(|one| one.volume.name.as_str()).collect()
    }

    #[test]
    fn the_teams_own_win_by_name_and_those_that_fit_stand_first() {
        let own = vec![
            (
                "disk-full".to_owned(),
                Ok("# Our disks\n\n1. Call storage.\n".to_owned()),
            ),
            ("torn".to_owned(), Err("it is a folder".to_owned())),
            (
                "zz/queue".to_owned(),
                Ok("---\nalerts: [QueueBacklog]\n---\n# Queue\n\n1. Look.\n".to_owned()),
            ),
        ];
        let library = Library::of(own.clone(), None);
        let today = Day::parse("2026-11-20").unwrap();
        let sorted = library
            .clone()
            .for_incident(&Facts::asked("QueueBacklog fires"), &[], today);
        assert_eq!(names(&sorted)[0], "zz/queue");
        assert!(!sorted.shelf[0].reason.is_empty());
        assert_eq!(names(&sorted).iter().filter(|name| **name == "disk-full").count(), 1);
        let disk = sorted.get("disk-full").unwrap();
        assert!(disk.volume.book.own && disk.volume.title == "Our disks");
        assert_eq!(disk.volume.steps().steps.len(), 1);
        assert_eq!(sorted.broken, [("torn".to_owned(), "it is a folder".to_owned())]);
        // What has not changed is not read again; what has, is.
        let again = Library::of(own.clone(), Some(&sorted));
        let same = |name: &str| {
            let (one, other) = (again.get(name).unwrap(), sorted.get(name).unwrap());
            Arc::ptr_eq(&one.volume, &other.volume)
        };
        assert!(same("disk-full") && same("hotfix"));
        let mut changed = own;
        changed[0].1 = Ok("# Our disks\n\n1. Call storage.\n2. Wait.\n".to_owned());
        let changed = Library::of(changed, Some(&sorted));
        assert_eq!(changed.get("disk-full").unwrap().volume.steps().steps.len(), 2);
    }

    #[test]
    fn each_runbook_of_a_file_with_many_is_found_by_itself() {
        let text = include_str!("../../tests/data/runbooks/many-in-one.md");
        let library = Library::of(vec![("store".to_owned(), Ok(text.to_owned()))], None);
        let today = Day::parse("2026-11-20").unwrap();
        let library = library.for_incident(&Facts::asked("StoreSlow"), &[], today);
        assert_eq!(names(&library)[0], "store/StoreSlow");
        assert_eq!(library.get("store/StoreDown").unwrap().volume.steps().steps.len(), 3);
        assert!(library.get("store/StoreDown").unwrap().reason.is_empty());
        assert!(library.get("store").is_none());
    }
}
