//! The screens: each is a set of panes with its own layout, one block in this table.

use super::Pane;
use super::action::Action;

/// Panes below each other, and their share of the width in percent.
#[derive(Debug)]
pub struct Column {
    /// Percent of the width; the last column takes what is left.
    pub share: u16,
    /// From the top.
    pub panes: &'static [Pane],
}

/// What there is to know of a screen.
#[derive(Debug)]
pub struct ScreenSpec {
    /// What people read.
    pub title: &'static str,
    /// The same, where there is little room.
    pub short: &'static str,
    /// What leads to it.
    pub action: Action,
    /// Its panes, in the order of Tab and of the digits; the first has the keys at first.
    pub panes: &'static [Pane],
    /// On wide terminals.
    pub wide: &'static [Column],
    /// On others that have room for panes beside each other.
    pub normal: &'static [Column],
    /// Panes that take rows beyond those they need, where there are some.
    pub grows: Pane,
    /// Whether it is there to be read: on a low terminal one pane at a time.
    pub read: bool,
}

macro_rules! screens {
    ($($(#[$doc:meta])* $screen:ident => $spec:expr;)+) => {
        /// A screen.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Screen {
            $($(#[$doc])* $screen,)+
        }

        const TABLE: &[&ScreenSpec] = &[$(&$spec),+];

        impl Screen {
            /// All of them, in the order of their keys.
            pub const ALL: &'static [Self] = &[$(Self::$screen),+];
        }
    };
}

const fn column(share: u16, panes: &'static [Pane]) -> Column {
    Column { share, panes }
}

screens! {
    /// What happens now.
    #[default]
    WarRoom => ScreenSpec {
        title: "War room", short: "Room", action: Action::ShowWarRoom,
        panes: &[Pane::Timeline, Pane::Timers, Pane::Roles, Pane::Hypotheses, Pane::Checklists, Pane::Decisions],
        wide: &[
            column(50, &[Pane::Timeline]),
            column(25, &[Pane::Timers, Pane::Decisions, Pane::Hypotheses, Pane::Roles]),
            column(25, &[Pane::Checklists]),
        ],
        normal: &[
            column(58, &[Pane::Timeline]),
            column(42, &[Pane::Timers, Pane::Decisions, Pane::Hypotheses, Pane::Checklists, Pane::Roles]),
        ],
        grows: Pane::Checklists,
        read: false,
    };
    /// What the cause may be, and what is done about it.
    Investigation => ScreenSpec {
        title: "Investigation", short: "Cause", action: Action::ShowInvestigation,
        panes: &[Pane::Hypotheses, Pane::Entry, Pane::Whys, Pane::Fishbone],
        wide: &[
            column(34, &[Pane::Hypotheses]),
            column(33, &[Pane::Entry]),
            column(33, &[Pane::Whys, Pane::Fishbone]),
        ],
        normal: &[column(48, &[Pane::Hypotheses, Pane::Whys]), column(52, &[Pane::Entry, Pane::Fishbone])],
        grows: Pane::Entry,
        read: false,
    };
    /// Who is told what.
    Communications => ScreenSpec {
        title: "Communications", short: "Comms", action: Action::ShowCommunications,
        panes: &[Pane::Audiences, Pane::Draft, Pane::Sent, Pane::Matrix],
        wide: &[
            column(30, &[Pane::Audiences, Pane::Matrix]),
            column(38, &[Pane::Draft]),
            column(32, &[Pane::Sent]),
        ],
        normal: &[
            column(40, &[Pane::Audiences, Pane::Matrix]),
            column(60, &[Pane::Draft, Pane::Sent]),
        ],
        grows: Pane::Draft,
        read: false,
    };
    /// What to do, written down before.
    Runbooks => ScreenSpec {
        title: "Runbooks", short: "Books", action: Action::ShowRunbooks,
        panes: &[Pane::Runbooks, Pane::Runbook, Pane::Checklists],
        wide: &[column(26, &[Pane::Runbooks]), column(44, &[Pane::Runbook]), column(30, &[Pane::Checklists])],
        normal: &[column(34, &[Pane::Runbooks, Pane::Checklists]), column(66, &[Pane::Runbook])],
        grows: Pane::Checklists,
        read: true,
    };
    /// What is learned from it.
    Review => ScreenSpec {
        title: "Review", short: "Review", action: Action::ShowReview,
        panes: &[Pane::Questions, Pane::Summary, Pane::Whys, Pane::Fishbone, Pane::ActionItems, Pane::Missed],
        wide: &[
            column(36, &[Pane::Questions]),
            column(32, &[Pane::Summary, Pane::Missed]),
            column(32, &[Pane::Whys, Pane::Fishbone, Pane::ActionItems]),
        ],
        normal: &[
            column(50, &[Pane::Questions, Pane::Summary]),
            column(50, &[Pane::Whys, Pane::Fishbone, Pane::ActionItems, Pane::Missed]),
        ],
        grows: Pane::Questions,
        read: false,
    };
    /// All incidents.
    Board => ScreenSpec {
        title: "Board", short: "Board", action: Action::ShowBoard,
        panes: &[Pane::Incidents, Pane::Preview, Pane::Followups, Pane::Trend],
        wide: &[
            column(58, &[Pane::Incidents, Pane::Followups]),
            column(42, &[Pane::Preview, Pane::Trend]),
        ],
        normal: &[
            column(58, &[Pane::Incidents, Pane::Followups]),
            column(42, &[Pane::Preview, Pane::Trend]),
        ],
        grows: Pane::Incidents,
        read: false,
    };
}

impl Screen {
    /// What there is to know of it.
    pub fn spec(self) -> &'static ScreenSpec {
        TABLE[self as usize]
    }

    /// Its panes, in the order of Tab and of the digits.
    pub fn panes(self) -> &'static [Pane] {
        self.spec().panes
    }

    /// The digit of a pane on it, from 1.
    pub fn digit(self, pane: Pane) -> Option<usize> {
        self.panes().iter().position(|known| *known == pane).map(|at| at + 1)
    }

    /// The screen that an action leads to.
    pub(super) fn of(action: Action) -> Option<Self> {
        Self::ALL.iter().copied().find(|screen| screen.spec().action == action)
    }
}

/// Who sits here, by what they look at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// The incident commander: what waits for a decision.
    Commander,
    /// The scribe: the timeline, alone on the screen.
    Scribe,
    /// A responder: the checklists.
    Responder,
}

