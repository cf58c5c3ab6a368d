//! `warroom resolve`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Resolve the incident; refused while the framework's gate is not met, with what is missing
#[derive(Args, Debug)]
pub(super) struct Resolve {
    /// Resolve although the gate is not met; the reason stands in the timeline and in the review
    #[arg(long, requires = "reason")]
    force: bool,

    /// Why the gate is overridden
    #[arg(long, value_name = "TEXT", requires = "force")]
    reason: Option<String>,

    /// When it was resolved
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// What ended it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Resolve {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let at = context.maybe_time(self.at.as_deref())?;
        let force = self.reason.filter(|_| self.force);
        if force.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Failure::usage("a forced resolution wants a reason: --reason TEXT"));
        }
        let note = self.note;
        context.change(Change::Resolve { force, at, note })
    }
}
