//! One question of a form: what it offers, what answers it, and what is asked once more.

use super::action::Action;
use super::form::{Answer, Choice, Choices, Form};
use super::line::Line;
use super::step::Want;
use super::typed::typed_time;
use super::{
    Layer, Model, Tone, board, choices, comms, drafts, lifecycle, log, matching, requests, team, timers, typed,
};
use crate::incident::people;

/// Columns of an answer that are kept to be shown.
pub(super) const SHOWN: usize = 120;

/// Whether a step can apply at all; one that cannot is passed over. Only last steps may be so, that keys mean the same everywhere.
pub(super) fn applies(model: &Model, form: &Form) -> bool {
    match (form.action, form.steps[form.at].name) {
        (Action::AnswerRequest, "supports") => requests::is_about_a_hypothesis(model, form.answer("request")),
        (Action::SendUpdate, "told-state") => !timers::states(model, form.answer("audience")).is_empty(),
        (Action::SendUpdate, "back") => timers::steps_back(model, form),
        (Action::DeclareIncident, "ground") => !lifecycle::grounds(model.by_which(form.action)).is_empty(),
        // By the table where the framework has one, else by what is true of it.
        (Action::DeclareIncident, "true") => model.by_which(form.action).matrix.is_empty(),
        (Action::DeclareIncident, "rated-impact") => !model.by_which(form.action).matrix.is_empty(),
        (Action::DeclareIncident, "urgency") => !form.answer("rated-impact").is_empty(),
        (Action::SendUpdate | Action::CopyUpdate, "approved") => comms::wants_approval(model, form),
        (Action::Dispatch, "about") => !board::hypotheses(model, |open| open).is_empty(),
        _ => true,
    }
}

/// Puts the form back at its last question, with the reason.
pub(super) fn reject(model: &mut Model, mut form: Form, why: String) {
    form.sent = false;
    if form.at == form.given {
        model.say(why, Tone::Error);
        model.swallow_burst();
        return;
    }
    if let Some(answer) = form.answers.pop() {
        form.at -= 1;
        enter(model, &mut form);
        form.line.set(answer.typed);
        narrow(&mut form);
    }
    form.error = Some(why);
    model.layers.push(Layer::Form(form));
}

/// Prepares the line and the choices of the step that is asked next.
pub(super) fn enter(model: &Model, form: &mut Form) {
    let step = form.steps[form.at];
    (form.error, form.confirm) = (None, None);
    form.line = Line::of(choices::prefilled(model, form));
    form.offer = drafts::offered(model, form);
    let offered = || choices::of(model, form, step.name);
    let chooses = match step.want {
        Want::Choice => true,
        // Where there is nothing to choose from, words are typed as anywhere.
        Want::ChoiceOrText => step.optional || !offered().is_empty(),
        _ => false,
    };
    form.choices = chooses.then(|| {
        let mut all = offered();
        if step.optional {
            all.insert(
                0,
                Choice {
                    label: "none".into(),
                    enabled: true,
                    ..Choice::default()
                },
            );
        }
        Choices {
            all,
            ..Choices::default()
        }
    });
    narrow(form);
    let preset = form.preset.take_if(|_| form.at == 0);
    if let Some(before) = form.ahead.remove(step.name) {
        put_back(form, before);
        return;
    }
    if let Some(choices) = &mut form.choices
        && form.line.text().is_empty()
    {
        let place =
            |wanted: &dyn Fn(&Choice) -> bool| choices.shown.iter().position(|shown| wanted(&choices.all[*shown]));
        let preset = preset.and_then(|value| place(&|choice| choice.value == value && choice.enabled));
        choices.selected = preset
            .or_else(|| place(&|choice| choice.current && choice.enabled))
            .unwrap_or(0);
    }
}

/// Narrows the choices down by what is typed.
pub(super) fn narrow(form: &mut Form) {
    let Some(step) = form.steps.get(form.at).copied() else {
        return;
    };
    let Some(choices) = &mut form.choices else { return };
    let typed = form.line.text().trim();
    if step.want == Want::ChoiceOrText {
        matching::narrow_by_prefix(choices, typed);
    } else {
        matching::narrow(choices, typed);
    }
}

