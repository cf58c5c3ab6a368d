//! `warroom runbook run` and `warroom run`

mod consent;
mod plan;
mod record;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::super::context::{Context, View};
use super::super::edit::Edit;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::show::value;
use super::{Given, chosen, find};
use crate::incident::Incident;
use crate::incident::time::parse_duration;
use crate::runbook::command::Command as Line;
use crate::runbook::{Gap, Language, Step, gap, shell};
use crate::text;
use consent::{Answer, Consent, allowed, may_run};
use plan::{Plan, finds_out, folders_before, found_out};
use record::{Recorded, execute, record, told};

/// How long a command may take where nobody says.
const LIMIT: Duration = Duration::from_secs(600);

/// Run a runbook's commands
#[derive(Args, Debug)]
pub(super) struct Book {
    /// The runbook
    runbook: String,
    /// The step: its position (2 or 2.1), its id, or its block's name; all of them, one after the other, where there is none
    step: Option<String>,
    /// From now on its commands may be run, as long as its file is as it is now
    #[arg(long)]
    allow: bool,
    /// Print what would be run, filled in, and run nothing
    #[arg(long)]
    dry_run: bool,
    /// Run it on this machine, also where a command before it opens a shell of another host or container
    #[arg(long)]
    here: bool,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    how: How,
}

/// Where and for how long a command is run.
#[derive(Args, Debug)]
struct How {
    /// The folder to run it in
    #[arg(long, value_name = "DIR")]
    cwd: Option<PathBuf>,
    /// Within which time; 10m where there is none
    #[arg(long = "for", value_name = "DURATION")]
    within: Option<String>,
}

/// Run a command of your own and record it: what was run, how it ended, the end of its output
#[derive(Args, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    how: How,
    /// Print what would be run and recorded, and run nothing
    #[arg(long = "dry-run")]
    dry: bool,
    /// The command and its arguments, after `--`
    #[arg(required = true, last = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// A command that is ready to be run.
struct Ready {
    /// For people: what is run, whole.
    shown: String,
    program: Vec<String>,
    folder: PathBuf,
    limit: Duration,
    interactive: bool,
    danger: Vec<String>,
    /// What of it stands in the timeline.
    told: String,
    /// The secrets that it was filled with; they are nowhere else.
    secrets: Vec<String>,
}

impl Run {
    pub(crate) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let shown = shell_words(&self.command);
        let line = crate::runbook::command::inline(&format!("$ {shown}"), 1);
        let ready = Ready {
            told: shown.clone(),
            danger: line.map(|line| line.danger).unwrap_or_default(),
            program: self.command,
            folder: folder(self.how.cwd.as_deref(), None)?,
            limit: limit(context, &self.how, None)?,
            interactive: false,
            secrets: Vec::new(),
            shown,
        };
        if self.dry {
            return Ok(Reply::new(
                page(&ready),
                json!({"ok": true, "ran": false, "commands": [json_of(&ready)]}),
            ));
        }
        // Typed by the person who runs it: nothing is asked again. It needs an incident to stand in before it begins.
        let edit = context.edit()?;
        let outcome = execute(context, &ready)?;
        let recorded = record(context, &edit, &ready, &outcome)?;
        Ok(told(&edit, vec![recorded]))
    }
}

impl Ready {
    /// Whether it is given the person's terminal.
    fn talks(&self) -> bool {
        self.interactive && std::io::stdin().is_terminal()
    }
}

