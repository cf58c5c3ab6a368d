//! Things to read that lie over the panes: help, messages, a refusal. Scrolling them and leaving them.

use super::action::Action;
use super::form::Choices;
use super::message::Effect;
use super::{Detail, Gate, Help, Layer, Model, Paste, Refused, Scroll, gate, palette, paste};

/// Opens the messages.
pub(super) fn messages(model: &mut Model) {
    model.layers.push(Layer::Messages(Scroll::default()));
}

/// What an action means while something is read; `None` where it has no other meaning here.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Vec<Effect>> {
    use Action as A;
    let page = model.memory.shown.text.max(model.memory.shown.choices).max(1);
    match action {
        A::Leave | A::Back => {
            model.layers.pop();
        }
        A::Submit => return Some(submit(model)),
        A::NextKind => {
            if let Some(Layer::Paste(_)) = model.layers.last() {
                paste::turn(model);
            }
        }
        A::Up | A::Down | A::PageUp | A::PageDown | A::HalfUp | A::HalfDown | A::First | A::Last => {
            scroll(model, action, page);
        }
        A::Redraw | A::Suspend | A::Quit => return None,
        // The gate's own keys are read where they mean nothing else; it stays while its conditions are worked through.
        _ if matches!(model.layers.last(), Some(Layer::Gate(_))) => {}
        // Any other action is of the pane below: the page closes, and it is done there.
        _ => {
            model.layers.pop();
            return None;
        }
    }
    Some(Vec::new())
}

fn submit(model: &mut Model) -> Vec<Effect> {
    match model.layers.last() {
        Some(Layer::Paste(_)) => paste::take(model),
        Some(Layer::Gate(_)) => gate::enter(model),
        Some(Layer::Detail(detail)) if detail.choices.current().is_some() => palette::take(model),
        _ => {
            model.layers.pop();
            Vec::new()
        }
    }
}

fn scroll(model: &mut Model, action: Action, page: usize) {
    let lines = model.memory.shown.lines;
    let top = match model.layers.last_mut() {
        Some(Layer::Gate(Gate { choices, .. })) => return choices.step(action, page),
        Some(Layer::Detail(Detail { choices, .. }))
            if matches!(action, Action::Up | Action::Down) && !choices.shown.is_empty() =>
        {
            return choices.step(action, page);
        }
        Some(
            Layer::Help(Help { scroll, .. })
            | Layer::Refused(Refused { scroll, .. })
            | Layer::Paste(Paste { scroll, .. })
            | Layer::Detail(Detail { scroll, .. })
            | Layer::Messages(Scroll { top: scroll }),
        ) => scroll,
        _ => return,
    };
    let mut place = Choices {
        shown: vec![0; lines.saturating_sub(page) + 1],
        selected: *top,
        ..Choices::default()
    };
    // A text stops at its ends where a list goes round.
    let at_end = match action {
        Action::Up => *top == 0,
        Action::Down => *top + 1 >= place.shown.len(),
        _ => false,
    };
    if !at_end {
        place.step(
            action,
            if matches!(action, Action::HalfUp | Action::HalfDown) {
                page / 2 + 1
            } else {
                page
            },
        );
    }
    *top = place.selected.min(place.shown.len() - 1);
}
