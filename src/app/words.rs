//! Instants and texts in short, as the person reads them. Drawing is not here.

use super::Model;
use crate::incident::Time;

impl Model {
    /// `14:05`, or `14:05:30`, in the zone that is shown.
    pub fn clock(&self, at: Time, seconds: bool) -> String {
        let local = Time::from_millis(at.millis() + i64::from(self.offset_at(at)) * 1000);
        let text = local.chrono().format("%H:%M:%S").to_string();
        if seconds { text } else { text[..5].to_owned() }
    }

    /// `14:05`, with its day where that is not today: `Tue 24 Nov 14:05`.
    pub fn day_clock(&self, at: Time) -> String {
        let local = |at: Time| Time::from_millis(at.millis() + i64::from(self.offset_at(at)) * 1000);
        let mut clock = self.clock(at, false);
        // The hour that clocks show twice has its zone behind it.
        let hour = 3600;
        let again = |seconds: i32| {
            let other = Time::from_millis(at.millis() + i64::from(seconds) * 1000);
            self.offset_at(other) + seconds == self.offset_at(at)
        };
        if again(hour) || again(-hour) {
            clock.push_str(&format!(" {}", offset_text(self.offset_at(at))));
        }
        if local(at).date() == local(self.now).date() {
            clock
        } else {
            format!("{} {clock}", local(at).chrono().format("%a %-d %b"))
        }
    }

    /// `2026-11-20 14:05:30 UTC`, or with the local offset.
    pub fn date_time(&self, at: Time) -> String {
        let offset = self.offset_at(at);
        let local = Time::from_millis(at.millis() + i64::from(offset) * 1000);
        let text = local.chrono().format("%Y-%m-%d %H:%M:%S");
        if self.settings.local_time {
            format!("{text} {}", offset_text(offset))
        } else {
            format!("{text} UTC")
        }
    }
}

/// `+01:00`, of so many seconds ahead of UTC.
fn offset_text(offset: i32) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Whether `text` contains `pattern`; ASCII case does not matter.
pub(super) fn has(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let Some(first) = pattern.first() else {
        return true;
    };
    let starts = text.len().saturating_sub(pattern.len() - 1);
    (0..starts)
        .any(|at| text[at].eq_ignore_ascii_case(first) && text[at..at + pattern.len()].eq_ignore_ascii_case(pattern))
}

/// The first line of a text, shortened for a breadcrumb or a choice.
pub(super) fn short(text: &str, columns: usize) -> String {
    let mut lines = text.lines();
    let first = crate::text::one_line(lines.next().unwrap_or_default());
    // What stands in further lines is left out, too, and that is seen.
    if lines.any(|line| !line.trim().is_empty()) {
        return crate::text::fit(&format!("{first} …"), columns, "…").into_owned();
    }
    crate::text::fit(&first, columns, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_ignores_ascii_case() {
        assert!(has("Rolled back V2.34", "v2.3"));
        assert!(has("größer", "GRö"));
        assert!(!has("größer", "GRÖ"), "only ASCII letters fold");
        assert!(has("abc", "") && has("", "") && !has("ab", "abc") && has("abc", "abc"));
    }
}
