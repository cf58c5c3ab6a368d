//! An incident for people without a terminal: as Markdown, CSV, JSON, calendar, and one HTML page that needs nothing beside itself. Pure: same
//! file, same bytes.

pub mod calendar;
pub mod csv;
pub mod html;
pub mod json;
pub mod markdown;

use crate::framework::Framework;
use crate::incident::{Communication, Event, Incident, Time, clock, live};
use crate::recall::Case;
use crate::review::public::without_names;

/// For whom it is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// The team: everything.
    #[default]
    Internal,
    /// People outside: only what was sent to them.
    External,
}

/// What is exported.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The incident.
    pub case: &'a Case,
    /// Its framework.
    pub framework: &'a Framework,
    /// For whom.
    pub audience: Audience,
}

impl<'a> Subject<'a> {
    fn incident(&self) -> &'a Incident {
        &self.case.incident
    }

    /// As of when: the newest change in the file.
    fn as_of(&self) -> Time {
        match self.audience {
            Audience::Internal => clock::newest(self.incident()),
            Audience::External => self.sent().iter().map(|sent| sent.at).max().unwrap_or_default(),
        }
    }

    /// Its title; people outside know it by its day.
    fn title(&self) -> String {
        match self.audience {
            Audience::Internal => self.incident().title.clone(),
            Audience::External => {
                let day = clock::start(self.incident()).map(|at| at.date().to_string());
                format!(
                    "Service incident{}",
                    day.map(|day| format!(" of {day}")).unwrap_or_default()
                )
            }
        }
    }

    /// Its id and title; the id is for the inside.
    fn name(&self) -> String {
        match self.audience {
            Audience::Internal => format!("{} {}", self.case.id, self.title()),
            Audience::External => self.title(),
        }
    }

    /// Events in the order of the timeline, those that were retracted too; none for people outside.
    fn events(&self) -> Vec<&'a Event> {
        let mut events: Vec<&Event> = match self.audience {
            Audience::Internal => self.incident().timeline.iter().map(AsRef::as_ref).collect(),
            Audience::External => Vec::new(),
        };
        events.sort_by(|a, b| a.in_time(b));
        events
    }

    /// What was sent: to anyone, or to audiences outside.
    fn sent(&self) -> Vec<&'a Communication> {
        let outside = |sent: &&Communication| {
            let mut audiences = self.framework.audiences.iter();
            self.audience == Audience::Internal
                || audiences.any(|one| one.id == sent.audience && !one.states.is_empty())
        };
        let mut all: Vec<&Communication> = live(&self.incident().communications).filter(outside).collect();
        all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        all
    }

    /// The words of an update, for this audience.
    fn words(&self, sent: &Communication) -> String {
        match self.audience {
            Audience::Internal => sent.text.clone(),
            Audience::External => without_names(&sent.text, self.case, self.framework),
        }
    }
}

/// A word as a line begins with it.
fn begun(word: &str) -> String {
    let mut chars = word.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + chars.as_str()
}

/// Values of a field of the file as text.
fn text_of(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
