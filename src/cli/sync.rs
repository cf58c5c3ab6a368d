//! `warroom sync`, and the syncing after a verb that changed something.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use crate::git::{Class, Driver, Pause};
use crate::session::sync::{Done, Halt, Round, Tree};
use crate::text;

/// How long a verb waits for the network after its change is on disk.
const AFTER_A_VERB: Duration = Duration::from_secs(5);
/// How long to wait for another that syncs the same working tree.
const WAIT: Duration = Duration::from_secs(3);
/// How long a start waits for the remote before it says that no incident is open.
const ASKED: Duration = Duration::from_secs(2);
/// How often `--watch` looks.
const PACE: Duration = Duration::from_secs(2);
/// How long it waits while the remote cannot be reached.
const SLOW: Duration = Duration::from_secs(10);

/// Commit, fetch, merge and push the incidents
#[derive(Args, Debug)]
pub(super) struct Sync {
    /// Go on until interrupted
    #[arg(long, conflicts_with = "once")]
    watch: bool,
    /// Once (this is what happens without options)
    #[arg(long)]
    once: bool,
}

/// How far a round came.
struct Came {
    ended: Result<Done, Halt>,
    /// Commits that the remote has not; nothing where git does not say.
    unsent: Option<usize>,
    remote: Option<String>,
    notices: Vec<String>,
    /// What is not committed: files, or folders with all that is in them.
    uncommitted: Vec<PathBuf>,
}

impl Sync {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let mut round = None;
        let mut told = String::new();
        loop {
            let came = attempt(context, &mut round, None, true)?;
            for notice in &came.notices {
                eprintln!("warroom: {}", text::one_line(notice));
            }
            if !self.watch {
                return Ok(reply(context, &came));
            }
            let said = sentence(&came, context.options.offline);
            if said != told {
                eprintln!("warroom: {said}");
                told = said;
            }
            std::thread::sleep(if came.ended.is_ok() { PACE } else { SLOW });
        }
    }
}

/// Asks the remote what there is, for whoever finds no open incident here, so that none is declared twice; the remote's name, where it
/// answered.
pub(super) fn ask(context: &Context) -> Option<String> {
    if context.options.offline {
        return None;
    }
    let came = attempt(context, &mut None, Some(ASKED), true).ok()?;
    for notice in &came.notices {
        eprintln!("warroom: {}", text::one_line(notice));
    }
    came.remote.filter(|_| matches!(came.ended, Ok(Done::Synced)))
}

/// One round for a whole repository.
fn attempt(
    context: &Context,
    round: &mut Option<Round>,
    patience: Option<Duration>,
    fetch: bool,
) -> Result<Came, Failure> {
    let repository = context.repository()?;
    let none = |halt| Came {
        ended: Err(halt),
        unsent: Some(0),
        remote: None,
        notices: Vec::new(),
        uncommitted: Vec::new(),
    };
    if round.is_none() {
        let driver = Driver::here();
        match Round::new(repository, &driver, Some(Arc::new(AtomicBool::new(false)))) {
            Ok(made) => *round = Some(made),
            Err(pause) => return Ok(none(Halt::Paused(pause))),
        }
    }
    let Some(round) = round else {
        return Ok(none(Halt::Paused(Pause::None)));
    };
    round.patience = WAIT;
    if let Some(patience) = patience {
        round.be_patient_for(patience);
    } else {
        round.recreate = true;
    }
    let clock = context.clock();
    let by = context.who().unwrap_or_else(|_| "sync".into());
    let tree = Tree {
        repository,
        by: &by,
        clock: &clock,
        own: None,
    };
    let ended = round.run(&tree, !context.options.offline, fetch);
    let settled = matches!(ended, Ok(Done::Synced | Done::Alone)) && !context.options.offline;
    Ok(Came {
        unsent: if settled {
            Some(0)
        } else if matches!(ended, Err(Halt::Remote(Class::Gone, _))) {
            // What was there when it was last seen says nothing.
            None
        } else {
            round.unsent()
        },
        remote: round.remote().map(|remote| remote.name.clone()),
        notices: std::mem::take(&mut round.notices),
        uncommitted: round.uncommitted.iter().map(|path| round.top().join(path)).collect(),
        ended,
    })
}

