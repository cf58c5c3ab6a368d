//! A form over the panes: its fields, where it has several, and what can be chosen for the present one, in a box on top of the input
//! line.

use ratatui::layout::Rect;

use super::choices::{count, label_columns, list, scroll};
use super::{boxed, footer, inner, key};
use crate::app::{Action, Brings, Choice, Choices, Field, Form, Grid};
use crate::text::width;
use crate::ui::layout::LayerArea;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Painter, Rich, rich};

/// Widest it is: as wide as most screens, so that no half words stand beside it.
const WIDEST: u16 = 120;
/// Most choices that are shown at once.
const PICKER_ROWS: usize = 12;
/// Lines for what a severity brings: its next five timers.
const BRINGS_LINES: u16 = 5;
/// Lines for more about the selected choice.
const DETAIL_LINES: u16 = 3;
/// Rows of choices below which the fields give way.
const LEAST_CHOICES: u16 = 3;

/// Places it. Fields stand above the choices, where there is room for both.
pub(crate) fn place(view: &View, form: &Form, body: Rect) -> LayerArea {
    let fields = view.model.fields(form).len() as u16;
    let width = body.width.min(WIDEST);
    let rows = form
        .choices
        .as_ref()
        .map_or(0, |choices| choices.all.len().clamp(1, PICKER_ROWS) as u16);
    // What a severity brings is worth more than the fields above and than choices that can be scrolled to.
    let brings = match &form.brings {
        Some(_) => BRINGS_LINES.min(body.height.saturating_sub(3 + rows.min(LEAST_CHOICES))),
        None => 0,
    };
    let brings = if brings < 2 { 0 } else { brings + 1 };
    let (fields, rows) = match body.height.saturating_sub(2 + brings) {
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
        Some(_) if brings > 0 => brings,
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
        area.detail = Rect::new(inside.x, area.list.bottom() + 1, inside.width, detail - 1);
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
pub(crate) fn draw(view: &View, form: &Form, area: &LayerArea, painter: &mut Painter) {
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
        match (&form.brings, choices.current()) {
            (Some(brings), choice) => {
                let about = choice.map_or("", |choice| choice.detail.as_str());
                draw_brings(brings, about, area.detail, painter);
            }
            (None, Some(choice)) => draw_about(&choice.detail, area.detail, painter),
            (None, None) => {}
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
            footer(area.frame, &count(choices, area, painter.glyphs), painter);
        }
        None if area.text.height > 0 => keys(view, area, painter),
        None => {}
    }
}

/// More about a choice than fits beside it.
fn draw_about(about: &str, area: Rect, painter: &mut Painter) {
    let mut text = Rich::new();
    text.wraps(usize::from(area.height)).put_lines(about, Ink::Text);
    painter.rich(area, &text, 0, "");
}

/// What a severity brings: at the left the table that it is from, or more about the choice, at the right its next timers.
fn draw_brings(brings: &Brings, about: &str, area: Rect, painter: &mut Painter) {
    let half = area.width / 2;
    let left = Rect {
        width: half.saturating_sub(1),
        ..area
    };
    let right = Rect::new(area.x + half + 1, area.y, area.width - half - 1, area.height);
    match &brings.grid {
        Some(grid) => draw_grid(grid, left, painter),
        None => draw_about(about, left, painter),
    }
    let title = match brings.severity.as_str() {
        "" if brings.grid.is_none() && about.is_empty() => {
            let words = "No severity yet: it is assessed once more is known.";
            draw_about(
                words,
                Rect {
                    width: area.width,
                    ..left
                },
                painter,
            );
            return;
        }
        "" => String::new(),
        severity if brings.timers.is_empty() => format!(" {severity} starts no timer "),
        severity => format!(" next at {severity} "),
    };
    painter.put(right.x, area.y - 1, usize::from(right.width), &title, Ink::Strong);
    let due = brings.timers.iter().map(|(due, _)| width(due)).max().unwrap_or(0);
    for (line, (when, label)) in brings.timers.iter().enumerate().take(usize::from(area.height)) {
        let row = Rect::new(right.x + 1, right.y + line as u16, right.width.saturating_sub(1), 1);
        let mut text = Rich::new();
        text.cell(when, due, "", Ink::Accent).blanks(2).put(label, Ink::Text);
        painter.rich(row, &text, 0, "");
    }
}

/// Impact by urgency; the row and the column that are selected stand out, and where they meet is the severity.
fn draw_grid(grid: &Grid, area: Rect, painter: &mut Painter) {
    let first = Grid::LEVELS.iter().map(|level| width(level)).max().unwrap_or(0) + 2;
    let cells = grid.cells.iter().flatten().map(|cell| width(cell));
    let wide = cells.chain([first]).max().unwrap_or(first) + 1;
    let is_one = |chosen: Option<usize>, place: usize| chosen == Some(place);
    let mut head = Rich::new();
    head.cell("", first, "", Ink::Dim);
    for (column, level) in Grid::LEVELS.iter().enumerate() {
        let ink = if is_one(grid.urgency, column) {
            Ink::Strong
        } else {
            Ink::Dim
        };
        head.cell(level, wide, "", ink);
    }
    painter.rich(Rect { height: 1, ..area }, &head, 0, "");
    for (row, cells) in grid
        .cells
        .iter()
        .enumerate()
        .take(usize::from(area.height).saturating_sub(1))
    {
        let mut text = Rich::new();
        let in_row = is_one(grid.impact, row);
        text.cell(
            Grid::LEVELS[row],
            first,
            "",
            if in_row { Ink::Strong } else { Ink::Dim },
        );
        for (column, cell) in cells.iter().enumerate() {
            let in_column = is_one(grid.urgency, column);
            match (in_row, in_column || grid.urgency.is_none()) {
                (true, true) if in_column => text.cell(&format!("[{cell}]"), wide, "", Ink::Strong),
                (true, true) => text.cell(cell, wide, "", Ink::Text),
                _ => text.cell(cell, wide, "", Ink::Dim),
            };
        }
        let y = area.y + 1 + row as u16;
        painter.rich(Rect::new(area.x, y, area.width, 1), &text, 0, "");
    }
    let words = "impact down, urgency across";
    if area.height > 4 {
        painter.fit(area.x, area.y + 4, usize::from(area.width), words, Ink::Dim);
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
