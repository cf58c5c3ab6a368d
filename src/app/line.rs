//! The line editor: text with a cursor that moves by what a person sees as one character. Knows nothing of prompts.

use unicode_segmentation::UnicodeSegmentation;

/// Longest text that is taken, in bytes: far beyond any line, short of trouble.
const LONGEST: usize = crate::bounds::TEXT;

/// Text being typed. It may have line breaks (Alt-Enter, paste).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// Byte offset, always where a grapheme begins or at the end.
    cursor: usize,
    /// What was cut last, for putting it back.
    cut: String,
}

impl Line {
    /// A line with the cursor at its end.
    pub fn of(text: impl Into<String>) -> Self {
        let mut line = Self::default();
        line.set(text);
        line
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before and after the cursor.
    pub fn parts(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// Byte offset of the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether nothing but blanks is there.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Replaces the whole text; the cursor goes to its end.
    pub fn set(&mut self, text: impl Into<String>) {
        self.text.clear();
        self.cursor = 0;
        self.insert(&text.into());
    }

    /// Types text at the cursor. Control characters are left out, line breaks and tabs (as blanks) excepted.
    pub fn insert(&mut self, text: &str) {
        let mut clean = String::with_capacity(text.len());
        let mut before = '\0';
        for c in text.chars() {
            match c {
                '\n' if before == '\r' => {}
                '\r' | '\n' => clean.push('\n'),
                '\t' => clean.push(' '),
                c if c.is_control() => {}
                c => clean.push(c),
            }
            before = c;
        }
        let mut room = LONGEST.saturating_sub(self.text.len()).min(clean.len());
        while !clean.is_char_boundary(room) {
            room -= 1;
        }
        self.text.insert_str(self.cursor, &clean[..room]);
        self.cursor = self.boundary_at_or_after(self.cursor + room);
    }

    /// A typed combining mark may have joined what stood before it: the cursor must not be inside.
    fn boundary_at_or_after(&self, offset: usize) -> usize {
        if self.text.is_ascii() {
            return offset;
        }
        let mut starts = self.text.grapheme_indices(true).map(|(start, _)| start);
        starts.find(|start| *start >= offset).unwrap_or(self.text.len())
    }

    /// One character to the left.
    pub fn left(&mut self) {
        self.cursor = self.before();
    }

    /// One character to the right.
    pub fn right(&mut self) {
        self.cursor = self.after();
    }

    /// To the beginning of the word before the cursor.
    pub fn word_left(&mut self) {
        self.cursor = self.word_before();
    }

    /// To the end of the word after the cursor.
    pub fn word_right(&mut self) {
        self.cursor = self.word_after();
    }

    /// To the beginning.
    pub fn home(&mut self) {
        self.cursor = 0;
    }

    /// To the end.
    pub fn end(&mut self) {
        self.cursor = self.text.len();
    }

    /// Removes the character before the cursor.
    pub fn backspace(&mut self) {
        let from = self.before();
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
    }

    /// Removes the character after the cursor.
    pub fn delete(&mut self) {
        let to = self.after();
        self.text.replace_range(self.cursor..to, "");
        self.cursor = self.boundary_at_or_after(self.cursor);
    }

    /// Cuts the word before the cursor.
    pub fn cut_word_left(&mut self) {
        self.cut_range(self.word_before(), self.cursor);
    }

    /// Cuts the word after the cursor.
    pub fn cut_word_right(&mut self) {
        self.cut_range(self.cursor, self.word_after());
    }

    /// Cuts everything before the cursor.
    pub fn cut_to_start(&mut self) {
        self.cut_range(0, self.cursor);
    }

    /// Cuts everything after the cursor.
    pub fn cut_to_end(&mut self) {
        self.cut_range(self.cursor, self.text.len());
    }

    /// Puts back what was cut last.
    pub fn put_back(&mut self) {
        let cut = std::mem::take(&mut self.cut);
        self.insert(&cut);
        self.cut = cut;
    }

    fn cut_range(&mut self, from: usize, to: usize) {
        if from < to {
            self.cut = self.text[from..to].to_owned();
            self.text.replace_range(from..to, "");
            self.cursor = self.boundary_at_or_after(from);
        }
    }

    fn before(&self) -> usize {
        let last = self.text[..self.cursor].graphemes(true).next_back();
        self.cursor - last.map_or(0, str::len)
    }

    fn after(&self) -> usize {
        let next = self.text[self.cursor..].graphemes(true).next();
        self.cursor + next.map_or(0, str::len)
    }

    fn word_before(&self) -> usize {
        let head = self.text[..self.cursor].trim_end();
        head.rfind(char::is_whitespace)
            .map_or(0, |at| at + head[at..].chars().next().map_or(0, char::len_utf8))
    }

    fn word_after(&self) -> usize {
        let tail = &self.text[self.cursor..];
        let blanks = tail.len() - tail.trim_start().len();
        let word = tail[blanks..].find(char::is_whitespace).unwrap_or(tail.len() - blanks);
        self.cursor + blanks + word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Line {
        let (before, after) = text.split_once('|').unwrap();
        let mut line = Line::of(format!("{before}{after}"));
        line.cursor = before.len();
        line
    }

    fn shown(line: &Line) -> String {
        let (before, after) = line.parts();
        format!("{before}|{after}")
    }

    fn after(text: &str, act: impl Fn(&mut Line)) -> String {
        let mut line = at(text);
        act(&mut line);
        shown(&line)
    }

    #[test]
    fn characters_are_what_a_person_sees() {
        assert_eq!(after("ab|c", Line::backspace), "a|c");
        assert_eq!(after("e\u{301}|x", Line::backspace), "|x");
        assert_eq!(after("a👩\u{200d}🔧|", Line::left), "a|👩\u{200d}🔧");
        assert_eq!(after("|🇩🇪🇫🇷", Line::delete), "|🇫🇷");
        assert_eq!(after("|", Line::backspace), "|");
        assert_eq!(after("|", Line::delete), "|");
        assert_eq!(after("日|本", Line::right), "日本|");
    }

    #[test]
    fn words() {
        assert_eq!(after("roll back  v2.34|", Line::word_left), "roll back  |v2.34");
        assert_eq!(after("roll back  |v2.34", Line::word_left), "roll |back  v2.34");
        assert_eq!(after("roll| back", Line::word_right), "roll back|");
        assert_eq!(after("roll back|", Line::cut_word_left), "roll |");
        assert_eq!(after("größe über|", Line::cut_word_left), "größe |");
        assert_eq!(after("a\u{3000}b|", Line::cut_word_left), "a\u{3000}|");
        assert_eq!(after("|roll back", Line::cut_word_right), "| back");
    }

    #[test]
    fn cuts_come_back() {
        let mut line = at("restart the pool| now");
        line.cut_to_start();
        assert_eq!(shown(&line), "| now");
        line.end();
        line.put_back();
        assert_eq!(shown(&line), " nowrestart the pool|");
    }

    #[test]
    fn what_is_typed_is_clean_and_bounded() {
        assert_eq!(Line::of("a\r\nb\tc\x1b[31m\u{7}").text(), "a\nb c[31m");
        let mut line = Line::of("é".repeat(LONGEST));
        assert_eq!(line.text().len(), LONGEST);
        line.insert("x");
        assert_eq!(line.text().len(), LONGEST);
        // A mark that joins what stands before it moves the cursor behind both.
        let mut line = at("e|x");
        line.insert("\u{301}");
        assert_eq!(shown(&line), "e\u{301}|x");
    }
}
