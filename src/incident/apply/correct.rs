//! Correcting what an entry says, and taking an entry out: one way for every list. What stood there before stays in the event
//! that tells of the correction. An entry and the line that told of it first go together: whichever of the two is
//! corrected, the other follows.

use serde_json::{Map, Value};

use super::draft::{Done, Draft};
use super::registers;
use super::timeline;
use super::words::{brief, invalid, line, past, person, text, unchanged};
use crate::incident::change::{DECLINED, Refusal};
use crate::incident::entry::{Entry, REMARKS, SECTIONS, fields_of, in_section};
use crate::incident::field::{self, Field, Form};
use crate::incident::ids;
use crate::incident::model::{Event, Hypothesis, Item, Mitigation, Redaction};
use crate::incident::time::{Time, format_duration, parse_duration};
use crate::incident::words::EventKind;

impl Form {
    /// A value in the form that the file has; null where it is taken away.
    fn read(self, given: &str, name: &str, now: Time) -> Result<Value, Refusal> {
        let instant = |given: &str| {
            Time::parse_rfc3339(given.trim())
                .ok_or_else(|| Refusal::Invalid(format!("`{}` is no time; try 2026-11-20T14:05Z", brief(given))))
        };
        Ok(match self {
            Self::Words => Value::from(text(given, name)?),
            Self::Line => Value::from(line(given, name)?),
            Self::Person => Value::from(person(given)?),
            Self::Past => Value::from(past(instant(given)?, now)?.to_string()),
            Self::Moment => Value::from(instant(given)?.to_string()),
            Self::Day => Value::from(super::actions::day(given)?),
            Self::Percent => match given.trim().trim_end_matches('%').trim_end().parse::<u8>() {
                Ok(percent) if percent <= 100 => Value::from(percent),
                _ => return invalid(format!("`{}` is no percentage; say 0 to 100", brief(given))),
            },
            Self::Span => match parse_duration(given) {
                Ok(span) => Value::from(format_duration(span)),
                Err(error) => return invalid(error.to_string()),
            },
            Self::Word(known) => {
                let word = given.trim().to_lowercase();
                let Some(word) = known.iter().find(|one| **one == word) else {
                    let said = format!("there is no {name} `{}`; use {}", brief(given), known.join(", "));
                    return super::words::unknown(said, known);
                };
                Value::from(*word)
            }
            Self::Side => match given.trim() {
                "for" | "true" => Value::Bool(true),
                "against" | "false" => Value::Bool(false),
                _ => return invalid("evidence speaks `for` or `against` it"),
            },
        })
    }
}

/// Fields of a section that can be corrected.
pub fn correctable(section: &str) -> Vec<&'static str> {
    let of = fields_of(section).iter().filter(|field| field.form.is_some());
    of.map(|field| field.name).collect()
}

/// A value as an event keeps it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Corrects a field of an entry; an empty value takes an optional one away.
pub(crate) fn correct(draft: &mut Draft, section: &str, id: &str, name: &str, given: &str) -> Done {
    if section == Hypothesis::SECTION && ids::find::<Hypothesis>(&draft.new, id).is_none() {
        return remark(draft, id, name, given);
    }
    let value = read(draft, section, name, given)?;
    in_section!(section, T => entry::<T>(draft, id, name, &value))
        .unwrap_or_else(|| invalid(format!("there is no list `{}`", brief(section))))
}

/// The value that is meant, in its form.
fn read(draft: &Draft, section: &str, name: &str, given: &str) -> Result<Value, Refusal> {
    let field = field::find(fields_of(section), name);
    let Some((field, form)) = field.and_then(|field| Some((field, field.form?))) else {
        let known = correctable(section);
        let said = match known.as_slice() {
            [] => format!("nothing of `{}` can be corrected", brief(section)),
            known => format!("`{}` cannot be corrected; what can: {}", brief(name), known.join(", ")),
        };
        return super::words::unknown(said, &known);
    };
    if given.trim().is_empty() {
        if field.optional {
            return Ok(Value::Null);
        }
        return invalid(format!("{name} cannot be left empty; remove the entry instead"));
    }
    form.read(given, name, draft.now())
}

