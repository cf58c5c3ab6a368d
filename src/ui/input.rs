//! The line at the bottom: the clock, what is being typed or what could be done, and where help is. Sentences that go away
//! by themselves stand just above it.

use std::ops::Range;

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use super::overlays::sequence;
use super::panes::{View, timeline};
use super::theme::Ink;
use super::widgets::{Painter, rich};
use crate::app::{Action, Form, Hit, Layer, Line, Model, SizeClass, Tone, Want};
use crate::text::width;

/// Draws it; returns where the cursor is, if something is typed there.
pub fn draw(view: &View, area: Rect, painter: &mut Painter) -> Option<(u16, u16)> {
    let model = view.model;
    let x = clock(view, area, painter);
    let right = match model.layers.last() {
        Some(Layer::Form(form)) => typing_keys(model, form, area.width),
        Some(Layer::Search(_)) => matches(model),
        _ => keys(model, area.width)
            .into_iter()
            .map(|(text, _)| text)
            .collect::<Vec<_>>()
            .join("  "),
    };
    let mut stop = area.right().saturating_sub(1);
    let wide = u16::try_from(width(&right)).unwrap_or(u16::MAX);
    // A long line being typed takes the room of the hints.
    let typed = model.form().map_or(0, |form| width(form.line.text()) as u16);
    if wide > 0 && x.saturating_add(wide).saturating_add(typed.max(10)) < area.right() * 7 / 8 {
        stop = area.right() - wide - 1;
        painter.put(stop, area.y, usize::from(wide), &right, Ink::Dim);
        stop -= 2;
    }
    let room = Rect::new(x, area.y, stop.saturating_sub(x), 1);
    match model.layers.last() {
        Some(Layer::Form(form)) => form_line(view, form, room, painter),
        Some(Layer::Search(line)) => {
            let x = painter.put(room.x, room.y, 1, "/", Ink::Accent);
            line_edit(
                view,
                line,
                Rect::new(x, room.y, room.right().saturating_sub(x), 1),
                "",
                painter,
            )
        }
        _ => {
            hints(view, room, painter);
            None
        }
    }
}

fn clock(view: &View, area: Rect, painter: &mut Painter) -> u16 {
    let model = view.model;
    if area.width < 40 {
        return area.x + 1;
    }
    let mut clock = model.clock(model.now, true);
    if model.size.class() == SizeClass::Narrow && area.width >= 56 {
        clock = format!("{clock} {}", timeline::zone(view));
    }
    painter.put(area.x + 1, area.y, usize::from(area.width), &clock, Ink::Text) + 2
}

/// The two keys that lead everywhere, with what a click on them means.
fn keys(model: &Model, columns: u16) -> Vec<(String, Hit)> {
    let one = |action: Action, word: &str, hit: Hit| {
        let key = model.keymap.key_of(action);
        let text = if columns < 50 {
            key.clone()
        } else {
            format!("{key} {word}")
        };
        (!key.is_empty()).then_some((text, hit))
    };
    let both = [
        one(Action::Help, "help", Hit::Help),
        one(Action::Palette, "palette", Hit::Palette),
    ];
    both.into_iter().flatten().collect()
}

/// Where they are.
pub fn key_places(view: &View, area: Rect) -> Vec<(Range<u16>, Hit)> {
    if matches!(view.model.layers.last(), Some(Layer::Form(_) | Layer::Search(_))) {
        return Vec::new();
    }
    let mut right = area.right().saturating_sub(1);
    let mut places = Vec::new();
    for (text, hit) in keys(view.model, area.width).into_iter().rev() {
        let left = right.saturating_sub(u16::try_from(width(&text)).unwrap_or(u16::MAX));
        places.push((left..right, hit));
        right = left.saturating_sub(2);
    }
    places
}

fn typing_keys(model: &Model, form: &Form, columns: u16) -> String {
    if form.sent {
        return "saving".into();
    }
    if columns < 76 {
        return String::new();
    }
    let key = |action| model.keymap.key_of(action);
    let mut parts = Vec::new();
    let step = form.step();
    if let Some(at) = model.preview().and_then(|preview| preview.at) {
        parts.push(format!("at {}", model.clock(at, false)));
    }
    if form.kind.is_some() {
        parts.push(format!("{} kind", key(Action::NextKind)));
    }
    let empty = form.line.text().is_empty();
    let passes = step.is_some_and(|step| step.optional) && empty && form.choices.is_none();
    let does = if form.at + 1 < form.steps.len() { "next" } else { "done" };
    parts.push(format!(
        "{} {}",
        key(Action::Submit),
        if passes { "skip" } else { does }
    ));
    parts.push(format!(
        "{} {}",
        key(Action::Leave),
        if form.at > form.given { "back" } else { "leave" }
    ));
    parts.join("  ")
}

