//! Things to read: help, one entry whole, why something was refused, messages, what a paste would become.

use ratatui::layout::Rect;

use super::choices::{list, scroll};
use super::{boxed, centred, footer, inner, key, more, text};
use crate::app::{Action, HelpLine, Layer, OTHER_ZONE, OVERRIDE, Paste, PasteWay, Refused, Sign};
use crate::ui::layout::LayerArea;
use crate::ui::panes::View;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Painter, Rich};

/// Widest a page of text is: longer lines are hard to read.
const WIDEST: u16 = 92;
/// Widest the help is, with its two columns.
const WIDEST_HELP: u16 = 110;
/// The help is set in two columns from so many columns on.
const TWO_COLUMNS: usize = 84;
/// Most columns for the keys in the help.
const KEY_COLUMNS: usize = 22;

/// Places a page: as high as its text, within the body.
pub(crate) fn place(view: &View, layer: &Layer, body: Rect) -> LayerArea {
    let columns = body.width.min(if matches!(layer, Layer::Help(_)) {
        WIDEST_HELP
    } else {
        WIDEST
    });
    let room = usize::from(columns.saturating_sub(4)).max(1);
    let rows = rows(view, layer, room);
    let mut scratch = Vec::new();
    let lines: usize = rows.iter().map(|rich| rich.height(room, &mut scratch)).sum();
    let choices = match layer {
        Layer::Detail(detail) => detail.choices.all.len(),
        _ => 0,
    };
    // Choices get up to two fifths of the body, under a rule.
    let most = usize::from(body.height) * 2 / 5;
    let choice_rows = choices.min(most) as u16;
    let below = if choice_rows > 0 { choice_rows + 1 } else { 0 };
    let wanted = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2 + below);
    let frame = centred(body, columns, wanted.max(3));
    let inside = inner(frame);
    let height = inside.height.saturating_sub(below).max(inside.height.min(1));
    let asked = match layer {
        Layer::Help(help) => help.scroll,
        Layer::Detail(detail) => detail.scroll,
        Layer::Refused(refused) => refused.scroll,
        Layer::Messages(messages) => messages.top,
        Layer::Paste(paste) => paste.scroll,
        _ => 0,
    };
    let mut area = LayerArea {
        frame,
        text: Rect { height, ..inside },
        lines,
        scroll: asked.min(lines.saturating_sub(usize::from(height))),
        ..LayerArea::default()
    };
    if let Layer::Detail(detail) = layer {
        let y = area.text.bottom() + u16::from(choice_rows > 0);
        let rows = choice_rows.min(inside.bottom().saturating_sub(y));
        area.list = Rect::new(inside.x.saturating_sub(1), y, inside.width + 2, rows);
        scroll(&detail.choices, &mut area);
    }
    area
}

/// Draws a page.
pub(crate) fn draw(view: &View, layer: &Layer, area: &LayerArea, painter: &mut Painter) {
    let model = view.model;
    let title = match layer {
        Layer::Help(help) if help.all => "All keys".into(),
        Layer::Help(help) => format!("Help: {}", model.help_title(help.context)),
        Layer::Detail(detail) => detail.title.clone(),
        Layer::Refused(refused) => format!("{}: not yet", refused.title),
        Layer::Messages(_) => "Messages".into(),
        Layer::Paste(paste) => paste_title(paste),
        _ => String::new(),
    };
    boxed(area.frame, &title, painter);
    text(&rows(view, layer, usize::from(area.text.width)), area, painter);
    let mut keys = vec![more(area, view.glyphs)];
    match layer {
        Layer::Detail(detail) if !area.list.is_empty() => {
            let across = usize::from(area.frame.width) - 2;
            painter.rule(area.frame.x + 1, area.list.y - 1, across, Ink::Faint);
            list(&detail.choices, area, painter);
        }
        Layer::Refused(Refused {
            instead: Some(action), ..
        }) => keys.push(format!("{OVERRIDE} {}", action.spec().title.to_lowercase())),
        Layer::Paste(paste) => {
            let takes = match paste.way {
                PasteWay::Tasks => "adds them",
                PasteWay::Each | PasteWay::One => "logs it",
            };
            keys.push(key(model, Action::Submit, takes));
            if paste.shared && paste.way == PasteWay::Each {
                keys.push(format!("{OTHER_ZONE} the other zone"));
            }
            if let Some(next) = after(paste) {
                keys.push(key(model, Action::NextKind, next));
            }
        }
        _ => {}
    }
    if let Layer::Help(help) = layer {
        keys.push(if help.all {
            "type to search".into()
        } else {
            key(model, Action::Help, "all keys")
        });
    }
    keys.push(key(model, Action::Leave, "closes"));
    keys.retain(|words| !words.is_empty());
    footer(area.frame, &keys.join("  "), painter);
}

