//! Questions in the input line: from the first step to the changes that come of the answers. What each action makes of
//! its answers is in the file of its area.

use super::action::Action;
use super::form::{Answer, Choice, Choices, Form, Step, Want};
use super::line::Line;
use super::message::Effect;
use super::{Layer, Model, Tone, analysis, board, checklist, choices, lifecycle, log, palette, search, team, timers};
use crate::incident::Change;

/// Starts what an action asks for; where it asks for nothing (more), does it at once.
pub(super) fn begin(model: &mut Model, action: Action) -> Vec<Effect> {
    let mut form = Form {
        action,
        title: action.spec().title.to_owned(),
        steps: action.spec().asks.to_vec(),
        at: 0,
        given: 0,
        answers: Vec::new(),
        line: Line::default(),
        choices: None,
        kind: log::kind_of(action),
        error: None,
        sent: false,
    };
    // A step that picks an entry is answered by the selection.
    if let Some(first) = form.steps.first()
        && let Some(answer) = choices::selected(model, first.name)
    {
        form.answers.push(answer);
        (form.at, form.given) = (1, 1);
    }
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
    match changes(model, &form) {
        Ok(changes) => {
            let action = form.action;
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
    if let Some((action, draft)) = draft_for(model, form.action, step) {
        form.line.set(draft);
        if form.action == Action::Log {
            form.action = action;
            form.kind = log::kind_of(action);
        }
    }
    form.choices = matches!(step.want, Want::Choice | Want::ChoiceOrText).then(|| {
        let mut all = choices::of(model, form, step.name);
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
fn narrow(form: &mut Form) {
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
        G::Roles => team::change(form),
        G::Hypotheses | G::Mitigations => board::change(model, form),
        G::Checklists => checklist::change(model, form),
        G::Timers => timers::change(model, form),
        G::Analysis => analysis::change(model, form),
        G::Move | G::Console | G::Edit => Err(format!("{} changes nothing", form.title)),
    }?;
    Ok(vec![change])
}

/// Types into the line of the topmost layer.
pub(super) fn type_text(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(line) = model.line_mut() {
        line.insert(text);
        changed(model);
    }
    Vec::new()
}

/// After the line changed: choices and matches follow.
fn changed(model: &mut Model) {
    model.memory.walking = None;
    match model.layers.last_mut() {
        Some(Layer::Form(form)) => {
            form.error = None;
            narrow(form);
        }
        Some(Layer::Palette(palette)) => palette::narrow(&mut palette.choices, palette.line.text().trim()),
        Some(Layer::Search(_)) => search::typed(model),
        _ => {}
    }
}

/// What an action means while a line is typed; `None` where it means nothing there.
pub(super) fn edit(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    use Action as A;
    let edits: fn(&mut Line) = match action {
        A::CharLeft => Line::left,
        A::CharRight => Line::right,
        A::WordLeft => Line::word_left,
        A::WordRight => Line::word_right,
        A::LineStart => Line::home,
        A::LineEnd => Line::end,
        A::DeleteLeft => Line::backspace,
        A::DeleteRight => Line::delete,
        A::CutWordLeft => Line::cut_word_left,
        A::CutWordRight => Line::cut_word_right,
        A::CutToStart => Line::cut_to_start,
        A::CutToEnd => Line::cut_to_end,
        A::PutBack => Line::put_back,
        A::NewLine => |line| line.insert("\n"),
        A::Up | A::Down | A::PageUp | A::PageDown => {
            up_or_down(model, action);
            return Some(Vec::new());
        }
        A::NextKind | A::PreviousKind => {
            kind(model, action == A::NextKind);
            return Some(Vec::new());
        }
        A::Submit => {
            return Some(match model.layers.last() {
                Some(Layer::Form(_)) => submit(model),
                Some(Layer::Palette(_)) => palette::take(model),
                _ => {
                    search::done(model);
                    Vec::new()
                }
            });
        }
        A::Leave => {
            leave(model);
            return Some(Vec::new());
        }
        _ => return None,
    };
    let line = model.line_mut()?;
    let before = line.text().len();
    edits(line);
    if line.text().len() != before {
        changed(model);
    }
    Some(Vec::new())
}

fn up_or_down(model: &mut Model, action: Action) {
    let (_, page) = crate::ui::layout::areas(model).choices();
    if let Some(choices) = model.choices_mut() {
        choices.step(action, page);
    } else if matches!(action, Action::Up | Action::Down) {
        history(model, action == Action::Up);
    }
}

/// Tab: the next kind of event; in a list, the selected words into the line.
fn kind(model: &mut Model, forward: bool) {
    match model.layers.last_mut() {
        Some(Layer::Form(form)) if form.kind.is_some() => {
            form.action = log::next_action(form.action, forward);
            form.kind = log::kind_of(form.action);
            form.title = form.action.spec().title.to_owned();
            form.error = None;
        }
        Some(_) => up_or_down(model, if forward { Action::Down } else { Action::Up }),
        None => {}
    }
}

/// Up and Down: lines that were logged from here.
fn history(model: &mut Model, back: bool) {
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        return;
    };
    if form.steps[form.at].want != Want::Log || model.memory.history.is_empty() {
        return;
    }
    let count = model.memory.history.len();
    let (at, typed) = model
        .memory
        .walking
        .take()
        .unwrap_or_else(|| (count, form.line.text().to_owned()));
    let at = if back {
        at.saturating_sub(1)
    } else {
        (at + 1).min(count)
    };
    form.line.set(model.memory.history.get(at).unwrap_or(&typed).clone());
    if at < count {
        model.memory.walking = Some((at, typed));
    }
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
    keep_draft(model, &form, out);
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

/// Whether what is typed at a step is worth keeping: words, not picks.
fn drafts(want: Want) -> bool {
    matches!(want, Want::Text | Want::Log)
}

/// Keeps the half-typed line of a form that is left.
fn keep_draft(model: &mut Model, form: &Form, tell: bool) {
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
fn draft_for(model: &Model, action: Action, step: Step) -> Option<(Action, String)> {
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

fn show_kept(model: &mut Model) {
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
    model.memory.draft_on_disk = draft.to_owned();
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
