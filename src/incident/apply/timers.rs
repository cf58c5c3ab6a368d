//! Countdowns: a person's own, and a person's say over those that the framework derives.

use std::time::Duration;

use super::draft::{Done, Draft};
use super::words::{because, brief, invalid, line, maybe, unchanged};
use crate::incident::change::Refusal;
use crate::incident::entry::Entry;
use crate::incident::ids;
use crate::incident::model::Timer;
use crate::incident::time::{Time, format_duration};
use crate::incident::words::{EventKind, TimerState as State};

/// Longest countdown: ten years, as typed durations have it.
const LONGEST: Duration = Duration::from_secs(3653 * 86_400);

fn ahead(draft: &Draft, duration: Duration) -> Result<Time, Refusal> {
    if duration < Duration::from_secs(1) || duration > LONGEST {
        return invalid("a timer runs between a second and ten years; try 15m");
    }
    Ok(draft.now().plus(duration))
}

pub(super) fn add(draft: &mut Draft, label: &str, duration: Duration) -> Done {
    let entry = Timer {
        id: draft.id(Timer::LETTER),
        label: line(label, "label")?,
        state: State::Running,
        due: ahead(draft, duration)?,
        at: draft.now(),
        by: draft.by().to_owned(),
        ..Timer::default()
    };
    let said = format!(
        "{} from now, at {}: {}",
        format_duration(duration),
        entry.due.hm(),
        brief(&entry.label)
    );
    tell(draft, said, &entry.id, "due", None, Some(entry.due.to_string()));
    draft.add(entry);
    Ok(())
}

fn tell(draft: &mut Draft, said: String, id: &str, field: &str, from: Option<String>, to: Option<String>) {
    let event = draft.say(EventKind::Timer, said);
    event.subject = Some(format!("{id}.{field}").into());
    event.from = from.map(Into::into);
    event.to = to.map(Into::into);
}

/// Changes a countdown: one that is in the file, or a derived one (permit names it) that has no entry there yet, or only
/// one that was taken back. Returns what it is called and when it was due before.
fn touch(draft: &mut Draft, id: &str, change: impl FnOnce(&mut Timer)) -> Result<(String, Option<Time>), Refusal> {
    let there = ids::find::<Timer>(&draft.new, id).cloned();
    match (there, draft.name.clone()) {
        (None, Some(label)) => {
            let mut entry = Timer {
                id: id.to_owned(),
                label: label.clone(),
                state: State::Running,
                due: draft.now(),
                at: draft.now(),
                by: draft.by().to_owned(),
                ..Timer::default()
            };
            change(&mut entry);
            draft.add(entry);
            Ok((label, None))
        }
        (Some(old), name) if old.retracted.is_none() || name.is_some() => {
            let before = old.retracted.is_none().then_some(old.due);
            draft.edit::<Timer>(id, |timer| {
                timer.retracted = None;
                timer.state = State::Running;
                change(timer);
            })?;
            let label = if old.label.is_empty() { id } else { &old.label };
            Ok((label.to_owned(), before))
        }
        _ => draft
            .get::<Timer>(id)
            .map(|timer| (timer.label.clone(), Some(timer.due))),
    }
}

pub(super) fn snooze(draft: &mut Draft, id: &str, duration: Duration) -> Done {
    let due = ahead(draft, duration)?;
    let (label, before) = touch(draft, id, |timer| timer.due = due)?;
    let said = format!("put off until {}: {}", due.hm(), brief(&label));
    tell(
        draft,
        said,
        id,
        "due",
        before.map(|due| due.to_string()),
        Some(due.to_string()),
    );
    Ok(())
}

pub(super) fn clear(draft: &mut Draft, id: &str, reason: Option<&String>) -> Done {
    let reason = maybe(reason, "reason")?;
    let there = ids::find::<Timer>(&draft.new, id);
    if let Some(old) = there.filter(|old| old.retracted.is_none() && old.state == State::Cleared) {
        return unchanged(format!("that timer was cleared already: {}", brief(&old.label)));
    }
    let (label, _) = touch(draft, id, |timer| timer.state = State::Cleared)?;
    let (from, to) = (State::Running.as_str().into(), State::Cleared.as_str().into());
    tell(
        draft,
        format!("cleared: {}{}", brief(&label), because(reason.as_deref())),
        id,
        "state",
        Some(from),
        Some(to),
    );
    Ok(())
}

pub(super) fn restore(draft: &mut Draft, id: &str, due: Option<Time>) -> Done {
    let old = draft.get::<Timer>(id)?;
    let Some(due) = due else {
        draft.edit::<Timer>(id, |timer| timer.retracted = Some(super::registers::UNDONE.into()))?;
        let said = format!("runs as before: {}", brief(&old.label));
        tell(draft, said, id, "due", Some(old.due.to_string()), None);
        return Ok(());
    };
    if old.due == due && old.state == State::Running {
        return unchanged(format!(
            "that timer runs until {} already: {}",
            due.hm(),
            brief(&old.label)
        ));
    }
    draft.edit::<Timer>(id, |timer| {
        timer.state = State::Running;
        timer.due = due;
    })?;
    let said = format!("runs until {} again: {}", due.hm(), brief(&old.label));
    tell(draft, said, id, "due", Some(old.due.to_string()), Some(due.to_string()));
    Ok(())
}
