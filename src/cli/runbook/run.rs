//! `warroom runbook run` and `warroom run`

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::show::value;
use super::{Found, Given, chosen, find};
use crate::framework::Framework;
use crate::incident::time::parse_duration;
use crate::incident::{Change, EventKind, Incident, Mitigation, people};
use crate::runbook::command::Command as Line;
use crate::runbook::secret;
use crate::runbook::{Gap, Language, Step, gap};
use crate::running::{self, Ended, Outcome};
use crate::store::allowed::{Permission, allow, permission};
use crate::text;

/// How long a command may take where nobody says.
const LIMIT: Duration = Duration::from_secs(600);
/// Lines of output that stand in the event.
const SHOWN: usize = 20;
/// Columns of such a line.
const WIDE: usize = 300;

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
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    how: How,
}

/// Who says yes to a command.
#[derive(Args, Debug)]
struct Consent {
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
}

impl Run {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let shown = shell_words(&self.command);
        let line = crate::runbook::command::inline(&format!("$ {shown}"), 1);
        let ready = Ready {
            told: shown.clone(),
            danger: line.map(|line| line.danger).unwrap_or_default(),
            program: self.command,
            folder: folder(self.how.cwd.as_deref(), None)?,
            limit: limit(context, &self.how, None)?,
            interactive: false,
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
        record(context, &edit, &[(ready, outcome)])
    }
}

impl Book {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let view = context.view()?;
        let found = chosen(find(context, &self.runbook)?, Some(&view.incident))?;
        if self.allow {
            return allowed(&found, self.step.is_some());
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
        let fill = |name: &str| value(&values, Some(&view.incident), name);
        let named = self.step.as_deref();
        let ready = self.ready(context, &found, &picked, named, &fill)?;
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
        may_run(&found)?;
        if named.is_none() && !std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "without a terminal only a step that is named is run: warroom runbook run RUNBOOK STEP --yes",
            ));
        }
        let edit = context.edit()?;
        super::attach::remember(&values, |change| edit.apply(change).map(|_| ()))?;
        let mut done = Vec::new();
        for one in ready {
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
            done.push((one, outcome));
            // What failed stays visible, and nothing goes on behind it.
            if !fine {
                break;
            }
        }
        if done.is_empty() {
            return Ok(Reply::new(
                "nothing was run\n",
                json!({"ok": true, "ran": false, "commands": []}),
            ));
        }
        record(context, &edit, &done)
    }

    /// The commands of some steps, filled in. What a command before sets (`export X=y`) is set for it, too.
    fn ready(
        &self,
        context: &Context,
        found: &Found,
        steps: &[&Step],
        named: Option<&str>,
        fill: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Vec<Ready>, Failure> {
        let all = found.book.steps(found.entry(), self.given.source()?);
        let mut missing: Vec<Gap> = Vec::new();
        let mut ready = Vec::new();
        for step in steps {
            let one_block = |line: &&Line| {
                named.is_none_or(|name| {
                    line.name.as_deref() == Some(name)
                        || !step.commands.iter().any(|other| other.name.as_deref() == Some(name))
                })
            };
            for line in step
                .commands
                .iter()
                .filter(one_block)
                .filter(|line| line.language == Language::Shell)
            {
                if is_setting(&line.text) && named.is_none() {
                    continue;
                }
                let settings: Vec<&Line> = all
                    .commands()
                    .take_while(|other| !std::ptr::eq(*other, line) && other.line < line.line)
                    .filter(|other| other.language == Language::Shell && is_setting(&other.text))
                    .collect();
                let mut script = String::new();
                for text in settings.iter().map(|line| &line.text).chain([&line.text]) {
                    let (filled, open) = gap::fill(text, &Language::Shell, &found.book.set, fill);
                    missing.extend(open);
                    for place in gap::in_command(text, &Language::Shell, &found.book.set) {
                        if let Some(value) = fill(&place.gap.name).filter(|value| !gap::is_runnable(value)) {
                            return Err(Failure::usage(format!(
                                "{} is `{}`, which is not run in a command: a value may have letters, digits, blanks and _ . / : @ % + = , ~ - in it",
                                place.gap.written,
                                text::one_line(&value)
                            )));
                        }
                    }
                    script.push_str(&filled);
                    script.push('\n');
                }
                let script = script.trim_end().to_owned();
                let told = gap::fill(&line.text, &Language::Shell, &found.book.set, |name| {
                    fill(name).filter(|_| !gap::is_secret(name))
                })
                .0;
                ready.push(Ready {
                    program: vec![shell().to_owned(), "-c".to_owned(), script.clone()],
                    shown: script,
                    folder: folder(self.how.cwd.as_deref(), line.how.cwd.as_deref())?,
                    limit: limit(context, &self.how, line.how.timeout.as_deref())?,
                    interactive: line.how.interactive,
                    danger: line.danger.clone(),
                    told,
                });
            }
        }
        let missing: Vec<String> = gap::distinct(missing)
            .into_iter()
            .map(|gap| format!("{} (--set {}=…)", gap.written, gap.name))
            .collect();
        if missing.is_empty() || self.dry_run {
            return Ok(ready);
        }
        let mut failure = Failure::usage("nothing was run: say what these stand for");
        failure.more.missing = missing;
        Err(failure)
    }
}

