//! Questions in the input line: from the first step to the changes that come of the answers. What each action makes of
//! its answers is in the file of its area.

use super::action::{Action, Context};
use super::form::{Answer, Form, nothing};
use super::line::Line;
use super::message::{Declared, Effect};
use super::question::{answer, applies, doubt, enter, narrow, reject};
use super::step::Want;
use super::{
    Layer, Model, Pane, allowing, analysis, board, checklist, drafts, enabled, entries, face, fields, filtering,
    handover, lifecycle, log, meant, overview, posting, question, reading, refusal, requests, search, selection, team,
    timers, ways,
};
use crate::incident::{Change, Refusal};

/// Starts what an action asks for; where it asks for nothing (more), does it at once.
///
/// A key that works in its pane alone means the entry that is selected there. One that works anywhere asks the same questions
/// wherever the focus is: what is selected is only preset in the first of them.
pub(super) fn begin(model: &mut Model, action: Action) -> Vec<Effect> {
    let spec = action.spec();
    let selected = spec
        .asks
        .first()
        .and_then(|first| meant::selected(model, action, first.name));
    let here = spec.contexts.contains(&model.pane_context()) && !spec.contexts.contains(&Context::Anywhere);
    if here {
        show_target(model, action, selected.as_ref());
        return begin_with(model, action, selected, None);
    }
    begin_with(model, action, None, selected.map(|answer| answer.value))
}

/// The same, its first step answered.
pub(super) fn begin_given(model: &mut Model, action: Action, value: &str) -> Vec<Effect> {
    let answer = Answer {
        value: value.to_owned(),
        shown: meant::shown(model, action, value),
        typed: String::new(),
    };
    begin_with(model, action, Some(answer), None)
}

/// What is about to be changed is selected, so that the person sees it.
fn show_target(model: &mut Model, action: Action, answer: Option<&Answer>) {
    if let Some(answer) = answer
        && action.spec().contexts == [Context::Timeline]
        && let Some(row) = selection::find_row(
            model,
            Pane::Timeline,
            &answer.value,
            model.cursor(Pane::Timeline).selected,
        )
    {
        model.memory.came_from_end |= model.follows_newest();
        model.cursors[Pane::Timeline as usize].selected = row;
        model.memory.picked = Some(answer.value.clone());
    }
}

fn begin_with(model: &mut Model, action: Action, answer: Option<Answer>, preset: Option<String>) -> Vec<Effect> {
    // Some ways here do not ask whether it can be done: a row that says what Enter does, the NEXT line.
    if model.settings.read_only
        && let Err(why) = enabled::enabled(model, action)
    {
        model.refuse(why);
        return Vec::new();
    }
    if let Some(refusal) = answer.as_ref().and_then(|answer| in_vain(model, action, &answer.value)) {
        refusal::refused(model, action, refusal, None);
        return Vec::new();
    }
    let given = usize::from(answer.is_some());
    let form = Form {
        action,
        title: action.spec().title.to_owned(),
        steps: action.spec().asks.to_vec(),
        at: given,
        given,
        answers: answer.into_iter().collect(),
        ahead: std::collections::BTreeMap::new(),
        line: Line::default(),
        choices: None,
        kind: ways::kind_of(action),
        preset,
        offer: None,
        confirm: None,
        error: None,
        brings: None,
        sent: false,
    };
    go_on(model, form)
}

/// Why the rules refuse an action on this entry, whatever is typed: then nothing is asked.
fn in_vain(model: &Model, action: Action, entry: &str) -> Option<Refusal> {
    let entry = entry.to_owned();
    let change = match action {
        Action::FinishMitigation => Change::FinishMitigation {
            mitigation: entry,
            result: None,
        },
        Action::VerifyMitigation => Change::VerifyMitigation {
            mitigation: entry,
            result: None,
        },
        Action::TickWithNote if checklist::is_open(model, &entry) => Change::TickItem {
            item: entry,
            note: None,
            again: false,
        },
        _ => return None,
    };
    let permitted = model.framework().permit(model.incident(), change, &model.me, model.now);
    permitted
        .err()
        .filter(|refusal| matches!(refusal, Refusal::Rules { .. }))
}

/// What is declared by the answers.
fn declared(form: &Form) -> Declared {
    let severity = form.answer("true").split_once('\t');
    Declared {
        title: form.answer("title").to_owned(),
        severity: severity.map(|(severity, _)| severity.to_owned()),
        impact: form.maybe("rated-impact"),
        urgency: form.maybe("urgency"),
        ground: form.maybe("ground"),
    }
}

