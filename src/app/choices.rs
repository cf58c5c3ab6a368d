//! What a step offers, what stands in its line from the start, and what of the selection answers it.

use super::action::Action;
use super::form::{Choice, Form, choice};
use super::words::short;
use super::{
    Model, analysis, board, books, checklist, comms, conflicts, entries, filtering, lifecycle, log, requests, team,
    timers,
};
use crate::framework::meeting::ATTENDEES;
use crate::framework::model::Topic;
use crate::incident::{Event, FactorCategory, Verdict};

/// The choices of a step, by its name.
pub(super) fn of(model: &Model, form: &Form, step: &str) -> Vec<Choice> {
    match step {
        "only" => filtering::choices(model),
        "permit" => super::permits::all(model),
        "read" => super::permits::read_one(model),
        "theme" => super::face::themes(model),
        "seat" => super::face::seats(),
        "entry" => entries::all(model, false),
        "removed" => entries::all(model, true),
        "entry-field" => entries::fields(model, form.answer("entry")),
        "parent" => lifecycle::others_open(model),
        "told-state" => timers::states(model, form.answer("audience")),
        "ground" => lifecycle::grounds(model.by_which(form.action)),
        "approved" => comms::approvers(model, form),
        "event" => events(model, |event| event.retracted.is_none()),
        "conflict" => conflicts::open(model),
        "sure" => log::sure(model, form.answer("event")),
        "take" => conflicts::values(model, form.answer("conflict")),
        "retracted" => events(model, |event| event.retracted.is_some()),
        "status" => lifecycle::statuses(model),
        "severity" => lifecycle::severities(model),
        "impact" => lifecycle::impact(model),
        "field" => lifecycle::recorded(model),
        "measure" => lifecycle::measures(model),
        "milestone" => lifecycle::milestones(model),
        "role" => team::roles(model),
        "held" => team::held(model),
        "who" if form.action == Action::HandoffRole => team::successors(model, form.answer("held")),
        "who" | "owner" => team::people(model),
        "hypothesis" => board::hypotheses(model, |open| open),
        "settled" => board::hypotheses(model, |open| !open),
        "mitigation" => board::mitigations(model, form.action),
        "state" => board::earlier_states(model, form.answer("mitigation")),
        "option" => board::options(model),
        "target" => lifecycle::escalations(model),
        "procedure" => lifecycle::procedures(model),
        "true" => lifecycle::criteria(model.by_which(form.action)),
        "rated-impact" => lifecycle::ratings(model.by_which(form.action), Topic::Impact),
        "urgency" => lifecycle::urgencies(model.by_which(form.action), form.answer("rated-impact")),
        "offered" => team::offered(model),
        "statement" => board::causes(model),
        "cause" => board::confirmed(model),
        "supports" => board::supports(),
        "item" => checklist::items(model, form.action),
        "runbook" => books::all(model),
        "placeholder" => books::gaps(model),
        "attached" => checklist::attached(model),
        "kind" => log::kinds(model, form.answer("event")),
        "verdict" => words(&Verdict::ALL.map(Verdict::as_str)),
        "timer" => timers::running(model),
        "incident" => lifecycle::incidents(model),
        "touched" => timers::touched(model),
        "audience" => timers::audiences(model),
        "sent" => comms::sent(model),
        "action" => analysis::actions(model, true),
        "finished" => analysis::actions(model, false),
        "specialist" => requests::specialists(model),
        "request" => requests::open(model, form.action),
        "about" => board::hypotheses(model, |open| open),
        "category" => words(FactorCategory::KNOWN),
        "horizon" => analysis::horizons(model, form),
        "action-kind" => analysis::kinds(model, form),
        "helps" | "effort" => analysis::levels(model, form, step),
        _ => Vec::new(),
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

/// What stands in the line when a step is entered: the present value, to be changed.
pub(super) fn prefilled(model: &Model, form: &Form) -> String {
    let incident = model.incident();
    let Some(step) = form.step() else { return String::new() };
    match (form.action, step.name) {
        (Action::EditEvent, "text") => log::event(model, form.answer("event")).map(|event| event.text.clone()),
        (Action::EditDraft | Action::CorrectUpdate, "text") => comms::prefilled(model, form),
        (Action::SetTitle, _) => Some(incident.title.clone()),
        (Action::SetSummary, _) => incident.summary.clone(),
        (Action::SetImpact, "value") => lifecycle::field_text(&incident.impact, form.answer("impact")),
        (Action::SetField, "value") if form.answer("field") == ATTENDEES => lifecycle::attending(model),
        (Action::SetField, "value") => lifecycle::field_text(&incident.fields, form.answer("field")),
        (Action::SetCause, _) => incident.cause.clone(),
        (Action::PlanAction, _) => analysis::planned(model, form, step.name),
        (Action::CorrectEntry, "correction") => entries::prefilled(model, form),
        (Action::NoteItem | Action::TickWithNote, "text" | "note") => checklist::note(model, form.answer("item")),
        (Action::ForceResolve, "note") => model.memory.note.clone(),
        (Action::RateHypothesis, "likelihood" | "takes") => board::rating(model, form.answer("hypothesis"), step.name),
        _ => None,
    }
    .unwrap_or_default()
}
