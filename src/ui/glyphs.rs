//! The marks that stand beside words, in Unicode and in ASCII. Every mark is one column wide.

/// One set of marks.
#[derive(Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Whether only ASCII may reach the screen.
    pub ascii: bool,
    /// Border pieces by the arms they have: 1 up, 2 right, 4 down, 8 left.
    pub borders: [&'static str; 16],
    /// What was cut.
    pub ellipsis: &'static str,
    /// The selected row.
    pub selected: &'static str,
    /// Brought by somebody else a moment ago.
    pub new: &'static str,
    /// Worth reading first.
    pub pinned: &'static str,
    /// Needs somebody now.
    pub alarm: &'static str,
    /// Good, confirmed, met.
    pub yes: &'static str,
    /// Bad, rejected, failed.
    pub no: &'static str,
    /// Under test.
    pub testing: &'static str,
    /// Not known yet.
    pub open: &'static str,
    /// Waits.
    pub paused: &'static str,
    /// More above.
    pub up: &'static str,
    /// More below.
    pub down: &'static str,
    /// Between parts of one line.
    pub dot: &'static str,
    /// Nothing there.
    pub none: &'static str,
    /// Between steps of a breadcrumb.
    pub crumb: &'static str,
    /// From one value to another.
    pub arrow: &'static str,
    /// A cell of an instrument, full and empty.
    pub bar: [&'static str; 2],
    /// Lines that are folded into one.
    pub folded: &'static str,
    /// Waits for a decision.
    pub decide: &'static str,
    /// A person who is only named, and one whose console is open.
    pub here: [&'static str; 2],
    /// How far a mitigation is: proposed, approved, started, done.
    pub progress: [&'static str; 4],
    /// Kinds of events: declared, alert, action, decision, finding, observation, comms, note, written by the console.
    pub kinds: [&'static str; 9],
}

/// For terminals that show Unicode.
pub static UNICODE: Glyphs = Glyphs {
    ascii: false,
    borders: [
        " ", "│", "─", "╰", "│", "│", "╭", "├", "─", "╯", "─", "┴", "╮", "┤", "┬", "┼",
    ],
    ellipsis: "…",
    selected: "›",
    new: "+",
    pinned: "★",
    alarm: "▶",
    yes: "✓",
    no: "✗",
    testing: "~",
    open: "?",
    paused: "‖",
    up: "▲",
    down: "▼",
    dot: "·",
    none: "—",
    crumb: "›",
    arrow: "→",
    bar: ["▰", "▱"],
    folded: "⊞",
    decide: "◆",
    here: ["○", "●"],
    progress: ["○", "◐", "▸", "●"],
    kinds: ["●", "!", "▸", "◆", "?", "○", "»", "·", "-"],
};

/// For terminals that show nothing but ASCII.
pub static ASCII: Glyphs = Glyphs {
    ascii: true,
    borders: [
        " ", "|", "-", "+", "|", "|", "+", "+", "-", "+", "-", "+", "+", "+", "+", "+",
    ],
    ellipsis: "~",
    selected: ">",
    new: "+",
    pinned: "*",
    alarm: "!",
    yes: "v",
    no: "x",
    testing: "~",
    open: "?",
    paused: "=",
    up: "^",
    down: "v",
    dot: "-",
    none: "-",
    crumb: ">",
    arrow: ">",
    bar: ["=", "."],
    folded: "+",
    decide: "*",
    here: ["o", "@"],
    progress: ["o", "O", ">", "@"],
    kinds: ["#", "!", ">", "*", "?", "o", "\"", ".", "-"],
};

impl Glyphs {
    /// The set for a mode.
    pub fn of(ascii: bool) -> &'static Self {
        if ascii { &ASCII } else { &UNICODE }
    }
}

/// The nearest ASCII for a character that people write; `?` where there is none.
pub fn ascii_for(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201a}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' | '•' => '-',
        '…' => '~',
        '→' | '▶' | '▸' | '›' => '>',
        '←' | '‹' => '<',
        '↵' => '/',
        '×' | '✗' => 'x',
        '\u{a0}' | '\u{3000}' => ' ',
        'À'..='Å' => 'A',
        'à'..='å' => 'a',
        'Ç' => 'C',
        'ç' => 'c',
        'È'..='Ë' => 'E',
        'è'..='ë' => 'e',
        'Ì'..='Ï' => 'I',
        'ì'..='ï' => 'i',
        'Ñ' => 'N',
        'ñ' => 'n',
        'Ò'..='Ö' | 'Ø' => 'O',
        'ò'..='ö' | 'ø' => 'o',
        'Ù'..='Ü' => 'U',
        'ù'..='ü' => 'u',
        'ß' => 's',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(glyphs: &Glyphs) -> Vec<&'static str> {
        let g = glyphs;
        let single = [
            g.ellipsis, g.selected, g.new, g.pinned, g.alarm, g.yes, g.no, g.testing, g.open, g.paused, g.up, g.down,
            g.dot, g.none, g.crumb, g.arrow, g.decide, g.bar[0], g.bar[1], g.folded,
        ];
        single
            .into_iter()
            .chain(g.borders)
            .chain(g.here)
            .chain(g.progress)
            .chain(g.kinds)
            .collect()
    }

    #[test]
    fn every_mark_is_one_column_and_ascii_is_ascii() {
        for mark in all(&UNICODE) {
            assert_eq!(crate::text::width(mark), 1, "{mark}");
        }
        for mark in all(&ASCII) {
            assert!(mark.len() == 1 && mark.is_ascii(), "{mark}");
        }
    }
}
