//! The state in memory: what is known to be in the file, own changes on top of it, and what is told to the screen. Nothing
//! here waits for a disk; the lock around it is held for moments only.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::arrivals;
use super::machine::{Machine, Reason};
use super::snapshot::{Arrival, FileState, Notice, Saving, Snapshot, Watching};
use super::sync::SyncState;
use crate::document::Document;
use crate::framework::{Framework, MajorIncident};
use crate::incident::fingerprints::Fingerprints;
use crate::incident::stamp::AHEAD;
use crate::incident::{self, Applied, Change, Incident, Refusal, Request, Time};

/// Most own changes that can be undone.
const UNDOS: usize = 200;
/// Most notices kept for a screen that is slow to look.
const NOTICES: usize = 30;

/// See the module.
pub struct Core {
    /// What is in the file, or will be as soon as it has been mended.
    pub base: Document,
    /// `base` with `pending` applied.
    pub incident: Arc<Incident>,
    /// Own changes that are not in the file yet.
    pub pending: Vec<Request>,
    /// Own changes that others made impossible before they were saved; to be kept for their words.
    pub refused: Vec<Request>,
    /// Why, of each of them, by the event that it would have written.
    pub denied: Vec<(String, Refusal)>,
    /// The framework in force.
    pub framework: Arc<Framework>,
    /// Whether the file is in order.
    pub file: FileState,
    /// Why saving does not work just now.
    pub failure: Option<Failure>,
    /// Why the file is to be written, and how far that is.
    pub machine: Machine,
    /// How changes of others are seen.
    pub watching: Watching,
    /// How this clone stands with the others.
    pub sync: SyncState,
    /// The words that were redacted, as far as this machine knows them.
    pub redacted: Arc<Fingerprints>,
    /// The major incident that the repository's open incidents make.
    pub major: Option<Arc<MajorIncident>>,
    /// Others whose console is open on the incident.
    pub here: Arc<[super::here::Here]>,
    /// What the incident is called: its folder's name.
    name: String,
    /// Whether the clock was set for a test: what is changed says so.
    pub test_clock: bool,
    /// The newest stamp in the file.
    seen: Time,
    /// The same with what is pending.
    newest: Time,
    /// The newest stamp that each pending change was made over, by its nonce. With it a replay gives the stamps that the change
    /// had: who has read it with them already would take it for another write with others.
    over: HashMap<String, Time>,
    acts: Acts,
    undo: Vec<Step>,
    redo: Vec<Step>,
    arrivals: Arc<[Arrival]>,
    notices: Arc<[Notice]>,
    noticed: u64,
    revision: u64,
    sender: tokio::sync::watch::Sender<Arc<Snapshot>>,
}

/// Why saving does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A sentence.
    pub said: String,
    /// Whether the journal has the changes.
    pub journaled: bool,
    /// How many of the changes that are pending it is about: one that was made since then is not known to be kept yet.
    pub covers: usize,
}

/// A change that can be taken back (or done again): the request that made it, and its inverse.
struct Step {
    nonce: String,
    inverse: Change,
}

impl Core {
    /// A session's state at its beginning.
    pub fn new(base: Document, name: &str, framework: Arc<Framework>, watching: Watching) -> Self {
        let incident = Arc::clone(base.incident());
        let snapshot = Snapshot {
            revision: 0,
            incident: incident.called(name),
            framework: Arc::clone(&framework),
            saving: Saving::Saved,
            file: FileState::Good,
            arrivals: Arc::default(),
            quarantined: base.quarantined().into(),
            notices: Arc::default(),
            undoable: 0,
            redoable: 0,
            watching,
            sync: SyncState::default(),
            major: None,
            here: Arc::default(),
            redacted: Arc::default(),
        };
        Self {
            seen: incident::newest(&incident),
            newest: incident::newest(&incident),
            over: HashMap::new(),
            name: name.to_owned(),
            test_clock: false,
            acts: Acts::default(),
            base,
            incident,
            pending: Vec::new(),
            refused: Vec::new(),
            denied: Vec::new(),
            framework,
            file: FileState::Good,
            failure: None,
            machine: Machine::default(),
            watching,
            major: None,
            here: Arc::default(),
            redacted: Arc::default(),
            sync: SyncState::default(),
            undo: Vec::new(),
            redo: Vec::new(),
            arrivals: Arc::default(),
            notices: Arc::default(),
            noticed: 0,
            revision: 0,
            sender: tokio::sync::watch::Sender::new(Arc::new(snapshot)),
        }
    }

    /// Where snapshots are published.
    pub fn sender(&self) -> &tokio::sync::watch::Sender<Arc<Snapshot>> {
        &self.sender
    }

