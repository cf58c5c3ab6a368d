//! Text made safe for a terminal, and measured as a terminal shows it. Everything that comes from a file, git or the
//! network passes here before it is printed or drawn.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::bounds::TEXT;

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

/// What is left to read of a command's output: colours and other escape sequences are gone, and of a line that was written
/// over (`10%␍100%`) the last state is left. Line ends are `\n`. What is no complete sequence stays, to be shown as it is.
pub fn printed(text: &str) -> Cow<'_, str> {
    if !text.contains(['\u{1b}', '\u{9b}', '\r']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(['\u{1b}', '\u{9b}']) {
        out.push_str(&rest[..place]);
        let found = &rest[place..];
        let length = escape(found);
        if length == 0 {
            let first = found.chars().next().map_or(0, char::len_utf8);
            out.push_str(&found[..first]);
            rest = &found[first..];
        } else {
            rest = &found[length..];
        }
    }
    out.push_str(rest);
    if !out.contains('\r') {
        return Cow::Owned(out);
    }
    let last = |line: &str| {
        let mut states = line.split('\r').rev();
        states
            .find(|state| !state.trim().is_empty())
            .unwrap_or_default()
            .to_owned()
    };
    let lines: Vec<String> = out.split('\n').map(last).collect();
    Cow::Owned(lines.join("\n"))
}

/// The same of what somebody handed over, a command's output or not: where nothing else ends a line, `\r` does, as old files and some
/// terminals have it, and nothing was written over.
pub fn handed_over(text: &str) -> Cow<'_, str> {
    if text.contains('\r') && !text.contains(['\n', '\u{1b}', '\u{9b}']) {
        return Cow::Owned(text.replace('\r', "\n"));
    }
    printed(text)
}

/// Length of the escape sequence that a text begins with, 0 where it is none or does not end on its line.
fn escape(text: &str) -> usize {
    let Some(body) = text.strip_prefix('\u{1b}') else {
        let body = text.strip_prefix('\u{9b}').unwrap_or_default();
        return control(body).map_or(0, |length| '\u{9b}'.len_utf8() + length);
    };
    let length = match body.as_bytes().first() {
        Some(b'[') => control(&body[1..]).map(|length| 1 + length),
        // Links: up to BEL or ESC \. What would set a title or ask the terminal for something is no output of a command: it
        // stays, and is seen.
        Some(b']') if body.starts_with("]8;") => {
            let line = body.split('\n').next().unwrap_or_default();
            let bell = line.find('\u{7}').map(|at| at + 1);
            let end = line.find("\u{1b}\\").map(|at| at + 2);
            [bell, end].into_iter().flatten().min()
        }
        // Character sets: `ESC ( B`.
        Some(b'#' | b'%' | b'('..=b'+') => body
            .as_bytes()
            .get(1)
            .filter(|byte| (b'0'..=b'~').contains(byte))
            .map(|_| 2),
        Some(b'7' | b'8' | b'=' | b'>' | b'c' | b'D' | b'E' | b'H' | b'M' | b'N' | b'O' | b'Z' | b'\\') => Some(1),
        _ => None,
    };
    length.map_or(0, |length| 1 + length)
}

/// Length of what follows `ESC [`: parameters and one final letter.
fn control(body: &str) -> Option<usize> {
    let bytes = body.as_bytes();
    let count = |from: usize, of: std::ops::RangeInclusive<u8>| {
        bytes[from..].iter().take_while(|byte| of.contains(byte)).count()
    };
    let parameters = count(0, b'0'..=b'?');
    let end = parameters + count(parameters, b' '..=b'/');
    let last = bytes.get(end)?;
    (b'@'..=b'~').contains(last).then_some(end + 1)
}

/// Mentions that ping everybody in a chat.
const MENTIONS: [&str; 3] = ["@channel", "@everyone", "@here"];

/// The first mention that pings everybody, or a person or group by the id that a chat has for them (`<!here>`, `<@U024BE7LH>`).
pub fn mention(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let plain = MENTIONS.iter().filter_map(|mention| {
        let at = lower.find(mention)?;
        Some((at, mention.len()))
    });
    let marked = text
        .match_indices("<!")
        .chain(text.match_indices("<@"))
        .filter_map(|(at, _)| {
            let end = text[at..].find('>')?;
            (!text[at..at + end].contains(char::is_whitespace)).then_some((at, end + 1))
        });
    let (at, length) = plain.chain(marked).min()?;
    Some(&text[at..at + length])
}

