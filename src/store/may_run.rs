//! Everything that may run by this person's permission, in one list: the hooks that are described, the runbooks with commands, and what was
//! allowed elsewhere.

use std::io;

use super::Repository;
use super::allowed::{self, Permission, permission};
use super::hooks::described;
use super::outbox::Outbox;
use crate::hook::sign;
use crate::runbook::Runbook;
use crate::runbook::shipped::{SHIPPED, shipped};

/// Something that runs only if a person allows its exact content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayRun {
    /// What its permission is kept under.
    pub place: String,
    /// Its name; of what stands elsewhere its place.
    pub name: String,
    /// What it is.
    pub what: What,
    /// When it runs, or what it runs.
    pub about: String,
    /// Its whole content, which is what is allowed; why it cannot be read otherwise.
    pub content: Result<String, String>,
    /// Whether it may run.
    pub state: Standing,
}

/// What it is that may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A hook.
    Hook,
    /// A runbook with commands.
    Runbook,
    /// Something of another repository, or that is not there any more.
    Elsewhere,
}

/// Whether something may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was allowed, and is as it was then.
    Allowed,
    /// It was allowed, and nothing goes out by it any more.
    Stopped(String),
    /// It has changed since it was allowed.
    Changed,
    /// It was never allowed.
    Off,
    /// It cannot be read, so it never runs.
    Unreadable,
}

impl What {
    /// What people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Runbook => "runbook",
            Self::Elsewhere => "elsewhere",
        }
    }
}

impl MayRun {
    /// SHA-256 of its content; empty where that cannot be read.
    pub fn sha256(&self) -> String {
        let content = self.content.as_ref();
        content.map_or_else(|_| String::new(), |content| sign::sha256(content.as_bytes()))
    }
}

/// All of it for a repository: hooks first, then its runbooks that have commands, those that ship where they were allowed once, and what
/// was allowed elsewhere.
pub fn may_run(repository: &Repository) -> Vec<MayRun> {
    let mut all: Vec<MayRun> = described(repository.root())
        .0
        .into_iter()
        .map(|one| {
            let (content, place) = (one.content(), one.key());
            let mut state = standing(&place, &content);
            if state == Standing::Allowed
                && let Some(why) = Outbox::here().ok().and_then(|outbox| outbox.stopped(&place))
            {
                state = Standing::Stopped(why);
            }
            MayRun {
                name: one.hook.name.clone(),
                what: What::Hook,
                about: format!("on {}: {}", one.hook.occasions(), one.hook.target()),
                content,
                state,
                place,
            }
        })
        .collect();
    for own in repository.runbooks() {
        let real = own.path.canonicalize().unwrap_or_else(|_| own.path.clone());
        let text = repository.runbook_text(&own.path).map_err(|why| why.to_string());
        all.extend(runbook(repository, real.display().to_string(), &own.name, text));
    }
    for (name, _) in SHIPPED {
        let text = shipped(name).unwrap_or_default().to_owned();
        let one = runbook(repository, format!("shipped:{name}"), name, Ok(text));
        all.extend(one.filter(|one| one.state != Standing::Off));
    }
    let elsewhere = allowed::all().unwrap_or_default().into_iter();
    let elsewhere: Vec<MayRun> = elsewhere
        .filter(|kept| all.iter().all(|one| one.place != kept.place))
        .map(|kept| MayRun {
            name: kept.place.clone(),
            what: What::Elsewhere,
            about: "not of this repository as it is now".into(),
            content: Ok(kept.text),
            state: Standing::Allowed,
            place: kept.place,
        })
        .collect();
    all.extend(elsewhere);
    all
}

/// A runbook, where it has commands.
fn runbook(repository: &Repository, place: String, name: &str, text: Result<String, String>) -> Option<MayRun> {
    let book = text.map(|text| Runbook::read(name, &text));
    let commands = book.as_ref().map(Runbook::count_commands);
    if commands == Ok(0) {
        return None;
    }
    let about = match commands {
        Ok(1) => "1 command, each asked for on its own".to_owned(),
        Ok(count) => format!("{count} commands, each asked for on its own"),
        Err(_) => "cannot be read".to_owned(),
    };
    let text = book.and_then(|book| repository.what_runs(&book));
    let state = standing(&place, &text);
    Some(MayRun {
        name: name.to_owned(),
        what: What::Runbook,
        about,
        content: text,
        state,
        place,
    })
}

fn standing(place: &str, content: &Result<String, String>) -> Standing {
    match content.as_ref().map(|content| permission(place, content)) {
        Err(_) => Standing::Unreadable,
        Ok(Permission::Allowed) => Standing::Allowed,
        Ok(Permission::Changed(_)) => Standing::Changed,
        Ok(Permission::Never) => Standing::Off,
    }
}

/// Allows this content to be run from this place; a hook that had stopped goes on.
pub fn allow(place: &str, content: &str) -> io::Result<()> {
    allowed::allow(place, content)?;
    if let Ok(outbox) = Outbox::here() {
        outbox.start(place);
    }
    Ok(())
}