    /// Publishes the present state.
    pub fn publish(&mut self) {
        self.revision += 1;
        let saving = match (&self.failure, self.pending.len()) {
            (_, 0) => Saving::Saved,
            (None, several) => Saving::Pending(several),
            (Some(failure), several) => Saving::Failed(several, failure.said.clone()),
        };
        self.sender.send_replace(Arc::new(Snapshot {
            revision: self.revision,
            incident: self.incident.called(&self.name),
            framework: Arc::clone(&self.framework),
            saving,
            file: self.file.clone(),
            arrivals: Arc::clone(&self.arrivals),
            quarantined: self.base.quarantined().into(),
            notices: Arc::clone(&self.notices),
            undoable: self.undo.len(),
            redoable: self.redo.len(),
            watching: self.watching,
            sync: self.sync.clone(),
            major: self.major.clone(),
            here: Arc::clone(&self.here),
            redacted: Arc::clone(&self.redacted),
        }));
    }

    /// Adds a sentence for the person; it is seen with the next [`Self::publish`].
    pub fn notice(&mut self, warning: bool, text: impl Into<String>) {
        self.noticed += 1;
        let skip = (self.notices.len() + 1).saturating_sub(NOTICES);
        let fresh = Notice {
            number: self.noticed,
            text: text.into(),
            warning,
        };
        self.notices = self.notices.iter().skip(skip).cloned().chain([fresh]).collect();
    }

    /// Whether somebody sits before it, rather than a verb that ends.
    pub fn is_console(&self) -> bool {
        self.watching != Watching::Off
    }

    /// Applies a change of one's own, to be saved.
    pub fn change(&mut self, nonce: String, change: Change, by: &str, now: Time) -> Result<Applied, Refusal> {
        let applied = self.request(nonce.clone(), change, by, now)?;
        self.redo.clear();
        if let Some(inverse) = applied.inverse.clone() {
            let skip = (self.undo.len() + 1).saturating_sub(UNDOS);
            self.undo.drain(..skip);
            self.undo.push(Step { nonce, inverse });
        }
        self.publish();
        Ok(applied)
    }

    /// Takes back the newest of one's own changes, or does again what was taken back last.
    pub fn step(&mut self, back: bool, nonce: String, by: &str, now: Time) -> Result<Applied, Refusal> {
        let from = if back { &mut self.undo } else { &mut self.redo };
        let Some(step) = from.pop() else {
            let what = if back { "undo" } else { "redo" };
            return Err(Refusal::Invalid(format!("There is nothing of yours to {what}.")));
        };
        let applied = match self.request(nonce.clone(), step.inverse, by, now) {
            Ok(applied) => applied,
            Err(refusal) => {
                // The incident has gone on; the next call takes the one before it.
                self.publish();
                return Err(refusal);
            }
        };
        if let Some(inverse) = applied.inverse.clone() {
            let to = if back { &mut self.redo } else { &mut self.undo };
            to.push(Step { nonce, inverse });
        }
        self.publish();
        Ok(applied)
    }

    /// Redacts words that came back. It is no change of the person's: there is nothing to undo, and what was undone can be done again.
    pub fn redact(&mut self, nonce: String, change: Change, by: &str, now: Time) -> Result<(), Refusal> {
        self.request(nonce, change, by, now).map(|_| ())
    }

    /// Drops whatever is remembered here with words that were redacted.
    pub fn forget(&mut self, words: Arc<Fingerprints>) {
        let holds = |value: &Change| serde_json::to_string(value).map_or(true, |text| words.holds(&text));
        self.undo.retain(|step| !holds(&step.inverse));
        self.redo.retain(|step| !holds(&step.inverse));
        self.notices = self
            .notices
            .iter()
            .filter(|notice| !words.holds(&notice.text))
            .cloned()
            .collect();
        self.redacted = words;
    }

    fn request(&mut self, nonce: String, change: Change, by: &str, now: Time) -> Result<Applied, Refusal> {
        let now = self.acts.next(now);
        let change = self
            .framework
            .permit(&self.incident.called(&self.name), change, by, now)?;
        let request = Request {
            nonce,
            by: by.to_owned(),
            at: now,
            test_clock: self.test_clock,
            change,
        };
        let (incident, applied) =
            incident::apply_under(&self.framework.classes, &self.incident, &request, self.newest)?;
        if !applied.already {
            self.incident = Arc::new(incident);
            let request = request.with(request.change.change().clone());
            self.acts.took(written(&request));
            self.over.insert(request.nonce.clone(), self.newest);
            self.newest = after(self.newest, &request);
            self.pending.push(request);
            self.machine.raise(Reason::Change);
        }
        Ok(applied)
    }

    /// Takes up requests that an earlier session could not save. Returns how many are to be saved now.
    pub fn take_up(&mut self, requests: Vec<Request>) -> usize {
        let before = self.pending.len();
        self.pending.extend(requests);
        let refused = self.replay();
        self.tell_refused(&refused);
        self.pending.len().saturating_sub(before)
    }

    /// Puts own changes on another state of the file. `fresh` is what others brought, `newest` the newest stamp in it.
    pub fn rebase(&mut self, base: Document, newest: Time, fresh: Vec<Arrival>, now: Time) {
        self.base = base;
        self.seen = self.seen.max(newest);
        self.arrivals = arrivals::remember(&self.arrivals, fresh, now);
        let refused = self.replay();
        self.tell_refused(&refused);
    }

