//! `warroom statusline`

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::context::{Context, View};
use super::failure::Failure;
use super::incidents;
use super::reply::Reply;
use super::timer::live;
use crate::framework::TimerPhase;
use crate::incident::time::{format_clock, format_duration};
use crate::text;

/// One short line for tmux or a prompt: severity, status, elapsed, the most urgent clock
#[derive(Args, Debug)]
#[command(after_help = "Prints nothing where no incident is open, so that it may stand in a prompt.")]
pub(super) struct Statusline {}

impl Statusline {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
        let named = context.options.incident.as_deref().is_some_and(|id| !id.is_empty());
        let (open, unreadable) = if named {
            (vec![context.place()?], Vec::new())
        } else {
            incidents::open(context.repository()?)?
        };
        let [place] = open.as_slice() else {
            return Ok(match open.len() {
                0 if unreadable.is_empty() => Reply::new("", json!({"line": "", "open": 0})),
                number => {
                    let line = [said(number), not_read(&unreadable)].concat();
                    let line = line.trim_start_matches(" | ");
                    let json = json!({"line": line, "open": number, "unreadable": unreadable});
                    Reply::new(format!("{line}\n"), json)
                }
            });
        };
        let line = line(&context.view_of(place)?, context) + &not_read(&unreadable);
        let mut json = json!({"incident": place.id, "line": line, "open": 1});
        if !unreadable.is_empty() {
            json["unreadable"] = json!(unreadable);
        }
        Ok(Reply::new(format!("{line}\n"), json))
    }
}

/// How many are open, where it is not one.
fn said(open: usize) -> String {
    if open == 0 {
        String::new()
    } else {
        format!("{open} incidents open")
    }
}

/// Those that cannot be read: they may be open, too.
fn not_read(unreadable: &[String]) -> String {
    match unreadable {
        [] => String::new(),
        [one] => format!(" | {} unreadable", text::one_line(one)),
        many => format!(" | {} unreadable", many.len()),
    }
}

fn line(view: &View, context: &Context) -> String {
    let derived = view.derived(context.now());
    let severity = match derived.severity.as_str() {
        "" => "assess",
        known => known,
    };
    let elapsed = std::time::Duration::from_secs(derived.elapsed_s.unsigned_abs());
    let drill = if view.incident.drill { "DRILL " } else { "" };
    let mut line = format!("{drill}{severity} {} {}", derived.status, format_duration(elapsed));
    let urgent = derived
        .timers
        .iter()
        .find(|timer| live(timer) && timer.state != TimerPhase::Paused);
    if let Some(timer) = urgent {
        let mark = if timer.remaining_s < 0 { "OVERDUE " } else { "" };
        let _ = write!(line, " | {} {mark}{}", timer.label, format_clock(timer.remaining_s));
    }
    text::one_line(&line).into_owned()
}
