//! What is done again after it was undone, held against the gate.

use super::*;
use crate::incident::apply::laws::request;
use crate::incident::apply::unchecked;
use crate::incident::{Applied, Change, Declaration, Refusal, apply_under, declare, newest};

struct Room {
    framework: std::sync::Arc<Framework>,
    incident: Incident,
    steps: usize,
}

impl Room {
    fn new(name: &str) -> Self {
        let framework = Framework::builtin(name).unwrap();
        let declaration = Declaration {
            id: "INC-2026-0042".into(),
            title: "Checkout failing".into(),
            framework: name.into(),
            severity: framework.severities[0].id.clone(),
            status: framework.first_status().to_owned(),
            ..Declaration::default()
        };
        let incident = declare(&declaration, "uidabcd", "declare", "kim", at(0)).unwrap();
        Self {
            framework,
            incident,
            steps: 0,
        }
    }

    fn call(&mut self, minute: i64, change: Change) -> Result<Applied, Refusal> {
        self.steps += 1;
        let now = at(minute);
        let change = self.framework.permit(&self.incident, change, "kim", now)?;
        let asked = unchecked(&request(self.steps, "kim", now, Change::close())).with(change);
        let (next, applied) = apply_under(&self.framework.classes, &self.incident, &asked, newest(&self.incident))?;
        self.incident = next;
        Ok(applied)
    }
}

fn at(minute: i64) -> Time {
    Time::from_millis(1_795_183_500_000 + minute * 60_000)
}

#[test]
fn what_was_resolved_is_not_done_again_over_what_came_since() {
    for name in Framework::names() {
        let mut room = Room::new(name);
        let milestone = crate::incident::Milestone::Mitigated;
        room.call(
            1,
            Change::SetMilestone {
                milestone,
                at: at(1),
                reason: None,
            },
        )
        .unwrap();
        let items: Vec<String> = room.framework.gate.items.iter().map(|one| one.item.clone()).collect();
        for item in &items {
            let tick = Change::TickItem {
                item: item.clone(),
                note: Some("seen".into()),
                again: false,
            };
            room.call(100, tick).unwrap();
        }
        let resolve = Change::Resolve {
            force: None,
            at: None,
            note: None,
        };
        let resolved = room.call(200, resolve).unwrap();
        let undone = room.call(201, resolved.inverse.unwrap()).unwrap();
        let again = room
            .call(202, undone.inverse.unwrap())
            .expect("nothing came in between");
        let undone = room.call(203, again.inverse.unwrap()).unwrap();
        let redo = undone.inverse.unwrap();
        let untick = Change::UntickItem { item: items[0].clone() };
        room.call(204, untick).unwrap();
        assert!(
            room.call(205, redo.clone()).is_err(),
            "{name}: a condition was unticked"
        );
        let tick = Change::TickItem {
            item: items[0].clone(),
            note: Some("seen".into()),
            again: false,
        };
        // A duration has to run anew first, which refuses the tick too.
        let _ = room.call(206, tick);
        assert!(room.call(207, redo).is_err(), "{name}: and ticked again");
    }
}