impl Book {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let view = context.view()?;
        let found = chosen(find(context, &self.runbook)?, Some(&view.incident))?;
        if self.allow {
            return allowed(context, &found, self.step.is_some());
        }
        let steps = found.book.steps(found.entry(), self.given.source()?);
        let picked: Vec<&Step> = match &self.step {
            Some(word) => {
                let step = steps.find(word).ok_or_else(|| {
                    let known = steps.flat().map(|step| format!("{}  {}", step.position, step.text));
                    Failure::not_found(
                        format!("{} has no step `{}`", found.book.name, text::one_line(word)),
                        known.take(40).collect(),
                    )
                })?;
                step.flat()
            }
            None => steps.flat().collect(),
        };
        let values = self.given.values()?;
        let named = self.step.as_deref();
        let plan = Plan::of(&steps, &picked, named, self.here);
        let ready = self.all_ready(context, &plan, &values, &view.incident)?;
        if ready.is_empty() && !plan.elsewhere.is_empty() {
            let mut failure = Failure::usage(
                "nothing was run: this is typed in a shell that a command before it opens; --here runs it on this machine",
            );
            failure.more.missing = plan.elsewhere;
            return Err(failure);
        }
        if !context.options.json {
            for left_out in &plan.elsewhere {
                eprintln!("not run here: {}", text::one_line(left_out));
            }
        }
        if ready.is_empty() {
            return Err(Failure::usage(format!(
                "there is no command of a shell in this step; `warroom runbook steps {}` shows all",
                found.book.name
            )));
        }
        if self.dry_run {
            let text: String = ready.iter().map(page).collect();
            let list: Vec<Value> = ready.iter().map(json_of).collect();
            return Ok(Reply::new(text, json!({"ok": true, "ran": false, "commands": list})));
        }
        may_run(context, &found)?;
        if named.is_none() && !std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "without a terminal only a step that is named is run: warroom runbook run RUNBOOK STEP --yes",
            ));
        }
        let edit = context.edit()?;
        super::attach::remember(&values, |change| edit.apply(change).map(|_| ()))?;
        let done = self.one_by_one(context, &plan, values, &view, &edit)?;
        if done.is_empty() {
            return Ok(Reply::new(
                "nothing was run\n",
                json!({"ok": true, "ran": false, "commands": []}),
            ));
        }
        Ok(told(&edit, done))
    }

    /// Runs the commands, each after a yes; what was run. An error only where nothing was.
    fn one_by_one(
        &self,
        context: &Context,
        plan: &Plan<'_>,
        mut values: Vec<(String, String)>,
        view: &View,
        edit: &Edit,
    ) -> Result<Vec<Recorded>, Failure> {
        let mut done = Vec::new();
        for &(step, line) in &plan.lines {
            // With what the commands before it found out.
            let prepared = self.prepare(context, plan, (step, line), &BTreeSet::new(), &|name| {
                value(&values, Some(&view.incident), name)
            });
            let one = match prepared.and_then(|(one, missing)| all_known(missing).map(|()| one)) {
                Ok(one) => one,
                Err(failure) if done.is_empty() => return Err(failure),
                Err(failure) => {
                    eprint!("{}", failure.page(false));
                    break;
                }
            };
            match self.consent.agreed(context, &view.framework, &view.incident, &one) {
                Ok(Answer::Run) => {}
                Ok(Answer::Skip) => continue,
                Ok(Answer::Stop) => break,
                Err(failure) if done.is_empty() => return Err(failure),
                Err(failure) => {
                    eprintln!("warroom: {}", text::one_line(&failure.said));
                    break;
                }
            }
            let outcome = execute(context, &one)?;
            let fine = outcome.ended.fine();
            // At once: what was done is on record, whatever comes of the rest.
            done.push(record(context, edit, &one, &outcome)?);
            // What failed stays visible, and nothing goes on behind it.
            if !fine {
                break;
            }
            if let Some(found) = found_out(line, &outcome) {
                super::attach::remember(std::slice::from_ref(&found), |change| edit.apply(change).map(|_| ()))?;
                edit.save()?;
                values.push(found);
            }
        }
        Ok(done)
    }

    /// All commands as they would be run; what one of them finds out stands for itself in those behind it.
    fn all_ready(
        &self,
        context: &Context,
        plan: &Plan<'_>,
        values: &[(String, String)],
        incident: &Incident,
    ) -> Result<Vec<Ready>, Failure> {
        let (mut ready, mut missing) = (Vec::new(), Vec::new());
        let mut promised = BTreeSet::new();
        for &(step, line) in &plan.lines {
            let (one, open) = self.prepare(context, plan, (step, line), &promised, &|name| {
                value(values, Some(incident), name)
            })?;
            ready.push(one);
            missing.extend(open);
            promised.extend(finds_out(&line.text).map(str::to_owned));
        }
        if !self.dry_run {
            all_known(missing)?;
        }
        Ok(ready)
    }

    /// A command, filled in, and what is still open of it. What a command before it sets (`export X=y`) is set for it, too, and the folder that
    /// one of its step went to is its own: `rm *` anywhere else is another command. `promised` will be found out by commands before it.
    fn prepare(
        &self,
        context: &Context,
        plan: &Plan<'_>,
        (step, line): (&Step, &Line),
        promised: &BTreeSet<String>,
        fill: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Ready, Vec<Gap>), Failure> {
        let (mut script, mut shown, mut secrets) = (String::new(), String::new(), Vec::new());
        let open_secrets = |name: &str| fill(name).filter(|_| !gap::is_secret(name));
        // Where it cannot go there nothing behind it may run.
        let folders = folders_before(&step.commands, line);
        let folders = folders.iter().map(|line| format!("{} || exit", line.text));
        let settings = plan.settings_before(line);
        let mut texts: Vec<String> = settings.map(|line| line.text.clone()).chain(folders).collect();
        match finds_out(&line.text) {
            Some(name) => texts.extend([format!("{} || exit", line.text), format!("echo \"{name}=${name}\"")]),
            None => texts.push(line.text.clone()),
        }
        // What another command sets is not set here: `rm -rf $DIR/*` without it is another command, so it is asked for.
        let mut set: BTreeSet<String> = promised
            .iter()
            .filter(|name| fill(&gap::called(name)).is_none())
            .cloned()
            .collect();
        for text in &texts {
            gap::set_in(text, &mut set);
        }
        let mut missing = Vec::new();
        for text in &texts {
            let (filled, open) = gap::fill(text, &Language::Shell, &set, fill);
            missing.extend(open);
            secrets.extend(secrets_in(text, &set, fill)?);
            script.push_str(&filled);
            script.push('\n');
            // A secret stands on no screen.
            shown.push_str(&gap::fill(text, &Language::Shell, &set, open_secrets).0);
            shown.push('\n');
        }
        let ready = Ready {
            program: vec![bash().to_owned(), "-c".to_owned(), script.trim_end().to_owned()],
            shown: shown.trim_end().to_owned(),
            folder: folder(self.how.cwd.as_deref(), line.how.cwd.as_deref())?,
            limit: limit(context, &self.how, line.how.timeout.as_deref())?,
            interactive: line.how.interactive || shell::talks(&line.text),
            danger: line.danger.clone(),
            told: gap::fill(&line.text, &Language::Shell, &set, open_secrets).0,
            secrets,
        };
        Ok((ready, missing))
    }
}

