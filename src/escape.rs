//! The one place that makes foreign text harmless for where it goes: HTML, Markdown, CSV, iCalendar, Mermaid. A terminal's is in
//! [`text`](crate::text), a JSON document's is the library's.
//!
//! Control characters and those that turn the direction of text become visible everywhere, as on the screen.

use std::fmt::Write as _;

use crate::text::{lines, one_line};

/// Text of an HTML element or of a quoted attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// An address that may become a link: `https:`, `http:` or `mailto:`, without anything that a browser would strip.
pub fn address(text: &str) -> Option<&str> {
    let text = text.trim();
    let scheme = text.split_once(':')?.0.to_ascii_lowercase();
    let known = matches!(scheme.as_str(), "https" | "http" | "mailto");
    let plain = text
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && crate::text::harmless(c));
    (known && plain).then_some(text)
}

/// A line of Markdown: nothing in it is markup, a link, HTML or the end of a table's cell.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let line = one_line(text);
    let mut at_start = true;
    let mut before = ' ';
    for c in line.chars() {
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // Between letters it is no emphasis, and `snake_case` stays readable.
            '_' if !before.is_alphanumeric() => out.push_str("\\_"),
            '-' | '+' | '=' | '!' if at_start => {
                out.push('\\');
                out.push(c);
            }
            // `1.` and `1)` at the start of a line would be a list; `http:` would be made a link by some readers, which is harmless.
            '.' | ')' if !out.is_empty() && out.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        at_start &= c == ' ';
        before = c;
    }
    out
}

/// A text of several lines as Markdown: each line by itself, kept apart.
pub fn markdown_lines(text: &str) -> String {
    let each: Vec<String> = text.lines().map(markdown).collect();
    each.join("  \n")
}

/// A cell of CSV as RFC 4180 has it, quoted where needed; one that a spreadsheet would take for a formula begins with an apostrophe.
pub fn csv(text: &str) -> String {
    let shown = lines(text);
    let formula = shown.trim_start().starts_with(['=', '+', '-', '@']) && shown.parse::<f64>().is_err()
        || text.starts_with(['\t', '\r', '\n', '\0']);
    let prefix = if formula { "'" } else { "" };
    if shown.contains([',', '"', '\n', '\r', ';']) || formula || shown != shown.trim() {
        format!("\"{prefix}{}\"", shown.replace('"', "\"\""))
    } else {
        shown.into_owned()
    }
}

/// A row of CSV, its line ended.
pub fn csv_row<S: AsRef<str>>(cells: impl IntoIterator<Item = S>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|cell| csv(cell.as_ref())).collect();
    cells.join(",") + "\r\n"
}

/// A value of iCalendar (RFC 5545 3.3.11).
pub fn ical(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in lines(text).chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// A line of iCalendar, folded at 75 bytes without cutting a character.
pub fn ical_line(line: &str) -> String {
    let (mut out, mut used) = (String::with_capacity(line.len() + 8), 0);
    for c in line.chars() {
        if used + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

/// A label of a Mermaid diagram, to stand between double quotes: what its reader or HTML would act on is written as a code.
pub fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | ';' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '%' | '|' | '\\' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Part of a file's name, from any text: letters, digits, `-` and `_`.
pub fn file_name(text: &str) -> String {
    let mut out: String = text
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .take(60)
        .collect();
    while out.contains("--") {
        out = out.replace("--", "-");
    }
    out.trim_matches('-').to_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Sixty-six texts that something, somewhere, would act on.
    pub(crate) fn hostile() -> Vec<String> {
        let kept = include_str!("../tests/data/hostile.json");
        let all: Vec<String> = serde_json::from_str(kept).unwrap();
        assert_eq!(all.len(), 66);
        all
    }

    #[test]
    fn nothing_hostile_leaves_its_place() {
        for text in hostile() {
            let html = html(&text);
            assert!(!html.contains(['<', '>', '"', '\'']), "{text:?}: {html}");
            let inert = |out: &str| out.chars().all(|c| c == '\n' || crate::text::harmless(c));
            assert!(inert(&html), "{text:?}: {html:?}");
            let markdown = markdown(&text);
            assert!(!markdown.contains('\n'), "{text:?}: {markdown}");
            assert!(inert(&markdown), "{text:?}: {markdown:?}");
            let mut before = ' ';
            for c in markdown.chars() {
                assert!(
                    !matches!(c, '<' | '|' | '`' | '[' | '*') || before == '\\',
                    "{text:?}: {markdown}"
                );
                before = if before == '\\' && c == '\\' { ' ' } else { c };
            }
            let cell = csv(&text);
            let bare = cell.trim_start_matches('"');
            let formula = bare.trim_start().starts_with(['=', '+', '-', '@']) && bare.parse::<f64>().is_err();
            assert!(!formula, "{text:?}: {cell}");
            if cell.contains([',', '\n']) {
                assert!(cell.starts_with('"') && cell.ends_with('"'), "{text:?}: {cell}");
                assert!(
                    cell[1..cell.len() - 1].replace("\"\"", "").find('"').is_none(),
                    "{text:?}: {cell}"
                );
            }
            let ical = ical(&text);
            assert!(!ical.contains(['\n', '\r']) && inert(&ical), "{text:?}: {ical:?}");
            let mermaid = mermaid(&text);
            assert!(!mermaid.contains(['"', '\n', '<', '`']), "{text:?}: {mermaid}");
            let name = file_name(&text);
            assert!(!name.contains(['/', '\\', '.', '\0', '\n', ' ']), "{text:?}: {name}");
            assert!(name.chars().count() <= 60);
        }
    }

    #[test]
    fn only_plain_addresses_become_links() {
        for good in [
            "https://example.com/a?b=c#d",
            "HTTP://example.com",
            "mailto:team@example.com",
        ] {
            assert_eq!(address(good), Some(good));
        }
        for bad in [
            "javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "//example.com",
            "INC-2026-0001",
            "https://a b",
            "https://a\u{202e}b",
            "",
        ] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        let plain = "Rolled back v2.34 in eu-west-1: snake_case, 38 % of checkouts (cards)";
        assert_eq!(markdown(plain), plain);
        assert_eq!(csv("38 % of checkouts"), "38 % of checkouts");
        assert_eq!(csv("-5.5"), "-5.5");
        assert_eq!(csv("-5m ago"), "\"'-5m ago\"");
        assert_eq!(csv("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(markdown("1. first"), "1\\. first");
        assert_eq!(file_name("Checkout: failing / EU"), "Checkout-failing-EU");
        let long = ical_line(&"é".repeat(80));
        assert!(long.split("\r\n").all(|line| line.len() <= 75), "{long}");
    }
}
