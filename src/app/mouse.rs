//! The mouse: a click focuses, selects, ticks or chooses; the wheel moves.

use super::action::Action;
use super::message::{Effect, Mouse, MouseAct};
use super::perform::{follow, perform};
use super::{Context, Hit, Layer, Model, Pane, ask, page, palette, panes, selection};

/// Lines per notch of the wheel.
const NOTCH: usize = 3;

/// Something was done with the mouse.
pub(super) fn moved(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let hit = mouse.hit;
    match mouse.what {
        MouseAct::Click => hit.map_or_else(Vec::new, |hit| clicked(model, hit)),
        MouseAct::WheelUp => wheel(model, hit, Action::Up),
        MouseAct::WheelDown => wheel(model, hit, Action::Down),
    }
}

fn clicked(model: &mut Model, hit: Hit) -> Vec<Effect> {
    let covered = !model.layers.is_empty();
    match hit {
        Hit::Choice(index) => {
            if let Some(choices) = model.choices_mut()
                && index < choices.shown.len()
            {
                choices.selected = index;
                return match model.layers.last() {
                    Some(Layer::Form(_)) => ask::submit(model),
                    _ => follow(palette::take(model), model),
                };
            }
            Vec::new()
        }
        Hit::Layer | Hit::Input if covered => Vec::new(),
        Hit::Input => perform(model, Action::Log),
        // A click beside a page closes it; beside a line being typed it does nothing, so that nothing is lost by a slip.
        _ if covered => match model.contexts()[0] {
            Context::Page => match page::act(model, Action::Leave) {
                Some(then) => follow(then, model),
                None => Vec::new(),
            },
            _ => Vec::new(),
        },
        Hit::Row(pane, row) => {
            panes::focus(model, pane);
            if !model.selectable(pane, row) {
                return Vec::new();
            }
            let again = model.cursor(pane).selected == row && model.memory.clicked == Some((pane, row));
            model.cursors[pane as usize].selected = row;
            model.memory.clicked = Some((pane, row));
            selection::picked(model, pane);
            if again {
                perform(model, Action::Open)
            } else {
                Vec::new()
            }
        }
        Hit::Checkbox(row) => {
            panes::focus(model, Pane::Checklists);
            if !model.selectable(Pane::Checklists, row) {
                return Vec::new();
            }
            model.cursors[Pane::Checklists as usize].selected = row;
            perform(model, Action::TickItem)
        }
        Hit::Pane(pane) | Hit::Tab(pane) => {
            panes::focus(model, pane);
            Vec::new()
        }
        Hit::Screen(screen) => {
            panes::show(model, screen);
            panes::screens(screen)
        }
        Hit::Help => perform(model, Action::Help),
        Hit::Palette => perform(model, Action::Palette),
        // The NEXT line is read; its key does it, not a slip of the hand.
        Hit::Layer | Hit::Next => Vec::new(),
    }
}

/// The wheel moves what lies under it: the topmost layer, or the pane, which takes the keys.
fn wheel(model: &mut Model, hit: Option<Hit>, action: Action) -> Vec<Effect> {
    if model.layers.is_empty() {
        if let Some(Hit::Row(pane, _) | Hit::Pane(pane)) = hit {
            panes::focus(model, pane);
        } else if let Some(Hit::Checkbox(_)) = hit {
            panes::focus(model, Pane::Checklists);
        }
    }
    for _ in 0..NOTCH {
        perform(model, action);
    }
    Vec::new()
}
