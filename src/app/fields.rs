//! The fields of a form: several at once, Tab between them, and one key that takes the form as it stands.

use super::action::Action;
use super::form::{Answer, Form};
use super::question::{SHOWN, answer, applies, enter};
use super::step::Want;
use super::{Layer, Model, choices, question};

/// A field as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What is asked.
    pub label: &'static str,
    /// What was entered; empty where nothing was.
    pub value: String,
    /// What stands there while it is empty.
    pub hint: &'static str,
    /// Whether it is the one that is typed in.
    pub current: bool,
}

impl Model {
    /// The fields of a form that has several; none where it has one, or where it logs a line.
    pub fn fields(&self, form: &Form) -> Vec<Field> {
        if !has_several(form) {
            return Vec::new();
        }
        let all = form.steps.iter().enumerate().skip(form.given);
        all.filter(|(at, _)| *at <= form.at || *at < form.answers.len() || applies_later(self, form, *at))
            .map(|(at, step)| {
                let entered = form.answers.get(at).or_else(|| form.ahead.get(step.name));
                Field {
                    label: step.label,
                    value: if at == form.at {
                        form.line.text().to_owned()
                    } else {
                        entered.map(|answer| answer.shown.clone()).unwrap_or_default()
                    },
                    hint: step.hint,
                    current: at == form.at,
                }
            })
            .collect()
    }
}

/// Whether a step behind the present one applies, as far as that is known.
fn applies_later(model: &Model, form: &Form, at: usize) -> bool {
    applies(model, &Form { at, ..form.clone() })
}

/// Whether a form has more than one field to enter.
pub(super) fn has_several(form: &Form) -> bool {
    form.kind.is_none() && form.steps.len() > form.given + 1
}

/// The first field that has to be filled in and is not.
pub(super) fn missing(model: &Model, form: &Form) -> Option<usize> {
    let empty = |at: usize| form.answers.get(at).is_none_or(|answer| answer.value.is_empty());
    (form.given..form.steps.len()).find(|at| {
        !form.steps[*at].optional
            && empty(*at)
            && applies(
                model,
                &Form {
                    at: *at,
                    ..form.clone()
                },
            )
    })
}

/// Back to a field, with what is missing there; what was entered behind it is kept.
pub(super) fn back_to(model: &mut Model, mut form: Form, at: usize) {
    while form.at > at {
        keep_ahead(&mut form);
    }
    enter(model, &mut form);
    let label = form.steps[at].label;
    form.error = Some(question::needed(&form, label));
    model.layers.push(Layer::Form(form));
}

/// Takes the newest answer off and keeps it for when its field is entered again.
fn keep_ahead(form: &mut Form) {
    form.at -= 1;
    if let Some(answer) = form.answers.pop()
        && !(answer.value.is_empty() && answer.typed.is_empty())
    {
        form.ahead.insert(form.steps[form.at].name, answer);
    }
}

/// What stands in the present field, valid or not, to be kept while another field is entered.
fn unfinished(model: &Model, form: &Form) -> Answer {
    answer(model, form).unwrap_or_else(|_| Answer {
        typed: form.line.text().to_owned(),
        shown: super::words::short(form.line.text(), SHOWN),
        ..Answer::default()
    })
}

/// Tab and Shift-Tab: the next or the previous field; behind the last comes the first. False where the form has one field only.
pub(super) fn turn(model: &mut Model, forward: bool) -> bool {
    let Some(Layer::Form(form)) = model.layers.last() else {
        return false;
    };
    if !has_several(form) || form.sent {
        return false;
    }
    let Some(Layer::Form(mut form)) = model.layers.pop() else {
        return false;
    };
    if forward {
        // Nothing typed that is wrong or doubtful is carried along unseen.
        let taken = match answer(model, &form) {
            Err(why) if !form.line.is_blank() => {
                form.error = Some(why);
                model.layers.push(Layer::Form(form));
                return true;
            }
            taken => taken.unwrap_or_default(),
        };
        if asked_again(model, &mut form, &taken) {
            model.layers.push(Layer::Form(form));
            return true;
        }
        form.answers.push(taken);
        form.at += 1;
    } else {
        let here = unfinished(model, &form);
        form.ahead.insert(form.steps[form.at].name, here);
        if form.at > form.given {
            keep_ahead(&mut form);
        } else {
            to_end(model, &mut form);
        }
    }
    while form.at < form.steps.len() && !applies(model, &form) {
        if forward {
            form.answers.push(Answer::default());
            form.at += 1;
        } else {
            keep_ahead(&mut form);
        }
    }
    if form.at >= form.steps.len() {
        while form.at > form.given {
            keep_ahead(&mut form);
        }
    }
    enter(model, &mut form);
    model.layers.push(Layer::Form(form));
    true
}

/// Whether an answer is asked once more before it is taken: a new name, a role that someone holds.
fn asked_again(model: &Model, form: &mut Form, taken: &Answer) -> bool {
    let asked = form.confirm.as_ref() == Some(&taken.value);
    let doubt = question::doubt(model, form, taken).filter(|_| !asked);
    let is_asked = doubt.is_some();
    if is_asked {
        (form.confirm, form.error) = (Some(taken.value.clone()), doubt);
    }
    is_asked
}

/// Goes on to the last field that applies.
fn to_end(model: &Model, form: &mut Form) {
    while form.at + 1 < form.steps.len() && applies_later(model, form, form.at + 1) {
        let step = form.steps[form.at];
        let stands = form.ahead.remove(step.name);
        form.answers.push(stands.unwrap_or_else(|| standing(model, form)));
        form.at += 1;
    }
}

/// Takes the form as it stands: the present field, then what was entered or stands in the others. None where it is not taken.
pub(super) fn take_now(model: &mut Model) -> Option<Form> {
    if model.form()?.sent {
        return None;
    }
    let Some(Layer::Form(mut form)) = model.layers.pop() else {
        return None;
    };
    let step = form.steps[form.at];
    let empty = step.optional && form.line.is_blank() && form.choices.is_none();
    match answer(model, &form) {
        _ if empty => form.answers.push(Answer::default()),
        Ok(taken) => {
            if asked_again(model, &mut form, &taken) {
                model.layers.push(Layer::Form(form));
                return None;
            }
            form.answers.push(taken);
        }
        Err(why) => {
            form.error = Some(why);
            model.layers.push(Layer::Form(form));
            return None;
        }
    }
    form.at += 1;
    while form.at < form.steps.len() {
        let step = form.steps[form.at];
        let answer = match form.ahead.remove(step.name) {
            _ if !applies(model, &form) => Answer::default(),
            Some(entered) => entered,
            None => standing(model, &form),
        };
        form.answers.push(answer);
        form.at += 1;
    }
    Some(form)
}

/// What stands in a field that was not entered: the present value, where there is one.
fn standing(model: &Model, form: &Form) -> Answer {
    let step = form.steps[form.at];
    // Of a plan what was chosen before stands, too.
    if form.action == Action::PlanAction && step.want == Want::Choice {
        let chosen = choices::of(model, form, step.name)
            .into_iter()
            .find(|choice| choice.current);
        return chosen.map_or_else(Answer::default, |choice| Answer {
            value: choice.value,
            shown: choice.label,
            typed: String::new(),
        });
    }
    let text = match step.want {
        Want::Choice => String::new(),
        Want::Text | Want::Log | Want::Time | Want::Duration | Want::Day | Want::ChoiceOrText => {
            choices::prefilled(model, form)
        }
    };
    Answer {
        shown: super::words::short(&text, SHOWN),
        value: text.trim().to_owned(),
        typed: text,
    }
}
