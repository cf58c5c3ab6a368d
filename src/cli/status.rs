//! `warroom status`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;
use crate::text;

/// Show the status, or move to another one
#[derive(Args, Debug)]
#[command(after_help = "`status resolved` is `warroom resolve`: the same gate is checked.")]
pub(super) struct Status {
    /// The new status; none to show it and what may follow
    #[arg(value_name = "STATUS")]
    status: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT", requires = "status")]
    reason: Option<String>,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(status) = self.status.filter(|status| status != "list") {
            let reason = self.reason;
            return super::close::closing(context, Change::SetStatus { status, reason });
        }
        let view = context.view()?;
        let derived = view.derived(context.now());
        let status = view.incident.status.as_str();
        let mut line = format!(
            "{}, phase {}",
            text::one_line(status),
            text::one_line(&derived.phase.title)
        );
        if !derived.next_statuses.is_empty() {
            let _ = write!(line, "; next: {}", text::one_line(&derived.next_statuses.join(", ")));
        }
        let json = json!({
            "incident": view.id,
            "status": status,
            "phase": derived.phase,
            "next": derived.next_statuses,
        });
        Ok(Reply::new(line + "\n", json))
    }
}
