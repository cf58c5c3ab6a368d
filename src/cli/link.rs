//! `warroom link`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::incident::{Change, live};

/// Links: related incidents, dashboards, tickets, documents
#[derive(Args, Debug)]
pub(super) struct Link {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them
    List,
    /// Add one
    Add {
        /// The address, or an incident's id
        #[arg(required = true)]
        target: Vec<String>,
        /// What it is: dashboard, ticket, runbook, related …
        #[arg(long, value_name = "LABEL")]
        label: Option<String>,
    },
    /// Correct one; the old value is kept
    Edit {
        /// The link, by its id
        #[arg(value_name = "LINK")]
        id: String,
        /// The right address or incident
        #[arg(long, value_name = "TARGET")]
        target: Option<String>,
        /// What it is; empty for nothing
        #[arg(long, value_name = "LABEL")]
        label: Option<String>,
        #[command(flatten)]
        origin: correct::Origin,
    },
    /// Take one out
    Remove(correct::Remove),
}

impl Link {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(Verb::List) {
            Verb::Add { target, label } => context.change(Change::AddLink {
                target: self::target(context, label.as_deref(), words(&target))?,
                label,
            }),
            Verb::Edit {
                id,
                target,
                label,
                origin,
            } => {
                let own = [("target", target), ("label", label)];
                let fields = own.into_iter().chain(origin.fields()).collect();
                correct::correct(context, "links", &id, fields)
            }
            Verb::Remove(remove) => remove.from(context, "links"),
            Verb::List => {
                let view = context.view()?;
                let rows: Vec<_> = live(&view.incident.links)
                    .map(|link| {
                        let label = link.label.clone().unwrap_or_default();
                        vec![label, link.target.clone(), link.by.clone(), link.id.clone()]
                    })
                    .collect();
                Ok(Reply::new(
                    table(&rows),
                    json!({"incident": view.id, "links": live(&view.incident.links).collect::<Vec<_>>()}),
                ))
            }
        }
    }
}

/// Labels whose link leads to another incident.
const INCIDENTS: [&str; 5] = ["related", "parent", "child", "duplicate", "duplicate-of"];

/// Where a link leads: the whole id of an incident that there is, where its label says that it leads to one.
pub(super) fn target(context: &Context, label: Option<&str>, given: String) -> Result<String, Failure> {
    if label.is_some_and(|label| INCIDENTS.contains(&label)) {
        return super::declare::linked(context.repository()?, &given);
    }
    Ok(given)
}
