//! Settling a collision: what stands is kept, or what lost is taken after all; the event that told of it is marked.

use serde_json::Value;

use super::draft::{Done, Draft};
use super::words::{brief, invalid, plain};
use super::{registers, timeline, undo};
use crate::incident::conflicts::{SETTLED, in_words, owner, value};
use crate::incident::entry::{Entry, in_section};
use crate::incident::ids;
use crate::incident::model::Event;
use crate::incident::words::EventKind;

pub(super) fn settle(draft: &mut Draft, event: &str, take: bool) -> Done {
    let Some(told) = ids::find::<Event>(&draft.new, event).cloned() else {
        return invalid(format!("there is no event `{}`", brief(event)));
    };
    let subject = match &told.subject {
        Some(subject) if told.kind == EventKind::Conflict => subject.clone(),
        _ => return invalid(format!("event `{}` is no conflict", brief(event))),
    };
    if let Some(by) = told.extra.get(SETTLED).and_then(Value::as_str) {
        return invalid(format!("{by} has settled that already"));
    }
    let lost = told.from.as_deref().map(str::to_owned);
    let kept = value(&draft.new, &subject);
    if take {
        put(draft, &subject, lost.as_deref())?;
    } else {
        draft.confirm(&subject)?;
    }
    let by = draft.by().to_owned();
    draft.edit::<Event>(event, |event| {
        event.extra.insert(SETTLED.into(), by.into());
    })?;
    let stands = if take { lost.as_deref() } else { kept.as_deref() };
    let about = in_words(&draft.new, &subject, &plain);
    let said = match stands {
        Some(value) => format!("settled: {about} is {value}"),
        None => format!("settled: {about} is empty"),
    };
    let event = draft.say(EventKind::Decision, said);
    if take {
        event.subject = Some(subject);
        event.from = kept.map(Into::into);
        event.to.clone_from(&told.from);
    } else {
        event.subject = Some(told.id.as_str().into());
    }
    Ok(())
}

/// Sets a register to the words that a conflict event keeps.
fn put(draft: &mut Draft, subject: &str, words: Option<&str>) -> Done {
    let value = words.map_or(Value::Null, Value::from);
    let Some((section, id)) = owner(&draft.new, subject) else {
        return undo::set(&mut draft.new, subject, &value);
    };
    let field = subject[id.len() + 1..].to_owned();
    if section == Event::SECTION && (field == "text" || field == "at") {
        let words = words.unwrap_or_default();
        let at = crate::incident::Time::parse_rfc3339(words).filter(|_| field == "at");
        return timeline::correct(draft, &id, (field == "text").then(|| words.to_owned()), at);
    }
    // What is not text is kept as JSON.
    let readings = [Some(value), words.and_then(|words| serde_json::from_str(words).ok())];
    in_section!(section, T => {
        let mut failed = Ok(());
        draft.edit::<T>(&id, |entry| {
            let put = |value: &Value| {
                let mut map = registers::map(entry);
                registers::set(&mut map, &field, value);
                registers::entry::<T>(map)
            };
            let mut put = readings.iter().flatten().map(put);
            match put.find(Result::is_ok) {
                Some(Ok(next)) => *entry = next,
                _ => failed = invalid(format!("`{}` cannot be set to that any more", brief(subject))),
            }
        })?;
        failed
    })
    .unwrap_or_else(|| invalid(format!("there is no field `{}`", brief(subject))))
}
