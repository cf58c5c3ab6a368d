//! `warroom timer`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::{Context, words};
use super::failure::Failure;
use super::page::{clock, moment, table};
use super::paint::Paint;
use super::reply::Reply;
use crate::framework::{TimerPhase, TimerView};
use crate::incident::{Change, Time};

/// Timers: list all, most urgent first; add, snooze, clear
#[derive(Args, Debug)]
pub(super) struct Timer {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List them, those of the framework too, most urgent first
    List {
        /// Those that were met or cleared, too
        #[arg(long)]
        all: bool,
    },
    /// Start a timer
    Add {
        /// What it is for
        label: String,
        /// How long, or until when: 15m, until 15:30
        #[arg(required = true, num_args = 1..=2)]
        duration: Vec<String>,
    },
    /// Put a timer off: due so long after now
    Snooze {
        /// The timer
        timer: String,
        /// How long, or until when: 15m, until 15:30
        #[arg(required = true, num_args = 1..=2)]
        duration: Vec<String>,
    },
    /// Stop a timer
    Clear {
        /// The timer
        timer: String,
    },
}

impl Timer {
    pub fn run(self, context: &Context) -> Result<Reply, Failure> {
        let change = match self.verb.unwrap_or(Verb::List { all: false }) {
            Verb::List { all } => return list(context, all),
            Verb::Add { label, duration } => Change::AddTimer {
                label,
                duration: context.span(&words(&duration))?,
            },
            Verb::Snooze { timer, duration } => Change::SnoozeTimer {
                timer,
                duration: context.span(&words(&duration))?,
            },
            Verb::Clear { timer } => Change::ClearTimer { timer },
        };
        context.change(change)
    }
}

/// Programs get all of them: each has its state.
fn list(context: &Context, all: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    let derived = view.derived(context.now());
    let shown = derived.timers.iter().filter(|timer| all || live(timer));
    let text = lines(shown, context.now(), context.paint);
    Ok(Reply::new(text, json!({"incident": view.id, "timers": derived.timers})))
}

/// Whether a countdown still asks for something.
pub(super) fn live(timer: &TimerView) -> bool {
    !matches!(timer.state, TimerPhase::Met | TimerPhase::MetLate | TimerPhase::Cleared)
}

/// Countdowns as people read them.
pub(super) fn lines<'a>(timers: impl Iterator<Item = &'a TimerView>, now: Time, paint: Paint) -> String {
    let timers: Vec<_> = timers.collect();
    let row = |timer: &&TimerView| {
        let left = match timer.state {
            TimerPhase::Overdue | TimerPhase::Due | TimerPhase::Running => clock(timer.remaining_s),
            TimerPhase::Paused => "paused".into(),
            TimerPhase::Met => "met".into(),
            TimerPhase::MetLate => "met late".into(),
            TimerPhase::Cleared => "cleared".into(),
        };
        let due = timer
            .due
            .map(|due| format!("due {}", moment(due, now)))
            .unwrap_or_default();
        let mut label = timer.label.clone();
        if timer.snoozed {
            label += " (put off)";
        }
        vec![left, label, due, timer.id.clone()]
    };
    let rows: Vec<_> = timers.iter().map(row).collect();
    let painted = table(&rows);
    let painted = painted.lines().zip(&timers).map(|(line, timer)| match timer.state {
        TimerPhase::Overdue => paint.bad(line),
        TimerPhase::Due => paint.warn(line),
        TimerPhase::Running => line.to_owned(),
        _ => paint.quiet(line),
    });
    painted.map(|line| line + "\n").collect()
}
