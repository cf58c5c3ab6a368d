//! `warroom log`

mod import;
mod tasks;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::{known_word, read_text, words};
use super::page::{moment, table};
use super::reply::Reply;
use crate::backfill::{self, Reading};
use crate::incident::{Change, EventKind, line, live};

/// The timeline: log a line, correct it, retract it, pin it, import many
#[derive(Args, Debug)]
#[command(
    subcommand_negates_reqs = true,
    override_usage = "warroom log [OPTIONS] <TEXT>...\n       warroom log -\n       warroom log <edit|retract|redact|restore|pin|unpin|import|undo-import> …",
    after_help = "\
Examples:
  warroom log rolled back v2.34 in eu-west-1 --kind action --at -5m
  kubectl get events | warroom log - --kind observation
  warroom log \"-5m decision: rolled back\"
  warroom log edit the config

Time and kind may stand before the words, as in the console. A first word that is a verb, too, is the verb only where \
what follows has its form; `--` before the words makes them text in any case."
)]
pub(super) struct Log {
    #[command(subcommand)]
    verb: Option<Verb>,

    /// What happened; `-` reads standard input, several lines make one event
    #[arg(required = true)]
    text: Vec<String>,

    /// note, alert, observation, action, decision, finding, impact or comms
    #[arg(short, long, value_name = "KIND")]
    kind: Option<String>,

    /// When it happened
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,

    /// Who said or did it, where that was not you
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    /// Worth reading first
    #[arg(long)]
    pin: bool,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the timeline, the newest last
    List,
    /// Correct the words or the time of an event; the old ones are kept
    Edit {
        /// The event
        event: String,
        /// The right words; `-` reads standard input
        #[arg(
            long,
            value_name = "TEXT",
            required_unless_present_any = ["new_at", "new_kind", "new_by"],
            allow_hyphen_values = true
        )]
        text: Option<String>,
        /// The right time
        #[arg(long = "at", id = "new_at", value_name = "TIME", allow_hyphen_values = true)]
        at: Option<String>,
        /// The right kind, of a line that a person logged
        #[arg(long = "kind", short = 'k', id = "new_kind", value_name = "KIND")]
        kind: Option<String>,
        /// Who said or did it in truth
        #[arg(long = "by", id = "new_by", value_name = "NAME")]
        by: Option<String>,
    },
    /// Mark an event as retracted; it stays, struck through
    Retract {
        /// The event
        event: String,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "logged by mistake")]
        reason: String,
    },
    /// Take a retraction back
    Restore {
        /// The event
        event: String,
    },
    /// Take the words of an event out for good, also out of what quotes them
    Redact {
        /// The event
        event: String,
        /// Why; without the words
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Pin an event
    Pin {
        /// The event
        event: String,
    },
    /// Unpin an event
    Unpin {
        /// The event
        event: String,
    },
    /// Log many lines with their times, such as a chat paste; what is there already is left out
    Import(import::Import),
    /// Take an import back: all of its lines are retracted, in one change
    UndoImport {
        /// The import, or an event that came with it; the last one where none is named
        import: Option<String>,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "imported by mistake")]
        reason: String,
    },
}

impl Log {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let given = self.kind.is_some() || self.at.is_some() || self.by.is_some() || self.pin;
        if self.verb.is_some() && given {
            return Err(Failure::usage(
                "options of a new line stand before a word that is a verb; to log words that begin with edit, retract, \
                 redact, restore, pin, unpin, import or undo-import, put `--` before them: warroom log --kind action -- edit the config",
            ));
        }
        match self.verb {
            None => add(context, &self),
            Some(Verb::List) => list(context),
            Some(Verb::Edit {
                event,
                text,
                at,
                kind,
                by,
            }) => {
                let text = match text.as_deref() {
                    Some("-") => Some(read_text()?),
                    _ => text,
                };
                if kind.is_some() || by.is_some() {
                    let corrected = text.is_some();
                    let fields = vec![("kind", kind), ("by", by), ("text", text), ("at", at)];
                    let reply = super::correct::correct(context, "timeline", &event, fields)?;
                    return Ok(if corrected { stays(reply) } else { reply });
                }
                let at = context.maybe_time(at.as_deref())?;
                let corrected = text.is_some();
                let reply = context.change(Change::EditEvent { event, text, at })?;
                Ok(if corrected { stays(reply) } else { reply })
            }
            Some(Verb::Retract { event, reason }) => context.change(Change::RetractEvent { event, reason }).map(stays),
            Some(Verb::Redact { event, reason }) => super::redact::Redact::event(event, reason).run(context),
            Some(Verb::Restore { event }) => context.change(Change::RestoreEvent { event }),
            Some(Verb::Pin { event }) => context.change(Change::PinEvent { event, pinned: true }),
            Some(Verb::Unpin { event }) => context.change(Change::PinEvent { event, pinned: false }),
            Some(Verb::Import(import)) => import.run(context),
            Some(Verb::UndoImport { import, reason }) => import::undo(context, import, reason),
        }
    }
}

