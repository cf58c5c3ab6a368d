//! Keys that were typed ahead for something that did not open: they are swallowed, and that is told.

use super::key::{Code, Key};
use super::{Model, Tone};
use crate::incident::Time;

/// Keys that come faster than this after something was refused were typed ahead, for what did not open.
const BURST_MS: i64 = 150;

impl Model {
    /// Says why something is not done; what was typed ahead for it is swallowed.
    pub(super) fn refuse(&mut self, why: impl Into<String>) {
        self.say(why, Tone::Info);
        self.swallow_burst();
    }

    /// Swallows the keys that were typed ahead for what did not open.
    pub(super) fn swallow_burst(&mut self) {
        self.memory.burst = Some((Time::from_millis(self.now.millis() + BURST_MS), 0));
    }
}

/// Whether a key was typed ahead into something that did not open: it is swallowed, and that is told.
pub(super) fn swallowed(model: &mut Model, key: Key) -> bool {
    let Some((until, count)) = model.memory.burst.take() else {
        return false;
    };
    let typed = key.typed().is_some() || matches!(key.code, Code::Enter | Code::Backspace);
    if !typed || model.now >= until {
        return false;
    }
    let keys = if count == 0 {
        "1 key".to_owned()
    } else {
        format!("{} keys", count + 1)
    };
    model.memory.burst = Some((Time::from_millis(model.now.millis() + BURST_MS), count + 1));
    let before = model.toasts.iter().position(|toast| toast.text.ends_with(IGNORED));
    before.map(|at| model.toasts.remove(at));
    model.toast(format!("{keys}{IGNORED}"), Tone::Warning);
    true
}

/// Whether this Enter came with the words that are held, and is none of a hand's.
pub(super) fn came_with_words(model: &Model, key: Key) -> bool {
    let held = model.memory.held.as_ref();
    key == Key::plain(Code::Enter) && held.is_some_and(|held| model.now.millis() - held.at.millis() < BURST_MS)
}

/// How the sentence about keys that were swallowed ends.
const IGNORED: &str = " typed ahead ignored.";
