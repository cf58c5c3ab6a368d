//! ratatui's backend: turns changed cells into as few bytes as a terminal needs, one write per frame.

use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt::Write as _;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// Frames longer than this are shown at once by terminals that know synchronized output (DEC 2026); shorter ones arrive
/// in one piece anyway.
const SYNC_FROM: usize = 512;

/// Collects what a frame changes. The terminal's state (colours, cursor) is carried over from frame to frame.
pub(super) struct Screen {
    size: Size,
    out: String,
    look: Look,
    /// Where the terminal's cursor is, if that is certain.
    at: Option<(u16, u16)>,
    /// Cells in which a character two columns wide begins.
    wide: HashSet<(u16, u16)>,
    cursor_shown: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: Look = Look {
    fg: Color::Reset,
    bg: Color::Reset,
    underline: Color::Reset,
    modifier: Modifier::empty(),
};

const MODIFIERS: [(Modifier, &str); 8] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::SLOW_BLINK, "5"),
    (Modifier::REVERSED, "7"),
    (Modifier::HIDDEN, "8"),
    (Modifier::CROSSED_OUT, "9"),
];

impl Screen {
    /// For a terminal of this size whose state is not known yet.
    pub(super) fn new(size: Size) -> Self {
        Self {
            size,
            out: String::with_capacity(16 * 1024),
            look: PLAIN,
            at: None,
            wide: HashSet::new(),
            cursor_shown: true,
        }
    }

    /// The terminal has another size.
    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        self.at = None;
        self.wide.clear();
    }

    /// The terminal's state is not known any more (after a suspension).
    pub(super) fn forget(&mut self) {
        self.out.push_str("\x1b[0m");
        self.look = PLAIN;
        self.at = None;
        self.wide.clear();
        self.cursor_shown = true;
    }

    /// The bytes of the frame, ready to be written; the next frame begins empty.
    pub(super) fn take(&mut self) -> String {
        let frame = std::mem::take(&mut self.out);
        if frame.len() < SYNC_FROM {
            return frame;
        }
        format!("\x1b[?2026h{frame}\x1b[?2026l")
    }

    /// Moves the cursor in the fewest bytes: by steps from where it is, or to its place.
    fn go_to(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        // Never fails: a String takes everything.
        let mut place = String::new();
        let _ = if x == 0 {
            write!(place, "\x1b[{}H", y + 1)
        } else {
            write!(place, "\x1b[{};{}H", y + 1, x + 1)
        };
        let steps = self.at.and_then(|(from, row)| steps((from, row), (x, y)));
        self.out.push_str(
            steps
                .filter(|steps| steps.len() < place.len())
                .as_deref()
                .unwrap_or(&place),
        );
        self.at = Some((x, y));
    }

    /// One symbol at its place; how many columns it takes.
    fn put(&mut self, (x, y): (u16, u16), symbol: &str, look: Look) -> u16 {
        self.go_to(x, y);
        self.wear(look);
        self.out.push_str(symbol);
        let wide = || u16::try_from(symbol.width()).unwrap_or(u16::MAX);
        let columns = if symbol.len() == 1 { 1 } else { wide() };
        // Behind the last column, and after characters that terminals do not agree about, the place is not certain.
        let sure = x.saturating_add(columns) < self.size.width && (symbol.is_ascii() || symbol.chars().count() == 1);
        self.at = sure.then_some((x + columns, y));
        columns
    }

    fn wear(&mut self, look: Look) {
        if look == self.look {
            return;
        }
        let mut codes = String::new();
        let mut from = self.look;
        if look == PLAIN || !look.modifier.contains(from.modifier) {
            from = PLAIN;
            codes.push('0');
        }
        let mut add = |code: &str| {
            if !codes.is_empty() {
                codes.push(';');
            }
            codes.push_str(code);
        };
        for (modifier, code) in MODIFIERS {
            if look.modifier.contains(modifier) && !from.modifier.contains(modifier) {
                add(code);
            }
        }
        if look.fg != from.fg {
            add(&colour(look.fg, 30));
        }
        if look.bg != from.bg {
            add(&colour(look.bg, 40));
        }
        if look.underline != from.underline {
            add(&colour(look.underline, 50));
        }
        let _ = write!(self.out, "\x1b[{codes}m");
        self.look = look;
    }
}

