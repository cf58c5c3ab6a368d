//! `warroom outbox`, and the sending after a verb that changed something.

use std::process::{Command, Stdio};
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::failure::Failure;
use super::page::{clock, count, moment, table};
use super::reply::Reply;
use crate::sending::Sender;
use crate::session::ClockKind;
use crate::store::outbox::{Message, Outbox as Store, State};
use crate::text;

/// How long `send` goes on with what is under way.
const LIMIT: Duration = Duration::from_secs(120);
/// How long what a verb leaves is sent for, behind it.
const BEHIND: &str = "1m";

/// What goes out by hooks and has not arrived yet
#[derive(Args, Debug)]
pub(super) struct Outbox {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the messages, the oldest first: where each goes, why it has not arrived, when it is tried next
    List,
    /// Show one message, whole
    Show {
        /// Its id, or the beginning of it
        message: String,
    },
    /// Try a message now, or all of them; a hook whose receiver was gone is started again
    Retry {
        /// Its id, or the beginning of it; all of them where there is none
        message: Option<String>,
    },
    /// Take a message out; it is never sent
    Drop {
        /// Its id, or the beginning of it
        #[arg(required_unless_present = "all")]
        message: Option<String>,
        /// All of them
        #[arg(long, conflicts_with = "message")]
        all: bool,
    },
    /// Send what is due now, as an open console does by itself
    Send {
        /// Go on for so long with what becomes due
        #[arg(long = "for", value_name = "DURATION")]
        within: Option<String>,
    },
}

impl Outbox {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let store = Store::here().map_err(|error| Failure::because("the outbox cannot be opened", error))?;
        match self.verb.unwrap_or(Verb::List) {
            Verb::List => Ok(list(context, &store)),
            Verb::Show { message } => show(context, &store, &message),
            Verb::Retry { message } => retry(context, &store, message.as_deref()),
            Verb::Drop { message, .. } => drop_out(&store, message.as_deref()),
            Verb::Send { within } => send(context, context.maybe_span(within.as_deref())?),
        }
    }
}

fn find(store: &Store, word: Option<&str>) -> Result<Vec<Message>, Failure> {
    let all = store.list();
    let Some(word) = word else { return Ok(all) };
    let names: Vec<String> = all.iter().map(|one| one.id.clone()).collect();
    let begins = |one: &&Message| {
        one.id == word
            || one.id.starts_with(word)
            || one.id.strip_prefix("msg_").is_some_and(|rest| rest.starts_with(word))
    };
    let mut found: Vec<Message> = all.iter().filter(begins).cloned().collect();
    if let Some(exact) = found.iter().position(|one| one.id == word) {
        found = vec![found.swap_remove(exact)];
    }
    match found.len() {
        1 => Ok(found),
        0 => Err(Failure::not_found(
            format!("there is no message `{}` in the outbox", text::one_line(word)),
            names,
        )),
        several => Err(Failure::not_found(
            format!(
                "`{}` is the beginning of {several} messages; type more of it",
                text::one_line(word)
            ),
            found.iter().map(|one| one.id.clone()).collect(),
        )),
    }
}

/// How a message stands, in words.
fn standing(context: &Context, store: &Store, one: &Message) -> String {
    let why = one.last.as_deref().unwrap_or("not tried yet");
    if store.stopped(&one.key).is_some() {
        return format!("stopped: {why}");
    }
    let left = one.next.seconds_since(context.now());
    match one.state {
        State::Failed => format!("given up: {why}"),
        State::Waiting if left > 0 => format!("{why}; again in {}", clock(left)),
        State::Waiting => format!("{why}; due now"),
    }
}

fn as_json(store: &Store, one: &Message) -> Value {
    let mut value = json!(one);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("stopped".into(), json!(store.stopped(&one.key)));
    }
    value
}

