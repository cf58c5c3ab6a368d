//! Checklist items: a person's own, and those of templates, which come into the file when first touched.

use std::time::Duration;

use super::draft::{Done, Draft};
use super::words::{because, brief, invalid, maybe, maybe_line, person, text, unchanged};
use crate::incident::change::Refusal;
use crate::incident::entry::Entry;
use crate::incident::ids;
use crate::incident::model::Item;
use crate::incident::time::Time;
use crate::incident::words::{EventKind, ItemState as State};

pub(super) fn add(
    draft: &mut Draft,
    words: &str,
    owner: Option<&String>,
    within: Option<Duration>,
    list: Option<&String>,
) -> Done {
    let entry = Item {
        id: draft.id(Item::LETTER),
        text: text(words, "item")?,
        list: maybe_line(list, "list")?,
        at: Some(draft.now()),
        by: draft.by().to_owned(),
        owner: owner.map(|name| person(name)).transpose()?,
        due: within.map(|within| draft.now().plus(within)),
        ..Item::default()
    };
    let owner = entry
        .owner
        .as_ref()
        .map(|owner| format!(" (for {owner})"))
        .unwrap_or_default();
    let due = entry.due.map(|due| format!(" by {}", due.hm())).unwrap_or_default();
    let event = draft.say(
        EventKind::Checklist,
        format!("to do{owner}{due}: {}", brief(&entry.text)),
    );
    event.subject = Some(format!("{}.state", entry.id).into());
    event.to = Some(State::Open.as_str().into());
    draft.add(entry);
    Ok(())
}

/// Most items that are added at once: nobody works through more.
pub(super) const MOST: usize = 500;

pub(super) fn add_all(draft: &mut Draft, texts: &[String]) -> Done {
    let words = texts
        .iter()
        .map(|words| text(words, "item"))
        .collect::<Result<Vec<_>, _>>()?;
    let (first, count) = match words.as_slice() {
        [] => return invalid("there is no item to add"),
        [first, ..] if words.len() <= MOST => (brief(first), words.len()),
        many => return invalid(format!("that are {} items; {MOST} is the most at once", many.len())),
    };
    let (now, by) = (draft.now(), draft.by().to_owned());
    let nonce = draft.request.nonce.clone();
    for (place, text) in words.into_iter().enumerate() {
        let id = format!("{}{}", Item::LETTER, ids::of_many(&nonce, place));
        if ids::find::<Item>(&draft.new, &id).is_some() {
            return invalid(format!("the id {id} is taken by another item; add them again"));
        }
        draft.put_revocably(Item {
            id,
            text,
            // Each a millisecond before the one after it, so that they keep their order everywhere and all are there now.
            at: Some(Time::from_millis(
                now.millis() - i64::try_from(count - 1 - place).unwrap_or_default(),
            )),
            by: by.clone(),
            ..Item::default()
        });
    }
    let said = match count {
        1 => format!("to do: {first}"),
        _ => format!("to do, {count} items: {first}, …"),
    };
    draft.say(EventKind::Checklist, said);
    Ok(())
}

/// The item as it stands. One of a template that nobody touched yet is put into the file, as bare as the template has it.
fn touch(draft: &mut Draft, id: &str) -> Result<Item, Refusal> {
    match (ids::find::<Item>(&draft.new, id), draft.name.clone()) {
        (None, Some(words)) => {
            let item = Item {
                id: id.to_owned(),
                text: words,
                ..Item::default()
            };
            draft.put(item.clone());
            Ok(item)
        }
        _ => draft.get::<Item>(id).map(|item| Item::clone(&item)),
    }
}

fn tell(draft: &mut Draft, said: String, id: &str, from: &State, to: &State) {
    let event = draft.say(EventKind::Checklist, said);
    event.subject = Some(format!("{id}.state").into());
    event.from = Some(from.as_str().into());
    event.to = Some(to.as_str().into());
}

/// `(kim at 14:05)`, of an item that is done or skipped.
fn whose(item: &Item) -> String {
    let who = item.who.as_deref().unwrap_or("someone");
    let at = item.done.map(|at| format!(" at {}", at.hm())).unwrap_or_default();
    format!("by {who}{at}")
}

pub(super) fn tick(draft: &mut Draft, id: &str, note: Option<&String>, again: bool) -> Done {
    let old = touch(draft, id)?;
    let again = again && old.state == State::Done;
    if old.state == State::Done && !again {
        return match note {
            // Words are never dropped without a word.
            Some(_) => invalid(format!(
                "ticked already, {}: {}; add words with `warroom check note {id} TEXT`",
                whose(&old),
                brief(&old.text)
            )),
            None => unchanged(format!("ticked already, {}: {}", whose(&old), brief(&old.text))),
        };
    }
    let note = maybe(note, "note")?;
    let word = if again { "ticked again" } else { "ticked" };
    let said = format!("{word}: {}{}", brief(&old.text), because(note.as_deref()));
    let (now, by) = (draft.now(), draft.by().to_owned());
    draft.edit::<Item>(id, |item| {
        item.state = State::Done;
        item.who = Some(by);
        item.done = Some(now);
        item.note = note.or(item.note.take());
        item.reason = None;
    })?;
    tell(draft, said, id, &old.state, &State::Done);
    Ok(())
}

