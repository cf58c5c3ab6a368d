//! Posting an update: its draft changed, copied in a form, and logged as sent by the same key once more.

use super::comms::{copied, draft, form, state, title};
use super::form::Form;
use super::memory::Copied;
use super::message::Effect;
use super::{Action, Model, Tone, texts, unsent};
use crate::framework::template::has_gap;
use crate::incident::Change;
use crate::message::Format;

/// The forms that a person copies a message in, in the order of their key.
const FORMS: [Format; 7] = [
    Format::Plain,
    Format::Markdown,
    Format::Slack,
    Format::Teams,
    Format::Mattermost,
    Format::Discord,
    Format::StatusPage,
];

/// What an action of this screen does once its questions are answered; none where it is another's.
pub(super) fn answered(model: &mut Model, form: &Form) -> Option<Vec<Effect>> {
    let audience = form.answer("audience").to_owned();
    match form.action {
        Action::EditDraft => {
            unsent::keep_update(model, &audience, form.answer("text"));
            model.memory.comms.copied = None;
            let (copy, anew) = (
                model.keymap.key_of(Action::CopyUpdate),
                model.keymap.key_of(Action::ResetDraft),
            );
            let said = format!(
                "Draft to {} changed: {copy} copies it, {anew} takes the template again.",
                title(model, &audience)
            );
            model.say(said, Tone::Info);
        }
        Action::ResetDraft => {
            unsent::drop_update(model, &audience);
            model.memory.comms.copied = None;
            model.memory.comms.holding.remove(&audience);
            model.say(
                format!("The draft to {} is the template's again.", title(model, &audience)),
                Tone::Info,
            );
        }
        Action::NothingNew => {
            let holding = &mut model.memory.comms.holding;
            if !holding.remove(&audience) {
                holding.insert(audience);
            }
            model.memory.comms.copied = None;
        }
        Action::NextFormat => {
            let now = form_place(model);
            model.memory.comms.form = Some(FORMS[(now + 1) % FORMS.len()]);
            model.memory.comms.copied = None;
        }
        _ => return None,
    }
    texts::refresh_texts(model);
    Some(Vec::new())
}

fn form_place(model: &Model) -> usize {
    let now = form(model);
    FORMS.iter().position(|known| *known == now).unwrap_or_default()
}

/// The first time: copies the draft. Once more: it was posted, and is logged as sent. None where there is no draft to copy: the update
/// is asked for in its place.
pub(super) fn copy(model: &mut Model, audience: &str, approved_by: Option<String>) -> Option<Vec<Effect>> {
    let effects = copied_or_sent(model, audience, approved_by);
    texts::refresh_texts(model);
    effects
}

fn copied_or_sent(model: &mut Model, audience: &str, approved_by: Option<String>) -> Option<Vec<Effect>> {
    if let Some(copied) = copied(model, audience) {
        let change = Change::SendUpdate {
            audience: copied.audience.clone(),
            text: copied.text.clone(),
            status: copied.status.clone(),
            eta: None,
            reason: None,
            approved_by,
        };
        return Some(vec![Effect::Apply {
            action: Action::CopyUpdate,
            changes: vec![change],
        }]);
    }
    let draft = draft(model, audience)?;
    let to = title(model, audience).to_owned();
    let edit = model.keymap.key_of(Action::EditDraft);
    if draft.outside
        && let Some(gap) = has_gap(&draft.text)
    {
        model.say(
            format!("Not copied: the update to {to} has a gap, {gap}. Record it, or {edit} writes around it."),
            Tone::Error,
        );
        return Some(Vec::new());
    }
    let state = state(model, audience).map(str::to_owned);
    let form = form(model);
    let made = form.render(&draft, state.as_deref().unwrap_or("investigating"));
    let length = made.text.chars().count();
    let too_long = made.too_long.or_else(|| {
        (made.text.len() > crate::bounds::COPY).then(|| format!("a terminal's clipboard takes {}", crate::bounds::COPY))
    });
    if let Some(why) = too_long {
        let other = model.keymap.key_of(Action::NextFormat);
        model.say(
            format!("Not copied, too long: {why}. {edit} shortens it, {other} takes another form."),
            Tone::Error,
        );
        return Some(Vec::new());
    }
    model.say(
        format!("Copied for {to} ({form}, {length} characters). Post it; Enter again: sent."),
        Tone::Good,
    );
    model.memory.comms.copied = Some(Copied {
        audience: audience.to_owned(),
        text: draft.text,
        status: state,
        form,
        length,
        at: model.now,
    });
    Some(vec![Effect::CopyText(made.text)])
}

/// An update went into the record: what was kept for it goes.
pub(super) fn logged(model: &mut Model) {
    if let Some(copied) = model.memory.comms.copied.take() {
        unsent::drop_update(model, &copied.audience);
        model.memory.comms.holding.remove(&copied.audience);
    }
}
