//! What matches a search in its pane: found, found again once rows have changed, and gone through.

use super::{Filter, Model, Pane, row_words, selection};
use crate::incident::Entry as _;

pub(super) fn find(model: &Model, pane: Pane, pattern: &str, wanted: &Filter) -> Vec<usize> {
    let rows = (0..model.row_count(pane)).filter(|row| model.selectable(pane, *row));
    let takes = |row: &usize| {
        let event = model.event_at(*row);
        wanted.is_empty() || event.is_some_and(|event| wanted.takes(event, &model.me))
    };
    rows.filter(takes)
        .filter(|row| row_words::row_has(model, pane, *row, pattern))
        .collect()
}

/// The rows changed under a search.
pub(super) fn again(model: &mut Model) {
    if let Some(search) = &model.search {
        let mut matches = find(model, search.pane, &search.pattern, &search.wanted);
        // What one has logged since the filter was set is not hidden by it.
        if let (Some(since), Pane::Timeline) = (search.since, search.pane) {
            let mine = |row: &usize| {
                model
                    .event_at(*row)
                    .is_some_and(|event| event.made().0 >= since && crate::incident::people::same(&event.by, &model.me))
            };
            matches.extend((0..model.rows.timeline.len()).rev().take(64).filter(mine));
            matches.sort_unstable();
            matches.dedup();
        }
        if let Some(search) = &mut model.search {
            search.matches = matches;
        }
    }
}

/// To the next or previous match, round the ends.
pub(super) fn go(model: &mut Model, forward: bool) {
    let Some(search) = &model.search else { return };
    let at = model.cursor(search.pane).selected;
    let matches = &search.matches;
    let target = if forward {
        matches
            .iter()
            .copied()
            .find(|row| *row > at)
            .or_else(|| matches.first().copied())
    } else {
        matches
            .iter()
            .copied()
            .rev()
            .find(|row| *row < at)
            .or_else(|| matches.last().copied())
    };
    let pane = search.pane;
    model.focus = pane;
    if let Some(row) = target {
        model.cursors[pane as usize].selected = row;
        selection::picked(model, pane);
    }
}
