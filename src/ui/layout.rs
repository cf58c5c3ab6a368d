//! Where everything is: one pure function of the model, used for drawing, for the mouse and for scrolling.

use std::collections::HashMap;
use std::ops::Range;

use ratatui::layout::Rect;

use super::overlays;
use super::panes::{View, checklists};
use super::split;
use super::widgets::Rich;
use super::{banner, header, input, next, screens, tabs};
use crate::app::{Geometry, Hit, Model, Pane, Screen, SizeClass};

/// Smallest terminal on which something useful can be shown.
pub const SMALLEST: (u16, u16) = (20, 5);

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub struct Areas {
    /// Whether the terminal is too small for anything but saying so.
    pub too_small: bool,
    /// One or two lines at the top.
    pub header: Rect,
    /// Worries about the file, below the header; empty where there are none.
    pub banner: Rect,
    /// The NEXT line; empty on low screens.
    pub next: Rect,
    /// The strip of screens; empty on small ones.
    pub screens: Rect,
    /// The row of messages above the input line; empty on low screens.
    pub said: Rect,
    /// The strip of tabs; empty where panes stand beside each other.
    pub tabs: Rect,
    /// The panes on the screen.
    pub panes: Vec<PaneArea>,
    /// The line at the bottom.
    pub input: Rect,
    /// What lies over the panes, topmost last.
    pub layers: Vec<LayerArea>,
    /// Scroll of panes that are not on the screen.
    resting: [usize; Pane::COUNT],
    tab_hits: Vec<(Range<u16>, Pane)>,
    screen_hits: Vec<(Range<u16>, Screen)>,
    key_hits: Vec<(Range<u16>, Hit)>,
}

/// A pane on the screen.
#[derive(Clone, Debug, Default)]
pub struct PaneArea {
    /// Which one.
    pub pane: Option<Pane>,
    /// With its borders; without, where it stands alone under the tabs.
    pub frame: Rect,
    /// Whether it has borders.
    pub bordered: bool,
    /// The rows.
    pub list: Rect,
    /// Rows shown, from the top.
    pub spans: Vec<Span>,
    /// First row shown.
    pub top: usize,
    /// Rows above and below what is shown.
    pub beyond: (usize, usize),
}

/// A row on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Row of the pane.
    pub row: usize,
    /// First line of the list.
    pub y: u16,
    /// Lines.
    pub height: u16,
    /// Lines of it that are above the list.
    pub skip: u16,
}

/// Something that lies over the panes.
#[derive(Clone, Debug, Default)]
pub struct LayerArea {
    /// With its border; empty where it lives in the input line alone.
    pub frame: Rect,
    /// The line that is typed in, where it has one of its own.
    pub line: Rect,
    /// Text that scrolls.
    pub text: Rect,
    /// Lines of that text.
    pub lines: usize,
    /// First line shown.
    pub scroll: usize,
    /// Choices.
    pub list: Rect,
    /// First choice shown.
    pub top: usize,
    /// More about the selected choice.
    pub detail: Rect,
    /// Whether there is a row of messages below, where an error stands whole.
    pub said_below: bool,
}

/// Where everything is, as the model stands.
pub fn areas(model: &Model) -> Areas {
    let (width, height) = (model.size.width, model.size.height);
    let mut areas = Areas::default();
    for pane in Pane::ALL.iter().copied() {
        areas.resting[pane as usize] = model.cursor(pane).top;
    }
    if width < SMALLEST.0 || height < SMALLEST.1 {
        areas.too_small = true;
        return areas;
    }
    let class = model.size.class();
    let view = View::of(model, super::roomy(model));
    let mut y = 0;
    let mut take = |lines: u16| {
        let area = Rect::new(0, y, width, lines);
        y += lines;
        area
    };
    areas.header = take(header::height(height));
    areas.next = take(next::height(height));
    areas.banner = take(banner::height(&view, height));
    areas.screens = take(screens::height(width, height));
    let alone = model.alone();
    if alone {
        areas.tabs = take(1);
    }
    let said = input::message_height(height);
    let body = Rect::new(0, y, width, height.saturating_sub(y + said + 1));
    areas.said = Rect::new(0, height - 1 - said, width, said);
    // What is typed grows upwards, over the row of messages and the panes.
    let lines = input::lines(&view, width, height);
    areas.input = Rect::new(0, height - lines, width, lines);
    if lines > 1 {
        areas.said.y = (height - lines).saturating_sub(said);
    }
    if alone {
        let list = Rect::new(0, body.y, width, body.height);
        areas.panes.push(pane_area(&view, model.focus, list, false));
        areas.tab_hits = tabs::places(&view, areas.tabs);
    } else {
        let split = if class == SizeClass::Tall {
            split::tall
        } else {
            split::split
        };
        for (pane, frame) in split(&view, body) {
            areas.panes.push(pane_area(&view, pane, frame, true));
        }
    }
    areas.screen_hits = screens::places(&view, areas.screens);
    areas.key_hits = input::key_places(&view, areas.input);
    let above = Rect {
        height: areas.said.y.max(body.y).min(body.bottom()) - body.y,
        ..body
    };
    areas.layers = model
        .layers
        .iter()
        .map(|layer| LayerArea {
            said_below: said > 0,
            ..overlays::place(&view, layer, above)
        })
        .collect();
    areas
}