fn entry<T: Entry>(draft: &mut Draft, id: &str, name: &str, value: &Value) -> Done {
    let old = draft.get::<T>(id)?;
    // The words of a framework's item are the framework's.
    if T::SECTION == Item::SECTION && name == "text" && old.made().0 == Time::default() {
        return invalid("that item is the framework's, and so are its words; add one of your own, or a note");
    }
    let before = registers::map(&*old);
    let was = before.get(name).cloned().unwrap_or(Value::Null);
    if was == *value {
        return unchanged(format!("that is what it says already ({name}); nothing was changed"));
    }
    // Who or when of something that has not happened is no correction.
    let later = field::find(T::FIELDS, name).is_some_and(|field| field.later);
    if was.is_null() && later {
        return invalid(format!("there is no `{name}` to correct yet: {}", brief(old.title())));
    }
    if T::SECTION == Event::SECTION {
        let kind = before.get("kind").and_then(Value::as_str).unwrap_or_default();
        if name == "kind" && !EventKind::LOGGABLE_WORDS.contains(&kind) {
            return invalid(format!(
                "the program wrote that line ({kind}), and its kind stays; correct its words or time"
            ));
        }
        event(draft, id, name, value)?;
    } else {
        set::<T>(draft, id, name, value)?;
        follow_entry::<T>(draft, &old, name, &was, value)?;
    }
    super::mitigations::in_order(draft)?;
    let said = format!(
        "corrected {} ({}): {}",
        T::NOUN,
        name.replace('_', " "),
        told(&was, value)
    );
    tell(draft, T::KIND, said, format!("{id}.{name}"), &was, value);
    Ok(())
}

/// `new (was: old)`.
fn told(was: &Value, value: &Value) -> String {
    // An instant as people read it; the event keeps it to the millisecond beside its words.
    let plain = |value: &Value| {
        let text = shown(value);
        let at = Time::parse_rfc3339(&text);
        at.map_or(text, |at| at.chrono().format("%Y-%m-%d %H:%M:%S UTC").to_string())
    };
    match (brief(&plain(was)), brief(&plain(value))) {
        (was, value) if value.is_empty() => format!("taken away (was: {was})"),
        (was, value) if was.is_empty() => value,
        (was, value) => format!("{value} (was: {was})"),
    }
}

fn tell(draft: &mut Draft, kind: EventKind, said: String, subject: String, was: &Value, value: &Value) {
    let (from, to) = (shown(was), shown(value));
    let event = draft.say(kind, said);
    event.subject = Some(subject.into());
    event.from = (!from.is_empty()).then(|| from.into());
    event.to = (!to.is_empty()).then(|| to.into());
}

/// Sets a field. Where an entry's own time or author goes, the fields that had their stamp from it get it written out.
fn set<T: Entry>(draft: &mut Draft, id: &str, name: &str, value: &Value) -> Done {
    let mut failed = None;
    draft.edit::<T>(id, |entry| {
        let mut map = registers::map(entry);
        registers::set(&mut map, name, value);
        match registers::entry(map) {
            Ok(next) => *entry = next,
            Err(refusal) => failed = Some(refusal),
        }
    })?;
    failed.map_or(Ok(()), Err)
}

/// A test or a piece of evidence, by its own id.
fn remark(draft: &mut Draft, id: &str, name: &str, given: &str) -> Done {
    let holds = |hypothesis: &Hypothesis| {
        let both = [("tests", &hypothesis.tests), ("evidence", &hypothesis.evidence)];
        both.into_iter()
            .find(|(_, list)| list.iter().any(|one| one.id == id && one.retracted.is_none()))
            .map(|(list, _)| (hypothesis.id.clone(), list))
    };
    let found = crate::incident::live(&draft.new.hypotheses).find_map(holds);
    let Some((hypothesis, list)) = found else {
        return draft.get::<Hypothesis>(id).map(|_| ());
    };
    let value = read(draft, REMARKS, name, given)?;
    let path = format!("{list}.{id}.{name}");
    let old = draft.get::<Hypothesis>(&hypothesis)?;
    let was = registers::get(&registers::map(&*old), &path).clone();
    if was == value {
        return unchanged(format!("that is what it says already ({name}); nothing was changed"));
    }
    set::<Hypothesis>(draft, &hypothesis, &path, &value)?;
    if let Some(event) = created_by(draft, id) {
        retell(draft, &event, name, &was, &value)?;
    }
    let said = format!("corrected {list} ({name}): {}", told(&was, &value));
    tell(
        draft,
        EventKind::Hypothesis,
        said,
        format!("{hypothesis}.{path}"),
        &was,
        &value,
    );
    Ok(())
}

/// The line that told of an entry first: both have their ids from one request.
fn created_by(draft: &Draft, id: &str) -> Option<String> {
    let nonce = id.get(1..).filter(|nonce| ids::is_nonce(nonce))?;
    let event = format!("e{nonce}");
    ids::find::<Event>(&draft.new, &event).map(|event| event.id.clone())
}

/// The line that told of the state whose time a field is: the last one.
fn step_of(draft: &Draft, id: &str, field: &Field) -> Option<String> {
    let subject = format!("{id}.state");
    let told = draft.new.timeline.iter().rev().find(|event| {
        event.subject.as_deref() == Some(subject.as_str())
            && event.from != event.to
            && event.to.as_deref().is_some_and(|to| field.dates.contains(&to))
    });
    told.map(|event| event.id.clone())
}

