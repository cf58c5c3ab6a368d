//! The command palette: fuzzy search over every action, its key beside it.

use super::action::{Action, Context};
use super::form::{Choice, Choices};
use super::line::Line;
use super::matching::narrow;
use super::then::Then;
use super::{Layer, Model, Palette, Tone, enabled};

/// Opens it: what makes sense where one is comes first.
pub(super) fn open(model: &mut Model) {
    let here = model.pane_context();
    let mut actions: Vec<Action> = Action::ALL
        .iter()
        .copied()
        .filter(|action| action.in_palette())
        .collect();
    // What was done last comes first, then what has to do with where one is; where no incident is open, what can be done at all.
    let nowhere = model.is_nowhere();
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
            nowhere && super::enabled::enabled(model, *action).is_err(),
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

/// Enter: does what is selected.
pub(super) fn take(model: &mut Model) -> Then {
    let Some(choice) = model.choices().and_then(Choices::current).cloned() else {
        return Then::NOTHING;
    };
    if !choice.enabled {
        model.say(choice.detail, Tone::Info);
        return Then::NOTHING;
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
        (Some(action), Some(given)) => Then::Ask(action, Some(given.to_owned())),
        (Some(action), None) => Then::Do(action),
        (None, _) => Then::NOTHING,
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
        A::DeclineMitigation => "decline, no, refuse, reject",
        A::ProposeMitigation => "fix, rollback, mitigate",
        A::Dispatch => "page, call, ask, specialist",
        A::GiveTask => "assign task, delegate",
        A::AddAction => "follow-up, action item, ticket",
        A::PlanAction => "owner, due, ticket, effort, kind of action item, follow-up",
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
