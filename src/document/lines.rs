//! What a line of YAML is at the left edge: a key, a mark around the document, the end of a quoted text.

use std::borrow::Cow;
use std::ops::Range;

/// The key that a line begins with, parsed, and what stands behind its colon, without a comment that is all there is. A
/// key with a question mark has the mark for its value: what it says comes on the next line.
pub(super) fn key_of(line: &str) -> Option<(Cow<'_, str>, &str)> {
    if let Some(key) = line.strip_prefix("? ") {
        let key = key.trim();
        let key = key.find(" #").map_or(key, |comment| key[..comment].trim_end());
        return match key.as_bytes().first()? {
            b'"' | b'\'' => {
                let (key, rest) = quoted_key(key)?;
                rest.is_empty().then_some((key, "?"))
            }
            first if is_indicator(*first) || key.contains(": ") || key.ends_with(':') => None,
            _ => Some((Cow::Borrowed(key), "?")),
        };
    }
    let first = *line.as_bytes().first()?;
    let (key, rest) = if matches!(first, b'"' | b'\'') {
        let (key, rest) = quoted_key(line)?;
        (key, rest.trim_start_matches([' ', '\t']).strip_prefix(':')?)
    } else if is_indicator(first) {
        return None;
    } else {
        let colon = memchr::memchr_iter(b':', line.as_bytes()).find(|colon| {
            matches!(
                line.as_bytes().get(colon + 1),
                None | Some(b' ' | b'\t' | b'\r' | b'\n')
            )
        })?;
        let key = line[..colon].trim_end();
        if key.as_bytes().windows(2).any(|two| two == b" #") {
            return None;
        }
        (Cow::Borrowed(key), &line[colon + 1..])
    };
    let rest = match rest.as_bytes().first() {
        None => "",
        Some(b' ' | b'\t' | b'\r' | b'\n') => rest.trim(),
        Some(_) => return None,
    };
    Some((key, if rest.starts_with('#') { "" } else { rest }))
}

/// A key in quotes at the start of a text, and the text behind it.
fn quoted_key(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let bytes = text.as_bytes();
    let quote = bytes[0];
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) => at += 1,
            byte if byte == quote => break,
            _ => {}
        }
        at += 1;
    }
    let key = match quote {
        b'\'' => text[1..at].replace("''", "'"),
        _ => serde_json::from_str(&text[..=at]).ok()?,
    };
    Some((Cow::Owned(key), &text[at + 1..]))
}

fn is_indicator(first: u8) -> bool {
    b"-?:,[]{}#&*!|>'\"%@` \t".contains(&first)
}

/// The text without what may stand around a document: a byte order mark, comments, directives and a `---` before it, a
/// `...` (or a `---` that begins nothing) and comments behind it. A `---` inside begins a second document.
pub(super) fn frame(text: &str) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut start = text.strip_prefix('\u{feff}').map_or(0, |_| 3);
    let mut at = start;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let line = text[at..end].trim_end();
        at = end;
        if is_mark(line, "---") {
            start = at;
            break;
        }
        let bare = line.trim_start();
        if !(bare.is_empty() || bare.starts_with('#') || line.starts_with('%')) {
            break;
        }
    }
    let (mut end, mut at) = (text.len(), text.len());
    while at > start {
        let before = memchr::memrchr(b'\n', &bytes[start..at - 1]).map_or(start, |newline| start + newline + 1);
        let line = text[before..at].trim_end();
        let bare = line.trim_start();
        if is_mark(line, "...") || is_mark(line, "---") {
            end = before;
        } else if !(bare.is_empty() || bare.starts_with('#')) {
            break;
        }
        at = before;
    }
    start..end
}

fn is_mark(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark)
        .is_some_and(|rest| rest.is_empty() || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#')))
}

/// The end of the line that starts at `at`, with its newline.
pub(super) fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline + 1)
}

/// Whether a quoted text that was opened before ends on this line.
pub(super) fn closes(line: &str, quote: char) -> bool {
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '"' || chars.peek() != Some(&quote) {
                return true;
            }
            chars.next();
        }
    }
    false
}
