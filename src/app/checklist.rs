//! Checklists: ticking, claiming, noting.

use super::action::Action;
use super::form::{Choice, Form, choice, nothing};
use super::words::short;
use super::{Model, typed};
use crate::framework::ItemView;
use crate::incident::{Change, ItemState, Verdict};
use crate::runbook::fresh;

fn item<'a>(model: &'a Model, id: &str) -> Option<&'a ItemView> {
    model
        .derived
        .checklists
        .iter()
        .flat_map(|list| &list.items)
        .find(|item| item.id == id)
}

/// Items to choose from: open ones, the present phase's first; for ticking also those done, at the end.
pub(super) fn items(model: &Model, action: Action) -> Vec<Choice> {
    let lists = &model.derived.checklists;
    let lists = lists
        .iter()
        .filter(|list| list.current)
        .chain(lists.iter().filter(|list| !list.current));
    let all: Vec<_> = lists
        .flat_map(|list| list.items.iter().map(move |item| (list, item)))
        .collect();
    let (open, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, item)| item.state == ItemState::Open);
    let also = matches!(action, Action::TickItem | Action::NoteItem | Action::TickWithNote);
    let rest = rest.into_iter().filter(|_| also);
    open.into_iter()
        .chain(rest)
        .map(|(list, item)| {
            let mark = if item.state == ItemState::Open { "[ ]" } else { "[x]" };
            choice(&item.id, format!("{mark} {}", short(&item.text, 70)), &list.title)
        })
        .collect()
}

/// Runbooks whose steps were taken over.
pub(super) fn attached(model: &Model) -> Vec<Choice> {
    let all = fresh::uses(model.incident()).into_iter();
    all.map(|one| choice(&one.runbook, &one.runbook, "")).collect()
}

/// What an item says.
pub(super) fn text(model: &Model, id: &str) -> Option<String> {
    item(model, id).map(|item| item.text.clone())
}

/// Whether an item is still to be done.
pub(super) fn is_open(model: &Model, id: &str) -> bool {
    item(model, id).is_some_and(|item| item.state == ItemState::Open)
}

/// The present note of an item.
pub(super) fn note(model: &Model, id: &str) -> Option<String> {
    item(model, id)?.note.clone()
}

/// What the answers make.
pub(super) fn change(model: &Model, form: &Form) -> Result<Change, String> {
    let id = form.answer("item").to_owned();
    let now = item(model, &id);
    // What the incident shows by itself is no tick of anyone's.
    if form.action == Action::TickItem
        && let Some(seen) = now.and_then(|item| item.seen.as_ref())
    {
        return Err(format!("It is ticked by the record, not by anyone: {seen}."));
    }
    Ok(match form.action {
        Action::TickItem if now.is_some_and(|item| item.state != ItemState::Open) => Change::UntickItem { item: id },
        Action::TickItem => Change::TickItem {
            item: id,
            note: None,
            again: false,
        },
        // It is ticked already: the evidence is added.
        Action::TickWithNote if now.is_some_and(|item| item.state == ItemState::Done) => Change::NoteItem {
            item: id,
            text: form.answer("note").to_owned(),
        },
        Action::TickWithNote => Change::TickItem {
            item: id,
            note: form.maybe("note"),
            again: false,
        },
        Action::NoteItem => Change::NoteItem {
            item: id,
            text: form.answer("text").to_owned(),
        },
        Action::ClaimItem
            if now.is_some_and(|item| {
                item.owner
                    .as_deref()
                    .is_some_and(|owner| crate::incident::people::same(owner, &model.me))
            }) =>
        {
            Change::UnclaimItem { item: id }
        }
        Action::ClaimItem => Change::ClaimItem { item: id, who: None },
        Action::GiveItem => Change::ClaimItem {
            item: id,
            who: form.maybe("who"),
        },
        Action::SkipItem => Change::SkipItem {
            item: id,
            reason: form.answer("reason").to_owned(),
        },
        Action::AddItem => Change::AddItem {
            text: form.answer("text").to_owned(),
            owner: form.maybe("owner"),
            within: typed::duration(model, form, "within")?,
            list: None,
        },
        Action::StartItem => Change::StartItem { item: id },
        Action::AttachRunbook => super::books::attachment(model, form.answer("runbook"))?,
        Action::JudgeRunbook => {
            let word = form.answer("verdict");
            let known = Verdict::ALL.into_iter().find(|verdict| verdict.as_str() == word);
            Change::JudgeRunbook {
                runbook: form.maybe("attached"),
                verdict: known.ok_or("did it help? helped, misled or missing")?,
                note: form.maybe("note"),
            }
        }
        _ => return Err(nothing(form)),
    })
}
