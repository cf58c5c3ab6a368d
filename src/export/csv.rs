//! The timeline as CSV (RFC 4180), every cell safe for a spreadsheet; for people outside, what was sent.

use super::{Audience, Subject};
use crate::escape::csv_row;

/// The columns.
pub const COLUMNS: [&str; 9] = [
    "incident",
    "event",
    "at",
    "recorded",
    "kind",
    "by",
    "pinned",
    "text",
    "retracted",
];

/// A row an event, in time.
pub fn timeline(subject: &Subject<'_>) -> String {
    let mut out = csv_row(COLUMNS);
    for event in subject.events() {
        out += &csv_row([
            subject.case.id.as_str(),
            &event.id,
            &event.at.to_string(),
            &event.recorded.unwrap_or(event.at).to_string(),
            event.kind.as_str(),
            &event.by,
            if event.pinned { "yes" } else { "" },
            &event.text,
            event.retracted.as_deref().unwrap_or_default(),
        ]);
    }
    if subject.audience == Audience::External {
        let name = subject.name();
        for sent in subject.sent() {
            let at = sent.at.to_string();
            let status = sent.status.as_deref().unwrap_or("update");
            out += &csv_row([&name, &sent.id, &at, &at, status, "", "", &subject.words(sent), ""]);
        }
    }
    out
}
