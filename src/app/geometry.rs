//! Where things lie on the screen, as it was last laid out. Whoever draws makes it once a turn and hands it in with
//! [`Model::settle`]; what moves by pages or follows a scroll goes by it. Nothing here knows how a screen is drawn.

use super::{Hit, Model, Pane};

/// What a layout tells of itself.
pub trait Geometry {
    /// What lies at a cell.
    fn hit(&self, x: u16, y: u16) -> Option<Hit>;
    /// How many lines of a pane are on the screen; 1 where it is not.
    fn page(&self, pane: Pane) -> usize;
    /// First row of a pane that is shown.
    fn top(&self, pane: Pane) -> usize;
    /// First choice of the topmost layer that is shown, and how many are.
    fn choices(&self) -> (usize, usize);
    /// How many lines of the topmost layer's text are on the screen, and how many it has.
    fn text(&self) -> (usize, usize);
}

impl Model {
    /// Takes over what is really shown: the scroll of panes and choices, and how long a page is.
    pub fn settle(&mut self, areas: &dyn Geometry) {
        for pane in Pane::ALL.iter().copied() {
            self.cursors[pane as usize].top = areas.top(pane);
            self.memory.shown.pages[pane as usize] = areas.page(pane);
        }
        let (top, rows) = areas.choices();
        (self.memory.shown.text, self.memory.shown.lines) = areas.text();
        self.memory.shown.choices = rows;
        if let Some(choices) = self.choices_mut() {
            choices.top = top;
        }
    }
}