/// The answer at hand, or why it is none.
pub(super) fn answer(model: &Model, form: &Form) -> Result<Answer, String> {
    let step = form.steps[form.at];
    let typed = form.line.text();
    if let Some(choices) = &form.choices {
        let Some(choice) = choices.shown.get(choices.selected).map(|shown| &choices.all[*shown]) else {
            return Err(none_matches(step.label, typed, choices));
        };
        if !choice.enabled {
            return Err(choice.detail.clone());
        }
        return Ok(Answer {
            value: choice.value.clone(),
            shown: super::words::short(&choice.label, SHOWN),
            typed: typed.to_owned(),
        });
    }
    let text = typed.trim();
    if text.is_empty() && !step.optional {
        return Err(needed(form, step.label));
    }
    if !text.is_empty() {
        match step.want {
            Want::Time => drop(typed_time(model, text)?),
            Want::Duration => drop(typed::span(model, text)?),
            Want::Day => drop(typed::day(model, text)?),
            Want::Log => drop(log::parse(model, form.kind.as_ref(), text)?),
            Want::Text | Want::Choice | Want::ChoiceOrText => {}
        }
    }
    Ok(Answer {
        value: text.to_owned(),
        shown: super::words::short(text, SHOWN),
        typed: typed.to_owned(),
    })
}

/// An empty answer where words are needed: what to type.
pub(super) fn needed(form: &Form, label: &str) -> String {
    if form.kind.is_some() {
        return "Type what happened, or Esc.".into();
    }
    match (form.action, form.answers.first()) {
        (Action::SendUpdate, Some(audience)) => format!("Write the update to {}, or Esc.", audience.shown),
        _ if form.step().is_some_and(|step| step.want == Want::Duration) => "Say for how long, or Esc.".into(),
        _ => format!("Type the {label}, or Esc."),
    }
}

/// Nothing that can be chosen has what is typed; what there is.
fn none_matches(label: &str, typed: &str, choices: &Choices) -> String {
    let typed = crate::text::one_line(typed.trim());
    let some: Vec<&str> = choices.all.iter().map(|choice| choice.label.as_str()).take(3).collect();
    let more = if choices.all.len() > some.len() { " …" } else { "" };
    format!("No {label} matches `{typed}`. Possible: {}{more}", some.join(", "))
}

/// What is asked once more before it is taken: a name that nobody has seen, a role that someone else holds.
pub(super) fn doubt(model: &Model, form: &Form, answer: &Answer) -> Option<String> {
    let step = form.steps[form.at];
    let names = matches!(step.name, "who" | "owner");
    if !names || answer.value.is_empty() {
        return None;
    }
    let who = crate::text::one_line(&answer.value);
    let known = team::people(model)
        .iter()
        .any(|person| people::same(&person.value, &answer.value));
    let new = (!known).then(|| format!("`{who}` is new here."));
    let held = (form.action == Action::AssignRole)
        .then(|| team::holder(model, form.answer("role")))
        .flatten()
        .filter(|holder| !people::same(holder, &answer.value));
    match (new, held) {
        (None, None) => None,
        (Some(new), None) => Some(format!("{new} Enter adds this person, Esc corrects it.")),
        (new, Some(holder)) => {
            let title = model.role_title(form.answer("role"));
            let new = new.map(|new| format!("{new} ")).unwrap_or_default();
            Some(format!(
                "{new}{holder} is {title}. Enter replaces {holder} with {who}, Esc leaves it."
            ))
        }
    }
}

/// Puts an answer back into the line, and selects it where it was chosen.
pub(super) fn put_back(form: &mut Form, before: Answer) {
    form.line.set(before.typed);
    narrow(form);
    if let Some(choices) = &mut form.choices {
        let again = choices
            .shown
            .iter()
            .position(|shown| choices.all[*shown].value == before.value);
        choices.selected = again.unwrap_or(choices.selected);
    }
}
