//! The timers: what is overdue first, then what is due next; what is met stays below, dim.

use super::View;
use crate::app::Pane;
use crate::framework::{TimerPhase, TimerView};
use crate::incident::time::format_clock;
use crate::ui::theme::Ink;
use crate::ui::widgets::Rich;

/// What a row says.
pub(crate) fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
    let model = view.model;
    let Some(timer) = model
        .rows
        .timers
        .get(row)
        .and_then(|index| model.derived.timers.get(*index))
    else {
        return;
    };
    let mut rich = Rich::new();
    view.gutter(&mut rich, Pane::Timers, row, model.is_new("timers", &timer.id), None);
    let (mark, word, ink) = look(view, timer.state);
    rich.put(mark, ink);
    let wide = columns >= 40;
    let clock = match timer.state {
        TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running if wide => clock(timer.remaining_s),
        TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running => short_clock(timer.remaining_s),
        _ => String::new(),
    };
    // What ticks is plain or bold: a colour would be sent to the terminal anew each second.
    let ticking = if timer.state == TimerPhase::Overdue {
        Ink::Strong
    } else {
        Ink::Text
    };
    rich.cell_right(&clock, if wide { 9 } else { 7 }, ticking)
        .blanks(if wide { 2 } else { 1 });
    rich.wraps(1);
    if !word.is_empty() {
        rich.put(word, ink).blanks(1);
    }
    rich.put(
        &timer.label,
        if timer.state == TimerPhase::Overdue {
            Ink::Strong
        } else {
            plain(timer.state)
        },
    );
    if timer.snoozed {
        rich.put(" (snoozed)", Ink::Dim);
    }
    // The label goes before the absolute time, and both before the instrument.
    let open = matches!(timer.state, TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running);
    let left = columns.saturating_sub(rich.columns() + 1);
    if let Some(at) = last_call(timer).filter(|_| open && left > BAR + 6) {
        rich.tail(&model.clock(at, false), Ink::Dim).tail(" ", Ink::Dim);
    }
    if open && left > BAR {
        bar(view, &mut rich, timer, ink);
    }
    out.push(rich);
}

/// Cells of the instrument.
const BAR: usize = 8;
/// Seconds that one of its cells stands for.
const CELL_S: i64 = 225;

/// How near it is: full where it is overdue, empty half an hour before.
fn bar(view: &View, rich: &mut Rich, timer: &TimerView, ink: Ink) {
    let left = if timer.state == TimerPhase::Overdue {
        0
    } else {
        timer.remaining_s.max(0)
    };
    let empty = usize::try_from((left + CELL_S - 1) / CELL_S).unwrap_or(BAR).min(BAR);
    let ink = if timer.state == TimerPhase::Running {
        Ink::Dim
    } else {
        ink
    };
    rich.tail(&view.glyphs.bar[0].repeat(BAR - empty), ink)
        .tail(&view.glyphs.bar[1].repeat(empty), Ink::Faint);
}

fn last_call(timer: &TimerView) -> Option<crate::incident::Time> {
    if timer.state == TimerPhase::Running {
        timer.due
    } else {
        timer.overdue_at.or(timer.due)
    }
}

fn plain(state: TimerPhase) -> Ink {
    match state {
        TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running => Ink::Text,
        _ => Ink::Dim,
    }
}

fn look(view: &View, state: TimerPhase) -> (&'static str, &'static str, Ink) {
    let glyphs = view.glyphs;
    match state {
        TimerPhase::Overdue => (glyphs.alarm, "late", Ink::Bad),
        TimerPhase::Due => (glyphs.progress[2], "due now", Ink::Warn),
        TimerPhase::Running => (" ", "", Ink::Text),
        TimerPhase::Paused => (glyphs.paused, "paused", Ink::Dim),
        TimerPhase::Met => (glyphs.yes, "met", Ink::Dim),
        TimerPhase::MetLate => (glyphs.yes, "met late", Ink::Dim),
        TimerPhase::Cleared => (glyphs.none, "cleared", Ink::Dim),
    }
}

/// A countdown in at most eight columns: `04:12`, `1:02:11`, `23:17:43`, `3d 04h`.
pub(crate) fn clock(seconds: i64) -> String {
    let total = seconds.unsigned_abs();
    match total / 86_400 {
        0 => format_clock(seconds),
        days @ 1..=999 => format!("{days}d {:02}h", total / 3600 % 24),
        days => format!("{days}d"),
    }
}

/// The same in at most seven columns.
fn short_clock(seconds: i64) -> String {
    let total = seconds.unsigned_abs();
    match total / 3600 {
        hours @ 10..24 => format!("{hours}h {:02}m", total / 60 % 60),
        _ => clock(seconds),
    }
}

/// The timer that is overdue for longest, if any.
pub(crate) fn worst<'a>(view: &View<'a>) -> Option<&'a TimerView> {
    let overdue = |timer: &&TimerView| timer.state == TimerPhase::Overdue;
    view.model
        .derived
        .timers
        .iter()
        .filter(overdue)
        .min_by_key(|timer| timer.remaining_s)
}

fn overdue(view: &View) -> usize {
    view.model
        .derived
        .timers
        .iter()
        .filter(|timer| timer.state == TimerPhase::Overdue)
        .count()
}

/// What stands behind the name.
pub(crate) fn note(view: &View) -> Vec<Rich> {
    match overdue(view) {
        0 => Vec::new(),
        count => vec![Rich::of(&format!("{count} late"), Ink::Bad)],
    }
}

/// The count of the tab.
pub(crate) fn count(view: &View) -> (String, Ink) {
    match overdue(view) {
        0 => {
            let running = |timer: &&TimerView| matches!(timer.state, TimerPhase::Due | TimerPhase::Running);
            (
                view.model.derived.timers.iter().filter(running).count().to_string(),
                Ink::Dim,
            )
        }
        count => (format!("{count}!"), Ink::Bad),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_stay_in_their_column() {
        for (seconds, shown) in [
            (131, "02:11"),
            (-131, "02:11"),
            (3_731, "1:02:11"),
            (83_863, "23:17:43"),
            (273_600, "3d 04h"),
            (i64::MIN, "106751991167300d"),
        ] {
            assert_eq!(clock(seconds), shown);
        }
        assert_eq!(short_clock(83_863), "23h 17m");
    }
}
