//! What lies over the panes: questions, pages, pastes, sentences; and what the mouse can hit.

use crate::incident::Time;

use super::action::Context;
use super::form::{Choices, Form};
use super::line::Line;
use super::{Pane, Screen};

/// Something that lies over the panes.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are one or two of them at a time")]
pub enum Layer {
    /// A question in the input line, with its choices in a box above it.
    Form(Form),
    /// The command palette.
    Palette(Palette),
    /// The line typed after `/`, in the input line.
    Search(Line),
    /// Help for where one is.
    Help(Help),
    /// One entry, whole, with what can be done about it.
    Detail(Detail),
    /// Why a change was refused.
    Refused(Refused),
    /// The conditions of the resolution gate.
    Gate(Gate),
    /// Notices, unreadable entries, problems of the file and of the configuration.
    Messages(Scroll),
    /// Pasted lines, before they are logged.
    Paste(Paste),
}

/// The command palette, and menus: actions to choose from.
#[derive(Clone, Debug)]
pub struct Palette {
    /// `Commands`, or what the menu is about.
    pub title: String,
    /// What was typed to narrow it down.
    pub line: Line,
    /// The actions; `value` is the action's id, `key` its key.
    pub choices: Choices,
}

/// Help for where one is. Its lines come from [`Model::help_lines`].
#[derive(Clone, Debug)]
pub struct Help {
    /// The context that it explains.
    pub context: Context,
    /// First line shown.
    pub scroll: usize,
    /// Whether it shows all keys, and a line to search in.
    pub all: bool,
    /// What is searched for.
    pub line: Line,
}

/// One entry, whole, with what can be done about it.
#[derive(Clone, Debug)]
pub struct Detail {
    /// What it is: `Event e7k3m9qx`.
    pub title: String,
    /// Label and text; an empty label continues the line before. Text may have several lines.
    pub lines: Vec<(String, String)>,
    /// First line shown.
    pub scroll: usize,
    /// What can be done about it; typing a key of the pane works as well.
    pub choices: Choices,
}

/// Why a change was refused.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What was tried: `Resolve`.
    pub title: String,
    /// One sentence.
    pub said: String,
    /// What is missing, or what there is, one line each.
    pub missing: Vec<String>,
    /// What does it all the same, with a reason; its key is [`super::OVERRIDE`].
    pub instead: Option<super::Action>,
    /// First line shown.
    pub scroll: usize,
}

/// The conditions of the resolution gate as a list that is worked through: each is ticked or given its evidence right there.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Why resolving was refused; empty where it was only looked at.
    pub said: String,
    /// The conditions, then what resolves; `value` is the condition's id, `current` says that it is met.
    pub choices: Choices,
}

/// A message that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Time,
    /// The sentence.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// A text overlay's scroll.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    /// First line shown.
    pub top: usize,
}

/// What may become of pasted lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasteWay {
    /// An event for each.
    Each,
    /// All of it as one event.
    One,
    /// An item of a checklist for each task.
    Tasks,
}

/// Pasted lines, before they are logged.
#[derive(Clone, Debug)]
pub struct Paste {
    /// What becomes of them, as it would stand in the timeline.
    pub events: Vec<crate::incident::import::Imported>,
    /// Tasks among them, and whether each is done.
    pub tasks: Vec<(bool, String)>,
    /// What is to be said of how they were read.
    pub notes: Vec<String>,
    /// Zones that they name and that are still being looked up.
    pub sought: Vec<String>,
    /// Whether a word for a zone stands in them that several zones use, and how many readings further on it is taken.
    pub shared: bool,
    /// See `shared`.
    pub turned: usize,
    /// Kind of the one event, where the text names none.
    pub kind: crate::incident::EventKind,
    /// What becomes of them as it stands.
    pub way: PasteWay,
    /// The ways that make sense, in the order of Tab.
    pub ways: Vec<PasteWay>,
    /// The text as pasted.
    pub text: String,
    /// First line shown.
    pub scroll: usize,
}

/// How a toast is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// News.
    Info,
    /// It worked.
    Good,
    /// A worry.
    Warning,
    /// It failed.
    Error,
}

impl Tone {
    /// Whether it is shown until a key is pressed.
    pub fn stays(self) -> bool {
        match self {
            Self::Warning | Self::Error => true,
            Self::Info | Self::Good => false,
        }
    }
}

/// A sentence that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// The sentence.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// When it goes.
    pub until: Time,
}

/// What lies under the mouse; [`super::Geometry::hit`] tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A row of a pane.
    Row(Pane, usize),
    /// The checkbox of a row of the checklists pane.
    Checkbox(usize),
    /// A pane, beside its rows.
    Pane(Pane),
    /// A tab of the strip.
    Tab(Pane),
    /// A screen's tab.
    Screen(Screen),
    /// The NEXT line.
    Next,
    /// A choice of the topmost layer (index into `Choices::shown`).
    Choice(usize),
    /// The topmost layer, beside its choices.
    Layer,
    /// The input line.
    Input,
    /// `? help` in the input line.
    Help,
    /// `: palette` in the input line.
    Palette,
}
