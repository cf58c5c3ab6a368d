//! Taking a change back, or doing it again: registers are set to what they were. Refused where somebody else has changed
//! one of them since, or has worked on an entry that would vanish: undo never undoes another person's work.

use serde_json::{Map, Value};

use super::draft::{Done, Draft};
use super::registers::{self, UNDONE};
use super::timeline;
use super::words::{brief, invalid};
use crate::incident::change::{Refusal, Register, Undo};
use crate::incident::entry::{Entry, in_section};
use crate::incident::ids;
use crate::incident::model::{Event, Incident};
use crate::incident::people;
use crate::incident::time::Time;

pub(super) fn undo(draft: &mut Draft, undo: &Undo) -> Done {
    if undo.registers.is_empty() {
        return invalid("there is nothing to undo in that");
    }
    // Registers of one entry come one after the other.
    for group in undo
        .registers
        .chunk_by(|one, next| (&one.section, &one.id) == (&next.section, &next.id))
    {
        let (section, id) = (group[0].section.as_str(), group[0].id.as_str());
        if section.is_empty() {
            top_level(draft, group, &undo.said)?;
        } else {
            in_section!(section, T => entry::<T>(draft, id, group, &undo.said))
                .unwrap_or_else(|| invalid(format!("there is no list `{}`", brief(section))))?;
        }
    }
    draft.undoing(undo);
    let word = if undo.redo { "again" } else { "undone" };
    let event = draft.say(undo.kind.clone(), format!("{word}: {}", undo.said));
    event.subject.clone_from(&undo.subject);
    event.from.clone_from(&undo.from);
    event.to.clone_from(&undo.to);
    Ok(())
}

fn overtaken<T>(said: &str, what: &str) -> Result<T, Refusal> {
    invalid(format!(
        "{what} was changed by someone else since, so this was left as it is: {said}"
    ))
}

fn entry<T: Entry>(draft: &mut Draft, id: &str, group: &[Register], said: &str) -> Done {
    let Some(old) = ids::find::<T>(&draft.new, id).cloned() else {
        return overtaken(said, &format!("{} {id}", T::NOUN));
    };
    let before = registers::map(&*old);
    if group
        .iter()
        .any(|register| *registers::get(&before, &register.field) != register.now)
    {
        return overtaken(said, &format!("{} {id}", T::NOUN));
    }
    let vanishes = |register: &Register| register.field == "retracted" && register.then.as_str() == Some(UNDONE);
    if group.iter().any(vanishes)
        && let Some(other) = worked_on(&*old, &before, draft.by())
    {
        return invalid(format!(
            "{other} has worked on it since, so this was left as it is: {said}"
        ));
    }
    let mut after = before;
    for register in group {
        registers::set(&mut after, &register.field, &register.then);
    }
    let next: T = registers::entry(after)?;
    if T::SECTION == Event::SECTION {
        moved(draft, id, group)?;
    }
    // Words and times of events are set above, with the old ones kept; the rest here.
    let next = registers::map(&next);
    let kept = ["text", "at"];
    let mut failed = None;
    draft.edit::<T>(id, |entry| {
        let mut now = registers::map(entry);
        for register in group {
            let word_of_event = T::SECTION == Event::SECTION && kept.contains(&register.field.as_str());
            if !word_of_event {
                registers::set(&mut now, &register.field, registers::get(&next, &register.field));
            }
        }
        match registers::entry(now) {
            Ok(next) => *entry = next,
            Err(refusal) => failed = Some(refusal),
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// Words and time of an event go back as a correction does: what stood there is kept.
fn moved(draft: &mut Draft, id: &str, group: &[Register]) -> Done {
    let value = |field: &str| {
        let register = group.iter().find(|register| register.field == field)?;
        register.then.as_str().map(str::to_owned)
    };
    let (words, at) = (value("text"), value("at").and_then(|at| Time::parse_rfc3339(&at)));
    if words.is_some() || at.is_some() {
        timeline::correct(draft, id, words, at)?;
    }
    Ok(())
}

/// Somebody other than `me` who changed a field of an entry or added a remark to it, since it came or came back.
fn worked_on<T: Entry>(entry: &T, map: &Map<String, Value>, me: &str) -> Option<String> {
    let back = entry.rev().get("retracted").map(|stamp| stamp.at);
    let mut stamps = entry.rev().values().filter(|stamp| Some(stamp.at) > back);
    if let Some(other) =
        stamps.find_map(|stamp| stamp.writes().into_iter().find(|write| !people::same(&write.actor, me)))
    {
        return Some(other.actor);
    }
    let lists = T::FIELDS.iter().filter(|field| field.records().is_some());
    let remarks = lists.filter_map(|list| map.get(list.name)?.as_array());
    let since = remarks.flatten().filter(|remark| {
        let at = remark.get("at").and_then(Value::as_str).and_then(Time::parse_rfc3339);
        back.is_none() || at > back
    });
    let mut authors = since.filter_map(|remark| remark.get("by")?.as_str());
    authors.find(|author| !people::same(author, me)).map(str::to_owned)
}

fn top_level(draft: &mut Draft, group: &[Register], said: &str) -> Done {
    let head = draft.new.head();
    for register in group {
        if head.get(&register.field).unwrap_or(&Value::Null) != &register.now {
            return overtaken(said, &register.field);
        }
        set(&mut draft.new, &register.field, &register.then)?;
    }
    Ok(())
}

/// Sets a field of the incident itself.
pub(super) fn set(incident: &mut Incident, field: &str, value: &Value) -> Done {
    if let Some((group, name)) = field.split_once('.')
        && let Some(group) = incident.group_mut(group)
    {
        if value.is_null() {
            group.remove(name);
        } else {
            group.insert(name.to_owned(), value.clone());
        }
        return Ok(());
    }
    match incident.set(field, value) {
        Ok(true) => Ok(()),
        Ok(false) => invalid(format!("there is no field `{}`", brief(field))),
        Err(problem) => invalid(format!("that is no value for {} ({problem})", brief(field))),
    }
}
