//! Filtering the timeline: by kind, person, pinned lines, one's own, combined with each other and with the words of a search.

use std::collections::BTreeMap;

use super::filter::{BY, CLEAR, Filter, KIND, MINE, PINNED};
use super::form::{Choice, choice};
use super::{Model, Pane, Search, listing, matches, selection, texts};
use crate::incident::{Entry, Event, people};

impl Search {
    /// What is shown by it, in words: the filter and the words that are searched for.
    pub fn said(&self) -> String {
        let wanted = self.wanted.said();
        match (wanted.as_str(), self.pattern.as_str()) {
            ("", words) => words.to_owned(),
            (wanted, "") => wanted.to_owned(),
            (wanted, words) => format!("{wanted}, {words}"),
        }
    }
}

impl Model {
    /// How many events of others have come since the timeline was filtered and are not shown by it.
    pub fn hidden_arrivals(&self) -> usize {
        let filter = self
            .search
            .as_ref()
            .filter(|search| search.filter && search.pane == Pane::Timeline);
        let Some((search, since)) = filter.and_then(|search| Some((search, search.since?))) else {
            return 0;
        };
        let shown = |id: &str| {
            let mut events = search.matches.iter().filter_map(|row| self.event_at(*row));
            events.any(|event| event.id == id)
        };
        let arrivals = self.snapshot.arrivals.iter().rev().take_while(|one| one.at > since);
        arrivals
            .filter(|one| one.section == Event::SECTION && !shown(&one.id))
            .count()
    }
}

/// The filter in force.
fn now(model: &Model) -> Filter {
    let search = model.search.as_ref().filter(|search| search.pane == Pane::Timeline);
    search.map(|search| search.wanted.clone()).unwrap_or_default()
}

/// What can be filtered by, each with the number of its events; what is in force is marked.
pub(super) fn choices(model: &Model) -> Vec<Choice> {
    let wanted = now(model);
    let (mut kinds, mut authors): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = Default::default();
    let (mut pinned, mut mine) = (0, 0);
    for event in &model.incident().timeline {
        *kinds.entry(event.kind.as_str()).or_default() += 1;
        if !event.by.is_empty() {
            *authors.entry(event.by.as_str()).or_default() += 1;
        }
        pinned += usize::from(event.pinned);
        mine += usize::from(people::same(&event.by, &model.me));
    }
    let one = |value: String, label: &str, count: usize, current: bool| Choice {
        current,
        ..choice(value, label, count.to_string())
    };
    let mut all = Vec::new();
    if !wanted.is_empty() {
        all.push(choice(CLEAR, "show everything", wanted.said()));
    }
    all.push(one(MINE.into(), "mine", mine, wanted.mine));
    all.push(one(PINNED.into(), "pinned", pinned, wanted.pinned));
    let by_count = |map: BTreeMap<&'_ str, usize>| {
        let mut all: Vec<(String, usize)> = map.into_iter().map(|(word, count)| (word.to_owned(), count)).collect();
        all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        all
    };
    for (kind, count) in by_count(kinds) {
        let current = wanted.kinds.contains(&kind);
        all.push(one(format!("{KIND}{kind}"), &format!("kind: {kind}"), count, current));
    }
    for (who, count) in by_count(authors) {
        let current = wanted.people.contains(&who);
        all.push(one(format!("{BY}{who}"), &format!("by: {who}"), count, current));
    }
    all
}

/// Takes one criterion in or out; the timeline shows what is left.
pub(super) fn toggle(model: &mut Model, value: &str) {
    let mut wanted = now(model);
    wanted.toggle(value);
    // Words that are only searched for, in a timeline that shows everything, are no part of a filter.
    let pattern = model.search.as_ref();
    let pattern = pattern.filter(|search| search.pane == Pane::Timeline && search.filter);
    let pattern = pattern.map(|search| search.pattern.clone()).unwrap_or_default();
    model.focus = Pane::Timeline;
    set(model, wanted, pattern);
}

/// No filter, and nothing searched for.
pub(super) fn clear(model: &mut Model) {
    set(model, Filter::default(), String::new());
}

/// Sets both; the rows are made anew, since what is filtered is not folded.
pub(super) fn set(model: &mut Model, wanted: Filter, pattern: String) {
    let anchors = selection::anchors(model);
    let nothing = wanted.is_empty() && pattern.is_empty();
    model.search = (!nothing).then(|| Search {
        filter: true,
        since: Some(model.now),
        wanted,
        pattern,
        pane: Pane::Timeline,
        matches: Vec::new(),
    });
    model.rows = listing::rows(model);
    texts::refresh_texts(model);
    selection::hold(model, anchors);
    matches::again(model);
    let at = model.cursor(Pane::Timeline).selected;
    if model.hidden(Pane::Timeline, at) {
        matches::go(model, false);
    }
}
