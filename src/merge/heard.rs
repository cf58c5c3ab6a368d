//! Without a common base: which writes a side has heard of. Every change tells of itself in the timeline, under its own stamp: a side
//! that has the event of a write and no longer holds the write has replaced it knowingly.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::known::Ids;
use super::register::Register;
use super::stamps::Heads;
use crate::incident::{Event, EventKind, Incident, Stamp, Time};

/// The timelines of the two sides.
pub(super) struct Heard<'a> {
    ours: Told<'a>,
    theirs: Told<'a>,
    /// Whether ours has all that theirs tells, and theirs all that ours tells.
    whole: [OnceCell<bool>; 2],
}

/// The events of one side.
struct Told<'a> {
    timeline: &'a [Arc<Event>],
    ids: Ids<'a>,
    by_time: OnceCell<HashMap<Time, Vec<&'a Event>>>,
}

impl<'a> Told<'a> {
    fn of(incident: &'a Incident) -> Self {
        Self {
            timeline: &incident.timeline,
            ids: Ids::of([&incident.timeline[..]]),
            by_time: OnceCell::new(),
        }
    }

    /// The ids of the events that the write with this stamp left.
    fn events_of(&self, write: &Stamp) -> impl Iterator<Item = &'a str> {
        let table = self.by_time.get_or_init(|| {
            let mut table: HashMap<Time, Vec<&Event>> = HashMap::new();
            for event in self.timeline {
                table.entry(event.recorded.unwrap_or(event.at)).or_default().push(event);
            }
            table
        });
        let then = table.get(&write.at).map_or(&[][..], Vec::as_slice);
        then.iter()
            // What a merge told bears the stamp of the write that lost, and is no word of its author's; a line that was only logged is of no
            // write, and has its stamp by chance where clocks are far apart.
            .filter(|event| event.by == write.actor && event.kind != EventKind::Conflict && event.subject.is_some())
            .map(|event| event.id.as_str())
    }

    /// Whether the other side is a former state of this one: whose clock is wrong has other times in its events than in its stamps.
    fn has_all(&self, other: &Self) -> bool {
        other.timeline.iter().all(|event| self.ids.has(&event.id))
    }

    /// Whether this side has heard of a write of the other one.
    fn knows(&self, other: &Self, write: &Stamp) -> bool {
        // At the end of time several writes of one person have the same stamp; having heard of one is not having heard of all.
        let mut events = other.events_of(write).peekable();
        events.peek().is_some() && events.all(|id| self.ids.has(id))
    }
}

impl<'a> Heard<'a> {
    /// Of two states.
    pub(super) fn of(ours: &'a Incident, theirs: &'a Incident) -> Self {
        Self {
            ours: Told::of(ours),
            theirs: Told::of(theirs),
            whole: Default::default(),
        }
    }

    /// Whether ours has heard of a write of theirs.
    fn ours_knows(&self, write: &Stamp) -> bool {
        *self.whole[0].get_or_init(|| self.ours.has_all(&self.theirs)) || self.ours.knows(&self.theirs, write)
    }

    /// Whether theirs has heard of a write of ours.
    fn theirs_knows(&self, write: &Stamp) -> bool {
        *self.whole[1].get_or_init(|| self.theirs.has_all(&self.ours)) || self.theirs.knows(&self.ours, write)
    }

    /// Takes from each side's register the writes that the other side has replaced knowingly. `made` are the stamps with which the
    /// two sides' entries were made: who has an entry has heard of that.
    pub(super) fn replaced<'r>(&self, ours: &mut Register<'r>, theirs: &mut Register<'r>, made: [&Heads; 2]) {
        if ours.heads == theirs.heads {
            return;
        }
        let before = ours.clone();
        strip(ours, theirs, made[1], |write| self.theirs_knows(write));
        strip(theirs, &before, made[0], |write| self.ours_knows(write));
    }
}

/// Takes the writes out of `side` that `other` has replaced: that with which the entry was made, and older ones that it knows.
fn strip<'r>(side: &mut Register<'r>, other: &Register<'r>, made: &Heads, knows: impl Fn(&Stamp) -> bool) {
    let is_replaced = |write: &Stamp| {
        !other.heads.holds(write) && (made.holds(write) || write < other.heads.newest() && knows(write))
    };
    match side.heads.without(is_replaced) {
        Some(rest) => side.heads = rest,
        None => *side = other.clone(),
    }
}
