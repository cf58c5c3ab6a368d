//! A change in the making: the next incident, the registers it touched, and the event that will tell of it.

use std::sync::Arc;

use serde_json::Value;

use super::registers::{self, UNDONE};
use super::words::invalid;
use crate::incident::change::{Applied, Change, Refusal, Register, Request, Resolved, Undo};
use crate::incident::clock::origin;
use crate::incident::conflicts::owner;
use crate::incident::entry::{Entry, in_section};
use crate::incident::ids;
use crate::incident::import;
use crate::incident::model::{Event, Incident, TEST_CLOCK};
use crate::incident::redact;
use crate::incident::stamp::{AHEAD, Stamp};
use crate::incident::statuses::Statuses;
use crate::incident::time::Time;
use crate::incident::words::EventKind;

/// What a step of applying a change comes to.
pub(super) type Done = Result<(), Refusal>;

/// A change in the making.
pub(crate) struct Draft<'a> {
    /// The incident before.
    pub old: &'a Incident,
    /// The incident after.
    pub new: Incident,
    /// What its statuses mean.
    pub statuses: &'a Statuses,
    /// The request.
    pub request: &'a Request<Resolved>,
    /// What the framework calls the thing the change is about, where that is not in the file yet.
    pub name: Option<String>,
    stamp: Stamp,
    registers: Vec<Register>,
    event: Option<Event>,
    /// Lines that came with it, and what is said of all of them.
    batch: Option<Batch>,
    created: Option<String>,
    /// Set where this change is itself an undo or redo: what its own inverse says.
    undoing: Option<Undo>,
    /// Set where nothing takes this change back.
    lasting: bool,
    /// When it happened, where that was before the request.
    happened: Option<Time>,
    /// Who said it, where that was not who asks.
    said_by: Option<String>,
}

/// Many lines that are one change.
struct Batch {
    more: Vec<Event>,
    said: String,
    subject: String,
}

impl<'a> Draft<'a> {
    /// Nothing changed yet. `newest` is the newest stamp that the asker has seen.
    pub(crate) fn new(old: &'a Incident, statuses: &'a Statuses, request: &'a Request<Resolved>, newest: Time) -> Self {
        // A clock that is far ahead does not take all others with it: what it has stamped is only counted up from there.
        let at = if newest <= request.at.plus(AHEAD) {
            request.at.max(Time::from_millis(newest.millis().saturating_add(1)))
        } else {
            request.at
        };
        Self {
            old,
            new: old.clone(),
            statuses,
            request,
            name: None,
            stamp: Stamp::new(at, request.by.as_str()),
            registers: Vec::new(),
            event: None,
            batch: None,
            created: None,
            undoing: None,
            lasting: false,
            happened: None,
            said_by: None,
        }
    }

    /// The instant of the change's stamp: later than everything it knows of.
    pub(crate) fn stamped(&self) -> Time {
        self.stamp.at
    }

    /// When it happened: when the request was made, or the date that it gives.
    pub(crate) fn now(&self) -> Time {
        self.happened.unwrap_or(self.request.at)
    }

    /// From here on what is told and set is of this moment, and a line is this person's.
    pub(crate) fn date(&mut self, at: Option<Time>, who: Option<&str>) -> Done {
        self.happened = at.map(|at| super::words::past(at, self.request.at)).transpose()?;
        self.said_by = who.map(super::words::person).transpose()?;
        Ok(())
    }

    /// Who said or did what is logged, where that was not who asks.
    pub(crate) fn said_by(&self) -> Option<&str> {
        self.said_by.as_deref()
    }

