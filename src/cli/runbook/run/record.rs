//! Runs a command and writes down what came of it.

use std::io::Write;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use signal_hook::flag;

use super::Ready;
use crate::cli::context::Context;
use crate::cli::edit::Edit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::incident::{Change, EventKind};
use crate::runbook::secret;
use crate::running::{self, Bounds, Ended, Outcome};
use crate::text;

/// Lines of output that stand in the event.
const SHOWN: usize = 20;
/// Columns of such a line.
const WIDE: usize = 300;

/// What Ctrl-C means: to a command that runs that it ends, between commands that this program does, as anywhere.
struct Heard {
    /// Set by the signal.
    stop: Arc<AtomicBool>,
    /// Whether no command runs.
    between: Arc<AtomicBool>,
}

/// Where the signals cannot be heard, Ctrl-C ends this program, and the command goes on to its limit. What has the terminal hears it itself.
static HEARD: LazyLock<Heard> = LazyLock::new(|| {
    let heard = Heard {
        stop: Arc::new(AtomicBool::new(false)),
        between: Arc::new(AtomicBool::new(true)),
    };
    for number in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let _ = flag::register_conditional_default(number, Arc::clone(&heard.between));
        let _ = flag::register(number, Arc::clone(&heard.stop));
    }
    heard
});

pub(super) fn execute(context: &Context, ready: &Ready) -> Result<Outcome, Failure> {
    let Some((program, args)) = ready.program.split_first() else {
        return Err(Failure::usage("there is no command to run"));
    };
    let mut command = Command::new(program);
    command.args(args);
    HEARD.stop.store(false, Ordering::SeqCst);
    HEARD.between.store(false, Ordering::SeqCst);
    let quiet = context.options.json;
    let outcome = if ready.talks() {
        running::talk(command, &ready.folder)
    } else {
        let bounds = Bounds {
            folder: &ready.folder,
            limit: ready.limit,
            secrets: &ready.secrets,
        };
        running::run(command, bounds, &HEARD.stop, &mut |line| {
            if !quiet {
                let _ = writeln!(std::io::stdout().lock(), "{line}");
            }
        })
    };
    HEARD.between.store(true, Ordering::SeqCst);
    outcome.map_err(|error| {
        let why = crate::store::reason(&error);
        Failure::because(
            format!(
                "`{}` cannot be started: {why}; nothing was recorded of it",
                text::one_line(&ready.told)
            ),
            error,
        )
    })
}

/// What was written down of a command.
pub(super) struct Recorded {
    said: String,
    json: Value,
    fine: bool,
}

/// Writes down what was run: an event with the end of its output; all of it beside the incident where it is longer.
pub(super) fn record(context: &Context, edit: &Edit, ready: &Ready, outcome: &Outcome) -> Result<Recorded, Failure> {
    let command = secret::without(&ready.told);
    let seconds = outcome.took.as_secs_f64();
    let mut how = format!(
        "{}, {seconds:.1} s, in {}",
        outcome.ended.said(),
        ready.folder.display()
    );
    if ready.talks() {
        how.push_str(", at the terminal");
    }
    let lines = outcome.output.last(SHOWN);
    let is_cut = outcome.output.lines() > SHOWN || lines.iter().any(|line| text::width(line) > WIDE);
    let file = if is_cut {
        kept(context, edit.id(), &command, &how, outcome)
    } else {
        Ok(None)
    };
    let mut said = format!("ran: {command} ({how})");
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
    edit.save()?;
    let json = json!({
        "command": command,
        "exit": match outcome.ended { Ended::Exit(code) => json!(code), _ => Value::Null },
        "ended": outcome.ended.said(),
        "took_s": seconds,
        "lines": outcome.output.lines(),
        "output": lines,
        "file": file.ok().flatten(),
        "event": applied.event,
    });
    Ok(Recorded {
        said: format!("{}  {}\n", text::one_line(&how), applied.event),
        json,
        fine: outcome.ended.fine(),
    })
}

/// What is told of all that was run.
pub(super) fn told(edit: &Edit, all: Vec<Recorded>) -> Reply {
    let fine = all.iter().all(|one| one.fine);
    let page: String = all.iter().map(|one| one.said.as_str()).collect();
    let list: Vec<Value> = all.into_iter().map(|one| one.json).collect();
    let mut reply = Reply::new(
        page,
        json!({"ok": fine, "ran": true, "incident": edit.id(), "commands": list}),
    );
    reply.code = u8::from(!fine);
    reply
}

/// Keeps all of an output beside the incident; its name.
pub(super) fn kept(
    context: &Context,
    id: &str,
    command: &str,
    how: &str,
    outcome: &Outcome,
) -> Result<Option<String>, String> {
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
