//! From value to text: what differs is written anew, every other byte stays. Where a second document is at hand (a merge),
//! what it says in the very same words is taken as its bytes, with its comments.

mod found;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use self::found::{Nameless, Part, Places, Texts, said};
use super::split::{self, Block, Body, FRESH, Section, id_hash};
use super::{Document, block, comments, flow, lines, read, write};
use crate::incident::entry::in_section;
use crate::incident::{Entry, Event, Incident, SECTIONS};

/// The whole text of an incident that has none yet.
pub(super) fn whole(incident: &Incident) -> String {
    rewritten(incident, "")
}

/// The whole text of an incident; items and fields of `before`, a text that could not be cut, which are none of ours stay.
fn rewritten(incident: &Incident, before: &str) -> String {
    let mut out = String::new();
    let mut fields = fields(incident);
    if !before.is_empty() {
        fields.extend(read::strange_fields(before, &fields));
    }
    write::fields(&mut out, 0, &fields, "\n");
    for section in SECTIONS {
        in_section!(*section, T => section_text::<T>(&mut out, incident, before, "\n"));
    }
    out.push_str(&format!("{}{}\n", read::END, incident.id));
    out
}

/// One list with its key; items of `before`, the section's old text, that are no entries stay.
fn section_text<T: Entry>(out: &mut String, incident: &Incident, before: &str, eol: &str) {
    let entries = T::list(incident);
    let strange = if before.is_empty() {
        Vec::new()
    } else {
        read::strange_items::<T>(before)
    };
    if entries.is_empty() && strange.is_empty() {
        return;
    }
    out.push_str(&format!("{}:{eol}", T::SECTION));
    for entry in entries {
        write::item(out, 0, &Value::Object(map(entry.as_ref())), eol);
    }
    for item in strange {
        write::item(out, 0, &item, eol);
    }
}

fn map<T: Entry>(entry: &T) -> Map<String, Value> {
    match serde_json::to_value(entry) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// Everything but the lists, as it is written.
fn fields(incident: &Incident) -> Map<String, Value> {
    match serde_json::to_value(incident.bare()) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The text of `document` with `incident` as its value. `other` is the second side of a merge, with the text that both
/// come from, where that is known.
pub(super) fn text(document: &Document, incident: &Incident, other: Option<(&Document, Option<&Document>)>) -> String {
    if !document.layout.clean {
        return rewritten(incident, &document.text);
    }
    let first_line = document.text.lines().next().map_or(0, str::len);
    let eol = if document.text[first_line..].starts_with("\r\n") || document.text[..first_line].ends_with('\r') {
        "\r\n"
    } else {
        "\n"
    };
    let mut edits = Edits {
        document,
        other: other.filter(|(other, _)| other.layout.clean).map(|(side, base)| Other {
            side,
            base: base.filter(|base| base.layout.clean),
        }),
        eol,
        changes: Vec::new(),
    };
    edits.around();
    edits.head(incident);
    for section in SECTIONS {
        in_section!(*section, T => edits.list::<T>(incident));
    }
    edits.apply(incident)
}

/// The second side of a merge.
#[derive(Clone, Copy)]
struct Other<'a> {
    side: &'a Document,
    base: Option<&'a Document>,
}

impl Other<'_> {
    /// Which of two texts of one value stands: the one that was touched; of two the greater, whoever asks.
    fn is_theirs(ours: &str, theirs: &str, base: Option<&str>) -> bool {
        match base {
            Some(base) if base == theirs => false,
            Some(base) if base == ours => true,
            _ => theirs > ours,
        }
    }
}

