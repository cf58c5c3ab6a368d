//! Placeholders between marks of their own.

use super::{Found, found, is_capital, near};
use crate::runbook::language::is_name;
use crate::runbook::no_gap::{GIVEN, OF_TEMPLATES, OF_WINDOWS};

/// `{x}` and `{{ x }}`.
pub(super) fn braced(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices('{') {
        let before = &text[..at];
        let rest = &text[at..];
        let (open, close) = if rest.starts_with("{{") {
            ("{{", "}}")
        } else {
            ("{", "}")
        };
        if before.ends_with(['{', '$', '%']) || before.ends_with("jsonpath=") {
            continue;
        }
        let Some(end) = near(rest).find(close) else { continue };
        let inner = &rest[open.len()..end];
        if inner.contains('\n') {
            continue;
        }
        let inner = inner.trim();
        let begins = inner.starts_with(|c: char| c.is_ascii_alphabetic());
        let fits = inner.len() <= 60
            && inner.chars().all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c))
            && !inner.contains("..");
        let spaced = inner.contains(' ') && open == "{{";
        let of_template = OF_TEMPLATES.contains(&inner.split([' ', '.']).next().unwrap_or_default());
        if begins && fits && !spaced && !of_template && !(open == "{" && rest[1..end].starts_with(' ')) {
            // What is left of `#{x}` would make a comment of the rest.
            let start = at - usize::from(before.ends_with('#'));
            all.push(found(text, start..at + end + close.len(), inner));
        }
    }
    all
}

/// `{{< param node >}}` and `<%= node %>`: what a static site would have put in.
pub(super) fn of_sites(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    for (open, close) in [("{{<", ">}}"), ("{{%", "%}}"), ("<%=", "%>")] {
        for (at, _) in text.match_indices(open) {
            let inside = near(&text[at + open.len()..]);
            let Some(end) = inside.find(close) else { continue };
            let last = inside[..end]
                .split(|c: char| c.is_whitespace() || "\"'.".contains(c))
                .rfind(|word| !word.is_empty());
            if let Some(name) = last {
                all.push(found(text, at..at + open.len() + end + close.len(), name));
            }
        }
    }
    all
}

/// `%host%`, `@@HOST@@`, `__HOST__`, `$(HOST)`, `«host»`: a name between two marks.
pub(super) fn framed(text: &str) -> Vec<Found> {
    const MARKS: [(&str, &str); 5] = [
        ("%", "%"),
        ("@@", "@@"),
        ("__", "__"),
        ("$(", ")"),
        ("\u{ab}", "\u{bb}"),
    ];
    let mut all = Vec::new();
    for (open, close) in MARKS {
        let mut from = 0;
        while let Some(at) = text[from..].find(open).map(|at| from + at) {
            from = at + open.len();
            let inside = near(&text[from..]);
            let Some(end) = inside.find(close) else { continue };
            let (inner, after) = (&inside[..end], &text[from + end + close.len()..]);
            let alone = |c: char| !c.is_alphanumeric() && c != '_';
            let stands = text[..at].chars().next_back().is_none_or(alone) && after.chars().next().is_none_or(alone);
            let named = inner.len() > 2 && is_name(inner) && !inner.starts_with('_') && !GIVEN.contains(&inner);
            let fits = match open {
                // A pattern of SQL, and bytes of an address, are none.
                "%" => !text[..at].ends_with(['\'', '"']) && !is_hex(inner) && !OF_WINDOWS.contains(&inner),
                // `__name__` belongs to whoever reads it.
                "@@" | "__" | "$(" => is_capital(inner),
                _ => true,
            };
            if named && fits && (stands || open == "\u{ab}") {
                let to = from + end + close.len();
                all.push(found(text, at..to, inner));
                from = to;
            }
        }
    }
    all
}

/// Whether the first two letters are a byte as addresses write it.
fn is_hex(text: &str) -> bool {
    let mut first = text.chars().take(2);
    text.len() >= 2
        && first.clone().all(|c| c.is_ascii_hexdigit() && !c.is_ascii_lowercase())
        && first.any(|c| c.is_ascii_digit())
}

/// `____` and `@____`.
pub(super) fn blanks(text: &str) -> Vec<Found> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("___").map(|start| at + start) {
        let length = text[start..].chars().take_while(|c| *c == '_').count();
        let alone = !text[..start].ends_with(char::is_alphanumeric)
            && !text[start + length..].starts_with(char::is_alphanumeric);
        let begin = if text[..start].ends_with('@') { start - 1 } else { start };
        if alone {
            all.push(found(text, begin..start + length, "blank"));
        }
        at = start + length;
    }
    all
}
