//! From value to text: what differs is written anew, every other byte stays.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::split::Section;
use super::{Document, write};
use crate::incident::entry::in_section;
use crate::incident::{Entry, Incident, SECTIONS};

/// The whole text of an incident that has none yet.
pub fn whole(incident: &Incident) -> String {
    let mut out = String::new();
    write::fields(&mut out, 0, &head(incident), "\n");
    for section in SECTIONS {
        in_section!(*section, T => section_text::<T>(&mut out, incident, "\n"));
    }
    out.push_str(&format!("# end of {}\n", incident.id));
    out
}

fn section_text<T: Entry>(out: &mut String, incident: &Incident, eol: &str) {
    let entries = T::list(incident);
    if !entries.is_empty() {
        out.push_str(&format!("{}:{eol}", T::SECTION));
        for entry in entries {
            write::item(out, 0, &map_value(entry.as_ref()), eol);
        }
    }
}

fn map_value<T: Entry>(entry: &T) -> Value {
    serde_json::to_value(entry).unwrap_or_default()
}

fn map<T: Entry>(entry: &T) -> Map<String, Value> {
    match map_value(entry) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Everything but the lists.
pub fn head(incident: &Incident) -> Map<String, Value> {
    let mut bare = incident.clone();
    for section in SECTIONS {
        in_section!(*section, T => T::list_mut(&mut bare).clear());
    }
    match serde_json::to_value(bare) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The text of `document` with `incident` as its value; `None` where nothing differs.
pub fn text(document: &Document, incident: &Incident) -> String {
    if !document.layout.clean {
        return whole(incident);
    }
    let mut edits = Edits {
        document,
        eol: if document.text.contains("\r\n") { "\r\n" } else { "\n" },
        changes: Vec::new(),
    };
    edits.head(incident);
    for section in SECTIONS {
        in_section!(*section, T => edits.list::<T>(incident));
    }
    edits.apply(incident)
}

struct Edits<'a> {
    document: &'a Document,
    eol: &'static str,
    /// What stands in the place of a range of the old text, with the order of those at one place.
    changes: Vec<(Range<usize>, String)>,
}

impl Edits<'_> {
    fn section(&self, key: &str) -> Option<&Section> {
        self.document.layout.sections.iter().find(|section| section.key == key)
    }

    fn line_end_at(&self, at: usize) -> &'static str {
        if at > 0 && !self.document.text[..at].ends_with('\n') {
            self.eol
        } else {
            ""
        }
    }

    fn insert(&mut self, at: usize, text: String) {
        let text = format!("{}{text}", self.line_end_at(at));
        self.changes.push((at..at, text));
    }

    fn head(&mut self, incident: &Incident) {
        let (old, new) = (head(&self.document.incident), head(incident));
        if old == new {
            return;
        }
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            if let Some(section) = self.section(key) {
                let span = section.head..section.span.end;
                self.changes.push((span, String::new()));
            }
        }
        let mut after = 0;
        for (key, value) in &new {
            let found = self.section(key).map(|section| (section.head, section.span.end));
            if old.get(key) != Some(value) {
                let mut out = String::new();
                write::field(&mut out, 0, key, value, self.eol);
                match found {
                    Some((head, end)) => self.changes.push((head..end, out)),
                    None => self.insert(after, out),
                }
            }
            after = found.map_or(after, |(_, end)| end);
        }
    }

    fn list<T: Entry>(&mut self, incident: &Incident) {
        let (old, new) = (T::list(&self.document.incident), T::list(incident));
        let same_start = old.iter().zip(new).take_while(|(a, b)| Arc::ptr_eq(a, b)).count();
        let (old, new) = (&old[same_start..], &new[same_start..]);
        let same_end = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(|(a, b)| Arc::ptr_eq(a, b))
            .count();
        let before = same_start
            .checked_sub(1)
            .and_then(|place| T::list(incident).get(place))
            .map(|entry| entry.id().to_owned());
        let (old, new) = (&old[..old.len() - same_end], &new[..new.len() - same_end]);
        if old.is_empty() && new.is_empty() {
            return;
        }
        let was: HashMap<&str, &Arc<T>> = old.iter().map(|entry| (entry.id(), entry)).collect();
        let is: HashSet<&str> = new.iter().map(|entry| entry.id()).collect();
        let Some(list) = self.section(T::SECTION).and_then(|section| section.list.as_ref()) else {
            return self.new_section::<T>(incident);
        };
        let indent = list.indent;
        let places: HashMap<&str, usize> = if old.len() + new.len() > 4 {
            list.blocks
                .iter()
                .enumerate()
                .map(|(place, block)| (&*block.id, place))
                .collect()
        } else {
            HashMap::new()
        };
        let find = |id: &str| match places.get(id) {
            Some(place) => list.blocks.get(*place),
            None if places.is_empty() => list.blocks.iter().rev().find(|block| &*block.id == id),
            None => None,
        };
        let text = &self.document.text;
        let mut changes = Vec::new();
        let section = self.section(T::SECTION);
        let top = section.map_or(0, |section| {
            let line = text[section.head..]
                .find('\n')
                .map_or(text.len(), |end| section.head + end + 1);
            list.blocks
                .first()
                .map_or(line, |block| block.span.start.max(line.min(block.head)))
        });
        let mut after = before.as_deref().and_then(find).map_or(top, |block| block.span.end);
        for entry in old.iter().filter(|entry| !is.contains(entry.id())) {
            if let Some(block) = find(entry.id()) {
                changes.push((block.span.clone(), String::new()));
            }
        }
        for entry in new {
            let block = find(entry.id());
            if let (Some(was), Some(block)) = (was.get(entry.id()), block) {
                if !Arc::ptr_eq(was, entry) && ***was != **entry {
                    let new_text = block_text(
                        &text[block.head..block.span.end],
                        indent,
                        &map(was.as_ref()),
                        &map(entry.as_ref()),
                        self.eol,
                    );
                    changes.push((block.head..block.span.end, new_text));
                }
                after = block.span.end;
            } else {
                let mut out = String::new();
                write::item(&mut out, indent, &map_value(entry.as_ref()), self.eol);
                let at = if T::SECTION == "timeline" {
                    after
                } else {
                    section.map_or(after, |section| section.span.end)
                };
                changes.push((at..at, format!("{}{out}", self.line_end_at(at))));
            }
        }
        self.changes.extend(changes);
    }

    /// A list that the file does not have yet, before the first of those that come after it.
    fn new_section<T: Entry>(&mut self, incident: &Incident) {
        let mut out = String::new();
        section_text::<T>(&mut out, incident, self.eol);
        let later = SECTIONS
            .iter()
            .skip_while(|key| **key != T::SECTION)
            .skip(1)
            .find_map(|key| self.section(key));
        let at = later.map_or(self.document.layout.end, |section| section.span.start);
        // A key whose value is empty (`roles: []`) makes room.
        if let Some(empty) = self.section(T::SECTION) {
            let span = empty.head..empty.span.end;
            self.changes.push((span, out));
        } else {
            self.insert(at, out);
        }
    }

    fn apply(mut self, incident: &Incident) -> String {
        let text = &self.document.text;
        self.changes.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + self.changes.iter().map(|(_, new)| new.len()).sum::<usize>());
        let mut at = 0;
        for (range, new) in &self.changes {
            if range.start >= at {
                out.push_str(&text[at..range.start]);
                at = range.end;
            }
            out.push_str(new);
        }
        out.push_str(&text[at..]);
        if !super::read::is_complete(&out) {
            if !out.ends_with('\n') {
                out.push_str(self.eol);
            }
            out.push_str(&format!("# end of {}{}", incident.id, self.eol));
        }
        out
    }
}

