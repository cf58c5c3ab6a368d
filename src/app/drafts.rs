//! Half-typed lines: kept when a form is left, offered again when it is opened, and given out to be kept on disk.

use super::action::Action;
use super::form::{Form, Step, Want};
use super::message::Effect;
use super::{Model, Tone, choices, log};

/// Whether what is typed at a step is worth keeping: words, not picks.
fn drafts(want: Want) -> bool {
    matches!(want, Want::Text | Want::Log)
}

/// Keeps the half-typed line of a form that is left.
pub(super) fn keep(model: &mut Model, form: &Form, tell: bool) {
    let Some(step) = form.steps.get(form.at).filter(|step| drafts(step.want)) else {
        return;
    };
    let key = (form.action, step.name);
    forget(model, form.action, step.name);
    if !form.line.is_blank() && form.line.text() != choices::prefilled(model, form) {
        model.memory.drafts.push((key, form.line.text().to_owned()));
        let key = model.keymap.key_of(form.action);
        let goes_on = if key.is_empty() {
            String::new()
        } else {
            format!("; {key} goes on with it")
        };
        if tell {
            model.say(format!("kept for later{goes_on}"), Tone::Info);
        }
    }
    show_kept(model);
}

/// The draft for a step; all ways of logging share one.
pub(super) fn draft_for(model: &Model, action: Action, step: Step) -> Option<(Action, String)> {
    let shared = |other: Action| other == action || (log::kind_of(other).is_some() && log::kind_of(action).is_some());
    let found = model
        .memory
        .drafts
        .iter()
        .rev()
        .find(|((other, name), _)| shared(*other) && *name == step.name);
    found.map(|((other, _), text)| (*other, text.clone()))
}

/// The half-typed line for the timeline has gone into something else.
pub(super) fn forget_log(model: &mut Model) {
    forget(model, Action::Log, "line");
    show_kept(model);
}

fn forget(model: &mut Model, action: Action, step: &str) {
    let logs = log::kind_of(action).is_some();
    model.memory.drafts.retain(|((other, name), _)| {
        let same = *other == action || (logs && log::kind_of(*other).is_some());
        !(same && *name == step)
    });
}

/// The form was taken: its drafts go.
pub(super) fn taken(model: &mut Model, form: &Form) {
    for step in &form.steps {
        forget(model, form.action, step.name);
    }
    show_kept(model);
}

pub(super) fn show_kept(model: &mut Model) {
    model.kept = model
        .memory
        .drafts
        .last()
        .map(|((_, _), text)| super::words::short(text, 60));
}

/// What is half typed now, in the form in which it is kept on disk; `None` where that has not changed.
pub(super) fn draft_to_keep(model: &mut Model) -> Option<String> {
    let typed = model.form().filter(|form| !form.sent).and_then(|form| {
        let step = form.steps.get(form.at).filter(|step| drafts(step.want))?;
        let words = !form.line.is_blank() && form.line.text() != choices::prefilled(model, form);
        words.then(|| written(form.action, step.name, form.line.text()))
    });
    let kept = || {
        model
            .memory
            .drafts
            .last()
            .map(|((action, step), text)| written(*action, step, text))
    };
    let draft = typed.or_else(kept).unwrap_or_default();
    (draft != model.memory.draft_on_disk).then(|| {
        model.memory.draft_on_disk.clone_from(&draft);
        draft
    })
}

fn written(action: Action, step: &str, text: &str) -> String {
    format!("{}\t{step}\t{text}", action.spec().id)
}

/// A half-typed line of an earlier session: kept, and said.
pub(super) fn offer_draft(model: &mut Model, draft: &str) -> Vec<Effect> {
    draft.clone_into(&mut model.memory.draft_on_disk);
    let mut parts = draft.splitn(3, '\t');
    let found = (|| {
        let action = Action::named(parts.next()?)?;
        let name = parts.next()?;
        let step = action.spec().asks.iter().find(|step| step.name == name)?;
        Some((action, step.name, parts.next()?.to_owned()))
    })();
    // What is in no known form was written by something else: offered as a line for the timeline.
    let (action, step, text) = found.unwrap_or_else(|| (Action::Log, "line", draft.to_owned()));
    if text.trim().is_empty() {
        return Vec::new();
    }
    let key = model.keymap.key_of(action);
    let key = if key.is_empty() {
        action.spec().title.to_owned()
    } else {
        key
    };
    model.say(format!("a half-typed line was kept; {key} goes on with it"), Tone::Info);
    model.memory.drafts.push(((action, step), text));
    show_kept(model);
    Vec::new()
}
