//! Runs a command and writes down what came of it.

use std::io::{IsTerminal, Write};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use serde_json::{Value, json};

use super::Ready;
use crate::cli::context::Context;
use crate::cli::edit::Edit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::incident::{Change, EventKind};
use crate::runbook::secret;
use crate::running::{self, Ended, Outcome};
use crate::text;

/// Lines of output that stand in the event.
const SHOWN: usize = 20;
/// Columns of such a line.
const WIDE: usize = 300;

pub(super) fn execute(context: &Context, ready: &Ready) -> Result<Outcome, Failure> {
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
    let stop = Arc::new(AtomicBool::new(false));
    for number in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Where it cannot be heard, Ctrl-C ends this program, and the command goes on to its limit. What has the terminal hears it itself.
        let _ = signal_hook::flag::register(number, Arc::clone(&stop));
    }
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
    let quiet = context.options.json;
    running::run(command, &ready.folder, ready.limit, &stop, &mut |line| {
        if !quiet {
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    })
    .map_err(not_started)
}

/// Writes down what was run: an event each, with the end of its output; all of it beside the incident where it is longer.
pub(super) fn record(context: &Context, edit: &Edit, done: &[(Ready, Outcome)]) -> Result<Reply, Failure> {
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
