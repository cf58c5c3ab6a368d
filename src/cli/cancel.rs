//! `warroom cancel`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Cancel the incident: it was a false positive
#[derive(Args, Debug)]
pub(super) struct Cancel {
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Cancel {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        context.change(Change::Cancel { reason: self.reason })
    }
}
