//! What a change lets go out: for every hook that this person allows and that fires on it, a message in the outbox, before the change is
//! saved. Who sends looks whether the change is in the file by then; so a kill loses no message, and none is about what was never written.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use super::Session;

use crate::framework::Framework;
use crate::hook::{Overdue, Payload, named, overdue, payload};
use crate::incident::{Change, Event, Incident, Request, Time, ids};
use crate::store::allowed::Permission;
use crate::store::hooks::{Described, Hooks, described};
use crate::store::outbox::{HEARD, Message, Outbox, State};

/// Changes that are remembered as done: a save that is tried again does not make its messages again.
const MOST: usize = 500;

/// See the module.
#[derive(Debug, Default)]
pub struct Outgoing {
    hooks: Hooks,
    done: VecDeque<String>,
}

impl Outgoing {
    /// Keeps what these changes let go out. `incident` is the state with them. An error is of the outbox: the changes go on without.
    pub fn keep(
        &mut self,
        root: &std::path::Path,
        framework: &Framework,
        incident: &Incident,
        requests: &[Request],
    ) -> io::Result<usize> {
        let fresh: Vec<&Request> = requests.iter().filter(|one| !self.done.contains(&one.nonce)).collect();
        if fresh.is_empty() {
            return Ok(0);
        }
        let hooks = if is_from_a_hook() { &[] } else { self.hooks.now(root) };
        let mut kept = 0;
        let mut outcome = Ok(());
        if !hooks.is_empty() {
            for request in &fresh {
                // Lines of a chat, taken in at once, are news of then.
                if matches!(request.change, Change::ImportLines { .. } | Change::Import { .. }) {
                    continue;
                }
                let Some(event) = ids::find::<Event>(incident, &format!("e{}", request.nonce)) else {
                    continue;
                };
                match keep(hooks, framework, incident, event) {
                    Ok(messages) => kept += messages.len(),
                    Err(error) => outcome = Err(error),
                }
            }
        }
        self.done.extend(fresh.iter().map(|one| one.nonce.clone()));
        let over = self.done.len().saturating_sub(MOST);
        self.done.drain(..over);
        outcome.map(|()| kept)
    }
}

/// A message that was kept.
#[derive(Debug)]
pub struct Kept(Message);

impl Kept {
    /// Takes it out again: what it is about did not come to be.
    pub fn take_back(&self) -> io::Result<bool> {
        Outbox::here()?.remove(&self.0)
    }
}

/// Keeps the messages of one event; those that are new.
pub fn keep(hooks: &[Described], framework: &Framework, incident: &Incident, event: &Event) -> io::Result<Vec<Kept>> {
    if named(event).is_none() {
        return Ok(Vec::new());
    }
    let mut kept = Vec::new();
    for hook in hooks {
        let Some(sent) = payload(&hook.hook, framework, incident, event) else {
            continue;
        };
        if hook.permission() != Permission::Allowed {
            continue;
        }
        let message = message(hook, incident, (sent, &event.id), event.recorded.unwrap_or(event.at));
        if Outbox::here()?.add(&message)? {
            kept.push(Kept(message));
        }
    }
    Ok(kept)
}

/// What is kept of something to be sent, and of the event that it is about.
fn message(hook: &Described, incident: &Incident, (sent, event): (Payload, &str), made: Time) -> Message {
    Message {
        id: sent.id,
        key: hook.key(),
        hook: hook.hook.name.clone(),
        root: hook.root.clone(),
        incident: incident.id.clone(),
        event: event.to_owned(),
        named: sent.named.as_str().to_owned(),
        made,
        tries: 0,
        // At once, also by a clock that is a little behind the one that dated the change.
        next: made.minus(std::time::Duration::from_secs(60)),
        state: State::Waiting,
        last: None,
        missing: false,
        body: sent.body,
    }
}

impl Session {
    /// Keeps what goes out of timers that are overdue, on a thread of its own. Of several consoles of one person one keeps it.
    pub fn overdue(self: &Arc<Self>, timers: Vec<Overdue>) {
        let session = Arc::clone(self);
        let keep = move || {
            if let Err(error) = session.keep_overdue(&timers) {
                log::warn!("{}: the outbox cannot be written: {}", session.place().id, error.kind());
            }
        };
        // Without a thread the timer is overdue on the screen alone.
        let _ = std::thread::Builder::new().name("overdue".into()).spawn(keep);
    }

    fn keep_overdue(&self, timers: &[Overdue]) -> io::Result<()> {
        let (hooks, _) = described(self.shared.repository.root());
        let snapshot = self.snapshot();
        let incident = snapshot.incident.called(&self.place().id);
        let earliest = self.shared.clock.now().minus(HEARD);
        let timers: Vec<&Overdue> = timers.iter().filter(|timer| timer.since > earliest).collect();
        for hook in hooks.iter().filter(|hook| hook.permission() == Permission::Allowed) {
            for timer in &timers {
                let Some(sent) = overdue(&hook.hook, &snapshot.framework, &incident, timer, self.by()) else {
                    continue;
                };
                let (outbox, what) = (Outbox::here()?, format!("{}\n{}", hook.key(), sent.id));
                // A kill in between says it twice, by one id, rather than not at all.
                if !outbox.was_said(&what) {
                    outbox.add(&message(hook, &incident, (sent, ""), timer.since))?;
                    outbox.note_said(&what)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether this call comes from a hook's program: what it changes fires none, so that no hook feeds itself.
pub fn is_from_a_hook() -> bool {
    std::env::var_os("WARROOM_HOOK").is_some_and(|name| !name.is_empty())
}
