//! What kind of event a line is, by its words: only where they say it plainly. A guess is shown before anything is logged.

use crate::incident::EventKind;

/// Words by which a kind is guessed, in lower case; the first row that fits counts. With a blank at an end it is a whole word there.
const SIGNS: [(&str, &[&str]); 6] = [
    (
        "decision",
        &[
            "decided",
            "decision:",
            "we agreed",
            "agreed to ",
            "going with ",
            "we will not ",
            "go/no-go",
        ],
    ),
    (
        "finding",
        &[
            "root cause",
            "caused by",
            "turns out",
            "found that",
            "found the ",
            "culprit",
            "traced to",
            "narrowed down",
        ],
    ),
    (
        "alert",
        &[
            "pager",
            "alarm",
            "alert",
            "paged ",
            "page fired",
            "monitor triggered",
            "pagerduty",
        ],
    ),
    (
        "comms",
        &[
            "status page",
            "statuspage",
            "update sent",
            "posted to ",
            "announced",
            "emailed ",
            "support informed",
            "customers informed",
        ],
    ),
    (
        "action",
        &[
            "rolled back",
            "rolling back",
            "rollback",
            "restarted",
            "restarting",
            "failed over",
            "failover",
            "failing over",
            "deployed",
            "reverted",
            "reverting",
            "scaled ",
            "scaling ",
            "disabled",
            "drained",
            "flag set",
            "killed ",
            "applied ",
            "opens a bridge",
            "added to ",
        ],
    ),
    (
        "impact",
        &[
            "customers ",
            "users affected",
            "users see",
            "% of users",
            "% of requests",
            "customers affected",
        ],
    ),
];

/// Whether a word says what was done rather than who did it: `Failover`, `Deploy`, `Restart`.
pub(super) fn is_deed(word: &str) -> bool {
    ["", "ed", "d"]
        .iter()
        .any(|end| guess(&format!("{word}{end}")).is_some())
}

/// The kind that the words say; `None` where they say none.
pub(super) fn guess(text: &str) -> Option<EventKind> {
    let first = text.lines().next().unwrap_or_default();
    let end = first.char_indices().nth(200).map_or(first.len(), |(at, _)| at);
    let lower = format!("{} ", first[..end].to_lowercase());
    // A question decides and finds nothing.
    if first.trim_end().ends_with('?') {
        return None;
    }
    let found = SIGNS
        .iter()
        .find(|(_, words)| words.iter().any(|word| lower.contains(word)))?;
    EventKind::known(found.0)
}
