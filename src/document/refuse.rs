//! What no incident file may be: too large, empty, binary, a bomb, several documents, somebody's unsolved conflict.

use std::ops::Range;

use super::nesting::{self, Found, Open};
use super::{Invalid, comments, lines};
use crate::bounds::size;

/// Largest file that is read, in bytes.
pub(super) const LARGEST: usize = crate::bounds::INCIDENT_IN_MEMORY;

/// Deepest nesting of flow brackets at one place, and deepest indentation.
const DEEPEST: (usize, usize) = (nesting::DEEPEST, 256);

/// Refuses a text for what can be told without reading it as YAML. Only the lines of `fresh` are looked at (the others were
/// looked at before); each part of it begins where no block scalar is open.
pub(super) fn refuse(text: &str, fresh: &[Range<usize>]) -> Result<(), Invalid> {
    let frame = lines::frame(text);
    for part in fresh {
        if let Some(byte) = memchr::memchr(0, &text.as_bytes()[part.clone()]) {
            let mut binary = at(
                text,
                part.start + byte,
                "a NUL byte",
                "remove it, or take the last good state from git",
            );
            // Whatever this file is, it is no text: nothing of it is shown.
            binary.excerpt.clear();
            return Err(binary);
        }
        lines(text, part, &frame)?;
    }
    Ok(())
}

/// Refuses a text that is too large or says nothing.
pub(super) fn refuse_size(text: &str) -> Result<(), Invalid> {
    if text.len() > LARGEST {
        return Err(at(
            text,
            0,
            &format!(
                "the file has {}, and {} is the most that is read",
                size(text.len() as u64),
                size(LARGEST as u64)
            ),
            "take the last good state from git",
        ));
    }
    let says_something = text.lines().map(str::trim).any(|line| {
        !line.is_empty() && !line.starts_with('#') && !matches!(line, "null" | "~" | "---" | "..." | "\u{feff}")
    });
    if says_something {
        return Ok(());
    }
    let mut torn = at(
        text,
        0,
        "the file is empty",
        "take the last good state from git, or save it from an open console",
    );
    torn.torn = true;
    Err(torn)
}

fn at(text: &str, byte: usize, problem: &str, remedy: &str) -> Invalid {
    let mut invalid = Invalid::at(text, byte, problem);
    remedy.clone_into(&mut invalid.remedy);
    invalid
}

fn lines(text: &str, part: &Range<usize>, frame: &Range<usize>) -> Result<(), Invalid> {
    let bytes = text.as_bytes();
    let mut next = part.start;
    let mut literal: Option<usize> = None;
    let mut open = Open::default();
    while next < part.end {
        let start = next;
        let end = memchr::memchr(b'\n', &bytes[start..part.end]).map_or(part.end, |newline| start + newline);
        next = end + 1;
        let mut indent = 0;
        while start + indent < end && bytes[start + indent] == b' ' {
            indent += 1;
        }
        let body = &text[start + indent..end];
        if literal.is_some_and(|outer| indent > outer || body.trim_end().is_empty()) {
            continue;
        }
        literal = None;
        let around = !frame.contains(&start);
        // Only behind a dash it is another one.
        let outer = if body.starts_with("- ") {
            comments::outer(&text[start..end])
        } else {
            indent
        };
        if indent <= DEEPEST.1 && is_ours(body) && open.pass(indent, outer) {
            continue;
        }
        let bad = line(body, indent, around).or_else(|| open.take(body, indent, outer).map(within));
        if let Some((problem, remedy)) = bad {
            return Err(at(text, start + indent, problem, remedy));
        }
        if opens_literal(body) {
            literal = Some(outer);
        }
    }
    Ok(())
}

/// Whether a line is a key and a plain value on it, as nearly all are: nothing begins in it that any rule here is about.
fn is_ours(body: &str) -> bool {
    let field = body.strip_prefix("- ").unwrap_or(body).as_bytes();
    let key = field.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let value = match field[key..] {
        [b':', b' ', ref value @ ..] if key > 0 => value,
        _ => return false,
    };
    matches!((value.first(), value.last()), (Some(first), Some(last)) if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
}

/// What is wrong with what a line has in brackets, and what to do.
fn within(found: Found) -> (&'static str, &'static str) {
    match found {
        Found::Deep => TOO_DEEP,
        Found::Reference => REFERENCE,
    }
}

const TOO_DEEP: (&str, &str) = ("nested too deep", "an incident file needs three levels");
const REFERENCE: (&str, &str) = ("an anchor, alias or tag", "write the value out, or put it in quotes");

/// What is wrong with a line outside of block scalars, and what to do.
fn line(body: &str, indent: usize, around: bool) -> Option<(&'static str, &'static str)> {
    let lead = *body.as_bytes().first()?;
    if indent == 0 && matches!(lead, b'<' | b'=' | b'>' | b'|') {
        let marks = ["<<<<<<< ", "=======", ">>>>>>> ", "||||||| "];
        if marks.iter().any(|mark| body.starts_with(mark)) {
            return Some((
                "a conflict marker",
                "keep what is right of both sides and remove the markers",
            ));
        }
    }
    let bare = body.trim_end();
    if indent == 0 && !around && (bare == "---" || bare.starts_with("--- ") || bare == "..." || lead == b'%') {
        return Some(("a second YAML document", "an incident file holds one; remove the rest"));
    }
    match lead {
        b'#' => return None,
        b'\t' => return Some(("a tab used to indent", "indent with blanks")),
        _ => {}
    }
    if indent > DEEPEST.1 {
        return Some(TOO_DEEP);
    }
    let value = body.strip_prefix("- ").unwrap_or(body).trim_start();
    let mut colons = memchr::memchr_iter(b':', value.as_bytes());
    let value = match colons.find(|colon| value.as_bytes().get(colon + 1) == Some(&b' ')) {
        Some(colon) if !value[..colon].contains(['"', '\'']) => value[colon + 2..].trim_start(),
        _ => value,
    };
    match value.as_bytes().first() {
        Some(b'&' | b'*' | b'!') => Some(REFERENCE),
        Some(b'[' | b'{' | b'-') => {
            let depth = value
                .bytes()
                .take_while(|b| matches!(b, b'[' | b'{' | b' ' | b'-'))
                .count();
            (depth > DEEPEST.0).then_some(TOO_DEEP)
        }
        _ => None,
    }
}

fn opens_literal(body: &str) -> bool {
    let bare = body.trim_end();
    if !bare.ends_with(['|', '>', '+', '-']) {
        return false;
    }
    let bare = bare.trim_end_matches(['+', '-']);
    (bare.ends_with(": |") || bare.ends_with(": >") || bare == "- |" || bare == "- >")
        && bare.len() + 1 >= body.trim_end().len()
}