/// Says that the old words can still be read, and what takes a secret out.
fn stays(mut reply: Reply) -> Reply {
    reply
        .text
        .push_str("its old words stay readable; a secret needs `warroom log redact`\n");
    reply
}

fn add(context: &Context, new: &Log) -> Result<Reply, Failure> {
    let text = new.text.as_slice();
    let loggable: Vec<_> = EventKind::LOGGABLE.iter().map(EventKind::as_str).collect();
    let given = match &new.kind {
        Some(kind) => Some(EventKind::from(known_word("kind", kind, &loggable)?)),
        None => None,
    };
    let at = context.maybe_time(new.at.as_deref())?;
    // What a command printed is kept as it is; what a person typed is read as the console reads it. Options win, and what
    // they name twice stays in the text.
    let (kind, at, text) = match text {
        [dash] if dash == "-" => {
            let text = read_text()?;
            hint_at_import(context, &text);
            (given, at, text)
        }
        _ => {
            let (text, now) = (words(text), context.now());
            let (read, odd) = line::parse_in(&text, now, &|at| context.offset(at));
            let twice = given.is_some() && read.kind.is_some() || at.is_some() && read.at.is_some();
            if twice {
                (given, at, text)
            } else if read.text.is_empty() && !text.trim().is_empty() {
                return Err(Failure::usage("what happened? A time or a kind alone is no event"));
            } else {
                if let Some(at) = read.at {
                    context.note_time(at, odd);
                }
                (given.or(read.kind), at.or(read.at), read.text)
            }
        }
    };
    let change = Change::Log {
        kind: kind.unwrap_or(EventKind::Note),
        text,
        at,
        pin: new.pin,
    };
    context.change(match &new.by {
        Some(by) => Change::Dated {
            at: None,
            who: Some(by.clone()),
            change: Box::new(change),
        },
        None => change,
    })
}

/// Says that what is logged as one event looks like a timeline of its own.
fn hint_at_import(context: &Context, text: &str) {
    let reading = Reading {
        known: &[],
        now: context.now(),
        day: None,
        ahead: &|at| context.offset(at),
        zone_given: false,
        zones: &|_| None,
        turned: 0,
        start: None,
    };
    let read = backfill::read(text, &reading);
    let timed = read.entries.iter().filter(|entry| entry.at.is_some()).count();
    if timed > 1 && !read.is_doubtful() {
        eprintln!("warroom: {timed} of these lines have times; `warroom log import` logs each at its own");
    }
}

/// The timeline as `show` has it, and nothing else.
fn list(context: &Context) -> Result<Reply, Failure> {
    let view = context.view()?;
    let events: Vec<_> = live(&view.incident.timeline)
        .filter(|event| event.retracted.is_none())
        .collect();
    let row = |event: &&crate::incident::Event| {
        vec![
            moment(event.at, context.now()),
            event.kind.to_string(),
            event.by.clone(),
            event.text.clone(),
            event.id.clone(),
        ]
    };
    let mut page = table(&events.iter().map(row).collect::<Vec<_>>());
    let place = context.place()?;
    let foreign = super::approvals::foreign(context.repository()?, &place, &view.incident);
    for one in &foreign {
        page += &format!("{}\n", context.paint.warn(one.said()));
    }
    if events.is_empty() {
        page += "nothing was logged yet: warroom log TEXT\n";
    }
    Ok(Reply::new(
        page,
        json!({
            "incident": view.id,
            "timeline": events,
            "approvals_of_others": foreign.iter().map(super::approvals::Foreign::json).collect::<Vec<_>>(),
        }),
    ))
}
