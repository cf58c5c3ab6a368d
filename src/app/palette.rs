//! The command palette: fuzzy search over every action, its key beside it.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::action::{Action, Context};
use super::form::{Choice, Choices};
use super::line::Line;
use super::message::Effect;
use super::{Layer, Model, Palette, Tone, enabled};

/// Opens it: what makes sense where one is comes first.
pub(super) fn open(model: &mut Model) {
    let here = model.pane_context();
    let mut actions: Vec<Action> = Action::ALL
        .iter()
        .copied()
        .filter(|action| action.in_palette())
        .collect();
    actions.sort_by_key(|action| !action.spec().contexts.contains(&here));
    let mut choices = Choices {
        all: actions.into_iter().map(|action| entry(model, action)).collect(),
        ..Choices::default()
    };
    narrow(&mut choices, "");
    model.layers.push(Layer::Palette(Palette {
        title: "Commands".into(),
        line: Line::default(),
        choices,
    }));
}

/// An action as something to choose.
pub(super) fn entry(model: &Model, action: Action) -> Choice {
    let spec = action.spec();
    let possible = enabled::enabled(model, action);
    Choice {
        value: spec.id.to_owned(),
        label: match spec.contexts {
            // `Confirm it` alone says too little outside its pane.
            [
                Context::Hypothesis
                | Context::Mitigation
                | Context::Roles
                | Context::Timers
                | Context::Checklists
                | Context::Timeline,
            ] => {
                format!("{}: {}", spec.group.title(), spec.title)
            }
            _ => spec.title.to_owned(),
        },
        detail: possible.err().unwrap_or(spec.about).to_owned(),
        key: model.keymap.key_of(action),
        enabled: possible.is_ok(),
        current: false,
    }
}

/// Shows what is like the typed words, best first; those that cannot be chosen after the others.
pub(super) fn narrow(choices: &mut Choices, typed: &str) {
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher);
    let mut scored: Vec<(u32, bool, usize)> = Vec::with_capacity(choices.all.len());
    for (index, choice) in choices.all.iter().enumerate() {
        // The label counts most, then the name used in scripts, then the sentence.
        let best = score(&choice.label)
            .map(|score| score * 4)
            .max(score(&choice.value).map(|score| score * 3))
            .max(if typed.len() > 2 { score(&choice.detail) } else { None });
        if let Some(score) = best.or_else(|| typed.is_empty().then_some(0)) {
            scored.push((score, choice.enabled, index));
        }
    }
    scored.sort_by_key(|(score, enabled, index)| (!enabled && !typed.is_empty(), std::cmp::Reverse(*score), *index));
    choices.shown = scored.into_iter().map(|(_, _, index)| index).collect();
    choices.selected = 0;
    choices.top = 0;
}

/// Enter: does what is selected.
pub(super) fn take(model: &mut Model) -> Vec<Effect> {
    let Some(choice) = model.choices().and_then(Choices::current).cloned() else {
        return Vec::new();
    };
    if !choice.enabled {
        model.say(choice.detail, Tone::Info);
        return Vec::new();
    }
    model.layers.pop();
    // A menu may have answered the first step already: `send-update internal`.
    let (id, given) = choice
        .value
        .split_once(' ')
        .map_or((choice.value.as_str(), None), |(id, given)| (id, Some(given)));
    match (Action::named(id), given) {
        (Some(action), Some(given)) => super::ask::begin_given(model, action, given),
        (Some(action), None) => super::update::perform(model, action),
        (None, _) => Vec::new(),
    }
}
