//! Where keys go, and the headings that actions stand under.

/// Where keys go: what lies on top, or the pane in focus and what is selected in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Any pane.
    Anywhere,
    /// The timeline.
    Timeline,
    /// The timers.
    Timers,
    /// The roles.
    Roles,
    /// The hypotheses pane, a hypothesis selected (or nothing yet).
    Hypothesis,
    /// The hypotheses pane, a mitigation selected.
    Mitigation,
    /// The checklists.
    Checklists,
    /// The panes of updates: audiences, drafts, what was sent.
    Comms,
    /// The runbooks, and the one that is selected.
    Runbooks,
    /// The action items of all incidents, and their trend.
    Overview,
    /// A pane of text.
    Sheet,
    /// A line is being typed.
    Input,
    /// Something to read lies over the panes.
    Page,
}

impl Context {
    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Timeline => "timeline",
            Self::Timers => "timers",
            Self::Roles => "roles",
            Self::Hypothesis => "hypotheses",
            Self::Mitigation => "mitigations",
            Self::Checklists => "checklists",
            Self::Comms => "communications",
            Self::Runbooks => "runbooks",
            Self::Overview => "action items of all, trend",
            Self::Sheet => "other panes",
            Self::Input => "while typing",
            Self::Page => "while reading",
        }
    }

    /// Whether a key could mean two things if it were bound in both. Among the runbooks their own keys go first.
    pub fn meets(self, other: Self) -> bool {
        let pane = |context| !matches!(context, Self::Input | Self::Page | Self::Runbooks);
        self == other || (self == Self::Anywhere && pane(other)) || (other == Self::Anywhere && pane(self))
    }
}

/// Heading that an action stands under in help and palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Timeline lines.
    Log,
    /// Status, severity, resolution, fields.
    Incident,
    /// Roles.
    Roles,
    /// Specialists called in, tasks, decisions.
    Requests,
    /// Hypotheses.
    Hypotheses,
    /// Mitigations.
    Mitigations,
    /// Checklists.
    Checklists,
    /// Timers and updates.
    Timers,
    /// Root cause and what follows.
    Analysis,
    /// The screens, and other incidents.
    Screens,
    /// Moving about.
    Move,
    /// The console itself.
    Console,
    /// Editing a line.
    Edit,
}

impl Group {
    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Log => "Timeline",
            Self::Incident => "Incident",
            Self::Roles => "Roles",
            Self::Requests => "Requests and decisions",
            Self::Hypotheses => "Hypotheses",
            Self::Mitigations => "Mitigations",
            Self::Checklists => "Checklists",
            Self::Timers => "Timers and updates",
            Self::Analysis => "Cause and follow-up",
            Self::Screens => "Screens",
            Self::Move => "Moving",
            Self::Console => "Console",
            Self::Edit => "Typing",
        }
    }
}
