//! What will be done so that it does not come back: open ones first, with owner and day.

use crate::app::text_row::{Look, Mark, TextRow};
use crate::app::{Action, Model};
use crate::incident::{ActionItem, ActionState, live};

pub(super) fn rows(model: &Model) -> Vec<TextRow> {
    let mut all: Vec<&ActionItem> = live(&model.incident().actions).collect();
    all.sort_by_key(|one| one.state == ActionState::Done);
    let today = model.now.date().to_string();
    all.into_iter().map(|one| row(one, &today)).collect()
}

fn row(one: &ActionItem, today: &str) -> TextRow {
    let done = one.state == ActionState::Done;
    let late = !done && one.due.as_deref().is_some_and(|due| due < today);
    let owner = one
        .owner
        .as_deref()
        .map_or("no owner".to_owned(), |owner| format!("@{owner}"));
    let due = one.due.as_deref().unwrap_or("no date");
    let look = if late || (!done && (one.owner.is_none() || one.due.is_none())) {
        Look::Warn
    } else {
        Look::Dim
    };
    let row = TextRow::of(&one.id)
        .mark(
            if done { Mark::Ticked } else { Mark::Box },
            if done { Look::Good } else { Look::Text },
        )
        .put(&one.text, if done { Look::Dim } else { Look::Text })
        .tail(format!("{owner} {due}"), look);
    if done {
        row.does(Action::ReopenAction, &one.id)
    } else {
        row.does(Action::FinishAction, &one.id)
    }
}
