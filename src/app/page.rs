//! Things to read that lie over the panes: help, messages, a refusal. What a key does there, and leaving them.

use super::action::Action;
use super::scroll::scroll;
use super::then::Then;
use super::{Layer, Model, Scroll, gate, palette, paste};

/// Two presses of one key within this are a double press.
const DOUBLE_MS: i64 = 400;

/// Opens the messages.
pub(super) fn messages(model: &mut Model) {
    model.layers.push(Layer::Messages(Scroll::default()));
}

/// What an action means while something is read; `None` where it has no other meaning here.
pub(super) fn act(model: &mut Model, action: Action) -> Option<Then> {
    use Action as A;
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
            scroll(model, action);
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
    Some(Then::NOTHING)
}

fn submit(model: &mut Model) -> Then {
    match model.layers.last() {
        Some(Layer::Paste(_)) => Then::Effects(paste::take(model)),
        Some(Layer::Gate(_)) => gate::enter(model),
        // The second half of a double press has seen none of the choices.
        Some(Layer::Detail(_)) if model.now.millis() - model.memory.opened.millis() < DOUBLE_MS => Then::NOTHING,
        Some(Layer::Detail(detail)) if detail.choices.current().is_some() => palette::take(model),
        _ => {
            model.layers.pop();
            Then::NOTHING
        }
    }
}
