//! `warroom settle`

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;
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
    /// The value that was set last
    Keep,
    /// The other one
    Take,
}

impl Settle {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match (self.event.as_deref(), self.choice) {
            (Some(event), Some(choice)) => {
                let take = matches!(choice, Choice::Take);
                let view = context.view()?;
                let open = view.framework.conflicts(&view.incident);
                let given_twice = open.iter().find(|one| one.event == event && one.role().is_some());
                if let Some(one) = given_twice {
                    let who = if take { &one.lost } else { &one.kept };
                    return context.change(Change::AssignRole {
                        role: one.role().unwrap_or_default().to_owned(),
                        who: who.clone().unwrap_or_default(),
                        alongside: false,
                    });
                }
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
        let framework = &view.framework;
        let open = framework.conflicts(&view.incident);
        let mut out = String::new();
        for one in &open {
            let about = framework.conflict_in_words(&view.incident, &one.subject);
            let value = |value: &Option<String>| value.as_deref().map_or("nothing".into(), |v| format!("`{v}`"));
            let line = match one.role() {
                Some(_) => format!(
                    "{}  {about}, given by two at once: keep leaves it to {}, take to {}",
                    one.event,
                    value(&one.kept),
                    value(&one.lost)
                ),
                None => format!(
                    "{}  {about} was set by two at once: keep leaves it {}, take makes it {} by {}; {} is in force until then",
                    one.event,
                    value(&one.kept),
                    value(&one.lost),
                    one.by,
                    value(&framework.in_force(&view.incident, one))
                ),
            };
            let _ = writeln!(out, "{}", text::one_line(&line));
        }
        if open.is_empty() {
            out.push_str("no conflict is open\n");
        } else {
            out.push_str(
                "settle one: warroom settle EVENT keep|take; a third value is set as ever (warroom severity SEVERITY)\n",
            );
        }
        let list: Vec<_> = open
            .iter()
            .map(|one| json!({"event": one.event, "subject": one.subject, "kept": one.kept, "lost": one.lost, "by": one.by, "at": one.at.to_string()}))
            .collect();
        Ok(Reply::new(out, json!({"conflicts": list})))
    }
}
