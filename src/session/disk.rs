//! What this session knows of the file: the last state it took in, and how to judge what is there now.

use std::cell::OnceCell;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::snapshot::FileState;
use crate::document::{Document, Invalid};
use crate::incident::Time;
use crate::merge::mend;
use crate::merge::{self, Report, Seen};
use crate::store::beside::Beside;
use crate::store::read::{Contents, Opened, Stat, Unreadable, hash, open};
use crate::store::site::Site;
use crate::store::{reason, text};

/// A time stamp of a file that is younger than this may stay the same through another write.
const GRAIN: Duration = Duration::from_millis(25);
/// How long trouble is kept quiet: a checkout deletes, creates and writes; editors truncate first.
pub(super) const QUIET: Duration = Duration::from_secs(1);
/// When to look again, after trouble was first seen.
const RETRIES: [Duration; 6] = [
    Duration::from_millis(20),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_millis(500),
    QUIET,
];

/// How many contents are known by their hash to be included.
const INCLUDED: usize = 64;

/// A content that was seen, judged good, and not taken in yet: that is done under the lock.
pub struct Sighted {
    /// What it says.
    pub document: Document,
    /// Hash of its bytes.
    pub hash: u128,
    /// The file's.
    pub stat: Stat,
    /// A session of this program made it, and kept it beside the file: its stamps tell what is newer.
    pub ours: bool,
}

/// See the module.
pub struct Disk {
    /// Where everything is.
    pub site: Site,
    /// The last state taken in: what the file holds, or will hold once it is mended.
    pub base: Document,
    /// Of its text, once somebody has asked.
    hashed: OnceCell<u128>,
    /// What was superseded in this session.
    pub seen: Seen,
    /// What is wrong with the file, if anything.
    pub trouble: Option<Trouble>,
    /// What was seen and is to be taken in under the lock, in its order, whatever stands in the file by then.
    pub waiting: Vec<Sighted>,
    /// What other sessions keep beside the file.
    pub beside: Beside,
    /// The copy beside the file and the hash of the state known that were compared last.
    compared: Option<(Option<Stat>, u128)>,
    included: VecDeque<u128>,
    good: Good,
    /// The last text that was parsed, for the writer who reads it again under the lock, and whether it was mended.
    parsed: Option<(u128, Document, bool)>,
    /// Hash of the content that was taken in mended, and is to be written anew.
    mended: Option<u128>,
    last_read: Option<Instant>,
}

/// The content that `base` includes.
struct Good {
    hash: u128,
    stat: Option<Stat>,
    /// Whether an equal `stat` proves an equal content.
    settled: bool,
}

/// A file that cannot be taken in.
#[derive(Debug)]
pub struct Trouble {
    /// What it is.
    pub what: Wrong,
    /// Since when.
    pub since: Instant,
    /// What of it was told, if anything.
    pub told: Option<Wrong>,
}

/// What can be wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// It cannot be read as an incident.
    Invalid(Box<Invalid>),
    /// It is another thing, or another incident, or cannot be opened: a sentence.
    Odd(String),
}

impl Wrong {
    /// As the screen shows it.
    pub fn state(&self) -> FileState {
        match self {
            Self::Missing => FileState::Missing,
            Self::Invalid(invalid) => match invalid.newer_schema {
                Some(schema) => FileState::ReadOnly(newer(schema)),
                None => FileState::Invalid((**invalid).clone()),
            },
            Self::Odd(said) => FileState::ReadOnly(said.clone()),
        }
    }
}

/// The file as it was found.
pub struct Found {
    /// Where it really is.
    pub real: PathBuf,
    /// Whether conflict markers in it were taken apart: it is to be written anew, after a rescue copy.
    pub mended: bool,
    /// The open file.
    pub contents: Contents,
    /// What it says, where that is not what `base` includes already.
    pub fresh: Option<Document>,
}

