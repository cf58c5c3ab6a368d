//! What a step offers, what stands in its line from the start, and what of the selection answers it.

use super::action::Action;
use super::form::{Answer, Choice, Choices, Form};
use super::words::short;
use super::{Model, Pane, analysis, board, checklist, lifecycle, log, requests, team, timers};
use crate::framework::model::Topic;
use crate::incident::{Event, FactorCategory, Horizon, OpenConflict};

/// The choices of a step, by its name.
pub(super) fn of(model: &Model, form: &Form, step: &str) -> Vec<Choice> {
    match step {
        "event" => events(model, |event| event.retracted.is_none()),
        "conflict" => conflicts(model),
        "sure" => log::sure(model, form.answer("event")),
        "take" => values(model, form.answer("conflict")),
        "retracted" => events(model, |event| event.retracted.is_some()),
        "status" => lifecycle::statuses(model),
        "severity" => lifecycle::severities(model),
        "impact" => lifecycle::impact(model),
        "field" => lifecycle::fields(&model.incident().fields),
        "measure" => lifecycle::measures(model),
        "milestone" => lifecycle::milestones(model),
        "role" => team::roles(model),
        "held" => team::held(model),
        "who" | "owner" => team::people(model),
        "hypothesis" => board::hypotheses(model, |open| open),
        "settled" => board::hypotheses(model, |open| !open),
        "mitigation" => board::mitigations(model, form.action),
        "state" => board::earlier_states(model, form.answer("mitigation")),
        "option" => board::options(model),
        "target" => lifecycle::escalations(model),
        "procedure" => lifecycle::procedures(model),
        "true" => lifecycle::criteria(model),
        "rated-impact" => lifecycle::ratings(model, Topic::Impact),
        "urgency" => lifecycle::ratings(model, Topic::Urgency),
        "offered" => team::offered(model),
        "statement" => board::causes(model),
        "cause" => board::confirmed(model),
        "supports" => board::supports(),
        "item" => checklist::items(model, form.action),
        "timer" => timers::running(model),
        "touched" => timers::touched(model),
        "audience" => timers::audiences(model),
        "action" => analysis::actions(model, true),
        "finished" => analysis::actions(model, false),
        "specialist" => requests::specialists(model),
        "request" => requests::open(model),
        "about" => board::hypotheses(model, |open| open),
        "category" => words(FactorCategory::KNOWN),
        "horizon" => words(Horizon::KNOWN),
        _ => Vec::new(),
    }
}

/// A choice that can be taken.
pub(super) fn choice(value: impl Into<String>, label: impl Into<String>, detail: impl Into<String>) -> Choice {
    Choice {
        value: value.into(),
        label: label.into(),
        detail: detail.into(),
        enabled: true,
        ..Choice::default()
    }
}

fn words(known: &[&str]) -> Vec<Choice> {
    known.iter().map(|word| choice(*word, *word, "")).collect()
}

fn events(model: &Model, wanted: impl Fn(&Event) -> bool) -> Vec<Choice> {
    let events = model.incident().timeline.iter().rev();
    let one = |event: &Event| {
        let detail = format!("{} {}", event.kind, event.by);
        choice(
            &event.id,
            format!("{} {}", model.clock(event.at, false), short(&event.text, 60)),
            detail,
        )
    };
    events
        .filter(|event| wanted(event))
        .take(500)
        .map(|event| one(event))
        .collect()
}

fn conflicts(model: &Model) -> Vec<Choice> {
    let open = &model.derived.conflicts;
    let one = |one: &OpenConflict| {
        choice(
            &one.event,
            &one.subject,
            format!("{} {}", model.clock(one.at, false), one.by),
        )
    };
    open.iter().rev().map(one).collect()
}

/// The two values of a collision.
fn values(model: &Model, event: &str) -> Vec<Choice> {
    let open = &model.derived.conflicts;
    let Some(one) = open.iter().find(|one| one.event == event) else {
        return Vec::new();
    };
    let shown = |value: &Option<String>| value.as_deref().map_or("(empty)".to_owned(), |value| short(value, 40));
    vec![
        choice("keep", shown(&one.kept), "stands now"),
        choice("take", shown(&one.lost), format!("lost, by {}", one.by)),
    ]
}

