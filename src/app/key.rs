//! A key as the app knows it, and its written form: `q`, `Ctrl-P`, `Shift-Tab`, `r c`.

use std::fmt;

/// One key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key; a letter is given as typed (`G` needs no `shift`).
    pub code: Code,
    /// Control was held.
    pub ctrl: bool,
    /// Alt was held.
    pub alt: bool,
    /// Shift was held (never set for characters).
    pub shift: bool,
}

/// Which key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character.
    Char(char),
    /// A function key.
    F(u8),
    /// The named keys.
    Enter,
    /// See `Enter`.
    Esc,
    /// See `Enter`.
    Tab,
    /// See `Enter`.
    Backspace,
    /// See `Enter`.
    Delete,
    /// See `Enter`.
    Insert,
    /// See `Enter`.
    Up,
    /// See `Enter`.
    Down,
    /// See `Enter`.
    Left,
    /// See `Enter`.
    Right,
    /// See `Enter`.
    Home,
    /// See `Enter`.
    End,
    /// See `Enter`.
    PageUp,
    /// See `Enter`.
    PageDown,
}

/// Names of keys as people write them; the first of each code is how it is shown.
const NAMES: &[(&str, Code)] = &[
    ("Enter", Code::Enter),
    ("Return", Code::Enter),
    ("Esc", Code::Esc),
    ("Escape", Code::Esc),
    ("Tab", Code::Tab),
    ("Backspace", Code::Backspace),
    ("Del", Code::Delete),
    ("Delete", Code::Delete),
    ("Ins", Code::Insert),
    ("Insert", Code::Insert),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PageUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("PageDown", Code::PageDown),
    ("Space", Code::Char(' ')),
    ("Plus", Code::Char('+')),
    ("Minus", Code::Char('-')),
];

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self {
            code,
            ctrl: false,
            alt: false,
            shift: false,
        }
    }

    /// The character it types into a line, if it does.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }

    /// What it is in a text that came as keys: a letter, a line end, a tab; `None` for keys that no text has.
    pub fn letter(self) -> Option<char> {
        match self.code {
            Code::Enter if !self.alt && !self.ctrl => Some('\n'),
            // A line feed.
            Code::Char('j') if self.ctrl && !self.alt => Some('\n'),
            Code::Tab if !self.shift => Some('\t'),
            Code::Char(_) => self.typed(),
            Code::Enter
            | Code::Tab
            | Code::F(_)
            | Code::Esc
            | Code::Backspace
            | Code::Delete
            | Code::Insert
            | Code::Up
            | Code::Down
            | Code::Left
            | Code::Right
            | Code::Home
            | Code::End
            | Code::PageUp
            | Code::PageDown => None,
        }
    }

    /// Reads `q`, `G`, `Ctrl-P`, `Alt-Enter`, `Shift-Tab`, `F5`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut key = Self::plain(Code::Esc);
        let mut rest = text;
        loop {
            let strip = |prefix: &str| {
                rest.get(..prefix.len())
                    .filter(|head| head.eq_ignore_ascii_case(prefix))
                    .map(|_| &rest[prefix.len()..])
            };
            if let Some(after) = strip("ctrl-").or_else(|| strip("c-")).filter(|after| !after.is_empty()) {
                (key.ctrl, rest) = (true, after);
            } else if let Some(after) = strip("alt-").or_else(|| strip("a-")).filter(|after| !after.is_empty()) {
                (key.alt, rest) = (true, after);
            } else if let Some(after) = strip("shift-")
                .or_else(|| strip("s-"))
                .filter(|after| !after.is_empty())
            {
                (key.shift, rest) = (true, after);
            } else {
                break;
            }
        }
        key.code = parse_code(rest)?;
        if let Code::Char(c) = key.code {
            // Terminals tell neither Ctrl-p from Ctrl-P, nor Shift-a from A.
            if key.ctrl {
                key.code = Code::Char(c.to_ascii_lowercase());
            } else if key.shift {
                key.code = Code::Char(c.to_uppercase().next().unwrap_or(c));
            }
            key.shift = false;
        }
        Some(key)
    }

    /// Reads a sequence: keys with blanks between them.
    pub fn parse_sequence(text: &str) -> Option<Vec<Self>> {
        let keys: Option<Vec<_>> = text.split_whitespace().map(Self::parse).collect();
        keys.filter(|keys| !keys.is_empty())
    }
}

fn parse_code(text: &str) -> Option<Code> {
    let mut chars = text.chars();
    if let (Some(c), None) = (chars.next(), chars.next()) {
        return (!c.is_control()).then_some(Code::Char(c));
    }
    if let Some(number) = text.strip_prefix(['F', 'f']).and_then(|n| n.parse().ok()) {
        return (1..=24).contains(&number).then_some(Code::F(number));
    }
    NAMES
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, code)| *code)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("Space"),
            Code::Char(c) if self.ctrl => write!(f, "{}", c.to_ascii_uppercase()),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(number) => write!(f, "F{number}"),
            code => f.write_str(
                NAMES
                    .iter()
                    .find(|(_, known)| *known == code)
                    .map_or("?", |(name, _)| name),
            ),
        }
    }
}

/// A sequence as people read it: `r c`.
pub fn show_sequence(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_are_read_and_shown() {
        for text in [
            "q",
            "G",
            "Ctrl-P",
            "Shift-Tab",
            "Space",
            "F5",
            "Alt-Enter",
            "PgUp",
            "?",
            ":",
            "-",
            "Ctrl-Left",
        ] {
            assert_eq!(Key::parse(text).unwrap().to_string(), text, "{text}");
        }
        for (text, shown) in [
            ("ctrl-p", "Ctrl-P"),
            ("C-p", "Ctrl-P"),
            ("escape", "Esc"),
            ("shift-g", "G"),
            ("c-", ""),
        ] {
            assert_eq!(Key::parse(text).map(|key| key.to_string()).unwrap_or_default(), shown);
        }
        assert_eq!(Key::parse("Hyper-x"), None);
        assert_eq!(Key::parse("F99"), None);
        assert_eq!(
            Key::parse_sequence("r  c").map(|keys| show_sequence(&keys)).as_deref(),
            Some("r c")
        );
        assert_eq!(Key::parse_sequence(" "), None);
    }
}
