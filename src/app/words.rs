//! Entries as plain words: for copying, searching and the breadcrumb. Drawing is not here.

use std::borrow::Cow;

use super::rows::BoardRow;
use super::{Model, Pane};
use crate::incident::{Event, Time};

impl Model {
    /// What an event says: of a conflict over an entry, with the entry's words in place of its id.
    pub fn words_of<'e>(&self, event: &'e Event) -> Cow<'e, str> {
        super::conflicts::event_words(self, event)
    }

    /// `14:05`, or `14:05:30`, in the zone that is shown.
    pub fn clock(&self, at: Time, seconds: bool) -> String {
        let local = Time::from_millis(at.millis() + i64::from(self.offset_at(at)) * 1000);
        let text = local.chrono().format("%H:%M:%S").to_string();
        if seconds { text } else { text[..5].to_owned() }
    }

    /// `14:05`, with its day where that is not today: `Tue 24 Nov 14:05`.
    pub fn day_clock(&self, at: Time) -> String {
        let local = |at: Time| Time::from_millis(at.millis() + i64::from(self.offset_at(at)) * 1000);
        let clock = self.clock(at, false);
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
            let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60);
            format!("{text} {sign}{:02}:{:02}", minutes / 60, minutes % 60)
        } else {
            format!("{text} UTC")
        }
    }
}

/// A row as one line of text; empty for headings.
pub(super) fn row_text(model: &Model, pane: Pane, row: usize) -> String {
    let incident = model.incident();
    match pane {
        Pane::Timeline => model.event_at(row).map(|event| event_text(model, event)),
        Pane::Timers => model.rows.timers.get(row).map(|index| {
            let timer = &model.derived.timers[*index];
            let due = timer.due.map(|due| format!(", due {}", model.date_time(due)));
            format!("{}{}", timer.label, due.unwrap_or_default())
        }),
        Pane::Roles => model.rows.roles.get(row).map(|row| {
            let who = row
                .holder
                .map_or("no one", |holder| incident.roles[holder].who.as_str());
            format!("{}: {who}", row.title)
        }),
        Pane::Hypotheses => match model.rows.hypotheses.get(row) {
            Some(BoardRow::Hypothesis(index)) => {
                let hypothesis = &incident.hypotheses[*index];
                Some(format!("{} ({})", hypothesis.statement, hypothesis.state))
            }
            Some(BoardRow::Mitigation(index)) => {
                let mitigation = &incident.mitigations[*index];
                Some(format!("{} ({})", mitigation.text, mitigation.state))
            }
            Some(BoardRow::Mitigations) | None => None,
        },
        Pane::Checklists => model.item_at(row).map(|item| {
            let mark = if item.state == crate::incident::ItemState::Open {
                " "
            } else {
                "x"
            };
            let owner = item
                .owner
                .as_ref()
                .map(|owner| format!(" @{owner}"))
                .unwrap_or_default();
            format!("[{mark}] {}{owner}", item.text)
        }),
        pane => model.rows.text(pane).get(row).map(super::TextRow::text),
    }
    .unwrap_or_default()
}

fn event_text(model: &Model, event: &Event) -> String {
    format!(
        "{}  {}  {}  {}",
        model.date_time(event.at),
        event.kind,
        event.by,
        model.words_of(event)
    )
}

/// Whether a row has the words; ASCII case does not matter.
pub(super) fn row_has(model: &Model, pane: Pane, row: usize, pattern: &str) -> bool {
    match pane {
        Pane::Timeline => {
            let found = |event: &Event| {
                has(&event.text, pattern)
                    || has(&model.words_of(event), pattern)
                    || has(&event.by, pattern)
                    || has(event.kind.as_str(), pattern)
            };
            model.event_at(row).is_some_and(found) || model.folded_at(row).iter().any(|event| found(event))
        }
        _ => has(&row_text(model, pane, row), pattern),
    }
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