fn pane_area(view: &View, pane: Pane, frame: Rect, bordered: bool) -> PaneArea {
    // The last column stays free, so that words do not touch the border.
    let mut list = Rect::new(frame.x, frame.y, frame.width.saturating_sub(1), frame.height);
    if bordered {
        list = Rect::new(
            frame.x + 1,
            frame.y + 1,
            frame.width.saturating_sub(3),
            frame.height.saturating_sub(2),
        );
    }
    let mut area = PaneArea {
        pane: Some(pane),
        frame,
        bordered,
        list,
        top: view.model.cursor(pane).top,
        ..PaneArea::default()
    };
    if !list.is_empty() {
        Placing::new(view, pane, list).place(&mut area);
    }
    area
}

/// Rows that are shown at all: all of them, or those that a filter leaves.
enum Order<'a> {
    All(usize),
    Only(&'a [usize]),
}

impl Order<'_> {
    fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Only(rows) => rows.len(),
        }
    }

    fn row(&self, at: usize) -> usize {
        match self {
            Self::All(_) => at,
            Self::Only(rows) => rows[at],
        }
    }

    /// Place of the row, or of the next one after it.
    fn place(&self, row: usize) -> usize {
        match self {
            Self::All(_) => row,
            Self::Only(rows) => rows.partition_point(|known| *known < row),
        }
    }
}

/// Finds the rows that are on the screen: from the first one shown before, moved as little as needed.
struct Placing<'a> {
    view: &'a View<'a>,
    pane: Pane,
    list: Rect,
    order: Order<'a>,
    heights: HashMap<usize, u16>,
    rich: Vec<Rich>,
    scratch: Vec<Range<usize>>,
}

impl<'a> Placing<'a> {
    fn new(view: &'a View<'a>, pane: Pane, list: Rect) -> Self {
        let search = view
            .model
            .search
            .as_ref()
            .filter(|search| search.filter && search.pane == pane);
        Self {
            view,
            pane,
            list,
            order: search.map_or_else(
                || Order::All(view.model.row_count(pane)),
                |search| Order::Only(&search.matches),
            ),
            heights: HashMap::new(),
            rich: Vec::new(),
            scratch: Vec::new(),
        }
    }

    fn height(&mut self, at: usize) -> u16 {
        if let Some(known) = self.heights.get(&at) {
            return *known;
        }
        let columns = usize::from(self.list.width);
        self.view.row(self.pane, self.order.row(at), columns, &mut self.rich);
        let lines: usize = self
            .rich
            .iter()
            .map(|rich| rich.height(columns, &mut self.scratch))
            .sum();
        let height = u16::try_from(lines).unwrap_or(u16::MAX).clamp(1, self.list.height);
        self.heights.insert(at, height);
        height
    }

    /// The first place from which everything up to `at` is whole.
    fn first_for(&mut self, at: usize) -> usize {
        let mut room = self.list.height;
        let mut first = at;
        loop {
            let height = self.height(first);
            if height > room {
                return (first + 1).min(at);
            }
            room -= height;
            if first == 0 {
                return 0;
            }
            first -= 1;
        }
    }

    /// Place behind the last whole row, and lines left, when `first` is at the top.
    fn last_whole(&mut self, first: usize) -> (usize, u16) {
        let (mut at, mut room) = (first, self.list.height);
        while at < self.order.len() {
            let height = self.height(at);
            if height > room {
                return (at, room);
            }
            room -= height;
            at += 1;
        }
        (at, room)
    }

