//! Everything of an incident that has words, line by line, and what a query finds in it.

use super::query::{Line, Query};
use super::{Case, recurrence};
use crate::incident::{Incident, live};

/// A line of an incident: a field of its own, or of an entry.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// The list that it is in, or the field that it is.
    pub section: &'static str,
    /// The entry's id; empty for a field.
    pub id: String,
    /// When it was, or what it is, in words.
    pub when: String,
    /// What is looked at.
    pub line: Line<'a>,
}

/// A line that was found, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The incident's id.
    pub incident: String,
    /// Its title.
    pub title: String,
    /// When it was, or what it is, in words.
    pub when: String,
    /// The line.
    pub text: String,
}

/// What a query finds in these incidents, at most so many lines.
pub fn found(query: &Query, cases: &[Case], most: usize) -> Vec<Found> {
    let repeats = recurrence::recurrences(cases);
    let meant = cases.iter().filter(|case| query.may_meet(case, &repeats));
    let of = |case: &Case| {
        // Filters alone ask for incidents, not for every line of them.
        let each = if query.has_words() { usize::MAX } else { 1 };
        let hits = lines(&case.incident).filter(|hit| query.line(&hit.line)).take(each);
        let found = hits.map(|hit| Found {
            incident: case.id.clone(),
            title: case.incident.title.clone(),
            when: hit.when,
            text: hit.line.text.to_owned(),
        });
        found.collect::<Vec<_>>()
    };
    meant.flat_map(of).take(most).collect()
}

/// Everything of an incident that has words.
pub fn lines(incident: &Incident) -> impl Iterator<Item = Hit<'_>> {
    let hit = |section, id: &str, when: String, text, by, at| Hit {
        section,
        id: id.to_owned(),
        when,
        line: Line {
            text,
            by,
            kind: None,
            at,
            id: "",
        },
    };
    let began = incident.declared.as_ref().map(|moment| moment.at);
    let own = [
        ("title", Some(incident.title.as_str())),
        ("summary", incident.summary.as_deref()),
        ("cause", incident.cause.as_deref()),
    ];
    let mut all: Vec<Hit<'_>> = own
        .into_iter()
        .filter_map(|(name, text)| Some(hit(name, "", name.to_owned(), text?, "", began)))
        .collect();
    if let Some(title) = all.first_mut() {
        title.line.id = &incident.id;
    }
    for one in live(&incident.hypotheses) {
        all.push(hit(
            "hypotheses",
            &one.id,
            one.state.to_string(),
            &one.statement,
            &one.by,
            Some(one.at),
        ));
        for remark in one.tests.iter().chain(&one.evidence) {
            all.push(hit(
                "hypotheses",
                &one.id,
                "evidence".into(),
                &remark.text,
                &remark.by,
                Some(remark.at),
            ));
        }
    }
    for one in live(&incident.mitigations) {
        all.push(hit(
            "mitigations",
            &one.id,
            one.state.to_string(),
            &one.text,
            &one.by,
            Some(one.at),
        ));
    }
    for one in live(&incident.actions) {
        all.push(hit(
            "actions",
            &one.id,
            one.state.to_string(),
            &one.text,
            &one.by,
            Some(one.at),
        ));
    }
    for one in live(&incident.timeline) {
        let when = one.at.chrono().format("%Y-%m-%d %H:%M").to_string();
        let mut found = hit("timeline", &one.id, when, &one.text, &one.by, Some(one.at));
        found.line.kind = Some(&one.kind);
        all.push(found);
    }
    all.into_iter()
}
