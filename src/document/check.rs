//! Everything that is wrong with a file, for `validate` and editors.

use super::Document;
use crate::incident::{EventKind, HypothesisState, ItemState, MitigationState};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub said: String,
    /// Whether the file is of use all the same.
    pub warning: bool,
}

/// All of it, in the order of the file.
pub fn check(text: &str) -> Vec<Problem> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(invalid) => {
            let said = format!("{}: `{}`; {}", invalid.problem, invalid.excerpt, invalid.remedy);
            return vec![Problem {
                line: invalid.line,
                column: invalid.column,
                said,
                warning: false,
            }];
        }
    };
    let mut found: Vec<Problem> = document
        .quarantined()
        .iter()
        .map(|entry| Problem {
            line: entry.line.max(1),
            column: 1,
            said: format!(
                "{}: {}; it is kept as it is and left out: `{}`",
                entry.section, entry.problem, entry.excerpt
            ),
            warning: false,
        })
        .collect();
    let incident = document.incident();
    let mut word = |section: &str, id: &str, key: &str, word: &str, known: &[&str]| {
        if !known.contains(&word) {
            let line = text
                .lines()
                .position(|line| line.contains(id))
                .map_or(1, |line| line + 1);
            let said = format!("{section} {id}: unknown {key} `{word}`; known are {}", known.join(", "));
            found.push(Problem {
                line,
                column: 1,
                said,
                warning: true,
            });
        }
    };
    for event in &incident.timeline {
        word("event", &event.id, "kind", event.kind.as_str(), EventKind::KNOWN);
    }
    for hypothesis in &incident.hypotheses {
        word(
            "hypothesis",
            &hypothesis.id,
            "state",
            hypothesis.state.as_str(),
            HypothesisState::KNOWN,
        );
    }
    for mitigation in &incident.mitigations {
        word(
            "mitigation",
            &mitigation.id,
            "state",
            mitigation.state.as_str(),
            MitigationState::KNOWN,
        );
    }
    for item in &incident.checklist {
        word(
            "checklist item",
            &item.id,
            "state",
            item.state.as_str(),
            ItemState::KNOWN,
        );
    }
    if let Some(schema) = document.newer_schema() {
        let said = format!("schema {schema} is newer than this program; it is read, never written");
        found.push(Problem {
            line: 1,
            column: 1,
            said,
            warning: true,
        });
    }
    if !document.complete() {
        let line = text.lines().count().max(1);
        let said = format!(
            "the last line `# end of {}` is missing; the file may be cut off",
            incident.id
        );
        found.push(Problem {
            line,
            column: 1,
            said,
            warning: true,
        });
    }
    found.sort_by_key(|problem| (problem.line, problem.column));
    found
}
