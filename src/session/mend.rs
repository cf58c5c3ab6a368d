//! Files with conflict markers that somebody committed: the sides are read and merged; a rescue copy is kept when the
//! result is written.

use crate::document::{Document, Invalid, markers};
use crate::merge;

/// Reads a text as an incident; `known` is a state to go by. The flag says that conflict markers were taken apart.
pub fn read(text: &str, known: Option<&Document>) -> Result<(Document, bool), Invalid> {
    let parsed = match known {
        Some(known) => known.reparse(text),
        None => Document::parse(text),
    };
    match parsed {
        // Markers inside a block may be read as text of it, or as an entry nobody can read.
        Ok(document) if document.quarantined().is_empty() => Ok((document, false)),
        Ok(document) => Ok(sides(text).map_or((document, false), |merged| (merged, true))),
        Err(invalid) => sides(text).map(|merged| (merged, true)).ok_or(invalid),
    }
}

fn sides(text: &str) -> Option<Document> {
    if !text.contains("<<<<<<<") {
        return None;
    }
    let (ours, base, theirs) = markers::split(text)?;
    let ours = Document::parse(&ours).ok()?;
    let theirs = ours.reparse(&theirs).ok()?;
    let base = base.and_then(|base| ours.reparse(&base).ok());
    // Without a common state both sides count as new: nothing of either is dropped.
    Some(match base {
        Some(base) => merge::merge(&base, &ours, &theirs).0,
        None => join(&ours, &theirs),
    })
}

/// Two states without a common base: all that is in either.
pub fn join(ours: &Document, theirs: &Document) -> Document {
    merge::join(ours, theirs).0
}
