//! What `update` remembers and the screen does not show: drafts, history, what has rung.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::action::Action;
use super::{Pane, Screen};
use crate::framework::calendar::Zone;
use crate::incident::{Incident, Time};

/// State beside the screen's.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Unsent lines, the newest last.
    pub drafts: Vec<super::drafts::Unsent>,
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
    pub comms: super::comms::Comms,
    /// A read-back that differed.
    pub read_back: Option<super::handover::ReadBack>,
    /// The board.
    pub board: super::overview::Board,
    /// Incidents that are like the open one.
    pub alike: super::similar::Alike,
    /// What may run.
    pub permits: super::permits::Permits,
    /// The screen of runbooks.
    pub books: super::books::Books,
    /// When a key was last pressed.
    pub pressed: Time,
    /// Newer lines have come while a key had just been pressed; the newest is selected once the hand rests.
    pub behind: bool,
    /// Keys typed ahead into something that did not open are swallowed while they come as fast as until then; how many were.
    pub burst: Option<(Time, usize)>,
    /// The line that was logged here last, by its event: whoever it says did it, it is the person's own.
    pub logged: Option<String>,
    /// The first event that came while nobody was at the keys, and when they were back.
    pub unread: Option<(String, Option<Time>)>,
    /// The step of the NEXT line that Enter would do, and since when it is on the screen with nothing over it.
    pub next: (Option<String>, Time),
    /// The step of the NEXT line.
    pub step: Option<super::NextStep>,
    /// What it was found by.
    pub step_of: Option<super::next::StepOf>,
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
    pub clicked: Option<(super::Pane, usize)>,
    /// Number of the newest notice that was shown.
    pub noticed: u64,
    /// Reminders that were put away, by id, as long as what they are about lasts.
    pub put_away: BTreeSet<String>,
    /// Zones that pasted texts have named, with their rules where this machine knows them.
    pub zones: BTreeMap<String, Option<Zone>>,
    /// What was on the screen when it was last laid out.
    pub shown: super::geometry::Shown,
    /// Second for which `derived` was worked out.
    pub derived_at: i64,
    /// Whether anything visible changed since the last drawing.
    pub dirty: bool,
}
