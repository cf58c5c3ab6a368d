//! `warroom action`

use clap::{Args, Subcommand};

use super::actions;
use super::context::{Context, known_word, words};
use super::correct;
use super::failure::Failure;
use super::reply::Reply;
use crate::incident::{Change, Horizon};

/// Action items of this incident: what will be done so that it does not come back
#[derive(Args, Debug)]
pub(super) struct Action {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List those of this incident
    List,
    /// Add one
    Add {
        /// What will be done
        #[arg(required = true)]
        text: Vec<String>,
        /// Who does it
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// By which day, 2026-12-01
        #[arg(long, value_name = "DATE")]
        due: Option<String>,
        /// short (a week), medium (a month) or long (a quarter)
        #[arg(long, value_name = "HORIZON")]
        horizon: Option<String>,
    },
    /// Correct one: its words, owner, day or horizon; the old value is kept
    Edit {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
        /// What will be done
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        /// Who does it; empty for no one
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// By which day, 2026-12-01; empty for none
        #[arg(long, value_name = "DATE")]
        due: Option<String>,
        /// How soon
        #[arg(long, value_name = "HORIZON")]
        horizon: Option<String>,
        /// When it was done
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        done: Option<String>,
        #[command(flatten)]
        origin: correct::Origin,
    },
    /// Take one out
    Remove(correct::Remove),
    /// It is done
    Done {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
    },
    /// It is not done after all
    Reopen {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
    },
}

impl Action {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List) {
            Verb::List => {
                let view = context.view()?;
                return Ok(actions::reply(&[(view.id, view.incident)], context, |_| true));
            }
            Verb::Remove(remove) => return remove.from(context, "actions"),
            Verb::Edit {
                action,
                text,
                owner,
                due,
                horizon,
                done,
                origin,
            } => {
                let own = [
                    ("text", text),
                    ("owner", owner),
                    ("due", due),
                    ("horizon", horizon),
                    ("done", done),
                ];
                let fields = own.into_iter().chain(origin.fields()).collect();
                return correct::correct(context, "actions", &action, fields);
            }
            Verb::Add {
                text,
                owner,
                due,
                horizon,
            } => Change::AddAction {
                text: words(&text),
                owner,
                due: due.as_deref().map(day).transpose()?,
                horizon: match horizon {
                    Some(word) => Some(Horizon::from(known_word("horizon", &word, Horizon::KNOWN)?)),
                    None => None,
                },
            },
            Verb::Done { action } => Change::FinishAction { action },
            Verb::Reopen { action } => Change::ReopenAction { action },
        };
        context.change(change)
    }
}

/// A calendar day in its one form.
fn day(given: &str) -> Result<String, Failure> {
    chrono::NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d")
        .map(|day| day.to_string())
        .map_err(|_| Failure::usage(format!("`{given}` is not a day; try 2026-12-01")))
}
