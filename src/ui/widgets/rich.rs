//! A line of styled text that may wrap under a hanging indent, with something at its right edge. Made safe as it is built.

use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::wrap::{Wrap, wrap};
use crate::incident::redact;
use crate::text;
use crate::ui::theme::Ink;

/// Styled text of one row.
#[derive(Clone, Debug, Default)]
pub struct Rich {
    text: String,
    /// Where each run of one ink ends.
    runs: Vec<(usize, Ink)>,
    columns: usize,
    hang: usize,
    fixed: usize,
    most: usize,
    tail: Vec<(String, Ink)>,
    tail_columns: usize,
    fill: Option<Ink>,
    loose: Option<(&'static str, Ink)>,
}

/// A clean text whose pictures have the same width in every terminal: joined pictures, skin tones and variation selectors
/// are where terminals differ, so only the first picture is shown.
pub fn steady(clean: Cow<'_, str>) -> Cow<'_, str> {
    let joins = |c: char| matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}');
    if clean.is_ascii() || !clean.contains(joins) {
        return clean;
    }
    let first = |grapheme: &str| {
        let picture = grapheme.contains(joins) && grapheme.chars().nth(1).is_some();
        let kept = if picture {
            grapheme.chars().next().map_or(0, char::len_utf8)
        } else {
            grapheme.len()
        };
        grapheme[..kept].to_owned()
    };
    Cow::Owned(clean.graphemes(true).map(first).collect())
}

/// Foreign text on one line, safe to draw.
pub fn one_line(foreign: &str) -> Cow<'_, str> {
    steady(text::one_line(foreign))
}

impl Rich {
    /// An empty row of one line.
    pub fn new() -> Self {
        Self {
            most: 1,
            ..Self::default()
        }
    }

    /// A row of one text.
    pub fn of(foreign: &str, ink: Ink) -> Self {
        let mut rich = Self::new();
        rich.put(foreign, ink);
        rich
    }

    /// Adds text on the same line.
    pub fn put(&mut self, foreign: &str, ink: Ink) -> &mut Self {
        self.add(&one_line(foreign), ink)
    }

    /// Adds text whose line breaks are kept.
    pub fn put_lines(&mut self, foreign: &str, ink: Ink) -> &mut Self {
        self.add(&steady(text::lines(foreign)), ink)
    }

    fn add(&mut self, clean: &str, ink: Ink) -> &mut Self {
        // Where words were taken out there is nothing to read, wherever that is drawn.
        if matches!(ink, Ink::Text | Ink::Strong) && redact::is_marked(clean) {
            for (part, is_mark) in redact::parts(clean) {
                self.run(part, if is_mark { Ink::Dim } else { ink });
            }
            return self;
        }
        self.run(clean, ink)
    }

    fn run(&mut self, clean: &str, ink: Ink) -> &mut Self {
        if !clean.is_empty() {
            self.text.push_str(clean);
            self.columns += text::width(clean);
            match self.runs.last_mut() {
                Some((end, last)) if *last == ink => *end = self.text.len(),
                _ => self.runs.push((self.text.len(), ink)),
            }
        }
        self
    }

    /// Adds text cut or padded to exactly so many columns.
    pub fn cell(&mut self, foreign: &str, columns: usize, ellipsis: &str, ink: Ink) -> &mut Self {
        let clean = one_line(foreign);
        let cut = text::fit(&clean, columns, ellipsis);
        let blanks = columns.saturating_sub(text::width(&cut));
        self.add(&cut, ink).blanks(blanks)
    }

    /// Adds text right-aligned in so many columns.
    pub fn cell_right(&mut self, foreign: &str, columns: usize, ink: Ink) -> &mut Self {
        let clean = one_line(foreign);
        self.blanks(columns.saturating_sub(text::width(&clean)))
            .add(&clean, ink)
    }

    /// Adds blanks.
    pub fn blanks(&mut self, count: usize) -> &mut Self {
        const BLANKS: &str = "                                ";
        let mut left = count;
        while left > 0 {
            let some = left.min(BLANKS.len());
            self.add(&BLANKS[..some], Ink::Text);
            left -= some;
        }
        self
    }

    /// Ends the fixed prefix here: text from here on wraps, in at most `most` lines, under this column.
    pub fn wraps(&mut self, most: usize) -> &mut Self {
        self.hang = self.columns;
        self.fixed = self.text.len();
        self.most = most;
        self
    }

    /// Continues under this column instead of the prefix's end.
    pub fn hanging(&mut self, column: usize) -> &mut Self {
        self.hang = column;
        self
    }

