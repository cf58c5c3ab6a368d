//! What the console looks like. Reads the model and changes nothing.

#![allow(clippy::cast_possible_truncation)] // coordinates of a screen are u16

mod banner;
pub mod glyphs;
mod header;
mod input;
pub mod layout;
mod next;
mod overlays;
mod panes;
mod screens;
mod split;
mod tabs;
pub mod theme;
pub mod widgets;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::glyphs::Glyphs;
use self::layout::{Areas, PaneArea};
use self::panes::{View, timeline};
use self::theme::{Ink, Theme};
use self::widgets::{Painter, Rich};
use crate::app::{Model, Pane};

/// Lays the whole screen out and draws it.
pub fn draw(model: &Model, frame: &mut Frame) {
    draw_in(model, &layout::areas(model), frame);
}

/// Draws the whole screen where `areas`, which were made of this model, say.
pub fn draw_in(model: &Model, areas: &Areas, frame: &mut Frame) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let own = theme_of(model);
    let theme = own.as_ref();
    let mut painter = Painter {
        buffer: frame.buffer_mut(),
        theme,
        glyphs: Glyphs::of(model.settings.ascii),
        scratch: Vec::new(),
    };
    let cursor = screen(model, areas, &mut painter);
    if model.settings.ascii {
        painter.to_ascii();
    }
    if let Some((x, y)) = cursor.filter(|(x, y)| *x < area.width && *y < area.height) {
        frame.set_cursor_position((x, y));
    }
}

/// The theme in force, as far as the terminal can show it.
fn theme_of(model: &Model) -> Cow<'static, Theme> {
    let settings = &model.settings;
    let (named, light) = (model.theme(), settings.is_light());
    if !settings.color {
        return Cow::Owned(Theme::named(named, light).without_color());
    }
    // Where there are but 16 colours, the theme that is made of them is better than the nearest of others.
    let plain = matches!(named, "auto" | "dark" | "light");
    let mut theme = match (settings.sixteen && plain, named) {
        (true, "light") => Cow::Borrowed(Theme::named("16-colours", true).as_ref()),
        (true, "dark") => Cow::Borrowed(Theme::named("16-colours", false).as_ref()),
        (true, _) => Cow::Borrowed(Theme::named("16-colours", light).as_ref()),
        (false, _) => Cow::Borrowed(Theme::named(named, light).as_ref()),
    };
    if !settings.colors.is_empty() {
        theme = Cow::Owned(theme.with_own(&settings.colors));
    }
    if settings.sixteen {
        theme = Cow::Owned(theme.in_sixteen());
    }
    theme
}

fn screen(model: &Model, areas: &Areas, painter: &mut Painter) -> Option<(u16, u16)> {
    if areas.too_small {
        too_small(model, painter);
        return None;
    }
    let view = View::of(model, roomy(model));
    header::draw(&view, areas.header, painter);
    next::draw(&view, areas.next, painter);
    banner::draw(&view, areas.banner, painter);
    if !areas.screens.is_empty() {
        screens::draw(&view, areas.screens, painter);
    }
    if !areas.tabs.is_empty() {
        tabs::draw(&view, areas.tabs, painter);
    }
    panes_of(&view, areas, painter);
    let mut cursor = input::draw(&view, areas.input, painter);
    input::draw_message(&view, areas, painter);
    let last = model.layers.len().saturating_sub(1);
    for (index, (layer, area)) in model.layers.iter().zip(&areas.layers).enumerate() {
        let own = overlays::draw(&view, layer, area, painter);
        if index == last {
            cursor = own.or(cursor);
        }
    }
    overlays::sequence::draw(&view, areas.input, painter);
    if areas.said.is_empty() {
        input::draw_message(&view, areas, painter);
    }
    cursor
}

/// Whether rows may take more than one line: not where panes stand beside each other on a low screen.
pub(crate) fn roomy(model: &Model) -> bool {
    !model.size.is_low() || model.alone()
}

fn too_small(model: &Model, painter: &mut Painter) {
    let (width, height) = layout::SMALLEST;
    let said = format!("too small: {width}x{height} needed");
    let mut rich = Rich::new();
    rich.wraps(usize::MAX).put(&said, Ink::Text);
    let area = Rect::new(0, 0, model.size.width, model.size.height).intersection(painter.buffer.area);
    painter.rich(area, &rich, 0, "");
}

fn panes_of(view: &View, areas: &Areas, painter: &mut Painter) {
    for area in areas.panes.iter().filter(|area| area.bordered) {
        painter.frame(area.frame, Ink::Faint);
    }
    // The frame in focus once more, so that its whole border shows it.
    if let Some(area) = areas
        .panes
        .iter()
        .find(|area| area.bordered && area.pane == Some(view.model.focus))
    {
        painter.frame(area.frame, Ink::Focus);
    }
    for area in &areas.panes {
        let Some(pane) = area.pane else { continue };
        if area.bordered {
            title(view, pane, area, painter);
        }
        rows(view, pane, area, painter);
    }
}

