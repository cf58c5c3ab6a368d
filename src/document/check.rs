//! Everything that is wrong with a file, for `validate` and editors.

use serde_json::Value;

use super::split::id_hash;
use super::{Document, yaml};
use crate::incident::entry::in_section;
use crate::incident::stamp::AHEAD;
use crate::incident::{Entry, EventKind, HypothesisState, ItemState, MitigationState, SECTIONS, Stamp, Time};
use crate::text;

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

/// A time that is still to come, at the line that holds a word.
fn ahead(text: &str, word: &str, said: String) -> Problem {
    let line = text
        .lines()
        .position(|line| line.contains(word))
        .map_or(1, |line| line + 1);
    Problem {
        line,
        column: 1,
        said,
        warning: true,
    }
}

/// The most problems of one file that are told, and then how many more there are.
const MOST: usize = crate::bounds::PROBLEMS;

/// Texts that are longer than one may be: where they begin, whose they are, and how long.
fn too_long(document: &Document) -> Vec<(usize, String, usize)> {
    const MOST: usize = crate::bounds::TEXT;
    let mut found = Vec::new();
    let incident = document.incident();
    let mut note = |at: usize, whose: &str, value: serde_json::Result<Value>| {
        for (key, value) in value.ok().iter().filter_map(Value::as_object).flatten() {
            if let Some(text) = value.as_str().filter(|text| text.len() > MOST) {
                found.push((at, format!("{whose}{}", text::one_line(key)), text.len()));
            }
        }
    };
    // Only what stands in so many bytes can be that long.
    for section in &document.layout.sections {
        match section.list() {
            None if section.span.len() > MOST => {
                let bare = serde_json::to_value(incident.bare());
                let bare = bare.map(|mut all| match all.get_mut(&section.key).map(Value::take) {
                    Some(own) => Value::Object([(section.key.clone(), own)].into_iter().collect()),
                    None => Value::Null,
                });
                note(section.head, "", bare);
            }
            None => {}
            Some(list) => in_section!(section.key.as_str(), T => {
                for block in list.blocks.iter().filter(|block| block.span().len() > MOST) {
                    let entries = T::list(incident).iter();
                    for entry in entries.filter(|entry| id_hash(entry.id()) == block.id).take(1) {
                        let whose = format!("{} {}: ", section.key, text::one_line(entry.id()));
                        note(block.start as usize, &whose, serde_json::to_value(&**entry));
                    }
                }
            })
            .unwrap_or_default(),
        }
    }
    found
}

/// The problems, and where there are more of them than are told, how many.
pub fn with_more(mut found: Vec<Problem>, more: usize) -> Vec<Problem> {
    if more > 0 {
        let line = found.last().map_or(1, |problem| problem.line);
        let warning = found.iter().all(|problem| problem.warning);
        let said = format!("and {more} more problems like these; mend the first ones and look again");
        found.push(Problem {
            line,
            column: 1,
            said,
            warning,
        });
    }
    found
}

/// All of it, in the order of the file; of very many the first, those that matter before those that may stay.
///
/// `folder` is the name of the file's folder, which is what the incident is called, where that is known.
pub fn check(text: &str, now: Time, folder: Option<&str>) -> Vec<Problem> {
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(invalid) => {
            let said = if invalid.excerpt.is_empty() {
                format!("{}; {}", invalid.problem, invalid.remedy)
            } else {
                format!("{}: `{}`; {}", invalid.problem, invalid.excerpt, invalid.remedy)
            };
            return vec![Problem {
                line: invalid.line,
                column: invalid.column,
                said,
                warning: false,
            }];
        }
    };
    let mut more = document.quarantined().len().saturating_sub(MOST);
    let mut found: Vec<Problem> = document
        .quarantined()
        .iter()
        .take(MOST)
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
    if let Some(folder) = folder.filter(|folder| **folder != *incident.id) {
        let said = format!(
            "`id` is `{}`, but the folder is `{folder}`, and that is what the incident is called; write `id: {folder}`",
            text::one_line(&incident.id)
        );
        found.insert(
            0,
            Problem {
                line: yaml::line_of(text, &["id"]),
                column: 1,
                said,
                warning: false,
            },
        );
    }
    let soon = now.plus(AHEAD);
    for event in incident.timeline.iter().rev().take_while(|event| event.at > soon) {
        if found.len() >= MOST {
            more += 1;
            continue;
        }
        let said = format!(
            "event {}: {} is still to come; correct its time with `warroom log edit {} --at TIME`",
            event.id, event.at, event.id
        );
        found.push(ahead(text, &event.id, said));
    }
    let mut stamps: Vec<(String, &Stamp)> = incident
        .rev
        .iter()
        .map(|(field, stamp)| (field.clone(), stamp))
        .collect();
    for section in SECTIONS {
        in_section!(*section, T => for entry in T::list(incident) {
            stamps.extend(entry.rev().iter().map(|(field, stamp)| (format!("{}.{field}", entry.id()), stamp)));
        });
    }
    for (field, stamp) in stamps.into_iter().filter(|(_, stamp)| stamp.at > soon) {
        if found.len() >= MOST {
            more += 1;
            continue;
        }
        let said =
            format!("{field}: its stamp {stamp} is still to come; a clock was wrong, and the next change mends it");
        found.push(ahead(text, &stamp.to_string(), said));
    }
    for (at, whose, length) in too_long(&document) {
        if found.len() >= MOST {
            more += 1;
            continue;
        }
        let size = |bytes: usize| crate::bounds::size(bytes as u64);
        found.push(Problem {
            line: memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1,
            column: 1,
            said: format!(
                "{whose} has {}, and {} is the most that is written; it is kept, shorten it or put it into a file beside",
                size(length),
                size(crate::bounds::TEXT)
            ),
            warning: true,
        });
    }
    let mut word = |section: &str, id: &str, key: &str, word: &str, known: &[&str]| {
        if !known.contains(&word) {
            if found.len() >= MOST {
                more += 1;
                return;
            }
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
            warning: false,
        });
    }
    found.sort_by_key(|problem| (problem.line, problem.column));
    with_more(found, more)
}
