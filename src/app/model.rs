//! Everything the screen shows, in one struct that only `update` changes and `ui` reads.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::action::{Action, Context};
use super::board_entry::BoardEntry;
use super::form::{Choices, Form};
use super::layer::{Said, Toast};
use super::line::Line;
use super::rows::{BoardRow, ChecklistRow, TimelineRow};
use super::{Layer, Pane, Rows, Screen};
use crate::framework::{Derived, Framework};
use crate::incident::{Incident, Time};
use crate::recall::lines::Found;
use crate::report::overview::Overview;
use crate::runbook::library::Library;
use crate::session::Snapshot;

/// The whole state of the console.
#[derive(Clone, Debug)]
pub struct Model {
    /// Who sits here.
    pub me: String,
    /// The incident and its framework, as last published by the session.
    pub snapshot: Arc<Snapshot>,
    /// What the framework derives, worked out once per snapshot and once per second, never per key.
    pub derived: Derived,
    /// The clock, set with every message.
    pub now: Time,
    /// Size of the terminal.
    pub size: Size,
    /// How things are shown; the user's configuration, and what keys toggled since.
    pub settings: Settings,
    /// The screen that is shown.
    pub screen: Screen,
    /// The pane of it that has the keys (and that is shown alone when zoomed or narrow).
    pub focus: Pane,
    /// Whether the focused pane has the whole screen.
    pub zoomed: bool,
    /// Selection and scroll of each pane; see [`Model::cursor`].
    pub cursors: [Cursor; Pane::COUNT],
    /// The lines of each pane; indices into the snapshot and `derived`.
    pub rows: Rows,
    /// What is searched for, if anything.
    pub search: Option<Search>,
    /// What lies over the panes, topmost last; the topmost has the keys.
    pub layers: Vec<Layer>,
    /// Sentences that go away by themselves, oldest first.
    pub toasts: Vec<Toast>,
    /// The last messages, oldest first.
    pub said: VecDeque<Said>,
    /// Keys of an unfinished sequence (`r` of `r c`), for the hint.
    pub pending: Vec<super::key::Key>,
    /// The key table in force.
    pub keymap: Arc<super::keymap::Keymap>,
    /// What is wrong in the configuration, a sentence each with file and line; shown among the messages.
    pub problems: Vec<String>,
    /// An unsent line that will be offered again, as it is shown in the idle input line: the key that offers it, and its words.
    pub kept: Option<(String, String)>,
    /// Whether the timeline tells the story, and folds what the console wrote by itself.
    pub story: bool,
    /// The incidents of the repository, as last looked at.
    pub board: Arc<[BoardEntry]>,
    /// How the messages of hooks stand that are on their way out.
    pub outbox: Outgoing,
    /// What was asked of all incidents, and the lines that were found; the board goes by it until Esc.
    pub found: Option<(String, Vec<Found>)>,
    /// The action items and the trend of the incidents that the board shows, once they are read.
    pub overview: Option<Overview>,
    /// The framework by which the team's next incident is declared, once it is known.
    pub team: Option<Arc<Framework>>,
    /// The runbooks, those first that fit the incident, as last read.
    pub library: Arc<Library>,
    /// State that the screen does not show.
    pub(super) memory: super::memory::Memory,
}

/// Size of the terminal in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// How much fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeClass {
    /// 120 columns and 24 rows or more: all panes, whole.
    Wide,
    /// 80 to 119 columns, 24 rows or more: two columns, lower panes cut to their most urgent lines.
    Medium,
    /// Narrow, but high: all panes below each other.
    Tall,
    /// Less: one pane at a time under a strip of tabs.
    Narrow,
}

impl Size {
    /// The class that the layout follows.
    pub fn class(self) -> SizeClass {
        match (self.width, self.height) {
            (120.., 24..) => SizeClass::Wide,
            (80.., 24..) => SizeClass::Medium,
            (44.., 34..) => SizeClass::Tall,
            _ => SizeClass::Narrow,
        }
    }

    /// Whether panes that stand beside each other have few rows each.
    pub fn is_low(self) -> bool {
        self.class() == SizeClass::Medium && self.height < 30
    }
}

