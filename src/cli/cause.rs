//! `warroom cause`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::reply::Reply;
use crate::incident::Change;
use crate::text;

/// The root cause: show it, or name it
#[derive(Args, Debug)]
pub(super) struct Cause {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show it
    #[command(visible_alias = "show")]
    List,
    /// Name the root cause in a sentence; an empty one takes it back
    Set {
        /// The cause
        #[arg(required = true)]
        text: Vec<String>,
    },
}

impl Cause {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if let Some(Verb::Set { text }) = self.verb {
            return context.change(Change::SetCause { text: words(&text) });
        }
        let view = context.view()?;
        let cause = view.incident.cause.as_deref();
        let text = match cause {
            Some(cause) => format!("{}\n", text::lines(cause)),
            None => "no root cause is named yet: warroom cause set TEXT\n".into(),
        };
        Ok(Reply::new(text, json!({"cause": cause})))
    }
}
