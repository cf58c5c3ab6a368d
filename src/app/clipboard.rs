//! Copying what is selected to the terminal's clipboard.

use super::message::Effect;
use super::then::Then;
use super::{Action, Model, Pane, Tone, books, comms, reading, row_words};

/// The selected line as plain text, to the terminal's clipboard.
pub(super) fn copy(model: &mut Model) -> Then {
    if books::is_command(model) {
        return match reading::copy(model) {
            Ok(effects) => Then::Effects(effects),
            Err(placeholder) => Then::Ask(Action::FillPlaceholder, Some(placeholder)),
        };
    }
    let text = match model.focus {
        // A draft is copied whole.
        Pane::Draft => comms::audience(model).and_then(|one| comms::filled(model, &one)),
        pane => Some(row_words::row_text(model, pane, model.cursor(pane).selected)),
    }
    .unwrap_or_default();
    if text.is_empty() {
        model.say("There is nothing to copy here.", Tone::Info);
        return Then::NOTHING;
    }
    model.say("Copied, where your terminal allows it.", Tone::Good);
    Then::Effects(vec![Effect::Copy(text)])
}
