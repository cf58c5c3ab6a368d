//! `warroom action`

use clap::{Args, Subcommand};

use super::actions;
use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::reply::Reply;
use crate::incident::time::read_due;
use crate::incident::{ActionItem, ActionKind, ActionPlan, ActionState, Change, Horizon, Level, live};

/// Action items of this incident: what will be done so that it does not come back
#[derive(Args, Debug)]
pub(super) struct Action {
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What is known of an item beside its words.
#[derive(Args, Debug, Default)]
struct Plan {
    /// Who does it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// By which day, 2026-12-01
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// How soon, by the framework: immediate, short, medium or long; without --due it gives the day
    #[arg(long, value_name = "HORIZON")]
    horizon: Option<String>,
    /// prevent, detect (sooner), mitigate (faster) or learn
    #[arg(long, value_name = "ACTION_KIND")]
    kind: Option<String>,
    /// How much it helps: high, medium or low
    #[arg(long, value_name = "LEVEL")]
    impact: Option<String>,
    /// How much work it is: high, medium or low
    #[arg(long, value_name = "LEVEL")]
    effort: Option<String>,
    /// Its ticket, a number or an address
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// How it will be shown to work
    #[arg(long, value_name = "TEXT")]
    shown_by: Option<String>,
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
        #[command(flatten)]
        plan: Plan,
    },
    /// Set owner, day, kind, priority, ticket; an empty "" removes one
    Set {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
        /// Other words for it
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        #[command(flatten)]
        plan: Plan,
    },
    /// It is begun
    Start {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
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
        /// How soon, by the framework: immediate, short, medium or long
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
    /// Mark an action item done
    Done {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
        /// What came of it: a link or a word
        #[arg(long, value_name = "TEXT", visible_alias = "link")]
        note: Option<String>,
    },
    /// It is not done after all
    Reopen {
        /// The action item
        #[arg(value_name = "ACTION")]
        action: String,
    },
}

impl Plan {
    fn read(self, context: &Context) -> Result<ActionPlan, Failure> {
        // Said in full, `detect sooner` and `mitigate-faster` are the same kinds.
        let kind = self.kind.as_deref().map(|word| {
            let word = word.trim().to_lowercase();
            let stem = word.strip_suffix("sooner").or_else(|| word.strip_suffix("faster"));
            stem.map_or(word.clone(), |stem| stem.trim_end_matches([' ', '-']).to_owned())
        });
        Ok(ActionPlan {
            owner: self.owner,
            due: self.due.as_deref().map(|due| day(context, due)).transpose()?,
            horizon: actions::known::<Horizon>("horizon", self.horizon.as_deref(), Horizon::KNOWN)?,
            kind: actions::known::<ActionKind>("kind of action item", kind.as_deref(), ActionKind::KNOWN)?,
            impact: actions::known::<Level>("impact", self.impact.as_deref(), Level::KNOWN)?,
            effort: actions::known::<Level>("effort", self.effort.as_deref(), Level::KNOWN)?,
            ticket: self.ticket,
            proof: self.shown_by,
            ..ActionPlan::default()
        })
    }
}

impl Action {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List) {
            Verb::List => {
                let view = context.view()?;
                return Ok(actions::reply(&[(view.id, view.incident)], context));
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
                    ("due", due.map(|due| day(context, &due)).transpose()?),
                    ("horizon", horizon),
                    ("done", done),
                ];
                let fields = own.into_iter().chain(origin.fields()).collect();
                return correct::correct(context, "actions", &action, fields);
            }
            Verb::Add { text, plan } => return add(context, &words(&text), plan.read(context)?),
            Verb::Set { action, text, plan } => {
                let plan = ActionPlan {
                    text,
                    ..plan.read(context)?
                };
                if plan == ActionPlan::default() {
                    return Err(Failure::usage(
                        "say what is to be set, such as --owner kim --due 2026-12-01",
                    ));
                }
                Change::PlanAction {
                    action,
                    plan: Box::new(plan),
                }
            }
            Verb::Start { action } => Change::PlanAction {
                action,
                plan: Box::new(ActionPlan {
                    state: Some(ActionState::InProgress),
                    ..ActionPlan::default()
                }),
            },
            Verb::Done { action, note: None } => {
                shown(context, &action)?;
                Change::FinishAction { action }
            }
            Verb::Done { action, note } => Change::PlanAction {
                action,
                plan: Box::new(ActionPlan {
                    state: Some(ActionState::Done),
                    outcome: note,
                    ..ActionPlan::default()
                }),
            },
            Verb::Reopen { action } => Change::ReopenAction { action },
        };
        context.change(change)
    }
}

/// Refuses to call an item done of which nothing shows that it is.
fn shown(context: &Context, action: &str) -> Result<(), Failure> {
    let incident = context.view()?.incident;
    let mut meant = live(&incident.actions).filter(|item| item.id.starts_with(action));
    let item = meant.next().filter(|_| meant.next().is_none());
    let says_nothing =
        |item: &ActionItem| item.state != ActionState::Done && item.outcome.is_none() && item.ticket.is_none();
    match item {
        Some(item) if says_nothing(item) => Err(Failure::usage(format!(
            "done needs a link or a word: `warroom action done {} --note TEXT`, or --link URL",
            item.id
        ))),
        // Which one is meant is told by whoever looks it up.
        Some(_) | None => Ok(()),
    }
}

/// Adds one, and what is known of it beside.
fn add(context: &Context, text: &str, plan: ActionPlan) -> Result<Reply, Failure> {
    let edit = context.edit()?;
    let applied = edit.apply(Change::AddAction {
        text: text.to_owned(),
        owner: plan.owner.clone(),
        due: plan.due.clone(),
        horizon: plan.horizon.clone(),
    })?;
    let rest = ActionPlan {
        owner: None,
        due: None,
        horizon: None,
        ..plan
    };
    if let Some(action) = applied.created.clone().filter(|_| rest != ActionPlan::default()) {
        edit.apply(Change::PlanAction {
            action,
            plan: Box::new(rest),
        })?;
    }
    edit.save()?;
    Ok(Reply::change(edit.id(), &edit.incident(), &applied))
}

/// A calendar day in its one form; empty stays empty.
fn day(context: &Context, given: &str) -> Result<String, Failure> {
    if given.trim().is_empty() {
        return Ok(String::new());
    }
    let day = read_due(given, context.now(), &|at| context.offset(at))?;
    Ok(day.to_string())
}
