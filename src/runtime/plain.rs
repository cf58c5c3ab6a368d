//! The incident as lines: what it is, then each change as it comes, with local time, who and what. No screen, no keys; for screen readers
//! and pipes.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use rustix::process::Signal as Number;

use super::alarm::Alarm;
use super::clock::{local_offset, next_second};
use super::signals::{Asked, Signals};
use super::{Ended, PATIENCE};
use crate::framework::{Derived, TimerPhase};
use crate::incident::{Event, Incident, Time};
use crate::session::{Clock, FileState, Session, Snapshot};
use crate::text::one_line;

/// Prints the incident and what becomes of it, until Ctrl-C, the end of a terminal or of who reads.
///
/// # Errors
///
/// A signal other than Ctrl-C ended it, or the output cannot be written.
pub fn follow<E>(session: Arc<Session>, clock: Arc<dyn Clock>) -> Result<(), Ended<E>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Ended::Terminal)?;
    let ended = runtime.block_on(lines(&session, &clock));
    let flushed = session.flush(PATIENCE);
    match (ended, flushed) {
        (Ok(()) | Err(Ended::Signal(_)), Err(error)) => Err(Ended::Unsaved(error)),
        (ended, _) => ended,
    }
}

async fn lines<E>(session: &Arc<Session>, clock: &Arc<dyn Clock>) -> Result<(), Ended<E>> {
    let mut signals = Signals::take().map_err(Ended::Terminal)?;
    let mut snapshots = session.subscribe();
    let mut alarm = Alarm::new().map_err(Ended::Terminal)?;
    let mut teller = Teller::default();
    let mut publishing = true;
    loop {
        let snapshot = session.snapshot();
        snapshots.mark_unchanged();
        let said = teller.news(&snapshot, clock.now());
        match write(&said) {
            Ok(()) => {}
            // Who reads has had enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(Ended::Terminal(error)),
        }
        let (second, wait) = next_second(clock.now());
        tokio::select! {
            biased;
            asked = signals.next() => match asked {
                Asked::End(number) if number == Number::INT.as_raw() => return Ok(()),
                Asked::End(number) => return Err(Ended::Signal(number)),
                Asked::Continue | Asked::Resize => {}
            },
            changed = snapshots.changed(), if publishing => publishing = changed.is_ok(),
            rung = alarm.at(second, wait), if teller.counts => rung.map_err(Ended::Terminal)?,
        }
    }
}

fn write(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    if lines.is_empty() { Ok(()) } else { out.flush() }
}

/// What was told already.
#[derive(Debug, Default)]
struct Teller {
    begun: bool,
    /// The incident as it was looked through last.
    incident: Option<Arc<Incident>>,
    /// Events by id.
    events: HashSet<String>,
    /// Timers that have run out, with the instant.
    rung: BTreeSet<String>,
    /// The last notice.
    noticed: u64,
    /// How the file and the exchange with the remote stood.
    state: String,
    /// Whether a timer may run out by itself.
    counts: bool,
}

impl Teller {
    /// The lines that are new by now, the oldest first.
    fn news(&mut self, snapshot: &Snapshot, now: Time) -> Vec<String> {
        let derived = snapshot.framework.derive(&snapshot.incident, now);
        self.counts = derived.timers.iter().any(|timer| timer.state != TimerPhase::Met);
        let mut said = Vec::new();
        let first = !std::mem::replace(&mut self.begun, true);
        if first {
            said.extend(head(snapshot, &derived));
        }
        let timeline = &snapshot.incident.timeline;
        let mut fresh: Vec<&Event> = Vec::new();
        let same = self
            .incident
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, &snapshot.incident));
        for event in timeline.iter().filter(|_| !same) {
            if !self.events.contains(&event.id) {
                self.events.insert(event.id.clone());
                fresh.push(event);
            }
        }
        self.incident = Some(Arc::clone(&snapshot.incident));
        said.extend(fresh.into_iter().map(|event| line(snapshot, event)));
        said.extend(self.timers(&derived, now, first));
        for notice in snapshot.notices.iter().filter(|notice| notice.number > self.noticed) {
            said.push(format!("{} notice: {}", stamp(now), one_line(&notice.text)));
        }
        self.noticed = snapshot
            .notices
            .iter()
            .map(|notice| notice.number)
            .fold(self.noticed, u64::max);
        let state = state(snapshot);
        if state != self.state {
            if !(state.is_empty() && self.state.is_empty()) {
                let shown = if state.is_empty() { "in order again" } else { &state };
                said.push(format!("{} file and sync: {}", stamp(now), one_line(shown)));
            }
            self.state = state;
        }
        said
    }

    /// Timers that have run out since they were told last; as it begins, those that are due.
    fn timers(&mut self, derived: &Derived, now: Time, first: bool) -> Vec<String> {
        let mut said = Vec::new();
        let mut out = BTreeSet::new();
        for timer in &derived.timers {
            let run_out = matches!(timer.state, TimerPhase::Due | TimerPhase::Overdue);
            let moments = [timer.due, timer.overdue_at].into_iter().flatten();
            for due in moments.filter(|due| run_out && *due <= now) {
                let name = format!("{}@{}", timer.id, due.millis());
                if !self.rung.contains(&name) {
                    let word = if first { "overdue" } else { "due now" };
                    said.push(format!("{} timer {word}: {}", stamp(due), one_line(&timer.label)));
                }
                out.insert(name);
            }
        }
        self.rung = out;
        said
    }
}

/// What it is, before what happens.
fn head(snapshot: &Snapshot, derived: &Derived) -> Vec<String> {
    let incident = &snapshot.incident;
    let severity = match derived.severity.as_str() {
        "" => "severity not assessed",
        known => known,
    };
    let commanders: Vec<&str> = crate::incident::live(&incident.roles)
        .filter(|role| role.until.is_none() && snapshot.framework.commands(&role.role))
        .map(|role| role.who.as_str())
        .collect();
    let commander = if commanders.is_empty() {
        "no incident commander".to_owned()
    } else {
        format!("incident commander {}", commanders.join(", "))
    };
    let what = format!("{} {}", incident.id, incident.title);
    let how = format!("{severity}, {}, {commander}", derived.status);
    [what, how].iter().map(|line| one_line(line).into_owned()).collect()
}

/// A line of the timeline: when, by local time, who, which kind, what.
fn line(snapshot: &Snapshot, event: &Event) -> String {
    let struck = if event.retracted.is_some() { " (retracted)" } else { "" };
    let name = match event.by.as_str() {
        "" => "unknown",
        by => snapshot.framework.people.called(by),
    };
    let said = format!(
        "{} {name} {}: {}{struck}",
        stamp(event.at),
        event.kind.as_str(),
        event.text
    );
    one_line(&said).into_owned()
}

/// Day and time of the person's own zone.
fn stamp(at: Time) -> String {
    let local = at.chrono() + chrono::Duration::seconds(i64::from(local_offset(at)));
    local.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What is wrong with the file and with the exchange; nothing where all is well.
fn state(snapshot: &Snapshot) -> String {
    let file = match &snapshot.file {
        FileState::Good => String::new(),
        FileState::Invalid(invalid) => format!("the file is invalid, line {}: {}", invalid.line, invalid.problem),
        FileState::Missing => "the file is gone".to_owned(),
        FileState::ReadOnly(why) => format!("the file is read-only: {why}"),
    };
    let sync = snapshot
        .sync
        .trouble()
        .map(|trouble| trouble.why.clone())
        .unwrap_or_default();
    [file, sync]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
