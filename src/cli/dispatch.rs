//! `warroom dispatch`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::correct;
use super::failure::Failure;
use super::input::words;
use super::page::table;
use super::reply::Reply;
use crate::incident::time::format_duration;
use crate::incident::{Change, Inquiry, InquiryKind, Question, live};

/// Call in a specialist: a person, a team or a program, with what is known; open until it is answered
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Dispatch {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    ask: Ask,
}

#[derive(Args, Debug)]
struct Ask {
    /// Whom: one of the framework's specialists, or any name
    specialist: Vec<String>,
    /// What exactly is asked of them
    #[arg(long, value_name = "TEXT")]
    request: Option<String>,
    /// The hypothesis that the answer speaks for or against
    #[arg(long, value_name = "HYPOTHESIS")]
    hypothesis: Option<String>,
    /// How long it may take: 15m, 1h
    #[arg(long = "for", alias = "within", value_name = "DURATION")]
    within: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Requests, the open ones first, and whom the framework has to call in
    List,
    /// Say that you do it
    #[command(visible_alias = "accept")]
    ReadBack {
        /// The request
        #[arg(value_name = "REQUEST")]
        id: String,
        /// In your own words, so that a misunderstanding shows
        text: Vec<String>,
    },
    /// Answer it; evidence where it was asked for a hypothesis
    Answer {
        /// The request
        #[arg(value_name = "REQUEST")]
        id: String,
        /// The answer
        #[arg(required = true)]
        text: Vec<String>,
        /// It speaks for the hypothesis
        #[arg(long, conflicts_with = "against")]
        supports: bool,
        /// It speaks against the hypothesis
        #[arg(long)]
        against: bool,
    },
    /// Correct a request or its answer; the old value is kept
    Edit {
        /// The request
        #[arg(value_name = "REQUEST")]
        id: String,
        /// Its text
        #[arg(long, alias = "request", value_name = "TEXT")]
        text: Option<String>,
        /// Whom
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
        /// By when
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        due: Option<String>,
        /// The answer
        #[arg(long, value_name = "TEXT")]
        answer: Option<String>,
        #[command(flatten)]
        origin: correct::Origin,
    },
    /// Take a request out: made by mistake
    Remove(correct::Remove),
    /// It is no longer needed
    Close {
        /// The request
        #[arg(value_name = "REQUEST")]
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

impl Dispatch {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb {
            Some(verb) => verb.run(context, &InquiryKind::Dispatch),
            None if self.ask.specialist.is_empty() => Verb::List.run(context, &InquiryKind::Dispatch),
            None => {
                let to = words(&self.ask.specialist);
                let text = self.ask.request.ok_or_else(|| {
                    Failure::usage(format!("give the request: warroom dispatch \"{to}\" --request TEXT"))
                })?;
                context.change(Change::Ask(Question {
                    kind: InquiryKind::Dispatch,
                    to,
                    text,
                    within: context.maybe_span(self.ask.within.as_deref())?,
                    hypothesis: self.ask.hypothesis,
                    situation: None,
                }))
            }
        }
    }
}

/// Tasks given to people, each with its time; whoever takes one reads it back
#[derive(Args, Debug)]
pub(super) struct Task {
    #[command(subcommand)]
    verb: Option<TaskVerb>,
}

#[derive(Debug, Subcommand)]
enum TaskVerb {
    /// Give someone a task
    Give {
        /// Who does it
        who: String,
        /// What
        #[arg(required = true)]
        text: Vec<String>,
        /// How long it may take
        #[arg(long = "for", value_name = "DURATION", default_value = "15m")]
        within: String,
    },
    #[command(flatten)]
    Other(Verb),
}

impl Task {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        match self.verb.unwrap_or(TaskVerb::Other(Verb::List)) {
            TaskVerb::Give { who, text, within } => context.change(Change::Ask(Question {
                kind: InquiryKind::Task,
                to: who,
                text: words(&text),
                within: context.maybe_span(Some(&within))?,
                hypothesis: None,
                situation: None,
            })),
            TaskVerb::Other(verb) => verb.run(context, &InquiryKind::Task),
        }
    }
}

impl Verb {
    fn run(self, context: &Context, kind: &InquiryKind) -> Result<Reply, Failure> {
        context.change(match self {
            Self::List => return list(context, kind),
            Self::ReadBack { id, text } => Change::ReadBack {
                request: id,
                text: (!text.is_empty()).then(|| words(&text)),
            },
            Self::Answer {
                id,
                text,
                supports,
                against,
            } => Change::Answer {
                request: id,
                text: words(&text),
                supports: (supports || against).then_some(supports),
            },
            Self::Remove(remove) => return remove.from(context, "inquiries"),
            Self::Edit {
                id,
                text,
                to,
                due,
                answer,
                origin,
            } => {
                let own = [("text", text), ("to", to), ("due", due), ("answer", answer)];
                let fields = own.into_iter().chain(origin.fields()).collect();
                return correct::correct(context, "inquiries", &id, fields);
            }
            Self::Close { id, reason } => Change::Withdraw { request: id, reason },
        })
    }
}

fn list(context: &Context, kind: &InquiryKind) -> Result<Reply, Failure> {
    let view = context.view()?;
    let now = context.now();
    let is_open = |one: &&Inquiry| one.is_open();
    let mine = || live(&view.incident.inquiries).filter(|one| one.kind == *kind);
    let age = |one: &Inquiry| {
        let since = one.ended.unwrap_or(now).seconds_since(one.at).unsigned_abs();
        format_duration(std::time::Duration::from_secs(since))
    };
    let row = |one: &Inquiry| {
        let last = one.answer.as_ref().or(one.read_back.as_ref());
        vec![
            one.state.to_string(),
            one.to.clone(),
            age(one),
            one.text.clone(),
            last.cloned().unwrap_or_default(),
            one.id.clone(),
        ]
    };
    let mut rows: Vec<_> = mine().filter(is_open).map(row).collect();
    rows.extend(mine().filter(|one| !is_open(one)).map(row));
    let mut text = table(&rows);
    let specialists = view.framework.specialists(&view.incident);
    if *kind == InquiryKind::Dispatch && !specialists.is_empty() {
        if !rows.is_empty() {
            text.push('\n');
        }
        text += "to call in:\n";
        let rows: Vec<_> = specialists
            .iter()
            .map(|one| {
                let mark = if one.now { "*" } else { " " };
                vec![format!("{mark} {}", one.title), one.does.clone(), one.when.clone()]
            })
            .collect();
        text += &table(&rows);
    } else if rows.is_empty() {
        text += match kind {
            InquiryKind::Task => "no one has a task yet: warroom task give NAME TEXT --for 15m\n",
            _ => "nothing was asked of anyone yet: warroom dispatch NAME --request TEXT\n",
        };
    }
    let requests: Vec<&Inquiry> = mine().collect();
    Ok(Reply::new(
        text,
        json!({"incident": view.id, "requests": requests, "specialists": specialists}),
    ))
}