impl Seat {
    /// All of them, with the words by which they are asked for.
    pub const ALL: [(&'static str, Self); 3] = [
        ("ic", Self::Commander),
        ("scribe", Self::Scribe),
        ("responder", Self::Responder),
    ];

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Commander => "incident commander",
            Self::Scribe => "scribe",
            Self::Responder => "responder",
        }
    }

    /// The one that is asked for by this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(known, _)| *known == word)
            .map(|(_, seat)| seat)
    }

    /// The pane that has the keys, and whether it has the whole screen.
    pub fn place(self) -> (Pane, bool) {
        match self {
            Self::Commander => (Pane::Decisions, false),
            Self::Scribe => (Pane::Timeline, true),
            Self::Responder => (Pane::Checklists, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pane_of_a_screen_is_in_both_of_its_layouts_once() {
        for screen in Screen::ALL {
            let spec = screen.spec();
            for columns in [spec.wide, spec.normal] {
                let mut placed: Vec<Pane> = columns.iter().flat_map(|column| column.panes).copied().collect();
                let mut panes = spec.panes.to_vec();
                placed.sort();
                panes.sort();
                assert_eq!(placed, panes, "{}", spec.title);
                assert!(panes.contains(&spec.grows), "{}", spec.title);
            }
        }
    }

    #[test]
    fn every_pane_has_a_screen() {
        for pane in Pane::ALL {
            assert!(
                Screen::ALL.iter().any(|screen| screen.digit(*pane).is_some()),
                "{}",
                pane.title()
            );
        }
    }
}