/// An error that names what nothing is known for.
fn all_known(missing: Vec<Gap>) -> Result<(), Failure> {
    let missing: Vec<String> = gap::distinct(missing)
        .into_iter()
        .map(|gap| format!("{} (--set {}=…)", gap.written, gap.name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut failure = Failure::usage("not run: say what these stand for");
    failure.more.missing = missing;
    Err(failure)
}

/// The secrets that a command is filled with; an error where something that it is filled with would be more than a word.
fn secrets_in(
    command: &str,
    set: &BTreeSet<String>,
    fill: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<String>, Failure> {
    let mut secrets = Vec::new();
    for place in gap::in_command(command, &Language::Shell, set) {
        let Some(value) = fill(&place.gap.name) else { continue };
        if !gap::is_runnable(&value) {
            return Err(Failure::usage(format!(
                "{} is `{}`, which is not run in a command: a value may have letters, digits, blanks and _ . / : @ % + = , ~ - in it",
                place.gap.written,
                text::one_line(&value)
            )));
        }
        if gap::is_secret(&place.gap.name) {
            secrets.push(value);
        }
    }
    Ok(secrets)
}

fn bash() -> &'static str {
    ["/bin/bash", "/usr/bin/bash"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .unwrap_or("/bin/sh")
}

fn folder(given: Option<&Path>, block: Option<&str>) -> Result<PathBuf, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::because("the working directory is gone; name one with --cwd DIR", error))?;
    let wanted = given.map(Path::to_owned).or_else(|| block.map(PathBuf::from));
    let folder = wanted.map_or(here.clone(), |wanted| here.join(wanted));
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(Failure::not_found(
        format!(
            "there is no folder {}; nothing was run",
            text::one_line(&folder.display().to_string())
        ),
        Vec::new(),
    ))
}

fn limit(context: &Context, how: &How, block: Option<&str>) -> Result<Duration, Failure> {
    if let Some(within) = context.maybe_span(how.within.as_deref())? {
        return Ok(within);
    }
    Ok(block
        .and_then(|text| parse_duration(text).ok())
        .filter(|limit| !limit.is_zero())
        .unwrap_or(LIMIT))
}

/// Words as one line of a shell.
fn shell_words(words: &[String]) -> String {
    let quoted = words
        .iter()
        .map(|word| crate::runbook::quote::shell(word, crate::runbook::quote::State::Plain));
    quoted.collect::<Vec<_>>().join(" ")
}

/// What is about to be run, whole, with its folder.
fn page(ready: &Ready) -> String {
    let mut out = String::new();
    for line in ready.shown.lines() {
        out.push_str(&format!("$ {}\n", text::one_line(line)));
    }
    let long = if ready.talks() {
        "at this terminal, until it ends".to_owned()
    } else {
        format!("for at most {} s", ready.limit.as_secs())
    };
    let folder = ready.folder.display().to_string();
    out.push_str(&format!("  in {}, {long}\n", text::one_line(&folder)));
    if !ready.danger.is_empty() {
        out.push_str(&format!("  careful: {}\n", text::one_line(&ready.danger.join(", "))));
    }
    out
}

fn json_of(ready: &Ready) -> Value {
    json!({
        "command": ready.shown,
        "cwd": ready.folder.display().to_string(),
        "limit_s": ready.limit.as_secs(),
        "danger": ready.danger,
        "interactive": ready.interactive,
    })
}