impl Disk {
    /// For a file that was read as `base`; `read` is what its bytes were, absent where the file could not be read.
    pub fn new(site: Site, base: Document, read: Option<&Contents>) -> Self {
        let mut disk = Self {
            site,
            base,
            hashed: OnceCell::new(),
            seen: Seen::default(),
            trouble: None,
            waiting: Vec::new(),
            beside: Beside::default(),
            compared: None,
            included: VecDeque::new(),
            good: Good {
                hash: 0,
                stat: None,
                settled: false,
            },
            parsed: None,
            mended: None,
            last_read: None,
        };
        if let Some(contents) = read {
            disk.note_good(contents.hash, Stat::of(&contents.meta));
        }
        disk
    }

    /// Whether the file looks as it did when it was last read, and whether that is proof.
    pub fn unchanged(&self) -> (bool, bool) {
        let now = self.site.real().ok().and_then(|real| Stat::at(&real));
        let same = self.trouble.is_none() && now.is_some() && now == self.good.stat;
        (same, same && self.good.settled)
    }

    /// Whether it was read only a moment ago (someone is writing to it bit by bit).
    pub fn read_just_now(&self) -> bool {
        self.last_read.is_some_and(|at| at.elapsed() < GRAIN)
    }

    /// Reads the file and judges it. Trouble is noted in `trouble`.
    pub fn look(&mut self) -> Result<Found, ()> {
        let looked = self.find();
        self.last_read = Some(Instant::now());
        match looked {
            Ok(found) => {
                if found.fresh.is_none() {
                    self.note_good(found.contents.hash, Stat::of(&found.contents.meta));
                }
                Ok(found)
            }
            Err(what) => {
                let before = self.trouble.take();
                self.trouble = Some(Trouble {
                    what,
                    since: before.as_ref().map_or_else(Instant::now, |trouble| trouble.since),
                    told: before.and_then(|trouble| trouble.told),
                });
                Err(())
            }
        }
    }

    fn find(&mut self) -> Result<Found, Wrong> {
        let odd = |why| self.odd(why);
        let real = self.site.real().map_err(odd)?;
        let opened = open(&real).map_err(odd)?;
        // Equal times are proof if they are old enough, and a reason to compare hashes before reading all if not.
        if self.good.stat == Some(Stat::of(&opened.meta)) {
            let hash = if self.good.settled {
                self.good.hash
            } else {
                opened.hash().map_err(|error| odd(Unreadable::Io(error)))?
            };
            if hash == self.good.hash {
                let Opened { file, meta } = opened;
                let contents = Contents { file, meta, hash };
                return Ok(Found {
                    real,
                    mended: self.mended == Some(hash),
                    contents,
                    fresh: None,
                });
            }
        }
        let mut bytes = Vec::new();
        let contents = opened.read(&mut bytes).map_err(odd)?;
        let hash = contents.hash;
        let (fresh, mended) = if hash == self.good.hash {
            (None, self.mended == Some(hash))
        } else {
            let (document, mended) = match &self.parsed {
                Some((parsed, document, mended)) if *parsed == hash => (document.clone(), *mended),
                _ => self.judge(&bytes)?,
            };
            self.parsed = Some((hash, document.clone(), mended));
            (Some(document), mended)
        };
        Ok(Found {
            real,
            mended,
            contents,
            fresh,
        })
    }

    /// Reads bytes as a state of this incident, and says whether conflict markers had to be taken apart for it.
    pub fn judge(&self, bytes: &[u8]) -> Result<(Document, bool), Wrong> {
        let invalid = |invalid| Wrong::Invalid(Box::new(invalid));
        let content = text::utf8(bytes).map_err(invalid)?;
        let (document, mended) = mend::read(content, Some(&self.base)).map_err(invalid)?;
        if let Some(schema) = document.newer_schema()
            && self.base.newer_schema().is_none()
        {
            return Err(Wrong::Odd(newer(schema)));
        }
        if let Some(torn) = text::cut_off(&document, Some(&self.base)) {
            return Err(invalid(torn));
        }
        let (ours, theirs) = (self.base.incident(), document.incident());
        if !ours.uid.is_empty() && !theirs.uid.is_empty() && ours.uid != theirs.uid {
            return Err(Wrong::Odd(format!(
                "{} holds another incident now ({}); yours goes on here and is kept.",
                self.site.path.display(),
                crate::text::one_line(&theirs.title)
            )));
        }
        Ok((document, mended))
    }

