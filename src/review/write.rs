//! Making a document, and writing it again over what stands there.

use std::fmt;

use serde::Serialize;

use super::blocks::Facts;
use super::front::Front;
use super::public::without_names;
use super::sections::{self, Ask, Document};
use super::slot::Slot;
use super::template::{Line, Piece, Template};
use super::{GAP, State, blame};
use crate::framework::Framework;
use crate::framework::review::AnsweredBy;
use crate::incident::{live, people};
use crate::recall::Case;

/// A document as it is made now, from the incident alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The document.
    pub document: Document,
    /// Sections in which people are asked for their judgement, by key.
    judgement: Vec<String>,
    /// The questions that nothing answers yet, with the field that would.
    pub open: Vec<Open>,
}

/// A question without an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Open {
    /// The field that answers it (`fields.lucky`).
    pub field: String,
    /// Its words.
    pub question: String,
}

/// How much of a document people have written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Its sections.
    pub sections: usize,
    /// Of them without an open question.
    pub filled: usize,
    /// Sections of judgement.
    pub judgement: usize,
    /// Of them without an open question.
    pub answered: usize,
}

/// What came of writing.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The text that is to stand in the file.
    pub text: String,
    /// What is kept as the base of the next time.
    pub base: String,
    /// Whether the file changes.
    pub changed: bool,
    /// What was done, a sentence each.
    pub says: Vec<String>,
    /// Sections whose facts now say otherwise than what people wrote.
    pub beside: Vec<(String, String)>,
    /// Whether the facts have changed since a reviewed document was written.
    pub facts_changed: bool,
    /// How far the document is.
    pub state: State,
    /// How much is written.
    pub progress: Progress,
    /// Words that name a culprit, with the section they stand in.
    pub hints: Vec<(String, blame::Hint)>,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    /// What stands in the file.
    pub file: Option<&'a str>,
    /// What was made last time.
    pub base: Option<&'a str>,
    /// Sections to take as they are made now.
    pub sections: &'a [String],
    /// Write although the document is reviewed.
    pub force: bool,
}

/// Makes the document of an incident by a template.
pub fn make(case: &Case, framework: &Framework, template: &Template) -> Made {
    let facts = Facts::of(case, framework);
    let mut text = String::new();
    for line in &template.lines {
        match line {
            Line::Block(slot) => text += facts.block(slot).trim_end(),
            Line::Text(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Plain(plain) => text += plain,
                        Piece::Value(slot) => text += &facts.line(slot),
                    }
                }
            }
        }
        text.push('\n');
    }
    // A slot that is empty leaves no hole.
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    let mut document = Document::read(&text);
    document.front = front(&facts, &document).text();
    Made {
        judgement: judgement(template),
        open: open(case, template),
        document,
    }
}

impl Made {
    /// The same for readers outside: whoever took part is called by the role, in what people answered and at the top, too.
    #[must_use]
    pub fn outside(mut self, case: &Case, framework: &Framework) -> Self {
        for section in &mut self.document.sections {
            let lines = section.body.split_inclusive('\n').map(|line| {
                // Of a question nothing is a name.
                if line.contains(GAP.0) {
                    line.to_owned()
                } else {
                    without_names(line, case, framework)
                }
            });
            section.body = lines.collect();
        }
        let mut front = Front::read(&self.document.front);
        for key in ["owner", "facilitator"] {
            front.set(key, String::new());
        }
        front.set("facts", fingerprint(&self.document));
        self.document.front = front.text();
        self
    }
}