/// The way from one cell to another by line feeds (which keep the column in raw mode), backspaces and steps to the right;
/// `None` upwards.
fn steps((from, row): (u16, u16), (x, y): (u16, u16)) -> Option<String> {
    let down = y.checked_sub(row).filter(|down| *down < 4)?;
    let mut way = "\n".repeat(usize::from(down));
    let _ = match (x, x.checked_sub(from)) {
        (_, Some(0)) => Ok(()),
        (0, None) => write!(way, "\r"),
        (_, Some(1)) => write!(way, "\x1b[C"),
        (_, Some(right)) => write!(way, "\x1b[{right}C"),
        (_, None) if from - x < 4 => write!(way, "{}", "\x08".repeat(usize::from(from - x))),
        (_, None) => write!(way, "\x1b[{}D", from - x),
    };
    Some(way)
}

/// Codes of a colour; `base` is 30 for letters, 40 for what is behind them, 50 for the underline.
fn colour(colour: Color, base: u8) -> String {
    let basic = |index: u8| match (index, base) {
        (_, 50) => format!("58;5;{index}"),
        (0..8, _) => (base + index).to_string(),
        _ => (base + 52 + index).to_string(),
    };
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => basic(0),
        Color::Red => basic(1),
        Color::Green => basic(2),
        Color::Yellow => basic(3),
        Color::Blue => basic(4),
        Color::Magenta => basic(5),
        Color::Cyan => basic(6),
        Color::Gray => basic(7),
        Color::DarkGray => basic(8),
        Color::LightRed => basic(9),
        Color::LightGreen => basic(10),
        Color::LightYellow => basic(11),
        Color::LightBlue => basic(12),
        Color::LightMagenta => basic(13),
        Color::LightCyan => basic(14),
        Color::White => basic(15),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

impl Backend for Screen {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        while let Some((x, y, cell)) = content.next() {
            let look = Look {
                fg: cell.fg,
                bg: cell.bg,
                underline: cell.underline_color,
                modifier: cell.modifier,
            };
            let columns = self.put((x, y), cell.symbol(), look);
            let torn = if columns > 1 {
                self.wide.insert((x, y));
                false
            } else {
                // An empty set is the rule: asking it costs nothing.
                !self.wide.is_empty() && self.wide.remove(&(x, y))
            };
            // The other half of a wide character that is gone: it was a blank for ratatui all along, but terminals leave it
            // in the look of what tore it.
            if torn && content.peek().is_none_or(|(next, row, _)| (*next, *row) != (x + 1, y)) {
                self.put((x + 1, y), " ", PLAIN);
            }
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        if std::mem::replace(&mut self.cursor_shown, false) {
            self.out.push_str("\x1b[?25l");
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        if !std::mem::replace(&mut self.cursor_shown, true) {
            self.out.push_str("\x1b[?25h");
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        let (x, y) = self.at.unwrap_or_default();
        Ok(Position { x, y })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        let Position { x, y } = position.into();
        self.go_to(x, y);
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        self.wear(PLAIN);
        self.wide.clear();
        self.out.push_str("\x1b[2J");
        Ok(())
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.wear(PLAIN);
        self.out.push_str(match region {
            ClearType::All => "\x1b[2J",
            ClearType::AfterCursor => "\x1b[J",
            ClearType::BeforeCursor => "\x1b[1J",
            ClearType::CurrentLine => "\x1b[2K",
            ClearType::UntilNewLine => "\x1b[K",
        });
        Ok(())
    }

    fn size(&self) -> Result<Size, Infallible> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::default(),
        })
    }

    /// Frames are written by the loop, in one piece.
    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