    /// The file was taken in mended: it is to be written anew.
    pub fn note_mended(&mut self, hash: u128) {
        self.mended = Some(hash);
    }

    fn odd(&self, why: Unreadable) -> Wrong {
        let path = self.site.path.display();
        match why {
            Unreadable::Missing => Wrong::Missing,
            Unreadable::Odd(what) => Wrong::Odd(format!("{path} is {what} now; your changes are kept in the journal.")),
            Unreadable::TooLarge(bytes, most) => Wrong::Odd(format!(
                "{path} has grown to {}, and {} is the most that is read; your changes are kept in the journal.",
                crate::bounds::size(bytes),
                crate::bounds::size(most)
            )),
            Unreadable::Io(error) => Wrong::Odd(format!(
                "{path} cannot be read: {}; your changes are kept in the journal.",
                reason(&error)
            )),
        }
    }

    /// What `fresh` makes of the state known so far: entries that vanished put back, hand edits stamped.
    pub fn adopt(&self, fresh: &Document, now: Time, by: &str) -> (Document, Report) {
        // What a newer program wrote is shown as it is.
        if fresh.newer_schema().is_some() {
            return (fresh.clone(), Report::default());
        }
        merge::adopt(&self.base, fresh, &self.seen, now, by)
    }

    /// The same for what stood in the file before `later` did.
    pub fn adopt_before(&self, then: &Document, later: &[&Document], now: Time, by: &str) -> (Document, Report) {
        merge::adopt_before(&self.base, then, later, &self.seen, now, by)
    }

    /// Looks at what other sessions keep beside the file; whether there is something to take in: an editor may have saved an old buffer
    /// over it before anybody looked.
    pub fn consult(&mut self) -> bool {
        let Some(kept) = self.kept() else { return false };
        self.waiting.push(kept);
        self.waiting.sort_by_key(|seen| seen.stat.order());
        true
    }

    fn kept(&mut self) -> Option<Sighted> {
        let kept = self.beside.news(&self.site)?;
        if self.includes(kept.hash) {
            return None;
        }
        let Ok((document, false)) = self.judge(&kept.bytes) else {
            return None;
        };
        if document.newer_schema().is_some() {
            return None;
        }
        if merge::take_back(&self.base, &document).text() == self.base.text() {
            self.include(kept.hash);
            return None;
        }
        Some(Sighted {
            document,
            hash: kept.hash,
            stat: kept.stat,
            ours: true,
        })
    }

    /// Keeps the state known beside the file. Only for who holds the lock and has consulted what is there.
    /// Whether it is there then.
    pub fn keep_beside(&mut self) -> bool {
        // It helps where an editor saves an old buffer; where it cannot be written the file itself has all.
        self.is_kept() || self.beside.keep(&self.site, self.base.text()).is_ok()
    }

    /// Hash of the text of the state known: counted once, since an idle console asks every few seconds.
    fn base_hash(&self) -> u128 {
        *self.hashed.get_or_init(|| hash(self.base.text().as_bytes()))
    }

    /// Whether the state known is kept beside the file, as far as this session knows.
    pub fn is_kept(&self) -> bool {
        self.beside.holds(self.base_hash())
    }

    /// Whether what is kept beside the file is gone or lacks something of the state known: who saved without the lock, where its
    /// holder was stuck, may have put an older state over ours. A look at its times, where nothing changed.
    pub fn is_copy_behind(&mut self) -> bool {
        let base = self.base_hash();
        if self.trouble.is_some() || self.base.newer_schema().is_some() || self.beside.holds(base) {
            return false;
        }
        if self.compared == Some((self.beside.stat(), base)) {
            return false;
        }
        let kept = self.beside.read(&self.site);
        // Two that have the same may be worded otherwise: then nobody writes, or both would for ever.
        let behind = kept
            .and_then(|kept| self.judge(&kept.bytes).ok())
            .is_none_or(|(kept, _)| merge::take_back(&kept, &self.base).text() != kept.text());
        if !behind {
            self.compared = Some((self.beside.stat(), base));
        }
        behind
    }

