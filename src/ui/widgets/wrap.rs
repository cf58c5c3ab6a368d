//! Breaking text into lines by what a terminal shows. Nothing is styled here.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::width;

/// How a text is broken.
#[derive(Clone, Copy, Debug)]
pub struct Wrap {
    /// Columns of the first line.
    pub first: usize,
    /// Columns of the others.
    pub rest: usize,
    /// Bytes at the beginning within which no line ends (a fixed prefix).
    pub fixed: usize,
    /// Most lines; what is beyond is left out.
    pub most: usize,
}

/// Breaks `text` into byte ranges, one for each line, at blanks where it can and at line breaks always. True where
/// something was left out.
pub fn wrap(text: &str, how: Wrap, out: &mut Vec<Range<usize>>) -> bool {
    out.clear();
    let most = how.most.max(1);
    let mut breaker = Breaker::default();
    let mut place = |at: usize, piece: &str| {
        let room = if out.is_empty() { how.first } else { how.rest }.max(1);
        breaker.take(at, piece, (room, how.rest.max(1)), how.fixed, out);
        out.len() < most
    };
    let went_on = if text.is_ascii() {
        (0..text.len()).all(|at| place(at, &text[at..=at]))
    } else {
        text.grapheme_indices(true).all(|(at, piece)| place(at, piece))
    };
    if went_on {
        out.push(breaker.line.min(text.len())..text.len());
    }
    !went_on
}

#[derive(Default)]
struct Breaker {
    /// Where the line begins.
    line: usize,
    column: usize,
    /// The newest blank of the line: where it is, and the column behind it.
    blank: Option<(usize, usize)>,
    /// Whether the line began because the one before was full: its leading blanks are not shown.
    soft: bool,
}

impl Breaker {
    fn take(
        &mut self,
        at: usize,
        piece: &str,
        (room, rest): (usize, usize),
        fixed: usize,
        out: &mut Vec<Range<usize>>,
    ) {
        if piece == "\n" || piece == "\r\n" {
            out.push(self.line..at);
            self.begin(at + piece.len(), false);
            return;
        }
        let blank = piece == " ";
        if blank && self.soft && self.column == 0 {
            self.line = at + 1;
            return;
        }
        let wide = width(piece);
        if self.column > 0 && self.column + wide > room {
            if blank {
                out.push(self.line..at);
                self.begin(at + 1, true);
                return;
            }
            // A word that would not fit the next line either is broken where it is.
            let fits = |behind: usize| self.column - behind + wide <= rest;
            let blank = self.blank.filter(|(place, _)| *place >= fixed && *place > self.line);
            if let Some((place, behind)) = blank.filter(|(_, behind)| fits(*behind)) {
                out.push(self.line..place);
                let column = self.column - behind;
                self.begin(place + 1, true);
                self.column = column;
            } else {
                out.push(self.line..at);
                self.begin(at, true);
            }
        }
        self.column += wide;
        if blank {
            self.blank = Some((at, self.column));
        }
    }

    fn begin(&mut self, at: usize, soft: bool) {
        *self = Self {
            line: at,
            soft,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &str, first: usize, rest: usize) -> Vec<&str> {
        let mut out = Vec::new();
        let how = Wrap {
            first,
            rest,
            fixed: 0,
            most: usize::MAX,
        };
        wrap(text, how, &mut out);
        out.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn breaks_at_blanks_and_line_breaks() {
        assert_eq!(lines("roll back the release", 9, 9), ["roll back", "the", "release"]);
        assert_eq!(lines("one two", 3, 9), ["one", "two"]);
        assert_eq!(lines("a\n\n  b", 9, 9), ["a", "", "  b"]);
        assert_eq!(lines("abcdefgh", 3, 2), ["abc", "de", "fg", "h"]);
        assert_eq!(lines("ab    cd", 3, 3), ["ab ", "cd"]);
        assert_eq!(lines("", 3, 3), [""]);
    }

    #[test]
    fn wide_characters_are_not_cut_in_half() {
        assert_eq!(lines("日本語x", 3, 3), ["日", "本", "語x"]);
        assert_eq!(lines("日", 1, 1), ["日"]);
    }

    #[test]
    fn a_prefix_stays_whole_and_lines_are_bounded() {
        let mut out = Vec::new();
        let how = Wrap {
            first: 10,
            rest: 10,
            fixed: 4,
            most: 2,
        };
        let text = "one abcdefghijklmnopqrstuvwxyz";
        assert!(wrap(text, how, &mut out));
        let shown: Vec<_> = out.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(shown, ["one abcdef", "ghijklmnop"]);
    }

    proptest! {
        #![proptest_config(crate::trials::cases(300))]
        #[test]
        fn no_line_is_too_wide_and_nothing_but_blanks_is_left_out(text in "[a-z 日é\n]{0,60}", first in 0usize..12, rest in 0usize..12) {
            let shown = lines(&text, first, rest);
            for (index, line) in shown.iter().enumerate() {
                let room = if index == 0 { first } else { rest }.max(2);
                prop_assert!(width(line) <= room, "{:?} in {:?}", line, shown);
            }
            let solid = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(solid(&shown.concat()), solid(&text));
        }
    }
}
