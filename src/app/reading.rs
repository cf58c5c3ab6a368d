//! Reading a runbook: its steps taken over, one at a time or whole, its commands copied.

use std::sync::Arc;

use super::books::{filled, meant, otherwise_row, selected};
use super::form::Form;
use super::message::Effect;
use super::then::Then;
use super::{Action, Model, Pane, Tone, derived, matches, panes, selection, texts};
use crate::incident::Change;
use crate::runbook::gap;
use crate::runbook::library::Library;

/// The runbooks have been read.
pub(super) fn read(model: &mut Model, library: Arc<Library>) -> Vec<Effect> {
    let anchors = selection::anchors(model);
    model.library = library;
    derived::derive(model);
    model.memory.books.read = Some((model.snapshot.revision, model.now));
    texts::refresh_texts(model);
    selection::hold(model, anchors);
    matches::again(model);
    Vec::new()
}

/// Takes the selected runbook's steps over.
pub(super) fn attach(model: &mut Model) -> Then {
    if let Some(name) = selected(model).map(|volume| volume.name.clone()) {
        Then::Ask(Action::AttachRunbook, Some(name))
    } else {
        model.say("No runbook is selected.", Tone::Info);
        Then::NOTHING
    }
}

/// Between the whole text and one step at a time.
pub(super) fn toggle_steps(model: &mut Model) {
    model.memory.books.steps = !model.memory.books.steps;
    model.memory.books.unfolded = false;
    model.cursors[Pane::Runbook as usize] = super::Cursor::default();
    texts::refresh_texts(model);
    // Where one pane has the screen the step that was asked for is shown, and not the list in front of it.
    if model.memory.books.steps && model.alone() && model.focus == Pane::Runbooks {
        model.focus = Pane::Runbook;
    }
    let key = model.keymap.key_of(Action::StepByStep);
    let said = if model.memory.books.steps {
        format!("One step at a time; {key} shows the whole text.")
    } else {
        "The whole text.".to_owned()
    };
    model.say(said, Tone::Info);
}

/// Shows or hides what to do where it does not work; of the whole text it goes there.
pub(super) fn unfold(model: &mut Model) {
    let Some(first) = selected(model).map(otherwise_row) else {
        model.say("No runbook is selected.", Tone::Info);
        return;
    };
    let Some(first) = first else {
        model.say("It does not say what to do if it does not work.", Tone::Info);
        return;
    };
    let row = if model.memory.books.steps {
        model.memory.books.unfolded = !model.memory.books.unfolded;
        texts::refresh_texts(model);
        model.memory.books.unfolded.then(|| "otherwise".to_owned())
    } else {
        Some(first)
    };
    // On a low terminal it stands below what is seen.
    if let Some(row) = row.and_then(|row| selection::find_row(model, Pane::Runbook, &row, 0)) {
        panes::focus(model, Pane::Runbook);
        model.select_near(Pane::Runbook, row);
    }
}

/// Copies the command that is meant.
///
/// # Errors
///
/// Where a placeholder of it stands for nothing yet: its name, to be asked for first.
pub(super) fn copy(model: &mut Model) -> Result<Vec<Effect>, String> {
    let Some((volume, command, of)) = meant(model) else {
        return Ok(Vec::new());
    };
    let (text, open) = filled(model, volume, command);
    let text = text.trim_end_matches('\n').to_owned();
    if let Some(gap) = open.first() {
        return Err(gap.name.clone());
    }
    let more = match of {
        0 | 1 => String::new(),
        of => format!(" (1 of {of}; the others stand in the runbook)"),
    };
    let danger = match command.danger.as_slice() {
        [] => String::new(),
        words => format!(" Careful: {}.", words.join(", ")),
    };
    let shown = super::words::short(&text, 80);
    let lines = text.lines().count();
    let lines = if lines > 1 {
        format!(" ({lines} lines)")
    } else {
        String::new()
    };
    let tone = if danger.is_empty() { Tone::Good } else { Tone::Warning };
    model.say(format!("Copied: {shown}{lines}{more}.{danger}"), tone);
    Ok(vec![Effect::CopyText(text)])
}

/// What a placeholder stands for was said: it is remembered, and goes into the record.
pub(super) fn fill(model: &mut Model, form: &Form) -> Vec<Effect> {
    let (name, value) = (form.answer("placeholder").to_owned(), form.answer("value").to_owned());
    model.memory.books.values.insert(name.clone(), value.clone());
    texts::refresh_texts(model);
    // A secret stays in this console's memory.
    if gap::is_secret(&name) {
        return Vec::new();
    }
    vec![Effect::Apply {
        action: Action::FillPlaceholder,
        changes: vec![Change::SetField {
            field: format!("fields.{name}"),
            value,
        }],
    }]
}
