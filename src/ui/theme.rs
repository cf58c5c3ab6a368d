//! What each kind of text looks like. Themes are data in `assets/themes/`; code names inks, never colours.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ratatui::style::{Color, Modifier, Style};

use crate::app::THEMES;

macro_rules! inks {
    ($($(#[$doc:meta])* $ink:ident $name:literal,)+) => {
        /// What a piece of text is, which decides how it looks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Ink {
            $($(#[$doc])* $ink,)+
        }

        impl Ink {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$ink),+];

            /// Its name in a theme file.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$ink => $name,)+
                }
            }
        }
    };
}

inks! {
    /// What people wrote.
    Text "text",
    /// What may be passed over.
    Dim "dim",
    /// Borders and rules.
    Faint "faint",
    /// What is read first.
    Strong "strong",
    /// The pane in focus, keys, what can be acted on.
    Accent "accent",
    /// Border of the pane in focus and of what lies over the panes.
    Focus "focus",
    /// Confirmed, done, saved.
    Good "good",
    /// Due, missing, worth a look.
    Warn "warn",
    /// Failed, overdue, not saved.
    Bad "bad",
    /// The one thing that is overdue.
    Alarm "alarm",
    /// Brought by somebody else a moment ago.
    New "new",
    /// Decided.
    Decision "decision",
    /// Seen, found, supposed.
    Finding "finding",
    /// Told to others.
    Comms "comms",
    /// Retracted.
    Struck "struck",
    /// What the search found.
    Match "match",
    /// The selected row.
    Selected "selected",
    /// A sentence that goes away by itself.
    Toast "toast",
    /// The file cannot be read.
    Banner "banner",
    /// The worst severity.
    Severity1 "severity-1",
    /// The second.
    Severity2 "severity-2",
    /// The third.
    Severity3 "severity-3",
    /// The others.
    Severity4 "severity-4",
}

/// How every ink looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; Ink::ALL.len()],
}

/// A line of a theme that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: usize,
    /// The sentence.
    pub said: String,
}

const EMBEDDED: [(&str, &str); 8] = [
    ("dark", include_str!("../../assets/themes/dark.yaml")),
    ("light", include_str!("../../assets/themes/light.yaml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.yaml")),
    (
        "high-contrast-light",
        include_str!("../../assets/themes/high-contrast-light.yaml"),
    ),
    ("colour-blind", include_str!("../../assets/themes/colour-blind.yaml")),
    (
        "colour-blind-light",
        include_str!("../../assets/themes/colour-blind-light.yaml"),
    ),
    ("16-colours", include_str!("../../assets/themes/16-colours.yaml")),
    (
        "16-colours-light",
        include_str!("../../assets/themes/16-colours-light.yaml"),
    ),
];

/// What stands for another form of a theme's name.
const ALIASES: [(&str, &str); 2] = [("color-blind", "colour-blind"), ("16-colors", "16-colours")];

/// Whether a theme is called so.
pub fn is_known(name: &str) -> bool {
    let embedded = || EMBEDDED.iter().map(|(known, _)| *known);
    let alias = || ALIASES.iter().map(|(alias, _)| *alias);
    THEMES
        .iter()
        .map(|(known, _)| *known)
        .chain(embedded())
        .chain(alias())
        .any(|known| known == name)
}

impl Theme {
    /// The theme of that name for a terminal whose background is light or not; `auto` and what is not known are `light` or `dark`.
    pub fn named(name: &str, light: bool) -> &'static Arc<Self> {
        static ALL: OnceLock<[Arc<Theme>; EMBEDDED.len()]> = OnceLock::new();
        let all = ALL.get_or_init(|| EMBEDDED.map(|(_, text)| Arc::new(Self::read(text))));
        let name = ALIASES
            .iter()
            .find(|(alias, _)| *alias == name)
            .map_or(name, |(_, name)| name);
        let place = |wanted: &str| EMBEDDED.iter().position(|(known, _)| *known == wanted);
        let lighter = place(&format!("{name}-light")).filter(|_| light);
        &all[lighter.or_else(|| place(name)).unwrap_or(usize::from(light))]
    }

    // The tests hold that the embedded themes have no problem.
    fn read(text: &str) -> Self {
        let plain = Self {
            styles: [Style::new(); Ink::ALL.len()],
        };
        let lines: Vec<_> = text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .collect();
        plain.with(&lines).0
    }

    /// This theme with a user's lines over it (`overdue: bold red on 236`), each with its number, and what is wrong with them.
    pub fn with(&self, lines: &[(usize, &str)]) -> (Self, Vec<Problem>) {
        let mut theme = self.clone();
        let mut problems = Vec::new();
        for (line, text) in lines {
            let text = uncommented(text).trim();
            if text.is_empty() {
                continue;
            }
            if let Err(said) = theme.take(text) {
                problems.push(Problem { line: *line, said });
            }
        }
        (theme, problems)
    }

    fn take(&mut self, text: &str) -> Result<(), String> {
        let clean = crate::text::one_line(text);
        let (name, words) = text
            .split_once(':')
            .ok_or_else(|| format!("`{clean}` is not `name: colour`"))?;
        self.set(name.trim(), words)
    }

    /// Sets how an ink looks, by its name (`overdue`) and words (`bold red on 236`); refuses with a sentence.
    pub fn set(&mut self, name: &str, words: &str) -> Result<(), String> {
        let ink = Ink::ALL.iter().find(|ink| ink.name() == name).ok_or_else(|| {
            let known: Vec<_> = Ink::ALL.iter().map(|ink| ink.name()).collect();
            format!(
                "nothing is called `{}`; there are {}",
                crate::text::one_line(name),
                known.join(", ")
            )
        })?;
        self.styles[*ink as usize] = style(words)?;
        Ok(())
    }

    /// This theme with a user's colours over it, by ink. What makes no sense is left out: the configuration tells of it.
    #[must_use]
    pub fn with_own(&self, colors: &BTreeMap<String, String>) -> Self {
        let mut theme = self.clone();
        for (name, words) in colors {
            let _ = theme.set(name, words);
        }
        theme
    }

    /// How an ink looks.
    pub fn style(&self, ink: Ink) -> Style {
        self.styles[ink as usize]
    }

    /// This theme for terminals that have 16 colours: each colour becomes the nearest of those. What only tells itself by a shade of
    /// grey behind it is reversed.
    #[must_use]
    pub fn in_sixteen(&self) -> Self {
        let mut theme = self.clone();
        for style in &mut theme.styles {
            let grey = |colour| matches!(colour, Color::Indexed(232..) | Color::Rgb(..));
            if style.fg.is_none() && style.bg.is_some_and(grey) {
                style.bg = None;
                style.add_modifier |= Modifier::REVERSED;
            }
            style.fg = style.fg.map(basic);
            style.bg = style.bg.map(basic);
            if style.fg.is_some() && style.fg == style.bg {
                style.fg = None;
                style.bg = None;
                style.add_modifier |= Modifier::REVERSED;
            }
        }
        theme
    }

    /// This theme for terminals without colour: what had a background is reversed, what was dim is dim by attribute.
    #[must_use]
    pub fn without_color(&self) -> Self {
        let mut theme = self.clone();
        for ink in Ink::ALL {
            let style = &mut theme.styles[*ink as usize];
            let mut attributes = style.add_modifier;
            if style.bg.is_some() {
                attributes |= Modifier::REVERSED;
            }
            match ink {
                Ink::Dim | Ink::Struck => attributes |= Modifier::DIM,
                Ink::Warn | Ink::Bad | Ink::New | Ink::Accent => attributes |= Modifier::BOLD,
                Ink::Match => attributes = Modifier::UNDERLINED | Modifier::BOLD,
                _ => {}
            }
            *style = Style::new().add_modifier(attributes);
        }
        theme
    }
}

