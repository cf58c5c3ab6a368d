//! `warroom doctor`: whether everything that the console leans on is in order, and what to do where it is not.

mod clone;
mod files;
mod hooks;

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use self::clone::{clone, version};
use self::files::{files, sharing};
use super::context::Context;
use super::failure::Failure;
use super::reply::Reply;
use super::settings::Chosen;
use crate::config::TeamConfig;
use crate::git::Git;
use crate::store::{self, Repository};
use crate::text;

/// Oldest git that syncing works with.
const GIT: (u32, u32) = crate::git::command::OLDEST;

/// Check git, the remote, the merge driver, the files and this machine, and say what to do
#[derive(Args, Debug)]
pub(super) struct Doctor {
    /// Whether the team is ready: prerequisites, and this quarter's drills, runbook tests and reviews, with dates
    #[arg(long)]
    readiness: bool,
}

/// How a check came out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Good,
    Note,
    Bad,
}

impl Health {
    fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Bad => "bad",
        }
    }
}

struct Row {
    what: &'static str,
    health: Health,
    said: String,
    remedy: String,
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, what: &'static str, health: Health, said: impl Into<String>, remedy: impl Into<String>) {
        self.0.push(Row {
            what,
            health,
            said: said.into(),
            remedy: remedy.into(),
        });
    }

    fn good(&mut self, what: &'static str, said: impl Into<String>) {
        self.add(what, Health::Good, said, "");
    }
}

impl Doctor {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        if self.readiness {
            return super::readiness::run(context);
        }
        let mut rows = Rows::default();
        let repository = match context.repository() {
            Ok(repository) => repository,
            Err(failure) => return Ok(outside(context, failure, rows)),
        };
        rows.good("repository", repository.root().display().to_string());
        person(context, &mut rows);
        machine(&mut rows);
        settings(repository, &mut rows);
        files(repository, &mut rows);
        sharing(repository, &mut rows);
        hooks::hooks(repository, &mut rows);
        let git = Git::at(repository.root()).quiet_ssh();
        if version(&git, &mut rows) {
            clone(context, repository, &git, &mut rows);
        }
        Ok(reply(&rows.0))
    }
}

/// Without a repository git and the machine are checked all the same; the exit status is that of the missing repository.
fn outside(context: &Context, failure: Failure, mut rows: Rows) -> Reply {
    rows.add(
        "repository",
        Health::Bad,
        failure.said,
        "`warroom init DIR` makes one; in a clone of one run it there, or name it with -C DIR.",
    );
    person(context, &mut rows);
    machine(&mut rows);
    for problem in Chosen::load().problems {
        let remedy = "That line is ignored; correct it.";
        rows.add("settings", Health::Note, problem.to_string(), remedy);
    }
    let here = std::env::current_dir().unwrap_or_else(|_| std::path::PathBuf::from("/"));
    version(&Git::at(&here).quiet_ssh(), &mut rows);
    let mut reply = reply(&rows.0);
    reply.code = failure.code;
    reply
}

fn reply(rows: &[Row]) -> Reply {
    let mut out = String::new();
    let wide = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    for row in rows {
        let _ = writeln!(
            out,
            "{:<4}  {:<wide$}  {}",
            row.health.word(),
            row.what,
            text::one_line(&row.said)
        );
        if !row.remedy.is_empty() {
            let _ = writeln!(out, "      {:<wide$}  {}", "", text::one_line(&row.remedy));
        }
    }
    let sick = rows.iter().any(|row| row.health == Health::Bad);
    let list: Vec<_> = rows
        .iter()
        .map(|row| json!({"check": row.what, "state": row.health.word(), "said": row.said, "remedy": row.remedy}))
        .collect();
    let mut reply = Reply::new(out, json!({"ok": !sick, "checks": list}));
    reply.code = u8::from(sick);
    reply
}

fn person(context: &Context, rows: &mut Rows) {
    match context.who() {
        Ok(name) => rows.good("you", name),
        Err(failure) => rows.add("you", Health::Bad, "it is not known who you are", failure.said),
    }
}

fn machine(rows: &mut Rows) {
    match store::state_dir() {
        Ok(folder) => match std::fs::create_dir_all(&folder) {
            Ok(()) => rows.good("state folder", folder.display().to_string()),
            Err(error) => rows.add(
                "state folder",
                Health::Bad,
                format!("{} cannot be made: {}", folder.display(), store::reason(&error)),
                "Without it there are no drafts and no journal; make it, or set WARROOM_STATE_DIR.",
            ),
        },
        Err(error) => rows.add(
            "state folder",
            Health::Bad,
            error.to_string(),
            "Set WARROOM_STATE_DIR to a folder of yours.",
        ),
    }
}

/// The choices of the person and the team, and the team's own frameworks: what is wrong with them counts as not there.
fn settings(repository: &Repository, rows: &mut Rows) {
    let problems = [Chosen::load().problems, TeamConfig::load(repository.root()).1].concat();
    if problems.is_empty() {
        rows.good("settings", format!("framework {}", repository.config().framework));
    }
    for problem in problems {
        let remedy = "That line is ignored; correct it.";
        rows.add("settings", Health::Note, problem.to_string(), remedy);
    }
    contacts(repository, rows);
    for name in repository.frameworks() {
        if let Err(error) = repository.framework(&name) {
            let remedy = "Until it is right what ships stands in, and nothing can be resolved or approved; `warroom framework lint` lists all.";
            rows.add("framework", Health::Bad, error.to_string(), remedy);
        }
    }
}

/// Whom to call, beside the team's framework.
fn contacts(repository: &Repository, rows: &mut Rows) {
    let remedy = "That contact is not used; correct .warroom/contacts.yaml (`warroom contacts lint` lists all).";
    let text = match repository.contacts_text() {
        Ok(text) if text.is_empty() => return,
        Ok(text) => text,
        Err(error) => return rows.add("contacts", Health::Note, error.to_string(), remedy),
    };
    let Ok(framework) = repository.framework_or_other(&repository.config().framework) else {
        return;
    };
    let slips = framework.lint_contacts(&text);
    if slips.is_empty() {
        rows.good(
            "contacts",
            super::page::count(framework.contacts.contacts.len(), "contact"),
        );
    }
    for slip in slips {
        let said = format!(".warroom/contacts.yaml:{}: {}", slip.line, slip.said);
        rows.add("contacts", Health::Note, said, remedy);
    }
}