/// How things are shown.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Theme's name, one of [`super::THEMES`].
    pub theme: String,
    /// Whether the terminal's background is light, once it has said so.
    pub light: Option<bool>,
    /// The terminal has no more than 16 colours.
    pub sixteen: bool,
    /// Colours over those of the theme, by the role of the colour.
    pub colors: BTreeMap<String, String>,
    /// False under `NO_COLOR` and `--color never`.
    pub color: bool,
    /// Only ASCII on the screen.
    pub ascii: bool,
    /// Times in the local zone rather than UTC.
    pub local_time: bool,
    /// Seconds that local time is ahead of UTC at an instant.
    pub offset: fn(Time) -> i32,
    /// Ring the bell when a timer runs out.
    pub bell: bool,
    /// Send a terminal notification (OSC 9) when a timer runs out.
    pub notify: bool,
    /// How a notification is sent.
    pub notify_with: NotifyWith,
    /// Calls that make no sound, by their words (see [`super::Call`]); `all` for none at all.
    pub mute: Vec<String>,
    /// Minutes of the local day between which nothing makes a sound.
    pub quiet_hours: Option<(u16, u16)>,
    /// Nothing is changed from here: the console only looks.
    pub read_only: bool,
    /// Reminders that are not wanted, by their kind; `all` for none at all.
    pub quiet: Vec<String>,
}

/// How a terminal is told of a notification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotifyWith {
    /// OSC 9, which most terminals know.
    #[default]
    Osc9,
    /// OSC 777, with a title.
    Osc777,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "auto".into(),
            light: None,
            sixteen: false,
            colors: BTreeMap::new(),
            color: true,
            ascii: false,
            local_time: false,
            offset: |_| 0,
            bell: true,
            notify: true,
            notify_with: NotifyWith::default(),
            mute: Vec::new(),
            quiet_hours: None,
            read_only: false,
            quiet: Vec::new(),
        }
    }
}

/// Selection and scroll of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Selected row; meaningless while the list is empty.
    pub selected: usize,
    /// First row on the screen. After each turn it is taken from what the layout shows, so that the selection is always visible.
    pub top: usize,
}

/// What is searched for in the focused pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// The words, compared without regard to ASCII case.
    pub pattern: String,
    /// Pane that it was started in.
    pub pane: Pane,
    /// Rows that match.
    pub matches: Vec<usize>,
    /// Of the timeline: what else an event has to be.
    pub wanted: super::Filter,
    /// Whether only matching rows are shown.
    pub filter: bool,
    /// Since when, if so.
    pub since: Option<Time>,
}

/// How the messages of hooks stand that are on their way out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Messages that were not sent yet.
    pub unsent: usize,
    /// Hooks that nothing goes out by any more, each with a sentence that says why.
    pub stopped: Vec<(String, String)>,
}

/// How long a change of somebody else is marked as new.
pub const NEW_FOR_MS: i64 = 8_000;

impl Model {
    /// The incident.
    pub fn incident(&self) -> &Incident {
        &self.snapshot.incident
    }

    /// Whether no incident is open: the board of a repository in which none has been declared.
    pub fn is_nowhere(&self) -> bool {
        self.snapshot.is_nowhere()
    }

    /// Its framework.
    pub fn framework(&self) -> &Framework {
        &self.snapshot.framework
    }

    /// Whether one pane at a time has the screen: zoomed, on narrow terminals, and on low ones where a screen is there to be read.
    pub fn alone(&self) -> bool {
        let read = self.screen.spec().read && self.size.is_low();
        self.zoomed || read || self.size.class() == SizeClass::Narrow
    }

    /// Selection and scroll of a pane.
    pub fn cursor(&self, pane: Pane) -> Cursor {
        self.cursors[pane as usize]
    }

    /// Whether somebody else brought or changed this entry some seconds ago (`id` empty: a top-level field, which is
    /// then named by `section`).
    pub fn is_new(&self, section: &str, id: &str) -> bool {
        let since = self.now.millis() - NEW_FOR_MS;
        let arrivals = self.snapshot.arrivals.iter().rev();
        arrivals
            .take_while(|a| a.at.millis() > since)
            .any(|a| a.id == id && a.section == section)
    }

    /// Whether someone's console is open on the incident; one's own is.
    pub fn is_here(&self, who: &str) -> bool {
        let same = |name: &str| crate::incident::people::same(name, who);
        same(&self.me) || self.snapshot.here.iter().any(|here| same(&here.who))
    }

    /// Seconds to add to UTC for showing an instant: 0 unless local time is on.
    pub fn offset_at(&self, at: Time) -> i32 {
        if self.settings.local_time {
            (self.settings.offset)(at)
        } else {
            0
        }
    }

    /// How many lines a pane has.
    pub fn row_count(&self, pane: Pane) -> usize {
        match pane {
            Pane::Timeline => self.rows.timeline.len(),
            Pane::Timers => self.rows.timers.len(),
            Pane::Roles => self.rows.roles.len(),
            Pane::Hypotheses => self.rows.hypotheses.len(),
            Pane::Checklists => self.rows.checklists.len(),
            pane => self.rows.text(pane).len(),
        }
    }

