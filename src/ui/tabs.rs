//! The strip of tabs, where one pane is shown at a time: names, counts, which one has the screen.

use std::ops::Range;

use ratatui::layout::Rect;

use super::panes::View;
use super::theme::Ink;
use super::widgets::{Painter, Rich};
use crate::app::{Pane, SizeClass};
use crate::text::width;

struct Tab {
    pane: Pane,
    name: String,
    count: String,
    ink: Ink,
}

impl Tab {
    fn columns(&self) -> usize {
        width(&self.name)
            + if self.count.is_empty() {
                0
            } else {
                width(&self.count) + 1
            }
            + 2
    }
}

/// The tabs with the longest names that fit.
fn tabs(view: &View, room: usize) -> Vec<Tab> {
    let made = |name: &dyn Fn(Pane) -> String| {
        let tab = |pane: Pane| {
            let (count, ink) = view.count(pane);
            Tab {
                pane,
                name: name(pane),
                count,
                ink,
            }
        };
        view.model.screen.panes().iter().copied().map(tab).collect::<Vec<_>>()
    };
    let number = |pane: Pane| view.model.screen.digit(pane).unwrap_or(0);
    let whole = made(&|pane| format!("{} {}", number(pane), pane.title()));
    let short = made(&|pane| format!("{} {}", number(pane), pane.spec().short));
    let focus = view.model.focus;
    let least = made(&|pane| {
        if pane == focus {
            format!("{} {}", number(pane), pane.spec().short)
        } else {
            number(pane).to_string()
        }
    });
    let fits = |tabs: &Vec<Tab>| tabs.iter().map(Tab::columns).sum::<usize>() <= room;
    [whole, short].into_iter().find(fits).unwrap_or(least)
}

/// Where each tab is.
pub(super) fn places(view: &View, area: Rect) -> Vec<(Range<u16>, Pane)> {
    let mut x = area.x;
    let place = |tab: &Tab| {
        let from = x;
        x = x.saturating_add(u16::try_from(tab.columns()).unwrap_or(u16::MAX));
        (from..x.min(area.right()), tab.pane)
    };
    tabs(view, usize::from(area.width)).iter().map(place).collect()
}

/// Draws it.
pub(super) fn draw(view: &View, area: Rect, painter: &mut Painter) {
    let room = usize::from(area.width);
    let mut x = area.x;
    for tab in tabs(view, room) {
        let left = usize::from(area.right().saturating_sub(x));
        let columns = tab.columns().min(left);
        let on = tab.pane == view.model.focus;
        let place = Rect::new(x, area.y, columns as u16, 1);
        let mut at = painter.put(
            x + 1,
            area.y,
            left.saturating_sub(1),
            &tab.name,
            if on { Ink::Accent } else { Ink::Text },
        );
        if !tab.count.is_empty() {
            let left = usize::from(area.right().saturating_sub(at + 1));
            at = painter.put(at + 1, area.y, left, &tab.count, tab.ink);
        }
        if on {
            painter.select(place);
        }
        x = (at + 1).max(place.right());
    }
    if !warned(view, area, x, painter) {
        note(view, area, x, painter);
    }
}

/// At the right, that a filter hides rows or that the newest are not followed: the longest sentence that has room, and the shortest over the
/// last tabs where none has.
fn warned(view: &View, area: Rect, x: u16, painter: &mut Painter) -> bool {
    let warnings = super::warnings(view, view.model.focus);
    let fits = |note: &&Rich| x + note.columns() as u16 + 2 <= area.right();
    let Some(note) = warnings.iter().find(fits).or(warnings.last()) else {
        return false;
    };
    let wide = (note.columns() as u16).min(area.width.saturating_sub(1));
    let from = area.right() - wide - 1;
    painter.put(from.saturating_sub(1), area.y, 1, " ", Ink::Text);
    painter.rich(Rect::new(from, area.y, wide, 1), note, 0, "");
    true
}

/// At the right: the day of the timeline, the zone, and how to get back from zooming.
fn note(view: &View, area: Rect, x: u16, painter: &mut Painter) {
    let model = view.model;
    let narrow = model.size.class() == SizeClass::Narrow;
    let mut words = if model.focus == Pane::Timeline {
        super::panes::timeline::day(view, model.cursor(Pane::Timeline).top)
    } else {
        super::panes::timeline::zone(view)
    };
    if model.zoomed && !narrow {
        let key = model.keymap.key_of(crate::app::Action::Zoom);
        let back = format!("{key} shows all panes");
        words = if words.is_empty() {
            back
        } else {
            format!("{words}   {back}")
        };
    }
    let wide = width(&words) as u16;
    if wide > 0 && x + wide + 1 < area.right() {
        painter.put(area.right() - wide - 1, area.y, usize::from(wide), &words, Ink::Dim);
    }
}
