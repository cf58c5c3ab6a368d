//! Brackets in brackets, line by line, and what begins in them that no incident file may hold: the library looks at each open
//! bracket for each token, and an alias stands for more than it is long.

use super::lines::key_of;

/// Deepest nesting of brackets.
pub(super) const DEEPEST: usize = 64;

/// What is wrong within brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// More than [`DEEPEST`] are open.
    Deep,
    /// An anchor, an alias or a tag.
    Reference,
}

/// What is open at the end of a line.
#[derive(Debug)]
pub(super) struct Open {
    depth: usize,
    quote: Option<u8>,
    /// Lines deeper than this go on with a plain value.
    plain: Option<usize>,
    /// Whether a value may begin here.
    begins: bool,
}

impl Default for Open {
    fn default() -> Self {
        Self {
            depth: 0,
            quote: None,
            plain: None,
            begins: true,
        }
    }
}

impl Open {
    /// Takes the text of a line at this indentation, of which deeper ones may go on with it. Not for lines of block scalars.
    pub(super) fn take(&mut self, body: &str, indent: usize, outer: usize) -> Option<Found> {
        if self.depth > 0 || self.quote.is_some() {
            return self.scan(body);
        }
        if body.trim_end().is_empty() || body.starts_with('#') || self.plain.is_some_and(|plain| indent > plain) {
            return None;
        }
        let mut value = body;
        while let Some(rest) = ["- ", "? ", ": "].iter().find_map(|mark| value.strip_prefix(mark)) {
            value = rest.trim_start();
        }
        if !begins_group(value) {
            value = key_of(value).map_or(value, |(_, value)| value);
        }
        self.begins = true;
        if begins_group(value) {
            self.plain = None;
            return self.scan(value);
        }
        let nothing = matches!(value.trim_end(), "" | "-" | "?" | ":");
        self.plain = (!nothing).then_some(outer);
        None
    }

    /// Takes a line that is a key and a plain value, without a look at it; false where more has to be known.
    pub(super) fn pass(&mut self, indent: usize, outer: usize) -> bool {
        let apart = self.depth == 0 && self.quote.is_none();
        if apart && self.plain.is_none_or(|plain| indent <= plain) {
            self.begins = true;
            self.plain = Some(outer);
        }
        apart
    }

    fn scan(&mut self, text: &str) -> Option<Found> {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            if let Some(quote) = self.quote {
                // What is quoted may be long: only its end counts, and what hides it.
                let place = memchr::memchr2(quote, b'\\', &bytes[at..])?;
                at += place + 1;
                match bytes[at - 1] {
                    b'\\' if quote == b'"' => at += 1,
                    b'\'' if quote == b'\'' && bytes.get(at) == Some(&b'\'') => at += 1,
                    byte if byte == quote => (self.quote, self.begins) = (None, false),
                    _ => {}
                }
                continue;
            }
            let next = bytes.get(at + 1).copied();
            at += 1;
            let blank = next.is_none_or(|next| next.is_ascii_whitespace());
            match byte {
                b'"' | b'\'' if self.begins => self.quote = Some(byte),
                b'[' | b'{' if self.begins || self.depth > 0 => {
                    self.depth += 1;
                    self.begins = true;
                    if self.depth > DEEPEST {
                        return Some(Found::Deep);
                    }
                }
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.begins = false;
                }
                b',' if self.depth > 0 => self.begins = true,
                b':' if blank || self.depth > 0 && !self.begins => self.begins = true,
                b'&' | b'*' | b'!' if self.begins => return Some(Found::Reference),
                b'#' if at == 1 || bytes[at - 2].is_ascii_whitespace() => return None,
                b' ' | b'\t' | b'\r' => {}
                b'-' | b'?' if blank => {}
                _ => self.begins = false,
            }
        }
        None
    }
}

