//! `warroom close`

use clap::Args;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Close a resolved incident
#[derive(Args, Debug)]
pub(super) struct Close {}

impl Close {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        context.change(Change::Close)
    }
}
