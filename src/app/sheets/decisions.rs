//! What waits for someone's decision or answer: approvals, conflicts, handovers, requests. Mine first.

use crate::app::Model;
use crate::app::next_step::NextStep;
use crate::app::text_row::{Look, Mark, TextRow};
use crate::incident::time::format_duration;

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    model
        .steps()
        .into_iter()
        .filter(|step| step.decision)
        .map(|step| row(model, step))
        .collect()
}

fn row(model: &Model, step: NextStep) -> TextRow {
    let asks = step.id.starts_with("request");
    let mark = if asks { Mark::Open } else { Mark::Decide };
    let look = if step.mine { Look::Warn } else { Look::Dim };
    let since = step
        .since
        .map_or(0, |at| model.now.seconds_since(at).max(0))
        .unsigned_abs()
        / 60;
    let since = match since {
        0 => String::new(),
        minutes => format!(" {}", format_duration(std::time::Duration::from_secs(minutes * 60))),
    };
    let row = TextRow::of(step.id)
        .mark(mark, look)
        .put(step.text, if step.mine { Look::Text } else { Look::Dim })
        .tail(format!("{}{since}", step.by).trim(), Look::Dim);
    match step.does {
        Some((action, given)) => row.does(action, given.unwrap_or_default()),
        None => row,
    }
}
