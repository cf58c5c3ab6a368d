//! The reminders: a clock that cannot be right, a major incident, then the framework's.

use super::Model;
use crate::framework::major::FIELD;
use crate::framework::{Remedy, ReminderView};
use crate::incident::Entry;
use crate::incident::time::format_duration;

/// How far ahead of this clock others may be before it is said, in seconds.
const SKEW: i64 = 120;

/// Kind of the reminder of a major incident.
pub(super) const MAJOR: &str = "major";

/// The reminder of clocks that are apart.
pub(super) const CLOCK: &str = "clock";

impl Model {
    /// The reminders: a clock that cannot be right, a major incident, then the framework's, without those that were put away or
    /// switched off.
    pub fn reminders(&self) -> Vec<ReminderView> {
        let wanted = |reminder: &ReminderView| {
            let kind = reminder.id.split(' ').next().unwrap_or_default();
            let off = |quiet: &String| quiet == "all" || quiet == kind;
            !self.is_put_away(&reminder.id) && !self.settings.quiet.iter().any(off)
        };
        let all = self.skew().into_iter().chain(self.major());
        all.chain(self.derived.reminders.iter().cloned())
            .filter(wanted)
            .collect()
    }

    /// Whether a step or reminder was put away.
    pub(super) fn is_put_away(&self, id: &str) -> bool {
        self.memory.put_away.contains(id)
    }

    /// Said where the newest entries are from a time that this clock has not reached: it is wrong, or theirs is. Nothing is lost by
    /// that, but countdowns are off by as much.
    fn skew(&self) -> Option<ReminderView> {
        let newest = self
            .incident()
            .timeline
            .iter()
            .rev()
            .take(8)
            .map(|event| event.made().0)
            .max()?;
        let ahead = newest.seconds_since(self.now);
        (ahead > SKEW).then(|| ReminderView {
            id: CLOCK.into(),
            text: format!(
                "A clock is wrong: the newest entries are {} ahead of this one.",
                format_duration(std::time::Duration::from_secs(ahead.unsigned_abs()))
            ),
            remedy: None,
        })
    }

    /// Said where the open incidents of the repository make a major one that nobody has declared.
    fn major(&self) -> Option<ReminderView> {
        let major = self.snapshot.major.as_ref()?;
        (!self.incident().fields.contains_key(FIELD)).then(|| ReminderView {
            id: format!("{MAJOR} {}", major.because),
            text: format!(
                "{}: that is a major incident ({})",
                major.because,
                major.incidents.join(", ")
            ),
            remedy: Some(Remedy::DeclareMajor),
        })
    }
}
