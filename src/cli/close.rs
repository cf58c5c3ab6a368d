//! `warroom close`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::framework::data::Class;
use crate::incident::{Change, Refusal};

/// Close a resolved incident; refused while a mandatory review wants its document, its owner or its actions
#[derive(Args, Debug)]
pub(super) struct Close {
    /// Close although the review is not complete; the reason stands in the timeline
    #[arg(long, requires = "reason")]
    force: bool,

    /// Why the review is overridden
    #[arg(long, value_name = "TEXT", requires = "force")]
    reason: Option<String>,
}

/// How many sections with open questions the timeline names.
const NAMED: usize = 3;

/// What the review's document leaves open: refused, or what is overridden.
pub(super) fn missing(context: &Context, is_forced: bool) -> Result<Option<String>, Failure> {
    let view = context.view()?;
    let open = super::postmortem::unanswered(context, &view);
    if open.is_empty() || view.framework.class(&view.incident.status) != Class::Resolved {
        return Ok(None);
    }
    if is_forced {
        let more = open.len().saturating_sub(NAMED);
        let named = open[..open.len() - more].join(", ");
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        return Ok(Some(format!("questions: {named}{more}")));
    }
    let parts = view.framework.review_parts(&view.incident).into_iter();
    let parts = parts.filter(|part| !part.met);
    let lines = parts.map(|part| format!("{}: {} ({})", part.id, part.text, part.how));
    let open = format!("questions: {} (warroom postmortem lists them)", open.join(", "));
    Err(Refusal::Rules {
        said: format!(
            "{} cannot be closed: its review document has questions that no one has answered; answer them, or give --force --reason",
            view.id
        ),
        missing: lines.chain([open]).collect(),
    }
    .into())
}

impl Close {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let force = self.reason.filter(|_| self.force);
        if force.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Failure::usage("passing the review over wants a reason: --reason TEXT"));
        }
        let missing = missing(context, force.is_some())?;
        context.change(Change::Close { force, missing })
    }
}
