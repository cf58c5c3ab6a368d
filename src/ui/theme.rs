//! What each kind of text looks like. Themes are data in `assets/themes/`; code names inks, never colours.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ratatui::style::{Color, Modifier, Style};

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

const EMBEDDED: [(&str, &str); 4] = [
    ("dark", include_str!("../../assets/themes/dark.yaml")),
    ("light", include_str!("../../assets/themes/light.yaml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.yaml")),
    ("colour-blind", include_str!("../../assets/themes/colour-blind.yaml")),
];

/// Names of the themes that come with the program.
pub const NAMES: [&str; 4] = [EMBEDDED[0].0, EMBEDDED[1].0, EMBEDDED[2].0, EMBEDDED[3].0];

impl Theme {
    /// The theme of that name; `dark` where there is none.
    pub fn named(name: &str) -> &'static Arc<Self> {
        static THEMES: OnceLock<[Arc<Theme>; 4]> = OnceLock::new();
        let themes = THEMES.get_or_init(|| EMBEDDED.map(|(_, text)| Arc::new(Self::read(text))));
        let name = if name == "color-blind" { "colour-blind" } else { name };
        &themes[NAMES.iter().position(|known| *known == name).unwrap_or(0)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_themes_are_in_order_and_complete() {
        for (name, text) in EMBEDDED {
            let plain = Theme::named("dark");
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
        assert_eq!(Theme::named("nonsense"), Theme::named("dark"));
        assert_ne!(Theme::named("light"), Theme::named("dark"));
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
        let (theme, problems) = Theme::named("dark").with(&lines);
        let good = Style::new()
            .fg(Color::Rgb(0, 255, 136))
            .bg(Color::Indexed(17))
            .add_modifier(Modifier::BOLD);
        assert_eq!(theme.style(Ink::Good), good);
        assert_eq!(theme.style(Ink::Bad), Theme::named("dark").style(Ink::Bad));
        let told: Vec<_> = problems
            .iter()
            .map(|problem| (problem.line, problem.said.contains('`')))
            .collect();
        assert_eq!(told, [(5, true), (6, true), (7, true)]);
    }

    #[test]
    fn without_colour_nothing_is_coloured_and_what_matters_still_differs() {
        for name in NAMES {
            let theme = Theme::named(name).without_color();
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
