//! `warroom update`

use clap::Args;

use super::context::{Context, maybe_duration, read_text};
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::Change;

/// Log what was told to an audience; restarts that cadence
#[derive(Args, Debug)]
pub(super) struct Update {
    /// To whom: internal, executives, external, support, as the framework has them
    #[arg(long, value_name = "AUDIENCE")]
    audience: String,

    /// The words; `-` reads standard input
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: String,

    /// The status that was given to them
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,

    /// When they may expect the end, from now
    #[arg(long, value_name = "DURATION")]
    eta: Option<String>,
}

impl Update {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let text = if self.message == "-" {
            read_text()?
        } else {
            self.message
        };
        context.change(Change::SendUpdate {
            audience: self.audience,
            text,
            status: self.status,
            eta: maybe_duration(self.eta.as_deref())?,
        })
    }
}
