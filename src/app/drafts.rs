//! Unsent lines: kept when a form is left, each with its action, step and entry; offered when the same is asked again, never put
//! into a line unasked; and given out to be kept on disk.

use super::action::Action;
use super::form::Form;
use super::memory::Unsent;
use super::message::Effect;
use super::step::Want;
use super::unsent::{forget, show_kept};
use super::{Model, Tone, choices, comms};

/// Whether what is typed at a step is worth keeping: words, not picks.
fn is_worth_keeping(want: Want) -> bool {
    matches!(want, Want::Text | Want::Log)
}

/// The entry that a form is about, as drafts are told apart.
fn entry(form: &Form) -> String {
    let answers = form
        .answers
        .iter()
        .take(form.at)
        .map(|answer| answer.value.replace(['\t', ' '], "/"));
    answers.collect::<Vec<_>>().join("/")
}

/// What is typed at the present step, if it is worth keeping.
fn typed(model: &Model, form: &Form) -> Option<Unsent> {
    let step = form.steps.get(form.at).filter(|step| is_worth_keeping(step.want))?;
    let words = !form.line.is_blank() && form.line.text() != choices::prefilled(model, form);
    words.then(|| Unsent {
        action: form.action,
        step: step.name,
        entry: entry(form),
        text: form.line.text().to_owned(),
    })
}

/// Keeps the unsent line of a form that is left.
pub(super) fn keep(model: &mut Model, form: &Form, tell: bool) {
    let Some(step) = form.steps.get(form.at).filter(|step| is_worth_keeping(step.want)) else {
        return;
    };
    // An offer that was not taken stays kept.
    if form.line.is_blank() && form.offer.is_some() {
        return;
    }
    forget(model, form.action, step.name, &entry(form));
    if let Some(unsent) = typed(model, form) {
        if tell {
            model.say(goes_on(model, &unsent), Tone::Info);
        }
        model.memory.drafts.push(unsent);
    }
    show_kept(model);
}

fn goes_on(model: &Model, unsent: &Unsent) -> String {
    let key = model.keymap.key_of(unsent.action);
    match key.as_str() {
        "" => format!("Draft kept: {} offers it again.", unsent.action.spec().title),
        key => format!("Draft kept: {key} offers it again, Tab takes it."),
    }
}

/// What the empty line of the present step offers: a draft, else the template of the update that is written.
pub(super) fn offered(model: &Model, form: &Form) -> Option<String> {
    let step = form.step()?;
    let entry = entry(form);
    let kept = model.memory.drafts.iter().rev();
    let mut kept = kept.filter(|unsent| unsent.is_for(form.action, step.name, &entry));
    if let Some(unsent) = kept.next() {
        return Some(unsent.text.clone());
    }
    match (form.action, step.name) {
        (Action::SendUpdate, "text") => comms::filled(model, form.answer("audience")),
        _ => None,
    }
}

/// The form was taken: its drafts go.
pub(super) fn taken(model: &mut Model, form: &Form) {
    for (at, step) in form.steps.iter().enumerate() {
        let so_far = Form { at, ..form.clone() };
        forget(model, form.action, step.name, &entry(&so_far));
    }
    show_kept(model);
}

/// What is half typed now, in the form in which it is kept on disk; `None` where that has not changed.
pub(super) fn draft_to_keep(model: &mut Model) -> Option<String> {
    let typed = model
        .form()
        .filter(|form| !form.sent)
        .and_then(|form| typed(model, form));
    let draft = typed.or_else(|| model.memory.drafts.last().cloned());
    let draft = draft.as_ref().map(Unsent::written).unwrap_or_default();
    (draft != model.memory.draft_on_disk).then(|| {
        model.memory.draft_on_disk.clone_from(&draft);
        draft
    })
}

/// An unsent line of an earlier session: kept, and said.
pub(super) fn offer_draft(model: &mut Model, draft: &str) -> Vec<Effect> {
    draft.clone_into(&mut model.memory.draft_on_disk);
    let mut parts = draft.splitn(3, '\t');
    let found = (|| {
        let (id, entry) = parts.next().map(|head| head.split_once(' ').unwrap_or((head, "")))?;
        let action = Action::named(id)?;
        let name = parts.next()?;
        let step = action.spec().asks.iter().find(|step| step.name == name)?;
        Some(Unsent {
            action,
            step: step.name,
            entry: entry.to_owned(),
            text: parts.next()?.to_owned(),
        })
    })();
    // What is in no known form was written by something else: offered as a line for the timeline.
    let unsent = found.unwrap_or_else(|| Unsent {
        action: Action::Log,
        step: "line",
        entry: String::new(),
        text: draft.to_owned(),
    });
    if unsent.text.trim().is_empty() {
        return Vec::new();
    }
    model.say(goes_on(model, &unsent), Tone::Info);
    model.memory.drafts.push(unsent);
    show_kept(model);
    Vec::new()
}
