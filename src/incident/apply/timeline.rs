//! The timeline: lines that people log, and the corrections of lines.

use std::fmt::Write as _;

use super::draft::{Done, Draft};
use super::words::{brief, invalid, past, person, text, unchanged};
use crate::incident::change::Refusal;
use crate::incident::entry::Entry;
use crate::incident::ids;
use crate::incident::import::{self, Imported};
use crate::incident::model::{Event, Former, Redaction, Spot};
use crate::incident::people;
use crate::incident::time::Time;
use crate::incident::words::EventKind;

/// A line as it is logged, its kind and time checked.
fn line(draft: &Draft, kind: &EventKind, words: &str, at: Option<Time>) -> Result<Event, Refusal> {
    if !EventKind::LOGGABLE.contains(kind) {
        let known: Vec<_> = EventKind::LOGGABLE.iter().map(EventKind::as_str).collect();
        return invalid(format!(
            "`{}` is not a kind one can log; use {}",
            brief(kind.as_str()),
            known.join(", ")
        ));
    }
    let now = draft.now();
    let at = past(at.unwrap_or(now), now)?;
    Ok(Event {
        id: draft.id(Event::LETTER),
        at,
        by: draft.by().to_owned(),
        recorded: (at != now).then_some(now),
        kind: kind.clone(),
        text: text(words, "line")?,
        ..Event::default()
    })
}

pub(super) fn log(draft: &mut Draft, kind: &EventKind, words: &str, at: Option<Time>, pin: bool) -> Done {
    let mut event = Event {
        pinned: pin,
        ..line(draft, kind, words, at)?
    };
    if let Some(who) = draft.said_by() {
        event.by = who.to_owned();
    }
    draft.log(event);
    Ok(())
}

pub(super) fn import(draft: &mut Draft, kind: &EventKind, words: &str, at: Option<Time>, who: Option<&str>) -> Done {
    let mut event = line(draft, kind, words, at)?;
    if let Some(who) = who {
        event.by = person(who)?;
    }
    let same = |other: &&Event| {
        at.is_some() && other.at == event.at && people::same(&other.by, &event.by) && other.text == event.text
    };
    if let Some(other) = draft.old.timeline.iter().map(AsRef::as_ref).find(same) {
        return invalid(format!(
            "that line is there already ({}): {}",
            other.id,
            brief(&event.text)
        ));
    }
    draft.log(event);
    Ok(())
}

pub(super) fn import_lines(draft: &mut Draft, lines: &[Imported]) -> Done {
    let now = draft.now();
    let sifted = import::sift(draft.old, lines, draft.by(), now);
    if sifted.fresh.is_empty() {
        return match (sifted.already, sifted.refused.into_iter().next()) {
            (0, Some((_, refusal))) => Err(refusal),
            (0, None) => invalid("there is no line to import"),
            (1, _) => unchanged("the line is there already; nothing was changed"),
            (all, _) => unchanged(format!("all {all} lines are there already; nothing was changed")),
        };
    }
    let nonce = draft.request.nonce.as_str();
    let subject = import::mark(nonce);
    let count = sifted.fresh.len();
    let mut said = if count == 1 {
        "imported 1 line".to_owned()
    } else {
        format!("imported {count} lines")
    };
    for (count, what) in [(sifted.already, "there already"), (sifted.refused.len(), "left out")] {
        if count > 0 {
            let _ = write!(said, ", {count} {what}");
        }
    }
    // Each is written down a millisecond after the one before it, so that those of one time keep their order everywhere.
    let events = sifted.fresh.into_iter().enumerate().map(|(place, line)| {
        let written = Time::from_millis(now.millis() + i64::try_from(place).unwrap_or_default());
        let at = line.at.unwrap_or(written);
        Event {
            id: format!("e{}", ids::of_many(nonce, place)),
            at,
            by: line.who.unwrap_or_else(|| draft.by().to_owned()),
            recorded: (at != written).then_some(written),
            kind: line.kind,
            text: line.text,
            subject: Some(subject.as_str().into()),
            ..Event::default()
        }
    });
    let events: Vec<Event> = events.collect();
    if let Some(twice) = events
        .iter()
        .find(|event| ids::find::<Event>(draft.old, &event.id).is_some())
    {
        return invalid(format!(
            "the id {} is taken by another event; import it again",
            twice.id
        ));
    }
    draft.log_all(events, said, format!("{subject}.retracted"));
    Ok(())
}

