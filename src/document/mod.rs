//! The lossless incident document: text cut into sections and blocks, each with its hash and parsed value.
//! The only place that names `serde_yaml`.

pub mod yaml;

use std::sync::Arc;

use crate::incident::Incident;

/// An incident file as text and as value. Cheap to clone; equal text means equal documents.
#[derive(Clone, Debug)]
pub struct Document {
    text: Arc<str>,
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
        let _ = text;
        todo!()
    }

    /// Reads a file's text given the previous document: only blocks whose text changed are parsed, and unchanged
    /// entries keep their `Arc`s.
    pub fn reparse(&self, text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }

    /// A new file for a new incident, with its schema line and its end line.
    pub fn create(incident: Arc<Incident>) -> Self {
        let _ = incident;
        todo!()
    }

    /// This document with `incident` as its value: only blocks whose value differs are written anew, and in those only
    /// the fields that differ; every other byte stays. Entries are compared by address first.
    #[must_use]
    pub fn with(&self, incident: Arc<Incident>) -> Self {
        let _ = incident;
        todo!()
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
}
