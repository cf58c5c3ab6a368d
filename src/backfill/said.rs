//! What is said about a text that was read, before anything of it is logged.

use super::{Read, Shape};
use crate::incident::Time;

/// How many line numbers and names are told one by one.
const TOLD: usize = 8;

impl Read {
    /// What spans are counted from.
    fn counted_from(&self, start: &str) -> String {
        if self.shape == Shape::Cues {
            format!("The recording was taken to begin at {start}, with the incident.")
        } else {
            format!("T is {start}.")
        }
    }

    /// One sentence each: what it looks like, when it is of, in which zone, who is new, what was not understood. `when` shows an
    /// instant with its day; `zone` is that of times that name none.
    pub fn notes(&self, when: &dyn Fn(Time) -> String, zone: &str) -> Vec<String> {
        let mut notes = vec![format!(
            "Read as {}: {} of {} lines understood.",
            self.shape.title(),
            self.understood.min(self.lines),
            self.lines
        )];
        let times: Vec<Time> = self.entries.iter().filter_map(|entry| entry.at).collect();
        if let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) {
            let of = match (&self.zones[..], self.shape) {
                ([], _) => format!("times without a zone are {zone}"),
                (zones, _) => format!("the text says {}", zones.join(", ")),
            };
            let day = if self.has_day || matches!(self.shape, Shape::Ages | Shape::Json) {
                ""
            } else {
                "; no day is said, so it is the last one that fits"
            };
            notes.push(format!("From {} to {}; {of}{day}.", when(*first), when(*last)));
        }
        if self.noon {
            notes.push("The hours go from 12 back to 1: what follows was taken for the afternoon.".to_owned());
        }
        notes.extend(self.shared_zones.iter().map(|said| format!("{said}.")));
        for zone in &self.unknown_zones {
            notes.push(format!("The zone `{zone}` is not known here and was not used."));
        }
        notes.extend(self.start.map(|start| self.counted_from(&when(start))));
        if !self.new_people.is_empty() {
            notes.push(format!("New here: {}.", some(&self.new_people)));
        }
        if !self.headings.is_empty() {
            let lines: Vec<String> = self.headings.iter().map(usize::to_string).collect();
            notes.push(match &lines[..] {
                [line] => format!("Left out as a heading: line {line}."),
                lines => format!("Left out as headings: lines {}.", some(lines)),
            });
        }
        if !self.wordless.is_empty() {
            let lines: Vec<String> = self.wordless.iter().map(usize::to_string).collect();
            let (which, have) = if lines.len() == 1 {
                ("line", "has")
            } else {
                ("lines", "have")
            };
            notes.push(format!(
                "Left out: {which} {} {have} a time and no words.",
                some(&lines)
            ));
        }
        let first = self.entries.first().map_or(usize::MAX, |entry| entry.line);
        let numbers = |lines: &mut dyn Iterator<Item = &usize>| lines.map(usize::to_string).collect::<Vec<_>>();
        if self.shape != Shape::Plain {
            let left_out = numbers(&mut self.strange.iter().filter(|line| **line < first));
            if !left_out.is_empty() {
                notes.push(format!(
                    "Left out, not understood: {} {}.",
                    word(&left_out),
                    some(&left_out)
                ));
            }
            let joined = numbers(&mut self.strange.iter().filter(|line| **line > first));
            if !joined.is_empty() {
                let has = if joined.len() == 1 { "Line" } else { "Lines" };
                let (verb, stays) = if joined.len() == 1 {
                    ("has", "it stays")
                } else {
                    ("have", "they stay")
                };
                notes.push(
                    format!(
                        "{has} {} {verb} no time of their own: {stays} with the line above.",
                        some(&joined)
                    )
                    .replace("has no time of their own", "has no time of its own"),
                );
            }
        }
        notes
    }
}

fn word(lines: &[String]) -> &'static str {
    if lines.len() == 1 { "line" } else { "lines" }
}

/// The first ones, and how many there are beside them.
fn some(all: &[String]) -> String {
    let shown = all[..all.len().min(TOLD)].join(", ");
    match all.len().saturating_sub(TOLD) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
