//! Text made safe for a terminal, and measured as a terminal shows it. Everything that comes from a file, git or the
//! network passes here before it is printed or drawn.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The visible form of a character that a terminal would act on or that would disturb a row; `None` where it is harmless.
fn stand_in(c: char) -> Option<char> {
    match c {
        '\u{7f}' => Some('\u{2421}'),
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32),
        // C1 controls, line and paragraph separators, bidi controls, zero-width and invisible characters, tags, BOM,
        // interlinear marks, soft hyphen and variation of direction.
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// Whether a terminal shows this character without acting on it.
pub fn harmless(c: char) -> bool {
    stand_in(c).is_none()
}

/// The text on one line with everything a terminal would act on made visible: ESC becomes `␛`, a line break `↵`, a tab a
/// space, bidi and zero-width characters `\u{fffd}`; more than two combining marks in a row are cut.
pub fn one_line(text: &str) -> Cow<'_, str> {
    clean(text, |c| match c {
        '\n' => Some('\u{21b5}'),
        '\t' => Some(' '),
        _ => stand_in(c),
    })
}

/// The same for text of several lines: line breaks stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    clean(text, |c| match c {
        '\n' => None,
        '\t' => Some(' '),
        _ => stand_in(c),
    })
}

fn clean(text: &str, replace: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    // A joiner between two emoji is part of one picture; anywhere else it is invisible.
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        let mut marks = 0;
        let picture = grapheme.chars().next().is_some_and(|c| c as u32 >= 0x2190) && grapheme.width() == 2;
        for c in grapheme.chars() {
            if picture && (c == '\u{200d}' || c == '\u{fe0f}') {
                out.push(c);
                continue;
            }
            if unicode_width::UnicodeWidthChar::width(c) == Some(0) && replace(c).is_none() && c != '\n' {
                marks += 1;
                if marks > 2 {
                    continue;
                }
            }
            out.push(replace(c).unwrap_or(c));
        }
    }
    Cow::Owned(out)
}

/// Columns a (clean) text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The text cut to at most `columns`, the last one an ellipsis where something was cut.
pub fn fit<'a>(text: &'a str, columns: usize, ellipsis: &str) -> Cow<'a, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(width(ellipsis));
    let mut used = 0;
    let mut out = String::new();
    for grapheme in text.graphemes(true) {
        let wide = width(grapheme);
        if used + wide > room {
            break;
        }
        used += wide;
        out.push_str(grapheme);
    }
    if width(ellipsis) <= columns {
        out.push_str(ellipsis);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_visible() {
        assert_eq!(one_line("a\x1b[31mb\x07"), "a␛[31mb␇");
        assert_eq!(one_line("a\u{9b}31m"), "a\u{fffd}31m");
        assert_eq!(one_line("two\nlines\tx"), "two↵lines x");
        assert_eq!(lines("two\nlines\r"), "two\nlines␍");
        assert_eq!(one_line("abc\u{202e}def\u{200b}"), "abc\u{fffd}def\u{fffd}");
    }

    #[test]
    fn marks_are_bounded_and_pictures_stay_whole() {
        assert_eq!(one_line("e\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}");
        assert_eq!(one_line("👩\u{200d}🔧 done"), "👩\u{200d}🔧 done");
    }

    #[test]
    fn cutting_counts_columns() {
        assert_eq!(fit("abcdef", 4, "…"), "abc…");
        assert_eq!(fit("日本語", 5, "…"), "日本…");
        assert_eq!(fit("日本語", 4, "…"), "日…");
        assert_eq!(fit("abc", 3, "…"), "abc");
        assert_eq!(fit("abc", 0, "…"), "");
    }
}
