//! `warroom check`

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::page::{moment, table};
use super::reply::Reply;
use crate::framework::{Checklist, Framework, ItemView};
use crate::incident::{Change, ItemState, Time};
use crate::text;

/// Checklists: what has to be done; tick, claim, skip, note, add
#[derive(Args, Debug)]
pub(super) struct Check {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the items of this phase, and the team's own
    List {
        /// Those of every phase
        #[arg(long)]
        all: bool,
    },
    /// Add an item
    Add {
        /// What to do
        #[arg(required = true)]
        text: Vec<String>,
        /// Who does it
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Within which time
        #[arg(long = "for", value_name = "DURATION")]
        within: Option<String>,
        /// The list it belongs to
        #[arg(long, value_name = "NAME")]
        list: Option<String>,
    },
    /// What the item says for a duration holds from now on (--at: from then on); it can be ticked once that has run
    Start {
        /// The item
        item: String,
    },
    /// Mark an item done
    Tick {
        /// The item
        item: String,
        /// What came of it, or the evidence
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// It is not done after all
    Untick {
        /// The item
        item: String,
    },
    /// Leave it out on purpose
    Skip {
        /// The item
        item: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// You do it, or NAME does
    Claim {
        /// The item
        item: String,
        /// Who does it, if not you
        #[arg(long = "owner", alias = "who", value_name = "NAME")]
        who: Option<String>,
    },
    /// No one does it any more
    Unclaim {
        /// The item
        item: String,
    },
    /// Correct an item of one's own, or what is written about any; the old value is kept
    Edit {
        /// The item
        item: String,
        /// What to do; of an item of one's own
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        /// Who does it; empty for no one
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// By when it is wanted
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        due: Option<String>,
        /// What came of it
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
        /// Why it was skipped
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// The list it belongs to
        #[arg(long, value_name = "NAME")]
        list: Option<String>,
        /// When it was done or skipped
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        done: Option<String>,
        /// Who ticked or skipped it
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Take an item of one's own out
    Remove(correct::Remove),
    /// Write down what came of it
    Note {
        /// The item
        item: String,
        /// The note
        #[arg(required = true)]
        text: Vec<String>,
    },
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List { all: false }) {
            Verb::List { all } => return list(context, all),
            Verb::Remove(remove) => return remove.from(context, "checklist"),
            Verb::Edit {
                item,
                text,
                owner,
                due,
                note,
                reason,
                list,
                done,
                by,
            } => {
                let fields = vec![
                    ("text", text),
                    ("owner", owner),
                    ("due", due),
                    ("note", note),
                    ("reason", reason),
                    ("list", list),
                    ("done", done),
                    ("who", by),
                ];
                return correct::correct(context, "checklist", &item, fields);
            }
            Verb::Add {
                text,
                owner,
                within,
                list,
            } => Change::AddItem {
                text: words(&text),
                owner,
                within: context.maybe_span(within.as_deref())?,
                list,
            },
            Verb::Tick { item, note } => Change::TickItem {
                item,
                note,
                again: false,
            },
            Verb::Start { item } => Change::StartItem { item },
            Verb::Untick { item } => Change::UntickItem { item },
            Verb::Skip { item, reason } => Change::SkipItem { item, reason },
            Verb::Claim { item, who } => Change::ClaimItem { item, who },
            Verb::Unclaim { item } => Change::UnclaimItem { item },
            Verb::Note { item, text } => Change::NoteItem {
                item,
                text: words(&text),
            },
        };
        context.change(change)
    }
}

fn list(context: &Context, all: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    let derived = view.derived(context.now());
    let shown: Vec<_> = derived.checklists.iter().filter(|list| all || list.current).collect();
    let pages: Vec<_> = shown
        .iter()
        .map(|list| with_signs(&page(list, context.now()), &view.framework) + &questions(list, &view.framework))
        .collect();
    Ok(Reply::new(
        pages.join("\n"),
        json!({"incident": view.id, "checklists": shown}),
    ))
}

/// What to ask in this phase, where the framework has questions for it.
fn questions(list: &Checklist, framework: &Framework) -> String {
    let mut out = String::new();
    if framework.questions_in.as_ref() == Some(&list.id) {
        for question in &framework.questions {
            let _ = writeln!(out, "  ask: {}", text::one_line(question));
        }
    }
    out
}

/// The page with what shows each open item to be done, where the incident does so by itself.
fn with_signs(page: &str, framework: &Framework) -> String {
    let mut out = String::new();
    for line in page.lines() {
        let open = line.trim_start().strip_prefix("[ ] ");
        let item = open.and_then(|rest| rest.split_whitespace().next());
        let shown = item.and_then(|item| framework.shown_by(item));
        match shown {
            Some(sign) => _ = writeln!(out, "{line}  <- {}", text::one_line(&sign)),
            None => _ = writeln!(out, "{line}"),
        }
    }
    out
}

/// One checklist as people read it.
pub(super) fn page(list: &Checklist, now: Time) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} {}/{}{}",
        text::one_line(&list.title),
        list.done,
        list.items.len(),
        list.lead
            .as_ref()
            .map(|lead| format!("  led by {}", text::one_line(lead)))
            .unwrap_or_default()
    );
    let rows: Vec<_> = list.items.iter().map(|item| row(item, now)).collect();
    for line in table(&rows).lines() {
        let _ = writeln!(out, "  {line}");
    }
    out
}

fn row(item: &ItemView, now: Time) -> Vec<String> {
    let mark = match &item.state {
        ItemState::Done => "[x]",
        ItemState::Skipped => "[-]",
        _ => "[ ]",
    };
    let mut about = Vec::new();
    match (&item.who, item.at) {
        (Some(who), Some(at)) => about.push(format!("{who} {}", moment(at, now))),
        _ => about.extend(item.owner.as_ref().map(|owner| format!("@{owner}"))),
    }
    if let (Some(due), false) = (item.due, item.state == ItemState::Done) {
        let late = if due < now { "overdue since" } else { "by" };
        about.push(format!("{late} {}", moment(due, now)));
    }
    if item.gate && item.state == ItemState::Open {
        about.push("gate".into());
    }
    about.extend(item.note.clone());
    about.extend(item.seen.clone());
    let mut words = item.text.clone();
    if !about.is_empty() {
        words += &text::fit(&format!("  ({})", about.join("; ")), 70, "…");
    }
    vec![format!("{mark} {}", item.id), words]
}
