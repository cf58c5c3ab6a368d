//! What an edit looks up: the part of a list that changed, entries by their id or their words, the other side's texts.

use std::collections::{HashMap, HashSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use super::{Edits, Other};
use crate::document::split::{self, Block, FRESH, List, Section, id_hash};
use crate::document::{Document, entry};
use crate::incident::Entry;

/// The part of a list that is not the same any more.
pub(super) struct Part<'a, T: Entry> {
    pub(super) section: &'a Section,
    pub(super) list: &'a List,
    /// How many entries before it are.
    pub(super) same: usize,
    /// The id of the last of those.
    pub(super) before: Option<&'a str>,
    pub(super) gone: &'a [Arc<T>],
    pub(super) come: &'a [Arc<T>],
}

impl<T: Entry> Part<'_, T> {
    /// The blocks of entries that have no id, by what they say; each is read once.
    pub(super) fn without_id(&self, text: &str) -> HashMap<String, VecDeque<&Block>> {
        let mut found: HashMap<String, VecDeque<&Block>> = HashMap::new();
        for block in self.list.blocks.iter().filter(|block| block.id == 0) {
            let read = entry::read::<T>(&text[block.body()], self.list.indent);
            if let Some(said) = read.ok().and_then(|entry| said(&entry)) {
                found.entry(said).or_default().push_back(block);
            }
        }
        found
    }

    /// Where the first of the new entries belongs.
    pub(super) fn start(&self, text: &str, places: &Places) -> usize {
        let block = match self.same.checked_sub(1) {
            Some(place) if self.list.in_order => self.list.blocks.get(place),
            _ => self.before.and_then(|id| places.find(self.list, id)),
        };
        let below_key = text[self.section.head..]
            .find('\n')
            .map_or(text.len(), |end| self.section.head + end + 1);
        let top = |first: &Block| (first.start as usize).max(below_key.min(first.head as usize));
        block.map_or_else(
            || self.list.blocks.first().map_or(below_key, top),
            |block| block.end as usize,
        )
    }
}

/// All that an entry says, in a form that can be looked up.
pub(super) fn said<T: Entry>(entry: &T) -> Option<String> {
    serde_json::to_string(entry).ok()
}

/// Entries without an id, in their order, found again by what they are in their own words.
pub(super) struct Nameless<'a, T: Entry>(HashMap<&'a str, VecDeque<Found<'a, T>>>);

/// An entry and its block.
pub(super) type Found<'a, T> = (&'a Arc<T>, Option<&'a Block>);

impl<T: Entry> Default for Nameless<'_, T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<'a, T: Entry> Nameless<'a, T> {
    pub(super) fn push(&mut self, entry: &'a Arc<T>, block: Option<&'a Block>) {
        self.0.entry(entry.title()).or_default().push_back((entry, block));
    }

    /// The first with these words.
    pub(super) fn take(&mut self, title: &str) -> Option<Found<'a, T>> {
        self.0.get_mut(title)?.pop_front()
    }

    pub(super) fn rest(self) -> impl Iterator<Item = Found<'a, T>> {
        self.0.into_values().flatten()
    }
}

/// Where the block of an id stands: by looking, or by a table where many are asked for.
pub(super) struct Places(Option<HashMap<u64, usize>>);

impl Places {
    pub(super) fn of(list: &List, asked: usize) -> Self {
        Self((asked > 8).then(|| {
            let ids = list.blocks.iter().enumerate();
            ids.map(|(place, block)| (block.id, place)).collect()
        }))
    }

    pub(super) fn find<'l>(&self, list: &'l List, id: &str) -> Option<&'l Block> {
        let id = id_hash(id);
        match &self.0 {
            _ if id == 0 => None,
            Some(places) => places.get(&id).and_then(|place| list.blocks.get(*place)),
            None => list.blocks.iter().rev().find(|block| block.id == id),
        }
    }
}

/// The blocks of the other side whose text is not ours.
pub(super) struct Texts<'a, T: Entry> {
    /// By id: the entry there, its text with its comments, and the text that both sides come from.
    by_id: HashMap<u64, (&'a Arc<T>, &'a str, Option<&'a str>)>,
}

impl<'a, T: Entry> Texts<'a, T> {
    pub(super) fn of(edits: &Edits<'a>, ours: &List) -> Option<Self> {
        let other = edits.other?;
        let theirs = other.side.layout.section(T::SECTION)?.list()?;
        if theirs.indent != ours.indent {
            return None;
        }
        let cut = split::split(&other.side.text, Some((&edits.document.text, &edits.document.layout)));
        let index = cut
            .layout
            .sections
            .iter()
            .position(|section| section.key == T::SECTION)?;
        let base = other
            .base
            .and_then(|base| Some((&base.text, base.layout.section(T::SECTION)?.list()?)));
        let base: HashMap<u64, &'a str> = base.map_or_else(HashMap::new, |(text, list)| {
            list.blocks
                .iter()
                .map(|block| (block.id, &text[block.span()]))
                .collect()
        });
        let by_value: HashMap<u64, &'a Arc<T>> = T::list(&other.side.incident)
            .iter()
            .map(|entry| (id_hash(entry.id()), entry))
            .collect();
        let crlf = edits.eol == "\r\n";
        let by_id = theirs
            .blocks
            .iter()
            .zip(&cut.from[index])
            .filter(|(block, from)| **from == FRESH && block.id != 0)
            .filter_map(|(block, _)| {
                let text = &other.side.text[block.span()];
                let entry = by_value.get(&block.id)?;
                (text.ends_with('\n') && text.contains('\r') == crlf)
                    .then(|| (block.id, (*entry, text, base.get(&block.id).copied())))
            })
            .collect();
        Some(Self { by_id })
    }

    /// The other side's bytes of exactly this entry.
    pub(super) fn text_of(&self, entry: &Arc<T>) -> Option<&'a str> {
        let (theirs, text, _) = self.by_id.get(&id_hash(entry.id()))?;
        (Arc::ptr_eq(theirs, entry) || ***theirs == **entry).then_some(*text)
    }

    /// Blocks of which both sides say the same value in other words (a comment, quotes).
    pub(super) fn words(
        &self,
        ours: &Document,
        list: &List,
        new: &[Arc<T>],
        written: &HashSet<u64>,
    ) -> Vec<(Range<usize>, String)> {
        let values: HashMap<u64, &Arc<T>> = if self.by_id.is_empty() {
            HashMap::new()
        } else {
            new.iter().map(|entry| (id_hash(entry.id()), entry)).collect()
        };
        let differs = |block: &&Block| !written.contains(&block.id) && self.by_id.contains_key(&block.id);
        let blocks = list.blocks.iter().filter(differs);
        blocks
            .filter_map(|block| {
                let theirs = self.text_of(values.get(&block.id)?)?;
                let (_, _, base) = self.by_id.get(&block.id)?;
                let text = &ours.text[block.span()];
                Other::is_theirs(text, theirs, *base).then(|| (block.span(), theirs.to_owned()))
            })
            .collect()
    }
}
