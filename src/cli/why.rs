//! `warroom why`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
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
    /// Correct one; the old words are kept
    Edit {
        /// The because, by its id
        #[arg(value_name = "WHY")]
        id: String,
        /// The right words
        text: Vec<String>,
        /// What shows that it is so; an empty text takes it away
        #[arg(long, value_name = "TEXT")]
        evidence: Option<String>,
        #[command(flatten)]
        origin: correct::Origin,
    },
    /// Take one out
    Remove(correct::Remove),
}

impl Why {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::Add { text } => context.change(Change::AddWhy { text: words(&text) }),
            Verb::Remove(remove) => remove.from(context, "whys"),
            Verb::Edit {
                id,
                text,
                evidence,
                origin,
            } => {
                let text = Some(words(&text)).filter(|text| !text.is_empty());
                let fields = [("text", text), ("evidence", evidence)]
                    .into_iter()
                    .chain(origin.fields())
                    .collect();
                correct::correct(context, "whys", &id, fields)
            }
            Verb::List => {
                let view = context.view()?;
                let rows: Vec<_> = (1..)
                    .zip(live(&view.incident.whys))
                    .map(|(number, why)| {
                        let evidence = why.evidence.clone().unwrap_or_default();
                        vec![
                            format!("{number}."),
                            why.text.clone(),
                            evidence,
                            why.by.clone(),
                            why.id.clone(),
                        ]
                    })
                    .collect();
                Ok(Reply::new(table(&rows), json!({"whys": view.incident.whys})))
            }
        }
    }
}