fn front(facts: &Facts<'_>, document: &Document) -> Front {
    let incident = &facts.case.incident;
    let own = |name: &str| facts.case.field(name).map(str::to_owned);
    let plain = |text: &str| {
        crate::text::one_line(text)
            .replace([':', '#', '"', '\''], " ")
            .trim()
            .to_owned()
    };
    let owner = own("review-owner")
        .or_else(|| facts.commander().map(str::to_owned))
        .unwrap_or_default();
    Front::new(vec![
        ("incident", plain(&facts.case.id)),
        ("framework", plain(&incident.framework)),
        ("status", State::Draft.to_string()),
        ("owner", plain(&owner)),
        ("facilitator", plain(&own("facilitator").unwrap_or_default())),
        ("due", facts.due().map(|at| at.date().to_string()).unwrap_or_default()),
        ("facts", fingerprint(document)),
    ])
}

/// A word for what the document says, by which a change of the facts is noticed.
fn fingerprint(document: &Document) -> String {
    let bodies: Vec<&str> = document.sections.iter().map(|section| section.body.as_str()).collect();
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(bodies.concat().as_bytes()))
}

/// Keys of the sections in which something is asked of people.
fn judgement(template: &Template) -> Vec<String> {
    asked(template).1
}

/// The headings of a template, and the keys of those under which something is asked of people.
fn asked(template: &Template) -> (Document, Vec<String>) {
    let (mut text, mut asked) = (String::new(), Vec::new());
    for line in &template.lines {
        let slots: Vec<&Slot> = match line {
            Line::Block(slot) => vec![slot],
            Line::Text(pieces) => {
                fn slot(piece: &Piece) -> Option<&Slot> {
                    match piece {
                        Piece::Value(slot) => Some(slot),
                        Piece::Plain(_) => None,
                    }
                }
                if let [Piece::Plain(plain)] = pieces.as_slice() {
                    text += plain;
                }
                text.push('\n');
                pieces.iter().filter_map(slot).collect()
            }
        };
        if slots.iter().any(|slot| matches!(slot, Slot::Ask(..))) {
            let key = Document::read(&text)
                .sections
                .last()
                .map(|section| section.key().to_owned());
            asked.extend(key.filter(|key| !asked.contains(key)));
        }
    }
    (Document::read(&text), asked)
}

fn open(case: &Case, template: &Template) -> Vec<Open> {
    let answered = |by: &AnsweredBy| match by {
        AnsweredBy::Cause => crate::recall::recurrence::cause(case).is_some(),
        by => by.answer(&case.incident).is_some(),
    };
    let questions = template.asked().into_iter().filter(|one| !answered(&one.answer));
    questions
        .map(|one| Open {
            field: one.answer.key(),
            question: one.question,
        })
        .collect()
}

/// Writes it, or writes it again over what stands there.
pub fn write(made: &Made, case: &Case, wanted: &Wanted<'_>) -> Written {
    let fresh = &made.document;
    let base = wanted.base.map(Document::read);
    // A file with nothing in it is none.
    let Some(text) = wanted.file.filter(|text| !text.trim().is_empty()) else {
        let text = fresh.text();
        return Written {
            progress: progress(fresh, made),
            hints: hints(fresh, case),
            base: text.clone(),
            text,
            changed: true,
            says: Vec::new(),
            beside: Vec::new(),
            facts_changed: false,
            state: State::Draft,
        };
    };
    let file = Document::read(text).marked_as(fresh);
    let file = base.iter().fold(file, Document::marked_as);
    let (at_top, new_top) = (Front::read(&file.front), Front::read(&fresh.front));
    let state = at_top.state();
    let locked = state.is_locked() && !wanted.force && wanted.sections.is_empty();
    let facts_changed = state.is_locked() && at_top.get("facts") != new_top.get("facts");
    let ask = Ask {
        sections: wanted.sections,
        locked,
    };
    let mut merged = sections::merge(base.as_ref(), &file, fresh, &ask);
    if locked {
        merged.says = if facts_changed {
            vec![
                "the document is reviewed; --force writes".into(),
                "facts changed since it was reviewed; --diff shows them".into(),
            ]
        } else {
            Vec::new()
        };
    } else if base.is_some() || !wanted.sections.is_empty() {
        let old = base.as_ref().map(|base| Front::read(&base.front));
        merged.document.front = at_top.renewed(old.as_ref(), &new_top).text();
    }
    let mut out = merged.document.text();
    if text.contains("\r\n") {
        out = out.replace('\n', "\r\n");
    }
    // What only a formatter changed is left as it is.
    let changed = merged.document != file && !locked;
    Written {
        progress: progress(&merged.document, made),
        hints: hints(&merged.document, case),
        text: if changed { out } else { text.to_owned() },
        base: if locked || base.is_none() && wanted.sections.is_empty() {
            wanted.base.unwrap_or_default().to_owned()
        } else {
            fresh.text()
        },
        changed,
        says: merged.says,
        beside: merged.beside,
        facts_changed,
        state,
    }
}

