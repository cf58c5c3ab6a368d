//! Action items: what will be done so that it does not come back.

use chrono::NaiveDate;

use super::draft::{Done, Draft};
use super::words::{brief, invalid, person, text, unchanged};
use crate::incident::model::ActionItem;
use crate::incident::words::{ActionState as State, EventKind, Horizon};

pub fn add(
    draft: &mut Draft,
    words: &str,
    owner: Option<&String>,
    due: Option<&str>,
    horizon: Option<&Horizon>,
) -> Done {
    if let Some(Horizon::Other(word)) = horizon {
        return invalid(format!(
            "`{}` is no horizon; use {}",
            brief(word),
            Horizon::KNOWN.join(", ")
        ));
    }
    let entry = ActionItem {
        id: draft.id('a'),
        text: text(words, "action item")?,
        state: State::Open,
        owner: owner.map(|name| person(name)).transpose()?,
        due: due.map(day).transpose()?,
        horizon: horizon.cloned(),
        at: draft.now(),
        by: draft.by().to_owned(),
        ..ActionItem::default()
    };
    let owner = entry
        .owner
        .as_ref()
        .map(|owner| format!(" for {owner}"))
        .unwrap_or_default();
    let due = entry.due.as_ref().map(|due| format!(" by {due}")).unwrap_or_default();
    let said = format!("action item{owner}{due}: {}", brief(&entry.text));
    tell(draft, said, &entry.id.clone(), None, &State::Open);
    draft.add(entry);
    Ok(())
}

/// A calendar day, as the file has it.
pub fn day(given: &str) -> Result<String, crate::incident::Refusal> {
    match NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d") {
        Ok(day) => Ok(day.to_string()),
        Err(_) => invalid(format!("`{}` is not a day; try 2026-12-01", brief(given))),
    }
}

fn tell(draft: &mut Draft, said: String, id: &str, from: Option<&State>, to: &State) {
    let event = draft.say(EventKind::ActionItem, said);
    event.subject = Some(format!("{id}.state").into());
    event.from = from.map(|from| from.as_str().into());
    event.to = Some(to.as_str().into());
}

pub fn finish(draft: &mut Draft, id: &str) -> Done {
    let old = draft.get::<ActionItem>(id)?;
    if old.state == State::Done {
        return unchanged(format!("that action item is done already: {}", brief(&old.text)));
    }
    let now = draft.now();
    draft.edit::<ActionItem>(id, |action| {
        action.state = State::Done;
        action.done = Some(now);
    })?;
    tell(
        draft,
        format!("action item done: {}", brief(&old.text)),
        id,
        Some(&old.state),
        &State::Done,
    );
    Ok(())
}

pub fn reopen(draft: &mut Draft, id: &str) -> Done {
    let old = draft.get::<ActionItem>(id)?;
    if old.state == State::Open {
        return unchanged(format!("that action item is open already: {}", brief(&old.text)));
    }
    draft.edit::<ActionItem>(id, |action| {
        action.state = State::Open;
        action.done = None;
    })?;
    tell(
        draft,
        format!("action item open again: {}", brief(&old.text)),
        id,
        Some(&old.state),
        &State::Open,
    );
    Ok(())
}
