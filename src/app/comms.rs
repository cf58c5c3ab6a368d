//! Updates as the console knows them: the draft for an audience, who may approve it, what was copied and what was sent.

use super::form::{Choice, Form, choice};
use super::memory::Copied;
use super::{Action, Model, Pane, unsent};
use crate::framework::template::Stage;
use crate::incident::{Change, Communication, live};
use crate::message::{self, Draft, Format, Wanted};

/// How long what was copied waits to be logged as sent.
const WAITS_S: i64 = 600;

/// The form that the next message is copied in.
pub(super) fn form(model: &Model) -> Format {
    model.memory.comms.form.unwrap_or(Format::Plain)
}

/// What was copied for an audience and is not logged as sent yet.
pub(super) fn copied<'a>(model: &'a Model, audience: &str) -> Option<&'a Copied> {
    let copied = model.memory.comms.copied.as_ref();
    copied.filter(|copied| copied.audience == audience && model.now.seconds_since(copied.at) < WAITS_S)
}

/// Whether an audience is told that nothing is new.
pub(super) fn holds(model: &Model, audience: &str) -> bool {
    model.memory.comms.holding.contains(audience)
}

/// The audience's name, as people read it.
pub(super) fn title<'a>(model: &'a Model, audience: &'a str) -> &'a str {
    let known = model.framework().audiences.iter().find(|known| known.id == audience);
    known.map_or(audience, |known| known.title.as_str())
}

/// The state that a page is told now; none for an audience that has no states.
pub(super) fn state<'a>(model: &'a Model, audience: &str) -> Option<&'a str> {
    let known = model.framework().audiences.iter().find(|known| known.id == audience)?;
    (!known.states.is_empty()).then(|| model.framework().state_told(&model.derived.status))
}

/// The message for an audience as it stands: the words that were changed, else the template, filled in.
pub(super) fn draft(model: &Model, audience: &str) -> Option<Draft> {
    let wanted = Wanted {
        audience,
        stage: holds(model, audience).then_some(Stage::Holding),
        ..Wanted::default()
    };
    let filled = message::draft(model.framework(), model.incident(), &model.derived, wanted, model.now);
    let Some(text) = unsent::kept_update(model, audience) else {
        return filled;
    };
    let changed = filled.unwrap_or_else(|| Draft {
        template: String::new(),
        stage: Stage::Progress,
        subject: None,
        short: None,
        text: String::new(),
        gaps: Vec::new(),
        outside: model.framework().is_outside(audience),
    });
    let gaps = changed
        .gaps
        .into_iter()
        .filter(|gap| text.contains(&gap.what))
        .collect();
    Some(Draft {
        text: text.to_owned(),
        gaps,
        ..changed
    })
}

/// What an audience was told last.
pub(super) fn last<'a>(model: &'a Model, audience: &str) -> Option<&'a Communication> {
    let sent = live(&model.incident().communications).filter(|sent| sent.audience == audience);
    sent.max_by_key(|sent| sent.at)
}

/// Updates that were sent, the newest first, to be corrected.
pub(super) fn sent(model: &Model) -> Vec<Choice> {
    let mut all: Vec<&Communication> = live(&model.incident().communications).collect();
    all.sort_by_key(|sent| std::cmp::Reverse(sent.at));
    all.into_iter()
        .map(|sent| {
            let first = sent.text.lines().next().unwrap_or_default();
            let label = format!("{} {}", model.clock(sent.at, false), title(model, &sent.audience));
            choice(&sent.id, label, super::words::short(first, 60))
        })
        .collect()
}

/// What stands in the line when a message is changed or corrected.
pub(super) fn prefilled(model: &Model, form: &Form) -> Option<String> {
    match form.action {
        Action::EditDraft => draft(model, form.answer("audience")).map(|draft| draft.text),
        Action::CorrectUpdate => {
            let sent = live(&model.incident().communications).find(|sent| sent.id == form.answer("sent"))?;
            Some(format!("Correction of our update of {} UTC: ", sent.at.hm()))
        }
        _ => None,
    }
}

/// The change that corrects what was sent: a message of its own, to the same audience.
pub(super) fn correction(model: &Model, form: &Form) -> Result<Change, String> {
    let sent = live(&model.incident().communications).find(|sent| sent.id == form.answer("sent"));
    let sent = sent.ok_or("That update is not there any more.")?;
    Ok(Change::SendUpdate {
        audience: sent.audience.clone(),
        text: form.answer("text").to_owned(),
        status: None,
        eta: None,
        reason: None,
        approved_by: None,
    })
}

/// Who may say yes to an update to an audience, where that is wanted and not said by sending it oneself: in words, and by name.
pub(super) fn approval(model: &Model, audience: &str) -> Option<(String, Vec<String>)> {
    model.framework().update_approval(model.incident(), audience, &model.me)
}

/// Whether it is asked who said yes: where someone can, of what is about to be logged as sent.
pub(super) fn wants_approval(model: &Model, form: &Form) -> bool {
    let audience = form.answer("audience");
    let sends = form.action == Action::SendUpdate || copied(model, audience).is_some();
    sends && approval(model, audience).is_some_and(|(_, holders)| !holders.is_empty())
}

/// Those who can say yes.
pub(super) fn approvers(model: &Model, form: &Form) -> Vec<Choice> {
    let (roles, holders) = approval(model, form.answer("audience")).unwrap_or_default();
    holders
        .into_iter()
        .map(|who| choice(who.clone(), who, roles.clone()))
        .collect()
}

/// The audience that is selected on the screen of communications.
pub(super) fn audience(model: &Model) -> Option<String> {
    model.row_id(Pane::Audiences, model.cursor(Pane::Audiences).selected)
}

/// The words for an audience: the template, filled in.
pub(super) fn filled(model: &Model, audience: &str) -> Option<String> {
    draft(model, audience).map(|draft| draft.text)
}