fn title(view: &View, pane: Pane, area: &PaneArea, painter: &mut Painter) {
    let focused = view.model.focus == pane;
    let (mut x, y) = (area.frame.x + 2, area.frame.y);
    let stop = area.frame.right().saturating_sub(2);
    let left = |x: u16| usize::from(stop.saturating_sub(x));
    let digit = view.model.screen.digit(pane).unwrap_or(0);
    let name = format!(" {digit} {} ", pane.title());
    let from = x;
    x = painter.put(x, y, left(x), &name, if focused { Ink::Strong } else { Ink::Text });
    if focused {
        painter.select(Rect::new(from, y, x - from, 1));
    }
    let notes = match pane {
        Pane::Timeline => warnings(view, pane)
            .into_iter()
            .chain(timeline::note(view, area.top))
            .collect(),
        _ => filter_note(view, pane).unwrap_or_else(|| view.note(pane)),
    };
    if let Some(note) = notes.iter().find(|note| left(x) > note.columns() + 2) {
        let wide = note.columns() as u16;
        x = painter.put(x, y, 1, " ", Ink::Text);
        painter.rich(Rect::new(x, y, wide, 1), note, 0, "");
        painter.put(x + wide, y, 1, " ", Ink::Text);
    }
    beyond(view, pane, area, painter);
}

/// What has to be known of the rows that are shown: that a filter hides some, or that the newest are not followed; the longer sentences
/// first.
fn warnings(view: &View, pane: Pane) -> Vec<Rich> {
    filter_note(view, pane).unwrap_or_else(|| match pane {
        Pane::Timeline => timeline::stands(view),
        _ => Vec::new(),
    })
}

/// That only some rows are shown, how many, and how to leave that; the first of these that fits.
fn filter_note(view: &View, pane: Pane) -> Option<Vec<Rich>> {
    let model = view.model;
    let search = model
        .search
        .as_ref()
        .filter(|search| search.filter && search.pane == pane)?;
    let all = (0..model.row_count(pane))
        .filter(|row| model.selectable(pane, *row))
        .count();
    let pattern = widgets::rich::one_line(&search.said()).into_owned();
    let pattern = crate::text::fit(&pattern, 24, view.glyphs.ellipsis).into_owned();
    let shown = search.matches.len();
    let new = if pane == Pane::Timeline {
        model.hidden_arrivals()
    } else {
        0
    };
    let (hidden, short) = match new {
        0 => (String::new(), String::new()),
        new => (format!(", {new} new hidden"), format!(" +{new} new")),
    };
    Some(
        [
            format!("FILTER {pattern} {shown} of {all}{hidden}  Esc clears"),
            format!("FILTER {pattern} {shown}/{all}{hidden}  Esc"),
            format!("FILTER {shown}/{all}{hidden}  Esc"),
            format!("FILTER {shown}/{all}{short}  Esc"),
            format!("FILTER{short} Esc"),
        ]
        .iter()
        .map(|text| Rich::of(text, Ink::Warn))
        .collect(),
    )
}

/// Marks in the right border where rows lie above or below; at the bottom of the screen also how many.
fn beyond(view: &View, pane: Pane, area: &PaneArea, painter: &mut Painter) {
    let (above, below) = area.beyond;
    let edge = area.frame.right() - 1;
    if above > 0 && area.list.height > 0 {
        painter.put(edge, area.list.y, 1, view.glyphs.up, Ink::Dim);
    }
    if below == 0 || area.list.is_empty() {
        return;
    }
    painter.put(edge, area.list.bottom() - 1, 1, view.glyphs.down, Ink::Dim);
    let new = if pane == Pane::Timeline {
        new_below(view, area)
    } else {
        0
    };
    let (words, ink) = match new {
        0 => (format!(" {} {below} more ", view.glyphs.down), Ink::Dim),
        new => (format!(" {} {new} new below ", view.glyphs.down), Ink::New),
    };
    let wide = crate::text::width(&words) as u16;
    if area.frame.bottom() + 1 >= view.model.size.height && wide + 4 < area.frame.width {
        let x = area.frame.right() - wide - 2;
        painter.put(x, area.frame.bottom() - 1, usize::from(wide), &words, ink);
    }
}

/// New events below the last row shown.
fn new_below(view: &View, area: &PaneArea) -> usize {
    let model = view.model;
    let last = area.spans.last().map_or(0, |span| span.row);
    let rows = (last + 1..model.rows.timeline.len()).rev().take(64);
    rows.filter_map(|row| model.event_at(row))
        .filter(|event| model.is_new("timeline", &event.id))
        .count()
}

fn rows(view: &View, pane: Pane, area: &PaneArea, painter: &mut Painter) {
    let model = view.model;
    let search = model
        .search
        .as_ref()
        .filter(|search| search.pane == pane)
        .map_or("", |search| search.pattern.as_str());
    let columns = usize::from(area.list.width.saturating_sub(1));
    if area.spans.is_empty() && !area.list.is_empty() {
        let filtered = model
            .search
            .as_ref()
            .is_some_and(|search| search.filter && search.pane == pane);
        let said = if filtered {
            "nothing matches".to_owned()
        } else {
            view.nothing(pane, columns)
        };
        painter.fit(area.list.x + 1, area.list.y, columns, &said, Ink::Dim);
    }
    let (mut rich, mut scratch): (Vec<Rich>, _) = (Vec::new(), Vec::new());
    for span in &area.spans {
        view.row(pane, span.row, usize::from(area.list.width), &mut rich);
        let place = Rect::new(area.list.x, area.list.y + span.y, area.list.width, span.height);
        let mut y = place.y;
        let mut skip = usize::from(span.skip);
        for line in &rich {
            if skip > 0 {
                let height = line.height(usize::from(place.width), &mut scratch);
                if height <= skip {
                    skip -= height;
                    continue;
                }
            }
            let left = Rect::new(place.x, y, place.width, place.bottom().saturating_sub(y));
            y += painter.rich(left, line, std::mem::take(&mut skip), search);
        }
        if model.is_selected(pane, span.row) && model.selectable(pane, span.row) {
            painter.select(Rect {
                width: place.width + 1,
                ..place
            });
        }
    }
}
