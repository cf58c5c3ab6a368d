//! `warroom timer`

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::failure::Failure;
use super::input::words;
use super::page::{clock, moment, table};
use super::paint::Paint;
use super::reply::Reply;
use crate::framework::{TimerOutcome, TimerPhase, TimerRecord, TimerView};
use crate::incident::time::format_clock;
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
        /// Every time that one was due, too: met, met late and by how much, never met, cleared
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
    /// Stop a timer; one of the framework's needs a reason, and a raise of the severity brings it back
    Clear {
        /// The timer
        timer: String,
        /// Why it is not to be met
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

impl Timer {
    pub(super) fn run(self, context: &Context) -> Result<Reply, Failure> {
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
            Verb::Clear { timer, reason } => Change::ClearTimer { timer, reason },
        };
        context.change(change)
    }
}

/// Programs get all of them: each has its state.
fn list(context: &Context, all: bool) -> Result<Reply, Failure> {
    let view = context.view()?;
    let derived = view.derived(context.now());
    let history = view.timer_history(context.now());
    let was_due = |timer: &TimerView| history.iter().any(|record| record.id == timer.id);
    let shown = derived
        .timers
        .iter()
        .filter(|timer| live(timer) || (all && !was_due(timer)));
    let mut text = lines(shown, context.now(), context.paint);
    if all {
        text.push_str(&records(&history, context.now(), context.paint));
    }
    let data = json!({"incident": view.id, "timers": derived.timers, "history": history});
    Ok(Reply::new(text, data))
}

/// Every time that a timer was due, as people read it.
fn records(history: &[TimerRecord], now: Time, paint: Paint) -> String {
    // What still counts down stands among the timers.
    let over: Vec<&TimerRecord> = history
        .iter()
        .filter(|record| record.outcome != TimerOutcome::Overdue)
        .collect();
    let row = |record: &&TimerRecord| {
        let outcome = match record.outcome {
            TimerOutcome::Met => "met".to_owned(),
            TimerOutcome::MetLate => format!("met late by {}", format_clock(record.late_s)),
            TimerOutcome::Overdue => format!("overdue {}", format_clock(record.late_s)),
            TimerOutcome::NeverMet => "never met".into(),
            TimerOutcome::Cleared => "cleared".into(),
        };
        let due = record.overdue_at.unwrap_or(record.due);
        let at = match record.severity.as_str() {
            "" => String::new(),
            severity => format!(" at {severity}"),
        };
        vec![
            outcome,
            record.label.clone(),
            format!("due {}{at}", moment(due, now)),
            record.id.clone(),
        ]
    };
    let rows: Vec<_> = over.iter().map(row).collect();
    let painted = table(&rows);
    let painted = painted.lines().zip(&over).map(|(line, record)| match record.outcome {
        TimerOutcome::NeverMet | TimerOutcome::Overdue => paint.bad(line),
        TimerOutcome::MetLate => paint.warn(line),
        TimerOutcome::Met | TimerOutcome::Cleared => paint.quiet(line),
    });
    painted.map(|line| line + "\n").collect()
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