fn matches(model: &Model) -> String {
    match &model.search {
        Some(search) if !search.pattern.is_empty() => match search.matches.len() {
            0 => "no match".into(),
            1 => "1 match".into(),
            count => format!("{count} matches"),
        },
        _ => String::new(),
    }
}

/// What keys mean here: the rest of a sequence that was begun, a line that waits, or the pane's own actions.
fn hints(view: &View, room: Rect, painter: &mut Painter) {
    let model = view.model;
    let mut x = room.x;
    let put = |x: &mut u16, key: &str, words: &str, painter: &mut Painter| {
        let left = usize::from(room.right().saturating_sub(*x));
        if left < width(key) + width(words) + 1 {
            return false;
        }
        *x = painter.put(*x, room.y, left, key, Ink::Accent);
        *x = painter.put(*x + 1, room.y, left, words, Ink::Dim) + 2;
        true
    };
    if !model.pending.is_empty() {
        let begun = crate::app::key::show_sequence(&model.pending);
        put(&mut x, &begun, view.glyphs.ellipsis, painter);
        // Where they have no room here, a box above tells them.
        let all = sequence::continuations(model);
        for (key, title) in all.iter().filter(|_| sequence::fit(&all, model.size.width)) {
            put(&mut x, key, title, painter);
        }
        return;
    }
    let log = model.keymap.key_of(Action::Log);
    if let Some(kept) = &model.kept {
        let kept = rich::one_line(kept).into_owned();
        let kept = crate::text::fit(&kept, usize::from(room.width / 2), view.glyphs.ellipsis).into_owned();
        put(&mut x, &log, &format!("goes on with: {kept}"), painter);
    } else if room.width >= 40 || model.nudge().is_none() {
        put(&mut x, &log, "log", painter);
    }
    if let Some(nudge) = model.nudge().filter(|_| model.kept.is_none()) {
        let key = model.keymap.key_of(Action::PutAway);
        let does = crate::app::remedy::helps(model, &nudge)
            .then(|| model.keymap.key_of(Action::DoAsked))
            .filter(|key| !key.is_empty());
        let left = usize::from(room.right().saturating_sub(x));
        let said = rich::one_line(&nudge.text).into_owned();
        // Where there is little room the keys stand without their words.
        let keys = |words: bool| {
            let of = |key: &str, word: &str| width(key) + if words { word.len() + 3 } else { 2 };
            of(&key, "away") + does.as_ref().map_or(0, |does| of(does, "do"))
        };
        let words = left > keys(true) + 20;
        let taken = keys(words);
        if left > taken + 12 {
            let said = crate::text::fit(&said, left - taken - 2, view.glyphs.ellipsis);
            x = painter.put(x, room.y, 1, view.glyphs.dot, Ink::Warn) + 1;
            x = painter.put(x, room.y, left, &said, Ink::Text) + 2;
            for (key, word) in does.iter().map(|does| (does, "do")).chain([(&key, "away")]) {
                x = painter.put(x, room.y, left, key, Ink::Accent) + 1;
                if words {
                    x = painter.put(x, room.y, left, word, Ink::Dim) + 2;
                }
            }
            return;
        }
    }
    let here = model.pane_context();
    for action in Action::ALL.iter().filter(|action| action.spec().contexts == [here]) {
        let key = model.keymap.key_of(*action);
        if !key.is_empty() {
            put(&mut x, &key, &action.spec().title.to_lowercase(), painter);
        }
    }
}

fn form_line(view: &View, form: &Form, room: Rect, painter: &mut Painter) -> Option<(u16, u16)> {
    let mut x = room.x;
    let left = |x: u16| usize::from(room.right().saturating_sub(x));
    let step = form.step();
    let whole = usize::from(room.width);
    let preview = view.model.preview();
    if let Some(kind) = &form.kind {
        let kind = preview.as_ref().map_or(kind.as_str(), |preview| preview.kind.as_str());
        x = painter.fit(x, room.y, 12.min(left(x)), kind, Ink::Accent) + 1;
        x = painter.put(x, room.y, left(x), view.glyphs.crumb, Ink::Faint) + 1;
    } else {
        let mut crumbs = vec![(rich::one_line(&form.title).into_owned(), Ink::Dim)];
        for answer in form.answers.iter().filter(|answer| !answer.shown.is_empty()) {
            crumbs.push((rich::one_line(&answer.shown).into_owned(), Ink::Text));
        }
        let label = step.map_or("", |step| step.label);
        // The words being typed matter most: the way here may take a third of the line.
        let budget = (whole / 3).saturating_sub(width(label) + 2);
        let mut used = 0;
        let mut shown: Vec<&(String, Ink)> = Vec::new();
        for crumb in crumbs.iter().rev() {
            let wide = width(&crumb.0) + 3;
            if used + wide > budget {
                break;
            }
            used += wide;
            shown.push(crumb);
        }
        for (text, ink) in shown.into_iter().rev() {
            x = painter.put(x, room.y, left(x), text, *ink) + 1;
            x = painter.put(x, room.y, left(x), view.glyphs.crumb, Ink::Faint) + 1;
        }
        x = painter.fit(x, room.y, (whole / 2).min(left(x)), label, Ink::Accent) + 1;
    }
    let x = x.min(room.right());
    let hint = step.map_or("", |step| step.hint);
    if form.sent {
        let text = rich::one_line(form.line.text());
        painter.fit(x, room.y, left(x), &text, Ink::Dim);
        return None;
    }
    let hint = if form.choices.is_some() && step.is_some_and(|step| step.want == Want::Choice) {
        "type to narrow down"
    } else {
        hint
    };
    line_edit(
        view,
        &form.line,
        Rect::new(x, room.y, room.right().saturating_sub(x), 1),
        hint,
        painter,
    )
}

