//! The line at the bottom: the clock, what is being typed or what could be done, and where help is. What is typed grows upwards. Above
//! it is the row of messages.

use std::ops::Range;

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use super::layout::Areas;
use super::overlays::sequence;
use super::panes::View;
use super::theme::Ink;
use super::widgets::wrap::{Wrap, wrap};
use super::widgets::{Painter, rich};
use crate::app::{Action, Form, Hit, Layer, Line, Model, Tone, Want};
use crate::incident::time::Odd;
use crate::text::width;

/// Most lines that what is typed takes.
const MOST: usize = 4;

/// How many lines the row of messages has on a screen of this height.
pub(super) fn message_height(screen: u16) -> u16 {
    u16::from(screen >= 12)
}

/// How many lines the input takes: more than one only where what is typed needs them and the screen is high enough.
pub(super) fn lines(view: &View, columns: u16, screen: u16) -> u16 {
    let Some(form) = view.model.form().filter(|form| !form.sent && screen >= 12) else {
        return 1;
    };
    if form.line.text().is_empty() {
        return 1;
    }
    let head = head_columns(view, form, columns);
    let shown = rich::one_line(form.line.text()).into_owned();
    // One column more: the cursor stands behind the last letter.
    let mut ranges = Vec::new();
    wrap(&format!("{shown}x"), wrapping(head, columns), &mut ranges);
    ranges.len().clamp(1, MOST) as u16
}

fn wrapping(head: usize, columns: u16) -> Wrap {
    let room = usize::from(columns);
    Wrap {
        first: room.saturating_sub(head + 1).max(1),
        rest: room.saturating_sub(3).max(1),
        fixed: 0,
        most: usize::MAX,
    }
}

/// Columns of clock, breadcrumb and label before what is typed.
fn head_columns(view: &View, form: &Form, columns: u16) -> usize {
    let clock = usize::from(clock_columns(view, columns));
    let room = usize::from(columns).saturating_sub(clock + 1);
    let crumbs: usize = crumbs(view, form, room).iter().map(|(text, _)| width(text) + 1).sum();
    clock + crumbs
}

