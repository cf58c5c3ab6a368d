//! Three-way merge of incident documents: union by id, one register per field, the later stamp wins, losers are kept.

mod fields;
mod lists;
mod register;
mod stamps;
mod states;
mod told;
mod top;

#[cfg(test)]
mod laws;

use crate::document::Document;
use crate::incident::Time;

/// What a merge did, for notices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of `theirs` that are new in the result: (section, id).
    pub arrived: Vec<(String, String)>,
    /// Entries missing in `theirs` that were put back: (section, id).
    pub restored: Vec<(String, String)>,
    /// Fields changed by hand that were stamped: `ID.field` or a top-level field.
    pub hand_edits: Vec<String>,
    /// Values that lost against a concurrent one, as written into `conflict` events: the events' ids.
    pub conflicts: Vec<String>,
}

/// Registers that were superseded in this session; tells a stale editor buffer from an edit made by hand.
#[derive(Clone, Debug, Default)]
pub struct Seen(std::collections::HashSet<u64>);

/// Merges two documents that come from `base`. Never a conflict marker, never a question, nothing that either side ever
/// wrote lost.
pub fn merge(base: &Document, ours: &Document, theirs: &Document) -> (Document, Report) {
    let _ = (base, ours, theirs);
    todo!()
}

/// Takes in what somebody wrote to the file without this program (or with an old buffer): `base` is the last state this
/// session knew, `theirs` what is there now. Entries that vanished are put back, values written by hand are stamped and
/// logged as hand edits, stale values (`seen`) are ignored, entries without id, time or author get them (`now`, `by`).
pub fn adopt(base: &Document, theirs: &Document, seen: &Seen, now: Time, by: &str) -> (Document, Report) {
    let _ = (base, theirs, seen, now, by);
    todo!()
}

impl Seen {
    /// Remembers every register of `old` that `new` supersedes.
    pub fn note(&mut self, old: &Document, new: &Document) {
        let _ = (old, new);
    }
}
