//! A template of a review: Markdown with slots. `{{cause}}` is filled from the incident, `{{ask lucky: Where were we lucky?}}` is a question
//! until `fields.lucky` answers it.

use std::collections::BTreeSet;

use super::sections::Document;
use super::slot::Slot;
use crate::framework::review::Asked;

/// Templates that ship, by the framework that they are for.
const SHIPPED: [(&str, &str); 6] = [
    ("war-room", include_str!("../../assets/reviews/war-room.md")),
    ("ops", include_str!("../../assets/reviews/ops.md")),
    ("itil", include_str!("../../assets/reviews/itil.md")),
    ("sre", include_str!("../../assets/reviews/sre.md")),
    ("essentials", include_str!("../../assets/reviews/essentials.md")),
    (PUBLIC, include_str!("../../assets/reviews/external.md")),
];

/// Name of the template for readers outside.
pub const PUBLIC: &str = "external";

/// Name of the one that a framework without a template of its own is given.
const PLAIN: &str = "essentials";

/// A template that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Its lines.
    pub(super) lines: Vec<Line>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// Text with values in it.
    Text(Vec<Piece>),
    /// A slot that makes lines of its own.
    Block(Slot),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// As it stands.
    Plain(String),
    /// Filled.
    Value(Slot),
}

/// What is wrong in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Its line, from 1.
    pub line: usize,
    /// What.
    pub said: String,
}