/// Draws it; returns where the cursor is, if something is typed there.
pub(super) fn draw(view: &View, area: Rect, painter: &mut Painter) -> Option<(u16, u16)> {
    let model = view.model;
    if area.height > 1 {
        painter.clear(area);
    }
    let x = clock(view, area, painter);
    let right = match model.layers.last() {
        // While words are typed their line is all theirs; the keys stand in the row above.
        Some(Layer::Form(form)) if !form.line.text().is_empty() => String::new(),
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
    if wide > 0 && x.saturating_add(wide).saturating_add(10) < area.right() * 7 / 8 {
        stop = area.right() - wide - 1;
        painter.put(stop, area.y, usize::from(wide), &right, Ink::Dim);
        stop -= 2;
    }
    let room = Rect::new(x, area.y, stop.saturating_sub(x), 1);
    match model.layers.last() {
        Some(Layer::Form(form)) => form_line(view, form, area, room, painter),
        Some(Layer::Help(help)) if help.all => {
            let x = painter.put(room.x, room.y, 1, "/", Ink::Accent);
            let left = Rect::new(x, room.y, room.right().saturating_sub(x), 1);
            line_edit(view, &help.line, left, "what you want to do, or a key", painter)
        }
        Some(Layer::Search(line)) => {
            let x = painter.put(room.x, room.y, 1, "/", Ink::Accent);
            let hint = if model.screen == crate::app::Screen::Board {
                "sev:P0 is:open service:checkout by:kim since:30d words"
            } else {
                ""
            };
            line_edit(
                view,
                line,
                Rect::new(x, room.y, room.right().saturating_sub(x), 1),
                hint,
                painter,
            )
        }
        _ => {
            hints(view, room, painter);
            None
        }
    }
}

fn clock_text(view: &View, columns: u16) -> Option<String> {
    let model = view.model;
    if columns < 40 {
        return None;
    }
    Some(model.clock(model.now, true))
}

fn clock_columns(view: &View, columns: u16) -> u16 {
    clock_text(view, columns).map_or(1, |clock| width(&clock) as u16 + 3)
}

fn clock(view: &View, area: Rect, painter: &mut Painter) -> u16 {
    match clock_text(view, area.width) {
        Some(clock) => painter.put(area.x + 1, area.y, usize::from(area.width), &clock, Ink::Text) + 2,
        None => area.x + 1,
    }
}

/// The two keys that lead everywhere, with what a click on them means.
fn keys(model: &Model, columns: u16) -> Vec<(String, Hit)> {
    // The one key that tells the others keeps its word longest.
    let one = |action: Action, word: &str, hit: Hit, needs: u16| {
        let key = model.keymap.key_of(action);
        let text = if columns < needs {
            key.clone()
        } else {
            format!("{key} {word}")
        };
        (!key.is_empty()).then_some((text, hit))
    };
    let both = [
        one(Action::Help, "help", Hit::Help, 50),
        one(Action::Palette, "palette", Hit::Palette, 70),
    ];
    both.into_iter().flatten().collect()
}

/// Where they are.
pub(super) fn key_places(view: &View, area: Rect) -> Vec<(Range<u16>, Hit)> {
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
    if columns < 60 {
        return String::new();
    }
    let key = |action| model.keymap.key_of(action);
    let mut parts = Vec::new();
    let step = form.step();
    if form.offer.is_some() && form.line.text().is_empty() {
        parts.push(format!("{} takes it", key(Action::NextKind)));
    } else if form.kind.is_some() {
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

/// From so many columns of hints on, a draft is shown with its words.
const DRAFT_SHOWN: u16 = 70;

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
    if !model.is_nowhere() && model.kept.as_ref().is_none_or(|(key, _)| *key != log) {
        put(&mut x, &log, "log", painter);
    }
    if let Some((key, kept)) = &model.kept {
        let kept = rich::one_line(kept).into_owned();
        let kept = crate::text::fit(&kept, usize::from(room.width / 3), view.glyphs.ellipsis).into_owned();
        // The draft's words leave room for what can be done here.
        let said = if room.width < DRAFT_SHOWN && *key != log {
            "draft".to_owned()
        } else {
            format!("has a draft: {kept}")
        };
        put(&mut x, key, &said, painter);
    }
    for action in model.at_hand() {
        // What is less at hand does not take the place of what has no room.
        let key = match model.key_here(action) {
            key if key == "Enter" && !view.glyphs.ascii => "↵".to_owned(),
            key => key,
        };
        if !put(&mut x, &key, &model.hint(action), painter) {
            break;
        }
    }
}

/// Most columns of one answer on the way here.
const CRUMB: usize = 24;

/// Up to so many columns a line is a short one; the least that an answer on the way here is cut to.
const SHORT: usize = 60;
const LEAST: usize = 8;

/// What stands before the typed words: the kind, or the way here and what is asked.
fn crumbs(view: &View, form: &Form, room: usize) -> Vec<(String, Ink)> {
    let preview = view.model.preview();
    let mut parts = Vec::new();
    if let Some(kind) = &form.kind {
        let kind = preview.as_ref().map_or(kind.as_str(), |preview| preview.kind.as_str());
        parts.push((
            crate::text::fit(&rich::one_line(kind), 12, view.glyphs.ellipsis).into_owned(),
            Ink::Accent,
        ));
        if let Some(who) = preview.and_then(|preview| preview.who) {
            parts.push((format!("by {}", rich::one_line(&who)), Ink::Text));
        }
        parts.push((view.glyphs.crumb.to_owned(), Ink::Faint));
        return parts;
    }
    let mut crumbs = vec![(rich::one_line(&form.title).into_owned(), Ink::Dim)];
    for answer in form.answers.iter().filter(|answer| !answer.value.is_empty()) {
        let shown = rich::one_line(&answer.shown);
        let shown = crate::text::fit(&shown, CRUMB, view.glyphs.ellipsis).into_owned();
        crumbs.push((shown, Ink::Text));
    }
    let label = form.step().map_or("", |step| step.label);
    // The words being typed matter most: the way here may take a third of the line, or half of a short one, where they grow upwards.
    let share = if room < SHORT { 2 } else { 3 };
    let budget = (room / share).saturating_sub(width(label) + 2);
    let mut used = 0;
    let mut shown: Vec<(String, Ink)> = Vec::new();
    for crumb in crumbs.into_iter().rev() {
        let wide = width(&crumb.0) + 3;
        if used + wide > budget {
            let left = budget.saturating_sub(3);
            // What is about to be changed is named, even if it is cut.
            if shown.is_empty() && left >= LEAST && crumb.1 == Ink::Text {
                let cut = crate::text::fit(&crumb.0, left, view.glyphs.ellipsis).into_owned();
                shown.push((cut, crumb.1));
            }
            break;
        }
        used += wide;
        shown.push(crumb);
    }
    for crumb in shown.into_iter().rev() {
        parts.push(crumb);
        parts.push((view.glyphs.crumb.to_owned(), Ink::Faint));
    }
    parts.push((
        crate::text::fit(label, room / 2, view.glyphs.ellipsis).into_owned(),
        Ink::Accent,
    ));
    parts
}

fn form_line(view: &View, form: &Form, area: Rect, room: Rect, painter: &mut Painter) -> Option<(u16, u16)> {
    let mut x = room.x;
    let left = |x: u16| usize::from(room.right().saturating_sub(x));
    let step = form.step();
    let whole = usize::from(area.right().saturating_sub(room.x + 1));
    for (text, ink) in crumbs(view, form, whole) {
        x = painter.put(x, room.y, left(x), &text, ink) + 1;
    }
    let x = x.min(room.right());
    if form.sent {
        let text = rich::one_line(form.line.text());
        painter.fit(x, room.y, left(x), &text, Ink::Dim);
        return None;
    }
    if area.height > 1 {
        return typed_lines(view, form, area, painter);
    }
    let hint = match (&form.offer, step) {
        (Some(offer), _) => rich::one_line(offer).into_owned(),
        (None, Some(step)) if form.choices.is_some() && step.want == Want::Choice => "type to narrow down".to_owned(),
        (None, Some(step)) => step.hint.to_owned(),
        (None, None) => String::new(),
    };
    line_edit(
        view,
        &form.line,
        Rect::new(x, room.y, room.right().saturating_sub(x), 1),
        &hint,
        painter,
    )
}

/// What is typed, on the lines it needs; where those are not enough, the ones around the cursor.
fn typed_lines(view: &View, form: &Form, area: Rect, painter: &mut Painter) -> Option<(u16, u16)> {
    let head = head_columns(view, form, area.width);
    let (before, after) = form.line.parts();
    let (before, after) = (rich::one_line(before).into_owned(), rich::one_line(after).into_owned());
    // One column more: the cursor stands behind the last letter.
    let text = format!("{before}{after}x");
    let end_of_text = text.len() - 1;
    let mut ranges = Vec::new();
    wrap(&text, wrapping(head, area.width), &mut ranges);
    let at = ranges
        .iter()
        .rposition(|range| range.start <= before.len())
        .unwrap_or(0);
    let shown = usize::from(area.height);
    let first = (at + 1).saturating_sub(shown);
    let mut cursor = None;
    for (line, range) in ranges.iter().enumerate().skip(first).take(shown) {
        let y = area.y + (line - first) as u16;
        let x = if line == 0 { area.x + head as u16 } else { area.x + 2 };
        let end = painter.put(
            x,
            y,
            usize::from(area.right().saturating_sub(x)),
            &text[range.start.min(end_of_text)..range.end.min(end_of_text)],
            Ink::Text,
        );
        if line == at {
            let ahead = width(&text[range.start..before.len().clamp(range.start, range.end)]) as u16;
            cursor = Some(((x + ahead).min(area.right() - 1).min(end), y));
        }
    }
    if first > 0 {
        painter.put(area.x, area.y, 1, view.glyphs.up, Ink::Faint);
    }
    cursor
}

/// A line being typed: the part around the cursor, moved by a third of the room at a time so that little is repainted.
/// Returns where the cursor is.
pub(super) fn line_edit(view: &View, line: &Line, room: Rect, hint: &str, painter: &mut Painter) -> Option<(u16, u16)> {
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

/// Fewest columns of a sentence that was said before, beside the time that is typed.
const LEAST_SAID: usize = 20;

/// The row of messages: why an answer was not taken, or what was said last; at its right, what more there is, and the keys of a line
/// that is typed. On low screens it lies over the line above the input.
pub(super) fn draw_message(view: &View, areas: &Areas, painter: &mut Painter) {
    let model = view.model;
    let form = model.form();
    let error = form.and_then(|form| Some((form.error.as_deref()?, form.confirm.is_some())));
    let toast = model.toasts.last();
    let said = match (error, toast) {
        (Some((text, false)), _) => Some((text, Tone::Error)),
        (Some((text, true)), _) => Some((text, Tone::Warning)),
        (None, Some(toast)) => Some((toast.text.as_str(), toast.tone)),
        (None, None) => None,
    };
    if areas.said.is_empty() {
        if let Some((text, tone)) = said.filter(|_| areas.input.y > 2) {
            let row = Rect::new(areas.input.x, areas.input.y - 1, areas.input.width, 1);
            painter.clear(row);
            sentence(view, row, text, tone, painter);
            painter.shade(row, Ink::Toast);
        }
        return;
    }
    let row = areas.said;
    painter.clear(row);
    let right = match form {
        Some(form) if !form.line.text().is_empty() => {
            let needed = error.map_or(0, |(text, _)| width(text) + 4);
            typed_note(
                model,
                form,
                row.width,
                usize::from(row.width).saturating_sub(needed + 3),
            )
        }
        _ if model.toasts.len() > 1 => {
            let key = model.keymap.key_of(Action::Messages);
            format!("{key} {} messages", model.toasts.len())
        }
        _ => String::new(),
    };
    let wide = width(&right) as u16;
    let needed = said.map_or(0, |(text, _)| width(text) as u16 + 4);
    let mut stop = row.right();
    // What a person is asked or refused is read to its end, before any keys; what was said before makes room for the time that is typed.
    let least = match error {
        Some(_) => needed,
        None if model.instant_typed().is_some() => 0,
        None => needed.min(row.width / 2),
    };
    if wide > 0 && least + wide + 2 < row.width {
        stop = row.right() - wide - 1;
        painter.put(stop, row.y, usize::from(wide), &right, Ink::Dim);
        stop -= 1;
    }
    // A word or two of it would say nothing.
    let some = usize::from(stop - row.x) >= width(said.map_or("", |(text, _)| text)).min(LEAST_SAID) + 4;
    if let Some((text, tone)) = said.filter(|_| some || error.is_some()) {
        sentence(view, Rect::new(row.x, row.y, stop - row.x, 1), text, tone, painter);
    }
}

/// The keys of a line that is typed, and the moment it will be logged for, with its day where that is not today: as much of it as
/// has room, the moment and what is odd about it last of all.
fn typed_note(model: &Model, form: &Form, columns: u16, room: usize) -> String {
    let keys = typing_keys(model, form, columns);
    let Some(instant) = model.instant_typed() else {
        return keys;
    };
    let word = if instant.ends { "until" } else { "at" };
    let at = format!("{word} {}", model.day_clock(instant.at));
    let ago = ago(model, instant.at);
    let odd = |said: fn(Odd) -> &'static str| instant.odd.map_or_else(String::new, |odd| format!(", {}", said(odd)));
    let (long, short) = (odd(Odd::said), odd(Odd::short));
    let mut all = [
        format!("{at}{ago}{long}  {keys}"),
        format!("{at}{ago}{short}  {keys}"),
        format!("{at}{short}  {keys}"),
        format!("{at}{ago}{short}"),
    ]
    .into_iter();
    all.find(|note| width(note) <= room)
        .unwrap_or_else(|| format!("{at}{short}"))
}

fn ago(model: &Model, at: crate::incident::Time) -> String {
    let minutes = model.now.seconds_since(at) / 60;
    if minutes < 1 {
        return String::new();
    }
    let span = std::time::Duration::from_secs(minutes.unsigned_abs() * 60);
    format!(", {} ago", crate::incident::time::format_duration(span))
}

fn sentence(view: &View, row: Rect, text: &str, tone: Tone, painter: &mut Painter) {
    let (mark, ink) = match tone {
        Tone::Info => (view.glyphs.dot, Ink::Dim),
        Tone::Good => (view.glyphs.yes, Ink::Good),
        Tone::Warning => ("!", Ink::Warn),
        Tone::Error => (view.glyphs.no, Ink::Bad),
    };
    let clean = rich::one_line(text);
    let x = painter.put(row.x + 1, row.y, usize::from(row.width), mark, ink) + 1;
    let left = usize::from(row.right().saturating_sub(x));
    painter.fit(x, row.y, left, &clean, Ink::Text);
}
