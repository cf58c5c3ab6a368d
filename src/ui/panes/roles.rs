//! The roles: who holds which, and which are missing at this severity.

use super::View;
use crate::app::Pane;
use crate::ui::theme::Ink;
use crate::ui::widgets::{Rich, rich};

/// What a row says.
pub(crate) fn row(view: &View, row: usize, columns: usize, out: &mut Vec<Rich>) {
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
    line.cell(
        title,
        title_columns(view, columns),
        view.glyphs.ellipsis,
        if missing { Ink::Warn } else { Ink::Text },
    );
    line.blanks(if columns >= 40 { 2 } else { 1 }).wraps(1);
    match held {
        Some(held) => {
            let (mark, ink) = view.here(&held.who);
            line.put(mark, ink).blanks(1).put(&held.who, Ink::Strong);
            if held.is_offered() && columns < 40 {
                line.put("?", Ink::Warn);
            }
            if columns >= 40 {
                if crate::incident::people::same(&held.who, &model.me) {
                    line.put(" (you)", Ink::Dim);
                }
                if held.is_offered() {
                    line.tail("not accepted", Ink::Warn);
                } else {
                    line.tail(&format!("since {}", model.clock(held.since, false)), Ink::Dim);
                }
            }
        }
        None if role.required => {
            line.put(view.glyphs.none, Ink::Warn);
            let severity = rich::one_line(&model.derived.severity).into_owned();
            let left = columns.saturating_sub(line.columns());
            let whole = format!(" required at {severity}");
            if !severity.is_empty() && crate::text::width(&whole) <= left {
                line.put(&whole, Ink::Warn);
            } else if left >= 9 {
                line.put(" required", Ink::Warn);
            }
        }
        None => {
            line.put(view.glyphs.none, Ink::Dim);
        }
    }
    out.push(line);
}

/// Columns of the titles: those of the longest, as far as the names leave room.
fn title_columns(view: &View, columns: usize) -> usize {
    let model = view.model;
    let longest = model
        .rows
        .roles
        .iter()
        .map(|role| crate::text::width(&role.title))
        .max()
        .unwrap_or(0);
    let holders = model
        .rows
        .roles
        .iter()
        .filter_map(|role| model.incident().roles.get(role.holder?));
    let name = holders
        .map(|held| crate::text::width(&held.who))
        .max()
        .unwrap_or(0)
        .clamp(3, 12);
    longest.min(columns.saturating_sub(name + 7)).min(28)
}

fn missing(view: &View) -> usize {
    let missing = |need: &&crate::framework::RoleNeed| need.required && !need.filled;
    view.model.derived.required_roles.iter().filter(missing).count()
}

/// What stands behind the name.
pub(crate) fn note(view: &View) -> Vec<Rich> {
    match missing(view) {
        0 => Vec::new(),
        count => vec![Rich::of(&format!("{count} missing"), Ink::Warn)],
    }
}

/// The count of the tab.
pub(crate) fn count(view: &View) -> (String, Ink) {
    match missing(view) {
        0 => {
            let held = view
                .model
                .rows
                .roles
                .iter()
                .filter(|role| role.holder.is_some())
                .count();
            (held.to_string(), Ink::Dim)
        }
        count => (format!("{count}?"), Ink::Warn),
    }
}
