//! The command palette: fuzzy search over every action, its key beside it.

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
    // What was done last comes first, then what has to do with where one is.
    let lately = |action: &Action| {
        model
            .memory
            .lately
            .iter()
            .rev()
            .take(5)
            .position(|known| known == action)
    };
    actions.sort_by_key(|action| {
        (
            lately(action).unwrap_or(usize::MAX),
            !action.spec().contexts.contains(&here),
        )
    });
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
                ..,
            ] => {
                format!("{}: {}", spec.group.title(), spec.title)
            }
            _ => spec.title.to_owned(),
        },
        detail: possible.err().unwrap_or(spec.about).to_owned(),
        key: model.keymap.key_of(action),
        enabled: possible.is_ok(),
        words: synonyms(action),
        ..Choice::default()
    }
}

/// Ranks of a match, the best first.
const EXACT: u8 = 0;
const PREFIX: u8 = 1;
/// The last rank of words that begin with what is typed.
pub(super) const WORD: u8 = 2;
const SUBSTRING: u8 = 3;
const SUBSEQUENCE: u8 = 4;

/// How well a text is matched by what was typed (both in lower case): exactly, at its beginning, at the beginning of a word, within,
/// or by its letters in their order; `None` where it is not.
pub(super) fn rank(typed: &str, text: &str) -> Option<u8> {
    if typed.is_empty() {
        return Some(EXACT);
    }
    if text == typed {
        return Some(EXACT);
    }
    if text.starts_with(typed) {
        return Some(PREFIX);
    }
    let mut places = text.match_indices(typed).map(|(at, _)| at).peekable();
    if places.peek().is_some() {
        let begins = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
        return Some(if places.any(begins) { WORD } else { SUBSTRING });
    }
    // Several words each begin one of its words: `assign ic` finds `assign incident commander`.
    let starts = |word: &str| {
        text.split(|c: char| !c.is_alphanumeric())
            .any(|own| own.starts_with(word))
    };
    if typed.contains(' ') && typed.split_whitespace().all(starts) {
        return Some(WORD);
    }
    let mut letters = text.chars();
    let in_order = typed.chars().filter(|c| *c != ' ').all(|c| letters.any(|own| own == c));
    in_order.then_some(SUBSEQUENCE)
}

/// The rank of a choice: its label counts most, then its synonyms and the name used in scripts, then the sentence about it.
fn ranked(typed: &str, choice: &Choice) -> Option<u8> {
    let label = rank(typed, &choice.label.to_lowercase()).map(|rank| rank * 4);
    let within = |text: &str, add: u8| {
        rank(typed, text)
            .filter(|rank| *rank <= SUBSTRING)
            .map(|rank| rank * 4 + add)
    };
    let words = choice
        .words
        .split(',')
        .filter(|word| !word.is_empty())
        .filter_map(|word| within(word.trim(), 1))
        .min();
    let value = within(&choice.value.to_lowercase(), 2);
    let detail = within(&choice.detail.to_lowercase(), 3)
        .filter(|_| typed.len() > 2)
        .map(|rank| rank.max(SUBSTRING * 4));
    [label, words, value, detail].into_iter().flatten().min()
}

/// Shows what matches the typed words, best first; those that cannot be chosen after the others, and a role that is held after an
/// empty one that matches as well.
pub(super) fn narrow(choices: &mut Choices, typed: &str) {
    let typed = typed.to_lowercase();
    let mut found: Vec<((bool, u8, bool, u8), usize)> = Vec::with_capacity(choices.all.len());
    for (index, choice) in choices.all.iter().enumerate() {
        if let Some(rank) = ranked(&typed, choice) {
            // Words that begin so are as good as each other where a held role stands against an empty one.
            let coarse = match rank / 4 {
                EXACT => 0,
                PREFIX | WORD => 1,
                other => other,
            };
            let last = !choice.enabled && !typed.is_empty();
            found.push(((last, coarse, choice.held && !typed.is_empty(), rank), index));
        }
    }
    found.sort_unstable();
    choices.shown = found.into_iter().map(|(_, index)| index).collect();
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
    if let Some(action) = Action::named(&choice.value) {
        model.memory.lately.retain(|known| *known != action);
        model.memory.lately.push(action);
    }
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

/// Other words by which people look for an action.
pub(super) fn synonyms(action: Action) -> &'static str {
    use Action as A;
    match action {
        A::RetractEvent => "delete, remove, strike",
        A::RedactEvent => "secret, password, delete for good, remove",
        A::BackdateEvent => "time, backdate",
        A::EditEvent => "edit, correct, fix, change",
        A::AssignRole => "assign ic, assign role, take command, lead",
        A::HandoffRole => "handoff, handover, hand over",
        A::SendUpdate => "update, tell, announce, communicate, status page",
        A::ShowReview => "postmortem, pir, retrospective, learning",
        A::ShowBoard => "incidents, list, switch",
        A::ShowRunbooks => "runbook, playbook",
        A::OpenIncident => "switch, other incident",
        A::NextIncident => "switch, other incident, next incident",
        A::SearchAll => "find, grep, past incidents",
        A::DeclareIncident => "new incident, declare",
        A::ShowPermissions => "allow, permission, hooks, webhooks, commands, hash, trust",
        A::ShowMatrix => "matrix, audiences, cadence, grid",
        A::ShowSimilar => "before, again, alike, recurrence, relatives, history",
        A::ShowFollowUps => "action items, follow-ups, overdue, owner, horizon, recurrence",
        A::ShowTrend => "report, metrics, mttr, figures, months, quarters, weeks",
        A::SetSeverity => "severity, sev, priority",
        A::SetStatus => "status, phase",
        A::AddEvidence => "evidence, proof, for, against",
        A::ApproveMitigation => "approve, yes, allow",
        A::ProposeMitigation => "fix, rollback, mitigate",
        A::Dispatch => "page, call, ask, specialist",
        A::GiveTask => "assign task, delegate",
        A::AddAction => "follow-up, action item, ticket",
        A::SetCause => "root cause, rca",
        A::Messages => "notices, log, history",
        A::LocalTime => "timezone, zone, utc",
        A::ChooseTheme => "theme, colours, colors, dark, light, contrast, background",
        A::ChooseSeat => "role, seat, layout, arrange, scribe, responder, incident commander, ic",
        A::Quit => "exit, leave",
        A::SnoozeTimer => "snooze, later, delay",
        A::SettleConflict => "collision, conflict, merge",
        _ => "",
    }
}