    /// Who asks.
    pub(crate) fn by(&self) -> &'a str {
        &self.request.by
    }

    /// An id made from the request: the letter says of what.
    pub(crate) fn id(&self, letter: char) -> String {
        format!("{letter}{}", self.request.nonce)
    }

    /// The entry with this id, unless it was taken back.
    pub(crate) fn get<T: Entry>(&self, id: &str) -> Result<Arc<T>, Refusal> {
        match ids::find::<T>(&self.new, id) {
            Some(entry) if T::SECTION == "timeline" || entry.retracted().is_none() => Ok(Arc::clone(entry)),
            _ => ids::find_by_prefix::<T>(&self.new, id).and_then(|near| {
                Err(Refusal::NotFound {
                    said: format!("there is no {} `{id}`", T::NOUN),
                    candidates: vec![format!("{}  {}", near.id(), super::words::brief(near.title()))],
                })
            }),
        }
    }

    /// Adds an entry and notes it as what this request made.
    pub(crate) fn add<T: Entry>(&mut self, entry: T) {
        self.created = Some(entry.id().to_owned());
        self.registers.push(Register {
            section: T::SECTION.into(),
            id: entry.id().into(),
            field: "retracted".into(),
            then: Value::from(UNDONE),
            now: Value::Null,
        });
        self.put(entry);
    }

    /// Adds an entry of a template, as bare as the template has it: it counts as having been there all along.
    pub(crate) fn put<T: Entry>(&mut self, entry: T) {
        T::list_mut(&mut self.new).push(Arc::new(entry));
    }

    /// The same of an entry that goes again when this change is undone.
    pub(crate) fn put_revocably<T: Entry>(&mut self, entry: T) {
        self.registers.push(Register {
            section: T::SECTION.into(),
            id: entry.id().into(),
            field: "retracted".into(),
            then: Value::from(UNDONE),
            now: Value::Null,
        });
        self.put(entry);
    }

    /// Changes fields of an entry, and stamps those that changed.
    pub(crate) fn edit<T: Entry>(&mut self, id: &str, change: impl FnOnce(&mut T)) -> Done {
        let list = T::list_mut(&mut self.new);
        let Some(place) = list.iter().rposition(|entry| entry.id() == id) else {
            return invalid(format!("there is no {} `{id}`", T::NOUN));
        };
        let mut entry = T::clone(&list[place]);
        let before = registers::map(&entry);
        change(&mut entry);
        let mut after = registers::map(&entry);
        if before == after {
            return Ok(());
        }
        let (at, by) = list[place].made();
        let made = Stamp::new(at, by);
        // What comes from a template has no time of its own: it was there from the beginning.
        let made = origin(self.old)
            .filter(|origin| made.at == Time::default() && *origin > made)
            .unwrap_or(made);
        registers::keep_made(&mut after, &before, &made);
        registers::stamp(&mut after, &before, &self.stamp, &made);
        self.registers
            .extend(registers::changed(T::SECTION, id, &before, &after));
        list[place] = Arc::new(registers::entry(after)?);
        Ok(())
    }

    /// Stamps a register whose value stays, so that it counts against whatever others set who do not know of this.
    pub(crate) fn confirm(&mut self, subject: &str) -> Done {
        let Some((section, id)) = owner(&self.new, subject) else {
            let former = self.new.rev.get(subject).cloned().or_else(|| origin(self.old));
            let stamp = former.map_or_else(|| self.stamp.clone(), |former| self.stamp.over(&former));
            self.new.rev.insert(subject.to_owned(), stamp);
            return Ok(());
        };
        let field = subject[id.len() + 1..].to_owned();
        let stamp = self.stamp.clone();
        in_section!(section, T => {
            let mut failed = Ok(());
            self.edit::<T>(&id, |entry| {
                let (at, by) = entry.made();
                let mut map = registers::map(entry);
                registers::confirm(&mut map, &field, &stamp, &Stamp::new(at, by));
                match registers::entry::<T>(map) {
                    Ok(next) => *entry = next,
                    Err(refusal) => failed = Err(refusal),
                }
            })?;
            failed
        })
        .unwrap_or(Ok(()))
    }

    /// Puts an event whose time was changed back in its place.
    pub(crate) fn reorder(&mut self, event: &str) {
        if let Some(place) = self.new.timeline.iter().rposition(|entry| entry.id == event) {
            let entry = self.new.timeline.remove(place);
            insert(&mut self.new.timeline, entry);
        }
    }

    /// Its id.
    pub(crate) fn event_id(&self) -> String {
        format!("e{}", self.request.nonce)
    }

    /// The event that tells of this change.
    pub(crate) fn say(&mut self, kind: EventKind, text: impl Into<String>) -> &mut Event {
        let at = self.now();
        self.event.insert(Event {
            id: self.event_id(),
            at,
            by: self.request.by.clone(),
            kind,
            text: text.into(),
            ..Event::default()
        })
    }

    /// The event as it stands, to add to.
    pub(crate) fn told(&mut self) -> Option<&mut Event> {
        self.event.as_mut()
    }

    /// Dates the event to when the thing happened, where that was not when it was written down.
    pub(crate) fn backdate(&mut self, at: Time) {
        let now = self.request.at;
        if let Some(event) = &mut self.event {
            event.at = at;
            event.recorded = (at != now).then_some(now);
        }
    }

    /// A line that a person logs: the event is itself what was made.
    pub(crate) fn log(&mut self, event: Event) {
        self.created = Some(event.id.clone());
        self.logged(&event);
        self.event = Some(event);
    }

    /// Many lines at once. `said` and `subject` are what taking them back is told with.
    pub(crate) fn log_all(&mut self, mut events: Vec<Event>, said: String, subject: String) {
        if events.is_empty() {
            return;
        }
        let more = events.split_off(1);
        for event in events {
            self.log(event);
        }
        for event in &more {
            self.logged(event);
        }
        self.batch = Some(Batch { more, said, subject });
    }

    fn logged(&mut self, event: &Event) {
        self.registers.push(Register {
            section: Event::SECTION.into(),
            id: event.id.clone(),
            field: "retracted".into(),
            then: Value::from(UNDONE),
            now: Value::Null,
        });
    }

    /// Says that this change takes another back (or does it again).
    pub(crate) fn undoing(&mut self, undo: &Undo) {
        self.undoing = Some(undo.clone());
    }

    /// Says that nothing takes this change back.
    pub(crate) fn lasting(&mut self) {
        self.lasting = true;
    }

    /// Refuses to change what was redacted, where the mark wins in every merge, and to take back what stood there.
    fn respect(&self) -> Done {
        if self.lasting || self.new.redactions.is_empty() {
            return Ok(());
        }
        let anew = self.undoing.is_none();
        let by = self.registers.iter().find_map(|register| {
            redact::redacted_by(&self.new, (&register.section, &register.id, &register.field), anew)
        });
        match by {
            Some(by) if anew => invalid(format!(
                "{by} redacted these words, and they stay so; log a new event for what should be said"
            )),
            Some(by) => invalid(format!(
                "{by} redacted what stood there, and nothing brings that back; say anew what should stand there"
            )),
            None => Ok(()),
        }
    }

    /// The next incident, with the stamps of its top-level fields and its event, and what came of it.
    pub(crate) fn finish(mut self) -> Result<(Incident, Applied), Refusal> {
        if self.request.test_clock {
            self.new.clock = Some(TEST_CLOCK.into());
        }
        let (before, after) = (self.old.head(), self.new.head());
        let changed = registers::changed("", "", &before, &after);
        for register in &changed {
            let former = self.old.rev.get(&register.field).cloned().or_else(|| origin(self.old));
            let stamp = former.map_or_else(|| self.stamp.clone(), |former| self.stamp.over(&former));
            self.new.rev.insert(register.field.clone(), stamp);
        }
        // The mark is no part of what was changed: nothing takes it back.
        self.registers
            .extend(changed.into_iter().filter(|register| register.field != "clock"));
        self.respect()?;
        let Some(mut event) = self.event else {
            return invalid("that changes nothing");
        };
        if self.registers.is_empty() {
            return super::words::unchanged("that is how it stands already; nothing was changed");
        }
        let mut undo = inverse(&event, self.undoing, self.registers);
        let mut said = event.text.clone();
        let mut more = Vec::new();
        if let Some(batch) = self.batch {
            undo.said.clone_from(&batch.said);
            undo.subject = Some(batch.subject.into());
            (said, more) = (batch.said, batch.more);
        }
        let applied = Applied {
            event: event.id.clone(),
            said,
            inverse: (!self.lasting).then_some(Change::Undo(undo)),
            created: self.created,
            already: false,
        };
        if let Some(subject) = event.subject.as_deref() {
            event.knows = redact::known_of(&self.new, subject);
        }
        if self.happened.is_some_and(|at| at == event.at) && event.at != self.request.at {
            event.recorded = Some(self.request.at);
        }
        let mut later = 0;
        for event in [event].into_iter().chain(more) {
            let event = in_turn(&self.new.timeline, event, &mut later);
            insert(&mut self.new.timeline, Arc::new(event));
        }
        redact::settle(&mut self.new);
        Ok((self.new, applied))
    }
}

