//! From text to value: what was there before is taken over, the rest is read block by block where the text could be cut,
//! as a whole where it could not.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::entry::{self, Trouble};
use super::lines;
use super::list::Old;
use super::own_form;
use super::refuse::{refuse, refuse_size};
use super::split::{self, Body, FRESH, Layout, id_hash};
use super::value::Any;
use super::{Document, Invalid, Quarantined};
use crate::incident::entry::in_section;
use crate::incident::{Entry, Event, Incident, SCHEMA, SECTIONS};
use crate::side_by_side;

/// Top-level keys that hold text; a number or a truth value there is taken as it is written.
const TEXTS: &[&str] = &[
    "id",
    "uid",
    "title",
    "summary",
    "framework",
    "severity",
    "status",
    "cause",
];

/// From so many new blocks on a second thread brings more than it costs.
const MANY: usize = 2000;

/// Reads a text, taking over what `before` already knows.
pub(super) fn read(text: &str, before: Option<&Document>) -> Result<Document, Invalid> {
    refuse_size(text)?;
    let cut = split::split(text, before.map(|before| (before.text(), &*before.layout)));
    refuse(text, &cut.fresh)?;
    let mut layout = cut.layout;
    let mut found = Found {
        incident: Incident::default(),
        quarantined: Vec::new(),
        same: before.is_some(),
        lines: Lines::default(),
    };
    if layout.clean {
        once(text, &layout)?;
        found.head(text, &layout, before)?;
        for (index, from) in cut.from.iter().enumerate() {
            let key = layout.sections[index].key.clone();
            in_section!(key.as_str(), T => found.section::<T>(text, &mut layout, index, from, before)?);
        }
        found.same &= before.is_some_and(|before| {
            SECTIONS.iter().all(|key| {
                layout.section(key).is_some()
                    || in_section!(*key, T => T::list(&before.incident).is_empty()) == Some(true)
            })
        });
    } else {
        let frame = lines::frame(text);
        let values = parse(&text[frame.clone()]).map_err(|error| invalid(text, frame.start, &error))?;
        found.whole(text, &layout, values)?;
        // It could be shown, and never be changed without the loss of its comments and its style: one answer for all.
        let mut odd = Invalid::at(
            text,
            layout.end,
            "this is not in the form of an incident file: one `key: value` a line, from the left edge on (it may be JSON)",
        );
        odd.remedy = "write it in block style; nothing was changed, and changes made meanwhile are kept".into();
        return Err(odd);
    }
    let mut incident = found.incident;
    let incident = match before {
        Some(before) if found.same && layout.clean => Arc::clone(before.incident()),
        _ => {
            if !incident.timeline.is_sorted_by(|a, b| a.in_time(b).is_le()) {
                incident.timeline.sort_by(|a, b| a.in_time(b));
                let timeline = layout.sections.iter_mut().find(|section| section.key == Event::SECTION);
                timeline
                    .and_then(split::Section::list_mut)
                    .into_iter()
                    .for_each(|list| list.in_order = false);
            }
            Arc::new(incident)
        }
    };
    Ok(Document {
        text: text.into(),
        layout: Arc::new(layout),
        incident,
        quarantined: found.quarantined.into(),
    })
}

/// Refuses a top-level key that stands twice: what a union merge leaves, see [`doubles`](super::doubles).
fn once(text: &str, layout: &Layout) -> Result<(), Invalid> {
    let mut keys = HashSet::new();
    match layout
        .sections
        .iter()
        .find(|section| !keys.insert(section.key.as_str()))
    {
        Some(section) => Err(twice(
            text,
            section.head,
            &format!("the key `{}` stands twice", section.key),
        )),
        None => Ok(()),
    }
}

fn twice(text: &str, at: usize, problem: &str) -> Invalid {
    let mut invalid = Invalid::at(text, at, problem);
    invalid.remedy = "keep the one that is right; nothing is lost meanwhile".into();
    invalid
}

/// The text of all that is not a list, and where each part of it came from: (offset here, offset in the file).
fn head_text(text: &str, layout: &Layout) -> (String, Vec<(usize, usize)>) {
    let mut head = String::new();
    let mut origins = Vec::new();
    for section in layout
        .sections
        .iter()
        .filter(|section| matches!(section.body, Body::Field))
    {
        origins.push((head.len(), section.head));
        head.push_str(&text[section.head..section.span.end]);
        if !head.ends_with('\n') {
            head.push('\n');
        }
    }
    (head, origins)
}

