//! What goes into `update` and what comes out of it.

use std::sync::Arc;

use super::action::Action;
use super::key::Key;
use super::{Keymap, Settings, Size};
use crate::framework::Framework;
use crate::framework::calendar::Zone;
use crate::incident::{Applied, Change, Refusal};
use crate::session::{Looked, MayRun, Snapshot};

/// The only input of `update`, beside the time.
#[derive(Clone, Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// An action was chosen otherwise than by its key.
    Action(Action),
    /// Text was pasted.
    Paste(String),
    /// A line and its end came at once, as keys: typed while the network stood still, or pasted. [`Model::meant`](super::Model::meant)
    /// tells which.
    Burst(Vec<Key>),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal has another size.
    Resized(Size),
    /// A second went by.
    Tick,
    /// The session has something newer.
    Snapshot(Arc<Snapshot>),
    /// What came of `Effect::Apply`, `Undo` or `Redo`.
    Outcome(Outcome),
    /// A half-typed line of an earlier session, in the form of `Effect::KeepDraft`.
    Draft(String),
    /// What came of `Effect::EditOutside`: the text as it was saved, or why there is none.
    Edited(Result<String, String>),
    /// The incidents of the repository.
    Board(Arc<[super::BoardEntry]>),
    /// How the messages of hooks stand.
    Outgoing(super::Outgoing),
    /// The terminal has said whether its background is light.
    Background(bool),
    /// The person's configuration has changed: what it says now, or what is wrong in it.
    Configured(Result<Box<Configured>, Vec<String>>),
    /// What was found for a query in all incidents (`Effect::SearchAll`), or why it cannot be read; empty for all of them.
    Looked(String, Result<Box<Looked>, String>),
    /// The framework by which the team's next incident is declared.
    Team(Arc<Framework>),
    /// What came of `Effect::FindZone`: the name, and its rules where this machine knows it.
    Zone(String, Option<Zone>),
    /// The runbooks, those first that fit the incident.
    Library(Arc<crate::runbook::library::Library>),
    /// What may run by this person's permission, and what came of a permission that was given or taken back, if that was asked.
    Permissions(Vec<MayRun>, Option<(String, bool)>),
    /// Incidents that are like the open one, the best first, and whether a person asked for them (`Effect::FindSimilar`).
    Similar(Vec<crate::recall::similar::Similar>, bool),
    /// Something to tell, from the runtime: a sentence, and whether it is a worry.
    Say(String, bool),
}

/// What came of a request.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The action that asked.
    pub action: Action,
    /// Results in the order of the changes.
    pub results: Vec<Result<Applied, Refusal>>,
}

/// What a mouse did, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mouse {
    /// What it did.
    pub what: MouseAct,
    /// What lay under it, on the screen as the person saw it.
    pub hit: Option<super::Hit>,
}

/// What a mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MouseAct {
    /// The left button went down.
    Click,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// What is asked about permissions to run something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permit {
    /// What may run.
    Read,
    /// Allow this content, and no other, to be run from a place.
    Allow {
        /// The place.
        place: String,
        /// What people call it.
        name: String,
        /// What was read.
        content: String,
    },
    /// Take a permission back.
    Deny {
        /// The place.
        place: String,
        /// What people call it.
        name: String,
    },
}

/// What an incident is declared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// What is broken for whom.
    pub title: String,
    /// How bad it is, where that was said.
    pub severity: Option<String>,
    /// How far it reaches, where that was rated.
    pub impact: Option<String>,
    /// How fast it has to end, where that was rated.
    pub urgency: Option<String>,
    /// Why it is declared without an alert, where that was said.
    pub ground: Option<String>,
}

/// The only output of `update`: what the runtime is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Apply changes, in this order; one that is refused does not keep back those after it.
    Apply {
        /// What for.
        action: Action,
        /// The changes.
        changes: Vec<Change>,
    },
    /// Take back the newest of one's own changes.
    Undo,
    /// Do it again.
    Redo,
    /// Declare the major incident, coordinated by this person.
    DeclareMajor(String),
    /// Write the document of the incident's review, or bring it up to date.
    WriteReview,
    /// Look at all incidents of the repository.
    LookAround,
    /// Ask a query of all incidents of the repository; empty for all of them.
    SearchAll(String),
    /// Look a zone up by the name that a pasted text has for it (`Europe/Berlin`).
    FindZone(String),
    /// Read what may run, or change a permission first.
    Permit(Permit),
    /// Look for incidents that are like the open one; true where a person asked for them.
    FindSimilar(bool),
    /// Read the runbooks, and say which fit.
    ReadRunbooks,
    /// Go to this incident.
    OpenIncident(String),
    /// Declare an incident, and go to it.
    Declare(Declared),
    /// Fold the open incident into another one, which goes on.
    Duplicate {
        /// The one that goes on.
        parent: String,
        /// Why, where that was said.
        reason: Option<String>,
    },
    /// Exchange with the remote now.
    Sync,
    /// Put the last good state back where the file is missing or cannot be read.
    RestoreFile,
    /// Put text on the terminal's clipboard.
    Copy(String),
    /// The same for a text of several lines, as it is.
    CopyText(String),
    /// Ring the bell.
    Bell,
    /// Send a terminal notification.
    Notify(String),
    /// A timer with this label ran out: run the person's hook.
    RanOut(String),
    /// Timers are overdue: hooks may say so.
    Overdue(Vec<crate::hook::Overdue>),
    /// Have this text edited in the person's own editor, which gets the terminal meanwhile.
    EditOutside(String),
    /// Keep a half-typed line on disk; empty removes it.
    KeepDraft(String),
    /// Open consoles in this theme from now on.
    RememberTheme(String),
    /// Open consoles arranged for this role from now on (`ic`); for none where there is none.
    RememberSeat(Option<String>),
    /// Clear the screen and draw all of it.
    Redraw,
    /// Stop, as Ctrl-Z does.
    Suspend,
    /// Leave, once everything is saved.
    Quit,
}

/// What a person's configuration says of the console, read while it runs.
#[derive(Clone, Debug)]
pub struct Configured {
    /// How things are shown.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
}