/// A block with only the lines of changed fields written anew; written as a whole where it is not one field a line.
fn block_text(block: &str, indent: usize, old: &Map<String, Value>, new: &Map<String, Value>, eol: &str) -> String {
    let Some(mut chunks) = chunks(block, indent + 2, old) else {
        let mut out = String::new();
        write::item(&mut out, indent, &Value::Object(new.clone()), eol);
        return out;
    };
    chunks.retain(|(key, _)| key.is_empty() || new.contains_key(key));
    let mut after = 0;
    for (key, value) in new {
        let place = chunks.iter().position(|(name, _)| name == key);
        if old.get(key) != Some(value) || place.is_none() {
            let mut out = String::new();
            write::field(&mut out, indent + 2, key, value, eol);
            match place {
                Some(place) => chunks[place].1 = out,
                None => chunks.insert(after.min(chunks.len()), (key.clone(), out)),
            }
        }
        after = place.unwrap_or(after) + 1;
    }
    let mut out: String = chunks.into_iter().map(|(_, text)| text).collect();
    // Whichever field is first now carries the dash.
    let dash: String = " ".repeat(indent) + "- ";
    let first = out
        .lines()
        .take_while(|line| line.trim_start().starts_with('#'))
        .map(|line| line.len() + 1)
        .sum::<usize>();
    if first < out.len() {
        out.replace_range(first..first + indent + 2, &dash);
    }
    out
}

/// The lines of each field of a block; `None` where they cannot be told apart.
fn chunks(block: &str, indent: usize, fields: &Map<String, Value>) -> Option<Vec<(String, String)>> {
    let mut chunks: Vec<(String, String)> = Vec::new();
    for (number, line) in block.split_inclusive('\n').enumerate() {
        let line = if number == 0 {
            // The dash becomes a blank, so that every field looks alike.
            let dash = line.find('-')?;
            format!("{} {}", &line[..dash], &line[dash + 1..])
        } else {
            line.to_owned()
        };
        let body = line.trim_start_matches(' ');
        let depth = line.len() - body.len();
        let blank = body.trim().is_empty();
        if !blank && depth < indent {
            return None;
        }
        let key = body
            .split_once(':')
            .map(|(key, _)| key.trim_matches(['"', '\'']))
            .unwrap_or_default();
        let own = !blank && depth == indent && !body.starts_with('#') && !body.starts_with("- ");
        if own {
            if !fields.contains_key(key) || chunks.iter().any(|(name, _)| name == key) {
                return None;
            }
            chunks.push((key.to_owned(), line));
        } else {
            chunks.last_mut()?.1.push_str(&line);
        }
    }
    if let Some((_, last)) = chunks.last_mut()
        && !last.ends_with('\n')
    {
        last.push('\n');
    }
    (!chunks.is_empty()).then_some(chunks)
}
