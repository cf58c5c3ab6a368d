//! What may follow keys that were begun: one a line above the input line, where that has no room for all of them.

use ratatui::layout::Rect;

use super::{boxed, inner};
use crate::app::{Model, enabled};
use crate::text::width;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::Painter;

/// Columns that clock, begun keys and help take of the input line.
const TAKEN: usize = 40;

/// What the keys that were begun may go on to, as far as it can be done now: key, and what it does.
pub(crate) fn continuations(model: &Model) -> Vec<(String, String)> {
    let all = model
        .keymap
        .continuations(&model.contexts(), &model.pending)
        .into_iter();
    all.filter(|(_, action)| enabled(model, *action).is_ok())
        .map(|(key, action)| (key, action.spec().title.to_lowercase()))
        .collect()
}

/// Whether all of them have room in an input line of so many columns.
pub(crate) fn fit(all: &[(String, String)], columns: u16) -> bool {
    let needed: usize = all.iter().map(|(key, title)| width(key) + width(title) + 3).sum();
    needed <= usize::from(columns).saturating_sub(TAKEN)
}

/// Draws it above `input`, where it is needed.
pub(crate) fn draw(view: &View, input: Rect, painter: &mut Painter) {
    let model = view.model;
    if model.pending.is_empty() || !model.layers.is_empty() {
        return;
    }
    let all = continuations(model);
    if fit(&all, input.width) {
        return;
    }
    let keys = all.iter().map(|(key, _)| width(key)).max().unwrap_or(0);
    let titles = all.iter().map(|(_, title)| width(title)).max().unwrap_or(0);
    let wide = (keys + titles + 6) as u16;
    let high = all.len() as u16 + 2;
    if wide > input.width || high > input.y {
        return;
    }
    let frame = Rect::new(input.x, input.y - high, wide, high);
    boxed(frame, &crate::app::key::show_sequence(&model.pending), painter);
    let inside = inner(frame);
    for ((key, title), y) in all.iter().zip(inside.y..) {
        let x = painter
            .put(inside.x, y, keys, key, Ink::Accent)
            .max(inside.x + keys as u16);
        painter.put(x + 2, y, titles, title, Ink::Text);
    }
}
