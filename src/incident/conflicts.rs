//! Collisions that nobody has settled yet, as screens see them: worked out when shown, never stored.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::apply::registers;
use super::entry::{Entry, SECTIONS, in_section, live};
use super::ids;
use super::model::{Event, Incident, Role};
use super::stamp::Stamp;
use super::statuses::Statuses;
use super::time::Time;
use super::words::{EventKind, HypothesisState, ItemState, MitigationState};

/// Key by which a conflict event says that somebody has looked at it and chosen.
pub(crate) const SETTLED: &str = "settled";

/// Two values of one register, written at once; one of them stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenConflict {
    /// The event that keeps the lost value; of a role that was given twice, its newest entry.
    pub event: String,
    /// The register: `severity`, `h4m2xq8p.state`; or `roles.` and a role that was given twice.
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

/// What begins the subject of a conflict over who has a role; the role's id follows.
const ROLES: &str = "roles.";

impl OpenConflict {
    /// The role that two people gave at once; `None` where it is about a value.
    pub fn role(&self) -> Option<&str> {
        self.subject.strip_prefix(ROLES)
    }
}

/// Who holds a role and was not put beside anyone, the newest first: more than one where people gave it at once.
pub fn given_at_once<'a>(incident: &'a Incident, role: &str) -> Vec<&'a Role> {
    let held = |entry: &&Role| entry.role == role && entry.until.is_none() && !entry.beside;
    let mut held: Vec<&Role> = live(&incident.roles).filter(held).collect();
    held.sort_by(|one, other| (other.since, &other.id).cmp(&(one.since, &one.id)));
    held
}

/// The conflict over a role that two or more have, none of them knowingly beside another.
pub fn over_role(incident: &Incident, role: &str) -> Option<OpenConflict> {
    let held = given_at_once(incident, role);
    let [kept, .., lost] = held.as_slice() else { return None };
    Some(OpenConflict {
        event: kept.id.clone(),
        subject: format!("{ROLES}{role}"),
        kept: Some(kept.who.clone()),
        lost: Some(lost.who.clone()),
        by: if lost.by.is_empty() {
            lost.who.clone()
        } else {
            lost.by.clone()
        },
        at: kept.since,
    })
}

/// What a conflict is about, in words: `severity`, `the state of "slow query"`, `who is resolver: lee or kim`. `title` is what
/// people call a role.
pub fn in_words(incident: &Incident, subject: &str, title: &dyn Fn(&str) -> String) -> String {
    if let Some(role) = subject.strip_prefix(ROLES) {
        let names: Vec<&str> = given_at_once(incident, role)
            .iter()
            .map(|entry| entry.who.as_str())
            .collect();
        return format!("who is {}: {}", title(role), names.join(" or "));
    }
    let Some((section, id)) = owner(incident, subject) else {
        return subject.replace(['.', '_'], " ");
    };
    let field = subject[id.len() + 1..].replace('_', " ");
    if let Some(role) = incident
        .roles
        .iter()
        .find(|role| section == Role::SECTION && role.id == id)
    {
        return match field.as_str() {
            "until" => format!("when {} stopped being {}", role.who, title(&role.role)),
            _ => format!("the {field} of {} as {}", role.who, title(&role.role)),
        };
    }
    match entry_words(incident, section, &id) {
        Some(words) => format!("the {field} of \"{words}\""),
        None => format!("the {field} of one of the {}", section.replace('_', " ")),
    }
}

/// Longest text of an entry that is quoted, in characters.
const QUOTED: usize = 40;

/// Key of a conflict event's exact stamp, where its time and author do not tell it.
pub(crate) const STAMP: &str = "stamp";

/// The stamp of the write that a conflict event keeps.
pub(crate) fn lost_stamp(event: &Event) -> Stamp {
    let exact = event.extra.get(STAMP).and_then(Value::as_str);
    exact
        .and_then(|stamp| stamp.parse().ok())
        .unwrap_or_else(|| Stamp::new(event.recorded.unwrap_or(event.at), event.by.as_str()))
}