    fn place(mut self, area: &mut PaneArea) {
        let count = self.order.len();
        if count == 0 {
            area.top = 0;
            return;
        }
        let cursor = self.view.model.cursor(self.pane);
        let selected = self.order.place(cursor.selected).min(count - 1);
        let mut first = self.order.place(cursor.top).min(count - 1);
        let resting = self.pane == Pane::Checklists && self.view.model.focus != self.pane;
        if let Some(urgent) = checklists::urgent(self.view).filter(|_| resting) {
            // Nobody moves about in it: from the top, or from the first thing to do where that would be out of sight.
            let urgent = self.order.place(urgent).min(count - 1);
            first = if urgent + 1 < self.last_whole(0).0 { 0 } else { urgent };
        } else if selected <= first {
            first = selected;
            // A heading over the first row comes with it.
            while first > 0 && !self.view.model.selectable(self.pane, self.order.row(first - 1)) {
                first -= 1;
            }
            first = first.max(self.first_for(selected));
        } else if selected >= self.last_whole(first).0 {
            first = first.max(self.first_for(selected));
        }
        let (end, mut room) = self.last_whole(first);
        if end == count {
            while first > 0 && self.height(first - 1) <= room {
                first -= 1;
                room -= self.height(first);
            }
        }
        let mut y = 0;
        // No line stays blank while there is more above: the end of the row before the first whole one.
        if end == count && first > 0 && room > 0 {
            area.spans.push(Span {
                row: self.order.row(first - 1),
                y,
                height: room,
                skip: self.height(first - 1) - room,
            });
            y = room;
        }
        for at in first..count {
            if y >= self.list.height {
                break;
            }
            let height = self.height(at).min(self.list.height - y);
            area.spans.push(Span {
                row: self.order.row(at),
                y,
                height,
                skip: 0,
            });
            y += height;
        }
        area.top = self.order.row(first);
        let whole = area.spans.iter().filter(|span| span.skip == 0).count();
        let cut = area
            .spans
            .last()
            .is_some_and(|last| last.height < self.height(first + whole - 1));
        area.beyond = (first, count - first - whole + usize::from(cut));
    }
}

fn inside(area: Rect, x: u16, y: u16) -> bool {
    area.contains(ratatui::layout::Position { x, y })
}

impl Geometry for Areas {
    fn hit(&self, x: u16, y: u16) -> Option<Hit> {
        if let Some(layer) = self.layers.last() {
            if inside(layer.list, x, y) {
                return Some(Hit::Choice(layer.top + usize::from(y - layer.list.y)));
            }
            if inside(layer.frame, x, y) {
                return Some(Hit::Layer);
            }
        }
        let within = |hits: &Range<u16>| hits.contains(&x);
        if inside(self.input, x, y) {
            let key = self
                .key_hits
                .iter()
                .find(|(places, _)| within(places))
                .map(|(_, hit)| *hit);
            return Some(key.unwrap_or(Hit::Input));
        }
        if inside(self.screens, x, y) {
            let screen = self.screen_hits.iter().find(|(places, _)| within(places));
            return screen.map(|(_, screen)| Hit::Screen(*screen));
        }
        if inside(self.next, x, y) {
            return Some(Hit::Next);
        }
        if inside(self.tabs, x, y) {
            return self
                .tab_hits
                .iter()
                .find(|(places, _)| within(places))
                .map(|(_, pane)| Hit::Tab(*pane));
        }
        let area = self.panes.iter().find(|area| inside(area.frame, x, y))?;
        let pane = area.pane?;
        if !inside(area.list, x, y) {
            return Some(Hit::Pane(pane));
        }
        let line = y - area.list.y;
        let span = area
            .spans
            .iter()
            .find(|span| (span.y..span.y + span.height).contains(&line));
        Some(match span {
            Some(span)
                if pane == Pane::Checklists && span.y == line && checklists::BOX.contains(&(x - area.list.x)) =>
            {
                Hit::Checkbox(span.row)
            }
            Some(span) => Hit::Row(pane, span.row),
            None => Hit::Pane(pane),
        })
    }

    fn page(&self, pane: Pane) -> usize {
        self.pane(pane).map_or(1, |area| usize::from(area.list.height))
    }

    fn top(&self, pane: Pane) -> usize {
        self.pane(pane).map_or(self.resting[pane as usize], |area| area.top)
    }

    fn choices(&self) -> (usize, usize) {
        self.layers
            .last()
            .map_or((0, 0), |layer| (layer.top, usize::from(layer.list.height)))
    }

    fn text(&self) -> (usize, usize) {
        self.layers
            .last()
            .map_or((0, 0), |layer| (usize::from(layer.text.height), layer.lines))
    }
}

impl Areas {
    /// The pane's part of the screen.
    fn pane(&self, pane: Pane) -> Option<&PaneArea> {
        self.panes.iter().find(|area| area.pane == Some(pane))
    }
}
