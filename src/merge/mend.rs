//! Reading files that hold several versions at once: conflict markers that somebody committed, and what a union merge left
//! double. The versions are read and joined; a rescue copy is kept by who writes the result.

use super::{join, merge};
use crate::document::{Document, Invalid, doubles, markers};

/// Reads a text as an incident; `known` is a state to go by. The flag says that versions were joined.
///
/// # Errors
///
/// Where it cannot be read, and is not two readable versions in one.
pub fn read(text: &str, known: Option<&Document>) -> Result<(Document, bool), Invalid> {
    let parsed = match known {
        Some(known) => known.reparse(text),
        None => Document::parse(text),
    };
    match parsed {
        // Markers inside a block may be read as text of it, or as an entry nobody can read.
        Ok(document) if document.quarantined().is_empty() => Ok((document, false)),
        Ok(document) => Ok(sides(text)
            .or_else(|| readings(text))
            .map_or((document, false), |merged| (merged, true))),
        Err(invalid) => sides(text)
            .or_else(|| readings(text))
            .map(|merged| (merged, true))
            .ok_or(invalid),
    }
}

fn sides(text: &str) -> Option<Document> {
    if !text.contains("<<<<<<<") {
        return None;
    }
    let (ours, base, theirs) = markers::split(text)?;
    let side = |text: &str| Document::parse(text).ok().or_else(|| readings(text));
    let (ours, theirs) = (side(&ours)?, side(&theirs)?);
    let base = base.and_then(|base| side(&base));
    // Without a common state both sides count as new: nothing of either is dropped.
    Some(match base {
        Some(base) => merge(&base, &ours, &theirs).0,
        None => join(&ours, &theirs).0,
    })
}

fn readings(text: &str) -> Option<Document> {
    let mut readings = doubles::split(text)?.into_iter();
    let first = Document::parse(&readings.next()?).ok()?;
    readings.try_fold(first, |joined, reading| {
        let reading = joined.reparse(&reading).ok()?;
        Some(join(&joined, &reading).0)
    })
}