/// The line goes with its entry: its words, its time, its author.
fn follow_entry<T: Entry>(draft: &mut Draft, old: &T, name: &str, was: &Value, value: &Value) -> Done {
    let field = field::find(T::FIELDS, name);
    let step = field.filter(|field| !field.dates.is_empty());
    let told = if name == T::TIME || name == "by" || was.as_str() == Some(old.title()) {
        created_by(draft, old.id())
    } else {
        step.and_then(|field| step_of(draft, old.id(), field))
    };
    let name = if name == T::TIME || step.is_some() { "at" } else { name };
    match told {
        Some(event) => retell(draft, &event, name, was, value),
        None => Ok(()),
    }
}

/// Words are put in the place of those that the line quotes.
fn retell(draft: &mut Draft, id: &str, name: &str, was: &Value, value: &Value) -> Done {
    let event = draft.get::<Event>(id)?;
    match name {
        "at" => match value.as_str().and_then(Time::parse_rfc3339) {
            Some(at) if at != event.at => timeline::correct(draft, id, None, Some(at)),
            _ => Ok(()),
        },
        "by" => match value.as_str() {
            Some(by) if by != event.by => timeline::attribute(draft, id, None, Some(by.to_owned())),
            _ => Ok(()),
        },
        _ => {
            let (was, value) = (shown(was), shown(value));
            let quoted = if event.text.contains(&was) { was } else { brief(&was) };
            let Some(place) = event.text.find(&quoted).filter(|_| !quoted.is_empty()) else {
                return Ok(());
            };
            let words = format!("{}{value}{}", &event.text[..place], &event.text[place + quoted.len()..]);
            timeline::correct(draft, id, Some(words), None)
        }
    }
}

/// Corrects a line of the timeline, and what it told of.
fn event(draft: &mut Draft, id: &str, name: &str, value: &Value) -> Done {
    let given = shown(value);
    match name {
        "text" => words_of(draft, id, &given),
        "at" => match Time::parse_rfc3339(&given) {
            Some(at) => time_of(draft, id, at),
            None => invalid(format!("`{}` is no time", brief(&given))),
        },
        "by" => {
            timeline::attribute(draft, id, None, Some(given.clone()))?;
            with_made(draft, id, &mut |draft, section, entry| {
                in_section!(section, T => set::<T>(draft, entry, "by", value)).unwrap_or(Ok(()))
            })
        }
        _ => timeline::attribute(draft, id, Some(EventKind::from(given.as_str())), None),
    }
}

/// What is to be done to an entry that a line told of: its list, its id.
type Follow<'f> = dyn FnMut(&mut Draft, &str, &str) -> Done + 'f;

/// Does something to the entry that a line told of first, where it did.
fn with_made(draft: &mut Draft, event: &str, act: &mut Follow) -> Done {
    let Some((section, id)) = made_by(draft, event) else {
        return Ok(());
    };
    act(draft, section, &id)
}

/// The list and id of the entry that a line told of first.
fn made_by(draft: &Draft, event: &str) -> Option<(&'static str, String)> {
    let nonce = event.strip_prefix('e')?;
    fn has<T: Entry>(draft: &Draft, nonce: &str) -> Option<(&'static str, String)> {
        let of = |id: &str| id.get(1..) == Some(nonce);
        let found = crate::incident::live(T::list(&draft.new)).find(|entry| of(entry.id()))?;
        Some((T::SECTION, found.id().to_owned()))
    }
    SECTIONS
        .iter()
        .filter(|section| **section != Event::SECTION && **section != Redaction::SECTION)
        .find_map(|section| in_section!(*section, T => has::<T>(draft, nonce)).flatten())
}

/// The words of a line; where it told of an entry, the entry has the new ones, too.
pub(crate) fn words_of(draft: &mut Draft, id: &str, words: &str) -> Done {
    let old = draft.get::<Event>(id)?;
    let Some((section, entry)) = made_by(draft, id) else {
        return timeline::correct(draft, id, Some(words.to_owned()), None);
    };
    let title = in_section!(section, T => draft.get::<T>(&entry).map(|entry| entry.title().to_owned()));
    let title = title.unwrap_or_else(|| Ok(String::new()))?;
    // A person's name is no text of the line.
    let field = in_section!(section, T => field::find(T::FIELDS, T::TITLE)).flatten();
    let field = field.filter(|field| matches!(field.form, Some(Form::Words | Form::Line)));
    let quoted = if old.text.contains(&title) {
        title.clone()
    } else {
        brief(&title)
    };
    let Some(place) = old.text.find(&quoted).filter(|_| field.is_some() && !quoted.is_empty()) else {
        return timeline::correct(draft, id, Some(words.to_owned()), None);
    };
    let (before, after) = (&old.text[..place], &old.text[place + quoted.len()..]);
    // Typed with what surrounds them, or the words alone.
    let inner = words
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .filter(|inner| !inner.trim().is_empty())
        .unwrap_or(words);
    let line = format!("{before}{inner}{after}");
    timeline::correct(draft, id, Some(line), None)?;
    if inner == quoted {
        return Ok(());
    }
    let Some(field) = field else { return Ok(()) };
    let value = match field.form {
        Some(Form::Line) => super::words::line(inner, field.name)?,
        _ => inner.to_owned(),
    };
    in_section!(section, T => set::<T>(draft, &entry, field.name, &Value::from(value))).unwrap_or(Ok(()))
}

