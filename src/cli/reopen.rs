//! `warroom reopen`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Open a resolved, closed or cancelled incident again
#[derive(Args, Debug)]
pub(super) struct Reopen {
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Reopen {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        context.change(Change::Reopen { reason: self.reason })
    }
}
