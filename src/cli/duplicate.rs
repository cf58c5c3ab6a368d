//! `warroom duplicate`

use clap::Args;
use serde_json::json;

use super::context::{Context, words};
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::import::Imported;
use crate::incident::{Change, EventKind, Incident, is_over, live};
use crate::store::Place;

/// This incident is the same as another one: its lines are folded into that one, each gets a link to the other, and this one is closed
#[derive(Args, Debug)]
pub(super) struct Duplicate {
    /// The incident that goes on
    of: String,
    /// Why, where it is not plain
    #[arg(long, value_name = "TEXT")]
    reason: Vec<String>,
}

impl Duplicate {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let repository = context.repository()?;
        let parent = repository.find(&self.of)?;
        // With two open and one of them named, the other one is meant.
        let child = match context.place() {
            Ok(place) => place,
            Err(failure) => {
                let (all, _) = context.all()?;
                let frameworks = |one: &Incident| repository.framework_or_other(&one.framework);
                let mut open = all.into_iter().filter(|one| {
                    one.place.id != parent.id
                        && frameworks(&one.incident).is_ok_and(|framework| !is_over(&one.incident, &framework.classes))
                });
                match (open.next(), open.next()) {
                    (Some(one), None) => one.place,
                    _ => return Err(failure),
                }
            }
        };
        if child.id == parent.id {
            return Err(Failure::usage(format!(
                "{} cannot be a duplicate of itself; name the other one with -i",
                child.id
            )));
        }
        let view = context.view_of(&child)?;
        if is_over(&view.incident, &view.framework.classes) {
            return Err(Failure::refused(format!(
                "{} is {}; only an open incident is folded into another",
                child.id, view.incident.status
            )));
        }
        let above = context.edit_of(&parent)?;
        let lines = lines_of(&view.incident, &child.id);
        let folded = lines.len();
        let declared = view.incident.declared.as_ref();
        let declared = declared.map(|moment| format!(", declared at {} by {}", moment.at.hm(), moment.by));
        already(above.apply(Change::AddLink {
            target: child.id.clone(),
            label: Some("duplicate".into()),
        }))?;
        if !lines.is_empty() {
            already(above.apply(Change::ImportLines { lines }))?;
        }
        above.apply(Change::Log {
            kind: EventKind::Note,
            text: format!(
                "{} is a duplicate and was folded in: {}{}",
                child.id,
                view.incident.title,
                declared.unwrap_or_default()
            ),
            at: None,
            pin: false,
        })?;
        above.save()?;
        let below = context.edit_of(&child)?;
        already(below.apply(Change::AddLink {
            target: parent.id.clone(),
            label: Some("duplicate-of".into()),
        }))?;
        let reason = words(&self.reason);
        let because = if reason.trim().is_empty() {
            String::new()
        } else {
            format!(": {}", reason.trim())
        };
        let applied = below.apply(Change::Cancel {
            reason: format!("duplicate of {}{because}", parent.id),
        })?;
        below.save()?;
        let mut reply = Reply::change(below.id(), &below.incident(), &applied);
        reply
            .text
            .push_str(&format!("{} goes on; {folded} lines folded in\n", parent.id));
        if let Some(json) = reply.json.as_object_mut() {
            json.insert("parent".into(), json!(parent.id));
            json.insert("folded".into(), json!(folded));
        }
        Ok(reply)
    }
}

/// That it is so already is fine.
fn already<T>(result: Result<T, Failure>) -> Result<(), Failure> {
    match result {
        Err(failure) if failure.code != 0 => Err(failure),
        _ => Ok(()),
    }
}

/// What people wrote down in an incident, as lines that say where they come from.
fn lines_of(incident: &Incident, id: &str) -> Vec<Imported> {
    let said = live(&incident.timeline)
        .filter(|event| event.retracted.is_none() && EventKind::LOGGABLE.contains(&event.kind))
        .filter(|event| event.subject.is_none());
    said.enumerate()
        .map(|(number, event)| Imported {
            line: number + 1,
            at: Some(event.at),
            who: (!event.by.is_empty()).then(|| event.by.clone()),
            kind: event.kind.clone(),
            text: format!("[{id}] {}", event.text),
        })
        .collect()
}

/// Links two incidents with each other, each under its own label.
pub(super) fn link_both(context: &Context, one: &Place, label: &str, other: &Place, back: &str) -> Result<(), Failure> {
    for (place, target, label) in [(one, other, label), (other, one, back)] {
        let edit = context.edit_of(place)?;
        already(edit.apply(Change::AddLink {
            target: target.id.clone(),
            label: Some(label.to_owned()),
        }))?;
        edit.save()?;
    }
    Ok(())
}
