//! The NEXT line under the header: the most useful step for the person who sits here, and the key that does it.

use ratatui::layout::Rect;

use super::panes::View;
use super::theme::Ink;
use super::widgets::{Painter, rich};
use crate::app::{Action, NEXT_FROM, NextStep};
use crate::incident::time::format_duration;
use crate::text::width;

/// How many lines it has on a screen of this height.
pub(super) fn height(screen: u16) -> u16 {
    u16::from(screen >= NEXT_FROM)
}

/// Draws it.
pub(super) fn draw(view: &View, area: Rect, painter: &mut Painter) {
    if area.is_empty() {
        return;
    }
    let room = usize::from(area.width);
    let Some(step) = view.model.shown_step() else {
        let x = painter.put(area.x + 1, area.y, room, "NEXT", Ink::Dim) + 1;
        painter.fit(x, area.y, room.saturating_sub(7), "nothing waits for you", Ink::Dim);
        return;
    };
    let selected = view.model.enter_means_next();
    if selected {
        painter.put(area.x, area.y, 1, view.glyphs.selected, Ink::Accent);
    }
    let mut x = painter.put(area.x + 1, area.y, room, "NEXT", Ink::Accent) + 1;
    let (mark, ink) = if step.decision {
        (view.glyphs.decide, Ink::Warn)
    } else {
        (view.glyphs.alarm, Ink::Warn)
    };
    x = painter.put(x, area.y, 1, mark, ink) + 1;
    let keys = keys(view, step, area.width >= 70);
    let taken: usize = keys.iter().map(|(key, word)| width(key) + width(word) + 3).sum();
    let left = (usize::from(area.right().saturating_sub(x))).saturating_sub(taken + 1);
    let said = rich::one_line(&step.text).into_owned();
    let who = who(view, step);
    let whole = width(&said) + width(&who) + 1;
    let shown = if who.is_empty() || whole > left {
        left
    } else {
        left - width(&who) - 1
    };
    x = painter.fit(x, area.y, shown, &said, Ink::Strong);
    if !who.is_empty() && whole <= left {
        painter.put(x + 1, area.y, left, &who, Ink::Dim);
    }
    let mut x = area.right().saturating_sub(taken as u16);
    for (key, word) in keys {
        x = painter.put(x, area.y, room, &key, Ink::Accent) + 1;
        x = painter.put(x, area.y, room, word, Ink::Dim) + u16::from(!word.is_empty()) + 1;
    }
    if selected {
        painter.select(area);
    }
}

/// Who asked for it, and how long ago.
fn who(view: &View, step: &NextStep) -> String {
    let minutes = step
        .since
        .map_or(0, |at| view.model.now.seconds_since(at).max(0))
        .unsigned_abs()
        / 60;
    let since = format_duration(std::time::Duration::from_secs(minutes * 60));
    let by = rich::one_line(&step.by).into_owned();
    match (by.is_empty(), minutes) {
        (true, _) => String::new(),
        (false, 0) => format!("({by})"),
        (false, _) => format!("({by}, {since})"),
    }
}

fn keys(view: &View, step: &NextStep, words: bool) -> Vec<(String, &'static str)> {
    let key = |action| match view.model.keymap.key_of(action).as_str() {
        // Its sign leaves room for who asked, and for how long it waits.
        "Enter" if !view.glyphs.ascii => "↵".to_owned(),
        key => key.to_owned(),
    };
    let word = |word: &'static str| if words { word } else { "" };
    // Enter does it while no entry is picked; the other key does it anywhere.
    let by = if view.model.enter_means_next() {
        Action::Open
    } else {
        Action::DoAsked
    };
    let does = step.does.is_some().then(|| (key(by), word(step.verb)));
    let later = (!view.model.is_nowhere()).then(|| (key(Action::PutAway), word("later")));
    let all = does.into_iter().chain(later);
    all.filter(|(key, _)| !key.is_empty()).collect()
}
