//! The law of former states: without a base, a state that the other one grew from says nothing new and denies nothing.

use proptest::prelude::*;
use serde_json::Value;

use super::laws::{Clock, changed};
use super::states;
use crate::incident::apply::drawn::drawn;
use crate::incident::apply::laws::declared;
use crate::incident::{EventKind, Incident};
use crate::trials::cases;

/// What a merge without a base says of collisions.
fn collisions(former: &Incident, now: &Incident) -> Vec<String> {
    let (merged, report) = states::merge(None, former, now);
    let told = merged.timeline.iter().filter(|event| event.kind == EventKind::Conflict);
    told.map(|event| format!("{} ({:?})", event.text, event.subject))
        .chain(report.conflicts)
        .collect()
}

/// The state, with every list in the order of its ids: how they stand is the file's.
fn sorted(state: &Incident) -> Value {
    let mut value = serde_json::to_value(state).unwrap();
    sort(&mut value);
    value
}

fn sort(value: &mut Value) {
    match value {
        Value::Array(list) => {
            list.iter_mut().for_each(sort);
            list.sort_by_key(|entry| entry["id"].to_string());
        }
        Value::Object(fields) => fields.values_mut().for_each(sort),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #![proptest_config(cases(60))]

    /// A copy that was kept, left behind by a kill or saved by an old buffer is such a state.
    #[test]
    fn a_former_state_is_in_no_conflict(steps in proptest::collection::vec((0..3_usize, drawn()), 2..40)) {
        let mut line = vec![declared()];
        for (number, (who, drawn)) in steps.iter().enumerate() {
            let state = changed(&line[line.len() - 1], number, *who, Clock::Wrong, drawn);
            line.extend(state);
        }
        let now = &line[line.len() - 1];
        for former in &line {
            let found = collisions(former, now);
            prop_assert!(found.is_empty(), "{found:#?}\n{}\n{}", sorted(former), sorted(now));
            let found = collisions(now, former);
            prop_assert!(found.is_empty(), "{found:#?}");
            let merged = states::merge(None, now, former).0;
            prop_assert_eq!(sorted(&merged), sorted(now));
        }
    }
}
