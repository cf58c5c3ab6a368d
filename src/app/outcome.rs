//! What came of a change that was asked for: the form closes, or takes the reason and stays.

use super::action::Action;
use super::message::{Effect, Outcome};
use super::refusal::refused;
use super::{Layer, Model, Tone, drafts, posting, ways};
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
    // Lines of a paste; several changes of one form are one thing, and the last of them is its sentence.
    if outcome.results.len() > 1 && form.is_none() {
        pasted(model, outcome.results);
        return Vec::new();
    }
    let alone = form.is_none();
    let mut results = outcome.results;
    let first_refused = results.iter().position(Result::is_err);
    let told = first_refused
        .or(results.len().checked_sub(1))
        .map(|at| results.swap_remove(at));
    let (said, event) = match told {
        Some(Err(refusal)) => {
            refused(model, action, refusal, form);
            return Vec::new();
        }
        Some(Ok(applied)) => (applied.said, applied.event),
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
        if form.kind.is_some() {
            model.follow_newest();
        }
        drafts::taken(model, &form);
    }
    if ways::kind_of(action).is_some() {
        model.memory.logged = Some(event.clone());
    }
    model.back_to_end();
    if matches!(action, Action::TickItem | Action::TickWithNote | Action::SkipItem) {
        super::panes::went_on(model);
    }
    if action == Action::CopyUpdate {
        posting::logged(model);
    }
    if matches!(action, Action::Resolve | Action::ForceResolve | Action::SetStatus) {
        model.memory.note = None;
        model.layers.retain(|layer| !matches!(layer, Layer::Gate(_)));
    }
    if let Some(before) = model.memory.before_severity.take() {
        super::moved::show(model, &before);
    }
    match action {
        Action::Undo => {
            let said = said.strip_prefix("undone: ").unwrap_or(&said);
            model.say(format!("Undone: {said}"), Tone::Good);
        }
        Action::Redo => {
            let said = said.strip_prefix("again: ").unwrap_or(&said);
            model.say(format!("Redone: {said}"), Tone::Good);
        }
        // A line with a time of its own stands where one does not look.
        _ if ways::kind_of(action).is_some() && !alone => backdated(model, &event),
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
        None => model.say(format!("{done} lines logged."), Tone::Good),
        Some(first) => model.say(
            format!("{done} lines logged, {} not: {first}", refusals.len()),
            Tone::Warning,
        ),
    }
}

/// What is seen where it stands and needs no sentence: a line that is logged, corrected or struck, an item that is ticked.
fn quiet(action: Action) -> bool {
    use Action as A;
    ways::kind_of(action).is_some()
        || matches!(
            action,
            A::EditEvent
                | A::EditLast
                | A::PinEvent
                | A::RetractEvent
                | A::TickItem
                | A::TickWithNote
                | A::NoteItem
                | A::ClaimItem
                | A::GiveItem
                | A::SkipItem
        )
}

/// Says where a line went that was logged for an earlier moment, with its day where that is another one.
fn backdated(model: &mut Model, id: &str) {
    let Some(event) = super::log::event(model, id) else {
        return;
    };
    let (at, ago) = (event.at, model.now.seconds_since(event.at));
    if ago < 60 {
        return;
    }
    let span = crate::incident::time::format_duration(std::time::Duration::from_secs(ago.unsigned_abs() / 60 * 60));
    let key = model.keymap.key_of(Action::EditEvent);
    model.say(
        format!("Logged at {}, {span} ago. {key} edits it.", model.day_clock(at)),
        Tone::Good,
    );
}