fn uncommented(line: &str) -> &str {
    let begins = |at: usize| at == 0 || line.as_bytes()[at - 1] == b' ';
    let quoted = |at: usize| at > 0 && matches!(line.as_bytes()[at - 1], b'"' | b'\'');
    let comment = line
        .match_indices('#')
        .map(|(at, _)| at)
        .find(|at| begins(*at) && !quoted(*at));
    comment.map_or(line, |at| &line[..at])
}

/// `bold red on 236`, in any order but for `on`.
fn style(words: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let words = words.trim().trim_matches(['"', '\'']);
    let mut words = words.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    while let Some(word) = words.next() {
        let modifier = match word {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            "strike" => Modifier::CROSSED_OUT,
            "plain" => Modifier::empty(),
            "on" => {
                style.bg = Some(color(words.next().unwrap_or_default())?);
                continue;
            }
            _ => {
                style.fg = Some(color(word)?);
                continue;
            }
        };
        style = style.add_modifier(modifier);
    }
    Ok(style)
}

fn color(word: &str) -> Result<Color, String> {
    word.parse().map_err(|_| {
        let word = crate::text::one_line(word);
        format!("`{word}` is no colour; a colour is a name like `red` or `light-blue`, a number from 0 to 255, or `#ff8800` in quotes")
    })
}

/// The 16 colours as terminals usually show them.
const SIXTEEN: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (170, 0, 0)),
    (Color::Green, (0, 170, 0)),
    (Color::Yellow, (170, 85, 0)),
    (Color::Blue, (0, 0, 170)),
    (Color::Magenta, (170, 0, 170)),
    (Color::Cyan, (0, 170, 170)),
    (Color::Gray, (170, 170, 170)),
    (Color::DarkGray, (85, 85, 85)),
    (Color::LightRed, (255, 85, 85)),
    (Color::LightGreen, (85, 255, 85)),
    (Color::LightYellow, (255, 255, 85)),
    (Color::LightBlue, (85, 85, 255)),
    (Color::LightMagenta, (255, 85, 255)),
    (Color::LightCyan, (85, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// Red, green and blue of a colour; nothing of the terminal's own.
pub(super) fn rgb(colour: Color) -> Option<(u8, u8, u8)> {
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(index @ 0..16) => Some(SIXTEEN[usize::from(index)].1),
        Color::Indexed(index @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + step * 40 };
            let cube = index - 16;
            Some((level(cube / 36), level(cube / 6 % 6), level(cube % 6)))
        }
        Color::Indexed(index) => {
            let grey = 8 + (index - 232) * 10;
            Some((grey, grey, grey))
        }
        named => SIXTEEN.iter().find(|(known, _)| *known == named).map(|(_, rgb)| *rgb),
    }
}

/// The nearest of the 16 colours.
fn basic(colour: Color) -> Color {
    let Some((r, g, b)) = rgb(colour) else { return colour };
    let away = |(x, y, z): (u8, u8, u8)| {
        let square = |one: u8, other: u8| (i32::from(one) - i32::from(other)).pow(2);
        square(r, x) * 3 + square(g, y) * 6 + square(b, z)
    };
    let nearest = SIXTEEN.iter().min_by_key(|(_, known)| away(*known));
    nearest.map_or(colour, |(known, _)| *known)
}

#[cfg(test)]
mod tests;
