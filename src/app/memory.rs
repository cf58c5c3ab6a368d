//! What is remembered and the screen does not show: drafts, history, what has rung, and what each area keeps for itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::action::Action;
use super::next_step::NextStep;
use super::{Pane, Screen, ways};
use crate::framework::calendar::Zone;
use crate::incident::{Incident, Time};
use crate::message::Format;
use crate::recall::similar::Similar;
use crate::report::Kind;
use crate::session::MayRun;

/// Words that came at once where no line was open, held as a line to log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    /// When they came.
    pub at: Time,
    /// The line.
    pub whole: String,
    /// What its first letter is the key of, and the line without it.
    pub typed: Option<(Action, String)>,
}

/// State beside the screen's.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Unsent lines, the newest last.
    pub drafts: Vec<Unsent>,
    /// The draft as it was given out to be kept.
    pub draft_on_disk: String,
    /// Lines logged from here, oldest first.
    pub history: Vec<String>,
    /// Place in the history while walking through it, and the line that was being typed.
    pub walking: Option<(usize, String)>,
    /// Timers that have run out and been told.
    pub rung: BTreeSet<String>,
    /// Whether timers that run out are told; not while the console opens.
    pub awake: bool,
    /// The event that the person has moved to: it is meant by the keys of the timeline. Without one the newest is followed, and they
    /// mean the person's own last line.
    pub picked: Option<String>,
    /// The newest line was followed before a line was taken up to be changed; it is again when that is done.
    pub came_from_end: bool,
    /// The screen of communications.
    pub comms: Comms,
    /// A read-back that differed.
    pub read_back: Option<ReadBack>,
    /// The board.
    pub board: Board,
    /// Incidents that are like the open one.
    pub alike: Alike,
    /// What may run.
    pub permits: Permits,
    /// The screen of runbooks.
    pub books: Books,
    /// When a key was last pressed.
    pub pressed: Time,
    /// Newer lines have come while a key had just been pressed; the newest is selected once the hand rests.
    pub behind: bool,
    /// Keys typed ahead into something that did not open are swallowed while they come as fast as until then; how many were.
    pub burst: Option<(Time, usize)>,
    /// When the details of an entry were opened.
    pub opened: Time,
    /// Words that came at once as keys.
    pub held: Option<Held>,
    /// The line that was logged here last, by its event: whoever it says did it, it is the person's own.
    pub logged: Option<String>,
    /// The first event that came while nobody was at the keys, and when they were back.
    pub unread: Option<(String, Option<Time>)>,
    /// The step of the NEXT line that Enter would do, and since when it is on the screen with nothing over it.
    pub next: (Option<String>, Time),
    /// The step of the NEXT line.
    pub step: Option<NextStep>,
    /// What it was found by.
    pub step_of: Option<StepOf>,
    /// The incident as it was before another severity was asked for.
    pub before_severity: Option<Arc<Incident>>,
    /// The note of a resolution that was not taken yet.
    pub note: Option<String>,
    /// Actions chosen in the palette, the last one at the end.
    pub lately: Vec<Action>,
    /// How often each action was done.
    pub used: BTreeMap<Action, u32>,
    /// The pane that had the keys on each screen that was left.
    pub focus_of: BTreeMap<Screen, Pane>,
    /// The entry by whose selection other panes were last written.
    pub followed: Option<String>,
    /// Row that was selected when the search began.
    pub search_from: usize,
    /// Row that was clicked last: clicking it again opens it.
    pub clicked: Option<(Pane, usize)>,
    /// Number of the newest notice that was shown.
    pub noticed: u64,
    /// Reminders that were put away, by id, as long as what they are about lasts.
    pub put_away: BTreeSet<String>,
    /// Zones that pasted texts have named, with their rules where this machine knows them.
    pub zones: BTreeMap<String, Option<Zone>>,
    /// What was on the screen when it was last laid out.
    pub shown: Shown,
    /// Second for which `derived` was worked out.
    pub derived_at: i64,
    /// Whether anything visible changed since the last drawing.
    pub dirty: bool,
}