struct Edits<'a> {
    document: &'a Document,
    other: Option<Other<'a>>,
    eol: &'static str,
    /// What stands in the place of a range of the old text, with the order of those at one place.
    changes: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    fn section(&self, key: &str) -> Option<&'a Section> {
        self.document.layout.section(key)
    }

    /// What has to stand before a text that is put in at a place: a line end, where the line before has none.
    fn line_end_at(&self, at: usize) -> &'static str {
        if at > 0 && !self.document.text[..at].ends_with('\n') {
            self.eol
        } else {
            ""
        }
    }

    fn insert(&mut self, at: usize, text: &str) {
        let text = format!("{}{text}", self.line_end_at(at));
        self.changes.push((at..at, text));
    }

    /// What stands before and behind the document: of two texts the one that was touched.
    fn around(&mut self) {
        let Some(other) = self.other else { return };
        let part = |document: &'a Document, before: bool| {
            let layout = &document.layout;
            if before {
                &document.text[..layout.start]
            } else {
                &document.text[layout.end..]
            }
        };
        for before in [true, false] {
            let (ours, theirs) = (part(self.document, before), part(other.side, before));
            let taken = ours != theirs && Other::is_theirs(ours, theirs, other.base.map(|base| part(base, before)));
            let fits = theirs.is_empty() || theirs.ends_with('\n') && theirs.contains('\r') == (self.eol == "\r\n");
            if taken && fits && (before || read::is_complete(theirs)) {
                let layout = &self.document.layout;
                let place = if before {
                    0..layout.start
                } else {
                    layout.end..self.document.text.len()
                };
                self.changes.push((place, theirs.to_owned()));
            }
        }
    }

    /// All that is not a list.
    fn head(&mut self, incident: &Incident) {
        let is_new = self.document.incident.bare() != incident.bare();
        if !is_new && self.other.is_none() {
            return;
        }
        let (old, new) = (fields(&self.document.incident), fields(incident));
        let theirs = self.other.map(|other| fields(&other.side.incident)).unwrap_or_default();
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            if let Some(section) = self.section(key) {
                let span = section.head..section.span.end;
                let left = comments::kept(&self.document.text[span.clone()], String::new(), self.eol);
                self.changes.push((span, left));
            }
        }
        let mut after = self.document.layout.start;
        for (key, value) in &new {
            let found = self.section(key);
            let ours_says_it = old.get(key) == Some(value);
            let theirs_says_it = theirs.get(key) == Some(value);
            let text_of_theirs = theirs_says_it
                .then(|| self.text_of_theirs(key, found, ours_says_it))
                .flatten();
            if let Some(text) = text_of_theirs {
                match found {
                    Some(section) => self.changes.push((section.span.clone(), text)),
                    None => self.insert(after, &text),
                }
            } else if !ours_says_it {
                let mut out = String::new();
                write::field(&mut out, 0, key, value, self.eol);
                match found {
                    Some(section) => {
                        let span = section.head..section.span.end;
                        let out = comments::kept(&self.document.text[span.clone()], out, self.eol);
                        self.changes.push((span, out));
                    }
                    None => self.insert(after, &out),
                }
            }
            after = found.map_or(after, |section| section.span.end);
        }
    }

    /// The other side's bytes of a field that it says the value of, where they are to be taken.
    fn text_of_theirs(&self, key: &str, ours: Option<&Section>, ours_says_it: bool) -> Option<String> {
        let other = self.other?;
        let span = |document: &'a Document| {
            document
                .layout
                .section(key)
                .map(|section| &document.text[section.span.clone()])
        };
        let theirs = span(other.side)?;
        let ours = ours.map(|section| &self.document.text[section.span.clone()]);
        let taken = match ours {
            Some(ours) if ours_says_it => ours != theirs && Other::is_theirs(ours, theirs, other.base.and_then(span)),
            _ => true,
        };
        (taken && theirs.ends_with('\n') && theirs.contains('\r') == (self.eol == "\r\n")).then(|| theirs.to_owned())
    }

    fn list<T: Entry>(&mut self, incident: &Incident) {
        let (old, new) = (T::list(&self.document.incident), T::list(incident));
        let same_start = old.iter().zip(new).take_while(|(a, b)| Arc::ptr_eq(a, b)).count();
        let same_end = old[same_start..]
            .iter()
            .rev()
            .zip(new[same_start..].iter().rev())
            .take_while(|(a, b)| Arc::ptr_eq(a, b))
            .count();
        let section = self.section(T::SECTION);
        let Some((section, list)) = section.and_then(|section| section.list().map(|list| (section, list))) else {
            if old != new {
                self.new_section::<T>(incident);
            }
            return;
        };
        let part = Part {
            section,
            list,
            same: same_start,
            before: same_start.checked_sub(1).map(|place| new[place].id()),
            gone: &old[same_start..old.len() - same_end],
            come: &new[same_start..new.len() - same_end],
        };
        let texts = Texts::<T>::of(self, list);
        let mut written = HashSet::new();
        if !(part.gone.is_empty() && part.come.is_empty()) {
            self.entries(&part, texts.as_ref(), &mut written);
        }
        if let Some(texts) = texts {
            let changes = texts.words(self.document, list, new, &written);
            self.changes.extend(changes);
        }
    }

    /// The entries of a list that differ: `gone` from the place `same` on, and what is there now.
    fn entries<T: Entry>(&mut self, part: &Part<'_, T>, texts: Option<&Texts<'_, T>>, written: &mut HashSet<u64>) {
        let (text, list) = (&self.document.text, part.list);
        let mut was: HashMap<&str, (&Arc<T>, Option<&Block>)> = HashMap::new();
        let mut nameless = Nameless::default();
        let mut without_id = None;
        let places = Places::of(list, part.gone.len() + part.come.len());
        for (place, entry) in part.gone.iter().enumerate() {
            let block = if list.in_order {
                list.blocks.get(part.same + place)
            } else if entry.id().is_empty() {
                let blocks = without_id.get_or_insert_with(|| part.without_id(text));
                said(&**entry).and_then(|said| blocks.get_mut(&said)?.pop_front())
            } else {
                places.find(list, entry.id())
            };
            if entry.id().is_empty() {
                nameless.push(entry, block);
            } else {
                was.insert(entry.id(), (entry, block));
            }
        }
        let mut after = part.start(text, &places);
        let mut changes = Vec::new();
        for entry in part.come {
            // An entry that a person wrote without an id is the one that says the same.
            let found = was.remove(entry.id()).or_else(|| nameless.take(entry.title()));
            let theirs = texts.and_then(|texts| texts.text_of(entry));
            if let Some((old, Some(block))) = found {
                after = block.end as usize;
                if Arc::ptr_eq(old, entry) || **old == **entry {
                    continue;
                }
                written.insert(id_hash(entry.id()));
                changes.push(if let Some(theirs) = theirs {
                    (block.span(), theirs.to_owned())
                } else {
                    let lines = &text[block.body()];
                    let new = block::text(lines, list.indent, &map(old.as_ref()), &map(entry.as_ref()), self.eol);
                    (block.body(), new)
                });
            } else {
                written.insert(id_hash(entry.id()));
                let mut out = String::new();
                match theirs {
                    Some(theirs) => out.push_str(theirs),
                    None => write::item(&mut out, list.indent, &Value::Object(map(entry.as_ref())), self.eol),
                }
                let at = if T::SECTION == Event::SECTION {
                    after
                } else {
                    part.section.span.end
                };
                changes.push((at..at, format!("{}{out}", self.line_end_at(at))));
            }
        }
        let left = was.into_values().chain(nameless.rest()).filter_map(|(_, block)| block);
        changes.extend(left.map(|block| (block.span(), String::new())));
        self.changes.extend(changes);
    }

    /// A list that the file does not have yet, before the first of those that come after it; or one that could not be cut.
    fn new_section<T: Entry>(&mut self, incident: &Incident) {
        let mut out = String::new();
        if let Some(old) = self.section(T::SECTION) {
            let span = old.head..old.span.end;
            let text = &self.document.text[span.clone()];
            let kept = self.grown::<T>(incident, text);
            let out = kept.unwrap_or_else(|| {
                section_text::<T>(&mut out, incident, text, self.eol);
                comments::kept(text, out, self.eol)
            });
            self.changes.push((span, out));
            return;
        }
        section_text::<T>(&mut out, incident, "", self.eol);
        if let Some(other) = self.other
            && let Some(section) = other.side.layout.section(T::SECTION)
            && T::list(&other.side.incident) == T::list(incident)
            && section.list().is_some_and(|list| list.in_order)
        {
            let theirs = &other.side.text[section.span.clone()];
            if theirs.ends_with('\n') && theirs.contains('\r') == (self.eol == "\r\n") {
                theirs.clone_into(&mut out);
            }
        }
        let later = SECTIONS
            .iter()
            .skip_while(|key| **key != T::SECTION)
            .skip(1)
            .filter_map(|key| self.section(key))
            .map(|section| section.span.start)
            .min();
        self.insert(later.unwrap_or(self.document.layout.end), &out);
    }

    /// A section that could not be cut with nothing but further entries: a flow list grows in its style, one that is empty
    /// becomes a list.
    fn grown<T: Entry>(&self, incident: &Incident, text: &str) -> Option<String> {
        let (old, new) = (T::list(&self.document.incident), T::list(incident));
        let known: HashMap<&str, &Arc<T>> = old.iter().map(|entry| (entry.id(), entry)).collect();
        let more: Vec<&Arc<T>> = new.iter().filter(|entry| !known.contains_key(entry.id())).collect();
        let same = |entry: &&Arc<T>| known.get(entry.id()).is_some_and(|known| **known == **entry);
        if more.len() + old.len() != new.len() || new.iter().filter(same).count() != old.len() {
            return None;
        }
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let (_, value) = lines::key_of(first)?;
        let bare = value.find(" #").map_or(value, |comment| value[..comment].trim_end());
        if matches!(bare, "[]" | "[ ]" | "null" | "~" | "Null" | "NULL") {
            let place = first.rfind(bare)?;
            let head = format!("{}{}", first[..place].trim_end(), &first[place + bare.len()..]);
            let mut out = format!("{}{}", head.trim_end_matches('\r'), self.eol);
            for entry in more {
                write::item(&mut out, 0, &Value::Object(map(entry.as_ref())), self.eol);
            }
            return Some(out + rest);
        }
        let values: Vec<Value> = more.iter().map(|entry| Value::Object(map(entry.as_ref()))).collect();
        let grown = flow::appended(text, &values)?;
        read::is_list(&grown, T::SECTION, new.len() + read::strange_items::<T>(text).len()).then_some(grown)
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
        if !read::is_complete(&out) {
            if !out.ends_with('\n') {
                out.push_str(self.eol);
            }
            // Someone added lines behind it: it moves to the end.
            let end = format!("{}{}{}", read::END, incident.id, self.eol);
            out = out.replace(&format!("\n{end}"), "\n");
            out.push_str(&end);
        }
        out
    }
}

/// Puts the entries' ids to the blocks of a text that was made from `before` and says `incident`.
pub(super) fn numbered(
    mut cut: split::Cut,
    text: &str,
    before: Option<&Document>,
    incident: &Incident,
) -> split::Layout {
    for (section, from) in cut.layout.sections.iter_mut().zip(&cut.from) {
        let key = section.key.clone();
        let Body::List(list) = &mut section.body else { continue };
        for (block, _) in list.blocks.iter_mut().zip(from).filter(|(_, from)| **from == FRESH) {
            block.id = id_hash(block::id(&text[block.body()]));
        }
        in_section!(key.as_str(), T => {
            let old = super::list::Old::<T>::of(before);
            let entries = T::list(incident);
            list.in_order = entries.len() == list.blocks.len()
                && entries.iter().zip(list.blocks.iter().zip(from)).all(|(entry, (block, from))| {
                    let was = (*from != FRESH).then(|| old.at(*from as usize)).flatten();
                    was.is_some_and(|was| Arc::ptr_eq(was, entry)) || block.id == id_hash(entry.id())
                });
        });
    }
    cut.layout
}
