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
mod tests {
    use super::*;

    /// All themes, each with the name of its file.
    fn all() -> impl Iterator<Item = (&'static str, &'static Arc<Theme>)> {
        EMBEDDED.iter().map(|(name, _)| (*name, Theme::named(name, false)))
    }

    /// Contrast by WCAG 2.1, from 1 to 21.
    fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
        let light = |(r, g, b): (u8, u8, u8)| {
            let part = |value: u8| {
                let share = f64::from(value) / 255.0;
                if share <= 0.039_28 {
                    share / 12.92
                } else {
                    ((share + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
        };
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn words_can_be_read_in_every_theme_on_the_background_it_is_for() {
        for (name, theme) in all().filter(|(name, _)| !name.starts_with("16-")) {
            let behind = if name.ends_with("light") {
                (255, 255, 255)
            } else {
                (30, 30, 30)
            };
            for ink in Ink::ALL {
                let style = theme.style(*ink);
                let Some(letters) = style.fg.and_then(rgb) else {
                    continue;
                };
                let behind = style.bg.and_then(rgb).unwrap_or(behind);
                let least = match ink {
                    // Borders, which nobody has to read.
                    Ink::Faint | Ink::Focus => 1.5,
                    Ink::Dim | Ink::Struck => 3.0,
                    _ => 4.5,
                };
                let has = contrast(letters, behind);
                assert!(has >= least, "{name} {}: {has:.1} of {least}", ink.name());
            }
            // On a selected row the words keep their own colours.
            let Some(behind) = theme.style(Ink::Selected).bg.and_then(rgb) else {
                continue;
            };
            for ink in [Ink::Good, Ink::Warn, Ink::Bad, Ink::Decision, Ink::Comms, Ink::Finding] {
                let letters = theme.style(ink).fg.and_then(rgb).unwrap();
                let has = contrast(letters, behind);
                assert!(has >= 3.5, "{name} {} selected: {has:.1}", ink.name());
            }
        }
    }

    #[test]
    fn a_terminal_of_sixteen_colours_gets_no_other() {
        let sixteen =
            |colour: Option<Color>| colour.is_none_or(|colour| SIXTEEN.iter().any(|(known, _)| *known == colour));
        for (name, theme) in all() {
            let own: std::collections::BTreeMap<_, _> = [("warn".to_owned(), "#ff8800 on 237".to_owned())].into();
            for theme in [theme.in_sixteen(), theme.with_own(&own).in_sixteen()] {
                for ink in Ink::ALL {
                    let style = theme.style(*ink);
                    assert!(sixteen(style.fg) && sixteen(style.bg), "{name} {}", ink.name());
                    assert!(
                        style.fg.is_none() || style.fg != style.bg,
                        "{name} {} cannot be read",
                        ink.name()
                    );
                }
                let selected = theme.style(Ink::Selected);
                assert!(
                    selected.bg.is_some() || selected.add_modifier.contains(Modifier::REVERSED),
                    "{name}"
                );
            }
        }
        for ink in Ink::ALL {
            let style = Theme::named("16-colours", true).style(*ink);
            let pale = [
                Color::Yellow,
                Color::Cyan,
                Color::LightYellow,
                Color::LightCyan,
                Color::White,
                Color::Gray,
            ];
            assert!(
                style.bg.is_some() || style.fg.is_none_or(|fg| !pale.contains(&fg)),
                "{}",
                ink.name()
            );
        }
    }

    #[test]
    fn a_theme_has_a_form_for_light_terminals() {
        for (name, _) in THEMES {
            assert!(is_known(name), "{name}");
        }
        assert_eq!(Theme::named("auto", true), Theme::named("light", false));
        assert_eq!(Theme::named("auto", false), Theme::named("dark", true));
        for name in ["high-contrast", "colour-blind", "16-colours"] {
            assert_eq!(Theme::named(name, true), Theme::named(&format!("{name}-light"), false));
            assert_ne!(Theme::named(name, true), Theme::named(name, false));
        }
    }

    #[test]
    fn embedded_themes_are_in_order_and_complete() {
        for (name, text) in EMBEDDED {
            let plain = Theme::named("dark", false);
            let lines: Vec<_> = text.lines().enumerate().collect();
            assert_eq!(plain.with(&lines).1, [], "{name}");
            for ink in Ink::ALL {
                assert!(
                    text.lines().any(|line| line.starts_with(&format!("{}:", ink.name()))),
                    "{name} lacks {}",
                    ink.name()
                );
            }
        }
        assert_eq!(Theme::named("nonsense", false), Theme::named("dark", false));
        assert_ne!(Theme::named("light", false), Theme::named("dark", false));
    }

    #[test]
    fn a_line_is_read_or_refused_by_number() {
        let lines = [
            (3, "good: bold '#00ff88' on 17 # mine"),
            (4, ""),
            (5, "god: red"),
            (6, "bad: reddish"),
            (7, "bad"),
        ];
        let (theme, problems) = Theme::named("dark", false).with(&lines);
        let good = Style::new()
            .fg(Color::Rgb(0, 255, 136))
            .bg(Color::Indexed(17))
            .add_modifier(Modifier::BOLD);
        assert_eq!(theme.style(Ink::Good), good);
        assert_eq!(theme.style(Ink::Bad), Theme::named("dark", false).style(Ink::Bad));
        let told: Vec<_> = problems
            .iter()
            .map(|problem| (problem.line, problem.said.contains('`')))
            .collect();
        assert_eq!(told, [(5, true), (6, true), (7, true)]);
    }

    #[test]
    fn without_colour_nothing_is_coloured_and_what_matters_still_differs() {
        for (name, theme) in all() {
            let theme = theme.without_color();
            for ink in Ink::ALL {
                let style = theme.style(*ink);
                assert!(style.fg.is_none() && style.bg.is_none(), "{name} {}", ink.name());
            }
            for ink in [Ink::Selected, Ink::Alarm, Ink::Severity1, Ink::Banner] {
                assert!(
                    theme.style(ink).add_modifier.contains(Modifier::REVERSED),
                    "{name} {}",
                    ink.name()
                );
            }
        }
    }
}
