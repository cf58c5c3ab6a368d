//! Few colours with meaning, and only where a terminal shows them.

use std::fmt::Display;
use std::io::IsTerminal;

/// Paints words, or leaves them as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint(pub bool);

impl Paint {
    /// As `--color`, `NO_COLOR` and the terminal say.
    pub(super) fn choose(when: clap::ColorChoice) -> Self {
        Self(match when {
            clap::ColorChoice::Always => true,
            clap::ColorChoice::Never => false,
            clap::ColorChoice::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
                std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
            }
        })
    }

    fn code(self, code: &str, words: impl Display) -> String {
        if self.0 {
            format!("\x1b[{code}m{words}\x1b[0m")
        } else {
            words.to_string()
        }
    }

    /// What the eye should find first.
    pub(super) fn strong(self, words: impl Display) -> String {
        self.code("1", words)
    }

    /// What may be overlooked.
    pub(super) fn quiet(self, words: impl Display) -> String {
        self.code("2", words)
    }

    /// Overdue, worst.
    pub(super) fn bad(self, words: impl Display) -> String {
        self.code("1;31", words)
    }

    /// Due, waiting.
    pub(super) fn warn(self, words: impl Display) -> String {
        self.code("33", words)
    }

    /// Done, met.
    pub(super) fn good(self, words: impl Display) -> String {
        self.code("32", words)
    }
}
