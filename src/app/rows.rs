//! The lines of each pane as indices into the incident and the derived state.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Pane;
use super::text_row::TextRow;
use crate::incident::Present;

/// The lines of all panes.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Timeline, oldest first, with a line where a day begins (from the second day on).
    pub timeline: Vec<TimelineRow>,
    /// Row of the newest line, which is followed: what is dated ahead of the clock stands behind it, and hides nothing.
    pub newest: usize,
    /// Indices into `derived.timers`, most urgent first; those that are met and cleared are at the end.
    pub timers: Vec<usize>,
    /// Roles: those the severity requires first.
    pub roles: Vec<RoleRow>,
    /// Hypotheses by their rank, then mitigations.
    pub hypotheses: Vec<BoardRow>,
    /// Checklists, the present phase's first.
    pub checklists: Vec<ChecklistRow>,
    /// Who wrote something lately, for the header.
    pub lately: Vec<Present>,
    /// Columns of the longest author's name among the newest lines, at most twelve.
    pub author: usize,
    /// Rows of the panes of text on the present screen.
    pub(super) texts: BTreeMap<Pane, Vec<TextRow>>,
}

/// A line of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineRow {
    /// A day begins (in the zone shown); never selected.
    Day(NaiveDate),
    /// Index into `incident.timeline`.
    Event(u32),
    /// So many lines that the console wrote by itself, from this index on, in one; the story folds them.
    Folded(u32, u32),
}

/// A line of the roles pane: one holder of a role, or a role that no one holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Role id.
    pub role: String,
    /// What people read.
    pub title: String,
    /// Whether this severity requires it.
    pub required: bool,
    /// Index into `incident.roles` of who holds it.
    pub holder: Option<usize>,
}

/// A line of the hypotheses pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoardRow {
    /// Index into `incident.hypotheses`.
    Hypothesis(usize),
    /// The heading over the mitigations; never selected.
    Mitigations,
    /// Index into `incident.mitigations`.
    Mitigation(usize),
}

/// A line of the checklists pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChecklistRow {
    /// Heading of `derived.checklists[.0]`; never selected.
    List(usize),
    /// Item `.1` of `derived.checklists[.0]`.
    Item(usize, usize),
}

impl Rows {
    /// Rows of a pane of text; none while it is on no screen that is shown.
    pub fn text(&self, pane: Pane) -> &[TextRow] {
        self.texts.get(&pane).map_or(&[], Vec::as_slice)
    }
}