/// What takes back the change that `event` tells of.
fn inverse(event: &Event, undoing: Option<Undo>, registers: Vec<Register>) -> Undo {
    // The inverse of an undo speaks of the change that was undone, not of the undoing.
    if let Some(undone) = undoing {
        return Undo {
            from: undone.to,
            to: undone.from,
            redo: !undone.redo,
            registers,
            ..undone
        };
    }
    let logged = registers.iter().any(|register| register.id == event.id);
    let kind = match &event.kind {
        _ if logged => EventKind::Field,
        EventKind::Resolved | EventKind::Closed | EventKind::Reopened | EventKind::Cancelled => EventKind::Status,
        kind => kind.clone(),
    };
    let subject = if logged {
        Some(format!("{}.retracted", event.id).into())
    } else {
        event.subject.clone()
    };
    Undo {
        event: event.id.clone(),
        kind,
        said: super::words::brief(&event.text),
        subject,
        from: event.to.clone(),
        to: event.from.clone(),
        redo: false,
        registers,
    }
}

/// An event after those that stand at its very instant: the calls of a script all have one `--now`, and keep their order in every clone.
/// Only when it was written down is later by that. Imported lines without a time are of when they were written down, and all as much
/// `later` as the first has to be.
fn in_turn(timeline: &[Arc<Event>], mut event: Event, later: &mut i64) -> Event {
    let written = |event: &Event| event.recorded.unwrap_or(event.at);
    let untimed = event.recorded.is_none() && import::of(&event).is_some();
    if untimed {
        event.at = Time::from_millis(event.at.millis() + *later);
    }
    loop {
        let own = written(&event);
        // Whoever wrote with a clock that is far ahead takes nobody with him.
        let soon = own.plus(AHEAD);
        let end = timeline.partition_point(|other| other.at <= event.at);
        let together = timeline[..end].iter().rev().take_while(|other| other.at == event.at);
        let last = together.map(|other| written(other)).find(|last| *last <= soon);
        let Some(last) = last.filter(|last| *last >= own) else {
            return event;
        };
        let next = Time::from_millis(last.millis() + 1);
        if next <= last {
            return event;
        }
        if !untimed {
            event.recorded = Some(next);
            return event;
        }
        *later += next.millis() - own.millis();
        event.at = next;
    }
}

/// Inserts an event where the timeline's order wants it. New events nearly always belong at the end.
pub(crate) fn insert(timeline: &mut Vec<Arc<Event>>, event: Arc<Event>) {
    let place = timeline.partition_point(|other| other.in_time(&event).is_lt());
    timeline.insert(place, event);
}
