//! Forgetting: what this machine holds of words that were redacted, whoever redacted them and wherever it came from. The words are
//! learned from what stood in the fields before, looked for in whatever comes, redacted again where they come back, and taken out of
//! comments and of every copy that is kept here. On the saver's thread only.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::disk::Disk;
use super::machine::Reason;
use super::nonce;
use super::shared::Shared;
use crate::document::Document;
use crate::incident::fingerprints::Fingerprints;
use crate::incident::{Change, Incident, redact};
use crate::store::outbox::Outbox;
use crate::store::site::Site;
use crate::store::traces::{self, Cleaned};

/// What came of it in a session.
#[derive(Debug, Default)]
pub struct Forgotten {
    /// The copies that are kept here.
    pub copies: Cleaned,
    /// Whether words were taken out of comments.
    pub comments: bool,
}

/// See the module.
#[derive(Default)]
pub(super) struct Forgetting {
    words: Arc<Fingerprints>,
    /// The redactions that this session knows.
    known: BTreeSet<String>,
    /// The last state that was looked at: what of a later one has another address is looked at.
    clean: Option<Arc<Incident>>,
    /// The last state of the file that was looked at.
    seen: Option<Arc<Incident>>,
    /// What dead sessions and others have written may hold the words.
    comments: bool,
    copies: bool,
}

impl Forgetting {
    /// The first state: the last one that a session on this machine knew.
    pub(super) fn begin(&mut self, site: &Site, known: &Document) {
        self.clean = Some(Arc::clone(known.incident()));
        self.words = Arc::new(traces::known(site).unwrap_or_default());
    }

    /// Learns what newer redactions took out. Whether there were any.
    fn learn(&mut self, shared: &Shared, site: &Site, incident: &Incident) -> bool {
        let mut words = shared.take_words();
        let new: Vec<&str> = incident
            .redactions
            .iter()
            .map(|one| one.id.as_str())
            .filter(|id| !self.known.contains(*id))
            .collect();
        if new.is_empty() && words.is_empty() {
            return false;
        }
        if let Some(clean) = &self.clean {
            words.extend(redact::lost(clean, incident));
        }
        let undone = new.iter().any(|id| !self.words.is_done(id));
        self.known.extend(new.into_iter().map(str::to_owned));
        if undone {
            traces::copies(site, &mut |bytes| {
                let copy = std::str::from_utf8(bytes)
                    .ok()
                    .and_then(|text| Document::parse(text).ok());
                if let Some(copy) = copy.filter(|copy| copy.incident().uid == incident.uid) {
                    words.extend(redact::lost(copy.incident(), incident));
                }
            });
        }
        self.copies |= undone || !words.is_empty();
        self.comments |= self.copies;
        // Where it cannot be written it is known as long as this session lasts.
        let (known, _) = if self.copies {
            traces::note(site, &words, &[])
        } else {
            (traces::known(site).unwrap_or_default(), Ok(()))
        };
        self.words = Arc::new(known);
        let mut core = shared.core();
        core.forget(Arc::clone(&self.words));
        core.publish();
        true
    }

    /// The words that came back with what is new in a state, and who had redacted them.
    fn back(&self, incident: &Incident) -> Option<(Vec<String>, String)> {
        if self.words.is_empty()
            || self
                .clean
                .as_ref()
                .is_some_and(|clean| std::ptr::eq(std::sync::Arc::as_ptr(clean), incident))
        {
            return None;
        }
        let mut found: Vec<String> = Vec::new();
        let mut by = None;
        redact::fresh_texts(self.clean.as_deref(), incident, &mut |text| {
            for (place, who) in self.words.find(text.as_bytes()) {
                let words = text.get(place).unwrap_or(text).to_owned();
                by.get_or_insert_with(|| who.to_owned());
                if !found.contains(&words) {
                    found.push(words);
                }
            }
        });
        by.map(|by| (found, by))
    }