/// What a round came to, in a sentence.
fn sentence(came: &Came, offline: bool) -> String {
    let remote = came.remote.as_deref().unwrap_or("the remote");
    let waits = match came.unsent {
        None => format!("not at {remote} yet"),
        Some(0) => format!("all of it was at {remote} when that last answered"),
        Some(1) => format!("1 commit is here and not at {remote} yet"),
        Some(several) => format!("{several} commits are here and not at {remote} yet"),
    };
    let waiting = came.unsent != Some(0);
    match &came.ended {
        Ok(Done::Synced) if offline && waiting => format!("Committed; {waits} (--offline)."),
        Ok(Done::Synced) if offline => "Committed; nothing was asked of the network.".into(),
        Ok(Done::Synced) => format!("Up to date with {remote}."),
        Ok(Done::Alone) => "Committed; there is no remote to sync with (`git remote add origin URL`).".into(),
        Ok(Done::Elsewhere) => "A console of this working tree is syncing it.".into(),
        Err(Halt::Paused(pause @ Pause::Left(_))) => {
            format!("Not synced: {}. {}", text::one_line(&pause.to_string()), pause.remedy())
        }
        Err(Halt::Paused(pause)) => {
            format!(
                "Saved on disk; sync paused: {}. {}",
                text::one_line(&pause.to_string()),
                pause.remedy()
            )
        }
        Err(Halt::Remote(class, trouble)) => {
            let why = text::one_line(&trouble.to_string()).into_owned();
            format!(
                "Saved and committed; {waits}: {}. {}",
                why.trim_start_matches("git says: "),
                class.remedy(trouble)
            )
        }
    }
    .trim_end()
    .to_owned()
}

/// Whether something is on disk here that others cannot see yet.
fn is_left(came: &Came) -> bool {
    match &came.ended {
        Ok(Done::Synced) => came.unsent != Some(0),
        Ok(Done::Alone | Done::Elsewhere) | Err(Halt::Paused(Pause::None)) => false,
        Err(_) => true,
    }
}

fn state(came: &Came) -> &'static str {
    match &came.ended {
        Ok(Done::Synced) if came.unsent != Some(0) => "offline",
        Ok(Done::Synced) => "synced",
        Ok(Done::Alone) => "no-remote",
        Ok(Done::Elsewhere) => "console",
        Err(Halt::Paused(_)) => "paused",
        Err(Halt::Remote(Class::Auth | Class::Refused | Class::Gone, _)) => "refused",
        Err(Halt::Remote(..)) => "unreachable",
    }
}

fn reply(context: &Context, came: &Came) -> Reply {
    let said = sentence(came, context.options.offline);
    let left = is_left(came);
    let json = json!({
        "ok": !left, "state": state(came), "unsent": came.unsent, "remote": came.remote, "said": said,
    });
    let mut reply = Reply::new(format!("{said}\n"), json);
    reply.code = if left { 6 } else { 0 };
    reply
}

/// After a console has ended: says what others do not have yet. Asks nobody but this clone.
pub(super) fn farewell(context: &Context) {
    let Ok(repository) = context.repository() else { return };
    let driver = Driver::here();
    let Ok(mut round) = Round::new(repository, &driver, None) else {
        return;
    };
    if let Some(unsent) = round.unsent_here().filter(|unsent| *unsent > 0) {
        let commits = if unsent == 1 {
            "1 commit is".to_owned()
        } else {
            format!("{unsent} commits are")
        };
        eprintln!(
            "warroom: {commits} here and not at the remote yet; nothing is lost: the next console, or `warroom sync`, sends them."
        );
    }
}

/// After a verb that changed something: commits it and sends it, in bounded time. What is left unsynced is said on
/// standard error, and makes status 6.
pub(super) fn after(context: &Context, reply: Reply) -> Reply {
    let came = match attempt(context, &mut None, Some(AFTER_A_VERB), false) {
        Ok(came) => came,
        Err(failure) => {
            return unsynced(
                context,
                reply,
                &format!("Saved on disk, and not synced: {}", failure.said),
            );
        }
    };
    for notice in &came.notices {
        eprintln!("warroom: {}", text::one_line(notice));
    }
    if !is_left(&came) {
        return reply;
    }
    let said = sentence(&came, context.options.offline);
    // What this verb changed is sent; what is left out is another incident's trouble, and `sync` answers for it.
    let others =
        matches!(came.ended, Err(Halt::Paused(Pause::Left(_)))) && !is_among(context, &reply, &came.uncommitted);
    if others && (came.unsent == Some(0) || came.remote.is_none()) {
        eprintln!("warroom: {said}");
        return reply;
    }
    unsynced(context, reply, &said)
}

/// Whether the incident that a verb changed is among what is not committed.
fn is_among(context: &Context, reply: &Reply, uncommitted: &[PathBuf]) -> bool {
    let id = reply.json.get("incident").and_then(serde_json::Value::as_str);
    let place = id.and_then(|id| context.repository().ok()?.find(id).ok());
    let file = place.and_then(|place| place.path.canonicalize().ok());
    file.is_some_and(|file| {
        let left = |path: &PathBuf| path.canonicalize().is_ok_and(|path| file.starts_with(path));
        uncommitted.iter().any(left)
    })
}

/// Says what others cannot see yet, and makes it status 6.
fn unsynced(context: &Context, mut reply: Reply, said: &str) -> Reply {
    if context.options.json {
        if let Some(json) = reply.json.as_object_mut() {
            json.insert("synced".into(), false.into());
            json.insert("unsynced".into(), said.into());
        }
    } else {
        eprintln!("warroom: {said}");
    }
    if reply.code == 0 {
        reply.code = 6;
    }
    reply
}
