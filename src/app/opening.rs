//! The console as it opens.

use std::collections::VecDeque;
use std::sync::Arc;

use super::model::{Cursor, Model, Outgoing, Settings, Size};
use super::next::enter;
use super::{Pane, Rows, Screen, listing, texts};
use crate::framework::Derived;
use crate::incident::Time;
use crate::runbook::library::Library;
use crate::session::Snapshot;

impl Model {
    /// The console as it opens: the war room, the newest line of the timeline selected.
    pub fn new(snapshot: Arc<Snapshot>, me: impl Into<String>, now: Time, size: Size, settings: Settings) -> Self {
        let derived = super::derived::of(&snapshot, now);
        Self::showing(snapshot, derived, me.into(), now, size, settings)
    }

    /// The same with derived values that are given, which makes screens in tests independent of the frameworks.
    pub fn showing(
        snapshot: Arc<Snapshot>,
        derived: Derived,
        me: String,
        now: Time,
        size: Size,
        settings: Settings,
    ) -> Self {
        let keymap: Arc<super::keymap::Keymap> = Arc::default();
        let mut model = Self {
            me,
            snapshot,
            derived: super::spoken::derived(&keymap, &Library::default(), derived),
            now,
            size,
            settings,
            screen: Screen::default(),
            focus: Pane::Timeline,
            zoomed: false,
            cursors: [Cursor::default(); Pane::COUNT],
            rows: Rows::default(),
            search: None,
            layers: Vec::new(),
            toasts: Vec::new(),
            said: VecDeque::new(),
            pending: Vec::new(),
            keymap,
            problems: Vec::new(),
            kept: None,
            board: Arc::from([]),
            library: Arc::default(),
            story: true,
            outbox: Outgoing::default(),
            team: None,
            found: None,
            overview: None,
            memory: super::memory::Memory::default(),
        };
        model.memory.derived_at = now.millis().div_euclid(1000);
        model.rows = listing::rows(&model);
        texts::refresh_texts(&mut model);
        model.cursors[Pane::Timeline as usize].selected = model.rows.newest;
        for pane in Pane::ALL.iter().copied() {
            model.select_near(pane, model.cursor(pane).selected);
        }
        super::tick::ring(&mut model);
        // What stands there as the console opens has been there before: Enter does it.
        enter::note(&mut model);
        model.memory.next.1 = Time::from_millis(now.millis() - 1_000);
        model.memory.awake = true;
        model.memory.dirty = true;
        model
    }
}
