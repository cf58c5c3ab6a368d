//! Facts that stand beside a question of judgement: what was late, overridden, rejected, in conflict. Nothing is concluded from them.

use super::timeline::{Instants, code};
use crate::escape::markdown;
use crate::framework::{Derived, Framework, TimerPhase};
use crate::incident::{EventKind, HypothesisState, Incident, ItemState, live};

/// A kind of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Timers met late, or never.
    Timers,
    /// The gate overridden, its conditions skipped.
    Gate,
    /// Hypotheses that were rejected, and why.
    Hypotheses,
    /// Updates that were late.
    Updates,
    /// Values that two people set at once.
    Conflicts,
}

const KINDS: [(&str, Kind); 5] = [
    ("timers", Kind::Timers),
    ("gate", Kind::Gate),
    ("hypotheses", Kind::Hypotheses),
    ("updates", Kind::Updates),
    ("conflicts", Kind::Conflicts),
];

impl Kind {
    /// The kind of this name.
    pub(super) fn parse(word: &str) -> Result<Self, String> {
        let found = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
        found.ok_or_else(|| {
            let known: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            format!("there is no evidence `{word}`; use {}", known.join(", "))
        })
    }
}

/// The incident as it stood for its timers: at its end, and just before it, when what was never met was still overdue.
pub(super) struct Then<'a> {
    /// At the end, or as of the newest change.
    pub end: &'a Derived,
    /// Just before the end.
    pub before: &'a Derived,
}

/// The facts of some kinds as a quote; empty where there are none.
pub(super) fn quote(kinds: &[Kind], framework: &Framework, incident: &Incident, then: &Then<'_>) -> String {
    let mut facts: Vec<String> = kinds.iter().flat_map(|kind| of(*kind, incident, then)).collect();
    if kinds.contains(&Kind::Gate) {
        let passed = framework.passed_over(incident).into_iter();
        facts.extend(passed.map(|one| format!("{} `{}`", markdown(&one.said), code(&one.subject))));
    }
    if facts.is_empty() {
        return "> Evidence: no timer was late, nothing was overridden, nothing was in conflict.".into();
    }
    let facts: Vec<String> = facts.into_iter().map(|fact| format!("> - {fact}")).collect();
    format!("> Evidence:\n>\n{}", facts.join("\n"))
}

fn of(kind: Kind, incident: &Incident, then: &Then<'_>) -> Vec<String> {
    match kind {
        Kind::Timers => timers(then, false),
        Kind::Updates => timers(then, true),
        Kind::Gate => gate(incident),
        Kind::Hypotheses => {
            let rejected = live(&incident.hypotheses).filter(|one| one.state == HypothesisState::Rejected);
            rejected
                .map(|one| {
                    let why = one.evidence.iter().rev().find(|remark| remark.retracted.is_none());
                    let why = why
                        .map(|remark| format!(": {}", markdown(&remark.text)))
                        .unwrap_or_default();
                    format!("rejected: {}{why} `{}`", markdown(&one.statement), code(&one.id))
                })
                .collect()
        }
        Kind::Conflicts => {
            let instants = Instants::of(incident);
            let told = live(&incident.timeline).filter(|event| event.kind == EventKind::Conflict);
            told.map(|event| {
                format!(
                    "{} conflict: {} `{}`",
                    instants.shown(event.at),
                    markdown(&event.text),
                    code(&event.id)
                )
            })
            .collect()
        }
    }
}

/// Timers that were met late or not at all; of updates, or of all else.
fn timers(then: &Then<'_>, updates: bool) -> Vec<String> {
    let is_update = |id: &str| id.starts_with("update.") || id.contains("external") || id.contains("status-page");
    let late = then
        .end
        .timers
        .iter()
        .filter(|timer| timer.derived && timer.state == TimerPhase::MetLate);
    let late: Vec<&_> = late.collect();
    let missed = then.before.timers.iter().filter(|timer| {
        timer.derived && timer.state == TimerPhase::Overdue && !late.iter().any(|one| one.id == timer.id)
    });
    let late_ones = late.iter().map(|timer| {
        (
            timer.id.as_str(),
            format!("met late: {}", markdown(&timer.label)),
            timer.due,
        )
    });
    let missed = missed.map(|timer| {
        (
            timer.id.as_str(),
            format!("overdue and not met: {}", markdown(&timer.label)),
            timer.due,
        )
    });
    late_ones
        .chain(missed)
        .filter(|(id, ..)| is_update(id) == updates)
        .map(|(_, said, due)| match due {
            Some(due) => format!("{said} (due {} UTC)", due.chrono().format("%Y-%m-%d %H:%M")),
            None => said,
        })
        .collect()
}

fn gate(incident: &Incident) -> Vec<String> {
    let forced = incident
        .resolved
        .as_ref()
        .and_then(|moment| Some((moment, moment.forced.as_ref()?)));
    let forced =
        forced.map(|(moment, why)| format!("resolved over the gate by {}: {}", markdown(&moment.by), markdown(why)));
    let skipped = live(&incident.checklist)
        .filter(|item| item.state == ItemState::Skipped)
        .map(|item| {
            let why = item
                .reason
                .as_deref()
                .map(|why| format!(": {}", markdown(why)))
                .unwrap_or_default();
            format!("skipped: {}{why} `{}`", markdown(&item.text), code(&item.id))
        });
    forced.into_iter().chain(skipped).collect()
}
