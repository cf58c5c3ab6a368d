//! Typing into the line of the topmost layer: letters, editing keys, kinds, choices, history.

use super::action::Action;
use super::ask::{go_on, leave, submit, take_offer};
use super::line::Line;
use super::message::Effect;
use super::question::narrow;
use super::scroll::scroll;
use super::step::Want;
use super::then::Then;
use super::{Layer, Model, fields, log, matching, palette, search, ways};

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
            (form.error, form.confirm) = (None, None);
            narrow(form);
        }
        Some(Layer::Palette(palette)) => matching::narrow(&mut palette.choices, palette.line.text().trim()),
        Some(Layer::Search(_)) => search::typed(model),
        Some(Layer::Help(help)) => help.scroll = 0,
        _ => {}
    }
}

/// What an action means while a line is typed; `None` where it means nothing there.
pub(super) fn edit(model: &mut Model, action: Action) -> Option<Then> {
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
            return Some(Then::NOTHING);
        }
        A::NextKind | A::PreviousKind => {
            kind(model, action == A::NextKind);
            return Some(Then::NOTHING);
        }
        A::TakeNow => {
            return Some(match model.layers.last() {
                Some(Layer::Form(_)) => match fields::take_now(model) {
                    Some(form) => Then::Effects(go_on(model, form)),
                    None => Then::NOTHING,
                },
                _ => Then::NOTHING,
            });
        }
        A::EditOutside => return Some(Then::Effects(edit_outside(model))),
        A::Submit => {
            return Some(match model.layers.last() {
                Some(Layer::Form(_)) => Then::Effects(submit(model)),
                Some(Layer::Palette(_)) => palette::take(model),
                Some(Layer::Help(_)) => {
                    model.layers.pop();
                    Then::NOTHING
                }
                _ => Then::Effects(search::done(model)),
            });
        }
        A::Leave => {
            leave(model);
            return Some(Then::NOTHING);
        }
        _ => return None,
    };
    let line = model.line_mut()?;
    let before = line.text().len();
    edits(line);
    if line.text().len() != before {
        changed(model);
    }
    Some(Then::NOTHING)
}

fn up_or_down(model: &mut Model, action: Action) {
    if let Some(Layer::Help(_)) = model.layers.last() {
        return scroll(model, action);
    }
    let page = model.memory.shown.choices;
    if let Some(choices) = model.choices_mut() {
        choices.step(action, page);
    } else if matches!(action, Action::Up | Action::Down) {
        history(model, action == Action::Up);
    }
}

/// Tab: what the empty line offers; else the next kind of event, or the next in a list.
fn kind(model: &mut Model, forward: bool) {
    if forward && (take_letter(model) || take_offer(model) || complete_person(model)) {
        return;
    }
    if fields::turn(model, forward) {
        return;
    }
    match model.layers.last_mut() {
        Some(Layer::Form(form)) if form.kind.is_some() => {
            form.action = ways::next_action(form.action, forward);
            form.kind = ways::kind_of(form.action);
            form.action.spec().title.clone_into(&mut form.title);
            form.error = None;
        }
        Some(_) => up_or_down(model, if forward { Action::Down } else { Action::Up }),
        None => {}
    }
}

/// The first letter of words that came at once was the key. False where they are not held any more.
fn take_letter(model: &mut Model) -> bool {
    let Some(held) = model.memory.held.take() else {
        return false;
    };
    let Some(Layer::Form(form)) = model.layers.last_mut() else {
        return false;
    };
    match held.typed {
        Some((action, rest)) if form.line.text() == held.whole => {
            (form.error, form.confirm) = (None, None);
            form.line.set(rest);
            form.action = action;
            form.kind = ways::kind_of(action);
            action.spec().title.clone_into(&mut form.title);
            true
        }
        Some(_) | None => false,
    }
}

/// Completes `@ki` before the cursor of a line for the timeline: to who says it where the words begin, to a mention elsewhere. False
/// where no such name is begun.
fn complete_person(model: &mut Model) -> bool {
    let Some(Layer::Form(form)) = model.layers.last() else {
        return false;
    };
    let (before, after) = form.line.parts();
    let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
    // A blank of more than one byte is no place to cut at.
    let Some(begun) = before.get(start..).and_then(|word| word.strip_prefix('@')) else {
        return false;
    };
    if form.kind.is_none() || begun.is_empty() || after.chars().next().is_some_and(|c| !c.is_whitespace()) {
        return false;
    }
    let first = log::begins_words(model, &before[..start]);
    let fits = |name: &str| {
        let mut letters = name.chars().flat_map(char::to_lowercase);
        begun
            .chars()
            .flat_map(char::to_lowercase)
            .all(|c| letters.next() == Some(c))
    };
    let people = super::team::people(model);
    let found = people
        .iter()
        .find(|person| fits(&person.value) && !(first && person.value == model.me));
    let Some(name) = found.map(|person| person.value.clone()) else {
        return false;
    };
    let (letters, ends) = (begun.chars().count(), if first { ": " } else { " " });
    if let Some(line) = model.line_mut() {
        (0..letters).for_each(|_| line.backspace());
        line.insert(&format!("{name}{ends}"));
    }
    changed(model);
    true
}

/// The person's own editor for the text that is being typed.
fn edit_outside(model: &mut Model) -> Vec<Effect> {
    let words = |want| matches!(want, Want::Text | Want::Log | Want::ChoiceOrText);
    match model.layers.last() {
        Some(Layer::Form(form)) if !form.sent && form.step().is_some_and(|step| words(step.want)) => {
            // What the empty line offers is what one would go on with.
            let text = match (&form.offer, form.line.text()) {
                (Some(offer), "") => offer.clone(),
                (_, typed) => typed.to_owned(),
            };
            vec![Effect::EditOutside(text)]
        }
        _ => {
            model.say("Only a text can be written in your editor.", super::Tone::Info);
            Vec::new()
        }
    }
}

/// What came of it: the text, or why there is none; then the line stays as it was.
pub(super) fn edited(model: &mut Model, text: Result<String, String>) -> Vec<Effect> {
    match (text, model.line_mut()) {
        (Ok(text), Some(line)) => {
            line.set(text.trim_end());
            changed(model);
        }
        (Ok(_), None) => {}
        (Err(why), _) => model.say(why, super::Tone::Error),
    }
    Vec::new()
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
