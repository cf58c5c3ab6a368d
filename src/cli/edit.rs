//! One incident that a verb changes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::failure::Failure;
use crate::framework::Framework;
use crate::incident::{Applied, Change, Incident, Time};
use crate::session::{Forgotten, Session};

/// How long a verb waits for its change to be on disk.
const PATIENCE: Duration = Duration::from_secs(20);

/// One incident that is being changed.
pub(super) struct Edit {
    pub(super) session: Session,
    /// Whether it is told that a new name may be a known person's.
    pub(super) asks: bool,
    /// Who acts.
    pub(super) by: String,
    /// When what is recorded happened, where that was given.
    pub(super) happened: Option<Time>,
    pub(super) changed: Rc<Cell<bool>>,
    /// The events of the changes that it made.
    pub(super) made: RefCell<Vec<String>>,
}

impl Edit {
    /// Applies a change in memory.
    pub(super) fn apply(&self, change: Change) -> Result<Applied, Failure> {
        if self.asks {
            self.ask_about_names(&change);
        }
        let change = match self.happened {
            Some(at) => Change::Dated {
                at: Some(at),
                who: None,
                change: Box::new(change),
            },
            None => change,
        };
        let applied = self.session.apply(change)?;
        self.made.borrow_mut().push(applied.event.clone());
        Ok(applied)
    }

    /// Asks whether a name that is new here is a new spelling of someone known; once, since then it is known.
    fn ask_about_names(&self, change: &Change) {
        let snapshot = self.session.snapshot();
        let mut names = Framework::names_in(change);
        names.push(&self.by);
        for name in names {
            if let Some(known) = snapshot.framework.maybe_same(&snapshot.incident, name) {
                let said = format!(
                    "`{name}` is new here; if that is {known}, add it to .warroom/config.yaml: aliases: {{{known}: [{name}]}}"
                );
                eprintln!("warroom: {}", crate::text::one_line(&said));
            }
        }
    }

    /// Merges a copy of the file into it.
    pub(super) fn bring(&self, text: &str) -> Result<(), String> {
        self.session.bring(text)
    }

    /// The incident's id.
    pub(super) fn id(&self) -> &str {
        &self.session.place().id
    }

    /// The incident as it is now.
    pub(super) fn incident(&self) -> Arc<Incident> {
        Arc::clone(&self.session.snapshot().incident)
    }

    /// The framework that it follows.
    pub(super) fn framework(&self) -> Arc<Framework> {
        Arc::clone(&self.session.snapshot().framework)
    }

    /// Has words taken out of comments and of this machine's copies, with the next save.
    pub(super) fn forget(&self, words: Vec<String>) {
        self.session.forget(words);
    }

    /// Ends the session; what came of the cleaning up after redactions.
    pub(super) fn close(self) -> Forgotten {
        self.session.close()
    }

    /// Waits until everything is on disk. Fails where a change no longer applies to what the file held by then: an editor or someone
    /// else was first.
    pub(super) fn save(&self) -> Result<(), Failure> {
        self.changed.set(true);
        let file = self.session.place().path.display().to_string();
        self.session
            .flush(PATIENCE)
            .map_err(|error| Failure::unsaved(&file, &error))?;
        let made = self.made.borrow();
        if let Some(refusal) = made.iter().find_map(|event| self.session.denied(event)) {
            return Err(Failure::overtaken(refusal));
        }
        for notice in self.session.snapshot().notices.iter() {
            if notice.warning && notice.text.contains("redacted") {
                eprintln!("warroom: {}", crate::text::one_line(&notice.text));
            }
        }
        Ok(())
    }
}
