//! An incident as it stood at an earlier moment, for reviews and scripts that ask with `--now`. What is known today counts: a
//! time that was corrected since is the corrected one.

use std::sync::Arc;

use serde_json::Value;

use super::clock;
use super::entry::{Entry, SECTIONS, in_section};
use super::field::Nature;
use super::model::{
    ActionItem, Communication, Event, Factor, Hypothesis, Incident, Inquiry, Item, Link, Mitigation, Moment, Redaction,
    Revisions, Role, Timer, Why,
};
use super::stamp::Stamp;
use super::statuses::{Class, Statuses};
use super::time::Time;
use super::words::{EventKind, ItemState, MILESTONES, Milestone, MitigationState, TimerState};

/// The incident as it stood at `at`: without what came later, fields and states as they were.
pub fn as_of(incident: &Incident, statuses: &Statuses, at: Time) -> Incident {
    let past = Past {
        whole: incident,
        statuses,
        at,
        then: incident.timeline.partition_point(|event| event.at <= at),
    };
    let mut then = incident.clone();
    past.head(&mut then);
    for section in SECTIONS {
        in_section!(*section, T => {
            *T::list_mut(&mut then) = past.entries(T::list(incident));
        });
    }
    past.contained(&mut then);
    then
}

/// An entry that can be put back to an earlier moment.
trait Dated: Entry {
    /// Whether it was there.
    fn was_there(&self, past: &Past) -> bool {
        self.made().0 <= past.at
    }

    /// Puts it back to what it was.
    fn as_it_was(&mut self, _past: &Past, _id: &str) {}
}

impl Dated for Role {
    fn as_it_was(&mut self, past: &Past, _id: &str) {
        past.role(self);
    }
}

impl Dated for Hypothesis {
    fn as_it_was(&mut self, past: &Past, id: &str) {
        past.hypothesis(self, id);
    }
}

impl Dated for Mitigation {
    fn as_it_was(&mut self, past: &Past, id: &str) {
        past.mitigation(self, id);
    }
}

impl Dated for Item {
    fn was_there(&self, past: &Past) -> bool {
        self.at.map_or_else(|| past.was_there(self), |at| at <= past.at)
    }

    fn as_it_was(&mut self, past: &Past, id: &str) {
        past.item(self, id);
    }
}

impl Dated for Timer {
    fn as_it_was(&mut self, past: &Past, id: &str) {
        past.timer(self, id);
    }
}

impl Dated for Inquiry {
    fn as_it_was(&mut self, past: &Past, id: &str) {
        past.inquiry(self, id);
    }
}

impl Dated for ActionItem {
    fn as_it_was(&mut self, past: &Past, id: &str) {
        past.action(self, id);
    }
}

impl Dated for Event {
    fn was_there(&self, past: &Past) -> bool {
        self.at <= past.at
    }

    fn as_it_was(&mut self, past: &Past, id: &str) {
        self.retracted = past.retraction(self, id);
    }
}

impl Dated for Redaction {
    /// What was taken out is out of every moment.
    fn was_there(&self, _past: &Past) -> bool {
        true
    }
}

// What never changes its state.
impl Dated for Communication {}
impl Dated for Why {}
impl Dated for Factor {}
impl Dated for Link {}

struct Past<'a> {
    whole: &'a Incident,
    statuses: &'a Statuses,
    at: Time,
    /// How many events of the timeline had happened.
    then: usize,
}

