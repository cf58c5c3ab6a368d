//! A question in the input line: one or several steps, each a text, a time or a choice.

use super::action::Action;
use super::line::Line;
use crate::incident::EventKind;

/// A question under way.
#[derive(Clone, Debug)]
pub struct Form {
    /// What is being done.
    pub action: Action,
    /// What it is about, for the breadcrumb: `evidence`.
    pub title: String,
    /// All steps.
    pub steps: Vec<Step>,
    /// The step that is asked now.
    pub at: usize,
    /// Answers of the steps before it.
    pub answers: Vec<Answer>,
    /// What is typed.
    pub line: Line,
    /// What can be chosen at this step, narrowed down by what is typed.
    pub choices: Option<Choices>,
    /// Kind of the event (only when logging); Tab takes the next.
    pub kind: Option<EventKind>,
    /// Why the last answer was not taken.
    pub error: Option<String>,
}

/// One step of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name in code and drafts: `text`.
    pub name: &'static str,
    /// What is asked, in a word or two: `evidence`.
    pub label: &'static str,
    /// A hint that stands in the empty line.
    pub hint: &'static str,
    /// What answers are taken.
    pub want: Want,
    /// Whether Enter on an empty line passes over it.
    pub optional: bool,
}

/// What answers a step takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Any words.
    Text,
    /// A line for the timeline: kind and time prefixes are understood.
    Log,
    /// A time as people type it.
    Time,
    /// A duration as people type it.
    Duration,
    /// A calendar day.
    Day,
    /// One of the choices.
    Choice,
    /// One of the choices, or other words.
    ChoiceOrText,
}

/// The answer to a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the change is made of: an id, a word, a text.
    pub value: String,
    /// What the breadcrumb shows.
    pub shown: String,
}

/// Things to choose from.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// All of them.
    pub all: Vec<Choice>,
    /// Indices of those that match what is typed, best first.
    pub shown: Vec<usize>,
    /// Index into `shown`.
    pub selected: usize,
    /// First of `shown` on the screen; kept as [`super::Cursor::top`] is.
    pub top: usize,
}

/// Something to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the answer will be.
    pub value: String,
    /// What people read.
    pub label: String,
    /// More about it, dimmed.
    pub detail: String,
    /// Its key, in the palette.
    pub key: String,
    /// False where it cannot be chosen now (shown dimmed, `detail` says why).
    pub enabled: bool,
    /// True for what is in force now.
    pub current: bool,
}
