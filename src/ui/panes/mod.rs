//! The panes: what each row says, its title and its counts. Panes of text share one file; placing and painting are elsewhere.

pub(super) mod board;
pub(super) mod checklists;
pub(super) mod roles;
pub(super) mod text;
pub(super) mod timeline;
pub(super) mod timers;

use super::glyphs::Glyphs;
use super::theme::Ink;
use super::widgets::Rich;
use crate::app::{Model, Pane};

/// What rows are made from.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The console.
    pub model: &'a Model,
    /// The marks.
    pub glyphs: &'static Glyphs,
    /// Whether rows may take more than one line.
    pub roomy: bool,
}

impl<'a> View<'a> {
    /// The view of a model.
    pub(super) fn of(model: &'a Model, roomy: bool) -> Self {
        Self {
            model,
            glyphs: Glyphs::of(model.settings.ascii),
            roomy,
        }
    }

    /// What a row says, in so many columns: usually one text, more where a rule stands above it.
    pub(super) fn row(&self, pane: Pane, row: usize, columns: usize, out: &mut Vec<Rich>) {
        out.clear();
        match pane {
            Pane::Timeline => timeline::row(self, row, columns, out),
            Pane::Timers => timers::row(self, row, columns, out),
            Pane::Roles => roles::row(self, row, columns, out),
            Pane::Hypotheses => board::row(self, row, columns, out),
            Pane::Checklists => checklists::row(self, row, columns, out),
            pane => text::row(self, pane, row, columns, out),
        }
    }

    /// What stands behind a pane's name in its title: the first of these that fits.
    pub(super) fn note(&self, pane: Pane) -> Vec<Rich> {
        match pane {
            Pane::Timeline => Vec::new(),
            Pane::Timers => timers::note(self),
            Pane::Roles => roles::note(self),
            Pane::Hypotheses => board::note(self),
            Pane::Checklists => checklists::note(self),
            pane => text::note(self, pane),
        }
    }

    /// A pane's count for the strip of tabs, and how it is meant.
    pub(super) fn count(&self, pane: Pane) -> (String, Ink) {
        match pane {
            Pane::Timeline => (self.model.incident().timeline.len().to_string(), Ink::Dim),
            Pane::Timers => timers::count(self),
            Pane::Roles => roles::count(self),
            Pane::Hypotheses => board::count(self),
            Pane::Checklists => checklists::count(self),
            pane => text::count(self, pane),
        }
    }

    /// What an empty pane says; with the key that does something about it, where there is room for that.
    pub(super) fn nothing(&self, pane: Pane, columns: usize) -> String {
        let (words, does) = pane.spec().empty;
        let key = self.model.keymap.key_of(pane.spec().adds);
        let whole = format!("{words}; {key} {does}");
        if key.is_empty() || crate::text::width(&whole) > columns {
            words.to_owned()
        } else {
            whole
        }
    }

    /// The first column of every row: new, selected, or a mark of the row's own.
    pub(super) fn gutter(&self, rich: &mut Rich, pane: Pane, row: usize, new: bool, own: Option<(&str, Ink)>) {
        let selected = self.model.is_selected(pane, row);
        if new {
            rich.put(self.glyphs.new, Ink::New);
        } else if let Some((mark, ink)) = own {
            rich.put(mark, ink);
        } else if selected {
            rich.put(self.glyphs.selected, Ink::Accent);
        } else {
            rich.blanks(1);
        }
    }

    /// The mark of a person: whether their console is open, or they are only named.
    pub(super) fn here(&self, who: &str) -> (&'static str, Ink) {
        let [named, here] = self.glyphs.here;
        if self.model.is_here(who) {
            (here, Ink::Good)
        } else {
            (named, Ink::Dim)
        }
    }

    /// Most lines of a row that wraps.
    pub(super) fn most(&self) -> usize {
        if self.roomy { 3 } else { 1 }
    }
}
