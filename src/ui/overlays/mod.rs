//! What lies over the panes. Every overlay is placed by its kind and contents, never by what is typed, so that none jumps.

pub(super) mod choices;
pub(super) mod form;
pub(super) mod gate;
pub(super) mod pages;
pub(super) mod sequence;

use ratatui::layout::Rect;

use super::layout::LayerArea;
use super::panes::View;
use super::theme::Ink;
use super::widgets::{Painter, Rich, rich};
use crate::app::{Layer, Model};

/// Where a layer is.
pub(super) fn place(view: &View, layer: &Layer, body: Rect) -> LayerArea {
    match layer {
        Layer::Form(form) => form::place(view, form, body),
        Layer::Palette(palette) => choices::place_palette(palette, body),
        Layer::Search(_) => LayerArea::default(),
        Layer::Gate(gate) => gate::place(gate, body),
        Layer::Help(_) | Layer::Detail(_) | Layer::Refused(_) | Layer::Messages(_) | Layer::Paste(_) => {
            pages::place(view, layer, body)
        }
    }
}

/// Draws a layer; returns where its cursor is, if something is typed in it.
pub(super) fn draw(view: &View, layer: &Layer, area: &LayerArea, painter: &mut Painter) -> Option<(u16, u16)> {
    match layer {
        Layer::Form(form) => {
            form::draw(view, form, area, painter);
            None
        }
        Layer::Palette(palette) => choices::draw_palette(view, palette, area, painter),
        Layer::Search(_) => None,
        Layer::Gate(gate) => {
            gate::draw(view, gate, area, painter);
            None
        }
        _ => {
            pages::draw(view, layer, area, painter);
            None
        }
    }
}

/// A box of at most so many columns and lines in the middle of the body, a little above it.
fn centred(body: Rect, columns: u16, lines: u16) -> Rect {
    let width = columns.min(body.width);
    let height = lines.min(body.height);
    let x = body.x + (body.width - width) / 2;
    let y = body.y + (body.height - height) / 3;
    Rect::new(x, y, width, height)
}

/// Clears a box and draws its border and title.
fn boxed(area: Rect, title: &str, painter: &mut Painter) {
    let margin = Rect::new(area.x.saturating_sub(1), area.y, area.width + 2, area.height);
    painter.clear(margin);
    painter.frame_over(area, Ink::Focus);
    if area.width > 6 {
        let room = usize::from(area.width) - 6;
        let clean = rich::one_line(title);
        let cut = crate::text::fit(&clean, room, painter.glyphs.ellipsis).into_owned();
        painter.put(area.x + 2, area.y, room + 2, &format!(" {cut} "), Ink::Strong);
    }
}

/// Words in the lower border, at the right.
fn footer(area: Rect, words: &str, painter: &mut Painter) {
    let wide = crate::text::width(words) as u16 + 2;
    if !words.is_empty() && wide + 4 <= area.width {
        painter.put(
            area.right() - wide - 2,
            area.bottom() - 1,
            usize::from(wide),
            &format!(" {words} "),
            Ink::Dim,
        );
    }
}

/// What is inside a border and a blank at either side.
fn inner(area: Rect) -> Rect {
    Rect::new(
        area.x + 2,
        area.y + 1,
        area.width.saturating_sub(4),
        area.height.saturating_sub(2),
    )
}

/// First line shown of a list, moved as little as needed so that the selected one is visible.
fn first_shown(top: usize, selected: usize, count: usize, rows: usize) -> usize {
    let rows = rows.max(1);
    let top = top.min(count.saturating_sub(rows));
    if selected < top {
        selected
    } else {
        top.max((selected + 1).saturating_sub(rows))
    }
}

/// Draws the lines of a text that scrolls.
fn text(rows: &[Rich], area: &LayerArea, painter: &mut Painter) {
    let columns = usize::from(area.text.width);
    let (mut skip, mut y) = (area.scroll, area.text.y);
    let mut scratch = Vec::new();
    for rich in rows {
        let height = rich.height(columns, &mut scratch);
        if skip >= height {
            skip -= height;
            continue;
        }
        let left = area.text.bottom().saturating_sub(y);
        if left == 0 {
            break;
        }
        y += painter.rich(Rect::new(area.text.x, y, area.text.width, left), rich, skip, "");
        skip = 0;
    }
}

/// `3 more` lines below, `2` above.
fn more(area: &LayerArea, glyphs: &super::glyphs::Glyphs) -> String {
    let shown = usize::from(area.text.height);
    let below = area.lines.saturating_sub(area.scroll + shown);
    match (area.scroll, below) {
        (0, 0) => String::new(),
        (0, below) => format!("{} {below} more", glyphs.down),
        (above, 0) => format!("{} {above}", glyphs.up),
        (above, below) => format!("{} {above}  {} {below} more", glyphs.up, glyphs.down),
    }
}

/// A key as people read it, with what it does here; empty where it has none.
fn key(model: &Model, action: crate::app::Action, does: &str) -> String {
    let key = model.keymap.key_of(action);
    if key.is_empty() {
        String::new()
    } else {
        format!("{key} {does}")
    }
}
