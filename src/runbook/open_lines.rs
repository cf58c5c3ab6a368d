//! Whether a command of a shell goes on in the next line.

/// What a shell knows at the end of a line.
#[derive(Default)]
pub(super) struct State {
    pub(super) quote: Option<char>,
    pub(super) heredoc: Option<(String, bool)>,
    /// `if`, `for`, `while`, `case`, `{` that are open.
    depth: i32,
    /// Round brackets that are open; `case x)` closes what was never open.
    round: i32,
    /// The line ends in a backslash.
    pub(super) continues: bool,
    /// The line ends in `|`, `&&` or `||`.
    hanging: bool,
}

impl State {
    pub(super) fn is_open(&self) -> bool {
        self.quote.is_some()
            || self.heredoc.is_some()
            || self.depth > 0
            || self.round > 0
            || self.continues
            || self.hanging
    }

    pub(super) fn line(&mut self, line: &str) {
        if let Some((word, tabs)) = &self.heredoc {
            let text = if *tabs { line.trim_start_matches('\t') } else { line };
            // People indent the end in lists although a shell would not take that.
            if text == word || line.trim() == word {
                self.heredoc = None;
            }
            (self.continues, self.hanging) = (false, false);
            return;
        }
        let mut waiting = None;
        let mut word = String::new();
        let mut first = true;
        let mut chars = line.char_indices().peekable();
        self.continues = false;
        while let Some((at, c)) = chars.next() {
            match (self.quote, c) {
                (Some('\''), '\'') | (Some('"'), '"') => self.quote = None,
                (Some('\''), _) => {}
                // Blanks behind it are a slip: whoever wrote it meant the line to go on.
                (_, '\\') if line[at + 1..].trim().is_empty() => {
                    self.continues = true;
                    break;
                }
                (_, '\\') => drop(chars.next()),
                (Some(_), _) => {}
                (None, '\'' | '"') => {
                    self.quote = Some(c);
                    word.push(c);
                }
                (None, '#') if at == 0 || line[..at].ends_with([' ', '\t', ';']) => break,
                (None, '<') if line[at..].starts_with("<<") && !line[at..].starts_with("<<<") && waiting.is_none() => {
                    waiting = heredoc(&line[at + 2..]);
                    chars.next();
                }
                (None, c) if c.is_whitespace() || matches!(c, ';' | '|' | '&' | '(' | ')') => {
                    self.word(&word, first);
                    first = word.is_empty() && first || matches!(c, ';' | '|' | '&' | '(') || is_opener(&word);
                    word.clear();
                    match c {
                        '(' => self.round += 1,
                        ')' => self.round = (self.round - 1).max(0),
                        _ => {}
                    }
                }
                (None, c) => word.push(c),
            }
        }
        self.word(&word, first);
        let text = line.trim_end();
        self.hanging = self.quote.is_none() && (text.ends_with('|') || text.ends_with("&&"));
        if self.heredoc.is_none() && self.quote.is_none() {
            self.heredoc = waiting;
        }
        self.depth = self.depth.max(0);
    }

    fn word(&mut self, word: &str, first: bool) {
        if !first {
            return;
        }
        match word {
            "if" | "for" | "while" | "until" | "case" | "{" | "select" => self.depth += 1,
            "fi" | "done" | "esac" | "}" => self.depth -= 1,
            _ => {}
        }
    }
}

fn is_opener(word: &str) -> bool {
    matches!(word, "do" | "then" | "else" | "elif" | "{" | "!" | "time")
}

/// The word that ends a heredoc, and whether tabs may stand before it.
fn heredoc(rest: &str) -> Option<(String, bool)> {
    let (tabs, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start();
    let word: String = rest
        .trim_start_matches(['\'', '"', '\\'])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some((word, tabs))
}