fn list(context: &Context, store: &Store) -> Reply {
    let all = store.list();
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|one| {
            vec![
                moment(one.made, context.now()),
                one.incident.clone(),
                one.named.clone(),
                one.hook.clone(),
                match one.tries {
                    1 => "1 try".to_owned(),
                    tries => format!("{tries} tries"),
                },
                standing(context, store, one),
                one.id.clone(),
            ]
        })
        .collect();
    let text = if rows.is_empty() {
        "nothing waits to be sent\n".to_owned()
    } else {
        table(&rows)
    };
    let messages: Vec<Value> = all.iter().map(|one| as_json(store, one)).collect();
    Reply::new(text, json!({"messages": messages}))
}

fn show(context: &Context, store: &Store, word: &str) -> Result<Reply, Failure> {
    let found = find(store, Some(word))?;
    let Some(one) = found.first() else {
        return Ok(Reply::silent());
    };
    let head = format!(
        "{}  {} by {} for {}, made {}, {}",
        one.id,
        one.named,
        one.hook,
        one.incident,
        moment(one.made, context.now()),
        standing(context, store, one)
    );
    let mut json = as_json(store, one);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("body".into(), json!(one.body));
    }
    Ok(Reply::new(
        format!("{}\n\n{}\n", text::one_line(&head), text::lines(&one.body)),
        json,
    ))
}

fn retry(context: &Context, store: &Store, word: Option<&str>) -> Result<Reply, Failure> {
    let found = find(store, word)?;
    for one in &found {
        store.start(&one.key);
        let again = Message {
            next: context.now(),
            state: State::Waiting,
            missing: false,
            ..one.clone()
        };
        store
            .update(&again)
            .map_err(|error| Failure::because("the outbox cannot be written", error))?;
    }
    let reply = send(context, None)?;
    Ok(reply)
}

fn drop_out(store: &Store, word: Option<&str>) -> Result<Reply, Failure> {
    let found = find(store, word)?;
    for one in &found {
        store
            .remove(one)
            .map_err(|error| Failure::because("the outbox cannot be written", error))?;
    }
    let ids: Vec<&String> = found.iter().map(|one| &one.id).collect();
    let said = format!(
        "{} taken out of the outbox; never sent\n",
        count(found.len(), "message")
    );
    Ok(Reply::new(said, json!({"ok": true, "dropped": ids})))
}

fn send(context: &Context, within: Option<Duration>) -> Result<Reply, Failure> {
    if context.options.offline {
        return Err(Failure::usage("--offline keeps everything here; leave it out to send"));
    }
    let sender =
        Sender::new(context.clock()).map_err(|error| Failure::because("the outbox cannot be opened", error))?;
    let (_, sent) = sender.send(within.unwrap_or(LIMIT), within.is_some());
    if sender.has_answered() {
        context.note_change();
    }
    let store = Store::here().map_err(|error| Failure::because("the outbox cannot be opened", error))?;
    let left = store.list();
    let mut text = format!("{} sent", count(sent, "message"));
    if left.is_empty() {
        text += "; nothing waits\n";
    } else {
        text += &format!("; {} waiting (warroom outbox list)\n", left.len());
    }
    Ok(Reply::new(text, json!({"ok": true, "sent": sent, "left": left.len()})))
}

/// Sends what a verb left in the outbox, behind it: the verb does not wait. Under a clock that stands still nothing goes by itself.
pub(super) fn after(context: &Context) {
    if context.options.offline || context.clock().kind() != ClockKind::Real {
        return;
    }
    let Ok(store) = Store::here() else { return };
    if store.count() == 0 {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut command = Command::new(program);
    command.args(["outbox", "send", "--for", BEHIND]);
    if let Some(folder) = context.repository().ok().map(crate::store::Repository::root) {
        command.arg("-C").arg(folder);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = crate::child::start(command) {
        log::warn!(
            "what waits in the outbox is not sent behind this call: {}",
            error.kind()
        );
    }
}
