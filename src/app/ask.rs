//! Questions in the input line: from the first step to the changes that come of the answers. What each action makes of
//! its answers is in the file of its area.

use super::action::Action;
use super::form::{Answer, Choice, Choices, Form, Want};
use super::line::Line;
use super::message::Effect;
use super::{
    Layer, Model, Pane, Tone, analysis, board, checklist, choices, drafts, lifecycle, log, palette, requests, search,
    team, timers,
};
use crate::incident::Change;

/// Starts what an action asks for; where it asks for nothing (more), does it at once.
pub(super) fn begin(model: &mut Model, action: Action) -> Vec<Effect> {
    // A step that picks an entry is answered by the selection.
    let first = action.spec().asks.first();
    let answer = first.and_then(|first| choices::selected(model, first.name));
    begin_with(model, action, answer)
}

/// The same, its first step answered.
pub(super) fn begin_given(model: &mut Model, action: Action, value: &str) -> Vec<Effect> {
    let answer = Answer {
        value: value.to_owned(),
        shown: super::words::short(value, 32),
        typed: String::new(),
    };
    begin_with(model, action, Some(answer))
}

fn begin_with(model: &mut Model, action: Action, answer: Option<Answer>) -> Vec<Effect> {
    let given = usize::from(answer.is_some());
    let form = Form {
        action,
        title: action.spec().title.to_owned(),
        steps: action.spec().asks.to_vec(),
        at: given,
        given,
        answers: answer.into_iter().collect(),
        line: Line::default(),
        choices: None,
        kind: log::kind_of(action),
        error: None,
        sent: false,
    };
    go_on(model, form)
}

/// Asks the step that the form is at, or makes the changes where all are answered.
fn go_on(model: &mut Model, mut form: Form) -> Vec<Effect> {
    if form.at < form.steps.len() {
        enter(model, &mut form);
        let step = form.steps[form.at];
        let offered = form.choices.as_ref().map(|choices| choices.all.len());
        if step.want == Want::Choice && offered == Some(0) {
            model.say(format!("there is no {} for that now", step.label), Tone::Info);
            return Vec::new();
        }
        if step.want == Want::Choice && step.optional && offered == Some(1) {
            // Nothing but `none` is there to choose.
            form.answers.push(Answer::default());
            form.at += 1;
            return go_on(model, form);
        }
        model.layers.push(Layer::Form(form));
        return Vec::new();
    }
    if form.action == Action::DeclareMajor {
        // It is written in several incidents; a notice tells what came of it.
        return vec![Effect::DeclareMajor(form.answer("who").to_owned())];
    }
    match changes(model, &form) {
        Ok(changes) => {
            let action = form.action;
            model.memory.holding = form.given > 0 && model.focus == Pane::Timeline;
            form.sent = true;
            // The form stays until the answer is there: what was typed is not lost by a refusal.
            if form.at > form.given {
                model.layers.push(Layer::Form(form));
            }
            vec![Effect::Apply { action, changes }]
        }
        Err(why) => {
            reject(model, form, why);
            Vec::new()
        }
    }
}

/// Puts the form back at its last question, with the reason.
pub(super) fn reject(model: &mut Model, mut form: Form, why: String) {
    form.sent = false;
    if form.at == form.given {
        model.say(why, Tone::Error);
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
fn enter(model: &Model, form: &mut Form) {
    let step = form.steps[form.at];
    form.error = None;
    form.line = Line::of(choices::prefilled(model, form));
    if let Some((action, draft)) = drafts::draft_for(model, form.action, step) {
        form.line.set(draft);
        if form.action == Action::Log {
            form.action = action;
            form.kind = log::kind_of(action);
        }
    }
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
    if let Some(choices) = &mut form.choices
        && form.line.text().is_empty()
    {
        let current = choices.shown.iter().position(|shown| choices.all[*shown].current);
        choices.selected = current.unwrap_or(0);
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
        choices::narrow_by_prefix(choices, typed);
    } else {
        palette::narrow(choices, typed);
    }
}

/// The answer at hand, or why it is none.
fn answer(model: &Model, form: &Form) -> Result<Answer, String> {
    let step = form.steps[form.at];
    let typed = form.line.text();
    if let Some(choices) = &form.choices {
        let Some(choice) = choices.shown.get(choices.selected).map(|shown| &choices.all[*shown]) else {
            return Err(format!(
                "no {} is like `{}`",
                step.label,
                crate::text::one_line(typed.trim())
            ));
        };
        if !choice.enabled {
            return Err(choice.detail.clone());
        }
        return Ok(Answer {
            value: choice.value.clone(),
            shown: super::words::short(&choice.label, 24),
            typed: typed.to_owned(),
        });
    }
    let text = typed.trim();
    if text.is_empty() && !step.optional {
        return Err(format!("{} is needed; Esc leaves", step.label));
    }
    if !text.is_empty() {
        match step.want {
            Want::Time => drop(log::typed_time(model, text)?),
            Want::Duration => drop(crate::incident::time::parse_duration(text).map_err(|error| error.to_string())?),
            Want::Day => drop(analysis::day(model, text)?),
            Want::Log => drop(log::parse(model, form.kind.as_ref(), text)?),
            Want::Text | Want::Choice | Want::ChoiceOrText => {}
        }
    }
    Ok(Answer {
        value: text.to_owned(),
        shown: super::words::short(text, 24),
        typed: typed.to_owned(),
    })
}

/// Enter: takes the answer and goes on.
pub(super) fn submit(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Form(form)) = model.layers.last() else {
        return Vec::new();
    };
    if form.sent {
        return Vec::new();
    }
    let taken = answer(model, form);
    let Some(Layer::Form(mut form)) = model.layers.pop() else {
        return Vec::new();
    };
    match taken {
        Ok(answer) => {
            form.answers.push(answer);
            form.at += 1;
            go_on(model, form)
        }
        Err(why) => {
            form.error = Some(why);
            model.layers.push(Layer::Form(form));
            Vec::new()
        }
    }
}

/// The changes that the answers make.
fn changes(model: &Model, form: &Form) -> Result<Vec<Change>, String> {
    use super::Group as G;
    let change = match form.action.spec().group {
        G::Log => log::change(model, form),
        G::Incident => lifecycle::change(model, form),
        G::Roles => Ok(team::change(form)),
        G::Requests => requests::change(form),
        G::Hypotheses | G::Mitigations => board::change(model, form),
        G::Checklists => checklist::change(model, form),
        G::Timers => timers::change(model, form),
        G::Analysis => analysis::change(model, form),
        G::Move | G::Console | G::Edit => Err(format!("{} changes nothing", form.title)),
    }?;
    Ok(vec![change])
}

/// Esc: one step back, or out; the half-typed line is kept.
pub(super) fn leave(model: &mut Model) {
    match model.layers.last() {
        Some(Layer::Search(_)) => return search::dropped(model),
        Some(Layer::Form(form)) if !form.sent => {}
        _ => {
            model.layers.pop();
            return;
        }
    }
    let Some(Layer::Form(mut form)) = model.layers.pop() else {
        return;
    };
    let out = form.at == form.given;
    drafts::keep(model, &form, out);
    if !out {
        form.at -= 1;
        let before = form.answers.pop();
        enter(model, &mut form);
        if let Some(before) = before {
            form.line.set(before.typed);
            narrow(&mut form);
            if let Some(choices) = &mut form.choices {
                let again = choices
                    .shown
                    .iter()
                    .position(|shown| choices.all[*shown].value == before.value);
                choices.selected = again.unwrap_or(choices.selected);
            }
        }
        model.layers.push(Layer::Form(form));
    }
}