impl Template {
    /// The names of those that ship.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// The text of one that ships.
    pub fn source(name: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// The one that ships for a framework, or the plain one.
    pub fn shipped(framework: &str) -> Self {
        let text = Self::source(Self::name_for(framework)).unwrap_or_default();
        Self::read(text).unwrap_or_else(|_| Self { lines: Vec::new() })
    }

    /// Reads one; every slip with its line.
    pub fn read(text: &str) -> Result<Self, Vec<Slip>> {
        let (mut lines, mut slips) = (Vec::new(), Vec::new());
        for (at, line) in text.lines().enumerate() {
            match pieces(line.trim_end()) {
                Ok(line) => lines.push(line),
                Err(said) => slips.push(Slip { line: at + 1, said }),
            }
        }
        slips.extend(headings(text));
        slips.sort_by_key(|slip| slip.line);
        if slips.is_empty() {
            Ok(Self { lines })
        } else {
            Err(slips)
        }
    }

    /// The name of the one that ships for a framework.
    pub fn name_for(framework: &str) -> &str {
        if Self::source(framework).is_some() {
            framework
        } else {
            PLAIN
        }
    }

    /// Every question of it, once, in its order.
    pub fn asked(&self) -> Vec<Asked> {
        let mut all: Vec<Asked> = Vec::new();
        let (mut section, mut label) = (String::new(), String::new());
        let plain = |text: &str| text.trim_matches(['-', '*', ':', '#', ' ']).replace("**", "");
        let mut add = |slot: &Slot, section: &str, label: &str| {
            if let Some((answer, question)) = slot.question()
                && !all.iter().any(|known| known.answer == answer)
            {
                all.push(Asked {
                    section: section.to_owned(),
                    label: label.to_owned(),
                    answer,
                    question,
                });
            }
        };
        for line in &self.lines {
            let pieces = match line {
                Line::Block(slot) => {
                    add(slot, &section, &label);
                    label.clear();
                    continue;
                }
                Line::Text(pieces) => pieces,
            };
            if let [Piece::Plain(text), ..] = pieces.as_slice() {
                if let Some(heading) = text.strip_prefix("## ") {
                    section = plain(heading.split("<!--").next().unwrap_or_default());
                    label.clear();
                    continue;
                }
                if !text.trim().is_empty() {
                    label = plain(text);
                }
            }
            for piece in pieces {
                match piece {
                    Piece::Plain(text) => label = plain(text.rsplit(';').next().unwrap_or_default()),
                    Piece::Value(slot) => {
                        add(slot, &section, &label);
                        label.clear();
                    }
                }
            }
        }
        all
    }
}

fn pieces(line: &str) -> Result<Line, String> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(from) = rest.find("{{") {
        let (before, after) = rest.split_at(from);
        let to = after.find("}}").ok_or("`{{` is not closed by `}}` on its line")?;
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        pieces.push(Piece::Value(Slot::parse(&after[2..to])?));
        rest = &after[to + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    if let [Piece::Value(slot)] = pieces.as_slice() {
        return Ok(Line::Block(slot.clone()));
    }
    let block = pieces.iter().find_map(|piece| match piece {
        Piece::Value(slot) if slot.is_block() => Some(slot.name()),
        _ => None,
    });
    match block {
        Some(name) => Err(format!(
            "`{name}` makes lines of its own, so it stands alone on its line"
        )),
        None => Ok(Line::Text(pieces)),
    }
}

/// Headings of level two are the units that are written again: each wants a mark of its own.
fn headings(text: &str) -> Vec<Slip> {
    let mut slips = Vec::new();
    let mut seen = BTreeSet::new();
    let document = Document::read(text);
    for (section, line) in document.sections.iter().zip(document.lines_of_sections()) {
        let said = match &section.mark {
            None if section.heading.is_empty() => continue,
            None => "this heading has no mark such as `<!-- warroom:impact -->`, by which its section is found again"
                .to_owned(),
            Some(mark) if !seen.insert(mark.clone()) => format!("the mark `{mark}` stands twice"),
            Some(_) => continue,
        };
        slips.push(Slip { line, said });
    }
    if seen.is_empty() && slips.is_empty() {
        slips.push(Slip {
            line: 1,
            said: "there is no section; a section begins with `## Heading <!-- warroom:name -->`".into(),
        });
    }
    slips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_that_ships_is_sound() {
        for name in Template::names() {
            let template = Template::read(Template::source(name).unwrap());
            assert!(template.is_ok(), "{name}: {template:?}");
            assert!(!template.unwrap().asked().is_empty(), "{name}");
        }
        for framework in crate::framework::Framework::names() {
            assert!(Template::source(framework).is_some(), "{framework}");
        }
    }

    #[test]
    fn a_question_knows_its_heading_and_what_stands_before_it() {
        let all = Template::shipped("war-room").asked();
        let of = |field: &str| {
            let one = all.iter().find(|one| one.answer.key() == field).unwrap();
            (one.section.as_str(), one.label.as_str())
        };
        assert_eq!(
            of("fields.lucky"),
            ("Trigger, luck and surprises", "Where we were lucky")
        );
        assert_eq!(of("fields.attendees"), ("Meeting", "Attendees"));
        assert_eq!(of("impact.users"), ("Executive summary", "users affected"));
        assert_eq!(of("fields.sharing"), ("Sharing", ""));
    }

    #[test]
    fn slips_are_told_by_line() {
        let said = |text: &str| -> Vec<(usize, String)> {
            Template::read(text)
                .unwrap_err()
                .into_iter()
                .map(|slip| (slip.line, slip.said))
                .collect()
        };
        let good = "## A <!-- warroom:a -->\n";
        for (text, line, words) in [
            ("nothing\n", 1, "there is no section"),
            ("## A\n", 1, "no mark"),
            (&format!("{good}{good}")[..], 2, "stands twice"),
            (&format!("{good}{{{{cause"), 2, "not closed"),
            (&format!("{good}{{{{causes}}}}"), 2, "there is no `causes`"),
            (&format!("{good}x {{{{five-whys}}}}"), 2, "alone on its line"),
            (&format!("{good}{{{{ask lucky}}}}"), 2, "question"),
            (&format!("{good}{{{{ask a b: c?}}}}"), 2, "name"),
            (&format!("{good}{{{{timeline soon}}}}"), 2, "soon"),
        ] {
            let slips = said(text);
            assert_eq!(slips.len(), 1, "{text}: {slips:?}");
            assert_eq!(slips[0].0, line, "{text}");
            assert!(slips[0].1.contains(words), "{text}: {slips:?}");
        }
    }
}
