//! Panes of text: their rows made anew, in the order in which they go by each other.

use super::{Cursor, Model, Pane, sheets};

/// Makes the rows of the present screen's panes of text anew, in the order in which they go by each other.
pub(super) fn refresh_texts(model: &mut Model) {
    write_texts(model, None);
    let panes = model.screen.panes().iter().copied();
    let (after, first): (Vec<Pane>, Vec<Pane>) = panes
        .filter(|pane| pane.is_text())
        .partition(|pane| pane.spec().follows.is_some());
    for pane in first {
        model.select_near(pane, model.cursor(pane).selected);
    }
    // Those that go by another's selection once that stands.
    for pane in model.screen.panes().iter().copied() {
        write_texts(model, Some(pane));
    }
    for pane in after {
        model.select_near(pane, model.cursor(pane).selected);
    }
}

/// The selection of a pane may have moved: those that go by it follow.
pub(super) fn follow(model: &mut Model) {
    let at = model.row_id(model.focus, model.cursor(model.focus).selected);
    if model.memory.followed != at {
        model.memory.followed = at;
        write_texts(model, Some(model.focus));
        for pane in model.screen.panes().iter().copied() {
            if pane.spec().follows == Some(model.focus) {
                model.cursors[pane as usize] = Cursor::default();
                model.select_near(pane, 0);
            }
        }
    }
}

/// Makes the rows of the panes of text on the present screen that go by the selection of that pane, or by none.
fn write_texts(model: &mut Model, following: Option<Pane>) {
    for pane in model.screen.panes().iter().copied() {
        if pane.spec().follows == following
            && let Some(rows) = sheets::rows(model, pane)
        {
            model.rows.texts.insert(pane, rows);
        }
    }
}
