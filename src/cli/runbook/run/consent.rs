//! Who may run a command: the file as it was allowed, and a yes to each command.

use std::io::{BufRead, IsTerminal, Write};

use clap::Args;
use rustix::termios::{QueueSelector, tcflush};
use serde_json::json;

use super::super::Found;
use super::{Ready, page};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::merge::quoted;
use crate::cli::reply::Reply;
use crate::framework::Framework;
use crate::incident::{Incident, Mitigation, people};
use crate::store::allowed::{Permission, allow, permission};
use crate::text;

/// Who says yes to a command.
#[derive(Args, Debug)]
pub(super) struct Consent {
    /// Do not ask; what is dangerous wants --confirm beside it
    #[arg(long, short = 'y')]
    yes: bool,
    /// Confirm a dangerous command by its word, such as rm
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    confirm: Vec<String>,
    /// Who else agrees, where the severity wants a second person
    #[arg(long, value_name = "NAME")]
    second: Option<String>,
}

/// Whether a runbook may be run by this person as it is.
pub(super) fn may_run(context: &Context, found: &Found) -> Result<(), Failure> {
    let call = format!(
        "warroom runbook run {} --allow",
        quoted(&found.book.list_name(found.entry()))
    );
    let refused = |said: String, missing: Vec<String>| {
        let mut failure = Failure::failed(said);
        failure.code = 3;
        failure.more.missing = missing;
        Err(failure)
    };
    let content = content(context, found)?;
    match permission(&found.place(), &content) {
        Permission::Allowed => Ok(()),
        Permission::Never => refused(
            format!(
                "{} has never been allowed to run, so nothing was run; read it, then allow it",
                found.origin()
            ),
            vec![format!("allow it as it is now: {call}")],
        ),
        Permission::Changed(before) => {
            let mut missing = vec![format!("allow it as it is now: {call}")];
            missing.extend(changed_lines(&before, &content));
            refused(
                format!(
                    "{} has changed since you allowed it, so nothing was run",
                    found.origin()
                ),
                missing,
            )
        }
    }
}

/// The lines that are new or gone, at most so many.
pub(super) fn changed_lines(before: &str, now: &str) -> Vec<String> {
    pub(super) const MOST: usize = 20;
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("- {line}"));
    let come = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("+ {line}"));
    gone.chain(come).take(MOST).collect()
}

/// What is allowed: the runbook with the files of the repository that its commands name.
fn content(context: &Context, found: &Found) -> Result<String, Failure> {
    let Ok(repository) = context.repository() else {
        return Ok(found.book.text.to_string());
    };
    let content = repository.what_runs(&found.book);
    content.map_err(|why| {
        let mut failure = Failure::failed(format!(
            "{} is not run, since what it runs cannot be looked at: {why}",
            found.book.name
        ));
        failure.code = 3;
        failure
    })
}

pub(super) fn allowed(context: &Context, found: &Found, step: bool) -> Result<Reply, Failure> {
    if step {
        return Err(Failure::usage(
            "the whole runbook is allowed, not a step of it: leave the step out",
        ));
    }
    allow(&found.place(), &content(context, found)?).map_err(|error| {
        let why = crate::store::reason(&error);
        Failure::because(
            format!(
                "the permission was not kept: {why}; nothing of {} is run",
                found.book.name
            ),
            error,
        )
    })?;
    let said = format!(
        "{} may be run by you, as long as it is as it is now; each command is still asked for",
        found.origin()
    );
    let json = json!({"ok": true, "allowed": found.book.name, "digest": found.book.digest()});
    Ok(Reply::new(format!("{}\n", text::one_line(&said)), json))
}

pub(super) enum Answer {
    Run,
    Skip,
    Stop,
}

impl Consent {
    /// Whether a command is run: asked for at a terminal, said in the call elsewhere; what is dangerous by its own word, and
    /// where the severity wants approvals by a second person.
    pub(super) fn agreed(
        &self,
        context: &Context,
        framework: &Framework,
        incident: &Incident,
        ready: &Ready,
    ) -> Result<Answer, Failure> {
        eprint!("{}", page(ready));
        let dangerous = !ready.danger.is_empty();
        if dangerous {
            self.seconded(context, framework, incident)?;
        }
        let named = |word: &String| self.confirm.iter().any(|given| given.eq_ignore_ascii_case(word));
        let confirmed = !dangerous || ready.danger.iter().all(named);
        if self.yes {
            if confirmed {
                return Ok(Answer::Run);
            }
            let words: Vec<String> = ready
                .danger
                .iter()
                .map(|word| format!("--confirm {}", quoted(word)))
                .collect();
            let mut failure = Failure::usage("this command takes something away, so --yes alone does not run it");
            failure.code = 3;
            failure.more.missing = words;
            return Err(failure);
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failure::usage("no one is there to confirm it; say --yes to run it"));
        }
        match ask("run it? [y]es, [s]kip, [q]uit: ")?.as_str() {
            "y" | "yes" => {}
            "s" | "skip" => return Ok(Answer::Skip),
            _ => return Ok(Answer::Stop),
        }
        if confirmed {
            return Ok(Answer::Run);
        }
        let word = ready.danger.join(" ");
        let typed = ask(&format!("careful: type `{}` to run it: ", text::one_line(&word)))?;
        Ok(if typed.eq_ignore_ascii_case(&word) {
            Answer::Run
        } else {
            Answer::Stop
        })
    }

    /// A second person, where the framework wants approvals at this severity.
    pub(super) fn seconded(
        &self,
        context: &Context,
        framework: &Framework,
        incident: &Incident,
    ) -> Result<(), Failure> {
        let wanted = framework.approvals_missing(incident, &Mitigation::default());
        if wanted.is_empty() {
            return Ok(());
        }
        let me = context.who()?;
        match self.second.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
            Some(second) if !people::same(second, &me) => Ok(()),
            _ => {
                let mut failure = Failure::usage(format!(
                    "at {} a command that takes something away wants a second person",
                    incident.severity
                ));
                failure.code = 3;
                failure.more.missing = vec!["--second NAME: someone else, who has read it".to_owned()];
                Err(failure)
            }
        }
    }
}

/// Asks at the terminal. What was typed before the question stood there is no answer to it: two hasty keys would run a
/// command that no one has read.
pub(super) fn ask(question: &str) -> Result<String, Failure> {
    let failed = |error| Failure::because("the answer cannot be read; nothing was run", error);
    // Fails where standard input is no terminal, which has nothing typed ahead.
    let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
    let mut err = std::io::stderr().lock();
    err.write_all(question.as_bytes())
        .and_then(|()| err.flush())
        .map_err(failed)?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim().to_lowercase())
}
