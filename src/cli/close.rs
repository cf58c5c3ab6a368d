//! `warroom close`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;
use crate::store::review_file::{self, ReviewFile};

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

impl Close {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let force = self.reason.filter(|_| self.force);
        if force.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Failure::usage("passing the review over wants a reason: --reason TEXT"));
        }
        closing(context, Change::Close { force, missing: None })
    }
}

/// Makes a change that may close the incident, by the rule of the review's document.
pub(super) fn closing(context: &Context, change: Change) -> Result<Reply, Failure> {
    let view = context.view()?;
    if matches!(change, Change::Close { force: None, .. }) {
        let file = ReviewFile::of(context.repository()?, &view.id, false);
        if let Some(ticks) = file.found_finished(&view.incident, &view.framework) {
            context.change(ticks)?;
        }
    }
    let change = review_file::closing(context.repository()?, &view.id, &view.incident, &view.framework, change)?;
    context.change(change)
}
