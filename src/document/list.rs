//! The entries of a list as they stood before, by their place in the file and by their id.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::Document;
use super::split::{Block, List, Section, id_hash};
use crate::incident::Entry;

/// Above this many new blocks a table by id pays.
const FEW: usize = 16;

/// The list of a document.
pub(super) struct Old<'a, T: Entry> {
    entries: &'a [Arc<T>],
    list: Option<&'a List>,
    by_id: OnceCell<HashMap<u64, usize>>,
}

impl<'a, T: Entry> Old<'a, T> {
    /// The list of `T` in the document before; empty where there is none.
    pub(super) fn of(before: Option<&'a Document>) -> Self {
        let section = before.and_then(|before| before.layout.section(T::SECTION));
        Self {
            entries: before.map_or(&[], |before| T::list(&before.incident)),
            list: section.and_then(Section::list),
            by_id: OnceCell::new(),
        }
    }

    /// How many entries there were.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry of a block of the file.
    pub(super) fn at(&self, block: usize) -> Option<&'a Arc<T>> {
        let list = self.list?;
        if list.in_order {
            self.entries.get(block)
        } else {
            self.look_up(list.blocks.get(block)?.id)
        }
    }

    /// The entry of an id; `looked_for` says how many will be.
    pub(super) fn with_id(&self, id: u64, looked_for: usize) -> Option<&'a Arc<T>> {
        if self.entries.is_empty() || id == 0 {
            return None;
        }
        match self.list {
            Some(list) if list.in_order && looked_for <= FEW => {
                let place = list.blocks.iter().rposition(|block| block.id == id)?;
                self.entries.get(place)
            }
            _ => self.look_up(id),
        }
    }

    fn look_up(&self, id: u64) -> Option<&'a Arc<T>> {
        let table = self.by_id.get_or_init(|| {
            let ids = self.entries.iter().enumerate();
            ids.map(|(place, entry)| (id_hash(entry.id()), place))
                .filter(|(id, _)| *id != 0)
                .collect()
        });
        table.get(&id).and_then(|place| self.entries.get(*place))
    }

    /// Whether these are the very same entries.
    pub(super) fn same_as(&self, entries: &[Arc<T>]) -> bool {
        self.entries.len() == entries.len() && self.entries.iter().zip(entries).all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// Whether these say the same.
    pub(super) fn same_values(&self, entries: &[Arc<T>]) -> bool {
        self.entries == entries
    }
}

impl List {
    /// A block with the id of an earlier one, given the places of those that are new.
    pub(super) fn doubled(&self, fresh: &[usize]) -> Option<Block> {
        if fresh.len() <= FEW {
            let again = |place: &usize| {
                let id = self.blocks[*place].id;
                let mut same = self.blocks.iter().filter(|block| block.id == id);
                (id != 0).then(|| same.nth(1)).flatten().copied()
            };
            return fresh.iter().find_map(again);
        }
        let mut seen = std::collections::HashSet::with_capacity(self.blocks.len());
        self.blocks
            .iter()
            .find(|block| block.id != 0 && !seen.insert(block.id))
            .copied()
    }
}