/// What it says holds from now on: a line that is itself what was said, so that taking it back takes that back.
#[allow(clippy::unnecessary_wraps, reason = "as every step of a change")]
pub(super) fn start(draft: &mut Draft, id: &str) -> Done {
    let words = match ids::find::<Item>(&draft.new, id) {
        Some(item) => item.text.clone(),
        None => draft.name.clone().unwrap_or_else(|| id.to_owned()),
    };
    let text = format!("holds from {} on: {}", draft.now().hm(), brief(&words));
    let subject = format!("{id}.started");
    let at = draft.now().to_string();
    super::lifecycle::record(draft, EventKind::Checklist, text, &subject, None, at);
    Ok(())
}

pub(super) fn untick(draft: &mut Draft, id: &str) -> Done {
    let old = touch(draft, id)?;
    if old.state == State::Open {
        return unchanged(format!(
            "not ticked, so there is nothing to untick: {}",
            brief(&old.text)
        ));
    }
    let said = format!(
        "not {} after all: {} (was {})",
        old.state,
        brief(&old.text),
        whose(&old)
    );
    draft.edit::<Item>(id, |item| {
        item.state = State::Open;
        item.who = None;
        item.done = None;
        item.reason = None;
    })?;
    tell(draft, said, id, &old.state, &State::Open);
    Ok(())
}

pub(super) fn skip(draft: &mut Draft, id: &str, reason: &str) -> Done {
    let old = touch(draft, id)?;
    if old.state == State::Skipped {
        return unchanged(format!("skipped already, {}: {}", whose(&old), brief(&old.text)));
    }
    if old.state != State::Open {
        return invalid(format!("{} already, {}: {}", old.state, whose(&old), brief(&old.text)));
    }
    let reason = text(reason, "reason")?;
    let said = format!("skipped: {} ({reason})", brief(&old.text));
    let (now, by) = (draft.now(), draft.by().to_owned());
    draft.edit::<Item>(id, |item| {
        item.state = State::Skipped;
        item.who = Some(by);
        item.done = Some(now);
        item.reason = Some(reason);
    })?;
    tell(draft, said, id, &old.state, &State::Skipped);
    Ok(())
}

pub(super) fn claim(draft: &mut Draft, id: &str, who: Option<&str>) -> Done {
    let old = touch(draft, id)?;
    let who = person(who.unwrap_or(draft.by()))?;
    if old.state != State::Open {
        return invalid(format!("{} already, {}: {}", old.state, whose(&old), brief(&old.text)));
    }
    if old.owner.as_ref() == Some(&who) {
        return unchanged(format!("{who} has that already: {}", brief(&old.text)));
    }
    draft.edit::<Item>(id, |item| item.owner = Some(who.clone()))?;
    let before = old
        .owner
        .as_ref()
        .map(|owner| format!(" (was {owner}'s)"))
        .unwrap_or_default();
    let event = draft.say(
        EventKind::Checklist,
        format!("{who} takes: {}{before}", brief(&old.text)),
    );
    event.subject = Some(format!("{id}.owner").into());
    event.from = old.owner.map(Into::into);
    event.to = Some(who.into());
    Ok(())
}

pub(super) fn unclaim(draft: &mut Draft, id: &str) -> Done {
    let old = touch(draft, id)?;
    let Some(owner) = old.owner else {
        return unchanged(format!("no one has claimed that: {}", brief(&old.text)));
    };
    draft.edit::<Item>(id, |item| item.owner = None)?;
    let said = format!("{owner} releases: {}", brief(&old.text));
    let event = draft.say(EventKind::Checklist, said);
    event.subject = Some(format!("{id}.owner").into());
    event.from = Some(owner.into());
    Ok(())
}

pub(super) fn note(draft: &mut Draft, id: &str, words: &str) -> Done {
    let old = touch(draft, id)?;
    let words = text(words, "note")?;
    if old.note.as_ref() == Some(&words) {
        return unchanged("that is what the note says already; nothing was changed");
    }
    let said = format!("note on {}: {words}", brief(&old.text));
    let to = brief(&words);
    draft.edit::<Item>(id, |item| item.note = Some(words))?;
    let event = draft.say(EventKind::Checklist, said);
    event.subject = Some(format!("{id}.note").into());
    event.from = old.note.map(|note| brief(&note).into());
    event.to = Some(to.into());
    Ok(())
}