/// The words without control characters, marks that turn the direction of text, and mentions that ping everybody: what may be read
/// by anybody's chat or status page.
pub fn for_outside(text: &str) -> String {
    let mut clean: String = text.chars().filter(|c| *c == '\n' || harmless(*c)).collect();
    // What is left after one was taken out can be another one.
    while let Some(found) = mention(&clean) {
        let at = found.as_ptr() as usize - clean.as_ptr() as usize;
        let length = found.len();
        clean.replace_range(at..at + length, "");
    }
    clean
}

/// Whether a terminal shows this character without acting on it.
pub fn harmless(c: char) -> bool {
    stand_in(c).is_none()
}

/// The text on one line with everything a terminal would act on made visible: ESC becomes `␛`, a line break `↵`, a tab a
/// space, bidi and zero-width characters `\u{fffd}`; more than two combining marks in a row are cut.
///
/// A text that is longer than anybody may write one ([`TEXT`]) is cut: no row shows that much, and to look at it all costs.
pub fn one_line(text: &str) -> Cow<'_, str> {
    let shown = shown(text);
    let clean = clean(shown, |c| match c {
        '\n' => Some('\u{21b5}'),
        '\t' => Some(' '),
        _ => stand_in(c),
    });
    if shown.len() == text.len() {
        return clean;
    }
    Cow::Owned(clean.into_owned() + "\u{2026}")
}

/// What is shown of a text: all, up to the bound of what may be written.
pub fn shown(text: &str) -> &str {
    if text.len() <= TEXT {
        return text;
    }
    let end = (0..=TEXT).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
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
    fn a_text_longer_than_anybody_may_write_is_cut_where_it_is_shown() {
        for (one, length) in [("x", TEXT), ("é", TEXT / 2), ("\u{1b}", TEXT)] {
            assert_eq!(one_line(&one.repeat(length)).chars().count(), length);
            let cut = one_line(&one.repeat(length + 1)).into_owned();
            assert_eq!((cut.chars().count(), cut.chars().last()), (length + 1, Some('…')));
            assert!(one_line(&one.repeat(40 * length)).len() < 4 * TEXT);
        }
    }

    #[test]
    fn of_command_output_the_words_are_kept() {
        for (given, kept) in [
            (
                "\u{1b}[31mERROR\u{1b}[0m pool exhausted\r\nprogress 10%\rprogress 100%\n",
                "ERROR pool exhausted\nprogress 100%\n",
            ),
            (
                "\u{1b}[1;38;5;196mbold\u{1b}[m \u{1b}[38:2::1:2:3mtrue\u{1b}[K",
                "bold true",
            ),
            (
                "\u{1b}]0;title\u{7}$ ls\u{1b}(B \u{1b}=\u{1b}7x\u{1b}8",
                "\u{1b}]0;title\u{7}$ ls x",
            ),
            ("\u{1b}]8;;https://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("\u{9b}31mred\u{9b}0m", "red"),
            (
                "\u{1b}[?25l\u{1b}[2Kpulling  10%\r\u{1b}[2Kpulling 100%\r\u{1b}[?25h",
                "pulling 100%",
            ),
            ("a\r\nb\r\n", "a\nb\n"),
            // No sequences: they stay.
            ("\u{1b}", "\u{1b}"),
            ("\u{1b}[31", "\u{1b}[31"),
            ("\u{1b}]0;no end\nnext", "\u{1b}]0;no end\nnext"),
            ("\u{1b}\u{e9}t\u{e9} \u{7} \u{8}", "\u{1b}\u{e9}t\u{e9} \u{7} \u{8}"),
        ] {
            assert_eq!(printed(given), kept, "{given:?}");
        }
    }

    #[test]
    fn line_ends_of_an_old_file_are_no_writing_over() {
        for (given, kept) in [
            ("14:03 kim: one\r14:04 lee: two\r", "14:03 kim: one\n14:04 lee: two\n"),
            ("progress 10%\rprogress 100%\n", "progress 100%\n"),
            ("one\r\ntwo", "one\ntwo"),
            ("\u{1b}[2K10%\r\u{1b}[2K100%\r", "100%"),
        ] {
            assert_eq!(handed_over(given), kept, "{given:?}");
        }
    }

    proptest::proptest! {
        #![proptest_config(crate::trials::cases(256))]

        #[test]
        fn any_output_is_read_and_plain_text_is_itself(given in "[\u{1b}\u{9b}\\[\\]0-9;mé\r\n\u{7}\\\\(Bx ]{0,40}", plain in "[^\u{1b}\u{9b}\r]{0,40}") {
            proptest::prop_assert!(!printed(&given).contains('\r'));
            proptest::prop_assert_eq!(printed(&plain), plain.as_str());
        }
    }

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
