//! `warroom milestone`

use clap::Args;
use serde_json::{Map, json};

use super::context::Context;
use super::failure::Failure;
use super::input::known_word;
use super::page::table;
use super::reply::Reply;
use crate::incident::{self, Change, MILESTONES, clock};

/// Show or correct the instants that all durations and metrics use
#[derive(Args, Debug)]
pub(super) struct Milestone {
    /// started, detected, acknowledged, declared, mitigated or resolved; none to show them
    #[arg(id = "milestone", value_name = "MILESTONE", requires = "at")]
    name: Option<String>,

    /// When it happened
    #[arg(value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// Why it is corrected
    #[arg(long, value_name = "TEXT", requires = "milestone")]
    reason: Option<String>,
}

impl Milestone {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let (Some(word), Some(at)) = (self.name, self.at) {
            let word = known_word("milestone", &word, incident::Milestone::KNOWN)?;
            return context.change(Change::SetMilestone {
                milestone: incident::Milestone::from(word),
                at: context.time(&at)?,
                reason: self.reason,
            });
        }
        let view = context.view()?;
        let (mut rows, mut list) = (Vec::new(), Map::new());
        for milestone in &MILESTONES {
            let moment = clock::moment(&view.incident, milestone);
            let mut row = vec![milestone.to_string()];
            match moment {
                Some(moment) => row.extend([moment.at.to_string(), moment.by.clone()]),
                None => row.push("not yet".into()),
            }
            rows.push(row);
            list.insert(milestone.to_string(), json!(moment));
        }
        Ok(Reply::new(
            table(&rows),
            json!({"incident": view.id, "milestones": list}),
        ))
    }
}
