//! A row of a pane that consists of words: what it says and how it is meant; how that looks is the business of `ui`.

use super::action::Action;

/// How words are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// What people wrote.
    #[default]
    Text,
    /// What may be passed over.
    Dim,
    /// What is read first.
    Strong,
    /// Can be acted on.
    Accent,
    /// Done, confirmed.
    Good,
    /// Due, missing, worth a look.
    Warn,
    /// Late, failed.
    Bad,
}

/// The mark in front of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// None.
    #[default]
    None,
    /// The room of one.
    Blank,
    /// Done, confirmed.
    Yes,
    /// Rejected, failed.
    No,
    /// Under test.
    Testing,
    /// Not known yet, or asked.
    Open,
    /// Late.
    Alarm,
    /// To be decided.
    Decide,
    /// Under way.
    Started,
    /// Not ticked.
    Box,
    /// Ticked.
    Ticked,
    /// From this to that.
    Arrow,
    /// One of several.
    Dot,
}

/// A row of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextRow {
    /// The entry it stands for, by which the selection is kept; empty where it cannot be selected.
    pub id: String,
    /// Whether it is a heading, with a rule behind it.
    pub heading: bool,
    /// Columns that it is indented by.
    pub indent: usize,
    /// The mark in front of it.
    pub mark: Mark,
    /// How the mark is meant.
    pub mark_look: Look,
    /// The words, which wrap.
    pub parts: Vec<(String, Look)>,
    /// What stands at the right edge.
    pub tail: (String, Look),
    /// How many of the first parts are labels: the others wrap beside them.
    pub labels: usize,
    /// What Enter does, and what answers the first question of it.
    pub does: Option<(Action, String)>,
}

impl TextRow {
    /// A row for an entry.
    pub fn of(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// A heading.
    pub fn heading(title: impl Into<String>) -> Self {
        Self {
            heading: true,
            parts: vec![(title.into(), Look::Strong)],
            ..Self::default()
        }
    }

    /// An empty line.
    pub fn blank() -> Self {
        Self::default()
    }

    /// Words that stand for no entry.
    pub fn note(text: impl Into<String>) -> Self {
        Self::default().put(text, Look::Dim)
    }

    /// Adds words.
    #[must_use]
    pub fn put(mut self, text: impl Into<String>, look: Look) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.parts.push((text, look));
        }
        self
    }

    /// Sets the mark.
    #[must_use]
    pub fn mark(mut self, mark: Mark, look: Look) -> Self {
        (self.mark, self.mark_look) = (mark, look);
        self
    }

    /// What stands there so far is a label: what follows wraps beside it.
    #[must_use]
    pub fn label(mut self) -> Self {
        self.labels = self.parts.len();
        self
    }

    /// Sets what stands at the right edge.
    #[must_use]
    pub fn tail(mut self, text: impl Into<String>, look: Look) -> Self {
        self.tail = (text.into(), look);
        self
    }

    /// Indents it.
    #[must_use]
    pub fn indent(mut self, columns: usize) -> Self {
        self.indent = columns;
        self
    }

    /// Sets what Enter does.
    #[must_use]
    pub fn does(mut self, action: Action, given: impl Into<String>) -> Self {
        self.does = Some((action, given.into()));
        self
    }

    /// The words on one line.
    pub fn text(&self) -> String {
        self.parts.iter().map(|(text, _)| text.as_str()).collect()
    }
}
