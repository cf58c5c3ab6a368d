//! The panes: one block each here, and one file. What the rows of a pane of text (rows made of words) say is in its file in `sheets/`;
//! those that set their rows in columns of their own have a file in `ui/panes`.

use super::action::{Action, Context};

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
    /// Whether its rows are words alone, made in its file in `sheets/`.
    pub text: bool,
    /// The pane whose selection it goes by.
    pub follows: Option<Pane>,
}

/// A pane of text that has a name and adds something.
const fn text(
    (title, short): (&'static str, &'static str),
    adds: Action,
    empty: (&'static str, &'static str),
) -> PaneSpec {
    PaneSpec {
        title,
        short,
        adds,
        empty,
        context: Context::Sheet,
        text: true,
        follows: None,
    }
}

/// The same, going by what is selected in another pane.
const fn following(pane: Pane, spec: PaneSpec) -> PaneSpec {
    PaneSpec {
        follows: Some(pane),
        ..spec
    }
}

/// The same, with keys of its own.
const fn keyed(context: Context, spec: PaneSpec) -> PaneSpec {
    PaneSpec { context, ..spec }
}

macro_rules! panes {
    ($($(#[$doc:meta])* $pane:ident => $spec:expr;)+) => {
        /// A pane.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Pane {
            $($(#[$doc])* $pane,)+
        }

        const TABLE: &[PaneSpec] = &[$($spec),+];

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
        context: Context::Timeline, text: false, follows: None,
    };
    /// What is due when.
    Timers => PaneSpec {
        title: "Timers", short: "Timers", adds: Action::AddTimer, empty: ("No timer runs", "starts one"),
        context: Context::Timers, text: false, follows: None,
    };
    /// Who does what.
    Roles => PaneSpec {
        title: "Roles", short: "Roles", adds: Action::AssignRole, empty: ("No one holds a role", "assigns one"),
        context: Context::Roles, text: false, follows: None,
    };
    /// What we think it is, and what we do about it.
    Hypotheses => PaneSpec {
        title: "Hypotheses", short: "Why", adds: Action::AddHypothesis, empty: ("No hypothesis yet", "states one"),
        context: Context::Hypothesis, text: false, follows: None,
    };
    /// What has to be done.
    Checklists => PaneSpec {
        title: "Checklists", short: "To do", adds: Action::AddItem, empty: ("Nothing to do is listed", "adds an item"),
        context: Context::Checklists, text: false, follows: None,
    };
    /// What waits for someone's decision or answer.
    Decisions => text(("Waiting", "Waits"), Action::Dispatch, ("Nothing waits for anyone", "calls someone in"));
    /// One hypothesis or mitigation, whole.
    Entry => following(Pane::Hypotheses, text(
        ("Entry", "Entry"), Action::ProposeMitigation, ("No hypothesis or mitigation is selected", "proposes a mitigation")),
    );
    /// The five whys and the root cause.
    Whys => text(("Five whys", "Whys"), Action::AddWhy, ("No why has been asked yet", "adds the first because"));
    /// The contributing factors, drawn as a fishbone.
    Fishbone => text(
        ("Contributing factors", "Factors"), Action::AddFactor, ("No contributing factor yet", "adds one"),
    );
    /// Who is told, and when next.
    Audiences => keyed(Context::Comms, text(
        ("Audiences", "Who"), Action::SendUpdate, ("This framework names no audience", "logs an update")),
    );
    /// The next update, filled in.
    Draft => keyed(Context::Comms, following(Pane::Audiences, text(
        ("Draft", "Draft"), Action::SendUpdate, ("This framework has no template for them", "writes an update"))),
    );
    /// What was sent.
    Sent => keyed(Context::Comms, text(
        ("Sent", "Sent"), Action::SendUpdate, ("No update has been sent yet", "logs one as sent")),
    );
    /// Who hears how often, by severity.
    Matrix => text(
        ("Who hears when", "When"), Action::SendUpdate, ("This framework names no audience", "logs an update"),
    );
    /// The runbooks.
    Runbooks => keyed(Context::Runbooks, text(
        ("Runbooks", "Books"), Action::AttachRunbook, ("The runbooks are being read", "attaches one")),
    );
    /// The selected runbook.
    Runbook => keyed(Context::Runbooks, following(Pane::Runbooks, text(
        ("Runbook", "Text"), Action::AttachRunbook, ("No runbook is selected", "attaches one"))),
    );
    /// Impact, milestones and cause, as the review will have them.
    Summary => text(("Summary", "Sum"), Action::SetSummary, ("Nothing has been recorded yet", "writes a summary"));
    /// What the review asks, and the answers.
    Questions => text(
        ("Questions", "Ask"), Action::SetField, ("The framework asks nothing of a review", "sets a field"),
    );
    /// What will be done so that it does not come back.
    ActionItems => text(("Action items", "Actions"), Action::AddAction, ("No action item yet", "adds one"));
    /// Timers that were met late or not at all, and gates overridden.
    Missed => text(("Missed", "Missed"), Action::AddAction, ("Nothing was missed", "adds an action item"));
    /// The incidents of the repository.
    Incidents => text(
        ("Incidents", "All"), Action::DeclareIncident, ("No incident has been declared here", "declares one"),
    );
    /// The selected incident in short.
    Preview => following(Pane::Incidents, text(
        ("Selected", "Sel"), Action::DeclareIncident, ("No incident is selected", "declares one")),
    );
    /// The action items of all incidents.
    Followups => keyed(Context::Overview, text(
        ("Action items of all", "To do"), Action::AddAction, ("No incident has an action item", "adds one to this incident")),
    );
    /// How incidents went over the last periods.
    Trend => keyed(Context::Overview, text(
        ("Trend", "Trend"), Action::DeclareIncident, ("No incident has been declared here", "declares one")),
    );
}

impl Pane {
    /// What there is to know of it.
    pub fn spec(self) -> &'static PaneSpec {
        &TABLE[self as usize]
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        self.spec().title
    }

    /// Whether its rows are words alone.
    pub fn is_text(self) -> bool {
        self.spec().text
    }
}
