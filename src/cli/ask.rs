//! Questions that are answered by a person or by a pipe.

use std::io::{BufRead, IsTerminal, Write as _};

use super::failure::Failure;
use crate::text;

/// Whoever answers.
pub(super) struct Answers {
    lines: std::io::Lines<std::io::StdinLock<'static>>,
    person: bool,
}

impl Answers {
    /// Those of standard input.
    pub(super) fn new() -> Self {
        let stdin = std::io::stdin();
        Self {
            person: stdin.is_terminal(),
            lines: stdin.lock().lines(),
        }
    }

    /// Whether a person answers, at a terminal.
    pub(super) fn is_person(&self) -> bool {
        self.person
    }

    /// A line, without blanks at its ends.
    pub(super) fn line(&mut self, question: &str) -> Result<String, Failure> {
        if self.person {
            let mut asked = std::io::stderr().lock();
            let _ = write!(asked, "{}: ", text::one_line(question));
            let _ = asked.flush();
        }
        match self.lines.next() {
            Some(Ok(line)) => Ok(line.trim().to_owned()),
            _ => Err(Failure::usage(format!(
                "no answer to `{question}`; nothing was declared"
            ))),
        }
    }

    /// Whether the answer is yes.
    pub(super) fn yes(&mut self, question: &str) -> Result<bool, Failure> {
        loop {
            // Nobody reads questions that a pipe answers.
            if self.person {
                let mut asked = std::io::stderr().lock();
                let _ = write!(asked, "{}? [y/n] ", text::one_line(question));
                let _ = asked.flush();
            }
            let Some(Ok(line)) = self.lines.next() else {
                return Err(Failure::usage(format!(
                    "no answer to `{question}?`; y or n is wanted for each question"
                )));
            };
            match line.trim().to_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "n" | "no" | "" => return Ok(false),
                other => eprintln!("`{}` is neither y nor n", text::one_line(other)),
            }
        }
    }
}
