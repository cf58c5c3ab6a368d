//! Panes of text: rows that say what they are and how they are meant; here is how that looks.

use super::View;
use crate::app::{Look, Mark, Pane, TextRow};
use crate::ui::theme::Ink;
use crate::ui::widgets::Rich;

/// Most lines of one row.
const MOST: usize = 40;

fn ink(look: Look) -> Ink {
    match look {
        Look::Text => Ink::Text,
        Look::Dim => Ink::Dim,
        Look::Strong => Ink::Strong,
        Look::Accent => Ink::Accent,
        Look::Good => Ink::Good,
        Look::Warn => Ink::Warn,
        Look::Bad => Ink::Bad,
    }
}

fn sign(view: &View, mark: Mark) -> Option<&'static str> {
    let glyphs = view.glyphs;
    Some(match mark {
        Mark::None => return None,
        Mark::Blank => " ",
        Mark::Yes => glyphs.yes,
        Mark::No => glyphs.no,
        Mark::Testing => glyphs.testing,
        Mark::Open => glyphs.open,
        Mark::Alarm => glyphs.alarm,
        Mark::Decide => glyphs.decide,
        Mark::Started => glyphs.progress[2],
        Mark::Box => "[ ]",
        Mark::Ticked => "[x]",
        Mark::Arrow => glyphs.arrow,
        Mark::Dot => glyphs.dot,
    })
}

/// What a row says.
pub(crate) fn row(view: &View, pane: Pane, row: usize, columns: usize, out: &mut Vec<Rich>) {
    let Some(made) = view.model.rows.text(pane).get(row) else {
        return;
    };
    let mut rich = Rich::new();
    if made.heading {
        rich.blanks(1);
        words(&mut rich, made);
        rich.tail(&made.tail.0, ink(made.tail.1)).fill(Ink::Faint);
        out.push(rich);
        return;
    }
    view.gutter(&mut rich, pane, row, false, None);
    rich.blanks(made.indent);
    if let Some(sign) = sign(view, made.mark) {
        rich.put(sign, ink(made.mark_look)).blanks(1);
    }
    let (labels, words) = made.parts.split_at(made.labels.min(made.parts.len()));
    // Where a label takes half of the room, what follows it wraps below.
    let beside = labels.iter().map(|(text, _)| crate::text::width(text)).sum::<usize>() * 2 <= columns;
    let wraps = |rich: &mut Rich| {
        // In the war room its rows stand beside others; elsewhere it is there to be read.
        rich.wraps(if pane == Pane::Decisions { view.most() } else { MOST });
    };
    if !beside {
        wraps(&mut rich);
    }
    for (text, look) in labels {
        rich.put(text, ink(*look));
    }
    if beside {
        wraps(&mut rich);
    }
    for (text, look) in words {
        rich.put_lines(text, ink(*look));
    }
    let tail = crate::text::fit(&made.tail.0, columns / 2, view.glyphs.ellipsis).into_owned();
    rich.tail(&tail, ink(made.tail.1));
    out.push(rich);
}

fn words(rich: &mut Rich, made: &TextRow) {
    for (text, look) in &made.parts {
        rich.put_lines(text, ink(*look));
    }
}

/// What stands behind the name.
pub(crate) fn note(view: &View, pane: Pane) -> Vec<Rich> {
    match pane {
        Pane::Decisions => mine(view)
            .map(|count| Rich::of(&format!("{count} for you"), Ink::Warn))
            .into_iter()
            .collect(),
        // Whom it is for, wherever one has scrolled to.
        Pane::Draft => {
            let first = view.model.rows.text(pane).first().filter(|row| row.heading);
            first
                .map(|row| Rich::of(&row.text(), Ink::Strong))
                .into_iter()
                .collect()
        }
        // What the board goes by, and how its parts are arranged.
        Pane::Incidents => {
            let asked = view.model.found.as_ref();
            asked
                .map(|(words, _)| Rich::of(words, Ink::Accent))
                .into_iter()
                .collect()
        }
        Pane::Followups | Pane::Trend => vec![Rich::of(view.model.arrangement(pane), Ink::Dim)],
        _ => Vec::new(),
    }
}

/// How many decisions wait for the person who sits here.
fn mine(view: &View) -> Option<usize> {
    let rows = view.model.rows.text(Pane::Decisions);
    Some(rows.iter().filter(|row| row.mark_look == Look::Warn).count()).filter(|count| *count > 0)
}

/// The count of the tab.
pub(crate) fn count(view: &View, pane: Pane) -> (String, Ink) {
    let rows = view.model.rows.text(pane);
    match pane {
        Pane::Decisions => match mine(view) {
            Some(count) => (format!("{count}?"), Ink::Warn),
            None => (count_of(rows), Ink::Dim),
        },
        Pane::ActionItems | Pane::Followups | Pane::Missed | Pane::Runbooks => (count_of(rows), Ink::Dim),
        _ => (String::new(), Ink::Dim),
    }
}

fn count_of(rows: &[TextRow]) -> String {
    rows.iter().filter(|row| !row.id.is_empty()).count().to_string()
}
