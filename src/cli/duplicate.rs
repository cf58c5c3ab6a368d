//! `warroom duplicate`

use clap::Args;
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::input::words;
use super::reply::Reply;
use crate::incident::{Change, Class, Incident, duplicate, is_over};
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
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
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
        let other = context.view_of(&parent)?;
        let goes_on = standing(&other)?;
        let above = context.edit_of(&parent)?;
        let (changes, folded) = duplicate::folded_in(&view.incident);
        for change in changes {
            already(above.apply(change))?;
        }
        above.save()?;
        let below = context.edit_of(&child)?;
        let reason = words(&self.reason);
        let reason = Some(reason.as_str()).filter(|reason| !reason.trim().is_empty());
        let mut applied = None;
        for change in duplicate::folded_away(&parent.id, reason) {
            let link = matches!(change, Change::AddLink { .. });
            match below.apply(change) {
                Ok(done) => applied = Some(done),
                Err(failure) if failure.code == 0 && link => {}
                Err(failure) => return Err(failure),
            }
        }
        let applied = applied.ok_or_else(|| Failure::usage("nothing was changed"))?;
        below.save()?;
        let mut reply = Reply::change(below.id(), &below.incident(), &applied);
        reply.text.push_str(&format!(
            "{} {goes_on}; {} folded in\n",
            parent.id,
            duplicate::lines(folded)
        ));
        if let Some(json) = reply.json.as_object_mut() {
            json.insert("parent".into(), json!(parent.id));
            json.insert("folded".into(), json!(folded));
        }
        Ok(reply)
    }
}

/// How the incident stands that another one is folded into. One that was cancelled takes none in.
fn standing(parent: &View) -> Result<String, Failure> {
    let id = &parent.id;
    match parent.framework.classes.class(&parent.incident.status) {
        Class::Open | Class::Monitoring => Ok("goes on".to_owned()),
        Class::Resolved | Class::Closed => Ok(format!("is {} already", parent.incident.status)),
        Class::Cancelled => Err(Failure::refused(match duplicate::parent(&parent.incident) {
            Some(first) => {
                format!("{id} is itself a duplicate of {first}; fold this one into that (warroom duplicate {first})")
            }
            None => format!(
                "{id} was cancelled, so nothing goes on there; cancel this one as well (warroom cancel --reason TEXT), or reopen {id}"
            ),
        })),
    }
}

/// That it is so already is fine.
fn already<T>(result: Result<T, Failure>) -> Result<(), Failure> {
    match result {
        Err(failure) if failure.code != 0 => Err(failure),
        _ => Ok(()),
    }
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
