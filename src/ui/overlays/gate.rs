//! The resolution gate: its conditions, ticked right there.

use ratatui::layout::Rect;

use super::choices::{count, scroll};
use super::{boxed, centred, footer, inner};
use crate::app::{Action, Choice, Gate};
use crate::ui::layout::LayerArea;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Painter, Rich};

/// Widest it is.
const WIDEST: u16 = 92;

/// Places it: as high as its conditions, within the body.
pub(crate) fn place(gate: &Gate, body: Rect) -> LayerArea {
    let columns = body.width.min(WIDEST);
    let said = said(gate, usize::from(columns.saturating_sub(4)).max(1));
    let rows = gate.choices.all.len() as u16;
    let frame = centred(body, columns, rows.saturating_add(2 + said));
    let inside = inner(frame);
    let said = said.min(inside.height.saturating_sub(1));
    let mut area = LayerArea {
        frame,
        detail: Rect { height: said, ..inside },
        list: Rect::new(
            inside.x.saturating_sub(1),
            inside.y + said,
            inside.width + 2,
            inside.height - said,
        ),
        ..LayerArea::default()
    };
    scroll(&gate.choices, &mut area);
    area
}

/// Lines of why resolving was refused.
fn said(gate: &Gate, columns: usize) -> u16 {
    if gate.said.is_empty() {
        return 0;
    }
    words(gate).height(columns, &mut Vec::new()).min(4) as u16 + 1
}

fn words(gate: &Gate) -> Rich {
    let mut rich = Rich::new();
    rich.wraps(4).put_lines(&gate.said, Ink::Strong);
    rich
}

/// Draws it.
pub(crate) fn draw(view: &View, gate: &Gate, area: &LayerArea, painter: &mut Painter) {
    let all = &view.model.derived.gate;
    let met = all.items.iter().filter(|item| item.met).count();
    let state = if all.ok { "the gate is met" } else { "not yet" };
    boxed(
        area.frame,
        &format!("Resolve: {state}, {met} of {}", all.items.len()),
        painter,
    );
    if !area.detail.is_empty() {
        painter.rich(area.detail, &words(gate), 0, "");
    }
    let shown = gate
        .choices
        .all
        .iter()
        .enumerate()
        .skip(area.top)
        .take(usize::from(area.list.height));
    for (line, (index, choice)) in shown.enumerate() {
        let place = Rect::new(area.list.x, area.list.y + line as u16, area.list.width, 1);
        let selected = index == gate.choices.selected;
        let last = index + 1 == gate.choices.all.len();
        painter.rich(place, &row(choice, selected, last, painter), 0, "");
        if selected {
            painter.select(place);
        }
    }
    let beyond = count(&gate.choices, area, view.glyphs);
    let mut keys = vec!["Space ticks", "t evidence"];
    if !beyond.is_empty() {
        keys.insert(0, &beyond);
    }
    if !all.ok {
        keys.push("f overrides");
    }
    let leave = format!("{} closes", view.model.keymap.key_of(Action::Leave));
    keys.push(&leave);
    // On narrow screens the key that is the same everywhere goes first.
    let room = usize::from(area.frame.width).saturating_sub(6);
    while keys.len() > 1 && crate::text::width(&keys.join("  ")) > room {
        keys.pop();
    }
    footer(area.frame, &keys.join("  "), painter);
}

fn row(choice: &Choice, selected: bool, last: bool, painter: &Painter) -> Rich {
    let glyphs = painter.glyphs;
    let mut rich = Rich::new();
    rich.put(if selected { glyphs.selected } else { " " }, Ink::Accent);
    match (last, choice.current) {
        (true, _) => rich
            .put(glyphs.arrow, if choice.enabled { Ink::Good } else { Ink::Dim })
            .blanks(1),
        (false, true) => rich.put("[x]", Ink::Good).blanks(1),
        (false, false) => rich.put("[ ]", Ink::Warn).blanks(1),
    };
    let ink = if choice.current || !choice.enabled {
        Ink::Dim
    } else {
        Ink::Text
    };
    rich.put(&choice.label, ink);
    if !choice.detail.is_empty() {
        rich.blanks(2).put(&choice.detail, Ink::Dim);
    }
    rich
}
