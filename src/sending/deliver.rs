//! One try of one message: a program that is run, an address that is posted to, and what came of it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::curl::{self, Post};
use super::page;
use super::secret::fetch;
use crate::hook::program::{self, Reply};
use crate::hook::schedule::{Verdict, verdict};
use crate::hook::{Run, Way, safe, sign};
use crate::incident::{Change, Inquiry, Time, ids, live};
use crate::running::{self, Ended};
use crate::session::{Clock, Open, Session};
use crate::store::Repository;
use crate::store::hooks::Described;
use crate::store::outbox::Message;
use crate::text;

/// Programs that run at once.
const PROGRAMS: usize = 4;
/// How long an answer waits to be on the disk.
pub(super) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
/// Set for the programs of hooks: what they change by this program fires none.
pub(super) const FROM_A_HOOK: &str = "WARROOM_HOOK";

/// What came of a try.
#[derive(Debug)]
pub struct Came {
    /// What it means.
    pub verdict: Verdict,
    /// Why, in a clause.
    pub why: String,
    /// The receiver's status.
    pub status: u16,
    /// For how many seconds it wants to be left alone.
    pub retry_after: Option<u64>,
    /// Whether an answer was written into the incident.
    pub answered: bool,
}

impl Came {
    fn again(why: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Again,
            why: why.into(),
            status: 0,
            retry_after: None,
            answered: false,
        }
    }

    fn delivered(answered: bool) -> Self {
        Self {
            verdict: Verdict::Delivered,
            answered,
            ..Self::again("delivered")
        }
    }

    /// For the log: no words of a receiver.
    pub fn log(&self) -> String {
        format!("{:?}, status {}", self.verdict, self.status)
    }
}

/// A request as it will be posted, or a command as it will be run.
#[derive(Clone, Debug)]
pub enum Prepared {
    /// To be posted.
    Post(Post),
    /// To be run, with the body on standard input.
    Command {
        /// The program and its arguments.
        words: Vec<String>,
        /// Where.
        folder: PathBuf,
    },
}

/// What a message is when it goes out: signed, addressed. An error names what is missing.
pub fn prepare(hook: &Described, id: &str, named: &str, body: &str, now: Time) -> Result<Prepared, String> {
    match &hook.hook.run {
        Run::Command(words) => Ok(Prepared::Command {
            words: words.clone(),
            folder: hook.root.clone(),
        }),
        Run::Webhook(way) => post(way, hook, id, named, body, now).map(Prepared::Post),
    }
}

fn post(way: &Way, hook: &Described, id: &str, named: &str, body: &str, now: Time) -> Result<Post, String> {
    let url = fetch(&way.url, &hook.root)?;
    safe(&url)?;
    let seconds = now.millis().div_euclid(1000);
    let mut headers: Vec<(String, String)> = vec![
        ("content-type".into(), "application/json".into()),
        (
            "user-agent".into(),
            concat!("warroom/", env!("CARGO_PKG_VERSION")).into(),
        ),
        ("webhook-id".into(), id.into()),
        ("webhook-timestamp".into(), seconds.to_string()),
        // Receivers of other standards know doubles by this.
        ("idempotency-key".into(), id.into()),
        ("x-warroom-event".into(), named.into()),
    ];
    if let Some(secret) = &way.secret {
        let signature = sign::signature(&fetch(secret, &hook.root)?, id, seconds, body)?;
        headers.push(("webhook-signature".into(), signature));
    }
    if let Some(authorization) = &way.authorization {
        headers.push(("authorization".into(), fetch(authorization, &hook.root)?));
    }
    Ok(Post {
        method: "POST",
        url,
        headers,
        body: body.to_owned(),
        heard: false,
    })
}

/// Tries to deliver a message.
pub fn deliver(
    hook: &Described,
    repository: &Repository,
    message: &Message,
    clock: &Arc<dyn Clock>,
    stop: &AtomicBool,
) -> Came {
    let now = clock.now();
    let opened = page::publishes(hook)
        .then(|| page::opened(repository, message))
        .flatten();
    let body = opened.as_ref().map(|_| page::update(&message.body));
    let body = body.as_ref().unwrap_or(&message.body);
    let prepared = match prepare(hook, &message.id, &message.named, body, now) {
        Ok(prepared) => prepared,
        Err(why) => return Came::again(why),
    };
    match prepared {
        Prepared::Post(mut post) => {
            if let Some(id) = &opened {
                post.method = "PATCH";
                post.url = format!("{}/{id}", post.url.trim_end_matches('/'));
            }
            post.heard = page::publishes(hook) && opened.is_none();
            let (came, said) = posted(&post, hook, message, now, stop);
            if came.verdict == Verdict::Delivered
                && post.heard
                && let Err(why) = page::keep(repository, message, &said, clock)
            {
                log::warn!("{}: what the page calls it was not kept: {why}", message.id);
            }
            came
        }
        Prepared::Command { words, folder } => {
            let _turn = Turn::take();
            let Some((program, arguments)) = words.split_first() else {
                return Came::again("it names no program");
            };
            // A program of the repository is named from its root.
            let inside = folder.join(program);
            let program = if program.contains('/') {
                inside.as_os_str()
            } else {
                program.as_ref()
            };
            let mut command = Command::new(program);
            command
                .args(arguments)
                .current_dir(&folder)
                .env("WARROOM_EVENT", &message.named)
                .env("WARROOM_INCIDENT", &message.incident)
                .env("WARROOM_MESSAGE", &message.id)
                .env(FROM_A_HOOK, &message.hook);
            match running::answer(command, message.body.clone().into_bytes(), hook.hook.limit, stop) {
                Err(error) => Came::again(format!("it cannot be run: {error}")),
                Ok(answered) if answered.ended == Ended::Exit(0) => match &hook.hook.answers {
                    Some(name) => take_answer(name, repository, message, &answered.out, clock),
                    None => Came::delivered(false),
                },
                Ok(answered) => {
                    let said = answered
                        .err
                        .lines()
                        .rev()
                        .find(|line| !line.trim().is_empty())
                        .unwrap_or_default();
                    let said: String = text::one_line(said.trim()).chars().take(200).collect();
                    let more = if said.is_empty() {
                        String::new()
                    } else {
                        format!(": {said}")
                    };
                    Came::again(format!("{}{more}", answered.ended.said()))
                }
            }
        }
    }
}