/// Asks the step that the form is at, or makes the changes where all are answered.
pub(super) fn go_on(model: &mut Model, mut form: Form) -> Vec<Effect> {
    if form.at < form.steps.len() {
        if !applies(model, &form) {
            form.answers.push(Answer::default());
            form.at += 1;
            // Where it is asked more often than not, keys may have been typed ahead for it.
            if !matches!(
                form.action,
                Action::SendUpdate | Action::CopyUpdate | Action::DeclareIncident
            ) {
                model.swallow_burst();
            }
            return go_on(model, form);
        }
        enter(model, &mut form);
        let step = form.steps[form.at];
        let offered = form.choices.as_ref().map(|choices| choices.all.len());
        if step.want == Want::Choice && offered == Some(0) {
            model.refuse(format!("There is no {} for that now.", step.label));
            return Vec::new();
        }
        model.layers.push(Layer::Form(form));
        return Vec::new();
    }
    if let Some(at) = fields::missing(model, &form) {
        fields::back_to(model, form, at);
        return Vec::new();
    }
    if let Some(effects) = done(model, &form) {
        return effects;
    }
    let made = handover::read_back(model, &form);
    match made.unwrap_or_else(|| changes(model, &form)) {
        Ok(changes) => {
            let action = form.action;
            if moves_severity(action) {
                model.memory.before_severity = Some(std::sync::Arc::clone(&model.snapshot.incident));
            }
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

/// What is done with answers that change nothing in this incident, or not only there; none for all others.
fn done(model: &mut Model, form: &Form) -> Option<Vec<Effect>> {
    Some(match form.action {
        // It is written in several incidents; a notice tells what came of it.
        Action::DeclareMajor => vec![Effect::DeclareMajor(form.answer("who").to_owned())],
        Action::FilterTimeline => {
            let only = form.answer("only").to_owned();
            filtering::toggle(model, &only);
            // Another one may be added; Esc leaves.
            begin_with(model, form.action, None, Some(only))
        }
        Action::MarkDuplicate => vec![Effect::Duplicate {
            parent: form.answer("parent").to_owned(),
            reason: form.maybe("reason"),
        }],
        Action::SearchAll => overview::ask(model, form.answer("words")),
        Action::OpenIncident => vec![Effect::OpenIncident(form.answer("incident").to_owned())],
        Action::DeclareIncident => vec![Effect::Declare(declared(form))],
        Action::CopyUpdate => {
            let audience = form.answer("audience");
            let copied = posting::copy(model, audience, form.maybe("approved"));
            copied.unwrap_or_else(|| begin_given(model, Action::SendUpdate, audience))
        }
        Action::FillPlaceholder => {
            let mut effects = reading::fill(model, form);
            effects.extend(match reading::copy(model) {
                Ok(copied) => copied,
                Err(placeholder) => begin_given(model, Action::FillPlaceholder, &placeholder),
            });
            effects
        }
        _ => {
            return posting::answered(model, form)
                .or_else(|| allowing::answered(model, form))
                .or_else(|| face::answered(model, form));
        }
    })
}

/// Whether an action may set another severity: what that moves is shown afterwards.
fn moves_severity(action: Action) -> bool {
    matches!(
        action,
        Action::SetSeverity | Action::AskSeverity | Action::MeasureSeverity | Action::RateImpact
    )
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
    let doubt = taken.as_ref().ok().and_then(|answer| {
        let asked = form.confirm.as_ref() == Some(&answer.value);
        doubt(model, form, answer)
            .filter(|_| !asked)
            .map(|why| (answer.value.clone(), why))
    });
    let Some(Layer::Form(mut form)) = model.layers.pop() else {
        return Vec::new();
    };
    if let Some((value, why)) = doubt {
        form.confirm = Some(value);
        form.error = Some(why);
        model.layers.push(Layer::Form(form));
        return Vec::new();
    }
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

/// Takes what is offered for the empty line: a draft that was kept, or a template that is filled in. False where nothing is.
pub(super) fn take_offer(model: &mut Model) -> bool {
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        return false;
    };
    if !form.line.text().is_empty() || form.sent {
        return false;
    }
    let Some(offer) = form.offer.take() else { return false };
    form.line.set(offer);
    narrow(form);
    true
}

/// The changes that the answers make.
fn changes(model: &Model, form: &Form) -> Result<Vec<Change>, String> {
    use super::Group as G;
    if let Some(several) = lifecycle::several(model, form) {
        return several;
    }
    let change = match form.action.spec().group {
        G::Log => log::change(model, form),
        G::Incident => match form.action {
            Action::CorrectEntry | Action::RemoveEntry | Action::RestoreEntry => entries::change(model, form),
            _ => lifecycle::change(model, form),
        },
        G::Roles => team::change(form),
        G::Requests => requests::change(model, form),
        G::Hypotheses | G::Mitigations => board::change(model, form),
        G::Checklists => checklist::change(model, form),
        G::Timers => timers::change(model, form),
        G::Analysis => analysis::change(model, form),
        G::Screens | G::Move | G::Console | G::Edit => Err(nothing(form)),
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
    // A question that was asked once more is taken back first; of a paste nothing was answered yet.
    if form.confirm.take().is_some_and(|asked| !asked.is_empty()) {
        form.error = None;
        model.layers.push(Layer::Form(form));
        return;
    }
    let out = form.at == form.given;
    drafts::keep(model, &form, out);
    if out {
        return model.back_to_end();
    }
    form.at -= 1;
    let before = form.answers.pop();
    enter(model, &mut form);
    if let Some(before) = before {
        question::put_back(&mut form, before);
    }
    model.layers.push(Layer::Form(form));
}
