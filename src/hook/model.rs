//! A hook: on which events, what is run or where it is posted, in which form.

use std::time::Duration;

use super::event::Named;
use crate::message::Format;

/// Where a value comes from that is not for everyone to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It stands in the hook itself.
    Given(String),
    /// The first line of a file; `~` is the home folder.
    File(String),
    /// A variable of the environment.
    Env(String),
}

impl Source {
    /// For people: where it comes from, never what it is.
    pub fn shown(&self) -> String {
        match self {
            Self::Given(value) => value.clone(),
            Self::File(path) => format!("from the file {path}"),
            Self::Env(name) => format!("from ${name}"),
        }
    }
}

/// A webhook's target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Where to.
    pub url: Source,
    /// What it is signed with, one key or several; not signed where there is none.
    pub secret: Option<Source>,
    /// The whole `Authorization` header, where the receiver wants one.
    pub authorization: Option<Source>,
    /// The form of the body; the event as JSON where there is none.
    pub format: Option<Format>,
}

/// What a hook does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// Runs a program: the event is on its standard input.
    Command(Vec<String>),
    /// Posts to an address.
    Webhook(Box<Way>),
}

/// A hook as it is described.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its name, unique in its file.
    pub name: String,
    /// Events, by name or pattern.
    pub on: Vec<String>,
    /// Only updates to these audiences; all where there is none.
    pub audiences: Vec<String>,
    /// Only incidents of these severities; all where there is none.
    pub severities: Vec<String>,
    /// Only what whoever holds this role does; everyone's where there is none.
    pub only: Option<String>,
    /// It answers the requests to this specialist.
    pub answers: Option<String>,
    /// What it does.
    pub run: Run,
    /// How long one try may take.
    pub limit: Duration,
    /// The line of its file that it begins in, from 1; counted only for one that names a role (`only`).
    pub line: usize,
    /// The hook's own lines: what a person allows.
    pub text: String,
}

/// What of an incident and its event decides whether a hook fires.
#[derive(Clone, Copy, Debug)]
pub struct Firing<'a> {
    /// The event.
    pub named: Named,
    /// The audience of an update.
    pub audience: Option<&'a str>,
    /// Whom a request is for.
    pub to: Option<&'a str>,
    /// How bad the incident is.
    pub severity: &'a str,
}

impl Hook {
    /// Whether it fires.
    pub fn fires(&self, firing: Firing<'_>) -> bool {
        let any =
            |list: &[String], word: &str| list.is_empty() || list.iter().any(|one| one.eq_ignore_ascii_case(word));
        if !any(&self.severities, firing.severity) {
            return false;
        }
        if let Some(program) = &self.answers
            && firing.named == Named::Requested
        {
            return firing.to.is_some_and(|to| to.eq_ignore_ascii_case(program));
        }
        let on = self.on.iter().any(|pattern| firing.named.is(pattern));
        on && match firing.audience {
            Some(audience) => any(&self.audiences, audience),
            // A hook for certain audiences is about what they read.
            None => self.audiences.is_empty(),
        }
    }

    /// When it fires, for people: `incident.declared at P0`.
    pub fn occasions(&self) -> String {
        let mut on = self.on.join(", ");
        if let Some(answers) = &self.answers {
            on = format!("requests to {answers}{}{on}", if on.is_empty() { "" } else { ", " });
        }
        if on.is_empty() {
            // The person's own program; any other hook names its events.
            on = "timers that run out".into();
        }
        let only: Vec<String> = self.only.iter().cloned().collect();
        for (word, list) in [("to", &self.audiences), ("at", &self.severities), ("by", &only)] {
            if !list.is_empty() {
                on = format!("{on} {word} {}", list.join(", "));
            }
        }
        on
    }

    /// Where it goes, for people; never a secret.
    pub fn target(&self) -> String {
        match &self.run {
            Run::Command(words) => words.join(" "),
            Run::Webhook(way) => match &way.url {
                // What stands behind the host may be as good as a password.
                Source::Given(url) => host(url).to_owned(),
                other => other.shown(),
            },
        }
    }
}

/// Scheme and host of an address.
pub fn host(url: &str) -> &str {
    let after = url.find("://").map_or(0, |at| at + 3);
    let end = url[after..].find(['/', '?', '#']).map_or(url.len(), |at| at + after);
    &url[..end]
}