impl<'a> Past<'a> {
    /// Events about a subject, until then or after it.
    fn about<'s>(&self, subject: &'s str, until: bool) -> impl DoubleEndedIterator<Item = &'a Event> + use<'a, 's> {
        let (before, after) = self.whole.timeline.split_at(self.then);
        let events = if until { before } else { after };
        let about =
            move |event: &&Event| event.subject.as_deref() == Some(subject) && event.kind != EventKind::Conflict;
        events.iter().map(AsRef::as_ref).filter(about)
    }

    /// The first change of a subject after then: what it was changed from is what it was. Of several at one instant it is the
    /// one that no other of them leads to.
    fn next(&self, subject: &str) -> Option<&'a Event> {
        let changes = || {
            let later = self.about(subject, false);
            later.filter(|event| event.to.is_some() || event.from.is_some())
        };
        let first = changes().next()?;
        let mut together = changes().take_while(|event| event.at == first.at);
        let led_to = |event: &Event| {
            changes().any(|other| other.at == event.at && other.id != event.id && other.to == event.from)
        };
        together.find(|event| !led_to(event)).or(Some(first))
    }

    /// What a subject was then, where it was changed later; the inner `None` is nothing at all.
    fn value(&self, subject: &str) -> Option<Option<&'a str>> {
        Some(self.next(subject)?.from.as_deref())
    }

    /// The entries that were there, each as it was.
    fn entries<T: Dated>(&self, list: &[Arc<T>]) -> Vec<Arc<T>> {
        let there = |entry: &&Arc<T>| entry.was_there(self);
        let one = |entry: &Arc<T>| {
            let mut then = T::clone(entry);
            let later = entry.rev().get("retracted").is_some_and(|stamp| stamp.at > self.at);
            if later && entry.retracted().is_some() && T::SECTION != Event::SECTION {
                then = restored(&then).unwrap_or(then);
            }
            then.rev_mut().retain(|_, stamp| stamp.at <= self.at);
            then.as_it_was(self, entry.id());
            if then == **entry {
                Arc::clone(entry)
            } else {
                Arc::new(then)
            }
        };
        list.iter().filter(there).map(one).collect()
    }

    /// An entry's state where it was changed later, with the change that had set it.
    fn state(&self, id: &str) -> Option<State<'a>> {
        let subject = format!("{id}.state");
        let word = self.value(&subject)?;
        let set = self.about(&subject, true).rfind(|event| event.to.as_deref() == word);
        Some(State { word, set })
    }

    /// Why an event was retracted then, where it was.
    fn retraction(&self, event: &Event, id: &str) -> Option<Box<str>> {
        let later = |of: &str| {
            self.whole.timeline[self.then..].iter().any(|other| {
                let subject = other.subject.as_deref();
                subject.and_then(|subject| subject.strip_suffix(".retracted")) == Some(of)
            })
        };
        // Of an import all is taken back at once.
        let batch = super::import::of(event).map(super::import::mark);
        let Some(of) = [Some(id.to_owned()), batch].into_iter().flatten().find(|of| later(of)) else {
            return event.retracted.clone();
        };
        self.value(&format!("{of}.retracted"))?.map(Into::into)
    }

    /// Whether an item without a time of its own was there: of a runbook since it was attached, of a template since it was touched.
    fn was_there(&self, item: &Item) -> bool {
        // The list may have been corrected since.
        let then = self.value(&format!("{}.list", item.id));
        let Some(list) = then.unwrap_or(item.list.as_deref()) else {
            return self.touched(&item.id);
        };
        let subject = format!("runbook.{list}");
        match self.about(&subject, true).next_back() {
            Some(told) => told.to.is_some(),
            None => self.about(&subject, false).next().is_none() && self.touched(&item.id),
        }
    }

    /// Whether somebody had touched an item of a template; as far as the timeline tells.
    fn touched(&self, id: &str) -> bool {
        let about = |event: &Arc<Event>| {
            let rest = event.subject.as_deref().and_then(|subject| subject.strip_prefix(id));
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let (before, after) = self.whole.timeline.split_at(self.then);
        before.iter().any(about) || !after.iter().any(about)
    }

    fn until_then(&self, time: &mut Option<Time>) {
        *time = time.filter(|time| *time <= self.at);
    }

    fn head(&self, then: &mut Incident) {
        let own = Incident::FIELDS.iter().filter(|field| field.is_register());
        for field in own.filter(|field| field.nature != Nature::Moment) {
            let Some(value) = self.value(field.name) else { continue };
            let value = match value.filter(|text| !text.is_empty()) {
                Some(text) if field.nature == Nature::Flag => Value::from(text == "true"),
                Some(text) => Value::from(text),
                None => Value::Null,
            };
            // What no such field can hold is no change of it.
            let _ = then.set(field.name, &value);
        }
        // Only what was changed later can differ.
        for event in &self.whole.timeline[self.then..] {
            let Some(subject) = event.subject.as_deref() else {
                continue;
            };
            let (group, name) = match subject.split_once('.') {
                Some(("impact", name)) => (&mut then.impact, name),
                Some(("fields", name)) => (&mut then.fields, name),
                _ => continue,
            };
            match self.value(subject) {
                Some(Some(value)) => _ = group.insert(name.to_owned(), Value::from(value)),
                Some(None) => _ = group.remove(name),
                None => {}
            }
        }
        self.moments(then);
        then.rev.retain(|_, stamp| stamp.at <= self.at);
    }

    fn moments(&self, then: &mut Incident) {
        for milestone in MILESTONES.iter().filter(|one| **one != Milestone::Declared) {
            let told = self.about(milestone.as_str(), true).next_back();
            let told = told.and_then(|event| Some((Time::parse_rfc3339(event.to.as_deref()?)?, event.by.clone())));
            let Some(moment) = clock::moment_mut(then, milestone) else {
                continue;
            };
            *moment = match moment.take() {
                Some(known) if known.at <= self.at => Some(known),
                Some(_) => None,
                // Taken back since.
                None => told.map(|(at, by)| Moment {
                    at,
                    by,
                    ..Moment::default()
                }),
            };
        }
        let class = self.statuses.class(&then.status);
        // The changes of status since it was over; a line that was retracted has changed it all the same.
        let over = || {
            let told = self.about("status", true).rev();
            told.take_while(|event| event.to.as_deref().is_some_and(|to| self.statuses.is_ended(to)))
        };
        let moment = |event: &Event| Moment {
            at: event.at,
            by: event.by.clone(),
            ..Moment::default()
        };
        if !class.is_ended() {
            (then.resolved, then.closed) = (None, None);
            return;
        }
        let resolved = over().find(|event| event.kind == EventKind::Resolved);
        then.resolved = then.resolved.take().or_else(|| resolved.map(moment));
        let closed = then.closed.take().filter(|closed| closed.at <= self.at);
        if class != Class::Resolved {
            let told = over().find(|event| event.to.as_deref() == Some(then.status.as_str()));
            then.closed = closed.or_else(|| told.map(moment));
        }
    }

    /// When the impact was taken to have ended then: by a mitigation that was given up since, say. What a person corrected stays.
    fn contained(&self, then: &mut Incident) {
        if self
            .whole
            .timeline
            .iter()
            .any(|event| event.subject.as_deref() == Some("mitigated"))
        {
            return;
        }
        let done = super::entry::live(&then.mitigations)
            .filter(|one| matches!(one.state, MitigationState::Done | MitigationState::Verified))
            .filter_map(|one| Some((one.done?, one.by.clone())))
            .min();
        let known = then.mitigated.as_ref().map(|moment| moment.at);
        if let Some((at, by)) = done.filter(|(at, _)| known.is_none_or(|known| *at < known)) {
            then.mitigated = Some(Moment {
                at,
                by,
                ..Moment::default()
            });
        }
    }

    fn role(&self, role: &mut Role) {
        self.until_then(&mut role.until);
        self.until_then(&mut role.accepted);
    }

    fn hypothesis(&self, one: &mut Hypothesis, id: &str) {
        one.tests.retain(|remark| remark.at <= self.at);
        one.evidence.retain(|remark| remark.at <= self.at);
        if let Some(state) = self.state(id) {
            one.state = state.word.unwrap_or("open").into();
            stamped(&mut one.rev, state.set);
        }
    }

    fn mitigation(&self, one: &mut Mitigation, id: &str) {
        one.approvals.retain(|approval| approval.at <= self.at);
        for approval in &mut one.approvals {
            if approval.rev.get("retracted").is_some_and(|stamp| stamp.at > self.at) {
                approval.retracted = None;
            }
        }
        (one.started, one.done, one.settled) = self.carried_out(one, id);
        if let Some(state) = self.state(id) {
            one.state = state.word.unwrap_or("proposed").into();
            stamped(&mut one.rev, state.set);
        }
    }

    /// When it was started, done and settled, as its changes of state tell where it was set back since.
    fn carried_out(&self, one: &Mitigation, id: &str) -> (Option<Time>, Option<Time>, Option<Time>) {
        let subject = format!("{id}.state");
        let kept = |time: Option<Time>| time.filter(|time| *time <= self.at);
        if self.about(&subject, false).next().is_none() {
            return (kept(one.started), kept(one.done), kept(one.settled));
        }
        let rank = |state: &str| MitigationState::KNOWN.iter().position(|known| *known == state);
        let (mut started, mut done, mut settled) = (None, None, None);
        for event in self.about(&subject, true) {
            let Some(to) = event.to.as_deref() else { continue };
            let back = event.from.as_deref().and_then(rank) > rank(to);
            match to {
                "started" if back => (done, settled) = (None, None),
                "started" => started = Some(event.at),
                "done" if back => settled = None,
                "done" => done = Some(event.at),
                "verified" | "failed" => settled = Some(event.at),
                _ => (started, done, settled) = (None, None, None),
            }
        }
        (started, done, settled)
    }

    fn item(&self, item: &mut Item, id: &str) {
        if let Some(state) = self.state(id) {
            item.state = state.word.unwrap_or("open").into();
            let settled = state.set.filter(|_| item.state != ItemState::Open);
            if settled.map(|event| event.at) != item.done {
                (item.note, item.reason) = (None, None);
            }
            item.done = settled.map(|event| event.at);
            item.who = settled.map(|event| event.by.clone());
            stamped(&mut item.rev, state.set);
        }
        if let Some(owner) = self.value(&format!("{id}.owner")) {
            item.owner = owner.map(str::to_owned);
        }
    }

    fn timer(&self, timer: &mut Timer, id: &str) {
        let (due, state) = (format!("{id}.due"), format!("{id}.state"));
        if self.next(&due).is_none() && self.next(&state).is_none() {
            return;
        }
        // What was said of it until then, from the first word on.
        for event in &self.whole.timeline[..self.then] {
            let to = event.to.as_deref();
            match event.subject.as_deref() {
                Some(subject) if subject == due => {
                    timer.state = TimerState::Running;
                    timer.retracted = to.is_none().then(|| "undone".into());
                    timer.due = to.and_then(Time::parse_rfc3339).unwrap_or(timer.due);
                    // What was sent since then starts the timer anew.
                    timer.rev.insert("due".into(), Stamp::new(event.at, event.by.as_str()));
                }
                Some(subject) if subject == state => {
                    timer.retracted = None;
                    timer.state = to.unwrap_or("running").into();
                    timer
                        .rev
                        .insert("state".into(), Stamp::new(event.at, event.by.as_str()));
                }
                _ => {}
            }
        }
    }

    fn inquiry(&self, one: &mut Inquiry, id: &str) {
        self.until_then(&mut one.ended);
        if let Some(state) = self.state(id) {
            one.state = state.word.unwrap_or("open").into();
            stamped(&mut one.rev, state.set);
        }
    }

    fn action(&self, action: &mut ActionItem, id: &str) {
        self.until_then(&mut action.done);
        if let Some(state) = self.state(id) {
            action.state = state.word.unwrap_or("open").into();
            stamped(&mut action.rev, state.set);
        }
    }
}

/// A state of an entry.
struct State<'a> {
    /// The word; `None` where it had none yet.
    word: Option<&'a str>,
    /// The change that set it.
    set: Option<&'a Event>,
}

/// The stamp of a state is that of the change that set it.
fn stamped(rev: &mut Revisions, state: Option<&Event>) {
    match state.filter(|event| event.from.is_some()) {
        Some(event) => _ = rev.insert("state".into(), Stamp::new(event.at, event.by.as_str())),
        None => _ = rev.remove("state"),
    }
}

/// The entry as it was before it was taken back.
fn restored<T: Entry>(entry: &T) -> Option<T> {
    let mut value = serde_json::to_value(entry).ok()?;
    value.as_object_mut()?.remove("retracted");
    serde_json::from_value(value).ok()
}