fn paste_title(paste: &Paste) -> String {
    match (paste.way, paste.events.len()) {
        (PasteWay::Tasks, _) => match paste.tasks.iter().filter(|(done, _)| !done).count() {
            1 => "Pasted: one task for the checklist".into(),
            count => format!("Pasted: {count} tasks for the checklist"),
        },
        (PasteWay::Each | PasteWay::One, 1) => "Pasted: one event".into(),
        (PasteWay::Each | PasteWay::One, count) => format!("Pasted: {count} events"),
    }
}

/// What Tab makes of it, where there is another way.
fn after(paste: &Paste) -> Option<&'static str> {
    let at = paste.ways.iter().position(|way| *way == paste.way)?;
    let next = paste.ways[(at + 1) % paste.ways.len()];
    (next != paste.way).then_some(match next {
        PasteWay::Each => "one event each",
        PasteWay::One => "as one event",
        PasteWay::Tasks => "into the checklist",
    })
}

fn rows(view: &View, layer: &Layer, columns: usize) -> Vec<Rich> {
    match layer {
        Layer::Help(page) => help(view, &view.model.help_lines(page), columns),
        Layer::Detail(detail) => labelled(&detail.lines),
        Layer::Refused(refused) => refusal(view, refused),
        Layer::Messages(_) => labelled(&view.model.message_lines()),
        Layer::Paste(paste) => pasted(view, paste),
        _ => Vec::new(),
    }
}

/// The help in one column, or in two where the page is wide.
fn help(view: &View, lines: &[HelpLine], columns: usize) -> Vec<Rich> {
    if lines.is_empty() {
        return vec![Rich::of("No key matches this.", Ink::Dim)];
    }
    if columns < TWO_COLUMNS {
        return narrow_help(view, lines, columns);
    }
    let (half, keyed) = (columns / 2, key_columns(lines));
    // The second column begins with a heading, so that none is torn from its keys.
    let middle = lines.len().div_ceil(2);
    let heading = |line: &HelpLine| matches!(line, HelpLine::Heading(_));
    let after = (middle..lines.len())
        .find(|at| heading(&lines[*at]))
        .unwrap_or(lines.len());
    let before = (0..middle).rev().find(|at| heading(&lines[*at])).unwrap_or(0);
    let cut = if after - middle <= middle - before {
        after
    } else {
        before
    };
    let (left, right) = lines.split_at(cut);
    let row = |at: usize| {
        let mut rich = left
            .get(at)
            .map_or_else(Rich::new, |line| help_line(view, Rich::new(), line, keyed, half - 1));
        if let Some(line) = right.get(at) {
            let gap = half.saturating_sub(rich.columns());
            rich.blanks(gap);
            rich = help_line(view, rich, line, keyed, half);
        }
        rich
    };
    (0..left.len().max(right.len())).map(row).collect()
}

/// One column; of the marks two stand beside each other.
fn narrow_help(view: &View, lines: &[HelpLine], columns: usize) -> Vec<Rich> {
    let (half, keyed) = (columns / 2, key_columns(lines));
    let mut rows: Vec<Rich> = Vec::new();
    let mut beside = false;
    for line in lines {
        let sign = matches!(line, HelpLine::Sign(..));
        if let (true, true, Some(row)) = (sign, beside, rows.last_mut()) {
            row.blanks(half.saturating_sub(row.columns()));
            *row = help_line(view, std::mem::take(row), line, keyed, half);
            beside = false;
            continue;
        }
        rows.push(help_line(
            view,
            Rich::new(),
            line,
            keyed,
            if sign { half - 1 } else { columns },
        ));
        beside = sign && half > 20;
    }
    rows
}

/// The mark of a legend's line.
fn sign(view: &View, sign: Sign) -> (&'static str, Ink) {
    let glyphs = view.glyphs;
    match sign {
        Sign::Kind(kind) => (glyphs.kinds[kind], Ink::Text),
        Sign::New => (glyphs.new, Ink::New),
        Sign::Pinned => (glyphs.pinned, Ink::Warn),
        Sign::Folded => (glyphs.folded, Ink::Dim),
        Sign::Alarm => (glyphs.alarm, Ink::Bad),
        Sign::Yes => (glyphs.yes, Ink::Good),
        Sign::No => (glyphs.no, Ink::Bad),
        Sign::Testing => (glyphs.testing, Ink::Warn),
        Sign::Paused => (glyphs.paused, Ink::Dim),
        Sign::Here => (glyphs.here[1], Ink::Good),
        Sign::Named => (glyphs.here[0], Ink::Dim),
    }
}

