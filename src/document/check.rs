//! Everything that is wrong with a file, for `validate` and editors.

use serde_json::{Map, Value};

use super::split::id_hash;
use super::{Document, yaml};
use crate::incident::apply::registers;
use crate::incident::entry::in_section;
use crate::incident::field::{Field, Nature};
use crate::incident::stamp::AHEAD;
use crate::incident::{Entry, Incident, Moment, SECTIONS, Stamp, Time};
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
        let said = format!("and {more} more problems like these; repair the first ones and check again");
        found.push(Problem {
            line,
            column: 1,
            said,
            warning,
        });
    }
    found
}

/// A word that is in none of the lists.
struct Unknown {
    /// What holds it: `mitigation m7k2x9qp`, empty for the top level.
    whose: String,
    /// The id of that.
    id: String,
    key: String,
    word: String,
    known: &'static [&'static str],
}

impl Unknown {
    fn told(&self, text: &str) -> Problem {
        // The line of the word itself, where its entry has it.
        let lines = || text.lines().enumerate();
        let entry = lines().find(|(_, line)| !self.id.is_empty() && line.contains(&self.id));
        let from = entry.map_or(0, |(line, _)| line);
        let last = self.key.rsplit('.').next().unwrap_or_default();
        let key = format!("{last}:");
        let of_word = lines().skip(from);
        let indent = |line: &str| line.len() - line.trim_start().len();
        let own = entry.map_or(0, |(_, line)| indent(line));
        let next = |line: &str| indent(line) <= own && line.trim_start().starts_with("- ");
        let of_word = of_word.take_while(|(line, content)| *line == from || !next(content));
        let mut of_word = of_word.filter(|(_, line)| line.contains(&key) && line.contains(&self.word));
        Problem {
            line: of_word.next().map_or(from, |(line, _)| line) + 1,
            column: 1,
            said: format!(
                "{}unknown {} `{}`; known are {}",
                self.whose,
                text::one_line(&self.key),
                text::one_line(&self.word),
                self.known.join(", ")
            ),
            warning: true,
        }
    }
}

/// Every word that is in none of the lists, of the incident, its entries and their records.
fn unknown_words(incident: &Incident) -> Vec<Unknown> {
    let mut found = Vec::new();
    let head = registers::map(&incident.bare());
    words_in(&head, Incident::FIELDS, "", &mut |key, word, known| {
        found.push(Unknown {
            whose: String::new(),
            id: String::new(),
            key,
            word,
            known,
        });
    });
    for section in SECTIONS {
        in_section!(*section, T => for entry in T::list(incident) {
            let fields = registers::map(&**entry);
            words_in(&fields, <T as Entry>::FIELDS, "", &mut |key, word, known| {
                found.push(Unknown {
                    whose: format!("{} {}: ", T::NOUN, text::one_line(entry.id())),
                    id: entry.id().to_owned(),
                    key,
                    word,
                    known,
                });
            });
        });
    }
    found
}

/// Calls `found` for each of them in one map: its dotted name, the word, what is known.
fn words_in(
    map: &Map<String, Value>,
    fields: &[Field],
    prefix: &str,
    found: &mut dyn FnMut(String, String, &'static [&'static str]),
) {
    for field in fields {
        let Some(value) = map.get(field.name) else { continue };
        let name = format!("{prefix}{}", field.name);
        if let (Some(known), Some(word)) = (field.words(), value.as_str()) {
            if !known.contains(&word) {
                found(name, word.to_owned(), known);
            }
            continue;
        }
        let inner = field.records().unwrap_or(match field.nature {
            Nature::Moment => Moment::FIELDS,
            _ => &[],
        });
        match value {
            Value::Object(moment) => words_in(moment, inner, &format!("{name}."), found),
            Value::Array(records) => {
                for record in records.iter().filter_map(Value::as_object) {
                    words_in(record, inner, &format!("{name}."), found);
                }
            }
            _ => {}
        }
    }
}

