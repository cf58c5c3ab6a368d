//! The ways to log: which action logs which kind, in the order of Tab.

use super::action::Action;
use crate::incident::EventKind;

/// The ways to log, in the order of Tab, with the kind each begins with.
const WAYS: [(Action, EventKind); 8] = [
    (Action::Log, EventKind::Note),
    (Action::LogAction, EventKind::Action),
    (Action::LogDecision, EventKind::Decision),
    (Action::LogFinding, EventKind::Finding),
    (Action::LogObservation, EventKind::Observation),
    (Action::LogAlert, EventKind::Alert),
    (Action::LogImpact, EventKind::Impact),
    (Action::LogComms, EventKind::Comms),
];

/// The kind that an action logs; `None` for actions that do not log.
pub(super) fn kind_of(action: Action) -> Option<EventKind> {
    WAYS.iter()
        .find(|(way, _)| *way == action)
        .map(|(_, kind)| kind.clone())
}

/// The next way to log.
pub(super) fn next_action(action: Action, forward: bool) -> Action {
    let at = WAYS.iter().position(|(way, _)| *way == action).unwrap_or(0);
    WAYS[(at + if forward { 1 } else { WAYS.len() - 1 }) % WAYS.len()].0
}