    /// Whether the content with this hash is included in the state known.
    pub fn includes(&self, hash: u128) -> bool {
        self.good.hash == hash || self.included.contains(&hash)
    }

    /// It is from now on.
    pub fn include(&mut self, hash: u128) {
        if !self.included.contains(&hash) {
            self.included.truncate(INCLUDED - 1);
            self.included.push_front(hash);
        }
    }

    /// A content that was seen is the state from now on, `adopted`.
    pub fn take_in_seen(&mut self, adopted: Document, hash: u128, stat: Stat) {
        self.note_good(hash, stat);
        self.good.settled = false;
        self.advance(adopted);
    }

    /// `adopted` is the state from now on; it includes the content read as `contents`.
    pub fn take_in(&mut self, adopted: Document, contents: &Contents) {
        self.note_good(contents.hash, Stat::of(&contents.meta));
        self.advance(adopted);
    }

    /// The same where it may be what is known already.
    pub fn know(&mut self, document: Document) {
        if document.text() != self.base.text() {
            self.advance(document);
        }
    }

    /// `document` is the state from now on.
    pub fn advance(&mut self, document: Document) {
        self.seen.note(&self.base, &document);
        self.base = document;
        self.hashed = OnceCell::new();
        self.parsed = None;
    }

    /// The file holds a text with this hash now, written by us.
    pub fn note_written(&mut self, hash: u128, stat: Stat) {
        self.note_good(hash, stat);
        // The times are from after it came in place: somebody may have written to it by then.
        self.good.settled = false;
    }

    fn note_good(&mut self, hash: u128, stat: Stat) {
        self.include(hash);
        self.good = Good {
            hash,
            stat: Some(stat),
            settled: stat.is_older_than(GRAIN, SystemTime::now()),
        };
    }

    /// When to look again at a file in trouble: at given times after it was first seen, then no more (events and the slow
    /// poll do the rest).
    pub fn next_retry(&self) -> Option<Instant> {
        let since = self.trouble.as_ref()?.since;
        let past = since.elapsed();
        RETRIES.iter().find(|after| **after > past).map(|after| since + *after)
    }

    /// Trouble that has lasted long enough to be told, and was not yet.
    pub fn untold(&mut self) -> Option<Wrong> {
        let trouble = self.trouble.as_mut()?;
        if trouble.told.as_ref() == Some(&trouble.what) || trouble.since.elapsed() < QUIET {
            return None;
        }
        trouble.told = Some(trouble.what.clone());
        trouble.told.clone()
    }
}

/// A sentence about a file of a newer program.
pub(super) fn newer(schema: u32) -> String {
    format!("The file was written by a newer warroom (schema {schema}); update this one to change it.")
}

/// A sentence about what was taken in, and whether it is a worry; none where others simply added something.
pub(super) fn told(report: &Report) -> Option<(bool, String)> {
    let mut parts = Vec::new();
    let count = |many: usize, one: &str, several: &str| {
        if many == 1 {
            format!("1 {one}")
        } else {
            format!("{many} {several}")
        }
    };
    if !report.restored.is_empty() {
        let entries = count(report.restored.len(), "entry", "entries");
        parts.push(format!("{entries} that an older copy had left out put back"));
    }
    if !report.hand_edits.is_empty() {
        let fields: Vec<_> = report
            .hand_edits
            .iter()
            .take(3)
            .map(|field| crate::text::one_line(field))
            .collect();
        let more = if report.hand_edits.len() > 3 { " and more" } else { "" };
        parts.push(format!("manual edit: {}{more}", fields.join(", ")));
    }
    if !report.conflicts.is_empty() {
        parts.push(format!(
            "{} to settle",
            count(report.conflicts.len(), "conflict", "conflicts")
        ));
    }
    if parts.is_empty() {
        return None;
    }
    let said = format!("The file was changed outside: {}.", parts.join("; "));
    Some((!report.conflicts.is_empty() || !report.restored.is_empty(), said))
}

/// The framework of an incident, where it is another than that of `before`.
pub(super) fn framework_changed(before: &Document, after: &Document) -> Option<Arc<str>> {
    let (before, after) = (&before.incident().framework, &after.incident().framework);
    (before != after).then(|| after.as_str().into())
}