    /// Whether a row can be selected: headings and day lines cannot.
    pub fn selectable(&self, pane: Pane, row: usize) -> bool {
        match pane {
            Pane::Timeline => matches!(
                self.rows.timeline.get(row),
                Some(TimelineRow::Event(_) | TimelineRow::Folded(..))
            ),
            Pane::Hypotheses => !matches!(self.rows.hypotheses.get(row), None | Some(BoardRow::Mitigations)),
            Pane::Checklists => matches!(self.rows.checklists.get(row), Some(ChecklistRow::Item(..))),
            Pane::Timers | Pane::Roles => row < self.row_count(pane),
            pane => self.rows.text(pane).get(row).is_some_and(|row| !row.id.is_empty()),
        }
    }

    /// Selects the row, or the nearest one that can be selected, later ones first.
    pub(super) fn select_near(&mut self, pane: Pane, row: usize) {
        let count = self.row_count(pane);
        let row = row.min(count.saturating_sub(1));
        let after = (row..count).find(|row| self.selectable(pane, *row));
        let found = after.or_else(|| (0..row).rev().find(|row| self.selectable(pane, *row)));
        self.cursors[pane as usize].selected = found.unwrap_or(0);
    }

    /// Where keys go, most particular first.
    pub fn contexts(&self) -> Vec<Context> {
        match self.layers.last() {
            Some(Layer::Form(_) | Layer::Palette(_) | Layer::Search(_)) => vec![Context::Input],
            Some(Layer::Help(help)) if help.all => vec![Context::Input],
            Some(_) => vec![Context::Page],
            None => vec![self.pane_context(), Context::Anywhere],
        }
    }

    /// The context of the pane in focus.
    pub fn pane_context(&self) -> Context {
        let row = self.cursor(self.focus).selected;
        match self.focus {
            Pane::Hypotheses => match self.rows.hypotheses.get(row) {
                Some(BoardRow::Mitigation(_)) => Context::Mitigation,
                _ => Context::Hypothesis,
            },
            pane => pane.spec().context,
        }
    }

    /// Whether a filter hides this row.
    pub fn hidden(&self, pane: Pane, row: usize) -> bool {
        let search = self
            .search
            .as_ref()
            .filter(|search| search.filter && search.pane == pane);
        search.is_some_and(|search| search.matches.binary_search(&row).is_err())
    }

    /// The choices of the topmost layer, if it has some.
    pub fn choices(&self) -> Option<&Choices> {
        match self.layers.last()? {
            Layer::Form(form) => form.choices.as_ref(),
            Layer::Palette(palette) => Some(&palette.choices),
            Layer::Detail(detail) => Some(&detail.choices),
            Layer::Gate(gate) => Some(&gate.choices),
            _ => None,
        }
    }

    pub(super) fn choices_mut(&mut self) -> Option<&mut Choices> {
        match self.layers.last_mut()? {
            Layer::Form(form) => form.choices.as_mut(),
            Layer::Palette(palette) => Some(&mut palette.choices),
            Layer::Detail(detail) => Some(&mut detail.choices),
            Layer::Gate(gate) => Some(&mut gate.choices),
            _ => None,
        }
    }

    /// The line being typed in the topmost layer, if there is one.
    pub fn line(&self) -> Option<&Line> {
        match self.layers.last()? {
            Layer::Form(form) => Some(&form.line),
            Layer::Palette(palette) => Some(&palette.line),
            Layer::Search(line) => Some(line),
            Layer::Help(help) if help.all => Some(&help.line),
            _ => None,
        }
    }

    pub(super) fn line_mut(&mut self) -> Option<&mut Line> {
        match self.layers.last_mut()? {
            Layer::Form(form) => Some(&mut form.line),
            Layer::Palette(palette) => Some(&mut palette.line),
            Layer::Search(line) => Some(line),
            Layer::Help(help) if help.all => Some(&mut help.line),
            _ => None,
        }
    }

    /// The form in the input line, if the topmost layer is one.
    pub fn form(&self) -> Option<&Form> {
        match self.layers.last() {
            Some(Layer::Form(form)) => Some(form),
            _ => None,
        }
    }

    /// The framework that an action goes by: what is declared goes by the team's, which the open incident may not.
    pub(super) fn by_which(&self, action: Action) -> &Framework {
        match (&self.team, action) {
            (Some(team), Action::DeclareIncident) => team,
            _ => self.framework(),
        }
    }

    /// What people call a role of the framework.
    pub(super) fn role_title(&self, id: &str) -> String {
        let known = self.framework().roles.iter().find(|role| role.id == id);
        known.map_or_else(|| id.replace('_', " "), |role| role.title.to_lowercase())
    }
}
