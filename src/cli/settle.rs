//! `warroom settle`

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::{Change, open_conflicts};
use crate::text;

/// Conflicts of two people's values: list those that are open, or settle one
#[derive(Args, Debug)]
pub(super) struct Settle {
    /// The conflict event, by its id; `list` or none lists them
    event: Option<String>,
    /// Which value stands from now on
    choice: Option<Choice>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Choice {
    /// The value in force
    Keep,
    /// What lost
    Take,
}

impl Settle {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match (self.event.as_deref(), self.choice) {
            (Some(event), Some(choice)) => {
                let take = matches!(choice, Choice::Take);
                let event = event.to_owned();
                return context.change(Change::SettleConflict { event, take });
            }
            (Some(event), None) if event != "list" => {
                let said =
                    format!("which value is to stand? `warroom settle {event} keep` or `warroom settle {event} take`");
                return Err(Failure::usage(said));
            }
            _ => {}
        }
        let view = context.view()?;
        let open = open_conflicts(&view.incident);
        let mut out = String::new();
        for one in &open {
            let value = |value: &Option<String>| value.as_deref().map_or("nothing".into(), |v| format!("`{v}`"));
            let line = format!(
                "{}  {}: {} in force, {} by {} overwritten",
                one.event,
                one.subject,
                value(&one.kept),
                value(&one.lost),
                one.by
            );
            let _ = writeln!(out, "{}", text::one_line(&line));
        }
        if open.is_empty() {
            out.push_str("no conflict is open\n");
        } else {
            out.push_str(
                "settle one: warroom settle EVENT keep|take; a third value is set as ever (warroom severity SEV2)\n",
            );
        }
        let list: Vec<_> = open
            .iter()
            .map(|one| json!({"event": one.event, "subject": one.subject, "kept": one.kept, "lost": one.lost, "by": one.by, "at": one.at.to_string()}))
            .collect();
        Ok(Reply::new(out, json!({"conflicts": list})))
    }
}
