//! What came of a change that was asked for: the form closes, or takes the reason and stays.

use super::action::Action;
use super::message::{Effect, Outcome};
use super::{Group, Layer, Model, Refused, Tone, ask, drafts};
use crate::incident::Refusal;

/// The session has answered.
pub(super) fn came(model: &mut Model, outcome: Outcome) -> Vec<Effect> {
    let form = match model.layers.pop() {
        Some(Layer::Form(form)) if form.sent => Some(form),
        Some(other) => {
            model.layers.push(other);
            None
        }
        None => None,
    };
    let action = outcome.action;
    let done = outcome.results.iter().filter(|result| result.is_ok()).count();
    let said = outcome
        .results
        .iter()
        .rev()
        .find_map(|result| result.as_ref().ok().map(|applied| applied.said.clone()));
    if let Some(refusal) = outcome.results.into_iter().find_map(Result::err) {
        refused(model, action, refusal, form);
        if done > 0 {
            model.say(format!("{done} were taken before that"), Tone::Warning);
        }
        return Vec::new();
    }
    if let Some(form) = form {
        if form.kind.is_some()
            && let Some(answer) = form.answers.last()
        {
            model.memory.history.retain(|line| *line != answer.typed);
            model.memory.history.push(answer.typed.clone());
            let surplus = model.memory.history.len().saturating_sub(200);
            model.memory.history.drain(..surplus);
        }
        drafts::taken(model, &form);
    }
    match (action, said) {
        (Action::Undo, Some(said)) => model.say(format!("undone: {said}"), Tone::Good),
        (Action::Redo, Some(said)) => model.say(format!("done again: {said}"), Tone::Good),
        // What is logged or ticked is seen where it stands.
        (_, Some(said)) if done == 1 && !quiet(action) => model.say(said, Tone::Good),
        (_, Some(_)) if done > 1 => model.say(format!("{done} lines logged"), Tone::Good),
        _ => {}
    }
    Vec::new()
}

fn quiet(action: Action) -> bool {
    matches!(action.spec().group, Group::Log | Group::Checklists)
}

fn refused(model: &mut Model, action: Action, refusal: Refusal, form: Option<super::Form>) {
    let (said, missing, rules) = match refusal {
        Refusal::Invalid(said) => (said, Vec::new(), false),
        Refusal::Rules { said, missing } => (said, missing, true),
        Refusal::NotFound { said, candidates } => (said, candidates, false),
    };
    let resolving = rules && matches!(action, Action::Resolve | Action::SetStatus) && !missing.is_empty();
    if missing.is_empty() {
        match form {
            Some(form) => ask::reject(model, form, said),
            None => model.say(said, Tone::Error),
        }
        return;
    }
    // The words stay with the form, below the reason.
    if let Some(form) = form.filter(|_| !resolving) {
        ask::reject(model, form, said.clone());
    }
    model.layers.push(Layer::Refused(Refused {
        title: action.spec().title.to_owned(),
        said,
        missing,
        scroll: 0,
        force: resolving,
    }));
}
