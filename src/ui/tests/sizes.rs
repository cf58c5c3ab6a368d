//! Laws that hold at every size: nothing panics, what is drawn is where `areas` says it is.

use proptest::prelude::*;

use super::*;
use crate::app::{Geometry as _, Hit};
use crate::ui::layout::areas;

/// Draws whatever the model says the size is.
fn draws(model: &Model) {
    cells(model);
}

#[test]
fn the_smallest_terminals_are_told_so() {
    for (width, height) in [(0, 0), (1, 1), (0, 5), (5, 0), (19, 30), (200, 4), (3, 2)] {
        for mut model in [
            under_way(120, 36),
            nasty(120, 36),
            pressed(120, 36, ":"),
            invalid(120, 36),
        ] {
            model.size.width = width;
            model.size.height = height;
            draws(&model);
        }
    }
}

#[test]
fn a_model_that_has_not_heard_of_a_resize_draws_what_fits() {
    let model = under_way(120, 36);
    for (width, height) in [(1, 1), (40, 10), (119, 35)] {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| crate::ui::draw(&model, frame)).unwrap();
    }
}

proptest! {
    #![proptest_config(crate::trials::cases(16))]

    #[test]
    fn nothing_panics_at_any_size(width in 0u16..220, height in 0u16..70, focus in 0usize..5, which in any::<prop::sample::Index>()) {
        let screens = all();
        let (_, mut model) = screens[which.index(screens.len())].clone();
        model.size.width = width;
        model.size.height = height;
        model.focus = Pane::ALL[focus];
        draws(&model);
        for (x, y) in [(0, 0), (width, height), (width / 2, height / 2), (width.saturating_sub(1), height.saturating_sub(1))] {
            let _ = areas(&model).hit(x, y);
        }
    }

    #[test]
    fn the_selected_row_is_on_the_screen(width in 20u16..220, height in 5u16..70, focus in 0usize..5, row in any::<prop::sample::Index>(), top in 0usize..40) {
        let mut model = nasty(width, height);
        model.focus = Pane::ALL[focus];
        let pane = model.focus;
        let rows: Vec<usize> = (0..model.row_count(pane)).filter(|row| model.selectable(pane, *row)).collect();
        let row = rows[row.index(rows.len())];
        model.cursors[pane as usize].selected = row;
        model.cursors[pane as usize].top = top;
        let areas = areas(&model);
        let area = areas.panes.iter().find(|area| area.pane == Some(pane)).unwrap();
        let span = area.spans.iter().find(|span| span.row == row);
        prop_assert!(span.is_some() || area.list.is_empty(), "row {row} of {:?}", area.spans);
        prop_assert_eq!(area.spans.iter().find(|span| span.skip == 0).map(|span| span.row), (!area.list.is_empty()).then_some(areas.top(pane)));
        // What is on the screen is what a click there means.
        if let Some(span) = span {
            let x = area.list.x + area.list.width - 1;
            prop_assert_eq!(areas.hit(x, area.list.y + span.y), Some(Hit::Row(pane, row)));
        }
        // Taken as the new scroll, it stays.
        model.cursors[pane as usize].top = areas.top(pane);
        prop_assert_eq!(crate::ui::layout::areas(&model).top(pane), areas.top(pane));
    }
}

#[test]
fn clicks_find_what_is_there() {
    let mut model = under_way(120, 36);
    let areas_now = areas(&model);
    let list = areas_now
        .panes
        .iter()
        .find(|area| area.pane == Some(Pane::Checklists))
        .unwrap();
    let item = list.spans[1];
    assert_eq!(
        areas_now.hit(list.list.x + 1, list.list.y + item.y),
        Some(Hit::Checkbox(item.row))
    );
    assert_eq!(
        areas_now.hit(list.list.x + 9, list.list.y + item.y),
        Some(Hit::Row(Pane::Checklists, item.row))
    );
    assert_eq!(areas_now.hit(3, 35), Some(Hit::Input));
    assert_eq!(areas_now.hit(118, 35), Some(Hit::Palette));
    assert_eq!(areas_now.hit(4, 2), Some(Hit::Next));
    assert_eq!(areas_now.hit(4, 3), Some(Hit::Screen(crate::app::Screen::WarRoom)));
    assert_eq!(areas_now.hit(4, 4), Some(Hit::Pane(Pane::Timeline)));
    assert_eq!(areas_now.hit(4, 0), None);
    press(&mut model, ":");
    let areas_now = areas(&model);
    let layer = areas_now.layers.last().unwrap();
    assert_eq!(areas_now.hit(layer.list.x, layer.list.y + 2), Some(Hit::Choice(2)));
    assert_eq!(areas_now.hit(layer.frame.x, layer.frame.y), Some(Hit::Layer));
    let narrow = areas(&under_way(60, 15));
    assert!((0..60).any(|x| narrow.hit(x, 3) == Some(Hit::Tab(Pane::Timers))));
}
