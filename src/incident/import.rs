//! Many lines at once: a chat paste, a shell history, notes with times, as one change. How such texts are read is the room
//! `backfill`.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::apply::words::{past, person, text};
use super::change::Refusal;
use super::model::{Event, Incident};
use super::people::folded;
use super::time::Time;
use super::words::EventKind;

/// What `ref` of an imported event begins with; the nonce of the request that brought it follows.
const MARK: &str = "import.";

/// One entry of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Its first line in what was given, from 1.
    pub line: usize,
    /// When it happened, if that was said.
    pub at: Option<Time>,
    /// Who said it, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The kind that was named; a note otherwise.
    pub kind: EventKind,
    /// The words; of several lines where lines without a time followed.
    pub text: String,
}

/// The `ref` of what a request imports.
pub fn mark(nonce: &str) -> String {
    format!("{MARK}{nonce}")
}

/// The events that came with one import, as the timeline has them.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    /// Which import: the nonce of its request.
    pub id: &'a str,
    /// When it was made.
    pub at: Time,
    /// What it brought.
    pub events: Vec<&'a Event>,
}

impl Batch<'_> {
    /// Whether all of it was taken back.
    pub fn is_retracted(&self) -> bool {
        self.events.iter().all(|event| event.retracted.is_some())
    }
}

/// The import that an event came with.
pub fn of(event: &Event) -> Option<&str> {
    let id = event.subject.as_deref()?.strip_prefix(MARK)?;
    (!id.contains('.')).then_some(id)
}

/// All imports, the last one last.
pub fn batches(incident: &Incident) -> Vec<Batch<'_>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<Batch<'_>> = Vec::new();
    for event in &incident.timeline {
        let Some(id) = of(event) else { continue };
        let written = event.recorded.unwrap_or(event.at);
        let place = *places.entry(id).or_insert(found.len());
        match found.get_mut(place) {
            Some(batch) => {
                batch.at = batch.at.max(written);
                batch.events.push(event);
            }
            None => found.push(Batch {
                id,
                at: written,
                events: vec![event],
            }),
        }
    }
    found.sort_by(|one, other| (one.at, one.id).cmp(&(other.at, other.id)));
    found
}

/// The import that is meant: by its id or the beginning of it, or by that of an event that came with it.
pub fn find<'a>(incident: &'a Incident, wanted: &str) -> Result<Batch<'a>, Refusal> {
    let all = batches(incident);
    let wanted = wanted.trim().to_ascii_lowercase();
    let wanted = wanted.strip_prefix(MARK).unwrap_or(&wanted);
    let named = |batch: &&Batch<'a>| {
        !wanted.is_empty()
            && (batch.id.starts_with(wanted) || batch.events.iter().any(|event| event.id.starts_with(wanted)))
    };
    let found: Vec<&Batch<'a>> = all.iter().filter(named).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => Err(Refusal::NotFound {
            said: format!("there is no import `{}`", super::apply::words::brief(wanted)),
            candidates: candidates(all.iter()),
        }),
        several => Err(Refusal::NotFound {
            said: format!(
                "`{wanted}` is the beginning of {} imports; type more of it",
                several.len()
            ),
            candidates: candidates(several.iter().copied()),
        }),
    }
}

/// `id  what it is`, the last one first.
fn candidates<'b, 'a: 'b>(batches: impl DoubleEndedIterator<Item = &'b Batch<'a>>) -> Vec<String> {
    let line = |batch: &Batch<'a>| {
        let first = batch.events.first().map_or("", |event| event.text.as_str());
        format!(
            "{}  {} lines: {}",
            batch.id,
            batch.events.len(),
            super::apply::words::brief(first)
        )
    };
    batches.rev().take(12).map(line).collect()
}

/// What an import comes to.
#[derive(Clone, Debug, Default)]
pub struct Sifted {
    /// What is new, its words tidied and its author named.
    pub fresh: Vec<Imported>,
    /// How many are there already.
    pub already: usize,
    /// What cannot be logged, by its line.
    pub refused: Vec<(usize, Refusal)>,
}

/// Sorts an import by what the timeline holds already. As many of a line, at its time and by its person, as are there are
/// left out, so that importing twice adds nothing and what was said twice is kept twice. What was corrected counts as it
/// was imported; what came with an import that was taken back does not count. Lines without a time are of now, and new;
/// but not before a paste all of whose other lines are there.
pub fn sift(incident: &Incident, lines: &[Imported], by: &str, now: Time) -> Sifted {
    type Key = (Option<Time>, String, String);
    let batches = batches(incident);
    let gone: Vec<&str> = batches
        .iter()
        .filter(|batch| batch.is_retracted())
        .map(|batch| batch.id)
        .collect();
    let mut held: HashMap<Key, usize> = HashMap::new();
    for event in &incident.timeline {
        let batch = of(event);
        if batch.is_some_and(|id| gone.contains(&id)) {
            continue;
        }
        let at = event.was.iter().find_map(|former| former.time).unwrap_or(event.at);
        let words = event.was.iter().find_map(|former| former.text.as_ref());
        let words = words.unwrap_or(&event.text);
        *held.entry((Some(at), folded(&event.by), words.clone())).or_default() += 1;
        if batch.is_some() && event.recorded.is_none() {
            *held.entry((None, folded(&event.by), words.clone())).or_default() += 1;
        }
    }
    let mut sifted = Sifted::default();
    let mut untimed = Vec::new();
    for line in lines {
        let tidied = tidy(line, by, now);
        let line = match tidied {
            Ok(line) => line,
            Err(refusal) => {
                sifted.refused.push((line.line, refusal));
                continue;
            }
        };
        let who = line.who.as_deref().unwrap_or(by);
        let key = (line.at, folded(who), line.text.clone());
        let there = held.get_mut(&key).filter(|left| **left > 0);
        match there {
            Some(left) if line.at.is_some() => {
                *left -= 1;
                sifted.already += 1;
                continue;
            }
            Some(left) => {
                *left -= 1;
                untimed.push(sifted.fresh.len());
            }
            None => {}
        }
        sifted.fresh.push(line);
    }
    // Only its lines without a time are left: the paste is one that was imported before.
    if sifted.already > 0 && sifted.fresh.iter().all(|line| line.at.is_none()) {
        sifted.already += untimed.len();
        for place in untimed.into_iter().rev() {
            sifted.fresh.remove(place);
        }
    }
    sifted
}

fn tidy(line: &Imported, by: &str, now: Time) -> Result<Imported, Refusal> {
    let known = EventKind::LOGGABLE.contains(&line.kind);
    Ok(Imported {
        line: line.line,
        at: line.at.map(|at| past(at, now)).transpose()?,
        who: Some(person(line.who.as_deref().unwrap_or(by))?),
        kind: if known { line.kind.clone() } else { EventKind::Note },
        text: text(&line.text, "line")?,
    })
}