/// One text as a map of top-level keys. A key that stands twice is an error.
fn parse(text: &str) -> Result<Map<String, Value>, serde_yaml::Error> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    if let Some(fields) = own_form::fields(text) {
        return Ok(fields);
    }
    match serde_yaml::from_str(text)? {
        Any(Value::Object(map)) => Ok(map),
        _ => Err(serde::de::Error::custom("an incident file is a map of keys")),
    }
}

/// What the library says of a part of the text that starts at `origin`.
fn invalid(text: &str, origin: usize, error: &serde_yaml::Error) -> Invalid {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    let said = said.rsplit_once("]: ").map_or(said, |(_, said)| said);
    let place = origin + error.location().map_or(0, |at| at.index());
    Invalid::at(text, place.min(text.len()), said)
}

/// What has been read so far.
struct Found {
    incident: Incident,
    quarantined: Vec<Quarantined>,
    /// Whether all of it is what was known before.
    same: bool,
    lines: Lines,
}

/// Counts lines once, as long as it is asked for places in the order of the text.
#[derive(Default)]
struct Lines {
    at: usize,
    before: usize,
    /// How many bytes were looked at: work that must not grow with the number of problems.
    #[cfg(test)]
    looked: usize,
}

impl Lines {
    /// The line of a byte, from 1.
    fn of(&mut self, text: &str, byte: usize) -> usize {
        let byte = byte.min(text.len());
        if byte < self.at {
            (self.at, self.before) = (0, 0);
        }
        #[cfg(test)]
        {
            self.looked += byte - self.at;
        }
        self.before += memchr::memchr_iter(b'\n', &text.as_bytes()[self.at..byte]).count();
        self.at = byte;
        self.before + 1
    }
}

impl Found {
    /// Everything but the lists.
    fn head(&mut self, text: &str, layout: &Layout, before: Option<&Document>) -> Result<(), Invalid> {
        let (head, origins) = head_text(text, layout);
        if let Some(before) = before
            && before.layout.clean
            && !before
                .quarantined
                .iter()
                .any(|one| !SECTIONS.contains(&one.section.as_str()))
            && head_text(before.text(), &before.layout).0 == head
        {
            self.incident = before.incident.bare();
            return Ok(());
        }
        let values = parse(&head).map_err(|error| {
            let offset = error.location().map_or(0, |at| at.index());
            let part = origins.iter().rev().find(|(from, _)| *from <= offset);
            let (from, origin) = part.copied().unwrap_or_default();
            let mut invalid = invalid(text, 0, &error);
            let place = Invalid::at(text, (origin + offset - from).min(text.len()), &invalid.problem);
            invalid = place;
            invalid
        })?;
        self.fields(text, layout, values)?;
        self.same &= before.is_some_and(|before| before.incident.bare() == self.incident);
        Ok(())
    }

    /// The fields of the incident; those that are none are put aside.
    fn fields(&mut self, text: &str, layout: &Layout, mut values: Map<String, Value>) -> Result<(), Invalid> {
        let schema = values.get("warroom").and_then(Value::as_u64);
        let Some(schema) = schema.filter(|schema| *schema > 0) else {
            let mut missing = Invalid::at(text, 0, "the key `warroom`, the schema's number, is missing");
            missing.remedy = "begin the file with the line `warroom: 1`".into();
            missing.torn = !is_complete(text);
            return Err(missing);
        };
        for (key, value) in &mut values {
            if TEXTS.contains(&key.as_str()) && (value.is_number() || value.is_boolean()) {
                *value = Value::String(value.to_string());
            }
        }
        values.retain(|key, value| {
            !(SECTIONS.contains(&key.as_str()) && (value.is_null() || value.is_array()))
                && (!value.is_null() || key == "warroom")
        });
        if let Ok(incident) = serde_json::from_value::<Incident>(Value::Object(values.clone())) {
            self.incident = incident;
            return Ok(());
        }
        // One key at a time finds those that are to blame.
        let mut good = Map::new();
        for (key, value) in values {
            let mut alone = Map::new();
            alone.insert("warroom".into(), schema.into());
            alone.insert("id".into(), "INC-0".into());
            alone.insert(key.clone(), value.clone());
            match serde_json::from_value::<Incident>(Value::Object(alone)) {
                Ok(_) => drop(good.insert(key, value)),
                Err(error) => {
                    let at = layout.section(&key).map_or(0, |section| section.head);
                    let line = self.lines.of(text, at);
                    self.quarantine(&key, line, &error.to_string(), &text[at..]);
                }
            }
        }
        good.entry("id").or_insert_with(|| "".into());
        self.incident =
            serde_json::from_value(Value::Object(good)).map_err(|error| Invalid::at(text, 0, &error.to_string()))?;
        Ok(())
    }