/// Whether a command only sets variables to fixed values.
fn is_setting(text: &str) -> bool {
    let rest = text.strip_prefix("export ").unwrap_or(text).trim();
    let fixed = !rest.contains(['$', '`', '(', ';', '&', '|', '<', '>', '\n']);
    let words = crate::runbook::quote::split(rest).unwrap_or_default();
    fixed
        && !words.is_empty()
        && words.iter().all(|word| {
            word.split_once('=')
                .is_some_and(|(name, _)| crate::runbook::language::is_name(name))
        })
}

fn shell() -> &'static str {
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

/// Whether a runbook may be run by this person as it is.
fn may_run(found: &Found) -> Result<(), Failure> {
    let call = format!(
        "warroom runbook run {} --allow",
        super::super::merge::quoted(&found.book.list_name(found.entry()))
    );
    let refused = |said: String, missing: Vec<String>| {
        let mut failure = Failure::failed(said);
        failure.code = 3;
        failure.more.missing = missing;
        Err(failure)
    };
    match permission(&found.place(), &found.book.text) {
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
            missing.extend(changed_lines(&before, &found.book.text));
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
fn changed_lines(before: &str, now: &str) -> Vec<String> {
    const MOST: usize = 20;
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

fn allowed(found: &Found, step: bool) -> Result<Reply, Failure> {
    if step {
        return Err(Failure::usage(
            "the whole runbook is allowed, not a step of it: leave the step out",
        ));
    }
    allow(&found.place(), &found.book.text).map_err(|error| {
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

enum Answer {
    Run,
    Skip,
    Stop,
}

impl Consent {
    /// Whether a command is run: asked for at a terminal, said in the call elsewhere; what is dangerous by its own word, and
    /// where the severity wants approvals by a second person.
    fn agreed(
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
                .map(|word| format!("--confirm {}", super::super::merge::quoted(word)))
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
    fn seconded(&self, context: &Context, framework: &Framework, incident: &Incident) -> Result<(), Failure> {
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

fn ask(question: &str) -> Result<String, Failure> {
    let failed = |error| Failure::because("the answer cannot be read; nothing was run", error);
    let mut err = std::io::stderr().lock();
    err.write_all(question.as_bytes())
        .and_then(|()| err.flush())
        .map_err(failed)?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim().to_lowercase())
}

/// What is about to be run, whole, with its folder.
fn page(ready: &Ready) -> String {
    let mut out = String::new();
    for line in ready.shown.lines() {
        out.push_str(&format!("$ {}\n", text::one_line(line)));
    }
    out.push_str(&format!(
        "  in {}, for at most {} s\n",
        text::one_line(&ready.folder.display().to_string()),
        ready.limit.as_secs()
    ));
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

fn execute(context: &Context, ready: &Ready) -> Result<Outcome, Failure> {
    let Some((program, args)) = ready.program.split_first() else {
        return Err(Failure::usage("there is no command to run"));
    };
    let mut command = Command::new(program);
    command.args(args);
    let not_started = |error: std::io::Error| {
        let why = crate::store::reason(&error);
        Failure::because(
            format!(
                "`{}` cannot be started: {why}; nothing was recorded",
                text::one_line(&ready.told)
            ),
            error,
        )
    };
    if ready.interactive && std::io::stdin().is_terminal() {
        let begun = Instant::now();
        let status = command.current_dir(&ready.folder).status().map_err(not_started)?;
        let ended = status.code().map_or(Ended::Signal(0), Ended::Exit);
        return Ok(Outcome {
            ended,
            took: begun.elapsed(),
            output: running::Kept::default(),
        });
    }
    let stop = Arc::new(AtomicBool::new(false));
    for number in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Where it cannot be heard, Ctrl-C ends this program, and the command goes on to its limit.
        let _ = signal_hook::flag::register(number, Arc::clone(&stop));
    }
    let quiet = context.options.json;
    running::run(command, &ready.folder, ready.limit, &stop, &mut |line| {
        if !quiet {
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    })
    .map_err(not_started)
}

/// Writes down what was run: an event each, with the end of its output; all of it beside the incident where it is longer.
fn record(context: &Context, edit: &super::super::edit::Edit, done: &[(Ready, Outcome)]) -> Result<Reply, Failure> {
    let (mut page, mut list, mut worst) = (String::new(), Vec::new(), 0);
    for (ready, outcome) in done {
        let command = secret::without(&ready.told);
        let seconds = outcome.took.as_secs_f64();
        let how = format!(
            "{}, {seconds:.1} s, in {}",
            outcome.ended.said(),
            ready.folder.display()
        );
        let file = if outcome.output.lines() > SHOWN {
            kept(context, edit.id(), &command, &how, outcome)
        } else {
            Ok(None)
        };
        let mut said = format!("ran: {command} ({how})");
        let lines = outcome.output.last(SHOWN);
        if !lines.is_empty() {
            if outcome.output.lines() > lines.len() {
                said.push_str(&format!(
                    "\n[… the last {} of {} lines …]",
                    lines.len(),
                    outcome.output.lines()
                ));
            }
            for line in &lines {
                said.push('\n');
                said.push_str(&text::fit(line, WIDE, "…"));
            }
        }
        match &file {
            Ok(Some(name)) => said.push_str(&format!("\nall of it: {name}")),
            Ok(None) => {}
            Err(why) => said.push_str(&format!("\nthe rest was not kept: {why}")),
        }
        let applied = edit.apply(Change::Log {
            kind: EventKind::Action,
            text: said,
            at: None,
            pin: false,
        })?;
        page.push_str(&format!("{}  {}\n", text::one_line(&how), applied.event));
        worst = worst.max(u8::from(!outcome.ended.fine()));
        list.push(json!({
            "command": command,
            "exit": match outcome.ended { Ended::Exit(code) => json!(code), _ => Value::Null },
            "ended": outcome.ended.said(),
            "took_s": seconds,
            "lines": outcome.output.lines(),
            "output": lines,
            "file": file.ok().flatten(),
            "event": applied.event,
        }));
    }
    edit.save()?;
    let mut reply = Reply::new(
        page,
        json!({"ok": worst == 0, "ran": true, "incident": edit.id(), "commands": list}),
    );
    reply.code = worst;
    Ok(reply)
}

/// Keeps all of an output beside the incident; its name.
fn kept(context: &Context, id: &str, command: &str, how: &str, outcome: &Outcome) -> Result<Option<String>, String> {
    let output = outcome.output.text();
    // Longer than any fence in it.
    let longest = output.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let name = format!(
        "output-{}.md",
        crate::runbook::digest(&format!("{command}\n{how}\n{output}"))
    );
    let head = command.replace('\n', "\n    ");
    let page = format!(
        "# Output\n\n    {head}\n\n{}; kept by warroom, without secrets that it knows.\n\n{fence}text\n{output}{fence}\n",
        text::one_line(how)
    );
    let repository = context.repository().map_err(|failure| failure.said)?;
    let written = repository
        .write_beside(id, &name, &page, true)
        .map_err(|error| crate::store::reason(&error))?;
    Ok(written.map(|_| name))
}
