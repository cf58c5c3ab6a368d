//! Who is in command, and what the person who sits here holds.

use super::Model;
use crate::incident::people::same;
use crate::incident::{Role, live};

impl Model {
    /// Whether this person holds the role now.
    pub(super) fn holds(&self, wanted: impl Fn(&Role) -> bool) -> bool {
        live(&self.incident().roles).any(|role| role.until.is_none() && same(&role.who, &self.me) && wanted(role))
    }

    /// Whether this person is in command.
    pub fn commands(&self) -> bool {
        self.holds(|role| self.framework().commands(&role.role))
    }

    /// Who is in command now; two where people named one each without knowing of each other.
    pub fn commanders(&self) -> Vec<&Role> {
        let holders = live(&self.incident().roles).filter(|role| role.until.is_none());
        holders.filter(|role| self.framework().commands(&role.role)).collect()
    }

    /// Whether it is this person's to lead: in command, or no one is.
    pub(super) fn leads(&self) -> bool {
        self.commands() || self.commanders().is_empty()
    }
}
