//! Action items: what will be done so that it does not come back.

use chrono::NaiveDate;

use super::draft::{Done, Draft};
use super::words::{brief, invalid, person, text, unchanged};
use crate::incident::change::ActionPlan;
use crate::incident::entry::Entry;
use crate::incident::model::ActionItem;
use crate::incident::words::{ActionKind, ActionState as State, EventKind, Horizon, Level};

pub(super) fn add(
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
        id: draft.id(ActionItem::LETTER),
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
pub(super) fn day(given: &str) -> Result<String, crate::incident::Refusal> {
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

/// Sets what is named and leaves the rest; a line tells what was set.
pub(super) fn plan(draft: &mut Draft, id: &str, plan: &ActionPlan) -> Done {
    let old = draft.get::<ActionItem>(id)?;
    let known = |what: &str, word: Option<&str>, known: &[&str]| match word {
        Some(word) if !known.contains(&word) => invalid(format!(
            "there is no {what} `{}`; use {}",
            brief(word),
            known.join(", ")
        )),
        _ => Ok(()),
    };
    known("horizon", plan.horizon.as_ref().map(Horizon::as_str), Horizon::KNOWN)?;
    known(
        "kind of action item",
        plan.kind.as_ref().map(ActionKind::as_str),
        ActionKind::KNOWN,
    )?;
    known("impact", plan.impact.as_ref().map(Level::as_str), Level::KNOWN)?;
    known("effort", plan.effort.as_ref().map(Level::as_str), Level::KNOWN)?;
    known("state", plan.state.as_ref().map(State::as_str), State::KNOWN)?;
    let mut new = old.as_ref().clone();
    if let Some(words) = &plan.text {
        new.text = text(words, "action item")?;
    }
    if let Some(name) = &plan.owner {
        new.owner = if name.trim().is_empty() {
            None
        } else {
            Some(person(name)?)
        };
    }
    if let Some(due) = &plan.due {
        new.due = if due.trim().is_empty() { None } else { Some(day(due)?) };
    }
    if let Some(state) = &plan.state {
        if new.state == State::Done && *state != State::Done {
            new.done = None;
        }
        if *state == State::Done && new.done.is_none() {
            new.done = Some(draft.now());
        }
        new.state = state.clone();
    }
    new.horizon = plan.horizon.clone().or(new.horizon);
    new.kind = plan.kind.clone().or(new.kind);
    new.impact = plan.impact.clone().or(new.impact);
    new.effort = plan.effort.clone().or(new.effort);
    for (field, given, what) in [
        (&mut new.ticket, &plan.ticket, "ticket"),
        (&mut new.proof, &plan.proof, "proof"),
        (&mut new.outcome, &plan.outcome, "outcome"),
    ] {
        if let Some(given) = given {
            *field = if given.trim().is_empty() {
                None
            } else {
                Some(text(given, what)?)
            };
        }
    }
    if new == *old {
        return unchanged(format!("that is so already: {}", brief(&old.text)));
    }
    let said = set(&old, &new);
    let (from, to) = (old.state.clone(), new.state.clone());
    draft.edit::<ActionItem>(id, |action| *action = new)?;
    let said = format!("action item {}: {}", said, brief(&old.text));
    if from == to {
        draft.say(EventKind::ActionItem, said);
    } else {
        tell(draft, said, id, Some(&from), &to);
    }
    Ok(())
}

/// What was set, in a few words.
fn set(old: &ActionItem, new: &ActionItem) -> String {
    let mut said = Vec::new();
    let mut one = |what: &str, was: Option<&str>, is: Option<&str>| {
        if was != is {
            said.push(is.map_or_else(|| format!("without {what}"), |is| format!("{what} {}", brief(is))));
        }
    };
    one("state", Some(old.state.as_str()), Some(new.state.as_str()));
    one("owner", old.owner.as_deref(), new.owner.as_deref());
    one("due", old.due.as_deref(), new.due.as_deref());
    one(
        "horizon",
        old.horizon.as_ref().map(Horizon::as_str),
        new.horizon.as_ref().map(Horizon::as_str),
    );
    one(
        "kind",
        old.kind.as_ref().map(ActionKind::as_str),
        new.kind.as_ref().map(ActionKind::as_str),
    );
    one(
        "impact",
        old.impact.as_ref().map(Level::as_str),
        new.impact.as_ref().map(Level::as_str),
    );
    one(
        "effort",
        old.effort.as_ref().map(Level::as_str),
        new.effort.as_ref().map(Level::as_str),
    );
    one("ticket", old.ticket.as_deref(), new.ticket.as_deref());
    one("shown by", old.proof.as_deref(), new.proof.as_deref());
    one("outcome", old.outcome.as_deref(), new.outcome.as_deref());
    one("reworded to", Some(&old.text), Some(&new.text));
    said.join(", ")
}

pub(super) fn finish(draft: &mut Draft, id: &str) -> Done {
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

pub(super) fn reopen(draft: &mut Draft, id: &str) -> Done {
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