/// The collisions that are still open, in the order of the timeline: not marked as settled, not retracted, what stands
/// is not what lost, and nobody has changed the field since who knew of both.
pub fn open_conflicts(incident: &Incident) -> Vec<OpenConflict> {
    let mut open = Vec::new();
    for event in &incident.timeline {
        if event.kind != EventKind::Conflict || event.retracted.is_some() || event.extra.contains_key(SETTLED) {
            continue;
        }
        // That two people have settled one collision is none.
        let Some(subject) = event.subject.as_deref().filter(|subject| !subject.ends_with(SETTLED)) else {
            continue;
        };
        let replaced = |stamp: &Stamp| !stamp.writes().contains(&lost_stamp(event)) && !is_open_again(event, stamp);
        if stamp(incident, subject).is_some_and(|stamp| replaced(&stamp)) {
            continue;
        }
        // When a former holder stopped is no question; who holds the role now may be one.
        if let Some(former) = ended_role(incident, subject) {
            open.extend(over_role(incident, &former.role).filter(|one| !open.contains(one)));
            continue;
        }
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

/// Whether a settlement was taken back, and nobody has changed the field since.
fn is_open_again(event: &Event, stamp: &Stamp) -> bool {
    let taken_back = event.rev.get(SETTLED).filter(|_| !event.extra.contains_key(SETTLED));
    taken_back.is_some_and(|taken_back| stamp.at <= taken_back.at)
}

/// The entry whose `until` a register is.
fn ended_role<'a>(incident: &'a Incident, subject: &str) -> Option<&'a Role> {
    let id = subject.strip_suffix(".until")?;
    incident.roles.iter().find(|role| role.id == id).map(|role| &**role)
}

/// The incident as screens and clocks should take it while collisions are open: the worse severity, the less advanced
/// status, an item as not done, a hypothesis or mitigation as less far. `worse` and `earlier` give the rank of a severity
/// (smaller is worse) and of a status (smaller is less advanced), `None` for unknown ones. `None` where nothing differs.
pub fn effective(
    incident: &Incident,
    open: &[OpenConflict],
    worse: &dyn Fn(&str) -> Option<usize>,
    earlier: &dyn Fn(&str) -> Option<usize>,
) -> Option<Incident> {
    let mut safer = None;
    for conflict in open {
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

/// Whether the incident is over: resolved, closed or cancelled, and nobody set a status at the same moment by which it is not.
pub fn is_over(incident: &Incident, statuses: &Statuses) -> bool {
    statuses.is_ended(&incident.status)
        && !open_conflicts(incident)
            .iter()
            .any(|one| one.subject == "status" && one.lost.as_deref().is_some_and(|lost| !statuses.is_ended(lost)))
}

/// The first line of what an entry says, shortened.
fn entry_words(incident: &Incident, section: &'static str, id: &str) -> Option<String> {
    let said = |fields: &serde_json::Map<String, Value>| {
        let keys = ["text", "statement", "title", "label"];
        keys.iter()
            .find_map(|key| fields.get(*key)?.as_str().map(str::to_owned))
    };
    let words = in_section!(section, T => said(&registers::map(&**ids::find::<T>(incident, id)?))).flatten()?;
    let line = words.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(QUOTED).collect();
    Some(if cut.len() < line.len() {
        format!("{cut}…")
    } else {
        cut
    })
}

/// What a register holds now, as text.
pub fn value(incident: &Incident, subject: &str) -> Option<String> {
    let head = incident.head();
    if let Some(value) = head.get(subject) {
        return plain(value);
    }
    let (section, id) = owner(incident, subject)?;
    let field = &subject[id.len() + 1..];
    in_section!(section, T => {
        let entry = ids::find::<T>(incident, &id)?;
        plain(registers::get(&registers::map(&**entry), field))
    })
    .flatten()
}

/// The stamp of a register of the incident or of an entry; `None` where it has none of its own.
fn stamp(incident: &Incident, subject: &str) -> Option<Stamp> {
    let Some((section, id)) = owner(incident, subject) else {
        return incident.rev.get(subject).cloned();
    };
    let field = &subject[id.len() + 1..];
    in_section!(section, T => ids::find::<T>(incident, &id)?.rev().get(field).cloned()).flatten()
}

/// The list and the entry that a register belongs to; `None` for a field of the incident itself.
pub(super) fn owner(incident: &Incident, subject: &str) -> Option<(&'static str, String)> {
    let of = |section: &'static str| {
        in_section!(section, T => {
            let named = |entry: &&Arc<T>| {
                subject.strip_prefix(entry.id()).is_some_and(|rest| !entry.id().is_empty() && rest.starts_with('.'))
            };
            let longest = T::list(incident).iter().filter(named).max_by_key(|entry| entry.id().len())?;
            Some(longest.id().to_owned())
        })
        .flatten()
    };
    SECTIONS.iter().find_map(|section| Some((*section, of(section)?)))
}

/// A value as a conflict event has it.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
