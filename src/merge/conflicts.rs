//! Collisions that nobody has settled yet, as screens see them: worked out when shown, never stored.

use std::sync::Arc;

use serde_json::Value;

use super::fields::Fields;
use super::lists::to_fields;
use super::{told, top};
use crate::incident::entry::in_section;
use crate::incident::{
    Entry, Event, EventKind, HypothesisState, Incident, ItemState, MitigationState, SECTIONS, Stamp, Time,
};

/// Key by which a conflict event says that somebody has looked at it and chosen.
const SETTLED: &str = "settled";

/// Two values of one register, written at once; one of them stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenConflict {
    /// The event that keeps the lost value.
    pub event: String,
    /// The register: `severity`, `h4m2xq8p.state`.
    pub subject: String,
    /// What stands now; `None` where the field is empty.
    pub kept: Option<String>,
    /// What lost.
    pub lost: Option<String>,
    /// Who wrote what lost.
    pub by: String,
    /// When.
    pub at: Time,
}

/// The collisions that are still open, in the order of the timeline: not marked as settled, not retracted, and what stands
/// is not what lost.
pub fn open_conflicts(incident: &Incident) -> Vec<OpenConflict> {
    let mut open = Vec::new();
    for event in &incident.timeline {
        if event.kind != EventKind::Conflict || event.retracted.is_some() || event.extra.contains_key(SETTLED) {
            continue;
        }
        let Some(subject) = event.subject.as_deref() else {
            continue;
        };
        let kept = value(incident, subject);
        let lost = event.from.as_deref().map(str::to_owned);
        if kept != lost {
            open.push(OpenConflict {
                event: event.id.clone(),
                subject: subject.to_owned(),
                kept,
                lost,
                by: event.by.clone(),
                at: event.at,
            });
        }
    }
    open
}

/// The conflict event, marked as settled by whoever `stamp` names. The mark is a register like any other, so that two
/// people may settle at once.
#[must_use]
pub fn settled(event: &Event, stamp: &Stamp) -> Event {
    let mut event = event.clone();
    event.extra.insert(SETTLED.into(), stamp.actor.as_str().into());
    event.rev.insert(SETTLED.into(), stamp.clone());
    event
}

/// The incident as screens and clocks should take it while collisions are open: the worse severity, the less advanced
/// status, an item as not done, a hypothesis or mitigation as less far. `worse` and `earlier` give the rank of a severity
/// (smaller is worse) and of a status (smaller is less advanced), `None` for unknown ones. `None` where nothing differs.
pub fn effective(
    incident: &Incident,
    worse: &dyn Fn(&str) -> Option<usize>,
    earlier: &dyn Fn(&str) -> Option<usize>,
) -> Option<Incident> {
    let mut safer = None;
    for conflict in open_conflicts(incident) {
        let Some(lost) = conflict.lost.as_deref() else { continue };
        let now = safer.as_ref().unwrap_or(incident);
        let first = |rank: &dyn Fn(&str) -> Option<usize>, kept: &str| match (rank(lost), rank(kept)) {
            (Some(lost), Some(kept)) => lost < kept,
            _ => false,
        };
        let known = |words: &'static [&'static str]| move |word: &str| words.iter().position(|known| *known == word);
        match conflict.subject.as_str() {
            "severity" if first(worse, &now.severity) => {
                safer.get_or_insert_with(|| incident.clone()).severity = lost.to_owned();
            }
            "status" if first(earlier, &now.status) => {
                safer.get_or_insert_with(|| incident.clone()).status = lost.to_owned();
            }
            subject => {
                let Some(id) = subject.strip_suffix(".state") else {
                    continue;
                };
                let next = safer.get_or_insert_with(|| incident.clone());
                // A skipped item is less settled than a done one.
                let items = |word: &str| ["open", "skipped", "done"].iter().position(|known| *known == word);
                if let Some(item) = next.checklist.iter_mut().find(|item| item.id == id)
                    && first(&items, item.state.as_str())
                {
                    Arc::make_mut(item).state = ItemState::from(lost);
                }
                if let Some(entry) = next.hypotheses.iter_mut().find(|entry| entry.id == id)
                    && first(&known(HypothesisState::KNOWN), entry.state.as_str())
                {
                    Arc::make_mut(entry).state = HypothesisState::from(lost);
                }
                if let Some(entry) = next.mitigations.iter_mut().find(|entry| entry.id == id)
                    && first(&known(MitigationState::KNOWN), entry.state.as_str())
                {
                    Arc::make_mut(entry).state = MitigationState::from(lost);
                }
            }
        }
    }
    safer.filter(|safer| safer != incident)
}

/// What a register holds now, as text.
fn value(incident: &Incident, subject: &str) -> Option<String> {
    let head = top::head(incident);
    if let Some(value) = field(&head, subject) {
        return told::plain(Some(value));
    }
    let found = SECTIONS
        .iter()
        .find_map(|section| in_section!(*section, T => of::<T>(incident, subject)).flatten());
    found.flatten()
}

/// The outer `None`: the subject is no entry of this list.
fn of<T: Entry>(incident: &Incident, subject: &str) -> Option<Option<String>> {
    let named = |entry: &&Arc<T>| {
        subject
            .strip_prefix(entry.id())
            .is_some_and(|rest| rest.starts_with('.'))
    };
    let entry = T::list(incident)
        .iter()
        .filter(named)
        .max_by_key(|entry| entry.id().len())?;
    let fields = to_fields(&**entry);
    Some(told::plain(field(&fields, &subject[entry.id().len() + 1..])))
}

/// A field by its register's name: `title`, `impact.users`, `evidence.x7k3m9qx.text`.
fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    if let Some(value) = fields.get(name) {
        return Some(value);
    }
    let (key, rest) = name.split_once('.')?;
    match fields.get(key)? {
        Value::Object(group) => field(group, rest),
        Value::Array(list) => {
            let (id, inner) = rest.split_once('.')?;
            let member = list
                .iter()
                .find(|member| member.get("id").and_then(Value::as_str) == Some(id))?;
            field(member.as_object()?, inner)
        }
        _ => None,
    }
}
