//! What the other open incidents of the repository come to: now and then a thread of its own looks whether they make a major one.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::open::Open;
use super::shared::{Shared, Wake};
use super::{Session, nonce};
use crate::framework::MajorIncident;
use crate::incident::Change;
use crate::store::survey::Survey;

/// The first look comes once the console stands, the others at leisure.
const LOOKS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(15));
/// How long saving another incident may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// What is not done on the way of a key: it reads or writes other files than the incident's.
enum Order {
    /// Declare the major incident, coordinated by this person.
    Declare(String),
    /// Fold the open incident into this one, for a reason.
    Fold(String, Option<String>),
    /// Write the review's document.
    Review,
}

/// The thread. Dropping it ends it.
pub(super) struct Lookout {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Lookout {
    /// Starts to look, until it is dropped; `None` where there is no thread to be had.
    pub(super) fn start(shared: &Arc<Shared>) -> Option<Self> {
        let (orders, inbox) = mpsc::channel::<Order>();
        let shared = Arc::clone(shared);
        let thread = std::thread::Builder::new().name("warroom-major".into()).spawn(move || {
            let mut survey = Survey::default();
            let mut wait = LOOKS.0;
            loop {
                match inbox.recv_timeout(wait) {
                    Ok(Order::Declare(coordinator)) => declare(&shared, &mut survey, &coordinator),
                    Ok(Order::Fold(parent, reason)) => super::duplicate::fold(&shared, &parent, reason.as_deref()),
                    Ok(Order::Review) => {
                        super::learning::write_review(&shared);
                        continue;
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
                look(&shared, &mut survey);
                wait = LOOKS.1;
            }
        });
        Some(Self {
            orders: Some(orders),
            thread: Some(thread.ok()?),
        })
    }

    /// Declares the major incident, coordinated by this person; what came of it is told by a notice.
    pub(super) fn declare(&self, coordinator: &str) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order::Declare(coordinator.to_owned()));
        }
    }

    /// Folds the open incident into another one; what came of it is told by a notice.
    pub(super) fn fold_into(&self, parent: &str, reason: Option<String>) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order::Fold(parent.to_owned(), reason));
        }
    }
}

impl Lookout {
    /// Writes the document of the open incident's review; what came of it is told by a notice.
    pub(super) fn write_review(&self) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(Order::Review);
        }
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The major incident that is there now, by the framework of the repository.
fn found(shared: &Shared, survey: &mut Survey) -> Option<MajorIncident> {
    let repository = &shared.repository;
    let name = repository.config().framework;
    let own = Arc::clone(&shared.core().framework);
    let framework = if own.name == name {
        own
    } else {
        repository.framework(&name).ok()?
    };
    framework.major.as_ref()?;
    let open = survey.open(repository);
    framework.major(open.iter().map(AsRef::as_ref))
}

fn look(shared: &Shared, survey: &mut Survey) {
    let now = found(shared, survey);
    let mut core = shared.core();
    if core.major.as_deref() != now.as_ref() {
        core.major = now.map(Arc::new);
        core.publish();
    }
}

fn declare(shared: &Shared, survey: &mut Survey, coordinator: &str) {
    let Some(major) = found(shared, survey) else {
        return tell(
            shared,
            true,
            "The open incidents make no major one any more; nothing was changed.".into(),
        );
    };
    // Our own incident comes last: what this console shows as declared is on disk in all the others by then.
    let here = shared.place.id.clone();
    let (own, others): (Vec<&String>, Vec<&String>) = major.incidents.iter().partition(|id| **id == here);
    let mut failed = Vec::new();
    for id in others.into_iter().chain(own) {
        if let Err(why) = declare_in(shared, &major, id, coordinator) {
            failed.push(format!("{id}: {why}"));
        }
    }
    if failed.is_empty() {
        let all = major.incidents.join(", ");
        tell(
            shared,
            false,
            format!("Major incident, coordinated by {coordinator}: {all}."),
        );
    } else {
        let said = format!(
            "The major incident could not be written everywhere: {}.",
            failed.join("; ")
        );
        tell(shared, true, said);
    }
}

fn declare_in(shared: &Shared, major: &MajorIncident, id: &str, coordinator: &str) -> Result<(), String> {
    if *id == shared.place.id {
        let changes = {
            let core = shared.core();
            core.framework
                .major_changes(&core.incident, coordinator, &major.incidents, None, shared.clock.now())
        };
        let mut done = changes.into_iter().map(|change| own(shared, change));
        let result = done.try_for_each(|done| done);
        shared.wake(Wake::Save);
        return result;
    }
    let place = shared.repository.find(id).map_err(|error| error.to_string())?;
    let session = Session::open(Open {
        repository: &shared.repository,
        place,
        by: shared.by.clone(),
        clock: Arc::clone(&shared.clock),
        watch: false,
    });
    let session = session.map_err(|error| error.to_string())?;
    let now = shared.clock.now();
    let snapshot = session.snapshot();
    let framework = &snapshot.framework;
    for change in framework.major_changes(&snapshot.incident, coordinator, &major.incidents, None, now) {
        session.apply(change).map_err(|refusal| refusal.to_string())?;
    }
    session.flush(PATIENCE).map_err(|error| error.to_string())
}

/// A change of the incident of this session.
pub(super) fn own(shared: &Shared, change: Change) -> Result<(), String> {
    let now = shared.clock.now();
    shared.writable().map_err(|refusal| refusal.to_string())?;
    let applied = shared.core().change(nonce(), change, &shared.by, now);
    applied.map(drop).map_err(|refusal| refusal.to_string())
}

pub(super) fn tell(shared: &Shared, warning: bool, said: String) {
    let mut core = shared.core();
    core.notice(warning, said);
    core.publish();
}
