//! What `update` remembers and the screen does not show: drafts, history, what has rung.

use std::collections::BTreeSet;

use super::action::Action;

/// State beside the screen's.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// Half-typed lines by action and step, the newest last.
    pub drafts: Vec<((Action, &'static str), String)>,
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
    /// The change under way is to the selected line: it stays selected, also where it was the last.
    pub holding: bool,
    /// The selection was held so, off the end; the next line logged from here goes back to the end.
    pub held: bool,
    /// Row that was selected when the search began.
    pub search_from: usize,
    /// Row that was clicked last: clicking it again opens it.
    pub clicked: Option<(super::Pane, usize)>,
    /// Number of the newest notice that was shown.
    pub noticed: u64,
    /// Reminders that were put away, by id, as long as what they are about lasts.
    pub put_away: BTreeSet<String>,
    /// Second for which `derived` was worked out.
    pub derived_at: i64,
    /// Whether anything visible changed since the last drawing.
    pub dirty: bool,
}
