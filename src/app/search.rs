//! Searching a pane: `/`, the matches as one types, n and N, showing only what matches, and backing out of it.

use super::line::Line;
use super::message::Effect;
use super::{Filter, Layer, Model, Pane, Screen, Search, Tone, filtering, matches, overview, row_words, selection};

/// Opens the line for the words.
pub(super) fn open(model: &mut Model) {
    // The board's query is changed, not begun anew.
    let line = match model.screen {
        Screen::Board => Line::of(model.memory.board.asked.as_str()),
        Screen::WarRoom | Screen::Investigation | Screen::Communications | Screen::Runbooks | Screen::Review => {
            Line::default()
        }
    };
    model.layers.push(Layer::Search(line));
    model.memory.search_from = model.cursor(model.focus).selected;
}

/// The words changed: the selection goes to the match nearest to where the search began.
pub(super) fn typed(model: &mut Model) {
    let Some(Layer::Search(line)) = model.layers.last() else {
        return;
    };
    if model.screen == Screen::Board {
        return;
    }
    let pattern = line.text().to_owned();
    let pane = model.focus;
    let from = model.memory.search_from;
    let (before, filter, wanted) = match model.search.take() {
        Some(search) if search.pane == pane => (
            Some(search.matches).filter(|_| pattern.starts_with(&search.pattern)),
            search.filter,
            search.wanted,
        ),
        _ => (None, false, Filter::default()),
    };
    if pattern.is_empty() && wanted.is_empty() {
        model.cursors[pane as usize].selected = from;
        return;
    }
    // Longer words match only where the shorter ones did: a key costs what is left.
    let matches: Vec<usize> = match before {
        Some(rows) => rows
            .into_iter()
            .filter(|row| row_words::row_has(model, pane, *row, &pattern))
            .collect(),
        None => matches::find(model, pane, &pattern, &wanted),
    };
    let next = matches
        .iter()
        .copied()
        .find(|row| *row >= from)
        .or_else(|| matches.last().copied());
    model.cursors[pane as usize].selected = next.unwrap_or(from);
    selection::picked(model, pane);
    model.search = Some(Search {
        pattern,
        pane,
        matches,
        wanted,
        filter,
        since: None,
    });
}

/// The words stand: the line closes, n and N go on. On the board they are a query, which all its parts go by.
pub(super) fn done(model: &mut Model) -> Vec<Effect> {
    let words = model
        .line()
        .map(|line| line.text().trim().to_owned())
        .unwrap_or_default();
    model.layers.pop();
    if model.screen == Screen::Board {
        if words == model.memory.board.asked && model.overview.is_some() {
            return Vec::new();
        }
        return overview::ask(model, &words);
    }
    none_here(model);
    Vec::new()
}

/// Says where nothing matches.
fn none_here(model: &mut Model) {
    let Some(search) = &model.search else { return };
    if search.matches.is_empty() {
        let (words, wanted) = (search.pattern.clone(), search.wanted.clone());
        model.say(
            format!("Nothing here has `{}`.", crate::text::one_line(&words)),
            Tone::Info,
        );
        model.search = None;
        if !wanted.is_empty() {
            filtering::set(model, wanted, String::new());
        }
    }
}

/// Esc while typing: back to where it began.
pub(super) fn dropped(model: &mut Model) {
    model.layers.pop();
    match model.search.take() {
        // The filter that it was searched under stays.
        Some(search) if !search.wanted.is_empty() => filtering::set(model, search.wanted, String::new()),
        _ => {}
    }
    model.cursors[model.focus as usize].selected = model.memory.search_from;
}

/// To the next or previous match, round the ends; without a search on the board, to the next line that was found.
pub(super) fn go(model: &mut Model, forward: bool) {
    if model.search.is_some() {
        matches::go(model, forward);
    } else {
        overview::go(model, forward);
    }
}

/// Only the items that the person has claimed, or all again.
pub(super) fn only_mine(model: &mut Model) {
    let pattern = format!("@{}", model.me);
    let pane = Pane::Checklists;
    if model
        .search
        .as_ref()
        .is_some_and(|search| search.pane == pane && search.pattern == pattern)
    {
        model.search = None;
        return;
    }
    let matches = matches::find(model, pane, &pattern, &Filter::default());
    if matches.is_empty() {
        model.say("You have claimed no item; c claims one.", Tone::Info);
        return;
    }
    model.search = Some(Search {
        pattern,
        pane,
        matches,
        wanted: Filter::default(),
        filter: true,
        since: None,
    });
    let at = model.cursor(pane).selected;
    if model.hidden(pane, at) {
        matches::go(model, true);
    }
}

/// Only what matches, or all again.
pub(super) fn filter(model: &mut Model) {
    if let Some(search) = &mut model.search {
        search.filter = !search.filter;
        search.since = search.filter.then_some(model.now);
        model.focus = search.pane;
        let at = model.cursor(model.focus).selected;
        if model.hidden(model.focus, at) {
            matches::go(model, true);
        }
    }
}

/// Backs out one level: filter, search, zoom.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if model.search.is_none()
        && model.screen == Screen::Board
        && let Some(effects) = overview::leave(model)
    {
        return effects;
    }
    match &mut model.search {
        Some(search) if !search.wanted.is_empty() => filtering::clear(model),
        Some(search) if search.filter => search.filter = false,
        Some(_) => model.search = None,
        None if model.zoomed => model.zoomed = false,
        None => model.toasts.clear(),
    }
    Vec::new()
}
