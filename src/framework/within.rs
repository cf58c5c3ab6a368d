//! The times of a framework's timers, as they are written and as they count.

use std::fmt;

use super::calendar::Span;
use super::data::{BySeverity, Class};
use super::model::{Fact, Start};
use super::remedy::Remedy;

/// One timer.
#[derive(Clone, Debug, PartialEq)]
pub struct TimerRule {
    /// `update.internal`.
    pub id: String,
    /// What people read.
    pub label: String,
    /// What starts it: whichever of these comes first.
    pub from: Vec<Start>,
    /// Its time, by severity; absent where it does not run.
    pub within: BySeverity<Within>,
    /// What meets it: whichever of these comes first.
    pub met_by: Vec<Fact>,
    /// A cadence: runs again from the last time it was met.
    pub repeats: bool,
    /// A duration rather than a deadline: what meets it counts only once it has run.
    pub waits: bool,
    /// Runs only in statuses of these classes.
    pub during: Vec<Class>,
    /// What to do about it.
    pub remedy: Option<Remedy>,
    /// Why the figure was decided or borrowed, by severity.
    pub borrowed: BySeverity<String>,
}

/// Before a severity is set: the word that stands for it in the times of a timer.
pub const UNSET: &str = "unset";

impl TimerRule {
    /// When it is due and overdue after its start; `None` where it does not run. Without a severity what stands for `unset`.
    pub fn span(&self, severity: &str) -> Option<(Span, Span)> {
        let severity = if severity.is_empty() { UNSET } else { severity };
        super::data::at(&self.within, severity)?.span()
    }
}

/// A time of a framework, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    written: String,
    span: Option<(Span, Span)>,
}

/// What may stand in place of a time, where nothing is counted.
pub const NO_TIME: [&str; 8] = [
    "as needed",
    "when convenient",
    "best effort",
    "by e-mail",
    "next sprint",
    "backlog",
    "on request",
    "none",
];

impl Within {
    /// Reads one: `15m`, `15m-30m`, `5bd`, `0s`, or a phrase of [`NO_TIME`].
    pub fn parse(text: &str) -> Option<Self> {
        let span = range(text);
        (span.is_some() || NO_TIME.contains(&text)).then(|| Self {
            written: text.to_owned(),
            span,
        })
    }

    /// The same where `0s` (at once) may take a moment.
    #[must_use]
    pub fn at_once_within(self, grace: Span) -> Self {
        let at_once = Span::Elapsed(std::time::Duration::ZERO);
        let span = self.span.map(|(first, last)| match (first, last) {
            (first, last) if first == at_once && last == at_once => (first, grace),
            other => other,
        });
        Self { span, ..self }
    }

    /// When it is due, and when it is overdue: the same moment unless it is a range. `None` where nothing is counted.
    pub fn span(&self) -> Option<(Span, Span)> {
        self.span
    }
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}

/// `15m` gives the same moment twice, `15m-30m` both, `0s` none of waiting; words give `None`.
fn range(text: &str) -> Option<(Span, Span)> {
    match text.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (Span::parse(first)?, Span::parse(last)?);
            let ordered = match (first, last) {
                (Span::Elapsed(first), Span::Elapsed(last)) => first <= last,
                (Span::Days(first), Span::Days(last)) | (Span::Hours(first), Span::Hours(last)) => first <= last,
                _ => false,
            };
            ordered.then_some((first, last))
        }
        None => Span::parse(text).map(|time| (time, time)),
    }
}
