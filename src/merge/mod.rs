//! Three-way merge of incident documents: union by id, one register per field, the later stamp wins, losers are kept.

mod byhand;
mod fields;
mod heard;
mod known;
mod lists;
pub mod mend;
mod node;
mod order;
mod register;
mod stamps;
mod states;
mod told;
mod top;
mod work;

#[cfg(test)]
mod bytes;
#[cfg(test)]
mod former;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod redactions;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{Document, Invalid};
use crate::incident::{Incident, Time};
pub use byhand::is_named;
use known::About;
use stamps::Heads;

/// What a merge did, for notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of `theirs` that are new in the result: (section, id).
    pub arrived: Vec<(String, String)>,
    /// Entries missing in `theirs` that were put back: (section, id).
    pub restored: Vec<(String, String)>,
    /// Fields changed by hand that were stamped: `ID.field` or a top-level field.
    pub hand_edits: Vec<String>,
    /// Whether `theirs` held words that are redacted.
    pub redacted: bool,
    /// Values that lost against a concurrent one, as written into `conflict` events: the events' ids.
    pub conflicts: Vec<String>,
}

/// Registers that were superseded in this session; tells a stale editor buffer from an edit made by hand.
#[derive(Clone, Debug, Default)]
pub struct Seen(std::collections::HashSet<u64>);

/// Merges two documents that come from `base`. Never a conflict marker, never a question, nothing that either side ever
/// wrote lost. A base of another incident (or of none) counts as none, see [`join`].
pub fn merge(base: &Document, ours: &Document, theirs: &Document) -> (Document, Report) {
    let known = base.incident().uid == ours.incident().uid || base.incident().uid == theirs.incident().uid;
    three_way(known.then_some(base), ours, theirs)
}

/// Joins two documents of which no common base is known: all that is in either, and of two values the later one.
pub fn join(ours: &Document, theirs: &Document) -> (Document, Report) {
    three_way(None, ours, theirs)
}

fn three_way(base: Option<&Document>, ours: &Document, theirs: &Document) -> (Document, Report) {
    let base = base.map(named);
    let (base, ours, theirs) = (base.as_deref(), &*named(ours), &*named(theirs));
    if ours.text() == theirs.text() && base.is_none_or(|base| base.text() == ours.text()) {
        return (theirs.clone(), Report::default());
    }
    let (merged, report) = states::merge(base.map(|base| &**base.incident()), ours.incident(), theirs.incident());
    if ours.text() == theirs.text() && merged == **theirs.incident() {
        return (theirs.clone(), report);
    }
    // A side that nobody touched has nothing to add to the text; else both have, and whoever merges starts from the same.
    let untouched = |side: &Document| base.is_some_and(|base| base.text() == side.text());
    let merged = Arc::new(merged);
    let document = if untouched(ours) {
        theirs.with(merged)
    } else if untouched(theirs) {
        ours.with(merged)
    } else {
        let (first, second) = if ours.text() > theirs.text() {
            (ours, theirs)
        } else {
            (theirs, ours)
        };
        first.with_text_of(merged, base, second)
    };
    (document, report)
}

/// `state` with all that `known` has, a state that this program made of the same incident, older or newer: who wrote is told by the
/// stamps, and what only `known` has comes with the words that stand around it.
pub fn take_back(state: &Document, known: &Document) -> Document {
    let (state, known) = (named(state), named(known));
    let (merged, _) = states::merge(None, state.incident(), known.incident());
    if merged == **state.incident() {
        state.into_owned()
    } else {
        state.with_text_of(Arc::new(merged), Some(&known), &known)
    }
}

/// The document with an id for every entry: what somebody wrote by hand and committed without a console has none yet.
fn named(document: &Document) -> Cow<'_, Document> {
    match byhand::named(document.incident()) {
        Some(incident) => Cow::Owned(document.with(Arc::new(incident))),
        None => Cow::Borrowed(document),
    }
}

/// Git's merge driver, without git: the merged text of three texts of one incident file. `base` may be empty (both sides
/// added the file).
///
/// # Errors
///
/// Where `ours` or `theirs` cannot be read; git should then be left to merge the text.
pub fn driver(base: &str, ours: &str, theirs: &str) -> Result<String, Invalid> {
    let base = mend::read(base, None).ok().map(|(base, _)| base);
    let read = |text: &str| mend::read(text, base.as_ref()).map(|(document, _)| document);
    let (ours, theirs) = (read(ours)?, read(theirs)?);
    let (merged, _) = match &base {
        Some(base) => merge(base, &ours, &theirs),
        None => join(&ours, &theirs),
    };
    Ok(merged.text().to_owned())
}

/// The document with this value; itself where that is its value already.
fn written(document: &Document, incident: Incident) -> Document {
    if **document.incident() == incident {
        document.clone()
    } else {
        document.with(Arc::new(incident))
    }
}

/// Takes in what somebody wrote to the file without this program (or with an old buffer): `base` is the last state this
/// session knew, `theirs` what is there now. Entries that vanished are put back, values written by hand are stamped and
/// logged as hand edits, stale values (`seen`) are ignored, entries without id, time or author get them. Who wrote them is
/// not known: `_by` only noticed.
pub fn adopt(base: &Document, theirs: &Document, seen: &Seen, now: Time, by: &str) -> (Document, Report) {
    adopt_before(base, theirs, &[], seen, now, by)
}

/// The same for what stood there before `later` did: entries that others have named and edits that they have told by now are
/// called as they called them.
pub fn adopt_before(
    base: &Document,
    theirs: &Document,
    later: &[&Document],
    seen: &Seen,
    now: Time,
    _by: &str,
) -> (Document, Report) {
    // A session that was opened on lines without ids, and could not write them anew yet, knows them as everybody names them.
    let base = &*named(base);
    // What nearly always happens: somebody has added something, and all else is the very same.
    if let Some(arrived) = byhand::additions(base.incident(), theirs.incident()) {
        let report = Report {
            arrived,
            ..Report::default()
        };
        return (theirs.clone(), report);
    }
    let known = About::of(&base.incident().timeline);
    let stale = |subject: &str, heads: &Heads, value: Option<&serde_json::Value>| {
        seen.0.contains(&register(subject, heads, value)) || known.was_replaced(subject, value)
    };
    let (whole, report) = {
        let later: Vec<&Incident> = later.iter().map(|later| &**later.incident()).collect();
        byhand::adopt(base.incident(), theirs.incident(), &later, &stale, now)
    };
    // What is put back comes with the words that stood around it; in all else theirs are the words.
    let adopted = if report.restored.is_empty() {
        written(theirs, whole)
    } else {
        theirs.with_text_of(Arc::new(whole), Some(base), base)
    };
    (adopted, report)
}

fn register(subject: &str, heads: &Heads, value: Option<&serde_json::Value>) -> u64 {
    stamps::hash(&[subject, &heads.write().to_string(), &stamps::canonical(value)])
}

impl Seen {
    /// Remembers every register of `old` that `new` supersedes.
    pub fn note(&mut self, old: &Document, new: &Document) {
        let mut superseded = Vec::new();
        states::superseded(old.incident(), new.incident(), &mut |subject, heads, value| {
            superseded.push(register(subject, heads, value));
        });
        self.0.extend(superseded);
    }
}
