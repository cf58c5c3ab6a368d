//! The panes: one line each here, and one file. A pane of text (rows made of words) is whole in its file; those that set their
//! rows in columns of their own have a file in `ui/panes` beside it.

use super::action::{Action, Context};
use super::text_row::TextRow;
use super::{Model, sheets};

/// What there is to know of a pane.
#[derive(Debug)]
pub struct PaneSpec {
    /// What people read.
    pub title: &'static str,
    /// The same, where there is little room.
    pub short: &'static str,
    /// What the key for a new entry adds here.
    pub adds: Action,
    /// What it says while it is empty, and what the key for a new entry does about it.
    pub empty: (&'static str, &'static str),
    /// Where its keys are looked up; of a pane whose rows differ, this is for the first of them.
    pub context: Context,
    /// Its rows, for panes of text.
    pub rows: Option<fn(&Model) -> Vec<TextRow>>,
    /// The pane whose selection it goes by.
    pub follows: Option<Pane>,
}

macro_rules! panes {
    ($($(#[$doc:meta])* $pane:ident => $spec:expr;)+) => {
        /// A pane.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Pane {
            $($(#[$doc])* $pane,)+
        }

        const TABLE: &[&PaneSpec] = &[$(&$spec),+];

        impl Pane {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$pane),+];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();
        }
    };
}

panes! {
    /// What happened.
    Timeline => PaneSpec {
        title: "Timeline", short: "Log", adds: Action::Log, empty: ("Nothing has been written yet", "logs an event"),
        context: Context::Timeline, rows: None, follows: None,
    };
    /// What is due when.
    Timers => PaneSpec {
        title: "Timers", short: "Timers", adds: Action::AddTimer, empty: ("No timer runs", "starts one"),
        context: Context::Timers, rows: None, follows: None,
    };
    /// Who does what.
    Roles => PaneSpec {
        title: "Roles", short: "Roles", adds: Action::AssignRole, empty: ("No one holds a role", "assigns one"),
        context: Context::Roles, rows: None, follows: None,
    };
    /// What we think it is, and what we do about it.
    Hypotheses => PaneSpec {
        title: "Hypotheses", short: "Why", adds: Action::AddHypothesis, empty: ("No hypothesis yet", "states one"),
        context: Context::Hypothesis, rows: None, follows: None,
    };
    /// What has to be done.
    Checklists => PaneSpec {
        title: "Checklists", short: "To do", adds: Action::AddItem, empty: ("Nothing to do is listed", "adds an item"),
        context: Context::Checklists, rows: None, follows: None,
    };
    /// What waits for someone's decision or answer.
    Decisions => sheets::decisions::PANE;
    /// One hypothesis or mitigation, whole.
    Entry => sheets::entry::PANE;
    /// The five whys and the root cause.
    Whys => sheets::whys::PANE;
    /// The contributing factors, drawn as a fishbone.
    Fishbone => sheets::fishbone::PANE;
    /// Who is told, and when next.
    Audiences => sheets::audiences::PANE;
    /// The next update, filled in.
    Draft => sheets::draft::PANE;
    /// What was sent.
    Sent => sheets::sent::PANE;
    /// Who hears how often, by severity.
    Matrix => sheets::matrix::PANE;
    /// The runbooks.
    Runbooks => sheets::runbooks::PANE;
    /// The selected runbook.
    Runbook => sheets::runbook::PANE;
    /// Impact, milestones and cause, as the review will have them.
    Summary => sheets::summary::PANE;
    /// What the review asks, and the answers.
    Questions => sheets::questions::PANE;
    /// What will be done so that it does not come back.
    ActionItems => sheets::action_items::PANE;
    /// Timers that were met late or not at all, and gates overridden.
    Missed => sheets::missed::PANE;
    /// The incidents of the repository.
    Incidents => sheets::incidents::PANE;
    /// The selected incident in short.
    Preview => sheets::preview::PANE;
    /// The action items of all incidents.
    Followups => sheets::followups::PANE;
    /// How incidents went over the last periods.
    Trend => sheets::trend::PANE;
}

impl Pane {
    /// What there is to know of it.
    pub fn spec(self) -> &'static PaneSpec {
        TABLE[self as usize]
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        self.spec().title
    }

    /// Whether its rows are words alone.
    pub fn is_text(self) -> bool {
        self.spec().rows.is_some()
    }
}
