//! What another severity has moved, shown once it is set: timers, whom to tell, roles that are needed now.

use super::form::Choices;
use super::{Detail, Layer, Model};
use crate::framework::{Moved, MovedTimer};
use crate::incident::Incident;

/// Shows it, where something has moved.
pub(super) fn show(model: &mut Model, before: &Incident) {
    let now = model.incident().severity.clone();
    if before.severity == now {
        return;
    }
    let moved = model.framework().moved(before, model.incident(), model.now);
    let lines = lines(model, &moved);
    if lines.is_empty() {
        return;
    }
    let title = match before.severity.as_str() {
        "" => format!("What {now} brings"),
        was => format!("What changed from {was} to {now}"),
    };
    model.layers.push(Layer::Detail(Detail {
        title,
        lines,
        scroll: 0,
        choices: Choices::default(),
    }));
}

fn lines(model: &Model, moved: &Moved) -> Vec<(String, String)> {
    // The first of a kind has its label, the others continue it.
    let labelled = |label: &str, all: Vec<String>| {
        let mut all = all.into_iter();
        let first = all.next().map(|text| (label.to_owned(), text));
        first
            .into_iter()
            .chain(all.map(|text| (String::new(), text)))
            .collect::<Vec<_>>()
    };
    let timers = moved.timers.iter().map(|timer| timer_line(model, timer)).collect();
    let tell = moved.tell.iter().map(|tell| {
        let due = tell.due.map(|due| format!(" by {}", model.day_clock(due)));
        let fact = tell.fact.as_ref().map_or_else(String::new, |fact| format!(": {fact}"));
        format!("{}{}{fact}", tell.title, due.unwrap_or_default())
    });
    let mut lines = labelled("timers", timers);
    lines.extend(labelled("no longer runs", moved.stopped.clone()));
    lines.extend(labelled("send an update to", tell.collect()));
    lines.extend(labelled("roles to fill", moved.roles.clone()));
    lines
}

fn timer_line(model: &Model, timer: &MovedTimer) -> String {
    let due = model.day_clock(timer.due);
    match (timer.was, timer.overdue) {
        (_, true) => format!("{}: overdue since {due}", timer.label),
        (Some(was), false) => format!("{}: due {due} (was {})", timer.label, model.day_clock(was)),
        (None, false) => format!("{}: due {due}", timer.label),
    }
}
