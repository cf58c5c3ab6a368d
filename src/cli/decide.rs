//! `warroom decide`

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::incident::{Change, EventKind};

/// Log a decision: who took it, what else was weighed, and why; without words the log of decisions
#[derive(Args, Debug)]
pub(super) struct Decide {
    /// What was decided
    text: Vec<String>,
    /// Who decided; else you
    #[arg(long = "by", alias = "who", value_name = "NAME")]
    who: Option<String>,
    /// What else was weighed; may be given several times
    #[arg(long = "option", value_name = "TEXT")]
    options: Vec<String>,
    /// Why this one
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

impl Decide {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if !self.text.is_empty() && self.text != ["list"] {
            return context.change(Change::Decide {
                text: words(&self.text),
                who: self.who,
                options: self.options,
                reason: self.reason,
            });
        }
        let view = context.view()?;
        let decisions: Vec<_> = view
            .incident
            .timeline
            .iter()
            .filter(|event| event.kind == EventKind::Decision && event.retracted.is_none())
            .collect();
        let row = |event: &&std::sync::Arc<crate::incident::Event>| {
            vec![event.at.hm(), event.by.clone(), event.text.clone(), event.id.clone()]
        };
        let mut text = table(&decisions.iter().map(row).collect::<Vec<_>>());
        if decisions.is_empty() {
            text += "no decision was logged yet\n";
        }
        Ok(Reply::new(text, json!({"incident": view.id, "decisions": decisions})))
    }
}
