//! `warroom actions`

use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::page::table;
use super::reply::Reply;
use crate::incident::{ActionItem, ActionState, Incident, live};

/// Action items across all incidents
#[derive(Args, Debug)]
pub(super) struct Actions {
    /// Only those that are not done
    #[arg(long)]
    open: bool,

    /// Only those whose day has passed
    #[arg(long)]
    overdue: bool,
}

impl Actions {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let (incidents, problems) = context.all()?;
        let today = context.now().date().to_string();
        let wanted = |item: &ActionItem| {
            let open = item.state != ActionState::Done;
            let late = open && item.due.as_deref().is_some_and(|due| due < today.as_str());
            (!self.open || open) && (!self.overdue || late)
        };
        let incidents: Vec<_> = incidents.into_iter().map(|one| (one.place.id, one.incident)).collect();
        let mut reply = reply(&incidents, context, wanted);
        problems.add_to(&mut reply);
        Ok(reply)
    }
}

/// The wanted action items of some incidents.
pub(super) fn reply(
    incidents: &[(String, Arc<Incident>)],
    context: &Context,
    wanted: impl Fn(&ActionItem) -> bool,
) -> Reply {
    let today = context.now().date().to_string();
    let (mut rows, mut list) = (Vec::new(), Vec::new());
    for (id, incident) in incidents {
        for item in live(&incident.actions).filter(|item| wanted(item)) {
            let due = item.due.as_deref().unwrap_or("no date");
            let late = item.state != ActionState::Done && item.due.as_deref().is_some_and(|due| due < today.as_str());
            rows.push(vec![
                item.state.to_string(),
                if late { format!("{due} overdue") } else { due.to_owned() },
                item.owner.clone().unwrap_or_else(|| "no owner".into()),
                item.text.clone(),
                id.clone(),
                item.id.clone(),
            ]);
            let mut entry = json!(item);
            entry["incident"] = json!(id);
            entry["overdue"] = json!(late);
            list.push(entry);
        }
    }
    let text = if rows.is_empty() {
        "no action items\n".into()
    } else {
        table(&rows)
    };
    Reply::new(text, json!({"actions": list}))
}
