//! From text to value: block by block where the text could be cut, as a whole where it could not.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::split::{self, Layout};
use super::{Document, Invalid, Quarantined, fast};
use crate::incident::entry::in_section;
use crate::incident::{Entry, Event, Incident, SCHEMA, SECTIONS};

/// Largest file that is read, in bytes.
pub const LARGEST: usize = 64 << 20;

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

/// Reads a text, taking over what `before` already knows.
pub fn read(text: &str, before: Option<&Document>) -> Result<Document, Invalid> {
    refuse(text)?;
    let mut layout = split::split(text);
    let mut found = Found::default();
    if layout.clean {
        let mut head = String::new();
        let mut starts = Vec::new();
        for section in layout.sections.iter().filter(|section| section.list.is_none()) {
            starts.push((head.len(), section.head));
            head.push_str(&text[section.head..section.span.end]);
            if !head.ends_with('\n') {
                head.push('\n');
            }
        }
        let values = parse(&head).map_err(|error| {
            let offset = error.location().map_or(0, |at| at.index());
            let (from, origin) = starts
                .iter()
                .rev()
                .find(|(from, _)| *from <= offset)
                .copied()
                .unwrap_or_default();
            invalid(text, origin + (offset - from), &error)
        })?;
        found.head(text, &layout, values)?;
        for index in 0..layout.sections.len() {
            let key = layout.sections[index].key.clone();
            in_section!(key.as_str(), T => found.list::<T>(text, &mut layout, index, before)?);
        }
    } else {
        let values = parse(text).map_err(|error| invalid(text, error.location().map_or(0, |at| at.index()), &error))?;
        found.whole(text, &layout, values)?;
    }
    let mut incident = found.incident;
    if !incident.timeline.is_sorted_by(|a, b| (a.at, &a.id) <= (b.at, &b.id)) {
        incident.timeline.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    }
    let incident = match before {
        Some(before) if **before.incident() == incident => Arc::clone(before.incident()),
        _ => Arc::new(incident),
    };
    Ok(Document {
        text: text.into(),
        layout: Arc::new(layout),
        incident,
        quarantined: found.quarantined.into(),
    })
}

/// What no incident file may be.
fn refuse(text: &str) -> Result<(), Invalid> {
    let at = |byte: usize, problem: &str, remedy: &str| {
        let mut invalid = Invalid::at(text, byte, problem);
        remedy.clone_into(&mut invalid.remedy);
        invalid
    };
    if text.len() > LARGEST {
        return Err(at(
            0,
            "the file is larger than 64 MiB",
            "take the last good state from git",
        ));
    }
    let content = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    if content.clone().next().is_none()
        || content
            .clone()
            .all(|line| line == "null" || line == "~" || line == "---")
    {
        let mut torn = at(
            0,
            "the file is empty",
            "take the last good state from git, or save it from an open console",
        );
        torn.torn = true;
        return Err(torn);
    }
    if let Some(byte) = text.find('\0') {
        return Err(at(
            byte,
            "a NUL byte",
            "remove it, or take the last good state from git",
        ));
    }
    let mut offset = 0;
    let mut literal: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let body = bare.trim_start_matches(' ');
        let indent = bare.len() - body.len();
        let place = offset + indent;
        offset += line.len();
        if literal.is_some_and(|outer| indent > outer || body.is_empty()) {
            continue;
        }
        literal = None;
        if ["<<<<<<< ", "=======", ">>>>>>> ", "||||||| "]
            .iter()
            .any(|mark| bare.starts_with(mark))
        {
            return Err(at(
                place,
                "a conflict marker",
                "keep what is right of both sides and remove the markers",
            ));
        }
        if (bare == "---" || bare.starts_with("--- ") || bare == "..." || bare.starts_with('%')) && place > 0 {
            return Err(at(
                place,
                "a second YAML document",
                "an incident file holds one; remove the rest",
            ));
        }
        if body.starts_with('#') {
            continue;
        }
        if body.starts_with('\t') {
            return Err(at(place, "a tab used to indent", "indent with blanks"));
        }
        let value = body.strip_prefix("- ").unwrap_or(body).trim_start();
        let value = match value.split_once(": ") {
            Some((key, value)) if !key.contains(['"', '\'']) => value.trim_start(),
            _ => value,
        };
        if value.starts_with(['&', '*', '!']) {
            return Err(at(
                place,
                "an anchor, alias or tag",
                "write the value out, or put it in quotes",
            ));
        }
        let depth = value
            .bytes()
            .take_while(|b| matches!(b, b'[' | b'{' | b' ' | b'-'))
            .count();
        if depth > 64 || indent > 256 {
            return Err(at(place, "nested too deep", "an incident file needs three levels"));
        }
        if matches!(value.trim_end_matches(['+', '-']), "|" | ">") || body.ends_with(": |") || body.ends_with(": |-") {
            literal = Some(indent);
        }
    }
    Ok(())
}

