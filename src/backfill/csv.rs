//! CSV with any of the usual marks between its fields, and fields in quotes that may have line ends.

use super::draft::Draft;
use super::rows::{self, Row};

/// What may part fields.
const MARKS: [char; 3] = [',', ';', '\t'];

/// Reads a text so.
pub(super) fn read(text: &str) -> Draft {
    let tries = MARKS.iter().map(|mark| read_with(text, *mark));
    tries
        .max_by_key(|draft| (draft.understood, draft.timed()))
        .unwrap_or_default()
}

fn read_with(text: &str, mark: char) -> Draft {
    let rows = records(text, mark);
    let wide = rows.first().map_or(0, |row| row.cells.len());
    let whole = |row: &Row| {
        row.cells
            .iter()
            .all(|cell| cell.matches('(').count() == cell.matches(')').count())
    };
    let alike = rows.iter().filter(|row| row.cells.len() == wide && whole(row)).count();
    let mut draft = Draft::default();
    // A sentence with a comma is no record: all rows are alike, and none is parted within brackets.
    if wide < 2 || alike * 10 < rows.len() * 9 || rows.len() < 2 {
        return draft;
    }
    rows::read(&mut draft, &rows);
    draft
}

/// The records of a text, each with its line (RFC 4180).
pub fn records_of(text: &str, mark: char) -> Vec<(usize, Vec<String>)> {
    let rows = records(text, mark).into_iter();
    rows.map(|row| (row.line, row.cells)).collect()
}

fn records(text: &str, mark: char) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut cells, mut cell) = (Vec::new(), String::new());
    // Lines with something on them are counted, as in the text as a whole.
    let (mut quoted, mut line, mut begun, mut height, mut blank) = (false, 1, 1, 0, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            (height, blank) = (height + usize::from(!blank), true);
        } else {
            blank &= c.is_whitespace();
        }
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            c if c == mark && !quoted => cells.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                line += 1;
                cells.push(std::mem::take(&mut cell));
                push(&mut rows, &mut cells, begun, std::mem::take(&mut height));
                begun = line;
            }
            c => {
                line += usize::from(c == '\n');
                cell.push(c);
            }
        }
    }
    cells.push(cell);
    push(&mut rows, &mut cells, begun, height + usize::from(!blank));
    rows
}

fn push(rows: &mut Vec<Row>, cells: &mut Vec<String>, line: usize, height: usize) {
    let cells = std::mem::take(cells);
    if cells.iter().any(|cell| !cell.trim().is_empty()) {
        rows.push(Row { line, height, cells });
    }
}