    fn quarantine(&mut self, section: &str, line: usize, problem: &str, excerpt: &str) {
        let first = excerpt
            .lines()
            .find(|line| !line.trim_start().starts_with('#'))
            .unwrap_or_default();
        self.quarantined.push(Quarantined {
            section: section.to_owned(),
            line,
            problem: crate::text::one_line(problem.split(" at line ").next().unwrap_or(problem)).into_owned(),
            excerpt: crate::text::fit(&crate::text::one_line(first), 200, "…").into_owned(),
        });
    }

    /// One list: block by block, or as a whole where it could not be cut or a block is no YAML of its own.
    fn section<T: Entry>(
        &mut self,
        text: &str,
        layout: &mut Layout,
        index: usize,
        from: &[u32],
        before: Option<&Document>,
    ) -> Result<(), Invalid> {
        let old = Old::<T>::of(before);
        let section = &mut layout.sections[index];
        let span = section.head..section.span.end;
        if let Some(list) = section.list_mut() {
            let put_aside = self.quarantined.len();
            match self.list::<T>(text, list, from, &old) {
                Ok(()) => return Ok(()),
                Err(twice) if twice.problem.ends_with("stands twice") => return Err(twice),
                Err(invalid) => {
                    self.quarantined.truncate(put_aside);
                    if parse(&text[span.clone()]).is_err() {
                        return Err(invalid);
                    }
                    section.body = Body::Rough;
                }
            }
        }
        self.rough::<T>(text, &span, &old)
    }

    /// Block by block; what is the same as before keeps its entries.
    fn list<T: Entry>(
        &mut self,
        text: &str,
        list: &mut split::List,
        from: &[u32],
        old: &Old<T>,
    ) -> Result<(), Invalid> {
        let indent = list.indent;
        let mut entries: Vec<Arc<T>> = Vec::with_capacity(list.blocks.len());
        let mut fresh = Vec::new();
        let fresh_count = from.iter().filter(|from| **from == FRESH).count();
        let mut in_place = old.len() == list.blocks.len();
        let mut ahead = read_ahead::<T>(text, list, fresh_count);
        for (place, block) in list.blocks.iter_mut().enumerate() {
            let was = from.get(place).copied().filter(|from| *from != FRESH);
            if let Some(was) = was
                && let Some(entry) = old.at(was as usize)
            {
                in_place &= was as usize == place;
                entries.push(Arc::clone(entry));
                continue;
            }
            let body = &text[block.body()];
            match ahead
                .next()
                .unwrap_or_else(|| entry::read::<T>(body, indent).map(Arc::new))
            {
                Ok(entry) => {
                    block.id = id_hash(entry.id());
                    let known = old.with_id(block.id, fresh_count).filter(|known| **known == entry);
                    in_place &= known.is_some();
                    fresh.push(place);
                    entries.push(known.map_or(entry, Arc::clone));
                }
                Err(Trouble::Shape(problem)) => {
                    block.id = 0;
                    let line = self.lines.of(text, block.head as usize);
                    self.quarantine(T::SECTION, line, &problem, body);
                }
                Err(Trouble::Yaml(error)) => return Err(invalid(text, block.head as usize, &error)),
            }
        }
        if let Some(second) = list.doubled(&fresh) {
            let id = entries.iter().rev().find(|entry| id_hash(entry.id()) == second.id);
            let said = format!("the id `{}` stands twice", id.map_or("", |entry| entry.id()));
            return Err(twice(text, second.head as usize, &said));
        }
        list.in_order = entries.len() == list.blocks.len();
        self.same &= in_place && old.same_as(&entries);
        *T::list_mut(&mut self.incident) = entries;
        Ok(())
    }

