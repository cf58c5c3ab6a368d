//! Why a call failed: one sentence for a tired person, the exit status, and what goes with it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::bounds::CELL;
use crate::document::Invalid;
use crate::incident::Refusal;
use crate::incident::time::Nonsense;
use crate::session::SaveError;
use crate::text;

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Exit status.
    pub code: u8,
    /// One sentence.
    pub said: String,
    /// What goes with it.
    pub more: Box<More>,
}

/// What goes with a failure.
#[derive(Debug, Default)]
pub(crate) struct More {
    /// What a rule wants, a line each (status 3).
    pub missing: Vec<String>,
    /// What could have been meant, a line each (status 4), or what is wrong where (status 5).
    pub candidates: Vec<String>,
    /// File, line and column (status 5).
    pub place: Option<(String, usize, usize)>,
    /// What lies behind it, for `-v`.
    pub cause: Option<color_eyre::Report>,
}

/// Verbs about one incident that sentences name.
const ABOUT_ONE: [&str; 17] = [
    "ack",
    "cancel",
    "check",
    "close",
    "dispatch",
    "escalate",
    "hypothesis",
    "log",
    "merge",
    "milestone",
    "mitigation",
    "reopen",
    "resolve",
    "role",
    "settle",
    "set",
    "task",
];

impl Failure {
    fn new(code: u8, said: impl Into<String>) -> Self {
        Self {
            code,
            said: said.into(),
            more: Box::default(),
        }
    }

    /// Status 1: the system said no.
    pub(super) fn failed(said: impl Into<String>) -> Self {
        Self::new(1, said)
    }

    /// Status 1, with what lies behind it.
    pub(super) fn because(said: impl Into<String>, cause: impl Into<color_eyre::Report>) -> Self {
        let mut failure = Self::new(1, said);
        failure.more.cause = Some(cause.into());
        failure
    }

    /// Another status, with nothing more to say.
    pub(super) fn ended(code: u8) -> Self {
        Self::new(code, "")
    }

    /// Status 2: the call makes no sense.
    pub(super) fn usage(said: impl Into<String>) -> Self {
        Self::new(2, said)
    }

    /// Status 3: the rules do not allow it.
    pub(super) fn refused(said: impl Into<String>) -> Self {
        Self::new(3, said)
    }

    /// The status of the refusal: a change was taken, and the file was changed before it was saved.
    pub(super) fn overtaken(refusal: Refusal) -> Self {
        let mut failure = Self::from(refusal);
        if failure.code != 0 {
            failure.said = format!("not saved, since the file was changed meanwhile: {}", failure.said);
        }
        failure
    }

    /// Status 4: no such thing, or several.
    pub(super) fn not_found(said: impl Into<String>, candidates: Vec<String>) -> Self {
        let mut failure = Self::new(4, said);
        failure.more.candidates = candidates;
        failure
    }

    /// Status 5: a file cannot be read as what it should be.
    pub(super) fn invalid(file: &str, invalid: &Invalid) -> Self {
        let mut said = format!("{file}:{}:{}: {}", invalid.line, invalid.column, invalid.problem);
        if !invalid.excerpt.trim().is_empty() {
            let _ = write!(said, " in `{}`", text::fit(invalid.excerpt.trim(), 60, "…"));
        }
        if !invalid.remedy.is_empty() {
            let _ = write!(said, "; {}", invalid.remedy);
        }
        let mut failure = Self::new(5, said);
        failure.more.place = Some((file.to_owned(), invalid.line, invalid.column));
        failure
    }

    /// Status 5, of a file whose sentence says it all.
    pub(super) fn broken(said: impl Into<String>) -> Self {
        Self::new(5, said)
    }

    /// The commands that its sentences name, with the options that say which repository and incident the call was about: as
    /// they stand they are right to run.
    pub(super) fn about(mut self, options: &str) -> Self {
        if options.is_empty() {
            return self;
        }
        let with = |text: &mut String| {
            for open in ["`", "(", ": "] {
                let plain = format!("{open}warroom ");
                for verb in ABOUT_ONE {
                    let call = format!("{plain}{verb}");
                    *text = text.replace(&call, &format!("{plain}{options} {verb}"));
                }
            }
        };
        with(&mut self.said);
        let more = &mut *self.more;
        more.missing.iter_mut().chain(&mut more.candidates).for_each(with);
        self
    }

    /// What a person reads on standard error.
    pub(super) fn page(&self, verbose: bool) -> String {
        if self.said.is_empty() {
            return String::new();
        }
        let mut page = format!("warroom: {}\n", text::lines(&shortened(self.said.trim_end())));
        for line in self.more.missing.iter().chain(&self.more.candidates) {
            let _ = writeln!(page, "  {}", text::fit(&text::one_line(line), CELL, "…"));
        }
        if let (true, Some(cause)) = (verbose, &self.more.cause) {
            for (depth, error) in cause.chain().enumerate() {
                let _ = writeln!(page, "  {:depth$}{}", "", text::one_line(&error.to_string()));
            }
        }
        page
    }

    /// What a program reads on standard error.
    pub(super) fn document(&self, verbose: bool) -> Value {
        let mut error = json!({"code": self.code, "said": self.said});
        if !self.more.missing.is_empty() {
            error["missing"] = json!(self.more.missing);
        }
        if !self.more.candidates.is_empty() {
            error["candidates"] = json!(self.more.candidates);
        }
        if let Some((file, line, column)) = &self.more.place {
            error["file"] = json!(file);
            error["line"] = json!(line);
            error["column"] = json!(column);
        }
        if let (true, Some(cause)) = (verbose, &self.more.cause) {
            error["cause"] = cause.chain().map(ToString::to_string).collect();
        }
        json!({"ok": false, "error": error})
    }
}

/// A sentence in which no word that was given fills a screen: of a long one its ends are kept.
fn shortened(said: &str) -> String {
    const ENDS: (usize, usize) = (100, 20);
    let short = |word: &str| {
        let letters = word.chars().count();
        if letters <= CELL {
            return word.to_owned();
        }
        let start: String = word.chars().take(ENDS.0).collect();
        let end: String = word.chars().skip(letters - ENDS.1).collect();
        format!("{start}…{end}")
    };
    said.split_inclusive([' ', '\n']).map(short).collect()
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let mut failure = Self::new(2, refusal.to_string());
        match refusal {
            Refusal::Invalid(_) => {}
            // What was asked for is so: said, and no failure.
            Refusal::Unchanged(_) => failure.code = 0,
            Refusal::Rules { missing, .. } => {
                failure.code = 3;
                failure.more.missing = missing;
            }
            Refusal::NotFound { candidates, .. } => {
                failure.code = 4;
                failure.more.candidates = candidates;
            }
        }
        failure
    }
}

impl From<Nonsense> for Failure {
    fn from(nonsense: Nonsense) -> Self {
        Self::usage(nonsense.to_string())
    }
}

impl Failure {
    /// What became of a change that could not be saved in `file`.
    pub(super) fn unsaved(file: &str, error: &SaveError) -> Self {
        match error {
            SaveError::Invalid(invalid) => Self::invalid(file, invalid),
            SaveError::Journaled(said) | SaveError::Lost(said) => Self::failed(said.clone()),
        }
    }
}

impl From<color_eyre::Report> for Failure {
    fn from(report: color_eyre::Report) -> Self {
        Self::because(report.to_string(), report)
    }
}
