//! Lines for people: columns that line up, and words for instants and counts.

use std::fmt::Write as _;

use crate::incident::Time;
use crate::incident::time::format_clock;
use crate::text;

/// Widest cell of a table, in columns; longer ones are cut. Without it, one long title would pad every other row.
const WIDEST: usize = crate::bounds::CELL;

/// Rows with their columns lined up. Cells are made safe here; the last column is not padded.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let safe: Vec<Vec<_>> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| text::fit(&text::one_line(cell), WIDEST, "…").into_owned())
                .collect()
        })
        .collect();
    let columns = safe.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = safe.iter().filter_map(|row| row.get(column));
            cells.map(|cell| text::width(cell)).max().unwrap_or(0)
        })
        .collect();
    let mut out = String::new();
    for row in &safe {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let gap = width.saturating_sub(text::width(cell));
            let _ = write!(line, "{cell}{}  ", " ".repeat(gap));
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// A timeline's instant: `14:05`, with the day where it is not that of `now`.
pub(super) fn moment(at: Time, now: Time) -> String {
    if at.date() == now.date() {
        at.hm()
    } else {
        format!("{} {}", at.date().format("%m-%d"), at.hm())
    }
}

/// Seconds as a running clock, with the sign in words.
pub(super) fn clock(seconds: i64) -> String {
    if seconds < 0 {
        format!("overdue {}", format_clock(seconds))
    } else {
        format_clock(seconds)
    }
}

/// `1 line`, `2 lines`.
pub(super) fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_what_a_terminal_shows() {
        let rows = vec![
            vec!["日本".into(), "a".into(), "last".into()],
            vec!["x".into(), "bb\x1b".into()],
        ];
        assert_eq!(table(&rows), "日本  a    last\nx     bb␛\n");
    }

    #[test]
    fn a_cell_of_any_length_is_cut_and_pads_the_others_no_further() {
        for length in [499, 500, 501, 65_535, 65_536, 70_000] {
            for one in ["x", "日"] {
                let rows = vec![vec![one.repeat(length), "a".into()], vec!["y".into(), "b".into()]];
                let page = table(&rows);
                assert!(page.lines().all(|line| text::width(line) <= WIDEST + 3), "{length}");
                assert!(
                    page.lines().next().is_some_and(|line| line.ends_with("  a")),
                    "{length}"
                );
            }
        }
    }
}
