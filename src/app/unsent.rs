//! Unsent lines as they are kept: one for each step and entry, and the words of updates that were changed.

use super::action::Action;
use super::memory::Unsent;
use super::{Layer, Model};

/// The words of an update to an audience that were changed and are not sent.
pub(super) fn kept_update<'a>(model: &'a Model, audience: &str) -> Option<&'a str> {
    let mut kept = model.memory.drafts.iter().rev();
    let found = kept.find(|unsent| unsent.is_for(Action::SendUpdate, "text", audience));
    found.map(|unsent| unsent.text.as_str())
}

/// Keeps such words.
pub(super) fn keep_update(model: &mut Model, audience: &str, text: &str) {
    drop_update(model, audience);
    model.memory.drafts.push(Unsent {
        action: Action::SendUpdate,
        step: "text",
        entry: audience.to_owned(),
        text: text.to_owned(),
    });
}

/// They are sent, or not wanted.
pub(super) fn drop_update(model: &mut Model, audience: &str) {
    forget(model, Action::SendUpdate, "text", audience);
    forget(model, Action::EditDraft, "text", audience);
    show_kept(model);
}

/// The unsent line for the timeline has gone into something else.
pub(super) fn forget_log(model: &mut Model) {
    forget(model, Action::Log, "line", "");
    show_kept(model);
}

pub(super) fn forget(model: &mut Model, action: Action, step: &str, entry: &str) {
    model.memory.drafts.retain(|unsent| !unsent.is_for(action, step, entry));
}

pub(super) fn show_kept(model: &mut Model) {
    model.kept = model.memory.drafts.last().map(|unsent| {
        let key = model.keymap.key_of(unsent.action);
        let key = if key.is_empty() {
            unsent.action.spec().title.to_owned()
        } else {
            key
        };
        (key, super::words::short(&unsent.text, 60))
    });
}

/// Drops every draft whose words are among those that were redacted.
pub(super) fn forget_words(model: &mut Model, holds: impl Fn(&str) -> bool) {
    model.memory.drafts.retain(|unsent| !holds(&unsent.text));
    for layer in &mut model.layers {
        if let Layer::Form(form) = layer {
            form.offer.take_if(|offer| holds(offer));
        }
    }
    show_kept(model);
}