    /// The first `count` pending changes are in the file, which holds `base` now.
    pub fn saved(&mut self, base: Document, count: usize) {
        debug_assert!(count <= self.pending.len(), "more is saved than was pending");
        for request in self.pending.iter().take(count) {
            let over = self.over.remove(&request.nonce).unwrap_or(self.seen);
            self.seen = self.seen.max(after(over, request));
        }
        debug_assert!(
            self.pending
                .iter()
                .take(count)
                .all(|request| is_in(base.incident(), request)),
            "a change is said to be in a file that lacks it"
        );
        self.base = base;
        self.pending.drain(..count.min(self.pending.len()));
        if self.pending.is_empty() {
            self.incident = Arc::clone(self.base.incident());
        }
    }

    /// Applies what is pending to `base` anew; drops what is in it already, and what is refused there, which is returned.
    fn replay(&mut self) -> Vec<(Request, Refusal)> {
        let mut refused = Vec::new();
        let mut incident = Arc::clone(self.base.incident());
        let mut newest = self.seen;
        let (framework, known) = (&self.framework, &mut self.over);
        self.pending.retain(|request| {
            let first = known.remove(&request.nonce);
            let over = first.filter(|first| newest < after(*first, request)).unwrap_or(newest);
            let applied = framework
                .permit(&incident, request.change.clone(), &request.by, request.at)
                .map(|change| request.with(change))
                .and_then(|request| incident::apply_under(&framework.classes, &incident, &request, over));
            match applied {
                Ok((_, applied)) if applied.already => false,
                Ok((next, _)) => {
                    incident = Arc::new(next);
                    known.insert(request.nonce.clone(), over);
                    newest = after(over, request);
                    true
                }
                // Permit may refuse what is in the file already (a status that it has by now).
                Err(_) if holds(&incident, request) => false,
                Err(refusal) => {
                    refused.push((request.clone(), refusal));
                    false
                }
            }
        });
        self.incident = incident;
        self.newest = newest;
        self.undo
            .retain(|step| !refused.iter().any(|(request, _)| request.nonce == step.nonce));
        refused
    }

    fn tell_refused(&mut self, refused: &[(Request, Refusal)]) {
        for (request, refusal) in refused {
            let what = asked(&request.change);
            let what = crate::text::fit(&crate::text::one_line(&what), 200, "…").into_owned();
            self.notice(
                true,
                format!(
                    "Your change was not applied, because someone else got there first: {refusal} It was to {what}"
                ),
            );
            self.refused.push(request.clone());
            self.denied.push((format!("e{}", request.nonce), refusal.clone()));
        }
    }
}

/// What a change was to do, in words: `set field: title, db is slow`.
fn asked(change: &Change) -> String {
    let Ok(serde_json::Value::Object(map)) = serde_json::to_value(change) else {
        return String::new();
    };
    let text = |key: &str| map.get(key).and_then(serde_json::Value::as_str);
    let deed = text("do").unwrap_or_default().replace('-', " ");
    let words = if let Some(said) = text("said") {
        said.to_owned()
    } else {
        let all = map.keys().filter(|key| *key != "do").filter_map(|key| text(key));
        all.collect::<Vec<_>>().join(", ")
    };
    format!("{deed}: {words}")
}

/// When the last act of this session was: no two are at one instant, so that their order is theirs in every clone.
#[derive(Debug, Default)]
struct Acts(Option<Time>);

impl Acts {
    /// Farther back than this the clock was set, and counts.
    const SET: Duration = Duration::from_secs(60);

    fn next(&self, now: Time) -> Time {
        match self.0 {
            Some(last) if now <= last && last <= now.plus(Self::SET) => Time::from_millis(last.millis() + 1),
            _ => now,
        }
    }

    fn took(&mut self, at: Time) {
        self.0 = Some(at);
    }
}

/// When the last of what a request brings is written down: the lines of an import, the items of a list follow one another.
fn written(request: &Request) -> Time {
    let many = match &request.change {
        Change::ImportLines { lines } => lines.len(),
        Change::AddItems { texts } => texts.len(),
        _ => 1,
    };
    let more = i64::try_from(many.saturating_sub(1)).unwrap_or_default();
    Time::from_millis(request.at.millis() + more)
}

/// Whether the incident holds what a request asks for.
fn holds(incident: &Incident, request: &Request) -> bool {
    let event = format!("e{}", request.nonce);
    incident.timeline.iter().rev().any(|one| one.id == event)
}

/// The same, also of lines that were taken in at once, whose events have ids of their own.
fn is_in(incident: &Incident, request: &Request) -> bool {
    matches!(request.change, Change::ImportLines { .. }) || holds(incident, request)
}

/// The newest stamp after a request was applied.
fn after(newest: Time, request: &Request) -> Time {
    if newest <= request.at.plus(AHEAD) {
        request.at.max(Time::from_millis(newest.millis() + 1))
    } else {
        // That clock is wrong: nobody goes by it.
        request.at
    }
}
