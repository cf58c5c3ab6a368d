//! Who is told: when next, and what they heard last.

use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::timers::timer;
use crate::app::{Action, Model};
use crate::framework::{TimerPhase, TimerView};
use crate::incident::live;
use crate::incident::time::format_clock;

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut all: Vec<_> = model.framework().audiences.iter().collect();
    // By what is due; those that wait for nothing as the framework has them.
    all.sort_by_key(|audience| waits(model, &audience.id).map_or(i64::MAX, |timer| timer.remaining_s));
    all.into_iter()
        .flat_map(|audience| one(model, &audience.id, &audience.title))
        .collect()
}

fn waits<'a>(model: &'a Model, audience: &str) -> Option<&'a TimerView> {
    let waits = |timer: &&TimerView| {
        matches!(
            timer.state,
            TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running | TimerPhase::Paused
        )
    };
    timer(model, audience).filter(waits)
}

fn one(model: &Model, id: &str, title: &str) -> [TextRow; 2] {
    let (mark, look, due) = match timer(model, id) {
        Some(timer) if timer.state == TimerPhase::Overdue => (
            Mark::Alarm,
            Look::Bad,
            format!("overdue by {}", format_clock(timer.remaining_s)),
        ),
        Some(timer) if matches!(timer.state, TimerPhase::Due | TimerPhase::Running) => (
            Mark::None,
            Look::Text,
            format!("in {}", format_clock(timer.remaining_s)),
        ),
        Some(timer) if timer.state == TimerPhase::Paused => (Mark::None, Look::Dim, "paused".to_owned()),
        _ => (Mark::None, Look::Dim, "no update due".to_owned()),
    };
    let last = live(&model.incident().communications).rfind(|sent| sent.audience == id);
    let head = TextRow::of(id)
        .mark(mark, look)
        .put(title, Look::Strong)
        .tail(due, look)
        .does(Action::CopyUpdate, id);
    let said = match last {
        Some(sent) => TextRow::default()
            .put(format!("{} {} ", model.clock(sent.at, false), sent.by), Look::Dim)
            .put(&sent.text, Look::Text),
        None => TextRow::note("nothing sent yet"),
    };
    [head, said.indent(2)]
}
