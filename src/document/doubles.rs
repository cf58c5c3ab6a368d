//! Taking apart what a union merge leaves: keys and entries that stand twice. Each reading is a file of its own; who joins
//! them has all that anybody wrote.

use std::collections::HashMap;

use super::block::{self, Chunk};
use super::lines;
use super::split::{self, Body, Section};

/// The most readings that are told apart; further ones say nothing that the last does not.
const MOST: usize = 16;

fn begins_document(line: &str) -> bool {
    line.strip_prefix("---")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// The readings of a file in which a key of the file, a key of an entry or an entry stands more than once: the first holds
/// the first of each, the second the second (or the last there is), and so on. `None` where nothing stands twice or is mixed up, or the text
/// cannot be cut.
pub fn split(text: &str) -> Option<Vec<String>> {
    let layout = split::split(text, None).layout;
    // A second document is no second reading of the first.
    if !layout.clean || text[lines::frame(text)].lines().any(begins_document) {
        return None;
    }
    let mut parts: Vec<Part> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut mixed = false;
    for section in &layout.sections {
        let earlier = places.get(section.key.as_str()).copied();
        places.entry(section.key.as_str()).or_insert(parts.len());
        match (&section.body, earlier) {
            (Body::List(list), Some(earlier)) if list.indent == parts[earlier].indent => {
                parts[earlier].blocks.extend(blocks(text, section)?);
                mixed = true;
            }
            (_, Some(earlier)) => parts[earlier].texts.push(text[section.span.clone()].to_owned()),
            (_, None) => parts.push(Part::of(text, section)?),
        }
    }
    for part in &mut parts {
        mixed |= part.untangle();
    }
    let readings = parts.iter().map(Part::readings).max().unwrap_or(1).min(MOST);
    let reading = |number| {
        let body: String = parts.iter().map(|part| part.reading(number)).collect();
        body + &text[layout.end..]
    };
    (readings > 1 || mixed).then(|| (0..readings).map(reading).collect())
}

/// A key of the file with everything that stands below it, wherever.
struct Part {
    key: String,
    /// For a field: its texts. For a list: the line of its key.
    texts: Vec<String>,
    indent: usize,
    blocks: Vec<Entry>,
}

/// One entry: its leading comments, and its fields.
#[derive(Clone)]
struct Entry {
    comments: String,
    fields: Vec<Chunk>,
}

fn blocks(text: &str, section: &Section) -> Option<Vec<Entry>> {
    let list = section.list()?;
    let entry = |block: &split::Block| {
        Some(Entry {
            comments: text[block.start as usize..block.head as usize].to_owned(),
            fields: block::chunks(&text[block.body()], list.indent)?,
        })
    };
    list.blocks.iter().map(entry).collect()
}

impl Part {
    fn of(text: &str, section: &Section) -> Option<Self> {
        let (texts, indent, blocks) = match section.list() {
            Some(list) => {
                let first = list
                    .blocks
                    .first()
                    .map_or(section.span.end, |block| block.start as usize);
                (
                    text[section.span.start..first].to_owned(),
                    list.indent,
                    blocks(text, section)?,
                )
            }
            None => (text[section.span.clone()].to_owned(), 0, Vec::new()),
        };
        Some(Self {
            key: section.key.clone(),
            texts: vec![texts],
            indent,
            blocks,
        })
    }

    /// Where a merge took equal lines of two new entries for one, the first entry lacks what the next has for both: it gets
    /// the first of each. Whether there was such a one. An entry that a person has left unfinished has no id yet.
    fn untangle(&mut self) -> bool {
        const NEEDED: &[&str] = &["at", "kind", "text"];
        if self.key != "timeline" {
            return false;
        }
        let lacks = |entry: &Entry| {
            let has = |key: &str| entry.fields.iter().any(|(name, _)| name == key);
            !entry.id().is_empty() && NEEDED.iter().any(|key| !has(key))
        };
        let (mut first, mut mixed) = (0, false);
        for place in 0..self.blocks.len() {
            if lacks(&self.blocks[place]) && place + 1 < self.blocks.len() {
                continue;
            }
            if place > first {
                share(&mut self.blocks[first..=place]);
                mixed = true;
            }
            first = place + 1;
        }
        mixed
    }

    /// How many readings it has.
    fn readings(&self) -> usize {
        let mut most = self.texts.len();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for entry in &self.blocks {
            let times = numbers(entry.fields.iter().map(|(key, _)| key.as_str()));
            most = most.max(times.iter().map(|(earlier, _)| earlier + 1).max().unwrap_or(1));
            let count = seen.entry(entry.id()).or_insert(0);
            *count += usize::from(!entry.id().is_empty());
            most = most.max(*count);
        }
        most
    }

    fn reading(&self, number: usize) -> String {
        let mut out = self.texts[number.min(self.texts.len() - 1)].clone();
        let numbers = numbers(self.blocks.iter().map(Entry::id));
        for (entry, (earlier, later)) in self.blocks.iter().zip(numbers) {
            if earlier == number || (earlier < number && !later) {
                out.push_str(&entry.comments);
                out.push_str(&block::joined(&entry.reading(number), self.indent));
            }
        }
        out
    }
}

/// For each name how often it stood before, and whether it comes again; what has no name is always the first and only.
fn numbers<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(usize, bool)> {
    let names: Vec<&str> = names.collect();
    let mut counts: HashMap<&str, usize> = HashMap::with_capacity(names.len());
    let mut found = Vec::with_capacity(names.len());
    for name in &names {
        let count = counts.entry(name).or_insert(0);
        found.push(if name.is_empty() { 0 } else { *count });
        *count += 1;
    }
    let later = |name: &str, earlier: usize| !name.is_empty() && counts.get(name).is_some_and(|all| earlier + 1 < *all);
    let all = names.iter().zip(found);
    all.map(|(name, earlier)| (earlier, later(name, earlier))).collect()
}

impl Entry {
    fn id(&self) -> &str {
        let line = self
            .fields
            .iter()
            .find(|(key, _)| key == "id")
            .map_or("", |(_, line)| line);
        block::id(line)
    }

    /// Each field once: the one of this number, or the last there is.
    fn reading(&self, number: usize) -> Vec<Chunk> {
        let numbers = numbers(self.fields.iter().map(|(key, _)| key.as_str()));
        let here = |(earlier, later): &(usize, bool)| *earlier == number || (*earlier < number && !later);
        let fields = self.fields.iter().zip(numbers).filter(|(_, place)| here(place));
        fields.map(|(field, _)| field.clone()).collect()
    }
}

/// Shares out the fields of the last of some entries, of which all others are cut short: one each where there are enough,
/// the same for all where there is one.
fn share(group: &mut [Entry]) {
    let Some((last, short)) = group.split_last_mut() else {
        return;
    };
    let fields = last.fields.clone();
    let of = |key: &str| {
        fields
            .iter()
            .filter(|(name, _)| name == key)
            .cloned()
            .collect::<Vec<_>>()
    };
    for (place, entry) in short.iter_mut().enumerate() {
        for (key, _) in &fields {
            if !entry.fields.iter().any(|(name, _)| name == key) {
                let offered = of(key);
                entry.fields.push(offered[place.min(offered.len() - 1)].clone());
            }
        }
    }
    let given = short.len();
    last.fields = (0..fields.len())
        .filter(|place| {
            let key = &fields[*place].0;
            let number = fields[..*place].iter().filter(|(name, _)| name == key).count();
            number >= given.min(of(key).len() - 1)
        })
        .map(|place| fields[place].clone())
        .collect();
}
