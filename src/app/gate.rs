//! The resolution gate as a list that is worked through: Space ticks a condition, `t` gives its evidence, `f` overrides.

use super::action::Action;
use super::form::{Choice, Choices};
use super::key::Key;
use super::then::Then;
use super::{Gate, Layer, Model, Tone, checklist};
use crate::framework::GateItem;
use crate::incident::time::format_clock;

/// Value of the line that resolves.
const RESOLVE: &str = "resolve";

/// Shows the conditions.
pub(super) fn open(model: &mut Model) {
    refused(model, String::new());
}

/// Shows the conditions, and why resolving was refused.
pub(super) fn refused(model: &mut Model, said: String) {
    if model.derived.gate.items.is_empty() {
        model.say(
            "This framework asks for nothing before an incident is resolved.",
            Tone::Info,
        );
        return;
    }
    let all = rows(model);
    let first = all.iter().position(|choice| !choice.current).unwrap_or(0);
    model.layers.retain(|layer| !matches!(layer, Layer::Gate(_)));
    model.layers.push(Layer::Gate(Gate {
        said,
        choices: Choices {
            shown: (0..all.len()).collect(),
            all,
            selected: first,
            top: 0,
        },
    }));
}

fn rows(model: &Model) -> Vec<Choice> {
    let gate = &model.derived.gate;
    let mut all: Vec<Choice> = gate.items.iter().map(|item| row(model, item)).collect();
    let resolve = match soak(model) {
        _ if gate.ok => "every condition is met; Enter resolves".to_owned(),
        Some(left) => format!("not yet: possible in {left}; f overrides, with a reason"),
        None => "not yet; f overrides, with a reason".to_owned(),
    };
    all.push(Choice {
        value: RESOLVE.into(),
        label: "Resolve".into(),
        detail: resolve,
        enabled: gate.ok,
        ..Choice::default()
    });
    all
}

/// How long the last wait of the gate lasts, where nothing but waiting is missing.
fn soak(model: &Model) -> Option<String> {
    let missing = model.derived.gate.items.iter().filter(|item| !item.met);
    let waits = missing.map(|item| item.met_at).collect::<Option<Vec<_>>>()?;
    Some(format_clock(waits.into_iter().max()?.seconds_since(model.now)))
}

fn row(model: &Model, item: &GateItem) -> Choice {
    let note = checklist::note(model, &item.id);
    let starts = model.framework().to_start(model.incident(), &item.id, model.now);
    let detail = match (item.met_at, note) {
        (Some(at), _) if !item.met => format!("{} left", format_clock(at.seconds_since(model.now))),
        (None, None) if !item.met && starts.is_some() => {
            format!(
                "Space starts its {}",
                starts.map(|span| span.to_string()).unwrap_or_default()
            )
        }
        (_, Some(note)) => note,
        _ if item.met => String::new(),
        _ => item.why.clone().unwrap_or_default(),
    };
    Choice {
        value: item.id.clone(),
        label: item.text.clone(),
        detail,
        enabled: true,
        current: item.met,
        ..Choice::default()
    }
}

/// The incident has changed under it.
pub(super) fn refresh(model: &mut Model) {
    if !model.layers.iter().any(|layer| matches!(layer, Layer::Gate(_))) {
        return;
    }
    let all = rows(model);
    for layer in &mut model.layers {
        if let Layer::Gate(gate) = layer {
            gate.choices.shown = (0..all.len()).collect();
            gate.choices.selected = gate.choices.selected.min(all.len() - 1);
            gate.choices.all.clone_from(&all);
        }
    }
}

/// The condition that is selected; nothing where the line that resolves is.
fn selected(model: &Model) -> Option<String> {
    let value = model.choices()?.current()?.value.clone();
    (value != RESOLVE).then_some(value)
}

/// Enter: resolves, where the gate is met.
pub(super) fn enter(model: &mut Model) -> Then {
    // A slip of Enter ticks nothing: a condition is said to be met by its own key.
    if selected(model).is_some() {
        model.refuse("Space ticks a condition, t gives its evidence.");
        return Then::NOTHING;
    }
    if !model.derived.gate.ok {
        model.refuse("The gate is not met yet: Space ticks a condition, f overrides.");
        return Then::NOTHING;
    }
    model.layers.pop();
    Then::Do(Action::Resolve)
}

fn tick(model: &mut Model) -> Then {
    match selected(model) {
        // What has to hold for some time begins to hold now.
        Some(id) if model.framework().to_start(model.incident(), &id, model.now).is_some() => {
            Then::Ask(Action::StartItem, Some(id))
        }
        Some(id) if checklist::text(model, &id).is_some() => Then::Ask(Action::TickItem, Some(id)),
        Some(_) => {
            model.say("That condition is met by waiting, not by a tick.", Tone::Info);
            Then::NOTHING
        }
        None => Then::NOTHING,
    }
}

/// A key that is the gate's own.
pub(super) fn key(model: &mut Model, key: Key) -> Then {
    match key.typed() {
        Some(' ') => tick(model),
        Some('t') => match selected(model) {
            Some(id) if checklist::text(model, &id).is_some() => Then::Ask(Action::TickWithNote, Some(id)),
            _ => Then::NOTHING,
        },
        Some('f') if !model.derived.gate.ok => Then::Ask(Action::ForceResolve, None),
        _ => Then::NOTHING,
    }
}
