//! The lossless incident document: text cut into sections and blocks, each with its hash and parsed value.
//! The only place that names `serde_yaml`.

mod block;
mod bomb;
mod check;
mod comments;
pub mod doubles;
mod edit;
pub(crate) mod entry;
mod fast;
mod flow;
mod lines;
mod list;
pub mod markers;
mod nesting;
mod once;
mod own_form;
mod read;
mod refuse;
mod split;
mod value;
mod write;
pub mod yaml;

use std::sync::Arc;

pub use check::{Problem, check, with_more};

use split::Layout;

use crate::incident::entry::in_section;
use crate::incident::{Entry, Incident, SECTIONS};

/// An incident file as text and as value. Cheap to clone; equal text means equal documents.
#[derive(Clone, Debug)]
pub struct Document {
    text: Arc<str>,
    layout: Arc<Layout>,
    incident: Arc<Incident>,
    quarantined: Arc<[Quarantined]>,
}

/// An entry or field that could not be read. Its bytes stay in the file; the rest of the incident is usable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// `timeline`, or the top-level key.
    pub section: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong, in a few words.
    pub problem: String,
    /// The bytes, cut to a bound.
    pub excerpt: String,
}

/// Why a whole file cannot be read. It is never written over.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct Invalid {
    /// What is wrong, one clause.
    pub problem: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The offending line, cut to a bound.
    pub excerpt: String,
    /// What to do.
    pub remedy: String,
    /// Whether the file looks cut off (no end line).
    pub torn: bool,
    /// Set where the file has a newer schema and may be shown, not written.
    pub newer_schema: Option<u32>,
}

impl Document {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        read::read(text, None)
    }

    /// Reads a file's text given the previous document: only blocks whose text changed are parsed, and unchanged
    /// entries keep their `Arc`s.
    pub fn reparse(&self, text: &str) -> Result<Self, Invalid> {
        if *self.text == *text {
            Ok(self.clone())
        } else {
            read::read(text, Some(self))
        }
    }

    /// A new file for a new incident, with its schema line and its end line.
    pub fn create(incident: Arc<Incident>) -> Self {
        Self::made(edit::whole(&incident), None, incident)
    }

    /// This document with `incident` as its value: only blocks whose value differs are written anew, and in those only
    /// the fields that differ; every other byte stays. Entries are compared by address first.
    #[must_use]
    pub fn with(&self, incident: Arc<Incident>) -> Self {
        if self.says(&incident) {
            return Self {
                incident,
                ..self.clone()
            };
        }
        Self::made(edit::text(self, &incident, None), Some(self), incident)
    }

    /// This document with `incident` as its value, a merge of this and `other`, which both come from `base` where that is
    /// known: what `other` says in exactly these words is taken as its bytes, with its comments.
    #[must_use]
    pub fn with_text_of(&self, incident: Arc<Incident>, base: Option<&Self>, other: &Self) -> Self {
        Self::made(edit::text(self, &incident, Some((other, base))), Some(self), incident)
    }

    /// Whether this is the document's value already.
    pub fn says(&self, incident: &Arc<Incident>) -> bool {
        Arc::ptr_eq(&self.incident, incident)
            || (self.incident.bare() == incident.bare()
                && SECTIONS.iter().all(|key| {
                    let same = in_section!(*key, T => {
                        let (ours, theirs) = (T::list(&self.incident), T::list(incident));
                        ours.len() == theirs.len()
                            && ours.iter().zip(theirs).all(|(a, b)| Arc::ptr_eq(a, b) || a == b)
                    });
                    same == Some(true)
                }))
    }

    /// A text that this program has just made from `before`, and its value.
    fn made(text: String, before: Option<&Self>, incident: Arc<Incident>) -> Self {
        let cut = split::split(&text, before.map(|before| (before.text(), &*before.layout)));
        let layout = edit::numbered(cut, &text, before, &incident);
        Self {
            text: text.into(),
            layout: Arc::new(layout),
            incident,
            quarantined: before.map_or_else(|| [].into(), |before| Arc::clone(&before.quarantined)),
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value.
    pub fn incident(&self) -> &Arc<Incident> {
        &self.incident
    }

    /// Entries and fields that could not be read.
    pub fn quarantined(&self) -> &[Quarantined] {
        &self.quarantined
    }

    /// Whether the line that ends a file is there; a file without it may have been cut off.
    pub fn complete(&self) -> bool {
        read::is_complete(&self.text)
    }

    /// Whether whole lines stand behind the line that ends a file: someone added them, and nothing was cut off.
    pub fn was_added_to(&self) -> bool {
        self.text.ends_with('\n') && self.text.lines().any(|line| line.starts_with(read::END))
    }

    /// The schema, where it is newer than this program: the file may be read, not written.
    pub fn newer_schema(&self) -> Option<u32> {
        read::is_newer(self.incident.warroom).then_some(self.incident.warroom)
    }
}

impl Invalid {
    /// What is wrong at a byte of a text.
    pub(crate) fn at(text: &str, byte: usize, problem: &str) -> Self {
        let mut byte = byte.min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[start..].lines().next().unwrap_or_default();
        Self {
            problem: crate::text::one_line(problem).into_owned(),
            line: text[..start].matches('\n').count() + 1,
            column: text[start..byte].chars().count() + 1,
            excerpt: crate::text::fit(&crate::text::one_line(line), 200, "…").into_owned(),
            remedy: "repair that line in an editor; the last good state stays open and nothing is lost".into(),
            torn: !read::is_complete(text),
            newer_schema: None,
        }
    }
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