/// All lines of an import, or of the one that an event came with.
pub(super) fn retract_import(draft: &mut Draft, id: &str, reason: &str) -> Done {
    let reason = text(reason, "reason")?;
    let old = draft.old;
    let found = import::find(old, id)?;
    let standing: Vec<&str> = found
        .events
        .iter()
        .filter(|event| event.retracted.is_none())
        .map(|event| event.id.as_str())
        .collect();
    let count = standing.len();
    if count == 0 {
        return unchanged("that import was taken back already; nothing was changed");
    }
    for id in &standing {
        draft.edit::<Event>(id, |event| event.retracted = Some(reason.clone().into()))?;
    }
    let lines = if count == 1 {
        "1 line".to_owned()
    } else {
        format!("{count} lines")
    };
    let said = format!("retracted: import of {lines} ({})", brief(&reason));
    let event = draft.say(EventKind::Field, said);
    event.subject = Some(format!("{}.retracted", import::mark(found.id)).into());
    event.to = Some(brief(&reason).into());
    Ok(())
}

pub(super) fn edit(draft: &mut Draft, id: &str, words: Option<&str>, at: Option<Time>) -> Done {
    let old = draft.get::<Event>(id)?;
    let words = words.map(|words| text(words, "line")).transpose()?;
    let words = words.filter(|words| *words != old.text);
    let at = at
        .map(|at| past(at, draft.now()))
        .transpose()?
        .filter(|at| *at != old.at);
    if words.is_none() && at.is_none() {
        return unchanged("that is what the line says already; nothing was changed");
    }
    if let Some(words) = &words {
        super::correct::words_of(draft, id, words)?;
    }
    if let Some(at) = at {
        super::correct::time_of(draft, id, at)?;
        super::moved::follow(draft, &old, at)?;
        super::mitigations::in_order(draft)?;
    }
    let quoted = brief(&old.text);
    let (said, field) = match (&words, at) {
        (Some(words), None) => (format!("corrected: {} (was: {quoted})", brief(words)), "text"),
        (Some(words), Some(at)) => (
            format!(
                "corrected and moved to {}: {} (was: {quoted}, {})",
                at.hm(),
                brief(words),
                old.at.hm()
            ),
            "text",
        ),
        (None, at) => {
            let at = at.unwrap_or(old.at);
            (format!("moved to {} (was {}): {quoted}", at.hm(), old.at.hm()), "at")
        }
    };
    let (from, to) = match (&words, at) {
        (Some(words), _) => (quoted, brief(words)),
        (None, at) => (old.at.to_string(), at.unwrap_or(old.at).to_string()),
    };
    let event = draft.say(EventKind::Field, said);
    event.subject = Some(format!("{id}.{field}").into());
    event.from = Some(from.into());
    event.to = Some(to.into());
    Ok(())
}

/// Sets words or time of an event, keeps the old ones, and puts it in its place. An event that was moved keeps its own
/// stamp in `recorded`.
pub(super) fn correct(draft: &mut Draft, id: &str, words: Option<String>, at: Option<Time>) -> Done {
    let former = Former {
        id: draft.id('f'),
        at: draft.now(),
        by: draft.by().to_owned(),
        ..Former::default()
    };
    draft.edit::<Event>(id, |event| {
        // Words and time that one change corrects are one former state.
        let same = event.was.pop_if(|last| last.id == former.id);
        let mut former = same.unwrap_or(former);
        if let Some(words) = words {
            former.text = Some(std::mem::replace(&mut event.text, words));
        }
        if let Some(at) = at {
            former.time = Some(event.at);
            event.recorded = event.recorded.or(Some(event.at));
            // An acknowledgement names its own time, too.
            if event.kind == EventKind::Acknowledged {
                event.to = Some(at.to_string().into());
            }
            event.at = at;
        }
        event.was.push(former);
    })?;
    if at.is_some() {
        draft.reorder(id);
    }
    Ok(())
}