    /// A list that could not be cut.
    fn rough<T: Entry>(&mut self, text: &str, span: &Range<usize>, old: &Old<T>) -> Result<(), Invalid> {
        let mut values = parse(&text[span.clone()]).map_err(|error| invalid(text, span.start, &error))?;
        let value = values.shift_remove(T::SECTION).unwrap_or_default();
        let line = self.lines.of(text, span.start);
        self.items::<T>(value, line);
        self.same &= old.same_values(T::list(&self.incident));
        Ok(())
    }

    fn items<T: Entry>(&mut self, value: Value, line: usize) {
        let items = match value {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            other => {
                self.quarantine(T::SECTION, line, "not a list", &other.to_string());
                Vec::new()
            }
        };
        for item in items {
            let shown = item.to_string();
            match entry::typed::<T>(item) {
                Ok(entry) => T::list_mut(&mut self.incident).push(Arc::new(entry)),
                Err(problem) => self.quarantine(T::SECTION, line, &problem, &shown),
            }
        }
    }

    /// A text that could not be cut.
    fn whole(&mut self, text: &str, layout: &Layout, mut values: Map<String, Value>) -> Result<(), Invalid> {
        let lists: Vec<(String, Value)> = SECTIONS
            .iter()
            .filter_map(|key| values.shift_remove(*key).map(|value| ((*key).to_owned(), value)))
            .collect();
        self.fields(text, layout, values)?;
        for (key, value) in lists {
            in_section!(key.as_str(), T => self.items::<T>(value, 1));
        }
        Ok(())
    }
}

/// All entries of a long list of which none is known, read on every core; nothing of any other.
fn read_ahead<T: Entry>(text: &str, list: &split::List, fresh: usize) -> std::vec::IntoIter<Result<Arc<T>, Trouble>> {
    if fresh < MANY || fresh < list.blocks.len() {
        return Vec::new().into_iter();
    }
    let read = |block: &split::Block| entry::read::<T>(&text[block.body()], list.indent).map(Arc::new);
    side_by_side::each(&list.blocks, read).into_iter()
}

/// The items of a section that are no entries, as they are: for who writes the section anew.
pub(super) fn strange_items<T: Entry>(text: &str) -> Vec<Value> {
    match parse(text).ok().and_then(|mut values| values.shift_remove(T::SECTION)) {
        Some(Value::Array(items)) => items
            .into_iter()
            .filter(|item| entry::typed::<T>(item.clone()).is_err())
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a text is a section of this name with so many members.
pub(super) fn is_list(text: &str, section: &str, members: usize) -> bool {
    let value = parse(text).ok().and_then(|mut values| values.shift_remove(section));
    matches!(value, Some(Value::Array(items)) if items.len() == members)
}

/// The fields of a text that could not be read as what they are called, as they are.
pub(super) fn strange_fields(text: &str, known: &Map<String, Value>) -> Map<String, Value> {
    let fields = parse(text).unwrap_or_default().into_iter();
    fields
        .filter(|(key, value)| !SECTIONS.contains(&key.as_str()) && !known.contains_key(key) && !value.is_null())
        .collect()
}

/// How the line begins that ends an incident file.
pub(super) const END: &str = "# end of ";

/// Whether a text ends with the line that ends an incident file. People put a comment behind it, which is no part of what it ends.
pub(super) fn is_complete(text: &str) -> bool {
    text.lines()
        .rev()
        .find(|line| !matches!(line.trim(), "" | "..." | "---") && (line.starts_with(END) || !line.starts_with('#')))
        .is_some_and(|line| line.starts_with(END))
}

/// Whether this version may write a file of this schema.
pub(super) fn is_newer(schema: u32) -> bool {
    schema > SCHEMA
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_are_counted_once() {
        let text = "a\nbb\n\nccc\n".repeat(1000);
        let mut lines = Lines::default();
        for (byte, _) in text.match_indices("ccc") {
            assert_eq!(lines.of(&text, byte), text[..byte].matches('\n').count() + 1);
        }
        assert!(lines.looked <= text.len(), "{}", lines.looked);
        assert_eq!(lines.of(&text, 0), 1);
    }
}
