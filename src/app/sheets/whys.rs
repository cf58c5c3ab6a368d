//! The five whys as a chain under the problem line, and the root cause at its end.

use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::incident::{HypothesisState, live};

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let incident = model.incident();
    let mut rows = vec![
        TextRow::of("problem")
            .put("Problem ", Look::Dim)
            .put(&incident.title, Look::Strong),
    ];
    for (index, why) in live(&incident.whys).enumerate() {
        rows.push(
            TextRow::of(&why.id)
                .indent(index.min(8))
                .mark(Mark::Arrow, Look::Dim)
                .put(format!("why {} ", index + 1), Look::Dim)
                .put(&why.text, Look::Text)
                .tail(&why.by, Look::Dim),
        );
    }
    if rows.len() == 1 {
        rows.push(TextRow::note("No why has been asked yet").indent(2));
    }
    rows.push(TextRow::heading("Root cause"));
    let cause = || TextRow::of("cause").does(Action::SetCause, "");
    if let Some(text) = &incident.cause {
        rows.push(cause().put(text, Look::Strong));
        return rows;
    }
    let confirmed = live(&incident.hypotheses).filter(|one| one.state == HypothesisState::Confirmed);
    let confirmed = confirmed.map(|one| {
        cause()
            .put("not named yet; confirmed: ", Look::Warn)
            .put(&one.statement, Look::Text)
    });
    let before = rows.len();
    rows.extend(confirmed);
    if rows.len() == before {
        rows.push(cause().put("not named yet", Look::Warn));
    }
    rows
}
