//! Worries about the file, below the header: what is wrong, where, and that nothing is lost.

use ratatui::layout::Rect;

use super::panes::View;
use super::theme::Ink;
use super::widgets::{Painter, rich};
use crate::app::Action;
use crate::session::{FileState, Saving};

/// How many lines it needs on a screen of this height.
pub(super) fn height(view: &View, screen: u16) -> u16 {
    let lines = lines(view).len();
    let most = match screen {
        0..8 => 0,
        8..20 => 1,
        _ => 3,
    };
    u16::try_from(lines).unwrap_or(u16::MAX).min(most)
}

fn lines(view: &View) -> Vec<(String, Ink)> {
    let snapshot = &view.model.snapshot;
    let key = view.model.keymap.key_of(Action::Messages);
    let more = if key.is_empty() {
        String::new()
    } else {
        format!(" {key} shows more.")
    };
    match &snapshot.file {
        FileState::Invalid(invalid) => vec![
            (
                format!(
                    " FILE INVALID  line {}, column {}: {}",
                    invalid.line, invalid.column, invalid.problem
                ),
                Ink::Banner,
            ),
            (
                format!(" {:>5} {} {}", invalid.line, view.glyphs.borders[5], invalid.excerpt),
                Ink::Text,
            ),
            (
                format!(
                    " Shown is the last good state; your changes are kept.{more} {}",
                    invalid.remedy
                ),
                Ink::Dim,
            ),
        ],
        FileState::Missing => vec![(
            format!(" FILE GONE  Shown is the last good state; your changes are kept.{more}"),
            Ink::Banner,
        )],
        FileState::ReadOnly(why) => vec![(format!(" READ-ONLY  {why}.{more}"), Ink::Toast)],
        FileState::Good => match &snapshot.saving {
            Saving::Failed(count, why) => {
                vec![(
                    format!(" NOT SAVED  {count} in the journal, nothing is lost: {why}{more}"),
                    Ink::Banner,
                )]
            }
            _ => match &snapshot.framework.stands_in {
                Some(why) => vec![(
                    format!(" RULES NOT KNOWN  The {why}; nothing is resolved or approved by it.{more}"),
                    Ink::Banner,
                )],
                None => Vec::new(),
            },
        },
    }
}

/// Draws it.
pub(super) fn draw(view: &View, area: Rect, painter: &mut Painter) {
    for (index, (text, ink)) in lines(view).iter().enumerate().take(usize::from(area.height)) {
        let y = area.y + index as u16;
        if matches!(ink, Ink::Banner | Ink::Toast) {
            painter.shade(Rect::new(area.x, y, area.width, 1), *ink);
        }
        painter.fit(area.x, y, usize::from(area.width), &rich::one_line(text), *ink);
    }
}
