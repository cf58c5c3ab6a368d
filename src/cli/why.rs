//! `warroom why`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::{Context, words};
use super::failure::Failure;
use super::page::table;
use super::reply::Reply;
use crate::incident::{Change, live};

/// The five whys: list them, or add the next because
#[derive(Args, Debug)]
pub(super) struct Why {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them in order
    List,
    /// Add the next because
    Add {
        /// The because
        #[arg(required = true)]
        text: Vec<String>,
    },
}

impl Why {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::Add { text } => context.change(Change::AddWhy { text: words(&text) }),
            Verb::List => {
                let view = context.view()?;
                let rows: Vec<_> = (1..)
                    .zip(live(&view.incident.whys))
                    .map(|(number, why)| vec![format!("{number}."), why.text.clone(), why.by.clone(), why.id.clone()])
                    .collect();
                Ok(Reply::new(table(&rows), json!({"whys": view.incident.whys})))
            }
        }
    }
}