/// How much of a document is written: a section with a question in it is not.
fn progress(document: &Document, made: &Made) -> Progress {
    let mut progress = Progress::default();
    for section in document.sections.iter().filter(|section| !section.heading.is_empty()) {
        let filled = !section.body.contains(super::GAP.0);
        let judged = made.judgement.iter().any(|key| key == section.key());
        progress.sections += 1;
        progress.filled += usize::from(filled);
        progress.judgement += usize::from(judged);
        progress.answered += usize::from(judged && filled);
    }
    progress
}

/// A section of judgement in which a question stands open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Its title.
    pub section: String,
    /// The first of its open questions, as it stands there.
    pub question: String,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.question.as_str() {
            "" => f.write_str(&self.section),
            question => write!(f, "{}: {question}", self.section),
        }
    }
}

/// The sections of judgement in which a question stands open.
pub fn unanswered(text: &str, template: &Template) -> Vec<Unanswered> {
    let (headings, asked) = asked(template);
    let document = Document::read(text).marked_as(&headings);
    let sections = document.sections.iter();
    let open = sections.filter(|one| asked.iter().any(|key| key == one.key()));
    open.filter_map(|one| {
        let (_, after) = one.body.split_once(super::GAP.0)?;
        let question = after.lines().next().unwrap_or_default();
        let question = question.split(super::GAP.1).next().unwrap_or_default();
        Some(Unanswered {
            section: one.title().to_owned(),
            question: question.trim().to_owned(),
        })
    })
    .collect()
}

/// Whether each section of judgement is there, and no question stands open in any.
pub fn is_answered(text: &str, template: &Template) -> bool {
    let (headings, asked) = asked(template);
    let document = Document::read(text).marked_as(&headings);
    let there = |key: &String| document.sections.iter().any(|one| one.key() == key);
    asked.iter().all(there) && unanswered(text, template).is_empty()
}

/// The progress of a document that is only read.
pub fn progress_of(text: &str, template: &Template) -> Progress {
    let (headings, judgement) = asked(template);
    let made = Made {
        document: Document::default(),
        judgement,
        open: Vec::new(),
    };
    progress(&Document::read(text).marked_as(&headings), &made)
}

fn hints(document: &Document, case: &Case) -> Vec<(String, blame::Hint)> {
    let mut found = Vec::new();
    for section in &document.sections {
        // What was said in the heat of it stays as it was said.
        if section.key().contains("timeline") {
            continue;
        }
        found.extend(
            blame::hints(&section.body)
                .into_iter()
                .map(|hint| (section.title().to_owned(), hint)),
        );
    }
    let names = live(&case.incident.timeline).map(|event| event.by.as_str());
    let names = people::distinct(names.chain(live(&case.incident.roles).map(|role| role.who.as_str())));
    let cause = case.incident.cause.as_deref().unwrap_or_default();
    if let Some(name) = blame::names_a_person(cause, names) {
        found.push((
            "root cause".into(),
            blame::Hint {
                words: name.to_owned(),
                ask: "a person is never a root cause: which condition would have stopped anyone in that place?",
            },
        ));
    }
    found
}
