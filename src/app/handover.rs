//! Handing command over: one page for whoever takes it, and the read-back by which both know that it arrived.

use super::action::Action;
use super::form::{Choice, Choices, Form};
use super::memory::ReadBack;
use super::message::Effect;
use super::{Detail, Layer, Model, Tone, palette};
use crate::incident::{Change, EventKind, live};
use crate::message::{self, Handover};

fn page(model: &Model) -> Handover {
    message::handover(model.framework(), model.incident(), &model.derived, model.now)
}

/// Shows the page, with what can be done about it.
pub(super) fn open(model: &mut Model) {
    let page = page(model);
    let mut lines = Vec::new();
    let mut part = |label: &str, all: &[String]| {
        for (place, line) in all.iter().enumerate() {
            let label = if place == 0 { label } else { "" };
            lines.push((label.to_owned(), line.clone()));
        }
    };
    part("how bad", &page.how_bad);
    part("story", &page.story);
    part("to do", &page.to_do);
    part("if it gets worse", &page.if_then);
    part("people", &page.people);
    part("left out", &page.left_out);
    part("appendix", &page.appendix);
    let command = live(&model.incident().roles)
        .find(|held| held.until.is_none() && model.framework().commands(&held.role))
        .map(|held| format!("{}\t{}", held.role, held.who));
    let choice = |action: Action, given: Option<&String>| Choice {
        value: given.map_or_else(
            || action.spec().id.to_owned(),
            |given| format!("{} {given}", action.spec().id),
        ),
        label: action.spec().title.to_owned(),
        ..palette::entry(model, action)
    };
    let all: Vec<Choice> = [
        choice(Action::HandoffRole, command.as_ref()),
        choice(Action::ReadBackHandover, None),
        choice(Action::CopyHandover, None),
    ]
    .into_iter()
    .filter(|choice| choice.enabled)
    .collect();
    model.layers.push(Layer::Detail(Detail {
        title: format!("Handover, as of {}", model.clock(page.as_of, false)),
        lines,
        scroll: 0,
        choices: Choices::of(all),
    }));
}

/// Copies the page with its appendix.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let text = page(model).text(true);
    model.say("The handover is copied, where your terminal allows it.", Tone::Good);
    vec![Effect::CopyText(text)]
}

/// What a read-back makes: the yes of the taking side, and a line with what was said. Where it differs, why; the same once more is taken
/// with the differences in the line. None where another action was answered.
pub(super) fn read_back(model: &mut Model, form: &Form) -> Option<Result<Vec<Change>, String>> {
    if form.action != Action::ReadBackHandover {
        return None;
    }
    let said: ReadBack = ["read-severity", "read-timer", "read-action"].map(|step| form.answer(step).to_owned());
    let [severity, timer, action] = &said;
    let expected = page(model).read_back;
    let differs = expected.differences(severity, timer, action, model.framework(), model.now);
    if !differs.is_empty() && model.memory.read_back.as_ref() != Some(&said) {
        let why = format!("It differs: {}. Enter again takes it as it is.", differs.join("; "));
        model.memory.read_back = Some(said);
        return Some(Err(why));
    }
    model.memory.read_back = None;
    let role = model.framework().commander().to_owned();
    let offered =
        live(&model.incident().roles).find(|held| held.role == role && held.until.is_none() && held.is_offered());
    let from = offered.and_then(|held| held.from.clone());
    let mut changes = Vec::new();
    if offered.is_some() {
        changes.push(Change::AcceptRole { role });
    }
    changes.push(Change::Log {
        kind: EventKind::Note,
        text: message::read_back_said([severity, timer, action], from.as_deref(), &differs),
        at: None,
        pin: false,
    });
    Some(Ok(changes))
}