/// A line being typed: the part around the cursor, moved by a third of the room at a time so that little is repainted.
/// Returns where the cursor is.
pub fn line_edit(view: &View, line: &Line, room: Rect, hint: &str, painter: &mut Painter) -> Option<(u16, u16)> {
    if room.is_empty() {
        return None;
    }
    let columns = usize::from(room.width);
    if line.text().is_empty() {
        painter.fit(room.x + 1, room.y, columns.saturating_sub(1), hint, Ink::Dim);
        return Some((room.x, room.y));
    }
    let (before, after) = line.parts();
    let (before, after) = (rich::one_line(before), rich::one_line(after));
    let ahead = width(&before);
    let step = (columns / 3).max(1);
    let start = if ahead < columns {
        0
    } else {
        ((ahead + 1 - columns).div_ceil(step)) * step
    };
    let (mut skipped, mut from) = (0, 0);
    for (at, piece) in before.grapheme_indices(true) {
        if skipped >= start {
            break;
        }
        skipped += width(piece);
        from = at + piece.len();
    }
    let mut x = room.x;
    let mut shown = &before[from..];
    if from > 0 {
        x = painter.put(x, room.y, 1, view.glyphs.ellipsis, Ink::Faint);
        // The mark takes the place of the first character that would be shown.
        let first = shown.graphemes(true).next().map_or(0, str::len);
        let wide = width(&shown[..first]) as u16;
        x += wide.saturating_sub(1);
        shown = &shown[first..];
    }
    let left = |x: u16| usize::from(room.right().saturating_sub(x));
    x = painter.put(x, room.y, left(x), shown, Ink::Text);
    let cursor = x.min(room.right() - 1);
    let end = painter.put(x, room.y, left(x), &after, Ink::Text);
    if usize::from(end - x) < width(&after) {
        painter.put(room.right() - 1, room.y, 1, view.glyphs.ellipsis, Ink::Faint);
    }
    Some((cursor, room.y))
}

/// Sentences above the line: why an answer was not taken, at the left; toasts at the right, the newest lowest.
pub fn draw_toasts(view: &View, area: Rect, painter: &mut Painter) {
    let model = view.model;
    let mut y = area.y;
    if let Some(error) = model.form().and_then(|form| form.error.as_ref()) {
        // Where the choices are shown, it stands inside their box.
        if model.form().is_some_and(|form| form.choices.is_none()) && y > 2 {
            y -= 1;
            strip(view, (area.x, y, area.width), error, Tone::Error, false, painter);
        }
    }
    for toast in model.toasts.iter().rev().take(3) {
        if y <= 2 {
            break;
        }
        y -= 1;
        strip(view, (area.x, y, area.width), &toast.text, toast.tone, true, painter);
    }
}

fn strip(
    view: &View,
    (left, y, columns): (u16, u16, u16),
    text: &str,
    tone: Tone,
    at_right: bool,
    painter: &mut Painter,
) {
    let (mark, ink) = match tone {
        Tone::Info => (view.glyphs.dot, Ink::Dim),
        Tone::Good => (view.glyphs.yes, Ink::Good),
        Tone::Warning => ("!", Ink::Warn),
        Tone::Error => (view.glyphs.no, Ink::Bad),
    };
    let clean = rich::one_line(text);
    let shown = crate::text::fit(&clean, usize::from(columns).saturating_sub(5), view.glyphs.ellipsis);
    let wide = (width(&shown) + 4) as u16;
    let x = if at_right {
        left + columns.saturating_sub(wide + 1)
    } else {
        left
    };
    let area = Rect::new(x, y, wide, 1);
    painter.clear(area);
    let at = painter.put(x + 1, y, 1, mark, ink) + 1;
    painter.put(at, y, usize::from(wide), &shown, Ink::Text);
    painter.shade(area, Ink::Toast);
}
