//! What may run by this person's permission, hooks and runbooks alike, as it was last read.

use super::Model;
use super::action::Action;
use super::form::{Choice, choice};
use crate::session::{MayRun, Standing, What};

/// Whether it may run, in words.
pub(super) fn state(one: &MayRun) -> String {
    match &one.state {
        Standing::Allowed => "allowed".into(),
        Standing::Stopped(why) => format!("allowed, stopped: {why}"),
        Standing::Changed => "off: it has changed since you allowed it".into(),
        Standing::Off => "off: you have never allowed it".into(),
        Standing::Unreadable => "off: it cannot be read".into(),
    }
}

/// The one in this place.
pub(super) fn find<'m>(model: &'m Model, place: &str) -> Option<&'m MayRun> {
    model.memory.permits.all.iter().find(|one| one.place == place)
}

/// The things that can be read.
pub(super) fn all(model: &Model) -> Vec<Choice> {
    let all = model.memory.permits.all.iter();
    all.map(|one| choice(&one.place, &one.name, state(one))).collect()
}

/// The one whose content was read, for what is done with it.
pub(super) fn read_one(model: &Model) -> Vec<Choice> {
    let read = model.memory.permits.read.as_deref();
    let one = read.and_then(|place| find(model, place));
    one.map(|one| choice(&one.place, &one.name, state(one)))
        .into_iter()
        .collect()
}

/// Whether the one that was read can be allowed, or a permission taken back.
pub(super) fn possible(model: &Model, action: Action) -> Result<(), &'static str> {
    let read = model.memory.permits.read.as_deref();
    let Some(one) = read.and_then(|place| find(model, place)) else {
        return Err("Read it first: its content is what you allow.");
    };
    match (action, &one.state, one.what) {
        (Action::AllowToRun, Standing::Allowed, _) => Err("You allow it already, as it is."),
        (Action::AllowToRun, Standing::Unreadable, _) => Err("It cannot be read, so it cannot be allowed."),
        (Action::AllowToRun, _, What::Elsewhere) => Err("It is not of this repository."),
        (Action::DenyToRun, Standing::Off | Standing::Unreadable, _) => Err("You do not allow it."),
        _ => Ok(()),
    }
}
