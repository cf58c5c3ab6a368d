//! `warroom factor`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::{known_word, words};
use super::page::table;
use super::reply::Reply;
use crate::incident::{Change, FactorCategory, live};

/// List or add contributing factors (the fishbone)
#[derive(Args, Debug)]
pub(super) struct Factor {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them
    List,
    /// Add a contributing factor
    Add {
        /// people, process, technology or environment
        #[arg(long, value_name = "CATEGORY")]
        category: String,
        /// The factor
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Correct one; the old value is kept
    Edit {
        /// The factor, by its id
        #[arg(value_name = "FACTOR")]
        id: String,
        /// The right words
        text: Vec<String>,
        /// people, process, technology or environment
        #[arg(long, value_name = "CATEGORY")]
        category: Option<String>,
        #[command(flatten)]
        origin: correct::Origin,
    },
    /// Take one out
    Remove(correct::Remove),
}

impl Factor {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::Add { category, text } => {
                let category = known_word("category", &category, FactorCategory::KNOWN)?;
                context.change(Change::AddFactor {
                    category: FactorCategory::from(category),
                    text: words(&text),
                })
            }
            Verb::Remove(remove) => remove.from(context, "factors"),
            Verb::Edit {
                id,
                text,
                category,
                origin,
            } => {
                let text = Some(words(&text)).filter(|text| !text.is_empty());
                let own = [("text", text), ("category", category)];
                let fields = own.into_iter().chain(origin.fields()).collect();
                correct::correct(context, "factors", &id, fields)
            }
            Verb::List => {
                let view = context.view()?;
                let rows: Vec<_> = live(&view.incident.factors)
                    .map(|factor| {
                        vec![
                            factor.category.to_string(),
                            factor.text.clone(),
                            factor.by.clone(),
                            factor.id.clone(),
                        ]
                    })
                    .collect();
                Ok(Reply::new(table(&rows), json!({"factors": view.incident.factors})))
            }
        }
    }
}
