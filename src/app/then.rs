//! What follows of a key on a page, in a menu or on a row. Whoever reads the key returns it; `perform` alone acts on it, so that no
//! area calls up into what asks and does.

use super::action::Action;
use super::message::Effect;

/// What follows.
#[derive(Debug, PartialEq)]
pub(super) enum Then {
    /// These effects, and nothing else.
    Effects(Vec<Effect>),
    /// This action, as if its key had been pressed.
    Do(Action),
    /// What this action asks for, its first question answered with this, where there is an answer.
    Ask(Action, Option<String>),
}

impl Then {
    /// Nothing more.
    pub(super) const NOTHING: Self = Self::Effects(Vec::new());
}
