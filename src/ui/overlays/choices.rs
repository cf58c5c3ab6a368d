//! Lists to choose from: the palette, menus, and the pickers above the input line.

use ratatui::layout::Rect;

use super::{boxed, centred, first_shown, footer, inner, key};
use crate::app::{Action, Choices, Palette};
use crate::text::width;
use crate::ui::glyphs::Glyphs;
use crate::ui::input;
use crate::ui::layout::LayerArea;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Painter, Rich};

/// Places the palette or a menu: always of one size on one terminal, however many match.
pub(crate) fn place_palette(palette: &Palette, body: Rect) -> LayerArea {
    let all = palette.choices.all.len() as u16;
    let frame = centred(body, 84, all.saturating_add(4).min(24));
    let inside = inner(frame);
    let mut area = LayerArea {
        frame,
        line: Rect {
            height: inside.height.min(1),
            ..inside
        },
        ..LayerArea::default()
    };
    let head = inside.height.min(if inside.height > 6 { 2 } else { 1 });
    area.list = Rect::new(inside.x - 1, inside.y + head, inside.width + 2, inside.height - head);
    scroll(&palette.choices, &mut area);
    area
}

/// Which choices are shown.
pub(crate) fn scroll(choices: &Choices, area: &mut LayerArea) {
    area.top = first_shown(
        choices.top,
        choices.selected,
        choices.shown.len(),
        usize::from(area.list.height),
    );
}

/// How many choices lie above and below those shown, and how many there are where only some match.
pub(crate) fn count(choices: &Choices, area: &LayerArea, glyphs: &Glyphs) -> String {
    let shown = choices.shown.len();
    let below = shown.saturating_sub(area.top + usize::from(area.list.height));
    let mut parts = Vec::new();
    if area.top > 0 {
        parts.push(format!("{} {}", glyphs.up, area.top));
    }
    if below > 0 {
        parts.push(format!("{} {below} more", glyphs.down));
    }
    if shown < choices.all.len() {
        parts.push(format!("{shown} of {}", choices.all.len()));
    }
    parts.join("  ")
}

/// Draws the palette or a menu; returns where the cursor is.
pub(crate) fn draw_palette(
    view: &View,
    palette: &Palette,
    area: &LayerArea,
    painter: &mut Painter,
) -> Option<(u16, u16)> {
    boxed(area.frame, &palette.title, painter);
    let prompt = painter.put(area.line.x, area.line.y, usize::from(area.line.width), ":", Ink::Accent) + 1;
    let room = Rect::new(
        prompt,
        area.line.y,
        area.line.right().saturating_sub(prompt),
        area.line.height,
    );
    let cursor = input::line_edit(view, &palette.line, room, "type what you want to do", painter);
    if area.list.y > area.line.y + 1 {
        painter.rule(
            area.frame.x + 1,
            area.line.y + 1,
            usize::from(area.frame.width) - 2,
            Ink::Faint,
        );
    }
    list(&palette.choices, area, painter);
    let count = count(&palette.choices, area, painter.glyphs);
    let keys = [
        key(view.model, Action::Submit, "does it"),
        key(view.model, Action::Leave, "leaves"),
    ];
    footer(area.frame, format!("{count}  {}", keys.join("  ")).trim(), painter);
    cursor
}

/// Below so many columns labels get more than half of them.
const NARROW: usize = 64;

/// Columns that labels get: those of the longest, within bounds.
pub(crate) fn label_columns(choices: &Choices, room: usize) -> usize {
    let longest = choices.all.iter().map(|choice| width(&choice.label)).max().unwrap_or(0);
    let details = choices.all.iter().any(|choice| !choice.detail.is_empty());
    if details {
        // Where there is little room, what is chosen is read whole before what is said of it.
        longest.min(if room < NARROW { room * 3 / 4 } else { room / 2 })
    } else {
        longest.min(room)
    }
}

/// Draws the choices that are shown: mark, label, more about it, key.
pub(crate) fn list(choices: &Choices, area: &LayerArea, painter: &mut Painter) {
    let columns = usize::from(area.list.width);
    let keys = choices.all.iter().map(|choice| width(&choice.key)).max().unwrap_or(0);
    let labels = label_columns(choices, columns.saturating_sub(4 + keys));
    if choices.shown.is_empty() {
        painter.fit(
            area.list.x + 1,
            area.list.y,
            columns.saturating_sub(1),
            "Nothing matches this.",
            Ink::Dim,
        );
        return;
    }
    let shown = choices
        .shown
        .iter()
        .enumerate()
        .skip(area.top)
        .take(usize::from(area.list.height));
    for (line, (place, index)) in shown.enumerate() {
        let Some(choice) = choices.all.get(*index) else {
            continue;
        };
        let row = Rect::new(area.list.x, area.list.y + line as u16, area.list.width, 1);
        let mut text = Rich::new();
        let selected = place == choices.selected;
        text.put(if selected { painter.glyphs.selected } else { " " }, Ink::Accent);
        let ink = match (choice.enabled, choice.current) {
            (false, _) => Ink::Dim,
            (true, true) => Ink::Strong,
            (true, false) => Ink::Text,
        };
        text.cell(&choice.label, labels, painter.glyphs.ellipsis, ink).blanks(2);
        if choice.current {
            text.put("(now) ", Ink::Good);
        }
        text.put(&choice.detail, Ink::Dim);
        if !choice.key.is_empty() {
            text.tail(&choice.key, if choice.enabled { Ink::Accent } else { Ink::Dim })
                .tail(" ", Ink::Dim);
        }
        painter.rich(row, &text, 0, "");
        if selected {
            painter.select(row);
        }
    }
}
