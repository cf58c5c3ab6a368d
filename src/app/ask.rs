//! Questions in the input line: from the first step to the changes that come of the answers. What each action makes of
//! its answers is in the file of its area.

use super::action::{Action, Context};
use super::form::{Answer, Choice, Choices, Form, nothing};
use super::line::Line;
use super::message::{Declared, Effect};
use super::step::Want;
use super::typed::typed_time;
use super::{
    Layer, Model, Tone, analysis, board, books, checklist, choices, comms, drafts, entries, filtering, handover,
    lifecycle, log, matching, meant, overview, permits, requests, search, selection, team, timers, typed, ways,
};
use crate::incident::{Change, Refusal, people};

/// Columns of an answer that are kept to be shown.
pub(super) const SHOWN: usize = 120;

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
            super::Pane::Timeline,
            &answer.value,
            model.cursor(super::Pane::Timeline).selected,
        )
    {
        model.memory.came_from_end |= model.follows_newest();
        model.cursors[super::Pane::Timeline as usize].selected = row;
        model.memory.picked = Some(answer.value.clone());
    }
}

fn begin_with(model: &mut Model, action: Action, answer: Option<Answer>, preset: Option<String>) -> Vec<Effect> {
    // Some ways here do not ask whether it can be done: a row that says what Enter does, the NEXT line.
    if model.settings.read_only
        && let Err(why) = super::enabled::enabled(model, action)
    {
        model.refuse(why);
        return Vec::new();
    }
    if let Some(refusal) = answer.as_ref().and_then(|answer| in_vain(model, action, &answer.value)) {
        super::outcome::refused(model, action, refusal, None);
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
        Action::TickWithNote if super::checklist::is_open(model, &entry) => Change::TickItem {
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
    if let Some(at) = super::fields::missing(model, &form) {
        super::fields::back_to(model, form, at);
        return Vec::new();
    }
    if let Some(effects) = comms::answered(model, &form)
        .or_else(|| books::answered(model, &form))
        .or_else(|| permits::answered(model, &form))
        .or_else(|| super::face::answered(model, &form))
    {
        return effects;
    }
    match form.action {
        // It is written in several incidents; a notice tells what came of it.
        Action::DeclareMajor => return vec![Effect::DeclareMajor(form.answer("who").to_owned())],
        Action::FilterTimeline => {
            let only = form.answer("only").to_owned();
            filtering::toggle(model, &only);
            // Another one may be added; Esc leaves.
            return begin_with(model, form.action, None, Some(only));
        }
        Action::MarkDuplicate => {
            return vec![Effect::Duplicate {
                parent: form.answer("parent").to_owned(),
                reason: form.maybe("reason"),
            }];
        }
        Action::SearchAll => return overview::ask(model, form.answer("words")),
        Action::OpenIncident => return vec![Effect::OpenIncident(form.answer("incident").to_owned())],
        Action::DeclareIncident => return vec![Effect::Declare(declared(&form))],
        _ => {}
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

/// Whether an action may set another severity: what that moves is shown afterwards.
fn moves_severity(action: Action) -> bool {
    matches!(
        action,
        Action::SetSeverity | Action::AskSeverity | Action::MeasureSeverity | Action::RateImpact
    )
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
        super::fields::put_back(form, before);
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
    // A question that was asked once more is taken back first.
    if form.confirm.take().is_some() {
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
        super::fields::put_back(&mut form, before);
    }
    model.layers.push(Layer::Form(form));
}