/// One text as a map of top-level keys; the later of two equal keys counts (a union merge leaves such).
fn parse(text: &str) -> Result<Map<String, Value>, serde_yaml::Error> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    match serde_yaml::from_str::<Value>(text)? {
        Value::Object(map) => Ok(map),
        _ => Err(serde::de::Error::custom("an incident file is a map of keys")),
    }
}

fn invalid(text: &str, byte: usize, error: &serde_yaml::Error) -> Invalid {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    Invalid::at(text, byte.min(text.len()), said)
}

/// What has been read so far.
#[derive(Default)]
struct Found {
    incident: Incident,
    quarantined: Vec<Quarantined>,
}

impl Found {
    /// Everything but the lists.
    fn head(&mut self, text: &str, layout: &Layout, mut values: Map<String, Value>) -> Result<(), Invalid> {
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
        let line = |key: &str| {
            let at = layout
                .sections
                .iter()
                .find(|section| section.key == key)
                .map_or(0, |section| section.head);
            (text[..at].matches('\n').count() + 1, at)
        };
        if let Ok(incident) = serde_json::from_value::<Incident>(Value::Object(values.clone())) {
            self.incident = incident;
        } else {
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
                        let (line, at) = line(&key);
                        self.quarantine(&key, line, &error.to_string(), &text[at..]);
                    }
                }
            }
            good.entry("id").or_insert_with(|| "".into());
            self.incident = serde_json::from_value(Value::Object(good))
                .map_err(|error| Invalid::at(text, 0, &error.to_string()))?;
        }
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

    /// One list, block by block; blocks that `before` holds with the same text keep their entries.
    fn list<T: Entry>(
        &mut self,
        text: &str,
        layout: &mut Layout,
        index: usize,
        before: Option<&Document>,
    ) -> Result<(), Invalid> {
        let Some(list) = &mut layout.sections[index].list else {
            return Ok(());
        };
        let mut known = Known::<T>::of(before);
        let mut entries: Vec<Arc<T>> = Vec::with_capacity(list.blocks.len());
        let mut ids: HashMap<Box<str>, usize> = HashMap::new();
        for block in &mut list.blocks {
            if let Some(entry) = known.take(block.hash) {
                block.id = entry.id().into();
                entries.push(entry);
            } else {
                let body = &text[block.span.clone()];
                match entry::<T>(&text[block.head..block.span.end], list.indent) {
                    Ok(entry) => {
                        block.id = entry.id().into();
                        entries.push(Arc::new(entry));
                    }
                    Err(Trouble::Shape(problem)) => {
                        let line = text[..block.head].matches('\n').count() + 1;
                        self.quarantine(T::SECTION, line, &problem, &text[block.head..block.span.end]);
                    }
                    Err(Trouble::Yaml(error)) => {
                        let offset = error.location().map_or(0, |at| at.index());
                        return Err(invalid(text, block.head + offset.min(body.len()), &error));
                    }
                }
            }
        }
        // Two entries with one id: the same twice is one; otherwise the first stands and the second is shown apart.
        entries.retain(|entry| {
            let again = !entry.id().is_empty() && ids.insert(entry.id().into(), 0).is_some();
            if again {
                self.quarantined.push(Quarantined {
                    section: T::SECTION.to_owned(),
                    line: 0,
                    problem: format!("the id {} stands twice", entry.id()),
                    excerpt: entry.title().chars().take(200).collect(),
                });
            }
            !again
        });
        *T::list_mut(&mut self.incident) = entries;
        Ok(())
    }

    /// A text that could not be cut.
    fn whole(&mut self, text: &str, layout: &Layout, mut values: Map<String, Value>) -> Result<(), Invalid> {
        let lists: Vec<(String, Value)> = SECTIONS
            .iter()
            .filter_map(|key| values.shift_remove(*key).map(|value| ((*key).to_owned(), value)))
            .collect();
        self.head(text, layout, values)?;
        for (key, value) in lists {
            let items = match value {
                Value::Array(items) => items,
                Value::Null => Vec::new(),
                other => {
                    self.quarantine(&key, 1, "not a list", &other.to_string());
                    Vec::new()
                }
            };
            in_section!(key.as_str(), T => {
                for item in items {
                    let shown = item.to_string();
                    match typed::<T>(item) {
                        Ok(entry) => T::list_mut(&mut self.incident).push(Arc::new(entry)),
                        Err(problem) => self.quarantine(T::SECTION, 1, &problem, &shown),
                    }
                }
            });
        }
        Ok(())
    }
}

/// Entries of the document before, by the hash of their text. In order they are found without looking.
struct Known<T> {
    old: Vec<(u64, Arc<T>)>,
    next: usize,
    by_hash: Option<HashMap<u64, usize>>,
}

