//! Incidents that are like the open one, in words: what there is to tell of each, and their rows in a pane.

use super::Model;
use super::action::Action;
use super::text_row::{Look, TextRow};
use crate::incident::time::format_duration;
use crate::recall::similar::Similar;
use crate::text::{fit, one_line};

/// Columns of a title or a cause on one line.
pub(super) const SHORT: usize = 100;

pub(super) fn because(one: &Similar) -> String {
    let words: Vec<_> = one.because.iter().map(|word| one_line(word).into_owned()).collect();
    words.join(", ")
}

/// What there is to tell of one, label and words.
pub(super) fn told(one: &Similar) -> Vec<(&'static str, String)> {
    let short = |text: &str| fit(&one_line(text), SHORT, "…").into_owned();
    let mut lines = vec![("because", because(one))];
    if let Some(days) = one.recurrence_days {
        lines.push(("again", format!("the same cause, {days} days before")));
    }
    lines.extend(one.cause.as_deref().map(|cause| ("cause", short(cause))));
    lines.extend(one.ended_by.as_deref().map(|ended| ("ended by", short(ended))));
    let took = one.duration_s.and_then(|seconds| u64::try_from(seconds).ok());
    lines.extend(took.map(|seconds| ("took", format_duration(std::time::Duration::from_secs(seconds)))));
    lines.extend(one.open_actions.iter().map(|item| ("still open", short(item))));
    lines
}

/// Rows of them for a pane, under a heading; none where nothing is like it.
pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut rows = Vec::new();
    for one in &model.memory.alike.found {
        let id = &one.id;
        let title = TextRow::of(format!("similar.{id}"))
            .put(one_line(id).into_owned(), Look::Strong)
            .put(format!(" {}", one_line(&one.title)), Look::Text);
        rows.push(title.does(Action::OpenIncident, id.as_str()));
        for (place, (label, text)) in told(one).into_iter().enumerate() {
            let line = TextRow::of(format!("similar.{id}.{place}")).put(format!("{label}: "), Look::Dim);
            rows.push(line.put(text, Look::Text));
        }
    }
    if !rows.is_empty() {
        rows.insert(0, TextRow::heading("Similar incidents"));
    }
    rows
}
