//! The roles: who holds which, and which are missing at this severity.

use super::View;
use crate::app::Pane;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Rich, rich};

/// What a row says.
pub fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
    let model = view.model;
    let Some(role) = model.rows.roles.get(row) else { return };
    let held = role.holder.and_then(|holder| model.incident().roles.get(holder));
    let before = row.checked_sub(1).and_then(|before| model.rows.roles.get(before));
    let again = before.is_some_and(|before| before.role == role.role);
    let mut line = Rich::new();
    let new = held.is_some_and(|held| model.is_new("roles", &held.id));
    view.gutter(&mut line, Pane::Roles, row, new, None);
    let missing = held.is_none() && role.required;
    line.put(if missing { "!" } else { " " }, Ink::Warn).blanks(1);
    let title = if again { "" } else { &role.title };
    line.cell(title, title_columns(view, columns), view.glyphs.ellipsis, if missing { Ink::Warn } else { Ink::Text });
    line.blanks(2).wraps(1);
    match held {
        Some(held) => {
            line.put(&held.who, Ink::Strong);
            if held.who == model.me {
                line.put(" (you)", Ink::Dim);
            }
            if columns >= 40 {
                line.tail(&format!("since {}", model.clock(held.since, false)), Ink::Dim).tail(" ", Ink::Dim);
            }
        }
        None if role.required => {
            let at = rich::one_line(&model.incident().severity).into_owned();
            let at = if at.is_empty() { String::new() } else { format!(" at {at}") };
            line.put(view.glyphs.none, Ink::Warn).put(&format!(" required{at}"), Ink::Warn);
        }
        None => {
            line.put(view.glyphs.none, Ink::Dim);
        }
    }
    out.push(line);
}

fn title_columns(view: &View, columns: usize) -> usize {
    let longest = view.model.rows.roles.iter().map(|role| crate::text::width(&role.title)).max().unwrap_or(0);
    longest.min(columns * 2 / 5).min(24)
}

fn missing(view: &View) -> usize {
    let missing = |need: &&crate::framework::RoleNeed| need.required && !need.filled;
    view.model.derived.required_roles.iter().filter(missing).count()
}

/// What stands behind the name.
pub fn note(view: &View) -> Rich {
    match missing(view) {
        0 => Rich::new(),
        count => Rich::of(&format!("{count} missing"), Ink::Warn),
    }
}

/// The count of the tab.
pub fn count(view: &View) -> (String, Ink) {
    match missing(view) {
        0 => {
            let held = view.model.rows.roles.iter().filter(|role| role.holder.is_some()).count();
            (held.to_string(), Ink::Dim)
        }
        count => (format!("{count}?"), Ink::Warn),
    }
}