    /// Before a save: what came back is redacted again, with it.
    pub(super) fn respect(&mut self, shared: &Shared, disk: &Disk) {
        let incident = Arc::clone(&shared.core().incident);
        self.learn(shared, &disk.site, &incident);
        if let Some((words, by)) = self.back(&incident) {
            self.copies = true;
            self.comments = true;
            let what = redact::again(&incident, words, &by).what;
            if !what.is_empty() {
                let places = match what.len() {
                    1 => "1 place".to_owned(),
                    several => format!("{several} places"),
                };
                let change = Change::Redact {
                    said: "words that came back".into(),
                    what,
                    reason: None,
                };
                let mut core = shared.core();
                let now = shared.clock.now();
                if core.redact(nonce(), change, &shared.by, now).is_ok() {
                    core.notice(
                        true,
                        format!("Words that {by} had redacted came back in {places}; they are redacted again."),
                    );
                }
                self.known
                    .extend(core.incident.redactions.iter().map(|one| one.id.clone()));
                core.publish();
            }
        }
        self.clean = Some(Arc::clone(&shared.core().incident));
    }

    /// The document without the words in its comments, where others have written in it.
    pub(super) fn strike(&mut self, shared: &Shared, document: Document, base: &Document) -> Document {
        let foreign = self
            .seen
            .as_ref()
            .is_none_or(|seen| !Arc::ptr_eq(seen, base.incident()));
        if self.words.is_empty() || !(self.comments || foreign) {
            return document;
        }
        let Some(struck) = struck(&document, &self.words) else {
            return document;
        };
        shared.forgotten.lock().unwrap_or_else(PoisonError::into_inner).comments = true;
        self.copies = true;
        struck
    }

    /// The state known is in the file.
    pub(super) fn is_written(&mut self, disk: &Disk) {
        self.seen = Some(Arc::clone(disk.base.incident()));
        self.comments = false;
    }

    /// Looks at what was taken in without a save; asks for one where words came back with it.
    pub(super) fn look(&mut self, shared: &Shared) {
        let (base, site, sound) = {
            let disk = shared.disk();
            (disk.base.clone(), disk.site.clone(), disk.trouble.is_none())
        };
        if !sound
            || self
                .seen
                .as_ref()
                .is_some_and(|seen| Arc::ptr_eq(seen, base.incident()))
        {
            return;
        }
        let incident = Arc::clone(&shared.core().incident);
        self.learn(shared, &site, &incident);
        // Asked for once: a file that may only be read stays as it is.
        self.seen = Some(Arc::clone(base.incident()));
        if self.back(&incident).is_some() || struck(&base, &self.words).is_some() {
            self.comments = true;
            shared.want(Reason::Words);
        } else {
            self.clean = Some(incident);
        }
    }

    /// Takes the words out of what is kept here beside the file.
    pub(super) fn clean_up(&mut self, shared: &Shared, state: &Path) {
        self.copies |= shared.words_back.swap(false, Ordering::Relaxed);
        if !std::mem::take(&mut self.copies) {
            return;
        }
        let site = shared.disk().site.clone();
        crate::store::recalled::forget(&shared.repository);
        let mut cleaned = traces::clean(&site, state, &self.words);
        if let Ok(outbox) = Outbox::here() {
            cleaned.add(traces::clean_folder(outbox.folder(), &self.words));
        }
        if cleaned.failed.is_empty() {
            let done: Vec<String> = self.known.iter().cloned().collect();
            let (words, _) = traces::note(&site, &[], &done);
            self.words = Arc::new(words);
        } else {
            let mut core = shared.core();
            for (path, error) in &cleaned.failed {
                core.notice(
                    true,
                    format!(
                        "{} could not be looked into for redacted words: {}; delete it yourself if it may hold them.",
                        crate::text::one_line(&path.display().to_string()),
                        crate::text::one_line(&error.to_string())
                    ),
                );
            }
            core.publish();
        }
        let mut forgotten = shared.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        forgotten.copies.add(cleaned);
    }
}

/// A document without the words in its comments, and in what of it cannot be read; the values stay as they are.
fn struck(document: &Document, words: &Fingerprints) -> Option<Document> {
    let unreadable = !document.quarantined().is_empty();
    let same = |everywhere: bool| {
        let text = traces::struck(document.text(), everywhere, words)?;
        let struck = document.reparse(&text).ok()?;
        struck
            .says(document.incident())
            .then(|| struck.with(Arc::clone(document.incident())))
    };
    unreadable.then(|| same(true)).flatten().or_else(|| same(false))
}