/// An unsent line, and what it was typed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unsent {
    /// What was being done.
    pub action: Action,
    /// The step that was asked.
    pub step: &'static str,
    /// What the steps before it were answered with.
    pub entry: String,
    /// The words.
    pub text: String,
}

impl Unsent {
    /// Whether it was typed for the same; all ways of logging are one.
    pub(super) fn is_for(&self, action: Action, step: &str, entry: &str) -> bool {
        let logs = |action: Action| ways::kind_of(action).is_some();
        let same = self.action == action || (logs(self.action) && logs(action));
        same && self.step == step && self.entry == entry
    }

    /// How it is kept on disk.
    pub(super) fn written(&self) -> String {
        let id = self.action.spec().id;
        match self.entry.as_str() {
            "" => format!("{id}\t{}\t{}", self.step, self.text),
            entry => format!("{id} {entry}\t{}\t{}", self.step, self.text),
        }
    }
}

/// What the screen remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Comms {
    /// The form that messages are copied in, where one was chosen.
    pub form: Option<Format>,
    /// What was copied and is not logged as sent yet.
    pub copied: Option<Copied>,
    /// Audiences that are told that nothing is new.
    pub holding: BTreeSet<String>,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copied {
    /// For whom.
    pub audience: String,
    /// The message, whatever form it was copied in.
    pub text: String,
    /// The state that a page is told with it.
    pub status: Option<String>,
    /// In which form.
    pub form: Format,
    /// Its length in that form, in characters.
    pub length: usize,
    /// When.
    pub at: Time,
}

/// What the screen remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Books {
    /// One step at a time, in place of the whole text.
    pub steps: bool,
    /// What to do where it does not work is unfolded.
    pub unfolded: bool,
    /// What placeholders stand for, as they were asked for here; secrets are nowhere else.
    pub values: BTreeMap<String, String>,
    /// The state of the incident that the runbooks were last chosen by, and when.
    pub read: Option<(u64, Time)>,
}

/// What the board remembers.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    /// The query that was asked last; empty for all incidents.
    pub asked: String,
    /// How action items are arranged.
    pub by: By,
    /// The periods of the trend.
    pub kind: Kind,
}

/// How the action items of all incidents are arranged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum By {
    /// What came back first, then what is overdue.
    #[default]
    Urgency,
    /// By who takes them.
    Owner,
    /// By how soon they are done.
    Horizon,
}

impl By {
    /// The arrangement in a word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Urgency => "by urgency",
            Self::Owner => "by owner",
            Self::Horizon => "by horizon",
        }
    }
}

/// What the pages remember.
#[derive(Clone, Debug, Default)]
pub(super) struct Permits {
    /// Everything that may run, as last read.
    pub all: Vec<MayRun>,
    /// The place of the one whose content is read, or was read last.
    pub read: Option<String>,
}

/// What was found last, and what it was asked of.
#[derive(Clone, Debug, Default)]
pub(super) struct Alike {
    /// The best first.
    pub found: Vec<Similar>,
    /// What of the incident the answer depends on, in short: asked again only where that has changed.
    pub asked: Option<(String, usize, String)>,
}

/// What was read back and differs, as it was typed: the same once more is taken as it is.
pub(super) type ReadBack = [String; 3];

/// What was on the screen when it was last laid out, in figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// Lines of each pane.
    pub pages: [usize; Pane::COUNT],
    /// Choices of the topmost layer.
    pub choices: usize,
    /// Lines of the topmost layer's text.
    pub text: usize,
    /// How many lines that text has.
    pub lines: usize,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            pages: [1; Pane::COUNT],
            choices: 0,
            text: 0,
            lines: 0,
        }
    }
}

/// What the step of the NEXT line was found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StepOf {
    /// The revision of the incident.
    pub revision: u64,
    /// The second for which values were derived.
    pub second: i64,
    /// How many steps were put away.
    pub put_away: usize,
    /// The timer that is selected, where timers have the keys.
    pub timer: Option<usize>,
}
