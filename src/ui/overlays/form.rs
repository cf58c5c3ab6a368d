//! A form over the panes: its fields, where it has several, and what can be chosen for the present one, in a box on top of the input
//! line.

use ratatui::layout::Rect;

use super::choices::{label_columns, list, scroll};
use super::{boxed, footer, inner, key};
use crate::app::{Action, Choice, Choices, Field, Form};
use crate::text::width;
use crate::ui::layout::LayerArea;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Painter, Rich, rich};

/// Most choices that are shown at once.
const PICKER_ROWS: usize = 12;
/// Lines for more about the selected choice.
const DETAIL_LINES: u16 = 3;
/// Rows of choices below which the fields give way.
const LEAST_CHOICES: u16 = 3;

/// Places it. Fields stand above the choices, where there is room for both.
pub fn place(view: &View, form: &Form, body: Rect) -> LayerArea {
    let fields = view.model.fields(form).len() as u16;
    let width = body.width.min(84);
    let rows = form
        .choices
        .as_ref()
        .map_or(0, |choices| choices.all.len().clamp(1, PICKER_ROWS) as u16);
    let (fields, rows) = match body.height.saturating_sub(2) {
        room if fields + rows + u16::from(fields > 0 && rows > 0) <= room => (fields, rows),
        // The choices scroll; without their rows nothing could be chosen.
        room if fields > 0 && rows > 0 && fields + 1 + LEAST_CHOICES <= room => (fields, room - fields - 1),
        room if rows > 0 => (0, rows.min(room)),
        _ => (0, 0),
    };
    if fields + rows == 0 {
        return LayerArea::default();
    }
    let rule = u16::from(fields > 0 && rows > 0);
    let detail = match &form.choices {
        Some(choices) if has_more(choices, width) && body.height >= fields + rule + rows + DETAIL_LINES + 3 => {
            DETAIL_LINES + 1
        }
        Some(_) | None => 0,
    };
    let height = (fields + rule + rows + 2 + detail).min(body.height);
    let frame = Rect::new(body.x, body.bottom() - height, width, height);
    let inside = inner(frame);
    let mut area = LayerArea {
        frame,
        text: Rect {
            height: fields,
            ..inside
        },
        ..LayerArea::default()
    };
    let Some(choices) = form.choices.as_ref().filter(|_| rows > 0) else {
        return area;
    };
    let y = inside.y + fields + rule;
    area.list = Rect::new(
        inside.x.saturating_sub(1),
        y,
        (inside.width + 2).min(width),
        inside.bottom().saturating_sub(y + detail),
    );
    if detail > 0 && inside.height > detail {
        area.detail = Rect::new(inside.x, area.list.bottom() + 1, inside.width, DETAIL_LINES);
    }
    scroll(choices, &mut area);
    area
}

/// Whether more is to be said about a choice than fits beside it.
fn has_more(choices: &Choices, width: u16) -> bool {
    let room = usize::from(width).saturating_sub(4);
    let label = label_columns(choices, room);
    let long = |choice: &Choice| label + 2 + self::width(&choice.detail) > room;
    choices.all.iter().any(long)
}

/// Draws it.
pub fn draw(view: &View, form: &Form, area: &LayerArea, painter: &mut Painter) {
    if area.frame.is_empty() {
        return;
    }
    let label = form.step().map_or("", |step| step.label);
    let title = match form.choices {
        Some(_) => format!("{}: {label}", form.title),
        None => form.title.clone(),
    };
    boxed(area.frame, &title, painter);
    let fields = view.model.fields(form);
    if area.text.height > 0 {
        draw_fields(&fields, area.text, painter);
    }
    let Some(choices) = &form.choices else {
        return keys(view, area, painter);
    };
    let across = usize::from(area.frame.width) - 2;
    if area.text.height > 0 && area.list.height > 0 {
        painter.rule(area.frame.x + 1, area.list.y - 1, across, Ink::Faint);
    }
    list(choices, area, painter);
    if !area.detail.is_empty() {
        painter.rule(area.frame.x + 1, area.detail.y - 1, across, Ink::Faint);
        if let Some(choice) = choices.current() {
            let mut text = Rich::new();
            text.wraps(usize::from(DETAIL_LINES))
                .put_lines(&choice.detail, Ink::Text);
            painter.rich(area.detail, &text, 0, "");
        }
    }
    match &form.error {
        // It stands in the row of messages, whole.
        Some(_) if area.said_below => {}
        Some(error) => {
            let room = usize::from(area.frame.width).saturating_sub(6);
            let clean = rich::one_line(error);
            let cut = crate::text::fit(&clean, room, view.glyphs.ellipsis).into_owned();
            let said = format!(" {} {cut} ", view.glyphs.no);
            painter.put(area.frame.x + 2, area.frame.bottom() - 1, room + 4, &said, Ink::Bad);
        }
        None if choices.shown.len() > usize::from(area.list.height) => {
            footer(
                area.frame,
                &format!("{} of {}", choices.shown.len(), choices.all.len()),
                painter,
            );
        }
        None if area.text.height > 0 => keys(view, area, painter),
        None => {}
    }
}

/// The keys that a form of several fields has beside Enter.
fn keys(view: &View, area: &LayerArea, painter: &mut Painter) {
    let all = [
        key(view.model, Action::NextKind, "next field"),
        key(view.model, Action::TakeNow, "takes it now"),
        key(view.model, Action::EditOutside, "editor"),
    ];
    let all: Vec<String> = all.into_iter().filter(|key| !key.is_empty()).collect();
    footer(area.frame, &all.join("  "), painter);
}

fn draw_fields(fields: &[Field], area: Rect, painter: &mut Painter) {
    let labels = fields.iter().map(|field| width(field.label)).max().unwrap_or(0);
    for (line, field) in fields.iter().enumerate().take(usize::from(area.height)) {
        let row = Rect::new(area.x, area.y + line as u16, area.width, 1);
        let mut text = Rich::new();
        let (mark, ink) = if field.current {
            (painter.glyphs.selected, Ink::Accent)
        } else {
            (" ", Ink::Dim)
        };
        text.put(mark, Ink::Accent).put(" ", Ink::Dim);
        text.cell(field.label, labels, painter.glyphs.ellipsis, ink).blanks(2);
        match field.value.as_str() {
            "" => text.put(field.hint, Ink::Faint),
            value => text.put(&rich::one_line(value), Ink::Text),
        };
        painter.rich(row, &text, 0, "");
    }
}