/// The time of a line; what it set is of then, too.
pub(crate) fn time_of(draft: &mut Draft, id: &str, at: Time) -> Done {
    let old = draft.get::<Event>(id)?;
    timeline::correct(draft, id, None, Some(at))?;
    let value = Value::from(at.to_string());
    if let Some((section, entry)) = made_by(draft, id) {
        return in_section!(section, T => moved::<T>(draft, &entry, T::TIME, old.at, &value)).unwrap_or(Ok(()));
    }
    let (subject, to) = (old.subject.as_deref().unwrap_or_default(), old.to.as_deref());
    let Some(entry) = subject.strip_suffix(".state") else {
        return Ok(());
    };
    for section in SECTIONS {
        in_section!(*section, T => if ids::find::<T>(&draft.new, entry).is_some() {
            let dated = |field: &&Field| to.is_some_and(|to| field.dates.contains(&to));
            for field in T::FIELDS.iter().filter(dated) {
                moved::<T>(draft, entry, field.name, old.at, &value)?;
            }
        });
    }
    Ok(())
}

/// A time that was the line's moves with it; one that was corrected by itself stays.
fn moved<T: Entry>(draft: &mut Draft, id: &str, name: &str, was: Time, value: &Value) -> Done {
    let old = draft.get::<T>(id)?;
    let map: Map<String, Value> = registers::map(&*old);
    let held = map.get(name).and_then(Value::as_str).and_then(Time::parse_rfc3339);
    if held != Some(was) {
        return Ok(());
    }
    set::<T>(draft, id, name, value)
}

/// Takes an entry out: it counts as not there, and stays in the file with the reason.
pub(crate) fn remove(draft: &mut Draft, section: &str, id: &str, reason: &str) -> Done {
    in_section!(section, T => removed::<T>(draft, id, reason))
        .unwrap_or_else(|| invalid(format!("there is no list `{}`", brief(section))))
}

fn removed<T: Entry>(draft: &mut Draft, id: &str, reason: &str) -> Done {
    if T::SECTION == Event::SECTION {
        return timeline::retract(draft, id, reason);
    }
    if T::SECTION == Redaction::SECTION {
        return invalid("a redaction cannot be taken back");
    }
    let old = draft.get::<T>(id)?;
    if T::SECTION == Item::SECTION && old.made().0 == Time::default() {
        return invalid("that item is the framework's; skip it instead (warroom check skip)");
    }
    let reason = text(reason, "reason")?;
    set::<T>(draft, id, "retracted", &Value::from(reason.as_str()))?;
    let declined = reason
        .strip_prefix(DECLINED)
        .filter(|_| T::SECTION == Mitigation::SECTION);
    let (kind, said) = match declined {
        Some(why) => (
            EventKind::Mitigation,
            format!("declined: {}: {}", brief(old.title()), brief(why)),
        ),
        None => (
            EventKind::Field,
            format!("removed {}: {} ({})", T::NOUN, brief(old.title()), brief(&reason)),
        ),
    };
    let event = draft.say(kind, said);
    event.subject = Some(format!("{id}.retracted").into());
    event.to = Some(brief(&reason).into());
    Ok(())
}

/// Brings an entry back that was taken out.
pub(crate) fn restore(draft: &mut Draft, section: &str, id: &str) -> Done {
    in_section!(section, T => restored::<T>(draft, id))
        .unwrap_or_else(|| invalid(format!("there is no list `{}`", brief(section))))
}

fn restored<T: Entry>(draft: &mut Draft, id: &str) -> Done {
    if T::SECTION == Event::SECTION {
        return timeline::restore(draft, id);
    }
    let Some(old) = ids::find::<T>(&draft.new, id).cloned() else {
        return draft.get::<T>(id).map(|_| ());
    };
    let Some(reason) = old.retracted().map(str::to_owned) else {
        return unchanged(format!("that {} was not removed; nothing was changed", T::NOUN));
    };
    set::<T>(draft, id, "retracted", &Value::Null)?;
    let event = draft.say(
        EventKind::Field,
        format!("restored {}: {}", T::NOUN, brief(old.title())),
    );
    event.subject = Some(format!("{id}.retracted").into());
    event.from = Some(brief(&reason).into());
    Ok(())
}
