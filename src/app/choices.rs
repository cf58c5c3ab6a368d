//! What a step offers, what stands in its line from the start, and what of the selection answers it.

use super::action::Action;
use super::form::{Answer, Choice, Choices, Form};
use super::words::short;
use super::{
    Model, Pane, analysis, board, books, checklist, comms, conflicts, entries, filter, lifecycle, log, palette,
    requests, team, timers,
};
use crate::framework::model::Topic;
use crate::incident::{Event, FactorCategory, Verdict};

/// The choices of a step, by its name.
pub(super) fn of(model: &Model, form: &Form, step: &str) -> Vec<Choice> {
    match step {
        "only" => filter::choices(model),
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
        "horizon" => analysis::horizons(model),
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
        (Action::SetField, "value") => lifecycle::field_text(&incident.fields, form.answer("field")),
        (Action::SetCause, _) => incident.cause.clone(),
        (Action::CorrectEntry, "correction") => entries::prefilled(model, form),
        (Action::NoteItem | Action::TickWithNote, "text" | "note") => checklist::note(model, form.answer("item")),
        (Action::ForceResolve, "note") => model.memory.note.clone(),
        (Action::RateHypothesis, "likelihood" | "takes") => board::rating(model, form.answer("hypothesis"), step.name),
        _ => None,
    }
    .unwrap_or_default()
}

/// Shows the choices that have a word beginning with what is typed, best first; if none is exactly that, what is typed is one
/// too. (Fuzzy search would give `joanna` the role of a new `ann`.)
pub(super) fn narrow_by_prefix(choices: &mut Choices, typed: &str) {
    choices.all.retain(|choice| choice.detail != AS_TYPED);
    let wanted = typed.to_lowercase();
    let exact = choices.all.iter().any(|choice| choice.value.to_lowercase() == wanted);
    if !typed.is_empty() && !exact {
        choices.all.push(choice(typed, typed, AS_TYPED));
    }
    let rank = |choice: &Choice| {
        let of = |text: &str| palette::rank(&wanted, &text.to_lowercase()).filter(|rank| *rank <= palette::WORD);
        of(&choice.label).into_iter().chain(of(&choice.value)).min()
    };
    let mut shown: Vec<(u8, usize)> = Vec::new();
    for (index, choice) in choices.all.iter().enumerate() {
        if let Some(rank) = rank(choice) {
            // Whoever is known stands before what is typed, unless that is what is meant exactly.
            shown.push((
                if choice.detail == AS_TYPED {
                    palette::WORD + 1
                } else {
                    rank
                },
                index,
            ));
        }
    }
    shown.sort_unstable();
    choices.shown = shown.into_iter().map(|(_, index)| index).collect();
    choices.selected = 0;
}

const AS_TYPED: &str = "as typed";
