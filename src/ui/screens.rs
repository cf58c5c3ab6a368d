//! The strip of screens: their keys and names, and which one is shown.

use std::ops::Range;

use ratatui::layout::Rect;

use super::panes::View;
use super::theme::Ink;
use super::widgets::Painter;
use crate::app::Screen;
use crate::text::width;

/// How many lines it has on a screen of this size.
pub(super) fn height(columns: u16, screen: u16) -> u16 {
    u16::from(screen >= 20 && columns >= 60)
}

/// The names that fit, each with its screen.
fn names(view: &View, room: usize) -> Vec<(Screen, String, &'static str)> {
    let key = |screen: &Screen| view.model.keymap.key_of(screen.spec().action);
    let whole = Screen::ALL
        .iter()
        .map(|screen| (*screen, key(screen), screen.spec().title));
    let whole: Vec<_> = whole.collect();
    let columns = |all: &[(Screen, String, &str)]| {
        all.iter()
            .map(|(_, key, name)| width(key) + width(name) + 4)
            .sum::<usize>()
    };
    if columns(&whole) <= room {
        return whole;
    }
    whole
        .into_iter()
        .map(|(screen, key, _)| (screen, key, screen.spec().short))
        .collect()
}

/// Where each is.
pub(super) fn places(view: &View, area: Rect) -> Vec<(Range<u16>, Screen)> {
    let mut x = area.x;
    let place = |(screen, key, name): (Screen, String, &str)| {
        let from = x;
        x = x.saturating_add((width(&key) + width(name) + 4) as u16);
        (from..x.min(area.right()), screen)
    };
    names(view, usize::from(area.width)).into_iter().map(place).collect()
}

/// Draws it.
pub(super) fn draw(view: &View, area: Rect, painter: &mut Painter) {
    let mut x = area.x;
    for (screen, key, name) in names(view, usize::from(area.width)) {
        let left = |x: u16| usize::from(area.right().saturating_sub(x));
        let on = screen == view.model.screen;
        let from = x;
        x = painter.put(
            x + 1,
            area.y,
            left(x + 1),
            &key,
            if on { Ink::Strong } else { Ink::Faint },
        ) + 1;
        x = painter.put(x, area.y, left(x), name, if on { Ink::Strong } else { Ink::Dim }) + 1;
        if on {
            painter.select(Rect::new(
                from,
                area.y,
                x.saturating_sub(from).min(area.right() - from),
                1,
            ));
        }
        x += 1;
    }
    others(view, area, x, painter);
}

/// At the right: that another incident is open, too, as long as there is room.
fn others(view: &View, area: Rect, x: u16, painter: &mut Painter) {
    let fits = |words: &String| x + width(words) as u16 + 2 < area.right();
    if let Some(words) = chips(view).into_iter().find(fits) {
        let from = area.right() - width(&words) as u16 - 1;
        painter.put(from, area.y, width(&words), &words, Ink::Warn);
    }
}

/// That another incident is open, too, with the key that leads there: the longest words first; none where there is no other.
pub(super) fn chips(view: &View) -> Vec<String> {
    let model = view.model;
    let open = model.board.iter();
    let mut open = open.filter(|one| !one.over && !one.drill && one.id != model.incident().id);
    let key = model.keymap.key_of(crate::app::Action::NextIncident);
    let Some(other) = open.next() else { return Vec::new() };
    let more = open.count();
    if more > 0 {
        return vec![format!("{key} {} more open", more + 1), format!("{key} +{}", more + 1)];
    }
    let clean = |text: &str| crate::ui::widgets::rich::one_line(text).into_owned();
    let severity = match clean(&other.severity) {
        severity if severity.is_empty() => "?".to_owned(),
        severity => severity,
    };
    let id = clean(&other.id);
    let number = id.rsplit('-').next().unwrap_or_default();
    vec![
        format!("{key} {severity} {id}"),
        format!("{key} {severity} {number}"),
        // Where that is not known, that there is one.
        if severity == "?" {
            format!("{key}+1")
        } else {
            format!("{key} {severity}")
        },
    ]
}