/// Sets kind or author of an event, and keeps the old ones.
pub(super) fn attribute(draft: &mut Draft, id: &str, kind: Option<EventKind>, by: Option<String>) -> Done {
    let former = Former {
        id: draft.id('f'),
        at: draft.now(),
        by: draft.by().to_owned(),
        ..Former::default()
    };
    draft.edit::<Event>(id, |event| {
        let mut former = former;
        if let Some(kind) = kind {
            former.kind = Some(std::mem::replace(&mut event.kind, kind));
        }
        if let Some(by) = by {
            former.author = Some(std::mem::replace(&mut event.by, by));
        }
        event.was.push(former);
    })
}

pub(super) fn retract(draft: &mut Draft, id: &str, reason: &str) -> Done {
    let old = draft.get::<Event>(id)?;
    if let Some(reason) = &old.retracted {
        return unchanged(format!("that line was retracted already ({})", brief(reason)));
    }
    let reason = text(reason, "reason")?;
    let said = format!("retracted: {} ({})", brief(&old.text), brief(&reason));
    draft.edit::<Event>(id, |event| event.retracted = Some(reason.clone().into()))?;
    let event = draft.say(EventKind::Field, said);
    event.subject = Some(format!("{id}.retracted").into());
    event.to = Some(brief(&reason).into());
    Ok(())
}

pub(super) fn restore(draft: &mut Draft, id: &str) -> Done {
    let old = draft.get::<Event>(id)?;
    let Some(reason) = &old.retracted else {
        return unchanged("that line was not retracted; nothing was changed");
    };
    draft.edit::<Event>(id, |event| event.retracted = None)?;
    let event = draft.say(EventKind::Field, format!("restored: {}", brief(&old.text)));
    event.subject = Some(format!("{id}.retracted").into());
    event.from = Some(brief(reason).into());
    Ok(())
}

pub(super) fn pin(draft: &mut Draft, id: &str, pinned: bool) -> Done {
    let old = draft.get::<Event>(id)?;
    let word = if pinned { "pinned" } else { "unpinned" };
    if old.pinned == pinned {
        return unchanged(format!("that line is {word} already"));
    }
    draft.edit::<Event>(id, |event| event.pinned = pinned)?;
    let event = draft.say(EventKind::Field, format!("{word}: {}", brief(&old.text)));
    event.subject = Some(format!("{id}.pinned").into());
    event.to = Some(pinned.to_string().into());
    Ok(())
}

/// Takes words out for good. The event says who, when and why; it refers to the redaction, not to what was redacted.
pub(super) fn redact(draft: &mut Draft, said: &str, what: &[Spot], reason: Option<&str>) -> Done {
    if what.is_empty() {
        return invalid("there are no such words; nothing was changed");
    }
    let why = reason
        .map(|reason| text(reason, "reason"))
        .transpose()?
        .unwrap_or_default();
    let redaction = Redaction {
        id: draft.id(Redaction::LETTER),
        at: draft.stamped(),
        by: draft.by().to_owned(),
        why: why.clone(),
        what: what.to_vec(),
        ..Redaction::default()
    };
    let id = redaction.id.clone();
    draft.add(redaction);
    draft.lasting();
    let because = if why.is_empty() {
        String::new()
    } else {
        format!(" ({})", brief(&why))
    };
    let event = draft.say(EventKind::Redaction, format!("redacted: {}{because}", brief(said)));
    event.subject = Some(id.into());
    Ok(())
}
