//! `warroom procedure`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::page::{moment, table};
use super::reply::Reply;
use crate::incident::Change;

/// What to follow when things go wrong: the framework's procedures, and which of them the incident calls for
#[derive(Args, Debug)]
pub(super) struct Procedure {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them; what is called for now is marked
    List,
    /// Follow one: its checklist is at hand from now on (warroom check list)
    Start {
        /// The procedure
        procedure: String,
        /// Why
        #[arg(long, value_name = "TEXT", num_args = 1..)]
        reason: Vec<String>,
    },
}

impl Procedure {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::List => list(context),
            Verb::Start { procedure, reason } => context.change(Change::StartProcedure {
                procedure,
                reason: Some(words(&reason)).filter(|reason| !reason.trim().is_empty()),
            }),
        }
    }
}

fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let procedures = view.derived(context.now()).procedures;
    let rows: Vec<_> = procedures
        .iter()
        .map(|one| {
            let stands = match one.since {
                Some(since) => format!("followed since {}", moment(since, context.now())),
                None if one.called_for => "called for now".to_owned(),
                None => String::new(),
            };
            vec![one.id.clone(), one.title.clone(), stands, one.when.clone()]
        })
        .collect();
    let text = if rows.is_empty() {
        format!("{} has no procedures for when things go wrong\n", view.framework.name)
    } else {
        table(&rows)
    };
    Ok(Reply::new(text, json!({"incident": view.id, "procedures": procedures})))
}
