//! The next update for the selected audience: the framework's template, filled in with what the incident knows.

use super::{Action, Look, Model, Pane, PaneSpec, TextRow, following, text};
use crate::message::{self, Draft, Wanted};

pub const PANE: PaneSpec = following(
    Pane::Audiences,
    text(
        ("Draft", "Draft"),
        Action::SendUpdate,
        ("This framework has no template for them", "writes an update"),
        rows,
    ),
);

/// The audience that is selected on the screen of communications.
pub fn audience(model: &Model) -> Option<String> {
    model.row_id(Pane::Audiences, model.cursor(Pane::Audiences).selected)
}

/// The words for an audience: the template, filled in.
pub fn filled(model: &Model, audience: &str) -> Option<String> {
    draft(model, audience).map(|draft| draft.text)
}

fn draft(model: &Model, audience: &str) -> Option<Draft> {
    let wanted = Wanted {
        audience,
        ..Wanted::default()
    };
    message::draft(model.framework(), model.incident(), &model.derived, wanted, model.now)
}

fn rows(model: &Model) -> Vec<TextRow> {
    let Some(audience) = audience(model) else {
        return Vec::new();
    };
    let Some(draft) = draft(model, &audience) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    match draft.gaps.len() {
        0 => {}
        1 => rows.push(TextRow::default().put("1 fact is not recorded yet", Look::Warn)),
        several => rows.push(TextRow::default().put(format!("{several} facts are not recorded yet"), Look::Warn)),
    }
    let words = draft.text.lines().enumerate().map(|(index, line)| {
        TextRow::of(format!("line{index}"))
            .put(line, Look::Text)
            .does(Action::SendUpdate, audience.as_str())
    });
    rows.extend(words);
    rows
}