/// All of it, in the order of the file; of very many the first, those that matter before those that may stay.
///
/// `folder` is the name of the file's folder, which is what the incident is called, where that is known; `whole` says whether a file
/// without its end line is known to lack nothing else.
#[allow(
    clippy::too_many_lines,
    reason = "one kind of problem after the other, all into one list"
)]
pub fn check(text: &str, now: Time, folder: Option<&str>, whole: &dyn Fn() -> bool) -> Vec<Problem> {
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
        // What replaces it has to be later, so this field keeps that time; all else goes by the clock again.
        let said = format!(
            "{field}: its stamp {stamp} is still to come; a clock was wrong, and later changes of it count on from there"
        );
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
    for unknown in unknown_words(incident) {
        if found.len() >= MOST {
            more += 1;
            continue;
        }
        found.push(unknown.told(text));
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
        let warning = whole();
        let said = if warning {
            format!(
                "the last line `# end of {}` is missing, and nothing else is; the next change adds it",
                incident.id
            )
        } else {
            format!(
                "the last line `# end of {}` is missing; the file may be cut off",
                incident.id
            )
        };
        found.push(Problem {
            line,
            column: 1,
            said,
            warning,
        });
    }
    found.sort_by_key(|problem| (problem.line, problem.column));
    with_more(found, more)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;

    /// A word in each field of the table that holds one, of every list and of the records inside.
    #[test]
    fn an_unknown_word_is_told_wherever_one_can_stand() {
        let mut fields = 0;
        for section in SECTIONS {
            in_section!(*section, T => for field in <T as Entry>::FIELDS {
                let inner = field.records().unwrap_or_default().iter();
                let inner = inner.filter(|one| one.words().is_some()).map(Some);
                for inner in field.words().map(|_| None).into_iter().chain(inner) {
                    let value = match inner {
                        None => json!("nosuchword"),
                        Some(one) => json!([{
                            "id": "z2345678", "at": "2026-11-20T14:00:00Z", "text": "x", one.name: "nosuchword",
                        }]),
                    };
                    let mut map = registers::map(&crate::document::entry::typed::<T>(bare()).expect("an entry"));
                    map.insert(field.name.into(), value);
                    let entry: T = registers::entry(map).expect("still an entry");
                    let mut incident = whole();
                    T::list_mut(&mut incident).push(Arc::new(entry));
                    told(&incident, T::NOUN, inner.map_or(field.name, |one| one.name));
                    fields += 1;
                }
            });
        }
        // The detection's way is a word, too.
        let mut incident = whole();
        incident.detected = serde_json::from_value(json!({"at": "2026-11-20T14:00:00Z", "how": "nosuchword"})).ok();
        told(&incident, "", "how");
        assert!(fields >= 14, "{fields}");
    }

    fn bare() -> Value {
        json!({
            "id": "z7654321", "at": "2026-11-20T14:00:00Z", "since": "2026-11-20T14:00:00Z", "text": "words",
            "due": "2026-11-20T15:00:00Z", "statement": "it is so", "role": "scribe", "who": "kim", "to": "dba",
            "kind": "note", "category": "people", "audience": "internal", "target": "x", "label": "x", "why": "x",
        })
    }

    fn whole() -> Incident {
        Incident {
            warroom: crate::incident::SCHEMA,
            id: "INC-2026-0001".into(),
            ..Incident::default()
        }
    }

    fn told(incident: &Incident, noun: &str, key: &str) {
        let text = crate::document::edit::whole(incident);
        let problems = check(&text, Time::from_millis(1_790_000_000_000), None, &|| false);
        let found = problems.iter().find(|problem| problem.said.contains("`nosuchword`"));
        let found = found.unwrap_or_else(|| panic!("{noun} {key}: {problems:?}\n{text}"));
        assert!(
            found.said.starts_with(noun) && found.said.contains(key),
            "{}",
            found.said
        );
        assert!(found.warning);
        let line = text.lines().nth(found.line - 1).unwrap_or_default();
        assert!(
            line.contains("nosuchword"),
            "{noun} {key}: line {} is `{line}`",
            found.line
        );
    }
}
