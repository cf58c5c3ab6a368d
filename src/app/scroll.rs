//! Scrolling what is read over the panes.

use super::action::Action;
use super::form::Choices;
use super::{Detail, Gate, Help, Layer, Model, Paste, Refused, Scroll};

/// Scrolls the topmost page, or moves the selection of its choices.
pub(super) fn scroll(model: &mut Model, action: Action) {
    let page = model.memory.shown.text.max(model.memory.shown.choices).max(1);
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
