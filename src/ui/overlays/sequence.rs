//! What may follow keys that were begun: one a line above the input line, where that has no room for all of them.

use ratatui::layout::Rect;

use super::{boxed, inner};
use crate::app::{Model, enabled};
use crate::text::width;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::Painter;

/// Blanks between two columns.
const GAP: usize = 2;
/// Most columns side by side, and fewest rows that are worth a second one.
const MOST: usize = 3;
const FEWEST: usize = 4;

/// Columns that clock, begun keys and help take of the input line.
const TAKEN: usize = 40;

/// What the keys that were begun may go on to, as far as it can be done now: key, and what it does.
pub(crate) fn continuations(model: &Model) -> Vec<(String, String)> {
    let all = model
        .keymap
        .continuations(&model.contexts(), &model.pending)
        .into_iter();
    all.filter(|(_, action)| enabled(model, *action).is_ok())
        .map(|(key, action)| (key, action.spec().title.to_lowercase()))
        .collect()
}

/// Whether all of them have room in an input line of so many columns.
pub(crate) fn fit(all: &[(String, String)], columns: u16) -> bool {
    let needed: usize = all.iter().map(|(key, title)| width(key) + width(title) + 3).sum();
    needed <= usize::from(columns).saturating_sub(TAKEN)
}

/// Draws it above `input`, where it is needed.
pub(crate) fn draw(view: &View, input: Rect, painter: &mut Painter) {
    let model = view.model;
    if model.pending.is_empty() || !model.layers.is_empty() {
        return;
    }
    let all = continuations(model);
    if fit(&all, input.width) {
        return;
    }
    // As wide as the screen: no half words stay beside it.
    let inside = usize::from(input.width.saturating_sub(4));
    let room = usize::from(input.y.saturating_sub(2));
    let sheet = Sheet::of(&all, inside, room);
    if sheet.rows == 0 || sheet.columns.contains(&0) {
        return;
    }
    let high = sheet.rows as u16 + 2;
    let frame = Rect::new(input.x, input.y - high, input.width, high);
    boxed(frame, &crate::app::key::show_sequence(&model.pending), painter);
    let (mut left, ellipsis) = (usize::from(inner(frame).x), view.glyphs.ellipsis);
    for (column, entries) in sheet.columns.iter().zip(all.chunks(sheet.rows)) {
        let keys = key_column(entries).min(*column);
        for ((key, title), y) in entries.iter().zip(inner(frame).y..) {
            let x = left as u16;
            painter.put(x, y, keys, key, Ink::Accent);
            let words = crate::text::fit(title, column.saturating_sub(keys + 2), ellipsis);
            painter.put(x + keys as u16 + 2, y, width(&words), &words, Ink::Text);
        }
        left += column + GAP;
    }
    let shown = sheet.rows * sheet.columns.len();
    if let Some(more) = all.len().checked_sub(shown).filter(|more| *more > 0) {
        super::footer(frame, &format!("{} {more} more", view.glyphs.down), painter);
    }
}

/// How what may follow is laid out: down the first column, then down the next.
#[derive(Debug, PartialEq)]
struct Sheet {
    rows: usize,
    /// How wide each column is.
    columns: Vec<usize>,
}

impl Sheet {
    /// In as many columns as have room for their words, and in more of them with cut words where the rows do not reach.
    fn of(all: &[(String, String)], inside: usize, room: usize) -> Self {
        let split = |count: usize| {
            let rows = all.len().div_ceil(count).max(1);
            let columns: Vec<usize> = all.chunks(rows).map(natural).collect();
            (rows, columns)
        };
        let whole = (1..=MOST).rev().map(split).find(|(rows, columns)| {
            let needed = columns.iter().sum::<usize>() + GAP * (columns.len() - 1);
            needed <= inside && *rows <= room && (*rows >= FEWEST || columns.len() == 1)
        });
        if let Some((rows, columns)) = whole {
            return Self { rows, columns };
        }
        let mut narrow = (1..=MOST).map(|count| (all.len().div_ceil(count).max(1), count));
        let (rows, count) = narrow.find(|(rows, _)| *rows <= room).unwrap_or((room, MOST));
        let column = inside.saturating_sub(GAP * (count - 1)) / count;
        Self {
            rows,
            columns: vec![column; count],
        }
    }
}

fn key_column(entries: &[(String, String)]) -> usize {
    entries.iter().map(|(key, _)| width(key)).max().unwrap_or(0)
}

/// Columns that entries need to be read whole.
fn natural(entries: &[(String, String)]) -> usize {
    let titles = entries.iter().map(|(_, title)| width(title)).max().unwrap_or(0);
    key_column(entries) + 2 + titles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(count: usize, letters: usize) -> Vec<(String, String)> {
        (0..count).map(|_| ("k".to_owned(), "x".repeat(letters))).collect()
    }

    #[test]
    fn all_that_may_follow_is_shown_wherever_there_is_room() {
        let many = entries(14, 28);
        let wide = Sheet::of(&many, 76, 20);
        assert_eq!((wide.rows, wide.columns.len()), (7, 2));
        // The words are cut before any of them is left out.
        let narrow = Sheet::of(&many, 56, 12);
        assert_eq!(
            narrow,
            Sheet {
                rows: 7,
                columns: vec![27, 27]
            }
        );
        let low = Sheet::of(&many, 36, 6);
        assert!(low.rows <= 6 && low.rows * low.columns.len() >= 14, "{low:?}");
        assert_eq!(
            Sheet::of(&entries(4, 20), 56, 12).columns.len(),
            1,
            "a few stay one below the other"
        );
    }
}
