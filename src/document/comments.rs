//! Comments of a piece of YAML: where they are, and how they stay when the value beside them is written anew.

use std::fmt::Write as _;
use std::ops::Range;

/// The bytes of each comment of a text, its `#` included and its line end not. Quotes and block scalars are minded.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut quote: Option<u8> = None;
    let mut literal: Option<usize> = None;
    let mut start = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        let indent = line.len() - line.trim_start_matches(' ').len();
        let at = start;
        start += whole.len();
        if literal.is_some_and(|outer| indent > outer || line.trim().is_empty()) {
            continue;
        }
        literal = None;
        let end = scan(line.as_bytes(), &mut quote);
        if end < line.len() {
            found.push(at + end..at + line.len());
        }
        if quote.is_none() && opens_literal(&line[..end]) {
            literal = Some(outer(line));
        }
    }
    found
}

/// Where a line's comment starts, or the line's length.
fn scan(line: &[u8], quote: &mut Option<u8>) -> usize {
    let mut at = 0;
    // Whether a quote at this place would open a quoted text.
    let mut fresh = true;
    while let Some(&byte) = line.get(at) {
        match (*quote, byte) {
            (Some(b'"'), b'\\') => at += 1,
            (Some(b'\''), b'\'') if line.get(at + 1) == Some(&b'\'') => at += 1,
            (Some(open), _) if open == byte => *quote = None,
            (None, b'#') if at == 0 || matches!(line[at - 1], b' ' | b'\t') => return at,
            (None, b'"' | b'\'') if fresh => *quote = Some(byte),
            (Some(_), _) | (None, b' ' | b'\t') => {}
            (None, _) => {
                let apart = line.get(at + 1).is_none_or(|next| matches!(next, b' ' | b'\t'));
                fresh = matches!(byte, b'[' | b'{' | b',') || (matches!(byte, b'-' | b':' | b'?') && apart);
            }
        }
        at += 1;
    }
    line.len()
}

/// The column that the lines of a block scalar, opened on this line, are deeper than: that of its key, or of its dash.
pub(super) fn outer(line: &str) -> usize {
    let mut column = line.len() - line.trim_start_matches(' ').len();
    while let Some(rest) = line[column..].strip_prefix("- ") {
        let body = rest.trim_start_matches(' ');
        if body.starts_with(['|', '>']) {
            break;
        }
        column = line.len() - body.len();
    }
    column
}

fn opens_literal(line: &str) -> bool {
    let bare = line.trim_end();
    let Some(word) = bare.rsplit([' ', '\t']).next() else {
        return false;
    };
    let header = word.trim_end_matches(|c: char| matches!(c, '+' | '-') || c.is_ascii_digit());
    matches!(header, "|" | ">") && bare.trim_start().len() > word.len()
}

/// `new`, whole lines that take the place of `old`, with the comments of `old`: the one behind its first line stays behind
/// the first line, the others follow on lines of their own, with the blank lines that ended it.
pub(super) fn kept(old: &str, new: String, eol: &str) -> String {
    let places = places(old);
    let ends_blank = old.ends_with("\n\n") || old.ends_with("\n\r\n");
    if places.is_empty() && !ends_blank {
        return new;
    }
    let column = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let most = if new.is_empty() { column(old) } else { column(&new) };
    let mut out = new;
    let mut number = 0;
    let mut next = places.iter().peekable();
    let mut lines = Vec::new();
    let mut last = 0;
    for whole in old.split_inclusive('\n') {
        let range = number..number + whole.len();
        number = range.end;
        let comment = next.next_if(|place| place.start < range.end);
        let before = comment.map_or(whole, |place| &old[range.start..place.start]);
        if !before.trim().is_empty() {
            last = lines.len();
        }
        match comment {
            Some(place) if range.start == 0 && !before.trim().is_empty() && !out.is_empty() => {
                let gap = &before[before.trim_end().len()..];
                let end = out.find(['\r', '\n']).unwrap_or(out.len());
                out.insert_str(end, &format!("{gap}{}", &old[place.clone()]));
            }
            Some(place) => {
                let pad = " ".repeat(column(whole).min(most));
                lines.push(format!("{pad}{}", &old[place.clone()]));
            }
            None if whole.trim().is_empty() => lines.push(String::new()),
            None => {}
        }
    }
    for (place, line) in lines.into_iter().enumerate() {
        // Blank lines inside of a value went with it.
        if !line.is_empty() || place >= last {
            let _ = write!(out, "{line}{eol}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_told_from_text() {
        let text = "a: 'it''s # no' # one\nb: \"x \\\" # no\n  # no\" # two\nc: |\n  # no\n  x\n# three\nd: it's # four\ne: x#no\n- {a: '# no', b: 1} # five\n";
        let found: Vec<&str> = places(text).into_iter().map(|place| &text[place]).collect();
        assert_eq!(found, ["# one", "# two", "# three", "# four", "# five"]);
    }

    #[test]
    fn comments_stay_where_a_value_is_written_anew() {
        assert_eq!(
            kept("a: 1   # x\n  # y\n\n", "a: 2\n".into(), "\n"),
            "a: 2   # x\n# y\n\n"
        );
        assert_eq!(kept("a: 1\n", "a: 2\n".into(), "\n"), "a: 2\n");
        assert_eq!(
            kept("a: # x\n  b: 1 # y\n", "a:\n  b: 2\n".into(), "\n"),
            "a: # x\n  b: 2\n# y\n"
        );
    }
}
