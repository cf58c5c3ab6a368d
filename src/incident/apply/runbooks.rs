//! Runbooks in an incident: their steps become checklist items that are the same for everybody who attaches them.

use std::fmt::Write as _;

use super::draft::{Done, Draft};
use super::registers::UNDONE;
use super::words::{because, brief, invalid, line, maybe_line, text, unchanged};
use crate::incident::attached::pairs;
use crate::incident::change::{AttachedStep, Attachment, Verdict};
use crate::incident::ids;
use crate::incident::model::{Event, Item};
use crate::incident::words::{EventKind, ItemState};

/// Most steps that one runbook brings: nobody works through more.
const MOST: usize = 500;
/// Longest name of a runbook, in bytes.
const NAME: usize = 200;

/// What the steps have met in the file.
#[derive(Default)]
struct Met {
    new: usize,
    back: usize,
    reworded: Vec<String>,
}

pub(super) fn attach(draft: &mut Draft, attachment: &Attachment) -> Done {
    let list = line(&attachment.runbook, "runbook's name")?;
    let title = line(&attachment.title, "runbook's title")?;
    if list.len() > NAME {
        return invalid("that name of a runbook is longer than 200 bytes");
    }
    let steps = attachment.steps.iter().map(tidy).collect::<Result<Vec<_>, _>>()?;
    match steps.len() {
        0 => return invalid(format!("{} has no steps, so there is nothing to attach", brief(&title))),
        1..=MOST => {}
        many => {
            return invalid(format!(
                "{} has {many} steps; {MOST} is the most one runbook brings",
                brief(&title)
            ));
        }
    }
    let items: Vec<_> = draft
        .new
        .checklist
        .iter()
        .filter(|item| item.list.as_ref() == Some(&list))
        .cloned()
        .collect();
    let known: Vec<&Item> = items
        .iter()
        .map(AsRef::as_ref)
        .filter(|item| item.at.is_none())
        .collect();
    let mut met = Met::default();
    for (step, item) in steps.iter().zip(pairs(&known, &steps)) {
        match item {
            Some(id) => again(draft, &id, step, &mut met)?,
            None => add(draft, &list, step, &mut met),
        }
    }
    if met.new + met.back + met.reworded.len() == 0 {
        let done = known.iter().filter(|item| item.state != ItemState::Open).count();
        return unchanged(format!(
            "{} is attached already: {done} of {} steps done",
            brief(&title),
            steps.len()
        ));
    }
    let before = known.iter().filter(|item| item.retracted.is_none()).count();
    let event = draft.say(EventKind::Checklist, said(&title, steps.len(), before, &met));
    event.subject = Some(format!("runbook.{list}").into());
    event.from = (before > 0).then(|| "attached".into());
    event.to = Some(attachment.digest.as_str().into());
    Ok(())
}

fn tidy(step: &AttachedStep) -> Result<AttachedStep, crate::incident::Refusal> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    if step.id.is_empty() || step.id.len() > 400 || !step.id.chars().all(plain) {
        return invalid(format!(
            "`{}` is no id of a step; that is an error of the program",
            brief(&step.id)
        ));
    }
    Ok(AttachedStep {
        text: text(&step.text, "step")?,
        ..step.clone()
    })
}

/// A step that is there already: what was taken back comes again, and changed words take the place of the old ones.
fn again(draft: &mut Draft, id: &str, step: &AttachedStep, met: &mut Met) -> Done {
    let Some(old) = ids::find::<Item>(&draft.new, id).cloned() else {
        return Ok(());
    };
    // What was taken out with a reason stays out.
    if old.retracted.as_deref() == Some(UNDONE) {
        draft.edit::<Item>(id, |item| item.retracted = None)?;
        met.back += 1;
    }
    if old.text != step.text {
        draft.edit::<Item>(id, |item| item.text.clone_from(&step.text))?;
        let kept = if old.state == ItemState::Open {
            String::new()
        } else {
            format!(" ({}, and stays so)", old.state)
        };
        met.reworded
            .push(format!("{} → {}{kept}", brief(&old.text), brief(&step.text)));
    }
    Ok(())
}

fn add(draft: &mut Draft, list: &str, step: &AttachedStep, met: &mut Met) {
    let taken = |draft: &Draft, id: &str| ids::find::<Item>(&draft.new, id).is_some();
    let mut id = step.id.clone();
    let mut times = 0;
    while taken(draft, &id) {
        times += 1;
        id = format!("{}-{times}", step.id);
    }
    draft.put_revocably(Item {
        id,
        text: step.text.clone(),
        list: Some(list.to_owned()),
        note: step.ticked.then(|| "ticked in the file".to_owned()),
        ..Item::default()
    });
    met.new += 1;
}

fn said(title: &str, steps: usize, before: usize, met: &Met) -> String {
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut said = if before == 0 {
        format!("runbook attached: {} ({})", brief(title), count(steps, "step"))
    } else {
        format!("runbook attached again: {}", brief(title))
    };
    if before > 0 && met.new + met.back > 0 {
        let _ = write!(said, "; {} added", count(met.new + met.back, "step"));
    }
    if !met.reworded.is_empty() {
        let _ = write!(said, "; reworded: {}", met.reworded.join("; "));
    }
    said
}

/// What a runbook was good for, or that one was missing.
pub(super) fn judge(draft: &mut Draft, runbook: Option<&String>, verdict: Verdict, note: Option<&String>) -> Done {
    let name = maybe_line(runbook, "runbook's name")?;
    let note = maybe_line(note, "note")?;
    let said = match (&name, verdict) {
        (Some(name), Verdict::Helped) => format!("runbook {name} helped"),
        (Some(name), Verdict::Misled) => format!("runbook {name} misled us"),
        (Some(name), Verdict::Missing) => format!("runbook {name} lacked what was needed"),
        (None, Verdict::Missing) => "no runbook for this".to_owned(),
        (None, Verdict::Helped | Verdict::Misled) => return invalid("which runbook? name it"),
    };
    let subject = format!("runbook.{}.verdict", name.as_deref().unwrap_or("-"));
    let last = draft
        .new
        .timeline
        .iter()
        .rev()
        .find(|event| event.subject.as_deref() == Some(&*subject) && event.retracted.is_none());
    if last.is_some_and(|last| last.to.as_deref() == Some(verdict.as_str())) && note.is_none() {
        return unchanged(format!("that is said already: {said}"));
    }
    let from = last.and_then(|last| last.to.clone());
    let event = Event {
        id: draft.event_id(),
        at: draft.now(),
        by: draft.by().to_owned(),
        kind: EventKind::Checklist,
        text: format!("{said}{}", because(note.as_deref())),
        subject: Some(subject.into()),
        from,
        to: Some(verdict.as_str().into()),
        ..Event::default()
    };
    draft.log(event);
    Ok(())
}
