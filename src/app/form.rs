//! A question in the input line: one or several steps, each a text, a time or a choice.

use super::action::Action;
use super::line::Line;
use super::step::Step;
use crate::framework::model::LEVELS;
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
    /// How many first steps were answered by the selection; Esc does not go back into them.
    pub given: usize,
    /// Answers of the steps before it.
    pub answers: Vec<Answer>,
    /// What was entered for steps behind it, by their names: the person went back to an earlier field.
    pub ahead: std::collections::BTreeMap<&'static str, Answer>,
    /// What is typed.
    pub line: Line,
    /// What can be chosen at this step, narrowed down by what is typed.
    pub choices: Option<Choices>,
    /// Kind of the event (only when logging); Tab takes the next.
    pub kind: Option<EventKind>,
    /// What is selected in the first step's choices at first: the entry that had the focus.
    pub preset: Option<String>,
    /// What the empty line offers: a draft, or a template that is filled in; Tab takes it.
    pub offer: Option<String>,
    /// The answer that was asked once more; Enter on it takes it.
    pub confirm: Option<String>,
    /// Why the last answer was not taken, or what is asked once more.
    pub error: Option<String>,
    /// What the selected choice would bring, where it leads to a severity.
    pub brings: Option<Brings>,
    /// Whether all is answered and on its way.
    pub sent: bool,
}

impl Form {
    /// The step that is asked now.
    pub fn step(&self) -> Option<&Step> {
        self.steps.get(self.at)
    }

    /// The answer to a step, trimmed; empty where it was passed over.
    pub fn answer(&self, step: &str) -> &str {
        let index = self.steps.iter().position(|known| known.name == step);
        index
            .and_then(|index| self.answers.get(index))
            .map_or("", |answer| answer.value.as_str())
    }

    /// The same, absent where it is empty.
    pub(super) fn maybe(&self, step: &str) -> Option<String> {
        Some(self.answer(step))
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    }
}

impl Choices {
    /// All of these are shown, the first is selected.
    pub(super) fn of(all: Vec<Choice>) -> Self {
        Self {
            shown: (0..all.len()).collect(),
            all,
            ..Self::default()
        }
    }

    /// The selected one.
    pub fn current(&self) -> Option<&Choice> {
        self.shown.get(self.selected).map(|shown| &self.all[*shown])
    }

    /// Moves the selection; up from the first is the last and the other way round, by single steps.
    pub(super) fn step(&mut self, action: Action, page: usize) {
        let last = self.shown.len().saturating_sub(1);
        let page = page.saturating_sub(1).max(1);
        self.selected = match action {
            Action::Up if self.selected == 0 => last,
            Action::Down if self.selected == last => 0,
            Action::Up => self.selected - 1,
            Action::Down => self.selected + 1,
            Action::PageUp | Action::HalfUp => self.selected.saturating_sub(page),
            Action::PageDown | Action::HalfDown => (self.selected + page).min(last),
            Action::First => 0,
            Action::Last => last,
            _ => self.selected,
        };
    }
}

/// The answer to a step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What the change is made of: an id, a word, a text.
    pub value: String,
    /// What the breadcrumb shows.
    pub shown: String,
    /// What was typed for it.
    pub typed: String,
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
    /// True for a role that someone holds: it is not preselected where an empty one matches as well.
    pub held: bool,
    /// Other words by which it is found.
    pub words: &'static str,
}

/// What the selected choice would bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brings {
    /// The severity; empty while it is not certain.
    pub severity: String,
    /// Its next timers: when each is due, and what it is.
    pub timers: Vec<(String, String)>,
    /// The table that it is taken from.
    pub grid: Option<Grid>,
}

/// The table of impact and urgency, with the place that is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Impact by urgency, both from high to low.
    pub cells: [[String; 3]; 3],
    /// The row that is selected.
    pub impact: Option<usize>,
    /// The column that is selected.
    pub urgency: Option<usize>,
}

impl Grid {
    /// What its rows and columns are called.
    pub const LEVELS: [&str; 3] = LEVELS;
}

/// A choice that can be taken.
pub(super) fn choice(value: impl Into<String>, label: impl Into<String>, detail: impl Into<String>) -> Choice {
    Choice {
        value: value.into(),
        label: label.into(),
        detail: detail.into(),
        enabled: true,
        ..Choice::default()
    }
}

/// What an area says of an action that is not its own.
pub(super) fn nothing(form: &Form) -> String {
    format!("{} changes nothing.", form.title)
}
