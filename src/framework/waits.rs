//! Durations that an item names ("errors under 0.1 % for 15 min"): started, counted down, and confirmed only once they have run.

use super::gate::Steady;
use super::model::{Fact, Start, TimerRule};
use super::{Framework, Span, TimerPhase, TimerView, data};
use crate::incident::time::format_clock;
use crate::incident::{Event, EventKind, Incident, Item, ItemState, Refusal, Time, live};

/// What ends the subject of the event by which a duration is started by hand.
const STARTED: &str = ".started";
/// What ends the subject of the event by which an item is ticked or unticked.
const STATE: &str = ".state";

/// What all durations of an incident go by; the timeline is looked through once for them.
pub(super) struct Watch<'a> {
    steady: Steady,
    /// The events about an item, in the order of the timeline.
    about_items: Vec<&'a Event>,
}

/// How long what an item says has held.
pub(super) struct Wait {
    span: Span,
    /// Since when; `None` where nothing has started it.
    since: Option<Time>,
    /// From when on it can be confirmed.
    pub due: Option<Time>,
}

impl Wait {
    /// Whether a tick of this time confirms it.
    pub(super) fn has_run(&self, at: Time) -> bool {
        self.due.is_some_and(|due| due <= at)
    }
}

impl Framework {
    /// What the durations of an incident go by at a moment; nothing where the framework has none.
    pub(super) fn watch<'a>(&self, incident: &'a Incident, now: Time) -> Watch<'a> {
        let is_about = |event: &&Event| {
            let subject = event.subject.as_deref();
            subject.is_some_and(|subject| subject.ends_with(STATE) || subject.ends_with(STARTED))
        };
        if !self.timers.iter().any(|rule| item_of(rule).is_some()) {
            return Watch {
                steady: Steady {
                    since: None,
                    worse: None,
                },
                about_items: Vec::new(),
            };
        }
        Watch {
            steady: self.steady(incident, now),
            about_items: incident.timeline.iter().map(AsRef::as_ref).filter(is_about).collect(),
        }
    }

    /// What an item waits for at the severity in force; `None` where it names no duration.
    pub(super) fn wait_for(&self, incident: &Incident, item: &str, now: Time) -> Option<Wait> {
        self.is_duration(item)
            .then(|| self.wait_in(incident, &self.watch(incident, now), item, now))
            .flatten()
    }

    /// The same, for who asks for several items.
    pub(super) fn wait_in(&self, incident: &Incident, watch: &Watch<'_>, item: &str, now: Time) -> Option<Wait> {
        let rule = self.timers.iter().find(|rule| item_of(rule) == Some(item))?;
        self.wait(incident, watch, rule, now)
    }

    /// How long an item has to hold, where nothing has started that time yet.
    pub fn to_start(&self, incident: &Incident, item: &str, now: Time) -> Option<Span> {
        let wait = self.wait_for(incident, item, now)?;
        wait.since.is_none().then_some(wait.span)
    }

    /// Whether an item names a duration.
    pub(super) fn is_duration(&self, item: &str) -> bool {
        self.timers.iter().any(|rule| item_of(rule) == Some(item))
    }

    fn wait(&self, incident: &Incident, watch: &Watch<'_>, rule: &TimerRule, now: Time) -> Option<Wait> {
        let item = item_of(rule)?;
        let (span, _) = rule.span(&incident.severity)?;
        let steady = &watch.steady;
        let by_itself = rule.from.iter().filter_map(|from| match from {
            Start::Stable => steady.since,
            // A mitigation that failed is watched no longer.
            Start::Mitigation => live(&incident.mitigations)
                .filter(|one| one.state != crate::incident::MitigationState::Failed)
                .filter_map(|one| one.done)
                .max(),
            other => self.start(incident, other),
        });
        let since = by_itself.chain(by_hand(watch, item, now)).max();
        // It begins anew where it did not hold: the item was unticked, or it got worse.
        let since = since.max(since.and(unticked(watch, item, now)));
        let since = since.max(since.and(steady.worse));
        Some(Wait {
            span,
            since,
            due: since.map(|since| self.calendar.after(since, span)),
        })
    }

    /// Whether an item that is ticked was ticked before what it says had run its time, or before that began anew.
    pub(super) fn is_early(&self, incident: &Incident, item: &str, ticked: Option<Time>, now: Time) -> bool {
        let wait = self.wait_for(incident, item, now);
        wait.is_some_and(|wait| ticked.is_none_or(|at| !wait.has_run(at)))
    }

    /// Refuses a tick of what has not run its time.
    pub(super) fn has_run(&self, incident: &Incident, item: &str, at: Time) -> Result<(), Refusal> {
        let Some(wait) = self.wait_for(incident, item, at).filter(|wait| !wait.has_run(at)) else {
            return Ok(());
        };
        let entry = live(&incident.checklist).find(|entry| entry.id == item);
        let words = match entry {
            Some(entry) => Some(entry.text.clone()),
            None => self.item_id(incident, item).ok().and_then(|(_, words)| words),
        };
        let named = words.map_or_else(|| item.to_owned(), |words| format!("\"{words}\""));
        let (said, missing) = match (wait.since, wait.due) {
            (Some(since), Some(due)) => (
                format!(
                    "{named} has to hold for {}, and holds since {}; it can be confirmed from {} on, in {}",
                    wait.span,
                    since.hms(),
                    due.hms(),
                    format_clock(due.seconds_since(at))
                ),
                format!("if it began to hold later, say when: warroom check start {item} --at TIME"),
            ),
            _ => (
                format!(
                    "{named} has to hold for {}, and nothing has started that time yet",
                    wait.span
                ),
                format!("when it begins to hold: warroom check start {item}"),
            ),
        };
        Err(Refusal::Rules {
            said,
            missing: vec![missing],
        })
    }

    /// Refuses to start an item that names no duration.
    pub(super) fn can_start(&self, incident: &Incident, item: &str, now: Time) -> Result<(), Refusal> {
        match self.wait_for(incident, item, now) {
            Some(_) => Ok(()),
            None => Err(Refusal::Invalid(format!(
                "{item} names no duration, so there is nothing to start; tick it when it is done"
            ))),
        }
    }

    /// The countdown of a duration: once it has run it waits to be confirmed, and is never overdue.
    pub(super) fn wait_view(
        &self,
        incident: &Incident,
        watch: &Watch<'_>,
        rule: &TimerRule,
        now: Time,
    ) -> Option<TimerView> {
        let item = item_of(rule)?;
        let wait = self.wait(incident, watch, rule, now)?;
        let entry = live(&incident.checklist).find(|entry| entry.id == item);
        let state = entry.map_or(&ItemState::Open, |entry| &entry.state);
        let ticked = entry.and_then(|entry: &Item| entry.done);
        let confirmed = *state == ItemState::Done && ticked.is_some_and(|at| wait.has_run(at));
        let alive = rule.during.contains(&self.class(&incident.status));
        if *state == ItemState::Skipped || !(confirmed || alive) {
            return None;
        }
        let due = wait.due?;
        let state = match (confirmed, due <= now) {
            (true, _) => TimerPhase::Met,
            (false, true) => TimerPhase::Due,
            (false, false) => TimerPhase::Running,
        };
        Some(TimerView {
            id: rule.id.clone(),
            label: if state == TimerPhase::Due {
                format!("{}: has run its time, confirm it", rule.label)
            } else {
                rule.label.clone()
            },
            due: Some(due),
            overdue_at: None,
            state,
            remaining_s: due.seconds_since(now).max(0),
            derived: true,
            snoozed: false,
            remedy: rule.remedy.clone(),
            borrowed: data::at(&rule.borrowed, &incident.severity).is_some(),
        })
    }
}

/// The item that a duration belongs to.
fn item_of(rule: &TimerRule) -> Option<&str> {
    match rule.met_by.as_slice() {
        [Fact::Item(item)] if rule.waits => Some(item),
        _ => None,
    }
}

/// When it was last started by hand.
fn by_hand(watch: &Watch<'_>, item: &str, now: Time) -> Option<Time> {
    let started = watch.about_items.iter().rev().find(|event| {
        let about = event
            .subject
            .as_deref()
            .and_then(|subject| subject.strip_suffix(STARTED));
        about == Some(item) && event.retracted.is_none() && event.at <= now
    });
    started.map(|event| event.at)
}

/// When it was last unticked.
fn unticked(watch: &Watch<'_>, item: &str, now: Time) -> Option<Time> {
    let done = ItemState::Done.as_str();
    let unticked = watch.about_items.iter().rev().find(|event| {
        let about = event.subject.as_deref().and_then(|subject| subject.strip_suffix(STATE));
        about == Some(item)
            && event.kind != EventKind::Conflict
            && event.from.as_deref() == Some(done)
            && event.to.as_deref().is_some_and(|to| to != done)
            && event.at <= now
    });
    unticked.map(|event| event.at)
}
