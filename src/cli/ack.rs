//! `warroom ack`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Acknowledge: say that a person has taken the incident on
#[derive(Args, Debug)]
pub(super) struct Ack {
    /// When that was
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

impl Ack {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let at = context.maybe_time(self.at.as_deref())?;
        context.change(Change::Acknowledge { at })
    }
}