/// Columns that the keys of the help need.
fn key_columns(lines: &[HelpLine]) -> usize {
    let of = |line: &HelpLine| match line {
        HelpLine::Keys(keys, _) => crate::text::width(keys),
        HelpLine::Heading(_) | HelpLine::Sign(..) => 0,
    };
    lines.iter().map(of).max().unwrap_or(0).min(KEY_COLUMNS)
}

fn help_line(view: &View, mut rich: Rich, line: &HelpLine, keyed: usize, columns: usize) -> Rich {
    match line {
        HelpLine::Heading(title) => {
            let mut letters = title.chars();
            let first = letters
                .next()
                .map(|c| c.to_uppercase().collect::<String>())
                .unwrap_or_default();
            rich.put(&format!("{first}{}", letters.as_str()), Ink::Strong);
        }
        HelpLine::Keys(keys, does) => {
            let left = columns.saturating_sub(keyed + 4);
            rich.blanks(2)
                .cell(keys, keyed, view.glyphs.ellipsis, Ink::Accent)
                .blanks(2)
                .put(&crate::text::fit(does, left, view.glyphs.ellipsis), Ink::Text);
        }
        HelpLine::Sign(which, means) => {
            let (mark, ink) = sign(view, *which);
            let left = columns.saturating_sub(5);
            rich.blanks(2)
                .put(mark, ink)
                .blanks(2)
                .put(&crate::text::fit(means, left, view.glyphs.ellipsis), Ink::Text);
        }
    }
    rich
}

/// Labels in a column of their own, texts wrapped beside them.
fn labelled(lines: &[(String, String)]) -> Vec<Rich> {
    let widest = lines
        .iter()
        .map(|(label, _)| crate::text::width(label))
        .max()
        .unwrap_or(0)
        .min(16);
    let mut before = "";
    let row = |(label, words): &'_ (String, String)| (label.clone(), words.clone());
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let (label, words) = row(line);
        let mut rich = Rich::new();
        let shown = if label == before { "" } else { label.as_str() };
        rich.cell(shown, widest, " ", Ink::Dim)
            .blanks(usize::from(widest > 0) * 2)
            .wraps(usize::MAX);
        let ink = match label.as_str() {
            "missing" | "unreadable" | "warning" | "configuration" => Ink::Warn,
            "met" => Ink::Dim,
            _ => Ink::Text,
        };
        rich.put_lines(&words, ink);
        rows.push(rich);
        before = line.0.as_str();
    }
    rows
}

fn refusal(view: &View, refused: &Refused) -> Vec<Rich> {
    let mut said = Rich::new();
    said.wraps(usize::MAX).put_lines(&refused.said, Ink::Strong);
    let mut rows = vec![said];
    if !refused.missing.is_empty() {
        rows.push(Rich::new());
    }
    for line in &refused.missing {
        let mut rich = Rich::new();
        rich.blanks(1)
            .put(view.glyphs.no, Ink::Bad)
            .blanks(1)
            .wraps(usize::MAX)
            .put_lines(line, Ink::Text);
        rows.push(rich);
    }
    rows
}

fn pasted(view: &View, paste: &Paste) -> Vec<Rich> {
    let model = view.model;
    let clocks: Vec<String> = paste
        .events
        .iter()
        .map(|event| event.at.map_or_else(|| "now".to_owned(), |at| model.day_clock(at)))
        .collect();
    let wide = clocks.iter().map(|clock| crate::text::width(clock)).max().unwrap_or(0) + 1;
    let row = |(event, clock): (&crate::incident::import::Imported, &String)| {
        let mut rich = Rich::new();
        rich.cell(clock, wide, " ", Ink::Dim)
            .cell(event.kind.as_str(), 12, view.glyphs.ellipsis, Ink::Accent);
        if let Some(who) = &event.who {
            rich.put(who, Ink::Dim).blanks(2);
        }
        rich.wraps(usize::MAX).put_lines(&event.text, Ink::Text);
        rich
    };
    let note = |words: &String| {
        let mut rich = Rich::new();
        rich.wraps(usize::MAX).put_lines(words, Ink::Dim);
        rich
    };
    let task = |(done, text): &(bool, String)| {
        let mut rich = Rich::new();
        let (mark, ink) = if *done {
            ("done, left out", Ink::Dim)
        } else {
            ("", Ink::Text)
        };
        rich.wraps(usize::MAX)
            .put_lines(text, ink)
            .blanks(2)
            .put(mark, Ink::Dim);
        rich
    };
    let notes = paste.notes.iter().map(note);
    let parted = (!paste.notes.is_empty()).then(Rich::new);
    let tasks = paste.tasks.iter().map(task);
    notes
        .chain(parted)
        .chain(tasks)
        .chain(paste.events.iter().zip(&clocks).map(row))
        .collect()
}
