//! How the panes of a screen share the room: columns beside each other, panes below each other by what they need. Borders are
//! shared: frames overlap by one cell.

use ratatui::layout::Rect;

use super::panes::View;
use crate::app::Pane;
use crate::framework::TimerPhase;

/// From so many columns on a screen takes its wide layout.
const WIDE: u16 = 170;
/// Most rows of a pane whose needs are measured; a longer one wants all it can get.
const MEASURED: usize = 40;

/// The frame of every pane, beside each other.
pub(super) fn split(view: &View, body: Rect) -> Vec<(Pane, Rect)> {
    let spec = view.model.screen.spec();
    let columns = if body.width >= WIDE { spec.wide } else { spec.normal };
    let mut placed = Vec::new();
    let mut x = body.x;
    for (index, column) in columns.iter().enumerate() {
        let last = index + 1 == columns.len();
        let width = if last {
            body.right() - x
        } else {
            (u32::from(body.width) * u32::from(column.share) / 100) as u16 + 1
        };
        placed.extend(stack(view, Rect::new(x, body.y, width, body.height), column.panes));
        x += width - 1;
    }
    placed
}

/// All panes of the screen below each other, for tall splits, in the order in which they stand on wider ones.
pub(super) fn tall(view: &View, body: Rect) -> Vec<(Pane, Rect)> {
    let columns = view.model.screen.spec().normal;
    let panes: Vec<Pane> = columns.iter().flat_map(|column| column.panes).copied().collect();
    stack(view, body, &panes)
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
            model.derived.timers.iter().filter(open).count().max(1)
        }
        Pane::Timeline => rows,
        _ if rows > MEASURED => rows,
        _ => {
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
    };
    u16::try_from(lines).unwrap_or(u16::MAX).max(1)
}

/// Panes below each other: each gets one line in turn until it has what it wants; what is left goes to the one that grows. A pane for
/// which there is not even a line is left out, the last one first.
fn stack(view: &View, area: Rect, panes: &[Pane]) -> Vec<(Pane, Rect)> {
    // Two lines of border for the first, and for each other one more and a line of its own.
    let fits = usize::from(area.height.saturating_sub(1) / 2).max(1);
    let panes = fitting(view, panes, fits);
    let borders = u16::try_from(panes.len()).unwrap_or(u16::MAX) + 1;
    let mut left = area.height.saturating_sub(borders);
    let inner = usize::from(area.width.saturating_sub(3));
    let wants: Vec<u16> = panes.iter().map(|pane| want(view, *pane, inner)).collect();
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
    let grows = view.model.screen.spec().grows;
    let grows = panes.iter().position(|pane| *pane == grows || *pane == Pane::Timeline);
    // Where nothing grows there is room for timers that are over.
    let timers = panes
        .iter()
        .position(|pane| *pane == Pane::Timers)
        .filter(|_| grows.is_none());
    if let Some(timers) = timers {
        let all = u16::try_from(view.model.row_count(Pane::Timers)).unwrap_or(u16::MAX);
        let more = all.saturating_sub(heights[timers]).min(left);
        heights[timers] += more;
        left -= more;
    }
    if let Some(last) = heights.get_mut(grows.unwrap_or(panes.len() - 1)) {
        *last += left;
    }
    let mut y = area.y;
    let mut placed = Vec::with_capacity(panes.len());
    for (pane, height) in panes.iter().zip(heights) {
        let frame = Rect::new(area.x, y, area.width, height + 2).intersection(area);
        placed.push((*pane, frame));
        y += height + 1;
    }
    placed
}

/// The panes there is room for: the last ones go first, but never the one that has the keys.
fn fitting(view: &View, panes: &[Pane], fits: usize) -> Vec<Pane> {
    let mut panes = panes.to_vec();
    while panes.len() > fits {
        let last = panes.iter().rposition(|pane| *pane != view.model.focus).unwrap_or(0);
        panes.remove(last);
    }
    panes
}
