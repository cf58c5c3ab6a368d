//! What came of a change that was asked for: the form closes, or takes the reason and stays.

use super::action::Action;
use super::message::{Effect, Outcome};
use super::{Group, Layer, Model, Pane, Refused, Tone, ask, drafts};
use crate::incident::{Applied, Refusal};

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
    model.memory.holding = false;
    if outcome.results.len() > 1 {
        pasted(model, outcome.results);
        return Vec::new();
    }
    let alone = form.is_none();
    let said = match outcome.results.into_iter().next() {
        Some(Err(refusal)) => {
            refused(model, action, refusal, form);
            return Vec::new();
        }
        Some(Ok(applied)) => applied.said,
        None => return Vec::new(),
    };
    if let Some(form) = form {
        if form.kind.is_some()
            && let Some(answer) = form.answers.last()
        {
            model.memory.history.retain(|line| *line != answer.typed);
            model.memory.history.push(answer.typed.clone());
            let surplus = model.memory.history.len().saturating_sub(200);
            model.memory.history.drain(..surplus);
        }
        if form.kind.is_some() && std::mem::take(&mut model.memory.held) {
            model.select_near(Pane::Timeline, usize::MAX);
        }
        drafts::taken(model, &form);
    }
    match action {
        Action::Undo => {
            let said = said.strip_prefix("undone: ").unwrap_or(&said);
            model.say(format!("undone: {said}"), Tone::Good);
        }
        Action::Redo => {
            let said = said.strip_prefix("again: ").unwrap_or(&said);
            model.say(format!("done again: {said}"), Tone::Good);
        }
        // Many lines at once are not all seen.
        Action::Log if alone => model.say(said, Tone::Good),
        // What is logged or ticked is seen where it stands.
        _ if quiet(action) => {}
        _ => model.say(said, Tone::Good),
    }
    Vec::new()
}

/// Several lines at once: how many were taken, and why others were not.
fn pasted(model: &mut Model, results: Vec<Result<Applied, Refusal>>) {
    let all = results.len();
    let refusals: Vec<Refusal> = results.into_iter().filter_map(Result::err).collect();
    let done = all - refusals.len();
    match refusals.first() {
        None => model.say(format!("{done} lines logged"), Tone::Good),
        Some(first) => model.say(
            format!("{done} lines logged, {} not: {first}", refusals.len()),
            Tone::Warning,
        ),
    }
}

fn quiet(action: Action) -> bool {
    matches!(action.spec().group, Group::Log | Group::Checklists)
}

fn refused(model: &mut Model, action: Action, refusal: Refusal, form: Option<super::Form>) {
    let (said, missing, rules) = match refusal {
        Refusal::Invalid(said) | Refusal::Unchanged(said) => (said, Vec::new(), false),
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