impl<T: Entry> Known<T> {
    fn of(before: Option<&Document>) -> Self {
        let mut old = Vec::new();
        if let Some(before) = before
            && let Some(list) = before
                .layout
                .sections
                .iter()
                .find(|s| s.key == T::SECTION)
                .and_then(|s| s.list.as_ref())
        {
            let entries = T::list(&before.incident);
            let in_order =
                entries.len() == list.blocks.len() && entries.iter().zip(&list.blocks).all(|(e, b)| e.id() == &*b.id);
            if in_order {
                old = list
                    .blocks
                    .iter()
                    .zip(entries)
                    .map(|(block, entry)| (block.hash, Arc::clone(entry)))
                    .collect();
            } else {
                let by_id: HashMap<&str, &Arc<T>> = entries.iter().map(|entry| (entry.id(), entry)).collect();
                old = list
                    .blocks
                    .iter()
                    .filter(|block| !block.id.is_empty())
                    .filter_map(|block| by_id.get(&*block.id).map(|entry| (block.hash, Arc::clone(entry))))
                    .collect();
            }
        }
        Self {
            old,
            next: 0,
            by_hash: None,
        }
    }

    fn take(&mut self, hash: u64) -> Option<Arc<T>> {
        for ahead in self.next..(self.next + 2).min(self.old.len()) {
            if self.old[ahead].0 == hash {
                self.next = ahead + 1;
                return Some(Arc::clone(&self.old[ahead].1));
            }
        }
        if self.old.is_empty() {
            return None;
        }
        let old = &self.old;
        let by_hash = self.by_hash.get_or_insert_with(|| {
            old.iter()
                .enumerate()
                .map(|(place, (hash, _))| (*hash, place))
                .collect()
        });
        let place = *by_hash.get(&hash)?;
        self.next = place + 1;
        Some(Arc::clone(&self.old[place].1))
    }
}

enum Trouble {
    /// YAML, but not an entry.
    Shape(String),
    /// Not YAML.
    Yaml(serde_yaml::Error),
}

/// One block as an entry.
fn entry<T: Entry>(block: &str, indent: usize) -> Result<T, Trouble> {
    if T::SECTION == Event::SECTION
        && let Some(event) = fast::event(block, indent)
        && let Some(entry) = (&event as &dyn std::any::Any).downcast_ref::<T>()
    {
        return Ok(entry.clone());
    }
    if let Ok(mut list) = serde_yaml::from_str::<Vec<T>>(block)
        && list.len() == 1
    {
        return list.pop().ok_or_else(|| Trouble::Shape("empty".into()));
    }
    let mut list = serde_yaml::from_str::<Vec<Value>>(block).map_err(Trouble::Yaml)?;
    typed(list.pop().unwrap_or_default()).map_err(Trouble::Shape)
}

/// An entry as a person may have written it: without id, time or author, or as a bare line.
fn typed<T: Entry>(value: Value) -> Result<T, String> {
    let first = match serde_json::from_value::<T>(value.clone()) {
        Ok(entry) => return Ok(entry),
        Err(error) => error.to_string(),
    };
    let mut map = match value {
        Value::Object(map) => map,
        Value::String(line) if T::SECTION == Event::SECTION => {
            Map::from_iter([("text".to_owned(), Value::String(line))])
        }
        _ => return Err(first),
    };
    for (key, value) in &mut map {
        if (value.is_number() || value.is_boolean()) && !matches!(key.as_str(), "pinned" | "supports" | "id") {
            *value = Value::String(value.to_string());
        }
    }
    let epoch = crate::incident::Time::default().to_string();
    for (key, default) in [
        ("id", ""),
        ("at", epoch.as_str()),
        ("since", epoch.as_str()),
        ("kind", "note"),
        ("state", "open"),
    ] {
        map.entry(key).or_insert_with(|| default.into());
    }
    let mut entry = serde_json::from_value::<T>(Value::Object(map.clone())).map_err(|_| first.clone());
    if entry.is_ok() {
        // Keys that the kind of entry does not have were only offered.
        let kept = serde_json::to_value(entry.as_ref().map_err(Clone::clone)?).unwrap_or_default();
        for (key, default) in [
            ("since", epoch.as_str()),
            ("kind", "note"),
            ("state", "open"),
            ("at", epoch.as_str()),
        ] {
            if map.get(key).and_then(Value::as_str) == Some(default) {
                let mut without = map.clone();
                without.shift_remove(key);
                if let Ok(smaller) = serde_json::from_value::<T>(Value::Object(without.clone()))
                    && serde_json::to_value(&smaller).ok().as_ref() != Some(&kept)
                {
                    map = without;
                    entry = Ok(smaller);
                }
            }
        }
    }
    entry
}

/// Whether a text ends with the line that ends an incident file.
pub fn is_complete(text: &str) -> bool {
    text.trim_end()
        .lines()
        .next_back()
        .is_some_and(|line| line.starts_with("# end of "))
}

/// Whether this version may write a file of this schema.
pub fn is_newer(schema: u32) -> bool {
    schema > SCHEMA
}
