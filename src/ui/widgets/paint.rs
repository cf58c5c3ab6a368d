//! Puts text, frames and fills on cells. The only place of the drawing code that touches the buffer.

use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::Rich;
use crate::text;
use crate::ui::glyphs::{Glyphs, ascii_for};
use crate::ui::theme::{Ink, Theme};

/// Where and how to paint.
pub struct Painter<'a> {
    /// The cells.
    pub buffer: &'a mut Buffer,
    /// The styles.
    pub theme: &'a Theme,
    /// The marks.
    pub glyphs: &'static Glyphs,
    /// Ranges of wrapped lines, kept for reuse.
    pub scratch: Vec<Range<usize>>,
}

const UP: usize = 1;
const RIGHT: usize = 2;
const DOWN: usize = 4;
const LEFT: usize = 8;

impl Painter<'_> {
    /// Writes clean text from `x` on, in at most `room` columns, and returns the next column.
    pub fn text(&mut self, x: u16, y: u16, room: usize, clean: &str, style: Style) -> u16 {
        let area = self.buffer.area;
        if y < area.top() || y >= area.bottom() || x < area.left() {
            return x;
        }
        let end = area
            .right()
            .min(x.saturating_add(u16::try_from(room).unwrap_or(u16::MAX)));
        let mut at = x;
        if clean.is_ascii() {
            for byte in clean.bytes() {
                if at >= end {
                    break;
                }
                let cell = &mut self.buffer[(at, y)];
                *cell = Cell::EMPTY;
                cell.set_char(char::from(byte)).set_style(style);
                at += 1;
            }
            return at;
        }
        for piece in clean.graphemes(true) {
            let wide = u16::try_from(text::width(piece)).unwrap_or(u16::MAX);
            if wide == 0 {
                continue;
            }
            if at.saturating_add(wide) > end {
                break;
            }
            let cell = &mut self.buffer[(at, y)];
            *cell = Cell::EMPTY;
            cell.set_symbol(piece).set_style(style);
            for covered in at + 1..at + wide {
                let cell = &mut self.buffer[(covered, y)];
                cell.reset();
                cell.set_style(style);
            }
            at += wide;
        }
        at
    }

    /// The same in an ink.
    pub fn put(&mut self, x: u16, y: u16, room: usize, clean: &str, ink: Ink) -> u16 {
        self.text(x, y, room, clean, self.theme.style(ink))
    }

    /// Writes clean text, cut with an ellipsis where it is too long.
    pub fn fit(&mut self, x: u16, y: u16, room: usize, clean: &str, ink: Ink) -> u16 {
        let cut = text::fit(clean, room, self.glyphs.ellipsis);
        self.put(x, y, room, &cut, ink)
    }

    /// Lays a style over cells; what is written there stays.
    pub fn shade(&mut self, area: Rect, ink: Ink) {
        self.buffer.set_style(area, self.theme.style(ink));
    }

    /// Marks what is selected; cells with a background of their own (a match of the search) keep it.
    pub fn select(&mut self, area: Rect) {
        let style = self.theme.style(Ink::Selected);
        for position in area.intersection(self.buffer.area).positions() {
            let cell = &mut self.buffer[position];
            if cell.bg == Color::Reset {
                cell.set_style(style);
            }
        }
    }

    /// Empties cells.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            // A wide character that begins left of the area would reach into it.
            if area.left() > self.buffer.area.left() && !area.is_empty() {
                let before = &mut self.buffer[(area.left() - 1, y)];
                if text::width(before.symbol()) > 1 {
                    before.set_symbol(" ");
                }
            }
            for x in area.left()..area.right() {
                self.buffer[(x, y)].reset();
            }
        }
    }

    /// Draws a frame; where it meets another one, they join.
    pub fn frame(&mut self, area: Rect, ink: Ink) {
        self.outline(area, ink, true);
    }

    /// Draws a frame over whatever is there.
    pub fn frame_over(&mut self, area: Rect, ink: Ink) {
        self.outline(area, ink, false);
    }

    fn outline(&mut self, area: Rect, ink: Ink, join: bool) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        for x in area.left() + 1..right {
            self.arm(x, area.top(), LEFT | RIGHT, ink, join);
            self.arm(x, bottom, LEFT | RIGHT, ink, join);
        }
        for y in area.top() + 1..bottom {
            self.arm(area.left(), y, UP | DOWN, ink, join);
            self.arm(right, y, UP | DOWN, ink, join);
        }
        self.arm(area.left(), area.top(), RIGHT | DOWN, ink, join);
        self.arm(right, area.top(), LEFT | DOWN, ink, join);
        self.arm(area.left(), bottom, UP | RIGHT, ink, join);
        self.arm(right, bottom, UP | LEFT, ink, join);
    }

    fn arm(&mut self, x: u16, y: u16, arms: usize, ink: Ink, join: bool) {
        let style = self.theme.style(ink);
        let borders = &self.glyphs.borders;
        let Some(cell) = self.buffer.cell_mut(Position { x, y }) else {
            return;
        };
        let symbol = cell.symbol();
        let there = match symbol {
            _ if !join || symbol == " " => 0,
            // In ASCII every joint looks alike: what is there had all arms.
            "+" => 15,
            _ => borders.iter().position(|known| *known == symbol).unwrap_or(0),
        };
        cell.set_symbol(borders[there | arms]).set_style(style);
    }

    /// A horizontal line.
    pub fn rule(&mut self, x: u16, y: u16, columns: usize, ink: Ink) {
        let style = self.theme.style(ink);
        for x in x..x.saturating_add(u16::try_from(columns).unwrap_or(u16::MAX)) {
            if let Some(cell) = self.buffer.cell_mut(Position { x, y }) {
                cell.set_symbol(self.glyphs.borders[LEFT | RIGHT]).set_style(style);
            }
        }
    }

    /// Draws lines of a row from its line `skip` on, as many as the area has; returns how many were drawn.
    pub fn rich(&mut self, area: Rect, rich: &Rich, skip: usize, search: &str) -> u16 {
        let columns = usize::from(area.width);
        if area.is_empty() {
            return 0;
        }
        let mut lines = std::mem::take(&mut self.scratch);
        let cut = rich.lines(columns, &mut lines);
        let last = lines.len() - 1;
        let mut drawn = 0;
        for (index, range) in lines.iter().enumerate().skip(skip).take(usize::from(area.height)) {
            let y = area.y + drawn;
            let indent = if index == 0 { 0 } else { rich.hang(columns) };
            let tail = if index > 0 || rich.tail_columns() == 0 {
                0
            } else {
                rich.tail_columns() + 1
            };
            let room = columns.saturating_sub(tail).max(columns / 3).saturating_sub(indent);
            let x = area.x.saturating_add(u16::try_from(indent).unwrap_or(u16::MAX));
            let place = Rect::new(x, y, u16::try_from(room).unwrap_or(u16::MAX), 1);
            let end = self.runs(place, rich, range.clone(), search, cut && index == last);
            if index == 0 {
                self.edge(area, y, end, rich);
            }
            drawn += 1;
        }
        self.scratch = lines;
        drawn
    }

    fn runs(&mut self, place: Rect, rich: &Rich, range: Range<usize>, search: &str, cut: bool) -> u16 {
        let (x, y, end) = (place.x, place.y, place.right());
        let stop = if cut { end.saturating_sub(1).max(x) } else { end };
        let mut at = x;
        let mut ink = Ink::Dim;
        for (piece, next) in rich.runs(range.clone()) {
            ink = next;
            at = self.put(at, y, usize::from(stop - at), piece, ink);
        }
        if !search.is_empty() {
            self.highlight(x, y, stop, &rich.text()[range], search);
        }
        if cut && at < end {
            at = self.put(at, y, 1, self.glyphs.ellipsis, ink);
        }
        at
    }

    /// Marks what is searched for.
    fn highlight(&mut self, x: u16, y: u16, stop: u16, line: &str, search: &str) {
        let (bytes, wanted) = (line.as_bytes(), search.as_bytes());
        let mut from = 0;
        while from + wanted.len() <= bytes.len() {
            if !bytes[from..from + wanted.len()].eq_ignore_ascii_case(wanted) {
                from += 1;
                continue;
            }
            let to = from + wanted.len();
            if let (Some(before), Some(found)) = (line.get(..from), line.get(from..to)) {
                let left = x.saturating_add(u16::try_from(text::width(before)).unwrap_or(u16::MAX));
                let right = left.saturating_add(u16::try_from(text::width(found)).unwrap_or(u16::MAX));
                if left < stop {
                    self.shade(Rect::new(left, y, right.min(stop) - left, 1), Ink::Match);
                }
            }
            from = to;
        }
    }

    /// What stands at the right edge of a first line.
    fn edge(&mut self, area: Rect, y: u16, end: u16, rich: &Rich) {
        let tail = u16::try_from(rich.tail_columns()).unwrap_or(u16::MAX);
        let mut stop = area.right();
        if tail > 0 && end + tail < area.right() + u16::from(end == area.x) {
            stop = area.right() - tail;
            let mut x = stop;
            for (piece, ink) in rich.tail_runs() {
                x = self.put(x, y, usize::from(area.right() - x), piece, *ink);
            }
        }
        if let Some((word, ink)) = rich.loose_word() {
            let wide = word.len() as u16;
            if end + wide + 2 <= stop {
                stop -= wide + 1;
                self.put(stop, y, usize::from(wide), word, ink);
            }
        }
        if let Some(ink) = rich.filled()
            && end + 2 < stop
        {
            let gap = u16::from(stop < area.right());
            self.rule(end + 1, y, usize::from(stop - end - 1 - gap), ink);
        }
    }

    /// Replaces what is not ASCII. Done last, so that nothing can slip by.
    pub fn to_ascii(&mut self) {
        for cell in &mut self.buffer.content {
            if !cell.symbol().is_ascii() {
                let c = cell.symbol().chars().next().map_or('?', ascii_for);
                cell.set_char(c);
            }
        }
    }
}
