//! The form of a channel's name, and what its words in capitals stand for.

use std::fmt;

/// The form of a channel's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// As it is written.
    pub(super) written: String,
    /// Its parts.
    pub(crate) parts: Vec<ChannelPart>,
}

/// A part of a channel's name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ChannelPart {
    /// As it is.
    Text(String),
    /// The day it began.
    Day,
    /// A few words of the title.
    Title,
    /// The incident's id.
    Id,
}

impl Channel {
    /// Reads one. `YYYY-MM-DD` is the day, `description` or `brief-description` the title, `ID` the incident's id.
    pub(super) fn parse(text: &str) -> Self {
        const MARKS: [(&str, ChannelPart); 4] = [
            ("YYYY-MM-DD", ChannelPart::Day),
            ("brief-description", ChannelPart::Title),
            ("description", ChannelPart::Title),
            ("ID", ChannelPart::Id),
        ];
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let next = MARKS
                .iter()
                .filter_map(|(mark, part)| Some((rest.find(mark)?, mark.len(), part)))
                .min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)));
            let Some((at, length, part)) = next else {
                parts.push(ChannelPart::Text(rest.to_owned()));
                break;
            };
            if at > 0 {
                parts.push(ChannelPart::Text(rest[..at].to_owned()));
            }
            parts.push(part.clone());
            rest = &rest[at + length..];
        }
        Self {
            written: text.to_owned(),
            parts,
        }
    }

    /// A word in capitals that stands for nothing.
    pub(super) fn odd(&self) -> Option<&str> {
        let texts = self.parts.iter().filter_map(|part| match part {
            ChannelPart::Text(text) => Some(text.as_str()),
            ChannelPart::Day | ChannelPart::Title | ChannelPart::Id => None,
        });
        let mut words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()));
        words.find(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written)
    }
}
