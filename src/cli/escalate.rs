//! `warroom escalate`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::{Context, words};
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;
use crate::text;

/// Escalate to another tier, to management or executives; without a target, list those there are
#[derive(Args, Debug)]
pub(super) struct Escalate {
    /// To whom: a tier, management, executives
    target: Option<String>,
    /// Someone who was called does not answer: notes it, and says whom to call next
    #[arg(long, value_name = "NAME", conflicts_with_all = ["target", "reason"])]
    unreachable: Option<String>,
    /// Why: time, a breach, data loss, media, a regulator, no one reachable
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    reason: Vec<String>,
}

impl Escalate {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(who) = self.unreachable {
            return context.change(Change::Unreachable { who, next: None });
        }
        if let Some(to) = self.target.filter(|to| to != "list" || !self.reason.is_empty()) {
            let reason = Some(words(&self.reason)).filter(|reason| !reason.trim().is_empty());
            return context.change(Change::Escalate { to, reason });
        }
        let view = context.view()?;
        let framework = &view.framework;
        let mut out = String::new();
        for one in &framework.escalations {
            let when = text::one_line(&one.when.join("; ")).into_owned();
            let _ = writeln!(out, "{:<16} {:<26} {when}", one.id, text::one_line(&one.title));
        }
        if framework.escalations.is_empty() {
            let _ = writeln!(out, "{} names no one to escalate to", text::one_line(&framework.name));
        }
        let list: Vec<_> = framework.escalations.iter().map(|one| json!(one)).collect();
        Ok(Reply::new(out, json!({"escalations": list})))
    }
}