    /// Adds something at the right edge of the first line; the text leaves room for it.
    pub fn tail(&mut self, foreign: &str, ink: Ink) -> &mut Self {
        let clean = one_line(foreign).into_owned();
        if !clean.is_empty() {
            self.tail_columns += text::width(&clean);
            self.tail.push((clean, ink));
        }
        self
    }

    /// Fills what is free behind the text with a rule.
    pub fn fill(&mut self, ink: Ink) -> &mut Self {
        self.fill = Some(ink);
        self
    }

    /// A word at the right edge that is shown only where the first line leaves room: it never moves anything.
    pub fn loose(&mut self, word: &'static str, ink: Ink) -> &mut Self {
        self.loose = Some((word, ink));
        self
    }

    /// Columns so far.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Runs of one ink within a range of the text.
    pub fn runs(&self, range: Range<usize>) -> impl Iterator<Item = (&str, Ink)> {
        let mut start = 0;
        self.runs.iter().filter_map(move |(end, ink)| {
            let piece = start.max(range.start)..(*end).min(range.end);
            start = *end;
            (piece.start < piece.end).then(|| (&self.text[piece], *ink))
        })
    }

    /// What stands at the right edge.
    pub fn tail_runs(&self) -> &[(String, Ink)] {
        &self.tail
    }

    /// Columns of what stands at the right edge.
    pub fn tail_columns(&self) -> usize {
        self.tail_columns
    }

    /// The rule behind the text.
    pub fn filled(&self) -> Option<Ink> {
        self.fill
    }

    /// The word that needs free room.
    pub fn loose_word(&self) -> Option<(&'static str, Ink)> {
        self.loose
    }

    /// Column under which lines after the first begin.
    pub fn hang(&self, columns: usize) -> usize {
        // Where the prefix takes most of the row, what follows it may use all of it.
        if self.hang * 3 > columns * 2 {
            columns.min(2)
        } else {
            self.hang
        }
    }

    /// The lines of the text in so many columns; true where something was left out.
    pub fn lines(&self, columns: usize, out: &mut Vec<Range<usize>>) -> bool {
        let tail = if self.tail_columns == 0 {
            0
        } else {
            self.tail_columns + 1
        };
        let first = columns.saturating_sub(tail).max(columns / 3);
        if self.most <= 1 && !self.text.contains('\n') {
            out.clear();
            out.push(0..self.text.len());
            return self.columns > first;
        }
        let how = Wrap {
            first,
            rest: columns.saturating_sub(self.hang(columns)),
            fixed: self.fixed,
            most: self.most,
        };
        wrap(&self.text, how, out)
    }

    /// How many lines it takes.
    pub fn height(&self, columns: usize, scratch: &mut Vec<Range<usize>>) -> usize {
        self.lines(columns, scratch);
        scratch.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_one_width_everywhere() {
        assert_eq!(one_line("👩\u{200d}🔧 ❤\u{fe0f} 👍🏽 é 🇩🇪"), "👩 ❤ 👍 é 🇩🇪");
        assert_eq!(one_line("plain"), "plain");
    }

    #[test]
    fn marks_of_redactions_are_dim() {
        let mut rich = Rich::new();
        rich.put("ran with [redacted by kim] once", Ink::Strong)
            .put("[redacted by kim]", Ink::Struck);
        let runs: Vec<_> = rich.runs(0..rich.text().len()).collect();
        assert_eq!(
            runs,
            [
                ("ran with ", Ink::Strong),
                ("[redacted by kim]", Ink::Dim),
                (" once", Ink::Strong),
                ("[redacted by kim]", Ink::Struck),
            ]
        );
    }

    #[test]
    fn runs_of_a_range_keep_their_ink() {
        let mut rich = Rich::new();
        rich.put("14:05 ", Ink::Dim)
            .wraps(3)
            .put("rolled ", Ink::Text)
            .put("back", Ink::Strong);
        let runs: Vec<_> = rich.runs(3..15).collect();
        assert_eq!(runs, [("05 ", Ink::Dim), ("rolled ", Ink::Text), ("ba", Ink::Strong)]);
        let mut lines = Vec::new();
        assert!(!rich.lines(13, &mut lines));
        assert_eq!(lines, [0..12, 13..17]);
        assert_eq!(rich.hang(13), 6);
    }

    #[test]
    fn cells_are_exact() {
        let mut rich = Rich::new();
        rich.cell("日本語", 5, "…", Ink::Text)
            .cell("ab", 4, "…", Ink::Text)
            .cell_right("7", 3, Ink::Text);
        assert_eq!(rich.text(), "日本…ab    7");
        assert_eq!(rich.columns(), 12);
    }
}
