//! `warroom status`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use super::update::Update;
use crate::incident::Change;
use crate::text;

/// Show the status, or move to another one
#[derive(Args, Debug)]
#[command(after_help = "`status resolved` is `warroom resolve`: the same gate is checked.")]
pub(super) struct Status {
    /// The new status; none to show it and what may follow
    #[arg(value_name = "STATUS")]
    next: Option<String>,

    /// Why
    #[arg(long, value_name = "TEXT", requires = "next")]
    reason: Option<String>,

    /// Tell this audience inside at once, in the framework's words, and restart its timer; words for outside are read first
    /// (`warroom update --draft`)
    #[arg(long, value_name = "AUDIENCE", requires = "next")]
    tell: Option<String>,

    /// When they may expect the end, from now
    #[arg(long, value_name = "DURATION", requires = "tell")]
    eta: Option<String>,
}

impl Status {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(status) = self.next.filter(|status| status != "list") {
            let reason = self.reason;
            let change = Change::SetStatus { status, reason };
            return match self.tell {
                Some(audience) => told(context, change, &audience, self.eta),
                None => super::close::closing(context, change),
            };
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

/// Moves the status and tells an audience inside, as one call.
fn told(context: &Context, change: Change, audience: &str, eta: Option<String>) -> Result<Reply, Failure> {
    let framework = context.view()?.framework;
    let audience = framework.audience(audience)?;
    if framework.is_outside(&audience.id) {
        return Err(Failure::usage(format!(
            "words for {} are read before they are sent: warroom update --audience {} --draft",
            audience.title, audience.id
        )));
    }
    // A status that is there already is no reason to tell nobody.
    let moved = match super::close::closing(context, change) {
        Err(failure) if failure.code == 0 => None,
        other => Some(other?),
    };
    let sent = Update::to(&audience.id, eta).run(context)?;
    let Some(mut reply) = moved else { return Ok(sent) };
    reply.text.push_str(&sent.text);
    if let Some(json) = reply.json.as_object_mut() {
        json.insert("update".into(), sent.json);
    }
    Ok(reply)
}