/// What came of posting, and what the receiver said where that is of interest.
fn posted(post: &Post, hook: &Described, message: &Message, now: Time, stop: &AtomicBool) -> (Came, String) {
    let answer = match curl::post(post, hook.hook.limit, now, stop) {
        Ok(answer) => answer,
        Err(why) => return (Came::again(why), String::new()),
    };
    let meaning = verdict(answer.status, message.missing);
    let why = match answer.status {
        0 if answer.complaint.is_empty() => "no answer".to_owned(),
        0 => answer.complaint.clone(),
        301 | 302 | 303 | 307 | 308 => format!(
            "it answered {}: it points elsewhere, which is not followed",
            answer.status
        ),
        status => format!("it answered {status}"),
    };
    let came = Came {
        verdict: meaning,
        why,
        status: answer.status,
        retry_after: answer.retry_after,
        answered: false,
    };
    (came, answer.body)
}

/// Writes a program's answer into the incident, as evidence by that program. The same message writes it once.
fn take_answer(name: &str, repository: &Repository, message: &Message, out: &str, clock: &Arc<dyn Clock>) -> Came {
    let reply = match program::reply(out) {
        Ok(reply) => reply,
        Err(why) => return Came::again(why),
    };
    match written(name, repository, message, &reply, clock) {
        Ok(wrote) => Came::delivered(wrote),
        Err(why) => Came::again(why),
    }
}

fn written(
    name: &str,
    repository: &Repository,
    message: &Message,
    reply: &Reply,
    clock: &Arc<dyn Clock>,
) -> Result<bool, String> {
    let place = repository.find(&message.incident).map_err(|error| error.to_string())?;
    let session = Session::open(Open {
        repository,
        place,
        by: program::author(name),
        clock: Arc::clone(clock),
        watch: false,
    })
    .map_err(|error| error.to_string())?;
    let incident = Arc::clone(&session.snapshot().incident);
    let nonce = message.event.strip_prefix('e').unwrap_or_default();
    let asked = format!("d{nonce}");
    let Some(request) = live(&incident.inquiries).find(|one| one.id == asked).cloned() else {
        return Ok(false);
    };
    let mut wrote = answer(&session, message, reply, &request)?;
    for (place, (text, supports)) in reply.evidence.iter().enumerate() {
        let Some(hypothesis) = request.hypothesis.clone() else {
            break;
        };
        let change = Change::AddEvidence {
            hypothesis,
            text: text.clone(),
            supports: *supports,
        };
        wrote |= session.apply_as(&nonce_of(message, place + 1), change).is_ok();
    }
    session.flush(PATIENCE).map_err(|error| error.to_string())?;
    Ok(wrote)
}

/// The answer itself; whether it could be taken: one that comes too late, after a person's, changes nothing.
fn answer(session: &Session, message: &Message, reply: &Reply, request: &Inquiry) -> Result<bool, String> {
    let nonce = nonce_of(message, 0);
    if !request.is_open() {
        return Ok(false);
    }
    let mut text = reply.text.clone();
    if request.hypothesis.is_none() {
        for (more, _) in &reply.evidence {
            text.push_str(&format!("\n- {more}"));
        }
    }
    let change = Change::Answer {
        request: request.id.clone(),
        text,
        supports: reply.supports,
    };
    session
        .apply_as(&nonce, change)
        .map(|_| true)
        .map_err(|refusal| refusal.to_string())
}

/// The nonce of what a message writes: the same every time.
pub(super) fn nonce_of(message: &Message, place: usize) -> String {
    let hash = crate::store::read::hash(format!("{} {place}", message.id).as_bytes());
    let mut bytes = [0; 7];
    bytes.copy_from_slice(&hash.to_le_bytes()[..7]);
    ids::from_bytes(bytes)
}

/// A place among the programs that run at once.
struct Turn;

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

impl Turn {
    fn take() -> Self {
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let free = ENDED.wait_while(running, |running| *running >= PROGRAMS);
        *free.unwrap_or_else(PoisonError::into_inner) += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}
