//! How the panes share the screen. Borders are shared: frames overlap by one cell.

use ratatui::layout::Rect;

use super::panes::View;
use crate::app::{Pane, SizeClass};
use crate::framework::TimerPhase;

/// From so many columns on there are three columns.
const THREE: u16 = 170;

/// The frame of every pane.
pub fn split(view: &View, body: Rect) -> Vec<(Pane, Rect)> {
    let width = u32::from(body.width);
    if body.width >= THREE {
        let left = (width / 2) as u16;
        let middle = (body.width - left) / 2;
        let first = Rect::new(body.x, body.y, left + 1, body.height);
        let second = Rect::new(body.x + left, body.y, middle + 1, body.height);
        let third = Rect::new(body.x + left + middle, body.y, body.width - left - middle, body.height);
        let mut panes = vec![(Pane::Timeline, first)];
        panes.extend(stack(view, second, &[Pane::Timers, Pane::Roles, Pane::Hypotheses]));
        panes.push((Pane::Checklists, third));
        return panes;
    }
    let share = if view.model.size.class() == SizeClass::Wide {
        56
    } else {
        60
    };
    let left = (width * share / 100) as u16;
    let first = Rect::new(body.x, body.y, left + 1, body.height);
    let second = Rect::new(body.x + left, body.y, body.width - left, body.height);
    let mut panes = vec![(Pane::Timeline, first)];
    panes.extend(stack(
        view,
        second,
        &[Pane::Timers, Pane::Roles, Pane::Hypotheses, Pane::Checklists],
    ));
    panes
}

/// How many lines a pane would like to have.
fn want(view: &View, pane: Pane, columns: usize) -> u16 {
    let model = view.model;
    let rows = model.row_count(pane);
    let lines = match pane {
        // Met and cleared timers are only shown where there is room.
        Pane::Timers => {
            let open = |timer: &&crate::framework::TimerView| {
                !matches!(timer.state, TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared)
            };
            model.derived.timers.iter().filter(open).count() + 1
        }
        Pane::Hypotheses if view.roomy && rows < 24 => {
            let (mut made, mut scratch) = (Vec::new(), Vec::new());
            let mut lines = 0;
            for row in 0..rows {
                view.row(pane, row, columns, &mut made);
                lines += made
                    .iter()
                    .map(|rich| rich.height(columns, &mut scratch))
                    .sum::<usize>();
            }
            lines
        }
        _ => rows,
    };
    u16::try_from(lines).unwrap_or(u16::MAX).max(2)
}

/// Panes below each other: each gets one line in turn until it has what it wants; the last one takes what is left.
fn stack(view: &View, column: Rect, panes: &[Pane]) -> Vec<(Pane, Rect)> {
    let borders = u16::try_from(panes.len()).unwrap_or(u16::MAX) + 1;
    let mut left = column.height.saturating_sub(borders);
    let wants: Vec<u16> = panes
        .iter()
        .map(|pane| want(view, *pane, usize::from(column.width.saturating_sub(3))))
        .collect();
    let mut heights = vec![0u16; panes.len()];
    while left > 0 {
        let before = left;
        for (height, want) in heights.iter_mut().zip(&wants) {
            if left > 0 && *height < *want {
                *height += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    if let Some(last) = heights.last_mut() {
        *last += left;
    }
    let mut y = column.y;
    let mut placed = Vec::with_capacity(panes.len());
    for (pane, height) in panes.iter().zip(heights) {
        let frame = Rect::new(column.x, y, column.width, height + 2).intersection(column);
        placed.push((*pane, frame));
        y += height + 1;
    }
    placed
}
