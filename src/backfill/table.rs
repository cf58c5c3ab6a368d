//! Tables as text: Markdown, with rules and corners, with bars of any kind.

use super::draft::{Draft, Line};
use super::rows::{self, Row};

/// Characters that part the cells of a table.
const BARS: [char; 4] = ['|', '│', '┃', '║'];

/// Reads a text so.
pub(super) fn read(lines: &[Line<'_>]) -> Draft {
    let mut draft = Draft::default();
    let mut table: Vec<Row> = Vec::new();
    for line in lines {
        if line.is_blank() {
            continue;
        }
        match cells(line.text) {
            Some(cells) if cells.is_empty() => draft.understood += 1,
            Some(cells) => table.push(Row {
                line: line.number,
                height: 1,
                cells,
            }),
            None => {
                rows::read(&mut draft, &std::mem::take(&mut table));
                if !draft.note(line) {
                    draft.strange.push(line.number);
                }
            }
        }
    }
    rows::read(&mut draft, &table);
    draft
}

/// The cells of a table's line; none of a rule; `None` where it is no line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.trim();
    let rule = |c: char| BARS.contains(&c) || "-=+:─━═┼├┤┌┐└┘┬┴╭╮╰╯╔╗╚╝╠╣╦╩╬ ".contains(c);
    if line.len() > 2
        && line.chars().all(rule)
        && line.starts_with(['|', '+', '├', '┌', '└', '╭', '╰', '╔', '╚', '╠', '┃', '│'])
    {
        return Some(Vec::new());
    }
    let mark = BARS.into_iter().find(|bar| line.contains(*bar))?;
    let enclosed = line.starts_with(mark);
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut before = '\0';
    for c in line.chars() {
        if c == mark && before != '\\' {
            cells.push(std::mem::take(&mut cell).trim().to_owned());
        } else {
            cell.push(c);
        }
        before = c;
    }
    cells.push(cell.trim().to_owned());
    if enclosed {
        cells.remove(0);
        if cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
    }
    // A line with one bar in it is a sentence, unless bars enclose it.
    (cells.len() > 1).then_some(cells)
}