/// Whether a text begins with a quote or a bracket.
fn begins_group(text: &str) -> bool {
    text.starts_with(['"', '\'', '[', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Found> {
        let mut open = Open::default();
        text.lines().find_map(|line| {
            let body = line.trim_start_matches(' ');
            let indent = line.len() - body.len();
            open.take(body, indent, indent)
        })
    }

    #[test]
    fn depth_is_counted_wherever_a_value_may_begin() {
        let deep = ["[x, ", "{a: ", "[", "[{b: "];
        for one in deep {
            let many = one.repeat(70);
            for before in [
                "a:\n  ",
                "-\n  ",
                "a: ",
                "- ",
                "- - ",
                "\"a\": ",
                "{a: b}: ",
                "? ",
                "a: 'it''s' # x\nb: ",
                "a: [\n\n  # x\n",
            ] {
                assert_eq!(found(&format!("{before}{many}")), Some(Found::Deep), "{before}{one}");
            }
            assert_eq!(found(&format!("a: {}", one.repeat(20))), None, "{one}");
        }
        let lines = format!("a:\n{}", "  [\n".repeat(70));
        assert_eq!(found(&lines), Some(Found::Deep));
        for reference in [
            "a: [&x 1]",
            "a: {b: *x}",
            "a: [1, !t 2]",
            "a: [\n  *x,\n]",
            "a: {\"b\":*x}",
        ] {
            assert_eq!(found(reference), Some(Found::Reference), "{reference}");
        }
    }

    #[test]
    fn a_line_that_is_passed_is_as_one_that_is_looked_at() {
        let before = [
            "",
            "a: b\n",
            "a:\n",
            "- a: b\n",
            "a: \"b\n",
            "a: [b,\n",
            "a: 'b'\n",
            "  - a: b\n",
        ];
        let after = ["", "  c: [x", "[x", "  [x", "    - [x", "  x\""];
        for (before, line, after) in before
            .iter()
            .flat_map(|before| after.map(|after| (before, after)))
            .flat_map(|(before, after)| ["key: word", "- key: 5 words"].map(|line| (before, line, after)))
            .flat_map(|(before, line, after)| [0, 2, 4].map(|indent| (before, (line, indent), after)))
        {
            let (body, indent) = line;
            let outer = if body.starts_with("- ") { indent + 2 } else { indent };
            let begun = || {
                let mut open = Open::default();
                for line in before.lines() {
                    let body = line.trim_start_matches(' ');
                    let _ = open.take(body, line.len() - body.len(), line.len() - body.len());
                }
                open
            };
            let (mut passed, mut looked) = (begun(), begun());
            if !passed.pass(indent, outer) {
                continue;
            }
            assert_eq!(looked.take(body, indent, outer), None);
            let state = |open: &Open| (open.depth, open.quote, open.plain, open.begins);
            let rest = after.trim_start_matches(' ');
            let gap = after.len() - rest.len();
            assert_eq!(state(&passed), state(&looked), "{before:?} {line:?}");
            assert_eq!(
                passed.take(rest, gap, gap),
                looked.take(rest, gap, gap),
                "{before:?} {line:?} {after:?}"
            );
        }
    }

    #[test]
    fn words_are_no_brackets() {
        let many = "[x {".repeat(70);
        for text in [
            format!("text: said {many}"),
            format!("text: \"{many}\\\" {many}\"\nb: 1"),
            format!("text: 'it''s {many}'\nb: 1"),
            format!("text: \"over\n  {many}\n  lines\"\n"),
            format!("text: plain\n  {many}\n"),
            format!("# {many}\na: [1] # {many}\n"),
            format!("{{text: 'x', of: \"{many}\"}}"),
            "a: [x&y, 2 * 3, wow!]\nb: [\"&x\", '*y']\nc: {t: 12:30, u: 'a: b'}\n".into(),
            "a: []\nb: {}\nc: [1, [2, 3], {d: [4]}]\n".repeat(100),
        ] {
            assert_eq!(found(&text), None, "{text}");
        }
    }
}
