//! What of the selection answers the first question of an action, and what the breadcrumb calls it.

use super::action::Action;
use super::form::Answer;
use super::words::short;
use super::{Model, Pane, board, checklist, conflicts, log, timers};

/// The answer that the selection gives to a first step, if the pane in focus shows such entries.
pub(super) fn selected(model: &Model, action: Action, step: &str) -> Option<Answer> {
    let row = model.cursor(model.focus).selected;
    if model.focus.is_text() {
        let here = model.rows.text(model.focus).get(row)?;
        // A command belongs to its step.
        if step == "item" && here.does.is_none() {
            let item = super::books::item_of(model, &here.id)?;
            return Some(Answer {
                shown: shown(model, action, &item.id),
                value: item.id.clone(),
                typed: String::new(),
            });
        }
        // A row that says what Enter does about it names the entry; that may be another action of the same entry.
        let (known, given) = here.does.as_ref()?;
        let first = known.spec().asks.first()?;
        return (first.name == step && !given.is_empty()).then(|| Answer {
            value: given.clone(),
            shown: shown(model, action, given),
            typed: String::new(),
        });
    }
    if step == "entry" {
        // Of a line of the timeline the one that is meant; of a template's item there is no entry yet.
        let id = match model.focus {
            Pane::Timeline => log::target(model).map(|event| event.id.clone()),
            pane => model.row_id(pane, row),
        }?;
        let shown = shown(model, action, &id);
        return Some(Answer {
            value: id,
            shown,
            typed: String::new(),
        });
    }
    let pane = match step {
        "event" | "retracted" | "conflict" => Pane::Timeline,
        "hypothesis" | "settled" | "mitigation" => Pane::Hypotheses,
        "item" => Pane::Checklists,
        "timer" | "touched" => Pane::Timers,
        "role" | "held" => Pane::Roles,
        _ => return None,
    };
    if model.focus != pane {
        return None;
    }
    let (value, shown) = match pane {
        Pane::Roles => {
            let role = model.rows.roles.get(row)?;
            let held = role.holder.map(|holder| model.incident().roles[holder].who.clone());
            match (step, held) {
                ("role", _) => (role.role.clone(), role.title.clone()),
                (_, Some(who)) => (format!("{}\t{who}", role.role), format!("{} {who}", role.title)),
                (_, None) => return None,
            }
        }
        Pane::Hypotheses => board::selected(model, step)?,
        Pane::Timers => {
            let timer = model.selected_timer()?;
            (step == "timer" || timers::is_touched(timer)).then_some(())?;
            (timer.id.clone(), timer.label.clone())
        }
        Pane::Checklists => {
            let item = model.item_at(row)?;
            (item.id.clone(), item.text.clone())
        }
        _ => {
            let event = match step {
                "event" => log::target(model)?,
                "retracted" => log::target_retracted(model)?,
                _ => model.event_at(row)?,
            };
            ((step == "retracted") == event.retracted.is_some()).then_some(())?;
            if step == "conflict" {
                model.derived.conflicts.iter().find(|one| one.event == event.id)?;
            }
            (event.id.clone(), event.text.clone())
        }
    };
    Some(Answer {
        value,
        shown: short(&shown, 32),
        typed: String::new(),
    })
}

/// What the breadcrumb calls an answer that was given: words, never an id where a name is known.
pub(super) fn shown(model: &Model, action: Action, value: &str) -> String {
    let incident = model.incident();
    let text = match action.spec().asks.first().map_or("", |step| step.name) {
        "mitigation" => incident
            .mitigations
            .iter()
            .find(|one| one.id == value)
            .map(|one| one.text.clone()),
        "hypothesis" => incident
            .hypotheses
            .iter()
            .find(|one| one.id == value)
            .map(|one| one.statement.clone()),
        "request" => incident
            .inquiries
            .iter()
            .find(|one| one.id == value)
            .map(|one| format!("{}: {}", one.to, one.text)),
        "event" => log::event(model, value).map(|event| event.text.clone()),
        "role" | "offered" => Some(model.role_title(value)),
        "impact" | "field" => Some(crate::incident::field_title(value)),
        "audience" => model
            .framework()
            .audiences
            .iter()
            .find(|one| one.id == value)
            .map(|one| one.title.clone()),
        "item" => checklist::text(model, value),
        "timer" => model
            .derived
            .timers
            .iter()
            .find(|one| one.id == value)
            .map(|one| one.label.clone()),
        "conflict" => {
            let open = model.derived.conflicts.iter().find(|one| one.event == value);
            open.map(|one| conflicts::said(model, one))
        }
        _ => None,
    };
    short(text.as_deref().unwrap_or(value), 32)
}
