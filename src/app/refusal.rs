//! Why something was refused: below the question it was typed for, in the gate, or on a page of its own.

use super::action::Action;
use super::{Layer, Model, Refused, Tone, gate, question, spoken};
use crate::incident::Refusal;

/// Says why something was refused: where rules are not met, what is missing.
pub(super) fn refused(model: &mut Model, action: Action, refusal: Refusal, form: Option<super::Form>) {
    let (said, missing, rules) = match refusal {
        Refusal::Invalid(said) | Refusal::Unchanged(said) => (said, Vec::new(), false),
        Refusal::Rules { said, missing } => (said, missing, true),
        Refusal::NotFound { said, candidates } => (said, candidates, false),
    };
    let here = |said: String| spoken::said(&model.keymap, &said).into_owned();
    let (said, missing): (String, Vec<String>) = (here(said), missing.into_iter().map(here).collect());
    let resolving = rules && matches!(action, Action::Resolve | Action::SetStatus) && !missing.is_empty();
    if resolving {
        // The words go on with whatever resolves it in the end.
        let note = form
            .as_ref()
            .and_then(|form| form.maybe("note").or_else(|| form.maybe("reason")));
        model.memory.note = note.or(model.memory.note.take());
        gate::refused(model, said);
        model.swallow_burst();
        return;
    }
    model.memory.before_severity = None;
    if missing.is_empty() {
        match form {
            Some(form) => question::reject(model, form, said),
            None => model.say(said, Tone::Error),
        }
        return;
    }
    // The words stay with the form, below the reason.
    if let Some(form) = form {
        question::reject(model, form, said.clone());
    }
    model.layers.push(Layer::Refused(Refused {
        title: action.spec().title.to_owned(),
        said,
        missing,
        instead: (rules && action == Action::Close).then_some(Action::ForceClose),
        scroll: 0,
    }));
}