/// The answer that the selection gives to a first step, if the pane in focus shows such entries.
pub(super) fn selected(model: &Model, step: &str) -> Option<Answer> {
    let pane = match step {
        "event" | "retracted" | "conflict" => Pane::Timeline,
        "hypothesis" | "settled" | "mitigation" => Pane::Hypotheses,
        "item" => Pane::Checklists,
        "timer" | "touched" => Pane::Timers,
        "role" | "held" | "request" => Pane::Roles,
        _ => return None,
    };
    if model.focus != pane {
        return None;
    }
    let row = model.cursor(pane).selected;
    let (value, shown) = match pane {
        Pane::Roles => {
            let role = model.rows.roles.get(row)?;
            let asked = role.request.map(|index| &model.incident().inquiries[index]);
            let held = role.holder.map(|holder| model.incident().roles[holder].who.clone());
            match (step, held) {
                ("request", _) => asked.map(|one| (one.id.clone(), format!("{}: {}", one.to, one.text)))?,
                _ if asked.is_some() => return None,
                ("role", _) => (role.role.clone(), role.title.clone()),
                (_, Some(who)) => (format!("{}\t{who}", role.role), format!("{} {who}", role.title)),
                (_, None) => return None,
            }
        }
        Pane::Timeline => {
            let event = model.event_at(row)?;
            ((step == "retracted") == event.retracted.is_some()).then_some(())?;
            if step == "conflict" {
                model.derived.conflicts.iter().find(|one| one.event == event.id)?;
            }
            (event.id.clone(), event.text.clone())
        }
        Pane::Hypotheses => board::selected(model, step)?,
        Pane::Timers => {
            let timer = &model.derived.timers[*model.rows.timers.get(row)?];
            (step == "timer" || timers::is_touched(timer)).then_some(())?;
            (timer.id.clone(), timer.label.clone())
        }
        Pane::Checklists => {
            let item = model.item_at(row)?;
            (item.id.clone(), item.text.clone())
        }
    };
    Some(Answer {
        value,
        shown: short(&shown, 32),
        typed: String::new(),
    })
}

/// What stands in the line when a step is entered: the present value, to be changed.
pub(super) fn prefilled(model: &Model, form: &Form) -> String {
    let incident = model.incident();
    let Some(step) = form.step() else { return String::new() };
    match (form.action, step.name) {
        (Action::EditEvent, "text") => log::event(model, form.answer("event")).map(|event| event.text.clone()),
        (Action::SetTitle, _) => Some(incident.title.clone()),
        (Action::SetSummary, _) => incident.summary.clone(),
        (Action::SetImpact, "value") => lifecycle::field_text(&incident.impact, form.answer("impact")),
        (Action::SetField, "value") => lifecycle::field_text(&incident.fields, form.answer("field")),
        (Action::SetCause, _) => incident.cause.clone(),
        (Action::NoteItem | Action::TickWithNote, "text" | "note") => checklist::note(model, form.answer("item")),
        (Action::RateHypothesis, "likelihood" | "takes") => board::rating(model, form.answer("hypothesis"), step.name),
        _ => None,
    }
    .unwrap_or_default()
}

/// Shows the choices that have a word beginning with what is typed; if none is exactly that, what is typed is one too.
/// (Fuzzy search would give `joanna` the role of a new `ann`.)
pub(super) fn narrow_by_prefix(choices: &mut Choices, typed: &str) {
    choices.all.retain(|choice| choice.detail != AS_TYPED);
    let wanted = typed.to_lowercase();
    let begins = |choice: &Choice| {
        let (label, value) = (choice.label.to_lowercase(), choice.value.to_lowercase());
        label.starts_with(&wanted)
            || value.starts_with(&wanted)
            || label.split_whitespace().any(|word| word.starts_with(&wanted))
    };
    let exact = choices.all.iter().any(|choice| choice.value.to_lowercase() == wanted);
    if !typed.is_empty() && !exact {
        choices.all.push(choice(typed, typed, AS_TYPED));
    }
    let shown = choices.all.iter().enumerate();
    choices.shown = shown
        .filter(|(_, choice)| typed.is_empty() || begins(choice))
        .map(|(index, _)| index)
        .collect();
    choices.selected = 0;
}

const AS_TYPED: &str = "as typed";
